"""The owner of a store: every change goes through `commit`, first into the journal, then the store."""

from __future__ import annotations

import hashlib
import shutil
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Self, TypeVar

from rdflib.term import URIRef

from kg.errors import JournalDamagedError, StorageFullError, StoreError
from kg.infer import Conclusions, rules_of
from kg.journal import Action, Draft, Entry, salt
from kg.pipeline.earlier import payload_now
from kg.pipeline.effect import effect, recorded
from kg.pipeline.feed import Feed
from kg.pipeline.records import commits_graph, document_iri, last_revisions, pending, settle
from kg.pipeline.version import Standing, Version, moment, standing
from kg.store import exchange, to_nquads
from kg.store.oxigraph import AT_ONCE, read_nquads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.infer import Rule
    from kg.journal import Journal
    from kg.pipeline.change import Batch, Change
    from kg.pipeline.effect import Alteration
    from kg.pipeline.feed import Tracking
    from kg.pipeline.followers import Follower
    from kg.pipeline.owner import Hold
    from kg.store import OxigraphStore, Quad

_Item = TypeVar("_Item")
_GROUP = 200
"""Changes in one transaction."""
_MUCH = 20_000
"""Quads that, written by one process, make it worthwhile to put the files in order; then twice as many."""
_RECENT = 1_000
"""Changes of which it is remembered what they changed."""
_ROOM = 200
"""Bytes that a quad takes in the files, about."""
_LARGE = 1 << 20
"""Bytes of a document that is new from which it is loaded, and not put in quad by quad."""
_UNFLUSHED = 50_000
"""Quads after which the store is flushed, so that opening it after a crash has little to catch up with."""


class Repository:
    """A store with its journal and what follows it; for one process, which holds it until `close`."""

    def __init__(  # noqa: PLR0913 - the parts of a repository
        self,
        store: OxigraphStore,
        journal: Journal | None = None,
        followers: Sequence[Follower] = (),
        hold: Hold | None = None,
        *,
        agent: str = "unnamed",
        reserve: int = 0,
    ) -> None:
        """Take the parts together; use `open_graph`, `initialise` or `in_memory` instead.

        `reserve` is the room on the disk, in bytes, below which nothing is taken in.
        """
        self.store = store
        self.journal = journal
        self.agent = agent
        version = standing(store)
        self.sequence, self._last = version.sequence, version.hash
        self.standing = Standing(version)
        self._time = version.time
        self._followers = tuple(followers)
        self._feed = Feed(self)
        self._hold = hold
        self._conclusions = Conclusions()
        self._in_force: tuple[Rule, ...] = ()
        self._reserve = reserve
        self._failed: str | None = None
        self._unflushed = 0
        self._written = 0
        self._recent: deque[tuple[int, str, str]] = deque(maxlen=_RECENT)
        self._tidy_at = _MUCH

    @property
    def folder(self) -> Path | None:
        """The folder of the store; None in memory."""
        return self.store.folder

    @property
    def last_hash(self) -> str:
        """The hash of the last change that the store holds."""
        return self._last

    @property
    def failed(self) -> str | None:
        """Why nothing more is taken in: what went wrong between journal and store; None if nothing did."""
        return self._failed

    def __enter__(self) -> Self:
        """Return the repository itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the repository."""
        self.close()

    def commit(self, changes: Iterable[Change]) -> tuple[Entry, ...]:
        """Make the changes and return their entries: when this returns, they are journalled and in the store.

        The changes of a group go in together. Raises StorageFullError where there is no room (what it
        names was not taken in), JournalError, StoreError. After an error between journal and store what the
        journal holds is completed before the next change, or when the repository is opened again.
        """
        entries: list[Entry] = []
        for group in _groups(changes, _GROUP, lambda change: (change.kind, change.identifier)):
            entries += self._commit(group)
        self.conclude()
        self.follow()
        return tuple(entries)

    def commit_batches(self, batches: Sequence[Batch], agent: str | None = None) -> tuple[Entry, ...]:
        """Take in documents that are new, as the bytes that they come as, and conclude of them.

        They are reports, or lists of things of which nothing in the store speaks yet. They are written to the
        journal together, each an entry, and then loaded as files of the engine. That is no transaction: what
        was loaded by a process that ends meanwhile belongs to no document until the next one that opens
        the store completes it from the journal. Raises what `commit` raises.
        """
        self.check_room()
        self._catch_up()
        self.conclude()
        drafts = [_draft_of(batch, agent or self.agent) for batch in batches]
        entries = (
            self.journal.append(drafts)
            if self.journal is not None
            else _unwritten(drafts, self.sequence, self._last)
        )
        try:
            self._load([(entry, batch.payload) for entry, batch in zip(entries, batches, strict=True)])
        except BaseException as error:
            self._fall_behind(entries, error)
            raise
        self._conclude_new(batches)
        return entries

    def _conclude_new(self, batches: Sequence[Batch]) -> None:
        base = self.store.stamp.base
        in_force = rules_of(self.store.graph(URIRef(f"{base}graph/rules")))
        if any(batch.kind != "report" for batch in batches):
            self._conclusions.renew(self.store, base, in_force)
        else:
            self._conclusions.derive_new(
                self.store,
                base,
                [URIRef(f"{base}report/{batch.identifier}") for batch in batches],
                b"".join(batch.payload for batch in batches),
                [URIRef(batch.graph) for batch in batches],
                in_force,
            )
        self._settle([document_iri(base, batch.kind, batch.identifier) for batch in batches])

    def _settle(self, documents: Sequence[URIRef]) -> None:
        """Take the marks from documents of which everything is concluded, and tell who follows."""
        self.store.apply(settle(self.store, documents))
        self.standing.settle(Version(self.sequence, self._last, self._time))
        self._feed.publish(self.sequence, self._last)

    @property
    def followers(self) -> tuple[Follower, ...]:
        """What is brought up to date after changes, in that order."""
        return self._followers

    def changed_since(self, sequence: int) -> tuple[tuple[str, str], ...] | None:
        """Return the kinds and ids of what was changed after a change; None where that is not remembered."""
        if self.sequence - sequence > len(self._recent):
            return None
        return tuple((kind, name) for number, kind, name in self._recent if number > sequence)

    def attach(self, follower: Follower) -> None:
        """Bring this follower up to date too, after those that there are."""
        self._followers = (*self._followers, follower)

    def track(self, follower: Tracking) -> None:
        """Tell the follower of all changes after that at which it stands, on a thread of its own.

        Neither its time nor its faults are those of who makes the changes.
        """
        self._feed.attach(follower)

    def conclude(self) -> bool:
        """Run the rules over what was taken in since; return whether there was anything."""
        waiting = pending(self.store)
        if waiting:
            base = self.store.stamp.base
            everything = any(kind != "report" for _, kind, _ in waiting)
            reports = [URIRef(f"{base}report/{name}") for _, _, name in waiting]
            if everything or not self._in_force:
                self._in_force = rules_of(self.store.graph(URIRef(f"{base}graph/rules")))
            self._conclusions.derive(self.store, base, None if everything else reports, self._in_force)
        self._settle([document for document, _, _ in waiting])
        return bool(waiting)

    def follow(self, *, at_once: bool = False) -> None:
        """Bring the followers up to date that want it, or all that are behind.

        One for which there is no room stays behind: the change that it would show is made all the same.
        """
        if self._written >= self._tidy_at:
            self._tidy()
        for follower in self._followers:
            if follower.sequence != self.sequence if at_once else follower.due(self.sequence):
                with suppress(StorageFullError):
                    follower.follow(self.store, self.sequence)

    def _tidy(self) -> None:
        """Put the files in order if half of what they hold was written since, so that it costs what was."""
        half = self.store.room() // (2 * _ROOM)
        if self._written >= half:
            with suppress(StorageFullError):
                self.store.tidy()
            self._tidy_at = 2 * self._written
        else:
            self._tidy_at = half

    def replay(self, until: int | None = None) -> int:
        """Take in what the journal holds and the store does not; return how many entries that were.

        Raises JournalDamagedError where the journal is not that of this store, or lacks words that no
        redaction took away.
        """
        if self.journal is None:
            return 0
        self._check_common_past(self.journal)
        return self.take(_sound(self.journal, self.journal.records(after=self.sequence, until=until)))

    def take(self, records: Iterable[tuple[Entry, bytes | None]]) -> int:
        """Take in entries with their payloads, in order, and return how many; the rules have yet to run."""
        count = 0
        for alike, part in groupby(records, self._is_to_load):
            if alike:
                for entry, payload in part:
                    self._load([(entry, payload_now(entry, payload or b""))])
                    count += 1
                continue
            for group in _groups(part, _GROUP, lambda pair: (pair[0].kind, pair[0].identifier)):
                self._apply([(entry, payload_now(entry, payload or b"")) for entry, payload in group])
                count += len(group)
        return count

    def exchange(self) -> None:
        """Put a fresh copy of the store into its place, so that nothing of what was deleted stays on disk."""
        if self.folder is not None:
            watch = self.store.watch
            self.store = exchange(self.folder, self.store)
            self.store.watch = watch

    def close(self) -> None:
        """Bring followers up to date and let go of journal, store and hold."""
        try:
            if self._failed is None and not pending(self.store):
                self.follow(at_once=True)
                self._feed.drain()
        finally:
            self.release()

    def release(self) -> None:
        """Let go of journal, store and hold as they are."""
        self._feed.close()
        try:
            if self.journal is not None:
                self.journal.close()
            self.store.close()
        finally:
            if self._hold is not None:
                self._hold.release()

    def _commit(self, group: Sequence[Change]) -> tuple[Entry, ...]:
        self.check_room()
        self._catch_up()
        drafts = self._drafts(group)
        entries = (
            self.journal.append(drafts)
            if self.journal is not None
            else _unwritten(drafts, self.sequence, self._last)
        )
        try:
            self._apply([(entry, draft.payload or b"") for entry, draft in zip(entries, drafts, strict=True)])
        except BaseException as error:
            self._fall_behind(entries, error)
            raise
        return entries

    def _fall_behind(self, entries: Sequence[Entry], error: BaseException) -> None:
        """Note that the journal holds what the store could not take in."""
        self._failed = str(error) or type(error).__name__
        error.add_note(
            f"changes {entries[0].sequence} to {entries[-1].sequence} are in the journal; they are "
            "completed before the next one, or when the store is opened again",
        )

    def _is_to_load(self, record: tuple[Entry, bytes | None]) -> bool:
        """Return whether an entry brings so much, and all of it new, that it is loaded and not compared."""
        entry, payload = record
        return (
            entry.action is Action.ADD
            and payload is not None
            and len(payload) >= _LARGE
            and not any(self.store.has_graph(graph) for graph in entry.graphs)
        )

    def _catch_up(self) -> None:
        """Take in what the journal holds and the store could not; raise StoreError if it still cannot."""
        if self._failed is None:
            return
        try:
            version = standing(self.store)
            self.sequence, self._last, self._time = version.sequence, version.hash, version.time
            self.replay()
        except StorageFullError:
            raise
        except StoreError as error:
            why = f"nothing more is taken in: {self._failed}; open the store again"
            raise StoreError(why) from error
        self._failed = None

    def _apply(self, changes: Sequence[tuple[Entry, bytes]]) -> None:
        self._check_order(changes[0][0])
        done = effect(self.store, [(entry, read_nquads(payload)) for entry, payload in changes])
        self.standing.leave()
        self._make([entry for entry, _ in changes], done)

    def _load(self, changes: Sequence[tuple[Entry, bytes]]) -> None:
        """Load what new documents hold, and then say that the store holds them."""
        self._check_order(changes[0][0])
        self.standing.leave()
        entries = [entry for entry, _ in changes]
        payloads = b"".join(payload for _, payload in changes)
        self.store.load(payloads, [graph for entry in entries for graph in entry.graphs])
        self._make(entries, recorded(self.store, entries))

    def _check_order(self, first: Entry) -> None:
        if first.sequence != self.sequence + 1:
            raise StoreError(f"change {first.sequence} does not follow change {self.sequence}")

    def _make(self, entries: Sequence[Entry], done: Alteration) -> None:
        """Make a change and say so; much that comes with it comes before that is said.

        Who is interrupted in between holds what no record tells of, until it is completed from the journal.
        """
        insert = done.insert
        if len(insert) > AT_ONCE:
            records = str(commits_graph(self.store.stamp.base))
            self.store.pour([quad for quad in insert if quad.graph_name.value != records])
            insert = frozenset(quad for quad in insert if quad.graph_name.value == records)
        self.store.alter(insert, done.delete)
        self._feed.note(entries)
        self._recent.extend((entry.sequence, entry.kind, entry.identifier) for entry in entries)
        last = entries[-1]
        self.sequence, self._last, self._time = last.sequence, last.hash, moment(last.time)
        self._unflushed += len(done.insert)
        self._written += len(done.insert)
        if self._unflushed >= _UNFLUSHED:
            self.store.flush()
            self._unflushed = 0

    def _drafts(self, group: Sequence[Change]) -> list[Draft]:
        last = last_revisions(self.store, [(change.kind, change.identifier) for change in group])
        return [
            Draft(
                action=change.action,
                kind=change.kind,
                identifier=change.identifier,
                revision=last[change.kind, change.identifier]
                + (change.action in {Action.ADD, Action.REVISE}),
                agent=change.agent,
                graphs=tuple(sorted(change.graphs)),
                content_hash=change.content_hash,
                reason=change.reason,
                redacts=change.redacts,
                payload=to_nquads(_of(change)) or None,
                salt=salt(),
            )
            for change in group
        ]

    def check_room(self) -> None:
        """Raise StorageFullError where less of the disk is free than is kept free."""
        if self.folder is None or not self._reserve:
            return
        free = shutil.disk_usage(self.folder).free
        if free < self._reserve:
            raise StorageFullError(
                f"{free // 2**20} MB are free on the disk of {self.folder}, fewer than the "
                f"{self._reserve // 2**20} MB that are kept free (SERVANDA_RESERVE); nothing was taken in",
            )

    def _check_common_past(self, journal: Journal) -> None:
        if not self.sequence:
            return
        entry, _ = journal.record(self.sequence)
        if entry.hash != self._last:
            raise JournalDamagedError(
                f"entry {self.sequence} of the journal is not the change of that number that the store "
                "holds: the journal is another store's, or was altered",
                self.sequence,
            )


def _sound(
    journal: Journal, records: Iterable[tuple[Entry, bytes | None]]
) -> Iterator[tuple[Entry, bytes | None]]:
    """Yield the records; raise JournalDamagedError for one whose payload is gone without a redaction."""
    redacted: set[int] | None = None
    for entry, payload in records:
        if payload is None and entry.payload_sha256 is not None:
            if redacted is None:
                redacted = {number for later in journal.entries() for number in later.redacts}
            if entry.sequence not in redacted:
                raise JournalDamagedError(
                    f"entry {entry.sequence} of the journal ({entry.document}) has lost what it held, and no "
                    "redaction says why: restore the journal from a backup",
                    entry.sequence,
                )
        yield entry, payload


def in_memory(store: OxigraphStore, agent: str = "unnamed") -> Repository:
    """Return a repository of a store in memory, which keeps no journal."""
    return Repository(store, agent=agent)


def _unwritten(drafts: Iterable[Draft], sequence: int, previous: str) -> tuple[Entry, ...]:
    """Return the entries that drafts would have in a journal, where none is kept."""
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    entries: list[Entry] = []
    for draft in drafts:
        sequence += 1
        said = asdict(draft)
        payload = said.pop("payload")
        entry = Entry(
            **said,
            sequence=sequence,
            time=time,
            payload_sha256=None if payload is None else hashlib.sha256(payload).hexdigest(),
            payload_bytes=len(payload or b""),
            previous=previous,
        )
        previous = entry.hash
        entries.append(entry)
    return tuple(entries)


def _draft_of(batch: Batch, agent: str) -> Draft:
    return Draft(
        action=Action.ADD,
        kind=batch.kind,
        identifier=batch.identifier,
        revision=batch.revision,
        agent=agent,
        graphs=(batch.graph,),
        content_hash=batch.content_hash,
        payload=batch.payload,
        salt=salt(),
    )


def _of(change: Change) -> frozenset[Quad]:
    return frozenset((*triple, graph) for graph, triples in change.graphs.items() for triple in triples)


def _groups(items: Iterable[_Item], most: int, name: Callable[[_Item], object]) -> Iterator[list[_Item]]:
    """Yield the items in groups of at most so many, in none of which a name stands twice."""
    group: list[_Item] = []
    names: set[object] = set()
    for item in items:
        if group and (len(group) == most or name(item) in names):
            yield group
            group, names = [], set()
        group.append(item)
        names.add(name(item))
    if group:
        yield group
