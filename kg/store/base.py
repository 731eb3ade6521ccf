"""What a store must do, so that a SPARQL server could take the place of the embedded one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import IO

    from rdflib.term import Literal, Node, URIRef

    from kg.model import Triple

Quad: TypeAlias = "tuple[Node, Node, Node, URIRef]"


class QueryForm(Enum):
    """The four query forms of SPARQL 1.1, §16."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph and not a table or a truth value."""
        return self in (QueryForm.CONSTRUCT, QueryForm.DESCRIBE)


@dataclass(frozen=True, slots=True)
class Rows:
    """The solutions of a SELECT: variable names without `?`, and one tuple of terms for each row."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]

    def mappings(self) -> Iterator[dict[str, Node]]:
        """Yield each row as a mapping of the variables that are bound in it."""
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}


class Value(NamedTuple):
    """A value of a property, light enough that thousands are read for a page."""

    text: str
    language: str
    """Empty where none is said."""
    is_iri: bool


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Quads to take out and quads to put in, applied together or not at all."""

    insert: frozenset[Quad] = frozenset()
    delete: frozenset[Quad] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.insert or self.delete)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is asked of: those merged into the default graph, and those that GRAPH sees."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class GraphStore(Protocol):
    """Named graphs whose union is the default graph of every query that does not choose its own."""

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT query; raise QuerySyntaxError where it does not parse."""

    def texts(
        self, query: str, values: Mapping[str, Sequence[URIRef | Literal]] | None = None
    ) -> list[tuple[str | None, ...]]:
        """Return the solutions of a SELECT query of our own for values of its parameters, as texts."""

    def said(self, subject: str, without: Collection[str]) -> Mapping[str, tuple[Value, ...]]:
        """Return what any graph says of a subject: by predicate, but for these, the values in their order."""

    def said_of(
        self, subjects: Sequence[str], without: Collection[str]
    ) -> Mapping[str, Mapping[str, tuple[Value, ...]]]:
        """Return of each of some subjects what `said` does, in one answer."""

    def pointing(self, predicate: str, value: str) -> tuple[str, ...]:
        """Return the subjects that have an IRI as a value of a predicate in any graph, in order."""

    def construct(self, query: str) -> frozenset[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query."""

    def graph(self, name: URIRef) -> frozenset[Triple]:
        """Return the triples of one named graph; empty where there is none."""

    def answer(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> bytes:
        """Return the whole answer of any read query, serialised as the media type says.

        A dataset that is given stands for the one that the query names, as the SPARQL protocol wants it.
        Relative IRIs are so to the base, unless the query names one.
        """

    def write_answer(self, query: str, media_type: str, output: IO[bytes]) -> None:
        """Write the answer of any read query to a file that can be begun anew."""

    def apply(self, change: ChangeSet) -> None:
        """Apply the change in one transaction."""

    def nquads(self) -> bytes:
        """Return the whole store as N-Quads in code-point order of the lines."""

    def close(self) -> None:
        """Let go of the store; further calls fail."""
