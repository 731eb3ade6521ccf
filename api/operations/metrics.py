"""What is measured, in the words of Prometheus, in a registry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.core import Metric

    from api.operations.vitals import Freshness, Size, Vitals
    from api.trace import Trace
    from kg.query.pool import Stats

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)

_LANE_GAUGES: Final = {
    "busy": "Tasks that workers are answering.",
    "aside": "Tasks that take long, and go on beside the others.",
    "ready": "Workers that could take a task.",
    "starting": "Workers that are being started.",
    "waiting": "Tasks that wait for a worker.",
}
_LANE_COUNTERS: Final = {
    "answered": "Tasks that workers have answered.",
    "refused": "Tasks that were not begun, since too many waited.",
    "zygotes": "Starts of the process from which workers are forked.",
}


class Metrics:
    """Counts requests as they end, and looks at everything else when it is asked."""

    def __init__(
        self, software: str, vitals: Callable[[], Vitals | None], dropped: Callable[[], int]
    ) -> None:
        """Begin at nothing; `dropped` tells how many lines of the log found no room."""
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "servanda_request_seconds",
            "Time until an answer was sent, by address and class of status.",
            ("route", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "servanda_verdicts",
            "Answers that are paid for from a budget, by the problem that they tell, or `ok`.",
            ("verdict",),
            registry=self._registry,
        )
        self._problems = Counter(
            "servanda_problems", "Answers that tell a problem, by it.", ("problem",), registry=self._registry
        )
        self.running = Gauge(
            "servanda_requests_running", "Requests that are being answered.", registry=self._registry
        )
        information = Gauge("servanda_info", "The software.", ("version",), registry=self._registry)
        information.labels(software).set(1)
        self._children: dict[tuple[str, str], Histogram] = {}
        self._registry.register(_Looking(vitals, dropped))
        ProcessCollector(registry=self._registry)

    def ended(self, known: Trace, status: int | None, seconds: float) -> None:
        """Count a request that has ended; None: whoever asked had gone before there was an answer."""
        label = "none" if status is None else f"{status // 100}xx"
        child = self._children.get((known.route, label))
        if child is None:
            child = self._children[known.route, label] = self._seconds.labels(known.route, label)
        child.observe(seconds)
        if known.verdict != "ok":
            self._problems.labels(known.verdict).inc()
        if known.charged is not None:
            self._verdicts.labels(known.verdict).inc()

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self._registry)


class _Looking(Collector):
    """Looks at the store and at the pool whenever somebody asks."""

    def __init__(self, vitals: Callable[[], Vitals | None], dropped: Callable[[], int]) -> None:
        """Name where to look."""
        self._vitals = vitals
        self._dropped = dropped

    def describe(self) -> list[Metric]:
        """Return nothing: registering must not look at the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield what is seen now."""
        lines = CounterMetricFamily("servanda_log_lines_dropped", "Lines of the log that found no room.")
        lines.add_metric((), self._dropped())
        yield lines
        held = self._vitals()
        ready = held is not None and held.unready() is None
        yield _gauge("servanda_ready", "Whether the store can answer.", ready)
        if held is None:
            return
        yield from _fresh(held.freshness())
        yield from _sizes(held.size())
        yield from _pool(held.pool())


def _fresh(found: Freshness | None) -> Iterator[Metric]:
    if found is None:
        return
    yield _gauge("servanda_journal_sequence", "The last change that the journal holds.", found.head)
    yield _gauge("servanda_store_sequence", "The last change that the store holds.", found.held)
    yield _gauge("servanda_checkpoint_sequence", "The change at which readers stand.", found.checkpoint)
    yield _gauge("servanda_checkpoint_behind", "Changes that readers lack.", found.head - found.checkpoint)
    yield _gauge("servanda_checkpoint_age_seconds", "Time since the newest checkpoint was made.", found.age)


def _sizes(found: Size | None) -> Iterator[Metric]:
    if found is None:
        return
    yield _gauge("servanda_store_bytes", "Size of the store's files.", found.store)
    yield _gauge("servanda_journal_bytes", "Size of the journal.", found.journal)
    yield _gauge("servanda_store_quads", "Quads in the store, counted every few minutes.", found.quads)
    yield _gauge("servanda_quarantine_open", "Refused documents that wait.", found.quarantine)


def _pool(found: Stats | None) -> Iterator[Metric]:
    if found is None:
        return
    yield _gauge("servanda_pool_sequence", "The change at which the workers stand.", found.sequence)
    yield _gauge("servanda_pool_sandboxed", "Whether all workers are locked in.", found.sandboxed)
    for name, words in _LANE_GAUGES.items():
        gauge = GaugeMetricFamily(f"servanda_pool_{name}", words, labels=("lane",))
        for lane, numbers in found.lanes.items():
            gauge.add_metric((lane,), getattr(numbers, name))
        yield gauge
    for name, words in _LANE_COUNTERS.items():
        counter = CounterMetricFamily(f"servanda_pool_{name}", words, labels=("lane",))
        for lane, numbers in found.lanes.items():
            counter.add_metric((lane,), getattr(numbers, name))
        yield counter
    kills = CounterMetricFamily(
        "servanda_pool_kills", "Workers that were ended or died, by the reason.", labels=("lane", "reason")
    )
    for lane, numbers in found.lanes.items():
        for reason, number in sorted(numbers.ended.items()):
            kills.add_metric((lane, reason), number)
    yield kills


def _gauge(name: str, words: str, value: float | None) -> Metric:
    """Return a gauge; one without a value if none is known."""
    gauge = GaugeMetricFamily(name, words)
    if value is not None:
        gauge.add_metric((), value)
    return gauge
