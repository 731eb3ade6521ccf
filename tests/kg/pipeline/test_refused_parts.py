"""What the system refuses of a store is told by its name with what to do, and never answered with a repair.

The commands run as who owns the files and may not pass over their modes, as the administrator may.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg.errors import StorageFullError, StoreRefusedError
from kg.refusals import of_a_file, of_the_system, refusal
from kg.store import create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_DROP, _PASSES = 24, (1, 2)
"""To take a capability from a process and all that it begins (prctl): those to pass over modes."""
PARTS = {
    "the stamp": "servanda.json",
    "the secret": "secret.key",
    "the lock": "lock",
    "the journal": "journal",
    "a segment": "journal/0*.jsonl",
    "the engine's folder": "oxigraph",
    "the engine's pointer": "oxigraph/CURRENT",
    "the engine's list": "oxigraph/MANIFEST-*",
    "the engine's tables": "oxigraph/*.sst",
    "the engine's lock": "oxigraph/LOCK",
    "the engine's log": "oxigraph/LOG",
    "checkpoints": "checkpoints",
    "a checkpoint's seal": "checkpoints/*/sealed.json",
    "a checkpoint's pointer": "checkpoints/*/CURRENT",
    "a checkpoint's tables": "checkpoints/*/*.sst",
}
COMMANDS = {
    "ask": ("ask", "01"),
    "verify": ("verify", "--quick"),
    "retract": ("retract", "report/seed-syunik-highway-2021", "--reason", "twice"),
    "stats": ("stats",),
}


def without_passing() -> None:
    """Let the process that is begun pass over no modes, as nobody but the administrator does."""
    for capability in _PASSES:
        ctypes.CDLL(None).prctl(_DROP, capability, 0, 0, 0)


def servanda(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments, "--store", str(store)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=without_passing,
    )


@pytest.fixture(scope="module")
def whole(demonstration: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("refused") / "store")


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Iterator[Path]:
    copied = tmp_path / "copied"
    shutil.copytree(whole, copied)
    yield copied
    subprocess.run(["chmod", "-R", "u+rwX", str(copied)], check=True)


def refuse(store: Path, part: str, mode: int) -> list[str]:
    found = sorted(store.glob(part)) if part else [store]
    assert found, part
    for path in found:
        path.chmod(mode)
    return [str(path) for path in found]


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are those of Linux")
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read_is_named(store: Path, part: str, command: str) -> None:
    names = refuse(store, PARTS[part], 0)
    done = servanda(store, *COMMANDS[command])
    assert "rebuild" not in said(done), said(done)
    assert "Traceback" not in said(done), said(done)
    if done.returncode == 0:
        return
    assert done.returncode == 1
    assert any(name in said(done) for name in names), said(done)
    assert "chown, chmod" in said(done), said(done)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are those of Linux")
@pytest.mark.parametrize("part", ["", "journal/0*.jsonl", "oxigraph", "checkpoints", "lock"])
def test_what_cannot_be_written_is_named_and_the_doctor_says_so(store: Path, part: str) -> None:
    names = refuse(store, part, 0o500 if (store / part).is_dir() else 0o400)
    done = servanda(store, *COMMANDS["retract"])
    assert "rebuild" not in said(done), said(done)
    assert "Traceback" not in said(done), said(done)
    assert any(name in said(done) for name in names), said(done)
    assert "chown, chmod" in said(done), said(done)
    doctor = servanda(store, "doctor")
    assert doctor.returncode == 1, doctor.stdout
    assert any(f"rights      {name}" in doctor.stdout for name in names), doctor.stdout
    assert "→ let whoever runs servanda read and write it" in doctor.stdout


def test_a_store_of_which_nothing_may_be_written_can_be_asked(store: Path) -> None:
    for path in (*store.rglob("*"), store):
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = servanda(store, "ask", "01")
    assert (done.returncode, done.stderr) == (0, ""), said(done)


def test_one_that_must_be_brought_up_to_date_first_names_what_it_may_not_write(store: Path) -> None:
    shutil.rmtree(store / "checkpoints")
    for path in (*store.rglob("*"), store):
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = servanda(store, "ask", "01")
    assert done.returncode == 1
    assert done.stderr == (
        f"servanda: {store}/lock: you are not allowed to open or write it; "
        "let whoever runs servanda read and write it (chown, chmod)\n"
    )


@pytest.mark.parametrize("place", ["/srv/store", ".servanda", "/srv/a: b/store", "/srv/while it: lasts/s"])
@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "chown, chmod"),
        (errno.EPERM, "lsattr"),
        (errno.EROFS, "mount that disk"),
        (errno.EIO, "copy what can be read of it"),
        (errno.ESTALE, "mount that disk again"),
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EFBIG, "make room"),
    ],
)
def test_what_the_engine_says_is_told_with_the_file(place: str, number: int, advice: str) -> None:
    file = f"{place}/oxigraph/000064.log"
    for words in ("While open a file for appending", "While appending to file", "while open a file for lock"):
        error = refusal("the store", OSError(f"IO error: {words}: {file}: {os.strerror(number)}"))
        assert error is not None
        assert file in str(error)
        assert advice in str(error)
        assert "rebuild" not in str(error)
        assert isinstance(error, StorageFullError if advice == "make room" else StoreRefusedError)
    assert f"{file}: " in of_the_system(OSError(number, os.strerror(number), file))


def asked(path: Path, *said: str, mode: str = "rw") -> sqlite3.Error:
    """Return what SQLite says of a file when it is asked to do something."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True)) as held:
            for one in said:
                held.execute(one)
    except sqlite3.Error as error:
        return error
    raise AssertionError("SQLite refused nothing")


def test_what_sqlite_says_is_told_with_the_file(tmp_path: Path) -> None:
    path, folder = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as held:
        held.execute("CREATE TABLE t(x)")
    full = asked(path, "PRAGMA max_page_count=2", "CREATE TABLE a(x)", "CREATE TABLE b(x)")
    assert isinstance(told := of_a_file(path, full), StorageFullError)
    assert str(path) in str(told)
    assert "make room" in str(told)
    fixed = asked(path, "INSERT INTO t VALUES (1)", mode="ro")
    assert str(of_a_file(path, fixed)).startswith(
        f"{path}: it lies on a disk that cannot be written to; mount"
    )
    shut = asked(folder, "SELECT 1")
    assert str(of_a_file(folder, shut)) == f"{folder}: is a folder, and a file is needed; move it away"
    gone = asked(tmp_path / "c.sqlite", "SELECT 1")
    assert of_a_file(tmp_path / "c.sqlite", gone) is None
    path.write_bytes(b"no database" * 1000)
    assert of_a_file(path, asked(path, "SELECT * FROM t")) is None


def test_what_is_wrong_with_the_files_is_no_refusal() -> None:
    for words in (
        "Corruption: block checksum mismatch: stored = 1, computed = 2 in /srv/x.sst offset 0 size 9",
        "IO error: No such file or directory: While open a file for random read: /srv/x.sst: No such file",
    ):
        assert refusal("the store", OSError(words)) is None


def test_a_store_can_not_be_made_where_nothing_may_be_written(tmp_path: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir(0o500)
    done = servanda(place / "store", "init")
    place.chmod(0o700)
    assert done.returncode == 1
    assert f"{place}/store: you are not allowed to open or write it" in done.stderr
    create(place / "store", "https://example.org/").close()
