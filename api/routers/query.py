"""The page where queries are written, and their answers as files."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.deps import CSV, CallDep
from api.errors import answer_to
from api.pages.forms import filled
from api.pages.querying import GRAPH, TABLE, Asked, query_page
from api.routers.sparql import answer_query
from kg.query import questions

router = APIRouter(include_in_schema=False)
_TYPES: Final = {"csv": CSV, "json": TABLE, "ttl": GRAPH}
Text = Annotated[str, Query(description="A query that is asked.")]


@router.get("/query", operation_id="get_query_page", dependencies=[Depends(filled)])
async def get_query_page(
    call: CallDep, query: Text = "", draft: str = "", question: str | None = None
) -> Response:
    """Show a query to be edited; one that is given as `query` is asked, a `draft` or `question` is not."""
    known = None if question is None else questions.find(question)
    text = query or draft or ("" if known is None else known.text)
    if not query.strip():
        return await call.service.in_thread(query_page, call, Asked(text))
    try:
        answer = await answer_query(call, query, f"{TABLE}, {GRAPH}")
    except Exception as error:  # noqa: BLE001 - told beside the query, as programs are told it
        answer = answer_to(call.request, error)
    return await call.service.in_thread(query_page, call, Asked(text, answer))


@router.get("/query.csv", operation_id="get_answer_csv")
@router.get("/query.json", operation_id="get_answer_json")
@router.get("/query.ttl", operation_id="get_answer_ttl")
async def get_answer(call: CallDep, query: Text) -> Response:
    """Answer a query in the type that the path ends in."""
    return await answer_query(call, query, _TYPES[call.request.url.path.rpartition(".")[2]])
