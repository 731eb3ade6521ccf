"""What every part of one report's conversion needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import URIRef

    from kg.ingest.builder import Builder
    from kg.ingest.converters.quotations import Quotations
    from kg.ingest.models.report import ReportDocument


@dataclass(frozen=True, slots=True)
class Scene:
    """One report: its document and IRI, who speaks in it, its quotations, and where the triples go."""

    document: ReportDocument
    report: URIRef
    voice: URIRef
    annotation: URIRef
    quotations: Quotations
    builder: Builder

    def full(self, names: Iterable[str | None]) -> list[str | None]:
        """Return the names of claims or events with their report's id."""
        own = self.document.id
        return [name if name is None or "/" in name else f"{own}/{name}" for name in names]
