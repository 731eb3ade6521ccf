"""From a profile and a store to nodes and edges: which are there, and what each tells."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import ExportError
from kg.export.cells import CURIE, combined, parsed
from kg.export.evidence import COLUMNS, UNNAMED, load, support
from kg.export.model import RESERVED, Column, Edge, Spell, Type
from kg.export.profiles import SHARED, Keep
from kg.export.rows import rows
from kg.export.style import Weight
from kg.resources import ontology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.export.evidence import Claim, Support
    from kg.export.filters import Filters
    from kg.export.model import Value
    from kg.export.profiles import Profile, Query
    from kg.export.rows import Terms
    from kg.store import GraphStore

_ANCHORS: Final = ("agreement", "place")
"""Filters whose value stays in the graph whatever is said of it."""
_NODE: Final = frozenset({"node", "label", "language", "kind", "wkt"})
_EDGE: Final = frozenset({"source", "target", "kind", "claim", "label", "weight", "start", "end"})
_OF_NODES: Final = frozenset(
    {"uri", "reports", "first_date", "last_date", "degree", "weighted_degree", "betweenness", "pagerank"}
    | {"community", "lat", "lng"}
)
_TAKEN: Final = _OF_NODES | {column.id for column in COLUMNS} | RESERVED


class _Key(NamedTuple):
    source: str
    target: str
    kind: str
    directed: bool


@dataclass(slots=True)
class _Line:
    """An edge while its rows are read."""

    claims: dict[str, Claim] = field(default_factory=dict)
    cells: dict[str, set[str]] = field(default_factory=dict)
    weight: float = 0.0
    label: str = ""
    spells: list[Spell] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """All edges while they are read."""

    claims: Mapping[str, Claim]
    """Those that pass the filters."""
    lines: dict[_Key, _Line] = field(default_factory=dict)
    plain: dict[_Key, Keep] = field(default_factory=dict)
    """Edges that rest on no claim."""


@dataclass(slots=True)
class Point:
    """A node that has no place yet."""

    iri: str
    label: str = ""
    kind: str = ""
    wkt: str = ""
    cells: dict[str, set[str]] = field(default_factory=dict)
    rank: tuple[bool, str] = (True, "")
    """By which of several labels is taken: the English one before others, then by the alphabet."""


@dataclass(frozen=True, slots=True)
class Projected:
    """What a profile shows of a state of the store."""

    points: Mapping[str, Point]
    """The nodes by their IRIs, in order."""
    node_columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    """Between IRIs, in order."""
    edge_columns: tuple[Column, ...]
    claims: Sequence[Claim]
    """Those that some edge rests on."""
    names: Mapping[str, str]
    """What sources are called."""


def project(
    store: GraphStore,
    profile: Profile,
    filters: Filters,
    terms: Terms,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Projected:
    """Return what the profile shows of the store, as far as it passes the filters.

    Raises ExportError naming the query that cannot be used, and what answering it raises.
    """
    steps = len(profile.queries) + 3
    edge_columns, node_columns = (_declared(profile, edges=edges) for edges in (True, False))
    table = _Table(load(store, terms))
    lines = table.lines
    tell(1, steps)
    for number, query in enumerate((query for query in profile.queries if query.edges), start=2):
        _read_edges(store, query, terms, table)
        tell(number, steps)
    names = _names(store)
    supports = {
        key: support(tuple(line.claims.values()), names) for key, line in lines.items() if line.claims
    }
    kept = [key for key, found in supports.items() if found.independent >= filters.least]
    kept = _with_plain(kept, table.plain, _anchors(terms), everything=filters.everything)
    points = {iri: Point(iri) for key in kept for iri in (key.source, key.target)}
    points |= {iri: points.get(iri) or Point(iri) for iri in _anchors(terms)}
    for query in profile.queries:
        if not query.edges:
            _read_nodes(store, query, terms, points, everything=filters.everything)
            tell(steps - 1, steps)
    _name_the_rest(points, names, _anchors(terms) - {end for key in kept for end in key[:2]})
    told = {claim.iri: claim for key in kept for claim in lines[key].claims.values()}
    weight = profile.style.weight if told else None
    edges = tuple(_edge(key, lines[key], supports.get(key), edge_columns, weight) for key in sorted(kept))
    return Projected(
        dict(sorted(points.items())),
        node_columns,
        edges,
        (*(COLUMNS if told else ()), *edge_columns),
        sorted(told.values(), key=lambda claim: claim.name),
        names,
    )


def _declared(profile: Profile, *, edges: bool) -> tuple[Column, ...]:
    """Return the columns that the queries declare, each once; raise ExportError where two do not agree."""
    found: dict[str, Column] = {}
    for query in profile.queries:
        for column in query.columns if query.edges is edges else ():
            if column.id in _TAKEN:
                raise ExportError(f"{query.file}: column {column.id!r}: every graph has one of that name")
            if found.setdefault(column.id, column).type is not column.type:
                raise ExportError(f"{query.file}: column {column.id!r} has another type in another query")
    return tuple(found.values())


def _read_edges(store: GraphStore, query: Query, terms: Terms, table: _Table) -> None:
    names, answered = rows(store, query.file, query.text, _taken(query, terms), ("source", "target"))
    _check(query, names, _EDGE)
    columns = [column.id for column in query.columns]
    for row in answered:
        cell = dict(zip(names, row, strict=True))
        iri = cell.get("claim")
        if not cell["source"] or not cell["target"] or (iri and iri not in table.claims):
            continue
        key = _key(cell, query)
        line = table.lines.setdefault(key, _Line())
        if iri:
            line.claims[iri] = table.claims[iri]
        else:
            table.plain[key] = query.keep
        _add(line, cell, columns, query.file)


def _key(cell: Mapping[str, str], query: Query) -> _Key:
    source, target = cell["source"], cell["target"]
    kind = CURIE.short(cell.get("kind") or "related_to")
    if not query.directed and target < source:
        source, target = target, source
    return _Key(source, target, kind, query.directed)


def _add(line: _Line, cell: Mapping[str, str], columns: Iterable[str], file: str) -> None:
    for column in columns:
        if cell[column]:
            line.cells.setdefault(column, set()).add(cell[column])
    line.label = min(filter(None, (line.label, cell.get("label", ""))), default="")
    if cell.get("weight"):
        line.weight += float(str(parsed(cell["weight"], Type.DOUBLE, f"{file}: ?weight")))
    days = [str(parsed(cell[end], Type.DATE, f"{file}: ?{end}")) if cell.get(end) else None for end in _ENDS]
    if any(days):
        line.spells.append(Spell(*days))


_ENDS: Final = ("start", "end")


def _with_plain(
    kept: list[_Key], plain: Mapping[_Key, Keep], anchors: Iterable[str], *, everything: bool
) -> list[_Key]:
    """Return the edges that are kept, with those that rest on no claim but belong to a node that is there."""
    seen = dict.fromkeys(kept)
    if everything:
        return list(seen | dict.fromkeys(plain))
    there = {iri for key in kept for iri in (key.source, key.target)} | set(anchors)
    waiting = {key: keep for key, keep in plain.items() if key not in seen}
    found = True
    while found:
        grown = [key for key, keep in waiting.items() if _belongs(key, keep, there)]
        found = bool(grown)
        for key in grown:
            del waiting[key]
            there |= {key.source, key.target}
        seen |= dict.fromkeys(grown)
    return list(seen)


def _belongs(key: _Key, keep: Keep, there: set[str]) -> bool:
    ends = {
        Keep.ALWAYS: True,
        Keep.SOURCE: key.source in there,
        Keep.TARGET: key.target in there,
        Keep.BOTH: key.source in there and key.target in there,
    }
    return ends[keep]


def _read_nodes(
    store: GraphStore, query: Query, terms: Terms, points: dict[str, Point], *, everything: bool
) -> None:
    names, answered = rows(store, query.file, query.text, _taken(query, terms), ("node",))
    _check(query, names, _NODE)
    columns = [column.id for column in query.columns]
    for row in answered:
        cell = dict(zip(names, row, strict=True))
        point = points.get(cell["node"])
        if point is None:
            if not everything or not cell["node"]:
                continue
            point = points[cell["node"]] = Point(cell["node"])
        _describe(point, cell)
        for column in columns:
            if cell[column]:
                point.cells.setdefault(column, set()).add(cell[column])


def _describe(point: Point, cell: Mapping[str, str]) -> None:
    label, kind = cell.get("label", ""), cell.get("kind", "")
    rank = (cell.get("language", "en") != "en", label)
    if label and (not point.label or rank < point.rank):
        point.label, point.rank = label, rank
    if kind and (not point.kind or kind < point.kind):
        point.kind = kind
    point.wkt = point.wkt or cell.get("wkt", "")


def _name_the_rest(points: dict[str, Point], names: Mapping[str, str], loose: Iterable[str]) -> None:
    """Give every node a label and a kind; drop what a filter names that is no node of this profile."""
    for iri in loose:
        if not points[iri].kind:
            del points[iri]
    for point in points.values():
        point.label = point.label or names.get(point.iri, "")
        point.kind = CURIE.short(point.kind or "other")


def _names(store: GraphStore) -> dict[str, str]:
    """Return what actors are called."""
    text = (ontology() / "exports" / SHARED / "actors.rq").read_text(encoding="utf-8")
    names, answered = rows(store, "shared/actors.rq", text, {}, ("node",))
    points: dict[str, Point] = {}
    for row in answered:
        cell = dict(zip(names, row, strict=True))
        _describe(points.setdefault(cell["node"], Point(cell["node"])), cell)
    return {iri: point.label for iri, point in points.items() if point.label}


def _edge(
    key: _Key, line: _Line, found: Support | None, columns: tuple[Column, ...], weight: Weight | None
) -> Edge:
    """Return the edge; without a weight, no edge of the graph rests on claims."""
    declared = tuple(combined(line.cells.get(column.id, ()), column) for column in columns)
    name = hashlib.blake2b("\n".join(map(str, key)).encode(), digest_size=8).hexdigest()
    if found is None:
        values: tuple[Value, ...] = (*(None for _ in COLUMNS if weight is not None), *declared)
        return Edge(
            name,
            key.source,
            key.target,
            key.kind,
            values,
            weight=line.weight if line.weight > 0 else 1.0,
            label=line.label,
            directed=key.directed,
            spells=tuple(line.spells),
        )
    heavy: dict[Weight | None, float] = {
        Weight.SOURCES: found.independent or UNNAMED,
        Weight.REPORTS: found.reports,
    }
    return Edge(
        name,
        key.source,
        key.target,
        key.kind,
        (*found.values, *declared),
        weight=float(heavy.get(weight, found.claims)),
        label=line.label,
        directed=key.directed,
        spells=found.spells,
        weights=found.weights if weight is Weight.SOURCES else (),
    )


def _anchors(terms: Terms) -> set[str]:
    return {str(term) for name in _ANCHORS for term in terms.get(name, ())}


def _taken(query: Query, terms: Terms) -> Terms:
    return {name: terms[name] for name in query.parameters if name in terms}


def _check(query: Query, names: Sequence[str], known: frozenset[str]) -> None:
    """Raise ExportError where the answer and the header's columns are not the same."""
    declared = {column.id for column in query.columns}
    odd = sorted((set(names) - known) ^ declared)
    if odd:
        raise ExportError(
            f"{query.file}: ?{odd[0]} is answered and not declared, or declared and not answered"
        )
