"""Every operation, with every kind of credential: what needs a key is refused without one that suffices."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

OPEN_TO_ALL = {("post", "/sparql")}
"""Operations that are no reading by their method, and that anybody may use all the same."""
_METHODS = ("get", "put", "post", "patch", "delete")
_UNKNOWN = "svd_aaaaaaaa_" + "A" * 43


@pytest.fixture(scope="module")
def credentials(folder: Path, http: httpx.Client) -> dict[str, dict[str, str]]:
    """Return what to send, by the state of the credential."""
    assert http.get("/healthz").is_success
    keys = Keys(folder)
    tokens = {str(scope): keys.make(f"fuzz {scope}", scope)[1] for scope in Scope}
    revoked, tokens["revoked"] = keys.make("fuzz revoked", Scope.ADMIN)
    keys.revoke(revoked.id)
    tokens["expired"] = _expired(keys)
    tokens |= {"unknown": _UNKNOWN, "malformed": "svd_x", "not ASCII": "svd_ä"}
    sent = {state: {"Authorization": f"Bearer {token}"} for state, token in tokens.items()}
    sent["no key"] = {}
    sent["another scheme"] = {"Authorization": f"Basic {tokens['admin']}"}
    sent["no scheme"] = {"Authorization": tokens["admin"]}
    sent["empty"] = {"Authorization": "Bearer"}
    sent["cookie"] = {"Cookie": f"key={tokens['admin']}"}
    sent["another header"] = {"X-API-Key": tokens["admin"]}
    return sent


@pytest.mark.slow
def test_every_operation_that_needs_a_key_refuses_all_but_those_that_suffice(
    http: httpx.Client, credentials: dict[str, dict[str, str]]
) -> None:
    tried = 0
    for method, path, wanted in _operations(http):
        for state, headers in credentials.items():
            response = _asked(http, method, path, headers)
            where = f"{method.upper()} {path} with {state}: {response.status_code}"
            assert response.status_code < 500 or response.status_code == 503, where
            if wanted is not None:
                assert _as_wanted(response, state, wanted), where
                tried += 1
            elif state == "no key":
                assert response.status_code not in {401, 403}, where
    assert tried >= len(credentials)


def test_whatever_is_no_reading_needs_a_key(http: httpx.Client) -> None:
    for method, path, wanted in _operations(http):
        if method != "get" and (method, path) not in OPEN_TO_ALL:
            assert wanted is not None, f"{method.upper()} {path} is open to all"


def test_a_method_that_is_not_described_is_not_taken(
    http: httpx.Client, credentials: dict[str, dict[str, str]]
) -> None:
    described: dict[str, set[str]] = {}
    for method, path, _ in _operations(http):
        described.setdefault(path, set()).add(method)
    for path, methods in described.items():
        for method in set(_METHODS) - methods:
            response = _asked(http, method, path, credentials["admin"])
            assert response.status_code in {404, 405}, f"{method.upper()} {path}: {response.status_code}"


def _operations(http: httpx.Client) -> list[tuple[str, str, Scope | None]]:
    """Return every operation, with the scope that it says it needs."""
    paths: dict[str, dict[str, Any]] = http.get("/openapi.json").json()["paths"]
    return [
        (method, path, _scope(operation))
        for path, item in paths.items()
        for method, operation in item.items()
        if method in _METHODS
    ]


def _scope(operation: dict[str, Any]) -> Scope | None:
    security = operation.get("security") or []
    if not security or {} in security:
        return None
    (scopes,) = security[0].values()
    return Scope(scopes[0])


def _asked(http: httpx.Client, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    filled = re.sub(r"\{[^}]+\}", "nothing-of-that-name", path)
    sent = {name.encode(): value.encode() for name, value in {"Accept": "*/*", **headers}.items()}
    return http.request(method.upper(), filled, headers=sent)


def _as_wanted(response: httpx.Response, state: str, wanted: Scope) -> bool:
    """Return whether the credential was judged rightly; what else may be wrong does not count."""
    if state not in set(Scope):
        return response.status_code == 401
    lacking = response.status_code == 403 and response.json()["type"].endswith("/forbidden")
    return lacking is not Scope(state).covers(wanted) and response.status_code != 401


def _expired(keys: Keys) -> str:
    """Return the token of a key that has ended: it is made as if a year ago, to end a day later."""
    then = datetime.now(UTC) - timedelta(days=365)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.keys._now", lambda: then)
        return keys.make("fuzz expired", Scope.ADMIN, (then + timedelta(days=1)).date())[1]
