"""The pages about the site itself: where one begins, what the words mean, what can be taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.pages.changes import newest
from api.pages.parts import some
from api.pages.rendering import is_served, page
from api.pages.view import view_of
from kg.export.profiles import catalogue

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.deps import Call

_COUNTED: Final = ("agreements", "reports", "claims", "events", "actors", "regions")
_NEWEST: Final = 8
_JUDGED: Final = frozenset({"claims", "events"})
"""Lists that hide what is judged to be doubtful; what is held is counted with it."""


def home(call: Call) -> Response:
    """Return the page where one begins: the question, what is held, what came last."""
    view = view_of(call)
    found = some(call, "alleged-violations", limit=3, count=True)
    said = {
        "found": found,
        "numbers": _numbers(call),
        "agreements": some(call, "agreements", limit=100)["items"],
        "changes": newest(call, _NEWEST),
    }
    return page(call, "home.html", view.t("home_title"), said, sequence=found["sequence"])


def about(call: Call) -> Response:
    """Return the page that says what the words mean here."""
    view = view_of(call)
    lists = {
        scheme: [view.code(scheme, code) for code, _ in view.codes.of(scheme, view.language)]
        for scheme in ("basis", "status", "modality", "scope", "text-access")
    }
    return page(call, "about.html", view.t("about"), {"lists": lists})


def data(call: Call) -> Response:
    """Return the page of everything that can be taken away, and of how good it is."""
    view = view_of(call)
    sources = None
    if call.service.read is not None:
        sources = some(call, "reports", limit=1, facets="publisher")["facets"]["publisher"]
    said = {
        "numbers": _numbers(call),
        "profiles": sorted(catalogue().values(), key=lambda one: one.name),
        "sources": sources,
        "tables": is_served(call, "/exports/tables/{file}"),
    }
    return page(call, "data.html", view.t("data"), said)


def _numbers(call: Call) -> list[tuple[str, str, Any]]:
    """Return how many there are of each kind."""
    return [
        (
            path if path != "regions" else "places",
            f"/api/v1/{path}",
            some(call, path, limit=1, count=True, whole=path in _JUDGED)["counts"]["total"],
        )
        for path in _COUNTED
    ]
