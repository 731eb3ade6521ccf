"""The page on which somebody shows a key, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from api.pages.rendering import page
from api.pages.view import view_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from api.deps import Call

Wrong: TypeAlias = Literal["form", "key", "scope"]
_WORDS: Final[Mapping[Wrong, str]] = {
    "form": "sign_in_again",
    "key": "sign_in_wrong",
    "scope": "sign_in_reads_only",
}


def sign_in_page(call: Call, to: str, csrf: str, wrong: Wrong | None) -> Response:
    """Return the form that takes a key, and what was wrong with the last one."""
    view = view_of(call)
    said = {"to": to, "csrf": csrf, "wrong": None if wrong is None else view.t(_WORDS[wrong])}
    return page(
        call, "sign_in.html", view.t("sign_in"), said, status=403 if wrong is not None else 200, private=True
    )
