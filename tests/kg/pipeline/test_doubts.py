"""Warnings on the write path: what is doubtful comes in and is said; with --strict it is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kg.pipeline import Scrutiny, ingest, initialise, open_graph, validate

BASE = "https://w3id.org/servanda/id/"
NOW = Scrutiny(datetime(2021, 9, 1, tzinfo=UTC))
STRICT = Scrutiny(NOW.now, strict=True)
DESK = {"kind": "actors", "id": "desk", "actors": [{"id": "desk", "type": "analyst", "label": "The desk"}]}
TEXT = "The army closed the road. Three were killed."


def report(identifier: str = "radio", **changes: Any) -> dict[str, Any]:
    claim = {
        "key": "c1",
        "gist": "The army closed the road.",
        "quote": "The army closed the road",
        "modality": "asserted",
        "about": "closure",
        "time": "1021-08-26",
    }
    return {
        "kind": "report",
        "id": identifier,
        "type": "news",
        "title": "The road",
        "language": "en",
        "annotator": "desk",
        "issued": "2021-08-27",
        "text": TEXT,
        "events": [{"key": "closure", "type": "road-closure", "label": "The road is closed"}],
        "claims": [claim],
    } | changes


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubts") / "store"
    initialise(folder, BASE).close()
    with open_graph(folder) as opened:
        ingest(opened, [written(folder.parent / "desk.json", DESK)])
    return folder


@pytest.fixture
def store(tmp_path: Path, reference: Path) -> Path:
    return Path(shutil.copytree(reference, tmp_path / "store"))


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def servanda(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_doubtful_comes_in_and_is_said(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report())
    with open_graph(store) as opened:
        for outcome in (*validate(opened.store, [path], NOW), *ingest(opened, [path], scrutiny=NOW)):
            assert outcome.status in {"valid", "added"}
            assert outcome.problems == ()
            assert [warning.rule for warning in outcome.warnings] == ["time/implausible-year"]
        assert ingest(opened, [path], scrutiny=NOW)[0].warnings == ()
        (held,) = validate(opened.store, [path], NOW)
        assert (held.status, [warning.rule for warning in held.warnings]) == (
            "unchanged",
            ["time/implausible-year"],
        )


def test_strict_refuses_what_is_doubtful_and_writes_nothing_of_it(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report())
    with open_graph(store) as opened:
        before = opened.sequence
        for outcome in (*validate(opened.store, [path], STRICT), *ingest(opened, [path], scrutiny=STRICT)):
            assert (outcome.status, outcome.warnings) == ("refused", ())
            assert [(one.rule, one.severity) for one in outcome.problems] == [
                ("time/implausible-year", "error")
            ]
        assert opened.sequence == before


def test_what_refers_to_a_report_that_strict_refuses_is_refused_too(store: Path, tmp_path: Path) -> None:
    same = {"event": "radio/closure", "confidence": "0.9", "reason": "Same road."}
    other = report("other", claims=[], text="Another text.")
    other["events"][0]["same_event_as"] = [same]
    paths = [written(tmp_path / "a.json", report()), written(tmp_path / "b.json", other)]
    with open_graph(store) as opened:
        outcomes = ingest(opened, paths, scrutiny=STRICT)
    assert [(one.status, one.problems[0].rule) for one in outcomes] == [
        ("refused", "time/implausible-year"),
        ("refused", "reference/unknown"),
    ]


def test_the_command_line_begins_each_warning_with_that_word(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report(retrieved="2021-08-20"))
    for command in ("validate", "ingest"):
        done = servanda(command, path, "--store", store)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert sum(line.startswith("warning: ") for line in lines) == 2
        assert lines[-1].endswith("2 warnings")
    said = json.loads(servanda("validate", path, "--store", store, "--json").stdout)
    assert [one["rule"] for one in said[0]["warnings"]] == ["time/implausible-year", "time/dates-reversed"]
    assert said[0]["problems"] == []


@pytest.mark.parametrize("command", ["validate", "ingest"])
def test_the_command_line_takes_warnings_for_errors_if_told(
    store: Path, tmp_path: Path, command: str
) -> None:
    path = written(tmp_path / "radio.json", report())
    done = servanda(command, path, "--store", store, "--strict")
    assert done.returncode == 1
    assert "[time/implausible-year]" in done.stdout
    assert "warning" not in done.stdout


def test_more_warnings_than_a_hundred_are_counted(store: Path, tmp_path: Path) -> None:
    claims = [
        report()["claims"][0] | {"key": f"c{number}", "time": f"0{number}"} for number in range(100, 250)
    ]
    path = written(tmp_path / "radio.json", report(claims=claims))
    with open_graph(store) as opened:
        (outcome,) = validate(opened.store, [path], NOW)
    assert len(outcome.warnings) == 101
    assert str(outcome.warnings[-1]).startswith("warning: ")
    assert "50 more warnings are not told" in outcome.warnings[-1].message
