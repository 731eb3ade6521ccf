"""The competency questions, each runnable."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.deps import CallDep
from api.errors import ProblemError
from api.negotiation import negotiate
from api.schemas.questions import Catalogue, Table
from kg.model import Answer
from kg.query import questions

router = APIRouter(prefix="/api/v1", tags=["questions"])
_JSON = "application/json"
_CSV = "text/csv; charset=utf-8"
QuestionName = Annotated[str, Path(description="Number, slug or both.", examples=["07-casualties"])]


@router.get("/questions", response_model=Catalogue, operation_id="list_questions")
def list_questions(call: CallDep) -> Response:
    """List the questions that the graph answers, with what each takes and answers."""
    root = str(call.request.url.replace(query="", fragment=""))
    items = [
        {
            "name": question.name,
            "number": question.number,
            "slug": question.slug,
            "title": question.title,
            "question": question.words,
            "parameters": question.parameters,
            "columns": question.columns,
            "ordered": question.ordered,
            "url": f"{root}/{question.name}",
        }
        for question in questions.catalogue()
    ]
    return call.one(Catalogue, {"items": items})


@router.get(
    "/questions/{name}",
    response_model=Table,
    operation_id="ask_question",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def ask_question(call: CallDep, name: QuestionName) -> Response:
    """Answer a question, by number, slug or both; its parameters are parameters of the address.

    JSON, or CSV by `Accept: text/csv`.
    """
    question = questions.find(name)
    offer = negotiate(call.accept, (_JSON, _CSV))
    if offer is None:
        raise ProblemError(
            "not-acceptable", f"the answer is {_JSON} or text/csv", allowed=[_JSON, "text/csv"]
        )
    answer = questions.ask(call.reader.store, question, _parameters(call))
    if offer == _CSV:
        return Response(_csv(answer), media_type=_CSV)
    columns = [asdict(column) for column in answer.columns]
    table = {"question": question.name, "title": question.title, "columns": columns, "rows": answer.rows}
    return call.one(Table, table)


def _parameters(call: CallDep) -> Mapping[str, str]:
    given: dict[str, str] = {}
    for name, value in call.request.query_params.multi_items():
        if name in given:
            raise ProblemError("repeated-parameter", f"{name!r} is given more than once", parameter=name)
        given[name] = value
    return given


def _csv(answer: Answer) -> str:
    """Return the rows as RFC 4180 writes them; an empty field where there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = [column.name for column in answer.columns]
    writer.writerow(names)
    for row in answer.rows:
        cells = (row[name] for name in names)
        writer.writerow(str(cell).lower() if isinstance(cell, bool) else cell for cell in cells)
    return text.getvalue()
