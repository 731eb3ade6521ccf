"""Who may work on the desk: somebody with a session, by a cookie that no script and no other site has."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from api.conditions import unconditional
from api.errors import ProblemError
from api.pages.forms import ElsewhereError
from api.sessions import same
from api.trace import trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from api.deps import Call
    from kg.keys import Key, Scope

SIGN_IN: Final = "/sign-in"
COOKIE: Final = "servanda-session"
FORM_COOKIE: Final = "servanda-form"
"""What ties the form of signing in to the browser that it was shown in."""
CSRF: Final = "csrf"
CSRF_HEADER: Final = "Servanda-CSRF"


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who signed in, and what their forms bring with them."""

    key: Key
    csrf: str

    def may(self, scope: Scope) -> bool:
        """Return whether their key allows it."""
        return self.key.scope.covers(scope)


def cookie(request: Request, name: str) -> str:
    """Return the value of a cookie; empty where the request has none of that name, or several."""
    found: list[str] = []
    for line in request.headers.getlist("cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                found.append(value.strip())
    return found[0] if len(found) == 1 else ""


def baked(request: Request, name: str, value: str, seconds: int) -> str:
    """Return a cookie that scripts cannot read and that pages of other sites cannot have sent."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar[name] = value
    except CookieError as error:
        raise ProblemError("bad-request", "that cannot stand in a cookie") from error
    one = jar[name]
    one["path"], one["httponly"], one["samesite"], one["max-age"] = "/", True, "Strict", seconds
    if request.url.scheme == "https":
        one["secure"] = True
    return one.OutputString()


def somebody(call: Call) -> Somebody | None:
    """Return who signed in with this browser; None where nobody did, or the key holds no longer."""
    held = call.service
    session = held.sessions.find(cookie(call.request, COOKIE))
    if session is None or held.keys is None:
        return None
    key = next((key for key in held.keys.all() if key.id == session.key), None)
    if key is None or key.state() != "valid" or not same(key.sha256, session.sha256):
        return None
    trace().key, trace().scope = key.id, key.scope
    return Somebody(key, session.csrf)


def looking(call: Call, scope: Scope) -> Somebody:
    """Return who looks at a page that needs a key; whoever did not sign in is led to where that is done.

    Raises ProblemError for a key that does not suffice.
    """
    found = somebody(call)
    if found is None:
        path, query = call.request.url.path, call.request.url.query
        raise ElsewhereError(f"{SIGN_IN}?to={quote(path + ('?' + query if query else ''), safe='/')}")
    return _sufficing(found, scope)


def doing(call: Call, scope: Scope, brought: str) -> Somebody:
    """Return who does something; raise ProblemError without a session, or what its forms bring with them."""
    found = somebody(call)
    if found is None:
        raise ProblemError("unauthorized", "nobody is signed in here any more; sign in again, and repeat it")
    if not same(found.csrf, brought):
        raise ProblemError("forbidden", "this was not sent by a form of this session; load the page again")
    return _sufficing(found, scope)


def by_form(call: Call, scope: Scope, given: Mapping[str, str]) -> Somebody:
    """Return who sent a form; raise ProblemError as `doing` does, and for a condition, which none holds."""
    who = doing(call, scope, given.get(CSRF, ""))
    unconditional(call, "a form cannot be sent on a condition; write by /api/v1/documents or /graphs")
    return who


def _sufficing(found: Somebody, scope: Scope) -> Somebody:
    if not found.may(scope):
        raise ProblemError("forbidden", f"the key may {found.key.scope}; this needs one that may {scope}")
    return found
