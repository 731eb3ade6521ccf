"""An answer knows of the change that its reader has seen, or there is none."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from api.envelope import Envelope
from api.preferences import minimum
from api.tags import Tags
from kg.pipeline.version import Standing
from tests.pace import LATE

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message, Receive, Scope, Send

ASK = "/sparql?query=ASK{}"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("min-seq=3", (3, 5.0)),
        ("Min-Seq = 3", (3, 5.0)),
        ('min-seq="3"; foo, wait="1"', (3, 1.0)),
        ("return=minimal, min-seq=3, wait=0", (3, 0.0)),
        ("wait=900, min-seq=3", (3, 5.0)),
        ("min-seq=3, min-seq=4", (3, 5.0)),
        ("min-seq=3, wait=-1", (3, 5.0)),
        ("min-seq", None),
        ("min-seq=", None),
        ("min-seq=-3", None),
        ("min-seq=three", None),
        ("min-seq=²", None),
        ("wait=3", None),
        ("", None),
        (",;,=", None),
    ],
)
def test_the_header_is_read_by_its_standard(header: str, wanted: tuple[int, float] | None) -> None:
    assert minimum(header) == wanted


def test_a_change_that_was_made_is_known(http: httpx.Client) -> None:
    sequence = int(http.get(ASK).headers["servanda-sequence"])
    assert sequence > 0
    for address in (ASK, "/graphs/ontology", "/sparql", "/api/v1/claims?limit=1"):
        answer = http.get(address, headers={"prefer": f"min-seq={sequence}"})
        assert answer.status_code == 200
        assert answer.headers["preference-applied"] == f"min-seq={sequence}"
        assert int(answer.headers["servanda-sequence"]) >= sequence
    assert "preference-applied" not in http.get(ASK).headers


def test_a_change_that_nobody_made_is_not_waited_for(http: httpx.Client) -> None:
    begun = time.monotonic()
    answer = http.get(ASK, headers={"prefer": "min-seq=999999"})
    assert time.monotonic() - begun < LATE
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/not-yet")
    assert answer.headers["retry-after"] == "1"
    assert "preference-applied" not in answer.headers


def asked(header: bytes, seen: list[int]) -> list[Message]:
    """Return what is sent to a request where queries see what the list says, one after the other."""

    async def application(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    tags, standing = Tags("1"), Standing()
    envelope = Envelope(
        application, tags, standing, lambda: 7, lambda: seen.pop(0) if len(seen) > 1 else seen[0]
    )
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"prefer", header)],
    }
    asyncio.run(envelope(scope, receive, send))
    return sent


def test_a_change_that_queries_do_not_see_yet_is_waited_for() -> None:
    start, _ = asked(b"min-seq=7", [5, 5, 6, 7])
    assert (start["status"], dict(start["headers"])[b"preference-applied"]) == (200, b"min-seq=7")


def test_nothing_is_waited_for_longer_than_the_client_wants() -> None:
    begun = time.monotonic()
    start = asked(b"min-seq=7, wait=1", [5])[0]
    assert 1 <= time.monotonic() - begun < LATE
    assert start["status"] == 503
