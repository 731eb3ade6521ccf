"""Rows of datasets come in whole or not at all, are revised and not doubled, and concluded of as all is."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg import pipeline
from kg.infer import derive
from kg.ingest.datasets.gdelt_columns import EVENTS
from kg.pipeline.rows.take import Wanted, check, take
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.query.lookups import Reader, Selection
from kg.query.lookups.violations import violations
from kg.settings import DEFAULT_BASE
from kg.terms import SVD
from tests.kg.ingest.datasets.test_gdelt import CELLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.pipeline import Repository
    from kg.pipeline.rows import Summary

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "samples" / "ged_v23_1_sample.csv"
GED = Wanted("ucdp-ged")
INFERENCE = URIRef(f"{DEFAULT_BASE}graph/inference")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store of the reference data."""
    folder = tmp_path_factory.mktemp("made") / "store"
    pipeline.prepared(folder, DEFAULT_BASE).close()
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "store"))


def rows() -> list[dict[str, str]]:
    """Return the rows of the sample."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(
    place: Path, wanted: list[dict[str, str]], name: str = "ged_v23_1.csv", delimiter: str = ","
) -> Path:
    """Return a file of the rows."""
    text = io.StringIO()
    out = csv.DictWriter(text, list(wanted[0]), delimiter=delimiter, lineterminator="\n")
    out.writeheader()
    out.writerows(wanted)
    path = place / name
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def taken(store: Path, path: Path, wanted: Wanted = GED) -> Summary:
    """Take a file in and return what became of it."""
    with pipeline.open_graph(store, "ingest") as opened:
        return take(opened, [path], wanted)


@pytest.fixture(scope="module")
def reference() -> Iterator[Repository]:
    """Return the reference data in memory, for what is only to be read."""
    with pipeline.reference_in_memory(DEFAULT_BASE) as opened:
        yield opened


def checked(reference: Repository, path: Path) -> Summary:
    """Return what is wrong with a file, of which nothing is written."""
    return check(reference.store, [path], GED)


def said(summary: Summary) -> tuple[int, int, int, int, int]:
    """Return the counts that add up."""
    assert summary.rows == (summary.taken_in + summary.unchanged + summary.revised + summary.quarantined)
    return summary.rows, summary.taken_in, summary.unchanged, summary.revised, summary.quarantined


def events(opened: Repository) -> set[str]:
    """Return the events that the store holds."""
    return {str(quad[0]) for quad in opened.store.quads(predicate=SVD.describedIn)}


def test_rows_come_in_and_what_is_concluded_of_them_is_what_is_concluded_from_nothing(store: Path) -> None:
    assert said(taken(store, SAMPLE)) == (122, 122, 0, 0, 0)
    with pipeline.open_graph(store, "look") as opened:
        assert len(events(opened)) == 122
        before = opened.store.quads(graph=INFERENCE)
        derive(opened.store, DEFAULT_BASE)
        assert opened.store.quads(graph=INFERENCE) == before
        entries = list(opened.journal.entries()) if opened.journal else []
        assert {entry.kind for entry in entries[-30:]} == {"report"}


def test_the_same_rows_once_more_change_nothing(store: Path) -> None:
    taken(store, SAMPLE)
    with pipeline.open_graph(store, "ingest") as opened:
        before = opened.sequence
        assert said(take(opened, [SAMPLE], GED)) == (122, 0, 122, 0, 0)
        assert opened.sequence == before


def test_a_later_version_revises_and_withdraws_only_in_the_countries_and_years_that_it_covers(
    store: Path, tmp_path: Path
) -> None:
    found = [row for row in rows() if row["year"] in {"2013", "2014"}][:12]
    assert len(found) == 12
    old = written(tmp_path, found, "ged_v22_1.csv")
    assert said(taken(store, old)) == (12, 12, 0, 0, 0)
    twin = {**found[0], "id": "999001", "relid": "x"}
    assert said(taken(store, written(tmp_path, [twin], "ged_v22_1.csv"))) == (1, 1, 0, 0, 0)
    later = {**found[0], "best": "7", "high": "9"}
    summary = taken(store, written(tmp_path, [later], "ged_v23_1.csv"))
    same_report = 1  # the twin, if its id puts it into the report of the row
    assert said(summary) == (1, 0, 0, 1, 0)
    assert summary.withdrawn in {0, same_report}
    with pipeline.open_graph(store, "look") as opened:
        assert len(events(opened)) == 13 - summary.withdrawn
        versions = {str(quad[2]) for quad in opened.store.quads(predicate=SVD.datasetVersion)}
        assert versions == {"22.1", "23.1"}


def test_an_earlier_version_does_not_replace_a_later_one(store: Path, tmp_path: Path) -> None:
    found = rows()[:3]
    taken(store, written(tmp_path, found, "ged_v23_1.csv"))
    summary = taken(store, written(tmp_path, found, "ged_v22_1.csv"))
    assert said(summary) == (3, 0, 0, 0, 3)
    assert summary.rules["row/older-version"] == 3


def test_a_dry_run_tells_the_same_and_writes_nothing(store: Path) -> None:
    with pipeline.open_graph(store, "look") as opened:
        before = opened.sequence
        assert said(check(opened.store, [SAMPLE], GED)) == (122, 122, 0, 0, 0)
        assert opened.sequence == before


KILLS = {
    "half of it is loaded": "load",
    "it is loaded, and the store does not say so": "recorded",
    "nothing is concluded of it": "derive_new",
    "half of the conclusions are in": "load_triples",
}
_KILLED = """
import os, signal, sys
from pathlib import Path
from kg import pipeline
from kg.infer import Conclusions
from kg.pipeline import repository
from kg.pipeline.rows.take import Wanted, take
from kg.store import OxigraphStore

step, store, path = sys.argv[1:]
load, add = OxigraphStore.load, OxigraphStore.load_triples
armed = False

def end(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def loaded(self, nquads, graphs):
    lines = nquads.splitlines(keepends=True)
    if "/graph/report/" not in nquads[:2000].decode() or step != "load":
        return load(self, nquads, graphs)
    load(self, b"".join(lines[: len(lines) // 2]), graphs)
    end()

def added(self, triples, graph, touched):
    lines = triples.splitlines(keepends=True)
    if step != "load_triples" or self.folder is None or b"/report/" not in triples:
        return add(self, triples, graph, touched)
    add(self, b"".join(lines[: len(lines) // 2]), graph, touched)
    end()

OxigraphStore.load, OxigraphStore.load_triples = loaded, added
if step == "derive_new":
    Conclusions.derive_new = end
if step == "recorded":
    real = repository.recorded
    repository.recorded = lambda at, entries: end() if entries[0].kind == "report" else real(at, entries)
with pipeline.open_graph(Path(store), "ingest") as opened:
    take(opened, [Path(path)], Wanted("ucdp-ged"))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", KILLS)
def test_an_import_that_is_killed_leaves_whole_reports_and_goes_on(
    name: str, store: Path, tmp_path: Path, content: Callable[..., list[bytes]]
) -> None:
    path = written(tmp_path, rows()[:30])
    whole = tmp_path / "whole"
    shutil.copytree(store, whole)
    taken(whole, path)
    killed = subprocess.run([sys.executable, "-c", _KILLED, KILLS[name], store, path], check=False)
    assert killed.returncode == -9
    with pipeline.open_graph(store, "look") as opened, pipeline.open_graph(whole, "look") as other:
        assert content(opened.store) == content(other.store)
    assert said(taken(store, path)) == (30, 0, 30, 0, 0)


def test_a_store_of_rows_is_found_whole_and_is_the_same_when_it_is_made_anew(
    store: Path, content: Callable[..., list[bytes]]
) -> None:
    taken(store, SAMPLE)
    with pipeline.open_graph(store, "look") as opened:
        before = content(opened.store)
    found = verify(store)
    assert found.first is None
    assert found.concluded is True
    rebuild(store)
    with pipeline.open_graph(store, "look") as opened:
        assert content(opened.store) == before


DAMAGED: dict[str, tuple[dict[str, str], str, str]] = {
    "a number that is none": ({"best": "many"}, "best", "cell/not-a-number"),
    "a negative number": ({"deaths_a": "-3"}, "deaths_a", "cell/out-of-range"),
    "an empty cell that is needed": ({"date_start": ""}, "date_start", "cell/missing"),
    "a day that never was": ({"date_end": "2013-02-30"}, "date_end", "cell/not-a-day"),
    "a day that may be two": ({"date_start": "03/04/2013"}, "date_start", "cell/ambiguous-day"),
    "days the wrong way round": (
        {"date_start": "2013-05-02", "date_end": "2013-05-01"},
        "date_end",
        "row/dates-reversed",
    ),
    "coordinates beyond the earth": ({"latitude": "135.1"}, "latitude", "cell/out-of-range"),
    "a violence of no type": ({"type_of_violence": "4"}, "type_of_violence", "cell/out-of-range"),
    "an id that is none": ({"id": "=A1+1"}, "id", "cell/not-an-id"),
    "a million characters": ({"where_description": "x" * 1_000_000}, "where_description", "cell/too-long"),
    "a control character": ({"side_b": "Taleban\x07"}, "side_b", "cell/control-character"),
}


def test_each_damaged_cell_is_told_by_row_and_column_and_the_other_rows_come_in(
    store: Path, tmp_path: Path
) -> None:
    sound = rows()
    damaged = [{**sound[place], **change} for place, (change, _, _) in enumerate(DAMAGED.values())]
    path = written(tmp_path, [*damaged, sound[len(damaged)]])
    summary = taken(store, path)
    assert said(summary) == (len(DAMAGED) + 1, 1, 0, 0, len(DAMAGED))
    told = {(one.line, one.field, one.rule) for one in summary.problems}
    wanted = {(row, column, rule) for row, (_, column, rule) in enumerate(DAMAGED.values(), 2)}
    assert wanted <= told
    assert summary.damaged is not None
    kept = Path(summary.damaged).read_text(encoding="utf-8")
    assert all(f"{path},{row},{column},{rule}" in kept for row, column, rule in wanted)


def test_swapped_coordinates_are_found_by_the_cell_of_the_grid(reference: Repository, tmp_path: Path) -> None:
    found = rows()[0]
    swapped = {**found, "latitude": found["longitude"], "longitude": found["latitude"], "geom_wkt": ""}
    summary = checked(reference, written(tmp_path, [swapped]))
    assert said(summary) == (1, 0, 0, 0, 1)
    assert [one.rule for one in summary.problems] == ["row/coordinates-swapped"]


DOUBTFUL: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"low": "9", "best": "3", "high": "3"}, "low", "row/bounds-reversed"),
    ({"date_start": "41277", "date_end": "41277"}, "date_start", "cell/serial-day"),
    ({"year": "1999"}, "year", "row/year-differs"),
    ({"code_status": "Check dyad"}, "code_status", "row/not-clear"),
)


def test_what_is_doubtful_comes_in_and_is_flagged(reference: Repository, tmp_path: Path) -> None:
    sound = rows()
    path = written(tmp_path, [{**sound[place], **change} for place, (change, _, _) in enumerate(DOUBTFUL)])
    summary = checked(reference, path)
    assert said(summary) == (4, 4, 0, 0, 0)
    assert summary.flagged == 4
    told = {(one.line, one.field, one.rule) for one in summary.problems}
    assert {(row, column, rule) for row, (_, column, rule) in enumerate(DOUBTFUL, 2)} <= told


def test_an_id_that_comes_twice_is_taken_in_once(reference: Repository, tmp_path: Path) -> None:
    found = rows()[:2]
    summary = checked(reference, written(tmp_path, [*found, found[0]]))
    assert said(summary) == (3, 2, 0, 0, 1)
    (told,) = [one for one in summary.problems if one.rule == "row/duplicate-id"]
    assert (told.line, told.field) == (4, "id")


def test_of_a_file_that_is_cut_nothing_comes_in(store: Path, tmp_path: Path) -> None:
    whole = gzip.compress(SAMPLE.read_bytes() * 4, mtime=0)
    path = tmp_path / "ged_v23_1.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pipeline.open_graph(store, "ingest") as opened:
        before = opened.sequence
        summary = take(opened, [path], GED)
        assert opened.sequence == before
    assert summary.taken_in == 0
    assert summary.rows == summary.quarantined
    (told,) = [one for one in summary.problems if one.rule == "table/cut"]
    assert told.line is not None
    assert summary.refused == [str(path)]


def test_a_table_is_read_in_whatever_dress_it_comes(store: Path, tmp_path: Path) -> None:
    """Semicolons, a byte order mark, a header in row 3, line feeds in cells: the same rows."""
    found = [{**rows()[0], "where_description": "one\ntwo, three"}, rows()[1]]
    plain = written(tmp_path, found)
    assert said(taken(store, plain)) == (2, 2, 0, 0, 0)
    odd = written(tmp_path, found, "ged_v23_1_b.csv", ";")
    odd.write_bytes(b"\xef\xbb\xbfUCDP GED\n\n" + odd.read_bytes())
    summary = taken(store, odd)
    assert said(summary) == (2, 0, 2, 0, 0)
    assert {"table/separator", "table/header-below"} <= set(summary.rules)
    wide = tmp_path / "ged_v23_1_c.csv"
    wide.write_bytes(plain.read_text(encoding="utf-8").encode("utf-16"))
    assert said(taken(store, wide)) == (2, 0, 2, 0, 0)


def test_what_is_not_utf8_is_read_and_flagged(reference: Repository, tmp_path: Path) -> None:
    found = [rows()[0], {**rows()[1], "where_description": "près de São Tomé"}]
    path = written(tmp_path, found)
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    summary = checked(reference, path)
    assert said(summary) == (2, 2, 0, 0, 0)
    assert summary.flagged == 1
    assert [(one.line, one.rule) for one in summary.problems if one.rule == "cell/encoding"] == [
        (3, "cell/encoding")
    ]


def test_a_row_that_is_cut_or_too_long_or_not_closed_is_told(reference: Repository, tmp_path: Path) -> None:
    text = written(tmp_path, rows()[:4]).read_text(encoding="utf-8")
    header, *lines = list(csv.reader(io.StringIO(text)))
    path = tmp_path / "ged_v23_1.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerows([header, lines[0][:20], [*lines[1], "more"], lines[2]])
        file.write('1,"not closed,2\n')
    summary = checked(reference, path)
    assert said(summary) == (4, 1, 0, 0, 3)
    assert [(one.line, one.rule) for one in summary.problems if one.rule.startswith("table/")] == [
        (2, "table/short-row"),
        (3, "table/long-row"),
        (5, "table/quotes"),
    ]


def test_the_command_takes_standard_input_and_ends_with_one_object_on_one_line(store: Path) -> None:
    line = SAMPLE.read_bytes().splitlines(keepends=True)
    command = [sys.executable, "-m", "kg", "ingest", "--format", "ucdp-ged", "--dataset-version", "23.1"]
    done = subprocess.run(
        [*command, "--json", "--store", store, "-"],
        input=b"".join(line[:3]) + b"x,2013\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    found = json.loads(done.stdout.splitlines()[-1])
    counts = {name: found[name] for name in ("taken_in", "unchanged", "revised", "quarantined")}
    assert (found["rows"], counts) == (3, {"taken_in": 2, "unchanged": 0, "revised": 0, "quarantined": 1})
    told = [(one["file"], one["row"], one["column"]) for one in found["problems"]]
    assert ("-", 4, "year") in told


def acled(place: Path, *rows: tuple[str, str, str, str]) -> Path:
    """Return a file in the layout of ACLED, of rows made up: id, notes, deaths and timestamp."""
    names = ("event_id_cnty", "notes", "fatalities", "timestamp")
    rest = {"event_date": "2021-08-26", "event_type": "Battles", "actor1": "Red Guard", "inter1": "2"}
    rest |= {"country": "Armenia", "location": "Ardabad"}
    return written(place, [{**rest, **dict(zip(names, row, strict=True))} for row in rows], "acled.csv")


def test_each_row_of_acled_has_a_version_of_its_own_and_is_no_more_when_it_is_deleted(
    store: Path, tmp_path: Path
) -> None:
    one, two = ("ARM1", "a", "1", "1600000000"), ("ARM2", "b", "2", "1600000000")
    assert said(taken(store, acled(tmp_path, one, two), Wanted())) == (2, 2, 0, 0, 0)
    later = acled(tmp_path, ("ARM1", "a, corrected", "3", "1700000000"))
    assert said(taken(store, later, Wanted())) == (1, 0, 0, 1, 0)
    before = taken(store, acled(tmp_path, one, two), Wanted())
    assert said(before) == (2, 0, 1, 0, 1)
    assert [problem.rule for problem in before.problems] == ["row/older-version"]
    gone = [{"event_id_cnty": name, "deleted_timestamp": "1800000000"} for name in ("ARM2", "ARM7", "AZE2")]
    summary = taken(store, written(tmp_path, gone, "deleted.csv"), Wanted())
    assert said(summary) == (3, 0, 2, 1, 0)
    assert summary.withdrawn == 1
    with pipeline.open_graph(store, "look") as opened:
        assert [event.rpartition("/")[2] for event in events(opened)] == ["ARM1"]
    assert verify(store).first is None


def test_mentions_are_of_the_event_of_gdelt_that_has_their_id(store: Path, tmp_path: Path) -> None:
    row = {"GLOBALEVENTID": "555924816", "SQLDATE": "20210826", "EventCode": "190", "ActionGeo_ADM2Code": ""}
    assert said(taken(store, written(tmp_path, [row], "events.csv"), Wanted())) == (1, 1, 0, 0, 0)
    mention = {
        "GLOBALEVENTID": "555924816",
        "MentionTimeDate": "20210827000000",
        "MentionIdentifier": "x.org/1",
    }
    path = written(tmp_path, [mention], "mentions.csv")
    assert said(taken(store, path, Wanted())) == (1, 1, 0, 0, 0)
    assert said(taken(store, path, Wanted())) == (1, 0, 1, 0, 0)
    with pipeline.open_graph(store, "look") as opened:
        clusters = {str(quad[2]) for quad in opened.store.quads(predicate=SVD.inCluster)}
        assert len(events(opened)) == 2
        assert len(clusters) == 1


def test_what_the_armed_forces_of_a_country_do_is_held_against_what_binds_their_state(
    store: Path, tmp_path: Path
) -> None:
    path = tmp_path / "20210827120000.export.CSV"
    forces = {"AZEMIL": "MIL", "AZEREB": "REB"}
    lines = [
        {**CELLS, "GLOBALEVENTID": str(881990832 + at), "EventCode": "194", "EventBaseCode": "194"}
        | {"Actor1Code": code, "Actor1Type1Code": kind}
        for at, (code, kind) in enumerate(forces.items())
    ]
    path.write_text(
        "".join("\t".join(line.get(name, "") for name in EVENTS[2]) + "\n" for line in lines), "utf-8"
    )
    assert taken(store, path, Wanted("gdelt")).taken_in == len(forces)
    with pipeline.open_graph(store, "read") as opened:
        whole = Reader.of(opened.store, DEFAULT_BASE)
        found, _ = violations(whole, Selection({"min_credibility": "6"}))
    assert found, "a rule finds the norms that its state is bound by"
    for one in found:
        assert one.perpetrator is not None
        assert one.perpetrator.id == "azerbaijan"
        assert [ref.id for ref in one.perpetrator.named_as] == ["gdelt-actor-azemil"], "and no rebels'"
        assert one.status == "candidate"


def test_rows_about_actors_are_revised_by_a_later_version_and_share_the_actors_of_ged(
    store: Path, tmp_path: Path
) -> None:
    row = {"ActorId": "9411", "NameData": "RG", "Org": "1", "GWNOLoc": "371", "Version": "22.1"}
    old = written(tmp_path, [row], "ucdp-actor-221.csv")
    assert said(taken(store, old, Wanted())) == (1, 1, 0, 0, 0)
    assert said(taken(store, old, Wanted())) == (1, 0, 1, 0, 0)
    new = written(tmp_path, [{**row, "NameData": "Red Guard", "Version": "23.1"}], "ucdp-actor-231.csv")
    assert said(taken(store, new, Wanted())) == (1, 0, 0, 1, 0)
    assert said(taken(store, old, Wanted())) == (1, 0, 0, 0, 1)
    with pipeline.open_graph(store, "look") as opened:
        gists = [
            str(quad[2]) for quad in opened.store.quads(predicate=SVD.gist) if "UCDP Actor" in str(quad[2])
        ]
        assert [gist.partition(" [")[0] for gist in gists] == ["Red Guard"]


def test_rows_without_ids_are_numbered_and_only_the_same_cells_are_the_same_row(
    store: Path, tmp_path: Path
) -> None:
    row = {
        "mission": "UNMAR",
        "year": "2021",
        "location": "Ardabad",
        "latitude": "39.5",
        "longitude": "46.25",
    }
    path = written(tmp_path, [{**row, "NoTroops": count} for count in ("10", "20", "10")], "geopko_v2.3.csv")
    summary = taken(store, path, Wanted())
    assert said(summary) == (3, 2, 0, 0, 1)
    assert summary.rules["row/duplicate-id"] == 1
    assert said(taken(store, path, Wanted())) == (3, 0, 2, 0, 1)


@pytest.mark.parametrize(
    ("begin", "end", "flagged"),
    [
        ("2023-05-06", "2023-05-06", 0),
        ("2024-03-01", "2024-03-01", 0),  # today
        ("2024-03-02", "2024-03-02", 0),  # begun already where days begin first
        ("2024-03-03", "2024-03-03", 1),
        ("2031-05-06", "2031-05-07", 1),
        ("2042-01-01", "2042-12-31", 1),
        ("2024-02-28", "2024-03-09", 0),  # begun
    ],
)
def test_rows_that_tell_as_done_what_is_to_come_are_flagged(
    reference: Repository, tmp_path: Path, begin: str, end: str, flagged: int
) -> None:
    row = rows()[0] | {"date_start": begin, "date_end": end, "year": begin[:4], "date_prec": "5"}
    path = written(tmp_path, [row])
    summary = check(reference.store, [path], Wanted("ucdp-ged", now=datetime(2024, 3, 1, 12, tzinfo=UTC)))
    found = [one for one in summary.problems if one.rule == "time/in-future"]
    assert summary.taken_in == 1
    assert (len(found), summary.flagged) == (flagged, flagged), summary.problems
    for one in found:
        assert (one.line, one.field, one.severity) == (2, "date_start", "warning")
        assert str(one).startswith("warning: ")


def test_the_command_line_knows_what_day_it_is_beside_rows(store: Path, tmp_path: Path) -> None:
    later = str(datetime.now(UTC).year + 3)
    row = rows()[0] | {"date_start": f"{later}-01-02", "date_end": f"{later}-01-02", "year": later}
    path = written(tmp_path, [row])
    for command in ("validate", "ingest"):
        done = subprocess.run(
            [sys.executable, "-m", "kg", command, "--format", "ucdp-ged", "--store", str(store), str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert re.search(
            rf"^warning: .*{later}-01-02 is in the future \[time/in-future\]", done.stderr, re.MULTILINE
        )
        assert re.search(r"^flagged +1$", done.stdout, re.MULTILINE), done.stdout
