"""Reading a whole journal to see whether it is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import JournalDamagedError
from kg.journal.entry import GENESIS, Action
from kg.journal.reader import JournalReader
from kg.journal.segments import HELP, holding, listed

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Damage:
    """The first thing that is wrong with a journal."""

    message: str
    sequence: int | None
    """Of the first entry that is wrong or missing, if that is known."""
    file: str | None
    """Name of the segment in which it stands or should stand."""

    def __str__(self) -> str:
        """Say it in a sentence."""
        return self.message


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying a journal found."""

    entries: int
    """How many are right, from the first on."""
    head: str
    """Hash of the last of them; `GENESIS` if there is none."""
    redacted: tuple[tuple[int, int | None], ...]
    """Entries whose payload is gone, each with the entry that redacted it; None where there is none."""
    pending: tuple[int, ...]
    """Entries whose payload is there although a later entry redacts it: the erasure was cut short."""
    unfinished: int
    """Bytes at the end that are a write under way or one that was cut off; they were never acknowledged."""
    aside: tuple[str, ...]
    """Names of the files in which such bytes were kept; an erasure does not reach them."""
    damage: Damage | None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.damage is None


def verify(folder: Path) -> Report:
    """Return what reading every entry and payload found; `JournalError` if there is no journal to read."""
    sequence, hashed, unfinished = 0, GENESIS, 0
    gone: list[int] = []
    redactions: dict[int, int] = {}
    damage: Damage | None = None
    stored: set[int] = set()
    try:
        reader = JournalReader(folder)
        for entry, payload in reader.records():
            sequence, hashed = entry.sequence, entry.hash
            if payload is not None:
                stored.add(sequence)
            elif entry.payload_sha256 is not None:
                gone.append(sequence)
            if entry.action is Action.REDACT:
                redactions |= dict.fromkeys(set(entry.redacts) - redactions.keys(), sequence)
        unfinished = reader.unfinished
    except JournalDamagedError as error:
        damage = Damage(str(error), error.sequence, error.file)
    redacted = tuple((number, redactions.get(number)) for number in gone)
    return Report(
        sequence,
        hashed,
        redacted,
        tuple(sorted(stored & redactions.keys())),
        unfinished,
        tuple(sorted(path.name for path in folder.glob("torn-*.bin"))),
        damage or _unexplained(folder, redacted),
    )


def _unexplained(folder: Path, redacted: tuple[tuple[int, int | None], ...]) -> Damage | None:
    """Return the damage that a payload is gone though nothing says that it was redacted."""
    lost = next((number for number, by in redacted if by is None), None)
    if lost is None:
        return None
    segments = listed(folder)
    place = segments[holding(segments, lost)]
    line = lost - place.first + 1
    return Damage(
        f"{place.path}, line {line}: the payload of entry {lost} is gone, and no later entry redacts it; "
        f"{HELP}",
        lost,
        place.path.name,
    )
