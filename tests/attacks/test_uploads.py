"""Hostile uploads: refused in time, with nothing fetched, nothing read, and nothing of another's touched."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import ServandaError
from kg.pipeline.uploads import DocumentUpload, RdfUpload
from tests.attacks.cases import Case, uploads
from tests.attacks.conftest import UPLOAD_SECONDS
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess

    import httpx

    from kg.query.pool import Pool
    from tests.attacks.listeners import Listeners

BASE = "https://w3id.org/servanda/id/"
GRAPH = f"{BASE}graph/report/hostile"
ROUTES = {
    "/graphs": f"/graphs?graph={GRAPH}",
    "/api/v1/reports": "/api/v1/reports",
    "/api/v1/validate": "/api/v1/validate",
}
"""Where something can be sent, once the server has such addresses, and how."""
_ENDINGS = {"application/yaml": "yaml", "application/json": "json"}
_ENDED = {"query-memory", "query-timeout", "result-too-large"}
_MOST = 256 * 1024
"""Bytes that an answer to an upload has at most."""
_LINES_OF_FILES = [
    line
    for name in ("/etc/passwd", "/etc/hostname")
    for line in Path(name).read_text(encoding="utf-8").splitlines()
    if len(line) > 7
]
"""What the files say that the cases name; their names may be told to who sent them."""
_CASES = uploads()
_PACKED = [case for case in _CASES if case.encoding]


def _named(case: Case) -> str:
    return case.name


def test_the_corpus_has_every_kind() -> None:
    kinds = {case.name.partition("-")[0] for case in _CASES}
    assert {f"U{number:02}" for number in (*range(1, 13), 13, 15, 16, 17, 18, 19)} <= kinds
    assert {"S09", "S10"} <= kinds


@pytest.mark.parametrize("case", [case for case in _CASES if not case.encoding], ids=_named)
def test_an_upload_to_a_worker_is_refused_and_reaches_nobody(
    case: Case, pool: Pool, listeners: Listeners
) -> None:
    start = time.monotonic()
    said = _examined(pool, case.payload(listeners.addresses), case.media_type)
    assert time.monotonic() - start < UPLOAD_SECONDS + LATE
    assert listeners.connected() == 0
    assert said != "valid"


def test_every_address_that_takes_uploads_refuses_every_case(
    http: httpx.Client,
    server: tuple[str, subprocess.Popen[str]],
    key: str,
    listeners: Listeners,
) -> None:
    described = http.get("/openapi.json").json()["paths"]
    routes = [path for path in ROUTES if "post" in described.get(path, {})]
    before = _everything(http)
    tried = 0
    for path in routes:
        for case in _CASES:
            start = time.monotonic()
            response = _sent(http, ROUTES[path], case, key, listeners)
            if response.status_code == 504 and case.about.get("becomes") != 504:  # a busy machine: once more
                start = time.monotonic()
                response = _sent(http, ROUTES[path], case, key, listeners)
            tried += 1
            where = f"{case.name} to {path}"
            assert _refused(path, response), (where, response.text[:500])
            assert not [line for line in _LINES_OF_FILES if line in response.text], where
            assert time.monotonic() - start < UPLOAD_SECONDS + LATE, where
            assert len(response.content) < _MOST, where
            if "becomes" in case.about and (path == "/graphs") != (case.media_type in _ENDINGS):
                assert response.status_code == case.about["becomes"], where
            assert listeners.connected() == 0, where
            assert server[1].poll() is None, where
    assert tried == len(routes) * len(_CASES)
    assert _everything(http) == before
    if not routes:
        pytest.skip("the server has no address that takes uploads")


def _examined(pool: Pool, data: bytes, media_type: str) -> str:
    """Return what a worker says of an upload: `valid`, or why not."""
    ending = _ENDINGS.get(media_type)
    task = (
        RdfUpload([(data, media_type)], GRAPH, BASE)
        if ending is None
        else DocumentUpload(data, f"upload.{ending}", BASE)
    )
    try:
        examined: Any = json.loads(pool.answer(task).body)
    except (ServandaError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    outcome = examined.get("outcome", examined)
    return str(outcome["status"])


def _sent(http: httpx.Client, path: str, case: Case, key: str, listeners: Listeners) -> httpx.Response:
    headers = {"Content-Type": case.media_type, "Authorization": f"Bearer {key}"}
    if case.encoding:
        headers["Content-Encoding"] = case.encoding
    return http.post(path, content=case.payload(listeners.addresses), headers=headers)


def _refused(path: str, response: httpx.Response) -> bool:
    """Return whether an upload was refused or ended, or a dry run said that it would be."""
    if response.is_success:
        return path.endswith("/validate") and "refused" in response.text
    return response.status_code < 500 or response.json()["type"].rpartition("/")[2] in _ENDED


def _everything(http: httpx.Client) -> str:
    return http.get(
        "/sparql",
        params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"},
        headers={"Accept": "text/csv"},
    ).text
