"""The review desk, for people: what was refused, what may be one, verdicts, and taking back."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from api import forms
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.lanes import writes
from api.pages.desk import Tried, desk_page, events_page, item_page, record_page
from api.routers.documents import Body, signature
from api.signed_in import Somebody, by_form, looking
from kg.errors import DocumentError
from kg.keys import Scope
from kg.pipeline import linking, quarantine
from kg.pipeline.review import Verdict

router = APIRouter(prefix="/desk", include_in_schema=False)
_Name = Annotated[str, Path()]
_KINDS: Final = ("report", "agreement", "actors", "places")


@router.get("", operation_id="get_desk")
def get_desk(call: CallDep) -> Response:
    """Show what waits for a decision, and what was decided."""
    return desk_page(call, looking(call, Scope.INGEST))


@router.get("/events", operation_id="get_pair")
def get_pair(call: CallDep) -> Response:
    """Show two events side by side that may be one."""
    return events_page(call, looking(call, Scope.INGEST))


@router.get("/quarantine/{name}", operation_id="get_refused")
def get_refused(call: CallDep, name: _Name) -> Response:
    """Show what was refused, and why."""
    return item_page(call, looking(call, Scope.INGEST), name)


@router.get("/record/{name:path}", operation_id="get_record_to_judge")
def get_record_to_judge(call: CallDep, name: _Name) -> Response:
    """Show an alleged violation or candidate, with what reviewers say of it."""
    return record_page(call, looking(call, Scope.INGEST), name)


@router.post("/events", operation_id="decide_pair")
@writes
def decide_pair(call: CallDep, body: Body) -> Response:
    """Take down that two events are one, or two."""
    who, given = _sent(call, body)
    status = linking.DECISIONS.get(given.get("decision", ""))
    if status is None:
        raise ProblemError("bad-request", "say whether the two are the same or different")
    decision = linking.Decision(
        given.get("one", ""), given.get("other", ""), status, given.get("reason", ""), "1.0"
    )
    try:
        call.writer.decide(decision, signature(who.key))
    except DocumentError as error:
        raise _told(error) from error
    return _led("/desk/events", "done_decided")


@router.post("/quarantine/{name}", operation_id="correct_refused")
@writes
def correct_refused(call: CallDep, body: Body, name: _Name) -> Response:
    """Check or take in a document that was corrected, or mark it as not to be taken in."""
    who, given = _sent(call, body)
    if quarantine.item(call.writer.folder, name).status == "resolved":
        raise ProblemError("already-taken-in", f"the document of {name} was taken in already")
    if given.get("does") == "discard":
        reason = given.get("reason", "").strip()
        if not reason:
            raise ProblemError("bad-request", "say why it is not to be taken in")
        call.writer.discard(name, f"{reason} ({signature(who.key)})")
        return _led("/desk", "done_discarded")
    words = given.get("words", "").replace("\r\n", "\n")
    file = "document.json" if words.lstrip().startswith("{") else "document.yaml"
    if given.get("does") == "check":
        outcome = call.writer.check(words.encode(), file)
    else:
        outcome = call.writer.resubmit(name, words.encode(), file, signature(who.key))
    if outcome.status in {"refused", "valid"}:
        tried = Tried(words, outcome.problems, outcome.warnings, outcome.status == "valid")
        return item_page(call, who, name, tried)
    return _led("/desk", "done_taken")


@router.post("/record/{name:path}", operation_id="judge_record")
@writes
def judge_record(call: CallDep, body: Body, name: _Name) -> Response:
    """Take down what a reviewer says of a record."""
    who, given = _sent(call, body)
    verdict = Verdict(name, given.get("verdict", ""), signature(who.key), given.get("reason", ""))
    try:
        call.writer.review(verdict)
    except DocumentError as error:
        raise _told(error) from error
    return _led("/desk", "done_decided")


@router.post("/reviews/{name}/withdraw", operation_id="withdraw_decision")
@writes
def withdraw_decision(call: CallDep, body: Body, name: _Name) -> Response:
    """Take a decision back."""
    who, given = _sent(call, body)
    try:
        call.writer.withdraw(name, signature(who.key), given.get("reason", ""))
    except DocumentError as error:
        raise _told(error) from error
    return _led("/desk", "done_withdrawn")


@router.post("/retract", operation_id="retract_document")
@writes
def retract_document(call: CallDep, body: Body) -> Response:
    """Take a document back; its history stays."""
    who, given = _sent(call, body)
    kind, identifier, reason = (given.get(name, "").strip() for name in ("kind", "id", "reason"))
    if kind not in _KINDS or not identifier or not reason:
        raise ProblemError("bad-request", f"kind, id and reason are needed; kinds are {', '.join(_KINDS)}")
    call.writer.retract(kind, identifier, reason, signature(who.key))
    return _led("/desk", "done_retracted")


def _sent(call: Call, body: bytes) -> tuple[Somebody, dict[str, str]]:
    """Return who sent a form of the desk, and what stands in it."""
    given = dict(forms.pairs(body))
    return by_form(call, Scope.INGEST, given), given


def _told(error: DocumentError) -> ProblemError:
    return ProblemError("bad-request", "; ".join(f"{one.field}: {one.message}" for one in error.problems))


def _led(path: str, done: str) -> Response:
    return RedirectResponse(f"{path}?done={done}", 303, {"Cache-Control": "no-store"})
