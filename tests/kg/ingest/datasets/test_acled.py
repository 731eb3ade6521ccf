"""Rows of ACLED, old and new, say what their columns say. All rows here are made up in its layout."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from kg.ingest.datasets.record import Figure
from kg.ingest.datasets.registry import importers_of
from tests.kg.ingest.datasets.reading import only, read, rules

if TYPE_CHECKING:
    from pathlib import Path

NEW = {
    "event_id_cnty": "ARM9001",
    "event_date": "2021-08-26",
    "year": "2021",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Ardania (2018-)",
    "assoc_actor_1": "",
    "inter1": "State forces",
    "actor2": "Red Guard",
    "assoc_actor_2": "",
    "inter2": "Rebel group",
    "interaction": "State forces-Rebel group",
    "civilian_targeting": "",
    "iso": "51",
    "region": "Caucasus and Central Asia",
    "country": "Armenia",
    "admin1": "Upper Arda",
    "admin2": "Goris",
    "admin3": "",
    "location": "Ardabad",
    "latitude": "39.5",
    "longitude": "46.25",
    "geo_precision": "1",
    "source": "Daily Arda; Arda Radio",
    "source_scale": "National",
    "notes": "On 26 August 2021, they clashed.",
    "fatalities": "3",
    "tags": "",
    "timestamp": "1630540800",
}
OLD = {
    "data_id": "77",
    "iso": "51",
    "event_id_cnty": "ARM9001",
    "event_id_no_cnty": "9001",
    "event_date": "26 August 2021",
    "year": "2021",
    "time_precision": "2",
    "event_type": "Violence against civilians",
    "sub_event_type": "Attack",
    "actor1": "Red Guard",
    "assoc_actor_1": "",
    "inter1": "2",
    "actor2": "Civilians (Armenia)",
    "assoc_actor_2": "",
    "inter2": "7",
    "interaction": "27",
    "region": "Caucasus and Central Asia",
    "country": "Armenia",
    "admin1": "Upper Arda",
    "admin2": "",
    "admin3": "",
    "location": "Ardabad",
    "latitude": "39.5",
    "longitude": "46.25",
    "geo_precision": "3",
    "source": "Daily Arda",
    "source_scale": "National",
    "notes": "Made up.",
    "fatalities": "0",
    "timestamp": "1630540800",
    "iso3": "ARM",
}


def export(place: Path, *wanted: dict[str, str]) -> Path:
    """Return a file of the rows."""
    text = io.StringIO()
    out = csv.DictWriter(text, list(wanted[0]))
    out.writeheader()
    out.writerows(wanted)
    path = place / "acled.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def test_the_figures_are_nobodys_but_acleds_where_it_names_several_sources(tmp_path: Path) -> None:
    (record,), problems = read("acled", export(tmp_path, NEW))
    own, daily, radio = record.statements
    assert problems == []
    assert (record.type, record.key, record.version, record.slice) == (
        "armed-clash",
        "ARM9001",
        "1630540800",
        "arm",
    )
    assert own.figures == (Figure("killed", "3", comparator="about"),)
    assert (own.modality, own.voices, daily.modality, daily.figures) == ("asserted", (), "reported", ())
    names = {one.id: one.label for one in record.actors}
    assert [names[claim.voices[0].agent] for claim in (daily, radio)] == ["Daily Arda", "Arda Radio"]
    assert (own.perpetrators, own.in_territory_of) == ((), ("armenia",))
    assert [names[one] for one in own.participants] == ["Military Forces of Ardania (2018-)", "Red Guard"]
    assert [one.type for one in record.actors[:2]] == ["armed-force", "non-state-armed-group"]
    assert own.gist.startswith(
        "On 26 August 2021, they clashed. [ACLED, row ARM9001, of timestamp 1630540800"
    )
    assert record.places[-1].geometry == "POINT (46.25 39.5)"


def test_the_older_layout_is_read_and_no_reported_deaths_are_no_figure(tmp_path: Path) -> None:
    records, problems = read("acled", export(tmp_path, OLD))
    record, claim = only(records)
    names = {one.id: one.label for one in record.actors}
    assert problems == []
    assert (record.type, claim.figures, claim.modality) == ("attack-on-civilians", (), "reported")
    assert [names[one] for one in claim.perpetrators] == ["Red Guard"]
    assert (claim.participants, claim.targets) == ((), ())
    assert claim.when is not None
    assert claim.when.value == "2021-08-20/2021-09-01"
    assert record.places[-1].geometry is None
    assert "geo_precision 3" in (record.places[-1].note or "")


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"event_id_cnty": "9001"}, "event_id_cnty", "cell/not-an-id"),
        ({"event_id_cnty": ""}, "event_id_cnty", "cell/missing"),
        ({"event_date": "3/4/2021"}, "event_date", "cell/ambiguous-day"),
        ({"event_date": ""}, "event_date", "cell/missing"),
        ({"latitude": "139.5"}, "latitude", "cell/out-of-range"),
        ({"time_precision": "4"}, "time_precision", "cell/out-of-range"),
        ({"fatalities": "-1"}, "fatalities", "cell/out-of-range"),
        ({"fatalities": "several"}, "fatalities", "cell/not-a-number"),
        ({"timestamp": "soon"}, "timestamp", "cell/not-a-time"),
        ({"location": ""}, "location", "cell/missing"),
        ({"actor1": ""}, "actor1", "cell/missing"),
    ],
)
def test_what_cannot_be_said_puts_the_row_into_quarantine_by_its_column(
    cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read("acled", export(tmp_path, {**NEW, **cells}))
    assert (records, rules(problems)) == ([], [(2, column, rule)])


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"year": "2020"}, "year", "row/year-differs"),
        ({"event_type": "Parades", "sub_event_type": ""}, "event_type", "row/kind-unknown"),
        ({"event_date": "44434"}, "event_date", "cell/serial-day"),
        ({"latitude": "39,5"}, "latitude", "cell/decimal-comma"),
        ({"longitude": ""}, "latitude", "row/coordinates-missing"),
    ],
)
def test_what_is_doubtful_comes_in_flagged(
    cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read("acled", export(tmp_path, {**NEW, **cells}))
    assert (len(records), rules(problems)) == (1, [(2, column, rule)])


def test_a_list_of_deletions_is_told_from_an_export(tmp_path: Path) -> None:
    (record,), _ = read(
        "acled-deleted", export(tmp_path, {"event_id_cnty": "ARM9001", "deleted_timestamp": "1700000000"})
    )
    assert (record.withdrawn, record.key, record.version) == (True, "ARM9001", "1700000000")
    assert [one.name for one in importers_of(("event_id_cnty", "deleted_timestamp"))] == ["acled-deleted"]
    assert [one.name for one in importers_of(tuple(OLD))] == ["acled"]
    assert importers_of(("event_id_cnty", "event_date", "timestamp")) == ()
