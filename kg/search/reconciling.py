"""Reconciliation: which actor, place or agreement a cell of a table may mean, with a score that is explained.

Names are those of the search index; what else is compared, or told of a thing, is reference data: nothing
that anybody alleges is among it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidfuzz import fuzz

from kg.errors import BadParameterError, NotFoundError
from kg.query.lookups.actors import actor
from kg.query.lookups.agreements import agreement
from kg.query.lookups.regions import region
from kg.search.suggesting import KINDS, LONGEST, Names, lines_of
from kg.search.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.query.lookups.reader import Reader

    Values = list["Value"]

MOST: Final = 50
"""Candidates of one query at most."""
_LOOKED_AT: Final = 100
"""Names of which it is looked up what they name."""
_COMPARED: Final = 20
"""Candidates of which properties are looked up, those with the likest names."""
_SURE: Final = 100.0
_NAME_COUNTS: Final = 0.6
"""How much a name counts where properties are compared too; they share the rest."""
_NO_TYPE: Final = 0.8
"""What is left of a score where the type is not the one that should be, but need not."""


class Value(NamedTuple):
    """A value of a property: a thing with IRI and name, a number, or words."""

    said: str | int | float
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """Something that is told of things of a kind, and can be compared."""

    id: str
    name: str
    kinds: frozenset[str]
    values: Callable[[Any], Values]
    of: str | None = None
    """The kind of thing that its values are; None for words and numbers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a cell: its words, of which types it is, and what other cells of the row say."""

    written: str
    types: tuple[str, ...] = ()
    strictly: str = "any"
    """`any` or `all` of the types have to be, or one `should`."""
    limit: int = 10
    properties: tuple[tuple[str, tuple[Value, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a cell may mean: how likely, of what that is made up, and whether there is no doubt."""

    iri: str
    name: str
    line: str
    types: tuple[str, ...]
    score: float
    match: bool
    features: Mapping[str, float | bool]


def _things(several: Iterable[Any]) -> Values:
    return [Value(one.label or one.id, one.iri) for one in several if one is not None]


def _plain(*several: str | float | None) -> Values:
    return [Value(one) for one in several if one is not None]


def _property(written: str, values: Callable[[Any], Values], of: str | None = None) -> Property:
    """Return a property that is written as its kinds, its id and its name."""
    kinds, name, says = written.split(maxsplit=2)
    return Property(name, says, frozenset(kinds.split("|")), values, of)


_PROPERTIES: Final = (
    _property("actor|place|agreement type type", lambda it: _plain(it.type)),
    _property("actor|place also_known_as other names", lambda it: _plain(*it.alt_labels)),
    _property("actor iso3166_alpha2 ISO 3166 code, two letters", lambda it: _plain(it.codes.iso3166_alpha2)),
    _property(
        "actor iso3166_alpha3 ISO 3166 code, three letters", lambda it: _plain(it.codes.iso3166_alpha3)
    ),
    _property("actor gw Gleditsch and Ward number", lambda it: _plain(it.codes.gw)),
    _property("actor cow Correlates of War number", lambda it: _plain(it.codes.cow)),
    _property("actor ucdp UCDP actor number", lambda it: _plain(it.codes.ucdp)),
    _property("actor force_of force of", lambda it: _things([it.force_of]), "actor"),
    _property("actor speaks_for speaks for", lambda it: _things([it.speaks_for]), "actor"),
    _property("actor based_in based in", lambda it: _things([it.based_in]), "actor"),
    _property("place within lies within", lambda it: _things(it.within), "place"),
    _property("place iso3166_subdivision ISO 3166-2 code", lambda it: _plain(it.iso3166_subdivision)),
    _property("place geometry outline, as WKT", lambda it: _plain(getattr(it, "geometry", None))),
    _property("agreement date date", lambda it: _plain(it.date)),
    _property("agreement parties parties", lambda it: _things(it.parties), "actor"),
    _property("agreement pax_id PA-X number", lambda it: _plain(it.pax_id)),
    _property("agreement part_of made under", lambda it: _things([it.part_of]), "agreement"),
    _property("actor|place same_as same as, elsewhere", lambda it: _plain(*it.same_as)),
)
PROPERTIES: Final[Mapping[str, Property]] = {one.id: one for one in _PROPERTIES}
_TELL: Final[Mapping[str, Callable[[Reader, str], Any]]] = {
    "actor": actor,
    "place": region,
    "agreement": agreement,
}


def reconciled(names: Names, reader: Reader, queries: Sequence[Wanted]) -> list[list[Candidate]]:
    """Return for each query its candidates, the likeliest first.

    Raises BadParameterError for what is too long, and for properties that there are none of.
    """
    for wanted in queries:
        _check(wanted)
    found = [names.alike(one.written, _kinds(one), _LOOKED_AT) for one in queries]
    iris = sorted({each.name.iri for several in found for each in several})
    told = lines_of(reader, iris)
    asked = _Looked(reader)
    answers = []
    for wanted, several in zip(queries, found, strict=True):
        rated = []
        for each in several:
            line, kind = told[each.name.iri], each.name.kind
            types = _types(kind, line)
            fits = _fits(wanted, types)
            if fits is None:
                continue
            features: dict[str, float | bool] = {"name": round(each.score, 1)}
            if wanted.types:
                features["type"] = fits
            label = names.label(each.name.iri)
            rated.append(Candidate(each.name.iri, label, line, types, 0.0, match=False, features=features))
        answers.append(_ranked(wanted, rated, asked))
    return answers


def told_of(reader: Reader, kind: str, iri: str) -> Any:  # noqa: ANN401 - of one of three shapes
    """Return an actor, a place or an agreement; None where there is none of that kind."""
    try:
        return _TELL[kind](reader, iri)
    except NotFoundError:
        return None


def kind_of(base: str, iri: str) -> str | None:
    """Return of what kind a thing is, by its IRI; None of what is not reconciled.

    >>> kind_of("https://example.org/id/", "https://example.org/id/place/syunik")
    'place'
    """
    kind = iri.removeprefix(base).partition("/")[0] if iri.startswith(base) else ""
    return kind if kind in KINDS else None


class _Looked:
    """What was looked up of things, each once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held: dict[str, Any] = {}

    def values(self, candidate: Candidate, wanted: Property) -> Values:
        """Return the values of a property of a candidate."""
        kind = candidate.types[0]
        if kind not in wanted.kinds:
            return []
        if candidate.iri not in self._held:
            self._held[candidate.iri] = told_of(self._reader, kind, candidate.iri)
        held = self._held[candidate.iri]
        return [] if held is None else wanted.values(held)


def _check(wanted: Wanted) -> None:
    if len(wanted.written) > LONGEST:
        raise BadParameterError(f"query: at most {LONGEST} characters, not {len(wanted.written)}")
    for name, _ in wanted.properties:
        if name not in PROPERTIES:
            raise BadParameterError(f"properties: {name!r} is none; properties are {', '.join(PROPERTIES)}")


def _kinds(wanted: Wanted) -> tuple[str, ...]:
    """Return the kinds of which candidates may be."""
    if not wanted.types or wanted.strictly == "should":
        return KINDS
    return tuple(kind for kind in KINDS if any(one.partition("/")[0] == kind for one in wanted.types))


def _types(kind: str, line: str) -> tuple[str, ...]:
    """Return the types of a thing: its kind, and the narrower one with which its line begins."""
    narrow = line.partition(",")[0].strip().replace(" ", "-")
    return (kind, f"{kind}/{narrow}") if narrow else (kind,)


def _fits(wanted: Wanted, types: tuple[str, ...]) -> bool | None:
    """Return whether the types are those wanted; None where they have to be, and are not."""
    if not wanted.types:
        return True
    several = [one in types for one in wanted.types]
    fits = all(several) if wanted.strictly == "all" else any(several)
    return fits or (False if wanted.strictly == "should" else None)


def _ranked(wanted: Wanted, rated: Sequence[Candidate], asked: _Looked) -> list[Candidate]:
    """Return the candidates with their scores, the likeliest first; the one without any doubt matches."""
    compared = rated[:_COMPARED] if wanted.properties else rated
    scored = sorted((_scored(wanted, one, asked) for one in compared), key=lambda one: (-one.score, one.iri))
    best = [one for one in scored if one.features["name"] == _SURE and one.score == _SURE]
    if len(best) == 1:
        scored = [Candidate(**_fields(one) | {"match": True}) if one is best[0] else one for one in scored]
    return scored[: min(wanted.limit, MOST)]


def _scored(wanted: Wanted, one: Candidate, asked: _Looked) -> Candidate:
    features = dict(one.features)
    score = float(features["name"])
    if wanted.properties:
        shares = []
        for name, given in wanted.properties:
            held = asked.values(one, PROPERTIES[name])
            likeness = max((_likeness(a, b) for a in given for b in held), default=0.0)
            features[f"property:{name}"] = round(likeness, 1)
            shares.append(likeness)
        score = _NAME_COUNTS * score + (1 - _NAME_COUNTS) * sum(shares) / len(shares)
    if features.get("type") is False:
        score *= _NO_TYPE
    return Candidate(**_fields(one) | {"score": round(score, 1), "features": features})


def _fields(one: Candidate) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Candidate.__slots__}


def _likeness(given: Value, held: Value) -> float:
    """Return how like two values are, from 0 to 100: of things the same or not, of words letter by letter."""
    if given.iri is not None:
        return 100.0 if given.iri == held.iri else 0.0
    if isinstance(held.said, str):
        return fuzz.ratio(_folded(str(given.said)), _folded(held.said))
    try:
        return 100.0 if float(given.said) == held.said else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _folded(text: str) -> str:
    return " ".join(word.word for word in words(text[:LONGEST]))
