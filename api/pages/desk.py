"""The review desk: what was refused, what may be one, what is alleged, and who decided what of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from api.pages.parts import one, some
from api.pages.rendering import page
from api.pages.view import view_of
from api.resources import BY_PATH
from kg.keys import Scope
from kg.pipeline import linking, quarantine
from kg.query.lookups.reviews import reviews_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from api.deps import Call
    from api.signed_in import Somebody
    from kg.model import Problem
    from kg.pipeline.item import Item
    from kg.pipeline.linking import Told

_SHOWN: Final = 50
"""Items that are shown of each kind; there are addresses that list all."""
_DONE: Final = ("done_taken", "done_discarded", "done_decided", "done_withdrawn", "done_retracted")


@dataclass(frozen=True, slots=True)
class Tried:
    """A document that somebody tried to have taken in, and what was said."""

    words: str
    problems: Sequence[Problem]
    warnings: Sequence[Problem] = ()
    valid: bool = False


def desk_page(call: Call, who: Somebody) -> Response:
    """Return the desk: what waits, what was decided."""
    view, waiting = view_of(call), quarantine.items(call.writer.folder, "open")
    said = {
        "who": who,
        "done": _done(call),
        "waiting": [_item(item) for item in waiting[-_SHOWN:]],
        "number": len(waiting),
        "pairs": pairs(call, 3),
        "records": some(call, "alleged-violations", limit=12, count=True),
        "reviews": [*reversed(reviews_of(call.reader)[-2 * _SHOWN :])],
    }
    return page(call, "desk.html", view.t("desk_title"), said, private=True)


def item_page(call: Call, who: Somebody, name: str, tried: Tried | None = None) -> Response:
    """Return the page of what was refused: why, and its words to be corrected, for who may read these.

    Raises NotFoundError with the nearest ids.
    """
    folder, view = call.writer.folder, view_of(call)
    held, sees = quarantine.item(folder, name), who.may(Scope.ADMIN)
    problems = tried.problems if tried else quarantine.problems_of(folder, name) if sees else ()
    said = {
        "who": who,
        "item": _item(held),
        "sees": sees,
        "tried": tried,
        "problems": problems or (),
        "words": tried.words if tried else (quarantine.words_of(folder, name) or "") if sees else "",
    }
    status = 422 if tried is not None and tried.problems else 200
    return page(call, "desk_item.html", view.t("desk_item", id=name), said, status=status, private=True)


def events_page(call: Call, who: Somebody) -> Response:
    """Return the page of the likeliest pair of events that waits; or of two that are named."""
    view, given = view_of(call), call.request.query_params
    names = [name for name in (given.get("one"), given.get("other")) if name]
    if len(names) == 2:  # noqa: PLR2004 - a pair
        accounts = [_account(call, name) for name in names]
        found = [{"one": accounts[0], "other": accounts[1], "score": None, "reasons": ()}]
    else:
        found = pairs(call, 1)
    said = {"who": who, "found": found, "done": _done(call)}
    return page(call, "desk_events.html", view.t("desk_events"), said, private=True)


def record_page(call: Call, who: Somebody, name: str) -> Response:
    """Return the page on which a record is judged; raise NotFoundError where there is none."""
    view = view_of(call)
    item = one(call, BY_PATH["alleged-violations"], name)
    said = {
        "who": who,
        "item": item,
        "verdicts": view.choices("verdict"),
        "reviews": [_verdict(item["id"], review) for review in reversed(item["reviews"])],
    }
    return page(call, "desk_record.html", view.t("desk_record"), said, private=True)


def pairs(call: Call, limit: int) -> list[dict[str, Any]]:
    """Return the likeliest pairs of events of which nothing was decided, side by side."""
    folder = call.service.folder
    if folder is None:
        return []
    found, _ = linking.told(call.reader, folder, limit, status="open")
    return [_pair(call, told) for told in found]


def _pair(call: Call, told: Told) -> dict[str, Any]:
    return {
        "one": _account(call, told.proposal.one),
        "other": _account(call, told.proposal.other),
        "score": told.proposal.score,
        "reasons": told.proposal.reasons,
    }


def _account(call: Call, name: str) -> dict[str, Any]:
    """Return an event as its report tells of it, with the claims that do."""
    event = one(call, BY_PATH["events"], name)
    return {
        **event,
        "said": some(call, "claims", event=event["id"], limit=5, whole=True)["items"],
    }


def _verdict(record: str, review: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a review that a record tells of as it is told among all."""
    return {**review, "kind": "violation", "about": (record,), "current": True}


def _done(call: Call) -> str | None:
    """Return what was done last, of which the page tells; None for nothing."""
    done = call.request.query_params.get("done")
    return done if done in _DONE else None


def _item(item: Item) -> Mapping[str, Any]:
    return asdict(item) | {"file": None if item.file is None else PurePath(item.file).name}
