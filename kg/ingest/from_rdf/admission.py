"""What may come in as a document's triples at all, before anything is read from them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rdflib.term import BNode, URIRef

from kg.ingest.from_rdf.profiles import ANCHORS, PROFILES, SOURCES
from kg.ingest.from_rdf.words import field, shown
from kg.model import Problem
from kg.terms import DCTERMS, GEO, RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rdflib.term import Node

    from kg.ingest.from_rdf.profiles import Profile
    from kg.model import Triple

MOST_TRIPLES = 20_000
_MOST_PROBLEMS = 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_SCHEMES = frozenset({"http", "https", "urn", "doi"})


def admissible(triples: Collection[Triple], base: str, graph: URIRef, name: str = "") -> tuple[Problem, ...]:
    """Return what a graph of that name may not hold; nothing if all of it may be read.

    The graph's IRI is that of a document's graph: `{base}graph/{kind}/{id}`.
    """
    kind, identifier = str(graph).removeprefix(f"{base}graph/").split("/", 1)
    if not triples:
        hint = "to take the document back, retract it"
        return (Problem(name, None, "", "says nothing", "rdf/empty", hint),)
    if len(triples) > MOST_TRIPLES:
        message = f"has {len(triples)} triples; {MOST_TRIPLES} are the most that one document may have"
        return (Problem(name, None, "", message, "rdf/too-large", "make several documents of it"),)
    admission = _Admission(triples, base, kind, identifier, name)
    return tuple(dict.fromkeys(islice(admission.problems(), _MOST_PROBLEMS)))


class _Admission:
    """Looks at every triple of one graph."""

    def __init__(self, triples: Iterable[Triple], base: str, kind: str, identifier: str, name: str) -> None:
        self.triples = sorted(triples, key=lambda triple: tuple(map(str, triple)))
        self.base, self.kind, self.identifier, self.name = base, kind, identifier, name
        self.profile: Profile = PROFILES[kind]
        self.types: dict[Node, set[Node]] = {}
        self.by_subject: dict[Node, list[tuple[Node, Node]]] = {}
        for subject, predicate, object_ in self.triples:
            self.by_subject.setdefault(subject, []).append((predicate, object_))
            if predicate == RDF.type:
                self.types.setdefault(subject, set()).add(object_)
        self.declared = {node for node, types in self.types.items() if types & self.profile.named}

    def problems(self) -> Iterator[Problem]:
        for subject in self.by_subject:
            yield from self._subject(subject)
        for triple in self.triples:
            yield from self._statement(*triple)
            yield from self._characters(*triple)

    def _problem(
        self, subject: Node, predicate: Node | None, message: str, rule: str, hint: str | None = None
    ) -> Problem:
        return Problem(self.name, None, field(subject, predicate, self.base), message, rule, hint)

    def _subject(self, subject: Node) -> Iterator[Problem]:
        """Refuse subjects that are neither the document nor part of it."""
        types = self.types.get(subject, set())
        if isinstance(subject, BNode):
            if not types & self.profile.parts:
                parts = ", ".join(sorted(shown(part, "") for part in self.profile.parts))
                message = "is a blank node, and nothing says that it is a part without a name of its own"
                hint = f"give it its IRI; blank nodes may stand for {parts}, with their rdf:type"
                yield self._problem(subject, None, message, "rdf/blank-node", hint)
        elif not self._own(subject):
            message = f"is not part of the {self._what()}"
            yield self._problem(subject, None, message, "rdf/foreign-subject", self._where())
        elif not types and self._needs_type(subject):
            hint = "give its class: what documents of this kind describe has one each"
            yield self._problem(subject, RDF.type, "says nothing of its class", "rdf/no-class", hint)
        if len(types) > 1:
            said = ", ".join(sorted(shown(type_, self.base) for type_ in types))
            hint = "give the one that is meant: broader classes follow from the ontology"
            yield self._problem(
                subject, RDF.type, f"has several classes: {said}", "rdf/several-classes", hint
            )
        for anchor in {ANCHORS[type_] for type_ in types & ANCHORS.keys()}:
            if not any(predicate == anchor for predicate, _ in self.by_subject[subject]):
                hint = f"give its {shown(anchor, self.base)}"
                yield self._problem(subject, anchor, "does not say what it is part of", "rdf/missing", hint)

    def _needs_type(self, subject: Node) -> bool:
        """Return whether more is said of it than of a list itself, or of a place that is only touched."""
        return any(
            predicate not in {DCTERMS.source, GEO.sfTouches} for predicate, _ in self.by_subject[subject]
        )

    def _own(self, subject: Node) -> bool:
        iri = str(subject)
        if self.kind in {"report", "agreement"}:
            whole = f"{self.base}{self.kind}/{self.identifier}"
            return iri == whole or iri.startswith(f"{whole}/")
        if self.kind == "actors" and iri == f"{self.base}graph/actors/{self.identifier}":
            return True
        things = f"{self.base}{self.kind.removesuffix('s')}/"
        identifier = iri.removeprefix(things).partition("/")[0]
        if iri.startswith(things) and URIRef(things + identifier) in self.declared:
            return True
        return self.kind == "places" and self._concerns_own(subject)

    def _concerns_own(self, subject: Node) -> bool:
        """Return whether it says no more than what a place of the document contains or touches."""
        said = self.by_subject[subject]
        if SVD.Containment in self.types.get(subject, set()):
            inside = [object_ for predicate, object_ in said if predicate == SVD.contained]
            around = [object_ for predicate, object_ in said if predicate == SVD.container]
            begins = any(str(subject).startswith(f"{object_}/within/") for object_ in inside)
            return begins and any(object_ in self.declared for object_ in around)
        return all(predicate == GEO.sfTouches and object_ in self.declared for predicate, object_ in said)

    def _statement(self, subject: Node, predicate: Node, object_: Node) -> Iterator[Problem]:
        """Refuse predicates and classes that documents of the kind do not have, and bad addresses."""
        if predicate not in self.profile.predicates:
            message = f"no document of kind {self.kind} says {shown(predicate, self.base)}"
            yield self._problem(subject, predicate, message, "rdf/foreign-predicate", "leave it out")
        elif predicate == RDF.type and object_ not in self.profile.named | self.profile.parts:
            message = f"no document of kind {self.kind} describes a {shown(object_, self.base)}"
            hint = "leave it out: broader classes follow from the ontology, violations from rules"
            yield self._problem(subject, predicate, message, "rdf/foreign-class", hint)
        elif predicate in SOURCES and isinstance(object_, URIRef) and (why := _bad_source(object_)):
            message = f"<{object_}> is not taken as an address: {why}"
            hint = "https://, http://, urn: or doi:, without a user's name"
            yield self._problem(subject, predicate, message, "rdf/bad-address", hint)

    def _characters(self, *triple: Node) -> Iterator[Problem]:
        subject, predicate, _ = triple
        for term in triple:
            found = _CONTROL.search(str(term))
            if found is None and isinstance(term, URIRef):
                found = _NOT_IN_IRI.search(str(term))
            if found is not None:
                message = f"contains the character U+{ord(found.group()):04X}"
                yield self._problem(subject, predicate, message, "document/control-character", "delete it")

    def _what(self) -> str:
        return f"{self.kind} {self.identifier!r}"

    def _where(self) -> str:
        if self.kind in {"report", "agreement"}:
            return f"what this graph describes begins with {self.base}{self.kind}/{self.identifier}"
        thing = self.kind.removesuffix("s")
        return f"what this graph describes is {self.base}{thing}/ID with its rdf:type, and what is below it"


def _bad_source(iri: URIRef) -> str | None:
    try:
        parts = urlsplit(str(iri))
        if parts.scheme not in _SCHEMES:
            return f"its scheme is {parts.scheme!r}" if parts.scheme else "it has no scheme"
        if parts.scheme in {"http", "https"} and (parts.username is not None or not parts.hostname):
            return "it has a user's name in it" if parts.username is not None else "it has no host"
    except ValueError as error:
        return str(error)
    return None
