"""A process that dies is reported as what it died of: in the error, the numbers, the log, the exit code."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from kg.cli.app import EXIT_CODES
from kg.errors import QueryDiedError, QueryMemoryError, ServandaError
from kg.pipeline import initialise
from kg.query.pool import Lane, Limits, Pool, Query, alone
from tests.kg.query.dying import WAYS
from tests.pace import LATE
from tests.processes import descendants, working

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE = "tests.kg.query.dying"
ROOT = Path(__file__).parents[3]
LIMITS = Limits(seconds=30, memory=256 * 2**20)
DEATHS = {
    "panic": ("query-panic", "panic"),
    "abort": ("query-abort", "abort"),
    "stack": ("query-stack", "stack"),
    "crash": ("query-crash", "crash"),
    "leave": ("query-crash", "crash"),
    "native memory": ("query-memory", "memory"),
    "memory": ("query-memory", "memory"),
}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@dataclass(frozen=True)
class Dying:
    """A task that dies in a way."""

    lane: ClassVar = MODULE
    media_type: ClassVar = "text/plain"
    way: str

    def frame(self, _: Limits) -> tuple[dict[str, object], bytes]:
        """Return what the worker is told."""
        return {}, self.way.encode()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dying")
    with initialise(folder / "store", reference=False) as made:
        made.store.checkpoint(folder / "checkpoint")
    return folder


@pytest.fixture(scope="module")
def pool(store: Path) -> Iterator[Pool]:
    lanes = {
        MODULE: Lane(workers=1, spares=0, limits=LIMITS),
        "query": Lane(workers=1, spares=1, limits=LIMITS),
    }
    with Pool(store / "checkpoint", 1, lanes=lanes) as opened:
        yield opened


def kind(error: BaseException) -> str:
    assert isinstance(error, QueryDiedError | QueryMemoryError)
    return error.kind


@pytest.mark.parametrize("way", DEATHS)
def test_a_worker_is_reported_as_what_it_died_of(
    way: str, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    name, reason = DEATHS[way]
    before = pool.stats().lanes[MODULE].ended.get(reason, 0)
    with caplog.at_level(logging.WARNING, "kg.query.pool.pool"), pytest.raises(ServandaError) as raised:
        pool.answer(Dying(way))
    assert kind(raised.value) == name
    assert pool.stats().lanes[MODULE].ended[reason] == before + 1
    if way != "memory":  # it could still tell itself
        assert f"died: {reason}" in caplog.text


@pytest.mark.parametrize("way", DEATHS)
def test_what_is_asked_once_is_reported_as_what_it_died_of(way: str) -> None:
    def work(within: Any) -> bytes:
        within.begin()
        WAYS[way]()
        return b"alive"

    with pytest.raises(ServandaError) as raised:
        alone(work, LIMITS, nullcontext(lambda _done, _total: None))
    assert kind(raised.value) == DEATHS[way][0]


def test_an_error_of_the_work_is_raised_as_it_is() -> None:
    def work(_: Any) -> bytes:
        raise QueryDiedError("query-panic", "in these words")

    with pytest.raises(QueryDiedError, match="in these words") as raised:
        alone(work, LIMITS, nullcontext(lambda _done, _total: None))
    assert raised.value.kind == "query-panic"


@contextmanager
def killing(number: signal.Signals) -> Iterator[None]:
    """Send a signal again and again to all workers for queries that this process has."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.2):
            for one in descendants(os.getpid()):
                with suppress(OSError):
                    named = b"pool.zygote\0query\0" in Path(f"/proc/{one}/cmdline").read_bytes()
                    if named and not descendants(one):
                        os.kill(one, number)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_worker_that_is_killed_each_time_is_told_as_killed(pool: Pool) -> None:
    with killing(signal.SIGKILL), pytest.raises(QueryDiedError) as raised:
        pool.answer(Query(ENDLESS, "text/csv"))
    assert raised.value.kind == "query-killed"
    assert pool.stats().lanes["query"].ended["lost"] >= 3


@contextmanager
def asked(store: Path, query: str, *options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Give `servanda query` on its way, which has been given its query."""
    environment = {**os.environ, **{f"SERVANDA_QUERY_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "kg", "query", "-", "--store", str(store / "store"), *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as going:
        assert going.stdin is not None
        going.stdin.write(query)
        going.stdin.close()
        going.stdin = None
        try:
            yield going
        finally:
            going.kill()


DOUBLING = "".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(30))
MEMORY = f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('0123456789' AS ?x0) {DOUBLING} }}"
LARGE = "SELECT * { ?a ?b ?c1 . ?d ?e ?f }"


@pytest.mark.parametrize(
    ("query", "settings", "name"),
    [
        (ENDLESS, {"TIMEOUT": "1"}, "query-timeout"),
        (MEMORY, {"MEMORY": "128"}, "query-memory"),
        (LARGE, {"BYTES": "1"}, "result-too-large"),
    ],
)
def test_a_command_ends_with_the_code_of_the_limit(
    store: Path, query: str, settings: dict[str, str], name: str
) -> None:
    with asked(store, query, **{"TIMEOUT": "60", **settings}) as going:
        said, complaint = going.communicate(timeout=120)
    assert (going.returncode, said) == (EXIT_CODES[name], "")
    assert complaint.startswith("servanda: ")
    assert complaint.endswith(f"({name})\n")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (signal.SIGABRT, "query-abort"),
        (signal.SIGSEGV, "query-crash"),
        (signal.SIGKILL, "query-killed"),
    ],
)
def test_a_command_ends_with_the_code_of_what_its_query_died_of(
    store: Path, number: signal.Signals, name: str
) -> None:
    with asked(store, ENDLESS, "--timeout", "0") as going:
        os.kill(working([going.pid]), number)
        said, complaint = going.communicate(timeout=60)
    assert (going.returncode, said) == (EXIT_CODES[name], "")
    assert complaint.endswith(f"({name})\n")


@pytest.mark.parametrize("way", ["panic", "stack"])
def test_a_command_outlives_what_ends_the_engine(way: str) -> None:
    code = (
        "from kg.cli.app import app, run\n"
        "from kg.cli.asking import aside, limits\n"
        "from tests.kg.query.dying import WAYS\n"
        "@app.command()\n"
        f"def die() -> None: aside(lambda within: WAYS[{way!r}](), limits('query', None), 'time')\n"
        "run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "die"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    name = DEATHS[way][0]
    assert done.returncode == EXIT_CODES[name], done.stderr
    assert done.stderr.endswith(f"({name})\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_a_command_that_is_ended_goes_on(store: Path, number: signal.Signals) -> None:
    with asked(store, ENDLESS, "--timeout", "0") as going:
        child = working([going.pid])
        begun = time.monotonic()
        going.send_signal(number)
        said, complaint = going.communicate(timeout=60)
        assert time.monotonic() - begun < LATE
    assert said == ""
    assert going.returncode == (130 if number is signal.SIGINT else -number)
    assert complaint == ""
    until = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()


def test_an_interruption_while_the_process_is_forked_is_heeded() -> None:
    code = (
        "import os, signal, time\n"
        "from contextlib import nullcontext\n"
        "from kg.query.pool import Limits, alone\n"
        "os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "limits = Limits(seconds=600, memory=2**28)\n"
        "alone(lambda _: time.sleep(600), limits, nullcontext(lambda *_: None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LATE
    )
    assert done.stderr.endswith("KeyboardInterrupt\n")
    assert done.returncode == -signal.SIGINT


@pytest.mark.parametrize("module", ["kg", "api"])
@pytest.mark.parametrize("after", [0.1, 0.4, 0.9])
def test_an_interruption_at_the_very_beginning_ends_a_command_without_a_word(
    module: str, after: float, tmp_path: Path
) -> None:
    code = (
        "import runpy, signal, sys, threading\n"
        "main = threading.main_thread().ident\n"
        f"threading.Timer({after}, signal.pthread_kill, (main, signal.SIGINT)).start()\n"
        f"sys.argv = ['servanda', 'init', '--store', {str(tmp_path / 'store')!r}]\n"
        f"runpy.run_module({module!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LATE
    )
    assert done.returncode in {-signal.SIGINT, 130}
    assert "Traceback" not in done.stderr
