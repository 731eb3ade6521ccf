"""The stamp of a store: what was decided when it was made and may not change."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kg.errors import StoreMismatchError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
NAME = "servanda.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The base IRI of instances, the write policy and the layout's version."""

    base: str
    policy: str = "validated"
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the stamp into the store's folder."""
        (folder / NAME).write_text(
            json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )

    @classmethod
    def read(cls, folder: Path) -> Stamp:
        """Return the stamp of the store in the folder; raise StoreMismatchError for one we cannot read."""
        raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
        stamp = cls(base=str(raw["base"]), policy=str(raw["policy"]), format=int(raw["format"]))
        if stamp.format != FORMAT:
            raise StoreMismatchError(
                f"the store in {folder} has format {stamp.format}; this version reads format {FORMAT}",
            )
        return stamp
