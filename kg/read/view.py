"""The model as it stood at one change: pages, counts and facets of its lists."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from kg.read import file
from kg.read.instants import bucket, first_of_bucket, instant, next_bucket
from kg.read.resources import BY_LIST, KIND, UNNAMED
from kg.terms import SVD, concept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rdflib.term import Literal, URIRef

    from kg.read.resources import Resource

    Terms = Mapping[str, Sequence[URIRef | Literal]]

ALLEGED, CANDIDATE = str(SVD.AllegedViolation), str(SVD.CandidateViolation)
_NOT_ASSESSED: Final = str(concept("outcome", "not-assessed"))
_PERIOD: Final = ("from", "to")
_STRETCHES: Final = frozenset({file.ALL, file.SINCE, file.UNTIL, file.SEVERAL})
"""Bitmaps that are of no filter's value."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A page: the items as they are answered, and the key after which the next begins."""

    bodies: tuple[bytes, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """An item as the model holds it."""

    iri: str
    report: str | None
    low: int | None
    """When what it tells of may have begun, in microseconds since 1970; None where it states no time."""
    high: int | None
    values: frozenset[tuple[str, str]]
    """The filters by which it passes, each with a value."""
    body: bytes


class View:
    """A transaction that reads; for one thread."""

    def __init__(self, held: sqlite3.Connection, sequence: int) -> None:
        """Read from a file, in which a transaction was begun."""
        self._held = held
        self.sequence = sequence

    def page(self, resource: Resource, terms: Terms, limit: int, after: str | None) -> Piece:
        """Return a page of a list, in the order of its keys."""
        chosen = self.chosen(resource, terms)
        found = self._few(chosen, limit, after) if self._is_few(resource, chosen, limit) else None
        if found is None:
            found = self._walked(resource, chosen, limit, after)
        shown = found[:limit]
        bodies = [self._body(number) for _, number in shown]
        return Piece(tuple(bodies), shown[-1][0] if len(found) > limit else None)

    def one(self, resource: Resource, iri: str) -> bytes | None:
        """Return an item as it is answered; None if the model holds none of that IRI."""
        found = self._held.execute(
            "SELECT body FROM item WHERE iri=? AND list=?", (iri, resource.number)
        ).fetchone()
        return None if found is None else zlib.decompress(found[0])

    def count(self, resource: Resource, terms: Terms) -> int:
        """Return how many items of a list pass."""
        return len(self.chosen(resource, terms))

    def kinds(self, resource: Resource, terms: Terms) -> dict[str, int]:
        """Return how many are alleged, how many candidates, and of these how many alleged without term."""
        chosen = self.chosen(resource, terms)
        wanted = {
            "alleged": (KIND, ALLEGED),
            "candidates": (KIND, CANDIDATE),
            "candidates_alleged_without_term": (UNNAMED, CANDIDATE),
        }
        return {
            name: chosen.intersection_cardinality(self._bits(resource, *mark))
            for name, mark in wanted.items()
        }

    def not_assessed(self, terms: Terms) -> int:
        """Return of how many claims an act could not be assessed."""
        resource = BY_LIST["assessments"]
        if resource.listing.empty_with.intersection(terms):
            return 0
        chosen = self.chosen(resource, terms)
        chosen &= self._bits(resource, "outcome", _NOT_ASSESSED)
        found = self._held.execute(
            "SELECT count(DISTINCT part) FROM item WHERE n IN (SELECT value FROM json_each(?))",
            (json.dumps(list(chosen)),),
        )
        return int(found.fetchone()[0])

    def facets(
        self, resource: Resource, terms: Terms, names: Iterable[str]
    ) -> dict[str, dict[str, dict[str, int]]]:
        """Return for each filter and each of its values how many items pass if it is asked for too.

        Allegations and candidates are counted apart, and never together.
        """
        chosen = self.chosen(resource, terms)
        apart = {"alleged": ALLEGED, "candidates": CANDIDATE} if KIND in resource.marks else {}
        parts = {name: chosen & self._bits(resource, KIND, kind) for name, kind in apart.items()} or {
            "total": chosen
        }
        return {name: self._facet(resource, parts, name) for name in names}

    def _facet(self, resource: Resource, parts: Mapping[str, BitMap], name: str) -> dict[str, dict[str, int]]:
        counted = {}
        for value, held in file.values(self._held, resource.number, name).items():
            numbers = {part: held.intersection_cardinality(chosen) for part, chosen in parts.items()}
            if any(numbers.values()):
                iri = self._held.execute("SELECT iri FROM name WHERE v=?", (value,)).fetchone()[0]
                counted[str(iri)] = numbers
        return counted

    def chosen(self, resource: Resource, terms: Terms) -> BitMap:
        """Return the numbers of the items that pass."""
        found = file.bits(self._held, resource.number, file.ALL, 0)
        for name, given in terms.items():
            if name not in _PERIOD:
                found &= BitMap.union(BitMap(), *(self._bits(resource, name, str(term)) for term in given))
        first, last = (instant(str(terms[name][0])) if name in terms else None for name in _PERIOD)
        if first is not None:
            found &= self._ending(resource, first)
        if last is not None:
            found &= self._beginning(resource, last)
        if first is not None and last is not None:
            found -= self._missing(resource, found, first, last)
        return found

    def _ending(self, resource: Resource, first: int) -> BitMap:
        """Return what may have been at an instant or later."""
        after = file.bits_between(self._held, resource.number, file.UNTIL, bucket(first) + 1, file.EDGES[1])
        near = self._held.execute(
            "SELECT n FROM item WHERE list=? AND high>=? AND high<?",
            (resource.number, first, next_bucket(first)),
        )
        return after | BitMap([number for (number,) in near])

    def _beginning(self, resource: Resource, last: int) -> BitMap:
        """Return what may have been at an instant or earlier."""
        before = file.bits_between(self._held, resource.number, file.SINCE, file.EDGES[0], bucket(last) - 1)
        near = self._held.execute(
            "SELECT n FROM item WHERE list=? AND low<=? AND low>=?",
            (resource.number, last, first_of_bucket(last)),
        )
        return before | BitMap([number for (number,) in near])

    def _missing(self, resource: Resource, found: BitMap, first: int, last: int) -> BitMap:
        """Return which of several times are before and after a period, and none within."""
        several = found & file.bits(self._held, resource.number, file.SEVERAL, 0)
        out = BitMap()
        for number in several:
            spans = json.loads(
                self._held.execute("SELECT spans FROM item WHERE n=?", (number,)).fetchone()[0]
            )
            if not any(low <= last and high >= first for low, high in spans):
                out.add(number)
        return out

    def _bits(self, resource: Resource, name: str, iri: str) -> BitMap:
        known = self._held.execute("SELECT v FROM name WHERE iri=?", (iri,)).fetchone()
        return BitMap() if known is None else file.bits(self._held, resource.number, name, known[0])

    def _is_few(self, resource: Resource, chosen: BitMap, limit: int) -> bool:
        """Return whether sorting those that pass is less than walking past those that do not."""
        size = len(file.bits(self._held, resource.number, file.ALL, 0))
        return len(chosen) ** 2 <= (limit + 1) * size

    def _few(self, chosen: BitMap, limit: int, after: str | None) -> list[tuple[str, int]]:
        numbers = json.dumps(list(chosen))
        return [
            (str(key), int(number))
            for key, number in self._held.execute(
                "SELECT key, n FROM item WHERE n IN (SELECT value FROM json_each(?)) AND key > ? "
                "ORDER BY key LIMIT ?",
                (numbers, after or "", limit + 1),
            )
        ]

    def _walked(
        self, resource: Resource, chosen: BitMap, limit: int, after: str | None
    ) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        walk = self._held.execute(
            "SELECT key, n FROM item WHERE list=? AND key>? ORDER BY key", (resource.number, after or "")
        )
        for key, number in walk:
            if number in chosen:
                found.append((key, number))
                if len(found) > limit:
                    break
        return found

    def _body(self, number: int) -> bytes:
        return zlib.decompress(self._held.execute("SELECT body FROM item WHERE n=?", (number,)).fetchone()[0])

    def rows(self, resource: Resource, reports: Sequence[str] | None = None) -> Iterator[Held]:
        """Yield the items of a list with the values by which they pass: all, or those of reports.

        Of violations and assessments these are all that tell of one of the reports.
        """
        names = {int(value): str(iri) for iri, value in self._held.execute("SELECT iri, v FROM name")}
        said = "SELECT iri, report, low, high, marks, body FROM item WHERE list=?"
        wanted: tuple[object, ...] = (resource.number,)
        if reports is not None:
            said += (
                " AND (report IN (SELECT value FROM json_each(?)) OR n IN "
                "(SELECT n FROM rests WHERE report IN (SELECT value FROM json_each(?))))"
            )
            wanted += (json.dumps(list(reports)),) * 2
        for iri, report, low, high, marks, body in self._held.execute(said, wanted):
            values = frozenset(
                (str(dim), names[value]) for dim, value in json.loads(marks) if dim not in _STRETCHES
            )
            yield Held(str(iri), report, low, high, values, zlib.decompress(body))

    def told_of(self, iri: str) -> set[str]:
        """Return the reports of which an item tells."""
        rows = self._held.execute(
            "SELECT report FROM rests WHERE n IN (SELECT n FROM item WHERE iri=?)", (iri,)
        )
        return {str(report) for (report,) in rows}

    def kinds_apart(self, resource: Resource, terms: Terms) -> dict[str, BitMap]:
        """Return which of the records that pass are alleged, which are candidates, and which are denied."""
        chosen = self.chosen(resource, terms)
        return {
            "alleged": chosen & self._bits(resource, KIND, ALLEGED),
            "candidates": chosen & self._bits(resource, KIND, CANDIDATE),
            "denied": chosen & self._bits(resource, "status", str(concept("status", "denied"))),
        }

    def values_of(self, resource: Resource, name: str) -> dict[str, BitMap]:
        """Return for each value of a filter which items pass by it."""
        names = {int(value): str(iri) for iri, value in self._held.execute("SELECT iri, v FROM name")}
        found = file.values(self._held, resource.number, name)
        return {names[value]: numbers for value, numbers in found.items()}

    def times(self, resource: Resource) -> Iterator[tuple[int, int | None, int | None]]:
        """Yield of each item its number, and when what it tells of may have begun and ended."""
        yield from self._held.execute("SELECT n, low, high FROM item WHERE list=?", (resource.number,))
