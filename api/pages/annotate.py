"""The page on which somebody marks claims in a text: a form made here, which scripts copy and bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.pages.rendering import is_served, page
from api.pages.view import view_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.deps import Call
    from api.signed_in import Somebody

_LISTS: Final = (
    "modality", "polarity", "event-type", "quantity-kind", "comparator", "text-access", "text-extent",
)  # fmt: skip
_TYPES: Final = ("news", "mission", "official-statement", "court-order", "dataset")


def annotate_page(call: Call, who: Somebody) -> Response:
    """Return the page, with the codes that its fields take."""
    view = view_of(call)
    codes = {name: view.choices(name) for name in _LISTS}
    said = {"who": who, "codes": codes, "types": _TYPES, "suggests": is_served(call, "/api/v1/suggest")}
    return page(call, "annotate.html", view.t("annotate_title"), said, private=True)
