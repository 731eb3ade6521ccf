"""The code lists, read from the vocabularies: scheme to code to what the code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import Graph
from rdflib.namespace import SKOS

from kg import resources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Triple

_SCHEMES = "/vocabulary/"


def bundled_code_lists() -> dict[str, dict[str, str]]:
    """Return the code lists of the vocabularies that come with the software."""
    graph = Graph()
    for file in resources.turtle(resources.ontology() / "vocabularies"):
        graph.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return code_lists(graph)


def code_lists(triples: Iterable[Triple]) -> dict[str, dict[str, str]]:
    """Return the code lists of the vocabularies: scheme to code to definition, in the order of the codes."""
    notations: dict[str, str] = {}
    definitions: dict[str, str] = {}
    schemes: dict[str, str] = {}
    for subject, predicate, object_ in triples:
        if predicate == SKOS.notation:
            notations[str(subject)] = str(object_)
        elif predicate == SKOS.definition:
            definitions[str(subject)] = str(object_)
        elif predicate == SKOS.inScheme:
            schemes[str(subject)] = str(object_).rpartition(_SCHEMES)[2]
    lists: dict[str, dict[str, str]] = {}
    for iri, code in sorted(notations.items(), key=lambda item: item[1]):
        lists.setdefault(schemes.get(iri, ""), {})[code] = definitions.get(iri, "")
    return {scheme: lists[scheme] for scheme in sorted(lists)}
