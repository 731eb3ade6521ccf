"""The process that is killed: it does a plan to a store, and says what was acknowledged.

    python -m tests.durability.child

reads one run a line from standard input, as JSON, does each in a process forked for it (so that the
imports are paid for once), and writes one line a message to standard output: the process's number, what
each commit returned, how each operation ended, and at last how the process ended.

A run that is to be killed at a step names it: the number of the operation, the number of the step within
it, and whether the process dies before it, after it, or within it (of a write: with the first half
written). If there are fewer steps than that, it dies at the end of the operation. Steps are the calls to
the operating system that change something on the disk, and those to the store; they are counted here,
around the functions of the product, which has no part in it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg.errors import ServandaError, StorageFullError, StoreError
from kg.infer import Conclusions
from kg.journal import Journal, disk
from kg.pipeline import (
    followers,
    ingest,
    initialise,
    open_graph,
    redact,
    repository,
    retract,
)
from kg.pipeline.followers import Checkpoints
from kg.pipeline.owner import Hold
from kg.pipeline.repository import Repository
from kg.pipeline.review import SameEvent, Verdict, decide, relate, reviews
from kg.pipeline.review import withdraw as withdraw_review
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups import Reader, Selection, violations
from kg.settings import Settings
from kg.store import OxigraphStore, open_store
from kg.validate import gate
from tests.durability.plan import Operation, kind
from tests.durability.world import BASE, REFERENCE, REPORTS, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.journal import Entry

_WRITE = os.write
_SETTINGS = Settings(base=BASE, agent="child", reserve=0)
_OS = {
    "write": "write",
    "pwrite": "pwrite",
    "fsync": "sync",
    "fdatasync": "sync",
    "replace": "rename",
    "rename": "rename",
    "ftruncate": "cut",
    "unlink": "remove",
    "rmdir": "remove",
}
_STORE = ("apply", "alter", "put", "clear", "checkpoint", "copy", "flush", "close")


def say(**message: Any) -> None:
    """Write a message to the parent, past everything that is counted."""
    data = memoryview(json.dumps(message).encode() + b"\n")
    while data:
        data = data[_WRITE(1, data) :]


class Steps:
    """The steps of a run, counted within each operation; at one of them the process dies."""

    def __init__(self, target: dict[str, Any] | None) -> None:
        """Wait for the target: `op`, `step` and `when`."""
        self._target = target
        self._op, self._step = -1, -1
        self.seen: list[list[str]] = []

    def begin(self, op: int) -> None:
        """Count the steps of that operation from now on."""
        self._op, self._step = op, -1
        self.seen.append([])

    def end(self) -> None:
        """Die if this was the operation in which to, and it had fewer steps than was thought."""
        if self._target is not None and self._target["op"] == self._op:
            self._die()

    def wrap(self, owner: Any, name: str, label: str | None = None) -> None:
        """Let each call of a function be a step."""
        original: Callable[..., Any] = getattr(owner, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            here = self._next(label or name)
            if here == "within" and name in {"write", "pwrite"}:
                handle, data, *rest = arguments
                original(handle, data[: len(data) // 2], *rest)
            if here in {"before", "within"}:
                self._die()
            result = original(*arguments, **named)
            if here == "after":
                self._die()
            return result

        setattr(owner, name, counted)

    def wrap_all(self) -> None:
        """Let everything be a step that changes something on the disk."""
        for name, label in _OS.items():
            self.wrap(os, name, label)
        self.wrap(disk, "_sync", "sync")
        self.wrap(shutil, "rmtree", "remove")
        for name in _STORE:
            self.wrap(OxigraphStore, name)
        for name in ("append", "erase"):
            self.wrap(Journal, name)
        self.wrap(Conclusions, "derive")
        self.wrap(repository, "exchange")

    def _next(self, label: str) -> str | None:
        self._step += 1
        if self.seen:
            self.seen[-1].append(label)
        wanted = self._target
        at = wanted and (wanted["op"], wanted["step"]) == (self._op, self._step)
        return str(wanted["when"]) if wanted and at else None

    @staticmethod
    def _die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Run:
    """A plan on its way, in the process that may be killed."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Take the run up: `store`, `documents`, `plan`, `from`, `kill`, `journal`, `checkpoints`."""
        self.store = Path(job["store"])
        self.documents = Path(job["documents"])
        self.plan = [Operation.of(said) for said in job["plan"]]
        self.first = int(job.get("from", 0))
        self.journal = bool(job.get("journal", True))
        self.late = job if job.get("late") else {}
        self.steps = Steps(job.get("kill"))
        self.repository: Repository

    def go(self) -> None:
        """Do it all; operation -1 is to open the store, and the last is to close it."""
        self.steps.wrap_all()
        self.steps.begin(-1)
        self.repository = self._opened()
        try:
            self._go_on()
        except ServandaError:
            with suppress(StoreError):
                self.repository.close()
            raise
        say(steps=self.steps.seen, first=self.first)

    def _go_on(self) -> None:
        say(op=-1, status="done")
        if self.late:
            for operation in self.plan:
                write(self.documents, operation.documents)
            narrow(self.late)
        self.steps.end()
        for number, operation in enumerate(self.plan[self.first :], self.first):
            self.steps.begin(number)
            say(op=number, **self._done(operation))
            self.steps.end()
        self.steps.begin(len(self.plan))
        self.repository.close()
        say(op=len(self.plan), status="done")
        self.steps.end()

    def _opened(self) -> Repository:
        if self.journal:
            return open_graph(self.store, "child", settings=_SETTINGS)
        return Repository(
            open_store(self.store), None, [Checkpoints(self.store)], Hold(self.store, "child"), agent="child"
        )

    def _done(self, operation: Operation) -> dict[str, Any]:
        try:
            said = cast("list[str] | None", getattr(self, f"_{operation.do.replace('-', '_')}")(operation))
        except StorageFullError:
            raise
        except ServandaError as error:
            return {"status": "refused", "error": type(error).__name__, "why": str(error)}
        return {"status": "done", "outcomes": said}

    def _ingest(self, operation: Operation, *, again: bool = False) -> list[str]:
        paths = write(self.documents, operation.documents)
        return [outcome.status for outcome in ingest(self.repository, paths, again=again)]

    _add = _batch = _revise = _reference = _refuse = _unchanged = _ingest

    def _again(self, operation: Operation) -> list[str]:
        return self._ingest(operation, again=True)

    def _retract(self, operation: Operation) -> None:
        retract(self.repository, kind(operation.name), operation.name, "it was a mistake")

    def _redact(self, operation: Operation) -> None:
        name, revision = operation.name, operation.revision
        redact(self.repository, kind(name), name, "a person is at risk", revision=revision)

    _redact_revision = _redact

    def _relate(self, operation: Operation) -> None:
        relate(self.repository, SameEvent(*operation.events, "Ann Vole", "the same village and day"))

    def _decide(self, _: Operation) -> None:
        found, _after = violations.violations(Reader.of(self.repository.store, BASE), Selection(limit=10))
        decide(self.repository, Verdict(found[0].id if found else "ff" * 32, "disputed", "Ann Vole", "weak"))

    def _withdraw(self, _: Operation) -> None:
        standing = reviews(self.repository.store)
        name = standing[0].id if standing else "none"
        withdraw_review(self.repository, name, "Ann Vole", "a second look")

    def _reopen(self, _: Operation) -> None:
        self.repository.close()
        self.repository = self._opened()


def acknowledge() -> None:
    """Let every commit tell the parent what it returned."""
    commit = Repository.commit

    def told(self: Repository, changes: Any) -> tuple[Entry, ...]:
        entries = commit(self, changes)
        if entries:
            say(committed=[[entry.sequence, entry.hash] for entry in entries])
        return entries

    Repository.commit = told  # type: ignore[method-assign]


def unhurried() -> None:
    """Take the SHACL shapes out of the way, which cost much time and write nothing."""

    def lenient(_: gate.Gate, batch: Iterable[gate.Candidate]) -> Iterator[gate.Verdict]:
        return (gate.Verdict() for _ in batch)

    gate.Gate.check = lenient  # type: ignore[assignment, method-assign]


def always_due() -> None:
    """Make a checkpoint after every change, so that the steps of a run do not depend on the clock."""
    followers.Checkpoints.due = (  # type: ignore[method-assign]
        lambda self, sequence: sequence != self.sequence
    )


def small_segments(size: int) -> None:
    """Let a segment of the journal be sealed at that size, so that a small store has several."""
    for function in (Journal.__init__, Journal.create, Journal.open):
        vars_of: Any = getattr(function, "__func__", function)
        vars_of.__kwdefaults__["segment_bytes"] = size


def narrow(job: dict[str, Any]) -> None:
    """Leave little room: files may not become larger than `limit`, and the disk has `left` bytes left."""
    if "limit" in job:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["limit"], resource.RLIM_INFINITY))
    if "left" in job:
        with Path(job["ballast"]).open("wb", buffering=0) as file:
            free = shutil.disk_usage(job["store"]).free
            os.posix_fallocate(file.fileno(), 0, max(free - job["left"], 1))


def make(job: dict[str, Any]) -> None:
    """Make a store of the reference documents, and of the reports if wanted."""
    steps = Steps(job.get("kill"))
    steps.wrap_all()
    steps.begin(0)
    with initialise(Path(job["make"]), BASE, reference=False, settings=_SETTINGS) as made:
        names = REFERENCE + (REPORTS if job.get("reports") else ())
        paths = write(Path(job["documents"]), [(name, 1) for name in names])
        ingest(made, paths)
    say(steps=[[], *steps.seen], first=0)


def run(job: dict[str, Any]) -> None:
    """Do one run, in a process of its own."""
    acknowledge()
    if job.get("checkpoints", True):
        always_due()
    if "segments" in job:
        small_segments(job["segments"])
    if not job.get("late"):
        narrow(job)
    make(job) if "make" in job else Run(job).go()


def warm() -> None:
    """Do once what every run needs, so that it is there after the fork."""
    unhurried()
    made = empty_in_memory(BASE)
    folder = Path(sys.argv[1])
    ingest(made, write(folder, [(name, 1) for name in REFERENCE + REPORTS]))
    with suppress(ServandaError):
        relate(made, SameEvent("first/shelling", "charge/shelling", "Ann Vole", "the same"))


def main() -> None:
    """Do the runs that standard input names."""
    warm()
    say(ready=True)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if not child:
            try:
                say(pid=os.getpid())
                run(job)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is to know
                say(raised=type(error).__name__, ours=isinstance(error, ServandaError), why=str(error))
                os._exit(3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
