"""Feeds by RFC 4287: any list under its filters, and the changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from api.deps import ATOM, HIDDEN
from api.pages import parts
from api.pages.rendering import environment
from api.pages.sentences import title_of
from api.pages.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.deps import Call
    from api.resources import Lists, Row
    from api.schemas.filters import Paging


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    title: str
    id: str
    updated: str
    summary: str
    address: str | None
    """Of its page, from the root."""


def feed(
    call: Call, row: Row, lists: Lists, query: Paging, fixed: Mapping[str, str] | None = None
) -> Response:
    """Return a list as a feed: the same items in the same order, as of the last change of the store."""
    view = view_of(call)
    kind = row.kind
    found = parts.a_list(call, lists, query, fixed)
    when = _updated(call)
    entries = [
        Entry(
            title_of(view, _kind_of(kind, one), one),
            one.get("iri") or one["id"],
            when,
            _words(one),
            view.href(one.get("iri") or one["id"]),
        )
        for one in found["items"]
    ]
    made = atom(call, view.t(f"list_{kind}"), entries)
    if "hidden" in found:
        made.headers[HIDDEN] = str(found["hidden"])
    return made


def atom(call: Call, title: str, entries: Iterable[Entry]) -> Response:
    """Return a feed."""
    body = (
        environment()
        .get_template("feed.xml")
        .render(
            title=f"Servanda: {title}",
            address=str(call.request.url),
            root=call.root.rstrip("/"),
            updated=_updated(call),
            entries=list(entries),
        )
    )
    return Response(body, media_type=ATOM)


def _kind_of(kind: str, one: Mapping[str, object]) -> str:
    return "violation" if "alleged_without_term" in one else kind


def _updated(call: Call) -> str:
    standing = call.service.standing.now
    return (datetime.now(UTC) if standing is None else standing.time.astimezone(UTC)).isoformat(
        timespec="seconds"
    )


def _words(one: Mapping[str, object]) -> str:
    """Return the words that an item rests on, each with the name of its claim."""
    evidence = one.get("evidence")
    if not isinstance(evidence, list):
        return ""
    return "\n".join(
        f"“{said['quote']}” ({said['modality']}; {said['claim']})" for said in evidence if said["quote"]
    )
