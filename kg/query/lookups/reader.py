"""The graph as lookups read it: a few fixed queries, each bounded by the resources that it is asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.errors import NotFoundError, UnknownReferenceError
from kg.query.lookups.descriptions import Descriptions
from kg.query.lookups.names import Names
from kg.slugs import nearest
from kg.store import bind
from kg.terms import PREFIXES, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kg.store import GraphStore

HEAD: Final = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
"""The prefixes, as every query here begins."""

_SAID: Final = f"""{HEAD}SELECT ?subject ?predicate ?object WHERE {{
  VALUES ?subject {{ UNDEF }} # @param subject
  ?subject ?predicate ?object .
  FILTER (?predicate != svd:text)
}}"""
_SAID_IN_SHORT: Final = f"""{HEAD}SELECT ?subject ?predicate ?object WHERE {{
  VALUES ?subject {{ UNDEF }} # @param subject
  ?subject ?predicate ?object .
  FILTER (?predicate NOT IN (svd:text, eli:has_part, eli:is_realized_by, geo:sfTouches, geo:sfWithin,
    geo:sfDisjoint, svd:adminWithin, svd:conductOf, svd:voiceOf, skos:altLabel, oa:prefix, oa:suffix))
}}"""
_OF_CLASS: Final = f"""{HEAD}SELECT DISTINCT ?it WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  VALUES ?class {{ UNDEF }} # @param class
  ?any rdfs:subClassOf* ?class .
  ?it a ?any .
}} LIMIT 2000"""
_NAMED: Final = f"""{HEAD}SELECT DISTINCT ?it ?name WHERE {{
  VALUES ?class {{ UNDEF }} # @param class
  ?any rdfs:subClassOf* ?class .
  ?it a ?any ; rdfs:label|skos:altLabel ?name .
}}"""
_BY_NAME: Final = frozenset({"actor", "place", "agreement"})
"""What people call by a name where an id is wanted."""
_CODE: Final = f"""{HEAD}SELECT ?code WHERE {{
  VALUES ?concept {{ UNDEF }} # @param concept
  ?concept skos:notation ?code .
}}"""
_LAST: Final = f"""{HEAD}SELECT ?hash WHERE {{
  VALUES ?graph {{ UNDEF }} # @param graph
  GRAPH ?graph {{ ?graph svd:sequence ?number . ?change svd:sequence ?number ; svd:entryHash ?hash }}
}} ORDER BY DESC(?number) LIMIT 1"""
_ONTOLOGY: Final = f"""{HEAD}SELECT ?version WHERE {{
  <https://w3id.org/servanda/ontology> owl:versionInfo ?version .
}}"""

_CLASSES: Final = {
    "agreement": SVD.Agreement,
    "term": SVD.Term,
    "actor": SVD.Actor,
    "place": SVD.Region,
    "report": SVD.Report,
    "event": SVD.Event,
    "claim": SVD.Claim,
    "violation": SVD.ViolationRecord,
    "assessment": SVD.Assessment,
}
_MAX_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """A store and the names of what is in it."""

    store: GraphStore
    names: Names

    @classmethod
    def of(cls, store: GraphStore, base: str) -> Reader:
        """Return the reader of a store whose instances are minted below the base."""
        return cls(store, Names(base))

    def describe(
        self, roots: Iterable[str], follow: Collection[URIRef], into: Descriptions | None = None
    ) -> Descriptions:
        """Return what is said of the roots, and of what they lead to by the predicates to follow.

        One query for each step away from the roots, whatever the number of roots. What stands at the
        end of a step is described without what only its own page tells: a region's neighbours, say.
        """
        found = Descriptions() if into is None else into
        asked = sorted({str(root) for root in roots})
        for query in (_SAID, *([_SAID_IN_SHORT] * _MAX_STEPS)):
            asked = [subject for subject in asked if not found.seen(subject)]
            if not asked:
                break
            said = self.store.select(bind(query, {"subject": [URIRef(subject) for subject in asked]}))
            found.add(asked, said.rows)
            asked = sorted({iri for subject in asked for iri in found.iris(subject, *follow)})
        return found

    def related(self, query: str, parameter: str, iris: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the rows of a fixed query about the IRIs, as strings; without IRIs nothing is asked."""
        values = [URIRef(iri) for iri in iris]
        if not values:
            return []
        return [
            tuple(str(term) for term in row)
            for row in self.store.select(bind(query, {parameter: values})).rows
        ]

    def find(self, kind: str, name: str, *classes: URIRef) -> URIRef:
        """Return the IRI of a resource of a kind; raise NotFoundError with the nearest ids if none is there.

        The classes, if given, stand for that of the kind.
        """
        iri = self._known(kind, name, classes)
        if iri is None:
            raise NotFoundError(f"no {kind} {name!r}{_hint(self.near(kind, name, classes))}")
        return iri

    def reference(self, parameter: str, kind: str, name: str) -> URIRef:
        """Return the IRI that a value of a parameter stands for; raise UnknownReferenceError if none."""
        iri = self._known(kind, name)
        if iri is None:
            near = self.near(kind, name)
            raise UnknownReferenceError(parameter, kind, name, near)
        return iri

    def code(self, parameter: str, scheme: str, code: str) -> URIRef:
        """Return the concept of a code; raise UnknownReferenceError if the list has none of that name."""
        iri = concept(scheme, code)
        if "/" in code or not self.names.iri("place", code) or not self.related(_CODE, "concept", [iri]):
            raise UnknownReferenceError(parameter, f"code of the list {scheme}", code, ())
        return iri

    def near(self, kind: str, name: str, classes: Collection[URIRef] = ()) -> tuple[str, ...]:
        """Return the ids of that kind that are most like the name."""
        wanted = tuple(classes) or (_CLASSES[kind],)
        ids = {
            self.names.short(str(row[0]))
            for row in self.store.select(bind(_OF_CLASS, {"class": wanted})).rows
        }
        rows = self.store.select(bind(_NAMED, {"class": wanted})).rows if kind in _BY_NAME else ()
        named = [(self.names.short(str(thing)), str(called)) for thing, called in rows]
        return tuple(nearest(name, ids, named))

    def version(self) -> str:
        """Return a short text that differs between stores that hold different documents.

        It is made of the hash of the last change, which depends on all before.
        """
        graph = URIRef(f"{self.names.base}graph/commits")
        rows = self.store.select(bind(_LAST, {"graph": (graph,)})).rows
        last = str(rows[0][0]) if rows else ""
        return hashlib.sha256(f"{self.names.base}\n{last}".encode()).hexdigest()[:16]

    def ontology_version(self) -> str | None:
        """Return the version of the ontology in the store; None if it holds none."""
        rows = self.store.select(_ONTOLOGY).rows
        return str(rows[0][0]) if rows else None

    def _known(self, kind: str, name: str, classes: Collection[URIRef] = ()) -> URIRef | None:
        iri = self.names.iri(kind, name)
        if iri is None:
            return None
        values = {"it": (iri,), "class": tuple(classes) or (_CLASSES[kind],)}
        return iri if self.store.select(bind(_OF_CLASS, values)).rows else None


def _hint(near: tuple[str, ...]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else ""
