"""What has to stand in a store for a rule to conclude anything, and that no rule is passed over wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import rules
from kg.infer.needs import Either, Stands, are_met, needs_of

if TYPE_CHECKING:
    from kg.infer.needs import Needs

SVD = "https://w3id.org/servanda/ontology#"


def told(needs: Needs) -> list[Any]:
    """Return what is needed in short: names, with the object if one is named, and lists of choices."""
    return [
        [told(choice) for choice in need.choices]
        if isinstance(need, Either)
        else " ".join(str(term).removeprefix("urn:") for term in (need.predicate, need.object) if term)
        for need in needs
    ]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("?s e:p ?o", ["p"]),
        ("?s e:p e:x , <urn:y> ; e:q 'a' , 'b'@en , '1'^^e:d , 5 , true ; .", ["p x", "p y", "q"]),
        ("e:s ?p ?o . ?s $q e:o", []),
        ("?s a e:C", ["http://www.w3.org/1999/02/22-rdf-syntax-ns#type C"]),
        ("?s e:p/e:q e:x", ["p", "q"]),
        ("?s ^e:p e:x", ["p"]),
        ("?s e:p* ?o ; e:q? ?o ; e:r+ ?o", ["r"]),
        ("?s (e:p/e:q)* ?o . ?s e:r/e:t* e:x", ["r"]),
        ("?s e:p|e:q ?o", [[["p"], ["q"]]]),
        ("?s e:p|e:q* ?o", []),
        ("?s (e:p|^e:q)/e:r ?o", [[["p"], ["q"]], "r"]),
        ("{ ?s e:p ?o } UNION { ?s e:q ?o ; e:r ?o } UNION { ?s e:t e:x }", [[["p"], ["q", "r"], ["t x"]]]),
        ("{ ?s e:p ?o } UNION { BIND (1 AS ?o) }", []),
        ("{ { ?s e:p ?o } ?s e:q ?o }", ["p", "q"]),
        ("?s e:p ?o OPTIONAL { ?s e:q ?x . { ?x e:r ?y } } MINUS { ?s e:t ?z }", ["p"]),
        ("GRAPH ?g { ?s e:p ?o } SERVICE SILENT e:x { ?s e:q ?o }", []),
        ("FILTER NOT EXISTS { ?s e:p ?o } FILTER EXISTS { ?s e:q ?o } ?s e:r ?o", ["r"]),
        ("FILTER (?a < 1 && EXISTS { ?s e:p '}' }) FILTER STRSTARTS(?a, ')') ?s e:q ?o", ["q"]),
        ("VALUES ?s { e:a } VALUES (?a ?b) { (e:a UNDEF) } ?s e:p ?o", ["p"]),
        ("BIND (IF(EXISTS { ?s e:p ?o }, 1, 2) AS ?x) ?s e:q ?x", ["q"]),
        ("{ SELECT ?s WHERE { ?s e:p ?o } ORDER BY (STR(?s)) LIMIT 1 }", ["p"]),
        ("{ SELECT (COUNT(*) AS ?n) WHERE { ?s e:p ?o } }", []),
        ("{ SELECT (COUNT(*) AS ?n) { ?s e:p ?o } GROUP BY ?s } ?s e:q ?o", ["p", "q"]),
        ("{ SELECT (<urn:sum>(?o) AS ?n) WHERE { ?s e:p ?o } }", []),
        ("{ SELECT ?s (e:x AS ?n) (STR(?s) AS ?m) WHERE { ?s e:p ?o } }", ["p"]),
        ("{ SELECT * { ?s e:p ?o } HAVING (COUNT(*) = 0) }", []),
        ("?s e:p [ e:q ?o ]", []),
        ("?s e:p (1 2)", []),
        ("?s !e:p ?o . ?s e:q ?o", []),
        ("?s other:p ?o", []),
        ("LATERAL { ?s e:p ?o }", []),
        ("?s e:p 'no end", []),
    ],
)
def test_needed_is_what_every_solution_matches_and_nothing_that_may_be_absent(
    pattern: str, needed: list[Any]
) -> None:
    query = f"PREFIX e: <urn:> CONSTRUCT {{ ?s e:made ?o }} WHERE {{ {pattern} }}"
    assert sorted(map(str, told(needs_of(query)))) == sorted(map(str, needed))


@pytest.mark.parametrize("text", ["", "ASK {", "BASE <urn:> ASK WHERE { ?s <p> ?o }", "PREFIX e:"])
def test_nothing_is_needed_by_what_is_not_understood(text: str) -> None:
    assert needs_of(text) == ()


def test_a_choice_is_met_by_all_of_one_of_it() -> None:
    p, q, r = (Stands(URIRef(f"urn:{name}")) for name in "pqr")
    needs: Needs = (p, Either(((q, r), (Stands(URIRef("urn:p"), URIRef("urn:x")),))))
    assert are_met(needs, {p, q, r}.__contains__)
    assert not are_met(needs, {p, q}.__contains__)
    assert not are_met(needs, {q, r}.__contains__)


def test_every_rule_about_reports_needs_something() -> None:
    assert [rule.name for rule in rules() if rule.scope == "report" and not rule.needs] == []
    (distance,) = (rule for rule in rules() if rule.name == "distance-scope")
    assert Stands(URIRef(f"{SVD}distanceLimit")) in distance.needs
