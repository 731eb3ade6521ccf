"""Times from triples: what they mean is computed anew from the value and its zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kg.ingest.from_rdf.view import word, words
from kg.ingest.times import TimeError
from kg.ingest.times import read_time as bounds
from kg.terms import SVD

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path

_TIME = (
    ("value", SVD.edtf, word),
    ("text", SVD.wording, word),
    ("inferred", SVD.inferredPart, words),
    ("reason", SVD.inferenceReason, word),
)
_STATED = re.compile(r"\.\.|.*T.*(?:Z|[+-][0-9]{2}:[0-9]{2})")
_MOST = timedelta(hours=14)


def read_time(view: View, node: Node, path: Path) -> Fields:
    """Return a time as documents write it, with the zone that its value does not state itself."""
    view.note(path, node)
    found = view.fill(node, path, _TIME)
    view.note((*path, "zone"), node, SVD.zone)
    value = found.get("value")
    if isinstance(value, str) and view.text(node, SVD.zoneAssumed) == "false":
        ends = value.split("/")
        silent = [index for index, end in enumerate(ends) if not _STATED.fullmatch(end)]
        if silent:
            first = next((index for index, end in enumerate(ends) if end != ".."), 0)
            zone = None if silent[0] == first else _by_end(value, view.text(node, SVD.latest))
            found["zone"] = zone or view.text(node, SVD.zone)
    return found


def _by_end(value: str, latest: str) -> str | None:
    """Return the zone of an end that states none, though the beginning does: it follows from the bound."""
    try:
        plain = bounds(value, "Z").latest
        offset = datetime.fromisoformat(plain or "") - datetime.fromisoformat(latest)
    except (TimeError, ValueError, TypeError):
        return None
    minutes = int(offset.total_seconds()) // 60
    if abs(offset) > _MOST:
        return None
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
