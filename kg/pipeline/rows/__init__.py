"""Rows of datasets on their way in: read and spooled, held against what is held, written in batches."""

from kg.pipeline.rows.summary import Summary
from kg.pipeline.rows.take import check, take

__all__ = ["Summary", "check", "take"]
