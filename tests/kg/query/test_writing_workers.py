"""Workers that may write files, because they try updates: files, and as little besides as all others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from kg.errors import ForbiddenQueryError, QueryError, QueryMemoryError, QueryTimeoutError
from kg.pipeline.updates import LANE, Trial
from kg.query.pool import Lane, Limits, Pool
from kg.store import create
from kg.store.spelling import unpacked
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 1.0
LANES = {LANE: Lane(workers=1, spares=0, limits=Limits(seconds=SECONDS, memory=256 << 20), writes=True)}

LOCKED = """
import ctypes, errno, json, os, resource, socket, sys, threading
from kg.query.pool import sandbox
folder = sys.argv[1]
left, right = socket.socketpair()
libc = ctypes.CDLL(None, use_errno=True)
assert sandbox.lock_down(64 * 1024 * 1024, writes=True)
def call(*arguments):
    if libc.syscall(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "call")
def made():
    os.mkdir(folder + "/made")
    with open(folder + "/made/file", "wb") as file:
        file.write(b"x")
        file.truncate(100)
    os.rename(folder + "/made/file", folder + "/made/other")
    os.link(folder + "/made/other", folder + "/made/file")
    os.unlink(folder + "/made/other")
def large():
    with open(folder + "/large", "wb") as file:
        for _ in range(65):
            file.write(bytes(1024 * 1024))
tries = {
    "write": made,
    "write much": large,
    "stretch": lambda: os.truncate(folder + "/made/file", 1 << 40),
    "internet socket": lambda: socket.socket(socket.AF_INET),
    "internet 6 socket": lambda: socket.socket(socket.AF_INET6),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "send": lambda: left.send(b"x"),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": os.fork,
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "kill": lambda: os.kill(os.getppid(), 0),
    "ring": lambda: call(425, 8, 0),
    "symbolic link": lambda: os.symlink("/etc/passwd", folder + "/passwd"),
    "pipe in a file": lambda: os.mkfifo(folder + "/pipe"),
    "change mode": lambda: os.chmod(folder + "/made/file", 0o4777),
    "change times": lambda: os.utime(folder + "/made/file"),
    "file in memory": lambda: os.memfd_create("x"),
    "become somebody": lambda: os.setuid(0),
    "change root": lambda: os.chroot(folder),
    "larger files": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40)),
    "more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
    "bomb": lambda: bytearray(128 * 1024 * 1024),
}
found = {}
for name, attempt in tries.items():
    try:
        attempt()
        found[name] = "done"
    except MemoryError:
        found[name] = "MemoryError"
    except OSError as error:
        found[name] = errno.errorcode[error.errno]
    except ValueError:
        found[name] = "ValueError"
os.write(1, json.dumps(found).encode())
"""


def test_a_process_that_may_write_files_can_do_nothing_else_and_writes_no_large_ones(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOCKED, str(tmp_path)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    found = json.loads(done.stdout)
    assert len(found) > 20
    others = {"write": {"done"}, "write much": {"EFBIG"}, "stretch": {"EFBIG"}, "bomb": {"MemoryError"}}
    for name, outcome in found.items():
        assert outcome in others.get(name, {"EPERM", "ValueError"}), (name, outcome)
    assert {path.name for path in tmp_path.iterdir()} == {"made", "large"}
    assert (tmp_path / "large").stat().st_size <= 64 * 1024 * 1024


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writing") / "store"
    with create(folder, "https://example.org/id/", "unvalidated") as store:
        triples = " ".join(f"<urn:n{number}> <urn:p> {number} ." for number in range(1000))
        store.update(f"INSERT DATA {{ {triples} }}")
        store.checkpoint(folder.parent / "checkpoint")
    return folder.parent / "checkpoint"


@pytest.fixture(scope="module")
def pool(checkpoint: Path) -> Iterator[Pool]:
    with Pool(checkpoint, 1, lanes=LANES) as opened:
        assert opened.sandboxed
        yield opened


def test_what_is_tried_is_made_on_a_copy_alone(pool: Pool, checkpoint: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in checkpoint.iterdir()}
    plain = pool.answer(Trial("INSERT DATA { <urn:a> <urn:b> 1 }", str(tmp_path / "plain")))
    assert unpacked(plain.body)[1] == b"INSERT DATA { <urn:a> <urn:b> 1 }"
    assert not (tmp_path / "plain").exists()
    for number in range(3):
        text = "DELETE { ?s ?p ?o } INSERT { ?s <urn:q> ?o } WHERE { ?s ?p ?o }"
        assert unpacked(pool.answer(Trial(text, str(tmp_path / f"copy{number}"))).body)[1] == b""
        assert (tmp_path / f"copy{number}" / "CURRENT").exists()
    assert {path.name: path.read_bytes() for path in checkpoint.iterdir()} == before
    assert pool.stats().lanes[LANE].ended == {}


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?a <urn:q> ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "INSERT { <urn:a> <urn:q> ?n } WHERE { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }",
        "INSERT { ?a <urn:q> ?x } WHERE { ?a ?b ?c . ?d ?e ?f BIND(UUID() AS ?x) } ; COPY DEFAULT TO <urn:g>",
    ],
    ids=["product", "counted", "invented"],
)
def test_an_update_ends_in_time_and_the_next_one_is_tried(text: str, pool: Pool, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises((QueryTimeoutError, QueryMemoryError)):
        pool.answer(Trial(text, str(tmp_path / "copy")))
    assert time.monotonic() - begun <= SECONDS + LATE
    following = Trial("DELETE WHERE { <urn:n1> ?p ?o }", str(tmp_path / "next"))
    assert unpacked(pool.answer(following).body)[1] == b""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("LOAD <http://127.0.0.1:9/>", "load-forbidden"),
        (
            "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "service-forbidden",
        ),
        ("INSERT DATA { } #" + "x" * (5 << 20), "query-too-long"),
        ("CLEAR ALL # \ud800", "query-syntax"),
    ],
    ids=["load", "service", "long", "surrogate"],
)
def test_what_may_not_be_said_is_not_tried(text: str, kind: str, pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenQueryError) as caught:
        pool.answer(Trial(text, str(tmp_path / "copy")))
    assert caught.value.kind == kind
    assert not (tmp_path / "copy").exists()


def test_a_place_where_nothing_can_be_made_is_no_way_out(pool: Pool, tmp_path: Path) -> None:
    text = "DELETE WHERE { ?s ?p ?o }"
    with pytest.raises(QueryError):
        pool.answer(Trial(text, str(tmp_path / "nowhere" / "copy")))
    assert unpacked(pool.answer(Trial(text, str(tmp_path / "copy"))).body)[1] == b""
