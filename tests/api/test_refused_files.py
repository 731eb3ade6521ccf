"""A server whose read model or search index the system refuses: all that is told of it is true."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.pipeline.followers import READ_MODEL, SEARCH_INDEX
from kg.pipeline.upkeep.doctor import doctor

if TYPE_CHECKING:
    import subprocess
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
