"""What is said of many subjects, read in one answer, is what is said of each, read by itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.store import Value
from kg.store.describing import said, said_of

NODE = ox.NamedNode
XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES: tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, ...] = (
    NODE("e:iri"),
    ox.BlankNode("b1"),
    ox.Literal(""),
    ox.Literal('tab\t line\n return\r "quoted" \\t \\\\ \x7f é 🜨'),
    ox.Literal("wörtlich\n", language="de-AT"),
    ox.Literal("اسم", language="ar", direction=ox.BaseDirection.RTL),
    *(
        ox.Literal(words, datatype=NODE(f"{XSD}{kind}"))
        for words, kind in (
            ("7", "integer"),
            ("007", "integer"),
            ("-7", "integer"),
            ("seven", "integer"),
            ("1.50", "decimal"),
            (".5", "decimal"),
            ("1.5E0", "double"),
            ("INF", "double"),
            ("true", "boolean"),
            ("5", "int"),
            ("2020", "gYear"),
            ("2020-11-10T00:00:00Z", "dateTime"),
        )
    ),
    ox.Triple(NODE("e:a"), NODE("e:b"), ox.Literal("c\td")),
)


@pytest.fixture(scope="module")
def engine() -> ox.Store:
    made = ox.Store()
    for number, value in enumerate(VALUES):
        for subject, graph in (("e:each", "e:one"), (f"e:only-{number}", "e:one"), ("e:each", "e:other")):
            made.add(ox.Quad(NODE(subject), NODE(f"e:p{number % 3}"), value, NODE(graph)))
    made.add(ox.Quad(NODE("e:each"), NODE("e:p0"), NODE("e:default")))
    return made


def test_what_is_said_of_many_is_what_is_said_of_each(engine: ox.Store) -> None:
    subjects = ["e:each", "e:unknown", *(f"e:only-{number}" for number in range(len(VALUES)))]
    for without in (frozenset[str](), frozenset({"e:p1"})):
        found = said_of(engine, subjects, without)
        assert found == {subject: said(engine, subject, without) for subject in subjects}
        assert found["e:unknown"] == {}
        assert "e:p1" not in found["e:each"] or not without


def test_a_text_is_told_as_it_was_said(engine: ox.Store) -> None:
    found = said_of(engine, ["e:only-3", "e:only-4", "e:only-5", "e:only-6"], ())
    assert found["e:only-3"]["e:p0"] == (
        Value('tab\t line\n return\r "quoted" \\t \\\\ \x7f é 🜨', "", is_iri=False),
    )
    assert found["e:only-4"]["e:p1"] == (Value("wörtlich\n", "de-at", is_iri=False),)
    assert found["e:only-5"]["e:p2"] == (Value("اسم", "ar", is_iri=False),)
    assert found["e:only-6"]["e:p0"] == (Value("7", "", is_iri=False),)


def test_a_subject_that_is_no_iri_is_refused(engine: ox.Store) -> None:
    with pytest.raises(ValueError, match="IRI"):
        said_of(engine, ["e:a> } # "], ())
