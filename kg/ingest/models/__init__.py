"""The four kinds of document as frozen models."""

from __future__ import annotations

from typing import TypeAlias

from kg.ingest.models.actors import ActorsDocument
from kg.ingest.models.agreement import AgreementDocument
from kg.ingest.models.common import DocumentModel
from kg.ingest.models.places import PlacesDocument
from kg.ingest.models.report import ReportDocument

__all__ = [
    "KINDS",
    "ActorsDocument",
    "AgreementDocument",
    "AnyDocument",
    "DocumentModel",
    "PlacesDocument",
    "ReportDocument",
]

AnyDocument: TypeAlias = ActorsDocument | PlacesDocument | AgreementDocument | ReportDocument

KINDS: dict[str, type[AnyDocument]] = {
    "actors": ActorsDocument,
    "agreement": AgreementDocument,
    "places": PlacesDocument,
    "report": ReportDocument,
}
