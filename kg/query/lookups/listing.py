"""Lists, page by page: one query for the items of a page, whatever is filtered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from rdflib.term import Literal

from kg.errors import BadParameterError
from kg.outlines import Box
from kg.query import credibility, doubted
from kg.query.lookups.outlines import met_by
from kg.query.lookups.reader import HEAD
from kg.query.period import ZONE, bounds
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rdflib.term import URIRef

    from kg.query.lookups.reader import Reader

Values: TypeAlias = "Mapping[str, Sequence[URIRef | Literal]]"

MAX_PAGE: Final = 200
BOX: Final = "box"
"""What a filter takes that is a box of degrees."""
_MARK = re.compile(r" # @param \w+")
_VARIABLE = re.compile(r"\?[A-Za-z_]\w*")
_AFTER: Final = """  VALUES ?after { UNDEF } # @param after
  FILTER (?key > ?after)
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list may be narrowed by.

    `takes` says what a value is: a kind of resource (`agreement`), a code of a list (`code:basis`),
    a bound of a period (`period`), a box of degrees (`box`), for which the places stand that it meets, or a
    grade (`grade`), for which those stand that are worse. The pattern has a marked line of that name.
    """

    takes: str
    pattern: str
    told: str = ""
    """Of a period: the pattern that binds `?earliest` and `?latest` of what is held against it. Of a grade:
    the pattern that binds the grades of which an item is no better. Of all else the pattern itself binds,
    where no value is given, every value by which an item passes."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: the pattern that binds its item, and the string by which items are ordered, unique to each.

    `empty_with` names filters that no item can pass, because items have no such property.
    """

    name: str
    pattern: str
    key: str
    item: str = "?item"
    filters: Mapping[str, Filter] = field(default_factory=dict)
    empty_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody wants of a list: values by filter, how many items, and after which key."""

    filters: Mapping[str, str] = field(default_factory=dict)
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The IRIs of a page, in order, and the key after which the next begins; None for the last page."""

    items: tuple[str, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many items a list has."""

    total: int


def page(reader: Reader, listing: Listing, selection: Selection) -> Page:
    """Return a page of the list.

    Raises BadParameterError for a filter that the list does not take or a value that is ill-formed,
    UnknownReferenceError for a value that names what is not there.
    """
    if not 1 <= selection.limit <= MAX_PAGE:
        raise BadParameterError(f"limit: from 1 to {MAX_PAGE}, not {selection.limit}")
    values = dict(_terms(reader, listing, selection.filters))
    if listing.empty_with.intersection(selection.filters):
        return Page((), None)
    if selection.after is not None:
        values["after"] = (Literal(selection.after),)
    query = _query(listing, values, f" LIMIT {selection.limit + 1:d}")
    rows = reader.store.select(bind(query, values)).rows
    shown = rows[: selection.limit]
    return Page(
        tuple(str(item) for item, _ in shown),
        str(shown[-1][1]) if len(rows) > selection.limit else None,
    )


def _query(listing: Listing, given: Collection[str], limit: str) -> str:
    after = _AFTER if "after" in given else ""
    return (
        f"{HEAD}SELECT {listing.item} ?key WHERE {{\n"
        f"  {{ SELECT {listing.item} (MIN(STR(?each)) AS ?key) WHERE {{\n"
        f"{_where(listing, given)}"
        f"    BIND ({listing.key} AS ?each)\n  }} GROUP BY {listing.item} }}\n{after}"
        f"}} ORDER BY ?key{limit}"
    )


def as_sparql(reader: Reader, listing: Listing, filters: Mapping[str, str]) -> str:
    """Return the query whose answer is the items of the list in its order, for who asks it elsewhere.

    Raises what `page` raises; a filter that no item can pass is none here either.
    """
    if listing.empty_with.intersection(filters):
        return f"SELECT {listing.item} WHERE {{ FILTER (false) }}"
    values = terms_of(reader, listing, filters)
    bound = bind(_query(listing, values, ""), values)
    query = _MARK.sub("", bound.removeprefix(HEAD))
    used = [line for line in HEAD.splitlines(keepends=True) if f"{line.split()[1]}" in query]
    return "".join([*used, query])


def total(listing: Listing, reader: Reader, filters: Mapping[str, str]) -> Total:
    """Return how many items pass the filters."""
    return Total(count(reader, listing, filters))


def count(reader: Reader, listing: Listing, filters: Mapping[str, str], what: str | None = None) -> int:
    """Return how many items pass the filters, or how many different values of the variable they have."""
    values = _terms(reader, listing, filters)
    if listing.empty_with.intersection(filters):
        return 0
    counted = what or listing.item
    query = f"{HEAD}SELECT (COUNT(DISTINCT {counted}) AS ?count) WHERE {{\n{_where(listing, values)}}}"
    return int(str(reader.store.select(bind(query, values)).rows[0][0]))


def hidden(reader: Reader, listing: Listing, filters: Mapping[str, str]) -> int:
    """Return how many items are kept out by what the claims that they rest on are judged."""
    if listing.empty_with.intersection(filters):
        return 0
    if credibility.NAME not in _terms(reader, listing, filters):
        return 0
    rest = {name: value for name, value in filters.items() if name != credibility.NAME}
    return count(reader, listing, rest) - count(reader, listing, filters)


def facet(
    reader: Reader, listing: Listing, filters: Mapping[str, str], name: str, apart: str | None = None
) -> dict[str, dict[str, int]]:
    """Return for each value of a filter how many items pass if it is asked for too.

    `apart` is a variable of the list's pattern by whose values they are counted apart; else all are `""`.
    """
    values = _terms(reader, listing, filters)
    if listing.empty_with.intersection(filters):
        return {}
    own = {listing.item, *_VARIABLE.findall(listing.pattern)}
    free = _MARK.sub("", listing.filters[name].pattern)
    pattern = _VARIABLE.sub(lambda found: found[0] if found[0] in own else f"{found[0]}InFacet", free)
    kind = apart or "?nothing"
    query = (
        f"{HEAD}SELECT ?{name}InFacet {kind} (COUNT(DISTINCT {listing.item}) AS ?count) WHERE {{\n"
        f"{_where(listing, values)}{pattern}\n}} GROUP BY ?{name}InFacet {kind}"
    )
    counted: dict[str, dict[str, int]] = {}
    for value, part, number in reader.store.select(bind(query, values)).rows:
        if value is not None:
            counted.setdefault(str(value), {})["" if part is None else str(part)] = int(str(number))
    return counted


def _where(listing: Listing, filters: Iterable[str]) -> str:
    chosen = [listing.filters[name].pattern for name in sorted(filters) if name in listing.filters]
    return "".join(f"{pattern.strip(chr(10))}\n" for pattern in (*chosen, listing.pattern))


def _terms(reader: Reader, listing: Listing, filters: Mapping[str, str]) -> Values:
    """Return the terms of the filters; without a grade where no claim is judged worse."""
    values = terms_of(reader, listing, filters)
    low = values.get(credibility.NAME)
    if low is None or doubted.holds(reader.store, low):
        return values
    return {name: terms for name, terms in values.items() if name != credibility.NAME}


def terms_of(reader: Reader, listing: Listing, filters: Mapping[str, str]) -> Values:
    """Return the terms that the values of the filters stand for; raises what `page` raises."""
    found: dict[str, tuple[URIRef | Literal, ...]] = {
        name: (moment,) for name, moment in bounds(filters).items() if name in listing.filters
    }
    for name, value in filters.items():
        if name in listing.empty_with or name in found or name == ZONE:
            continue
        if name == credibility.NAME:
            low = credibility.worse(value)
            if name in listing.filters:
                found[name] = low
            continue
        if name not in listing.filters:
            known = ", ".join(sorted(listing.filters))
            raise BadParameterError(f"the list of {listing.name} takes no filter {name!r}; it takes {known}")
        takes = listing.filters[name].takes
        found[name] = (
            met_by(reader, Box.of(value, name)) if takes == BOX else (_term(reader, name, takes, value),)
        )
    return found


def _term(reader: Reader, name: str, takes: str, value: str) -> URIRef | Literal:
    if takes.startswith("code:"):
        return reader.code(name, takes.removeprefix("code:"), value)
    return reader.reference(name, takes, value)
