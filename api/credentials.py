"""Who may do what: a key in the header `Authorization`, and nowhere else."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from api.deps import Service, ServiceDep
from api.errors import ProblemError
from api.trace import trace
from kg.errors import KeysError
from kg.keys import Key, Scope

SCHEME: Final = "key"
"""What `/openapi.json` calls the way in."""
_CHALLENGE: Final = 'Bearer realm="servanda"'


class _Bearer(SecurityBase):
    """Gives the token of a request; None where it has none."""

    def __init__(self) -> None:
        """Describe it."""
        self.scheme_name = SCHEME
        self.model = HTTPBearer(
            bearerFormat="svd_<id>_<secret>",
            description="A key that `servanda keys add` made. Each operation names the scope that it needs: "
            "`read`, `ingest`, which allows what `read` does, or `admin`, which allows everything.",
        )

    async def __call__(self, request: Request) -> str | None:
        """Return the token; raise ProblemError for a header that names none, and for several."""
        return _token(request)


_BEARER: Final = _Bearer()


def needs(scope: Scope) -> Callable[..., Key]:
    """Return the dependency of a route that only a key of this scope, or a greater one, may use.

    It gives the key. No token or key is ever put into a message or a log.
    """

    def key(held: ServiceDep, token: Annotated[str | None, Security(_BEARER, scopes=[scope])]) -> Key:
        """Return the key of the request; raise ProblemError without one that is valid and suffices."""
        return _checked(held, token, scope)

    return key


def demand(request: Request, held: Service, scope: Scope) -> Key:
    """Return the key of a request that needs one for what it asks, though the route does not always.

    Raises ProblemError without one that is valid and suffices.
    """
    return _checked(held, _token(request), scope)


def key_of(request: Request, held: Service) -> Key | None:
    """Return the key of a request that needs none; None where it brings none that is valid."""
    try:
        token = _token(request)
        return None if token is None else _checked(held, token, Scope.READ)
    except (ProblemError, KeysError):
        return None


def _token(request: Request) -> str | None:
    lines = request.headers.getlist("authorization")
    if not lines:
        return None
    scheme, _, token = lines[0].strip().partition(" ")
    if len(lines) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise ProblemError(
            "unauthorized",
            "give one key, as: Authorization: Bearer svd_…",
            {"WWW-Authenticate": _CHALLENGE},
        )
    return token.strip()


def _checked(held: Service, token: str | None, scope: Scope) -> Key:
    if token is None:
        raise ProblemError(
            "unauthorized",
            f"this needs a key that may {scope}: Authorization: Bearer svd_…",
            {"WWW-Authenticate": _CHALLENGE},
        )
    found = None if held.keys is None else held.keys.check(token)
    if found is None:
        raise ProblemError(
            "unauthorized",
            "the key is unknown, has expired or was revoked",
            {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
        )
    trace().key, trace().scope = found.id, found.scope
    if not found.scope.covers(scope):
        raise ProblemError(
            "forbidden",
            f"the key may {found.scope}; this needs one that may {scope}",
            {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'},
        )
    return found
