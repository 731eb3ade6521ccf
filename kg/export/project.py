"""From a profile and a store to nodes and edges: which are there, and what each tells."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import ExportError
from kg.export.cells import CURIE, combined, parsed
from kg.export.days import checked, merged, whole
from kg.export.evidence import BY_RULE, CANDIDATE, COLUMNS, SERIES, UNNAMED, load, support
from kg.export.model import RESERVED, Column, Edge, Role, Spell, Type
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
_EDGE: Final = frozenset({"source", "target", "kind", "claim", "label", "role", "weight", "start", "end"})
_ENDS: Final = ("source", "target", "kind")
_ROLE: Final = Column("role", "Role", Type.CATEGORY, filtered=True)
"""What the source of an edge is in what is said."""
_REFERENCE: Final = 0.2
"""The weight of an edge of reference data, where others rest on claims: no line of these is thinner."""
_DRAWN: Final = tuple(Role)
_OF_NODES: Final = frozenset(
    {"uri", "reports", "first_date", "last_date", "degree", "weighted_degree", "betweenness", "pagerank"}
    | {"community", "lat", "lng"}
)
_TAKEN: Final = _OF_NODES | {column.id for column in (*COLUMNS, *SERIES, _ROLE)} | RESERVED
_DATED: Final = tuple(
    column for column in COLUMNS if column.id in {"first_date", "last_date", "date_precision", "year"}
)
"""What an edge tells whose days a query says."""


class _Key(NamedTuple):
    source: str
    target: str
    kind: str
    directed: bool


_NO_CLAIMS: Final[dict[str, Claim]] = {}
_NO_CELLS: Final[dict[str, set[str]]] = {}
"""What edges share that have none: most triples of a store. Nothing is ever put into these."""


def _no_claims() -> dict[str, Claim]:
    return _NO_CLAIMS


def _no_cells() -> dict[str, set[str]]:
    return _NO_CELLS


@dataclass(slots=True)
class _Line:
    """An edge while its rows are read."""

    claims: dict[str, Claim] = field(default_factory=_no_claims)
    cells: dict[str, set[str]] = field(default_factory=_no_cells)
    weight: float = 0.0
    label: str = ""
    role: Role | None = None
    spells: tuple[Spell, ...] = ()
    precisions: frozenset[str] = frozenset()

    def days(self) -> dict[str, Value]:
        """Return what columns tell of the days that a query says."""
        if not self.spells:
            return {}
        spells = merged(self.spells)
        first, last = spells[0].start, spells[-1].end
        year = int(first[:4]) if first else None
        precision = ", ".join(sorted(self.precisions))
        return {"first_date": first, "last_date": last, "date_precision": precision, "year": year}


@dataclass(slots=True)
class _Table:
    """All edges while they are read."""

    claims: Mapping[str, Claim]
    """Those that pass the filters."""
    lines: dict[_Key, _Line] = field(default_factory=dict)
    plain: dict[_Key, Keep] = field(default_factory=dict)
    """Edges that rest on no claim."""
    texts: dict[str, str] = field(default_factory=dict)
    """Each IRI once, however many edges have it."""


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
    reports: Mapping[str, int]
    """In how many reports there is something of each node."""
    claims: Sequence[Claim]
    """Those that some edge rests on."""
    names: Mapping[str, str]
    """What sources are called."""


def project(
    store: GraphStore,
    profile: Profile,
    filters: Filters,
    terms: Terms,
    tell: Callable[[int], None] = lambda _steps: None,
) -> Projected:
    """Return what the profile shows of the store, as far as it passes the filters.

    The function is told how many steps are done, of one more than there are queries.

    Raises ExportError naming the query that cannot be used, and what answering it raises.
    """
    edge_columns, node_columns = (_declared(profile, edges=edges) for edges in (True, False))
    table = _Table(load(store, terms))
    lines = table.lines
    tell(1)
    about_edges = [query for query in profile.queries if query.edges]
    for number, query in enumerate(about_edges, start=2):
        _read_edges(store, query, terms, table)
        tell(number)
    names = _names(store)
    supports = {
        key: support(tuple(line.claims.values()), names, candidate=line.role is Role.CANDIDATE)
        for key, line in lines.items()
        if line.claims
    }
    kept = [key for key, found in supports.items() if found.independent >= filters.least]
    kept = _with_plain(kept, table.plain, _anchors(terms), everything=filters.everything)
    points = {iri: Point(iri) for key in kept for iri in (key.source, key.target)}
    points |= {iri: points.get(iri) or Point(iri) for iri in _anchors(terms)}
    about_nodes = [query for query in profile.queries if not query.edges]
    for number, query in enumerate(about_nodes, start=2 + len(about_edges)):
        _read_nodes(store, query, terms, points, everything=filters.everything)
        tell(number)
    _name_the_rest(points, names, _anchors(terms) - {end for key in kept for end in key[:2]})
    told = {claim.iri: claim for key in kept for claim in lines[key].claims.values()}
    dated = any(lines[key].spells for key in kept)
    every = COLUMNS if told else _DATED if dated else ()
    role = (_ROLE,) if any(lines[key].role for key in kept) else ()
    weight = profile.style.weight
    edges = tuple(
        _edge(key, lines[key], supports.get(key), (every, (*role, *edge_columns)), weight)
        for key in sorted(kept, key=lambda key: (*_above(lines[key], supports.get(key)), key))
    )
    return Projected(
        dict(sorted(points.items())),
        node_columns,
        edges,
        (*every, *role, *edge_columns),
        _reports(kept, lines),
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
        key = _key(cell, query, table.texts)
        line = table.lines.setdefault(key, _Line())
        if iri:
            line.claims = line.claims or {}
            line.claims[iri] = table.claims[iri]
        else:
            table.plain[key] = query.keep
        _add(line, cell, columns, query.file)


def _key(cell: Mapping[str, str], query: Query, texts: dict[str, str]) -> _Key:
    """Return what tells an edge from others; of equal texts one is kept."""
    source, target, kind = (texts.setdefault(cell.get(name, ""), cell.get(name, "")) for name in _ENDS)
    short = f"kind {kind}"
    kind = texts.get(short) or texts.setdefault(short, CURIE.short(kind or "related_to"))
    if not query.directed and target < source:
        source, target = target, source
    return _Key(source, target, kind, query.directed)


def _add(line: _Line, cell: Mapping[str, str], columns: Iterable[str], file: str) -> None:
    for column in columns:
        if cell[column]:
            line.cells = line.cells or {}
            line.cells.setdefault(column, set()).add(cell[column])
    line.label = min(filter(None, (line.label, cell.get("label", ""))), default="")
    where = f"{file}: {cell['source']} to {cell['target']}"
    if cell.get("role"):
        line.role = max(line.role, _role(cell["role"], where), key=_rank)
    if cell.get("weight"):
        line.weight += _weight(cell["weight"], where)
    told = {end: whole(cell[end]) for end in ("start", "end") if cell.get(end)}
    if told:
        begin, end = (told[name][0] if name in told else None for name in ("start", "end"))
        line.spells += (checked(Spell(begin and begin.start, end and end.end), where),)
        line.precisions |= {precision for _, precision in told.values()}


def _role(text: str, where: str) -> Role:
    if text not in set(Role):
        raise ExportError(f"{where}: ?role is {text!r}; it is {', '.join(Role)}")
    return Role(text)


def _rank(role: Role | None) -> int:
    return -1 if role is None else _DRAWN.index(role)


def _above(line: _Line, found: Support | None) -> tuple[int, bool]:
    """Return how far above others an edge is drawn: what is alleged above what is denied."""
    return _rank(line.role), found is not None and found.stance != "denies"


def _weight(text: str, where: str) -> float:
    """Return a weight; raise ExportError for one that Gephi would not take, or take for another."""
    found = parsed(text, Type.DOUBLE, f"{where}: ?weight")
    if not isinstance(found, float) or found <= 0:
        raise ExportError(f"{where}: ?weight is {text}; a weight is a finite number above 0")
    return found


def _reports(kept: Iterable[_Key], lines: Mapping[_Key, _Line]) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for key in kept:
        reports = {claim.report for claim in lines[key].claims.values()}
        for end in (key.source, key.target):
            found.setdefault(end, set()).update(reports)
    return {iri: len(reports) for iri, reports in found.items()}


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
    key: _Key,
    line: _Line,
    found: Support | None,
    columns: tuple[tuple[Column, ...], tuple[Column, ...]],
    weight: Weight,
) -> Edge:
    """Return the edge; the columns are those that every edge has, and those that queries declare."""
    every, more = columns
    declared = (
        line.role if column is _ROLE else combined(line.cells.get(column.id, ()), column) for column in more
    )
    if found is None:
        days = line.days()
        values = (*(days.get(column.id) for column in every), *declared)
    else:
        values = (*found.values, *declared)
    name = hashlib.blake2b("\n".join(map(str, key)).encode(), digest_size=8).hexdigest()
    if found is None:
        return Edge(
            name,
            key.source,
            key.target,
            key.kind,
            values,
            weight=line.weight if line.weight > 0 else _REFERENCE if line.role is Role.REFERENCE else 1.0,
            label=line.label,
            directed=key.directed,
            spells=tuple(line.spells),
            role=line.role,
        )
    heavy: dict[Weight, float] = {
        Weight.SOURCES: found.independent or UNNAMED,
        Weight.REPORTS: found.reports,
        Weight.CLAIMS: found.claims,
    }
    return Edge(
        name,
        key.source,
        key.target,
        key.kind,
        values,
        weight=CANDIDATE if found.stance == BY_RULE else float(heavy[weight]),
        label=line.label,
        directed=key.directed,
        spells=found.spells,
        series=(found.then,) if found.then else (),
        role=line.role,
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
