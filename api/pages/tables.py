"""Tables of incidents and datasets on the desk: sent, looked at as they would come in, and taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.pages.rendering import page
from api.pages.view import view_of
from kg.ingest.datasets.registry import IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from api.deps import Call
    from api.signed_in import Somebody
    from kg.pipeline.imports import Import

_SHOWN: Final = 50
_COUNTED: Final = ("rows", "taken_in", "unchanged", "revised", "quarantined", "flagged")
UNDER_WAY: Final = frozenset({"waiting", "reading", "taking-in"})
_AGAIN: Final = "4"
"""Seconds after which a page about what is under way is loaded again."""


def tables_page(
    call: Call,
    who: Somebody,
    sent: Sequence[Import],
    given: Mapping[str, str] | None = None,
    wrong: str | None = None,
) -> Response:
    """Return the form that takes a table, and what was sent; with what was given, and why it was refused."""
    view = view_of(call)
    said = {
        "who": who,
        "sent": [*reversed(sent)][:_SHOWN],
        "formats": sorted((one.name, one.title) for one in IMPORTERS),
        "given": {"format": "incidents", **(given or {})},
        "wrong": wrong,
    }
    status = 200 if wrong is None else 400
    return page(call, "desk_tables.html", view.t("tables_title"), said, status=status, private=True)


def table_page(call: Call, who: Somebody, record: Import, *, at_hand: bool) -> Response:
    """Return the page of a table that was sent: how far it is, what became of its rows, what is wrong."""
    view = view_of(call)
    said: dict[str, Any] = {
        "who": who,
        "one": record,
        "counts": [(name, (record.counts or {}).get(name, 0)) for name in _COUNTED],
        "rules": sorted((record.rules or {}).items(), key=lambda one: (-one[1], one[0])),
        "under_way": record.state in UNDER_WAY,
        "at_hand": at_hand,
    }
    answer = page(call, "desk_table.html", view.t("tables_one", name=record.order.name), said, private=True)
    if record.state in UNDER_WAY:
        answer.headers["Refresh"] = _AGAIN
    return answer
