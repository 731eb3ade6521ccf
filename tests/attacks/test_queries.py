"""Hostile queries, with the guard and without: each ends in time, reaches nobody, and harms no other."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.errors import (
    AnswerTooLargeError,
    ForbiddenQueryError,
    QueryError,
    QueryMemoryError,
    QueryTimeoutError,
)
from kg.query.pool import Pool, Query
from tests.attacks.cases import Case, queries
from tests.attacks.conftest import SECONDS
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess

    from tests.attacks.listeners import Listeners

_ENDED = {"query-timeout", "query-memory", "result-too-large"}
_CALM = "SELECT (COUNT(*) AS ?n) { ?agreement a <http://data.europa.eu/eli/ontology#LegalResource> }"
_JSON = "application/sparql-results+json"
_ALL = queries()


def _named(case: Case) -> str:
    return case.name


def test_the_corpus_has_every_kind() -> None:
    kinds = {case.name.partition("-")[0] for case in _ALL}
    # B16, many at once, is a test further down: it is no query of its own.
    assert {f"B{number:02}" for number in (*range(1, 16), 17)} <= kinds
    assert {f"S{number:02}" for number in range(1, 7)} <= kinds
    assert len(_ALL) > 90


@pytest.mark.parametrize("case", _ALL, ids=_named)
def test_a_query_without_the_guard_ends_in_time_and_the_next_is_answered(
    case: Case, pool: Pool, listeners: Listeners
) -> None:
    calm = _calm(pool)
    start = time.monotonic()
    became = _in_pool(pool, case.payload(listeners.addresses).decode())
    spent = time.monotonic() - start
    assert listeners.connected() == 0
    assert became in case.about["in_pool"]
    assert spent <= SECONDS + LATE
    assert _calm(pool) == calm


@pytest.mark.parametrize("case", _ALL, ids=_named)
def test_a_query_over_http_ends_in_time_and_another_client_is_answered(
    case: Case,
    http: httpx.Client,
    server: tuple[str, subprocess.Popen[str]],
    listeners: Listeners,
    *,
    bounded: bool,
) -> None:
    wanted = {name for name in case.about["over_http"] if name not in {"ended", "answered"}}
    if not bounded and {"ended", "answered"} & set(case.about["over_http"]) and case.name.startswith("B"):
        pytest.skip("the server runs queries where it cannot end them: SERVANDA_QUERY_TIMEOUT is not known")
    calm = http.get("/sparql", params={"query": _CALM}).json()
    start = time.monotonic()
    response = http.post(
        "/sparql",
        content=case.payload(listeners.addresses),
        headers={"Content-Type": "application/sparql-query"},
    )
    spent = time.monotonic() - start
    assert server[1].poll() is None
    assert listeners.connected() == 0
    if response.is_success:
        assert "answered" in case.about["over_http"]
    else:
        told = response.json()["type"].rpartition("/")[2]
        assert told in (wanted | _ENDED if "ended" in case.about["over_http"] else wanted)
    assert spent <= SECONDS + LATE
    assert http.get("/sparql", params={"query": _CALM}).json() == calm


def test_the_listeners_would_notice(listeners: Listeners) -> None:
    assert listeners.connected() == 0
    with socket.create_connection(("127.0.0.1", listeners.port), timeout=5):
        pass
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(listeners.path))
    assert listeners.connected() == 2


def test_six_bombs_at_once_leave_others_their_answers(pool: Pool) -> None:
    bomb = next(case for case in _ALL if case.name == "B01-product-count.rq").raw.decode()
    start = time.monotonic()
    with ThreadPoolExecutor(6) as executor:
        outcomes = list(executor.map(lambda _: _in_pool(pool, bomb), range(6)))
    assert set(outcomes) == {"ended"}
    assert time.monotonic() - start < 6 * (SECONDS + LATE)
    assert _calm(pool)


def test_two_hundred_bombs_at_once_are_ended_or_refused_and_others_are_answered(
    server: tuple[str, subprocess.Popen[str]], http: httpx.Client
) -> None:
    """B16: the queue has an end, and what stands before it is not in anybody's way."""
    bomb = next(case for case in _ALL if case.name == "B01-product-count.rq").raw
    calm = http.get("/sparql", params={"query": _CALM}).json()

    def throw(number: int) -> tuple[str, float]:
        start = time.monotonic()
        response = httpx.post(
            f"{server[0]}/sparql",
            content=bomb + b" # %d" % number,
            headers={"Content-Type": "application/sparql-query"},
            timeout=60,
        )
        return response.json()["type"].rpartition("/")[2], time.monotonic() - start

    with ThreadPoolExecutor(200) as executor:
        thrown = [executor.submit(throw, number) for number in range(200)]
        waited = []
        while not all(each.done() for each in thrown):
            start = time.monotonic()
            assert http.get("/healthz").is_success
            waited.append(time.monotonic() - start)
        became = [each.result() for each in thrown]
    assert {name for name, _ in became} <= {"overloaded", "query-timeout"}
    assert "overloaded" in {name for name, _ in became}
    assert max(waited) < 2 * SECONDS
    assert server[1].poll() is None
    assert http.get("/sparql", params={"query": _CALM}).json() == calm


def _calm(pool: Pool) -> bytes:
    return pool.answer(Query(_CALM, _JSON)).body


def _in_pool(pool: Pool, query: str) -> str:
    """Return what becomes of a query that the guard has not seen."""
    graph = next((word for word in query.split() if word in {"CONSTRUCT", "DESCRIBE", "SELECT", "ASK"}), "")
    media_type = "text/turtle" if graph in {"CONSTRUCT", "DESCRIBE"} else _JSON
    try:
        pool.answer(Query(query, media_type))
    except (QueryTimeoutError, QueryMemoryError, AnswerTooLargeError):
        return "ended"
    except ForbiddenQueryError as error:
        return "too-long" if error.kind == "query-too-long" else "refused"
    except QueryError:
        return "refused"
    return "answered"
