"""Proposals as they are kept beside the store: a file that is made anew in one step and read by anybody."""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kg.linking.compare import Reason
from kg.linking.propose import Proposal, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FOLDER: Final = "linking"
"""Where the file is, in the folder of a store."""
_NAME: Final = "same-event.sqlite"
_MADE: Final = """
CREATE TABLE proposal (score REAL, one TEXT, other TEXT, reasons TEXT, PRIMARY KEY (one, other))
  WITHOUT ROWID;
CREATE TABLE meta (said TEXT);
"""
_INDEXED: Final = """
CREATE INDEX by_score ON proposal (score DESC, one, other);
CREATE INDEX by_other ON proposal (other);
"""

Key = tuple[float, str, str]
"""What proposals are ordered by: the score, the greatest first, then the two events."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of which state of the store proposals are, and how many there are of how many comparisons."""

    sequence: int
    """The change at which the store stood."""
    made_at: str
    least: float
    """The least score that was kept."""
    accounts: int
    compared: int
    passed_over: int
    proposals: int


class KeptProposals:
    """The proposals that are kept beside a store."""

    def __init__(self, folder: Path) -> None:
        """See to those of the store in a folder; there may be none yet."""
        self._folder = folder / FOLDER

    def write(self, found: Iterable[Proposal], sequence: int, least: float, tally: Tally) -> Standing:
        """Keep proposals in the place of those that were, in one step; return how many there are."""
        self._folder.mkdir(exist_ok=True)
        part = self._folder / f"{_NAME}.{secrets.token_hex(4)}"
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as made:
                made.executescript(_MADE)
                made.execute("BEGIN")
                made.executemany("INSERT INTO proposal VALUES (?,?,?,?)", map(_row, found))
                (count,) = made.execute("SELECT count(*) FROM proposal").fetchone()
                now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"
                told = (tally.accounts, tally.compared, tally.passed_over)
                standing = Standing(sequence, now, least, *told, int(count))
                made.execute("INSERT INTO meta VALUES (?)", (json.dumps(asdict(standing)),))
                made.execute("COMMIT")
                made.executescript(_INDEXED)
            part.replace(self._folder / _NAME)
        finally:
            part.unlink(missing_ok=True)
        return standing

    def standing(self) -> Standing | None:
        """Return of which state the proposals are; None where none were made."""
        with closing(self._opened()) as held:
            said = held.execute("SELECT said FROM meta").fetchone()
        return None if said is None else Standing(**json.loads(said[0]))

    def after(
        self, key: Key | None, limit: int, least: float = 0.0, events: Sequence[str] = ()
    ) -> list[Proposal]:
        """Return the next proposals after a key, the likeliest first; of events, or any."""
        query = "SELECT score, one, other, reasons FROM proposal WHERE score >= ?"
        values: list[object] = [least]
        if key is not None:
            # The bound by itself lets the index give them in order: nothing that follows the page is sorted.
            query += " AND score <= ? AND (score < ? OR (one, other) > (?, ?))"
            values += [key[0], *key]
        if events:
            marks = ",".join("?" * len(events))
            query += f" AND (one IN ({marks}) OR other IN ({marks}))"
            values += [*events, *events]
        with closing(self._opened()) as held:
            rows = held.execute(f"{query} ORDER BY score DESC, one, other LIMIT ?", [*values, limit])
            return [_proposal(*row) for row in rows]

    def _opened(self) -> sqlite3.Connection:
        """Return the file, opened to be read; an empty one where there is none."""
        path = self._folder / _NAME
        if path.is_file():
            return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        empty = sqlite3.connect(":memory:")
        empty.executescript(_MADE)
        return empty


def _row(found: Proposal) -> tuple[float, str, str, str]:
    reasons = json.dumps([asdict(reason) for reason in found.reasons], ensure_ascii=False)
    return found.score, found.one, found.other, reasons


def _proposal(score: float, one: str, other: str, reasons: str) -> Proposal:
    return Proposal(one, other, score, tuple(Reason(**reason) for reason in json.loads(reasons)))
