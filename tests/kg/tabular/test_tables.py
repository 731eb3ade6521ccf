"""Tables hold what the lists hold, say what they are, and are read by the programs that they are made for."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd  # type: ignore[import-untyped]
import pyarrow.parquet as pq
import pytest
import shapely

from kg.errors import ExportError
from kg.pipeline import read_graph
from kg.pipeline.tables import export_tables
from kg.query.lookups import Reader, assessments, total
from kg.query.lookups.claims import CLAIMS
from kg.query.lookups.reports import REPORTS
from kg.tabular.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.pipeline.reading import Reading

pytestmark = pytest.mark.slow
PAGE = (Path(__file__).parents[3] / "docs" / "tables.md").read_text("utf-8")
ALLEGED = [("nk-2020-11-10/6", "russia"), ("nk-2020-11-10/9", "armenia")]
"""Terms that somebody says were broken, and by whom, in the accounts that are shipped."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Any:
    made = demonstration(tmp_path_factory.mktemp("tables") / "store", accounts=True)
    with read_graph(made) as held:
        yield held, made


@pytest.fixture(scope="module")
def tables(state: tuple[Reading, Path]) -> Path:
    target = state[1].parent / "tables"
    export_tables(state[0], state[1], target)
    return target


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_they_hold_as_many_as_the_lists(tables: Path, state: tuple[Reading, Path]) -> None:
    reader = Reader.of(state[0].store, state[0].store.stamp.base)
    counts = assessments.counts(reader, {})
    kinds = pq.read_table(tables / "violations.parquet")["kind"].to_pylist()
    assert (kinds.count("alleged"), kinds.count("candidate")) == (counts.alleged, counts.candidates)
    assert pq.read_table(tables / "claims.parquet").num_rows == total(CLAIMS, reader, {}).total
    assert pq.read_table(tables / "reports.parquet").num_rows == total(REPORTS, reader, {}).total


def test_every_file_is_described_with_licence_state_and_checksum(
    tables: Path, state: tuple[Reading, Path]
) -> None:
    package = json.loads((tables / "datapackage.json").read_text("utf-8"))
    assert {item["path"] for item in package["resources"]} | {"datapackage.json"} == {
        path.name for path in tables.iterdir()
    }
    for item in package["resources"]:
        held = (tables / item["path"]).read_bytes()
        assert item["hash"] == f"sha256:{hashlib.sha256(held).hexdigest()}"
        assert item["bytes"] == len(held)
    for table in TABLES:
        said = pq.read_schema(tables / f"{table.name}.parquet").metadata
        assert int(said[b"sequence"]) == state[0].sequence == package["servanda"]["sequence"]
        assert b"No row is a finding of fact" in said[b"description"]
        assert said[b"licence"].startswith(b"https://creativecommons.org/")
        stored = pq.ParquetFile(tables / f"{table.name}.parquet").metadata.row_group(0).column(0).compression
        assert stored == "ZSTD"


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_parquet_csv_and_sqlite_hold_the_same_rows(table: str, tables: Path) -> None:
    rows = pq.read_table(tables / f"{table}.parquet").to_pylist()
    with sqlite3.connect(tables / "servanda.sqlite") as held:
        held.row_factory = sqlite3.Row
        stored = [dict(row) for row in held.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - ours
    held.close()
    for row, other in zip(rows, stored, strict=True):
        assert {
            name: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for name, v in row.items()
        } == other
    with zipfile.ZipFile(tables / "csv.zip") as zipped:
        written = list(csv.DictReader(io.StringIO(zipped.read(f"{table}.csv").decode())))
    assert [next(iter(row.values())) for row in written] == [str(next(iter(row.values()))) for row in rows]


def test_words_of_claims_are_the_words_of_texts_and_no_more(tables: Path) -> None:
    evidence = pd.read_parquet(tables / "evidence.parquet")
    seed = evidence[evidence.claim == "seed-syunik-highway-2021/c2"].iloc[0]
    assert seed.quote.startswith("In less than 24 hours")
    assert (seed.start, seed.end) == (494, 703)
    assert not any("·" in str(quote) for quote in evidence.quote)


def test_times_say_what_no_source_gives_of_them(tables: Path) -> None:
    claims = {row["id"]: row for row in pq.read_table(tables / "claims.parquet").to_pylist()}
    seed = claims["seed-syunik-highway-2021/c1"]
    assert (seed["earliest"], sorted(seed["time_inferred"])) == ("2021-08-26T00:00:00Z", ["year", "zone"])
    violations = pq.read_table(tables / "violations.parquet").to_pylist()
    (candidate,) = [row for row in violations if seed["id"] in row["evidence"] and row["norm"].endswith("1b")]
    assert candidate["time_inferred"] == ["start", "year", "zone"]


def test_outlines_are_geoparquet_and_those_of_the_geojson(tables: Path) -> None:
    table = pq.read_table(tables / "places.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"][geo["primary_column"]]["encoding"] == "WKB"
    drawn = {row["id"]: row["geometry"] for row in table.to_pylist() if row["geometry"]}
    features = json.loads((tables / "places.geojson").read_text("utf-8"))["features"]
    assert {feature["id"] for feature in features} == set(drawn)
    syunik = shapely.from_wkb(drawn["syunik"])
    assert syunik.contains(shapely.Point(46.4, 39.2)), "Kapan lies in it"


def test_pandas_answers_as_the_page_says(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tables.parent)
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - of our own page
    answer = names["answer"]
    assert list(zip(answer.term, answer.perpetrator, strict=True)) == ALLEGED
    assert answer.quote.str.len().min() > 0


def test_duckdb_answers_as_the_page_says(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tables.parent)
    found = duckdb.sql(block("sql"))
    assert found is not None
    assert [row[:2] for row in found.fetchall()] == ALLEGED


def test_r_answers_as_the_page_says(tables: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not here")
    asked = 'q(status = !all(c("DBI", "RSQLite") %in% rownames(installed.packages())))'
    if subprocess.run([program, "-e", asked], check=False, capture_output=True).returncode:
        pytest.skip("the packages DBI and RSQLite of R are not here")
    found = subprocess.run(
        [program, "-e", block("r")], cwd=tables.parent, check=True, capture_output=True, text=True
    )
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [(row["term"], row["perpetrator"]) for row in rows] == ALLEGED


def test_gdal_answers_as_the_page_says(tables: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo (gdal-bin) is not here")
    found = subprocess.run(
        ["sh", "-c", block("sh")], cwd=tables.parent, check=True, capture_output=True, text=True
    )
    assert "label (String) = Syunik" in found.stdout


def test_a_folder_with_something_in_it_is_left_as_it_is(
    tables: Path, state: tuple[Reading, Path], tmp_path: Path
) -> None:
    before = sorted(os.listdir(tables))  # noqa: PTH208 - names
    with pytest.raises(ExportError, match="name a new folder"):
        export_tables(state[0], state[1], tables)
    assert sorted(os.listdir(tables)) == before  # noqa: PTH208
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError):
        export_tables(state[0], state[1], tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
