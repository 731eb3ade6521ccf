"""The competency questions, each runnable."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from api.credentials import SCHEME, demand
from api.deps import CSV, CSV_ENDING, ENDINGS, HIDDEN, HTML, JSON, Call, CallDep, chosen
from api.errors import ProblemError
from api.lanes import answers
from api.pages.forms import filled
from api.pages.questions import catalogue_page, question_page
from api.schemas.filters import MinCredibility, Zone
from api.schemas.questions import Catalogue, Table
from api.sequence import HEADER
from kg.errors import NotFoundError
from kg.journal import JournalReader
from kg.keys import Scope
from kg.model import Answer
from kg.pipeline.past import Past, at, snapshot
from kg.query import questions
from kg.query.period import ZONE
from kg.tables import csv_of

router = APIRouter(prefix="/api/v1", tags=["questions"], dependencies=[Depends(filled)])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}
_TURNS = threading.Semaphore(4)
"""How many may ask for earlier states at once: rebuilding one keeps a thread busy for a while."""
AsOf = Annotated[
    str | None,
    Query(
        description="A change by its number, a day (its end in the `zone`), or a moment (in an address write "
        "+ as %2B).",
        examples=["2026-11-22"],
    ),
]
QuestionName = Annotated[str, Path(description="Number, slug or both.", examples=["07-casualties"])]


@router.get("/questions.csv", include_in_schema=False)
@router.get("/questions.html", include_in_schema=False)
@router.get("/questions", response_model=Catalogue, operation_id="list_questions", responses=_PAGE)
def list_questions(call: CallDep) -> Response:
    """List the questions that the graph answers, with what each takes and answers."""
    if call.wanted(JSON, CSV, HTML) == HTML:
        return catalogue_page(call)
    root = str(call.request.url.replace(query="", fragment="")).removesuffix(CSV_ENDING)
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
    return call.listed(Catalogue, {"items": items})


@router.get(
    "/questions/{name}",
    response_model=Table,
    operation_id="ask_question",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}, **_PAGE[200]["content"]}}},
    openapi_extra={"security": [{}, {SCHEME: [Scope.READ]}]},
)
@answers
def ask_question(
    call: CallDep,
    name: QuestionName,
    as_of: AsOf = None,
    zone: Zone = None,
    min_credibility: MinCredibility = None,
) -> Response:
    """Answer a question, by number, slug or both; its parameters are parameters of the address.

    JSON, or CSV by `Accept: text/csv` or with `.csv` at the end of the path. `as_of` asks the graph as it
    was, by the rules that were in force then, and needs a key that may read.
    """
    del min_credibility  # it is among the parameters of the question
    if as_of is not None:
        demand(call.request, call.service, Scope.READ)
    stem, _, ending = name.rpartition(".")
    named = ENDINGS.get(f".{ending}") if stem else None
    question = questions.find(stem if named in {CSV, HTML} else name)
    offer = named if named in {CSV, HTML} else chosen(call.accept, (JSON, CSV, HTML))
    if offer == HTML and not call.request.query_params:
        return question_page(call, question)
    where = call.service.zone if zone is None else zone
    parameters = {**_parameters(call), ZONE: where}
    if as_of is None:
        answer, sequence = call.service.evaluator.ask(question, parameters)
        made = _table(call, offer, question, answer)
        made.headers[HEADER] = str(sequence)
        return made
    with _past(call, as_of, where) as past:
        answer = questions.ask(past.store, question, parameters)
        made = _table(call, offer, question, answer, past)
    made.headers[HEADER] = str(past.sequence)
    made.headers["Cache-Control"] = "no-store"  # a redaction changes what was said of the past
    if past.left_out:
        made.headers["Servanda-Left-Out"] = ", ".join(past.left_out)
    return made


@contextmanager
def _past(call: Call, as_of: str, zone: str) -> Iterator[Past]:
    """Give the state of the graph at a time; raise ProblemError while as many as may be are asked already."""
    folder = call.service.folder
    if folder is None:
        raise NotFoundError("a store in memory keeps no journal, and so no earlier states")
    if not _TURNS.acquire(blocking=False):
        raise ProblemError(
            "busy", "earlier states are being rebuilt for others; ask again in a while", {"Retry-After": "10"}
        )
    try:
        sequence = at(JournalReader(folder / "journal"), as_of, zone)
        with snapshot(folder, sequence) as past:
            yield past
    finally:
        _TURNS.release()


def _table(
    call: Call, offer: str | None, question: questions.Question, answer: Answer, past: Past | None = None
) -> Response:
    headers = {HIDDEN: str(answer.hidden)}
    if offer == CSV:
        return Response(csv_of(answer), headers=headers, media_type=CSV)
    if offer == HTML:
        return question_page(call, question, answer)
    columns = [asdict(column) for column in answer.columns]
    table = {"question": question.name, "title": question.title, "columns": columns, "rows": answer.rows}
    made = call.one(Table, {**table, "hidden": answer.hidden, "past": past})
    made.headers.update(headers)
    return made


def _parameters(call: Call) -> Mapping[str, str]:
    given: dict[str, str] = {}
    for name, value in call.request.query_params.multi_items():
        if name in given:
            raise ProblemError("repeated-parameter", f"{name!r} is given more than once", parameter=name)
        given[name] = value
    given.pop("as_of", None)
    return given
