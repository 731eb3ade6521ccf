"""Incident tables say in the mission's voice what observers heard or saw, and nothing that they did not."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from kg.ingest.datasets.cells import Cells
from kg.ingest.datasets.importer import Asked, columns_in, names_of
from kg.ingest.datasets.incidents import Incidents
from kg.ingest.datasets.record import Figure, Weapon
from kg.ingest.datasets.table import tables
from kg.ingest.datasets.template import LANGUAGES, template_csv, template_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from kg.ingest.datasets.record import Record
    from kg.model import Problem

READS = Incidents()
HEADER = (
    *("SMM position", "Event location", "Means", "No.", "Observation", "Description"),
    *("Direction", "Weapon", "Date", "Time"),
)
ROW = (
    *("Svitlodarsk", "2-4km SE", "Heard", "5", "Explosion", "Undetermined", "N/A", "N/A"),
    *("2021-03-04", "09:10-09:40"),
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


def read(path: Path, **asked: Any) -> tuple[list[Record], list[Problem]]:
    """Return what the rows of a table become, and all that is told of it."""
    records, problems = [], []
    for table in tables(path, lambda cells: names_of(READS, cells)):
        source = READS.source(Asked(path.name, **asked), table.header)
        columns = columns_in(READS, table.header)
        for line in table.lines:
            cells = Cells(line, table.file, columns)
            record = READS.record(cells, source, Nobody())
            problems += [*cells.refused, *cells.doubted]
            if record is not None and not cells.refused:
                records.append(record)
        problems += table.notes
    return records, problems


def table(place: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    """Return a file of the rows."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path = place / "daily.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def changed(**cells: str) -> tuple[str, ...]:
    """Return the row with other cells."""
    names = [*("position", "place", "means", "number", "observation"), "description"]
    names += ["direction", "weapon", "date", "time"]
    return tuple(cells.get(name, cell) for name, cell in zip(names, ROW, strict=True))


def test_a_row_is_a_claim_in_the_missions_own_voice_and_names_no_perpetrator(tmp_path: Path) -> None:
    row = changed(direction="from W to E", weapon="Mortar (120mm)")
    (record,), problems = read(table(tmp_path, row))
    (claim,) = record.statements
    assert problems == []
    assert (claim.modality, claim.voices, claim.perpetrators, claim.participants) == ("asserted", (), (), ())
    assert claim.gist == (
        "SMM position: Svitlodarsk; Event location: 2-4km SE; Means: Heard; No.: 5; Observation: Explosion; "
        "Description: Undetermined; Direction: from W to E; Weapon: Mortar (120mm); Date: 2021-03-04; "
        "Time: 09:10-09:40"
    )
    assert claim.figures == (Figure("incidents", "5"),)
    assert claim.weapons == (Weapon("mortar", "Mortar (120mm)", "120"),)
    assert claim.when is not None
    assert claim.when.value == "2021-03-04T09:10/2021-03-04T09:40"
    assert (record.type, claim.row_id) == ("shelling", "2")


def test_not_available_is_no_number_and_none_is_an_absence(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        changed(number="N/A"),
        changed(number="none", observation="None"),
        changed(number="0"),
        changed(number="нет данных"),
        changed(number="Нет"),
    )
    records, problems = read(path)
    said = [(one.statements[0].figures, one.statements[0].absent, one.type) for one in records]
    known, none = ((), None, "explosive-blast"), ((), "use-of-force", "other")
    assert said == [known, none, none, known, none]
    assert problems == []


@pytest.mark.parametrize(
    ("number", "figure"),
    [
        ("~10", Figure("incidents", "10", comparator="about")),
        ("около 10", Figure("incidents", "10", comparator="about")),
        ("At least 3", Figure("incidents", "3", comparator="at-least")),
        ("не менше 3", Figure("incidents", "3", comparator="at-least")),
        ("более 10", Figure("incidents", "11", comparator="at-least")),
        ("10 – 15", Figure("incidents", None, "10", "15", "about")),
    ],
)
def test_numbers_are_read_as_they_are_limited(number: str, figure: Figure, tmp_path: Path) -> None:
    (record,), problems = read(table(tmp_path, changed(number=number)))
    assert record.statements[0].figures == (figure,)
    assert problems == []


@pytest.mark.parametrize(
    ("time", "value", "rule"),
    [
        ("9:10", "2021-03-04T09:10", None),
        ("с 09.10 до 09.40", "2021-03-04T09:10/2021-03-04T09:40", None),
        ("23:50-00:10", "2021-03-04T23:50/2021-03-05T00:10", "row/time-over-midnight"),
        ("N/A", "2021-03-04", None),
        ("in the evening", "2021-03-04", "row/time-unread"),
        ("24:00", "2021-03-05T00:00", None),
    ],
)
def test_times_and_spans_are_read(time: str, value: str, rule: str | None, tmp_path: Path) -> None:
    (record,), problems = read(table(tmp_path, changed(time=time)))
    when = record.statements[0].when
    assert when is not None
    assert when.value == value
    assert [one.rule for one in problems] == ([rule] if rule else [])


def test_what_cannot_be_said_is_told_by_row_and_column(tmp_path: Path) -> None:
    path = table(
        tmp_path, changed(date=""), changed(place=""), changed(date="31.02.2021"), changed(number="many")
    )
    records, problems = read(path)
    assert len(records) == 1
    assert [(one.line, one.field, one.rule) for one in problems] == [
        (2, "Date", "cell/missing"),
        (3, "Event location", "cell/missing"),
        (4, "Date", "cell/not-a-day"),
        (5, "No.", "row/number-unread"),
    ]


def test_a_russian_table_with_merged_headers_and_cells_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Таблица нарушений режима прекращения огня"])
    sheet.append([])
    sheet.append(["Позиция СММ", "Событие", None, None, None, None, "Дата", "Время"])
    sheet.append([None, "Место", "Способ", "Кол-во", "Наблюдение", "Вооружение", None, None])
    sheet.append(["Светлодарск", "2 км к ЮВ", "Слышали", 3, "Взрыв", "Н/Д", "04.03.2021", "09:10"])
    sheet.append([None, "3 км к В", "Слышали", "Н/Д", "Очередь", "Стрелковое оружие", "04.03.2021", "10:00"])
    sheet.append(["Горловка", "1 км к С", "Видели", 2, "Снаряд", "Миномёт 82 мм", "04.03.21", "11:00-11:20"])
    for area in ("A3:A4", "B3:F3", "G3:G4", "H3:H4", "A5:A6"):
        sheet.merge_cells(area)
    path = tmp_path / "отчёт.xlsx"
    book.save(path)
    records, problems = read(path)
    assert [one.rule for one in problems] == ["table/header-below"]
    assert [one.type for one in records] == ["explosive-blast", "small-arms-fire", "shelling"]
    gists = [one.statements[0].gist for one in records]
    assert gists[1].startswith("Позиция СММ: Светлодарск; Место: 3 км к В; ")
    assert [one.statements[0].figures for one in records] == [
        (Figure("incidents", "3"),),
        (),
        (Figure("incidents", "2"),),
    ]
    assert records[2].statements[0].weapons == (Weapon("mortar", "Миномёт 82 мм", "82"),)
    assert READS.source(Asked(path.name), ["Место"]).language == "ru"


def workbook(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    """Return a workbook of the rows, with merged cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def test_a_table_as_a_monitor_has_it_is_read_with_its_headings_numbering_and_sum(tmp_path: Path) -> None:
    head = ["№ п/п", "Дата и время", "Место нарушения", "Способ фиксации", "Характер нарушения"]
    head += ["Количество", "Вид вооружения", "Направление огня", "Примечание"]
    rows: list[list[Any]] = [
        ["Ежедневный отчёт", *[None] * 8],
        ["за 4 марта 2021 г.", *[None] * 8],
        head,
        [str(number) for number in range(1, 10)],
        ["Донецкая область", *[None] * 8],
        [
            1,
            "04.03.2021 09:10-09:40",
            "Светлодарск",
            "слышали",
            "взрыв",
            "5 взрывов",
            "Миномёт 120 мм",
            "с З",
            "x",
        ],
        [2, "4 марта 2021 г.", "Горловка", "видели", "Очередь", "10+", "н/д", "не определено", None],
        [3, "04.03.2021, 23:50 – 00:10", "Ясиноватая", "слышали", "Выстрел", "3 (три)", "—", "—", None],
        ["Итого", None, None, None, None, 18, None, None, None],
    ]
    records, problems = read(workbook(tmp_path / "daily.xlsx", rows, "A1:I1", "A2:I2", "A5:I5"))
    said = [
        (one.type, claim.when.value if claim.when else "", claim.figures)
        for one in records
        for claim in one.statements
    ]
    assert said == [
        ("shelling", "2021-03-04T09:10/2021-03-04T09:40", (Figure("incidents", "5"),)),
        ("small-arms-fire", "2021-03-04", (Figure("incidents", "10", comparator="at-least"),)),
        ("small-arms-fire", "2021-03-04T23:50/2021-03-05T00:10", (Figure("incidents", "3"),)),
    ]
    assert records[0].statements[0].gist.endswith("№ п/п: 1; Примечание: x")
    assert [(one.line, one.rule) for one in problems] == [
        (4, "table/numbered-columns"),
        (5, "table/heading-row"),
        (8, "row/time-over-midnight"),
        (9, "table/total-row"),
        (3, "table/header-below"),
    ]


def test_from_and_until_under_a_merged_header_and_coordinates_in_one_cell_are_read(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Позиция", "Событие", None, None, None, "Время", None, "Дата"],
        [None, "Населённый пункт", "Координаты", "Наблюдение", "Кол-во", "Начало", "Окончание", None],
        ["НП-1", "Светлодарск", "48.4300, 38.2200", "Взрыв", 3, "09:10", "09:40", "04.03.2021"],
        [None, "2 км к В", "нет", "Вспышка", "Н/Д", "10:00", None, "04.03.2021"],
        ["НП-2", "2 км к В", "где-то", "Вспышка", 1, "10:00", None, "04.03.2021"],
    ]
    path = workbook(tmp_path / "daily.xlsx", rows, "A1:A2", "B1:E1", "F1:G1", "H1:H2", "A3:A4")
    records, problems = read(path)
    times = [claim.when.value if claim.when else "" for one in records for claim in one.statements]
    assert times == ["2021-03-04T09:10/2021-03-04T09:40", "2021-03-04T10:00", "2021-03-04T10:00"]
    places = [one.places[0] for one in records]
    assert [(one.label, one.geometry) for one in places] == [
        ("Светлодарск", "POINT (38.22 48.43)"),
        ("2 км к В (НП-1)", None),
        ("2 км к В (НП-2)", None),
    ]
    assert [(one.line, one.field, one.rule) for one in problems] == [
        (5, "Координаты", "row/point-unread"),
        (2, "", "table/header-below"),
    ]


def test_a_number_in_a_cell_over_several_rows_is_not_counted_twice(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADER))
    sheet.append(list(changed(number="7")))
    sheet.append(list(changed(place="3km E")))
    sheet.merge_cells("D2:D3")
    path = tmp_path / "daily.xlsx"
    book.save(path)
    records, problems = read(path)
    assert [one.statements[0].figures for one in records] == [(), ()]
    assert [(one.line, one.rule) for one in problems] == [(2, "row/number-shared"), (3, "row/number-shared")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_read_in_every_language(language: str, tmp_path: Path) -> None:
    for name, made in (("t.csv", template_csv(language)), ("t.xlsx", template_xlsx(language))):
        path = tmp_path / name
        path.write_bytes(made)
        (found,) = tables(path, lambda cells: names_of(READS, cells))
        assert len(columns_in(READS, found.header)) == 10
        assert READS.source(Asked(name), found.header).language == language
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert len(sheet.data_validations.dataValidation) == 4
