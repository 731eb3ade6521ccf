"""What reviewers say is answered beside what the rules found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.pipeline import open_graph
from kg.pipeline.review import SameEvent, Verdict, decide, relate, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.slow

SEED = "seed-syunik-highway-2021"
ALLEGED = "cef147ac443af9684f1606cb0f50f03035e0357eb134c9f205ada6db45a4a2ed"
VIOLATION = f"/api/v1/alleged-violations/{ALLEGED}"
EVENT = f"/api/v1/events/{SEED}/seizure"


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Make the folder of a store with two verdicts on one record, one taken back, and a pair of events."""
    folder = demonstration(tmp_path_factory.mktemp("reviewed") / "store", accounts=True)
    with open_graph(folder) as made:
        hasty = decide(made, Verdict(ALLEGED, "rejected", "Ivan", "no act is named"))
        decide(made, Verdict(ALLEGED, "disputed", "Mary Keller", "es fehlt die Handlung", "de"))
        relate(made, SameEvent(f"{SEED}/seizure", f"{SEED}/border-fighting", "Mary Keller", "x", "0.5"))
        withdraw(made, hasty.identifier, "Ivan", "it was hasty")
    return folder


@pytest.fixture(scope="module")
def client(
    reviewed: Path,
    serving: Callable[..., AbstractContextManager[tuple[str, Any]]],
) -> Iterator[httpx.Client]:
    with serving(reviewed) as (address, _), httpx.Client(base_url=address, timeout=30) as opened:
        yield opened


def test_a_violation_comes_with_the_reviews_that_stand(client: httpx.Client) -> None:
    item = client.get(VIOLATION).json()
    [review] = item["reviews"]
    assert set(review) == {"id", "verdict", "reviewer", "reason", "decided_at"}
    assert (review["verdict"], review["reviewer"]) == ("disputed", "Mary Keller")
    assert review["reason"] == "es fehlt die Handlung"
    assert review["decided_at"].endswith("Z")
    assert item["status"] == "alleged"
    listed = client.get("/api/v1/alleged-violations", params={"limit": 200}).json()["items"]
    assert [other["id"] for other in listed if other["reviews"]] == [item["id"]]
    assert next(other for other in listed if other["id"] == item["id"]) == item


def test_an_event_names_the_author_of_each_statement_that_it_is_another(client: httpx.Client) -> None:
    stated = {same["event"]["id"]: same for same in client.get(EVENT).json()["same_event"]}
    by_review = stated.pop(f"{SEED}/border-fighting")
    assert (by_review["author"], by_review["confidence"]) == ("Mary Keller", 0.5)
    assert by_review["review"].isdecimal()
    assert {(same["author"], same["review"]) for same in stated.values()} == {("Servanda editors", None)}
