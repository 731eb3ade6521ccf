"""A disk that is full, at whatever point: a clear refusal, nothing lost, and it goes on with more room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.durability.checker import check
from tests.durability.harness import ROOT
from tests.durability.plan import Operation
from tests.durability.world import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.durability.harness import Children, Outcome

pytestmark = pytest.mark.slow

PLAN = (
    Operation("batch", tuple((name, 1) for name in ("first", "second", "denial"))),
    Operation("refuse", (("broken", 1),)),
    Operation("redact", name="denial"),
    Operation("reopen"),
    Operation("add", (("other", 1),)),
)
LIMITS = (64, 1_000, 10_000, 30_000, 60_000, 68_000, 85_000, 150_000, 300_000, 64_000_000)
"""The largest that a file may become, in bytes: before the store is opened, and once more after that."""
LEFT = (0, 2, 8, 16, 30, 60, 120, 250, 500, 8_000)
"""Kilobytes that are left free on the disk: before the store is opened, and once more after that."""
_DISK = 20 << 20


def test_no_file_may_grow_any_more(children: Children, template: Path, tmp_path: Path) -> None:
    ends: Counter[str] = Counter()
    for late in (False, True):
        for limit in LIMITS:
            store = shutil.copytree(template, tmp_path / f"{limit}-{late}" / "store")
            full = run(children, store, limit=limit, late=late)
            ends[goes_on(children, store, full)] += 1
    several(ends)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_the_disk_is_full(children: Children, template: Path, small: Path) -> None:
    ends: Counter[str] = Counter()
    ballast = small / "ballast"
    for late in (False, True):
        for left in LEFT:
            store = shutil.copytree(template, small / "disk" / "store")
            full = run(children, store, ballast=str(ballast), left=left << 10, late=late)
            ballast.unlink()
            ends[goes_on(children, store, full)] += 1
            shutil.rmtree(store)
    several(ends)


def test_the_command_line_says_so_and_ends_with_one(template: Path, small: Path, tmp_path: Path) -> None:
    store = shutil.copytree(template, small / "disk" / "store")
    (path,) = write(tmp_path, [("first", 1)])
    kept_free = ingest(path, store)
    assert kept_free.returncode == 1
    assert "32 MB that are kept free (SERVANDA_RESERVE); nothing was taken in" in kept_free.stderr
    with (small / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small).free)
    full = ingest(path, store, SERVANDA_RESERVE="0")
    assert full.returncode == 1
    assert "no room on the disk" in full.stderr
    assert "Traceback" not in full.stderr
    (small / "ballast").unlink()
    roomy = ingest(path, store, SERVANDA_RESERVE="0")
    assert (roomy.returncode, "added" in roomy.stdout) == (0, True)


def ingest(path: Path, store: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Take a document in by the command line."""
    return subprocess.run(
        [sys.executable, "-m", "kg", "ingest", str(path), "--store", str(store)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        check=False,
        capture_output=True,
        text=True,
    )


def several(ends: Counter[str]) -> None:
    """Check that it was full at 20 points, of several operations, and not everywhere."""
    print(f"\nfull: {dict(ends)}")  # noqa: T201
    assert sum(ends.values()) == 20
    assert 1 <= ends["done"] <= 10
    assert len(ends) > 2


def run(children: Children, store: Path, **job: Any) -> Outcome:
    """Do the plan to the store."""
    documents = store.parents[2] / "documents"
    said = [operation.as_json() for operation in PLAN]
    return children.run(store=str(store), documents=str(documents), plan=said, checkpoints=False, **job)


def goes_on(children: Children, store: Path, full: Outcome) -> str:
    """Check that all goes on once there is room, and nothing is lost; return where the first run ended."""
    assert full.raised in {"", "StorageFullError"}, f"{full.raised}: {full.why}"
    if full.raised:
        assert any(words in full.why for words in ("room", "space", "large")), full.why
    again = run(children, store)
    assert not again.raised, f"{again.raised}: {again.why}"
    assert again.done.keys() == {-1, *range(len(PLAN) + 1)}
    outcomes, redacting = again.done[0]["outcomes"], 1 in full.done
    assert 0 not in full.done or outcomes.count("unchanged") >= (2 if redacting else 3)
    assert outcomes.count("refused") <= redacting
    found = check(store, full.acknowledged | again.acknowledged)
    assert not found.problems, found.problems
    return f"in {len(full.done) - 1}" if full.raised else "done"
