"""A server listens while its store is being opened, and ends well while it answers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.pipeline import initialise, open_graph, read_graph
from kg.pipeline.owner import Hold
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SLOW = (
    "SELECT (COUNT(*) AS ?c) { { SELECT ?a { ?a ?p ?o } LIMIT 600 } { SELECT ?b { ?b ?q ?r } LIMIT 600 } "
    "FILTER(STRLEN(STR(?a)) != STRLEN(STR(?b)) + 100000) }"
)
PATIENT = (
    f"from kg.pipeline.owner import Hold; Hold.__init__.__defaults__ = (None, {LATE}); "
    "from api.cli import main; main()"
)
ENDLESS = "SELECT (COUNT(*) AS ?c) { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    initialise(tmp_path / "store", "https://example.org/kg/", reference=False).close()
    return tmp_path / "store"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def starting(small: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Give the address and the process of a server that has just been started."""
    with begun(small, port, "-m", "api") as server:
        yield server


@pytest.fixture
def patient(small: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Give one that waits for whoever holds the store as long as a busy machine may take to ask it."""
    with begun(small, port, "-c", PATIENT) as server:
        yield server


@contextmanager
def begun(small: Path, port: int, *program: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, *program, "serve", "--store", str(small), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate(timeout=20)


def until_it_listens(url: str) -> None:
    for _ in range(600):
        try:
            assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the server does not listen")


def test_it_tells_what_it_does_until_it_can_answer(
    patient: tuple[str, subprocess.Popen[str]], small: Path
) -> None:
    url, process = patient
    hold = Hold(small, "test")  # taken before the server comes to it
    try:
        until_it_listens(url)
        answer = httpx.get(f"{url}/readyz")
        assert answer.status_code == 503
        assert answer.json()["ready"] is False
        assert answer.json()["step"] in {"starting", "waiting for whoever holds the store"}
        refused = httpx.get(f"{url}/api/v1/claims")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["type"].endswith("/starting")
        shown = httpx.get(f"{url}/", headers={"accept": "text/html, */*;q=0.8"})
        assert (shown.status_code, shown.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert '<meta http-equiv="refresh" content="2">' in shown.text
    finally:
        hold.release()
    steps = set()
    until = time.monotonic() + 2 * LATE
    while time.monotonic() < until:
        answer = httpx.get(f"{url}/readyz")
        if answer.status_code == 200:
            break
        steps.add(answer.json()["step"])
        time.sleep(0.01)
    assert answer.json()["ready"] is True
    assert steps
    assert process.stdout is not None
    assert process.stdout.readline() == f"Servanda serves {url}\n"
    assert httpx.get(f"{url}/api/v1/claims").status_code == 200


def test_it_ends_with_the_reason_where_the_store_cannot_be_opened(
    starting: tuple[str, subprocess.Popen[str]], small: Path
) -> None:
    hold = Hold(small, "test")
    try:
        said, log = starting[1].communicate(timeout=60)
    finally:
        hold.release()
    assert starting[1].returncode == 1
    assert said == ""
    assert "held by servanda test" in log
    assert "Traceback" not in log


def ask(url: str, query: str, answers: list[httpx.Response | Exception]) -> threading.Thread:
    """Put a query on a thread of its own, which keeps the answer; return it once the query is running."""

    def run() -> None:
        try:
            answers.append(httpx.get(f"{url}/sparql", params={"query": query}, timeout=60))
        except httpx.TransportError as error:
            answers.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while "servanda_requests_running 2.0" not in httpx.get(f"{url}/metrics").text:
        assert thread.is_alive()
    return thread


def test_what_is_being_answered_when_it_is_told_to_end_is_answered(serving: Serving, small: Path) -> None:
    answers: list[httpx.Response | Exception] = []
    with serving(small) as (url, process):
        thread = ask(url, SLOW, answers)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.4)
        assert thread.is_alive(), "the query was not slow enough to say anything"
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/healthz")
        assert process.wait(timeout=30) == 0
        thread.join()
    [answer] = answers
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 200
    with open_graph(small) as opened, read_graph(small) as reading:  # it was closed as it should be
        assert reading.sequence == opened.sequence


def test_a_second_signal_ends_it_at_once(serving: Serving, small: Path) -> None:
    answers: list[httpx.Response | Exception] = []
    with serving(small) as (url, process):
        thread = ask(url, ENDLESS, answers)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LATE) == 128 + signal.SIGTERM
        assert time.monotonic() - begun < LATE
        thread.join()
    assert isinstance(answers[0], Exception)
    with open_graph(small):
        pass


def test_what_does_not_end_in_time_does_not_keep_it(serving: Serving, small: Path) -> None:
    answers: list[httpx.Response | Exception] = []
    with serving(small) as (url, process):
        thread = ask(url, ENDLESS, answers)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - begun < 15 + LATE
        thread.join()
    with open_graph(small):
        pass
