"""Figures: how many alleged violations, candidates and claims there are of each agreement, state or month.

Allegations and candidates are counted apart, and never together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Final, TypeVar

from pyroaring import BitMap

from kg.errors import BadParameterError
from kg.query.lookups.listing import terms_of
from kg.query.lookups.reader import HEAD
from kg.query.period import ZONE
from kg.read.facets import value_of
from kg.read.resources import BY_LIST
from kg.read.schemas.figures import Group
from kg.zones import UTC_ZONE, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.query.lookups.reader import Reader
    from kg.read.model import ReadModel
    from kg.read.view import Terms, View
    from kg.zones import Zone

BY: Final = ("agreement", "term", "state", "force", "region", "type", "source", "week", "month")
"""By what there are figures."""
_FILTERS: Final = {
    "agreement": "agreement",
    "term": "term",
    "state": "perpetrator",
    "force": "perpetrator",
    "region": "place",
    "type": "type",
    "source": "source",
}
_CLASSES: Final = {"state": "State", "force": "ArmedForce"}
Counted = TypeVar("Counted")
RECORDS, CLAIMS = BY_LIST["alleged violations"], BY_LIST["claims"]
_PATIENCE: Final = 0.5
"""Seconds for which the model is waited for."""
_DRAWN: Final = 40
"""Groups that are drawn."""
_LETTERS: Final = 34
_HEAD: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img"
  font-family="sans-serif" font-size="12"><title>{title}</title>
<rect width="720" height="{height}" fill="#fff"/>
<text x="8" y="18" font-size="14">{said}</text>
<rect x="8" y="28" width="10" height="10" fill="#b2182b"/><text x="22" y="37">alleged by somebody</text>
<rect x="168" y="28" width="10" height="10" fill="#fff" stroke="#2166ac"/>
<text x="182" y="37">candidates, found by a rule. None of these is a finding of fact</text>"""
_TOP, _STEP = 48, 26
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _QUARTER = 86_400_000_000, 900_000_000
"""Microseconds of a day, and of the quarter of an hour for which clocks anywhere keep their offset."""
_OF_CLASS: Final = f"""{HEAD}SELECT DISTINCT ?it WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  ?any rdfs:subClassOf* svd:CLASS .
  ?it a ?any .
}}"""
_LABELS: Final = f"""{HEAD}SELECT ?it ?label WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  ?it rdfs:label|skos:prefLabel ?label .
  FILTER (LANG(?label) = "en" ||
    NOT EXISTS {{ ?it rdfs:label|skos:prefLabel ?other FILTER (LANG(?other) = "en") }})
}}"""
_TITLES: Final = f"""{HEAD}SELECT ?it ?label WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  {{ ?it dcterms:title ?label }} UNION {{ ?it eli:number ?label }}
}}"""


def figures(
    view: View, reader: Reader, by: str, terms: tuple[Terms, Terms | None], zone: Zone = UTC_ZONE
) -> list[Group]:
    """Return the numbers of each group, largest first, or in the order of time.

    The terms are those of the filters of either list; None where claims do not take one of them. Weeks and
    months are those of the zone, as the days of a period are.
    """
    records, claims = terms
    chosen = view.kinds_apart(RECORDS, records)
    said = None if claims is None else view.claims_apart(claims)
    if by not in _FILTERS:
        return _of_times(view, by, chosen, said, zone)
    name = _FILTERS[by]
    of_records = view.values_of(RECORDS, name)
    if name not in CLAIMS.listing.filters:
        said = None
    of_claims = {} if said is None else view.values_of(CLAIMS, name)
    takes = RECORDS.listing.filters[name].takes
    wanted = _of_kind(reader, by, takes, of_records.keys() | of_claims.keys())
    found = []
    for iri in wanted:
        within = of_records.get(iri, BitMap())
        counted = _counted(said, of_claims.get(iri, BitMap()))
        numbers = numbers_of(chosen, within)
        if any(numbers) or any(counted.values()):
            found.append((iri, numbers, counted))
    labels = _labels(reader, [iri for iri, *_ in found])
    told = [_group(wanted[iri], iri, labels.get(iri), numbers, counted) for iri, numbers, counted in found]
    return sorted(told, key=lambda one: (-one.alleged, -one.candidates, -(one.claims or 0), one.value))


def _group(
    value: str,
    iri: str | None,
    label: str | None,
    numbers: tuple[int, int, int, int],
    counted: Mapping[str, int | None],
) -> Group:
    alleged, alleged_denied, candidates, candidates_denied = numbers
    return Group(
        value=value,
        iri=iri,
        label=label,
        alleged=alleged,
        alleged_denied=alleged_denied,
        candidates=candidates,
        candidates_denied=candidates_denied,
        **counted,
    )


def _counted(said: Mapping[str, BitMap] | None, within: BitMap) -> dict[str, int | None]:
    """Return how many claims are that it is so, that it is not, and that it will or would be."""
    parts = ("claims", "denials", "predictions")
    return {part: None if said is None else said[part].intersection_cardinality(within) for part in parts}


def numbers_of(chosen: Mapping[str, BitMap], within: BitMap) -> tuple[int, int, int, int]:
    """Return of some records how many are alleged, denied of these, candidates, and denied of these."""
    alleged, candidates = chosen["alleged"] & within, chosen["candidates"] & within
    denied = chosen["denied"]
    return (
        len(alleged),
        alleged.intersection_cardinality(denied),
        len(candidates),
        candidates.intersection_cardinality(denied),
    )


def _of_times(
    view: View, by: str, chosen: Mapping[str, BitMap], said: Mapping[str, BitMap] | None, zone: Zone
) -> list[Group]:
    """Return the numbers of each week or month in which acts wholly lie."""
    records = _by_time(by, view.times(RECORDS), zone)
    claims = {} if said is None else _by_time(by, view.times(CLAIMS), zone)
    found = []
    for value in sorted(records.keys() | claims.keys(), key=lambda value: (not value[0].isdigit(), value)):
        numbers = numbers_of(chosen, records.get(value, BitMap()))
        counted = _counted(said, claims.get(value, BitMap()))
        if any(numbers) or any(counted.values()):
            found.append(_group(value, None, None, numbers, counted))
    return found


def _by_time(by: str, times: Iterable[tuple[int, int | None, int | None]], zone: Zone) -> dict[str, BitMap]:
    found: dict[str, list[int]] = defaultdict(list)
    known: dict[int, str] = {}
    day_of = _calendar(zone)
    for number, low, high in times:
        if low is None or high is None:
            found["unstated"].append(number)
            continue
        if not -700_000 < low // _DAY <= high // _DAY < 2_900_000:  # noqa: PLR2004 - what a calendar tells
            found["several"].append(number)
            continue
        days = day_of(low), day_of(high)
        names = [known.get(day) or known.setdefault(day, _named(by, day)) for day in days]
        found[names[0] if names[0] == names[1] else "several"].append(number)
    return {name: BitMap(numbers) for name, numbers in found.items()}


def _calendar(zone: Zone) -> Callable[[int], int]:
    """Give a function that tells the day, since 1970, that calendars in the zone show at a moment."""
    shifts: dict[int, int] = {}

    def day_of(moment: int) -> int:
        quarter = moment // _QUARTER
        if quarter not in shifts:
            then = _EPOCH + timedelta(microseconds=quarter * _QUARTER)
            offset = then.astimezone(zone.clock).utcoffset() or timedelta()
            shifts[quarter] = offset // timedelta(microseconds=1)
        return (moment + shifts[quarter]) // _DAY

    return day_of


def _named(by: str, day: int) -> str:
    date = _EPOCH + timedelta(days=day)
    if by == "month":
        return f"{date.year:04}-{date.month:02}"
    year, week, _ = date.isocalendar()
    return f"{year:04}-W{week:02}"


def _of_kind(reader: Reader, by: str, takes: str, iris: Iterable[str]) -> dict[str, str]:
    """Return those that the filter takes, as it takes them; of states and forces only these."""
    named = {iri: value_of(reader, takes, iri) for iri in sorted(iris)}
    taken = {iri: value for iri, value in named.items() if value is not None}
    if by not in _CLASSES:
        return taken
    rows = reader.related(_OF_CLASS.replace("CLASS", _CLASSES[by]), "it", list(taken))
    return {iri: taken[iri] for (iri,) in sorted(rows)}


def _labels(reader: Reader, iris: Sequence[str]) -> dict[str, str]:
    found = {iri: label for iri, label in reader.related(_TITLES, "it", iris)}  # noqa: C416 - typed so
    for iri, label in sorted(reader.related(_LABELS, "it", iris)):
        found.setdefault(iri, label)
    return found


def asked(reader: Reader, by: str, filters: Mapping[str, str]) -> tuple[Terms, Terms | None]:
    """Return the terms of filters of records, and of claims as far as these take all of them.

    Raises BadParameterError for what is no group and what `kg.query.lookups.listing.page` raises.
    """
    if by not in BY:
        raise BadParameterError(f"by: {by!r} is none; there are figures by {', '.join(BY)}")
    records = terms_of(reader, RECORDS.listing, filters)
    shared = set(filters) - {ZONE} <= set(CLAIMS.listing.filters)
    return records, terms_of(reader, CLAIMS.listing, filters) if shared else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of each group, how many more records and claims are hidden, and at which change."""

    groups: list[Group]
    hidden: int
    hidden_claims: int | None
    """None where claims have no such filters."""
    sequence: int


def figures_at(
    model: ReadModel, reader: Reader, by: str, filters: Mapping[str, str], sequence: int
) -> Figures:
    """Return the numbers of each group at a change or later.

    Raises IndexMissingError while the read model is being made, and what `asked` raises.
    """
    records, claims = asked(reader, by, filters)
    zone = zone_of(filters.get(ZONE, UTC_ZONE.name))

    def counted(view: View) -> Figures:
        said = None if claims is None else view.hidden(CLAIMS, claims)
        found = figures(view, reader, by, (records, claims), zone)
        return Figures(found, view.hidden(RECORDS, records), said, view.sequence)

    return counted_at(model, sequence, counted)


def counted_at(model: ReadModel, sequence: int, count: Callable[[View], Counted]) -> Counted:
    """Return what is counted in the read model at a change or later; IndexMissingError while it is made."""
    found = model.ask(sequence, _PATIENCE, count)
    if found is None:
        raise model.absent()
    return found


def picture(by: str, rows: Sequence[Group], hidden: int = 0) -> str:
    """Return the figures as a picture in SVG: two bars for each group, which are never put together."""
    shown = rows[:_DRAWN]
    most = max((max(row.alleged, row.candidates) for row in shown), default=0) or 1
    height = _TOP + len(shown) * _STEP + 16
    title = f"Alleged violations and candidates by {by}"
    more = f" (the first {len(shown)} of {len(rows)})" if len(rows) > len(shown) else ""
    more += f"; {hidden} of low credibility are hidden" if hidden else ""
    lines = [
        _HEAD.format(height=height, title=escape(title), said=escape(title + more)),
    ]
    for place, row in enumerate(shown):
        top = _TOP + place * _STEP
        name = row.label or row.value
        name = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
        lines.append(f'<text x="212" y="{top + 15}" text-anchor="end">{escape(name)}</text>')
        bars = ((row.alleged, 2, 'fill="#b2182b"'), (row.candidates, 13, 'fill="#fff" stroke="#2166ac"'))
        for number, below, paint in bars:
            width = round(number / most * 440, 1)
            lines.append(f'<rect x="220" y="{top + below}" width="{width}" height="9" {paint}/>')
            lines.append(f'<text x="{226 + width}" y="{top + below + 9}" font-size="10">{number}</text>')
    return "\n".join([*lines, "</svg>", ""])
