"""The changes of the store as a page, and as a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.pages.feeds import Entry, atom
from api.pages.rendering import page
from api.pages.view import view_of
from kg.journal import JournalReader
from kg.pipeline.following import following

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from api.deps import Call

_MOST: Final = 100


def newest(call: Call, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """Return the newest changes up to one, the newest first; none of a store that keeps no journal."""
    folder = call.service.folder
    return [] if folder is None else _newest(call, folder, limit, before)


def changes_page(call: Call, folder: Path) -> Response:
    """Return the page of the newest changes; `since` asks for those after one, as in the list."""
    given = call.request.query_params
    since = given.get("since")
    before = None if since is None else int(since) + _MOST
    found = _newest(call, folder, _MOST, before)
    older = found[-1]["sequence"] - 1 - _MOST if found and found[-1]["sequence"] > 1 else None
    said = {"found": found, "older": None if older is None else max(older, 0)}
    return page(call, "changes.html", view_of(call).t("changes"), said)


def changes_feed(call: Call, folder: Path) -> Response:
    """Return the feed of the newest changes."""
    view = view_of(call)
    entries = [
        Entry(
            f"{one['action']} {one['kind']} {one['id']}",
            f"{call.root}api/v1/changes?since={one['sequence'] - 1}&limit=1",
            one["time"],
            one["reason"] or "",
            one["href"],
        )
        for one in _newest(call, folder, _MOST, None)
    ]
    return atom(call, view.t("changes"), entries)


def _newest(call: Call, folder: Path, limit: int, before: int | None) -> list[dict[str, Any]]:
    head = call.service.sequence()
    last = head if before is None else min(before, head)
    view = view_of(call)
    marked = following(JournalReader(folder / "journal"), max(0, last - limit), None, limit, head).entries
    return [
        {
            "sequence": entry.sequence,
            "time": entry.time,
            "action": str(entry.action),
            "kind": entry.kind,
            "id": entry.identifier,
            "revision": entry.revision,
            "reason": entry.reason,
            "hash": entry.hash,
            "href": view.to(entry.kind, entry.identifier)
            if entry.kind in {"report", "agreement"}
            else f"/doc/graph/{entry.kind}/{entry.identifier}"
            if entry.kind in {"actors", "places"}
            else None,
        }
        for entry, _ in reversed([*marked])
        if entry.sequence <= last
    ]
