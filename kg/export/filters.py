"""What an export may be narrowed by, and the typed terms that queries get to see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.query import credibility
from kg.query.lookups import Reader
from kg.query.period import CONDITIONS, WORDS, ZONE, bounds
from kg.zones import UTC_ZONE, zone_of

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
    "from": ("period", WORDS["from"]),
    "to": ("period", WORDS["to"]),
    "basis": ("code:basis", "Code of the list `basis`: what a record on that basis rests on."),
    "source": ("actor", "Id or IRI of anybody in the chain of attribution of the claim."),
    "term": ("term", "Id or IRI of a term: what records of it, or of a part of it, rest on."),
    "perpetrator": (
        "actor",
        "Id or IRI of an actor: what records against it or its organs rest on, and claims of its acts.",
    ),
    "status": ("code:status", "Code of the list `status`: what a record of that status rests on."),
    "scope": ("code:scope", "What a record rests on whose act lies in the place of the norm, or not."),
    "temporal": ("code:scope", "What a record rests on whose act lies in the time of the norm, or not."),
    "material": ("code:scope", "What a record rests on to whose act the norm applies, or not."),
    "personal": ("code:scope", "What a record rests on whose act was the conduct of the accused, or not."),
    "within": ("place", "Id or IRI of a place: claims of what lies within it, and not of it as a whole."),
    "report": ("report", "Id or IRI of a report: what it says, and nothing else."),
}
"""For each filter what its value is, and in words what it lets pass."""
ON_RECORDS: Final = frozenset(
    {"agreement", "basis", "term", "perpetrator", "status", "scope", "temporal", "material", "personal"}
)
"""Those that choose among records too, so that of a claim behind several only the edges of these stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody wants of a profile; without any, all that sources say."""

    values: tuple[tuple[str, str], ...] = ()
    """Names of `FILTERS`, or `zone`, and what was given for each, in the order of the names."""
    least: int = 0
    """How many independent sources an edge has that rests on claims."""
    everything: bool = False
    """Whether to keep what nothing is said of, too."""
    grade: str = credibility.DEFAULT
    """The least credible grade of claims that it rests on."""

    @classmethod
    def of(
        cls,
        given: Mapping[str, str | None],
        least: int = 0,
        *,
        everything: bool = False,
        grade: str | None = None,
    ) -> Filters:
        """Return the filters for what was given, with the `zone` of days beside them where there are any.

        Raises BadParameterError for a name that none has, and for a period or a zone that cannot be.
        """
        for name in given:
            if name not in FILTERS and name != ZONE:
                raise BadParameterError(f"there is no filter {name!r}; there is {', '.join(FILTERS)}")
        wanted = {name: value for name, value in given.items() if value is not None}
        if not bounds(wanted) or zone_of(wanted.get(ZONE, "Z")) == UTC_ZONE:
            wanted.pop(ZONE, None)
        if least < 0:
            raise BadParameterError(f"the least number of independent sources is 0 or more, not {least}")
        grade = credibility.DEFAULT if grade is None else grade
        credibility.worse(grade)
        return cls(values=tuple(sorted(wanted.items())), least=least, everything=everything, grade=grade)

    @property
    def doubtful(self) -> tuple[URIRef, ...]:
        """The grades of claims that are left out."""
        return credibility.worse(self.grade)

    def told(self) -> tuple[tuple[str, str], ...]:
        """Return all that is in force, for people."""
        least = (("independent sources", f"at least {self.least}"),) if self.least else ()
        everything = (("all", "also what nothing is said of"),) if self.everything else ()
        grade = ((credibility.NAME, self.grade),) if self.grade != credibility.DEFAULT else ()
        return (*self.values, *least, *everything, *grade)

    def terms(self, store: GraphStore, base: str) -> dict[str, tuple[URIRef | Literal, ...]]:
        """Return the terms by the names of the filters.

        Raises UnknownReferenceError with the nearest for what the store does not know, BadParameterError
        for what is no time, and for a period that ends before it begins.
        """
        reader, given = Reader.of(store, base), dict(self.values)
        found: dict[str, tuple[URIRef | Literal, ...]] = {
            name: (moment,) for name, moment in bounds(given).items()
        }
        rest = (name for name in given if name not in CONDITIONS and name != ZONE)
        return found | {name: (_term(reader, name, given[name]),) for name in rest}


def _term(reader: Reader, name: str, value: str) -> URIRef | Literal:
    takes, _ = FILTERS[name]
    if takes.startswith("code:"):
        return reader.code(name, takes.removeprefix("code:"), value)
    return reader.reference(name, takes, value)
