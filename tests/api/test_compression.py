"""Long answers are sent compressed to who takes it, and nothing else about them changes."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import pytest

from api.envelope import Envelope
from api.negotiation import wants_gzip
from api.tags import Tags
from kg.pipeline.version import Standing

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message, Receive, Scope, Send

LONG = "/sparql?query=SELECT%20*%20{%3Fs%20%3Fp%20%3Fo}LIMIT%20500"
HUGE = "/graphs/ontology"
SHORT = "/sparql?query=ASK{}"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("gzip;q=0.4, identity;q=0.5", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("identity", False),
        ("", False),
        ("gzip;q=2", False),
        ("gzip;level=9", False),
    ],
)
def test_the_header_is_read_by_its_standard(header: str, wanted: bool) -> None:  # noqa: FBT001
    assert wants_gzip(header) is wanted


@pytest.mark.parametrize("path", [LONG, HUGE])
def test_a_long_answer_is_compressed_for_who_takes_it(http: httpx.Client, path: str) -> None:
    plain = http.get(path, headers={"accept-encoding": "identity"})
    packed = http.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["etag"].startswith("W/")
    for answer in (plain, packed):
        names = {name.strip() for name in answer.headers["vary"].split(",")}
        assert {"Accept", "Accept-Encoding", "Authorization"} <= names


def test_a_compressed_answer_is_known_again(http: httpx.Client) -> None:
    tag = http.get(LONG, headers={"accept-encoding": "gzip"}).headers["etag"]
    again = http.get(LONG, headers={"accept-encoding": "gzip", "if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in again.headers
    assert "Accept-Encoding" in again.headers["vary"]


def test_head_tells_the_length_of_what_would_be_sent(http: httpx.Client) -> None:
    for coding in ("gzip", "identity"):
        got = http.get(LONG, headers={"accept-encoding": coding})
        told = http.head(LONG, headers={"accept-encoding": coding})
        for name in ("content-length", "content-encoding", "etag", "vary"):
            assert told.headers.get(name) == got.headers.get(name)


def test_a_short_answer_is_sent_as_it_is(http: httpx.Client) -> None:
    assert "content-encoding" not in http.get(SHORT, headers={"accept-encoding": "gzip"}).headers


def test_an_answer_in_pieces_is_compressed_piece_by_piece() -> None:
    pieces = [b"a" * 3000, b"b" * 3000, b""]

    async def application(_: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"6000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, piece in enumerate(pieces, start=1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"accept-encoding", b"gzip")],
    }
    asyncio.run(Envelope(application, Tags("1"), Standing(), lambda: 7, lambda: 7)(scope, receive, send))
    headers = dict(sent[0]["headers"])
    assert headers[b"content-encoding"] == b"gzip"
    assert b"content-length" not in headers
    assert [message["more_body"] for message in sent[1:]] == [True, True, False]
    assert gzip.decompress(b"".join(message["body"] for message in sent[1:])) == b"".join(pieces)
