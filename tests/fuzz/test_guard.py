"""The guard against queries that are made up: no harmless one is refused, no call in disguise passes."""

from __future__ import annotations

import http.server
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ForbiddenQueryError, QueryError, QuerySyntaxError
from kg.query.guard import MAX_LENGTH, _harmless, _looked_at, check
from kg.store import memory
from kg.store.lexer import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXAMPLES = int(os.environ.get("SERVANDA_FUZZ_EXAMPLES", "6")) * 150
SUITES = Path(
    os.environ.get("SERVANDA_W3C_SUITES", Path(__file__).parents[3] / "shared" / "conformance" / "suites")
)
_BOUNDED = settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = st.sampled_from(
    ["SERVICE", "service", "Service SILENT", "LOAD", "load", "INSERT DATA", "DROP ALL", "CLEAR", "DELETE"]
)
_CALL = st.builds(
    "{0}{1}".format, WORDS, st.sampled_from(["", " <urn:x> {}", "<urn:x>{ ?a ?b ?c }", " ?x {"])
)
_SPACE = st.sampled_from([" ", "\n", "\t", "\r\n", "  "])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'").replace("\n", " ")


_STRINGS = st.one_of(
    st.builds(lambda call: f'"{_quoted(call)}"', _CALL),
    st.builds(lambda call: f"'{_quoted(call)}'", _CALL),
    st.builds(lambda call: f'"""a " {call} \' b"""', _CALL),
    st.builds(lambda call: f"'''a ' \n{call} \" b'''", _CALL),
    st.builds(lambda call: f"'it\\'s {_quoted(call)}'@en", _CALL),
    st.builds(lambda call: f"'{_quoted(call)}'^^<urn:SERVICE>", _CALL),
    st.builds(lambda call: f"'#{_quoted(call)}'", _CALL),
)
_NAMES = st.sampled_from(
    [
        "<http://SERVICE/service?LOAD=SERVICE#SERVICE>",
        "<urn:service>",
        "service:service",
        "SERVICE:a",
        "load:LOAD",
        ":service",
        ":a.service",
        "service:a%20SERVICE",
        "service:a\\#SERVICE",
        "ex:SERVICE-service",
    ]
)
_VARIABLES = st.sampled_from(["?service", "$SERVICE", "?load", "?SERVICEsilent", "?x"])
_NODES = st.one_of(_NAMES, _VARIABLES, st.sampled_from(["_:service", "_:SERVICE", "[]"]))
_OBJECTS = st.one_of(
    _NODES, _STRINGS, st.sampled_from(["1", "1.5", "2e3", "true", "(1 'SERVICE' <urn:LOAD>)"])
)
_PREDICATES = st.one_of(
    _NAMES,
    _VARIABLES,
    st.sampled_from(["a", "service:a/ex:b*", "^SERVICE:a", "!(load:a|^:b)", "(ex:a|ex:b)+"]),
)
_COMMENTS = st.one_of(st.just(" "), st.builds(lambda call: f" # {_quoted(call)} '\"<{{\n", _CALL))
_TRIPLES = st.builds("{0}{1}{2}{3}{4} .{5}".format, _NODES, _SPACE, _PREDICATES, _SPACE, _OBJECTS, _COMMENTS)
_FILTERS = st.builds(
    "FILTER({0}{1}{2}){3}".format,
    _VARIABLES,
    st.sampled_from([" = ", " < ", ">", " != ", "<", " <= "]),
    st.one_of(_VARIABLES, _STRINGS, st.just("5")),
    _COMMENTS,
)
_VALUES = st.builds("VALUES ?v {{ {0} <urn:service> }}{1}".format, _STRINGS, _COMMENTS)
_BINDS = st.builds("BIND(STR({0}) AS ?bound{1})".format, _STRINGS, st.integers(0, 10**9))
_PARTS = st.recursive(
    st.one_of(_TRIPLES, _TRIPLES, _FILTERS, _VALUES),
    lambda inner: st.one_of(
        st.builds("OPTIONAL {{ {0} }} ".format, inner),
        st.builds("{{ {0} }} UNION {{ {1} }} ".format, inner, inner),
        st.builds("MINUS {{ {0} }} ".format, inner),
        st.builds("FILTER NOT EXISTS {{ {0} }} ".format, inner),
        st.builds("GRAPH {0} {{ {1} }} ".format, st.one_of(_NAMES, _VARIABLES), inner),
        st.builds("{0} {1}".format, inner, inner),
    ),
    max_leaves=8,
)
_PROLOGUE = (
    "PREFIX service: <urn:service:> PREFIX SERVICE: <urn:SERVICE:> # LOAD <urn:x>\n"
    "PREFIX load: <urn:load:> PREFIX : <urn:> PREFIX ex: <urn:ex:>\n"
)
_HARMLESS = st.builds(
    "{0}{1}{2} {{ {3} {4} }}".format,
    st.just(_PROLOGUE),
    st.sampled_from(
        ["SELECT *", "ASK", "SELECT ?service", "CONSTRUCT { ?service service:a 'SERVICE' } WHERE"]
    ),
    st.sampled_from(["", " FROM <urn:service>", " FROM service:a", " FROM NAMED SERVICE:a"]),
    _PARTS,
    st.one_of(st.just(""), _BINDS),
).map(lambda query: query.replace("} FROM", "} FROM").replace("WHERE FROM", "FROM").replace("  {", " {"))


@_BOUNDED
@given(query=_HARMLESS)
def test_a_harmless_query_is_never_refused(query: str) -> None:
    if not _parses(query):
        return
    check(query)


def test_most_of_what_is_made_up_is_sparql() -> None:
    parsed = []

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(query=_HARMLESS)
    def count(query: str) -> None:
        parsed.append(_parses(query))

    count()
    assert sum(parsed) > len(parsed) * 0.8


@pytest.mark.skipif(not SUITES.is_dir(), reason=f"the W3C suites are not in {SUITES} (SERVANDA_W3C_SUITES)")
def test_no_query_of_the_standard_suites_is_refused_that_calls_nobody() -> None:
    files = sorted(SUITES.rglob("*.rq"))
    assert len(files) > 1000
    calm = calling = 0
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        if len(text) > MAX_LENGTH:
            continue
        if any(token.is_word("SERVICE") for token in tokens(text)):
            calling += 1  # nor is it given to the engine, which would call
            assert _refusal(text) in {"service-forbidden", "query-syntax"}, file
        elif _parses(text):
            calm += 1
            assert _refusal(text) is None, file
    assert calm > 700
    assert calling > 5


_BITS = st.sampled_from(
    [
        *("SELECT", "select", "ASK", "CONSTRUCT", "PREFIX", "BASE", "INSERT", "LOAD", "NOW()", "RAND", "x"),
        *("SERVICE", "{", "}", "(", ")", "[", "<<", ">>", "<", ">", "<urn:a>", "a:", ":", "a:b", "?x", "'"),
        *('"', "#", "\n", " ", "\\u0053", "\\", "*", "{ " * 40, "( " * 70, ";", ".", "\f", "\u00e9"),
    ]
)


@_BOUNDED
@given(bits=st.lists(_BITS, max_size=14), space=st.sampled_from(["", " "]))
def test_what_is_told_at_a_glance_is_what_is_told_by_the_tokens(bits: list[str], space: str) -> None:
    query = space.join(bits)
    glance = _harmless(query)
    if glance is not None:
        assert glance == _looked_at(query)


@_BOUNDED
@given(query=_HARMLESS)
def test_what_is_told_of_sparql_at_a_glance_is_what_is_told_by_the_tokens(query: str) -> None:
    glance = _harmless(query)
    if glance is not None:
        assert glance == _looked_at(query)


@pytest.mark.skipif(not SUITES.is_dir(), reason=f"the W3C suites are not in {SUITES} (SERVANDA_W3C_SUITES)")
def test_most_queries_of_the_standard_suites_are_told_at_a_glance_and_rightly() -> None:
    told = 0
    for file in SUITES.rglob("*.rq"):
        text = file.read_text(encoding="utf-8", errors="replace")
        glance = _harmless(text)
        if glance is not None:
            told += 1
            assert glance == _looked_at(text), file
    assert told > 700


def _refusal(query: str) -> str | None:
    """Return why the guard refuses a query; None if it lets it pass."""
    try:
        check(query)
    except ForbiddenQueryError as error:
        return error.kind
    except QuerySyntaxError:
        return "query-syntax"
    return None


_SPELLED = st.one_of(
    st.sampled_from(["SERVICE", "service", "SeRvIcE"]),
    st.lists(st.booleans(), min_size=7, max_size=7).map(
        lambda cases: "".join(c.upper() if up else c for c, up in zip("service", cases, strict=True))
    ),
    st.integers(0, 6).map(lambda at: "SERVICE"[:at] + f"\\u{ord('SERVICE'[at]):04x}" + "SERVICE"[at + 1 :]),
    st.integers(0, 6).map(lambda at: "SERVICE"[:at] + f"\\U{ord('SERVICE'[at]):08X}" + "SERVICE"[at + 1 :]),
)
_GLUE = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "\r",
        "\t",
        "#c\n",
        "#'\r",
        " # {\n",
        "\f",
        "\u00a0",
        "\ufeff",
        "\u2028",
        "#\u2028",
        "/**/",
    ]
)
_TARGET = st.sampled_from(["<ENDPOINT>", "e:a", "e:", ":", ":a", "?e"])
_BEFORE = st.sampled_from(
    [
        "",
        "{}",
        "?s ?p ?o .",
        "?s ?p true",
        "?s ?p 1",
        "?s ?p 1.",
        "?s ?p 'a'",
        "?s ?p 'a'@en",
        "?s ?p 'a\\\\'",
        '?s ?p """a\\""""',
        "?s ?p '''a\\''''",
        "?s ?p e:a\\'",
        "?s ?p <urn:x>",
        "?s ?p ?o FILTER(?o<#>'''\n1)",
        "?s ?p ?o FILTER(1<2)",
        "?s ?p ?o FILTER(?o < 1 || ?o > 2)",
        "BIND(<ENDPOINT> AS ?e)",
        "VALUES ?e { <ENDPOINT> }",
        "OPTIONAL {} ",
        "#'\n",
        "GRAPH ?g {} ",
        "GRAPH e:a {} ",
        "?s ?p ()",
        "?s ?p []",
        "[ ?p 1 ] .",
        "?s e:a.",
        "?s ?p e:",
        "?s !e:a ?o .",
    ]
)
_AFTER = st.sampled_from(["{}", " { ?x ?y ?z }", "#\n{}", "{ }#'''\n", "{}'"])
_AROUND = st.sampled_from(
    [
        "SELECT * {{ {} }}",
        "ASK {{ FILTER EXISTS {{ {} }} }}",
        "SELECT * {{ {{ SELECT * {{ {} }} }} }}",
        "CONSTRUCT {{ ?x ?y ?z }} WHERE {{ {} }}",
        "ASK {{ OPTIONAL {{ {} }} }}",
        "DESCRIBE ?x {{ {} }}",
        "SELECT (1<2 AS ?k) {{ {} }}",
    ]
)


@_BOUNDED
@given(
    before=_BEFORE,
    word=_SPELLED,
    glue=st.tuples(_GLUE, _GLUE, _GLUE),
    silent=st.sampled_from(["", "SILENT", "silent"]),
    target=_TARGET,
    after=_AFTER,
    around=_AROUND,
)
def test_a_call_in_disguise_is_refused_or_no_sparql(  # noqa: PLR0913, PLR0917 - the parts of a call
    endpoint: str,
    before: str,
    word: str,
    glue: tuple[str, ...],
    silent: str,
    target: str,
    after: str,
    around: str,
) -> None:
    body = f"{before}{glue[0]}{word}{glue[1]}{silent}{glue[2]}{target}{after}"
    query = f"PREFIX e: <{endpoint}> PREFIX : <{endpoint}> {around.format(body)}".replace(
        "ENDPOINT", endpoint
    )
    try:
        check(query)
    except QueryError:
        return
    hits = _Counting.hits
    try:
        memory("https://example.org/").answer(query, _written(around))
    except QuerySyntaxError:
        return
    except QueryError:
        pass
    assert _Counting.hits == hits, query


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


def _written(around: str) -> str:
    return "text/turtle" if around.startswith(("CONSTRUCT", "DESCRIBE")) else "text/csv"


def _parses(query: str) -> bool:
    """Return whether the engine takes the text for a query; nothing is asked that would call anybody."""
    try:
        ox.Store().query(query)
    except SyntaxError:
        return False
    except (OSError, ValueError, RuntimeError):
        return True
    return True
