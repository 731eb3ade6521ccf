"""A query that takes more than it may is ended, and says so; nobody else notices."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.pipeline import initialise
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

LIMIT = 2
"""Seconds."""
PRODUCT = "?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
ENDLESS_ANSWER = f"SELECT * {{ {PRODUCT} }}"
DOUBLING = "".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(30))
MEMORY = f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('0123456789' AS ?x0) {DOUBLING} }}"


@pytest.fixture(scope="module")
def limited(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Give a client of a server whose limits are narrow."""
    folder = tmp_path_factory.mktemp("limited") / "store"
    initialise(folder).close()
    narrow = {"TIMEOUT": str(LIMIT), "MEMORY": "128", "BYTES": "1"}
    settings = {f"SERVANDA_QUERY_{name}": value for name, value in narrow.items()}
    with serving(folder, **settings) as (url, _), httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        (ENDLESS, 504, "query-timeout"),
        (ENDLESS_ANSWER, 413, "result-too-large"),
        (MEMORY, 503, "query-memory"),
    ],
)
def test_a_query_that_takes_too_much_is_ended(
    limited: httpx.Client, query: str, status: int, name: str
) -> None:
    begun = time.monotonic()
    answer = limited.get("/sparql", params={"query": query})
    assert time.monotonic() - begun <= LIMIT + LATE
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, name)
    good = limited.get("/sparql", params={"query": "SELECT (1 + 1 AS ?n) { }"})
    assert good.json()["results"]["bindings"][0]["n"]["value"] == "2"


def test_the_limits_are_told(limited: httpx.Client) -> None:
    told = limited.get("/sparql").text
    for words in ("2 seconds", "128 MB", "1,048,576 bytes", "65,536 bytes", "64 brackets"):
        assert words in told


def test_a_query_of_which_one_function_is_unknown_is_answered(limited: httpx.Client) -> None:
    query = "SELECT (<http://example.org/no-such-function>(1) AS ?x) { }"
    answer = limited.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["results"]["bindings"]) == (200, [{}])


def test_what_a_syntax_cannot_hold_is_refused(limited: httpx.Client) -> None:
    query = r"SELECT ('a\u0001' AS ?x) { }"
    answer = limited.get(
        "/sparql", params={"query": query}, headers={"accept": "application/sparql-results+xml"}
    )
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (406, "not-acceptable")
    assert limited.get("/sparql", params={"query": query}).status_code == 200
