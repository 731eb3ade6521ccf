"""SPARQL 1.1 Protocol, for queries."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph

from kg.query.guard import MAX_LENGTH

if TYPE_CHECKING:
    import httpx

SEED = "https://w3id.org/servanda/id/report/seed-syunik-highway-2021"
SVD = "PREFIX svd: <https://w3id.org/servanda/ontology#> "
SELECT = f"{SVD}SELECT ?key WHERE {{ <{SEED}/claim/c1> svd:key ?key }}"
ASK = f"{SVD}ASK {{ <{SEED}/claim/c1> a svd:Claim }}"
CONSTRUCT = f"{SVD}CONSTRUCT {{ ?c svd:key ?k }} WHERE {{ ?c svd:statedIn <{SEED}> ; svd:key ?k }}"
DESCRIBE = f"DESCRIBE <{SEED}/claim/c1>"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"


def keys(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["key"]["value"] for row in answer.json()["results"]["bindings"]]


def test_relative_iris_are_so_to_the_address_that_was_asked(http: httpx.Client) -> None:
    told = []
    for host in ("localhost", "127.0.0.1:8080", "localhost"):
        answer = http.get("/sparql", params={"query": "SELECT (<x> AS ?x) {}"}, headers={"host": host})
        told.append(answer.json()["results"]["bindings"][0]["x"]["value"])
    assert told == ["http://localhost/x", "http://127.0.0.1:8080/x", "http://localhost/x"]


def test_the_same_address_is_answered_as_each_accepts(http: httpx.Client) -> None:
    address = "/sparql?" + urlencode({"query": "ASK {} # as each accepts"})
    for kind in (JSON, "text/csv; charset=utf-8", JSON):
        answer = http.get(address, headers={"accept": kind.partition(";")[0]})
        assert answer.headers["content-type"] == kind
    assert http.get(address, headers={"accept": "image/png"}).status_code == 406


def test_a_query_is_taken_in_each_of_three_ways(http: httpx.Client) -> None:
    assert keys(http.get("/sparql", params={"query": SELECT})) == ["c1"]
    assert keys(http.post("/sparql", data={"query": SELECT})) == ["c1"]
    assert keys(http.post("/sparql", content=SELECT, headers={"content-type": DIRECT})) == ["c1"]
    assert keys(
        http.post("/sparql", content=SELECT, headers={"content-type": f"{DIRECT}; charset=UTF-8"})
    ) == ["c1"]


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (SELECT, None, JSON),
        (SELECT, "*/*", JSON),
        (SELECT, JSON, JSON),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (SELECT, f"{JSON};q=0.1, TEXT/csv;q=0.2", "text/csv; charset=utf-8"),
        (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        (ASK, None, JSON),
        (ASK, "text/csv", "text/csv; charset=utf-8"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, None, "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples; charset=utf-8"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (DESCRIBE, "text/turtle", "text/turtle; charset=utf-8"),
        (DESCRIBE, f"{JSON}, text/*;q=0.1", "text/turtle; charset=utf-8"),
    ],
)  # fmt: skip
def test_the_answer_is_what_its_label_says(
    http: httpx.Client, query: str, accept: str | None, content_type: str
) -> None:
    # httpx sends `Accept: */*` unless told otherwise
    headers = {"accept": accept} if accept is not None else {"accept": ""}
    answer = http.get("/sparql", params={"query": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == content_type
    kind = content_type.partition(";")[0]
    if kind.endswith("json") and "ld" not in kind:
        body = answer.json()
        assert body.get("boolean") is True or body["results"]["bindings"][0]["key"]["value"] == "c1"
    elif kind == "application/sparql-results+xml":
        assert ET.fromstring(answer.text).tag == "{http://www.w3.org/2005/sparql-results#}sparql"  # noqa: S314
    elif kind == "text/csv":
        assert list(csv.reader(io.StringIO(answer.text))) in ([["key"], ["c1"]], [["true"]])
    elif kind == "text/tab-separated-values":
        assert answer.text.split() == ["?key", '"c1"']
    elif kind == "application/ld+json":
        assert "c1" in str(answer.json())
    else:
        assert len(Graph().parse(data=answer.text, format=kind)) > 5


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "text/turtle"), (CONSTRUCT, JSON), (ASK, "image/png"), (DESCRIBE, "text/turtle;q=0, text/csv")],
)
def test_what_cannot_be_given_is_refused_with_what_can(http: httpx.Client, query: str, accept: str) -> None:
    answer = http.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("text/turtle" in answer.json()["allowed"]) == (query in (CONSTRUCT, DESCRIBE))


def test_a_form_is_decoded_once(http: httpx.Client) -> None:
    words = "a%20b + c & d=e ä % %2B"
    query = f"SELECT ('{words}' AS ?key) (STR(<http://x/a%20b>) AS ?iri) {{ }}"
    for answer in (
        http.get("/sparql", params={"query": query}),
        http.get(f"/sparql?query={quote(query, safe='')}"),
        http.post("/sparql", data={"query": query}),
        http.post("/sparql", content=urlencode({"query": query}), headers={"content-type": FORM}),
        http.post("/sparql", content=query.encode(), headers={"content-type": DIRECT}),
    ):
        row = answer.json()["results"]["bindings"][0]
        assert row["key"]["value"] == words
        assert row["iri"]["value"] == "http://x/a%20b"


def test_the_default_graph_is_the_union_of_all_unless_the_request_or_query_says_else(
    http: httpx.Client,
) -> None:
    base = "https://w3id.org/servanda/id/graph/"
    count = f"{SVD}SELECT (COUNT(*) AS ?key) {{ ?s a svd:Claim }}"
    graphs = f"{SVD}SELECT (COUNT(*) AS ?key) {{ GRAPH ?g {{ ?s a svd:Claim }} }}"
    seed, tass = f"{base}report/seed-syunik-highway-2021", f"{base}report/tass-1330905"

    def number(query: str, **more: object) -> int:
        return int(keys(http.get("/sparql", params={"query": query, **more}))[0])  # type: ignore[dict-item]

    everything, of_seed, of_tass = (
        number(count),
        number(count, **{"default-graph-uri": seed}),
        number(count, **{"default-graph-uri": tass}),
    )
    assert 0 < of_tass < of_seed < everything
    assert number(count, **{"default-graph-uri": [seed, tass]}) == of_seed + of_tass
    assert number(count.replace("{", f"FROM <{seed}> {{", 1)) == of_seed
    assert number(count.replace("{", f"FROM <{seed}> {{", 1), **{"default-graph-uri": tass}) == of_tass
    assert number(graphs) == everything
    assert number(graphs, **{"named-graph-uri": seed}) == of_seed
    assert number(count, **{"named-graph-uri": seed}) == 0
    posted = http.post(
        "/sparql", params={"default-graph-uri": seed}, content=count, headers={"content-type": DIRECT}
    )
    assert keys(posted) == [str(of_seed)]
    assert keys(http.post("/sparql", data={"query": count, "default-graph-uri": [seed, tass]})) == [
        str(of_seed + of_tass)
    ]


def test_parameters_that_clients_add_of_their_own_are_passed_over(http: httpx.Client) -> None:
    added = {"query": SELECT, "format": "json", "output": "json", "timeout": "0"}
    assert keys(http.get("/sparql", params=added)) == ["c1"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "name"),
    [
        (SELECT, "text/plain", 415, "unsupported-media-type"),
        (SELECT, "", 415, "unsupported-media-type"),
        (SELECT, f"{DIRECT}; charset=utf-16", 415, "unsupported-media-type"),
        (b"ASK { ?s ?p '\xff' }", DIRECT, 400, "bad-request"),
        ("query=%FF", FORM, 400, "bad-request"),
        ("query=ä", FORM, 400, "bad-request"),
        ("", FORM, 400, "missing-query"),
        ("query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400, "repeated-parameter"),
        ("update=CLEAR+ALL", FORM, 400, "update-forbidden"),
        ("query=ASK%7B%7D&update=CLEAR+ALL", FORM, 400, "update-forbidden"),
        ("CLEAR ALL", "application/sparql-update", 400, "update-forbidden"),
        ("CLEAR ALL", DIRECT, 400, "update-forbidden"),
        ("SELECT nonsense", DIRECT, 400, "query-syntax"),
        ("ASK { } #" + "x" * MAX_LENGTH, DIRECT, 413, "query-too-long"),
        ("x" * (4 * MAX_LENGTH), DIRECT, 413, "body-too-large"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_body_that_cannot_be_answered_is_refused(
    http: httpx.Client, body: str | bytes, content_type: str, status: int, name: str
) -> None:
    content = body.encode() if isinstance(body, str) else body
    answer = http.post(
        "/sparql", content=content, headers={"content-type": content_type} if content_type else {}
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"/{name}")


def test_a_query_in_the_address_beside_one_in_the_body_is_refused(http: httpx.Client) -> None:
    for headers, content in (
        ({"content-type": FORM}, urlencode({"query": ASK})),
        ({"content-type": DIRECT}, ASK),
    ):
        answer = http.post("/sparql", params={"query": ASK}, content=content, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("/repeated-parameter")


def test_a_query_that_answers_differently_each_time_is_not_to_be_kept(http: httpx.Client) -> None:
    answer = http.get("/sparql", params={"query": "SELECT (NOW() AS ?now) { }"})
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "etag" in http.get("/sparql", params={"query": ASK}).headers


@pytest.mark.parametrize(
    "query",
    [
        "ASK{FILTER(" + "+".join(["1"] * 7_500) + ")}",
        "ASK{FILTER(" + "!" * 20_000 + "1)}",
        "ASK{" + "MINUS{}" * 6_000 + "}",
        "ASK{?s " + "|".join(["<a:>"] * 12_000) + " ?o}",
        "SELECT * {" + " ".join(f"BIND(1 AS ?x{number})" for number in range(3_000)) + "}",
    ],
    ids=["plus", "not", "minus", "path", "bind"],
)
def test_long_chains_do_not_end_the_process(http: httpx.Client, query: str) -> None:
    answer = http.post("/sparql", content=query, headers={"content-type": DIRECT})
    told = answer.json().get("type", "ok").rpartition("/")[2]
    assert (answer.status_code, told) in {(200, "ok"), (504, "query-timeout")}  # on a machine that is busy
    assert http.get("/healthz").status_code == 200


def test_the_headline_is_the_same_over_sparql(http: httpx.Client) -> None:
    alleged = f"?v a svd:AllegedViolation ; svd:inReport <{SEED}>"
    query = f"{SVD}SELECT ?key {{ {alleged} ; svd:supportedBy/svd:key ?key }}"
    assert keys(http.get("/sparql", params={"query": query})) == ["c13"]
    told = http.get("/sparql", params={"query": ASK}, headers={"accept": JSON})
    assert json.loads(told.text)["boolean"] is True
