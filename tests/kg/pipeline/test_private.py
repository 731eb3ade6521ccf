"""Whatever a store writes is for its owner alone, whatever the umask and whichever command writes it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from kg import resources
from kg.pipeline.upkeep.doctor import doctor

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

ACTOR = {"id": "valdonia", "type": "state", "label": "Valdonia"}
DOCUMENT = {"kind": "actors", "id": "more", "actors": [ACTOR]}
GRAPH = "https://w3id.org/servanda/id/graph/actors/more"


@pytest.fixture(autouse=True)
def _anybody() -> object:
    """Let everything be open to everybody unless the program sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Return what others than the owner may read, write or enter."""
    assert folder.exists()
    paths = [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]
    return [f"{stat.S_IMODE(path.stat().st_mode):o} {path}" for path in paths if path.stat().st_mode & 0o077]


def servanda(*arguments: object, code: int = 0) -> str:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_no_command_leaves_anything_of_a_store_to_others(tmp_path: Path) -> None:
    store, kept, again = tmp_path / "store", tmp_path / "kept", tmp_path / "again"
    store.mkdir()
    servanda("demo", "--store", store)
    assert open_to_others(store) == []
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "more.json").write_text(json.dumps(DOCUMENT))
    (desk / "wrong.yaml").write_text("kind: report\nid: wrong\ntext_file: words.txt\n")
    (desk / "words.txt").write_text("The road was closed.")
    (desk / "broken.yaml").write_text("kind: [")
    servanda("ingest", desk, "--keep-content", "--store", store, code=1)
    assert open_to_others(store) == []
    servanda("ask", "1", "--as-of", "5", "--store", store)
    servanda("export", "claims", "-o", tmp_path / "graph.gexf", "--store", store)
    servanda("keys", "add", "News desk", "--scope", "admin", "--store", store)
    assert open_to_others(store) == []
    (first, *_) = json.loads(servanda("quarantine", "list", "--json", "--store", store))
    servanda("quarantine", "discard", first["id"], "--reason", "a test", "--store", store)
    servanda("backup", kept, "--store", store)
    servanda("restore", kept, "--store", again)
    servanda("rebuild", "--store", store)
    servanda("retract", "actors/more", "--reason", "a test", "--store", again)
    servanda("redact", "actors/more", "--reason", "a test", "--yes", "--store", again)
    servanda("dump", tmp_path / "dump.nq.zst", "--store", store)
    for folder in (store, kept, again):
        assert open_to_others(folder) == []
    assert stat.S_IMODE((tmp_path / "dump.nq.zst").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "graph.gexf").stat().st_mode) == 0o666, "an export is the user's own"


@pytest.mark.slow
def test_a_server_leaves_nothing_of_its_store_to_others(tmp_path: Path, serving: Serving) -> None:
    store = tmp_path / "store"
    servanda("init", "--store", store, "--no-reference")
    token = servanda("keys", "add", "Desk", "--scope", "admin", "--store", store).split()[-1]
    with (
        serving(store, SERVANDA_UPDATE="1") as (url, _),
        httpx.Client(base_url=url, timeout=60, headers={"authorization": f"Bearer {token}"}) as client,
    ):
        assert client.post("/api/v1/documents", json=DOCUMENT).status_code == 201
        words = 'DELETE { ?s ?p "Valdonia"@en } INSERT { ?s ?p "V"@en } WHERE { ?s ?p "Valdonia"@en }'
        update = f"WITH <{GRAPH}> {words}"
        assert client.post("/sparql/update", data={"update": update}).status_code == 200
        assert client.get("/exports/claims.gexf").status_code == 200
        assert open_to_others(store) == []
    assert open_to_others(store) == []


@pytest.mark.slow
def test_a_plain_server_leaves_nothing_of_its_store_to_others(tmp_path: Path, serving: Serving) -> None:
    store = tmp_path / "plain"
    with (
        serving(store, "--write-policy", "unvalidated") as (url, _),
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        turtle = {"content-type": "text/turtle"}
        put = client.put("/graphs?graph=urn:g", content="<urn:a> <urn:b> <urn:c> .", headers=turtle)
        assert put.status_code in {201, 204}, put.text
        update = "INSERT { ?s ?p 1 } WHERE { GRAPH ?g { ?s ?p ?o } }"
        assert client.post("/sparql/update", data={"update": update}).status_code in {200, 204}
        assert open_to_others(store) == []


def test_a_store_that_others_may_enter_is_told_by_the_doctor(tmp_path: Path) -> None:
    store = tmp_path / "store"
    servanda("init", "--store", store, "--no-reference")
    store.chmod(0o755)
    assert any("chmod -R go=" in str(check) for check in doctor(store))


def test_the_data_that_ship_come_in_from_where_they_lie(tmp_path: Path) -> None:
    shutil.copytree(Path(str(resources.data())) / "seed", tmp_path / "seed")
    servanda("init", "--store", tmp_path / "store")
    assert "1 added" in servanda("ingest", tmp_path / "seed", "--store", tmp_path / "store")
