"""The W3C tests of the SPARQL 1.1 Protocol, and some of ours: requests, and what their answers must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from tests.conformance import answers

if TYPE_CHECKING:
    import httpx

    from tests.conformance.server import Server

DATA = [f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4)]
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
TABULAR = BOOLEAN | {"text/csv", "text/tab-separated-values"}
GRAPHS = {
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/trig",
    "application/n-quads",
}
DOCUMENT = "a <http://xmlns.com/foaf/0.1/Document>"
RESOURCE = "a <http://purl.org/dc/terms/BibliographicResource>"
BOTH_DEFAULT = f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"
BOTH_NAMED = f"GRAPH ?g1 {{ <{DATA[1]}> a ?type }} GRAPH ?g2 {{ <{DATA[2]}> a ?type }}"
DEFAULTS = (("default-graph-uri", DATA[1]), ("default-graph-uri", DATA[2]))
NAMED = (("named-graph-uri", DATA[1]), ("named-graph-uri", DATA[2]))
ZERO = (("default-graph-uri", DATA[0]),)
OK, BAD = "23", "4"
"""The first digits of statuses."""


@dataclass(frozen=True)
class Step:
    """A request, and what its answer must be."""

    path: str = "/sparql"
    method: str = "POST"
    parameters: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    kind: str | None = None
    status: str = OK
    types: frozenset[str] = frozenset()
    truth: bool | None = None
    accept: str | None = None

    def send(self, server: Server) -> httpx.Response:
        """Send the request."""
        query = f"?{urlencode(self.parameters, quote_via=quote)}" if self.parameters else ""
        given = {"content-type": self.kind, "accept": self.accept}
        headers = {name: value for name, value in given.items() if value is not None}
        request = server.client.build_request(
            self.method, self.path + query, content=self.body, headers=headers
        )
        if self.accept is None:
            del request.headers["accept"]
        return server.client.send(request)


def got(query: str, parameters: tuple[tuple[str, str], ...] = (), **more: object) -> Step:
    return Step(method="GET", parameters=(("query", query), *parameters), **more)  # type: ignore[arg-type]


def posted(query: str, parameters: tuple[tuple[str, str], ...] = (), **more: object) -> Step:
    return Step(parameters=parameters, body=query.encode(), kind=QUERY, **more)  # type: ignore[arg-type]


def asked(query: str, parameters: tuple[tuple[str, str], ...] = ()) -> Step:
    return posted(query, parameters, types=frozenset(BOOLEAN), truth=True)


def updated(text: str, parameters: tuple[tuple[str, str], ...] = (), **more: object) -> Step:
    return Step("/sparql/update", parameters=parameters, body=text.encode(), kind=UPDATE, **more)  # type: ignore[arg-type]


def form(text: str, **more: object) -> Step:
    return Step(body=text.encode(), kind=FORM, **more)  # type: ignore[arg-type]


def documents(*numbers: int) -> str:
    return "\n".join(f"GRAPH <{DATA[number]}> {{ <{DATA[number]}> {DOCUMENT} }}" for number in numbers)


def copying(target: str, where: str) -> str:
    return (
        f"DROP ALL ; INSERT DATA {{ {documents(1, 2, 3)} }} ;\n"
        f"INSERT {{ GRAPH <{target}> {{ ?s {RESOURCE} }} }} WHERE {{ {where} }}"
    )


def one_and_two(target: str) -> str:
    return (
        f"ASK {{ GRAPH <{target}> {{ <{DATA[1]}> {RESOURCE} . <{DATA[2]}> {RESOURCE} }}\n"
        f"FILTER NOT EXISTS {{ GRAPH <{target}> {{ <{DATA[3]}> {RESOURCE} }} }} }}"
    )


TARGET = "http://example.org/protocol-update-dataset-test/"
BASE = "http://example.org/protocol-base-test/"
TRUTH: Any = {"types": frozenset(BOOLEAN), "truth": True}
CONFLICT = """PREFIX foaf: <http://xmlns.com/foaf/0.1/>
WITH <http://example/addresses>
DELETE { ?person foaf:givenName 'Bill' }
INSERT { ?person foaf:givenName 'William' }
WHERE { ?person foaf:givenName 'Bill' }"""

W3C: dict[str, tuple[tuple[int, ...], tuple[Step, ...]]] = {
    "query_post_form": ((), (form("query=ASK%20%7B%7D", parameters=ZERO, **TRUTH),)),
    "query_dataset_default_graphs_get": ((1, 2), (got(BOTH_DEFAULT, DEFAULTS, **TRUTH),)),
    "query_dataset_default_graphs_post": ((1, 2), (asked(BOTH_DEFAULT, DEFAULTS),)),
    "query_dataset_named_graphs_post": ((1, 2), (asked(f"ASK {{ {BOTH_NAMED} }}", NAMED),)),
    "query_dataset_named_graphs_get": ((1, 2), (got(f"ASK {{ {BOTH_NAMED} }}", NAMED, **TRUTH),)),
    "query_dataset_full": (
        (1, 2, 3),
        (asked(f"ASK {{ <{DATA[3]}> a ?type {BOTH_NAMED} }}", (("default-graph-uri", DATA[3]), *NAMED)),),
    ),
    "query_multiple_dataset": ((1, 2, 3), (asked(f"ASK FROM <{DATA[3]}> {{ {BOTH_NAMED} }}", NAMED),)),
    "query_get": ((), (got("ASK {}", ZERO, **TRUTH),)),
    "query_content_type_select": (
        (),
        (posted("SELECT (1 AS ?value) {}", ZERO, types=frozenset(TABULAR)),),
    ),
    "query_content_type_ask": ((), (posted("ASK {}", ZERO, types=frozenset(BOOLEAN)),)),
    "query_content_type_describe": (
        (),
        (posted("DESCRIBE <http://example.org/>", ZERO, types=frozenset(GRAPHS)),),
    ),
    "query_content_type_construct": (
        (),
        (posted("CONSTRUCT { <s> <p> 1 } WHERE {}", ZERO, types=frozenset(GRAPHS)),),
    ),
    "query_post_direct": ((), (asked("ASK {}"),)),
    "update_dataset_default_graph": (
        (),
        (
            updated(
                f"CLEAR ALL ; INSERT DATA {{ {documents(1)} }} ;\n"
                f"INSERT {{ GRAPH <{TARGET}> {{ ?s {RESOURCE} }} }} WHERE {{ ?s {DOCUMENT} }}",
                (("using-graph-uri", DATA[1]),),
            ),
            asked(f"ASK {{ GRAPH <{TARGET}> {{ <{DATA[1]}> {RESOURCE} }} }}"),
        ),
    ),
    "update_dataset_default_graphs": (
        (),
        (
            updated(
                copying(TARGET, f"?s {DOCUMENT}"),
                (("using-graph-uri", DATA[1]), ("using-graph-uri", DATA[2])),
            ),
            asked(one_and_two(TARGET)),
        ),
    ),
    "update_dataset_named_graphs": (
        (),
        (
            updated(
                copying(TARGET, f"GRAPH ?g {{ ?s {DOCUMENT} }}"),
                (("using-named-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2])),
            ),
            asked(one_and_two(TARGET)),
        ),
    ),
    "update_dataset_full": (
        (),
        (
            updated(
                f"DROP ALL ; INSERT DATA {{ {documents(1, 2, 3)} }} ;\n"
                f"INSERT {{ GRAPH <{TARGET}> {{ ?s <http://example.org/in> ?in }} }}\n"
                f"WHERE {{ {{ GRAPH ?g {{ ?s {DOCUMENT} }} BIND(?g AS ?in) }}\n"
                f'UNION {{ ?s {DOCUMENT} . BIND("default" AS ?in) }} }}',
                (("using-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2])),
            ),
            asked(
                f'ASK {{ GRAPH <{TARGET}> {{ <{DATA[1]}> <http://example.org/in> "default" . '
                f"<{DATA[2]}> <http://example.org/in> <{DATA[2]}> }}\n"
                f"FILTER NOT EXISTS {{ GRAPH <{TARGET}> {{ <{DATA[3]}> ?p ?o }} }} }}"
            ),
        ),
    ),
    "update_post_form": ((), (Step("/sparql/update", body=b"update=CLEAR+ALL", kind=FORM),)),
    "update_post_direct": ((), (updated("CLEAR ALL"),)),
    "update_base_uri": (
        (),
        (
            updated(
                f"CLEAR SILENT GRAPH <{BASE}> ; INSERT DATA {{ GRAPH <{BASE}> "
                "{ <http://example.org/s> <http://example.org/p> <test> } }"
            ),
            asked(
                f"ASK {{ GRAPH <{BASE}> {{ <http://example.org/s> <http://example.org/p> ?o "
                'FILTER (isIRI(?o) && STR(?o) != "test") } }'
            ),
        ),
    ),
    "bad_query_method": (
        (),
        (Step(method="PUT", parameters=(("query", "ASK {}"), *ZERO), kind=FORM, status=BAD),),
    ),
    "bad_multiple_queries": ((), (got("ASK {}", (("query", "SELECT * {}"),), status=BAD),)),
    "bad_query_wrong_media_type": ((), (Step(body=b"ASK {}", kind="text/plain", status=BAD),)),
    "bad_query_missing_form_type": ((), (Step(body=b"query=ASK%20%7B%7D", status=BAD),)),
    "bad_query_missing_direct_type": ((), (Step(body=b"ASK {}", status=BAD),)),
    "bad_query_non_utf8": (
        (),
        (Step(body="ASK {}".encode("utf-16"), kind=f"{QUERY}; charset=UTF-16", status=BAD),),
    ),
    "bad_query_syntax": ((), (got("ASK {", status=BAD),)),
    "bad_update_get": (
        (),
        (Step("/sparql/update", "GET", (("update", "CLEAR ALL"),), status=BAD),),
    ),
    "bad_multiple_updates": (
        (),
        (
            Step(
                "/sparql/update",
                body=b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT",
                kind=FORM,
                status=BAD,
            ),
        ),
    ),
    "bad_update_wrong_media_type": (
        (),
        (Step("/sparql/update", body=b"CLEAR NAMED", kind="text/plain", status=BAD),),
    ),
    "bad_update_missing_form_type": (
        (),
        (Step("/sparql/update", body=b"update=CLEAR%20NAMED", status=BAD),),
    ),
    "bad_update_non_utf8": (
        (),
        (
            Step(
                "/sparql/update",
                body="CLEAR NAMED".encode("utf-16"),
                kind=f"{UPDATE}; charset=UTF-16",
                status=BAD,
            ),
        ),
    ),
    "bad_update_syntax": (
        (),
        (Step("/sparql/update", body=b"update=CLEAR%20XYZ", kind=FORM, status=BAD),),
    ),
    "bad_update_dataset_conflict": (
        (),
        (updated(CONFLICT, (("using-named-graph-uri", "http://example/people"),), status=BAD),),
    ),
}


def run(server: Server, graphs: tuple[int, ...], steps: tuple[Step, ...]) -> None:
    typed = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode(DOCUMENT[3:-1])
    names = [ox.NamedNode(DATA[number]) for number in graphs]
    server.fill([ox.Quad(name, *typed, name) for name in names])
    for step in steps:
        answer = step.send(server)
        assert str(answer.status_code)[0] in step.status, answer.text
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert not step.types or kind in step.types
        if step.truth is not None:
            form = ox.QueryResultsFormat.from_media_type(kind)
            assert form is not None
            assert answers.results(answer.content, form) is step.truth


def test_there_are_as_many_as_the_w3c_has() -> None:
    assert len(W3C) == 34


@pytest.mark.parametrize("name", W3C)
def test_the_protocol(server: Server, name: str) -> None:
    run(server, *W3C[name])


WORDS = "Grüße \N{GRINNING FACE} 漢字"
SELECT = f'SELECT ("{WORDS}" AS ?value) {{}}'
CONSTRUCT = f'CONSTRUCT {{ <urn:s> <urn:p> "{WORDS}" }} WHERE {{}}'


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        *((kind, kind) for kind in sorted(TABULAR)),
        (
            "text/csv;q=0.4, application/sparql-results+xml;q=0.9, application/sparql-results+json;q=0.5",
            "application/sparql-results+xml",
        ),
    ],
)
def test_words_of_any_script_come_back_in_every_table(server: Server, accept: str, kind: str) -> None:
    answer = posted(SELECT, accept=accept).send(server)
    assert answer.headers["content-type"].partition(";")[0] == kind
    if kind == "text/csv":
        found: object = answers.from_csv(answer.content.decode())
    else:
        form = ox.QueryResultsFormat.from_media_type(kind)
        assert form is not None
        found = answers.results(answer.content, form)
    assert isinstance(found, answers.Table)
    assert found.variables == ("value",)
    [[term]] = found.rows
    assert isinstance(term, ox.Literal)
    assert term.value == WORDS


@pytest.mark.parametrize("kind", sorted(GRAPHS))
def test_words_of_any_script_come_back_in_every_graph(server: Server, kind: str) -> None:
    answer = posted(CONSTRUCT, accept=kind).send(server)
    assert answer.headers["content-type"].partition(";")[0] == kind
    form = ox.RdfFormat.from_media_type(kind)
    assert form is not None
    [quad] = answers.graph(answer.content, form)
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == WORDS


@pytest.mark.parametrize(
    ("graphs", "step"),
    [
        ((1, 2), form(urlencode([("query", BOTH_DEFAULT), *DEFAULTS]), **TRUTH)),
        ((), Step(body=b"query=ASK+%7B%7D", kind=f"{FORM}; charset=utf-8", **TRUTH)),
        ((), got(f'ASK {{ FILTER(STRLEN("{WORDS}") = {len(WORDS)}) }}', **TRUTH)),
        ((), Step(method="HEAD", parameters=(("query", "ASK {}"),))),
        ((), posted("ASK {}", accept="image/png", status=BAD)),
        ((), posted("SELECT (<http://example.org/no-such-function>(1) AS ?x) {}")),
        ((1,), Step(method="GET", parameters=(("query", "CLEAR ALL"),), status=BAD)),
        ((1,), posted("CLEAR ALL", status=BAD)),
        ((1,), form("query=ASK+%7B%7D&update=CLEAR+ALL", status=BAD)),
    ],
    ids=lambda value: (
        None if isinstance(value, tuple) else f"{value.method} {value.parameters} {value.body}"[:50]
    ),
)
def test_more_of_the_protocol(server: Server, graphs: tuple[int, ...], step: Step) -> None:
    run(server, graphs, (step,))
    left = asked(f"ASK {{ GRAPH <{DATA[1]}> {{ ?s ?p ?o }} }}").send(server)
    assert left.json()["boolean"] is (1 in graphs)


def test_an_update_that_fails_changes_nothing(server: Server) -> None:
    server.fill([])
    answer = updated("INSERT DATA { <urn:a> <urn:b> <urn:c> } ; LOAD <http://127.0.0.1:9/nothing.ttl>")
    assert answer.send(server).is_error
    assert posted("ASK { <urn:a> <urn:b> <urn:c> }").send(server).json()["boolean"] is False


def test_nothing_is_written_by_get(server: Server) -> None:
    server.fill([ox.Quad(*(ox.NamedNode(f"urn:{name}") for name in "abc"))])
    for path in ("/sparql", "/sparql/update"):
        for name in ("query", "update"):
            Step(path, "GET", ((name, "CLEAR ALL"),)).send(server)
    assert posted("ASK { <urn:a> <urn:b> <urn:c> }").send(server).json()["boolean"] is True
