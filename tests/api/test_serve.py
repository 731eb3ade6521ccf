"""The command `serve`: starts, says where, ends well, and refuses what it must."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from api.operations.exposure import ServeError, loopback
from kg.pipeline import initialise

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

HERE = ("127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost", "LOCALHOST", "0:0:0:0:0:0:0:1")
ELSEWHERE = (
    "0.0.0.0",  # noqa: S104
    "::",
    "192.168.1.1",
    "10.0.0.1",
    "example.org",
    "",
    "127.0.0.1.example.org",
    "2130706433",
    "localhost.",
)


def refused(folder: Path, *options: str) -> str:
    """Run the command to its end; return what it says on standard error."""
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    initialise(tmp_path / "store", "https://example.org/kg/", reference=False).close()
    return tmp_path / "store"


@pytest.mark.parametrize("host", HERE)
def test_names_of_this_machine_are_taken(host: str) -> None:
    assert loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_any_other_host_is_refused(host: str) -> None:
    with pytest.raises(ServeError, match=r"127\.0\.0\.1"):
        loopback(host)


def test_the_command_refuses_another_host(empty: Path) -> None:
    assert "not an address of this machine alone" in refused(empty, "--host", "0.0.0.0")  # noqa: S104


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no store in" in refused(tmp_path / "nothing", "--port", "0")


def test_a_port_in_use_is_told(empty: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "cannot listen" in refused(empty, "--port", str(taken.getsockname()[1]))


def test_a_store_that_another_process_holds_is_told(serving: Serving, empty: Path) -> None:
    with serving(empty):
        assert "held by servanda serve" in refused(empty, "--port", "0")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(serving: Serving, empty: Path, number: signal.Signals) -> None:
    with serving(empty) as (url, process):
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        lines = [json.loads(line) for line in said.splitlines()]
        assert [line["event"] for line in lines][-2:] == ["stopping", "stopped"]
        assert {line["level"] for line in lines} == {"info"}
    with serving(empty) as (url, _):
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_a_store_without_documents_is_served_too(serving: Serving, empty: Path) -> None:
    with serving(empty) as (url, _):
        index = httpx.get(url).json()
        assert index["base"] == "https://example.org/kg/"
        assert index["ontology"]
        assert httpx.get(f"{url}/api/v1/alleged-violations?count=true").json() == {
            "items": [],
            "next": None,
            "counts": {
                "alleged": 0,
                "candidates": 0,
                "candidates_alleged_without_term": 0,
                "not_assessed": 0,
            },
            "hidden": 0,
        }


@pytest.mark.skipif(not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"), reason="no IPv6 here")  # noqa: PTH110
def test_it_listens_on_the_other_loopback_address(serving: Serving, empty: Path) -> None:
    with serving(empty, "--host", "::1") as (url, _):
        assert url.startswith("http://[::1]:")
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_small_answers_are_sent_at_once(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        spent = []
        for _ in range(20):
            start = time.monotonic()
            client.get("/healthz")
            spent.append(time.monotonic() - start)
    assert min(spent[1:]) < 0.03
