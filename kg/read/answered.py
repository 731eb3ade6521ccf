"""Who answers which record: claims and records are kept each by itself, and put together when they are read.

Of each record stand in the file the charges that it holds and when its act began, of each claim that answers
charges until when acts can have begun of which it speaks; and of each charge, as a bitmap, which records hold
it and which claims deny it or say that it was kept. So a claim about an agreement touches no record's row.
See `kg.query.lookups.answering`, which says the same of the store.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic_core import from_json, to_json
from pyroaring import BitMap

from kg.query.lookups.answering import DENYING, MOST
from kg.query.lookups.instants import HIGH, LOW
from kg.query.lookups.names import Names
from kg.read import file
from kg.read.resources import BY_LIST, CHARGE, DENIED, DENIES_CHARGE, MEETS_CHARGE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from kg.read.rows import Row

RECORDS: Final = BY_LIST["alleged violations"]
CLAIMS: Final = BY_LIST["claims"]
_ANSWERS: Final = frozenset({DENIES_CHARGE, MEETS_CHARGE})
_TOTAL: Final = b'],"denials_total":'
_NO_FULFILMENT: Final = b',"fulfilment":[],"fulfilment_total":0'
_EVIDENCE: Final = b',"evidence":['
"""As they stand in the answers of records and claims: within a string, quotation marks are escaped."""


def put(held: sqlite3.Connection, number: int, place: int, row: Row, value: Callable[[str], int]) -> None:
    """Write down of the row of that number in a list what it has to do with charges, if it has.

    The function gives the number by which a charge is known in the file.
    """
    if number == RECORDS.number:
        charges = sorted(value(charge) for name, charge in row.marks if name == CHARGE)
        if charges:
            told = " ".join(map(str, charges))
            held.execute("INSERT INTO charged VALUES (?, ?, ?)", (place, row.moment, told))
    elif number == CLAIMS.number and any(name in _ANSWERS for name, _ in row.marks):
        held.execute("INSERT INTO answering VALUES (?, ?, ?)", (place, row.moment, row.key))


def forget(held: sqlite3.Connection, number: int, first: int, size: int) -> None:
    """Take that out of so many rows of a list."""
    table = {RECORDS.number: "charged", CLAIMS.number: "answering"}.get(number)
    if table is not None:
        held.execute(f"DELETE FROM {table} WHERE n>=? AND n<?", (first, first + size))  # noqa: S608 - ours


class _Claim(NamedTuple):
    """A claim that answers a charge: its key in the list, its number, and until when acts can have begun."""

    key: str
    row: int
    until: int


@dataclass(frozen=True, slots=True)
class _Claims:
    """The claims that answer one of some charges, in the order of their list."""

    claims: tuple[_Claim, ...]
    untils: tuple[int, ...]
    """Their last moments, in order."""

    def count(self, began: int) -> int:
        """Return how many can speak of an act that began then."""
        return len(self.untils) - bisect_left(self.untils, began)

    def first(self, began: int, most: int, without: BitMap) -> list[int]:
        """Return the numbers of the first of those, without some."""
        found: list[int] = []
        for claim in self.claims:
            if len(found) >= most:
                break
            if claim.until >= began and claim.row not in without:
                found.append(claim.row)
        return found

    def rows(self, began: int) -> BitMap:
        """Return the numbers of all of those."""
        return BitMap([claim.row for claim in self.claims if claim.until >= began])


@dataclass(slots=True)
class Known:
    """What was put together already of the file as it stands at one change."""

    sequence: int = 0
    claims: dict[tuple[str, str], _Claims] = field(default_factory=dict)
    pieces: dict[int, bytes] = field(default_factory=dict)
    """The evidence of claims, as it is answered."""
    denied: BitMap | None = None


class Answers:
    """Puts records and the claims that answer them together, within a transaction that reads."""

    def __init__(
        self,
        held: sqlite3.Connection,
        base: str,
        known: Known,
        body_of: Callable[[int], bytes],
        row_of: Callable[[str], int | None],
    ) -> None:
        """Read from a file. The functions give the body of a claim by its number, and that by its IRI."""
        self._held = held
        self._names = Names(base)
        self._known = known
        self._body_of, self._row_of = body_of, row_of

    def told(self, row: int, body: bytes) -> bytes:
        """Return the answer of a record with the first of those who answer it, and how many there are."""
        charges, began = self._charged(row)
        denying, keeping = self._claims(DENIES_CHARGE, charges), self._claims(MEETS_CHARGE, charges)
        head, _, rest = body.partition(_TOTAL)
        number, _, rest = rest.partition(_NO_FULFILMENT)
        own = int(number)
        if not denying.claims and not keeping.claims and own <= MOST:
            return body
        mine = self._own(body) if own and (denying.claims or own > MOST) else BitMap()
        if own > MOST:
            head = self._cut(head, body)
        others = denying.first(began, MOST - own, mine)
        denied = own + denying.count(began) - len(mine & denying.rows(began) if mine else ())
        parts = [head, self._pieces(others, after=own > 0), _TOTAL, b"%d" % denied, b',"fulfilment":[']
        parts += [self._pieces(keeping.first(began, MOST, BitMap()), after=False)]
        parts += [b'],"fulfilment_total":%d' % keeping.count(began), rest]
        return b"".join(parts)

    def answering(self, row: int, body: bytes, name: str) -> BitMap:
        """Return the claims that answer a record in the way of a filter."""
        charges, began = self._charged(row)
        if name != DENYING:
            return self._claims(MEETS_CHARGE, charges).rows(began)
        return self._own(body) | self._claims(DENIES_CHARGE, charges).rows(began)

    def denied(self) -> BitMap:
        """Return the records that anybody denies."""
        if self._known.denied is None:
            self._known.denied = self._denied()
        return self._known.denied

    def _denied(self) -> BitMap:
        untils = dict(self._held.execute("SELECT n, until FROM answering").fetchall())
        held, own = file.dimension(RECORDS.number, CHARGE), file.dimension(RECORDS.number, DENIED)
        found = BitMap()
        for several in file.values(self._held, own).values():
            found = found.union(*several)
        later: dict[int, BitMap] = {}
        denied = file.values(self._held, file.dimension(CLAIMS.number, DENIES_CHARGE))
        for charge, several in denied.items():
            accused = file.bits(self._held, held, charge)
            if not accused:
                continue
            last = max(_or(untils[row], HIGH) for rows in several for row in rows)
            if last not in later:
                after = self._held.execute("SELECT n FROM charged WHERE began>?", (last,))
                later[last] = BitMap([row for (row,) in after])
            found |= accused - later[last]
        return found

    def _charged(self, row: int) -> tuple[str, int]:
        """Return the charges of a record, and when its act began: before everything if that is not known."""
        found = self._held.execute("SELECT charges, began FROM charged WHERE n=?", (row,)).fetchone()
        return ("", LOW) if found is None else (str(found[0]), _or(found[1], LOW))

    def _claims(self, way: str, charges: str) -> _Claims:
        """Return the claims that answer one of some charges in a way."""
        known = self._known.claims.get((way, charges))
        if known is None:
            dim = file.dimension(CLAIMS.number, way)
            rows = BitMap.union(
                BitMap(), *(file.bits(self._held, dim, int(charge)) for charge in charges.split())
            )
            claims = sorted(self._claim(row) for row in rows)
            known = _Claims(tuple(claims), tuple(sorted(claim.until for claim in claims)))
            self._known.claims[way, charges] = known
        return known

    def _claim(self, row: int) -> _Claim:
        key, until = self._held.execute("SELECT key, until FROM answering WHERE n=?", (row,)).fetchone()
        return _Claim(key, row, _or(until, HIGH))

    def _pieces(self, rows: Iterable[int], *, after: bool) -> bytes:
        """Return the evidence of claims as a part of a list: its beginning, or what comes after some."""
        known = self._known.pieces
        for row in rows:
            if row not in known:
                known[row] = self._body_of(row).rpartition(_EVIDENCE)[2].removesuffix(b"]}")
        told = [known[row] for row in rows if known[row]]
        return b",".join([b"", *told] if after and told else told)

    def _own(self, body: bytes) -> BitMap:
        """Return the claims that deny the act of a record, or what it rests on: its answer tells them all."""
        iris = (self._names.iri("claim", claim) for claim in _named(from_json(body)["denials"]))
        rows = (self._row_of(str(iri)) for iri in iris)
        return BitMap([row for row in rows if row is not None])

    @staticmethod
    def _cut(head: bytes, body: bytes) -> bytes:
        """Return the answer up to the end of its denials, with the first of these."""
        pieces = from_json(body)["denials"]
        shown = frozenset(_named(pieces)[:MOST])
        before = head.rpartition(b'"denials":[')[0]
        return before + b'"denials":[' + to_json([one for one in pieces if one["claim"] in shown])[1:-1]


def _named(pieces: Iterable[dict[str, str]]) -> Sequence[str]:
    """Return the claims of pieces of evidence, each once."""
    return tuple(dict.fromkeys(one["claim"] for one in pieces))


def _or(moment: int | None, other: int) -> int:
    return other if moment is None else moment
