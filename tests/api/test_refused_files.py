"""A server whose read model or search index the system refuses: all that is told of it is true."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.pipeline.followers import READ_MODEL, SEARCH_INDEX
from kg.pipeline.upkeep.doctor import doctor

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

WORDS = ("/api/v1/search?q=highway", "/api/v1/suggest?prefix=ba")
COUNTED = ("/api/v1/statistics?by=type",)
NAMES = {READ_MODEL: "the read model", SEARCH_INDEX: "the search index"}


@pytest.mark.parametrize("part", [READ_MODEL, SEARCH_INDEX])
def test_what_cannot_be_opened_is_told_so_by_all_alike(
    part: str, copy: Path, serving: Serving, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(copy, store)
    for name in NAMES:
        shutil.rmtree(store / name, ignore_errors=True)
    (store / part).write_text("a file where a folder is needed")
    with serving(store) as (address, process):
        with httpx.Client(base_url=address, timeout=30) as http:
            until = time.monotonic() + 60
            while not (amiss := http.get("/readyz").json().get("amiss")):
                assert time.monotonic() < until
                time.sleep(0.1)
            assert f"{NAMES[part]} cannot be read or written" in amiss
            for asked in (*WORDS, *(COUNTED if part == READ_MODEL else ())):
                answer = http.get(asked)
                assert answer.status_code == 503, answer.text
                assert answer.json()["type"].endswith("/index-unavailable"), answer.text
                assert "being made" not in answer.text
                assert str(store) not in answer.text
            assert http.get("/api/v1/claims?limit=2").json()["items"]
        process.terminate()
        said = process.communicate(timeout=60)
    assert str(store / part) in "".join(one or "" for one in said)
    found = [check for check in doctor(store) if str(store / part) in check.finding]
    assert found
    assert found[0].remedy


@pytest.mark.parametrize("fault", ["not executable", "not there", "a folder", "ends at once"])
def test_a_server_whose_workers_cannot_be_executed_ends_and_says_why(
    fault: str, copy: Path, tmp_path: Path
) -> None:
    store, program = tmp_path / "store", tmp_path / "python"
    shutil.copytree(copy, store)
    if fault == "a folder":
        program.mkdir()
    elif fault != "not there":
        program.write_text("#!/bin/sh\nexit 3\n")
        program.chmod(0o755 if fault == "ends at once" else 0o644)
    begun = (
        f"import runpy, sys; sys.executable = {str(program)!r}; runpy.run_module('api', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", begun, "serve", "--store", str(store), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode not in {0, -9}, ended.stderr
    assert "Traceback" not in ended.stderr
    told = ended.stderr.splitlines()[-1]
    assert ("it ended before it was ready" if fault == "ends at once" else str(program)) in told
