"""How a profile looks: what its `profile.toml` says of kinds, layout, sizes and weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ExportError
from kg.export.model import Legend, Shape, Stroke
from kg.export.palette import PALETTE, colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.export.model import Colour

_FIELDS: Final = frozenset(
    {"title", "description", "include", "layout", "size", "weight", "lanes", "pairs", "nodes", "edges"}
)
_LOOKS: Final = {"nodes": {"label", "colour", "shape"}, "edges": {"label", "colour", "stroke"}}


class Layout(StrEnum):
    """Where nodes are put."""

    FORCE = "force"
    """What belongs together is near."""
    GEOGRAPHIC = "geographic"
    """Places where they lie on a map, everybody else near the places that they are said to be at."""
    TIME = "time"
    """From left to right by the first day, in lanes by kind."""
    BIPARTITE = "bipartite"
    """In columns by kind, from left to right."""


class Size(StrEnum):
    """What the size of a node stands for."""

    DEGREE = "degree"
    WEIGHTED_DEGREE = "weighted_degree"
    BETWEENNESS = "betweenness"
    PAGERANK = "pagerank"


class Weight(StrEnum):
    """What the weight of an edge stands for."""

    SOURCES = "sources"
    REPORTS = "reports"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of node or edge looks; the kind may be a pattern such as `alleges_*`."""

    kind: str
    label: str
    colour: Colour
    shape: Shape = Shape.DISC
    stroke: Stroke = Stroke.SOLID


_OTHER_NODE: Final = Look("*", "Other", PALETTE["grey"])
_OTHER_EDGE: Final = Look("*", "Other", PALETTE["grey"])


@dataclass(frozen=True, slots=True)
class Style:
    """How a profile looks, and what it says of itself."""

    title: str
    description: str = ""
    layout: Layout = Layout.FORCE
    size: Size = Size.WEIGHTED_DEGREE
    weight: Weight = Weight.SOURCES
    lanes: tuple[tuple[str, ...], ...] = ()
    """The kinds of nodes in each lane or column, in order."""
    nodes: tuple[Look, ...] = ()
    edges: tuple[Look, ...] = ()
    pairs: bool = False
    """Whether edges of several kinds between the same two nodes are one."""

    def node(self, kind: str) -> Look:
        """Return the look of a kind of node: the first that fits."""
        return next((look for look in self.nodes if fnmatchcase(kind, look.kind)), _OTHER_NODE)

    def edge(self, kind: str) -> Look:
        """Return the look of a kind of edge: the first that fits."""
        return next((look for look in self.edges if fnmatchcase(kind, look.kind)), _OTHER_EDGE)

    def legend(self, nodes: Iterable[str], edges: Iterable[str]) -> tuple[Legend, ...]:
        """Return a line for each look that some of these kinds have."""
        seen = {self.node(kind) for kind in nodes}
        lines = [
            Legend("node", look.kind, look.label, look.colour, look.shape)
            for look in (*self.nodes, _OTHER_NODE)
            if look in seen
        ]
        seen = {self.edge(kind) for kind in edges}
        lines += [
            Legend("edge", look.kind, look.label, look.colour, stroke=look.stroke)
            for look in (*self.edges, _OTHER_EDGE)
            if look in seen
        ]
        return tuple(lines)


def style_of(file: str, said: Mapping[str, Any]) -> Style:
    """Return the style that a definition says; raise ExportError naming the field that is not right."""
    unknown = sorted(set(said) - _FIELDS)
    if unknown:
        raise ExportError(f"{file}: there is no field {unknown[0]!r}; there is {', '.join(sorted(_FIELDS))}")
    if not isinstance(said.get("title"), str) or not said["title"]:
        raise ExportError(f"{file}: a profile has a title")
    return Style(
        said["title"],
        " ".join(str(said.get("description", "")).split()),
        Layout(_one(file, said, "layout", Layout)),
        Size(_one(file, said, "size", Size, Size.WEIGHTED_DEGREE)),
        Weight(_one(file, said, "weight", Weight)),
        tuple(tuple(kind.strip() for kind in str(lane).split("+")) for lane in said.get("lanes", ())),
        tuple(_looks(file, said, "nodes")),
        tuple(_looks(file, said, "edges")),
        pairs=_truth(file, said, "pairs"),
    )


def _truth(file: str, said: Mapping[str, Any], name: str) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise ExportError(f"{file}: {name} is true or false, not {value!r}")
    return value


def _one(
    file: str, said: Mapping[str, Any], name: str, known: type[StrEnum], default: StrEnum | None = None
) -> str:
    value = said.get(name, default or next(iter(known)))
    if value not in set(known):
        raise ExportError(f"{file}: {name} is {', '.join(known)}, not {value!r}")
    return str(value)


def _looks(file: str, said: Mapping[str, Any], of: str) -> Iterator[Look]:
    for kind, fields in said.get(of, {}).items():
        where = f"{file}: [{of}.{kind}]"
        if not isinstance(fields, dict) or not set(fields) <= _LOOKS[of] or "colour" not in fields:
            raise ExportError(f"{where} has a colour, and may have {', '.join(sorted(_LOOKS[of]))}")
        try:
            shape, stroke = Shape(fields.get("shape", Shape.DISC)), Stroke(fields.get("stroke", Stroke.SOLID))
            yield Look(kind, str(fields.get("label", kind)), colour(str(fields["colour"])), shape, stroke)
        except (ExportError, ValueError) as error:
            raise ExportError(f"{where}: {error}") from error
