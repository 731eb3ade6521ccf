"""The guard refuses what would leave the machine or change the graph, and nothing else."""

from __future__ import annotations

import http.server
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ForbiddenQueryError, QueryError, QuerySyntaxError
from kg.query.guard import MAX_DEPTH, MAX_LENGTH, check
from kg.store import Dataset, QueryForm, memory
from kg.store.lexer import has_dataset_clause, tokens
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = [
    "SELECT * { SERVICE <u:x> { ?x ?y ?z } }",
    "SELECT * { SERVICE SILENT <u:x> { ?x ?y ?z } }",
    "ASK { FILTER EXISTS { SERVICE <u:x> { } } }",
    "ASK { VALUES ?x { ''' a' } SERVICE <u:x> { } }",
    "ASK { service<u:x>{} }",
    "ASK { SERVICE#c\n<u:x>{} }",
    "ASK { #x\rSERVICE <u:x>{} }",
    "ASK { {}service<u:x>{} }",
    r"ASK { \u0053ERVICE <u:x>{} }",
    r"ASK { \U00000053ERVICE <u:x>{} }",
    "ASK { ?s ?p trueSERVICE<u:x>{} }",
    "ASK { ?s ?p 1SERVICE<u:x>{} }",
    "ASK { ?s ?p 1.SERVICE<u:x>{} }",
    "ASK { ?s ?p 1e5SERVICE<u:x>{} }",
    "ASK { SERVICESILENT<u:x>{} }",
    "PREFIX x: <u:> ASK { SERVICEx:a{} }",
    "PREFIX x: <u:> ASK { SERVICE SILENTx:a{} }",
    "PREFIX : <u:> ASK { SERVICE:a{} }",
    "PREFIX : <u:> ASK { ?s ?p true.SERVICE:a{} }",
    "PREFIX ex: <u:> ASK { ?s ?p ex:.SERVICE<u:x>{} }",
    "PREFIX ex: <u:> ASK { ?s ex:a\\' 2 SERVICE<u:x>{?s ?p ex:b\\'} }",
    "ASK { ?s ?p 'a'^^<u:t>SERVICE<u:x>{} }",
    "ASK { BIND(1 AS ?z)SERVICE?z{} }",
    # `<` compares, so that what looks like an IRI begins a comment, and what looks like a string ends
    "ASK { ?s ?p ?o FILTER(?o<#>'''\n1)SERVICE<u:x>{} #'''\n}",
    "ASK { ?s ?p ?o FILTER(<<(?s ?p ?o)>> <#>'''\n1)SERVICE<u:x>{} #'''\n}",
    "ASK { FILTER(?a<<#'>)SERVICE<u:x>{} }",
    "ASK { FILTER(EXISTS{}<#>'\n3)SERVICE<u:x>{}#'\n}",
    "SELECT (1<2 AS ?k)(?s<#>'\n3 AS ?j) { SERVICE<u:x>{}#'\n}",
    "ASK { FILTER <u:f>(?o<#>'''\n1)SERVICE<u:x>{} #'''\n}",
]
HARMLESS = [
    'ASK { ?s ?p "SERVICE <u:x> {}" }',
    "ASK { ?s ?p 'it\\'s SERVICE <u:x> {}' }",
    'ASK { ?s ?p """a "SERVICE" <u:x> {} """ }',
    "ASK { ?s ?p '''a\\'''SERVICE<u:x>{}#''' }",
    "ASK { ?s <http://SERVICE/SERVICE> ?o }",
    "ASK { ?s SERVICE:a ?o }",
    "PREFIX service: <u:> ASK { GRAPH service:a { ?s ?p ?o } }",
    "PREFIX service: <u:> SELECT * FROM service:a { ?s ?p service:b }",
    "ASK { ?SERVICE ?p $service }",
    "ASK { } # SERVICE <u:x> {}",
    "ASK { _:service ?p 'x'@service }",
    "ASK { VALUES (?x ?y) { (<a#b> <c#SERVICE>) (<a#b> 'SERVICE') } }",
    "ASK { ?s ?p ?o FILTER(?o < 3 && ?o > 'SERVICE') }",
    "ASK { ?s ex:service/ex:b* ?o }",
    "ASK { ?s ?p ?load, 'LOAD', <u:DROP> }",
    "SELECT (COUNT(*) AS ?insert) { ?s ?p ?o } GROUP BY ?delete",
]


@pytest.mark.parametrize("query", CALLS)
def test_a_call_of_another_endpoint_is_refused_in_every_disguise(query: str) -> None:
    with pytest.raises(ForbiddenQueryError) as refused:
        check(query)
    assert refused.value.kind == "service-forbidden"


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_no_reason_to_refuse(query: str) -> None:
    check(query)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("LOAD <u:x>", "load-forbidden"),
        ("load silent <u:x> INTO GRAPH <u:g>", "load-forbidden"),
        ("# c\nPREFIX a: <u:a> INSERT DATA { }", "update-forbidden"),
        ("DELETE WHERE { ?s ?p ?o }", "update-forbidden"),
        ("BASE <u:SELECT> WITH <u:g> DELETE { } WHERE { }", "update-forbidden"),
        *((f"{word} ALL", "update-forbidden") for word in ("CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")),
        ("ASK { " + "x" * MAX_LENGTH + "}", "query-too-long"),
        ("ASK { '" + "ä" * (MAX_LENGTH // 2) + "' }", "query-too-long"),
        ("ASK " + "{" * (MAX_DEPTH + 2), "query-too-deep"),
        ("ASK { FILTER(" + "(" * MAX_DEPTH + ")}", "query-too-deep"),
        ("ASK { ?s ?p " + "[ ?p " * (MAX_DEPTH + 1), "query-too-deep"),
    ],
)
def test_what_changes_or_overflows_is_refused_by_name(query: str, kind: str) -> None:
    with pytest.raises(ForbiddenQueryError) as refused:
        check(query)
    assert refused.value.kind == kind


def test_the_deepest_and_longest_queries_pass() -> None:
    check("ASK { FILTER(" + "(" * (MAX_DEPTH - 3) + "1" + ")" * (MAX_DEPTH - 3) + ") }")
    check("ASK { } #" + "x" * (MAX_LENGTH - 9))


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { }", QueryForm.SELECT),
        ("prefix ask: <u:#SELECT> base <u:ASK> # DESCRIBE\nConstruct { } { }", QueryForm.CONSTRUCT),
        ("DESCRIBE <u:SELECT>", QueryForm.DESCRIBE),
        ("ASK { SELECT * { } }", QueryForm.ASK),
    ],
)
def test_the_form_is_the_first_that_the_query_itself_names(query: str, form: QueryForm) -> None:
    assert check(query).form is form


@pytest.mark.parametrize(
    ("query", "line", "column"), [("", 1, 1), ("\n\n  FOO { }", 3, 3), ("PREFIX a: <u:>\n", 1, 1)]
)
def test_what_is_neither_query_nor_update_is_a_syntax_error_with_its_place(
    query: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as refused:
        check(query)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (NOW() AS ?n) { }", True),
        ("ASK { FILTER(rand() < 1) }", True),
        ("ASK { ?now ?p 'NOW()' }", False),
    ],
)
def test_a_query_that_answers_differently_each_time_is_known(query: str, volatile: bool) -> None:  # noqa: FBT001
    assert check(query).volatile is volatile


@pytest.mark.parametrize(
    "query",
    [
        "a." * 32_000,
        "a.:" * 20_000,
        "<" * 65_000,
        "'" * 65_000,
        "'''\\'" * 13_000,
        '"""\'' * 16_000,
        "'''\n\\" * 13_000,
        '"\\' * 32_000,
        "ex:a" + "." * 60_000,
        "@a" + "-" * 60_000,
        "%41" * 20_000,
        "a:\\" * 20_000,
        "\\u0041" * 10_000,
        "_:a." * 16_000,
    ],
    ids=lambda query: query[:6],
)
def test_hostile_text_is_read_in_linear_time(query: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError):
        check(query)
    assert time.monotonic() - start < LATE


def test_any_number_of_strings_pass_that_have_an_end() -> None:
    texts = ["'a'", '"b"', "'''c's '''", '''"""d"""''', "''", '""'] * 50
    assert check(f"SELECT * {{ VALUES ?x {{ {' '.join(texts)} }} # \\\n }}").form is QueryForm.SELECT
    assert check("SELECT * { VALUES ?x { ''' a' ''' b' } # \\\n }").form is QueryForm.SELECT
    with pytest.raises(QuerySyntaxError, match="a string has no end") as caught:
        check("SELECT * {\n \\ " + "' \\" * 17)
    assert caught.value.line == 2


def test_from_is_answered_as_it_says() -> None:
    store = memory("https://example.org/")
    graphs = {"a": "urn:ga", "b": "urn:gb"}
    from rdflib.term import Literal, URIRef  # noqa: PLC0415

    from kg.store import ChangeSet  # noqa: PLC0415

    store.apply(
        ChangeSet(
            insert=frozenset(
                (URIRef(f"urn:{name}"), URIRef("urn:p"), Literal(name), URIRef(graph))
                for name, graph in graphs.items()
            ),
        ),
    )

    def found(query: str, dataset: Dataset | None = None) -> list[str]:
        return sorted(store.answer(query, "text/csv", dataset).decode().split()[1:])

    assert found("SELECT ?s { ?s ?p ?o }") == ["urn:a", "urn:b"]
    assert found("SELECT ?s FROM <urn:ga> { ?s ?p ?o }") == ["urn:a"]
    assert found("SELECT ?s FROM NAMED <urn:ga> { GRAPH ?g { ?s ?p ?o } }") == ["urn:a"]
    assert found("SELECT ?s FROM NAMED <urn:ga> { ?s ?p ?o }") == []
    assert found("SELECT ?s FROM <urn:ga> { ?s ?p ?o }", Dataset(default=("urn:gb",))) == ["urn:b"]
    assert found("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", Dataset(named=("urn:gb",))) == ["urn:b"]
    assert found("SELECT ?s { ?s ?p ?o }", Dataset(named=("urn:gb",))) == []


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("SELECT ?from FROM <urn:g> { }", True),
        ("ASK\nfrom named <urn:g> { }", True),
        ("DESCRIBE <u:a>FROM<u:b>", True),
        ("ASK { ?from <urn:from> 'FROM <urn:g>' } # FROM <urn:g>", False),
        ("PREFIX from: <u:> ASK { ?s from:a ?o }", False),
    ],
)
def test_a_query_that_names_its_graphs_is_known(query: str, has: bool) -> None:  # noqa: FBT001
    assert has_dataset_clause(query) is has


def test_tokens_put_together_are_the_query_without_space_and_comments() -> None:
    query = "SELECT ?s{?s<u:p>'a'@en,1.5e3;a ex:b\\#c.FILTER(?x<=3||!?y)}"
    assert "".join(token.text for token in tokens(query)) == query.replace(" ", "")


class _Counting(http.server.BaseHTTPRequestHandler):
    hits = 0

    def do_POST(self) -> None:
        type(self).hits += 1
        self.send_error(500)

    do_GET = do_POST  # noqa: N815 - as the handler wants it

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Counting)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


_PIECES = (
    *[
        "SERVICE",
        "service",
        "SILENT",
        "<ENDPOINT>",
        "{",
        "}",
        "{}",
        "(",
        ")",
        "'",
        "#",
        "<",
        ">",
        "<<(",
        ")>>",
        "<#>",
        "<#'>",
        "?o",
        "?s ?p ?o",
        ".",
        "FILTER",
        "FILTER(",
    ],
    *[
        "BIND(1 AS ?z)",
        "true",
        "1",
        "EXISTS",
        "GRAPH ?g",
        "OPTIONAL",
        "UNION",
        "x:",
        "x:a",
        ":",
        "a",
        "=",
        "1=1",
        "VALUES ?v {1}",
        "SELECT*",
    ],
    "'''",
    '"',
    "\n",
    "\r",
    " ",
    "\\'",
    "\\u0053",
)


def test_the_listener_would_notice_a_call(endpoint: str) -> None:
    before = _Counting.hits
    with pytest.raises(QueryError):
        memory("https://example.org/").answer(f"ASK {{ SERVICE <{endpoint}> {{}} }}", "text/csv")
    assert _Counting.hits == before + 1


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=14))
def test_nothing_that_passes_calls_anybody(endpoint: str, pieces: list[str]) -> None:
    body = "".join(pieces).replace("ENDPOINT", endpoint)
    query = f"PREFIX x: <{endpoint}> PREFIX : <{endpoint}> SELECT * {{ {body} }}"
    before = _Counting.hits
    try:
        check(query)
        memory("https://example.org/").answer(query, "text/csv")
    except QueryError:
        pass
    assert _Counting.hits == before, query
