"""Which events may be one: what is near in time and place is compared, and proposed with a score."""

from __future__ import annotations

import pickle
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.linking.compare import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.linking.accounts import Account
    from kg.linking.compare import Comparison, Reason
    from kg.linking.world import Place

LEAST: Final = 0.6
"""From which score on two events are proposed."""
_MOST_OF_A_BLOCK: Final = 2_000
"""Accounts of one time and place beyond which nothing more is compared with them."""
_CELL: Final = 0.5
"""Degrees of a cell of the grid: accounts are compared with those of their own and the next ones."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """That two events may be one: how likely, and why. It says nothing of the world, and changes nothing."""

    one: str
    """The id of an event, `report/key`; the lesser of the two."""
    other: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Tally:
    """How much was compared."""

    accounts: int = 0
    compared: int = 0
    passed_over: int = 0
    """Times that an account met so many others of one place and time that it was not compared with them."""


def proposals(
    accounts: Iterable[Account], least: float = LEAST, tally: Tally | None = None
) -> Iterator[Proposal]:
    """Yield the pairs of accounts that may be of one event, by time; most are on the disk."""
    counted = Tally() if tally is None else tally
    window = _Window(counted)
    for account in _in_order(accounts):
        counted.accounts += 1
        for other in window.near(account):
            counted.compared += 1
            found = compare(account, other)
            if found.score >= least:
                yield _proposal(account, other, found)
        window.add(account)


def _proposal(account: Account, other: Account, found: Comparison) -> Proposal:
    one, two = sorted((account.id, other.id))
    return Proposal(one, two, found.score, found.reasons)


def _in_order(accounts: Iterable[Account]) -> Iterator[Account]:
    """Yield accounts by their first days: they are kept on the disk meanwhile."""
    kept = sqlite3.connect("", isolation_level=None)
    try:
        kept.execute("CREATE TABLE account (first INTEGER, id TEXT, data BLOB)")
        kept.execute("BEGIN")
        kept.executemany(
            "INSERT INTO account VALUES (?,?,?)", ((one.first, one.id, pickle.dumps(one)) for one in accounts)
        )
        kept.execute("CREATE INDEX by_day ON account (first, id)")
        for (data,) in kept.execute("SELECT data FROM account ORDER BY first, id"):
            yield pickle.loads(data)  # noqa: S301 - written above
    finally:
        kept.close()


class _Window:
    """The accounts that may be of a time not yet passed, by where and who, and by source."""

    def __init__(self, tally: Tally) -> None:
        self._held: dict[str, dict[str, dict[str, Account]]] = {}
        self._ending: dict[int, list[Account]] = {}
        self._tally = tally

    def near(self, account: Account) -> list[Account]:
        """Return the accounts with which one is to be compared, of other sources and not yet one with it."""
        self._forget(account.first - 1)
        found: dict[str, Account] = {}
        for key in _sought(account):
            for source, block in self._held.get(key, {}).items():
                if source == account.source:
                    continue
                if len(block) > _MOST_OF_A_BLOCK:
                    self._tally.passed_over += 1
                else:
                    found.update(block)
        return [
            other
            for _, other in sorted(found.items())
            if other.last >= account.first - 1 and (other.cluster is None or other.cluster != account.cluster)
        ]

    def add(self, account: Account) -> None:
        """Hold an account, to be compared with those that come."""
        for key in _keys(account):
            self._held.setdefault(key, {}).setdefault(account.source, {})[account.iri] = account
        self._ending.setdefault(account.last, []).append(account)

    def _forget(self, until: int) -> None:
        """Let go of what ended before a day."""
        for last in [day for day in self._ending if day < until]:
            for account in self._ending.pop(last):
                for key in _keys(account):
                    sources = self._held[key]
                    sources[account.source].pop(account.iri, None)
                    if not sources[account.source]:
                        del sources[account.source]
                    if not sources:
                        del self._held[key]


def _keys(account: Account) -> set[str]:
    """Return under what an account is found: cells, names of places and what contains them, and who."""
    found = {f"actor {state}" for actor in account.actors for state in actor.states if len(actor.states) > 1}
    found |= {f"actor {actor.id}" for actor in account.actors}
    for place in account.places:
        found |= {f"place {name}" for name in _names(place)}
        if place.point is not None:
            found.add(f"cell {_cell(place.point[0])} {_cell(place.point[1])}")
    return found


def _sought(account: Account) -> set[str]:
    """Return under what the mates of an account are sought: by who only where a place is wanting."""
    found: set[str] = set()
    for place in account.places:
        found |= {f"place {name}" for name in _names(place)}
        if place.point is not None:
            at = (_cell(place.point[0]), _cell(place.point[1]))
            found |= {f"cell {at[0] + north} {at[1] + east}" for north in (-1, 0, 1) for east in (-1, 0, 1)}
    return found | {key for key in _keys(account) if key.startswith("actor ")}


def _names(place: Place) -> set[str]:
    names = {place.id, *("".join(name)[:4] for name in place.names)}
    if place.coarse or place.point is None:
        names |= {one for one, _ in place.within[:1]}
    return names | {"".join(name)[:4] for _, several in place.within for name in several}


def _cell(degrees: float) -> int:
    return int(degrees // _CELL)
