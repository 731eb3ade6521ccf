"""Which accounts of one event cannot all be right, of many at once, as reckoned from what they say."""

from __future__ import annotations

import copy
import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.store import OxigraphStore
    from tests.kg.infer.conftest import World

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

_FIRST: Final = datetime(2025, 3, 8)  # noqa: DTZ001 - whose zone nobody stated
_EAST, _WEST = timedelta(hours=14), timedelta(days=1, hours=12)
"""How long before its midnight in UTC a day begins somewhere, and how long after it ends somewhere."""
_SIDES: Final = {
    "elbonia": {"elbonia"},
    "elbonian-army": {"elbonia", "elbonian-army"},
    "elbonian-guns": {"elbonia", "elbonian-army", "elbonian-guns"},
    "syldavian-guard": {"syldavia", "syldavian-guard"},
    "ruritania": {"ruritania"},
}
"""For whom each acts, itself included."""
_POSITIONS: Final = """SELECT ?slot ?kind ?claim WHERE {
  ?d a svd:Disagreement ; svd:slot ?slot ; svd:position ?claim . OPTIONAL { ?d svd:quantityKind ?kind }
}"""


def told(chosen: random.Random) -> dict[str, Any]:
    """Return what one claim says: days, sides, numbers, territory, each or none."""
    fields: dict[str, Any] = {"perpetrators": chosen.sample(sorted(_SIDES), chosen.choice((0, 1, 1, 2)))}
    days = sorted(chosen.randrange(9) for _ in range(2))
    if chosen.random() < 0.8:
        first, last = (str((_FIRST + timedelta(days=day)).date()) for day in days)
        fields["time"] = {"value": f"{first}/{last}"} if chosen.random() < 0.7 else {"value": first}
    for kind in ("killed", "wounded"):
        if chosen.random() < 0.7:
            number = {"kind": kind, "value": str(chosen.randrange(3, 7))}
            if chosen.random() < 0.3:
                number["comparator"] = "at-least"
            fields.setdefault("quantities", []).append(number)
    if chosen.random() < 0.7:
        fields["in_territory_of"] = chosen.sample(("elbonia", "ruritania"), chosen.choice((1, 1, 2)))
    if chosen.random() < 0.1:
        fields["modality"] = "predicted"
    if chosen.random() < 0.2:
        fields["polarity"] = "negative"
    return fields


def span(fields: dict[str, Any]) -> tuple[datetime, datetime] | None:
    """Return from when to when something happened at the widest, as nobody says in which zone."""
    if "time" not in fields:
        return None
    first, _, last = fields["time"]["value"].partition("/")
    return datetime.fromisoformat(first) - _EAST, datetime.fromisoformat(last or first) + _WEST


def sides(fields: dict[str, Any]) -> set[str]:
    """Return for whom the perpetrators that a claim names act."""
    return set().union(*(_SIDES[name] for name in fields["perpetrators"]))


def denies(fields: dict[str, Any]) -> bool:
    """Return whether a claim denies that it happened: who denies a number, and names nobody, does not."""
    return "polarity" in fields and bool(fields["perpetrators"] or "quantities" not in fields)


def contradict(denial: dict[str, Any], account: dict[str, Any]) -> bool:
    """Return whether one claim denies what another says: that somebody did it, or one whom it names."""
    cleared, accused = denial["perpetrators"], account["perpetrators"]
    if not denies(denial) or "polarity" in account:
        return False
    return (
        not cleared
        or not accused
        or any(one in _SIDES[other] or other in _SIDES[one] for one in cleared for other in accused)
    )


def apart(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Yield in what two claims cannot both be right, by what the documents mean."""
    states = [set(fields.get("in_territory_of", ())) for fields in (one, other)]
    if states[0] and states[1] and states[0] != states[1]:
        yield "territory"
    if contradict(one, other) or contradict(other, one):
        yield "occurrence"
    if "polarity" in one or "polarity" in other:
        return
    times, others = span(one), span(other)
    if times and others and (times[1] < others[0] or others[1] < times[0]):
        yield "time"
    if sides(one) and sides(other) and not sides(one) & sides(other):
        yield "perpetrator"
    yield from counted_apart(one, other)


def counted_apart(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Yield of what two claims give numbers that cannot both be right."""
    for number in one.get("quantities", ()):
        for another in other.get("quantities", ()):
            if number["kind"] == another["kind"]:
                less, more = sorted((number, another), key=lambda said: int(said["value"]))
                if int(less["value"]) < int(more["value"]) and "comparator" not in less:
                    yield f"quantity {number['kind']}"


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_of_many_accounts_each_stands_that_another_cannot_be_right_beside(
    world: World, table: Table, seed: int
) -> None:
    chosen = random.Random(seed)  # noqa: S311 - the same each time
    model = world.documents["report"]
    said: dict[str, dict[str, Any]] = {"report/acorn-1/claim/k1": model["claims"][0]}
    base = {
        name: value for name, value in model["claims"][0].items() if name not in {"time", "quantities", "key"}
    }
    for report in range(2, 6):
        document = copy.deepcopy(model) | {"id": f"acorn-{report}"}
        document["events"][0]["same_event_as"] = [
            {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
        ]
        document["claims"] = []
        for number in range(6):
            fields = told(chosen)
            said[f"report/acorn-{report}/claim/k{number}"] = fields
            document["claims"].append(base | {"key": f"k{number}"} | fields)
        world.documents[f"more-{report}"] = document
    found = set()
    for row in table(world.build(), _POSITIONS):
        slot, kind = ((row.get(name) or "").rpartition("/")[2] for name in ("slot", "kind"))
        found.add((f"{slot} {kind}".strip(), row["claim"]))
    stated = {name: fields for name, fields in said.items() if fields.get("modality") != "predicted"}
    expected = {
        (what, name)
        for name, fields in stated.items()
        for other, others in stated.items()
        if name != other
        for what in apart(fields, others)
    }
    assert len({what for what, _ in expected}) == 6
    assert found == expected
