"""How good the data is: what was refused and why, doubts, names linked to nothing, reports by source."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from api.pages.parts import some
from api.pages.rendering import page
from api.pages.view import view_of
from kg.pipeline import quarantine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.responses import Response

    from api.deps import Call
    from api.signed_in import Somebody
    from kg.pipeline.imports import Import

_READ: Final = 200
"""Refused documents whose rules are read, the newest."""
_SHOWN: Final = 200
"""Names that are shown, the most named."""


def quality_page(call: Call, who: Somebody, sent: Sequence[Import]) -> Response:
    """Return the page; names that are linked to nothing are looked up where `names` is asked for."""
    view, folder = view_of(call), call.writer.folder
    waiting = quarantine.items(folder, "open")
    found = call.writer.unlinked() if call.request.query_params.get("names") else None
    said: dict[str, Any] = {
        "who": who,
        "number": len(waiting),
        "read": min(len(waiting), _READ),
        "refused": _common(
            rule
            for item in waiting[-_READ:]
            for rule in {one.rule for one in quarantine.problems_of(folder, item.id) or ()}
        ),
        "tables": _tables(sent),
        "names": None if found is None else found[:_SHOWN],
        "of": None if found is None else len(found),
        "sources": _sources(call),
        "assessments": some(call, "assessments", outcome="not-assessed", limit=1, count=True)["counts"],
    }
    return page(call, "desk_quality.html", view.t("quality"), said, private=True)


def _common(rules: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(rules).items(), key=lambda one: (-one[1], one[0]))


def _tables(sent: Sequence[Import]) -> list[Import]:
    """Return the tables of which a row stayed out, is doubted, or names what is not known."""
    return [
        one
        for one in reversed(sent)
        if not one.order.dry
        and one.counts
        and (one.counts["quarantined"] or one.counts["flagged"] or one.unlinked)
    ][:_SHOWN]


def _sources(call: Call) -> list[dict[str, Any]] | None:
    """Return how many reports there are of each publisher; None without a read model."""
    if call.service.read is None:
        return None
    found: list[dict[str, Any]] = some(call, "reports", limit=1, facets="publisher")["facets"]["publisher"]
    return found
