"""What happens to files: much or little of the end is cut off, a byte is flipped, a file is gone."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    How: TypeAlias = Literal["cut", "trim", "flip", "remove"]

HOWS: tuple[How, ...] = ("cut", "flip", "remove")


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of a store, and what happens to it; where, is drawn from the seed."""

    pattern: str
    """Of the files of which one is damaged, within the store's folder."""
    how: How
    seed: int

    def __str__(self) -> str:
        """Name the test after it."""
        return f"{self.how}-{self.pattern.replace('/', '.')}-{self.seed}"

    def inflict(self, folder: Path) -> Path:
        """Damage a file of the store, and whatever shares its bytes; return where it is or was."""
        chance = random.Random(f"{self}")  # noqa: S311 - no secret
        found = sorted(path for path in folder.glob(self.pattern) if path.stat().st_size)
        assert found, f"no {self.pattern} in {folder}"
        chosen = chance.choice(found)
        data = bytearray(chosen.read_bytes())
        at = chance.randrange(len(data) * 9 // 10 if self.how == "trim" else 0, len(data))
        if self.how in {"cut", "trim"}:
            del data[at:]
        else:
            data[at] ^= 1 << chance.randrange(8)
        for path in _sharing(chosen, folder):
            path.unlink() if self.how == "remove" else path.write_bytes(data)
        return chosen


def _sharing(chosen: Path, folder: Path) -> list[Path]:
    """Return the file and, of a table of the store, the names that it has in checkpoints."""
    if chosen.suffix != ".sst":
        return [chosen]
    data = chosen.read_bytes()
    return [path for path in folder.rglob(chosen.name) if path.read_bytes() == data]


def cut_the_log(folder: Path, chance: random.Random) -> int:
    """Cut the newest write-ahead log of a store as a power cut would; return how many bytes are gone."""
    logs = sorted(path for path in (folder / "oxigraph").glob("*.log") if path.stat().st_size)
    if not logs:
        return 0
    size = logs[-1].stat().st_size
    left = chance.randrange(size)
    with logs[-1].open("r+b") as file:
        file.truncate(left)
    return size - left


def copy(store: Path, to: Path) -> Path:
    """Return a copy of a store."""
    return shutil.copytree(store, to)
