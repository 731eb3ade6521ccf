"""What is written of rows is, quad by quad, what a document of the same content becomes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import read_text
from kg.ingest.builder import Builder
from kg.ingest.converters.report import convert_report
from kg.ingest.datasets.cells import Cells, columns_of
from kg.ingest.datasets.importer import Asked, names_of
from kg.ingest.datasets.nquads import ANNOTATOR, Pen
from kg.ingest.datasets.record import (
    Figure,
    Named,
    Record,
    Source,
    Statement,
    Voice,
    Weapon,
    When,
)
from kg.ingest.datasets.registry import importer
from kg.ingest.datasets.table import tables
from kg.ingest.references import References
from kg.store import from_nquads
from kg.store.nquads import canonical, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BASE = "https://example.org/id/"
SAMPLE = Path(__file__).resolve().parents[4] / "data" / "samples" / "ged_v23_1_sample.csv"
MISSION = Source(
    "m",
    "Table",
    "2024-05-01",
    Named("mission-x", "mission", "Mission X"),
    language="ru",
    licence="terms of the mission",
    kind="mission",
    issued="2024-05-02",
    zone="+03:00",
)
FULL = Record(
    "7",
    "r7",
    "shelling",
    'Обстрел, "Ясиноватая"\nвосток',
    (
        Statement(
            "r7-1",
            "Пять взрывов",
            "7",
            "asserted",
            perpetrators=("a",),
            participants=("b", "b"),
            targets=("c",),
            places=("p",),
            in_territory_of=("s",),
            when=When(
                "2024-05-01T09:10/2024-05-01T09:20", "09:10–09:20", ("day",), "the table is of that day"
            ),
            figures=(
                Figure("incidents", "5", comparator="at-least"),
                Figure("incidents", "5", comparator="at-least"),
                Figure("length", "1.5", low="1", high="2", unit="km"),
                Figure("killed", "0", side="a", civilian=True),
            ),
            weapons=(Weapon("mortar", calibre="82"), Weapon(model="Grad")),
            absent="small-arms-fire",
            voices=(Voice("d", "said", "A report"), Voice("e", "said")),
            credibility="6",
            confidence="0.3",
            url="https://example.org/row/7",
        ),
        Statement("r7-2", "Ничего", "7", "reported", polarity="negative", when=When(None, "вечером")),
    ),
)


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


def sample() -> Iterator[tuple[Source, Record]]:
    """Yield the rows of the sample."""
    reads = importer("ucdp-ged")
    for table in tables(SAMPLE, lambda cells: names_of(reads, cells)):
        source = reads.source(Asked(SAMPLE.name), table.header)
        columns = columns_of(table.header, reads.columns)
        for line in table.lines:
            record = reads.record(Cells(line, table.file, columns), source, Nobody())
            if record is not None:
                yield source, record


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, (), [], "")}


def _claim(said: Statement, source: Source) -> dict[str, Any]:
    when = said.when
    row = {"dataset": source.name, "version": source.version, "id": said.row_id, "url": said.url}
    return _set(
        {
            "key": said.key,
            "gist": said.gist,
            "row": _set(row),
            "modality": said.modality,
            "polarity": said.polarity,
            "perpetrators": said.perpetrators,
            "participants": said.participants,
            "targets": said.targets,
            "places": said.places,
            "in_territory_of": said.in_territory_of,
            "time": when
            and _set(
                {"value": when.value, "text": when.text, "inferred": when.inferred, "reason": when.reason}
            ),
            "quantities": [
                _set(
                    {
                        "kind": one.kind,
                        "value": one.value,
                        "low": one.low,
                        "high": one.high,
                        "comparator": one.comparator,
                        "side": one.side,
                        "civilian": one.civilian,
                        "unit": one.unit,
                    }
                )
                for one in said.figures
            ],
            "objects": [
                _set({"category": one.category, "model": one.model, "calibre": one.calibre})
                for one in said.weapons
            ],
            "absences": [{"of": said.absent}] if said.absent else [],
            "attribution": [
                _set({"agent": one.agent, "verb": one.verb, "report": one.report}) for one in said.voices
            ],
            "credibility": said.credibility,
            "confidence": said.confidence,
        }
    )


def by_the_converter(source: Source, name: str, title: str, records: Iterable[Record]) -> frozenset[Any]:
    """Return the quads of a document that says the same."""
    records = tuple(records)
    document = read_text(
        json.dumps(
            _set(
                {
                    "kind": "report",
                    "id": name,
                    "lang": source.language,
                    "type": source.kind,
                    "title": title,
                    "language": source.language,
                    "publisher": source.publisher.id,
                    "issued": source.issued,
                    "url": source.url,
                    "licence": source.licence,
                    "annotator": ANNOTATOR,
                    "zone": source.zone,
                    "events": [{"key": one.key, "type": one.type, "label": one.label} for one in records],
                    "claims": [
                        {**_claim(said, source), "about": one.key}
                        for one in records
                        for said in one.statements
                    ],
                }
            )
        ).encode(),
        "document.json",
    )
    builder = Builder(BASE, document.outline, References(), document.model.lang)
    convert_report(document.model, None, builder, None)  # type: ignore[arg-type]
    assert builder.problems == []
    graph = builder.names.graph("report", name)
    return frozenset((*triple, graph) for triple in builder.triples)


def by_the_pen(source: Source, name: str, title: str, records: Iterable[Record]) -> frozenset[Any]:
    """Return the quads that are written."""
    pen = Pen(BASE, source, name)
    parts, ordinal = [pen.head(title)], 1
    for record in records:
        parts.append(pen.record(record, ordinal))
        ordinal += len(record.statements)
    return from_nquads("".join(parts).encode())


def test_every_part_that_a_row_can_have_is_written_as_the_converter_writes_it() -> None:
    assert by_the_pen(MISSION, "m-1", "Заголовок", [FULL]) == by_the_converter(
        MISSION, "m-1", "Заголовок", [FULL]
    )


def test_the_rows_of_the_sample_are_written_as_the_converter_writes_them() -> None:
    found = list(sample())
    source, records = found[0][0], [record for _, record in found]
    assert len(records) > 100
    assert by_the_pen(source, "ged", "GED", records) == by_the_converter(source, "ged", "GED", records)


def test_what_is_written_is_what_the_engine_writes_whatever_stands_in_texts() -> None:
    odd = [chr(code) for code in (*range(1, 0x20), *range(0x7E, 0xA1), 0xAD, 0x85, 0x2028, 0xFFFE, 0xFFFF)]
    texts = [
        f"a{one}b" for one in (*odd, '"', "\\", "\\n", "\\u0001", "'", "^", "\U0001fffe", "Ж", "<x>", "{")
    ]
    for text in (*texts, "".join(texts)):
        record = replace(
            FULL, label=text, statements=tuple(replace(one, gist=text) for one in FULL.statements)
        )
        pen = Pen(BASE, MISSION, "m")
        lines = (pen.head(text) + pen.record(record, 9)).encode()
        assert ordered(lines) == canonical(lines)


@pytest.mark.parametrize("text", ['a "b"', "a\\b", "a\nb\r\nc", "\u2028 \u00a0", "a\tb", "\U0001f600"])
def test_any_text_of_a_cell_is_read_as_it_was(text: str) -> None:
    record = Record("1", "1", "other", text, (Statement("1", text, text, "asserted"),))
    said = {str(quad[2]) for quad in by_the_pen(MISSION, "m", text, [record])}
    assert text in said
