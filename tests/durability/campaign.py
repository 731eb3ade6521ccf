"""Store after store is worked on by processes that are killed one after the other, and checked each time."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.durability.checker import check
from tests.durability.harness import KILLED
from tests.durability.plan import plan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.harness import Children, Outcome
    from tests.durability.plan import Operation

    Place: TypeAlias = tuple[str, str, str]
    """A sort of operation, a kind of step in it, and whether before, after or within."""

_PLANS = 5
"""Plans that are gone through, and one more for each hundred kills; each is done on many stores."""
_LENGTH = 16
_AHEAD = 3
"""Operations that a process gets done before it is killed, unless a place not met yet lies further on."""
_RANDOM = 0.1
"""Share of kills at a random moment instead of at a step."""
_SORTS = {"relate": "review", "decide": "review", "withdraw": "review", "redact-revision": "redact"} | {
    "reference": "revise",
    "reopen": "open",
}


@dataclass
class Tally:
    """What a campaign did and found."""

    kills: int = 0
    acknowledged: int = 0
    recovery: float = 0.0
    """The longest, in seconds."""
    work: float = 0.0
    """The most work that one took, in seconds."""
    places: Counter[Place] = field(default_factory=Counter)
    known: set[tuple[str, str]] = field(default_factory=set)
    """Every sort of operation of the plans with every kind of step in it."""
    problems: list[str] = field(default_factory=list)

    @property
    def missed(self) -> set[tuple[str, str]]:
        """Those at which nobody was killed."""
        return self.known - {place[:2] for place in self.places}


@dataclass(frozen=True)
class Script:
    """A plan, and the steps that each of its operations has."""

    seed: int
    operations: tuple[Operation, ...]
    steps: dict[int, list[str]]
    seconds: float

    def name(self, op: int) -> str:
        """Return the sort of an operation."""
        if not 0 <= op < len(self.operations):
            return "open" if op < 0 else "close"
        do = self.operations[op].do
        return _SORTS.get(do, do)

    def places(self, op: int) -> list[tuple[int, Place]]:
        """Return the places of an operation at which a process can be killed, each with its step."""
        found = []
        for number, label in enumerate(self.steps.get(op, ())):
            whens = ("before", "after", "within") if label in {"write", "pwrite"} else ("before", "after")
            found += [(number, (self.name(op), label, when)) for when in whens]
        return found


class Campaign:
    """Kills, until there are enough."""

    def __init__(self, children: Children, template: Path, scratch: Path, seed: int = 0) -> None:
        """Take copies of the template to work on."""
        self._children, self._template, self._scratch = children, template, scratch
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._seed = seed
        self._stores = 0
        self.tally = Tally()

    def go(self, kills: int) -> Tally:
        """Kill so often; return what that did to the stores."""
        scripts = [self._script(self._seed + number) for number in range(_PLANS + kills // 100)]
        self.tally.known = {
            place[:2] for script in scripts for op in script.steps for _, place in script.places(op)
        }
        while self.tally.kills < kills and not self.tally.problems:
            self._work_on(scripts[self._stores % len(scripts)], kills)
        return self.tally

    def _copy(self) -> Path:
        self._stores += 1
        return shutil.copytree(self._template, self._scratch / f"store-{self._stores}")

    def _run(self, store: Path, script: tuple[Operation, ...], **job: Any) -> Outcome:
        documents = str(self._scratch / "documents")
        said = [operation.as_json() for operation in script]
        return self._children.run(store=str(store), documents=documents, plan=said, **job)

    def _script(self, seed: int) -> Script:
        """Return a plan with what it does when nobody kills it."""
        operations, store = plan(seed, _LENGTH), self._copy()
        unharmed = self._run(store, operations)
        assert (unharmed.ended, unharmed.raised) == (0, ""), unharmed
        self.tally.problems += check(store, unharmed.acknowledged).problems
        shutil.rmtree(store)
        return Script(seed, operations, unharmed.steps, unharmed.seconds)

    def _work_on(self, script: Script, kills: int) -> None:
        """Do a plan on a new store, with kills on the way, and check the store after each and at the end."""
        store, first, ended = self._copy(), 0, KILLED
        acknowledged: dict[int, str] = {}
        while ended == KILLED:
            how = self._blow(script, first) if self.tally.kills < kills else {}
            outcome = self._run(store, script.operations, **{"from": first}, **how)
            ended = outcome.ended
            acknowledged |= outcome.acknowledged
            finding = check(store, acknowledged)
            where = f"store {self._stores}, plan {script.seed}, from {first}, {how}: "
            self.tally.problems += [where + problem for problem in finding.problems]
            if ended not in {0, KILLED} or outcome.raised:
                self.tally.problems.append(f"{where}{outcome.raised}: {outcome.why}")
            self.tally.kills += ended == KILLED
            self.tally.recovery = max(self.tally.recovery, finding.recovery)
            self.tally.work = max(self.tally.work, finding.work)
            first = max([first - 1, *outcome.done]) + 1
        self.tally.acknowledged += len(acknowledged)
        if not self.tally.problems:
            shutil.rmtree(store)

    def _blow(self, script: Script, first: int) -> dict[str, Any]:
        """Return when or where to kill next: at the place where that was done least so far; or nowhere."""
        if self._chance.random() < _RANDOM:
            return {"after": self._chance.uniform(0, script.seconds)}
        ops = [-1, *range(first, len(script.operations) + 1)]
        places = [(op, *place) for op in ops for place in script.places(op)]
        self._chance.shuffle(places)
        if not places:
            return {}
        op, step, place = min(places, key=lambda found: self._met(found[2], far=found[0] > first + _AHEAD))
        if self.tally.missed and self._met(place, far=False)[0]:
            return {}  # what is missed lies before, and is met on another store
        self.tally.places[place] += 1
        return {"kill": {"op": op, "step": step, "when": place[2]}}

    def _met(self, place: Place, *, far: bool) -> tuple[int, bool, int]:
        """Return how often a kind of step was met in a sort of operation, and how often just so."""
        do, label, _ = place
        same = sum(count for other, count in self.tally.places.items() if other[:2] == (do, label))
        return same, far, self.tally.places[place]
