"""What goes wrong, as a page for who asked for pages: the same status, words and help as programs get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response

from api.deps import HTML, Call, Service
from api.errors import MEDIA_TYPE
from api.negotiation import negotiate
from api.pages.forms import ElsewhereError
from api.pages.rendering import page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request

_DESK: Final = ("/sign-in", "/sign-out", "/annotate", "/desk")
"""Below these people do something, by forms."""
_PLACES: Final = ("/api/v1/", "/doc/", "/id/", "/about", "/data", "/search", "/explore", "/query", *_DESK)
"""Below these are pages."""


def install(app: FastAPI) -> None:
    """Let every error be answered with a page where one is asked for; `errors` was installed before."""
    app.add_exception_handler(ElsewhereError, _elsewhere)
    for kind, handler in [*app.exception_handlers.items()]:
        if kind is not ElsewhereError:
            app.exception_handlers[kind] = _paged(handler)


def _elsewhere(_: Request, error: Exception) -> Response:
    assert isinstance(error, ElsewhereError)  # noqa: S101 - as it was registered
    return RedirectResponse(error.address, 303)


def _paged(
    handler: Callable[[Request, Exception], Response | Awaitable[Response]],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        made = handler(request, error)
        response = made if isinstance(made, Response) else await made
        held = getattr(request.app.state, "service", None)
        if not isinstance(held, Service) or held.plain or not _is_wanted(request, response):
            return response
        said = json.loads(bytes(response.body))
        shown = {"suggestions": None, "allowed": None, **said}
        found = await held.in_thread(_page, Call(request, held), shown)
        for name in ("Retry-After", "WWW-Authenticate", "Cache-Control"):
            if name in response.headers:
                found.headers[name] = response.headers[name]
        return found

    return answer


def _page(call: Call, said: dict[str, object]) -> Response:
    return page(call, "problem.html", str(said["title"]), {"problem": said}, status=int(str(said["status"])))


def _is_wanted(request: Request, response: Response) -> bool:
    path = request.scope["path"]
    if response.media_type != MEDIA_TYPE:
        return False
    if request.method not in {"GET", "HEAD"} and not path.startswith(_DESK):
        return False
    if path != "/" and not path.startswith(_PLACES):
        return False
    accept = ", ".join(request.headers.getlist("accept")) or None
    return negotiate(accept, (MEDIA_TYPE, "application/json", HTML)) == HTML
