"""What an update is told to do by its text: its operations, their targets, and where it looks."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameterError, ForbiddenQueryError, QuerySyntaxError
from kg.query.guard import MAX_UPDATE, check_update
from kg.store.base import Dataset
from kg.store.update_text import (
    named_targets,
    operations,
    prefixes,
    with_dataset,
    with_one_prologue,
    without_silent_loads,
)

A, B = "<urn:a>", "<urn:b>"


@pytest.mark.parametrize(
    ("update", "names"),
    [
        ("", []),
        ("# CLEAR ALL", []),
        ("PREFIX : <urn:> BASE <urn:x>", []),
        ("clear all", ["CLEAR"]),
        ("CLEAR ALL ;", ["CLEAR"]),
        ("CLEAR ALL ; PREFIX : <urn:>", ["CLEAR"]),
        ("CLEAR ALL ; PREFIX : <urn:> INSERT DATA { :a :b :c ; :d :e }", ["CLEAR", "INSERT"]),
        ("DELETE WHERE { ?s ?p ';' } ; DROP GRAPH <urn:;>", ["DELETE", "DROP"]),
        ("ADD <urn:a> TO <urn:b> ; MOVE DEFAULT TO <urn:b>", ["ADD", "MOVE"]),
        ("COPY <urn:b> TO DEFAULT", ["COPY"]),
        ("WITH <urn:g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }", ["WITH"]),
        ("LOAD <urn:a> ; LOAD SILENT <urn:b> INTO GRAPH <urn:c> ; LOAD :a", ["LOAD", "LOAD", "LOAD"]),
        ("INSERT DATA { <urn:CLEAR> <urn:LOAD> 'LOAD <urn:x>', \"\"\"; LOAD\n\"\"\" } # ; LOAD", ["INSERT"]),
        ("PREFIX LOAD: <urn:LOAD> INSERT DATA { LOAD:a LOAD:b LOAD:c }", ["INSERT"]),
        ('VERSION "1.2" CREATE SILENT GRAPH <urn:a>', ["CREATE"]),
    ],
)  # fmt: skip
def test_the_operations_are_those_that_are_said(update: str, names: list[str]) -> None:
    assert [operation.name for operation in operations(update)] == names


@pytest.mark.parametrize(
    ("update", "line", "column", "said"),
    [
        ("SELECT * {}", 1, 1, "SELECT is a query"),
        ("CLEAR ALL ;\n ASK {}", 2, 2, "ASK is a query"),
        ("CLEAR ALL ;; CLEAR ALL", 1, 12, "before ;"),
        (";", 1, 1, "before ;"),
        ("CLEAR ALL ;\nWIPE ALL", 2, 1, "expected one of LOAD, CLEAR"),
        ("LOAD", 1, 1, "expected LOAD <…>"),
        ("LOAD 'a'", 1, 1, "expected LOAD <…>"),
        ("LOAD <urn:a> INTO <urn:b>", 1, 1, "expected LOAD <…>"),
        ("<urn:a>", 1, 1, "expected one of"),
    ],
)
def test_what_is_no_operation_is_told_with_its_place(update: str, line: int, column: int, said: str) -> None:
    with pytest.raises(QuerySyntaxError, match=said) as caught:
        list(operations(update))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("update", "plain"),
    [
        ("INSERT DATA { <urn:a> <urn:b> 1 }", True),
        ("DELETE DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", True),
        ("CLEAR ALL ; DROP GRAPH <urn:a> ; CREATE GRAPH <urn:b>", True),
        ("", True),
        ("INSERT DATA { } ; COPY <urn:a> TO <urn:b>", False),
        ("MOVE <urn:a> TO <urn:b>", False),
        ("DELETE WHERE { ?s ?p ?o }", False),
        ("INSERT { <urn:a> <urn:b> 1 } WHERE { }", False),
        ("WITH <urn:g> DELETE { } WHERE { }", False),
        ("DELETE { } INSERT { } USING <urn:DATA> WHERE { }", False),
    ],
)
def test_an_update_is_plain_that_looks_for_nothing(update: str, plain: bool) -> None:  # noqa: FBT001
    assert check_update(update).plain is plain


@pytest.mark.parametrize(
    ("update", "targets"),
    [
        ("", set()),
        ("INSERT DATA { }", set()),
        ("INSERT DATA { GRAPH <urn:a> { <urn:b> <urn:c> 1 } GRAPH :b { :s :p [ :q 2 ] } }", {A, ":b"}),
        ("INSERT DATA { <urn:b> <urn:c> 1 }", None),
        ("INSERT DATA { GRAPH <urn:a> { } <urn:b> <urn:c> 1 }", None),
        ("DELETE WHERE { GRAPH <urn:a> { ?s ?p ?o } }", {A}),
        ("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", None),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("DELETE { GRAPH <urn:a> { ?s ?p ?o } } WHERE { GRAPH <urn:b> { ?s ?p ?o } }", {A}),
        ("DELETE { GRAPH $g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", None),
        ("INSERT { GRAPH <urn:a> { ?s ?p ?o } } USING <urn:b> USING NAMED <urn:c> WHERE { ?s ?p ?o }", {A}),
        ("WITH <urn:a> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", {A}),
        ("WITH <urn:a> INSERT { GRAPH <urn:b> { ?s ?p 1 } } WHERE { ?s ?p 1 }", {A, B}),
        ("WITH <urn:a> INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { ?s ?p ?g }", None),
        ("CLEAR GRAPH <urn:a> ; DROP SILENT GRAPH :b ; CREATE GRAPH <urn:b>", {A, ":b", B}),
        ("CLEAR DEFAULT", None),
        ("DROP NAMED", None),
        ("CLEAR ALL", None),
        ("ADD <urn:a> TO GRAPH <urn:b>", {B}),
        ("COPY GRAPH <urn:a> TO <urn:b>", {B}),
        ("MOVE <urn:a> TO <urn:b>", {A, B}),
        ("COPY DEFAULT TO <urn:b>", None),
        ("ADD <urn:a> TO DEFAULT", None),
        ("INSERT DATA { GRAPH <urn:a> { <urn:s> <urn:p> 'GRAPH <urn:b> {' } # GRAPH <urn:c> { }\n}", {A}),
        ("CLEAR GRAPH <urn:a> ; INSERT DATA { <urn:s> <urn:p> 1 }", None),
    ],
)
def test_the_graphs_that_it_can_change_are_those_that_it_names(update: str, targets: set[str] | None) -> None:
    assert named_targets(update) == targets


def test_prefixes_are_found_wherever_they_stand_and_the_last_one_counts() -> None:
    update = (
        "PREFIX a: <urn:1:> CLEAR GRAPH a:x ; base <urn:b/> prefix a: <urn:2:> DROP GRAPH a:y # PREFIX c: <x>"
    )
    assert prefixes(update) == "PREFIX a: <urn:1:>\nBASE <urn:b/>\nPREFIX a: <urn:2:>"
    assert prefixes("INSERT DATA { <urn:PREFIX> <urn:p> 'PREFIX a: <urn:x>' }") == ""


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ("DELETE WHERE { ?s ?p 1 }", "DELETE { ?s ?p 1 } USING <urn:u> WHERE { ?s ?p 1 }"),
        ("DELETE WHERE { GRAPH <urn:a> { ?s ?p 1 } }",
         "DELETE { GRAPH <urn:a> { ?s ?p 1 } } USING <urn:u> WHERE { GRAPH <urn:a> { ?s ?p 1 } }"),
        ("INSERT { ?s ?p 'WHERE' } WHERE { } ; CLEAR ALL ; DELETE { } WHERE { }",
         "INSERT { ?s ?p 'WHERE' } USING <urn:u> WHERE { } ; CLEAR ALL ; DELETE { } USING <urn:u> WHERE { }"),
        ("INSERT DATA { <urn:WHERE> <urn:p> 'WHERE' }", "INSERT DATA { <urn:WHERE> <urn:p> 'WHERE' }"),
        ("INSERT { } WHERE { { SELECT * WHERE { ?s ?p ?o } } }",
         "INSERT { } USING <urn:u> WHERE { { SELECT * WHERE { ?s ?p ?o } } }"),
    ],
)  # fmt: skip
def test_the_graphs_of_a_request_are_put_where_patterns_are(update: str, told: str) -> None:
    assert with_dataset(update, Dataset(("urn:u",))) == told


def test_named_graphs_of_a_request_are_put_there_as_such() -> None:
    told = with_dataset("INSERT { ?s ?p 1 } WHERE { GRAPH ?g { ?s ?p 2 } }", Dataset(("urn:u",), ("urn:n",)))
    assert "USING <urn:u> USING NAMED <urn:n> WHERE {" in told


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { } USING <urn:a> WHERE { }",
        "WITH <urn:a> DELETE { } WHERE { }",
        "CLEAR ALL ; DELETE { } USING NAMED <urn:a> WHERE { }",
    ],
)
def test_an_update_and_its_request_do_not_both_name_graphs(update: str) -> None:
    with pytest.raises(BadParameterError, match="USING or WITH"):
        with_dataset(update, Dataset(("urn:u",)))


@pytest.mark.parametrize("form", ["DELETE WHERE {{ {0} }}", "DELETE {{ {0} }} WHERE {{ {0} }}"])
def test_what_is_told_to_look_elsewhere_does_in_the_engine(form: str) -> None:
    node, other = ox.NamedNode("urn:x"), ox.NamedNode("urn:y")
    store = ox.Store()
    store.extend([ox.Quad(node, node, node), ox.Quad(node, node, node, other)])
    store.update(with_dataset(form.format("?s ?p ?o"), Dataset(("urn:none",))))
    assert len(store) == 2
    store.update(with_dataset(form.format("?s ?p ?o"), Dataset(("urn:y",))))
    assert list(store) == [ox.Quad(node, node, node, other)]


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ("PREFIX a: <urn:a> CLEAR ALL", None),
        ("CLEAR ALL ; INSERT DATA { <urn:a> <urn:b> '; PREFIX a: <urn:a>' }", None),
        ("CLEAR ALL ; # PREFIX a: <urn:a>\n CLEAR ALL", None),
        ("CLEAR ALL ; BASE <urn:a> CLEAR ALL", None),
        ("PREFIX a: <urn:a> CLEAR ALL ; PREFIX a: <urn:b> CLEAR GRAPH a:", None),
        ("CLEAR ALL ; prefix a: <urn:a> PREFIX : <urn:> CLEAR SILENT GRAPH a:b",
         "prefix a: <urn:a> PREFIX : <urn:> CLEAR ALL ;   CLEAR SILENT GRAPH a:b"),
        ("BASE <urn:a> PREFIX a: <urn:a> CLEAR ALL ; PREFIX a: <urn:a> CLEAR ALL",
         "PREFIX a: <urn:a> BASE <urn:a> PREFIX a: <urn:a> CLEAR ALL ;  CLEAR ALL"),
    ],
)  # fmt: skip
def test_what_later_operations_declare_is_declared_first(update: str, told: str | None) -> None:
    assert with_one_prologue(update) == (told or update)
    if told:
        with pytest.raises(SyntaxError):
            ox.Store().update(update)
        ox.Store().update(told)


@pytest.mark.parametrize(
    ("update", "told"),
    [
        ("LOAD SILENT <urn:a>", "INSERT DATA { }"),
        ("CLEAR ALL ; load Silent <urn:a> INTO GRAPH <urn:b> # c\n; CLEAR ALL",
         "CLEAR ALL ; INSERT DATA { } # c\n; CLEAR ALL"),
        ("PREFIX a: <urn:> LOAD SILENT a:b ; LOAD SILENT <urn:c>",
         "PREFIX a: <urn:> INSERT DATA { } ; INSERT DATA { }"),
        ("CLEAR SILENT ALL", "CLEAR SILENT ALL"),
        ("CLEAR ALL # LOAD SILENT <urn:c>", "CLEAR ALL # LOAD SILENT <urn:c>"),
        ("DROP GRAPH <urn:LOAD> ; # 'SILENT", "DROP GRAPH <urn:LOAD> ; # 'SILENT"),
        ("LOAD <urn:SILENT>", "LOAD <urn:SILENT>"),
    ],
)  # fmt: skip
def test_a_load_that_may_fail_is_left_out_and_nothing_else(update: str, told: str) -> None:
    assert without_silent_loads(update) == told


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ("LOAD <urn:a>", "load-forbidden"),
        ("LOAD<urn:a>", "load-forbidden"),
        ("CLEAR ALL;LOAD#\n<urn:a>", "load-forbidden"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <urn:a> { ?s ?p ?o } }", "service-forbidden"),
        ("INSERT { ?s ?p ?o } WHERE { service silent ?s { ?s ?p ?o } }", "service-forbidden"),
        ("INSERT { ?s ?p ?o } WHERE { { SELECT * { SERVIC\\u0045 <urn:a> { } } } }", "service-forbidden"),
        ("INSERT { } WHERE { FILTER(trueSERVICE <urn:a> { }) }", "service-forbidden"),
        ("INSERT DATA { " + "[ <urn:p> " * 65 + "1" + " ]" * 65 + " }", "query-too-deep"),
        ("INSERT DATA { } #" + "x" * MAX_UPDATE, "query-too-long"),
    ],
)  # fmt: skip
def test_what_reaches_outside_or_too_deep_is_refused_by_name(update: str, kind: str) -> None:
    with pytest.raises(ForbiddenQueryError) as caught:
        check_update(update)
    assert caught.value.kind == kind


@pytest.mark.parametrize("update", ["LOA\\u0044 <urn:a>", "L\\U0000004FAD SIL\\u0045NT <urn:a>"])
def test_a_word_whose_letters_are_escaped_is_none_as_the_engine_reads_it(update: str) -> None:
    with pytest.raises(QuerySyntaxError):
        check_update(without_silent_loads(update))
    with pytest.raises(SyntaxError):
        ox.Store().update(update)


_SPACES = st.sampled_from(["", " ", "\n", "\t", "#c\n", " # LOAD <x:a>\n", "#'\r", ";", " ; "])
_WORDS = st.sampled_from(
    [
        "LOAD",
        "load",
        "LoAd",
        "L\\u004FAD",
        "\\U0000004COAD",
        "SILENT",
        "INTO GRAPH",
        "INSERT DATA",
        "CLEAR ALL",
    ]
)
_THINGS = st.sampled_from(
    ["<urn:a>", "<x:LOAD>", "{", "}", "{ }", "'", '"', "'''", "'LOAD <x:y>'", "<", ">", "p:LOAD", "LOAD:p",
     "PREFIX p: <urn:>", "PREFIX LOAD: <urn:>", "BASE <urn:>", "\\", "\\u0027", "#", ";", "WHERE { ?a < 1 }",
     "DELETE WHERE { ?s ?p ?o }", "FILTER(?a <#>'", "VERSION '1.2'", ":"]
)  # fmt: skip
_TEXTS = st.lists(st.one_of(_SPACES, _WORDS, _THINGS, _SPACES, _WORDS), min_size=1, max_size=12).map("".join)


@given(_TEXTS)
def test_nothing_that_the_engine_would_load_passes(text: str) -> None:
    """The engine fails for want of a place it could ask: no scheme here is one that it fetches from."""
    update = f"PREFIX p: <x:> PREFIX LOAD: <x:> {text}"
    told = without_left_out(update)
    if told is None:
        return
    try:
        check_update(told)
    except (ForbiddenQueryError, QuerySyntaxError):
        return
    try:
        ox.Store().update(told)
    except (SyntaxError, RuntimeError):
        return
    except OSError as error:
        raise AssertionError(f"{told!r} was to be fetched: {error}") from error


def without_left_out(update: str) -> str | None:
    """Return what a worker does with an update first; None where it refuses it there."""
    try:
        return without_silent_loads(update)
    except QuerySyntaxError:
        return None


def test_the_engine_would_tell_that_it_loads() -> None:
    with pytest.raises(OSError, match="scheme"):
        ox.Store().update("LOAD <urn:a>")
