"""The stamp of a store: what was decided when it was made and may not change."""

from __future__ import annotations

import hashlib
import json
import os
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
        """Write the stamp into the store's folder, whole or not at all, so that it survives a power cut."""
        said = asdict(self) | {"check": self.check}
        part = folder / f"{NAME}.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps(said, indent=2, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / NAME)

    @property
    def check(self) -> str:
        """A digest of the stamp: with another base the store would seem to be empty, and nothing else."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @classmethod
    def read(cls, folder: Path) -> Stamp:
        """Return the stamp of the store in the folder.

        Raises StoreDamagedError where it is no stamp or not as it was written, StoreMismatchError where it
        is of another format. One that was written by hand, without `check`, is taken at its word.
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
        if "check" in raw and raw["check"] != stamp.check:
            raise StoreDamagedError(
                f"{folder / NAME} is not as it was written; it says that the base IRI is {stamp.base}, the "
                f"write policy {stamp.policy} and the format {stamp.format}: correct it, leave out check",
            )
        if stamp.format != FORMAT:
            raise StoreMismatchError(
                f"the store in {folder} has format {stamp.format}; this version reads format {FORMAT}: "
                "make a new store and ingest the documents again",
            )
        return stamp
