"""Graphs are given whole, by parameter and by address, in every syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from rdflib import Graph

if TYPE_CHECKING:
    import httpx

BASE = "https://w3id.org/servanda/id/graph/"
SEED = f"{BASE}report/seed-syunik-highway-2021"
SYNTAXES = {
    "text/turtle": "text/turtle; charset=utf-8",
    "application/n-triples": "application/n-triples; charset=utf-8",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/trig": "application/trig; charset=utf-8",
    "application/n-quads": "application/n-quads; charset=utf-8",
}


def triples(answer: httpx.Response) -> set[str]:
    """Return the triples of an answer; there are no blank nodes in what is stored."""
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    quads = list(ox.parse(answer.content, ox.RdfFormat.from_media_type(kind)))
    assert {str(quad.graph_name) for quad in quads} == {"DEFAULT"}
    return {str(quad.triple) for quad in quads}


@pytest.fixture(scope="module")
def seed(http: httpx.Client) -> set[str]:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{SEED}> {{ ?s ?p ?o }} }}"
    found = triples(http.get("/sparql", params={"query": query}))
    assert len(found) > 500
    return found


@pytest.mark.parametrize("accept", SYNTAXES)
def test_a_graph_is_given_in_the_syntax_that_is_wanted(
    http: httpx.Client, seed: set[str], accept: str
) -> None:
    answer = http.get("/graphs", params={"graph": SEED}, headers={"accept": accept})
    assert answer.headers["content-type"] == SYNTAXES[accept]
    assert triples(answer) == seed


def test_a_graph_has_an_address(http: httpx.Client, seed: set[str]) -> None:
    for address in (
        "/graphs/report/seed-syunik-highway-2021",
        f"/graphs?graph={quote(SEED, safe='')}",
        f"/graphs?graph={SEED}",
    ):
        assert triples(http.get(address)) == seed, address


def test_the_default_graph_is_the_union(http: httpx.Client) -> None:
    answer = http.get("/graphs?default", headers={"accept": "application/n-triples"})
    assert answer.status_code == 200
    count = http.get("/sparql?query=SELECT(COUNT(*)AS%3Fn){%3Fs%3Fp%3Fo}", headers={"accept": "text/csv"})
    assert len(answer.text.splitlines()) == int(count.text.split()[1]) > 10_000
    assert http.get("/graphs?default=").content == http.get("/graphs?default").content


def test_a_graph_that_is_not_there_is_not_found(http: httpx.Client) -> None:
    for accept in SYNTAXES:
        for address in (f"/graphs?graph={BASE}nothing", "/graphs/nothing", "/graphs/"):
            answer = http.get(address, headers={"accept": accept})
            assert answer.status_code == 404, address
            assert answer.headers["content-type"] == "application/problem+json"
            assert http.head(address, headers={"accept": accept}).status_code == 404


def test_what_cannot_be_given_is_refused_with_what_can(http: httpx.Client) -> None:
    answer = http.get("/graphs/ontology", headers={"accept": "image/png, text/turtle;q=0"})
    assert answer.status_code == 406
    assert answer.json()["allowed"] == list(SYNTAXES)


def test_head_tells_what_get_would_send(http: httpx.Client) -> None:
    for address in ("/graphs/ontology", f"/graphs?graph={BASE}ontology", "/graphs"):
        for accept in ("text/turtle", "application/n-triples"):
            headers = {"accept": accept, "accept-encoding": "identity"}
            got, told = http.get(address, headers=headers), http.head(address, headers=headers)
            assert told.status_code == got.status_code == 200
            assert told.content == b""
            for name in ("content-type", "content-length", "etag", "servanda-sequence", "vary"):
                assert told.headers[name] == got.headers[name], name


def test_the_bare_address_tells_which_graphs_there_are(http: httpx.Client) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    listed = Graph().parse(data=http.get("/graphs").text, format="turtle")
    found = listed.query(f"SELECT ?name {{ ?dataset <{sd}namedGraph>/<{sd}name> ?name }}")
    names = {str(row[0]) for row in found}  # type: ignore[index]
    assert {SEED, f"{BASE}ontology", f"{BASE}inference"} <= names
    for name in sorted(names):
        assert http.head("/graphs", params={"graph": name}).status_code == 200, name


def test_who_has_a_graph_is_told_that_it_still_holds(http: httpx.Client) -> None:
    first = http.get("/graphs/ontology")
    again = http.get("/graphs/ontology", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get("/graphs/ontology", headers={"accept": "application/n-triples"})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("method", ["PATCH", "TRACE"])
def test_other_methods_are_refused(http: httpx.Client, method: str) -> None:
    assert http.request(method, "/graphs?default").status_code == 405
