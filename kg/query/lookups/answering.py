"""Who answers records: who denies them, and who says that the agreement or the term was kept.

Who denies the act of a record, or a claim on which it rests, is told by a rule (`svd:deniedBy`). Who denies
that an agreement or a term was broken at all, or says that it was kept, meets every record in a charge that
this holds against somebody (`svd:charge`, `svd:deniesCharge`, `svd:meetsCharge`), unless he spoke before the
act. Records and such claims are put together when they are read: their pairs would grow with either.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.term import Literal, URIRef

from kg.query.lookups.instants import instant
from kg.query.lookups.listing import Filter
from kg.query.lookups.reader import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.query.lookups.reader import Reader

MOST: Final = 10
"""How many claims of either kind are told with a record, beside how many there are."""
TAKES: Final = "violation"
"""What a filter takes that is a record, for who answers it."""
DENYING, KEEPING = "denying", "keeping"
"""The filters of claims by the record that they answer."""
DENIES, MEETS = "deniesCharge", "meetsCharge"
_MEETING: Final = """{indent}?{record} svd:charge ?{record}Charge .
{indent}?claim svd:{way} ?{record}Charge .
{indent}FILTER NOT EXISTS {{
{indent}  ?claim svd:answersActsUntil ?{record}Until .
{indent}  ?{record} svd:actBegan ?{record}Began .
{indent}  FILTER (?{record}Until < ?{record}Began)
{indent}}}"""
_CHARGED: Final = f"""{HEAD}SELECT ?item ?charge ?began WHERE {{
  VALUES ?item {{ UNDEF }} # @param item
  ?item svd:charge ?charge .
  OPTIONAL {{ ?item svd:actBegan ?began }}
}}"""
_ANSWERING: Final = f"""{HEAD}SELECT ?charge ?claim ?until ?stated ?ordinal WHERE {{
  VALUES ?charge {{ UNDEF }} # @param charge
  ?claim svd:WAY ?charge ; svd:statedIn ?stated .
  OPTIONAL {{ ?claim svd:answersActsUntil ?until }}
  OPTIONAL {{ ?claim svd:ordinal ?ordinal }}
}}"""


def meeting(record: str, way: str, indent: str = "  ") -> str:
    """Return the pattern of `?claim` that answers a record in a way: the record is a variable of that name.

    >>> print(meeting("it", MEETS).splitlines()[1])
      ?claim svd:meetsCharge ?itCharge .
    """
    return _MEETING.format(record=record, way=way, indent=indent)


def denying(record: str) -> str:
    """Return the pattern of `?claim` that denies a record, or its act, or a claim on which it rests."""
    met = meeting(record, DENIES, "    ")
    return f"  {{ ?{record} svd:deniedBy ?claim }} UNION {{\n{met}\n  }}"


FILTERS: Final = {
    DENYING: Filter(TAKES, f"  VALUES ?{DENYING} {{ UNDEF }} # @param {DENYING}\n{denying(DENYING)}"),
    KEEPING: Filter(TAKES, f"  VALUES ?{KEEPING} {{ UNDEF }} # @param {KEEPING}\n{meeting(KEEPING, MEETS)}"),
}
"""The filters of the list of claims by the record that they answer."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The claims that meet a record in its charges: those that deny it, and those that say it was kept."""

    denials: tuple[str, ...] = ()
    keepings: tuple[str, ...] = ()


def answering(reader: Reader, records: Sequence[str]) -> Mapping[str, Answering]:
    """Return for each record the claims that meet its charges, in the order of reports and their texts.

    What is asked grows with the records and with the claims, and not with their pairs.
    """
    charges: dict[str, set[str]] = defaultdict(set)
    began: dict[str, int] = {}
    values = {"item": [URIRef(record) for record in records]}
    for item, charge, act in reader.store.texts(_CHARGED, values) if records else ():
        charges[str(item)].add(str(charge))
        if act is not None:
            began[str(item)] = instant(act)
    every = {charge for several in charges.values() for charge in several}
    ways = [_found(reader, way, every) for way in (DENIES, MEETS)]
    return {
        item: Answering(*(_of(way, several, began.get(item)) for way in ways))
        for item, several in charges.items()
    }


_Said = tuple[str, int, str]
"""How claims are ordered: the report, the place in it, and the claim."""


def _found(reader: Reader, way: str, charges: Iterable[str]) -> Mapping[str, list[tuple[_Said, int | None]]]:
    """Return by charge the claims that answer it in a way, each with until when acts may have begun."""
    found: dict[str, list[tuple[_Said, int | None]]] = defaultdict(list)
    values = {"charge": [Literal(charge) for charge in sorted(charges)]}
    if values["charge"]:
        rows = reader.store.texts(_ANSWERING.replace("WAY", way, 1), values)
        for charge, claim, until, stated, ordinal in rows:
            place = 1_000_000 if ordinal is None else int(ordinal)
            said = (str(stated), place, str(claim))
            found[str(charge)].append((said, None if until is None else instant(until)))
    return found


def _of(
    way: Mapping[str, list[tuple[_Said, int | None]]], charges: Iterable[str], began: int | None
) -> tuple[str, ...]:
    """Return the claims that answer any of the charges of a record whose act began then, if that is known."""
    claims = {
        said
        for charge in charges
        for said, until in way.get(charge, ())
        if until is None or began is None or until >= began
    }
    return tuple(claim for *_, claim in sorted(claims))
