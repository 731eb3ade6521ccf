"""The graph that projections make and formats write: one model between them, of frozen values.

Nodes and edges are named tuples, so that a million of them cost little. Their `values` stand in the order of
the graph's columns, None where one is absent. Edges may come from an iterator that is read once. Days are
whole (`2021-08-26`): `kg.export.days` makes them of years, months and instants, merges spells that overlap
and counts what holds at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from kg.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable

Value: TypeAlias = "str | int | float | bool | tuple[str, ...] | None"
Colour: TypeAlias = "tuple[int, int, int]"
"""Red, green and blue, each from 0 to 255."""

RESERVED: Final = frozenset(
    {"id", "label", "kind", "source", "target", "weight", "type", "directed", "start", "end", "timeset"}
    | {"interval", "x", "y", "z", "size", "color", "colour", "shape", "key", "relation"}
    | {"r", "g", "b", "spells", "weights", "stroke", "drawn", "symmetric"}
)
"""Ids that no column may have, in either case: they are fields of the formats themselves."""

_COLUMN_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class Type(StrEnum):
    """What a column holds; each format has its own name for it."""

    STRING = "string"
    """Text to read: a quote, a title."""
    CATEGORY = "category"
    """Text of which few differ: a class, a country, a stance."""
    URL = "url"
    """An IRI."""
    DATE = "date"
    """A whole day, `2021-08-26`."""
    STRINGS = "strings"
    """A tuple of texts."""
    INTEGER = "integer"
    """A whole number of 32 bits: a count, a year."""
    LONG = "long"
    """A whole number of 64 bits."""
    DOUBLE = "double"
    """A finite number."""
    BOOLEAN = "boolean"


class Shape(StrEnum):
    """The form of a node where a format draws it, so that colour is not all that tells classes apart."""

    DISC = "disc"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"


class Stroke(StrEnum):
    """The line of an edge where a format draws it, so that colour is not all that tells kinds apart."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Role(StrEnum):
    """In what part the node that an edge leaves stands in what is said; what is drawn last comes last."""

    REFERENCE = "reference"
    """By reference data or a review: on nobody's word in a report."""
    CANDIDATE = "candidate"
    """A rule found it, or whose act it would be; no source names the term."""
    PARTICIPANT = "participant"
    """Said to have taken part, without being said to have done it."""
    TELLER = "teller"
    """Whoever says so, or the claim in their words."""
    ALLEGATION = "allegation"
    """What somebody alleges, as a node of its own."""
    ACCUSED = "accused"
    """Said, or denied, to have done it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of all nodes or of all edges; ExportError for an id that some format could not take."""

    id: str
    """Readable, in lower case: it is the name that Gephi Lite and programs see."""
    title: str
    """What people see."""
    type: Type = Type.STRING
    filtered: bool = False
    """True if a filter over it should stand ready where a format has filters."""

    def __post_init__(self) -> None:
        """Refuse an id that is a field of some format, or that two programs would read differently."""
        if not _COLUMN_ID.fullmatch(self.id):
            raise ExportError(f"column {self.id!r}: an id begins with a-z and holds only a-z, 0-9 and _")
        if self.id in RESERVED:
            raise ExportError(f"column {self.id!r}: every format has a field of that name; call it otherwise")


class Spell(NamedTuple):
    """A period of whole days, both ends within; None where it is open."""

    start: str | None
    end: str | None


class Timed(NamedTuple):
    """A number that holds from one day to another, both within; None where it is open."""

    value: float
    start: str | None
    end: str | None


class Node(NamedTuple):
    """A node with its place and look."""

    id: str
    """Stable: a CURIE or the path of the IRI."""
    label: str
    """Never empty."""
    kind: str
    """Its class, such as `state`: what colour and shape follow."""
    values: tuple[Value, ...] = ()
    x: float = 0.0
    y: float = 0.0
    """To the north. Between -5000 and 5000, like x, with the centre of all nodes at 0."""
    size: float = 4.0
    """From 4 to 100, both reached."""
    colour: Colour = (102, 102, 102)
    shape: Shape = Shape.DISC
    spells: tuple[Spell, ...] = ()
    """When it is there; none for always. They may overlap: what writes them merges them."""
    series: tuple[tuple[Timed, ...], ...] = ()
    """The values over time, in the order of the graph's `node_series`."""


class Edge(NamedTuple):
    """An edge; of one kind there is at most one between the same two nodes in the same direction.

    No writer can see to that, or to another id for each edge, as it keeps none;
    `kg.export.formats.check` does.
    """

    id: str
    """Another for each edge."""
    source: str
    target: str
    kind: str
    """What the edge says, such as `is_alleged_breach_of`, never `violated`; keeps parallel edges apart."""
    values: tuple[Value, ...] = ()
    weight: float = 1.0
    """Greater than 0."""
    label: str = ""
    """Empty for the kind in words."""
    directed: bool = True
    colour: Colour | None = None
    spells: tuple[Spell, ...] = ()
    weights: tuple[Timed, ...] = ()
    """The weight over time."""
    series: tuple[tuple[Timed, ...], ...] = ()
    """Other values over time, in the order of the graph's `edge_series`."""
    role: Role | None = None
    """That of the source. What matters less comes first, so that the rest is drawn over it."""
    stroke: Stroke = Stroke.SOLID


class Legend(NamedTuple):
    """One line of the legend: a kind of node or edge, in words, with its look."""

    of: str
    """`node` or `edge`."""
    kind: str
    label: str
    colour: Colour
    shape: Shape = Shape.DISC
    stroke: Stroke = Stroke.SOLID
    """Of an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a graph is, and by what it came about; the same words for the same state of the store."""

    profile: str
    title: str
    description: str = ""
    """What nodes and edges stand for, in a sentence or two."""
    creator: str = "Servanda"
    licence: str = ""
    modified: str = ""
    """The day of the state of the store, never that of writing."""
    sequence: int | None = None
    """The last change of the state of the store."""
    version: str = ""
    """Of data that were not read from a store's state."""
    filters: tuple[tuple[str, str], ...] = ()
    """Names of the filters in force and their values."""
    layout: str = ""
    size: str = ""
    """What the size of a node stands for."""
    weight: str = ""
    """What the weight of an edge stands for."""
    sampling: str = ""
    """What was estimated from a sample, and how; empty where all was computed."""
    reported_by: tuple[str, ...] = ()
    """Names of the sources by whose reports the graph says what it says."""
    keywords: tuple[str, ...] = ()
    legend: tuple[Legend, ...] = ()

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the names and values of all that is known, in order, for formats that hold them apart."""
        chosen = "; ".join(f"{name}={value}" for name, value in self.filters)
        known = (
            ("profile", self.profile),
            ("as reported by", ", ".join(self.reported_by)),
            ("filter", chosen or "none"),
            ("data", f"sequence {self.sequence}" if self.sequence is not None else self.version),
            ("date of data", self.modified),
            ("licence", self.licence),
            ("layout", self.layout),
            ("size of nodes", self.size),
            ("weight of edges", self.weight),
            ("sampling", self.sampling or "none"),
            ("legend of nodes", self._legend("node")),
            ("legend of edges", self._legend("edge")),
        )
        return tuple((name, value) for name, value in known if value)

    def text(self) -> str:
        """Return all of it as one paragraph, for formats that have one description.

        >>> Meta(profile="actors", title="Actors", description="All is alleged.", licence="CC BY 4.0").text()
        'Actors. All is alleged. profile=actors | filter=none | licence=CC BY 4.0 | sampling=none'
        """
        said = [
            f"{self.title}.",
            self.description,
            " | ".join(f"{name}={value}" for name, value in self.facts()),
        ]
        return " ".join(part for part in said if part)

    def _legend(self, of: str) -> str:
        lines = (
            f"{line.label} #%02x%02x%02x" % line.colour
            + (f" {line.stroke}" if line.stroke is not Stroke.SOLID else "")
            for line in self.legend
            if line.of == of
        )
        return ", ".join(lines)


@dataclass(frozen=True, slots=True)
class Graph:
    """What a format writes: nodes first, then edges, each read once and in order."""

    meta: Meta
    node_columns: tuple[Column, ...]
    edge_columns: tuple[Column, ...]
    nodes: Iterable[Node]
    edges: Iterable[Edge]
    node_series: tuple[Column, ...] = ()
    """Numbers of nodes over time."""
    edge_series: tuple[Column, ...] = ()
    """Numbers of edges over time, beside the weight."""
    directed: bool = False
    """Whether it is known of every edge that it is directed."""
    timed: bool = True
    """False for a graph of which nothing has a date: it opens without a timeline."""

    def __post_init__(self) -> None:
        """Refuse two columns of one id: importers would silently keep the last."""
        for columns in (self.node_columns + self.node_series, self.edge_columns + self.edge_series):
            seen: set[str] = set()
            for column in columns:
                if column.id in seen:
                    raise ExportError(
                        f"column {column.id!r} is there twice; every column needs an id of its own"
                    )
                seen.add(column.id)
