"""Any table comes in by a mapping, which is written from its header and checked before any row is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kg.errors import DocumentError
from kg.ingest.datasets.cells import Cells
from kg.ingest.datasets.importer import Asked, columns_in
from kg.ingest.datasets.mapped import Mapped
from kg.ingest.datasets.mapping import kinds_in, mapping_for, read_mapping
from kg.ingest.datasets.record import Figure
from kg.ingest.datasets.table import Line
from kg.pipeline import code_definitions

if TYPE_CHECKING:
    from kg.ingest.datasets.record import Record
    from kg.model import Problem

HEADER = ("Nr", "Datum", "Town", "Region", "Kind", "Who did it", "Dead", "Area (km)", "Source", "Remarks")
MAPPING = """
dataset: my-ngo
title: Incidents of My NGO
version: "3"
publisher: My NGO
columns:
  {id: Nr, date: Datum, place: Town, within: Region, type: Kind, perpetrator: Who did it, source: Source}
quantities: {killed: Dead, area: Area (km)}
units: {area: km2}
values:
  type: {Beschuss: shelling, Besetzung: territorial-seizure}
"""
ROW = ("17", "04.03.2021", "Ardabad", "Upper Arda", "beschuss", "N/A", "2", "1,5", "a doctor", "by night")


class Nobody:
    """Knows no actor by any code."""

    def agreement(self, pax_id: str) -> str | None:
        """Return nothing."""
        del pax_id
        return None

    def event(self, report: str, key: str) -> bool:
        """Return that there is none."""
        del report, key
        return False

    def actor(self, scheme: str, code: str) -> str | None:
        """Return nothing."""
        del scheme, code
        return None


def read(*cells: str, mapping: str = MAPPING) -> tuple[Record | None, list[Problem], list[Problem]]:
    """Return what a row becomes, and what is refused and doubted about it."""
    reads = Mapped(read_mapping(mapping, "m.yaml", code_definitions()))
    line = Line(2, dict(zip(HEADER, cells, strict=True)))
    found = Cells(line, "t.csv", columns_in(reads, HEADER))
    record = reads.record(found, reads.source(Asked("t.csv"), HEADER), Nobody())
    return record, found.refused, found.doubted


def test_a_row_becomes_what_the_mapping_says() -> None:
    record, refused, doubted = read(*ROW)
    assert record is not None
    (claim,) = record.statements
    assert (record.type, claim.row_id, claim.modality) == ("shelling", "17", "reported")
    assert claim.figures == (Figure("killed", "2"), Figure("area", "1.5", unit="km2"))
    assert (claim.perpetrators, [one.label for one in record.places]) == ((), ["Upper Arda", "Ardabad"])
    assert [one.label for one in record.actors] == ["a doctor"]
    assert claim.when is not None
    assert claim.when.value == date(2021, 3, 4).isoformat()
    assert claim.gist.endswith("Source: a doctor; Remarks: by night")
    assert (refused, [one.rule for one in doubted]) == ([], ["cell/decimal-comma"])


def test_who_the_table_says_did_it_is_the_perpetrator_in_its_word() -> None:
    record, _, _ = read(*ROW[:5], "Red Guard", *ROW[6:])
    assert record is not None
    assert [one.label for one in record.actors] == ["Red Guard", "a doctor"]
    assert record.statements[0].perpetrators == (record.actors[0].id,)


def test_a_kind_that_the_mapping_does_not_name_is_told_and_not_guessed() -> None:
    record, refused, _ = read(*ROW[:4], "Plünderung", *ROW[5:])
    assert record is None
    assert [(one.line, one.field, one.rule) for one in refused] == [(2, "Kind", "cell/not-mapped")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("columns: {dat: Datum, type: Kind}", "columns.dat"),
        ("columns: {date: Datum}", "columns.type"),
        ("columns: {type: Kind}", "columns.date"),
        ("columns: {date: D, type: K}\nvalues: {type: {a: sheling}}", "values.type"),
        ("columns: {date: D, type: K}\nquantities: {dead: Dead}", "quantities.dead"),
        ("column: {date: D}", "column"),
        ("columns: [a, b]", "columns"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_by_its_field(text: str, field: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_mapping(text, "m.yaml", code_definitions())
    assert field in [problem.field for problem in caught.value.problems]


def test_a_mapping_that_is_no_yaml_is_told_by_its_line() -> None:
    with pytest.raises(DocumentError) as caught:
        read_mapping("columns:\n  date: [", "m.yaml", code_definitions())
    assert caught.value.problems[0].rule == "mapping/syntax"
    assert caught.value.problems[0].line is not None


def test_the_mapping_that_is_written_from_a_header_can_be_read() -> None:
    header = ("ID", "Date", "Town", "Type", "Killed", 'Remark "x"')
    assert kinds_in(header) == "Type"
    found = read_mapping(
        mapping_for(header, "t.csv", "t", ["Raid", "1: shots"]), "m.yaml", code_definitions()
    )
    assert found.columns == {"id": "ID", "date": "Date", "place": "Town", "type": "Type"}
    assert found.quantities == {"killed": "Killed"}
    assert found.values == {"type": {"Raid": "other", "1: shots": "other"}}
