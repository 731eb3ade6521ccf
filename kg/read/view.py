"""The model as it stood at one change: pages, counts and facets of its lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from kg.query import credibility
from kg.query.lookups import answering
from kg.query.lookups.instants import bucket, first_of_bucket, instant, next_bucket
from kg.read import file
from kg.read.answered import CLAIMS, RECORDS, Answers, Known
from kg.read.packing import Packer
from kg.read.pen import report_name
from kg.read.resources import BY_LIST, CHARGE, DENIES_CHARGE, KIND, MEETS_CHARGE, UNNAMED
from kg.terms import SVD, concept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rdflib.term import Literal, URIRef

    from kg.read.packing import Marks, Packed, Stretch
    from kg.read.resources import Resource

    Terms = Mapping[str, Sequence[URIRef | Literal]]
    Run = tuple[str, int, int, int]

ALLEGED, CANDIDATE = str(SVD.AllegedViolation), str(SVD.CandidateViolation)
_NOT_ASSESSED: Final = str(concept("outcome", "not-assessed"))
_FEW: Final = 300
"""Items that are put in order one by one, without their strides."""
_FORESEEN: Final = ("predicted", "conditional")
"""How claims are put of what has not happened."""
_PERIOD: Final = ("from", "to")
_APART: Final = (*_PERIOD, credibility.NAME)
"""Filters by which items pass otherwise than by having a value."""
_UNTOLD: Final = frozenset({*file.PLAIN, CHARGE, DENIES_CHARGE, MEETS_CHARGE})
"""Dimensions whose values nobody asks for."""


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


class Opened:
    """An open file with what reads its blocks; for one thread at a time."""

    def __init__(self, held: sqlite3.Connection, base: str) -> None:
        """Read from an open file of a store with that base."""
        self.file = held
        self.base = base
        self.packer = Packer(file.dictionary(held))
        self.known = Known()
        """Who answers which record, as far as it was put together of the file as it stands."""


class View:
    """A transaction that reads; for one thread."""

    def __init__(self, held: Opened, sequence: int) -> None:
        """Read from a file, in which a transaction was begun."""
        self._held = held.file
        self._base = held.base
        self._packer = held.packer
        self._blocks: dict[int, Packed] = {}
        self.sequence = sequence
        if held.known.sequence != sequence:
            held.known = Known(sequence)
        self._answers = Answers(
            held.file,
            held.base,
            held.known,
            lambda row: self._block(file.block_of(held.file, CLAIMS.number, row)).body(CLAIMS.number, row),
            lambda iri: (self._place(CLAIMS, iri) or (None, None))[1],
        )

    def page(self, resource: Resource, terms: Terms, limit: int, after: str | None) -> Piece:
        """Return a page of a list, in the order of its keys."""
        chosen = self.chosen(resource, terms)
        found: list[tuple[int, int]] = []
        for block, row in self._ordered(resource, chosen, after):
            found.append((block, row))
            if len(found) > limit:
                break
        shown = found[:limit]
        bodies = tuple(self._body(resource, self._block(block), row) for block, row in shown)
        following = None
        if len(found) > limit:
            block, row = shown[-1]
            following = self._block(block).key(resource.number, row)
        return Piece(bodies, following)

    def one(self, resource: Resource, iri: str) -> bytes | None:
        """Return an item as it is answered; None if the model holds none of that IRI."""
        found = self._place(resource, iri)
        return None if found is None else self._body(resource, *found)

    def _place(self, resource: Resource, iri: str) -> tuple[Packed, int] | None:
        """Return the block in which an item is, and its number; None if there is none of that IRI."""
        found = file.blocks_at(self._held, resource.number, iri)
        if not found:
            name = file.short(self._base, iri)
            within = "/".join(name.split("/")[:2])
            found = file.blocks_at(self._held, file.REPORT, file.whole(self._base, within))
        for number in found:
            block = self._block(number)
            row = block.row_of(resource.number, iri)
            if row is not None:
                return block, row
        return None

    def _body(self, resource: Resource, block: Packed, row: int) -> bytes:
        """Return an item as it is answered."""
        body = block.body(resource.number, row)
        return self._answers.told(row, body) if resource is RECORDS else body

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
        """Return of how many claims an act could not be assessed.

        The rows of a claim follow each other: each is moved to where the first of them is, and counts once.
        """
        resource = BY_LIST["assessments"]
        if resource.listing.empty_with.intersection(terms):
            return 0
        chosen = self.chosen(resource, terms)
        chosen &= self._bits(resource, "outcome", _NOT_ASSESSED)
        moved = BitMap()
        for turn, several in file.values(self._held, file.dimension(resource.number, file.TURN)).items():
            for rows in several:
                moved |= (rows & chosen).shift(-turn)
        return len(moved)

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
        for value, several in file.values(self._held, file.dimension(resource.number, name)).items():
            numbers = {
                part: sum(rows.intersection_cardinality(chosen) for rows in several)
                for part, chosen in parts.items()
            }
            if any(numbers.values()):
                counted[self._named(value)] = numbers
        return counted

    def rows(
        self, resource: Resource, reports: Sequence[str] | None = None, *, whole: bool = False
    ) -> Iterator[Held]:
        """Yield the items of a list with the values by which they pass: all, or those of reports.

        Of reports these are also all items of others in whose blocks something tells of one of them. Of who
        answers a record those are told who deny its own act and claims, unless it is wanted whole.
        """
        if reports is None:
            wanted = [block for (block,) in self._held.execute("SELECT b FROM block ORDER BY b")]
        else:
            found = (
                file.blocks_at(self._held, what, iri) for what in (file.REPORT, file.TOLD) for iri in reports
            )
            wanted = sorted({block for several in found for block in several})
        for number in wanted:
            packed = self._opened(number)
            block = packed.block()
            stretch = block.lists.get(resource.number)
            if stretch is not None:
                values = self._values(resource, stretch, block.marks)
                for row, (entry, own) in enumerate(zip(stretch.entries, values, strict=True), stretch.first):
                    low, high = (
                        (min(low for low, _ in entry.spans), max(high for _, high in entry.spans))
                        if entry.spans
                        else (None, None)
                    )
                    body = self._body(resource, packed, row) if whole else entry.body
                    yield Held(entry.iri, packed.report or None, low, high, frozenset(own), body)

    def _values(self, resource: Resource, stretch: Stretch, marks: Marks) -> list[set[tuple[str, str]]]:
        """Return for each row of a stretch the filters by which it passes, each with a value."""
        found: list[set[tuple[str, str]]] = [set() for _ in stretch.entries]
        own = BitMap(range(stretch.first, stretch.first + len(stretch.entries)))
        for dim, value in marks:
            name = file.name_of(dim)
            if file.list_of(dim) == resource.number and name not in _UNTOLD:
                said = (name, self._named(value))
                for row in own & file.bits_near(self._held, dim, value, own) if len(own) > 1 else own:
                    found[row - stretch.first].add(said)
        return found

    def told_of(self, iri: str) -> set[str]:
        """Return the reports of which the block of a record tells, and its own."""
        found: set[str] = set()
        for number in (0, 1):
            for block in file.blocks_at(self._held, number, iri):
                packed = self._opened(block)
                found |= {packed.report, *packed.block().rests} - {""}
        return found

    def kinds_apart(self, resource: Resource, terms: Terms) -> dict[str, BitMap]:
        """Return which of the records that pass are alleged, which candidates, and which anybody denies."""
        chosen = self.chosen(resource, terms)
        return {
            "alleged": chosen & self._bits(resource, KIND, ALLEGED),
            "candidates": chosen & self._bits(resource, KIND, CANDIDATE),
            "denied": chosen & self._answers.denied(),
        }

    def claims_apart(self, terms: Terms) -> dict[str, BitMap]:
        """Return which claims that pass are that it is so, that it is not, and that it will or would be."""
        resource = BY_LIST["claims"]
        chosen = self.chosen(resource, terms)
        foreseen = self._any(resource, "modality", [concept("modality", code) for code in _FORESEEN])
        negative = self._bits(resource, "polarity", str(concept("polarity", "negative")))
        negative |= self._bits(resource, "modality", str(concept("modality", "denied")))
        return {
            "claims": chosen - negative - foreseen,
            "denials": (chosen & negative) - foreseen,
            "predictions": chosen & foreseen,
        }

    def values_of(self, resource: Resource, name: str) -> dict[str, BitMap]:
        """Return for each value of a filter which items pass by it."""
        found = file.values(self._held, file.dimension(resource.number, name))
        return {self._named(value): BitMap.union(*several) for value, several in found.items()}

    def times(self, resource: Resource) -> Iterator[tuple[int, int | None, int | None]]:
        """Yield of each item its number, and when what it tells of may have begun and ended."""
        lows, highs = (
            dict(self._held.execute("SELECT n, moment FROM bound WHERE side=?", (side,)).fetchall())
            for side in (resource.number * 2, resource.number * 2 + 1)
        )
        for row in self._all(resource):
            yield row, lows.get(row), highs.get(row)

    def chosen(self, resource: Resource, terms: Terms) -> BitMap:
        """Return the numbers of the items that pass."""
        given = [name for name in terms if name not in _APART]
        several = [self._any(resource, name, terms[name]) for name in given]
        found = BitMap.intersection(*several) if len(several) > 1 else None
        if found is None:
            found = several[0] if several else self._all(resource)
        first, last = (instant(str(terms[name][0])) if name in terms else None for name in _PERIOD)
        if first is not None:
            found &= self._ending(resource, first)
        if last is not None:
            found &= self._beginning(resource, last)
        if first is not None and last is not None:
            found -= self._missing(resource, found, first, last)
        return found - self._doubted(resource, terms.get(credibility.NAME, ()))

    def hidden(self, resource: Resource, terms: Terms) -> int:
        """Return how many items are kept out by what the claims that they rest on are judged."""
        low = terms.get(credibility.NAME)
        if not low or not (doubted := self._doubted(resource, low)):
            return 0
        rest = {name: values for name, values in terms.items() if name != credibility.NAME}
        return self.chosen(resource, rest).intersection_cardinality(doubted)

    def _doubted(self, resource: Resource, low: Sequence[URIRef | Literal]) -> BitMap:
        """Return what rests on claims only that are judged as one of these grades."""
        found = self._any(resource, credibility.NAME, low)
        if found:
            grades = {str(one) for one in low}
            better = [one for one in credibility.worse("1") if str(one) not in grades]
            found -= self._any(resource, credibility.NAME, better)
        return found

    def _any(self, resource: Resource, name: str, given: Sequence[URIRef | Literal]) -> BitMap:
        """Return what passes by any of some values of a filter."""
        one = resource.listing.filters.get(name)
        if one is not None and one.takes == answering.TAKES:
            found = [self._answering(name, str(term)) for term in given]
        else:
            found = [self._bits(resource, name, str(term)) for term in given]
        return BitMap.union(*found) if len(found) > 1 else found[0] if found else BitMap()

    def _answering(self, name: str, record: str) -> BitMap:
        """Return the claims that answer a record in the way of a filter."""
        found = self._place(RECORDS, record)
        if found is None:
            return BitMap()
        block, row = found
        return self._answers.answering(row, block.body(RECORDS.number, row), name)

    def _all(self, resource: Resource) -> BitMap:
        return file.bits(self._held, file.dimension(resource.number, file.ALL), 0)

    def _ending(self, resource: Resource, first: int) -> BitMap:
        """Return what may have been at an instant or later."""
        dim = file.dimension(resource.number, file.UNTIL)
        after = file.bits_between(self._held, dim, bucket(first) + 1, file.EDGES[1])
        near = self._held.execute(
            "SELECT n FROM bound WHERE side=? AND moment>=? AND moment<?",
            (resource.number * 2 + 1, first, next_bucket(first)),
        )
        return after | BitMap([number for (number,) in near])

    def _beginning(self, resource: Resource, last: int) -> BitMap:
        """Return what may have been at an instant or earlier."""
        dim = file.dimension(resource.number, file.SINCE)
        before = file.bits_between(self._held, dim, file.EDGES[0], bucket(last) - 1)
        near = self._held.execute(
            "SELECT n FROM bound WHERE side=? AND moment<=? AND moment>=?",
            (resource.number * 2, last, first_of_bucket(last)),
        )
        return before | BitMap([number for (number,) in near])

    def _missing(self, resource: Resource, found: BitMap, first: int, last: int) -> BitMap:
        """Return which of several times are before and after a period, and none within.

        What begins first or ends last within it is in it: only what does neither is looked at.
        """
        several = found & file.bits(self._held, file.dimension(resource.number, file.SEVERAL), 0)
        if several:
            several &= self._beginning(resource, first - 1)
            several &= self._ending(resource, last + 1)
        out = BitMap()
        for row in several:
            block = file.block_of(self._held, resource.number, row)
            spans = self._block(block).spans(resource.number, row)
            if not any(low <= last and high >= first for low, high in spans):
                out.add(row)
        return out

    def _bits(self, resource: Resource, name: str, iri: str) -> BitMap:
        named = file.short(self._base, iri)
        known = file.value_of(self._held, named)
        dim = file.dimension(resource.number, name)
        return BitMap() if known is None else file.bits(self._held, dim, known)

    def _ordered(self, resource: Resource, chosen: BitMap, after: str | None) -> Iterator[tuple[int, int]]:
        """Yield the items of some after a key, in the order of their keys: of each its block and number."""
        since = "" if after is None else after.replace(f"{self._base}report/", "", 1)
        for rows in self._strides(resource, chosen, since):
            for prefix, first, size, block in self._runs(resource, rows):
                begin = first
                if since.startswith(prefix):
                    keys = self._block(block).keys(resource.number, first, size)
                    begin += sum(key <= (after or "") for key in keys)
                elif prefix < since:
                    continue
                for row in range(begin, first + size):
                    if row in rows:
                        yield block, row

    def _strides(self, resource: Resource, chosen: BitMap, since: str) -> Iterator[BitMap]:
        """Yield what is chosen stride by stride; at once where it is little."""
        if len(chosen) <= _FEW:
            yield chosen
            return
        number, dim = resource.number, file.dimension(resource.number, file.STRIDE)
        strides = self._held.execute(
            "SELECT v FROM stride WHERE list=? AND prefix >= coalesce("
            "(SELECT max(prefix) FROM stride WHERE list=? AND prefix<=?), '') ORDER BY prefix",
            (number, number, since),
        )
        for (value,) in strides.fetchall():
            rows = file.bits(self._held, dim, value) & chosen
            if rows:
                yield rows

    def _runs(self, resource: Resource, rows: BitMap) -> list[Run]:
        """Return the runs in which any of the rows are, in the order of the list."""
        low = resource.number << file.LIST_BITS
        found: list[Run] = []
        end = -1
        for row in rows:
            if row >= end:
                place, size, block, form, name = self._held.execute(
                    "SELECT p, size, b, form, iri FROM place JOIN block USING(b) "
                    "WHERE p<=? ORDER BY p DESC LIMIT 1",
                    (low | row,),
                ).fetchone()
                end = place - low + size
                prefix = form.replace("<", report_name(name), 1)
                found.append((prefix, place - low, size, block))
        found.sort()
        return found

    def _named(self, value: int) -> str:
        """Return the IRI of a value of a filter."""
        (name,) = self._held.execute("SELECT iri FROM name WHERE v=?", (value,)).fetchone()
        return file.whole(self._base, name)

    def _block(self, number: int) -> Packed:
        if number not in self._blocks:
            self._blocks[number] = self._opened(number)
        return self._blocks[number]

    def _opened(self, number: int) -> Packed:
        name, data = self._held.execute("SELECT iri, data FROM block WHERE b=?", (number,)).fetchone()
        return self._packer.open(file.whole(self._base, name) if name else name, data)
