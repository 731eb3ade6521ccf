"""The doubts about one document, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.doubts.actors import note_doubts_of_actors
from kg.ingest.doubts.agreements import note_doubts_of_norms
from kg.ingest.doubts.claims import note_doubts_of_claims
from kg.ingest.doubts.times import (
    note_doubts_of_agreement_times,
    note_doubts_of_report_times,
    note_doubts_of_zones,
)
from kg.ingest.models import ActorsDocument, AgreementDocument, ReportDocument

if TYPE_CHECKING:
    from datetime import datetime

    from kg.ingest.builder import Builder
    from kg.ingest.models import AnyDocument


def note_doubts(model: AnyDocument, builder: Builder, now: datetime | None) -> None:
    """Note what the document probably does not mean; without `now` nothing is in the future."""
    note_doubts_of_zones(builder, model.kind)
    if isinstance(model, ReportDocument):
        note_doubts_of_report_times(model, builder, now)
        note_doubts_of_claims(model, builder)
    elif isinstance(model, AgreementDocument):
        note_doubts_of_agreement_times(model, builder, now)
        note_doubts_of_norms(model, builder)
    elif isinstance(model, ActorsDocument):
        note_doubts_of_actors(model, builder, now)
