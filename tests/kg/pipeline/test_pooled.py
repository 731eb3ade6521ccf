"""A pool keeps up with the store, and no checkpoint goes that it has open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg.errors import StoreError
from kg.journal import Action
from kg.pipeline import in_memory, initialise
from kg.pipeline.change import Change
from kg.pipeline.followers import Checkpoints, checkpoints
from kg.pipeline.pooled import lanes, pooled
from kg.pipeline.uploads import LANE
from kg.query.evaluators import Pooled
from kg.query.questions import find
from kg.settings import Settings
from kg.store import from_nquads, memory

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

GRAPH = "https://w3id.org/servanda/id/graph/places/here"
COUNT = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
SETTINGS = Settings.from_environment({"SERVANDA_QUERY_TIMEOUT": "30", "SERVANDA_QUERY_WORKERS": "1"})


def change(number: int) -> Change:
    triples = {quad[:3] for quad in from_nquads(f'<urn:s> <urn:p> "{number}" <{GRAPH}> .\n'.encode())}
    action = Action.ADD if number == 1 else Action.REVISE
    return Change(action, "places", "here", "tests", {URIRef(GRAPH): frozenset(triples)}, str(number))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = initialise(tmp_path / "store", reference=False)
    for follower in made.followers:
        if isinstance(follower, Checkpoints):
            follower._interval = 0.0  # noqa: SLF001 - a checkpoint after each change
    return made


def test_queries_see_a_change_soon_after_it_was_made(repository: Repository) -> None:
    with repository, pooled(repository, SETTINGS) as pool:
        evaluator = Pooled(pool, lanes(SETTINGS)["query"])
        before = evaluator.sequence
        assert before == repository.sequence
        assert evaluator.answer(COUNT, "text/csv") == (b"n\r\n0\r\n", before)
        for number in (1, 2, 3):
            repository.commit([change(number)])
            until = time.monotonic() + 30
            while evaluator.sequence < repository.sequence and time.monotonic() < until:
                time.sleep(0.02)
            assert evaluator.answer(COUNT, "text/csv") == (b"n\r\n1\r\n", before + number)
        assert repository.folder is not None
        assert {place.resolve() for _, place in checkpoints(repository.folder)} >= pool.in_use()


def test_questions_are_answered_by_the_pool(repository: Repository) -> None:
    with repository, pooled(repository, SETTINGS) as pool:
        answer, sequence = Pooled(pool, lanes(SETTINGS)["query"]).ask(find("7"), {})
        assert sequence == repository.sequence
        assert answer.rows == ()
        assert [column.name for column in answer.columns][:1]


def test_a_store_in_memory_has_no_pool() -> None:
    with pytest.raises(StoreError, match="memory"), pooled(in_memory(memory("https://e.org/")), SETTINGS):
        pass


def test_the_settings_make_the_limits() -> None:
    chosen = lanes(
        Settings.from_environment(
            {
                "SERVANDA_QUERY_TIMEOUT": "3",
                "SERVANDA_QUERY_MEMORY": "100",
                "SERVANDA_QUERY_BYTES": "2",
                "SERVANDA_QUERY_LENGTH": "500",
                "SERVANDA_QUERY_WORKERS": "4",
                "SERVANDA_QUERY_QUEUE": "5",
                "SERVANDA_UPLOAD_TIMEOUT": "7",
            }
        )
    )
    queries = chosen["query"]
    assert (queries.workers, queries.queue_length) == (4, 5)
    limits = queries.limits
    assert (limits.seconds, limits.memory, limits.answer, limits.length) == (3, 100 << 20, 2 << 20, 500)
    assert "question" in chosen
    assert chosen[LANE].limits.seconds == 7
    assert chosen[LANE].limits.patience > 7, "others may keep the processor busy"
    assert limits.patience == 3, "whoever asks waits by the clock"
