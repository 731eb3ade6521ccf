"""The W3C tests of the SPARQL 1.1 Service Description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from tests.conformance.suite import RDF

if TYPE_CHECKING:
    from tests.conformance.server import Server

SD = "http://www.w3.org/ns/sparql-service-description#"
PROPERTIES = set(
    "endpoint feature defaultEntailmentRegime defaultSupportedEntailmentProfile entailmentRegime "  # noqa: SIM905
    "supportedEntailmentProfile extensionFunction extensionAggregate languageExtension "
    "supportedLanguage propertyFeature defaultDataset availableGraphs resultFormat inputFormat "
    "defaultGraph namedGraph name graph".split()
)
FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}


@pytest.fixture
def told(server: Server) -> list[ox.Quad]:
    server.fill([ox.Quad(*(ox.NamedNode(f"urn:{name}") for name in "abcd"))])
    answer = server.client.get("/sparql", headers={"accept": "text/turtle, application/rdf+xml;q=0.9"})
    assert answer.status_code == 200
    form = ox.RdfFormat.from_media_type(answer.headers["content-type"])
    assert form is not None
    return list(ox.parse(answer.content, format=form))


def test_it_returns_rdf(told: list[ox.Quad]) -> None:
    assert told


def test_it_has_a_triple_for_its_endpoint(server: Server, told: list[ox.Quad]) -> None:
    endpoints = [quad.object for quad in told if quad.predicate.value == f"{SD}endpoint"]
    assert endpoints == [ox.NamedNode(f"{server.url}/sparql")]


def test_it_conforms_to_its_schema(told: list[ox.Quad]) -> None:
    service = ox.NamedNode(f"{SD}Service")
    assert any(quad.predicate.value == f"{RDF}type" and quad.object == service for quad in told)
    known = {"feature": FEATURES, "languageExtension": FEATURES, "supportedLanguage": LANGUAGES}
    for quad in told:
        if quad.predicate.value.startswith(SD):
            name = quad.predicate.value.removeprefix(SD)
            assert name in PROPERTIES
            assert not isinstance(quad.object, ox.Literal)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(SD):
                assert quad.object.value.removeprefix(SD) in known.get(name, {""}), quad


def test_a_plain_store_is_described_as_one(told: list[ox.Quad]) -> None:
    features = {quad.object for quad in told if quad.predicate.value == f"{SD}feature"}
    assert features == {ox.NamedNode(f"{SD}EmptyGraphs")}
    names = {quad.object for quad in told if quad.predicate.value == f"{SD}name"}
    assert names == {ox.NamedNode("urn:d")}
