"""What is found: a claim, a report, a passage of a text, an agreement, a term, an actor or a place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kg.query import credibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS: Final = ("text", "report", "claim", "term", "agreement", "place", "actor")
"""Kinds of what is found; those that are more likely to be meant stand further on."""
HEAD: Final = frozenset({"label", "alternative label", "title"})
"""Fields by which a thing is called."""
RECORD: Final = "record"
"""The filter by which those entries pass whose claim is evidence of a record."""
DIMS: Final[Mapping[str, str]] = {
    "agreement": "ma",
    "term": "mt",
    "perpetrator": "mp",
    "source": "ms",
    "place": "ml",
    "report": "mr",
    "type": "my",
    "modality": "mo",
    "kind": "mk",
    "lang": "mg",
    RECORD: "mv",
    credibility.NAME: "mc",
}
"""Filters by whose values entries pass, and how the words for these begin."""
LAST_DAY: Final = (1 << 18) - 1
"""The day of what is of no report: it comes before all others."""
LOWEST_YEAR, HIGHEST_YEAR = 1900, 2100
"""Years between which times are looked for year by year."""
_FEW_MONTHS: Final = 6
_HASH: Final = 33
_MICROSECONDS: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Words of an entry: in which field, in which language, and where in the report's text they begin."""

    field: str
    lang: str | None
    start: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is found as one, with all its words, and the filters by which it passes."""

    kind: str
    iri: str
    report: str | None
    """The report to which it belongs."""
    day: int
    """Days from 1800 to when the report was issued, or retrieved; 0 where neither is stated."""
    low: int | None
    high: int | None
    values: frozenset[tuple[str, str]]
    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        """A number by which entries are in the order of their days; it tells kind and length too.

        It depends on nothing but the entry, so that an index that was made anew answers the same.
        """
        start = self.parts[0].start if self.kind == "text" else 0
        digest = hashlib.blake2b(f"{self.kind} {self.iri} {start}".encode(), digest_size=8).digest()
        day, place = min(max(self.day, 0), LAST_DAY), KINDS.index(self.kind)
        within = int.from_bytes(digest, "big") >> (64 - _HASH)
        length = min(15, sum(len(part.text) for part in self.parts).bit_length())
        return ((day << _HASH | within) << 4 | place) << 4 | length


def kind_of(number: int) -> int:
    """Return the place among the kinds of the entry of that number."""
    return number >> 4 & 15


def length_of(number: int) -> int:
    """Return how long the entry of that number is: each step twice as long."""
    return number & 15


def mark(dim: str, value: str) -> str:
    """Return the word by which entries are found that have a value of a filter; it begins as all of it.

    >>> mark("lang", "en").startswith(DIMS["lang"]), mark("lang", "en").isalnum()
    (True, True)
    """
    return DIMS[dim] + hashlib.blake2b(f"{dim} {value}".encode(), digest_size=7).hexdigest()


def marks_of_time(low: int | None, high: int | None) -> list[str]:
    """Return the words by which entries are found that tell of a time: of months or years that it touches."""
    if low is None or high is None:
        return []
    (first, month), (last, last_month) = _month(low), _month(high)
    found = [f"y{year}" for year in range(first, last + 1)] if last - first <= 20 else ["tlong"]  # noqa: PLR2004
    months = (last - first) * 12 + last_month - month
    if months > _FEW_MONTHS or not LOWEST_YEAR < first <= last < HIGHEST_YEAR:
        return [*found, "mlong"]
    return found + [f"x{(first * 12 + month + more):05}" for more in range(months + 1)]


def times_between(low: int, high: int) -> list[str]:
    """Return the words one of which every entry has whose time may touch a period."""
    (first, month), (last, last_month) = _month(low), _month(high)
    months = (last - first) * 12 + last_month - month
    if months <= 24 and LOWEST_YEAR < first <= last < HIGHEST_YEAR:  # noqa: PLR2004 - two years
        return ["mlong", *(f"x{(first * 12 + month + more):05}" for more in range(months + 1))]
    return ["tlong", *(f"y{year}" for year in range(first, last + 1))]


def _month(moment: int) -> tuple[int, int]:
    """Return year and month, from 0, of an instant, within the years that are told apart."""
    days = moment // _MICROSECONDS + 719_468
    if not 693_596 < days < 767_009:  # noqa: PLR2004 - from 1900 to 2100
        return (LOWEST_YEAR, 0) if days <= 693_596 else (HIGHEST_YEAR, 11)  # noqa: PLR2004
    era, of_era = divmod(days, 146_097)
    of_cycle = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * of_cycle + of_cycle // 4 - of_cycle // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 2 if shifted < 10 else shifted - 10  # noqa: PLR2004 - the year began with March
    return of_cycle + era * 400 + (month <= 1), month


def day_of(issued: str | None) -> int:
    """Return the days from 1800 to a day or a time of day, as it is written; 0 for none.

    >>> day_of("2021-08-27T10:00:00Z") - day_of("2021-08-26")
    1
    """
    try:
        year, month, day = (int(part) for part in (issued or "")[:10].split("-"))
        return max(0, date(year, month, day).toordinal() - date(1800, 1, 1).toordinal())
    except ValueError:
        return 0


def packed(parts: Iterable[Part]) -> str:
    """Return the words of an entry as they are kept."""
    return json.dumps([[part.field, part.lang, part.start, part.text] for part in parts], ensure_ascii=False)


def unpacked(kept: str) -> tuple[Part, ...]:
    """Return the words of an entry that were kept."""
    return tuple(Part(*one) for one in json.loads(kept))
