"""Marking claims in a text on a page: what it asks of the server, by the one way of checking and writing."""

import json
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api.conditions import demanded
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.lanes import writes
from api.pages.annotate import annotate_page
from api.routers.documents import Body, line_of, signature, taken
from api.signed_in import CSRF_HEADER, Somebody, doing, looking
from api.tags import graph_of
from kg.errors import IngestError
from kg.ingest.quotes import Folded, QuoteError, pointed
from kg.ingest.texts import text_of
from kg.keys import Scope

router = APIRouter(prefix="/annotate", include_in_schema=False)
_NAME: Final = "document.yaml"
_NOT_STORED: Final = {"Cache-Control": "no-store"}


@router.get("", operation_id="get_annotate")
def get_annotate(call: CallDep) -> Response:
    """Show the page on which a text is annotated."""
    return annotate_page(call, looking(call, Scope.INGEST))


@router.post("/check", operation_id="check_draft")
@writes
def check_draft(call: CallDep, body: Body) -> Response:
    """Say what is wrong with the document that a draft is, as a line about several documents does.

    Nothing is written. That a draft has something wrong is no failure: it is what was asked.
    """
    _by_script(call)
    outcome = call.writer.check(body, _NAME)
    held = outcome.identifier is not None and call.writer.version("report", outcome.identifier) is not None
    return JSONResponse({**line_of(call, outcome), "is_there": held}, headers=_NOT_STORED)


@router.post("/submit", operation_id="submit_draft")
@writes
def submit_draft(call: CallDep, body: Body) -> Response:
    """Take in the document that a draft is, as `add_report`."""
    who = _by_script(call)
    demand = demanded(call, graph_of)
    outcome = call.writer.document(body, _NAME, signature(who.key), kind="report", demand=demand)
    return taken(call, outcome)


@router.post("/quote", operation_id="point_at_words")
@writes
def point_at_words(call: CallDep, body: Body) -> Response:
    """Say how a document names the words that were selected, by their place in code points."""
    _by_script(call)
    text, start, end, exact = _selected(body)
    if text[start:end] != exact:
        raise ProblemError("bad-request", "the words do not stand there: places are counted in code points")
    try:
        request, span = pointed(Folded(text), start, end)
    except QuoteError as error:
        raise ProblemError("bad-request", f"{error.message}; {error.hint}") from error
    told = {"exact": request.exact, "occurrence": request.occurrence, "start": span.start, "end": span.end}
    return JSONResponse(told, headers=_NOT_STORED)


@router.post("/text", operation_id="read_text_of_file")
@writes
def read_text_of_file(call: CallDep, body: Body) -> Response:
    """Give the text of a file as it stands in it, or as it was taken out of HTML, PDF or DOCX."""
    _by_script(call)
    try:
        found = text_of(body, "the file")
    except IngestError as error:
        raise ProblemError("unsupported-media-type", str(error)) from error
    return JSONResponse(
        {"text": found.text, "was": found.was, "taken_by": found.taken_by}, headers=_NOT_STORED
    )


def _by_script(call: Call) -> Somebody:
    return doing(call, Scope.INGEST, call.request.headers.get(CSRF_HEADER, ""))


def _selected(body: bytes) -> tuple[str, int, int, str]:
    try:
        said: Any = json.loads(body)
        text, start, end, exact = said["text"], said["start"], said["end"], said["exact"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProblemError("bad-request", "text, start, end and exact are needed, as JSON") from error
    if not (isinstance(text, str) and isinstance(exact, str) and type(start) is type(end) is int):
        raise ProblemError("bad-request", "text and exact are texts, start and end whole numbers")
    if not 0 <= start <= end <= len(text):
        raise ProblemError("bad-request", f"start and end lie within the text, from 0 to {len(text)}")
    return text, start, end, exact
