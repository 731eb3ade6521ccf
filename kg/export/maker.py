"""Edges with all that formats write, made of what was read of them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.export.cells import combined
from kg.export.evidence import BY_RULE, CANDIDATE, UNNAMED
from kg.export.lines import BARE
from kg.export.model import Column, Edge, Role, Type
from kg.export.sentences import CALLED, SENTENCE, Said, sentence
from kg.export.style import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.export.evidence import Support
    from kg.export.lines import Key, Line
    from kg.export.model import Spell, Timed, Value
    from kg.export.project import Point
    from kg.export.style import Style

ROLE: Final = Column("role", "Role", Type.CATEGORY, filtered=True)
"""What the source of an edge is in what is said."""
_REFERENCE: Final = 0.2
"""The weight of an edge of reference data, where others rest on claims: no line of these is thinner."""


class Maker:
    """Makes edges with all that formats write; the columns are those of every edge, and the declared ones."""

    def __init__(
        self,
        points: Mapping[str, Point],
        names: Mapping[str, str],
        columns: tuple[tuple[Column, ...], tuple[Column, ...]],
        style: Style,
    ) -> None:
        """Make them between these points, with what actors are called."""
        self._points, self._names = points, names
        self._every, self._more = columns
        self._nothing = (None,) * len(self._every + self._more)
        self._weight = style.weight
        self._look = lru_cache(None)(style.edge)

    def edge(self, key: Key, line: Line, found: Support | None) -> Edge:
        """Return the edge between the ids of its nodes."""
        weight = 1.0
        spells: tuple[Spell, ...] = ()
        series: tuple[tuple[Timed, ...], ...] = ()
        values: tuple[Value, ...] = self._nothing
        if found is not None:
            weight, spells, series = self._heavy(found), found.spells, (found.then,) if found.then else ()
            values = (*found.values, *self._declared(key, line, found))
        elif line is not BARE:
            weight, spells = line.weight or (_REFERENCE if line.role is Role.REFERENCE else 1.0), line.spells
            days = line.days()
            values = (*(days.get(column.id) for column in self._every), *self._declared(key, line, found))
        look = self._look(line.look or key.kind)
        return Edge(
            _name(key),
            self._points[key.source].name,
            self._points[key.target].name,
            key.kind,
            values,
            weight,
            line.label,
            key.directed,
            look.colour,
            spells,
            series=series,
            role=line.role,
            stroke=look.stroke,
        )

    def _declared(self, key: Key, line: Line, found: Support | None) -> Iterator[Value]:
        for column in self._more:
            if column is SENTENCE:
                yield self._sentence(key, line, found) if line.role else None
                continue
            told = line.cells.get(column.id, ())
            if column.id == CALLED:
                told = {self._names.get(text, text) for text in told}
            yield line.role if column is ROLE else combined(told, column)

    def _sentence(self, key: Key, line: Line, found: Support | None) -> str:
        ends = self._points[key.source], self._points[key.target]
        source, target = (point.label or point.name for point in ends)
        called = sorted(self._names.get(text, text) for text in line.cells.get(CALLED, ()))
        said = Said(found.words, found.accused, called) if found else Said((), (), called)
        return sentence(key, line, (source, target), said)

    def _heavy(self, found: Support) -> float:
        if found.stance == BY_RULE:
            return CANDIDATE
        heavy: dict[Weight, float] = {
            Weight.SOURCES: found.independent or UNNAMED,
            Weight.REPORTS: found.reports,
            Weight.CLAIMS: found.claims,
        }
        return float(heavy[self._weight])


def _name(key: Key) -> str:
    """Return the id of an edge: the same in every export in which it is."""
    source, target, kind, directed = key
    said = f"{source}\n{target}\n{kind}\n{directed}"
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
