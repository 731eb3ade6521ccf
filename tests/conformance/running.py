"""Running a test of the W3C suites against a server: queries, updates, syntax and formats of results."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg.store.lexer import tokens
from tests.conformance import answers
from tests.conformance.answers import Answer, Table, as_rows, same
from tests.conformance.conftest import suites
from tests.conformance.suite import BASE, MF, QT, UT, Case, cases, read, url

if TYPE_CHECKING:
    import httpx

    from tests.conformance.server import Server

KNOWN: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("known_failures.toml").read_text("utf-8")
)
FOUND = suites()
TOTALS = {"sparql10": 482, "sparql11": 498, "sparql12": 269}
"""Tests of each suite, but for SPARQL 1.1 the seven that want other services to be asked."""
PASSED = {"sparql10": 467, "sparql11": 489, "sparql12": 267}
"""Those that pass; the others are listed by name in known_failures.toml with their causes, and must fail."""
ACCEPT = (
    "application/sparql-results+json;version=1.2, application/sparql-results+xml;version=1.2;q=0.9, "
    "application/n-triples;version=1.2;q=0.9, text/turtle;version=1.2;q=0.8"
)
DATASET = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
STAR = re.compile(r"\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", re.IGNORECASE)
EVERYTHING = "SELECT ?s ?p ?o ?g WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def listed(suite: str) -> list[Any]:
    """Return the tests of a suite that ask no other service; those that are known to fail are marked."""
    if FOUND is None:
        return [
            pytest.param(None, marks=pytest.mark.skip("no suites: SERVANDA_W3C_SUITES names their folder"))
        ]
    found = []
    for case in cases(FOUND, suite):
        if case.name.startswith("service/") and case.valid is None:
            continue
        cause = KNOWN[suite].get(case.name)
        marks = [] if cause is None else [pytest.mark.xfail(reason=cause, strict=True)]
        found.append(pytest.param(case, id=case.name, marks=marks))
    return found


def whole(suite: str) -> None:
    """Fail unless the suite is there as a whole, and as many of its tests pass as should."""
    names = {parameter.id for parameter in listed(suite)}
    assert len(names) == TOTALS[suite]
    assert set(KNOWN[suite]) <= names
    assert len(names) - len(KNOWN[suite]) == PASSED[suite]


def run(server: Server, case: Case) -> None:
    """Run a test; raise AssertionError where it fails."""
    if case.valid is not None:
        check_syntax(server, case, valid=case.valid)
    elif case.is_update:
        check_update(server, case)
    else:
        check_query(server, case)


def ask(server: Server, text: str, accept: str = ACCEPT) -> httpx.Response:
    """Return the answer to a query."""
    headers = {"content-type": "application/sparql-query", "accept": accept}
    return server.client.post("/sparql", content=text.encode(), headers=headers)


def update(server: Server, text: str) -> httpx.Response:
    """Return the answer to an update."""
    headers = {"content-type": "application/sparql-update"}
    return server.client.post("/sparql/update", content=text.encode(), headers=headers)


def check_syntax(server: Server, case: Case, *, valid: bool) -> None:
    path = case.file(case.action)
    try:
        text = f"BASE <{url(case.root, path)}>\n{path.read_bytes().decode()}"
    except UnicodeDecodeError:
        assert not valid
        return
    answer = update(server, text) if case.is_update else ask(server, text)
    if valid:
        # What is refused, or fails, for what it would do has been understood.
        named = answer.json()["type"].rpartition("/")[2] if answer.is_error else ""
        assert answer.is_success or named in {"service-forbidden", "load-forbidden", "update-failed"}, (
            answer.text
        )
    else:
        assert answer.is_client_error, answer.text


def check_query(server: Server, case: Case) -> None:
    query = case.file(case.facts.one(case.action, QT + "query"))
    text = query.read_bytes().decode()
    base = url(case.root, query)
    quads, names = case.quads(case.action, QT)
    for number, reference in enumerate(dict.fromkeys(DATASET.findall(text))):
        name = resolved(reference, base)
        path = case.root / name.removeprefix(BASE)
        if path.is_file() and name not in names:
            quads += read(case.root, path, f"f{number}", name)
            names.append(name)
    server.fill(quads, names)
    target = case.file(case.result)
    wanted = answers.expected(case.root, target)
    asked = f"BASE <{base}>\n{text}"
    if target.suffix in {".csv", ".tsv"}:
        assert isinstance(wanted, Table)
        check_text(ask(server, asked, _TEXTS[target.suffix]), text, target.suffix, wanted)
    else:
        check_answer(case, text, received(ask(server, asked)), wanted, target)


_TEXTS = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}
_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}


def received(answer: httpx.Response) -> Answer:
    """Return the answer to a query as what it is."""
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    if kind in _RESULTS:
        return answers.results(answer.content, _RESULTS[kind])
    form = ox.RdfFormat.from_media_type(kind)
    assert form is not None, kind
    return answers.graph(answer.content, form)


def check_text(answer: httpx.Response, text: str, suffix: str, wanted: Table) -> None:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == _TEXTS[suffix]
    found = (
        answers.from_csv(answer.text)
        if suffix == ".csv"
        else answers.results(answer.content, ox.QueryResultsFormat.TSV)
    )
    assert isinstance(found, Table)
    if STAR.search(text):
        assert set(found.variables) == set(wanted.variables)
    else:
        assert found.variables == wanted.variables
    assert same(found.columns(wanted.variables), wanted.rows, ordered=is_ordered(text))


def check_answer(case: Case, text: str, found: Answer, wanted: Answer, target: Path) -> None:
    assert type(found) is type(wanted), (found, wanted)
    if isinstance(found, frozenset) and isinstance(wanted, frozenset):
        assert same(as_rows(found), as_rows(wanted))
    elif isinstance(found, Table) and isinstance(wanted, Table):
        names = sorted({*found.variables, *wanted.variables})
        cardinality = case.facts.text(case.node, MF + "resultCardinality")
        ordered = is_ordered(text) and (target.suffix in {".srx", ".srj"} or wanted.ordered)
        reduced = cardinality.endswith("LaxCardinality")
        one, other = found.columns(names), wanted.columns(names)
        assert same(one, other, ordered=ordered, reduced=reduced), (one[:5], other[:5])
    else:
        assert found == wanted


def check_update(server: Server, case: Case) -> None:
    path = case.file(case.facts.one(case.action, UT + "request"))
    server.fill(*case.quads(case.action, UT))
    answer = update(server, f"BASE <{url(case.root, path)}>\n{path.read_bytes().decode()}")
    assert answer.is_success, answer.text
    wanted, _ = ([], []) if case.result is None else case.quads(case.result, UT)
    found = received(ask(server, EVERYTHING))
    assert isinstance(found, Table)
    assert same(found.columns(["s", "p", "o", "g"]), as_rows(wanted))


def is_ordered(text: str) -> bool:
    """Return whether the outermost query has ORDER BY."""
    return any(token.depth == 0 and token.is_word("ORDER") for token in tokens(text))


def resolved(reference: str, base: str) -> str:
    """Return a relative IRI as a SPARQL parser resolves it."""
    [quad] = ox.parse(f"<{reference}> <x:p> <x:o> .", format=ox.RdfFormat.TURTLE, base_iri=base)
    assert isinstance(quad.subject, ox.NamedNode)
    return quad.subject.value
