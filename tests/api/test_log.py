"""The log says what happened to each request, and never what was asked, by whom, or with which key."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.operations.logs import Log, json_line, said_of, text_line
from api.operations.settings import LogFormat
from kg.keys import Keys, Scope
from kg.pipeline import initialise

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

CANARY = "c4n4ry"
ADDRESS = "198.51.100.77"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    initialise(tmp_path / "store", "https://example.org/kg/", reference=False).close()
    return tmp_path / "store"


def record(message: str, *, error: BaseException | None = None, **fields: object) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    made = logging.LogRecord("servanda", logging.ERROR, "x.py", 1, message, (), info)
    if fields:
        made.fields = fields
    return made


def failure() -> LookupError:
    """Return an error that quotes what was asked, raised from another that does."""
    try:
        fail()
    except LookupError as error:
        return error
    raise AssertionError


def fail() -> None:
    try:
        int(CANARY)
    except ValueError as cause:
        raise LookupError(f"no {CANARY} here") from cause


def test_of_an_exception_the_types_and_places_are_logged_and_no_word() -> None:
    line = json_line(said_of(record("a request failed", error=failure())))
    said = json.loads(line)
    assert CANARY not in line
    assert said["error"] == "LookupError from ValueError"
    assert re.fullmatch(r"\S+:\d+ fail", said["places"][-1])
    assert (said["level"], said["event"]) == ("error", "a request failed")
    text = text_line(said_of(record("a request failed", error=failure())))
    assert CANARY not in text
    assert "error: a request failed LookupError from ValueError" in text
    assert text.count("\n") == 3


def test_a_line_is_a_line_whatever_is_told() -> None:
    said = json_line(said_of(record("two\nlines \udcff", id="a\nb", nothing=None)))
    assert said.count("\n") == 1
    assert json.loads(said)["id"] == "a\nb"
    assert "nothing" not in json.loads(said)


def test_a_reader_that_has_stopped_makes_nobody_wait() -> None:
    reading, writing = os.pipe()
    log = Log(LogFormat.TEXT, writing)
    for number in range(20_000):
        log.emit(record(f"{number} " + "x" * 100))
    assert log.dropped > 5_000
    closing = threading.Thread(target=log.close)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    os.close(reading)
    log.close()
    os.close(writing)


def test_trouble_of_one_kind_is_told_once_a_second_with_a_count() -> None:
    reading, writing = os.pipe()
    log = Log(LogFormat.JSON, writing)
    for number in range(5000):
        log.emit(record("it is the same again"))
        if number % 1000 == 0:
            log.emit(record(f"another {number}"))
    log.close()
    os.close(writing)
    with os.fdopen(reading) as written:
        lines = [json.loads(line) for line in written]
    same = [line for line in lines if line["event"] == "it is the same again"]
    assert [line.get("times") for line in same[:1]] == [None]
    assert 1 + sum(line["times"] for line in same[1:]) == 5000
    assert len(same) <= 3
    assert len(lines) - len(same) == 5


def test_a_reader_that_has_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    log = Log(LogFormat.JSON, writing)
    log.emit(record("x"))
    log.close()
    assert log.dropped == 1
    os.close(writing)


FAULTY = textwrap.dedent(
    f"""
    import threading, warnings
    from kg.query import questions
    from api.cli import main

    def find(name):
        warnings.warn("beware")
        def fail():
            raise OSError("{CANARY} in a thread")
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        raise ValueError(f"no question {{name}}")

    questions.find = find
    main()
    """
)
"""A server in which a question fails, and tells what was asked while it does."""


ENDLESS = f"SELECT (COUNT(*) AS ?c) {{ ?a ?b ?{CANARY} . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }}"
"""What a worker is ended for: for its time, or for its memory where it is sorted."""


def exercise(url: str, token: str) -> list[httpx.Response]:
    """Ask for all kinds of things, each with something that must not be found in the log."""
    key = {"authorization": f"Bearer {token}"}
    query = f"SELECT ?{CANARY} {{ ?{CANARY} ?p '{CANARY}' }} LIMIT 1"
    plain = {"content-type": "application/sparql-query"}
    with httpx.Client(base_url=url, timeout=60, headers={"x-forwarded-for": ADDRESS}) as http:
        answers = [
            http.get("/sparql", params={"query": query}),
            http.get("/sparql", params={"query": query}, headers=key),
            http.post("/sparql", data={"query": query}),
            http.post("/sparql", content=query, headers=plain),
            http.post("/sparql", content=f"SELECT {CANARY}", headers=plain),
            http.post("/sparql", content=f"ASK {{ SERVICE <urn:{CANARY}> {{}} }}", headers=plain),
            http.post("/sparql", content=f"ASK {{ FILTER(<urn:{CANARY}>(1)) }}", headers=plain),
            http.post("/sparql", content=ENDLESS, headers=plain),
            http.post("/sparql", content=f"SELECT * {ENDLESS[24:]} ORDER BY RAND()", headers=plain),
            http.post("/sparql", content=query, headers={**plain, "content-encoding": CANARY}),
            http.post("/sparql", content=f"#{CANARY}" * 30_000, headers=plain),
            http.get("/api/v1/key", headers=key),
            http.get("/api/v1/key", headers={"authorization": f"Bearer {token}{CANARY}"}),
            http.get("/api/v1/key", params={"key": token}),
            http.get(f"/api/v1/claims/{CANARY}"),
            http.get(f"/{CANARY}/{token}"),
            http.get("/healthz", headers={"x-request-id": token}),
            http.get(
                "/healthz", headers={"host": CANARY, "user-agent": CANARY, "referer": f"http://{CANARY}/"}
            ),
            http.request(CANARY.upper(), f"/{CANARY}"),
            http.get(f"/api/v1/questions/{CANARY}", params={"report": CANARY}),
        ]
    place = urlsplit(url)
    for sent in (
        f"GET /{CANARY}\r\n\r\n",
        f"{CANARY}\r\n\r\n",
        f"GET /sparql?query={CANARY} HTTP/1.1\r\n{CANARY}",
    ):
        with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
            connection.sendall(sent.encode())
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)
    return answers


@pytest.fixture(scope="module", params=["json", "text"])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, list[httpx.Response], str]:
    """Give how it was written, all that a server wrote, what it answered, and the key that was used."""
    small = tmp_path_factory.mktemp("log") / "store"
    initialise(small, "https://example.org/kg/", reference=False).close()
    token = Keys(small).make("Desk", Scope.READ)[1]
    process = subprocess.Popen(
        [
            sys.executable, "-c", FAULTY, "serve", "--store", str(small), "--port", "0",
            "--log-format", request.param,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "SERVANDA_PROXY": "127.0.0.1",
            "SERVANDA_LOG_CLIENTS": "hash",
            "SERVANDA_QUERY_TIMEOUT": "3",
            "SERVANDA_QUERY_MEMORY": "128",
        },
    )  # fmt: skip
    assert process.stdout is not None
    ready = process.stdout.readline()
    answers = exercise(ready.split()[-1], token)
    process.send_signal(signal.SIGTERM)
    said, log = process.communicate(timeout=30)
    assert process.returncode == 0
    return request.param, ready + said + log, answers, token


def test_nothing_of_what_was_asked_is_in_what_a_server_writes(
    told: tuple[str, str, list[httpx.Response], str],
) -> None:
    form, written, answers, token = told
    assert sorted({answer.status_code for answer in answers}) == [
        200, 400, 401, 404, 405, 413, 415, 421, 500, 503, 504,
    ]  # fmt: skip
    for secret in (CANARY, CANARY.upper(), token, token.split("_", 2)[2], ADDRESS, "Traceback"):
        assert secret not in written, written
    if form == "json":
        return
    lines = written.splitlines()
    assert any(
        re.fullmatch(r"\d\d:\d\d:\d\d GET /sparql 200 [\d.]+ ms \d+ bytes ok \w+", line) for line in lines
    )
    assert any("error: a request failed ValueError" in line for line in lines)


def test_each_request_has_a_line_that_says_how_it_went(
    told: tuple[str, str, list[httpx.Response], str],
) -> None:
    form, written, answers, token = told
    if form != "json":
        pytest.skip("of the lines that programs read")
    lines: list[dict[str, Any]] = [json.loads(line) for line in written.splitlines()[1:]]
    requests = {line["id"]: line for line in lines if line["event"] == "request"}
    for answer in answers:
        line = requests[answer.headers["x-request-id"]]
        assert line["status"] == answer.status_code
        assert line["bytes"] == len(answer.content)
        assert line["ms"] >= 0
        problem = str(answer.json()["type"]).rpartition("/")[2] if answer.status_code >= 400 else "ok"
        assert line["verdict"] == problem
        assert re.fullmatch(r"[0-9a-f]{16}", line["client"])
    assert len({line["client"] for line in requests.values() if line["verdict"] == "ok"}) == 1
    routes = {line["route"] for line in requests.values()}
    assert {"/sparql", "/api/v1/claims/{id}", "/api/v1/questions/{name}", "unmatched"} <= routes
    assert {line["method"] for line in requests.values()} == {"GET", "POST", "other"}
    [with_key] = [
        line for line in requests.values() if line["route"] == "/api/v1/key" and line["status"] == 200
    ]
    assert (with_key["key"], with_key["scope"]) == (token.split("_")[1], "read")
    unread = [line for line in requests.values() if line["method"] == "other" and line["status"] == 400]
    assert {(line["verdict"], line["route"]) for line in unread} == {("bad-request", "unmatched")}
    assert not any("client" in line for line in unread)
    failed = [line for line in lines if line["event"] == "a request failed"]
    assert [line["error"] for line in failed] == ["ValueError"]
    assert failed[0]["id"] == answers[-1].headers["x-request-id"]
    assert failed[0]["route"] == "/api/v1/questions/{name}"
    assert any(place.endswith(" find") for place in failed[0]["places"])
    events = [line["event"] for line in lines]
    assert events[0] == "starting"
    assert events[-2:] == ["stopping", "stopped"]
    assert {"ready", "making a checkpoint"} <= set(events)


def test_addresses_are_not_even_hashed_unless_that_is_wanted(serving: Serving, small: Path) -> None:
    with serving(small, SERVANDA_LOG_FORMAT="json") as (url, process):
        httpx.get(f"{url}/healthz")
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=20)
    lines = [json.loads(line) for line in written.splitlines()]
    [line] = [line for line in lines if line["event"] == "request"]
    assert set(line) == {
        "time",
        "level",
        "event",
        "id",
        "method",
        "route",
        "status",
        "ms",
        "bytes",
        "verdict",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_server_whose_log_nobody_reads_goes_on(serving: Serving, small: Path) -> None:
    with serving(small) as (url, process), httpx.Client(base_url=url) as http:
        name = "x" * 64
        for _ in range(600):  # half as much again as a pipe takes
            assert http.get("/healthz", headers={"x-request-id": name}).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
