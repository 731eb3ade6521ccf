"""Signing in with a key, for people: a cookie stands for it afterwards, and no address ever holds it."""

import re
import secrets
from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api import forms
from api.deps import Call, CallDep
from api.pages.signing import Wrong, sign_in_page
from api.sessions import IDLE, same
from api.signed_in import COOKIE, CSRF, FORM_COOKIE, SIGN_IN, baked, cookie, doing
from kg.keys import Scope

router = APIRouter(include_in_schema=False)
_MOST: Final = 64 * 1024
_TO = re.compile(r"/(?:annotate|desk)(?:[/?][A-Za-z0-9/._~=&%:-]*)?")
"""Where whoever signed in may be led: pages of the desk, of this server."""
_HOME: Final = "/desk"


@router.get(SIGN_IN, operation_id="get_sign_in")
def get_sign_in(call: CallDep) -> Response:
    """Show the form that takes a key."""
    return _form(call, call.request.query_params.get("to", _HOME))


@router.post(SIGN_IN, operation_id="sign_in")
async def sign_in(call: CallDep) -> Response:
    """Begin a session of who has a key, and lead on."""
    given = dict(forms.pairs(await forms.read(call.request, _MOST)))
    return await call.service.in_thread(_signed_in, call, given)


@router.post("/sign-out", operation_id="sign_out")
async def sign_out(call: CallDep) -> Response:
    """End the session, here and on the server."""
    given = dict(forms.pairs(await forms.read(call.request, _MOST)))
    doing(call, Scope.READ, given.get(CSRF, ""))
    call.service.sessions.close(cookie(call.request, COOKIE))
    answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
    answer.headers.append("Set-Cookie", baked(call.request, COOKIE, "", 0))
    return answer


def _form(call: Call, to: str, wrong: Wrong | None = None) -> Response:
    nonce = secrets.token_urlsafe(32)
    answer = sign_in_page(call, _safe(to), nonce, wrong)
    answer.headers.append("Set-Cookie", baked(call.request, FORM_COOKIE, nonce, 3600))
    return answer


def _signed_in(call: Call, given: dict[str, str]) -> Response:
    to = given.get("to", "")
    if not same(cookie(call.request, FORM_COOKIE), given.get(CSRF, "")):
        return _form(call, to, "form")
    keys = call.service.keys
    key = None if keys is None else keys.check(given.get("key", "").strip())
    if key is None:
        return _form(call, to, "key")
    if not key.scope.covers(Scope.INGEST):
        return _form(call, to, "scope")
    call.service.sessions.close(cookie(call.request, COOKIE))
    answer = RedirectResponse(_safe(to), 303, {"Cache-Control": "no-store"})
    secret = call.service.sessions.open(key)
    answer.headers.append("Set-Cookie", baked(call.request, COOKIE, secret, IDLE))
    return answer


def _safe(to: str) -> str:
    return to if _TO.fullmatch(to) else _HOME
