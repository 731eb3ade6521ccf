"""What was refused, over HTTP: seen, corrected, resubmitted or discarded by who may ingest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from kg import resources
from kg.keys import Keys, Scope
from kg.pipeline import ingest, initialise

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

SEED = Path(str(resources.data())) / "seed"
NAME = "seed-syunik-highway-2021"
PATH = "/api/v1/quarantine"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that refused two documents: one breaks a shape, of the other a reference is unknown."""
    folder = tmp_path_factory.mktemp("refused")
    shutil.copytree(SEED, folder / "seed")
    document = folder / "seed" / f"{NAME}.yaml"
    words = document.read_text(encoding="utf-8")
    assert 'modality: hedged\n    hedges: ["it seems that"]' in words
    document.write_text(words.replace('modality: hedged\n    hedges: ["it seems that"]', "modality: hedged"))
    (folder / "list.json").write_text('{"kind": "actors", "id": "list", "actors": []}')
    with initialise(folder / "store") as opened:
        outcomes = ingest(opened, [document, folder / "list.json"])
    assert [outcome.status for outcome in outcomes] == ["refused", "refused"]
    return folder / "store"


@pytest.fixture
def store(refused: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(refused, tmp_path / "store"))


@pytest.fixture
def chief(store: Path) -> dict[str, str]:
    """Return the headers of who may do everything."""
    return {"authorization": f"Bearer {Keys(store).make('Chief', Scope.ADMIN)[1]}"}


@pytest.fixture
def client(store: Path, serving: Serving) -> Iterator[httpx.Client]:
    _, token = Keys(store).make("News desk", Scope.INGEST)
    headers = {"authorization": f"Bearer {token}"}
    with serving(store) as (url, _), httpx.Client(base_url=url, headers=headers, timeout=60) as made:
        yield made


def corrected() -> dict[str, Any]:
    """Return the seed report as it should be, with its text in it."""
    document = yaml.safe_load((SEED / f"{NAME}.yaml").read_text(encoding="utf-8"))
    text = (SEED / document.pop("text_file")).read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return whole | {"text": text}


def listed(client: httpx.Client, **parameters: str) -> dict[str, dict[str, Any]]:
    answer = client.get(PATH, params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return {item["identifier"]: item for item in answer.json()["items"]}


def test_what_was_refused_is_corrected_and_taken_in(client: httpx.Client, chief: dict[str, str]) -> None:
    waiting = listed(client, status="open")
    assert set(waiting) == {NAME, "list"}
    item = waiting[NAME]
    assert (item["kind"], item["file"], item["sequence"]) == ("report", f"{NAME}.yaml", None)

    answer = client.get(f"{PATH}/{item['id']}", headers=chief)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert "modality: hedged" in seen["words"]
    assert seen["problems"][0]["rule"].startswith("https://w3id.org/servanda/shapes#")
    assert "sh:ValidationReport" in seen["report"]

    wrong = corrected()
    del wrong["claims"][0]["hedges"]
    again = client.post(f"{PATH}/{item['id']}", json=wrong)
    assert again.status_code == 422
    assert again.json()["problems"][0]["rule"] == seen["problems"][0]["rule"]
    assert listed(client)[NAME] == item

    answer = client.post(f"{PATH}/{item['id']}", json=corrected())
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["id"]) == ("added", NAME)
    after = listed(client)[NAME]
    assert (after["status"], after["sequence"]) == ("resolved", answer.json()["sequence"])
    assert set(listed(client, status="open")) == {"list"}
    assert client.get(f"/api/v1/reports/{NAME}").status_code == 200

    late = client.post(f"{PATH}/{item['id']}", json=corrected())
    assert (late.status_code, late.json()["type"].rpartition("/")[2]) == (409, "already-taken-in")
    assert client.delete(f"{PATH}/{item['id']}", params={"reason": "late"}).status_code == 409


def test_what_is_not_to_be_taken_in_is_discarded_with_a_reason(
    client: httpx.Client, chief: dict[str, str]
) -> None:
    name = listed(client)["list"]["id"]
    assert client.delete(f"{PATH}/{name}").status_code == 400
    assert client.delete(f"{PATH}/{name}", params={"reason": " "}).status_code == 400
    answer = client.delete(f"{PATH}/{name}", params={"reason": "a test of ours"})
    assert answer.status_code == 204
    after = listed(client, status="discarded")["list"]
    assert after["note"].startswith("a test of ours (News desk (key ")
    assert client.get(f"{PATH}/{name}", headers=chief).json()["words"].startswith('{"kind": "actors"')


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_without_a_key_that_may_ingest_sees_or_changes_it(method: str, client: httpx.Client) -> None:
    with httpx.Client(base_url=client.base_url) as bare:
        parameters = {"reason": "x"} if method == "DELETE" else None
        assert bare.request(method, f"{PATH}/x", params=parameters).status_code == 401
        assert bare.get(PATH).status_code == 401


def test_a_key_that_may_ingest_reads_nothing_that_others_sent(client: httpx.Client) -> None:
    for item in listed(client).values():
        assert set(item) & {"words", "problems", "report", "document", "sha256"} == set()
        answer = client.get(f"{PATH}/{item['id']}")
        assert (answer.status_code, "hedged" in answer.text) == (403, False)
        assert "admin" in answer.json()["detail"]


def test_what_is_not_there_is_told(client: httpx.Client, chief: dict[str, str]) -> None:
    for name in ("none", "%2e%2e", "..%2fkeys.json", "item.json", "%00"):
        assert client.get(f"{PATH}/{name}", headers=chief).status_code == 404, name
    assert client.post(f"{PATH}/none", json=corrected()).status_code == 404
    assert client.delete(f"{PATH}/none", params={"reason": "x"}).status_code == 404
    near = client.get(f"{PATH}/{listed(client)['list']['id'][:-1]}", headers=chief).json()
    assert listed(client)["list"]["id"] in near["detail"]
