"""Every importer reads a table in whatever dress it comes, and tells damage by row and column."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from kg.distances import distance
from kg.ingest.datasets.neighbours import Neighbours
from kg.ingest.datasets.record import Named, Record
from kg.ingest.datasets.table import TableError, tables
from kg.outlines import shape
from tests.kg.ingest.datasets.reading import read, rules
from tests.kg.ingest.datasets.test_acled import NEW, OLD
from tests.kg.ingest.datasets.test_gdelt import CELLS
from tests.kg.ingest.datasets.test_incidents import HEADER, ROW
from tests.kg.ingest.datasets.test_tables_of_others import ROWS as OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).resolve().parents[4] / "data" / "samples" / "ged_v23_1_sample.csv"
MENTION = {
    "GLOBALEVENTID": "7",
    "MentionTimeDate": "20170701234500",
    "MentionIdentifier": "http://example.org/1",
    "MentionSourceName": "example.org",
}


def first_of_ged() -> dict[str, str]:
    """Return the first row of the sample."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))


ROWS: dict[str, tuple[dict[str, str], str, str | None]] = {
    "ucdp-ged": (first_of_ged(), "where_description", "date_start"),
    "acled": (NEW, "notes", "event_date"),
    "gdelt": (CELLS, "Actor1Name", "SQLDATE"),
    "gdelt-mentions": (MENTION, "MentionSourceName", None),
    "incidents": (dict(zip(HEADER, ROW, strict=True)), "Description", "Date"),
    "ucdp-actor": (OTHERS["ucdp-actor"], "NameOrigFullEng", None),
    "ucdp-agreements": (OTHERS["ucdp-agreements"], "pa_comment", "pa_date"),
    "ucdp-termination": (OTHERS["ucdp-termination"], "side_b", "cfiredate"),
    "pax": (OTHERS["pax"], "Part", "Dat"),
    "geopko": (OTHERS["geopko"], "source", None),
    "polecat": (OTHERS["polecat"], "Source", "Event Date"),
    "icews": (OTHERS["icews"], "Publisher", "Event Date"),
}
"""A row in the layout of each, a column of words, and a column of a day."""


def text(row: dict[str, str], delimiter: str = ",") -> str:
    """Return a table of one row."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([list(row), list(row.values())])
    return out.getvalue()


DRESSES: dict[str, Callable[[dict[str, str]], bytes]] = {
    "semicolons": lambda row: text(row, ";").encode(),
    "tabs": lambda row: text(row, "\t").encode(),
    "strokes": lambda row: text(row, "|").encode(),
    "a byte order mark": lambda row: text(row).encode("utf-8-sig"),
    "utf-16": lambda row: text(row).encode("utf-16"),
    "carriage returns": lambda row: text(row).replace("\n", "\r\n").encode(),
    "gzip": lambda row: gzip.compress(text(row).encode()),
    "header in row 3": lambda row: f"Table of events\n\n{text(row)}".encode(),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_the_same_in_every_dress(name: str, tmp_path: Path) -> None:
    row, *_ = ROWS[name]
    plain = tmp_path / "t_v9.csv"
    plain.write_text(text(row), encoding="utf-8")
    (wanted,), _ = read(name, plain)
    for dress, made in DRESSES.items():
        path = tmp_path / "t_v9.csv"
        path.write_bytes(made(row))
        (found,), problems = read(name, path)
        said = {one.rule for one in problems if one.severity == "warning"}
        assert (found.label, found.type) == (wanted.label, wanted.type), dress
        if dress == "header in row 3":
            assert "table/header-below" in said
        else:
            assert [one.row_id for one in found.statements] == [one.row_id for one in wanted.statements], (
                dress
            )


@pytest.mark.parametrize("name", ROWS)
def test_damage_is_told_by_row_and_column_whatever_the_dataset(name: str, tmp_path: Path) -> None:
    row, words, day = ROWS[name]
    path = tmp_path / "t_v9.csv"

    def told(content: bytes) -> list[tuple[int | None, str, str]]:
        path.write_bytes(content)
        return rules(read(name, path)[1])

    assert (2, words, "cell/too-long") in told(text({**row, words: "x" * 1_000_000}).encode())
    assert (2, words, "cell/control-character") in told(text({**row, words: "a\x07b"}).encode())
    assert (2, "", "cell/encoding") in told(text({**row, words: "Café"}).encode("latin-1"))
    assert (2, "", "table/long-row") in told(text(row).rstrip("\n").encode() + b",x,y\n")
    short = text(row).rstrip("\n").rpartition(",")[0].encode() + b"\n"
    assert any(rule in {"table/short-row", "table/quotes"} for _, _, rule in told(short))
    assert any(rule == "table/quotes" for _, _, rule in told(text(row).encode() + b'"never closed\n'))
    path.write_bytes(text({**row, words: "one\ntwo, three"}).encode())
    assert len(read(name, path)[0]) == 1
    if day is not None:
        assert (2, day, "cell/serial-day") in told(text({**row, day: "34000"}).encode())
        assert (2, day, "cell/not-a-day") in told(text({**row, day: "soon"}).encode())


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_made_of_a_file_that_is_cut_or_names_other_columns(name: str, tmp_path: Path) -> None:
    row, *_ = ROWS[name]
    path = tmp_path / "t_v9.csv.gz"
    many = text(row) + "\n".join(text(row).splitlines()[1:] * 400)
    path.write_bytes(gzip.compress(many.encode())[:-20])
    with pytest.raises(TableError, match="table/cut"):
        read(name, path)
    path.write_bytes(b"a,b,c\n1,2,3\n")
    with pytest.raises(TableError, match="table/no-header"):
        read(name, path)


def point(latitude: float, longitude: float, country: str = "c") -> Record:
    """Return a row at a point of a country."""
    place = Named("p", "settlement", "P", geometry=f"POINT ({longitude} {latitude})")
    return Record("1", "1", "other", "x", (), places=(Named(country, "administrative-region", "C"), place))


def test_exchanged_coordinates_are_found_by_the_other_points_of_the_country() -> None:
    around = Neighbours()
    for latitude, longitude in ((39.5, 46.2), (39.9, 45.8), (40.2, 44.5)):
        assert around.swapped(point(latitude, longitude)) is None
    assert around.swapped(point(46.1, 39.6)) is not None
    assert around.swapped(point(46.1, 39.6, "another")) is None
    assert around.swapped(point(60.0, 10.0)) is None
    assert around.swapped(point(39.7, 46.4)) is None


def test_points_all_over_the_world_tell_nothing_of_another_without_a_country() -> None:
    around = Neighbours()
    for latitude, longitude in ((15.0, -90.0), (16.5, -11.0), (19.7, -7.0), (10.0, 20.0)):
        assert (
            around.swapped(replace(point(latitude, longitude), places=(town(latitude, longitude),))) is None
        )
    assert around.swapped(replace(point(-7.7, 16.5), places=(town(-7.7, 16.5),))) is None


def town(latitude: float, longitude: float) -> Named:
    """Return a place of which no country is known."""
    return Named("p", "settlement", "P", geometry=f"POINT ({longitude} {latitude})")


def test_the_older_layout_of_acled_is_no_other_format(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(text(OLD), encoding="utf-8")
    assert len(read("acled", path)[0]) == 1


def test_whatever_is_done_to_a_zip_or_a_workbook_its_rows_are_all_there_or_none(tmp_path: Path) -> None:
    packed, book = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "id,day\r\n" + "1,2020-01-01\r\n" * 20)
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in [("id", "day"), *[("1", "2020-01-01")] * 20]:
        sheet.append(row)
    workbook.save(book)
    chance = random.Random(11)  # noqa: S311 - nothing secret
    for number in range(150):
        name, data = ("t.xlsx", mended(book, chance)) if number % 2 else ("t.zip", altered(packed, chance))
        (tmp_path / name).write_bytes(data)
        try:
            found = [len(list(one.lines)) for one in tables(tmp_path / name, lambda row: row.count("id"))]
        except TableError:
            continue
        assert sum(found) == (20 if name == "t.xlsx" else 40)


def altered(packed: io.BytesIO, chance: random.Random) -> bytes:
    """Return an archive some bytes of which are others, or missing."""
    data = bytearray(packed.getvalue())
    at = chance.randrange(len(data))
    data[at : at + chance.randrange(1, 30)] = chance.randbytes(chance.randrange(2))
    return bytes(data)


def mended(book: io.BytesIO, chance: random.Random) -> bytes:
    """Return an archive that is whole, and a file in it that is cut off."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(out, "w") as after:
        files = {name: before.read(name) for name in before.namelist()}
        name = chance.choice(sorted(files))
        files[name] = files[name][: chance.randrange(len(files[name]))]
        for name, data in files.items():
            after.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("precision", "drawn"), [("1", "POINT (36.558974 35.763369)"), ("2", "POLYGON"), ("3", None), ("6", None)]
)
def test_a_place_of_ged_is_drawn_as_far_as_the_event_may_have_been_from_it(
    tmp_path: Path, precision: str, drawn: str | None
) -> None:
    """UCDP GED codebook 23.1, where_prec: 2 is within 25 km of the point, and what is wider is no point."""
    path = tmp_path / "ged_v23_1.csv"
    path.write_text(text({**first_of_ged(), "where_prec": precision}), encoding="utf-8")
    (record,), _ = read("ucdp-ged", path)
    place = record.places[-1]
    if drawn != "POLYGON":
        assert (place.label, place.geometry) == ("Rami village", drawn)
        return
    outline = shape(place.geometry or "")
    assert outline is not None
    middle = "POINT (36.558974 35.763369)"
    corners = [distance(f"POINT ({x} {y})", middle) for x, y in outline.exterior.coords]
    assert all(far is not None and 25 < far.nearest < 27 for far in corners)
