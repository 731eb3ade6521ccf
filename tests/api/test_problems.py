"""What goes wrong is told as a problem with a stable type, and never with more than it should say."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from api import errors
from kg.errors import RuleError, StoreError

if TYPE_CHECKING:
    import httpx

API = "/api/v1"
CURSOR = "WyJhIiwiYiJd"
DEEP = "W1tb" * 13_334  # brackets, each in another
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("request_line", "status", "name", "words"),
    [
        ("GET /nowhere", 404, "unknown-path", "/nowhere"),
        (f"GET {API}/", 404, "unknown-path", ""),
        (f"DELETE {API}/claims", 405, "method-not-allowed", "GET, HEAD"),
        ("PUT /sparql", 405, "method-not-allowed", "GET, HEAD, POST"),
        (f"POST {API}/alleged-violations", 405, "method-not-allowed", "GET"),
        (f"GET {API}/claims/nothing/here", 404, "not-found", "nothing/here"),
        (f"GET {API}/claims?colour=red", 400, "unknown-parameter", "colour"),
        (f"GET {API}/claims?Limit=3", 400, "unknown-parameter", "Limit"),
        (f"GET {API}/agreements/nk-2020-11-10?limit=3", 400, "unknown-parameter", "limit"),
        ("GET /healthz?x", 400, "unknown-parameter", "x"),
        ("GET /docs?x=1", 400, "unknown-parameter", "x"),
        (f"GET {API}/questions?limit=1", 400, "unknown-parameter", "limit"),
        (f"GET {API}/claims?limit=1&limit=2", 400, "repeated-parameter", "limit"),
        (f"GET {API}/questions/07?report=a&report=b", 400, "repeated-parameter", "report"),
        (f"GET {API}/claims?limit=0", 400, "invalid-parameter", "limit"),
        (f"GET {API}/claims?limit=201", 400, "invalid-parameter", "200"),
        (f"GET {API}/claims?limit=many", 400, "invalid-parameter", "limit"),
        (f"GET {API}/claims?count=perhaps", 400, "invalid-parameter", "count"),
        (f"GET {API}/alleged-violations?basis=hearsay", 400, "invalid-parameter", "source-asserted"),
        (f"GET {API}/alleged-violations?scope=", 400, "invalid-parameter", "disputed"),
        (f"GET {API}/alleged-violations?from=yesterday", 400, "invalid-parameter", "2021-08-26"),
        (f"GET {API}/alleged-violations?from=2021-08-26T25:00", 400, "invalid-parameter", "23:59:59"),
        (f"GET {API}/alleged-violations?from=2022&to=2021", 400, "invalid-parameter", "later"),
        (f"GET {API}/alleged-violations?agreement=nk-2020-11-01", 400, "unknown-reference", "nk-2020-11-10"),
        (f"GET {API}/alleged-violations?agreement=", 400, "unknown-reference", "''"),
        (f"GET {API}/alleged-violations?perpetrator=nk-2020-11-10", 400, "unknown-reference", "actor"),
        (f"GET {API}/claims?modality=rumoured", 400, "unknown-reference", "modality"),
        (f"GET {API}/claims?cursor=nonsense", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/claims?cursor=%C3%A4", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/claims?cursor=", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/claims?cursor={CURSOR}", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/claims?cursor={DEEP[:8000]}", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/claims?cursor={DEEP}", 400, "invalid-cursor", "cursor"),
        (f"GET {API}/questions/99", 404, "unknown-question", "99"),
        (f"GET {API}/questions/07?colour=red", 400, "invalid-parameter", "colour"),
        (f"GET {API}/questions/07?report=no-such", 400, "invalid-parameter", "no-such"),
        ("GET /sparql?default-graph-uri=urn:g", 400, "missing-query", "query"),
        ("GET /graphs?graph=&default", 400, "invalid-parameter", "graph"),
        ("GET /graphs?graph=urn:g&default", 400, "invalid-parameter", "either"),
        ("GET /graphs?graph=urn:g&graph=urn:g", 400, "repeated-parameter", "graph"),
        ("GET /graphs?graph=g", 400, "invalid-parameter", "absolute"),
        ("GET /graphs?graph=%FF", 400, "bad-request", "UTF-8"),
        ("GET /graphs?colour=red", 400, "unknown-parameter", "default"),
        ("GET /graphs/ontology?default", 400, "unknown-parameter", "default"),
        ("GET /graphs?graph=urn:g", 404, "not-found", "urn:g"),
        ("GET /graphs/nothing/here", 404, "not-found", "graph/nothing/here"),
        ("GET /sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400, "repeated-parameter", "query"),
        ("GET /sparql?query=SELECT", 400, "query-syntax", ""),
        ("GET /sparql?query=", 400, "query-syntax", "SELECT"),
        ("GET /sparql?query=%FF", 400, "bad-request", "UTF-8"),
        ("GET /sparql?query=INSERT%20DATA%7B%7D", 400, "update-forbidden", "INSERT"),
        ("GET /sparql?update=CLEAR%20ALL", 400, "update-forbidden", "update"),
        ("GET /sparql?query=ASK%7B%7D&using-graph-uri=urn:g", 400, "update-forbidden", "using-graph-uri"),
        ("GET /sparql?query=LOAD%20%3Curn:x%3E", 400, "load-forbidden", "LOAD"),
        ("GET /sparql?query=ASK%7BSERVICE%3Curn:x%3E%7B%7D%7D", 400, "service-forbidden", "SERVICE"),
        (f"GET /sparql?query=ASK%20{'%7B' * 70}", 400, "query-too-deep", "64"),
        ("GET /sparql?query=ASK%7B%7D&default-graph-uri=g", 400, "invalid-parameter", "default-graph-uri"),
    ],
)  # fmt: skip
def test_a_problem_is_told_by_its_type_and_in_words(
    http: httpx.Client, request_line: str, status: int, name: str, words: str
) -> None:
    method, _, url = request_line.partition(" ")
    answer = http.request(method, url)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status), answer.text
    assert body["type"] == f"https://w3id.org/servanda/problem/{name}"
    assert body["title"] == errors.PROBLEMS[name].title
    assert words in body["detail"] or words in str(body.get("allowed"))
    assert body["detail"]
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_an_unknown_parameter_is_told_with_those_there_are(http: httpx.Client) -> None:
    body = http.get(f"{API}/reports?colour=red").json()
    assert body["parameter"] == "colour"
    assert body["allowed"] == ["count", "cursor", "f", "facets", "limit", "publisher", "source"]


def test_a_code_that_is_not_in_its_list_is_told_with_those_that_are(http: httpx.Client) -> None:
    body = http.get(f"{API}/alleged-violations?scope=maybe").json()
    assert body["parameter"] == "scope"
    assert body["allowed"] == ["in", "out", "disputed", "unknown"]


def test_an_unknown_reference_is_told_with_the_nearest(http: httpx.Client) -> None:
    body = http.get(f"{API}/alleged-violations?place=siunik").json()
    assert (body["parameter"], body["value"]) == ("place", "siunik")
    assert body["suggestions"][0] == "syunik"


def test_a_cursor_of_another_list_or_other_filters_is_refused(http: httpx.Client) -> None:
    following = http.get(f"{API}/claims", params={"limit": 2}).json()["next"]
    cursor = following.rpartition("cursor=")[2]
    assert http.get(f"{API}/claims?cursor={cursor}").status_code == 200
    for path in (f"{API}/events?limit=2", f"{API}/claims?modality=hedged"):
        answer = http.get(f"{path}&cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("/invalid-cursor")


def test_the_place_of_a_syntax_error_is_told(http: httpx.Client) -> None:
    body = http.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"}).json()
    assert body["type"].endswith("/query-syntax")
    assert body["line"] == 2
    assert body["column"] in range(14, 17)


def test_methods_that_are_taken_are_named(http: httpx.Client) -> None:
    assert http.delete(f"{API}/claims").headers["allow"] == "GET, HEAD"
    assert set(http.put("/sparql").headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_what_is_not_foreseen_tells_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/x", "headers": [], "query_string": b""})
    for error in (ValueError("secret place"), RuleError("secret"), StoreError("secret")):
        with caplog.at_level(logging.ERROR):
            handler = errors._on_error_of_ours if not isinstance(error, ValueError) else errors._on_anything  # noqa: SLF001
            answer = handler(request, error)
        assert b"secret" not in bytes(answer.body)
        assert answer.status_code == (503 if isinstance(error, StoreError) else 500)


def test_every_problem_is_documented_and_every_documented_one_exists() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    told = {
        line.split("`")[1]: int(line.split("|")[2])
        for line in page.partition("## Problems")[2].splitlines()
        if line.startswith("| `")
    }
    assert told == {name: kind.status for name, kind in errors.PROBLEMS.items()}
