"""A query whose worker dies is answered with what it died of, counted by that, and harms nobody else."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.pace import LATE
from tests.processes import children, working

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.slow

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
DIRECT = {"content-type": "application/sparql-query"}


@pytest.fixture(scope="module")
def served(
    copy: Path, serving: Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]
) -> Iterator[tuple[httpx.Client, int]]:
    settings = {"SERVANDA_QUERY_TIMEOUT": "60"}
    with serving(copy, **settings) as (url, process), httpx.Client(base_url=url, timeout=90) as client:
        yield client, process.pid


@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [(signal.SIGABRT, "query-abort", "abort"), (signal.SIGSEGV, "query-crash", "crash")],
)
def test_what_a_query_died_of_is_told_by_name_and_counted(
    number: signal.Signals, name: str, reason: str, served: tuple[httpx.Client, int]
) -> None:
    client, server = served
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(client.post, "/sparql", content=ENDLESS, headers=DIRECT)
        os.kill(working(children(server)), number)  # of one of its zygotes
        answer = asked.result(LATE)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].rpartition("/")[2] == name
    assert answer.status_code >= 500
    counted = f'servanda_pool_kills_total{{lane="query",reason="{reason}"}} 1.0'
    assert counted in client.get("/metrics").text.splitlines()
    assert client.post("/sparql", content="ASK { ?s ?p ?o }", headers=DIRECT).json()["boolean"] is True
