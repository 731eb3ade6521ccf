"""The W3C tests of the SPARQL 1.1 Graph Store Protocol, and some of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tests.conformance.answers import as_rows, graph, same

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import httpx

    from tests.conformance.server import Server

    Address = Callable[[str], str]

PREFIXES = """@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix v: <http://www.w3.org/2006/vcard/ns#> .
"""
TURTLE = "text/turtle; charset=utf-8"
WRITTEN = (200, 201, 204)
CHANGED = (200, 204)
ALICE = f'{PREFIXES}[] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] .'
BOUNDARY = "a6fe4cd636164618814be9f8d3d1a0de"
MULTIPART = (
    "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}.ttl"; filename="{name}.ttl"\r\n'
        "Content-Type: text/turtle; charset=utf-8\r\n\r\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\r\n"
        f'<http://www.example/gsp/person/1> foaf:{term} "{value}" .\r\n\r\n'
        for name, term, value in (("lastName", "familyName", "Doe"), ("firstName", "givenName", "Jane"))
    )
    + f"--{BOUNDARY}--\r\n"
)
MERGED = f"""{PREFIXES}<http://www.example/gsp/person/1> a foaf:Person ;
    foaf:givenName "Jane" ; foaf:familyName "Doe" ;
    foaf:businessCard [ a v:VCard ; v:fn "Jane Doe" ] ."""
DEFAULT = "/graphs?default"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:s"><u:p>x</u:p></rdf:Description></rdf:RDF>'
)


def person(name: str, subject: str = "http://www.example/gsp/person/1") -> str:
    return f'{PREFIXES}<{subject}> a foaf:Person ; foaf:businessCard [ a v:VCard ; v:fn "{name}" ] .'


def indirect(number: str) -> str:
    return f"/graphs?graph={quote(f'http://www.example/gsp/person/{number}.ttl', safe='')}"


def direct(number: str) -> str:
    return f"/graphs/person/{number}.ttl"


BOTH = pytest.mark.parametrize("address", [indirect, direct])


class Graphs:
    """The graphs of a service."""

    def __init__(self, server: Server) -> None:
        """Take the service."""
        self.server = server

    def send(
        self, method: str, url: str, text: str | None = None, kind: str = TURTLE, accept: str = "text/turtle"
    ) -> httpx.Response:
        """Return the answer to a request."""
        headers = {"accept": accept} | ({} if text is None else {"content-type": kind})
        content = None if text is None else text.encode()
        return self.server.client.request(method, url, content=content, headers=headers)

    def write(
        self, method: str, url: str, text: str, allowed: Collection[int], kind: str = TURTLE
    ) -> httpx.Response:
        """Return the answer to a request that must be answered with one of these statuses."""
        answer = self.send(method, url, text, kind)
        assert answer.status_code in allowed, answer.text
        return answer

    def assert_holds(self, url: str, text: str, accept: str = "text/turtle") -> None:
        """Fail unless a graph is what the Turtle says."""
        answer = self.send("GET", url, accept=accept)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == accept
        form = ox.RdfFormat.from_media_type(accept)
        assert form is not None
        wanted = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=f"{self.server.url}{url}")
        assert same(as_rows(graph(answer.content, form)), as_rows(wanted))


@pytest.fixture
def graphs(server: Server) -> Graphs:
    server.fill([])
    return Graphs(server)


@BOTH
def test_put_get_repeat(graphs: Graphs, address: Address) -> None:
    graphs.write("PUT", address("1"), person("John Doe"), (201,))
    graphs.assert_holds(address("1"), person("John Doe"))
    graphs.write("PUT", address("1"), person("Jane Doe"), CHANGED)
    graphs.assert_holds(address("1"), person("Jane Doe"))


def test_put_get_default(graphs: Graphs) -> None:
    graphs.write("PUT", DEFAULT, ALICE, WRITTEN)
    graphs.assert_holds(DEFAULT, ALICE)


@BOTH
def test_put_delete_get_delete(graphs: Graphs, address: Address) -> None:
    graphs.write("PUT", address("2"), ALICE, WRITTEN)
    assert graphs.send("DELETE", address("2")).status_code in CHANGED
    assert graphs.send("GET", address("2")).status_code == 404
    assert graphs.send("DELETE", address("2")).status_code in {200, 204, 404}


@BOTH
def test_post_get_post_get(graphs: Graphs, address: Address) -> None:
    graphs.write("POST", address("1"), person("Jane Doe"), WRITTEN)
    graphs.assert_holds(address("1"), person("Jane Doe"))
    graphs.write("POST", address("1"), MULTIPART, CHANGED, f"multipart/form-data; boundary={BOUNDARY}")
    graphs.assert_holds(address("1"), MERGED)


def test_post_get_new_graph(graphs: Graphs) -> None:
    made = graphs.write("POST", "/graphs", ALICE, (201,))
    location = str(made.request.url.join(made.headers["location"]))
    graphs.assert_holds(f"/graphs?graph={quote(location, safe='')}", ALICE)


@BOTH
def test_head_existing(graphs: Graphs, address: Address) -> None:
    graphs.write("PUT", address("1"), person("John Doe"), WRITTEN)
    answer = graphs.send("HEAD", address("1"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "text/turtle"


def test_head_non_existing(graphs: Graphs) -> None:
    assert graphs.send("HEAD", indirect("4")).status_code == 404


def test_put_get_uri_pct_encoded(graphs: Graphs) -> None:
    encoded = "/graphs?graph=http%3A%2F%2Fwww.example%2Fgsp%2Fperson%2F1.ttl"
    graphs.write("PUT", encoded, person("John Doe"), (201,))
    graphs.assert_holds("/graphs?graph=http://www.example/gsp/person/1.ttl", person("John Doe"))


def test_put_get_uri_pct_encoded_twice(graphs: Graphs) -> None:
    once = "/graphs?graph=http://www.example/gsp/person/%31.ttl"
    twice = "/graphs?graph=http://www.example/gsp/person/%2531.ttl"
    two = person("Jane Doe", "http://www.example/gsp/person/2")
    graphs.write("PUT", once, person("John Doe"), (201,))
    graphs.write("PUT", twice, two, (201,))
    graphs.assert_holds(once, person("John Doe"))
    graphs.assert_holds(twice, two)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("application/n-triples", '<urn:s> <urn:p> "x" .'),
        (
            "application/rdf+xml",
            RDF_XML,
        ),
        ("application/ld+json", '{"@id": "urn:s", "urn:p": "x"}'),
    ],
)
def test_each_syntax_is_read_and_written(graphs: Graphs, kind: str, text: str) -> None:
    graphs.write("PUT", indirect("1"), text, WRITTEN, kind)
    for accept in ("text/turtle", kind):
        graphs.assert_holds(indirect("1"), '<urn:s> <urn:p> "x" .', accept)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_does_not_parse_leaves_the_graph_as_it_was(graphs: Graphs, method: str) -> None:
    graphs.write("PUT", indirect("1"), person("John Doe"), WRITTEN)
    broken = f"{PREFIXES}<urn:a> <urn:b> <urn:c> . <urn:broken"
    graphs.write(method, indirect("1"), broken, (400, 415, 422))
    graphs.assert_holds(indirect("1"), person("John Doe"))


def test_a_syntax_that_nobody_knows_is_refused(graphs: Graphs) -> None:
    graphs.write("PUT", indirect("1"), "x", (415,), "application/x-unknown")


def test_post_to_the_default_graph_adds(graphs: Graphs) -> None:
    graphs.write("PUT", DEFAULT, "<urn:a> <urn:b> <urn:c> .", WRITTEN)
    graphs.write("POST", DEFAULT, "<urn:a> <urn:b> <urn:d> .", CHANGED)
    graphs.assert_holds(DEFAULT, "<urn:a> <urn:b> <urn:c>, <urn:d> .")


def test_put_of_nothing_empties_the_graph(graphs: Graphs) -> None:
    graphs.write("PUT", indirect("2"), ALICE, WRITTEN)
    graphs.write("PUT", indirect("2"), "", CHANGED)
    answer = graphs.send("GET", indirect("2"))
    assert answer.status_code == 404 or not graph(answer.content, ox.RdfFormat.TURTLE)


@pytest.mark.parametrize("address", ["/graphs?graph=", "/graphs?graph=g", "/graphs?graph=urn:g&default"])
def test_what_names_no_graph_is_refused(graphs: Graphs, address: str) -> None:
    graphs.write("PUT", address, ALICE, (400,))
    assert graphs.send("GET", address).status_code == 400


def test_quads_are_refused_or_taken_and_nothing_else(graphs: Graphs) -> None:
    quads = "<urn:s> <urn:p> <urn:o> <urn:other> ."
    assert graphs.send("PUT", indirect("1"), quads, "application/n-quads").status_code < 500


def test_relative_iris_become_absolute(graphs: Graphs) -> None:
    graphs.write("PUT", indirect("1"), "<> <urn:p> <x> .", WRITTEN)
    answer = graphs.send("GET", indirect("1"), accept="application/n-triples")
    [quad] = graph(answer.content, ox.RdfFormat.N_TRIPLES)
    assert ":" in str(quad.subject)


def test_a_graph_is_read_by_parameter_and_by_address(server: Server) -> None:
    direct_name = f"{server.url}/graphs/person/1.ttl"
    names = ["http://www.example/gsp/person/1.ttl", "http://www.example/gsp/person/%31.ttl", direct_name]
    term = ox.NamedNode("urn:p")
    server.fill(
        [ox.Quad(term, term, ox.Literal(number), ox.NamedNode(name)) for number, name in enumerate(names)]
        + [ox.Quad(term, term, ox.Literal("default"))],
        ["urn:empty"],
    )
    held = Graphs(server)
    for number, address in enumerate((indirect("1"), indirect("%31"), direct("1"))):
        held.assert_holds(address, f"<urn:p> <urn:p> {number} .")
        assert held.send("HEAD", address).status_code == 200
    held.assert_holds(DEFAULT, '<urn:p> <urn:p> "default" .')
    held.assert_holds("/graphs?graph=urn:empty", "")
    for address in (indirect("4"), direct("4"), "/graphs?graph=urn:p"):
        assert held.send("GET", address).status_code == held.send("HEAD", address).status_code == 404
