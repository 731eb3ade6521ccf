"""The stamp of a store: what was decided when it was made and may not change."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kg.errors import StoreDamagedError, StoreMismatchError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 2
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
        """Return the stamp of the store in the folder.

        Raises StoreDamagedError where it is no stamp, StoreMismatchError where it is of another format.
        """
        try:
            raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
            stamp = cls(base=str(raw["base"]), policy=str(raw["policy"]), format=int(raw["format"]))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreDamagedError(
                f"{folder / NAME} cannot be read: {error}; it holds the base IRI, the write policy and the "
                f'format, such as {{"base": "https://w3id.org/servanda/id/", "format": {FORMAT}, '
                '"policy": "validated"}',
            ) from error
        if stamp.format != FORMAT:
            raise StoreMismatchError(
                f"the store in {folder} has format {stamp.format}; this version reads format {FORMAT}: "
                "make a new store and ingest the documents again",
            )
        return stamp
