"""What the page of a resource shows beside the resource: a bounded number of lists, whatever they hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from api.pages.parts import several, some
from kg.errors import NotFoundError
from kg.pipeline import history
from kg.query.lookups.replies import replies
from kg.read.schemas.accounts import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.deps import Call

    Item = Mapping[str, Any]

_PAGES: Final = 5
"""Claims of a report are shown on its text up to so many pages of the list."""


def agreement(call: Call, item: Item) -> dict[str, Any]:
    """Return the terms, and beside each what is alleged: the first of it, and how much there is."""
    terms = some(call, "terms", agreement=item["id"], limit=200)["items"]
    facets = "term,perpetrator" if call.service.read is not None else None
    found = some(call, "alleged-violations", agreement=item["id"], limit=100, count=True, facets=facets)
    beside: dict[str | None, list[Item]] = {}
    for one in found["items"]:
        beside.setdefault(one["term"] and one["term"]["id"], []).append(one)
    numbers = {value["value"]: value for value in (found.get("facets") or {}).get("term", ())}
    return {
        "terms": terms,
        "found": found,
        "beside": beside,
        "numbers": numbers,
        "figures": call.service.read is not None and bool(found["items"]),
        "unfound": _unassessed(call, item["id"]),
    }


def _unassessed(call: Call, name: str) -> dict[str, Any]:
    return some(call, "assessments", agreement=name, outcome="not-assessed", limit=20)


def term(call: Call, item: Item) -> dict[str, Any]:
    """Return what is alleged against a term."""
    return {"found": some(call, "alleged-violations", term=item["id"], limit=50, count=True)}


def report(call: Call, item: Item) -> dict[str, Any]:
    """Return the claims of a report, where each stands in its text, what they allege, its revisions."""
    claims, more = several(call, "claims", _PAGES, report=item["id"], whole=True)
    spans = [
        (claim["key"] or claim["id"], said["start"], said["end"])
        for claim in claims
        for said in claim["evidence"]
        if said["start"] is not None and said["end"] is not None
    ]
    return {
        "claims": claims,
        "more": more,
        "spans": spans,
        "found": some(call, "alleged-violations", report=item["id"], limit=50, count=True, whole=True),
        "revisions": _revisions(call, "report", item["id"]),
    }


def claim(call: Call, item: Item) -> dict[str, Any]:
    """Return what other claims say of a claim, and what else is said of its event."""
    event = item["event"]
    about = {"items": []} if event is None else some(call, "claims", event=event["id"], limit=50, whole=True)
    return {
        "replies": _replies(call, item["iri"]),
        "others": [other for other in about["items"] if other["id"] != item["id"]],
    }


def event(call: Call, item: Item) -> dict[str, Any]:
    """Return the accounts of an event: events that are accepted to be the same, and the claims about each."""
    accounts = some(call, "events", same_as=item["id"], limit=50, whole=True)["items"]
    return {
        "accounts": [item, *(one for one in accounts if one["id"] != item["id"])],
        "claims": some(call, "claims", event=item["id"], limit=100, whole=True)["items"],
        "replies": _replies(call, item["iri"]),
    }


def actor(call: Call, item: Item) -> dict[str, Any]:
    """Return what an actor is accused of, what it says, whose claims name it, and what binds it."""
    return {
        "found": some(call, "alleged-violations", perpetrator=item["id"], limit=20, count=True),
        "says": some(call, "claims", source=item["id"], limit=20, count=True),
        "named": some(call, "claims", perpetrator=item["id"], limit=20, count=True),
        "forces": some(call, "actors", of=item["id"], limit=50)["items"],
        "bound": some(call, "terms", binds=item["id"], limit=50)["items"],
    }


def place(call: Call, item: Item) -> dict[str, Any]:
    """Return what is alleged and told of a place and what lies within it."""
    return {
        "found": some(call, "alleged-violations", place=item["id"], limit=20, count=True),
        "events": some(call, "events", place=item["id"], limit=50, count=True),
        "inside": some(call, "regions", within=item["id"], limit=100)["items"],
    }


MORE: Final[Mapping[str, Callable[[Call, Item], dict[str, Any]]]] = {
    "agreement": agreement,
    "term": term,
    "report": report,
    "claim": claim,
    "event": event,
    "actor": actor,
    "place": place,
}
"""By kind; of others the resource itself is all."""


def _replies(call: Call, iri: str) -> list[dict[str, Any]]:
    return [
        {"how": how, "claim": Claim.model_validate(said).model_dump(by_alias=True, mode="json")}
        for how, said in replies(call.reader, iri)
    ]


def _revisions(call: Call, kind: str, name: str) -> list[dict[str, Any]]:
    folder = call.service.folder
    if folder is None:
        return []
    try:
        found = history.revisions(folder, kind, name, call.reader.store)  # type: ignore[arg-type]
    except NotFoundError:
        return []
    return [asdict(one) for one in found]
