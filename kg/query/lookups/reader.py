"""The graph as lookups read it: a few fixed queries, each bounded by the resources that it is asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rdflib.namespace import SKOS
from rdflib.term import URIRef

from kg.called import CALLED
from kg.errors import NotFoundError, UnknownReferenceError
from kg.query.lookups.descriptions import Descriptions
from kg.query.lookups.names import Names
from kg.query.lookups.walking import walked
from kg.slugs import nearest
from kg.store import bind
from kg.terms import ELI, GEO, OA, PREFIXES, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from kg.query.lookups.descriptions import Said
    from kg.store import GraphStore

Key = TypeVar("Key")
HEAD: Final = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
"""The prefixes, as every query here begins."""

_LONG: Final = frozenset({str(SVD.text)})
"""Predicates whose values nobody is told with a description."""
_OWN: Final = _LONG | {
    str(predicate)
    for predicate in (
        ELI.has_part,
        ELI.is_realized_by,
        GEO.sfTouches,
        GEO.sfWithin,
        GEO.sfDisjoint,
        SVD.adminWithin,
        SVD.conductOf,
        SVD.voiceOf,
        SKOS.altLabel,
        OA.prefix,
        OA.suffix,
    )
}
"""Predicates whose values only the page of their subject tells: a region's neighbours, say."""
_OF_CLASS: Final = f"""{HEAD}SELECT DISTINCT ?it WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  VALUES ?class {{ UNDEF }} # @param class
  ?any rdfs:subClassOf* ?class .
  ?it a ?any .
}} LIMIT 2000"""
_NAMED: Final = f"""{HEAD}SELECT DISTINCT ?it ?name WHERE {{
  VALUES ?class {{ UNDEF }} # @param class
  ?any rdfs:subClassOf* ?class .
  ?it a ?any ; {CALLED} ?name .
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
_TOGETHER: Final = 8
"""Subjects of which it costs less to ask in a query than to look each up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read of a store that stands still, and what was made of that, by subject.

    Reports come one after another; what they refer to comes again and again.
    """

    said: dict[str, Said] = field(default_factory=dict)
    short: dict[str, Said] = field(default_factory=dict)
    """The same without what only the page of a subject tells."""
    pointed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By predicate and value: the subjects that have it."""
    made: dict[str, dict[tuple[str, str], object]] = field(default_factory=dict)
    """By what it was made for: what was made of a subject, by the name of the function."""

    stayed: dict[int, int] = field(default_factory=dict)
    """How many of each of these stayed when something was let go of: what came since is at the end."""

    def keep(self, base: str) -> None:
        """Let go of all but what is said of actors, places, agreements and what is not of this store.

        Only what came since the last time is looked at.
        """
        stay = tuple(f"{base}{kind}/" for kind in ("actor", "place", "agreement"))
        self._leave(self.said, lambda iri: iri, base, stay)
        self._leave(self.short, lambda iri: iri, base, stay)
        self._leave(self.pointed, itemgetter(1), base, stay)
        for made in self.made.values():
            self._leave(made, itemgetter(1), base, stay)

    def forget_pointed(self) -> None:
        """Let go of what leads to things."""
        self.pointed.clear()
        self.stayed.pop(id(self.pointed), None)

    def _leave(
        self, held: dict[Key, Any], iri_of: Callable[[Key], str], base: str, stay: tuple[str, ...]
    ) -> None:
        new = len(held) - self.stayed.get(id(held), 0)
        for key in [
            key
            for key in islice(reversed(held), new)
            if (iri := iri_of(key)).startswith(base) and not iri.startswith(stay)
        ]:
            del held[key]
        self.stayed[id(held)] = len(held)


@dataclass(frozen=True, slots=True)
class Reader:
    """A store and the names of what is in it."""

    store: GraphStore
    names: Names
    kept: Kept | None = None
    """What was read already of a store that stands still."""

    @classmethod
    def of(cls, store: GraphStore, base: str) -> Reader:
        """Return the reader of a store whose instances are minted below the base."""
        return cls(store, Names(base))

    def describe(
        self, roots: Iterable[str], follow: Collection[URIRef], into: Descriptions | None = None
    ) -> Descriptions:
        """Return what is said of the roots, and of what they lead to by the predicates to follow.

        Each subject is looked up once, by an index, however many lead to it. What stands at the
        end of a step is described without what only its own page tells: a region's neighbours, say.
        """
        found = Descriptions() if into is None else into
        asked = {str(root) for root in roots}
        leading = frozenset(map(str, follow))
        for without in (_LONG, *([_OWN] * _MAX_STEPS)):
            asked = {subject for subject in asked if not found.seen(subject)}
            if not asked:
                break
            self.read(asked)
            for subject in asked:
                found.tell(subject, self._said(subject, without))
            asked = {iri for subject in asked for iri in found.linked(subject, leading)}
        return found

    def _said(self, subject: str, without: frozenset[str]) -> Said:
        """Return what is said of a subject, but for the predicates."""
        if self.kept is None:
            return self.store.said(subject, without)
        if without is _LONG:
            return self.said(subject)
        known = self.kept.short.get(subject)
        if known is None:
            said = self.said(subject).items()
            known = self.kept.short[subject] = {name: values for name, values in said if name not in _OWN}
        return known

    def made(self, what: str) -> dict[tuple[str, str], object]:
        """Return what was made already for answers of that kind, to be added to."""
        return {} if self.kept is None else self.kept.made.setdefault(what, {})

    def related(self, query: str, parameter: str, iris: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the rows of a fixed query about the IRIs, as strings; without IRIs nothing is asked."""
        given = list(iris)
        return [tuple(map(str, row)) for row in self.asked(query, parameter, given)] if given else []

    def asked(self, query: str, parameter: str, iris: Sequence[str]) -> list[tuple[str | None, ...]]:
        """Return the different rows of a query of our own about some IRIs, as texts.

        Where what was read is kept, it is walked, if it can be: many queries about few things.
        """
        found = None if self.kept is None else walked(self, query, parameter, iris)
        if found is None:
            rows = self.store.texts(query, {parameter: [URIRef(iri) for iri in iris]})
            return list(dict.fromkeys(rows))
        return found

    def said(self, subject: str) -> Said:
        """Return what is said of a subject: by predicate the values; long texts are left out."""
        if self.kept is None:
            return self.store.said(subject, _LONG)
        known = self.kept.said.get(subject)
        if known is None:
            known = self.kept.said[subject] = self.store.said(subject, _LONG)
        return known

    def read(self, subjects: Iterable[str]) -> None:
        """Read what is said of subjects that are asked for next: many together cost less."""
        if self.kept is not None:
            new = [subject for subject in subjects if subject not in self.kept.said]
            if len(new) >= _TOGETHER:
                self.kept.said.update(self.store.said_of(new, _LONG))

    def pointing(self, predicate: str, value: str) -> tuple[str, ...]:
        """Return the subjects that have an IRI as a value of a predicate."""
        if self.kept is None:
            return self.store.pointing(predicate, value)
        known = self.kept.pointed.get((predicate, value))
        if known is None:
            known = self.kept.pointed[predicate, value] = self.store.pointing(predicate, value)
        return known

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


def still(store: GraphStore, kept: Kept, touched: Collection[str]) -> Kept:
    """Return what was read of a store before it changed, if all of it holds still; else nothing.

    Of what may have changed it is looked up whether it did. What leads to a thing is read anew: whatever is
    new may lead to what stays.
    """
    kept.forget_pointed()
    for subject in touched:
        known = kept.said.get(subject)
        if known is not None and known != store.said(subject, _LONG):
            return Kept()
    return kept


def _hint(near: tuple[str, ...]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else ""
