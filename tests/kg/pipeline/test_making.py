"""Making a store again: what was made before or cut short is completed; what is not ours is left alone."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kg.journal import JournalReader
from kg.pipeline import build_demo, open_graph, redact, retract
from kg.pipeline.upkeep.verify import verify
from kg.settings import DEFAULT_BASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.store import OxigraphStore

SEED = "seed-syunik-highway-2021"
ANSWER = "Which terms of which agreement were allegedly violated?"
KILLS = 6


def servanda(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments], capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
def test_a_demonstration_killed_anywhere_goes_on_and_is_the_same(
    tmp_path: Path, demonstration: Callable[..., Path], content: Callable[[OxigraphStore], list[bytes]]
) -> None:
    begun = time.monotonic()
    whole = servanda("demo", "--store", str(tmp_path / "whole"))
    seconds = time.monotonic() - begun
    assert whole.returncode == 0, whole.stderr
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    killed = 0
    for part in range(KILLS):
        place = tmp_path / ("again" if part % 2 else f"anew-{part}")
        command = [sys.executable, "-m", "api", "demo", "--store", str(place)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds * (part + chance.random()) / KILLS)
        process.kill()
        killed += process.wait() != 0
        if part % 2 == 0 or part == KILLS - 1:
            done = servanda("demo", "--store", str(place))
            assert (done.returncode, done.stdout) == (0, whole.stdout), done.stderr
            assert verify(place).sound
            with (
                open_graph(demonstration(tmp_path / f"expected-{part}")) as expected,
                open_graph(place) as made,
            ):
                assert content(made.store) == content(expected.store)
    assert killed


@pytest.mark.slow
@pytest.mark.parametrize("command", ["demo", "init"])
def test_made_again_it_is_unchanged(tmp_path: Path, command: str) -> None:
    place = tmp_path / "store"
    first = servanda(command, "--store", str(place))
    head = JournalReader(place / "journal").head
    again = servanda(command, "--store", str(place))
    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert JournalReader(place / "journal").head == head
    if command == "demo":
        assert again.stdout == first.stdout
        assert again.stdout.startswith(ANSWER)
    else:
        assert "already" in again.stdout + again.stderr


def test_what_was_changed_since_stays_as_it_is(tmp_path: Path, demonstration: Callable[..., Path]) -> None:
    place = demonstration(tmp_path / "store")
    with open_graph(place) as opened:
        retract(opened, "report", SEED, "An error.", agent="Somebody")
        redact(opened, "report", SEED, "An order.", agent="Somebody")
    head = JournalReader(place / "journal").head
    build_demo(place, DEFAULT_BASE).close()
    assert JournalReader(place / "journal").head == head


def test_an_empty_store_becomes_a_demonstration(tmp_path: Path) -> None:
    place = str(tmp_path / "store")
    assert servanda("init", "--no-reference", "--store", place).returncode == 0
    done = servanda("demo", "--store", place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(ANSWER)


@pytest.mark.parametrize("command", [["demo"], ["init"], ["init", "--write-policy", "unvalidated"]])
def test_what_is_somebody_elses_is_refused_and_left(tmp_path: Path, command: list[str]) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / "oxigraph").mkdir()
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    done = servanda(*command, "--store", str(place))
    assert done.returncode != 0
    assert "not an empty folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in place.iterdir()) == ["notes.txt", "oxigraph"]


def test_a_journal_with_entries_is_never_taken_for_a_beginning(
    tmp_path: Path, demonstration: Callable[..., Path]
) -> None:
    place = demonstration(tmp_path / "store")
    for path in place.iterdir():
        if path.name not in {"journal", "oxigraph"}:
            path.rename(tmp_path / path.name)
    (place / "making").touch()
    head = JournalReader(place / "journal").head
    done = servanda("demo", "--store", str(place))
    assert "not an empty folder" in done.stderr
    assert JournalReader(place / "journal").head == head


def test_a_store_of_another_base_or_policy_is_refused_in_words(
    tmp_path: Path, demonstration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(demonstration(tmp_path / "store"))
    monkeypatch.setenv("SERVANDA_BASE", "https://example.org/kg/")
    assert "SERVANDA_BASE" in servanda("demo", "--store", place).stderr
    assert servanda("init", "--store", place).returncode != 0
    monkeypatch.delenv("SERVANDA_BASE")
    plain = str(tmp_path / "plain")
    assert servanda("init", "--store", plain, "--write-policy", "unvalidated").returncode == 0
    assert servanda("init", "--store", plain, "--write-policy", "unvalidated").returncode == 0
    assert "write policy 'unvalidated'" in servanda("demo", "--store", plain).stderr


def test_while_a_server_holds_it_the_demonstration_answers(
    tmp_path: Path, demonstration: Callable[..., Path], serving: Callable[..., object]
) -> None:
    place = demonstration(tmp_path / "store")
    with serving(place):  # type: ignore[attr-defined]
        done = servanda("demo", "--store", str(place))
        assert (done.returncode, done.stdout[: len(ANSWER)]) == (0, ANSWER), done.stderr
        more = servanda("demo", "--accounts", "--store", str(place))
        assert "held by servanda serve" in more.stderr


def test_two_that_make_one_at_once_end_with_one_whole(tmp_path: Path) -> None:
    place = str(tmp_path / "store")
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: servanda("demo", "--store", place), range(2)))
    assert any(one.returncode == 0 for one in both), [one.stderr for one in both]
    for one in both:
        assert one.returncode == 0 or "held by" in one.stderr, one.stderr
    assert servanda("demo", "--store", place).stdout.startswith(ANSWER)
