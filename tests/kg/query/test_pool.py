"""No query takes more than it may, reaches anything outside, or harms the next; the pool heals by itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import RDF, Literal, URIRef

from kg.errors import (
    AnswerTooLargeError,
    BadParameterError,
    ForbiddenQueryError,
    OverloadedError,
    QueryError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    StoreDamagedError,
    UnknownQuestionError,
)
from kg.pipeline import open_graph
from kg.query import ask, find
from kg.query.pool import Answered, Lane, Limits, Pool, Query, Question, table, wire
from kg.store import ChangeSet, Dataset, create
from tests.pace import LATE
from tests.processes import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JSON = "application/sparql-results+json"
MIB = 1024 * 1024
LIMITS = Limits(seconds=1.0, memory=192 * MIB, answer=2 * MIB)
LANES = {"query": Lane(workers=2, spares=1, limits=LIMITS)}
POINT = Query("SELECT ?o { <urn:n7> <urn:next> ?o }", JSON)
VERSION = Query("SELECT ?v { <urn:version> <urn:is> ?v }", JSON)
NODES = 2000
LONG = "?a <urn:next> ?b . ?c <urn:p> ?d"
"""Four million rows: some tenths of a second."""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five states of a store of 2,000 nodes, each of which knows its number."""
    folder = tmp_path_factory.mktemp("pool")
    states = []
    with create(folder / "store", "https://example.org/id/") as store:
        here = URIRef("urn:graph")
        quads = set()
        for number in range(NODES):
            node = URIRef(f"urn:n{number}")
            quads.add((node, URIRef("urn:next"), URIRef(f"urn:n{number * 7 % NODES}"), here))
            quads.add((node, URIRef("urn:p"), URIRef(f"urn:n{(number + 1) % 50}"), URIRef("urn:other")))
        quads.add((URIRef("urn:n0"), RDF.type, URIRef("urn:only"), URIRef("urn:third")))
        store.apply(ChangeSet(frozenset(quads)))
        for number in range(1, 6):
            version = (URIRef("urn:version"), URIRef("urn:is"))
            store.apply(
                ChangeSet(
                    frozenset({(*version, Literal(str(number)), here)}),
                    frozenset({(*version, Literal(str(number - 1)), here)}),
                )
            )
            states.append(folder / f"{number:010}")
            store.checkpoint(states[-1])
    return states


@pytest.fixture(scope="module")
def elsewhere() -> list[int]:
    """Return the zygotes of pools that other tests have open in this process."""
    return zygotes()


@pytest.fixture(scope="module")
def pool(checkpoints: list[Path], elsewhere: list[int]) -> Iterator[Pool]:
    assert elsewhere == zygotes()
    with Pool(checkpoints[0], 1, lanes=LANES) as opened:
        yield opened


def value(answered: Answered, name: str) -> str:
    (row,) = json.loads(answered.body)["results"]["bindings"]
    return str(row[name]["value"])


def zygotes() -> list[int]:
    """Return the process ids of the zygotes of all pools of this process."""
    found = []
    for child in children(os.getpid()):
        with suppress(OSError):  # it may just have ended
            if b"pool.zygote" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def own(pool: Pool, before: list[int]) -> int:
    """Return the process id of the zygote of a pool that was opened after others."""
    assert pool.sequence
    (found,) = set(zygotes()) - set(before)
    return found


def until(held: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds; fail where it does not in time."""
    end = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < end
        time.sleep(0.01)


# What is answered.


def test_an_answer_is_whole_and_says_its_change_and_media_type(pool: Pool) -> None:
    answered = pool.answer(POINT)
    assert value(answered, "o") == "urn:n49"
    assert (answered.sequence, answered.media_type) == (1, JSON)


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        ("ASK { <urn:n1> ?p ?o }", "application/sparql-results+xml", b"<boolean>true</boolean>"),
        ("SELECT ?o { <urn:n7> <urn:next> ?o }", "text/csv", b"o\r\nurn:n49\r\n"),
        ("SELECT ?o { <urn:n7> <urn:next> ?o }", "text/tab-separated-values", b"?o\n<urn:n49>\n"),
        ("CONSTRUCT { <urn:a> <urn:b> ?o } { <urn:n7> <urn:next> ?o }", "application/n-triples",
         b"<urn:a> <urn:b> <urn:n49> .\n"),
    ],
)  # fmt: skip
def test_every_syntax_is_written(query: str, media_type: str, body: bytes, pool: Pool) -> None:
    assert body in pool.answer(Query(query, media_type)).body


def test_an_answer_of_a_megabyte_comes_whole(pool: Pool) -> None:
    answered = pool.answer(Query("SELECT * { ?s ?p ?o . ?o ?q ?r }", JSON))
    assert len(answered.body) > MIB
    # `next` leads once to each node, and these have 2 * 2,000 + 1 triples; `p` 40 times to n0 … n49: 40 * 101
    assert len(json.loads(answered.body)["results"]["bindings"]) == 4001 + 4040


@pytest.mark.parametrize(
    ("query", "dataset", "count"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", None, 2 * NODES + 2),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:third> { ?s ?p ?o }", None, 1),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:third> FROM <urn:graph> { ?s ?p ?o }", None, NODES + 2),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <urn:third> { ?s ?p ?o }", None, 0),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <urn:third> { GRAPH ?g { ?s ?p ?o } }", None, 1),
        ("SELECT (COUNT(*) AS ?n) { GRAPH <urn:other> { ?s ?p ?o } }", None, NODES),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Dataset(("urn:other",)), NODES),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:graph> { ?s ?p ?o }", Dataset(("urn:third",)), 1),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", Dataset((), ("urn:third",)), 1),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Dataset((), ("urn:third",)), 0),
    ],
)
def test_a_query_is_asked_of_the_graphs_that_it_or_the_protocol_names(
    query: str, dataset: Dataset | None, count: int, pool: Pool
) -> None:
    assert value(pool.answer(Query(query, JSON, dataset)), "n") == str(count)


def test_a_store_without_a_union_keeps_its_own_default_graph(pool: Pool) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert value(pool.answer(Query(query, JSON, union=False)), "n") == "0"


def test_a_syntax_error_has_its_place(pool: Pool) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        pool.answer(Query("SELECT *\n WHRE { }", JSON))
    assert (caught.value.line, caught.value.column) == (2, 7)


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (Query("ASK { \ud800 }", JSON), QuerySyntaxError),
        (Query("INSERT DATA { <urn:a> <urn:b> 1 }", JSON), QuerySyntaxError),
        (Query("ASK {}", JSON, Dataset(("no iri",))), BadParameterError),
        (Query("ASK {}", "text/turtle"), ValueError),
        (Query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "image/png"), ValueError),
        (Query("#" * (LIMITS.length + 1), JSON), ForbiddenQueryError),
    ],
)
def test_what_is_wrong_with_a_task_is_told_and_costs_no_worker(
    task: Query, kind: type[Exception], pool: Pool
) -> None:
    before = pool.stats().lanes["query"].ended
    with pytest.raises(kind):
        pool.answer(task)
    assert pool.stats().lanes["query"].ended == before


# What is hostile.

PRODUCT = "?a ?b ?c1. ?d ?e ?f. ?g ?h ?i. ?j ?k ?l"
ROWS = [f"VALUES ?v{number} {{ {' '.join(map(str, range(100)))} }}" for number in range(5)]
SHORT_ROWS = [f"VALUES ?v{number} {{ {' '.join(map(str, range(60)))} }}" for number in range(4)]
DOUBLE = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(30))
REPLACE = " ".join(f'BIND(REPLACE(?x{number}, "^(.*)$", "$1$1") AS ?x{number + 1})' for number in range(30))
GROUPED = f'SELECT (GROUP_CONCAT(?a; separator="{"-" * 500}") AS ?all) {{ {PRODUCT} }}'
DISJOINT = " ".join(f"?s{number} ?p{number} ?o{number} ." for number in range(400))
TEMPLATE = " ".join(f"?a <urn:t{number}> ?j ." for number in range(300))
RANDOM = "RAND() * STRLEN(STR(?a)) + STRLEN(STR(?j))"
TWICE = "(((!<x:y>)*)*)*"
LOOP = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} FILTER(STRLEN(SHA512(CONCAT(STR(?a), STR(?j)))) > 1000) }}"

TIME = (QueryTimeoutError,)
SIZE = (AnswerTooLargeError,)
LENGTH = (ForbiddenQueryError,)
DEAR = (QueryTimeoutError, QueryMemoryError)
"""Which of the two comes first depends on the machine."""
NOTHING: tuple[type[Exception], ...] = ()

HOSTILE: dict[str, tuple[str, str, tuple[type[Exception], ...]]] = {
    "B1": (f"SELECT (COUNT(*) AS ?c) {{ {PRODUCT} }}", JSON, TIME),
    "B2": (f"SELECT * {{ {PRODUCT} }}", JSON, SIZE),
    "B3 order": (f"SELECT * {{ {PRODUCT} }} ORDER BY RAND() LIMIT 1", JSON, DEAR),
    "B3 distinct": (f"SELECT DISTINCT * {{ {PRODUCT} }}", JSON, SIZE),
    "B4 any path": ("SELECT * { ?s (<urn:p>|!<urn:p>)* ?o }", JSON, (*SIZE, *DEAR)),
    "B4 nested path": (f"SELECT * {{ ?s {TWICE} ?o . ?o {TWICE} ?r }}", JSON, (*SIZE, *DEAR)),
    "B5": (f"SELECT (COUNT(*) AS ?n) {{ {' '.join(ROWS)} }}", JSON, TIME),
    "B5 order": (f"SELECT * {{ {' '.join(SHORT_ROWS)} }} ORDER BY ?v3 DESC(?v0)", JSON, DEAR),
    "B6": (f'SELECT (STRLEN(?x30) AS ?n) {{ BIND("abcdefgh" AS ?x0) {DOUBLE} }}', JSON, DEAR),
    "B6 replace": (f'SELECT (STRLEN(?x30) AS ?n) {{ BIND("abcdefgh" AS ?x0) {REPLACE} }}', JSON, DEAR),
    "B7": (GROUPED, JSON, DEAR),
    "B8": (f"ASK {{ {DISJOINT} }}", JSON, TIME),
    "B9": (f"ASK {{ ?s {'/'.join(['<urn:p>'] * 1500)} ?o }}", JSON, TIME),
    "B10": (f"CONSTRUCT {{ {TEMPLATE} }} {{ {PRODUCT} }}", "application/n-triples", SIZE),
    "B11": (f"ASK {{ FILTER({'(' * 8000}1{')' * 8000}) }}", JSON, NOTHING),
    "B11 deeper": (f"ASK {{ FILTER({'(' * 30000}1{')' * 30000}) }}", JSON, NOTHING),
    "B12 not": (f"ASK {{ FILTER({'!' * 60000}1) }}", JSON, NOTHING),
    "B12 plus": (f"ASK {{ FILTER({'1+' * 30000}1) }}", JSON, (*NOTHING, *TIME)),
    "B12 groups": (f"ASK {{ {'{' * 30000}{'}' * 30000} }}", JSON, (*NOTHING, *TIME)),
    "B12 exists": (
        f"ASK {{ {'FILTER NOT EXISTS { ' * 2500}?s ?p ?o{' }' * 2500} }}", JSON, (*NOTHING, *DEAR),
    ),
    "B13": ('ASK { ?s ?p ?o FILTER(REGEX(STR(?s), "(.*a){12}$")) }', JSON, (*NOTHING, *TIME)),
    "B13 counted": (
        'ASK { ?s ?p ?o FILTER(REGEX(STR(?s), "((((a{50}){50}){50}){50})")) }', JSON, (*NOTHING, *TIME),
    ),
    "B14 rows": (f"SELECT * {{ VALUES ?v {{ {'1 ' * 100_000} }} }}", JSON, LENGTH),
    "B14 long": (f"ASK {{ #{'x' * 10_000_000}\n }}", JSON, LENGTH),
    "B14 union": (f"ASK {{ {{}} {'UNION {} ' * 1_000_000} }}", JSON, LENGTH),
    "B15 offset": (f"SELECT * {{ {PRODUCT} }} OFFSET 1000000000000000000", JSON, TIME),
    "B15 limit": (f"SELECT * {{ {PRODUCT} }} LIMIT 1000000000000000000", JSON, SIZE),
    "B15 hash": (LOOP, JSON, TIME),
    "B15 random": (f"SELECT * {{ {PRODUCT} FILTER({RANDOM} < 0) }}", JSON, TIME),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_in_time_and_the_next_one_is_answered_at_once(name: str, pool: Pool) -> None:
    query, media_type, expected = HOSTILE[name]
    begun = time.monotonic()
    error: Exception | None = None
    try:
        pool.answer(Query(query, media_type))
    except QueryError as caught:
        error = caught
    ended = time.monotonic()
    assert ended - begun <= LIMITS.seconds + LATE
    assert value(pool.answer(POINT), "o") == "urn:n49"
    assert time.monotonic() - ended <= LATE
    may_be_answered = expected == NOTHING or name in {
        "B12 plus",
        "B12 groups",
        "B12 exists",
        "B13",
        "B13 counted",
    }
    assert (error is None and may_be_answered) or type(error) in expected


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ {{}} {'UNION {} ' * 10_000} }}",
        f"SELECT * {{ VALUES ?v {{ {'1 ' * 100_000} }} }}",
        f"ASK {{ {'{' * 1_000_000}",
        "ASK { ?s ?p ?o FILTER(" + "?s=?o||" * 100_000 + "?s=?o) }",
    ],
    ids=["union", "rows", "open", "or"],
)
def test_not_even_a_query_that_is_longer_than_it_may_be_outlives_its_limit(query: str, pool: Pool) -> None:
    limits = Limits(LIMITS.seconds, LIMITS.memory, LIMITS.answer, length=10_000_000)
    begun = time.monotonic()
    with suppress(QueryError):
        pool.answer(Query(query, JSON), limits)
    assert time.monotonic() - begun <= LIMITS.seconds + LATE
    assert value(pool.answer(POINT), "o") == "urn:n49"


@pytest.mark.parametrize("name", ["B5 order", "B6"])
def test_what_needs_too_much_memory_is_told_so(name: str, pool: Pool) -> None:
    before = pool.stats().lanes["query"].ended.get("memory", 0)
    with pytest.raises(QueryMemoryError, match="192 MB"):
        pool.answer(Query(HOSTILE[name][0], JSON), Limits(20.0, LIMITS.memory, LIMITS.answer))
    assert pool.stats().lanes["query"].ended["memory"] == before + 1
    assert value(pool.answer(POINT), "o") == "urn:n49"


def test_memory_is_given_back_or_the_worker_is(checkpoints: list[Path]) -> None:
    """A sort of a few tens of megabytes is within the limit each time, however often it is asked."""
    lanes = {"query": Lane(workers=1, spares=1, limits=Limits(seconds=5.0, memory=256 * MIB))}
    sorting = "SELECT ?a { ?a ?b ?c . ?d <urn:only> ?e } ORDER BY RAND() LIMIT 1".replace(
        "<urn:only>", "<urn:is>"
    )
    with Pool(checkpoints[0], 1, lanes=lanes) as one:
        for _ in range(10):
            assert json.loads(one.answer(Query(sorting, JSON)).body)["results"]["bindings"]


# What cannot be reached.


@contextmanager
def listeners(folder: Path) -> Iterator[tuple[list[socket.socket], int, Path]]:
    """Listen on both loopback addresses and on a socket in the file system."""
    path = folder / "listener"
    four, six = socket.socket(socket.AF_INET), socket.socket(socket.AF_INET6)
    with four, six, socket.socket(socket.AF_UNIX) as unix:
        four.bind(("127.0.0.1", 0))
        port = four.getsockname()[1]
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::1", port))
        unix.bind(str(path))
        for listener in (four, six, unix):
            listener.listen()
            listener.settimeout(0)
        yield [four, six, unix], port, path


def connections(sockets: list[socket.socket]) -> int:
    """Return how many have connected."""
    number = 0
    for listener in sockets:
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                break
            connection.close()
            number += 1
    return number


def test_nothing_dials_out_even_where_the_guard_is_gone_around(pool: Pool, tmp_path: Path) -> None:
    with listeners(tmp_path) as (sockets, port, path):
        hosts = [f"http://127.0.0.1:{port}/", f"http://[::1]:{port}/", f"http://localhost:{port}/"]
        targets = [*hosts, f"unix:{path}", f"http+unix://{path}", f"file://{path}"]
        for target in targets:
            for query in (
                f"SELECT * {{ SERVICE <{target}> {{ ?x ?y ?z }} }}",
                f"SELECT * {{ ?s <urn:is> ?v SERVICE <{target}> {{ ?x ?y ?z }} }}",
            ):
                with pytest.raises(ForbiddenQueryError) as caught:
                    pool.answer(Query(query, JSON))
                assert caught.value.kind == "service-forbidden"
            for query in (f"LOAD <{target}>", f"LOAD SILENT <{target}> INTO GRAPH <urn:g>"):
                with pytest.raises(QuerySyntaxError):
                    pool.answer(Query(query, JSON))
            for query in (
                f"SELECT * {{ SERVICE SILENT <{target}> {{ ?x ?y ?z }} }}",
                f"ASK {{ FILTER EXISTS {{ SERVICE <{target}> {{ ?x ?y ?z }} }} }}",
                f"ASK FROM <{target}> {{ ?x ?y ?z }}",
            ):
                pool.answer(Query(query, JSON))  # an error within is none of the query's
        assert connections(sockets) == 0
        answering = threading.Thread(target=hang_up, args=(sockets[0],))
        answering.start()
        with pytest.raises(OSError, match=r"."):
            list(ox.Store().query(f"SELECT * {{ SERVICE <{hosts[0]}> {{ ?x ?y ?z }} }}"))  # type: ignore[arg-type]
        answering.join()


def hang_up(listener: socket.socket) -> None:
    """Take one connection and close it: without the sandbox, there is one."""
    listener.settimeout(10)
    connection, _ = listener.accept()
    connection.close()


LOCKED = """
import ctypes, errno, json, mmap, os, resource, socket, sys, threading
from kg.query.pool import sandbox
folder = sys.argv[1]
left, right = socket.socketpair()
held = os.open(folder + "/held", os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
threading.Thread(target=print).start()
assert sandbox.lock_down(256 * 1024 * 1024)
def call(*arguments):
    if libc.syscall(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "call")
def bomb():
    return bytearray(512 * 1024 * 1024)
def thread():
    done = threading.Event()
    threading.Thread(target=done.set).start()
    assert done.wait(5)
tries = {
    "internet socket": lambda: socket.socket(socket.AF_INET),
    "internet 6 socket": lambda: socket.socket(socket.AF_INET6),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "pair of sockets": socket.socketpair,
    "send": lambda: left.send(b"x"),
    "send handles": lambda: socket.send_fds(left, [b"x"], [held]),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": os.fork,
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "kill": lambda: os.kill(os.getppid(), 0),
    "trace": lambda: call(101 if os.uname().machine == "x86_64" else 117, 16, os.getppid(), 0, 0),
    "ring": lambda: call(425, 8, 0),
    "clone3": lambda: call(435, 0, 0),
    "open to write": lambda: os.open(folder + "/held", os.O_WRONLY),
    "open to append": lambda: os.open(folder + "/held", os.O_WRONLY | os.O_APPEND),
    "open to cut": lambda: os.open(folder + "/held", os.O_RDONLY | os.O_TRUNC),
    "create": lambda: os.open(folder + "/made", os.O_CREAT | os.O_RDONLY),
    "write to the open": lambda: os.write(held, b"x"),
    "cut the open": lambda: os.ftruncate(held, 0),
    "remove": lambda: os.unlink(folder + "/held"),
    "rename": lambda: os.rename(folder + "/held", folder + "/other"),
    "link": lambda: os.link(folder + "/held", folder + "/other"),
    "symbolic link": lambda: os.symlink(folder + "/held", folder + "/other"),
    "make a folder": lambda: os.mkdir(folder + "/made"),
    "remove a folder": lambda: os.rmdir(folder + "/sub"),
    "change mode": lambda: os.chmod(folder + "/held", 0o777),
    "change times": lambda: os.utime(folder + "/held"),
    "file in memory": lambda: os.memfd_create("x"),
    "become somebody": lambda: os.setuid(0),
    "change root": lambda: os.chroot(folder),
    "be seen into": lambda: sandbox._prctl(4, 1),
    "more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
    "limits of others": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    "bomb": bomb,
    "read": lambda: os.close(os.open(folder + "/held", os.O_RDONLY)),
    "write to a pipe": lambda: os.write(2, b""),
    "thread": thread,
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


def test_a_process_that_is_locked_down_can_read_and_compute_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "held").write_text("as it was", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LOCKED, str(tmp_path)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    found = json.loads(done.stdout)
    assert len(found) > 30
    others = {
        "clone3": "ENOSYS",
        "write to the open": "EFBIG",
        "more memory": {"EPERM", "ValueError"},
        "bomb": "MemoryError",
        "read": "done",
        "write to a pipe": "done",
        "thread": "done",
    }
    for name, outcome in found.items():
        right = others.get(name, "EPERM")
        assert outcome in (right if isinstance(right, set) else {right}), name
    assert (tmp_path / "held").read_text(encoding="utf-8") == "as it was"
    assert {path.name for path in tmp_path.iterdir()} == {"held", "sub"}


def test_workers_are_locked_down_and_hold_only_what_they_need(pool: Pool, elsewhere: list[int]) -> None:
    assert pool.sandboxed
    workers = children(own(pool, elsewhere))
    assert len(workers) == 3
    for worker in workers:
        status = Path(f"/proc/{worker}/status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status
        for thread in Path(f"/proc/{worker}/task").iterdir():
            assert "Seccomp:\t2" in (thread / "status").read_text()
        targets = [str(path.readlink()) for path in Path(f"/proc/{worker}/fd").iterdir()]
        assert sum(target.startswith("socket:") for target in targets) == 1
        errors = str(Path(f"/proc/{worker}/fd/2").readlink())  # which the server reads once it is dead
        assert [target for target in targets if target.startswith("pipe:")] == [errors]
        assert "LOG" not in {Path(target).name for target in targets}


def test_what_runs_queries_imports_no_rdflib_and_no_secret_reaches_it(
    checkpoints: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import sys; import kg.query.pool.zygote, kg.query.pool.querying;"
        "assert not {'rdflib', 'kg.query.questions', 'kg.store.oxigraph'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    monkeypatch.setenv("SERVANDA_SECRET", "svd_of_somebody")
    before = zygotes()
    with Pool(checkpoints[0], 1, lanes=LANES) as other:
        zygote = own(other, before)
        assert b"svd_of_somebody" not in Path(f"/proc/{zygote}/environ").read_bytes()


@pytest.mark.parametrize(
    "written",
    [
        b"\xff" * 8,
        b"\x00\x00\x00\x02\x00\x00\x00\x11{}" + b"x" * 17,
        b"\x00\x00\x00\x02\x00\x00\x00\x00[]",
        b"\x00\x00\x00\x02\x00\x00\x00\x00no",
        b"\x00\x00\x40\x00\x00\x00\x00\x00" + b"[" * 0x4000,
        b"\x00\x00\x00\x02\x00\x00\x00\x00{}more",
    ],
    ids=["lengths", "body", "list", "no JSON", "deep", "more"],
)
def test_the_server_believes_nothing_that_a_worker_writes(written: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(written)
        with pytest.raises(wire.GarbledError):
            wire.receive(ours, time.monotonic() + 1, most=16)


def test_an_answer_that_ends_early_or_drips_is_no_answer() -> None:
    whole = wire.packed({"a": 1}, b"0123456789")
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            for byte in whole[:-1]:
                theirs.sendall(bytes([byte]))
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                wire.receive(ours, begun + 0.1, most=16)
            assert time.monotonic() - begun < LATE
            theirs.sendall(whole[:-1])
        with pytest.raises(ConnectionError):
            wire.receive(ours, time.monotonic() + 1, most=16)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(whole)
        assert wire.receive(ours, time.monotonic() + 1, most=16) == ({"a": 1}, b"0123456789")


# What heals.


def test_killed_and_stopped_workers_are_replaced(checkpoints: list[Path]) -> None:
    before = zygotes()
    with Pool(checkpoints[0], 1, lanes=LANES) as other:
        zygote = own(other, before)
        until(lambda: other.stats().lanes["query"].ready == 3)
        first = children(zygote)
        for worker in first:
            os.kill(worker, signal.SIGKILL)
        assert value(other.answer(POINT), "o") == "urn:n49"
        until(lambda: len(children(zygote)) == 3 and not set(first) & set(children(zygote)))
        until(lambda: other.stats().lanes["query"].ready == 3)
        second = children(zygote)
        for worker in second:
            os.kill(worker, signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(QueryTimeoutError):
            other.answer(POINT)
        assert time.monotonic() - begun <= LIMITS.seconds + LATE
        until(lambda: bool(set(children(zygote)) - set(second)))
        until(lambda: other.stats().lanes["query"].ready == 3)
        assert value(other.answer(POINT), "o") == "urn:n49"


@pytest.mark.slow
def test_a_task_that_is_kept_from_the_processor_has_its_time_all_the_same(checkpoints: list[Path]) -> None:
    """As on a machine on which much else runs: its limit is one of what it does, not of the clock."""
    limits = Limits(seconds=0.5, slack=100, memory=192 * MIB)
    before = zygotes()
    with Pool(checkpoints[0], 1, lanes={"query": Lane(workers=1, spares=0, limits=limits)}) as opened:
        zygote = own(opened, before)
        until(lambda: opened.stats().lanes["query"].ready == 1)
        [worker] = children(zygote)
        os.kill(worker, signal.SIGSTOP)
        with ThreadPoolExecutor(1) as other:
            waiting = other.submit(opened.answer, POINT)
            time.sleep(4 * limits.seconds)
            assert not waiting.done()
            os.kill(worker, signal.SIGCONT)
            assert value(waiting.result(LATE), "o") == "urn:n49"
        with pytest.raises(QueryTimeoutError, match=r"takes longer than the 0\.5 seconds"):
            opened.answer(Query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON))


def test_a_task_whose_worker_somebody_kills_is_done_by_another(checkpoints: list[Path]) -> None:
    before = zygotes()
    slow = Query(f"SELECT (COUNT(*) AS ?n) {{ {LONG} }}", JSON)
    lanes = {"query": Lane(workers=1, spares=1, limits=Limits(seconds=10))}
    with Pool(checkpoints[0], 1, lanes=lanes) as other, ThreadPoolExecutor() as threads:
        zygote = own(other, before)
        until(lambda: other.stats().lanes["query"].ready == 2)
        workers = children(zygote)
        asked = threads.submit(other.answer, slow)
        until(lambda: other.stats().lanes["query"].busy == 1)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert value(asked.result(), "n") == str(NODES * NODES)
        assert other.stats().lanes["query"].ended["lost"] >= 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_zygote_that_is_gone_or_hangs_is_replaced(number: signal.Signals, checkpoints: list[Path]) -> None:
    before = zygotes()
    with Pool(checkpoints[0], 1, lanes=LANES) as other:
        first = own(other, before)
        workers = children(first)
        os.kill(first, number)
        if number is signal.SIGSTOP:
            with pytest.raises(QueryTimeoutError):  # its worker cannot be killed: that is noticed
                other.answer(Query(HOSTILE["B1"][0], JSON))
        until(lambda: first not in zygotes())
        assert value(other.answer(POINT), "o") == "urn:n49"
        until(lambda: bool({*zygotes()} - {first, *before}))
        until(lambda: not [worker for worker in workers if Path(f"/proc/{worker}").exists()])


def test_workers_die_with_the_process_that_has_the_pool(checkpoints: list[Path]) -> None:
    code = (
        "import sys, time; from pathlib import Path; from kg.query.pool import Lane, Pool;"
        "pool = Pool(Path(sys.argv[1]), 1, lanes={'query': Lane()}); print('up', flush=True); time.sleep(60)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(checkpoints[0])],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"up\n"
        (zygote,) = children(server.pid)
        family = [zygote, *children(zygote)]
        assert len(family) >= 3
        server.kill()
    until(lambda: not [member for member in family if Path(f"/proc/{member}").exists()])


# What is newer.


def test_a_new_state_takes_over_under_load_and_nothing_goes_back(
    checkpoints: list[Path], tmp_path: Path
) -> None:
    states = [Path(shutil.copytree(state, tmp_path / state.name)) for state in checkpoints]
    stop = threading.Event()
    seen: list[list[int]] = []

    def client() -> None:
        mine: list[int] = []
        seen.append(mine)
        while not stop.is_set():
            answered = other.answer(VERSION)
            assert value(answered, "v") == str(answered.sequence)
            mine.append(answered.sequence)

    with Pool(states[0], 1, lanes=LANES) as other, ThreadPoolExecutor(6) as threads:
        clients = [threads.submit(client) for _ in range(6)]
        for number in range(2, 6):
            until(lambda: len(seen) == 6 and all(seen))
            other.advance(states[number - 1], number)
            assert other.sequence == number
            assert value(other.answer(VERSION), "v") == str(number)
            until(lambda: other.in_use() == {states[number - 1]})  # noqa: B023 - called at once
            shutil.rmtree(states[number - 2])
            counts = [len(mine) for mine in seen]
            until(lambda: all(len(mine) > count for mine, count in zip(seen, counts, strict=True)))  # noqa: B023
        stop.set()
        for done in clients:
            done.result()
        assert other.stats().lanes["query"].refused == 0
    for mine in seen:
        assert mine == sorted(mine)
    assert {number for mine in seen for number in mine} == {1, 2, 3, 4, 5}


def test_a_state_that_cannot_be_opened_or_is_older_leaves_all_as_it_was(
    checkpoints: list[Path], tmp_path: Path
) -> None:
    before = zygotes()
    broken = shutil.copytree(checkpoints[1], tmp_path / "broken")
    next(broken.glob("MANIFEST-*")).write_bytes(b"no manifest")
    with Pool(checkpoints[1], 2, lanes=LANES) as other:
        for place in (broken, tmp_path / "nothing"):
            with pytest.raises(StoreDamagedError, match=place.name):
                other.advance(place, 3)
            assert other.answer(VERSION).sequence == 2
        with pytest.raises(ValueError, match="does not go back"):
            other.advance(checkpoints[0], 1)
        other.advance(checkpoints[2], 3)
        assert value(other.answer(VERSION), "v") == "3"
    with pytest.raises(StoreDamagedError):
        Pool(tmp_path / "nothing", 1, lanes=LANES)
    assert zygotes() == before


def test_a_query_that_runs_ends_on_the_state_with_which_it_began(checkpoints: list[Path]) -> None:
    lanes = {"query": Lane(workers=2, spares=1, limits=Limits(seconds=10))}
    slow = Query(
        f"SELECT ?v {{ <urn:version> <urn:is> ?v {{ SELECT (COUNT(*) AS ?n) {{ {LONG} }} }} }}", JSON
    )
    with Pool(checkpoints[0], 1, lanes=lanes) as other, ThreadPoolExecutor() as threads:
        asked = threads.submit(other.answer, slow)
        until(lambda: other.stats().lanes["query"].busy == 1)
        other.advance(checkpoints[1], 2)
        assert other.answer(VERSION).sequence == 2
        assert checkpoints[0] in other.in_use()
        answered = asked.result()
        assert (answered.sequence, value(answered, "v")) == (1, "1")
        until(lambda: other.in_use() == {checkpoints[1]})


# What is too much at once.


def test_of_five_hundred_calls_at_once_the_surplus_is_turned_away(checkpoints: list[Path]) -> None:
    lanes = {"query": Lane(workers=2, spares=2, limits=LIMITS, queue_seconds=0.5, queue_length=8)}
    slow = Query(HOSTILE["B1"][0], JSON)
    outcomes: list[type[Exception]] = []

    def client() -> None:
        with pytest.raises((OverloadedError, QueryTimeoutError)) as caught:
            other.answer(slow)
        if isinstance(caught.value, OverloadedError):
            assert caught.value.retry_after >= 1
        outcomes.append(caught.type)

    with Pool(checkpoints[0], 1, lanes=lanes) as other:
        callers = [threading.Thread(target=client) for _ in range(500)]
        begun = time.monotonic()
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(LATE)
        assert time.monotonic() - begun < LATE
        assert len(outcomes) == 500
        assert 2 <= outcomes.count(QueryTimeoutError) <= 10
        stats = other.stats().lanes["query"]
        assert stats.refused == outcomes.count(OverloadedError) >= 490
        assert (stats.busy, stats.waiting) == (0, 0)
        assert value(other.answer(POINT), "o") == "urn:n49"


def test_closing_leaves_no_process_and_no_handle_and_lets_nobody_wait(checkpoints: list[Path]) -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before, family, threads_before = handles(), children(os.getpid()), threading.active_count()
    lanes = {"query": Lane(workers=1, spares=2, limits=Limits(seconds=20))}
    other = Pool(checkpoints[0], 1, lanes=lanes)
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(other.answer, Query(HOSTILE["B1"][0], JSON)) for _ in range(3)]
        until(lambda: other.stats().lanes["query"].waiting == 2)
        begun = time.monotonic()
        other.close()
        for done in asked:
            with pytest.raises(OverloadedError):
                done.result()
        assert time.monotonic() - begun < LATE
    with pytest.raises(OverloadedError):
        other.answer(POINT)
    assert handles() == before
    assert children(os.getpid()) == family
    assert threading.active_count() == threads_before


# What is trusted.


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
) -> Iterator[tuple[Pool, Callable[[str, dict[str, str]], object]]]:
    folder = tmp_path_factory.mktemp("demo")
    repository = open_graph(demonstration(folder / "store"))
    repository.store.checkpoint(folder / "checkpoint")
    with Pool(folder / "checkpoint", 7) as opened:
        yield opened, lambda name, given: ask(repository.store, find(name), given)
    repository.close()


@pytest.mark.parametrize(
    ("name", "given"), [("1", {}), ("17", {}), ("1", {"basis": "source-asserted"}), ("casualties", {})]
)
def test_a_question_gets_the_same_answer_in_the_pool(
    name: str, given: dict[str, str], demo: tuple[Pool, Callable[[str, dict[str, str]], object]]
) -> None:
    opened, asked = demo
    answered = opened.answer(Question(name, given))
    assert table(answered.body) == asked(name, given)
    assert (answered.sequence, answered.media_type) == (7, "application/json")


@pytest.mark.parametrize(
    ("question", "kind", "said"),
    [
        (Question("no-such-question"), UnknownQuestionError, "no question"),
        (Question("1", {"colour": "red"}), BadParameterError, "takes no parameter 'colour'"),
        (Question("1", {"from": "last week"}), BadParameterError, "is no date"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    question: Question, kind: type[Exception], said: str,
    demo: tuple[Pool, Callable[[str, dict[str, str]], object]],
) -> None:  # fmt: skip
    with pytest.raises(kind, match=said):
        demo[0].answer(question)


def test_questions_and_queries_do_not_wait_for_one_another(
    demo: tuple[Pool, Callable[[str, dict[str, str]], object]],
) -> None:
    opened, _ = demo
    with ThreadPoolExecutor() as threads:
        slow = [
            threads.submit(opened.answer, Query(HOSTILE["B1"][0], JSON), Limits(seconds=2)) for _ in range(2)
        ]
        until(lambda: opened.stats().lanes["query"].busy == 2)
        assert table(opened.answer(Question("1")).body).rows
        assert opened.stats().lanes["query"].busy == 2
        for done in slow:
            with pytest.raises(QueryTimeoutError):
                done.result()
    assert opened.sandboxed
