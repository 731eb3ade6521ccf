"""A plain SPARQL store: its clients' quads and nothing else, for suites and private use.

It has no journal, no shapes and no rules; its default graph is its own. A write is answered once queries
see it: each makes a checkpoint, to which the pool of workers moves on. What could take long is made in a
worker, on a copy, and the copy then takes the place of the store.
"""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.pipeline.followers import Checkpoints, checkpoints
from kg.pipeline.graph_versions import drawn, resumed
from kg.pipeline.owner import Hold, claim
from kg.pipeline.pooled import lanes
from kg.pipeline.updates import LANE, TRIALS, Trial, trial
from kg.pipeline.uploads import LANE as INTAKE
from kg.pipeline.uploads import ParseUpload, contexts_at
from kg.pipeline.version import Standing, anything
from kg.query.pool import Lane, Pool
from kg.store import adopt, create, open_store
from kg.store.folder import files_of, is_made
from kg.store.spelling import Rewritten, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from kg.pipeline.graph_versions import GraphVersions
    from kg.pipeline.version import Demand, Version
    from kg.settings import Settings
    from kg.store import Dataset, OxigraphStore

POLICY: Final = "unvalidated"
_STACK: Final = 512 * 1024 * 1024
"""Bytes of stack, taken only as they are used: the engine's parser recurses over what it is given."""


class PlainStore:
    """A plain store held by this process, and the states of it that queries see."""

    def __init__(
        self, store: OxigraphStore, folder: Path, hold: Hold, now: Version, versions: GraphVersions
    ) -> None:
        """Take the parts; use `open_plain` instead."""
        self.store = store
        self.folder = folder
        self.versions = versions
        self._hold = hold
        self._follower = Checkpoints(folder)
        self.sequence = self._follower.sequence
        self.moved()
        self.standing = Standing(replace(now, sequence=self.sequence))

    @contextmanager
    def changing(self, graphs: Collection[str | None] | None) -> Iterator[None]:
        """Let these graphs be changed, or any: they are in a new version then, and the store is.

        None among them names the default graph.
        """
        version = drawn(self.sequence + 1)
        self.standing.leave()
        self.versions.touch(graphs, version)
        try:
            yield
        finally:
            stands = replace(version, sequence=self.sequence)
            if stands != version:  # it failed, and there is no such change
                self.versions.touch(graphs, stands)
            self.standing.settle(stands)

    def moved(self) -> Path:
        """Count one more change, and return the checkpoint that holds it."""
        self.sequence += 1
        self._follower.follow(self.store, self.sequence)
        return checkpoints(self.folder)[-1][1]

    def keep(self, in_use: Callable[[], frozenset[Path]]) -> None:
        """Remove no checkpoint that is in use, as the function tells."""
        self._follower.in_use = in_use

    def close(self) -> None:
        """Let go of store and hold."""
        try:
            self.store.close()
            if self.standing.now is not None:
                with suppress(OSError):  # it is not known then how the graphs stand, and they count as new
                    self.versions.keep(self.folder, self.standing.now)
        finally:
            self._hold.release()


def open_plain(folder: Path, base: str, activity: str, url: str | None = None) -> PlainStore:
    """Return the plain store in the folder, which is made if there is nothing.

    Raises StoreExistsError for a folder that holds something else, StoreMismatchError for a store that was
    made under another policy, StoreLockedError naming who holds it, StoreDamagedError.
    """
    made = is_made(folder)
    hold = Hold(folder, activity, url) if made else claim(folder, activity, url)
    try:
        if not made:
            create(folder, base, POLICY).close()
        shutil.rmtree(folder / TRIALS, ignore_errors=True)
        now, versions = resumed(folder, files_of(folder), 0)
        return PlainStore(open_store(folder, POLICY), folder, hold, now, versions)
    except BaseException:
        hold.release()
        raise


@contextmanager
def plainly_pooled(plain: PlainStore, settings: Settings) -> Iterator[Pool]:
    """Give a pool that answers from the newest state of a plain store, and is closed in the end."""
    chosen = lanes(settings)
    trials = Lane(workers=1, spares=0, limits=replace(chosen["query"].limits), writes=True)
    used = {"query": chosen["query"], INTAKE: chosen[INTAKE], LANE: trials}
    number, place = checkpoints(plain.folder)[-1]
    with Pool(place, number, lanes=used) as pool:
        plain.keep(pool.in_use)
        yield pool


class Change(int):
    """The number of a change, which knows what of it the engine spelled anew."""

    rewritten = Rewritten()


class PlainWriter:
    """Writes to a plain store, one change at a time, from any thread; whatever is long is tried elsewhere.

    Who writes may demand a version of what is there, as of a `Writer`.
    """

    def __init__(self, plain: PlainStore, pool: Pool) -> None:
        """Write to the store; try, and parse, in the pool that answers from it."""
        self._plain = plain
        self._pool = pool
        self._lock = threading.Lock()
        before = threading.stack_size(_STACK)
        try:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="update")
            self._executor.submit(int).result()  # the thread is made now, while the size of its stack is set
        finally:
            threading.stack_size(before)

    def version(self, graph: str | None) -> Version | None:
        """Return the version of a graph; None if there is no such graph."""
        return self._plain.versions.of(graph) if self.holds(graph) else None

    def update(
        self,
        text: str,
        location: str | None,
        dataset: Dataset | None = None,
        demand: Demand = anything,
    ) -> Change:
        """Make an update and return the change that it is; queries see it then.

        Demanded is a version of the whole store.

        Raises what the guard raises, what ends a query before its answer, QuerySyntaxError,
        BadParameterError where the update and the request both name the graphs of its patterns, QueryError.
        """
        with self._lock, trial(self._plain.folder) as place:
            demand(None, self._plain.standing.now)
            answered = self._pool.answer(Trial(text, place, location, dataset)).body
            rewritten, told = unpacked(answered)
            if Path(place).exists():  # made once: made again, it might do something else, and without end
                with self._plain.changing(None):
                    adopt(self._plain.folder, self._plain.store, Path(place))
                    return self._seen(rewritten)
            return self._made(None, told.decode(), location, rewritten)

    def put(
        self,
        graph: str | None,
        parts: Sequence[tuple[bytes, str]],
        location: str,
        root: str = "",
        demand: Demand = anything,
    ) -> tuple[Change, bool]:
        """Let a graph hold what is sent and nothing else; return the change, and whether it is new.

        None names the default graph. Each part is RDF and its media type; relative IRIs are resolved
        against the location; `root` is the address of the server. Raises RdfSyntaxError, and what ends the
        parsing. Demanded is a version of the graph.
        """
        with self._lock:
            demand(graph, self.version(graph))
            rewritten, triples = self._parsed(parts, location, root)
            new = not self.holds(graph)
            empty = (
                "CLEAR DEFAULT" if graph is None else f"DROP SILENT GRAPH <{graph}> ; CREATE GRAPH <{graph}>"
            )
            return self._made([graph], f"{empty} ; {_inserting(graph, triples)}", rewritten=rewritten), new

    def add(
        self,
        graph: str | None,
        parts: Sequence[tuple[bytes, str]],
        location: str,
        root: str = "",
        demand: Demand = anything,
    ) -> tuple[Change, bool]:
        """Add what is sent to a graph; as `put`."""
        with self._lock:
            demand(graph, self.version(graph))
            rewritten, triples = self._parsed(parts, location, root)
            new = not self.holds(graph)
            making = "" if graph is None else f"CREATE SILENT GRAPH <{graph}> ; "
            return self._made([graph], f"{making}{_inserting(graph, triples)}", rewritten=rewritten), new

    def remove(self, graph: str | None, demand: Demand = anything) -> Change | None:
        """Remove a graph and return the change; None if there is none. The default graph is emptied."""
        with self._lock:
            demand(graph, self.version(graph))
            if not self.holds(graph):
                return None
            return self._made([graph], "CLEAR DEFAULT" if graph is None else f"DROP GRAPH <{graph}>")

    def holds(self, graph: str | None) -> bool:
        """Return whether there is such a graph; there always is a default graph."""
        return graph is None or self._plain.store.has_graph(graph)

    def close(self) -> None:
        """Let what is being written be written, and end the thread for it."""
        self._executor.shutdown()

    def _made(
        self,
        graphs: Collection[str | None] | None,
        update: str,
        location: str | None = None,
        rewritten: Rewritten | None = None,
    ) -> Change:
        with self._plain.changing(graphs):
            self._executor.submit(self._plain.store.update, update, location).result()
            return self._seen(rewritten)

    def _seen(self, rewritten: Rewritten | None = None) -> Change:
        """Let queries see what was changed, and return the change that it is."""
        place = self._plain.moved()
        self._pool.advance(place, self._plain.sequence)
        made = Change(self._plain.sequence)
        made.rewritten = rewritten or Rewritten()
        return made

    def _parsed(self, parts: Sequence[tuple[bytes, str]], location: str, root: str) -> tuple[Rewritten, str]:
        rewritten, triples = unpacked(self._pool.answer(ParseUpload(parts, location, contexts_at(root))).body)
        return rewritten, triples.decode()


def _inserting(graph: str | None, triples: str) -> str:
    return (
        f"INSERT DATA {{ {triples} }}"
        if graph is None
        else f"INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}"
    )
