"""Doubts that only the store can have: the same thing once more, and places that lie elsewhere.

Each asks by index for what the documents name; only lists of actors and places have all names of their
kind walked through, to find those that differ by case, accents or script. Of very many that are alike the
first few are named and the others counted, up to a hundred, so that no document costs more for being a copy.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from rdflib.term import Literal, URIRef

from kg.called import CODES
from kg.ingest.doubts.outlines import outside
from kg.ingest.folding import fold
from kg.ingest.masks import MASK
from kg.ingest.models import ActorsDocument, PlacesDocument
from kg.ingest.namesakes import names_of
from kg.pipeline.naming import StoreNames
from kg.slugs import slug
from kg.terms import CITO, DCTERMS, GEO, PROV, SCHEMA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rdflib.term import Node

    from kg.ingest import Document
    from kg.ingest.models.actors import Actor
    from kg.ingest.models.places import Place
    from kg.model import Conversion, Problem
    from kg.store import OxigraphStore

_ONCE: Final = "refer to that one by its id, unless they are two"
_ABOVE: Final = 8
"""Steps from a place to those that contain it, up to one that is drawn."""
_Like = TypeVar("_Like")
_TOLD: Final = 3
"""How many that are alike are named, each in a warning of its own."""
_COUNTED: Final = 100
"""Up to how many they are counted."""


class Doubts:
    """What is doubtful about documents beside each other and beside the store."""

    def __init__(
        self, store: OxigraphStore, converted: Mapping[Path, Conversion], documents: Mapping[Path, Document]
    ) -> None:
        """Take the documents with their conversions, which replace what the store has of them."""
        self._store = store
        self._base = store.stamp.base
        self._converted = converted
        self._documents = documents
        self._replaced = {conversion.graph for conversion in converted.values()}
        self._said: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
        self._of: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
        for conversion in converted.values():
            for subject, predicate, object_ in conversion.triples:
                if predicate in _LOOKED_UP:
                    self._said[predicate, object_].append(subject)
                    self._of[subject, predicate].append(object_)
        self._names = StoreNames(store)

    def found(self) -> dict[Path, tuple[Problem, ...]]:
        """Return what is doubtful about each document."""
        return {
            path: tuple(replace(problem, severity="warning") for problem in self._about(path))
            for path in self._converted
        }

    def _about(self, path: Path) -> Iterator[Problem]:
        conversion, document = self._converted[path], self._documents[path]
        if document.kind == "report":
            yield from self._same_report(conversion, document)
            return
        for triple in sorted(conversion.triples):
            if triple[1] in CODES:
                yield from self._same_code(conversion, document, triple[0], triple[1], triple[2])
        if document.kind in {"actors", "places"}:
            yield from self._same_label(document)
        yield from self._elsewhere(conversion, document)

    def _same_report(self, conversion: Conversion, document: Document) -> Iterator[Problem]:
        """Doubt a text or address that another report has, unless one is said to be an alternate."""
        report = conversion.document
        told: set[str] = set()
        for predicate, what, field, rule in _REPORTS:
            for value in self._values_of(report, predicate, document):
                others = (
                    other.removeprefix(f"{self._base}report/")
                    for other in self._some_with(predicate, value)
                    if other != report and not self._related(report, other)
                    if predicate != DCTERMS.title or (str(other) not in told and self._alike(document, other))
                )
                for name, more in _first(name for name in others if "/" not in name and ":" not in name):
                    told.add(f"{self._base}report/{name}")
                    message = f"report {name!r}{more or ' has'} the same {what}"
                    hint = "if both annotate it, say so with `alternate_of`"
                    written = (name for name in (field, "text_file") if document.outline.find(name))
                    yield document.problem(next(written, field), message, rule, hint)

    def _values_of(self, report: URIRef, predicate: Node, document: Document) -> list[Node]:
        """Return the values by which others are looked for: of the text, the hash of either kind."""
        text = document.text
        if text is not None and predicate == SVD.textKeyedHash:
            return [Literal(text.keyed_hash(self._store.secret))]
        if text is not None and predicate == SVD.textSha256 and text.sha256 is not None:
            return [Literal(text.sha256)]
        return self._of[report, predicate]

    def _related(self, one: URIRef, other: URIRef) -> bool:
        """Return whether one of two reports is said to be an alternate of the other, or to take it back."""
        return any(
            other in self._values(one, predicate) or one in self._values(other, predicate)
            for predicate in _RELATED
        )

    def _alike(self, document: Document, other: URIRef) -> bool:
        """Return whether a report has the text of the document but for blanks, invisible signs and the like.

        Of a text that is masked it is what can be seen of it, and how long it is.
        """
        if document.text is None:
            return False
        own = _bare(document.text.text)
        return any(
            abs(len(text) - len(document.text.text)) <= _BLANKS * len(text)
            and all(_bare(piece) in own for piece in re.split(f"{MASK}+", text))
            for text in map(str, self._values(other, SVD.text))
        )

    def _same_code(
        self, conversion: Conversion, document: Document, thing: Node, predicate: Node, code: Node
    ) -> Iterator[Problem]:
        others = (
            other.rpartition("/")[2]
            for other in self._some_with(predicate, code)
            if other != thing and (document.kind == "actors" or self._same_place(URIRef(str(thing)), other))
        )
        for name, more in _first(others):
            field = conversion.origins.get((str(thing), str(predicate)), "")
            message = f"{name!r}{more or ' has'} the same {CODES[URIRef(str(predicate))]}, {code}"
            yield document.problem(field, message, "name/same-code", _ONCE)

    def _same_label(self, document: Document) -> Iterator[Problem]:
        model = document.model
        if not isinstance(model, ActorsDocument | PlacesDocument):
            return
        kind = "actor" if isinstance(model, ActorsDocument) else "place"
        known = self._called(kind)
        things = model.actors if isinstance(model, ActorsDocument) else model.places
        for thing in things:
            keys = {slug(name): name for name in names_of(thing)}
            same = (
                (other, name)
                for key, name in keys.items()
                for other in known.get(key, ())[:_LOOKED_AT]
                if key and other != thing.id and self._may_be_one(kind, thing.id, other)
            )
            fields = _fields_of_names(thing)
            for (other, name), more in _first(same):
                field = f"{document.field_of(kind, thing.id)}.{fields[slug(name)]}"
                called = more.replace(" have", " are") if more else " is"
                message = f"{kind} {other!r}{called} called {name} as well"
                yield document.problem(field, message, "name/same-label", _ONCE)

    def _called(self, kind: str) -> Mapping[str, Sequence[str]]:
        """Return what is called by each name, folded, among the documents and in the store."""
        found: dict[str, set[str]] = defaultdict(set)
        own: set[str] = set()
        for document in self._documents.values():
            model = document.model
            if kind == "actor" and isinstance(model, ActorsDocument):
                things: Sequence[Actor | Place] = model.actors
            elif kind == "place" and isinstance(model, PlacesDocument):
                things = model.places
            else:
                continue
            for thing in things:
                own.add(thing.id)
                for name in names_of(thing):
                    found[slug(name)].add(thing.id)
        for name, text, graph in self._names.in_graphs(kind):
            if name not in own and URIRef(graph) not in self._replaced:
                found[slug(text)].add(name)
        return {key: sorted(names) for key, names in found.items()}

    def _may_be_one(self, kind: str, one: str, other: str) -> bool:
        places = f"{self._base}place/"
        return kind == "actor" or self._same_place(URIRef(places + one), URIRef(places + other))

    def _same_place(self, one: URIRef, other: URIRef) -> bool:
        """Return whether two places may be one: of one type, not within different ones, no neighbours."""
        if other in self._values(one, GEO.sfTouches):
            return False
        if not self._values(one, _TYPE) & self._values(other, _TYPE):
            return False
        above, beside = self._containers(one), self._containers(other)
        return not above or not beside or bool(above & beside)

    def _elsewhere(self, conversion: Conversion, document: Document) -> Iterator[Problem]:
        """Doubt places that lie far outside the outline of what they are said to lie within."""
        told = set()
        for containment, predicate, inner in sorted(conversion.triples):
            if predicate != SVD.contained or not isinstance(inner, URIRef):
                continue
            wkt = self._drawn(inner)
            for outer in () if wkt is None else self._values(containment, SVD.container):
                around = self._outline_around(URIRef(str(outer)))
                found = outside(wkt, around[1]) if wkt is not None and around is not None else None
                if found is None or around is None or (inner, around[0]) in told:
                    continue
                told.add((inner, around[0]))
                name, within = inner.rpartition("/")[2], around[0].rpartition("/")[2]
                place = document.field_of("place", name)
                field = next(
                    (
                        f"{place}.{field}"
                        for field in ("geometry", "geometry_file", "within")
                        if place and document.outline.find(f"{place}.{field}")
                    ),
                    conversion.origins.get((str(containment), None), ""),
                )
                message = (
                    f"{name!r} lies some {found.kilometres:,.0f} km outside the outline of {within!r}, "
                    "within which it is said to lie"
                )
                hint = "look at the coordinates, longitude before latitude"
                if found.slip is not None:
                    message += f": {found.slip.words}"
                    hint = f"write {found.slip.meant}" if len(found.slip.meant) < _SHORT else hint
                yield document.problem(field, message, "place/outside", hint)

    def _outline_around(self, place: URIRef) -> tuple[URIRef, str] | None:
        """Return the nearest place from here upwards that is drawn as an area, and its outline."""
        level = {place}
        for _ in range(_ABOVE):
            for one in sorted(level):
                wkt = self._drawn(one)
                if wkt is not None and "POLYGON" in wkt:
                    return one, wkt
            level = {above for one in level for above in self._containers(one)}
        return None

    def _containers(self, place: URIRef) -> set[URIRef]:
        return {
            URIRef(str(outer))
            for containment in self._with(SVD.contained, place)
            for outer in self._values(containment, SVD.container)
        }

    def _drawn(self, place: URIRef) -> str | None:
        for geometry in self._values(place, GEO.hasGeometry):
            for wkt in self._values(geometry, GEO.asWKT):
                return str(wkt).rpartition("> ")[2]
        return None

    def _with(self, predicate: Node, object_: Node) -> set[URIRef]:
        """Return what has a value, by the documents and by what the store has beside them."""
        held = {
            quad[0] for quad in self._store.quads(None, predicate, object_) if quad[3] not in self._replaced
        }
        return {URIRef(str(one)) for one in (*self._said[predicate, object_], *held)}

    def _some_with(self, predicate: Node, object_: Node) -> Iterator[URIRef]:
        """Give in order what has a value; of very many as many as are looked at."""
        said = self._said[predicate, object_][:_LOOKED_AT]
        held = self._store.quads(None, predicate, object_, at_most=_LOOKED_AT)
        beside = {quad[0] for quad in held if quad[3] not in self._replaced}
        return iter(sorted({URIRef(str(one)) for one in (*said, *beside)}))

    def _values(self, subject: Node, predicate: Node) -> set[Node]:
        held = {quad[2] for quad in self._store.quads(subject, predicate) if quad[3] not in self._replaced}
        return {*self._of[subject, predicate], *held}


def _bare(text: str) -> str:
    """Return a text without blanks and what nobody sees, its letters composed."""
    return "".join(fold(text, visible=True).split())


def _fields_of_names(thing: Actor | Place) -> dict[str, str]:
    """Return in which field each name stands, folded."""
    found = dict.fromkeys(map(slug, names_of(thing)), "known_as")
    for field in ("alt_labels", "label"):
        found |= {slug(name): field for _, name in getattr(thing, field)}
    return found


def _first(alike: Iterable[_Like]) -> Iterator[tuple[_Like, str]]:
    """Give the first few that are alike, and with the last in words how many more there are.

    >>> list(_first("ab"))
    [('a', ''), ('b', '')]
    >>> list(_first("abcde"))
    [('a', ''), ('b', ''), ('c', ' and 2 more have')]
    """
    counted = list(islice(alike, _COUNTED))
    more = len(counted) - _TOLD
    least = "at least " if len(counted) == _COUNTED else ""
    for place, one in enumerate(counted[:_TOLD], 1):
        yield one, f" and {least}{more} more have" if place == _TOLD and more > 0 else ""


_TYPE: Final = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SHORT: Final = 60
_LOOKED_AT: Final = 2 * _COUNTED
_REPORTS: Final = (
    (SVD.textSha256, "text", "text", "report/same-text"),
    (SVD.textKeyedHash, "text", "text", "report/same-text"),
    (SCHEMA.url, "address", "url", "report/same-address"),
    (DCTERMS.title, "title, and the same text but for blanks and the like", "text", "report/same-text"),
)
"""By what reports are found to be one; by the title where their texts differ in blanks, say."""
_BLANKS: Final = 0.2
"""By how much of its length a text may differ from another for nothing but blanks."""
_RELATED: Final = (PROV.alternateOf, CITO.corrects, CITO.retracts)
_LOOKED_UP: Final = frozenset(
    {
        *CODES,
        _TYPE,
        SVD.textSha256,
        SVD.textKeyedHash,
        SCHEMA.url,
        DCTERMS.title,
        SVD.text,
        *_RELATED,
        SVD.contained,
        SVD.container,
        GEO.hasGeometry,
        GEO.asWKT,
        GEO.sfTouches,
    }
)
