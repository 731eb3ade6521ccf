"""What a process does to a store, one operation after the other: random, and the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tests.durability.world import KINDS, REFERENCE, REPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESTS_ON = {"second": ("first",), "denial": ("first",), "bridge": ("second", "charge")}
"""The reports that refer to others."""
_DOINGS = (
    *("add", "batch", "revise", "revise", "retract", "again", "redact", "redact-revision"),
    *("relate", "decide", "withdraw", "refuse", "unchanged", "reopen", "reference"),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do; what it does not need is empty."""

    do: str
    documents: tuple[tuple[str, int], ...] = ()
    """Ids, each with the revision in which it is to come in."""
    name: str = ""
    """Id of the document to take back."""
    revision: int | None = None
    """Number of the revision to redact; None for all."""
    events: tuple[str, str] = ("", "")

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Operation:
        """Return the operation that JSON tells of."""
        documents = tuple((str(name), int(number)) for name, number in said["documents"])
        one, other = said["events"]
        return cls(said["do"], documents, said["name"], said["revision"], (one, other))


@dataclass
class _Planner:
    """What the operations so far have most likely made of the store; a wrong guess is a refusal."""

    chance: random.Random
    held: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    made: dict[str, list[int]] = field(default_factory=dict)
    fresh: int = 1
    reviews: int = 0

    def operation(self, do: str) -> Operation | None:
        """Return an operation of that sort, or None if there is nothing to do it to."""
        made: Operation | None = getattr(self, f"_{do.replace('-', '_')}", self._plain)(do)
        return made

    def _take_in(self, do: str, *names: str, revision: int | None = None) -> Operation:
        documents = []
        for name in names:
            self.fresh += revision is None
            self.held[name] = self.fresh if revision is None else revision
            self.gone.pop(name, None)
            documents.append((name, self.held[name]))
            self.made.setdefault(name, []).append(self.held[name])
        return Operation(do, tuple(documents))

    def _ready(self) -> list[str]:
        absent = [name for name in REPORTS if name not in self.held]
        return [name for name in absent if all(other in self.held for other in _RESTS_ON.get(name, ()))]

    def _free(self) -> list[str]:
        needed = {other for name in self.held for other in _RESTS_ON.get(name, ())}
        return [name for name in REPORTS if name in self.held and name not in needed]

    def _add(self, do: str) -> Operation | None:
        ready = self._ready()
        return self._take_in(do, self.chance.choice(ready)) if ready else None

    def _batch(self, do: str) -> Operation | None:
        absent = [name for name in REPORTS if name not in self.held]
        return self._take_in(do, *absent, *self._free()[:1]) if absent else None

    def _revise(self, do: str) -> Operation | None:
        reports = [name for name in REPORTS if name in self.held]
        return self._take_in(do, self.chance.choice(reports)) if reports else None

    def _reference(self, do: str) -> Operation:
        return self._take_in(do, self.chance.choice(REFERENCE))

    def _unchanged(self, do: str) -> Operation:
        names = [name for name in REPORTS if name in self.held]
        return Operation(do, tuple((name, self.held[name]) for name in names) or (("marsh-truce", 1),))

    def _retract(self, do: str) -> Operation | None:
        free = self._free()
        if not free:
            return None
        name = self.chance.choice(free)
        self.gone[name] = self.held.pop(name)
        return Operation(do, name=name)

    def _again(self, do: str) -> Operation | None:
        names = sorted(set(self.gone) & set(self._ready()))
        if not names:
            return None
        name = self.chance.choice(names)
        return self._take_in(do, name, revision=self.gone[name])

    def _redact(self, do: str) -> Operation | None:
        names = self._free() + sorted(self.gone)
        if not names:
            return None
        name = self.chance.choice(names)
        self.held.pop(name, None)
        self.gone.pop(name, None)
        return Operation(do, name=name)

    def _redact_revision(self, do: str) -> Operation | None:
        names = sorted(name for name, revisions in self.made.items() if len(revisions) > 1)
        if not names:
            return None
        name = self.chance.choice(names)
        return Operation(do, name=name, revision=self.chance.randint(1, len(self.made[name]) - 1))

    def _relate(self, do: str) -> Operation | None:
        names = sorted(name for name in self.held if name in REPORTS and name != "denial")
        if len(names) < 2:
            return None
        one, other = self.chance.sample(names, 2)
        self.reviews = max(self.reviews, 0) + 1
        return Operation(do, events=(f"{one}/shelling", f"{other}/shelling"))

    def _refuse(self, do: str) -> Operation:
        return Operation(do, (("broken", self.chance.randint(1, 3)),))

    def _withdraw(self, do: str) -> Operation | None:
        self.reviews -= 1
        return Operation(do) if self.reviews >= 0 else None

    def _plain(self, do: str) -> Operation:
        return Operation(do)


def plan(seed: int, length: int) -> tuple[Operation, ...]:
    """Return so many operations; of a plan long enough, one of every sort."""
    planner = _Planner(random.Random(seed))  # noqa: S311 - no secret
    planner.held = dict.fromkeys(REFERENCE, 1)
    planner.made = {name: [1] for name in REFERENCE}
    wanted: list[str] = []
    operations: list[Operation] = []
    while len(operations) < length:
        if not wanted:
            wanted = [*_DOINGS]
            planner.chance.shuffle(wanted)
        # What cannot be done yet is put off until something was added.
        possible = ((do, planner.operation(do)) for do in tuple(wanted))
        do, made = next(((do, made) for do, made in possible if made), ("add", None))
        if made is None:
            wanted = []
            continue
        wanted.remove(do)
        operations.append(made)
    return tuple(operations)


def kind(name: str) -> str:
    """Return the kind of a document."""
    return str(KINDS.get(name, "report"))
