"""GEXF 1.3 as Gephi Desktop, Gephi Lite and the schema all read it, written as it comes.

What each of them does with a file was measured, and the order and form of everything here follow from that:

- columns over time come first and the plain ones last, because Gephi Lite knows only the last block; those of
  edges stand in both, so that Desktop has them over time, and Lite and graphology as a number;
- no type but those that Desktop keeps: an IRI or a date is a string;
- every edge has its type, its kind and a weight; parallel edges of different kinds stay apart;
- spells are whole days, merged and in order; intervals only, never timestamps; a single day ends on the day
  after, since what has no length cannot be seen on a timeline;
- where all edges are directed the graph says so, or networkx refuses it; where they are not it says nothing,
  or Desktop drops those that differ;
- a colour is `r g b`, and a node always has label, size and position.

Memory does not grow with the number of edges.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from operator import call
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.days import checked, merged
from kg.export.formats.elements import pour
from kg.export.formats.values import LONGEST, bracketed, clean, finite, hexadecimal, typed
from kg.export.model import Column, Shape, Spell, Stroke, Timed, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from kg.export.model import Colour, Edge, Graph, Meta, Node, Value

    Encoder = Callable[[Value], str]

_TYPES: Final = {
    Type.STRINGS: "liststring",
    Type.INTEGER: "integer",
    Type.LONG: "long",
    Type.DOUBLE: "double",
    Type.BOOLEAN: "boolean",
}
_NODE_KIND: Final = ("kind", "Kind", "string")
_RELATION: Final = ("relation", "Relation", "string")
_WEIGHT: Final = ("weight", "Weight", "double")
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_SHAPES: Final[dict[Shape, str]] = {
    shape: f'<viz:shape value="{shape}"/>' for shape in Shape if shape is not Shape.DISC
}
_STROKES: Final[dict[Stroke, str]] = {
    stroke: "" if stroke is Stroke.SOLID else f'<viz:shape value="{stroke}"/>' for stroke in Stroke
}
_STATIC: Final = 'mode="static"'
_ALWAYS: Final = (Spell(None, None),)
_INFINITE: Final = float("inf")
_OPENING: Final = '<attvalue for="weight" value="'
_FEW: Final = 256
_CACHED: Final = 1 << 14
_SHORT: Final = 400
"""Characters of a list that is looked up, not written anew."""


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the graph; ExportError for what Gephi would refuse, drop or read as something else."""
    names: dict[str, str] = {}
    stream.write(_head(graph).encode())
    pour(map(_node(graph, names), graph.nodes), stream)
    stream.write(b"</nodes>\n<edges>\n")
    pour(map(_edge(graph, names), graph.edges), stream)
    stream.write(b"</edges>\n</graph>\n</gexf>\n")


def attribute(text: str) -> str:
    """Return the text as it stands between the double quotes of an XML attribute.

    >>> attribute('5 < 6 & "so on"')
    '5 &lt; 6 &amp; &quot;so on&quot;'
    """
    if text.isprintable() and len(text) <= LONGEST:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _escaped(clean(text))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _head(graph: Graph) -> str:
    if not graph.timed and (graph.node_series or graph.edge_series):
        raise ExportError("the graph has columns over time and says that it is not timed")
    dynamic = 'mode="dynamic" timeformat="date" timerepresentation="interval" timezone="UTC"'
    weight = (_WEIGHT,) if graph.timed else ()
    way = ' defaultedgetype="directed"' if graph.directed else ""
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3"',
            ' xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n',
            _meta(graph.meta),
            f'<graph {dynamic if graph.timed else _STATIC}{way} idtype="string">\n',
            _block("node", "dynamic", _series(graph.node_series)) if graph.node_series else "",
            _block("node", "static", [_NODE_KIND, *_columns(graph.node_columns)]),
            _block("edge", "dynamic", [*weight, *_series(graph.edge_series)]) if graph.timed else "",
            _block(
                "edge",
                "static",
                [*weight, *_series(graph.edge_series), _RELATION, *_columns(graph.edge_columns)],
            ),
            "<nodes>\n",
        ]
    )


def _meta(meta: Meta) -> str:
    """Return what the graph is; the schema has no title, so that the description begins with it."""
    day = f' lastmodifieddate="{_day(meta.modified)}"' if meta.modified else ""
    words = (("creator", meta.creator), ("keywords", ", ".join(meta.keywords)), ("description", meta.text()))
    elements = "".join(f"<{name}>{attribute(text)}</{name}>" for name, text in words if text)
    return f"<meta{day}>{elements}</meta>\n"


def _columns(columns: Iterable[Column]) -> Iterator[tuple[str, str, str]]:
    return ((column.id, column.title, _TYPES.get(column.type, "string")) for column in columns)


def _series(columns: Iterable[Column]) -> Iterator[tuple[str, str, str]]:
    return ((column.id, column.title, "double") for column in columns)


def _block(of: str, mode: str, columns: Iterable[tuple[str, str, str]]) -> str:
    lines = (
        f'<attribute id="{identifier}" title="{attribute(title)}" type="{kind}"/>\n'
        for identifier, title, kind in columns
    )
    return f'<attributes class="{of}" mode="{mode}">\n{"".join(lines)}</attributes>\n'


def _node(graph: Graph, names: dict[str, str]) -> Callable[[Node], str]:
    """Return what writes a node of the graph, and notes its id as it is written."""
    columns, series = _values(graph.node_columns), _openings(graph.node_series)
    spells = _spells if graph.timed else _no_spells
    written: set[str] = set()

    def write_node(node: Node) -> str:
        name = names[node.id] = attribute(node.id)
        if name in written or not name:
            raise ExportError(f"node {node.id!r}: every node needs an id of its own")
        written.add(name)
        try:
            finite(node.x + node.y + node.size, "place or size")
            label = attribute(node.label) if node.label.strip() else name
            timed = "".join(map(_steps, series, node.series)) if node.series else ""
            return (
                f'<node id="{name}" label="{label}"><attvalues>{timed}'
                f"{_node_kind(node.kind)}{columns(node.values)}</attvalues>"
                f"{spells(node.spells) if node.spells else ''}{_colour(node.colour)}"
                f'<viz:position x="{node.x:.3f}" y="{node.y:.3f}" z="0"/><viz:size value="{node.size:.3f}"/>'
                f"{_SHAPES.get(node.shape, '')}</node>\n"
            )
        except (ExportError, ValueError) as error:
            raise ExportError(f"node {node.id}: {error}") from None

    return write_node


def _edge(graph: Graph, names: dict[str, str]) -> Callable[[Edge], str]:
    """Return what writes an edge of the graph, between nodes that were written."""
    columns, openings = _values(graph.edge_columns), _openings(graph.edge_series)
    time = _time if graph.timed else _no_time

    def write_edge(edge: Edge) -> str:
        # One unpacking and few calls: there may be a million edges.
        name, source, target, kind, values, weight, label, directed, colour, spells, *_ = edge
        weights, series, stroke = edge.weights, edge.series, edge.stroke
        try:
            said, relation = _kind(kind, label, directed)
            steps, periods = time(weight, spells, weights)
            if series:
                steps += "".join(map(_steps, openings, series))
            return (
                f'<edge id="{name if name.isalnum() else attribute(name)}" source="{names[source]}"'
                f' target="{names[target]}"{said} weight="{weight}"><attvalues>{steps}{relation}'
                f"{columns(values)}</attvalues>{periods}{_colour(colour) if colour else ''}"
                f"{_STROKES[stroke]}</edge>\n"
            )
        except KeyError as error:
            raise ExportError(f"edge {name}: there is no node {error}") from None
        except (ExportError, ValueError) as error:
            raise ExportError(f"edge {name}: {error}") from None

    return write_edge


def _values(columns: tuple[Column, ...]) -> Callable[[tuple[Value, ...]], str]:
    """Return what writes the values of an element, which stand in the order of the columns."""
    encoders = [_encoder(column) for column in columns]
    number = len(encoders)

    def write_values(values: tuple[Value, ...]) -> str:
        if len(values) != number:
            raise ExportError(f"{len(values)} values for {number} columns")
        return "".join(map(call, encoders, values))

    return write_values


def _encoder(column: Column) -> Encoder:
    """Return what writes a value of the column; what comes again is looked up, unless it may be long."""
    opening = f'<attvalue for="{column.id}" value="'

    def encode(value: Value) -> str:
        found = None if value is None else typed(value, column)
        if found is None:
            return ""
        if isinstance(found, bool):
            return f'{opening}{"true" if found else "false"}"/>'
        return f'{opening}{_escaped(bracketed(found) if isinstance(found, tuple) else str(found))}"/>'

    def encode_text(value: Value) -> str:
        return f'{opening}{attribute(value)}"/>' if type(value) is str else encode(value)

    if column.type in {Type.STRING, Type.URL}:
        return encode_text
    if column.type is Type.DOUBLE:
        return encode
    if column.type is Type.STRINGS:
        return _remembered(encode)
    return lru_cache(_FEW if column.type is Type.CATEGORY else _CACHED, typed=True)(encode)


def _remembered(encode: Encoder) -> Encoder:
    """Return what writes the same, and looks up what is short: many edges rest on the same claims."""
    short: dict[Value, str] = {}

    def encode_again(value: Value) -> str:
        found = short.get(value)
        if found is None:
            found = encode(value)
            if len(found) <= _SHORT:
                if len(short) == _CACHED:
                    short.clear()
                short[value] = found
        return found

    return encode_again


def _openings(columns: tuple[Column, ...]) -> list[str]:
    return [f'<attvalue for="{column.id}" value="' for column in columns]


@lru_cache(_FEW)
def _node_kind(kind: str) -> str:
    return f'<attvalue for="kind" value="{attribute(kind)}"/>'


@lru_cache(_FEW)
def _kind(kind: str, label: str, directed: bool) -> tuple[str, str]:  # noqa: FBT001
    """Return type, kind and label as attributes, and the kind as a value, which Desktop can colour by."""
    if not kind:
        raise ExportError("it has no kind, and parallel edges without one are merged")
    text, said = attribute(kind), attribute(label or kind.replace("_", " "))
    way = "directed" if directed else "undirected"
    relation = f'<attvalue for="relation" value="{text}"/>'
    return f' type="{way}" kind="{text}" label="{said}"', relation


@lru_cache(_FEW)
def _colour(colour: Colour) -> str:
    hexadecimal(colour)
    return '<viz:color r="{}" g="{}" b="{}"/>'.format(*colour)


@lru_cache(_CACHED)
def _day(day: str) -> str:
    checked(Spell(day, None))
    return day


def _period(start: str | None, end: str | None) -> str:
    """Return the attributes of a period, none for an open end."""
    if start is None:
        return "" if end is None else f' end="{_day(end)}"'
    if end is None:
        return f' start="{_day(start)}"'
    if end < start:
        checked(Spell(start, end))
    return f' start="{_day(start)}" end="{_day(end)}"'


@lru_cache(_CACHED)
def _seen(spell: Spell) -> Spell:
    """Return the spell; one of a single day ends on the day after, or it had no length on a timeline."""
    if spell.start is None or spell.start != spell.end:
        return spell
    found = date.fromisoformat(_day(spell.start))
    return spell if found == date.max else Spell(spell.start, (found + timedelta(days=1)).isoformat())


def _spells(spells: tuple[Spell, ...]) -> str:
    found = "".join(f"<spell{_period(*_seen(spell))}/>" for spell in merged(spells))
    return "" if found == "<spell/>" else f"<spells>{found}</spells>"


def _no_spells(spells: tuple[Spell, ...]) -> str:
    raise ExportError(f"{spells[0]}, though the graph says that it is not timed")


def _time(weight: float, spells: tuple[Spell, ...], weights: tuple[Timed, ...]) -> tuple[str, str]:
    """Return the weight over time, without which Desktop would lose the plain one, and the spells."""
    _positive(weight)
    if len(spells) == 1 and not weights:
        period = _period(*_seen(spells[0]))
        found = f"<spells><spell{period}/></spells>" if period else ""
        return f'<attvalue for="weight" value="{weight}"{period}/>', found
    steps = weights or tuple(Timed(weight, *_seen(spell)) for spell in merged(spells) or _ALWAYS)
    return _steps(_OPENING, steps), _spells(spells) if spells else ""


def _no_time(weight: float, spells: tuple[Spell, ...], weights: tuple[Timed, ...]) -> tuple[str, str]:
    _positive(weight)
    if spells or weights:
        _no_spells(spells or (Spell(*weights[0][1:]),))
    return "", ""


def _positive(weight: float) -> None:
    if not 0 < weight < _INFINITE:
        raise ExportError(f"its weight is {weight}; Gephi removes what has none above 0")


def _steps(opening: str, steps: tuple[Timed, ...]) -> str:
    """Return the values over time, the largest last, which is the one that Gephi Lite keeps."""
    last: str | None = ""
    for step in sorted(steps, key=lambda step: step.start or ""):
        if last is None or (step.start or "") <= last != "":
            raise ExportError(f"two values over time overlap on {step.start or last}; Gephi drops one")
        last = step.end
    ordered = sorted(steps, key=lambda step: (finite(step.value, "value over time"), step.start or ""))
    return "".join(f'{opening}{value}"{_period(start, end)}/>' for value, start, end in ordered)
