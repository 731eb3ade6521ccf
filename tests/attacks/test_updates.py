"""Hostile updates of a plain store: each ends in time, reaches nobody, changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.attacks.cases import Case, queries
from tests.attacks.conftest import SMALL
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attacks.conftest import Serving
    from tests.attacks.listeners import Listeners

_SECONDS = 1
_NODES = 2000
_PATTERN = re.compile(r"\s*(?:ASK|SELECT\b.*?)\s*(?:WHERE\s*)?(?=\{)", re.IGNORECASE | re.DOTALL)
_ENDED = {"query-timeout", "query-memory"}
_TOLD = {
    "query-syntax",
    "query-too-deep",
    "query-too-long",
    "update-failed",
    "service-forbidden",
    "load-forbidden",
}
_OUTSIDE = [case for case in queries() if b"CANARY" in case.raw or b"LOCALHOST" in case.raw]
_UPDATES = [
    case for case in _OUTSIDE if case.about["over_http"] in (["update-forbidden"], ["load-forbidden"])
]
_CALLS = [case for case in queries() if case.about["over_http"] == ["service-forbidden"]]
_FIRST = {case.name.partition("-")[0]: case for case in reversed(queries()) if case.name.startswith("B")}
"""One case of each kind of costly query."""


def _named(case: Case) -> str:
    return case.name


@pytest.fixture(scope="module")
def writable(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("writable") / "store"
    limits = {**SMALL, "SERVANDA_QUERY_TIMEOUT": str(_SECONDS)}
    with (
        serving(folder, "--write-policy", "unvalidated", **limits) as (url, _),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        triples = " ".join(f"<urn:n{number}> <urn:p> <urn:n{number * 7 % 50}> ." for number in range(_NODES))
        assert _sent(client, f"INSERT DATA {{ {triples} }}".encode()).status_code == 204
        yield client
        assert not list((folder / "trials").iterdir())


def test_the_corpus_has_every_kind() -> None:
    assert set(_FIRST) >= {f"B{number:02}" for number in range(1, 16)}
    assert len(_UPDATES) > 3
    assert len(_CALLS) > 10


@pytest.mark.parametrize("case", _FIRST.values(), ids=_named)
def test_a_query_that_nobody_could_answer_is_no_better_as_an_update(
    case: Case, writable: httpx.Client, listeners: Listeners
) -> None:
    query = case.payload(listeners.addresses).decode()
    _ended_or_made(
        writable, f"INSERT {{ <urn:x> <urn:y> 1 }} WHERE {{ {{ {_as_pattern(query)} }} }}", listeners
    )


@pytest.mark.parametrize("case", [*_UPDATES, *_CALLS], ids=_named)
def test_what_reaches_outside_does_not_from_an_update(
    case: Case, writable: httpx.Client, listeners: Listeners
) -> None:
    text = case.payload(listeners.addresses).decode()
    if case in _CALLS:
        text = _PATTERN.sub("INSERT { <urn:x> <urn:y> 1 } WHERE ", text, count=1)
    _ended_or_made(writable, text, listeners)


def test_a_worker_that_is_locked_down_could_not_load_if_it_was_told_to(listeners: Listeners) -> None:
    code = (
        "import sys, pyoxigraph as ox; from kg.query.pool import sandbox\n"
        "store = ox.Store()\n"
        "assert sandbox.lock_down(256 << 20, writes=True)\n"
        "for text in sys.argv[1:]:\n"
        "    try: store.update(text)\n"
        "    except (OSError, RuntimeError): print('refused')\n"
    )
    texts = []
    for address in listeners.addresses.values():
        texts.append(f"LOAD <{address}/x.ttl>")
        texts.append(f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{address}/x> {{ ?s ?p ?o }} }}")
    done = subprocess.run(
        [sys.executable, "-c", code, *texts],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.split() == ["refused"] * len(texts)
    assert listeners.connected() == 0


def _as_pattern(query: str) -> str:
    """Return a query as part of a pattern: a subquery, or what ASK and CONSTRUCT look for."""
    if query.lstrip().upper().startswith("SELECT"):
        return query
    return query[query.rindex("{") if "CONSTRUCT" in query else query.index("{") :]


def _ended_or_made(client: httpx.Client, text: str, listeners: Listeners) -> None:
    """Send an update; fail unless it ends in time, told by name where it is not made, and others go on."""
    begun = time.monotonic()
    answer = _sent(client, text.encode())
    spent = time.monotonic() - begun
    assert listeners.connected() == 0
    if answer.status_code != 204:
        assert answer.json()["type"].rpartition("/")[2] in _ENDED | _TOLD, answer.text
    assert spent <= _SECONDS + LATE
    calm = client.post("/sparql", data={"query": "ASK { <urn:n7> <urn:p> <urn:n49> }"})
    assert calm.json()["boolean"] is True
    if answer.status_code == 204:
        assert _sent(client, b"DELETE WHERE { <urn:x> ?p ?o }").status_code == 204
    left = client.post(
        "/sparql",
        data={"query": "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"},
        headers={"accept": "text/csv"},
    )
    assert left.text.split()[1] == str(_NODES)


def _sent(client: httpx.Client, text: bytes) -> httpx.Response:
    return client.post("/sparql/update", content=text, headers={"content-type": "application/sparql-update"})
