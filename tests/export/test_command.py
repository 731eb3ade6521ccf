"""`servanda export` as people run it: real processes, real files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("command") / "store")


def run(store: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kg", "export", *arguments, "--store", str(store)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_without_a_profile_it_lists_them(store: Path) -> None:
    done = run(store)
    names = [line.split()[0] for line in done.stdout.decode().splitlines()]
    assert names == ["actors", "agreements", "citations", "claims", "places", "rdf"]


def test_a_file_s_extension_says_the_format_and_the_bytes_are_the_same_each_time(
    store: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "actors.gexf", tmp_path / "again.gexf"
    done = run(store, "actors", "-o", str(first), PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    assert b"17 nodes and 41 edges" in done.stderr
    kept = list((store / "layouts").glob("*.json"))
    assert len(kept) == 1
    run(store, "actors", "-o", str(again), PYTHONHASHSEED="2")
    assert first.read_bytes() == again.read_bytes()
    kept[0].unlink()  # found anew
    run(store, "actors", "-o", str(again), PYTHONHASHSEED="3")
    assert first.read_bytes() == again.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_one_graph_goes_into_a_file_and_a_picture(store: Path, tmp_path: Path) -> None:
    file, picture = tmp_path / "agreements.csv.zip", tmp_path / "agreements.svg"
    done = run(store, "agreements", "-o", str(file), "--svg", str(picture))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(file) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read("edges.csv").decode("utf-8-sig"))))
    assert len(rows) == 30
    assert picture.read_text().startswith("<")
    assert "Azerbaijan" in picture.read_text()


def test_a_dash_with_a_format_goes_to_standard_output(store: Path) -> None:
    done = run(store, "citations", "-o", "-", "--format", "nodelink.json")
    held = json.loads(done.stdout)
    assert {node["label"] for node in held["nodes"]} >= {"Avia", "Russian media"}


def test_one_s_own_query_and_one_s_own_profile_need_no_code(store: Path, tmp_path: Path) -> None:
    query = tmp_path / "mine.rq"
    query.write_text(
        "PREFIX svd: <https://w3id.org/servanda/ontology#>\n"
        "SELECT ?source ?target WHERE { ?source svd:forceOf ?target }\n"
    )
    out = tmp_path / "mine.json"
    done = run(store, "--query", str(query), "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["type"] == "gephi-lite"
    folder = tmp_path / "profiles" / "forces"
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text('title = "Forces"\ninclude = ["actors"]\n')
    (folder / "edges.rq").write_text("# rows: edges\n# title: Forces\n# keep: always\n" + query.read_text())
    listed = run(store, SERVANDA_EXPORTS=str(tmp_path / "profiles"))
    assert b"forces" in listed.stdout
    done = run(store, "forces", "-o", str(out), SERVANDA_EXPORTS=str(tmp_path / "profiles"))
    assert done.returncode == 0, done.stderr
    assert "Azerbaijani Armed Forces" in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("acters", "-o", "a.gexf"), 1, "did you mean actors"),
        (("actors", "-o", "a.txt"), 2, "not known"),
        (("actors",), 2, "where to write"),
        (("actors", "-o", "a.gexf", "--place", "siunik"), 1, "did you mean syunik"),
        (("actors", "-o", "a.gexf", "--from", "soon"), 1, "is no time"),
        (("actors", "-o", "nowhere/a.gexf"), 1, "nowhere"),
        (("actors", "-o", "a.gexf", "--query", "a.rq"), 2, "not both"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    store: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "export", *arguments, "--store", str(store)],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "300", "TERM": "dumb"},
        check=False,
    )
    assert done.returncode == code
    assert said in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_passes_it_says_what_would(store: Path, tmp_path: Path) -> None:
    done = run(store, "actors", "-o", str(tmp_path / "a.gexf"), "--from", "2040")
    assert done.returncode == 0
    assert b"0 nodes and 0 edges" in done.stderr
    assert b"--all keeps" in done.stderr
