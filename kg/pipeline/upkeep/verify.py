"""Is the journal as it was written, and does the store hold what the journal says? Nothing is changed."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kg import journal as journals
from kg.errors import JournalDamagedError, StoreDamagedError, StoreLockedError
from kg.journal import GENESIS, JournalReader
from kg.pipeline.followers import checkpoints, newest_checkpoint
from kg.pipeline.owner import Hold, owner_of
from kg.pipeline.records import commits_graph, pending, purge_mark
from kg.pipeline.upkeep.compare import Difference, concluded_otherwise, differences, standing
from kg.store import open_checkpoint, stamp_of
from kg.store.dump import disagreement, same, size
from kg.store.folder import open_unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.journal import Report
    from kg.store import OxigraphStore

_FEW, _MANY = 2, 8
"""Pages of each list that are held against the read model: quickly, and as well as may be."""
Compared: TypeAlias = Literal["store", "checkpoint"]


@dataclass(frozen=True, slots=True)
class Redaction:
    """A payload that was taken out of the journal for good, and what the journal says about that."""

    sequence: int
    document: str
    revision: int
    by: int | None
    """The entry that redacted it."""
    time: str | None = None
    agent: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What verifying a store found."""

    entries: int
    """Entries of the journal that are right, from the first on."""
    hash: str
    """Of the last of them."""
    damage: str | None = None
    """The first thing that is wrong with the journal; then the store was not compared."""
    compared: Compared | None = None
    """The store itself, or, where another process holds it, its newest checkpoint."""
    sequence: int | None = None
    """The change at which that stands."""
    quads: int = 0
    concluded: bool | None = None
    """Whether the rules conclude anew what the inference graph holds; None if that was left out."""
    first: Difference | None = None
    """The first difference between store and journal."""
    differing: int = 0
    """Graphs that differ."""
    missing: int = 0
    surplus: int = 0
    redactions: tuple[Redaction, ...] = ()
    notes: tuple[str, ...] = ()
    """What is worth knowing and no damage."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.damage is None and self.first is None


@dataclass(slots=True)
class _State:
    """The state of the store that is compared, and what was seen of it."""

    folder: Path
    journal: JournalReader
    store: OxigraphStore
    compared: Compared
    sequence: int = 0
    concluded: bool | None = None
    found: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(folder: Path, *, quick: bool = False, tell: Callable[[int, int], None] | None = None) -> Findings:
    """Return what reading journal and store found, without changing either.

    Where another process holds the store, its newest checkpoint is compared, and the findings say at which
    change that stands. With `quick` neither the rules run anew, nor is every index of the store read.
    Raises what `stamp_of` raises, JournalError where there is no journal, and StoreLockedError if the
    process that holds the store has not made a checkpoint yet.
    """
    stamp_of(folder)
    try:
        reader = JournalReader(folder / "journal")
    except JournalDamagedError as error:
        return Findings(0, GENESIS, str(error))
    with ExitStack() as stack:
        notes: list[str] = []
        try:
            state: _State | Difference = _opened(folder, reader, stack, notes)
        except StoreDamagedError as error:
            state = Difference(str(error))
        report = _journal_of(folder, notes)
        redactions = _redactions(reader, report)
        if report.damage is not None:
            return Findings(
                report.entries, report.head, str(report.damage), redactions=redactions, notes=tuple(notes)
            )
        if isinstance(state, Difference):
            return Findings(
                report.entries,
                report.head,
                first=state,
                differing=1,
                redactions=redactions,
                notes=tuple(notes),
            )
        _compare(state, quick=quick, tell=tell)
        return _findings(state, report, redactions, notes)


def _findings(state: _State, report: Report, redactions: tuple[Redaction, ...], notes: list[str]) -> Findings:
    found = state.found
    if not found and state.sequence < report.entries:
        notes.append(
            f"entries {state.sequence + 1} to {report.entries} are not in this state; "
            + (
                "the next command that opens the store takes them in"
                if state.compared == "store"
                else "the process that holds the store has them"
            )
        )
    return Findings(
        report.entries,
        report.head,
        None,
        state.compared,
        state.sequence,
        _size(state.store),
        state.concluded,
        found[0] if found else None,
        len(found),
        sum(one.missing for one in found),
        sum(one.surplus for one in found),
        redactions,
        (*notes, *state.notes),
    )


def _opened(folder: Path, reader: JournalReader, stack: ExitStack, notes: list[str]) -> _State:
    """Return the state to compare; the store itself if it can be held, so that nobody writes meanwhile."""
    try:
        hold = Hold(folder, "verify")
    except StoreLockedError:
        newest = newest_checkpoint(folder)
        if newest is None:
            raise
        number, store = newest
        stack.callback(store.close)
        notes.append(
            f"the store is held by {owner_of(folder) or 'a process that has just ended'}: "
            f"compared was its checkpoint at change {number}"
        )
        return _State(folder, reader, store, "checkpoint")
    stack.callback(hold.release)
    store = open_unchanged(folder)
    stack.callback(store.close)
    return _State(folder, reader, store, "store")


def _compare(state: _State, *, quick: bool, tell: Callable[[int, int], None] | None) -> None:
    with tempfile.TemporaryDirectory(prefix="servanda-") as made:
        work = Path(made)
        try:
            for found in _all(state, work, quick=quick, tell=tell):
                state.found.append(found)
        except StoreDamagedError as error:
            state.found.append(Difference(str(error)))


def _all(
    state: _State, work: Path, *, quick: bool, tell: Callable[[int, int], None] | None
) -> Iterator[Difference]:
    state.sequence, wrong = standing(state.store, state.journal)
    if wrong is not None:
        yield wrong
    yield from differences(state.store, state.journal, state.sequence, work, tell)
    state.notes += _marks(state.store)
    if state.found:
        return
    if not quick:
        differing = disagreement(state.store)
        if differing is not None:
            yield Difference(differing)
            return
        if not pending(state.store):
            otherwise = concluded_otherwise(state.store, work)
            state.concluded = otherwise is None
            if otherwise is not None:
                yield otherwise
    if state.compared == "store":
        yield from islice(_checkpoint(state, work), 1)
    yield from _read_model(state, quick=quick)


def _checkpoint(state: _State, work: Path) -> Iterator[Difference]:
    """Yield how the checkpoint that others read as the newest state differs from it."""
    for number, place in checkpoints(state.folder)[-1:]:
        if number > state.sequence:
            yield Difference(f"the checkpoint {place.name} is of a change that the store does not hold")
        if number != state.sequence:
            return
        with open_checkpoint(place, state.folder) as checkpoint:
            if same(checkpoint, state.store):
                return
            (work / "checkpoint").mkdir()
            for found in differences(checkpoint, state.journal, number, work / "checkpoint"):
                yield Difference(
                    f"checkpoint {place.name}: {found}",
                    found.graph,
                    found.sequence,
                    found.document,
                    found.missing,
                    found.surplus,
                )
            yield Difference(f"the checkpoint {place.name} does not hold what the store holds")


def _read_model(state: _State, *, quick: bool) -> Iterator[Difference]:
    """Yield how the read model differs, if it stands at the same change: lists are read from it."""
    from kg.pipeline.read_model import compare  # noqa: PLC0415 - loading its models takes longer than most commands

    found = compare(state.folder, state.store, state.sequence, _FEW if quick else _MANY)
    if found is not None:
        yield Difference(f"the read model: {found}; servanda rebuild --read-model makes it anew")


def _marks(store: OxigraphStore) -> Iterator[str]:
    graph = commits_graph(store.stamp.base)
    waiting = pending(store)
    if waiting:
        names = ", ".join(f"{kind} {name}" for _, kind, name in waiting[:3])
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""  # noqa: PLR2004 - names shown
        yield (
            f"the rules have yet to run over {names}{more}: the next command that opens the store runs them"
        )
    if store.quads(*purge_mark(store.stamp.base), graph):
        yield (
            "files may still hold what was redacted (a redaction was cut short): the next command that "
            "opens the store removes it"
        )


def _journal_of(folder: Path, notes: list[str]) -> Report:
    report = journals.verify(folder / "journal")
    if report.damage is not None and owner_of(folder) is not None:
        report = journals.verify(folder / "journal")  # a redaction may have passed by while it was read
    if report.unfinished:
        notes.append(
            f"the journal ends in {report.unfinished} bytes of a write that is under way or was cut off; "
            "it was never acknowledged"
        )
    if report.aside:
        notes.append(f"kept aside in the journal, writes that never ended: {', '.join(report.aside)}")
    if report.pending:
        numbers = ", ".join(map(str, report.pending))
        notes.append(
            f"the words of entries {numbers} are redacted and still in the journal: "
            "the next command that opens the store removes them"
        )
    return report


def _redactions(reader: JournalReader, report: Report) -> tuple[Redaction, ...]:
    if not report.redacted:
        return ()
    concerned = {number for pair in report.redacted for number in pair if number is not None}
    entries = {
        entry.sequence: entry
        for entry in islice(reader.entries(), report.entries)
        if entry.sequence in concerned
    }
    made = []
    for number, by in report.redacted:
        entry, redaction = entries[number], entries.get(by or 0)
        said = (redaction.time, redaction.agent, redaction.reason) if redaction else (None, None, None)
        made.append(Redaction(number, entry.document, entry.revision, by, *said))
    return tuple(made)


def _size(store: OxigraphStore) -> int:
    try:
        return size(store)
    except StoreDamagedError:
        return 0
