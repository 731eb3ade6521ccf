"""Two accounts of events held against each other: by time, place, actors, counts and kind, each weighed.

The weights are the logarithms of how much more often a finding is met between accounts of one event than
between those of two that are near each other, chosen by hand on the half of the labelled pairs that is
there for it (`tests/kg/linking/labelled`); their sum says how likely it is that both tell of one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.linking.accounts import day
from kg.linking.names import alike, one_of
from kg.linking.world import kilometres

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.linking.accounts import Account, Actor
    from kg.linking.world import Place

WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "time": {"same": 1.2, "overlap": 0.5, "loose": -0.2, "next": -3.5, "apart": -8.0},
    "place": {
        "same": 2.2,
        "near": 0.8,
        "within": 0.6,
        "region": -0.8,
        "unknown": -0.6,
        "other": -2.6,
        "far": -8.0,
    },
    "actors": {"both": 1.6, "one": 0.6, "unknown": 0.0, "none": -1.2},
    "counts": {"many": 2.4, "equal": 1.2, "near": 1.0, "unknown": 0.0, "differ": -1.6, "far": -2.4},
    "kind": {"same": 0.6, "kin": 0.1, "unlike": -3.0},
    "words": {"shared": 0.8, "none": 0.0},
}
PRIOR: Final = -1.6
"""How likely it is before anything is compared, of two that are near each other: about one in six."""
_SAME_NAME: Final = 0.82
_TOWN: Final = 4.0
_NEIGHBOURS: Final = 12.0
_FAR: Final = 60.0
_DAYS: Final = 3
"""A time that is known as well as this counts as that of days."""
_MANY: Final = 4
"""From how many on an equal number is no accident."""
_RATIO: Final = 0.8
_NEAR_RATIO: Final = 0.5
_FEW: Final = 2
_FORCE: Final = frozenset(
    {
        "use-of-force",
        "armed-clash",
        "shelling",
        "air-strike",
        "armed-attack",
        "attack-on-civilians",
        "small-arms-fire",
        "explosive-blast",
        "ceasefire-breach",
        "incursion",
        "mine-laying",
        "armed-resistance",
    }
)
_HELD: Final = frozenset(
    {
        "territorial-seizure",
        "territorial-control",
        "road-closure",
        "blockade",
        "incursion",
        "checkpoint-establishment",
    }
)
_PRESENCE: Final = frozenset(
    {
        "troop-deployment",
        "force-buildup",
        "weapon-presence",
        "peacekeeping-deployment",
        "border-guard-deployment",
    }
)
_TALKS: Final = frozenset({"mediation", "negotiation", "agreement-signed", "ceasefire-declared"})
_TAKEN: Final = frozenset({"detention", "abduction"})
_HINDERED: Final = frozenset({"obstruction-of-aid", "obstruction-of-monitoring", "road-closure", "blockade"})
KIN: Final = (_FORCE, _HELD, _PRESENCE, _TALKS, _TAKEN, _HINDERED)
"""Kinds of event of which one account may have one, and another account of the same event another."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What was found of one thing that was compared: in a code, in words, and what it counts for."""

    about: str
    finding: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two accounts held against each other."""

    score: float
    """How likely it is that they tell of one event, from 0 to 1."""
    reasons: tuple[Reason, ...]


def compare(one: Account, other: Account) -> Comparison:
    """Return how likely it is that two accounts are of one event, and why."""
    found = (
        _time(one, other),
        _place(one, other),
        _actors(one, other),
        _counts(one, other),
        _kind(one, other),
        _words(one, other),
    )
    reasons = tuple(
        Reason(about, finding, words, WEIGHTS[about][finding])
        for about, (finding, words) in zip(WEIGHTS, found, strict=True)
    )
    total = PRIOR + sum(reason.weight for reason in reasons)
    return Comparison(round(1 / (1 + math.exp(-total)), 4), reasons)


def _time(one: Account, other: Account) -> tuple[str, str]:
    gap = max(one.first, other.first) - min(one.last, other.last)
    if gap > 1:
        return "apart", f"{gap} days apart"
    told = f"{_days(one)} and {_days(other)}"
    if gap == 1:
        return "next", f"on days that follow each other: {told}"
    exact = all(each.dated and each.last - each.first < _DAYS for each in (one, other))
    if exact:
        return "same", f"in the same days: {told}"
    if one.dated and other.dated and max(each.last - each.first for each in (one, other)) <= _DAYS * 10:
        return "overlap", f"at times that overlap: {told}"
    return "loose", f"at times of which little is known: {told}"


def _days(account: Account) -> str:
    span = day(account.first)
    if account.last != account.first:
        span += f" to {day(account.last)}"
    return span if account.dated else f"{span} (by the day of the report)"


def _place(one: Account, other: Account) -> tuple[str, str]:
    if not one.places or not other.places:
        return "unknown", "one of them states no place"
    return max(
        (_places(left, right) for left in one.places for right in other.places),
        key=lambda found: WEIGHTS["place"][found[0]],
    )


def _places(one: Place, other: Place) -> tuple[str, str]:
    likeness = max((alike(left, right) for left in one.names for right in other.names), default=0.0)
    distance = kilometres(one.point, other.point) if one.point and other.point else None
    told = f"{one.label} and {other.label}"
    told += "" if distance is None else f", {distance:.0f} km"
    if distance is not None and distance > _FAR:
        return "far", told
    if one.id == other.id or likeness >= _SAME_NAME:
        return _of_the_same_name(one, other, told)
    if distance is not None:
        return ("near", told) if distance <= _TOWN else ("other", told)
    if _contains(one, other) or _contains(other, one):
        return "within", f"one within the other: {told}"
    if _share_a_region(one, other):
        return ("other" if not one.coarse and not other.coarse else "region"), f"in one region: {told}"
    return "other", told


def _of_the_same_name(one: Place, other: Place, told: str) -> tuple[str, str]:
    """Return what a name that two share says: a town, and a region called like it, are not one place."""
    if one.coarse != other.coarse and one.id != other.id:
        return "within", f"a place, and a region of its name: {told}"
    return "same", f"the same place: {told}"


def _contains(one: Place, other: Place) -> bool:
    return any(
        one.id == container or any(alike(name, own) >= _SAME_NAME for name in names for own in one.names)
        for container, names in other.within
    )


def _share_a_region(one: Place, other: Place) -> bool:
    return any(
        left == right or any(alike(name, own) >= _SAME_NAME for name in names for own in others)
        for left, names in one.within
        for right, others in other.within
    )


def _actors(one: Account, other: Account) -> tuple[str, str]:
    left, right = ([actor for actor in each.actors if _telling(actor)] for each in (one, other))
    if not left or not right:
        return "unknown", "one of them names nobody who could be compared"
    pairs: list[tuple[Actor, Actor]] = []
    for actor in left:
        mate = next(
            (each for each in right if _same(actor, each) and all(each is not taken for _, taken in pairs)),
            None,
        )
        if mate is not None:
            pairs.append((actor, mate))
    if not pairs:
        return "none", f"others take part: {_named(left)}; {_named(right)}"
    told = ", ".join(f"{each.label} and {mate.label}" for each, mate in pairs)
    return ("both" if len(pairs) > 1 else "one"), f"the same take part: {told}"


def _telling(actor: Actor) -> bool:
    return bool(actor.words) or len(actor.states) > 1


def _same(one: Actor, other: Actor) -> bool:
    if one.states & other.states:
        return True
    return any(one_of(word, other.words) for word in one.words)


def _named(actors: list[Actor]) -> str:
    return ", ".join(actor.label for actor in actors)


def _counts(one: Account, other: Account) -> tuple[str, str]:
    shared = [kind for kind in one.counts if kind in other.counts]
    if not shared:
        return "unknown", "they state no numbers of the same"
    kind = shared[0]
    (value, low, high), (said, least, most) = one.counts[kind], other.counts[kind]
    told = f"{kind}: {value:g} and {said:g}"
    if value == said:
        return ("many" if value >= _MANY else "equal"), told
    if low <= said <= high or least <= value <= most:
        return "near", f"{told}, within the bounds"
    ratio = min(value, said) / max(value, said)
    if ratio >= _RATIO and min(value, said) >= _MANY:
        return "near", told
    return ("differ" if ratio >= _NEAR_RATIO or abs(value - said) <= _FEW else "far"), told


def _kind(one: Account, other: Account) -> tuple[str, str]:
    told = f"{one.type} and {other.type}"
    if one.type == other.type:
        return "same", told
    kin = any({one.type, other.type} <= group for group in KIN)
    return ("kin" if kin else "unlike"), told


def _words(one: Account, other: Account) -> tuple[str, str]:
    shared = sorted(word for word in one.words if one_of(word, other.words))
    if shared:
        return "shared", f"words that both use: {', '.join(shared)}"
    return "none", "no words that both use"
