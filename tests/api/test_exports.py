"""Graphs over HTTP, from a real server: whole, of one state, with their length, open to other sites."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from api.routers.exports import EXTENSIONS
from kg.export.profiles import shipped
from kg.pipeline import read_graph

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

TYPES = {
    "gexf": "application/gexf+xml",
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "nodelink.json": "application/json",
    "csv.zip": "application/zip",
    "svg": "image/svg+xml",
}


def test_the_list_leads_to_every_file(http: httpx.Client) -> None:
    listed = http.get("/exports").json()
    assert [item["name"] for item in listed["items"]] == list(shipped())
    urls = [file["url"] for item in listed["items"] for file in item["files"]]
    assert len(urls) == 6 * len(EXTENSIONS)
    link = listed["items"][0]["gephi_lite"]
    assert link.startswith("https://lite.gephi.org/?file=http%3A%2F%2F127.0.0.1")
    assert link.endswith("%2Fexports%2Factors.json")  # its extension last, and nothing after it


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_file_is_whole_and_open_to_other_sites(http: httpx.Client, extension: str) -> None:
    found = http.get(f"/exports/actors.{extension}", headers={"Origin": "https://lite.gephi.org"})
    assert found.status_code == 200
    assert found.headers["Content-Type"].partition(";")[0] == TYPES[extension]
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert int(found.headers["Servanda-Sequence"]) > 0
    plain = http.get(f"/exports/actors.{extension}", headers={"Accept-Encoding": "identity"})
    assert int(plain.headers["Content-Length"]) == len(plain.content)
    assert plain.content == found.content
    if extension != "csv.zip":
        assert found.headers["Content-Encoding"] == "gzip"


def test_each_file_leads_to_the_same_graph_in_gephi_lite(http: httpx.Client) -> None:
    found = http.get("/exports/actors.gexf", params={"min_sources": 1, "pairs": "true", "legend": "true"})
    link, *said = found.headers["Link"].split("; ")
    assert said == ['rel="alternate"', 'title="Gephi Lite"']
    address = unquote(link.strip("<>").removeprefix("https://lite.gephi.org/?file="))
    assert address.endswith("/exports/actors.json?legend=true&min_sources=1&pairs=true")
    there = http.get(address).json()
    edges = [(edge["source"], edge["target"]) for edge in there["graphDataset"]["fullGraph"]["edges"]]
    assert found.text.count("<edge ") == len(edges)
    assert "legend" in {node["kind"] for node in there["graphDataset"]["nodeData"].values()}


def test_who_has_it_is_told_so_and_head_tells_the_length(http: httpx.Client) -> None:
    found = http.get("/exports/places.gexf", headers={"Accept-Encoding": "identity"})
    again = http.get("/exports/places.gexf", headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get("/exports/places.gexf?place=syunik")
    assert other.headers["ETag"] != found.headers["ETag"]
    head = http.head("/exports/places.gexf", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == found.headers["Content-Length"]


def test_filters_are_parameters_and_are_told_in_the_file(http: httpx.Client) -> None:
    asked = "/exports/actors.nodelink.json?place=syunik&from=2021-08&to=2021-09&min_sources=1"
    held = json.loads(http.get(asked).content)
    labels = {node["label"] for node in held["nodes"]}
    assert {"Syunik", "Azerbaijani Armed Forces", "Avia"} <= labels
    assert "Lachin corridor" not in labels
    assert "from=2021-08; place=syunik; to=2021-09; independent sources=at least 1" in str(held["graph"])


def test_the_command_and_the_server_give_the_same_bytes(
    http: httpx.Client, folder: Path, copy: Path, tmp_path: Path
) -> None:
    del folder
    target = tmp_path / "agreements.gexf"
    subprocess.run(
        [sys.executable, "-m", "kg", "export", "agreements", "-o", str(target), "--store", str(copy)],
        check=True,
        capture_output=True,
        env={**os.environ},
    )
    assert http.get("/exports/agreements.gexf").content == target.read_bytes()


def test_the_tables_are_two(http: httpx.Client) -> None:
    with zipfile.ZipFile(io.BytesIO(http.get("/exports/citations.csv.zip").content)) as packed:
        assert {"nodes.csv", "edges.csv"} <= set(packed.namelist())


def test_the_whole_store_is_one_file(http: httpx.Client, copy: Path) -> None:
    found = http.get("/exports/all.nq.gz")
    assert found.headers["Content-Type"] == "application/gzip"
    lines = gzip.decompress(found.content).splitlines(keepends=True)
    with read_graph(copy) as state:
        assert b"".join(sorted(lines)) == state.store.nquads()


def test_the_tables_of_everything_are_those_of_the_command(http: httpx.Client) -> None:
    package = http.get("/exports/tables/datapackage.json", timeout=120)
    resources = {one["path"]: one for one in package.json()["resources"]}
    assert {"violations.parquet", "csv.zip", "servanda.sqlite", "places.geojson"} <= resources.keys()
    for path, told in resources.items():
        answer = http.get(f"/exports/tables/{path}", headers={"Accept-Encoding": "identity"})
        assert answer.headers["Content-Type"] == told["mediatype"]
        assert answer.headers["Servanda-Sequence"] == package.headers["Servanda-Sequence"]
        assert int(answer.headers["Content-Length"]) == told["bytes"] == len(answer.content)
        assert f"sha256:{hashlib.sha256(answer.content).hexdigest()}" == told["hash"]
    claims = http.get("/api/v1/claims?count=true&limit=1").json()["counts"]["total"]
    assert resources["claims.parquet"]["rows"] == claims
    assert package.json()["servanda"]["sequence"] == int(package.headers["Servanda-Sequence"])
    again = http.get("/exports/tables/datapackage.json", headers={"If-None-Match": package.headers["ETag"]})
    assert again.status_code == 304
    for wrong in ("nothing.parquet", "..%2fstamp.json", ".csv"):
        answer = http.get(f"/exports/tables/{wrong}")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/exports/actrs.gexf", 404, "the profile is actors"),
        ("/exports/actors.gexf.gz", 404, "the extension is gexf"),
        ("/exports/actors", 404, "the extension is"),
        ("/exports/actors.gexf?place=siunik", 400, "did you mean syunik"),
        ("/exports/actors.gexf?from=soon", 400, "is no time"),
        ("/exports/actors.gexf?from=2022&to=2021", 400, "later than"),
        ("/exports/actors.gexf?colour=blue", 400, "is no parameter here"),
        ("/exports/actors.gexf?layout=round", 400, "layout"),
        ("/exports/actors.gexf?min_sources=-1", 400, "min_sources"),
    ],
)
def test_what_is_wrong_is_a_problem_that_says_so(
    http: httpx.Client, path: str, status: int, said: str
) -> None:
    found = http.get(path)
    assert (found.status_code, found.headers["Content-Type"]) == (status, "application/problem+json")
    assert said in found.json()["detail"]
