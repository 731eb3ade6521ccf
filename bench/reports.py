"""Reports about the invented world: the n-th report of a seed is the same whatever else is made.

A report is a function of the seed and its number alone, so any number of them needs no memory. Where a
report gives another account of an event that an earlier one told of, that earlier one is made again to
see what it told.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bench.phrases import PHRASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.phrases import Phrases
    from bench.world import Dyad, World, Written

_FIRST_DAY: Final = date(2019, 1, 1)
_DAYS: Final = 5 * 365
_LANGUAGES: Final = ("en", "ru", "fr", "ar", "ka", "hy", "zh")
_LANGUAGE_WEIGHTS: Final = (50, 15, 10, 8, 6, 6, 5)
_MODALITIES: Final = ("reported", "asserted", "alleged", "hedged", "denied", "predicted", "confirmed")
_MODALITY_WEIGHTS: Final = (35, 20, 15, 12, 8, 5, 5)
_CLAIMS: Final = range(1, 13)
_CLAIM_WEIGHTS: Final = (30, 22, 16, 11, 8, 5, 3, 2, 1, 1, 0.5, 0.5)
"""Three on average."""
_PRECISIONS: Final = ("day", "minute", "month", "year", "span", "open", "none")
_PRECISION_WEIGHTS: Final = (50, 12, 10, 4, 8, 4, 12)
_TYPES: Final = (
    "armed-clash",
    "shelling",
    "small-arms-fire",
    "territorial-seizure",
    "incursion",
    "overflight",
    "attack-on-civilians",
    "road-closure",
    "force-buildup",
    "obstruction-of-aid",
    "prisoner-exchange",
    "negotiation",
)
_ACCOUNTS: Final = 0.3
"""The part of the reports that tell of an event of which another told before."""
BLOCK: Final = 50
"""Reports that belong together: an account and the report whose event it tells again are in one block."""
_SKEW: Final = 3
"""How much likelier a near report is told again than a far one."""
_ALLEGES: Final = {"alleged": 0.8, "reported": 0.15, "hedged": 0.3}


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it was: what every account of it has in common."""

    dyad: Dyad
    kind: str
    perpetrator: str
    place: str
    day: date


class Reports:
    """The reports of a seed."""

    def __init__(self, seed: int, world: World) -> None:
        """Take the world that they are about."""
        self._seed = seed
        self._world = world

    def name(self, number: int) -> str:
        """Return the id of a report."""
        return f"r{number:08}"

    def report(self, number: int) -> Written:
        """Return a report, counted from 1, as a document."""
        chance = self._chance(number, "report")
        lead = self._lead(number)
        main = self._happening(number if lead is None else lead)
        language = chance.choices(_LANGUAGES, _LANGUAGE_WEIGHTS)[0]
        happenings = [main, *(self._other(main, chance) for _ in range(chance.choice((0, 0, 0, 1, 1, 2))))]
        writer = _Writer(self._world, chance, language)
        count = max(len(happenings), chance.choices(_CLAIMS, _CLAIM_WEIGHTS)[0])
        for claim in range(count):
            writer.claim(claim + 1, happenings, claim if claim < len(happenings) else 0)
        issued = main.day + timedelta(days=chance.choice((0, 0, 1, 1, 2, 5)))
        events = [self._event(index, one) for index, one in enumerate(happenings)]
        if lead is not None:
            events[0]["same_event_as"] = [
                {
                    "event": f"{self.name(lead)}/e0",
                    "confidence": chance.choice(("0.6", "0.8", "0.9")),
                    "reason": "The same place, the same kind of act, the same days.",
                    "status": chance.choices(("accepted", "proposed", "rejected"), (85, 12, 3))[0],
                }
            ]
        return {
            "kind": "report",
            "id": self.name(number),
            "type": "news",
            "title": writer.title(main),
            "language": language,
            "publisher": self._world.outlets.pick(chance),
            "issued": issued.isoformat(),
            "url": f"https://example.org/{self.name(number)}",
            "annotator": f"annotator-{chance.randint(1, 3)}",
            "zone": chance.choice(("Z", "+03:00", "+04:00")),
            "text_access": chance.choices(("quotes-only", "public"), (3, 1))[0],
            "text": writer.text(),
            "events": events,
            "claims": writer.claims,
        }

    def _chance(self, number: int, what: str) -> random.Random:
        return random.Random(f"{self._seed} {what} {number}")  # noqa: S311 - no secret

    def _lead(self, number: int) -> int | None:
        """Return the earlier report of whose event this one gives another account; None for none."""
        chance = self._chance(number, "lead")
        if chance.random() >= _ACCOUNTS:
            return None
        first = number - (number - 1) % BLOCK
        nearest = number - 1 - int((number - first) * chance.random() ** _SKEW)
        for other in range(nearest, first - 1, -1):
            if self._chance(other, "lead").random() >= _ACCOUNTS:
                return other
        return None

    def _happening(self, number: int) -> Happening:
        chance = self._chance(number, "event")
        dyads = self._world.dyads
        dyad = chance.choices(dyads, [1 / rank for rank in range(1, len(dyads) + 1)])[0]
        day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
        return Happening(dyad, *self._act(dyad, chance), day)

    def _other(self, main: Happening, chance: random.Random) -> Happening:
        """Return something else that happened in the same days."""
        day = main.day - timedelta(days=chance.randrange(7))
        return Happening(main.dyad, *self._act(main.dyad, chance), day)

    def _act(self, dyad: Dyad, chance: random.Random) -> tuple[str, str, str]:
        kind = chance.choices(_TYPES, [1 / rank for rank in range(1, len(_TYPES) + 1)])[0]
        state = chance.choices(dyad.states, (2, 1))[0]
        actors = (f"{state}-army", state, f"{state}-rebels", f"{state}-border-guard")
        actor = chance.choices(actors, (6, 2, 1, 1))
        place = dyad.zone if chance.random() < 0.1 else dyad.places.pick(chance)  # noqa: PLR2004 - a tenth
        return kind, actor[0], place

    def _event(self, index: int, one: Happening) -> Written:
        where = self._world.name(one.place, "en")
        return {
            "key": f"e{index}",
            "type": one.kind,
            "label": f"{one.kind.replace('-', ' ').capitalize()} at {where}",
        }


class _Writer:
    """Writes a text sentence by sentence, and notes what each sentence claims."""

    def __init__(self, world: World, chance: random.Random, language: str) -> None:
        self.world = world
        self.chance = chance
        self.language = language
        self.phrases: Phrases = PHRASES[language]
        self.claims: list[Written] = []
        self.sentences: list[str] = []

    def title(self, one: Happening) -> str:
        return self._filled(self.phrases.title, one, "")

    def text(self) -> str:
        """Return the text; here and there a blank in it does not break, as in real ones."""
        text = self.phrases.opening + "\n" + self.phrases.joint.join(self.sentences)
        return text.replace(" ", "\u00a0", 2) if self.chance.random() < 0.2 else text  # noqa: PLR2004

    def claim(self, number: int, happenings: Sequence[Happening], index: int) -> None:
        one = happenings[index]
        modality = self.chance.choices(_MODALITIES, _MODALITY_WEIGHTS)[0]
        when = self._time(one.day)
        sentence = self._filled(self.phrases.sentences[modality], one, when.get("text", ""))
        sentence = f"{self.phrases.count.format(number)}{sentence}"
        self.sentences.append(sentence)
        who = self.world.name(one.perpetrator, "en")
        claim: Written = {
            "key": f"c{number}",
            "gist": f"{who}: {one.kind} at {self.world.name(one.place, 'en')}.",
            "quote": sentence,
            "modality": modality,
            "about": f"e{index}",
            "places": [one.place],
        }
        claim["participants" if modality == "predicted" else "perpetrators"] = [one.perpetrator]
        if modality == "hedged":
            claim["hedges"] = [self.phrases.hedge]
        if when:
            claim["time"] = when
        claim |= self._attribution(one) | self._numbers(one) | self._agreements(one, modality, index)
        self.claims.append(claim)

    def _filled(self, sentence: str, one: Happening, when: str) -> str:
        return sentence.format(
            who=self.world.name(one.perpetrator, self.language),
            where=self.world.name(one.place, self.language),
            what=self.phrases.acts[one.kind in {"negotiation", "prisoner-exchange"}],
            when=when,
        )

    def _time(self, day: date) -> Written:
        """Return the time in one of the precisions, or none; words of it stand in the sentence."""
        kind = self.chance.choices(_PRECISIONS, _PRECISION_WEIGHTS)[0]
        plain = day.isoformat()
        if kind == "none":
            return {}
        if kind == "minute":
            plain += f"T{self.chance.randrange(24):02}:{self.chance.randrange(60):02}"
        values = {
            "day": plain,
            "minute": plain,
            "month": plain[:7],
            "year": plain[:4],
            "span": f"{plain}/{(day + timedelta(days=self.chance.randint(1, 9))).isoformat()}",
            "open": f"../{plain}",
        }
        time: Written = {"value": values[kind], "text": values[kind]}
        if kind == "day" and self.chance.random() < 0.4:  # noqa: PLR2004
            time = {
                "value": plain,
                "text": plain[5:],
                "inferred": ["year"],
                "reason": "The text gives no year; it was published in the same days.",
            }
        return time

    def _attribution(self, one: Happening) -> Written:
        """Return up to three sources behind the report's own voice."""
        steps = self.chance.choices((0, 1, 2, 3), (30, 45, 18, 7))[0]
        state = self.chance.choice(one.dyad.states)
        agents = [
            self.world.outlets.pick(self.chance),
            f"{state}-foreign-ministry",
            f"{state}-spokesperson",
            f"{state}-media",
            "observers",
        ]
        said = self.phrases.said
        chosen = self.chance.sample(agents, steps)
        return {"attribution": [{"agent": agent, "verb": said} for agent in chosen]} if chosen else {}

    def _numbers(self, one: Happening) -> Written:
        if self.chance.random() > 0.25:  # noqa: PLR2004 - one of four states a number
            return {}
        kind = self.chance.choice(("killed", "wounded", "captured", "vehicles"))
        value = str(int(self.chance.paretovariate(1.2)))
        comparator = self.chance.choice(("exactly", "at-least", "about"))
        number: Written = {"kind": kind, "value": value, "comparator": comparator, "unit": "1"}
        if self.chance.random() < 0.3:  # noqa: PLR2004
            number["side"] = one.dyad.states[1]
        return {"quantities": [number]}

    def _agreements(self, one: Happening, modality: str, index: int) -> Written:
        """Return what the claim says of the agreement: broken, with a term or without, or not, or kept."""
        agreement = one.dyad.agreement
        if modality == "denied":
            event: Written = {"event": f"e{index}"}
            return {"denies": [event if self.chance.random() < 0.5 else {"agreement": agreement}]}  # noqa: PLR2004
        drawn = self.chance.random()
        if drawn < _ALLEGES.get(modality, 0):
            term = {"term": self.chance.choice(one.dyad.terms)} if self.chance.random() < 0.4 else {}  # noqa: PLR2004
            return {"alleges": [{"agreement": agreement, **term}]}
        if drawn > 0.97:  # noqa: PLR2004
            return {"asserts_fulfilment": [{"agreement": agreement}]}
        return {"mentions": [agreement]} if drawn > 0.9 else {}  # noqa: PLR2004
