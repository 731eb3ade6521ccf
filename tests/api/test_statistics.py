"""Figures are those of the lists under the same filters; allegations and candidates are never one number."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx


def rows(http: httpx.Client, **given: str) -> list[dict[str, Any]]:
    until = time.monotonic() + 60
    while True:
        answer = http.get("/api/v1/statistics", params=given)
        if answer.status_code != 503 or time.monotonic() > until:
            assert answer.status_code == 200, answer.text
            return list(answer.json()["items"])
        time.sleep(0.1)


FILTERS = {
    "agreement": "agreement",
    "term": "term",
    "state": "perpetrator",
    "region": "place",
    "type": "type",
    "source": "source",
}


@pytest.mark.parametrize("by", FILTERS)
def test_every_group_has_the_counts_of_the_lists_under_its_value(by: str, http: httpx.Client) -> None:
    found = rows(http, by=by, to="2023")
    assert found
    for row in found[:8]:
        name = FILTERS[by]
        given = {name: row["value"], "to": "2023", "count": "true", "limit": "1"}
        counts = http.get("/api/v1/alleged-violations", params=given).json()["counts"]
        assert (row["alleged"], row["candidates"]) == (counts["alleged"], counts["candidates"])
        if row["claims"] is not None:
            claims = http.get("/api/v1/claims", params=given).json()["counts"]
            assert row["claims"] + row["denials"] + row["predictions"] == claims["total"]
            negative = http.get("/api/v1/claims", params=given | {"polarity": "negative"}).json()["counts"]
            assert row["denials"] <= negative["total"] <= row["denials"] + row["predictions"]
        assert row["label"]


@pytest.mark.parametrize("by", ["week", "month"])
def test_times_add_up_to_the_whole_list(by: str, http: httpx.Client) -> None:
    found = rows(http, by=by)
    counts = http.get("/api/v1/alleged-violations?count=true&limit=1").json()["counts"]
    claims = http.get("/api/v1/claims?count=true&limit=1").json()["counts"]["total"]
    assert sum(row["alleged"] for row in found) == counts["alleged"]
    assert sum(row["candidates"] for row in found) == counts["candidates"]
    assert sum(row["claims"] + row["denials"] + row["predictions"] for row in found) == claims
    assert {"month": "2021-08", "week": "2021-W34"}[by] in {row["value"] for row in found}


ACTORS = {
    "kind": "actors",
    "id": "shore",
    "actors": [
        {"id": "orm", "type": "state", "label": "Orm"},
        {"id": "orm-navy", "type": "armed-force", "label": "Navy", "force_of": "orm"},
        {"id": "team", "type": "analyst", "label": "Team"},
    ],
}
SAID: dict[str, dict[str, Any]] = {
    "The navy sank a boat": {"modality": "reported"},
    "the navy may have laid mines": {"modality": "hedged", "hedges": ["may have"]},
    "Orm did not fire": {"modality": "asserted", "polarity": "negative"},
    "the navy denies that it fired": {"modality": "denied"},
    "it will close the strait": {"modality": "predicted"},
    "it will not leave": {"modality": "predicted", "polarity": "negative"},
    "it would fire if attacked": {"modality": "conditional", "if": "f"},
}
"""Words of the navy's conduct: two that something was done, two that it was not, three that it may be."""


def test_what_is_denied_or_only_expected_of_a_state_is_not_counted_as_claimed_of_it(
    demonstration: Callable[..., Path], tmp_path: Path
) -> None:
    acts: dict[str, Any] = {"about": "e", "gist": "G", "perpetrators": ["orm-navy"]}
    report = {
        "kind": "report",
        "id": "strait",
        "type": "news",
        "title": "Strait",
        "language": "en",
        "annotator": "team",
        "text": ". ".join(SAID),
        "events": [{"key": key, "type": "shelling", "label": key} for key in ("e", "f")],
        "claims": [
            {"key": f"c{number}", "quote": words} | acts | put
            for number, (words, put) in enumerate(SAID.items())
        ],
    }
    for document in (ACTORS, report):
        path = tmp_path / f"{document['id']}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
    store = demonstration(tmp_path / "store")
    taken = of_the_command(store, "ingest", str(tmp_path / "shore.json"), str(tmp_path / "strait.json"))
    assert taken.returncode == 0, taken.stderr
    where = ("--where", "report=strait")
    for by, value in (("state", "orm"), ("force", "orm-navy"), ("type", "shelling"), ("month", "unstated")):
        told = json.loads(of_the_command(store, "statistics", by, *where, "--json").stdout)
        (row,) = [one for one in told["items"] if one["value"] == value]
        assert (row["claims"], row["denials"], row["predictions"]) == (2, 2, 3), by
        assert (row["alleged"], row["candidates"]) == (0, 0)


def test_filters_that_claims_do_not_take_leave_their_number_out(http: httpx.Client) -> None:
    assert all(row["claims"] is None for row in rows(http, by="state", agreement="nk-2020-11-10"))
    assert all(row["claims"] is None for row in rows(http, by="agreement"))


def test_they_are_had_as_a_table_and_as_a_picture(http: httpx.Client) -> None:
    found = rows(http, by="state")
    table = list(csv.DictReader(io.StringIO(http.get("/api/v1/statistics.csv?by=state").text)))
    assert [(row["value"], int(row["alleged"])) for row in table] == [
        (row["value"], row["alleged"]) for row in found
    ]
    answer = http.get("/api/v1/statistics?by=state", headers={"accept": "image/svg+xml"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    said = " ".join(ET.fromstring(answer.text).itertext())  # noqa: S314 - our own
    assert "None of these is a finding of fact" in said
    assert all((row["label"] or "")[:20] in said for row in found)


def of_the_command(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *words, "--store", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_commands_count_and_suggest_as_the_server_does(http: httpx.Client, copy: Path) -> None:
    told = of_the_command(copy, "statistics", "month", "--where", "agreement=nk-2020-11-10", "--json")
    assert json.loads(told.stdout)["items"] == rows(http, by="month", agreement="nk-2020-11-10")
    shown = of_the_command(copy, "statistics", "state")
    assert shown.stdout.splitlines()[1].split()[:2] == ["azerbaijan", "Azerbaijan"]
    assert "none of them is a finding of fact" in shown.stderr
    for wrong in (["colour"], ["state", "--where", "colour=red"], ["state", "--where", "x"]):
        refused = of_the_command(copy, "statistics", *wrong)
        assert refused.returncode in {1, 2}
        assert "Traceback" not in refused.stderr
    told = of_the_command(copy, "suggest", "Gorl", "--json")
    expected = http.get("/api/v1/suggest", params={"prefix": "Gorl"}).json()["items"]
    assert json.loads(told.stdout)["items"] == expected


@pytest.mark.parametrize("asked", ["by=colour", "by=state&agreement=nk-2020-11-1", "by=month&from=yesterday"])
def test_what_cannot_be_counted_is_told(asked: str, http: httpx.Client) -> None:
    assert http.get(f"/api/v1/statistics?{asked}").status_code in {400, 422}
