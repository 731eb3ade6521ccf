"""Tables sent to a running server: streamed to the disk, taken in beside others, told of truthfully."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

PATH = "/api/v1/datasets"
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "ged_v23_1_sample.csv"
GED = {"format": "ucdp-ged", "name": "GEDEvent_v23_1.csv"}
SUM = ("taken_in", "unchanged", "revised", "quarantined")


@pytest.fixture(scope="module")
def store(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(copy, tmp_path_factory.mktemp("sent") / "store"))


@pytest.fixture(scope="module")
def keys(store: Path) -> dict[str, dict[str, str]]:
    """Return the headers of two who may ingest, of one who may read, and of one who may do everything."""
    made = Keys(store)
    scopes = {"mary": Scope.INGEST, "bob": Scope.INGEST, "reader": Scope.READ, "chief": Scope.ADMIN}
    return {name: {"authorization": f"Bearer {made.make(name, scope)[1]}"} for name, scope in scopes.items()}


@pytest.fixture(scope="module")
def client(store: Path, keys: dict[str, dict[str, str]], serving: Serving) -> Iterator[httpx.Client]:
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=60, headers=keys["mary"]) as client:
        yield client


def rows(count: int) -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[:count]


def table(wanted: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, list(wanted[0]))
    out.writeheader()
    out.writerows(wanted)
    return text.getvalue().encode()


def through(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """Wait until a table that was sent is through, and return what is told of it."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 120
    while True:
        told: dict[str, Any] = client.get(answer.headers["location"]).json()
        if told["state"] not in {"waiting", "reading", "taking-in"}:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.2)


def test_a_table_comes_in_and_every_row_of_it_is_accounted_for(client: httpx.Client) -> None:
    wanted = rows(12)
    wanted[3]["date_start"] = "yesterday"
    told = through(client, client.post(PATH, params=GED, content=gzip.compress(table(wanted))))
    assert told["state"] == "done"
    assert told["by"].startswith("mary (key ")
    counts = told["counts"]
    assert counts["rows"] == 12 == sum(counts[name] for name in SUM)
    assert (counts["taken_in"], counts["quarantined"]) == (11, 1)
    assert any((one["row"], one["column"]) == (5, "date_start") for one in told["problems"])
    (damaged,) = csv.DictReader(io.StringIO(client.get(told["damaged"]).text))
    assert (damaged["row"], damaged["column"]) == ("5", "date_start")
    assert json.loads(damaged["cells"])["id"] == wanted[3]["id"]
    event = f"/api/v1/events/ucdp-ged-{wanted[0]['year']}"
    listed = client.get(
        "/api/v1/events", params={"limit": 200}, headers={"prefer": f"min-seq={told['sequence']}"}
    )
    assert any(f"/{wanted[0]['id']}" in each["id"] for each in listed.json()["items"]), event

    again = through(client, client.post(PATH, params=GED, content=table(rows(12)[:3])))
    assert again["counts"]["unchanged"] == 3
    assert again["counts"]["taken_in"] == 0


def test_a_dry_run_says_the_same_and_writes_nothing(client: httpx.Client) -> None:
    before = client.get("/api/v1/changes").json()
    wanted = rows(40)[30:]
    told = through(client, client.post(PATH, params=GED | {"check": "true"}, content=table(wanted)))
    assert told["state"] == "checked"
    assert told["counts"]["rows"] == 10
    assert told["sequence"] is None
    assert client.get("/api/v1/changes").json() == before


def test_what_is_no_table_of_the_format_is_refused_whole_and_told_why(client: httpx.Client) -> None:
    for body in (b"a,b\n1,2\n", b"%PDF-1.4", gzip.compress(table(rows(30)))[:-200]):
        told = through(client, client.post(PATH, params=GED, content=body))
        assert told["state"] in {"refused", "failed"}, told
        assert told["problems"] or told["error"]
        assert not (told["counts"] or {}).get("taken_in")


@pytest.mark.parametrize(
    "parameters",
    [
        {"format": "nothing"},
        {"format": "ucdp-ged", "name": "../x.csv"},
        {"format": "ucdp-ged", "dataset": "A B"},
        {},
    ],
)
def test_what_cannot_be_asked_is_told_at_once(client: httpx.Client, parameters: dict[str, str]) -> None:
    answer = client.post(PATH, params=parameters, content=b"a\n")
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert client.post(PATH, params=GED, content=b"").status_code == 400


def test_only_who_sent_it_and_an_admin_are_told_of_it(
    client: httpx.Client, keys: dict[str, dict[str, str]]
) -> None:
    answer = client.post(PATH, params=GED | {"check": "true"}, content=table(rows(2)))
    through(client, answer)
    place = answer.headers["location"]
    assert client.get(place, headers=keys["bob"]).status_code == 404
    assert client.get(f"{place}/damaged", headers=keys["bob"]).status_code == 404
    assert client.get(place, headers=keys["chief"]).status_code == 200
    assert client.get(PATH, headers=keys["bob"]).json()["tables"] == []
    assert client.post(PATH, params=GED, content=b"a\n", headers=keys["reader"]).status_code == 403
    assert httpx.post(f"{client.base_url}{PATH}", params=GED, content=b"a\n").status_code == 401


def test_others_write_while_a_table_comes_in(client: httpx.Client) -> None:
    sent = client.post(PATH, params=GED, content=table(rows(122)))
    document = {
        "kind": "actors",
        "id": "meanwhile",
        "actors": [{"id": "m", "type": "official", "label": "M"}],
    }
    answer = client.post("/api/v1/documents", json=document)
    assert answer.status_code == 201
    assert through(client, sent)["state"] == "done"


def test_after_a_server_was_killed_what_was_under_way_is_begun_anew_and_told(
    copy: Path, tmp_path: Path, serving: Serving
) -> None:
    folder = Path(shutil.copytree(copy, tmp_path / "store"))
    headers = {"authorization": f"Bearer {Keys(folder).make('Mary', Scope.INGEST)[1]}"}
    with serving(folder) as (url, process), httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        sent = client.post(PATH, params=GED | {"version": "24.1"}, content=table(rows(122)))
        assert sent.status_code == 202
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with serving(folder) as (url, _), httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        place = f"{url}{httpx.URL(sent.headers['location']).path}"
        told = through(client, httpx.Response(202, headers={"location": place}))
        assert told["state"] == "done"
        assert told["begun"] >= 1
        assert told["counts"]["rows"] == 122 == sum(told["counts"][name] for name in SUM)
        events = client.get("/api/v1/events", params={"count": "true", "limit": 1}).json()["counts"]
        before = client.get(PATH).json()["tables"][0]
        assert before["id"] == told["id"]
        assert events["total"] >= 122
