"""A whole store as sorted lines, and back: streamed, in runs on the disk where memory would not do."""

from __future__ import annotations

import gzip
import heapq
import io
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph as ox
import zstandard

from kg.errors import StoreDamagedError
from kg.store.complaints import complaints
from kg.store.convert import triple_from_ox
from kg.store.oxigraph import OxigraphStore
from kg.store.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rdflib.term import URIRef

    from kg.store.base import Quad

RUN_BYTES: Final = 48 << 20
"""Bytes of lines that are sorted in memory at once."""
_BLOCK: Final = 1 << 20
_GZIP: Final = 6


def write_lines(
    store: OxigraphStore, output: IO[bytes], beside: Path | None = None, run_bytes: int = RUN_BYTES
) -> int:
    """Write the store as N-Quads, one line each in code-point order; return how many there are.

    Equal stores give equal bytes, whatever the size of the runs. Runs that do not fit in memory are kept,
    compressed, in the folder named, else where the system keeps temporary files; they have no names there.
    """
    with ExitStack() as files:
        runs = _Runs(files, beside, run_bytes)
        with complaints():
            _engine(store).dump(cast("IO[bytes]", runs), format=ox.RdfFormat.N_QUADS)
        return _written(runs.merged(), output)


def write_gzip(store: OxigraphStore, output: IO[bytes]) -> None:
    """Write the store as N-Quads in the order in which the engine has them, compressed with gzip."""
    with complaints(), gzip.GzipFile(fileobj=output, mode="wb", mtime=0, compresslevel=_GZIP) as packed:
        buffered = io.BufferedWriter(cast("io.RawIOBase", packed), _BLOCK)
        _engine(store).dump(cast("IO[bytes]", buffered), format=ox.RdfFormat.N_QUADS)
        buffered.flush()
        buffered.detach()


def graph_lines(store: OxigraphStore, graph: str) -> bytes:
    """Return one graph of the store as N-Quads, one line each in code-point order."""
    with complaints():
        quads = _engine(store).quads_for_pattern(None, None, None, ox.NamedNode(graph))
        written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(written.splitlines(keepends=True)))


def graph_sizes(store: OxigraphStore) -> dict[str, int]:
    """Return how many quads each named graph of the store holds, for all that hold any, by name.

    Raises StoreDamagedError for files that cannot be read: asked by GROUP BY, the engine would go on for
    ever, and take all memory.
    """
    with complaints():
        counted = Counter(
            quad.graph_name for quad in _engine(store).quads_for_pattern(None, None, None, None)
        )
    return dict(
        sorted((name.value, count) for name, count in counted.items() if isinstance(name, ox.NamedNode))
    )


def size(store: OxigraphStore) -> int:
    """Return how many quads the store holds."""
    with complaints():
        return len(_engine(store))


def lacking(other: OxigraphStore, store: OxigraphStore, graph: URIRef) -> Iterator[Quad]:
    """Yield the quads that a graph of the store has and that of the other store lacks."""
    held = _engine(other)
    with complaints():
        for quad in _engine(store).quads_for_pattern(None, None, None, ox.NamedNode(str(graph))):
            if quad not in held:
                yield (*triple_from_ox(quad), graph)


def same(one: OxigraphStore, other: OxigraphStore) -> bool:
    """Return whether two stores hold the same quads."""
    with complaints():
        both = zip(_engine(one), _engine(other), strict=False)
        if len(_engine(one)) != len(_engine(other)):
            return False
        return all(mine == theirs or mine in _engine(other) for mine, theirs in both)


def disagreement(store: OxigraphStore) -> str | None:
    """Return what is wrong if the indexes of the store do not all hold as much; None if they do.

    Reads each of the six wholly, so that a damaged block is found though no question has met it yet.
    Raises StoreDamagedError where one cannot be read.
    """
    engine = _engine(store)
    counts = Counter[str]()
    predicates: set[ox.NamedNode] = set()
    with complaints():
        for graph in (ox.DefaultGraph(), *engine.named_graphs()):
            counts += _within(engine, graph, predicates)
        counts["by graph"] += 0  # where no graph is known there may be quads all the same
        for predicate in predicates:
            counts["by predicate"] += _length(engine.quads_for_pattern(None, predicate, None, None))
        counts["in all"] = len(engine)
    if len(set(counts.values())) <= 1:
        return None
    return "its indexes differ: " + ", ".join(f"{count} quads {name}" for name, count in counts.items())


def _within(
    engine: ox.Store,
    graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph,
    predicates: set[ox.NamedNode],
) -> Counter[str]:
    """Return how many quads of a graph each index holds; add what predicates they have."""
    own: set[ox.NamedNode] = set()
    objects: set[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = set()
    counts = Counter[str]()
    last = None
    for quad in engine.quads_for_pattern(None, None, None, graph):
        counts["by graph"] += 1
        own.add(quad.predicate)
        objects.add(quad.object)
        both = engine.quads_for_pattern(quad.subject, None, quad.object, None)
        counts["by object"] += any(found == quad for found in both)
        if quad.subject != last:  # the quads of a subject come one after the other
            last = quad.subject
            about = engine.quads_for_pattern(last, None, None, None)
            counts["by subject"] += sum(found.graph_name == graph for found in about)
    counts["by graph and predicate"] = sum(
        _length(engine.quads_for_pattern(None, predicate, None, graph)) for predicate in own
    )
    counts["by graph and object"] = sum(
        found.object == object_  # after an integer such as 255 the engine gives what is not of it, too
        for object_ in objects
        for found in engine.quads_for_pattern(None, None, object_, graph)
    )
    predicates |= own
    return counts


@contextmanager
def opened_lines(source: IO[bytes], *, compressed: bool) -> Iterator[IO[bytes]]:
    """Give the lines of a dump that may be compressed with Zstandard."""
    if not compressed:
        yield source
        return
    with zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True) as reader:
        yield cast("IO[bytes]", io.BufferedReader(cast("io.RawIOBase", reader), _BLOCK))


def load_lines(lines: IO[bytes], folder: Path) -> OxigraphStore:
    """Return a new store in the folder with the quads of N-Quads; for reading, it has no stamp of its own.

    Raises SyntaxError for a line that is none, ValueError for a quad that no store may hold: one in no
    named graph, or with a blank node.
    """
    with complaints():
        engine = ox.Store(str(folder))
        engine.bulk_load(lines, format=ox.RdfFormat.N_QUADS)
        engine.flush()
        for quad in engine:
            blank = any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object))
            if blank or not isinstance(quad.graph_name, ox.NamedNode):
                raise ValueError(f"no store holds a blank node, or a quad in no named graph: {quad}")
    return OxigraphStore(engine, Stamp(""), folder)


def copy_to(store: OxigraphStore, folder: Path) -> OxigraphStore:
    """Return a copy of the store in a new folder, to be changed at will."""
    store.copy(folder)
    with complaints():
        return OxigraphStore(ox.Store(str(folder)), store.stamp, folder)


def scratch(folder: Path, stamp: Stamp) -> OxigraphStore:
    """Return an empty store in a new folder, to work in."""
    with complaints():
        return OxigraphStore(ox.Store(str(folder)), stamp, folder)


class _Runs:
    """Takes N-Quads as they come, and gives them back as sorted lines."""

    def __init__(self, files: ExitStack, beside: Path | None, run_bytes: int) -> None:
        self._files = files
        self._beside = beside
        self._run_bytes = run_bytes
        self._pieces: list[bytes] = []
        self._held = 0
        self._rest = b""
        self._runs: list[IO[bytes]] = []

    def write(self, data: bytes) -> int:
        """Take some bytes; a line may end in a later call."""
        self._pieces.append(data)
        self._held += len(data)
        if self._held >= self._run_bytes:
            self._spill()
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written last is in the last run."""

    def merged(self) -> Iterable[bytes]:
        """Return all lines in order."""
        last = self._sorted()
        if self._rest:
            raise StoreDamagedError("the last line that the store gave does not end")
        return heapq.merge(last, *map(_lines_of, self._runs)) if self._runs else last

    def _sorted(self) -> list[bytes]:
        data = self._rest + b"".join(self._pieces)
        self._pieces = []
        self._held = 0
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        lines = data[:end].split(b"\n")
        lines.pop()
        lines.sort()
        return lines

    def _spill(self) -> None:
        file = self._files.enter_context(tempfile.TemporaryFile(dir=self._beside))  # noqa: SIM115 - it is
        with zstandard.ZstdCompressor(level=1).stream_writer(file, closefd=False) as packed:
            _written(self._sorted(), cast("IO[bytes]", packed))
        file.seek(0)
        self._runs.append(file)


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    with zstandard.ZstdDecompressor().stream_reader(file, closefd=False) as reader:
        for line in io.BufferedReader(cast("io.RawIOBase", reader), _BLOCK):
            yield line[:-1]


def _written(lines: Iterable[bytes], output: IO[bytes]) -> int:
    """Write the lines in blocks; return how many there were."""
    count, block, held = 0, [], 0
    for line in lines:
        count += 1
        block.append(line)
        held += len(line)
        if held >= _BLOCK:
            output.write(b"\n".join(block) + b"\n")
            block, held = [], 0
    if block:
        output.write(b"\n".join(block) + b"\n")
    return count


def _length(items: Iterable[object]) -> int:
    return sum(1 for _ in items)


def _engine(store: OxigraphStore) -> ox.Store:
    return store._open()  # noqa: SLF001 - the same layer, where the engine is known
