"""An invented world: its states, forces, outlets, places and agreements, as documents.

Nothing in it exists. Names are put together from syllables that stand in six scripts, so that a place is
called the same in a text in Georgian and in one in Arabic.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Written: TypeAlias = "dict[str, Any]"
"""A document, or a part of one, as JSON has it."""

_SYLLABLES: Final[Mapping[str, str]] = {
    "la": "ka ro mi ta ve lu sha no gi ba zo re du pi la",
    "ru": "ка ро ми та ве лу ша но ги ба зо ре ду пи ла",
    "ar": "كا رو مي تا في لو شا نو غي با زو ري دو بي لا",
    "ka": "კა რო მი ტა ვე ლუ შა ნო გი ბა ზო რე დუ პი ლა",
    "hy": "կա րո մի տա վե լու շա նո գի բա զո րե դու պի լա",
    "zh": "卡 罗 米 塔 维 卢 沙 诺 吉 巴 佐 雷 杜 皮 拉",
}
_SPLIT: Final = {script: syllables.split() for script, syllables in _SYLLABLES.items()}
SCRIPTS: Final[Mapping[str, str]] = {
    "en": "la",
    "fr": "la",
    "ru": "ru",
    "ar": "ar",
    "ka": "ka",
    "hy": "hy",
    "zh": "zh",
}
"""Language of a report to the script of its names."""
_PROVINCES, _DISTRICTS, _TOWNS = 6, 4, 3
_OUTLETS: Final = 60
_ACTIONS: Final = (
    ("cease-hostilities", "prohibition", "do not open fire"),
    ("hold-position", "obligation", "stop at their positions"),
    ("respect-boundary", "obligation", "respect the line between them"),
    ("withdraw-weapons", "obligation", "withdraw heavy weapons"),
    ("refrain-from-overflight", "prohibition", "do not fly over the zone"),
    ("refrain-from-attacking-civilians", "prohibition", "do not attack civilians"),
    ("allow-humanitarian-access", "obligation", "let aid through"),
    ("exchange-prisoners", "obligation", "exchange all prisoners"),
    ("permit-monitoring", "obligation", "let observers go where they wish"),
    ("negotiate", "declaration", "will go on talking"),
)


class Zipf:
    """Things of which the first is chosen most often, the n-th a n-th as often."""

    def __init__(self, things: Sequence[str]) -> None:
        """Weigh the things."""
        self.things = things
        self._weights = list(accumulate(1 / rank for rank in range(1, len(things) + 1)))

    def pick(self, chance: random.Random) -> str:
        """Return one of them."""
        return chance.choices(self.things, cum_weights=self._weights)[0]


@dataclass(frozen=True, slots=True)
class Dyad:
    """Two states with an agreement, and what a report about them may name."""

    agreement: str
    terms: tuple[str, ...]
    states: tuple[str, str]
    signed: int
    """The year."""
    places: Zipf
    zone: str


@dataclass(frozen=True, slots=True)
class World:
    """What reports may speak of."""

    dyads: tuple[Dyad, ...]
    """The first has most reports."""
    outlets: Zipf
    named: Mapping[str, tuple[int, ...]]
    """Actor or place to the syllables of its name."""
    documents: tuple[Written, ...]

    def name(self, thing: str, language: str) -> str:
        """Return what the thing is called in a text of that language."""
        return _spell(self.named[thing], SCRIPTS[language])


def make_world(seed: int, states: int = 8) -> World:
    """Return the world of that seed; the same each time."""
    return _Maker(random.Random(f"world {seed}"), states).world()  # noqa: S311 - no secret


def _spell(syllables: Sequence[int], script: str) -> str:
    word = "".join(_SPLIT[script][syllable] for syllable in syllables)
    return word.capitalize() if script in {"la", "ru", "hy"} else word


class _Maker:
    """Puts the world together, thing by thing."""

    def __init__(self, chance: random.Random, states: int) -> None:
        self.chance = chance
        self.states = tuple(f"state-{number}" for number in range(1, states + 1))
        self.named: dict[str, tuple[int, ...]] = {}
        self.actors: list[Written] = []
        self.places: list[Written] = []
        self.within: dict[str, list[str]] = {state: [] for state in self.states}

    def world(self) -> World:
        for number, state in enumerate(self.states):
            self.state(state)
            self.territory(state, number)
        outlets = self.outlets()
        self.others()
        pairs = list(zip(self.states, (*self.states[1:], self.states[0]), strict=True))
        made = [
            self.agreement(pair, number) for number, pair in enumerate(pairs[: max(1, len(pairs) - 1)], 1)
        ]
        documents = (
            {"kind": "actors", "id": "invented-actors", "source": "invented", "actors": self.actors},
            {"kind": "places", "id": "invented-places", "authority": "invented", "places": self.places},
            *(document for _, document in made),
        )
        return World(tuple(dyad for dyad, _ in made), Zipf(outlets), self.named, documents)

    def name(self, thing: str, of: str | None = None) -> Written:
        """Give the thing a name, or that of another, and return it as labels."""
        syllables = (
            self.named[of]
            if of is not None
            else tuple(self.chance.randrange(15) for _ in range(self.chance.randint(2, 4)))
        )
        self.named[thing] = syllables
        return {language: _spell(syllables, script) for language, script in SCRIPTS.items()}

    def actor(self, identifier: str, kind: str, of: str | None = None, **more: str) -> None:
        label = self.name(identifier, of)
        if of is not None:
            label = {language: f"{text} ({kind})" for language, text in label.items()}
        self.actors.append({"id": identifier, "type": kind, "label": label, **more})

    def state(self, state: str) -> None:
        self.actor(state, "state")
        self.actor(f"{state}-army", "armed-force", state, force_of=state)
        self.actor(f"{state}-border-guard", "border-force", state, force_of=state)
        self.actor(f"{state}-foreign-ministry", "institution", state, speaks_for=state)
        self.actor(f"{state}-spokesperson", "official", state, speaks_for=f"{state}-army")
        self.actor(f"{state}-rebels", "non-state-armed-group")
        self.actor(f"{state}-media", "collective-source", state)

    def others(self) -> None:
        self.actor("observers", "mission")
        self.actor("high-court", "court")
        for number in range(1, 4):
            self.actor(f"annotator-{number}", "analyst")

    def outlets(self) -> list[str]:
        found = [f"outlet-{number}" for number in range(1, _OUTLETS + 1)]
        for outlet in found:
            self.actor(outlet, "outlet", based_in=self.chance.choice(self.states))
        return found

    def place(self, identifier: str, kind: str, label: Written, **more: Any) -> None:  # noqa: ANN401 - as JSON
        self.places.append({"id": identifier, "type": kind, "label": label, **more})

    def territory(self, state: str, number: int) -> None:
        """Lay out a state: provinces side by side, districts within them, towns within those."""
        land = f"{state}-land"
        west, south = 4.0 * (number % 4), 4.0 * (number // 4)
        self.place(
            land,
            "administrative-region",
            self.name(land, state),
            territory_of=state,
            geometry=_box(west, south, 3.8, 3.8),
        )
        width = 3.8 / _PROVINCES
        for province in range(1, _PROVINCES + 1):
            name = f"{land}-{province}"
            outline = _box(west + width * (province - 1), south, width, 3.8)
            self.place(name, "administrative-region", self.name(name), within=[land], geometry=outline)
            self.within[state].append(name)
            for district in range(1, _DISTRICTS + 1):
                self.district(state, name, f"{name}-{district}")

    def district(self, state: str, province: str, district: str) -> None:
        self.place(district, "administrative-region", self.name(district), within=[province])
        self.within[state].append(district)
        for town in range(1, _TOWNS + 1):
            name = f"{district}-{town}"
            self.place(name, "settlement", self.name(name), within=[district])
            self.within[state].append(name)

    def agreement(self, pair: tuple[str, str], number: int) -> tuple[Dyad, Written]:
        """Return an agreement of two states, with its terms, norms and zone."""
        identifier, zone = f"accord-{number}", f"zone-{number}"
        year = self.chance.randint(2018, 2020)
        terms = [self.term(pair, zone, term) for term in range(1, self.chance.randint(4, 9))]
        self.zone(zone, pair, identifier)
        places = [name for state in pair for name in self.within[state]]
        self.chance.shuffle(places)
        document = {
            "kind": "agreement",
            "id": identifier,
            "type": "ceasefire",
            "title": f"Accord of {' and '.join(_spell(self.named[state], 'la') for state in pair)}",
            "date": f"{year}-11-10",
            "entry_into_force": f"{year}-11-11T00:00Z",
            "zone": "Z",
            "parties": list(pair),
            "signatories": list(pair),
            "texts": [{"key": "text", "lang": "en", "status": "official", "complete": True}],
            "terms": terms,
        }
        numbers = tuple(term["number"] for term in terms)
        return Dyad(identifier, numbers, pair, year, Zipf(places), zone), document

    def zone(self, zone: str, pair: tuple[str, str], agreement: str) -> None:
        stated = self.chance.random() < 0.5  # noqa: PLR2004 - every other
        more: Written = {"extent": "unstated"}
        if stated:
            more = {"extent": "stated", "covers": self.within[pair[0]][:1]}
        defined = {"agreement": agreement, "term": "1"}
        self.place(zone, "agreement-zone", self.name(zone), defined_by=defined, **more)

    def term(self, pair: tuple[str, str], zone: str, number: int) -> Written:
        action, kind, words = _ACTIONS[(number - 1) % len(_ACTIONS)]
        norm: Written = {
            "key": f"{number}a",
            "kind": kind,
            "gist": f"The parties {words}",
            "bearers": list(pair),
            "action": action,
            "from": "2018-11-11T00:00Z",
        }
        if number % 3 == 1:
            norm["readings"] = [
                {"key": "in-zone", "gist": f"The parties {words} in the zone", "places": [zone]},
                {"key": "everywhere", "gist": f"The parties {words} everywhere"},
            ]
        elif number % 3 == 2:  # noqa: PLR2004
            norm["places"] = [zone]
        wording = {"text": "text", "status": "verbatim", "words": f"The Parties {words} ({number})."}
        return {"number": str(number), "wordings": [wording], "norms": [norm]}


def _box(west: float, south: float, width: float, height: float) -> str:
    """Return a rectangle as WKT."""
    xs, ys = (round(west, 4), round(west + width, 4)), (round(south, 4), round(south + height, 4))
    corners = [(xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]), (xs[0], ys[0])]
    return f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"
