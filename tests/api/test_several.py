"""Several documents in one request, and several requests at once: each is answered, and each by itself."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import initialise

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

BASE = "https://w3id.org/servanda/id/"
ACTORS = {
    "kind": "actors",
    "id": "people",
    "actors": [
        {"id": "desk", "type": "analyst", "label": "The desk"},
        {"id": "guards", "type": "armed-force", "label": "The guards"},
    ],
}


def report(name: str, **changes: Any) -> dict[str, Any]:
    text = f"They fired, says {name}."
    claim = {"key": "c1", "gist": "G", "quote": text, "modality": "asserted", "about": "shots"}
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": name,
        "language": "en",
        "annotator": "desk",
        "text": text,
        "events": [{"key": "shots", "type": "shelling", "label": "Shots"}],
        "claims": [claim | {"perpetrators": ["guards"]}],
    } | changes


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("several") / "store"
    initialise(made, BASE).close()
    return made


@pytest.fixture(scope="module")
def client(store: Path, serving: Serving) -> Iterator[httpx.Client]:
    _, token = Keys(store).make("News desk", Scope.INGEST)
    headers = {"authorization": f"Bearer {token}"}
    with serving(store) as (url, _), httpx.Client(base_url=url, headers=headers, timeout=120) as made:
        yield made


def sent(client: httpx.Client, *documents: Any, **headers: str) -> list[dict[str, Any]]:
    body = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in documents)
    answer = client.post(
        "/api/v1/documents", content=body, headers={"content-type": "application/x-ndjson", **headers}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_of_several_documents_is_answered_in_their_order_and_comes_in_by_itself(
    client: httpx.Client, store: Path
) -> None:
    lines = sent(
        client,
        report("first"),
        ACTORS,
        '{"kind": "report",',
        report("wrong", annotator="nobody"),
        report("leaning", corrects="wrong"),
        report("first", title="Once more"),
        report("second"),
    )
    assert [(one["index"], one["name"], one["status"]) for one in lines] == [
        (0, "line-1.json", "added"),
        (1, "line-2.json", "added"),
        (2, "line-3.json", "refused"),
        (3, "line-4.json", "refused"),
        (4, "line-5.json", "refused"),
        (5, "line-6.json", "revised"),
        (6, "line-7.json", "added"),
    ]
    assert all(one["problems"] for one in lines if one["status"] == "refused")
    journal = JournalReader(store / "journal")
    for one in lines:
        if "sequence" in one:
            entry, _ = journal.record(one["sequence"])
            assert (entry.kind, entry.identifier) == (one["kind"], one["id"])
            assert entry.agent.startswith("News desk (key ")
    assert [one["status"] for one in sent(client, report("second"), report("third"))] == [
        "unchanged",
        "added",
    ]


def test_an_archive_of_documents_is_taken_in_and_conditions_and_damage_are_refused(
    client: httpx.Client,
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("here/zipped.json", json.dumps(report("zipped")))
    kind = {"content-type": "application/zip"}
    answer = client.post("/api/v1/documents", content=made.getvalue(), headers=kind)
    (said,) = [json.loads(line) for line in answer.text.splitlines()]
    assert (said["name"], said["status"], said["id"]) == ("here/zipped.json", "added", "zipped")
    for body, headers in ((made.getvalue(), {"if-none-match": "*"}), (b"PK no archive", {})):
        answer = client.post("/api/v1/documents", content=body, headers={**kind, **headers})
        assert answer.status_code == 400, answer.text


def test_uploads_that_arrive_together_are_each_answered_for_what_they_are(
    client: httpx.Client, store: Path
) -> None:
    sent(client, ACTORS, report("there"))
    names = [f"at-once-{number}" for number in range(8)]
    documents = [
        *((report(name), {}) for name in names),
        (report("there", title="New"), {"if-none-match": "*"}),
    ]
    documents.append((report("bad", annotator="nobody"), {}))

    def post(pair: tuple[dict[str, Any], dict[str, str]]) -> httpx.Response:
        return client.post("/api/v1/documents", json=pair[0], headers=pair[1])

    with ThreadPoolExecutor(len(documents)) as threads:
        answers = list(threads.map(post, documents))
    assert [answer.status_code for answer in answers] == [201] * len(names) + [412, 422]
    assert "refused: document" not in answers[-1].text
    journal = JournalReader(store / "journal")
    for name, answer in zip(names, answers, strict=False):
        entry, _ = journal.record(answer.json()["sequence"])
        assert entry.identifier == name
