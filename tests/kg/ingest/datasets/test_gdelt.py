"""Rows of GDELT are claims of low credibility in every layout. All rows here are made up in its layouts."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.ingest.datasets.cameo import action_of
from kg.ingest.datasets.cameo_codes import EVENTS as CODES
from kg.ingest.datasets.gdelt_columns import EVENTS, MENTIONS
from kg.ingest.datasets.importer import Asked
from kg.ingest.datasets.registry import importer
from tests.kg.ingest.datasets.reading import only, read, rules

if TYPE_CHECKING:
    from pathlib import Path

CELLS = {
    "GLOBALEVENTID": "881990832",
    "SQLDATE": "20210826",
    "MonthYear": "202108",
    "Year": "2021",
    "FractionDate": "2021.6466",
    "Actor1Code": "AZEMIL",
    "Actor1Name": "ARMED FORCE",
    "Actor1CountryCode": "AZE",
    "Actor1Type1Code": "MIL",
    "Actor2Code": "ARM",
    "Actor2Name": "ARMENIA",
    "Actor2CountryCode": "ARM",
    "IsRootEvent": "1",
    "EventCode": "192",
    "EventBaseCode": "192",
    "EventRootCode": "19",
    "QuadClass": "4",
    "GoldsteinScale": "-9.5",
    "NumMentions": "10",
    "NumSources": "2",
    "NumArticles": "5",
    "AvgTone": "-3.25",
    "Actor2Geo_Lat": "39.5",
    "Actor2Geo_Long": "46.25",
    "Actor2Geo_FeatureID": "-2323",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": 'Ardabad, "Upper" Arda',
    "ActionGeo_CountryCode": "AM",
    "ActionGeo_Lat": "39.5",
    "ActionGeo_Long": "46.25",
    "ActionGeo_FeatureID": "-2323",
    "DATEADDED": "20210827120000",
    "SOURCEURL": "https://www.example.org/news/1",
}


def bare(place: Path, columns: tuple[str, ...], **cells: str) -> Path:
    """Return a file without a header, as GDELT writes it: with tabs, and with no quotation marks."""
    path = place / "20210827120000.export.CSV"
    path.write_text("\t".join({**CELLS, **cells}.get(name, "") for name in columns) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("columns", EVENTS, ids=["57", "58", "61"])
def test_each_layout_without_a_header_is_read_by_the_order_of_its_columns(
    columns: tuple[str, ...], tmp_path: Path
) -> None:
    records, problems = read("gdelt", bare(tmp_path, columns))
    record, claim = only(records)
    assert rules(problems) == [(1, "", "table/no-header-row")]
    assert (record.type, record.key, record.slice, claim.credibility) == (
        "territorial-seizure",
        "881990832",
        "881990",
        "4",
    )
    assert (claim.perpetrators, claim.targets, claim.participants) == (
        ("gdelt-actor-azemil",),
        ("armenia",),
        (),
    )
    assert record.places[0].label == 'Ardabad, "Upper" Arda'
    assert record.places[0].geometry == "POINT (46.25 39.5)"
    assert "CAMEO 192, class 4, material conflict, PLOVER COERCE; GoldsteinScale: -9.5" in claim.gist
    attributed = [voice.report for voice in claim.voices]
    assert attributed == ([] if len(columns) == 57 else ["https://www.example.org/news/1"])
    assert claim.modality == ("asserted" if len(columns) == 57 else "reported")


def test_columns_that_r_renamed_added_and_left_out_are_read(tmp_path: Path) -> None:
    path = tmp_path / "from_r.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        out.writerow(
            [
                "",
                "idGlobalEvent",
                "dateEvent",
                "codeActor1",
                "nameActor1",
                "codeISOActor1",
                "codeEvent",
                "nameQuad",
            ]
        )
        out.writerow(["1", "881990832", "2021-08-26", "ARM", "ARMENIA", "ARM", "57", "Verbal Cooperation"])
        out.writerow(["2", "881990833", "2021-08-26", "NA", "NA", "NA", "036", "NA"])
    records, problems = read("gdelt", path)
    assert [(one.type, one.statements[0].participants) for one in records] == [
        ("agreement-signed", ("armenia",)),
        ("statement", ()),
    ]
    assert rules(problems) == [(2, "codeEvent", "cell/zero-lost")]


def test_the_version_is_that_of_the_columns() -> None:
    reads = importer("gdelt")
    told = [reads.source(Asked("e.csv"), (*header, "added by me")).version for header in EVENTS]
    assert told == ["1.0", "1.0", "2.0"]
    assert reads.source(Asked("e.csv"), EVENTS[0][:30]).version == "not-stated"


def test_a_header_of_numbers_is_read_as_none(tmp_path: Path) -> None:
    path = tmp_path / "fread.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([f"V{number}" for number in range(1, 59)])
        out.writerow([CELLS.get(name, "") for name in EVENTS[1]])
    records, _ = read("gdelt", path)
    assert only(records)[0].places[0].label == 'Ardabad, "Upper" Arda'


def test_an_actor_whose_code_says_too_little_stays_in_words(tmp_path: Path) -> None:
    cells = {"Actor1Code": "MIL", "Actor1CountryCode": "", "Actor1Name": "TROOPS"}
    record, claim = only(read("gdelt", bare(tmp_path, EVENTS[2], **cells))[0])
    assert (claim.perpetrators, claim.targets) == ((), ("armenia",))
    assert claim.gist.startswith("TROOPS (MIL): Occupy territory, ARMENIA (ARM), ")
    assert [one.id for one in record.actors] == [claim.voices[0].agent]


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"EventCode": "999"}, "EventCode", "cell/not-a-code"),
        ({"EventCode": ""}, "EventCode", "cell/missing"),
        ({"ActionGeo_Lat": "146"}, "ActionGeo_Lat", "cell/out-of-range"),
        ({"ActionGeo_Lat": "46.25", "ActionGeo_Long": "39.5"}, "ActionGeo_Lat", "row/coordinates-swapped"),
        ({"ActionGeo_Lat": "40.5"}, "ActionGeo_Lat", "row/coordinates-differ"),
    ],
)
def test_what_cannot_be_said_puts_the_row_into_quarantine_by_its_column(
    cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read("gdelt", bare(tmp_path, EVENTS[2], **cells))
    assert (records, rules(problems)[:-1]) == ([], [(1, column, rule)])


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"Year": "2020"}, "Year", "row/year-differs"),
        ({"QuadClass": "1"}, "QuadClass", "row/codes-differ"),
        ({"EventRootCode": "18"}, "EventRootCode", "row/codes-differ"),
        ({"SOURCEURL": "https://example.org/a b"}, "SOURCEURL", "cell/not-an-address"),
    ],
)
def test_what_is_doubtful_comes_in_flagged(
    cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read("gdelt", bare(tmp_path, EVENTS[2], **cells))
    assert (len(records), rules(problems)[:-1]) == (1, [(1, column, rule)])


def test_every_code_of_cameo_is_known_and_no_lost_zero_makes_another_code_of_it() -> None:
    for code in CODES:
        if len(code) > 2:
            assert (found := action_of(code)) is not None
            assert found.code == code
            assert (stripped := action_of(code.removeprefix("0"))) is not None
            assert stripped.code == code


def mention(place: Path, **cells: str) -> Path:
    """Return a file of one mention, without a header."""
    said = {
        **dict.fromkeys(MENTIONS, ""),
        "GLOBALEVENTID": "555924816",
        "EventTimeDate": "20160701210000",
        "MentionTimeDate": "20170701234500",
        "MentionType": "1",
        "MentionSourceName": "example.org",
        "MentionIdentifier": "http://example.org/1",
        "SentenceID": "4",
        "Actor1CharOffset": "-1",
        "Actor2CharOffset": "996",
        "ActionCharOffset": "988",
        "InRawText": "1",
        "Confidence": "20",
        "MentionDocLen": "2579",
        "MentionDocTone": "0.83",
        **cells,
    }
    path = place / "mentions.CSV"
    path.write_text("\t".join(said.values()) + "\n", encoding="utf-8")
    return path


def test_a_mention_keeps_its_offsets_and_is_the_event_of_its_id_where_that_is_held(tmp_path: Path) -> None:
    record, claim = only(read("gdelt-mentions", mention(tmp_path))[0])
    assert (claim.credibility, claim.confidence, claim.url) == ("4", "0.2", "http://example.org/1")
    assert "Actor1CharOffset: -1; Actor2CharOffset: 996; ActionCharOffset: 988" in claim.gist
    assert (claim.perpetrators, claim.participants, claim.when) == ((), (), None)
    assert [(one.report, one.key) for one in record.same] == [("gdelt-555924", "555924816")]
    other, _ = only(read("gdelt-mentions", mention(tmp_path, GLOBALEVENTID="7"))[0])
    assert other.same == ()


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"Confidence": "120"}, "Confidence", "cell/out-of-range"),
        ({"MentionType": "9"}, "MentionType", "cell/out-of-range"),
        ({"MentionIdentifier": ""}, "MentionIdentifier", "cell/missing"),
    ],
)
def test_a_mention_that_cannot_be_said_is_told_by_its_column(
    cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read("gdelt-mentions", mention(tmp_path, **cells))
    assert (records, rules(problems)[:-1]) == ([], [(1, column, rule)])
