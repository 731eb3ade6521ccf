"""The page that is shown while the store is being opened: it says so, and asks again by itself."""

from __future__ import annotations

from html import escape
from typing import Final

from starlette.responses import Response

from api.errors import MEDIA_TYPE
from api.negotiation import negotiate
from api.trace import trace

_HTML: Final = "text/html; charset=utf-8"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="2">
<title>Servanda is being opened</title></head>
<body><main><h1>Servanda is being opened</h1>
<p>{step}. This page asks again in two seconds.</p></main></body></html>
"""


def opening(accept: str | None, step: str) -> Response | None:
    """Return the page for who asks for pages; None for programs."""
    if negotiate(accept, (MEDIA_TYPE, "application/json", _HTML)) != _HTML:
        return None
    trace().verdict = "starting"
    said = _PAGE.format(step=escape(step[:1].upper() + step[1:]))
    return Response(said, 503, {"Retry-After": "2", "Cache-Control": "no-store"}, _HTML)
