"""Events that may be the same: listed with their reasons, and decided."""

import json
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.conditions import unconditional
from api.deps import CallDep
from api.lanes import writes
from api.routers.documents import IngestKey, refused, signature
from api.schemas.proposals import Decided, Decision, ProposalPage, Proposals
from api.sequence import HEADER
from kg.errors import DocumentError
from kg.linking import KeptProposals
from kg.linking.kept import Key
from kg.pipeline import linking
from kg.pipeline.linking import Told
from kg.query.lookups import Reader
from kg.query.lookups.parts import Told as Described

router = APIRouter(prefix="/api/v1")


@router.get("/same-event-proposals.csv", include_in_schema=False)
@router.get(
    "/same-event-proposals",
    response_model=ProposalPage,
    operation_id="list_same_event_proposals",
    tags=["events"],
)
def list_same_event_proposals(call: CallDep, query: Annotated[Proposals, Query()]) -> Response:
    """List pairs of events that may be one, the likeliest first, each with its score and reasons.

    `servanda link events` makes them; nothing here says that two events are one, or changes anything.
    """
    folder, filters = call.service.folder, query.chosen()
    if folder is None:
        return call.listed(ProposalPage, {"items": [], "next": None, "sequence": None})
    events = [] if query.event is None else [_short(call.reader, query.event)]
    found, last = linking.told(
        call.reader,
        folder,
        query.limit,
        _key(call.after(query.cursor, filters)),
        status=query.status,
        least=query.least,
        events=events,
    )
    standing = KeptProposals(folder).standing()
    following = call.following(None if last is None else json.dumps(last), filters)
    answer = call.listed(
        ProposalPage,
        {
            "items": _items(call.reader, found),
            "next": following,
            "sequence": None if standing is None else standing.sequence,
        },
        following,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/same-event-proposals",
    operation_id="decide_same_event",
    response_model=Decided,
    tags=["writing"],
    status_code=201,
)
@writes
def decide_same_event(call: CallDep, key: IngestKey, decision: Decision) -> Response:
    """Say that two events are the same, or that they are different, and why; it becomes a review.

    Whoever has the key signs it. What rests on their being one is concluded anew; `servanda review withdraw`
    takes it back.
    """
    unconditional(call, "a decision is always a review of its own, which writes over nothing")
    status = linking.DECISIONS[decision.decision]
    made = linking.Decision(decision.one, decision.other, status, decision.reason, str(decision.confidence))
    try:
        entry = call.writer.decide(made, signature(key))
    except DocumentError as error:
        return refused(call, error.problems, getattr(error, "report", None))
    said = {"review": entry.identifier, "status": status, "sequence": entry.sequence}
    answer = call.one(Decided, said)
    answer.status_code = 201
    answer.headers.update({"Cache-Control": "no-store", HEADER: str(entry.sequence)})
    return answer


def _short(reader: Reader, name: str) -> str:
    return reader.names.short(str(reader.find("event", name)))


def _key(said: str | None) -> Key | None:
    if said is None:
        return None
    score, one, other = json.loads(said)
    return float(score), str(one), str(other)


def _items(reader: Reader, found: list[Told]) -> list[dict[str, object]]:
    """Return proposals with the names of their events."""
    iris = {
        name: str(reader.names.iri("event", name))
        for each in found
        for name in (each.proposal.one, each.proposal.other)
    }
    described = Described(reader.describe(iris.values(), ()), reader.names)
    return [
        {
            "one": described.ref(iris[each.proposal.one]),
            "other": described.ref(iris[each.proposal.other]),
            "score": each.proposal.score,
            "status": each.status,
            "reasons": each.proposal.reasons,
        }
        for each in found
    ]
