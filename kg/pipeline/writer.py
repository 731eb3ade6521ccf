"""Writing for many: what is sent is examined in a pool, and admitted by the one that holds the store."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import (
    BadParameterError,
    ChangedMeanwhileError,
    DocumentError,
    OverloadedError,
    ServandaError,
    StoreError,
)
from kg.ingest.from_rdf.read import document_of
from kg.pipeline import quarantine, review
from kg.pipeline.arrivals import MOST, PORTION, Arrival, Arrivals
from kg.pipeline.change import in_need_order
from kg.pipeline.fingerprint import fingerprint
from kg.pipeline.followers import checkpoints
from kg.pipeline.imports import Imports
from kg.pipeline.intake import admit, all_from_bytes, change_of, from_bytes, still_holds, taken_in
from kg.pipeline.linking import decide, unlinked
from kg.pipeline.proof import prove
from kg.pipeline.proposal import accept, unpacked
from kg.pipeline.updates import Trial, trial
from kg.pipeline.uploads import CONTEXTS, DocumentsUpload, DocumentUpload, RdfUpload
from kg.pipeline.version import anything, version_of
from kg.pipeline.withdraw import retract

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.journal import Entry
    from kg.pipeline.intake import Examined
    from kg.pipeline.linking import Decision, Unlinked
    from kg.pipeline.outcome import Outcome
    from kg.pipeline.proof import Proof
    from kg.pipeline.repository import Repository
    from kg.pipeline.review import Verdict
    from kg.pipeline.version import Demand, Version
    from kg.query.pool import Pool
    from kg.store import Dataset

_TRIES = 3
"""How often something is examined anew because the store has moved on."""


class Writer:
    """Takes in what comes over a network, one change at a time, from any thread.

    Who writes may demand a version of what is there: that is held against it by who holds the store, at the
    moment of writing, so that of two who demand the same version one is refused. Whatever `demand` raises is
    raised, and nothing is written.
    """

    def __init__(self, repository: Repository, pool: Pool) -> None:
        """Write to the repository; examine in the pool, which follows it."""
        self._repository = repository
        self._pool = pool
        self._lock = threading.RLock()
        self._arrivals = Arrivals()
        self._large = Arrivals()
        self._ahead = threading.Lock()
        """Held by who examines a large upload while others go on writing."""
        self._unlinked: tuple[int, Sequence[Unlinked]] | None = None
        self.imports: Imports | None = None
        """The tables that are sent; None until they are taken in."""

    def take_tables(self) -> Imports:
        """Begin to take in tables of datasets, beside all else; they are to be closed before the store is."""
        self.imports = Imports(self._repository, self._lock, self._show)
        self.imports.start()
        return self.imports

    @property
    def base(self) -> str:
        """The IRI below which everything is minted."""
        return self._repository.store.stamp.base

    def unlinked(self) -> Sequence[Unlinked]:
        """Return the names of datasets that are linked to nothing, looked up once for each change."""
        at = self._repository.sequence
        if self._unlinked is None or self._unlinked[0] != at:
            self._unlinked = at, unlinked(self._repository.store)
        return self._unlinked[1]

    def version(self, kind: str, identifier: str) -> Version | None:
        """Return the version of a document that the store holds; None if it holds none of that name."""
        return version_of(self._repository.store, kind, identifier)

    def document(  # noqa: PLR0913 - what is known of an upload
        self,
        data: bytes,
        name: str,
        agent: str,
        *,
        again: bool = False,
        kind: str | None = None,
        strict: bool = False,
        demand: Demand = anything,
    ) -> Outcome:
        """Take in a document, YAML or JSON by the ending of its name; return what became of it.

        If a kind is given, no other is taken. `strict` makes errors of warnings. Demanded is a version of
        the document that it is.
        """
        upload = DocumentUpload(data, name, self.base, again, kind, _now(), strict, self._secret)
        arrival = Arrival(upload, agent, demand)
        if arrival.large and not strict:
            self._look_ahead(arrival)
            if arrival.done:
                return arrival.result()
        self._arrivals.add(arrival)
        with self._lock:
            while not arrival.done:
                self._take_together(self._arrivals.take())
        return arrival.result()

    def documents(
        self, documents: Iterable[tuple[str, bytes]], agent: str, *, again: bool = False, strict: bool = False
    ) -> Iterator[Outcome | Exception]:
        """Take in documents, each with its name, and yield what became of each, in their order.

        They are examined and committed some at a time, and those may refer to each other; of several with one
        id each is a revision of the one before. Where one could not be examined, the error is yielded.
        """
        for group in _portions(documents):
            arrivals = [
                Arrival(
                    DocumentUpload(data, name, self.base, again, None, _now(), strict, self._secret),
                    agent,
                    anything,
                )
                for name, data in group
            ]
            with self._lock:
                self._take_together(arrivals, known=True)
            for arrival in arrivals:
                yield arrival.error or arrival.result()

    def graph(  # noqa: PLR0913 - what is known of an upload
        self,
        parts: Sequence[tuple[bytes, str]],
        graph: str,
        agent: str,
        *,
        merge: bool = False,
        contexts: tuple[str, ...] = CONTEXTS,
        demand: Demand = anything,
    ) -> Outcome:
        """Take in all that a document's graph is to hold, or what is to be added to it; as `document`.

        Each part is RDF and its media type. `contexts` are the addresses of the product's own for JSON-LD.
        """
        upload = RdfUpload(
            parts, graph, self.base, merge=merge, now=_now(), contexts=contexts, secret=self._secret
        )
        return self._take(upload, agent, demand, self.document_of(graph))

    def update(
        self,
        text: str,
        location: str | None,
        agent: str,
        dataset: Dataset | None = None,
        demand: Demand = anything,
    ) -> tuple[Outcome, ...]:
        """Make a SPARQL update of graphs of documents and return what became of each that it changes.

        It is tried on a copy; what it makes of each graph has to be a document, and is taken in as one. All
        of it comes in, or nothing where any is refused. An update that leaves nothing in a graph takes its
        document back. The dataset names the graphs in which its patterns are looked for. Demanded is a
        version of the whole store.

        Raises what the guard raises, what ends a query before its answer, QuerySyntaxError, QueryError,
        ChangedMeanwhileError where the store was changed from elsewhere in between.
        """
        with self._lock:
            demand(None, self._repository.standing.now)
            self._show()
            with trial(self._repository.folder) as place:
                tried = self._pool.answer(Trial(text, place, location, dataset, self.base, self._secret))
            outcomes = accept(
                self._repository, unpacked(tried.body), agent, "a SPARQL update left nothing of it"
            )
            if outcomes is None:
                raise ChangedMeanwhileError(
                    "the store was changed meanwhile, and nothing was taken in; try again"
                )
            self._show()
        return outcomes

    @property
    def folder(self) -> Path:
        """The folder of the store; raises StoreError for one in memory."""
        if self._repository.folder is None:
            raise StoreError("a store in memory keeps nothing that was refused")
        return self._repository.folder

    def resubmit(  # noqa: PLR0913 - what is known of an upload
        self,
        name: str,
        data: bytes,
        file: str,
        agent: str,
        *,
        again: bool = False,
        strict: bool = False,
        demand: Demand = anything,
    ) -> Outcome:
        """Take in the corrected document of an item of the quarantine; as `document`.

        Unless it is refused, the item is resolved, whatever the document is called by now. Demanded is a
        version of the item. Raises NotFoundError with the nearest ids if there is no such item.
        """
        with self._lock:
            demand(name, self.version_of_item(name))
            outcome = self.document(data, file, agent, again=again, strict=strict)
            if outcome.status != "refused" and quarantine.item(self.folder, name).status != "resolved":
                note = "the store held it as it is" if outcome.status == "unchanged" else None
                quarantine.mark_resolved(self.folder, name, outcome.sequence, note)
        return outcome

    def discard(self, name: str, reason: str, demand: Demand = anything) -> None:
        """Mark an item of the quarantine as not to be taken in; raises what `quarantine.discard` raises.

        Demanded is a version of the item.
        """
        with self._lock:
            demand(name, self.version_of_item(name))
            quarantine.discard(self.folder, name, reason)

    def version_of_item(self, name: str) -> Version:
        """Return the version of an item of the quarantine; raise NotFoundError with the nearest ids."""
        return fingerprint(quarantine.folder_of(self.folder, name), self._repository.store.secret)

    def document_of(self, graph: str) -> tuple[str, str]:
        """Return the kind and id of the document that a graph is of.

        Raises BadParameterError for a graph that no document can have: those are not for others to write.
        """
        try:
            return document_of(self.base, URIRef(graph))
        except DocumentError as error:
            problem = error.problems[0]
            raise BadParameterError(f"{problem.message}; {problem.hint}") from error

    def check(self, data: bytes, name: str, *, strict: bool = False) -> Outcome:
        """Return what `document` would say; nothing is written."""
        task = DocumentUpload(data, name, self.base, now=_now(), strict=strict, secret=self._secret)
        return from_bytes(self._pool.answer(task).body).outcome

    def retract(
        self, kind: str, identifier: str, reason: str, agent: str, demand: Demand = anything
    ) -> Entry:
        """Take a document back; raises what `kg.pipeline.retract` raises."""
        with self._lock:
            self._ask(demand, kind, identifier)
            entry = retract(self._repository, kind, identifier, reason, agent=agent)
            self._show()
        return entry

    def decide(self, decision: Decision, by: str) -> Entry:
        """Put on record that two events are one, or two; raises what `kg.pipeline.linking.decide` raises."""
        with self._lock:
            (entry,) = decide(self._repository, [decision], by)
            self._show()
        return entry

    def review(self, verdict: Verdict) -> Entry:
        """Put a verdict on a record; raises what `kg.pipeline.review.decide` raises."""
        with self._lock:
            entry = review.decide(self._repository, verdict)
            self._show()
        return entry

    def withdraw(self, identifier: str, by: str, reason: str) -> Entry:
        """Take a review back; raises what `kg.pipeline.review.withdraw` raises."""
        with self._lock:
            entry = review.withdraw(self._repository, identifier, by, reason)
            self._show()
        return entry

    def prove(self, identifier: str, data: bytes) -> Proof:
        """Return whether the bytes are the text of a report; raises what `kg.pipeline.proof.prove` raises."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            return prove(self._repository.store, identifier, digest)

    @property
    def _secret(self) -> str:
        return self._repository.store.secret.key.hex()

    def _look_ahead(self, arrival: Arrival) -> None:
        """Examine a large upload while others go on writing, one at a time and each key in its turn."""
        self._large.add(arrival)
        with self._ahead:
            while arrival.ahead is None and arrival.error is None:
                for one in self._large.take():
                    try:
                        one.ahead = from_bytes(self._pool.answer(one.upload).body)
                    except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                        one.error = error

    def _take_together(self, arrivals: Sequence[Arrival], *, known: bool = False) -> None:
        """Take in what arrived together with one commit; what cannot come in so, by itself.

        `known`: all of it is of one sender, who may be told of the others.
        """
        if len(arrivals) > 1:
            with suppress(ServandaError, OSError):  # each by itself meets what is wrong with it
                self._commit_together(arrivals, known=known)
        for arrival in arrivals:
            if not arrival.done:
                take = partial(self._take, arrival.upload, arrival.agent, arrival.demand, ahead=arrival.ahead)
                arrival.settle(take)

    def _commit_together(self, arrivals: Sequence[Arrival], *, known: bool) -> None:
        self._show()
        told = self._pool.answer(DocumentsUpload([arrival.upload for arrival in arrivals])).body
        found = [
            (arrival, examined)
            for arrival, examined in zip(arrivals, all_from_bytes(told), strict=True)
            if examined is not None and (known or examined.outcome.status != "refused")
        ]
        if any(examined.sequence != self._repository.sequence for _, examined in found):
            return
        if not self._suits(found):  # others may refer to what does not come in now
            return
        changes = {
            (change.kind, change.identifier): (change, arrival, examined)
            for arrival, examined in found
            if examined.graph is not None
            for change in [change_of(examined, arrival.agent)]
        }
        ordered = in_need_order(change for change, _, _ in changes.values())
        entries = self._repository.commit(ordered)
        self._show()
        for arrival, examined in found:
            if examined.graph is None:
                arrival.outcome = examined.outcome
        for change, entry in zip(ordered, entries, strict=True):
            _, arrival, examined = changes[change.kind, change.identifier]
            arrival.outcome = taken_in(self._repository, examined, entry)

    def _suits(self, found: Iterable[tuple[Arrival, Examined]]) -> bool:
        """Return whether the versions that are there are those demanded; note it where one is not."""
        suits = True
        for arrival, examined in found:
            kind, identifier = examined.outcome.kind, examined.outcome.identifier
            if kind is not None and identifier is not None:
                try:
                    self._ask(arrival.demand, kind, identifier)
                except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                    arrival.error, suits = error, False
        return suits

    def _take(
        self,
        task: DocumentUpload | RdfUpload,
        agent: str,
        demand: Demand,
        named: tuple[str, str] | None = None,
        ahead: Examined | None = None,
    ) -> Outcome:
        """Take in what is sent; `named` is the document that it is, where that is known before it is read.

        `ahead` is what was said of it before; where that may not hold any more, it is examined again.
        """
        with self._lock:
            for _ in range(_TRIES):
                if named is not None:
                    self._ask(demand, *named)
                self._show()
                if ahead is not None and still_holds(self._repository, ahead):
                    examined = replace(ahead, sequence=self._repository.sequence)
                else:
                    examined = from_bytes(self._pool.answer(task).body)
                ahead, found = None, examined.outcome
                if named is None and found.kind is not None and found.identifier is not None:
                    self._ask(demand, found.kind, found.identifier)
                outcome = admit(self._repository, examined, agent)
                if outcome is not None:
                    self._show()
                    return outcome
        raise OverloadedError("the store is being changed from elsewhere; try again in a moment", 1)

    def _ask(self, demand: Demand, kind: str, identifier: str) -> None:
        """Hold what is demanded of a document against the version that the store holds."""
        demand(f"{self.base}graph/{kind}/{identifier}", self.version(kind, identifier))

    def _show(self) -> None:
        """Let the pool answer from the state at which the store stands."""
        folder = self._repository.folder
        if folder is None or self._pool.sequence == self._repository.sequence:
            return
        self._repository.follow(at_once=True)
        number, place = checkpoints(folder)[-1]
        if number > self._pool.sequence:
            self._pool.advance(place, number)


def _now() -> str:
    """Return the moment as workers are told it, who ask no clock."""
    return datetime.now(UTC).isoformat()


def _portions(documents: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """Yield documents in portions that are examined together."""
    portion: list[tuple[str, bytes]] = []
    size = 0
    for name, data in documents:
        if portion and (len(portion) == MOST or size + len(data) > PORTION):
            yield portion
            portion, size = [], 0
        portion.append((name, data))
        size += len(data)
    if portion:
        yield portion
