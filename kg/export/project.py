"""From a profile and a store to nodes and edges: which are there, and what each tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.cells import CURIE, combined, parsed
from kg.export.days import checked, whole
from kg.export.evidence import COLUMNS, SERIES, load, support
from kg.export.lines import BARE, PAIRED, Key, Line, Lines, paired, rank
from kg.export.maker import ROLE, Maker
from kg.export.model import RESERVED, Column, Edge, Role, Spell, Type
from kg.export.profiles import SHARED, Keep
from kg.export.rows import rows
from kg.export.sentences import SENTENCE, accused
from kg.resources import ontology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.export.evidence import Claim, Passed, Support
    from kg.export.model import Value
    from kg.export.order import Order
    from kg.export.profiles import Profile, Query
    from kg.export.rows import Terms
    from kg.store import GraphStore

_ANCHORS: Final = ("agreement", "place")
"""Filters whose value stays in the graph whatever is said of it."""
_NODE: Final = frozenset({"node", "label", "language", "kind", "wkt"})
_EDGE: Final = frozenset({"source", "target", "kind", "claim", "label", "role", "weight", "start", "end"}) | {
    "record"
}
_SETTLED: Final[dict[str, set[str]]] = {}
"""What nodes share whose cells are values. Nothing is ever put into it."""
_ENDS: Final = ("source", "target", "kind")
_OF_NODES: Final = frozenset(
    {"uri", "reports", "first_date", "last_date", "degree", "weighted_degree", "betweenness", "pagerank"}
    | {"betweenness_directed", "community", "lat", "lng"}
)
_TAKEN: Final = _OF_NODES | {column.id for column in (*COLUMNS, *SERIES, *PAIRED, ROLE, SENTENCE)} | RESERVED
_DATED: Final = tuple(
    column
    for column in COLUMNS
    if column.id in {"first_date", "last_date", "date_precision", "year", "years", "months"}
)
"""What an edge tells whose days a query says."""


@dataclass
class _Table:
    """All edges while they are read."""

    load: Callable[[], Passed]
    lines: Lines = field(default_factory=Lines)
    plain: dict[Key, Keep] = field(default_factory=dict)
    """Edges that rest on no claim."""
    texts: dict[str, str] = field(default_factory=dict)
    """Each IRI once, however many edges have it."""
    hidden: int = 0
    """How many claims are left out as doubtful."""

    @cached_property
    def passed(self) -> Passed:
        """What passes the filters; asked for once an edge rests on any claim."""
        found = self.load()
        self.hidden = found.hidden
        return found

    def takes(self, claim: str, record: str) -> bool:
        """Return whether an edge that rests on a claim, and tells of a record, passes."""
        claims, records = self.passed.claims, self.passed.records
        return claim in claims and (not record or records is None or record in records)

    def forget(self) -> None:
        """Let go of what is needed only while rows are read: there may be much of it."""
        self.plain.clear()
        self.texts.clear()


@dataclass(slots=True)
class Point:
    """A node that has no place yet."""

    iri: str
    name: str = ""
    """The id of the node."""
    label: str = ""
    kind: str = ""
    wkt: str = ""
    cells: dict[str, set[str]] = field(default_factory=dict)
    """What rows tell of it, by columns; empty once these are values, which need a third of the room."""
    values: tuple[Value, ...] = ()
    """In the order of the declared columns."""
    rank: tuple[bool, str] = (True, "")
    """By which of several labels is taken: the English one before others, then by the alphabet."""


@dataclass(frozen=True, slots=True)
class Projected:
    """What a profile shows of a state of the store."""

    points: Mapping[str, Point]
    """The nodes by their IRIs, in order."""
    node_columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    """In order."""
    edge_columns: tuple[Column, ...]
    looks: frozenset[str]
    """The kinds whose looks edges have."""
    reports: Mapping[str, int]
    """In how many reports there is something of each node."""
    claims: Sequence[Claim]
    """Those that some edge rests on."""
    names: Mapping[str, str]
    """What sources are called."""
    hidden: int = 0
    """How many claims that pass are left out, because they are judged to be doubtful."""


def project(
    store: GraphStore,
    order: Order,
    terms: Terms,
    base: str,
    tell: Callable[[int], None] = lambda _steps: None,
) -> Projected:
    """Return what the profile shows of the store, as far as it passes the filters, with ids below the base.

    The function is told how many steps are done, of one more than there are queries.

    Raises ExportError naming the query that cannot be used, and what answering it raises.
    """
    profile, filters = order.profile, order.filters
    edge_columns = _declared(profile, edges=True) + (PAIRED if order.joined else ())
    node_columns = _declared(profile, edges=False)
    table = _Table(partial(load, store, terms, filters.doubtful))
    lines = table.lines
    tell(1)
    about_edges = [query for query in profile.queries if query.edges]
    for number, query in enumerate(about_edges, start=2):
        _read_edges(store, query, terms, table)
        tell(number)
    names = _names(store)
    supports = _supports(lines, names)
    enough = [key for key, found in supports.items() if found.independent >= filters.least]
    kept = _with_plain(enough, table.plain, _anchors(terms), everything=filters.everything)
    if order.joined:
        lines = paired(kept, lines)
        supports, kept = _supports(lines, names), list(lines)
    table.forget()
    ends = {key.source for key in kept} | {key.target for key in kept}
    points = {iri: Point(iri) for iri in ends | _anchors(terms)}
    about_nodes = [query for query in profile.queries if not query.edges]
    for number, query in enumerate(about_nodes, start=2 + len(about_edges)):
        _read_nodes(store, query, terms, points, everything=filters.everything)
        tell(number)
    _name_the_rest(points, names, _anchors(terms) - ends, base)
    _settle(points.values(), node_columns)
    told = {claim.iri: claim for key in kept if key in supports for claim in lines[key].claims.values()}
    every = COLUMNS if told else _DATED if any(lines[key].spells for key in kept if key in lines) else ()
    role = (ROLE, SENTENCE) if any(lines[key].role for key in kept if key in lines) else ()
    maker = Maker(points, names, (every, (*role, *edge_columns)), profile.style)
    reports, looks = _reports(filter(supports.__contains__, kept), lines), _looks(kept, lines)
    return Projected(
        dict(sorted(points.items())),
        node_columns,
        tuple(_made(kept, lines, supports, maker)),  # which lets go of what is kept
        (*every, *role, *edge_columns),
        looks,
        reports,
        sorted(told.values(), key=lambda claim: claim.name),
        names,
        table.hidden,
    )


def _supports(lines: Mapping[Key, Line], names: Mapping[str, str]) -> dict[Key, Support]:
    """Return what stands behind each edge; what rests on the same claims is the same and computed once.

    All tellers of a term that was kept rest on one claim each with every record of the term.
    """
    made: dict[tuple[tuple[Claim, ...], bool, frozenset[str]], Support] = {}
    found: dict[Key, Support] = {}
    for key, line in lines.items():
        if not line.claims:
            continue
        claims = tuple(line.claims[iri] for iri in sorted(line.claims))
        candidate = line.role is Role.CANDIDATE
        blamed = accused(key, line)
        same = claims, candidate, blamed
        if same not in made:
            made[same] = support(claims, names, candidate=candidate, accused=blamed)
        found[key] = made[same]
    return found


def _made(kept: list[Key], lines: Lines, supports: dict[Key, Support], made: Maker) -> Iterator[Edge]:
    """Give the edges in order; what each was made of is let go, or both would need room."""
    kept.sort(reverse=True)
    if lines:
        kept.sort(key=lambda key: _above(lines[key], supports.get(key)), reverse=True)
    while kept:
        key = kept.pop()
        yield made.edge(key, lines.pop(key, BARE), supports.pop(key, None))


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
    if set(names) <= set(_ENDS):
        _read_bare(answered, names, query, table)
        return
    for row in answered:
        cell = dict(zip(names, row, strict=True))
        iri = cell.get("claim")
        if not cell["source"] or not cell["target"] or (iri and not table.takes(iri, cell.get("record", ""))):
            continue
        key = _key(cell, query, table.texts)
        line = table.lines.setdefault(key, Line())
        if iri:
            line.claims = line.claims or {}
            line.accused = frozenset() if query.nobody else None
            line.claims[iri] = table.passed.claims[iri]
        else:
            table.plain[key] = query.keep
        _add(line, cell, columns, query.file)


def _read_bare(answered: Iterable[Sequence[str]], names: Sequence[str], query: Query, table: _Table) -> None:
    """Read edges of which the query tells their ends and kinds alone: there may be one for each triple."""
    plain, keep, texts, directed = table.plain, query.keep, table.texts, query.directed
    kinds: dict[str, str] = {}
    source_at, target_at = names.index("source"), names.index("target")
    kind_at = names.index("kind") if "kind" in names else None
    for row in answered:
        source, target, kind = row[source_at], row[target_at], "" if kind_at is None else row[kind_at]
        if not source or not target:
            continue
        if kind not in kinds:
            kinds[kind] = CURIE.short(kind or "related_to")
        if not directed and target < source:
            source, target = target, source
        ends = texts.setdefault(source, source), texts.setdefault(target, target)
        plain[Key(ends[0], ends[1], kinds[kind], directed)] = keep


def _key(cell: Mapping[str, str], query: Query, texts: dict[str, str]) -> Key:
    """Return what tells an edge from others; of equal texts one is kept."""
    source, target, kind = (texts.setdefault(cell.get(name, ""), cell.get(name, "")) for name in _ENDS)
    short = f"kind {kind}"
    kind = texts.get(short) or texts.setdefault(short, CURIE.short(kind or "related_to"))
    if not query.directed and target < source:
        source, target = target, source
    return Key(source, target, kind, query.directed)


def _add(line: Line, cell: Mapping[str, str], columns: Iterable[str], file: str) -> None:
    for column in columns:
        if cell[column]:
            line.cells = line.cells or {}
            line.cells.setdefault(column, set()).add(cell[column])
    label = cell.get("label", "")
    if label and (not line.label or label < line.label):
        line.label = label
    role = cell.get("role")
    if role and role != line.role:
        line.role = max(line.role, _role(role, _where(cell, file)), key=rank)
    if cell.get("weight"):
        line.weight += _weight(cell["weight"], _where(cell, file))
    told = {end: whole(cell[end]) for end in ("start", "end") if cell.get(end)}
    if told:
        where = _where(cell, file)
        begin, end = (told[name][0] if name in told else None for name in ("start", "end"))
        line.spells += (checked(Spell(begin and begin.start, end and end.end), where),)
        line.precisions |= {precision for _, precision in told.values()}


def _where(cell: Mapping[str, str], file: str) -> str:
    return f"{file}: {cell['source']} to {cell['target']}"


def _role(text: str, where: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise ExportError(f"{where}: ?role is {text!r}; it is {', '.join(Role)}") from None


def _above(line: Line, found: Support | None) -> int:
    """Return how far above others an edge is drawn: what is alleged above what is denied."""
    return 2 * rank(line.role) + (found is not None and found.stance != "denies")


def _weight(text: str, where: str) -> float:
    """Return a weight; raise ExportError for one that Gephi would not take, or take for another."""
    found = parsed(text, Type.DOUBLE, f"{where}: ?weight")
    if not isinstance(found, float) or found <= 0:
        raise ExportError(f"{where}: ?weight is {text}; a weight is a finite number above 0")
    return found


def _reports(kept: Iterable[Key], lines: Mapping[Key, Line]) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for key in kept:
        claims = lines[key].claims
        if not claims:
            continue
        reports = {claim.report for claim in claims.values()}
        for end in (key.source, key.target):
            found.setdefault(end, set()).update(reports)
    return {iri: len(reports) for iri, reports in found.items()}


def _looks(kept: Iterable[Key], lines: Mapping[Key, Line]) -> frozenset[str]:
    return frozenset(lines[key].look or key.kind if key in lines else key.kind for key in kept)


def _with_plain(
    kept: list[Key], plain: Mapping[Key, Keep], anchors: Iterable[str], *, everything: bool
) -> list[Key]:
    """Return the edges that are kept, with those that rest on no claim but belong to a node that is there."""
    seen = set(kept)
    found = list(kept)
    waiting = [key for key in plain if key not in seen]
    if everything:
        return found + waiting
    there = {iri for key in kept for iri in (key.source, key.target)} | set(anchors)
    while waiting:
        grown: list[Key] = []
        rest: list[Key] = []
        for key in waiting:
            (grown if _belongs(key, plain[key], there) else rest).append(key)
        if not grown:
            break
        found += grown
        waiting = rest
        if waiting:
            there.update(iri for key in grown for iri in (key.source, key.target))
    return found


def _belongs(key: Key, keep: Keep, there: set[str]) -> bool:
    if keep is Keep.ALWAYS:
        return True
    source, target = key.source in there, key.target in there
    return {Keep.SOURCE: source, Keep.TARGET: target, Keep.BOTH: source and target}[keep]


def _read_nodes(
    store: GraphStore, query: Query, terms: Terms, points: dict[str, Point], *, everything: bool
) -> None:
    names, answered = rows(store, query.file, query.text, _taken(query, terms), ("node",))
    _check(query, names, _NODE)
    columns = [column.id for column in query.columns]
    node_at, told = names.index("node"), len(columns) < len(names) - 1
    declared = [(column, names.index(column)) for column in columns]
    for row in answered:
        iri = row[node_at]
        point = points.get(iri)
        if point is None:
            if not everything or not iri:
                continue
            point = points[iri] = Point(iri)
        if told:
            _describe(point, dict(zip(names, row, strict=True)))
        for column, at in declared:
            if row[at]:
                point.cells.setdefault(column, set()).add(row[at])


def _describe(point: Point, cell: Mapping[str, str]) -> None:
    label, kind = cell.get("label", ""), cell.get("kind", "")
    rank = (cell.get("language", "en") != "en", label)
    if label and (not point.label or rank < point.rank):
        point.label, point.rank = label, rank
    if kind and (not point.kind or kind < point.kind):
        point.kind = kind
    point.wkt = point.wkt or cell.get("wkt", "")


def _name_the_rest(
    points: dict[str, Point], names: Mapping[str, str], loose: Iterable[str], base: str
) -> None:
    """Give every node an id, a label and a kind; drop what a filter names that is no node of this profile."""
    for iri in loose:
        if not points[iri].kind:
            del points[iri]
    for point in points.values():
        point.name = _short(point.iri, base)
        point.label = point.label or names.get(point.iri, "")
        point.kind = CURIE.short(point.kind or "other")


def _settle(points: Iterable[Point], columns: Sequence[Column]) -> None:
    """Make values of what rows told of each node."""
    for point in points:
        point.values = tuple(combined(point.cells.get(column.id, ()), column) for column in columns)
        point.cells = _SETTLED


def _names(store: GraphStore) -> dict[str, str]:
    """Return what actors are called."""
    text = (ontology() / "exports" / SHARED / "actors.rq").read_text(encoding="utf-8")
    names, answered = rows(store, "shared/actors.rq", text, {}, ("node",))
    points: dict[str, Point] = {}
    for row in answered:
        cell = dict(zip(names, row, strict=True))
        _describe(points.setdefault(cell["node"], Point(cell["node"])), cell)
    return {iri: point.label for iri, point in points.items() if point.label}


def _short(iri: str, base: str) -> str:
    """Return the id of a node: the path of an IRI below the base, prefix and name of one that has such."""
    return iri.removeprefix(base) or iri if iri.startswith(base) else CURIE.short(iri)


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
