"""Entity tags, HEAD and cross-origin reads."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from api.envelope import Envelope
from api.tags import Tags
from kg.pipeline.version import Standing, Version

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message, Receive, Scope, Send

PATHS = [
    "/",
    "/docs",
    "/openapi.json",
    "/api/v1/claims?limit=2",
    "/api/v1/regions/syunik",
    "/api/v1/questions",
    "/api/v1/questions/07",
    "/sparql?query=ASK%7B%7D",
]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_is_told_that_it_still_holds(http: httpx.Client, path: str) -> None:
    first = http.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert "Accept" in first.headers["vary"]
    assert first.headers["cache-control"] == "no-cache"
    for wanted in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = http.get(path, headers={"if-none-match": wanted})
        assert again.status_code == 304, wanted
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert "content-type" not in again.headers
    changed = http.get(path, headers={"if-none-match": 'W/"x"'})
    assert (changed.status_code, changed.content) == (200, first.content)


def test_each_type_and_address_has_its_own_tag(http: httpx.Client) -> None:
    tags = {
        http.get("/api/v1/questions/07", headers={"accept": "application/json"}).headers["etag"],
        http.get("/api/v1/questions/07", headers={"accept": "text/csv"}).headers["etag"],
        http.get("/api/v1/questions/08").headers["etag"],
        http.get("/api/v1/claims?limit=2").headers["etag"],
        http.get("/api/v1/claims?limit=3").headers["etag"],
    }
    assert len(tags) == 5


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_never_kept(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_a_missing_resource_stays_missing_whatever_tag_is_sent(http: httpx.Client) -> None:
    assert http.get("/api/v1/claims/no/such", headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize(
    "path", [*PATHS, "/healthz", "/nowhere", "/api/v1/claims/no/such", "/api/v1/claims?x=1"]
)
def test_head_is_get_without_the_body(http: httpx.Client, path: str) -> None:
    got, headed = http.get(path), http.head(path)
    assert headed.status_code == got.status_code
    assert headed.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert headed.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/healthz"])
def test_pages_from_anywhere_may_read(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "Link" in answer.headers["access-control-expose-headers"]


def test_a_page_from_anywhere_may_post_a_query(http: httpx.Client) -> None:
    asked = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = http.options("/sparql", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    refused = http.options("/sparql", headers={**asked, "access-control-request-method": "DELETE"})
    assert refused.status_code == 405
    assert "access-control-allow-origin" not in refused.headers


def test_another_history_or_software_has_another_tag_at_the_same_number() -> None:
    async def application(_: Scope, __: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": b"x"})

    def tag(software: str, digest: str) -> bytes:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            raise AssertionError

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        standing = Standing(Version(7, digest, datetime(2026, 11, 22, tzinfo=UTC)))
        envelope = Envelope(application, Tags(software), standing, lambda: 7, lambda: 7)
        asyncio.run(envelope(scope, receive, send))
        return bytes(dict(sent[0]["headers"])[b"etag"])

    assert tag("1", "a") == tag("1", "a")
    assert len({tag("1", "a"), tag("2", "a"), tag("1", "b")}) == 3
