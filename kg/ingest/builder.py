"""Gathers the triples of one document, where each came from, and the problems met on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.ingest import literals
from kg.ingest.names import Names
from kg.ingest.outline import spell
from kg.ingest.times import TimeError, read_time
from kg.terms import RDF, RDFS, SKOS, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node, URIRef

    from kg.ingest.models.common import Time
    from kg.ingest.outline import Outline, Path
    from kg.ingest.references import References
    from kg.ingest.times import Span
    from kg.model import Problem, Triple

_CODE = re.compile(r"[A-Za-z0-9-]+")


class Builder:
    """The triples so far; converters add to it."""

    def __init__(
        self,
        base: str,
        outline: Outline,
        references: References,
        language: str,
        zones: Mapping[str, str] | None = None,
    ) -> None:
        """Begin without triples; `zones` are those of the places of claims, by key."""
        self.names = Names(base)
        self.outline = outline
        self.references = references
        self.language = language
        self.zones = zones or {}
        self.triples: set[Triple] = set()
        self.origins: dict[tuple[str, str | None], str] = {}
        self.spans: dict[URIRef, Span] = {}
        self.moments: dict[Path, Span] = {}
        """The times that were read, by their fields."""
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def refuse(self, path: Path, rule: str, message: str, hint: str | None = None) -> None:
        """Note a problem; the conversion goes on, so that all are found."""
        self.problems.append(self.outline.problem(path, message, rule, hint))

    def warn(self, path: Path, rule: str, message: str, hint: str | None = None) -> None:
        """Note what is accepted and probably a mistake."""
        self.warnings.append(self.outline.warning(path, message, rule, hint))

    def node(self, subject: URIRef, type_: URIRef, path: Path) -> URIRef:
        """State the type of a subject that comes from that field, and return the subject."""
        self.origins.setdefault((str(subject), None), spell(path))
        self.add(subject, RDF.type, type_, path)
        return subject

    def add(self, subject: URIRef, predicate: URIRef, object_: Node | None, path: Path) -> None:
        """State one triple that comes from that field; nothing if there is no object."""
        if object_ is not None:
            self.triples.add((subject, predicate, object_))
            name = str(subject)
            for key in ((name, None), (name, str(predicate))):
                if key not in self.origins:
                    self.origins[key] = spell(path)

    def text(self, subject: URIRef, predicate: URIRef, value: str | None, path: Path) -> None:
        """State a plain string, if there is one."""
        self.add(subject, predicate, None if value is None else literals.text(value), path)

    def tagged(self, subject: URIRef, predicate: URIRef, value: str | None, path: Path) -> None:
        """State a text in the document's language, if there is one."""
        self.add(subject, predicate, None if value is None else literals.tagged(value, self.language), path)

    def code(self, subject: URIRef, predicate: URIRef, scheme: str, code: str | None, path: Path) -> None:
        """State an entry of a code list, if there is one; what cannot be one is a problem noted elsewhere."""
        if code is not None and _CODE.fullmatch(code):
            self.add(subject, predicate, concept(scheme, code), path)

    def things(
        self, subject: URIRef, predicate: URIRef, kind: str, names: Iterable[str | None], path: Path
    ) -> None:
        """State the actors, places and so on of those names."""
        for name in names:
            self.add(subject, predicate, None if name is None else self.names.of(kind, name), path)

    def labels(
        self, subject: URIRef, predicate: URIRef, pairs: Iterable[tuple[str, str]], path: Path
    ) -> None:
        """State names; those without a language are in the document's."""
        for language, value in pairs:
            self.add(subject, predicate, literals.tagged(value, language or self.language), path)

    def named(self, subject: URIRef, label: tuple[tuple[str, str], ...], path: Path) -> None:
        """State the label of a thing."""
        self.labels(subject, RDFS.label, label, (*path, "label"))

    def note(self, subject: URIRef, note: str | None, path: Path) -> None:
        """State a remark for people, if there is one."""
        self.tagged(subject, SKOS.note, note, (*path, "note"))

    def time(self, subject: URIRef, time: Time, zone: str | None, path: Path) -> URIRef:
        """Describe a time and return its IRI; a value that cannot be read is noted as a problem."""
        self.node(subject, SVD.TimeExpression, path)
        self.text(subject, SVD.wording, time.text, (*path, "text"))
        for part in time.inferred:
            self.text(subject, SVD.inferredPart, part, (*path, "inferred"))
        self.text(subject, SVD.inferenceReason, time.reason, (*path, "reason"))
        if time.value is None:
            self.code(subject, SVD.precision, "precision", "vague", path)
            return subject
        try:
            span = read_time(time.value, time.zone or zone)
        except TimeError as error:
            where = (
                path
                if path not in self.outline.lines or (*path, "value") not in self.outline.lines
                else (*path, "value")
            )
            self.refuse(where, error.rule, error.message, error.hint)
            return subject
        self.spans[subject] = self.moments[path] = span
        value = (*path, "value")
        self.text(subject, SVD.edtf, span.edtf, value)
        self.text(subject, SVD.zone, span.zone, value)
        self.add(subject, SVD.zoneAssumed, literals.boolean(span.zone_assumed), value)
        self.code(subject, SVD.precision, "precision", span.precision, value)
        self.add(subject, SVD.earliest, literals.instant(span.earliest) if span.earliest else None, value)
        self.add(subject, SVD.latest, literals.instant(span.latest) if span.latest else None, value)
        return subject
