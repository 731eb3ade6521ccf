"""Events that may be one over HTTP: a list with reasons, and decisions by who has a key."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.linking import Proposal, Tally
from kg.linking.compare import Reason
from kg.linking.kept import KeptProposals

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

PATH = "/api/v1/same-event-proposals"
TALKS = ("seed-syunik-highway-2021/mediation", "tass-1330905/talks")
OTHERS = [
    ("alphanews-2024-08-19/sabotage", "rferl-31429111/stabbing"),
    ("armenpress-1061764/closure", "tass-1330905/closure"),
    ("rferl-31429111/stabbing", "tass-1330905/talks"),
]


@pytest.fixture(scope="module")
def store(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with four proposals beside it; of the second the two are one already."""
    made = Path(shutil.copytree(copy, tmp_path_factory.mktemp("proposed") / "store"))
    why = (Reason("time", "same", "in the same days", 1.2), Reason("kind", "kin", "talks both", 0.1))
    found = [
        Proposal(one, other, score, why)
        for score, (one, other) in zip((0.9, 0.8, 0.8, 0.7), [TALKS, *OTHERS], strict=True)
    ]
    KeptProposals(made).write(found, 7, 0.6, Tally(9, 12, 0))
    return made


@pytest.fixture(scope="module")
def token(store: Path) -> str:
    return Keys(store).make("Mary", Scope.INGEST)[1]


@pytest.fixture(scope="module")
def client(store: Path, token: str, serving: Serving) -> Iterator[httpx.Client]:
    assert token
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        yield client


def pairs(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["one"]["id"], each["other"]["id"]) for each in body["items"]]


def test_the_likeliest_come_first_each_with_its_reasons_and_both_names(client: httpx.Client) -> None:
    body = client.get(PATH).json()
    assert pairs(body) == [TALKS, OTHERS[0], OTHERS[1], OTHERS[2]]
    assert body["sequence"] == 7
    first = body["items"][0]
    assert first["score"] == 0.9
    assert first["status"] == "open"
    assert (
        first["one"]["label"] == "Russian intervention to find a common voice between Armenia and Azerbaijan"
    )
    assert [reason["words"] for reason in first["reasons"]] == ["in the same days", "talks both"]
    assert body["items"][2]["status"] == "accepted", "the document says that the two closures are one"


def test_pages_of_any_filter_follow_each_other_without_a_gap(client: httpx.Client) -> None:
    for filters in ({}, {"status": "open"}, {"least": "0.75"}, {"event": "tass-1330905/talks"}):
        whole = pairs(client.get(PATH, params=filters).json())
        found: list[tuple[str, str]] = []
        answer = client.get(PATH, params={**filters, "limit": "1"})
        while True:
            found += pairs(answer.json())
            if answer.json()["next"] is None:
                break
            assert answer.links["next"]["url"] == answer.json()["next"]
            answer = client.get(answer.json()["next"])
        assert found == whole, filters
    assert len(pairs(client.get(PATH, params={"status": "open"}).json())) == 3


def test_it_is_a_table_as_well(client: httpx.Client) -> None:
    lines = client.get(f"{PATH}.csv").text.splitlines()
    assert len(lines) == 5
    assert "score" in lines[0]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"least": "2"}, 422),
        ({"status": "perhaps"}, 422),
        ({"event": "nobody/nothing"}, 404),
        ({"x": "1"}, 400),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, parameters: dict[str, str], status: int) -> None:
    answer = client.get(PATH, params=parameters)
    assert answer.status_code in {status, 400}
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_only_who_has_a_key_decides_and_signs_it(client: httpx.Client, token: str) -> None:
    said = {"one": TALKS[0], "other": TALKS[1], "decision": "different", "reason": "Two meetings."}
    assert client.post(PATH, json=said).status_code == 401
    headers = {"authorization": f"Bearer {token}"}
    for wrong in ({"reason": " "}, {"decision": "perhaps"}, {"confidence": 2}, {"by": "Bob"}):
        assert client.post(PATH, json=said | wrong, headers=headers).status_code in {400, 422}, wrong
    assert client.post(PATH, json=said | {"other": "nobody/nothing"}, headers=headers).status_code == 404
    same = client.post(PATH, json=said | {"other": said["one"]}, headers=headers)
    assert same.status_code == 422, "an event and itself"
    answer = client.post(PATH, json=said, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["status"] == "rejected"
    assert answer.headers["servanda-sequence"] == str(answer.json()["sequence"])
    (now,) = [
        each for each in client.get(PATH).json()["items"] if (each["one"]["id"], each["other"]["id"]) == TALKS
    ]
    assert now["status"] == "rejected"
