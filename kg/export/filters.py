"""What an export may be narrowed by, and the typed terms that queries get to see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.query.lookups import Reader
from kg.query.lookups.instants import first_instant, last_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdflib.term import Literal, URIRef

    from kg.store import GraphStore

    Terms = Mapping[str, Sequence[URIRef | Literal]]

FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    "agreement": (
        "agreement",
        "Id or IRI of an agreement: what is said of it, and what records of it rest on.",
    ),
    "place": (
        "place",
        "Id or IRI of a place: claims of what is there or along it, or in what lies within it.",
    ),
    "from": (
        "from",
        (
            "Year, month, day or instant with its zone: claims of times that may reach to it or beyond. "
            "What states no time is left out."
        ),
    ),
    "to": ("to", "As `from`: claims of times that may begin at it or before."),
    "basis": ("code:basis", "Code of the list `basis`: what a record on that basis rests on."),
    "source": ("actor", "Id or IRI of anybody in the chain of attribution of the claim."),
    "report": ("report", "Id or IRI of a report: what it says, and nothing else."),
}
"""For each filter what its value is, and in words what it lets pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody wants of a profile; without any, all that sources say."""

    values: tuple[tuple[str, str], ...] = ()
    """Names of `FILTERS` and what was given for each, in the order of the names."""
    least: int = 0
    """How many independent sources an edge has that rests on claims."""
    everything: bool = False
    """Whether to keep what nothing is said of, too."""

    @classmethod
    def of(cls, given: Mapping[str, str | None], least: int = 0, *, everything: bool = False) -> Filters:
        """Return the filters for what was given; raise BadParameterError for a name that none has."""
        for name in given:
            if name not in FILTERS:
                raise BadParameterError(f"there is no filter {name!r}; there is {', '.join(FILTERS)}")
        if least < 0:
            raise BadParameterError(f"the least number of independent sources is 0 or more, not {least}")
        values = tuple(sorted((name, value) for name, value in given.items() if value is not None))
        return cls(values=values, least=least, everything=everything)

    def told(self) -> tuple[tuple[str, str], ...]:
        """Return all that is in force, for people."""
        least = (("independent sources", f"at least {self.least}"),) if self.least else ()
        everything = (("all", "also what nothing is said of"),) if self.everything else ()
        return (*self.values, *least, *everything)

    def terms(self, store: GraphStore, base: str) -> dict[str, tuple[URIRef | Literal, ...]]:
        """Return the terms by the names of the filters.

        Raises UnknownReferenceError with the nearest for what the store does not know, BadParameterError
        for what is no time, and for a period that ends before it begins.
        """
        reader = Reader.of(store, base)
        found: dict[str, tuple[URIRef | Literal, ...]] = {
            name: (_term(reader, name, value),) for name, value in self.values
        }
        if "from" in found and "to" in found and str(found["from"][0]) > str(found["to"][0]):
            given = dict(self.values)
            raise BadParameterError(f"from: {given['from']!r} is later than to: {given['to']!r}")
        return found


def _term(reader: Reader, name: str, value: str) -> URIRef | Literal:
    takes, _ = FILTERS[name]
    if takes == "from":
        return first_instant(name, value)
    if takes == "to":
        return last_instant(name, value)
    if takes.startswith("code:"):
        return reader.code(name, takes.removeprefix("code:"), value)
    return reader.reference(name, takes, value)
