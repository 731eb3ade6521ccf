"""Oxigraph as the store: RocksDB in a folder, or memory for tests and dry runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from itertools import islice
from typing import IO, TYPE_CHECKING, BinaryIO, Final, Protocol, Self, cast

import pyoxigraph as ox
from rdflib.term import Literal, Node, URIRef

from kg.errors import QuerySyntaxError, StoreError
from kg.store import describing
from kg.store.answering import (
    answer_bytes,
    answered,
    construct,
    evaluate,
    syntax_error,
    wording,
    write_answer,
)
from kg.store.base import Rows
from kg.store.closing import note
from kg.store.complaints import complaints
from kg.store.convert import from_ox, quad_to_ox, to_ox, triple_from_ox
from kg.store.describing import text
from kg.store.parameters import bind, blocks
from kg.store.seal import seal
from kg.store.secret import Secret, secret_in
from kg.store.stamp import Stamp
from kg.store.updating import make_update

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from kg.model import Triple
    from kg.store.answering import Functions, Result
    from kg.store.base import ChangeSet, Dataset, Quad, Value
    from kg.store.watch import Watch

AT_ONCE: Final = 1_000
"""Quads that a transaction takes without each costing more than alone."""


class Term(Protocol):
    """A term of the engine, such as a validated store holds: an IRI or a literal."""

    @property
    def value(self) -> str:
        """The IRI, or the text."""


class Held(Protocol):
    """A quad of the engine, to be put into another store without being read."""

    @property
    def subject(self) -> Term:
        """The subject."""

    @property
    def predicate(self) -> Term:
        """The predicate."""

    @property
    def object(self) -> Term:
        """The object."""

    @property
    def graph_name(self) -> Term:
        """The graph."""


class OxigraphStore:
    """Named graphs in Oxigraph; one process at a time, one writer at a time within it."""

    def __init__(  # noqa: PLR0913 - the parts of an open store
        self,
        store: ox.Store,
        stamp: Stamp,
        folder: Path | None = None,
        *,
        held: BinaryIO | None = None,
        files: Path | None = None,
        home: Path | None = None,
    ) -> None:
        """Wrap an open store; use `create`, `open_store` or `memory` instead.

        `held` is a file that is to be closed with it, `files` the engine's folder if it is to be noted how
        that is once the store is closed, `home` the folder in which its secret lies, if not its own.
        """
        self._store: ox.Store | None = store
        self._held = held
        self._lock = threading.Lock()
        self.stamp = stamp
        self.folder = folder
        self._files = files
        self._home = home or folder
        self._secret: Secret | None = None
        self.watch: Watch | None = None
        """Is told of all that is put in and taken out."""

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    @property
    def secret(self) -> Secret:
        """The key of hashes of what is not shown; one that nobody has, where the store has none.

        Raises StoreDamagedError where it should have one and the file is missing or another's.
        """
        if self._secret is None:
            found = secret_in(self._home, self.stamp.secret) if self._home else None
            self._secret = found or Secret.random()
        return self._secret

    @secret.setter
    def secret(self, secret: Secret) -> None:
        self._secret = secret

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT query; raise QuerySyntaxError where it does not parse."""
        solutions = self._query(query)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuerySyntaxError("a SELECT query was expected")
        names = tuple(variable.value for variable in solutions.variables)
        known: dict[object, Node | None] = {None: None}
        rows = []
        with complaints():
            for solution in solutions:
                terms = tuple(solution)
                for term in terms:
                    if term not in known:
                        known[term] = from_ox(term)
                rows.append(tuple(known[term] for term in terms))
        return Rows(names, tuple(rows))

    def texts(
        self, query: str, values: Mapping[str, Sequence[URIRef | Literal]] | None = None
    ) -> list[tuple[str | None, ...]]:
        """Return the solutions of a SELECT query of our own for values of its parameters, as texts.

        The query is looked through once, and not again for other values. It names no dataset.
        """
        told = wording(query)
        with complaints():
            try:
                found = answered(self._open(), bind(told, values) if values else told, union=self._union)
            except SyntaxError as error:
                raise syntax_error(error) from error
            return [
                tuple([None if term is None else text(term) for term in solution])
                for solution in cast("ox.QuerySolutions", found)
            ]

    def said(self, subject: str, without: Collection[str]) -> Mapping[str, tuple[Value, ...]]:
        """Return what any graph says of a subject: by predicate, but for these, the values in their order."""
        with complaints():
            return describing.said(self._open(), subject, without)

    def said_of(
        self, subjects: Sequence[str], without: Collection[str]
    ) -> Mapping[str, Mapping[str, tuple[Value, ...]]]:
        """Return of each of some subjects what `said` does, in one answer."""
        with complaints():
            return describing.said_of(self._open(), subjects, without)

    def pointing(self, predicate: str, value: str) -> tuple[str, ...]:
        """Return the subjects that have an IRI as a value of a predicate in any graph, in order."""
        pattern = (None, ox.NamedNode(predicate), ox.NamedNode(value), None)
        with complaints():
            return tuple(sorted({text(quad.subject) for quad in self._open().quads_for_pattern(*pattern)}))

    def construct(self, query: str) -> frozenset[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query."""
        triples = self._query(query)
        if not isinstance(triples, ox.QueryTriples):
            raise QuerySyntaxError("a CONSTRUCT query was expected")
        with complaints():
            return frozenset(triple_from_ox(triple) for triple in triples)

    def graph(self, name: URIRef) -> frozenset[Triple]:
        """Return the triples of one named graph; empty where there is none."""
        return frozenset(quad[:3] for quad in self.quads(graph=name))

    def has_graph(self, name: str) -> bool:
        """Return whether there is a graph of that name, which may hold nothing; none is called by no IRI."""
        try:
            return self._open().contains_named_graph(ox.NamedNode(name))
        except ValueError:
            return False

    def graphs_with(self, triple: Triple) -> frozenset[URIRef]:
        """Return the names of the graphs that hold the triple."""
        return frozenset(quad[3] for quad in self.quads(*triple))

    def quads(
        self,
        subject: Node | None = None,
        predicate: Node | None = None,
        object_: Node | None = None,
        graph: URIRef | None = None,
        *,
        at_most: int | None = None,
    ) -> frozenset[Quad]:
        """Return the quads that fit the pattern, or as many of them as are wanted; None fits anything.

        The engine's own answer is looked through once more: asked for some integers, such as 255, it tells
        of greater ones too.
        """
        pattern = [None if term is None else to_ox(term) for term in (subject, predicate, object_, graph)]
        with complaints():
            found = self._open().quads_for_pattern(*pattern)  # type: ignore[arg-type]
            told = (
                (*triple_from_ox(quad), URIRef(cast("ox.NamedNode", quad.graph_name).value)) for quad in found
            )
            fitting = (quad for quad in told if object_ is None or _same(quad[2], object_))
            return frozenset(islice(fitting, at_most))

    def held(
        self,
        subject: Node | Term | None = None,
        predicate: Node | Term | None = None,
        object_: Node | Term | None = None,
        graph: Node | Term | None = None,
    ) -> list[Held]:
        """Return the quads that fit the pattern of IRIs as the engine has them, to be put elsewhere.

        They are found by an index. None fits anything.
        """
        pattern = [_term(term) for term in (subject, predicate, object_, graph)]
        with complaints():
            return cast("list[Held]", list(self._open().quads_for_pattern(*pattern)))  # type: ignore[arg-type]

    def holds(
        self, subject: Node | None = None, predicate: Node | None = None, object_: Node | None = None
    ) -> bool:
        """Return whether there is a quad that fits the pattern of IRIs; no others are looked for."""
        pattern = (_term(subject), _term(predicate), _term(object_), None)
        with complaints():
            return next(iter(self._open().quads_for_pattern(*pattern)), None) is not None  # type: ignore[arg-type]

    def named_graphs(self) -> list[Term]:
        """Return the names of all graphs."""
        with complaints():
            return cast("list[Term]", list(self._open().named_graphs()))

    def concluded(
        self,
        query: str,
        graph: Node | Term,
        values: Mapping[str, Sequence[URIRef | Literal]] | None = None,
    ) -> list[Held]:
        """Return what a CONSTRUCT query of our own gives for values of its parameters, as quads of a graph.

        It is looked through once, and not again for other values. It names no dataset.
        """
        told = wording(query)
        with complaints():
            try:
                triples = construct(self._open(), bind(told, values) if values else told, union=self._union)
            except SyntaxError as error:
                raise syntax_error(error) from error
            return into(cast("Iterable[Held]", triples), graph)

    def concluded_lines(
        self, query: str, values: Mapping[str, Sequence[URIRef | Literal]] | None = None
    ) -> bytes:
        """Return what `concluded` does as N-Triples, of which none is made a term here; some come twice."""
        told = wording(query)
        with complaints():
            try:
                triples = construct(self._open(), bind(told, values) if values else told, union=self._union)
                return triples.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
            except SyntaxError as error:
                raise syntax_error(error) from error

    def put(self, quads: Iterable[Held]) -> None:
        """Put quads in, all of them or none."""
        self.alter(tuple(quads), ())

    def pour(self, quads: Collection[Held]) -> None:
        """Put quads in some at a time: in one large transaction each of them costs several times more.

        Who is interrupted has put in those that came first.
        """
        if self.watch is not None:
            self.watch.note(cast("Iterable[ox.Quad]", quads), ())
        with self._lock, complaints():
            for some in blocks(tuple(cast("Iterable[ox.Quad]", quads)), AT_ONCE):
                self._open().extend(some)

    def load(self, nquads: bytes, graphs: Iterable[str]) -> None:
        """Load N-Quads of those graphs, as files of the engine: fast, and no transaction.

        What is touched is told by the graphs alone. Raises StoreError for what is no N-Quads.
        """
        if self.watch is not None:
            self.watch.note_graphs(graphs, nquads.count(b"\n"))
        with self._lock, complaints():
            try:
                self._open().bulk_load(nquads, format=ox.RdfFormat.N_QUADS)
            except SyntaxError as error:
                raise StoreError(f"a batch is not N-Quads: {error}") from error

    def load_triples(self, ntriples: bytes, graph: Node | Term, touched: Iterable[str]) -> None:
        """Load N-Triples of our own into a graph, as `load` does; it is told what is touched by them."""
        if self.watch is not None:
            self.watch.note_graphs(touched, ntriples.count(b"\n"))
        with self._lock, complaints():
            name = cast("ox.NamedNode", _term(graph))
            self._open().bulk_load(ntriples, format=ox.RdfFormat.N_TRIPLES, to_graph=name)

    def clear(self, graphs: Iterable[Node | Term]) -> None:
        """Take graphs out, one after another."""
        if self.watch is not None:
            self.watch.lose_count()
        with self._lock, complaints():
            for graph in graphs:
                self._open().remove_graph(cast("ox.NamedNode", _term(graph)))

    def alter(self, insert: Collection[Held], delete: Collection[Held]) -> None:
        """Take quads out and put others in, in one transaction: all of it, or nothing and an exception."""
        if self.watch is not None:
            self.watch.note(cast("Iterable[ox.Quad]", insert), cast("Iterable[ox.Quad]", delete))
        with self._lock, complaints():
            if not delete:
                self._open().extend(cast("Iterable[ox.Quad]", insert))
                return
            self._open().update(f"DELETE DATA {{\n{_data(delete)}\n}} ;\nINSERT DATA {{\n{_data(insert)}\n}}")

    def answer(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> bytes:
        """Return the whole answer of any read query, serialised as the media type says.

        Raises what `write_answer` raises.
        """
        return answer_bytes(self._open(), query, media_type, dataset, union=self._union, base=base)

    def write_answer(self, query: str, media_type: str, output: IO[bytes]) -> None:
        """Write the answer of any read query to a file; raises what the function of that name raises."""
        write_answer(self._open(), query, media_type, output, union=self._union)

    def apply(self, change: ChangeSet) -> None:
        """Apply the change in one transaction: all of it, or nothing and an exception."""
        if not change:
            return
        insert, delete = ([quad_to_ox(quad) for quad in some] for some in (change.insert, change.delete))
        self.alter(cast("list[Held]", insert), cast("list[Held]", delete))

    def update(self, text: str, base: str | None = None, functions: Functions | None = None) -> None:
        """Make a SPARQL update in one transaction; it may call the functions too. Raises as `make_update`."""
        with self._lock:
            make_update(self._open(), text, base, functions or {})

    def nquads(self) -> bytes:
        """Return the whole store as N-Quads in code-point order of the lines."""
        with complaints():
            dump = self._open().dump(format=ox.RdfFormat.N_QUADS) or b""
        return b"".join(sorted(dump.splitlines(keepends=True)))

    def checkpoint(self, folder: Path) -> None:
        """Write what the store holds now into a new folder, as a store to be read.

        It shares its files with this one, and is sealed. Raises StorageFullError and StoreDamagedError.
        """
        with self._lock, complaints():
            self._open().backup(str(folder))
            seal(folder)

    def copy(self, folder: Path) -> None:
        """Write what the store holds into a new store of its own; nothing that was deleted comes along."""
        with self._lock, complaints():
            copied = ox.Store(str(folder))
            copied.bulk_extend(self._open().quads_for_pattern(None, None, None, None))
            copied.flush()

    def room(self) -> int:
        """Return how many bytes the files of the engine take; 0 in memory."""
        found = 0
        for file in self._files.iterdir() if self._files is not None else ():
            with suppress(FileNotFoundError):  # the engine has just put several into one
                found += file.stat().st_size
        return found

    def tidy(self) -> None:
        """Put the files in order in which much was written, so that queries find more with less reading."""
        if self.folder is not None:
            with self._lock, complaints():
                self._open().optimize()

    def flush(self) -> None:
        """Bring to disk what is in memory only, so that the next opening has little to catch up with."""
        if self.folder is not None:
            with self._lock, complaints():
                self._open().flush()

    def reopen(self, engine: ox.Store) -> None:
        """Go on with another engine, once this store is closed."""
        self._store = engine

    def close(self) -> None:
        """Flush to disk and let go of the folder."""
        store, self._store = self._store, None
        held, self._held = self._held, None
        if held is not None:
            held.close()
        if store is not None and self.folder is not None:
            with complaints():
                store.flush()
            del store  # the engine lets go of its files
            if self._files is not None:
                with suppress(OSError):  # where nothing is noted, nothing is compared
                    note(self.folder, self._files)

    def _open(self) -> ox.Store:
        if self._store is None:
            raise StoreError("the store is closed")
        return self._store

    @property
    def _union(self) -> bool:
        """Whether the default graph is the union of all; that of a plain SPARQL store is its own."""
        return self.stamp.policy == "validated"

    def _query(self, query: str) -> Result:
        with complaints():
            return evaluate(self._open(), query, union=self._union)


def _same(one: Node, other: Node) -> bool:
    """Return whether terms are one; numbers also in another spelling, since the store spells them anew."""
    if isinstance(one, Literal) and isinstance(other, Literal) and one.value is not None:
        return one == other or bool(one.value == other.value)
    return one == other


def _term(term: Node | Term | None) -> object:
    """Return a term as the engine has it."""
    return to_ox(term) if isinstance(term, Node) else term


def into(quads: Iterable[Held], graph: Node | Term) -> list[Held]:
    """Return the quads' triples as quads of a graph."""
    name = cast("ox.NamedNode", _term(graph))
    given = cast("Iterable[ox.Quad]", quads)
    made = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in given]
    return cast("list[Held]", made)


def as_held(quads: Iterable[Quad]) -> frozenset[Held]:
    """Return quads as the engine has them."""
    return cast("frozenset[Held]", frozenset(map(quad_to_ox, quads)))


def read_nquads(data: bytes) -> frozenset[Held]:
    """Return the quads of N-Quads as the engine has them; raise SyntaxError where it is none."""
    return cast("frozenset[Held]", frozenset(ox.parse(data, format=ox.RdfFormat.N_QUADS)))


def ntriples(quads: Iterable[Held]) -> bytes:
    """Return the quads' triples as N-Triples, in their order."""
    return "".join([f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads]).encode()


def triples_of(quads: Iterable[Held]) -> frozenset[Triple]:
    """Return the triples of quads, as they are read."""
    return frozenset(triple_from_ox(quad) for quad in cast("Iterable[ox.Quad]", quads))


def memory(base: str, policy: str = "validated") -> OxigraphStore:
    """Return an empty store that lives as long as the process."""
    return OxigraphStore(ox.Store(), Stamp(base, policy))


def _data(quads: Iterable[Held]) -> str:
    return "\n".join(
        f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} }}" for quad in quads
    )
