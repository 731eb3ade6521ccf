"""The same period, asked in every way that it can be asked, keeps the same records."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    Way = Callable[[httpx.Client, Path, Mapping[str, str]], set[str]]

pytestmark = pytest.mark.slow

REPORT: Final = "days"
TIMES: Final = {
    "a": "{value: 2021-08-26}",
    "b": "{value: '2021-08-26T20:30:00Z'}",
    "c": "{value: 2021-08-27, zone: '+04:00'}",
    "d": "{value: 2021-08-27/..}",
    "e": "{value: ../2021-08-25}",
    "f": "{text: once more}",
    "g": "{value: '2021-03-28T21:30:00Z'}",
    "h": "{value: '2021-10-31T21:30:00Z'}",
}
"""When each claim is of; the last one, `i`, says nothing of that."""
PERIODS: Final = [
    ({"from": "2021-08-26", "to": "2021-08-26"}, "abc"),
    ({"from": "2021-08-26", "to": "2021-08-26", "zone": "Asia/Yerevan"}, "ae"),
    ({"from": "2021-08-26", "to": "2021-08-26", "zone": "+04:00"}, "ae"),
    ({"from": "2021-08-27", "zone": "+04:00"}, "abcdh"),
    # Clocks in Kyiv are put forward on 28 March, and back on 31 October: days of 23 and of 25 hours.
    ({"to": "2021-03-28", "zone": "Europe/Kyiv"}, "e"),
    ({"to": "2021-03-29", "zone": "Europe/Kyiv"}, "eg"),
    ({"from": "2021-10-31", "to": "2021-10-31", "zone": "Europe/Kyiv"}, "dh"),
    ({"from": "2021-11-01", "to": "2021-11-01", "zone": "Europe/Kyiv"}, "d"),
    ({"from": "2021-10-31T23:30", "to": "2021-10-31T23:30", "zone": "Europe/Kyiv"}, "dh"),
    ({"from": "2021-08-26T20:30:01Z", "to": "2021-08-26T23:59:59Z", "zone": "Europe/Kyiv"}, "ac"),
    ({"from": "2021-11"}, "d"),
    ({"to": "2020"}, "e"),
    ({"from": "2021", "to": "2021"}, "abcdegh"),
]


def document() -> str:
    """Return a report of nine claims in one sentence each, every one of which alleges a breach."""
    keys = [*TIMES, "i"]
    text = " ".join(f"The truce was broken there once more, as told in sentence {key}." for key in keys)
    lines = [
        "kind: report",
        f"id: {REPORT}",
        "type: news",
        "title: Days",
        "language: en",
        "issued: 2021-12-01",
        "annotator: servanda-editors",
        "zone: Z",
        "licence: CC BY 4.0",
        f"text: {json.dumps(text)}",
        "events:",
        *(f"  - {{key: e{key}, type: ceasefire-breach, label: Movement {key}}}" for key in keys),
        "claims:",
    ]
    for key in keys:
        lines += [
            f"  - key: {key}",
            f"    gist: Azerbaijan broke the truce, {key}.",
            f"    quote: The truce was broken there once more, as told in sentence {key}",
            "    modality: alleged",
            f"    about: e{key}",
            "    perpetrators: [azerbaijan]",
            "    alleges: {agreement: nk-2020-11-10}",
            *([f"    time: {TIMES[key]}"] if key in TIMES else []),
        ]
    return "\n".join(lines) + "\n"


def run(folder: Path, *arguments: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "kg", *arguments, "--store", str(folder)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of a store that knows the report."""
    folder = demonstration(tmp_path_factory.mktemp("periods") / "store")
    file = folder.parent / "days.yaml"
    file.write_text(document(), encoding="utf-8")
    run(folder, "ingest", str(file))
    shutil.copytree(folder, folder.parent / "copy")
    return folder


@pytest.fixture(scope="module")
def client(days: Path, serving: Callable[..., AbstractContextManager[Any]]) -> Iterator[httpx.Client]:
    with serving(days) as (url, _), httpx.Client(base_url=url, timeout=60) as made:
        yield made


def told(client: httpx.Client, path: str, given: Mapping[str, str], accept: str = "*/*") -> httpx.Response:
    """Return the answer of an address to the period, of the report alone; once the figures are made."""
    until = time.monotonic() + 60
    while True:
        answer = client.get(path, params={**given, "report": REPORT}, headers={"Accept": accept})
        if answer.status_code != 503 or time.monotonic() > until:
            break
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    return answer


def keys(cells: Any) -> set[str]:
    """Return the keys of claims among all that is listed."""
    return {key for cell in cells for key in str(cell).split(", ")} - {"none"}


def options(given: Mapping[str, str]) -> list[str]:
    """Return the period as options of the command line."""
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def asked(folder: Path, number: str, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of `servanda ask`."""
    period = [part for name, value in given.items() if name != "zone" for part in ("-p", f"{name}={value}")]
    zone = ["--zone", given["zone"]] if "zone" in given else []
    answer = run(folder, "ask", number, "-p", f"report={REPORT}", *period, *zone, "--json")
    found: list[dict[str, Any]] = json.loads(answer)["rows"]
    return found


def told_by_tool(client: httpx.Client, given: Mapping[str, str]) -> set[str]:
    """Return what an assistant is told of the period."""
    arguments = {**given, "report": REPORT, "limit": 50}
    call = {"name": "list_alleged_violations", "arguments": arguments}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    answer = client.post("/mcp", json=asked, headers={"Accept": "application/json, text/event-stream"})
    found = answer.json()["result"]["structuredContent"]["items"]
    return {proof["claim"].rpartition("/")[2] for item in found for proof in item["evidence"]}


def told_by_sparql(client: httpx.Client, given: Mapping[str, str]) -> set[str]:
    """Return what the SPARQL finds by which the page of the list tells how to get it."""
    page = told(client, "/api/v1/claims.html", given).text
    (link,) = re.findall(r'href="(/query\?[^"]*)"[^>]*>SPARQL', page)
    query = parse_qs(urlsplit(html.unescape(link)).query)["draft"][0]
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.text, newline=""))
    return {row["claim"].rpartition("/")[2] for row in rows}


def drawn(graph: Mapping[str, Any]) -> set[str]:
    return {node["label"][-2] for node in graph["nodes"] if node["kind"] == "claim"}


WAYS: Final[Mapping[str, Way]] = {
    "list of claims": lambda client, _, given: keys(
        item["key"] for item in told(client, "/api/v1/claims", given).json()["items"]
    ),
    "list of alleged violations": lambda client, _, given: keys(
        proof["claim"].rpartition("/")[2]
        for item in told(client, "/api/v1/alleged-violations", given).json()["items"]
        for proof in item["evidence"]
    ),
    "violations of an agreement": lambda client, _, given: keys(
        proof["claim"].rpartition("/")[2]
        for item in told(client, "/api/v1/agreements/nk-2020-11-10/alleged-violations", given).json()["items"]
        for proof in item["evidence"]
    ),
    "claims as NDJSON": lambda client, _, given: {
        json.loads(line)["key"]
        for line in told(client, "/api/v1/claims", {**given, "f": "ndjson"}).text.splitlines()
    },
    "claims as GeoJSON": lambda client, _, given: {
        feature["properties"]["key"]
        for feature in told(client, "/api/v1/claims", {**given, "f": "geojson"}).json()["features"]
    },
    "claims as CSV": lambda client, _, given: {
        row["key"]
        for row in csv.DictReader(io.StringIO(told(client, "/api/v1/claims.csv", given).text, newline=""))
    },
    "feed of claims": lambda client, _, given: set(
        re.findall(r"/claim/(\w)</id>", told(client, "/api/v1/claims.atom", given).text)
    ),
    "page of claims": lambda client, _, given: set(
        re.findall(r"href=\"[^\"]*/days/claim/(\w)\"", told(client, "/api/v1/claims.html", given).text)
    ),
    "SPARQL that the page of claims tells": lambda client, _, given: told_by_sparql(client, given),
    "tool of an assistant": lambda client, _, given: told_by_tool(client, given),
    "search": lambda client, _, given: {
        item["id"].rpartition("/")[2]
        for item in told(client, "/api/v1/search", {**given, "q": "truce", "kind": "claim"}).json()["items"]
    },
    "question 1": lambda client, _, given: keys(
        row["claims"] for row in told(client, "/api/v1/questions/1", given).json()["rows"]
    ),
    "question 2": lambda client, _, given: keys(
        row["claim"] for row in told(client, "/api/v1/questions/2", given).json()["rows"]
    ),
    "question 24 as CSV": lambda client, _, given: keys(
        row["claim"]
        for row in csv.DictReader(
            io.StringIO(told(client, "/api/v1/questions/24", given, "text/csv").text, newline="")
        )
    ),
    "servanda ask 1": lambda _, folder, given: keys(row["claims"] for row in asked(folder, "1", given)),
    "servanda ask 2": lambda _, folder, given: keys(row["claim"] for row in asked(folder, "2", given)),
    "export over HTTP": lambda client, _, given: drawn(
        told(client, "/exports/claims.nodelink.json", given).json()
    ),
    "servanda export": lambda _, folder, given: drawn(
        json.loads(
            run(
                folder, "export", "claims", "-o", "-", "--format", "nodelink.json", "--report", REPORT,
                *options(given),
            )
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_period_keeps_what_overlaps_with_it_whatever_way_it_is_asked(
    way: str, client: httpx.Client, days: Path
) -> None:
    periods = PERIODS[1::3] if way.startswith("servanda") else PERIODS  # a process for each takes its time
    found = {str(given): "".join(sorted(WAYS[way](client, days, given))) for given, _ in periods}
    assert found == {str(given): kept for given, kept in periods}


@pytest.mark.parametrize("by", ["agreement", "state", "type", "source", "month", "week"])
def test_figures_count_what_the_period_keeps(by: str, client: httpx.Client) -> None:
    for given, kept in PERIODS:
        rows = told(client, "/api/v1/statistics", {**given, "by": by}).json()["items"]
        broader = [row for row in rows if row["value"] == "use-of-force"]
        assert sum(row["alleged"] for row in rows if row not in broader) == len(kept), given


def test_counts_and_facets_count_what_the_period_keeps(client: httpx.Client) -> None:
    for given, kept in PERIODS:
        asked = {**given, "count": "true", "facets": "status,report", "limit": "1"}
        answer = told(client, "/api/v1/alleged-violations", asked).json()
        assert answer["counts"]["alleged"] == len(kept), given
        for facet in ("status", "report"):
            assert sum(value["alleged"] for value in answer["facets"][facet]) == len(kept), given
        answer = told(client, "/api/v1/claims", {**asked, "facets": "modality"}).json()
        assert answer["counts"]["total"] == sum(value["total"] for value in answer["facets"]["modality"])
        assert answer["counts"]["total"] == len(kept), given


@pytest.mark.parametrize(
    ("zone", "months"),
    [
        ("Z", {"2021-03": 1, "2021-08": 3, "2021-10": 1, "several": 2, "unstated": 2}),
        ("Europe/Kyiv", {"2021-03": 1, "2021-08": 3, "2021-10": 1, "several": 2, "unstated": 2}),
        # In Yerevan `h`, of 21:30 on 31 October in UTC, is of November.
        ("Asia/Yerevan", {"2021-03": 1, "2021-08": 3, "2021-11": 1, "several": 2, "unstated": 2}),
    ],
)
def test_months_of_figures_are_those_of_the_zone_in_which_days_are_days(
    zone: str, months: dict[str, int], client: httpx.Client
) -> None:
    rows = told(client, "/api/v1/statistics", {"by": "month", "zone": zone}).json()["items"]
    assert {row["value"]: row["alleged"] for row in rows} == months
    for row in rows:
        if row["value"][0] == "2":
            within = {"from": row["value"], "to": row["value"], "zone": zone}
            found = keys(item["key"] for item in told(client, "/api/v1/claims", within).json()["items"])
            assert len(found - {"d", "e"}) == row["alleged"], row


def test_without_a_zone_days_are_those_of_the_settings(
    days: Path, serving: Callable[..., AbstractContextManager[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = days.parent / "copy"
    monkeypatch.setenv("SERVANDA_ZONE", "Asia/Yerevan")
    day = {"from": "2021-08-26", "to": "2021-08-26"}
    with serving(copy) as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        for way, ask in WAYS.items():
            assert ask(client, copy, day) == {"a", "e"}, way
            if not way.startswith("servanda"):
                assert ask(client, copy, {**day, "zone": "Z"}) == {"a", "b", "c"}, way


ADDRESSES: Final = [
    "/api/v1/claims",
    "/api/v1/alleged-violations",
    "/api/v1/agreements/nk-2020-11-10/alleged-violations",
    "/api/v1/questions/1",
    "/api/v1/questions/11",
    "/exports/actors.gexf",
]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from": "2021-08-27", "to": "2021-08-26"}, ["2021-08-27", "2021-08-26"]),
        ({"from": "2021-08-26T10:00", "to": "2021-08-26T10:00+04:00", "zone": "+02:00"}, ["from: ", "to: "]),
        ({"from": "26.08.2021"}, ["from: ", "write 2021-08-26"]),
        ({"to": "2021-02-30"}, ["to: ", "2021-02 has 28 days"]),
        ({"from": "2021-08-26T10:00 04:00"}, ["from: ", "%2B"]),
        ({"from": "2021-08-26", "zone": "Kyiv"}, ["zone: ", "Europe/Kyiv"]),
        ({"zone": "MSK"}, ["zone: ", "Europe/Moscow"]),
    ],
)
def test_a_period_that_cannot_be_is_told_alike_everywhere(
    path: str, given: dict[str, str], words: list[str], client: httpx.Client
) -> None:
    answer = client.get(path, params=given)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "invalid-parameter")
    for word in words:
        assert word in answer.json()["detail"]


@pytest.mark.parametrize("zone", ["Kyiv", "+15:00", "../etc/passwd"])
def test_a_setting_that_is_no_zone_is_told_before_anything_is_done(zone: str, days: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "ask", "1", "--store", str(days)],
        capture_output=True,
        env={**os.environ, "SERVANDA_ZONE": zone},
        check=False,
    )
    assert done.returncode != 0
    assert b"SERVANDA_ZONE: " in done.stderr
