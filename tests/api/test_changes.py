"""What changed, and what the graph said then, over HTTP."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.sequence import HEADER
from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import open_graph, redact, retract
from kg.pipeline.upkeep.rebuild import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

SEED = "seed-syunik-highway-2021"
CHANGES = "/api/v1/changes"
QUESTION = "/api/v1/questions/01"


@pytest.fixture(scope="module")
def later(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store in which an account was retracted and the seed article redacted."""
    place = tmp_path_factory.mktemp("later") / "store"
    shutil.copytree(folder.parent / "copy", place)
    with open_graph(place) as opened:
        retract(opened, "report", "massis-post-2023-02-22", "An error.", agent="A. Secret")
        redact(opened, "report", SEED, "An order.", agent="A. Secret")
    return place


@pytest.fixture(scope="module")
def head(later: Path) -> int:
    return JournalReader(later / "journal").head[0]


@pytest.fixture(scope="module")
def client(later: Path, serving: Callable[..., Any]) -> Iterator[httpx.Client]:
    with serving(later) as (url, _), httpx.Client(base_url=url, timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def key(later: Path) -> dict[str, str]:
    return {"authorization": f"Bearer {Keys(later).make('Reader', Scope.READ)[1]}"}


def test_the_changes_are_those_of_the_journal_without_who_made_them(
    client: httpx.Client, later: Path, head: int
) -> None:
    answer = client.get(CHANGES)
    body = answer.json()
    entries = tuple(JournalReader(later / "journal").entries())
    assert len(entries) == head == body["head"] > 10
    assert body["next"] is None
    names = ("sequence", "time", "action", "kind", "revision", "content_hash", "reason", "hash", "previous")
    for item, entry in zip(body["items"], entries, strict=True):
        assert {name: item[name] for name in names} == {name: getattr(entry, name) for name in names}
        assert (item["id"], item["graphs"]) == (entry.identifier, list(entry.graphs))
    assert "agent" not in answer.text
    assert "A. Secret" not in answer.text
    redaction = body["items"][-1]
    assert (redaction["action"], redaction["reason"], redaction["document"]) == ("redact", "An order.", None)
    taken = next(item for item in body["items"] if item["id"] == SEED)
    assert redaction["redacts"] == [taken["sequence"]]


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_pages_put_together_are_the_whole(client: httpx.Client, head: int, limit: int) -> None:
    url, seen, pages = f"{CHANGES}?limit={limit}", [], 0
    while url:
        answer = client.get(url)
        body = answer.json()
        assert len(body["items"]) <= limit
        assert answer.headers.get("link") == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        seen += [item["sequence"] for item in body["items"]]
        url, pages = body["next"], pages + 1
    assert seen == list(range(1, head + 1))
    assert pages == -(-head // limit)


def test_who_is_up_to_date_gets_nothing_and_who_followed_another_store_is_told(
    client: httpx.Client, head: int
) -> None:
    last = client.get(CHANGES).json()["items"][-1]["hash"]
    nothing = {"items": [], "next": None, "head": head, "head_hash": last}
    assert client.get(CHANGES, params={"since": head}).json() == nothing
    beyond = client.get(CHANGES, params={"since": head + 1})
    assert beyond.status_code == 400
    assert f"the last one is {head}" in beyond.json()["detail"]


def test_who_follows_by_hash_is_told_where_the_history_is_another(client: httpx.Client, head: int) -> None:
    items = client.get(CHANGES).json()["items"]
    for item in (items[0], items[4], items[-1]):
        known = {"since": item["sequence"], "hash": item["hash"], "limit": 2}
        answer = client.get(CHANGES, params=known)
        assert answer.status_code == 200
        assert answer.json()["head_hash"] == items[-1]["hash"]
        for since, digest in ((item["sequence"], item["previous"]), (head + 1, item["hash"])):
            other = client.get(CHANGES, params={"since": since, "hash": digest})
            assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (409, "other-history")
            assert (other.json()["sequence"], other.json()["hash"]) == (head, items[-1]["hash"])
    assert client.get(CHANGES, params={"since": 0, "hash": "0" * 64}).status_code == 200
    assert client.get(CHANGES, params={"since": 1, "hash": "x"}).status_code == 400
    following = client.get(CHANGES, params={"limit": 3}).json()["next"]
    assert f"hash={items[2]['hash']}" in following


def test_a_store_made_anew_from_its_journal_is_followed_on(
    later: Path, tmp_path: Path, serving: Callable[..., Any]
) -> None:
    place = tmp_path / "store"
    shutil.copytree(later, place)
    last = tuple(JournalReader(place / "journal").entries())[-1]
    rebuild(place)
    with serving(place) as (url, _), httpx.Client(base_url=url, timeout=60) as made:
        answer = made.get(CHANGES, params={"since": last.sequence, "hash": last.hash})
        assert (answer.status_code, answer.json()["head_hash"]) == (200, last.hash)


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "limit=0", "limit=1001", "after=3", "since=1&since=2"]
)
def test_what_is_no_place_in_the_changes_is_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"{CHANGES}?{query}").status_code == 400


def test_each_document_named_can_be_fetched_unless_it_was_redacted(client: httpx.Client) -> None:
    items = client.get(CHANGES).json()["items"]
    named = [item for item in items if item["document"]]
    assert {item["kind"] for item in named} == {"actors", "places", "agreement", "report"}
    for item in named:
        answer = client.get(item["document"], headers={"accept": "application/n-triples"})
        if item["id"] == SEED:
            assert answer.status_code == 410
            assert answer.json()["sequence"] == items[-1]["sequence"]
        else:
            assert answer.status_code == 200
            assert answer.text.count("\n") > 5
    kinds = {item["kind"] for item in items if item["action"] == "add" and item["document"] is None}
    assert kinds == {"ontology", "rules"}


def test_every_answer_says_at_which_change_it_stands(client: httpx.Client, head: int) -> None:
    for path in (CHANGES, "/api/v1/claims", QUESTION, "/sparql?query=ASK%7B%7D", "/", "/nowhere"):
        assert client.get(path).headers[HEADER] == str(head), path
    first = client.get(CHANGES)
    again = client.get(CHANGES, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers[HEADER] == str(head)


def test_the_graph_as_it_was_needs_a_key(client: httpx.Client, key: dict[str, str]) -> None:
    for headers in ({}, {"authorization": "Bearer svd_aaaaaaaa_bbbb"}, {"authorization": "Basic x"}):
        answer = client.get(QUESTION, params={"as_of": "3"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert client.get(QUESTION, params={"as_of": "3"}, headers=key).status_code == 200


def test_the_graph_as_it_was_answers_as_it_did_then(
    client: httpx.Client, head: int, key: dict[str, str], http: httpx.Client
) -> None:
    before = client.get(QUESTION, params={"as_of": head - 1}, headers=key)
    assert before.status_code == 200
    assert before.json()["past"]["sequence"] == head - 1
    assert before.json()["past"]["left_out"] == [f"report {SEED}"]
    assert before.headers[HEADER] == str(head - 1)
    assert before.headers["cache-control"] == "no-store"
    now = client.get(QUESTION).json()
    assert now["past"] is None
    untouched = http.get(QUESTION).json()["rows"]
    then = client.get(QUESTION, params={"as_of": str(head - 2)}, headers=key).json()["rows"]
    assert len(now["rows"]) < len(untouched)
    kept = [row for row in untouched if row["report"] != SEED]
    assert [row for row in then if row["report"] != SEED] == kept
    assert kept
    table = client.get(QUESTION, params={"as_of": str(head - 2)}, headers={**key, "accept": "text/csv"})
    assert table.headers["servanda-left-out"] == f"report {SEED}"
    assert table.text.count("\r\n") == len(then) + 1


@pytest.mark.parametrize("when", ["soon", "2999-01-01", "99999", "2020-01-01", "-1", "2026-01-01T10:00:00"])
def test_what_is_no_time_of_the_store_is_refused_in_words(
    client: httpx.Client, key: dict[str, str], when: str
) -> None:
    answer = client.get(QUESTION, params={"as_of": when}, headers=key)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-parameter")
    assert answer.json()["detail"]
