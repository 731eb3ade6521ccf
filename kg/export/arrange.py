"""What a profile shows, ready to be written: with metrics, places, sizes, colours, and what the graph is."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Protocol

from kg.export.days import merged
from kg.export.evidence import INFERRED, SERIES
from kg.export.geography import Point as Spot
from kg.export.geography import middle
from kg.export.layouts import Body, laid_out
from kg.export.legend import beside
from kg.export.metrics import Links, Metrics, measure
from kg.export.model import Column, Graph, Meta, Node, Type
from kg.export.style import Size, Weight
from kg.query import credibility

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kg.export.evidence import Claim
    from kg.export.metrics import Link
    from kg.export.model import Edge, Spell, Value
    from kg.export.order import Order
    from kg.export.project import Point, Projected
    from kg.export.style import Style

REVISION: Final = 7
"""Of how places are found: what was kept by another is not used."""
SMALLEST: Final = 4.0
LARGEST: Final = 100.0
_ALIKE: Final = 4.0
_LISTED: Final = 40
_WEIGHTS: Final = {
    Weight.SOURCES: "number of independent sources with a name, syndicated copies folded; "
    "0.5 where none has a name",
    Weight.REPORTS: "number of reports",
    Weight.CLAIMS: "number of claims",
}
_OTHERS: Final = (
    "; 0.3 for a candidate, which a rule found; 0.2 for reference data; 1 for others that rest on no claim"
)
_SIZES: Final = {
    Size.DEGREE: "degree",
    Size.WEIGHTED_DEGREE: "weighted degree",
    Size.BETWEENNESS: "betweenness, undirected",
    Size.PAGERANK: "PageRank",
}
_METRICS: Final = (
    Column("degree", "Degree", Type.INTEGER, filtered=True),
    Column("weighted_degree", "Weighted degree", Type.DOUBLE),
    Column("betweenness", "Betweenness, undirected: as if edges had no direction", Type.DOUBLE),
    Column("betweenness_directed", "Betweenness, directed: along the directions of edges", Type.DOUBLE),
    Column("pagerank", "PageRank", Type.DOUBLE),
    Column("community", "Community", Type.INTEGER),
)
_BEFORE: Final = (
    Column("uri", "IRI", Type.URL),
    Column("reports", "Reports", Type.INTEGER),
    Column("first_date", "First day", Type.DATE, filtered=True),
    Column("last_date", "Last day", Type.DATE, filtered=True),
    INFERRED,
)
_WHERE: Final = (Column("lat", "Latitude", Type.DOUBLE), Column("lng", "Longitude", Type.DOUBLE))


@dataclass(frozen=True, slots=True)
class State:
    """At which change of the store something stands, of which day, and with which base of IRIs."""

    sequence: int
    day: str
    base: str


class Kept(Protocol):
    """Keeps what was computed of a graph, by a key that tells its profile, filters and state."""

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was kept under the key; None for nothing."""

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep it."""


@dataclass(frozen=True, slots=True)
class _Times:
    first: str | None
    last: str | None
    spells: tuple[Spell, ...]
    inferred: tuple[str, ...] = ()
    """The parts of these days that no source gives."""


def arrange(shown: Projected, order: Order, state: State, kept: Kept) -> Graph:
    """Return the graph with everything that formats write."""
    style = order.profile.style
    points = list(shown.points.values())
    number = {point.name: at for at, point in enumerate(points)}
    spots = [middle(point.wkt) if point.wkt else None for point in points]
    times = _times(shown, number)
    key = _key(order, state)
    held = kept.get(key)
    if held is None or len(held["places"]) != len(points):
        links = Links(
            (number[edge.source], number[edge.target], edge.weight, edge.directed) for edge in shown.edges
        )
        held = _computed(points, links, spots, times, order)
        kept.put(key, held)
    metrics = Metrics(**{name: _frozen(value) for name, value in held["metrics"].items()})
    sizes = _sizes(getattr(metrics, style.size))
    labels = _labels(points, style)
    measured = list(zip(*(getattr(metrics, column.id) for column in _METRICS), strict=True))
    columns = (*_BEFORE, *shown.node_columns, *_METRICS, *(_WHERE if any(spots) else ()))
    nodes = tuple(
        Node(
            point.name,
            labels[at],
            point.kind,
            _values(point, shown, times[at], measured[at], spots[at])[: len(columns)],
            x=held["places"][at][0],
            y=held["places"][at][1],
            size=sizes[at],
            colour=style.node(point.kind).colour,
            shape=style.node(point.kind).shape,
            spells=times[at].spells,
        )
        for at, point in enumerate(points)
    )
    edges = shown.edges
    meta = _meta(shown, order, state, held["layout"], metrics.sampling)
    if order.legend:
        nodes = beside(nodes, meta.legend, len(columns))
    return Graph(
        meta,
        columns,
        shown.edge_columns,
        nodes,
        edges,
        edge_series=SERIES if any(edge.series for edge in edges) else (),
        directed=all(edge.directed for edge in edges),
        timed=any(edge.spells for edge in edges),
    )


def _computed(
    points: Sequence[Point],
    links: Collection[Link],
    spots: Sequence[Spot | None],
    times: Sequence[_Times],
    order: Order,
) -> dict[str, Any]:
    """Return the metrics, the places and how these were found."""
    style = order.profile.style
    metrics = measure(len(points), links)
    sizes = _sizes(getattr(metrics, style.size))
    bodies = [
        Body(point.kind, size, point.label, community, time.first, spot)
        for point, size, community, time, spot in zip(
            points, sizes, metrics.community, times, spots, strict=True
        )
    ]
    places, said = laid_out(order.chosen, bodies, links, style.lanes)
    told = {each.name: getattr(metrics, each.name) for each in fields(metrics)}
    return {"metrics": told, "places": places, "layout": said}


def _labels(points: Sequence[Point], style: Style) -> list[str]:
    """Return the labels; where several kinds of node have one, all but the first kind tell their kind."""
    order = [look.kind for look in style.nodes]
    first: dict[str, int] = {}
    ranks = [order.index(point.kind) if point.kind in order else len(order) for point in points]
    for point, rank in zip(points, ranks, strict=True):
        first[point.label] = min(rank, first.get(point.label, rank))
    return [
        f"{point.label} ({style.node(point.kind).label.lower()})"
        if point.label and rank > first[point.label]
        else point.label or point.name
        for point, rank in zip(points, ranks, strict=True)
    ]


def _sizes(metric: Sequence[float | None]) -> list[float]:
    """Return sizes from 4 to 100 whose areas grow with the values; all alike where the values are."""
    values = [value or 0.0 for value in metric]
    least, most = min(values, default=0), max(values, default=0)
    if most <= least:
        return [_ALIKE] * len(values)
    return [
        round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt((value - least) / (most - least)), 3)
        for value in values
    ]


def _times(shown: Projected, number: Mapping[str, int]) -> list[_Times]:
    """Return for each node when it is there: as its edges are, always if one of them is."""
    if not any(edge.spells for edge in shown.edges):
        return [_Times(None, None, ())] * len(number)
    around: list[list[Edge]] = [[] for _ in number]
    for edge in shown.edges:
        for end in {edge.source, edge.target}:
            around[number[end]].append(edge)
    at = shown.edge_columns.index(INFERRED) if INFERRED in shown.edge_columns else None
    found = []
    for edges in around:
        spells = merged(spell for edge in edges for spell in edge.spells)
        first, last = (spells[0].start, spells[-1].end) if spells else (None, None)
        always = not edges or any(not edge.spells for edge in edges)
        told = (edge.values[at] for edge in edges) if at is not None else ()
        inferred = sorted({part for parts in told if isinstance(parts, tuple) for part in parts})
        found.append(_Times(first, last, () if always else spells, tuple(map(str, inferred))))
    return found


def _values(
    point: Point, shown: Projected, time: _Times, measured: tuple[Value, ...], spot: Spot | None
) -> tuple[Value, ...]:
    return (
        point.iri,
        shown.reports.get(point.iri, 0),
        time.first,
        time.last,
        time.inferred,
        *point.values,
        *measured,
        *((spot.lat, spot.lng) if spot else (None, None)),
    )


def _meta(shown: Projected, order: Order, state: State, layout: str, sampling: str) -> Meta:
    profile, style = order.profile, order.profile.style
    sources = sorted({shown.names.get(iri) or iri for claim in shown.claims for iri in _sources(claim)})
    more = len(sources) - _LISTED
    weights = _WEIGHTS[style.weight] if shown.claims else "1, or what the query says"
    return Meta(
        profile=profile.name,
        title=style.title,
        description=style.description,
        licence=_licence(shown.claims),
        modified=state.day,
        sequence=state.sequence,
        filters=(*order.told(), *_hidden(shown)),
        layout=layout,
        size=f"{_SIZES[style.size]}, as the area",
        weight=f"{weights}{_OTHERS}" if shown.claims else weights,
        sampling=sampling,
        reported_by=(*sources[:_LISTED], *((f"{more} more",) if more > 0 else ())),
        keywords=("servanda", profile.name, "as reported"),
        legend=style.legend({point.kind for point in shown.points.values()}, shown.looks),
    )


def _hidden(shown: Projected) -> tuple[tuple[str, str], ...]:
    """Return, as filters are told, how many claims are left out as doubtful; nothing where none are."""
    way = f"{credibility.NAME}={credibility.ALL}"
    return (("hidden", credibility.told(f"{shown.hidden} claims", way)),) if shown.hidden else ()


def _sources(claim: Claim) -> tuple[str, ...]:
    return tuple(iri for iri in (claim.source, claim.unnamed) if iri)


def _licence(claims: Sequence[Claim]) -> str:
    """Return what the reports say of their licences, each said once."""
    said = {claim.report: claim.licence for claim in claims}
    known = sorted({" ".join(licence.split()) for licence in said.values() if licence})
    silent = sum(1 for licence in said.values() if not licence)
    parts = [*known[:_LISTED], *((f"not stated by {silent} of {len(said)} reports",) if silent else ())]
    return f"of the reports quoted: {'; '.join(parts)}" if parts else "as the store's documents say"


def _key(order: Order, state: State) -> str:
    said = [REVISION, order.digest, state.sequence, state.base]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(value) if isinstance(value, list) else value
