"""Keys over HTTP: what needs one refuses all else, at once and without a word too many."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import Depends

from api.app import create_app
from api.credentials import needs
from kg import keys as module
from kg.keys import NAME, Keys, Scope
from kg.pipeline import initialise, open_graph, reference_in_memory

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi import FastAPI

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

KEY = "/api/v1/key"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def name_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]


class Inside:
    """A client of an application in this process."""

    def __init__(self, app: FastAPI) -> None:
        """Wrap the application."""
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, headers: object = None) -> httpx.Response:
        """Return the answer."""
        return asyncio.run(self._get(path, headers))

    async def _get(self, path: str, headers: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://inside") as client:
            return await client.get(path, headers=headers)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    initialise(tmp_path / "store", "https://example.org/kg/", reference=False).close()
    return tmp_path / "store"


@pytest.fixture
def scoped(store: Path) -> Iterator[Inside]:
    """Give a client of an application with a route for each scope."""
    with open_graph(store) as opened:
        app = create_app(opened.store)
        for scope in Scope:
            app.add_api_route(f"/test/{scope}", lambda: "open", dependencies=[Depends(needs(scope))])
        yield Inside(app)


@pytest.fixture
def past(store: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a token whose last day has been."""
    with monkeypatch.context() as changed:
        then = datetime(2021, 8, 26, tzinfo=UTC)
        changed.setattr(module, "_now", lambda: then)
        return Keys(store).make("Past", Scope.ADMIN, then.date())[1]


def test_a_key_is_told_what_it_allows(http: httpx.Client, tokens: dict[Scope, str], folder: Path) -> None:
    known = {key.id: key for key in Keys(folder).all()}
    for scope, token in tokens.items():
        said = http.get(KEY, headers=bearer(token)).json()
        key = known[token.split("_")[1]]
        assert said == {
            "id": key.id,
            "name": f"Tests, to {scope}",
            "scope": str(scope),
            "made": key.made,
            "expires": None,
        }


def test_a_scope_allows_what_lesser_ones_do_and_no_more(scoped: Inside, store: Path) -> None:
    tokens = {scope: Keys(store).make(scope, scope)[1] for scope in Scope}
    allowed = {
        (held, wanted)
        for held, token in tokens.items()
        for wanted in Scope
        if scoped.get(f"/test/{wanted}", headers=bearer(token)).status_code == 200
    }
    assert {(str(held), str(wanted)) for held, wanted in allowed} == {
        ("read", "read"),
        ("ingest", "read"),
        ("ingest", "ingest"),
        ("admin", "read"),
        ("admin", "ingest"),
        ("admin", "admin"),
    }
    refused = scoped.get("/test/admin", headers=bearer(tokens[Scope.INGEST]))
    assert (refused.status_code, name_of(refused)) == (403, "forbidden")
    assert 'error="insufficient_scope", scope="admin"' in refused.headers["www-authenticate"]
    assert "ingest" in refused.json()["detail"]


def test_what_is_no_valid_key_opens_nothing(scoped: Inside, store: Path, past: str) -> None:
    good = Keys(store).make("Desk", Scope.ADMIN)[1]
    key, revoked = Keys(store).make("Gone", Scope.ADMIN)
    Keys(store).revoke(key.id)
    headers: list[list[tuple[str, str]]] = [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", good)],
        [("authorization", f"Basic {good}")],
        [("authorization", f"Bearer {good[:-1]}")],
        [("authorization", f"Bearer {good}x")],
        [("authorization", f"Bearer {good}, Bearer {good}")],
        [("authorization", f"Bearer {good}"), ("authorization", f"Bearer {good}")],
        [("authorization", f"Bearer {past}")],
        [("authorization", f"Bearer {revoked}")],
        [("authorization", "Bearer svd_\xff")],
        [("x-api-key", good)],
        [("cookie", f"authorization=Bearer {good}")],
        [("proxy-authorization", f"Bearer {good}")],
    ]
    for scope in Scope:
        assert scoped.get(f"/test/{scope}", headers=bearer(good)).status_code == 200
        assert scoped.get(f"/test/{scope}", headers={"Authorization": f"bEARER  {good}"}).status_code == 200
        for lines in headers:
            answer = scoped.get(
                f"/test/{scope}", headers=[(k.encode(), v.encode("latin-1")) for k, v in lines]
            )
            assert (answer.status_code, name_of(answer)) == (401, "unauthorized"), lines
            assert answer.headers["www-authenticate"].startswith('Bearer realm="servanda"')
            assert good not in answer.text
            assert answer.headers["cache-control"] == "no-store"


def test_no_other_way_of_asking_opens_what_needs_a_key(http: httpx.Client) -> None:
    described = http.get("/openapi.json").json()
    guarded = [
        (path, method)
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if operation.get("security") and {} not in operation["security"]
    ]
    assert (KEY, "get") in guarded
    for path, _ in guarded:
        free = (
            {"GET", "HEAD"} if "get" in described["paths"][path] and (path, "get") not in guarded else set()
        )
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "TRACE"):
            for address in (
                path,
                f"{path}/",
                f"/{path}",
                path.upper(),
                f"{path};x=1",
                f"{path}?",
                f"/.{path}",
            ):
                for override in ({}, {"x-http-method-override": "GET", "x-original-url": path}):
                    if method.upper() in free:  # what everybody may read there, and others may change
                        continue
                    answer = http.request(method, address, headers=override)
                    assert 300 <= answer.status_code < 500, (method, address)


def test_a_key_in_an_address_is_refused_and_not_repeated(
    http: httpx.Client, tokens: dict[Scope, str]
) -> None:
    token = tokens[Scope.READ]
    addresses = (
        f"{KEY}?access_token={token}",
        f"{KEY}?{token}",
        f"/api/v1/claims?report={token}",
        f"/sparql?query=ASK%7B%7D&key={token}",
        f"/api/v1/questions/07?report={token}",
        f"/id/report/x?revision={token}",
        f"/docs?key=%20{token}",
        f"/reconcile?callback={token}",
        f"/explore?place={token}",
        f"/query?draft={token}",
    )
    for address in addresses:
        answer = http.get(address)
        assert (answer.status_code, name_of(answer)) == (400, "key-in-address"), address
        assert token not in answer.text
    assert http.get(f"{KEY}?access_token=x", headers=bearer(token)).status_code == 400


def test_answers_to_a_key_are_for_nobody_else(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    headers = bearer(tokens[Scope.READ])
    for path in (KEY, "/api/v1/claims?limit=2", "/sparql?query=ASK%7B%7D"):
        answer = http.get(path, headers=headers)
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"].startswith("Accept, Authorization")
        again = http.get(path, headers={**headers, "if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-cache")
        assert again.headers["vary"].startswith("Accept, Authorization")
    for path in ("/nowhere", "/healthz", "/id/report/x", "/api/v1/claims?x=1"):
        assert http.get(path, headers=headers).headers["cache-control"] == "no-store", path
    assert http.get("/api/v1/claims?limit=2").headers["vary"].startswith("Accept, Authorization")
    tag = http.get(KEY, headers=headers).headers["etag"]
    assert http.get(KEY, headers={"if-none-match": tag}).status_code == 401


def test_pages_from_elsewhere_may_send_a_key(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    asked = {
        "origin": "https://example.org",
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
    }
    assert "authorization" in http.options(KEY, headers=asked).headers["access-control-allow-headers"]
    answer = http.get(KEY, headers={"origin": "https://example.org", **bearer(tokens[Scope.READ])})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_keys_come_and_go_while_a_server_runs_and_never_stand_in_its_log(
    serving: Serving, store: Path, past: str
) -> None:
    with serving(store) as (url, process), httpx.Client(base_url=url) as http:
        key, token = Keys(store).make("Desk", Scope.READ)
        assert http.get(KEY, headers=bearer(token)).json()["name"] == "Desk"
        Keys(store).revoke(key.id)
        assert http.get(KEY, headers=bearer(token)).status_code == 401
        assert http.get(KEY, headers=bearer(past)).status_code == 401
        second, other = Keys(store).make("Mirror", Scope.INGEST)
        assert http.get(KEY, headers=bearer(other)).status_code == 200
        kept = (store / NAME).read_text("utf-8")
        (store / NAME).write_text(kept.replace('"ingest"', '"admin"'), encoding="utf-8")
        refused = http.get(KEY, headers=bearer(other))
        assert (refused.status_code, name_of(refused)) == (503, "keys-unavailable")
        assert str(store) not in refused.text
        assert http.get("/api/v1/claims", headers=bearer(other)).status_code == 200
        (store / NAME).unlink()
        assert http.get(KEY, headers=bearer(other)).status_code == 401
        (store / NAME).write_text(kept, encoding="utf-8")
        assert http.get(KEY, headers=bearer(other)).status_code == 200
        for address in (f"/x/{other}", f"/sparql?key={other}", f"/api/v1/reports/{other}"):
            assert 400 <= http.get(address, headers=bearer(other)).status_code < 500
        process.send_signal(signal.SIGTERM)
        printed, logged = process.communicate(timeout=20)
    assert "keys.json is damaged" in logged
    for secret in (
        token,
        other,
        past,
        second.sha256,
        *(text.split("_", 2)[2] for text in (token, other, past)),
    ):
        assert secret not in printed + logged


def test_a_store_in_memory_has_no_keys() -> None:
    with reference_in_memory() as opened:
        answer = Inside(create_app(opened.store)).get(KEY, headers=bearer(f"svd_abcdefgh_{'a' * 43}"))
        assert (answer.status_code, name_of(answer)) == (401, "unauthorized")


def test_the_description_tells_which_operations_need_a_key(http: httpx.Client) -> None:
    described: dict[str, Any] = http.get("/openapi.json").json()
    scheme = described["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "servanda keys add" in scheme["description"]
    operation = described["paths"][KEY]["get"]
    assert operation["security"] == [{"key": ["read"]}]
    assert {"401", "403"} <= set(operation["responses"])
    assert "security" not in described["paths"]["/api/v1/claims"]["get"]
