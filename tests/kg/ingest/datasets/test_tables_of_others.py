"""Rows of UCDP's tables, PA-X, Geo-PKO, POLECAT and ICEWS, made up by hand in their layouts."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.ingest.datasets.record import Figure
from kg.ingest.datasets.registry import importers_of
from tests.kg.ingest.datasets.reading import only, read, rules

if TYPE_CHECKING:
    from pathlib import Path

ACTOR = {
    "ActorId": "9411",
    "NameData": "RG",
    "NameOrigFullEng": "Red Guard",
    "Org": "1",
    "ConflictId": "267",
    "DyadId": "556, 557",
    "GWNOLoc": "371",
    "Version": "22.1",
}
AGREEMENT = {
    "paid": "9131",
    "actor_id": "118, 9299",
    "actor_name": "Government of Ardania, Red Guard",
    "pa_name": "Arda accord",
    "year": "1996",
    "pa_date": "1996-05-24",
    "pa_comment": "They\nsigned.",
    "cease": "1",
    "ddr": "0",
    "pko": "1",
    "termdur": "-99",
    "pa_type": "2",
    "linktofulltextagreement": "",
    "version": "22.1",
}
TERMINATION = {
    "dyadep_id": "39901",
    "dyadterm": "1",
    "ependdate": "7/21/46",
    "outcome": "2",
    "cfiredate": "7/19/46",
    "peagdate": ".",
    "version": "3",
    "dyad_id": "9399",
    "year": "1946",
    "location": "Ardania",
    "side_a": "Government of Ardania",
    "side_a_id": "118",
    "side_b": "Red Guard",
    "side_b_id": "9719",
    "intensity_level": "2",
    "gwno_loc": "371",
}
PAX = {
    "Con": "Ardania",
    "PPName": "Arda process",
    "AgtId": "990",
    "Agt": "Ceasefire of Arda",
    "Dat": "1994-05-11",
    "Status": "Multiparty signed/agreed",
    "Agtp": "Intra",
    "Stage": "Cea",
    "Part": "Minister\nM. M.",
    "Loc1ISO": "ARM",
    "GCh": "0",
    "Ce": "3",
    "CeProv": "1",
    "ImPK": "",
}
GEOPKO = {
    "source": "Map 1",
    "mission": "UNMAR",
    "year": "2021",
    "month": "8",
    "country": "Ardania",
    "location": "Ardabad",
    "latitude": "39.500000000000004",
    "longitude": "46.25",
    "No.troops": "120",
    "HQ": "3",
    "UNMO": "0",
}
POLECAT = {
    "Event ID": "20210826-1-a",
    "Event Date": "2021-08-26",
    "Event Type": "ASSAULT",
    "Event Mode": "heavy-weapons",
    "Intensity": "-9",
    "Quad Code": "MATERIAL CONFLICT",
    "Actor Name": "Army of Azerbaijan",
    "Primary Actor Sector": "MIL",
    "Actor Country": "AZE",
    "Recipient Name": "Armenia",
    "Primary Recipient Sector": "GOV",
    "Recipient Country": "ARM",
    "City": "Ardabad",
    "Country": "Armenia",
    "Latitude": "39.5",
    "Longitude": "46.25",
    "Source": "Daily Arda",
    "Version": "NGEC-1",
}
ICEWS = {
    "Event ID": "926688",
    "Event Date": "1995-01-01",
    "Source Name": "Military (Ardania)",
    "Source Sectors": "Military,Government",
    "Source Country": "Ardania",
    "Event Text": "Sign formal agreement",
    "CAMEO Code": "57",
    "Intensity": "8.0",
    "Target Name": "Boris Person",
    "Target Sectors": "Elite",
    "Target Country": "Ardania",
    "Story ID": "28235806",
    "Sentence Number": "5",
    "Publisher": "Daily Arda",
    "City": "Ardabad",
    "Country": "Ardania",
    "Latitude": "39.5",
    "Longitude": "46.25",
}
ROWS = {
    "ucdp-actor": ACTOR,
    "ucdp-agreements": AGREEMENT,
    "ucdp-termination": TERMINATION,
    "pax": PAX,
    "geopko": GEOPKO,
    "polecat": POLECAT,
    "icews": ICEWS,
}


def table(place: Path, *rows: dict[str, str], name: str = "table_v9.csv") -> Path:
    """Return a file of the rows."""
    path = place / name
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


@pytest.mark.parametrize("name", ROWS)
def test_each_format_is_known_by_its_columns(name: str) -> None:
    assert [one.name for one in importers_of(tuple(ROWS[name]))] == [name]


def test_a_row_about_an_actor_is_a_claim_about_no_event(tmp_path: Path) -> None:
    record, claim = only(read("ucdp-actor", table(tmp_path, ACTOR))[0])
    assert (record.type, record.key, claim.key, claim.participants) == (
        "",
        "actor-9411",
        "actor-9411",
        ("ucdp-actor-9411",),
    )
    assert record.actors[0].codes == (("ucdp_actor_id", "9411"),)
    known, said = only(read("ucdp-actor", table(tmp_path, {**ACTOR, "ActorId": "118"}))[0])
    assert (known.actors, said.participants) == ((), ("syria",))


def test_the_country_of_a_conflict_makes_no_actor_the_government_of_it(tmp_path: Path) -> None:
    row = {**ACTOR, "NameData": "Government of Elsewhere", "Org": "4"}
    assert only(read("ucdp-actor", table(tmp_path, row))[0])[1].participants == ("ucdp-actor-9411",)


def test_an_agreement_of_ucdp_was_signed_by_those_that_it_numbers(tmp_path: Path) -> None:
    records, problems = read(
        "ucdp-agreements", table(tmp_path, AGREEMENT, name="ucdp-peace-agreements-221.csv")
    )
    record, claim = only(records)
    assert problems == []
    assert (record.type, claim.participants) == ("agreement-signed", ("syria", "ucdp-actor-9299"))
    assert claim.gist.startswith("Arda accord, 1996-05-24, partial; provisions: cease, pko [UCDP Peace Agr")
    _, told = read("ucdp-agreements", table(tmp_path, {**AGREEMENT, "actor_name": "Red Guard", "ddr": "x"}))
    assert rules(told) == [(2, "actor_name", "row/names-differ"), (2, "ddr", "cell/out-of-range")]


@pytest.mark.parametrize(
    ("cells", "kind", "value", "told"),
    [
        ({}, "ceasefire-declared", "1946-07-19", ["cell/short-day"]),
        ({"outcome": "4"}, "other", "1946-07-21", ["cell/short-day"]),
        ({"outcome": "1"}, "agreement-signed", "1946-07-21", ["cell/short-day"]),
        ({"dyadterm": "0", "outcome": ""}, "war", "1946", []),
        ({"dyadterm": "0"}, "war", "1946", ["row/outcome-differs"]),
        ({"year": "2021", "cfiredate": "11/9/20"}, "ceasefire-declared", "2020-11-09", ["cell/short-day"]),
        (
            {"cfiredate": "1946-01-02 (one); 1946-02-03 (two)"},
            "ceasefire-declared",
            "1946",
            ["cell/several-days"],
        ),
    ],
)
def test_how_fighting_ended_is_told_by_the_day_of_that(
    cells: dict[str, str], kind: str, value: str, told: list[str], tmp_path: Path
) -> None:
    records, problems = read("ucdp-termination", table(tmp_path, {**TERMINATION, **cells}))
    record, claim = only(records)
    assert claim.when is not None
    assert (record.type, claim.when.value, [one.rule for one in problems]) == (kind, value, told)
    assert claim.participants == ("syria", "ucdp-actor-9719")


def test_a_number_in_pax_finds_the_agreement_and_makes_nobody_a_party(tmp_path: Path) -> None:
    records, problems = read("pax", table(tmp_path, PAX))
    record, claim = only(records)
    assert problems == []
    assert (record.type, claim.mentions, claim.participants) == ("agreement-signed", ("ceasefire-1994",), ())
    assert claim.gist.startswith(
        "Ceasefire of Arda, 1994-05-11; provisions: Ce 3, CeProv 1 [PA-X 9, AgtId 990:"
    )
    other, said = only(
        read("pax", table(tmp_path, {**PAX, "AgtId": "7", "Status": "Unilateral document"}))[0]
    )
    assert (other.type, said.mentions) == ("ceasefire-declared", ())
    _, told = read("pax", table(tmp_path, {**PAX, "Status": "Status unclear", "GCh": "17"}))
    assert rules(told) == [(2, "Status", "row/not-clear"), (2, "GCh", "cell/out-of-range")]


def test_a_deployment_is_the_presence_of_a_force_of_so_many_at_a_place(tmp_path: Path) -> None:
    records, problems = read("geopko", table(tmp_path, GEOPKO, name="geopko_v2.3.csv"))
    record, claim = only(records)
    assert (problems, record.type, claim.figures) == (
        [],
        "peacekeeping-deployment",
        (Figure("personnel", "120"),),
    )
    assert claim.when is not None
    assert (claim.when.value, record.actors[0].type) == ("2021-08", "peacekeeping-force")
    assert record.places[-1].geometry == "POINT (46.25 39.5)"
    assert "[Geo-PKO 2.3: HQ: 3; source: Map 1]" in claim.gist
    bare = {name: cell for name, cell in GEOPKO.items() if name not in {"source", "country", "No.troops"}}
    assert only(read("geopko", table(tmp_path, bare, name="geopko_v2.3.csv"))[0])[1].gist == (
        "UNMAR at Ardabad, 2021-08 [Geo-PKO, kinds of units 2.3: HQ: 3]"
    )
    unknown = only(read("geopko", table(tmp_path, {**GEOPKO, "No.troops": "unknown", "month": ""}))[0])[1]
    assert unknown.figures == ()


def test_what_a_machine_coded_in_plover_is_doubtful(tmp_path: Path) -> None:
    record, claim = only(read("polecat", table(tmp_path, POLECAT))[0])
    assert (record.type, claim.credibility, claim.modality) == ("shelling", "4", "reported")
    assert (claim.perpetrators, claim.targets) == (("polecat-actor-aze-mil",), ("armenia",))
    consulted = {**POLECAT, "Event Type": "CONSULT", "Event Mode": "None", "Actor Country": "AZE;ARM"}
    record, claim = only(read("polecat", table(tmp_path, consulted))[0])
    assert (record.type, claim.perpetrators, claim.participants) == ("negotiation", (), ("armenia",))


def test_an_event_of_icews_is_named_by_its_id_and_its_day(tmp_path: Path) -> None:
    records, problems = read("icews", table(tmp_path, ICEWS, {**ICEWS, "Event Date": "1995-01-02"}))
    assert [one.key for one in records] == ["926688-19950101", "926688-19950102"]
    record, claim = records[0], records[0].statements[0]
    assert (record.type, claim.credibility) == ("agreement-signed", "4")
    assert [one.label for one in record.actors] == ["Military (Ardania)", "Daily Arda"]
    assert {one.rule for one in problems} == {"cell/zero-lost"}


@pytest.mark.parametrize(
    ("name", "cells", "column", "rule"),
    [
        ("ucdp-actor", {"ActorId": "x"}, "ActorId", "cell/not-an-id"),
        ("ucdp-actor", {"NameData": ""}, "NameData", "cell/missing"),
        ("ucdp-agreements", {"pa_date": "1996-02-30"}, "pa_date", "cell/not-a-day"),
        ("ucdp-agreements", {"paid": ""}, "paid", "cell/missing"),
        ("ucdp-termination", {"outcome": "7"}, "outcome", "cell/out-of-range"),
        ("ucdp-termination", {"cfiredate": "31/12/46"}, "cfiredate", "cell/not-a-day"),
        ("ucdp-termination", {"side_b": ""}, "side_b", "cell/missing"),
        ("pax", {"Dat": "01/02/2003"}, "Dat", "cell/ambiguous-day"),
        ("pax", {"AgtId": "A1"}, "AgtId", "cell/not-an-id"),
        ("geopko", {"latitude": "146.25"}, "latitude", "cell/out-of-range"),
        ("geopko", {"month": "13"}, "month", "cell/not-a-month"),
        ("geopko", {"mission": ""}, "mission", "cell/missing"),
        ("polecat", {"Event Type": "PARADE"}, "Event Type", "cell/not-a-code"),
        ("polecat", {"Event Date": ""}, "Event Date", "cell/missing"),
        ("icews", {"CAMEO Code": "999"}, "CAMEO Code", "cell/not-a-code"),
        ("icews", {"Latitude": "north", "CAMEO Code": "057"}, "Latitude", "cell/not-a-number"),
    ],
)
def test_what_cannot_be_said_puts_the_row_into_quarantine_by_its_column(
    name: str, cells: dict[str, str], column: str, rule: str, tmp_path: Path
) -> None:
    records, problems = read(name, table(tmp_path, {**ROWS[name], **cells}))
    assert (records, [found for found in rules(problems) if found[1]]) == ([], [(2, column, rule)])
