"""The question files themselves: their grammar, their columns, and the IRIs that they name."""

from __future__ import annotations

import re
from functools import cache

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, GEO, ORG, PROV, RDF, RDFS, SKOS, XSD
from rdflib.plugins.sparql import prepareQuery

from kg import resources
from kg.errors import BadParameterError, QueryError, UnknownQuestionError
from kg.query import Question, catalogue, find
from kg.query.questions import parse
from kg.store import bind
from kg.terms import CITO, ELI, OA, SCHEMA, SVD

QUESTIONS = catalogue()
_PREFIX = re.compile(r"^PREFIX ([a-z-]+): <([^>]+)>$", re.MULTILINE)
_NOT_TERMS = re.compile(r'"[^"\n]*"|^[ \t]*#.*$|# @param .*$|^PREFIX .*$', re.MULTILINE)
_NAME = re.compile(r"(?<![\w:-])([a-z][a-z-]*):([A-Za-z][\w-]*)")
GOOD = """# title: A title
# question: What is there?
# param: kind code:event-type "only of this kind"
# column: it iri "what there is"
# order: no

SELECT ?it WHERE {
  VALUES ?kind { UNDEF } # @param kind
  ?it a ?kind .
}
"""


@cache
def declared() -> frozenset[URIRef]:
    """Every subject of the ontology and the code lists."""
    graph = Graph()
    for folder in ("modules", "vocabularies"):
        for file in resources.turtle(resources.ontology() / folder):
            graph.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return frozenset(subject for subject in graph.subjects() if isinstance(subject, URIRef))


def named(question: Question) -> set[URIRef]:
    """Every IRI that the query names, in paths too; none stands in angle brackets but in a prefix."""
    prefixes = dict(_PREFIX.findall(question.text))
    body = _NOT_TERMS.sub("", question.text)
    assert "<http" not in body
    found = {(prefix, local) for prefix, local in _NAME.findall(body)}
    assert {prefix for prefix, _ in found} == set(prefixes)
    return {URIRef(prefixes[prefix] + local) for prefix, local in found}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_columns_are_what_the_query_selects(question: Question) -> None:
    selected = [str(variable) for variable in prepareQuery(question.text).algebra.PV]
    assert selected == [column.name for column in question.columns]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_iri_is_declared_or_of_a_known_vocabulary(question: Question) -> None:
    ours = declared()
    iris = named(question)
    assert any(iri in SVD for iri in iris)
    for iri in iris:
        assert iri in ours or any(
            iri in space for space in (RDF, RDFS, SKOS, PROV, ORG, GEO, DCTERMS, XSD, ELI, OA, CITO, SCHEMA)
        ), iri


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_knows_no_case(question: Question) -> None:
    assert "/id/" not in question.text
    assert "seed" not in question.text
    assert "GRAPH" not in question.text
    assert re.search(r"^ORDER BY", question.text, re.MULTILINE) is not None or not question.ordered


def test_a_file_of_the_grammar_parses() -> None:
    question = parse("07-some-thing.rq", GOOD)
    assert (question.number, question.slug, question.name) == (7, "some-thing", "07-some-thing")
    assert (question.parameters[0].type, question.columns[0].type, question.ordered) == (
        "code:event-type",
        "iri",
        False,
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# title: A title\n", "", "stands 0 times"),
        ("# order: no", "# order: maybe", "yes or no"),
        ("# order: no\n", "# order: no\n# order: no\n", "stands 2 times"),
        ("# order: no\n", "# order: no\n# remark\n", "not a line of a question's header"),
        ("# question: What is there?\n# param", "# param", "stands 0 times"),
        ('it iri "what', 'it thing "what', "known are"),
        ('kind code:event-type "', 'kind iri:weather "', "known are"),
        ('it iri "what there is"', "it iri", 'not NAME TYPE "description"'),
        ("# column: it", '# column: it iri "the same"\n# column: it', "stands twice"),
        ("# @param kind", "# @param sort", "the query marks sort"),
        ("# @param kind", "", "the query marks none"),
        ('# column: it iri "what there is"\n', "", "at least one"),
        (
            "# title: A title\n# question: What is there?",
            "# question: What is there?\n# title: A title",
            "order",
        ),
    ],
)
def test_a_file_not_of_the_grammar_is_refused(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryError, match=re.escape(said)):
        parse("07-some-thing.rq", GOOD.replace(old, new))


@pytest.mark.parametrize("file", ["7-some.rq", "07_some.rq", "07-Some.rq", "07-some.sparql"])
def test_a_file_not_named_so_is_refused(file: str) -> None:
    with pytest.raises(QueryError, match="named NN-slug"):
        parse(file, GOOD)


@pytest.mark.parametrize(
    "name", ["7", "07", "07-casualties", "casualties", " Casualties ", "07-casualties.rq"]
)
def test_a_question_is_found_by_number_slug_or_both(name: str) -> None:
    assert find(name).name == "07-casualties"


@pytest.mark.parametrize(
    ("name", "near"), [("casualtys", "casualties"), ("time-line", "timeline"), ("99", "catalogue")]
)
def test_an_unknown_question_is_told_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UnknownQuestionError, match=near):
        find(name)


def test_a_query_takes_terms_only_where_it_is_marked() -> None:
    with pytest.raises(BadParameterError):
        bind(GOOD, {"it": (URIRef("urn:x"),)})
