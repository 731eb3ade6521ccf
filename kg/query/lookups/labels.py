"""The names of things by their IRIs, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.query.lookups.reader import HEAD
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.lookups.reader import Reader

_LABELS: Final = f"""{HEAD}SELECT ?it (MIN(?name) AS ?label) WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  ?it rdfs:label|dcterms:title ?named .
  BIND (STR(?named) AS ?name)
}} GROUP BY ?it"""


def labels(reader: Reader, iris: Iterable[str]) -> dict[str, str]:
    """Return the label or title of each thing that has one, by one query."""
    wanted = [URIRef(iri) for iri in dict.fromkeys(iris)]
    if not wanted:
        return {}
    rows = reader.store.select(bind(_LABELS, {"it": wanted})).rows
    return {str(iri): str(name) for iri, name in rows}
