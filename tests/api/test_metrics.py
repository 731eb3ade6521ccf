"""What a server measures of itself, and who may see it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from api.operations.metrics import Metrics
from api.operations.vitals import Freshness, Size, Slow, Vitals, vitals_of
from api.trace import Trace
from kg.errors import StoreError
from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import open_graph
from kg.query.pool import LaneStats, Stats
from kg.store.dump import size

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import httpx

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """Return what is measured, by name and labels."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_requests_are_measured_by_route_and_class_of_status(http: httpx.Client) -> None:
    before = samples(http.get("/metrics").text)
    http.get("/api/v1/claims?limit=1")
    http.get("/api/v1/claims/no/such")
    http.get("/no/such/path")
    http.head("/docs")
    http.get("/sparql", params={"query": "ASK { SERVICE <urn:x> {} }"})
    answer = http.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    after = samples(answer.text)

    def more(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0.0)

    count = "servanda_request_seconds_count"
    assert more(count, route="/api/v1/claims", status="2xx") == 1
    assert more(count, route="/api/v1/claims/{id}", status="4xx") == 1
    assert more(count, route="unmatched", status="4xx") == 1
    assert more(count, route="/docs", status="2xx") == 1
    assert more(count, route="/metrics", status="2xx") == 1
    assert more("servanda_problems_total", problem="service-forbidden") == 1
    assert more("servanda_problems_total", problem="not-found") == 1
    assert after["servanda_requests_running", ()] == 1
    assert {key for key in after if "no/such" in str(key)} == set()


def test_the_store_is_measured(http: httpx.Client, folder: Path) -> None:
    for _ in range(50):  # quads are counted beside
        found = samples(http.get("/metrics").text)
        if ("servanda_store_quads", ()) in found:
            break
        time.sleep(0.1)
    head = JournalReader(folder / "journal").head[0]
    assert found["servanda_ready", ()] == 1
    assert found["servanda_journal_sequence", ()] == head
    assert found["servanda_store_sequence", ()] == head
    assert found["servanda_checkpoint_behind", ()] == head - found["servanda_checkpoint_sequence", ()]
    assert found["servanda_checkpoint_age_seconds", ()] >= 0
    assert found["servanda_journal_bytes", ()] == sum(
        path.stat().st_size for path in (folder / "journal").iterdir()
    )
    assert found["servanda_store_bytes", ()] > 1_000_000
    assert found["servanda_store_quads", ()] > 5_000
    assert found["servanda_quarantine_open", ()] == 0
    assert found["process_resident_memory_bytes", ()] > 10_000_000
    assert [key for key in found if key[0] == "servanda_info"]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
        {"origin": "https://example.org"},
    ],
)
def test_whoever_is_not_on_this_machine_needs_a_key_to_see_it(
    http: httpx.Client, tokens: dict[Scope, str], headers: dict[str, str]
) -> None:
    answer = http.get("/metrics", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    key = {"authorization": f"Bearer {tokens[Scope.READ]}"}
    assert http.get("/metrics", headers={**headers, **key}).status_code == 200


def test_the_vitals_are_those_of_the_store(copy: Path) -> None:
    with open_graph(copy) as opened:
        vitals = vitals_of(opened)
        assert vitals.unready() is None
        assert vitals.pool() is None
        fresh = vitals.freshness()
        assert fresh is not None
        assert fresh.head == fresh.held == opened.sequence
        for _ in range(50):
            found = vitals.size()
            if found is not None and found.quads is not None:
                break
        assert found is not None
        assert found.quads == size(opened.store)
        opened._failed = "the disk went away"  # noqa: SLF001 - as a commit leaves it that failed half-way
        assert "in the journal and not in the store" in str(vitals.unready())


def lane(**numbers: int) -> LaneStats:
    given = {
        "busy": 0,
        "aside": 0,
        "ready": 0,
        "starting": 0,
        "waiting": 0,
        "answered": 0,
        "refused": 0,
        "zygotes": 1,
    }
    return LaneStats(wanted=True, **{**given, **numbers}, ended={"timeout": 3, "memory": 1})


def test_a_pool_is_measured_by_lane(copy: Path) -> None:
    stats = Stats(27, sandboxed=True, lanes={"query": lane(busy=2, answered=11), "question": lane(ready=1)})
    metrics = Metrics("1.0", lambda: Vitals(pool=lambda: stats), lambda: 7)
    found = samples(metrics.text().decode())
    query = (("lane", "query"),)
    assert found["servanda_pool_busy", query] == 2
    assert found["servanda_pool_answered_total", query] == 11
    assert found["servanda_pool_ready", (("lane", "question"),)] == 1
    assert found["servanda_pool_kills_total", (("lane", "query"), ("reason", "timeout"))] == 3
    assert found["servanda_pool_sequence", ()] == 27
    assert found["servanda_log_lines_dropped_total", ()] == 7
    assert found["servanda_info", (("version", "1.0"),)] == 1
    with open_graph(copy) as opened:
        assert vitals_of(opened, lambda: stats).unready() is None
        renewed = Stats(27, sandboxed=True, lanes={"query": lane(starting=1)})
        assert vitals_of(opened, lambda: renewed).unready() is None
        gone = Stats(27, sandboxed=True, lanes={"query": lane(busy=1), "question": lane()})
        assert vitals_of(opened, lambda: gone).unready() == "there are no workers: question"
        later = Stats(
            27, sandboxed=True, lanes={"query": lane(busy=1), "intake": replace(lane(), wanted=False)}
        )
        assert vitals_of(opened, lambda: later).unready() is None


def test_what_is_not_known_is_left_out() -> None:
    vitals = Vitals(freshness=lambda: Freshness(3, 3, 2, 0.5), size=lambda: Size(10, 20, None, None))
    found = samples(Metrics("1.0", lambda: vitals, lambda: 0).text().decode())
    assert found["servanda_checkpoint_behind", ()] == 1
    assert ("servanda_store_quads", ()) not in found
    assert not [key for key in found if "pool" in key[0]]
    starting = samples(Metrics("1.0", lambda: None, lambda: 0).text().decode())
    assert starting["servanda_ready", ()] == 0


def test_verdicts_are_those_that_a_budget_pays_for() -> None:
    metrics = Metrics("1.0", lambda: None, lambda: 0)
    metrics.ended(Trace("a", route="/sparql", charged="address x"), 200, 0.01)
    metrics.ended(Trace("b", route="/sparql", verdict="query-syntax", charged="address x"), 400, 0.01)
    metrics.ended(Trace("c", route="/api/v1/key", verdict="unauthorized"), 401, 0.01)
    metrics.ended(Trace("d", route="/sparql", verdict="client-gone", charged="address x"), None, 0.01)
    found = samples(metrics.text().decode())
    verdicts = {dict(key[1])["verdict"] for key in found if key[0] == "servanda_verdicts_total"}
    assert verdicts == {"ok", "query-syntax", "client-gone"}
    assert found["servanda_problems_total", (("problem", "unauthorized"),)] == 1
    assert found["servanda_request_seconds_count", (("route", "/sparql"), ("status", "none"))] == 1


def test_nothing_goes_into_the_registry_that_all_programs_share() -> None:
    Metrics("1.0", lambda: None, lambda: 0)
    Metrics("1.0", lambda: None, lambda: 0)
    assert not [family.name for family in REGISTRY.collect() if family.name.startswith("servanda")]


def test_a_value_that_takes_long_keeps_nobody_waiting() -> None:
    go = threading.Event()
    calls = []

    def find() -> int:
        calls.append(1)
        go.wait(10)
        return 42

    slow = Slow(find, seconds=1000, wait=0.05)
    assert [slow(), slow()] == [None, None]
    go.set()
    for _ in range(100):
        if slow() == 42:
            break
    assert slow() == 42
    assert len(calls) == 1


def test_a_value_that_cannot_be_found_is_as_it_was() -> None:
    answers = iter([1])

    def find() -> int:
        try:
            return next(answers)
        except StopIteration:
            raise StoreError("closed") from None

    slow = Slow(find, seconds=0)
    assert [slow(), slow(), slow()] == [1, 1, 1]


def test_a_key_that_may_only_read_suffices(folder: Path, http: httpx.Client) -> None:
    token = Keys(folder).make("Prometheus", Scope.READ)[1]
    asked = {"authorization": f"Bearer {token}", "x-forwarded-for": "192.0.2.1"}
    assert http.get("/metrics", headers=asked).status_code == 200
    asked["authorization"] += "x"
    assert http.get("/metrics", headers=asked).status_code == 401
