"""Reads a file by an importer, without a store: what its rows become, and all that is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.ingest.datasets.cells import Cells
from kg.ingest.datasets.checks import faults
from kg.ingest.datasets.importer import Asked, columns_in, names_of
from kg.ingest.datasets.registry import importer
from kg.ingest.datasets.table import tables
from kg.pipeline.sources import code_definitions

if TYPE_CHECKING:
    from pathlib import Path

    from kg.ingest.datasets.record import Record, Statement
    from kg.model import Problem


class Known:
    """Knows a few actors and agreements by their codes, and one event."""

    def actor(self, scheme: str, code: str) -> str | None:
        """Return the id of an actor."""
        return {
            ("iso3166_alpha3", "ARM"): "armenia",
            ("iso3166_alpha3", "AZE"): "azerbaijan",
            ("gw_code", "371"): "armenia",
            ("ucdp_actor_id", "118"): "syria",
        }.get((scheme, code))

    def agreement(self, pax_id: str) -> str | None:
        """Return the id of an agreement."""
        return {"990": "ceasefire-1994"}.get(pax_id)

    def event(self, report: str, key: str) -> bool:
        """Return whether it is the one event that is known."""
        return (report, key) == ("gdelt-555924", "555924816")


def read(name: str, path: Path, **asked: Any) -> tuple[list[Record], list[Problem]]:
    """Return what the rows of a file become, and what is told of them; each can be written."""
    reads = importer(name)
    codes = {scheme: frozenset(found) for scheme, found in code_definitions().items()}
    records, problems = [], []
    for table in tables(path, lambda cells: names_of(reads, cells), layout=reads.layout):
        source = reads.source(Asked(path.name, **asked), table.header)
        columns = columns_in(reads, table.header)
        for line in table.lines:
            cells = Cells(line, table.file, columns)
            record = reads.record(cells, source, Known()) if line.cells else None
            problems += [*cells.refused, *cells.doubted]
            if record is not None and not cells.refused:
                assert record.withdrawn or list(faults(record, codes)) == []
                records.append(record)
        problems += table.notes
    return records, problems


def only(records: list[Record]) -> tuple[Record, Statement]:
    """Return the one record and its one claim."""
    (record,) = records
    (claim,) = record.statements
    return record, claim


def rules(problems: list[Problem]) -> list[tuple[int | None, str, str]]:
    """Return row, column and rule of each problem."""
    return [(one.line, one.field, one.rule) for one in problems]
