"""The trail: what changed while nobody kept the read model, by which it is brought on and not made anew.

Commands that write do not load what makes rows. They leave a line for each delta beside the model, and who
keeps the model next goes on from there. A line that is missing or torn costs time and nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kg.model import Delta

if TYPE_CHECKING:
    from pathlib import Path

_TRAIL: Final = "trail"


class Trail:
    """Leaves a line for each delta in the folder of a read model."""

    name: Final = "the trail of the read model"

    def __init__(self, folder: Path, sequence: int) -> None:
        """Begin at a change, for the model in the folder."""
        self._folder = folder
        self._sequence = sequence

    @property
    def sequence(self) -> int:
        """The change up to which all is told."""
        return self._sequence

    def process(self, delta: Delta) -> None:
        """Write down what was touched, if that is known and there is a model still."""
        if delta.touched is not None and self._folder.is_dir():
            said = {
                "first": delta.first,
                "sequence": delta.sequence,
                "hash": delta.hash,
                "documents": sorted(delta.documents),
                "graphs": sorted(delta.graphs),
                "touched": sorted(delta.touched),
                "added": delta.added,
                "removed": delta.removed,
                "about": sorted(delta.about),
            }
            with (self._folder / _TRAIL).open("a", encoding="utf-8") as written:
                written.write(json.dumps(said) + "\n")
        self._sequence = delta.sequence


def since(folder: Path, sequence: int, until: int, digest: str) -> Delta | None:
    """Return what changed after a change up to another, of that hash; None where the trail does not tell."""
    found: Delta | None = None
    for delta in _told(folder):
        at = sequence if found is None else found.sequence
        if delta.sequence > at:
            if delta.first > at + 1:
                return None
            found = delta if found is None else found.then(delta)
    return found if found is not None and (found.sequence, found.hash) == (until, digest) else None


def clear(folder: Path, sequence: int) -> None:
    """Remove the trail, if a model stands where it ends or later."""
    told = _told(folder)
    if told and told[-1].sequence <= sequence:
        (folder / _TRAIL).unlink(missing_ok=True)


def _told(folder: Path) -> list[Delta]:
    """Return the deltas of the trail, up to the first line that is none."""
    found: list[Delta] = []
    try:
        lines = (folder / _TRAIL).read_text(encoding="utf-8").splitlines()
        for line in lines:
            said = json.loads(line)
            found.append(
                Delta(
                    said["first"],
                    said["sequence"],
                    said["hash"],
                    frozenset((action, kind, name) for action, kind, name in said["documents"]),
                    frozenset(said["graphs"]),
                    frozenset(said["touched"]),
                    said["added"],
                    said["removed"],
                    frozenset(said["about"]),
                )
            )
    except (OSError, ValueError, KeyError, TypeError):
        return found
    return found
