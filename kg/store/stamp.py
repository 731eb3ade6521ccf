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
    secret: str | None = None
    """The name of the store's secret; None where it has none, being plain or from before there were any."""

    def write(self, folder: Path) -> None:
        """Write the stamp into the store's folder, whole or not at all, so that it survives a power cut."""
        said = self._said() | {"check": self.check}
        part = folder / f"{NAME}.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps(said, indent=2, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / NAME)

    @property
    def check(self) -> str:
        """A digest of the stamp: with another base the store would seem to be empty, and nothing else."""
        return hashlib.sha256(json.dumps(self._said(), sort_keys=True).encode()).hexdigest()

    def _said(self) -> dict[str, object]:
        """Return what it says; of a secret nothing where there is none."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def read(cls, folder: Path) -> Stamp:
        """Return the stamp of the store in the folder.

        Raises StoreDamagedError where it is no stamp or not as it was written, StoreMismatchError where it
        is of another format. One that was written by hand, without `check`, is taken at its word.
        """
        try:
            raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
            secret = None if raw.get("secret") is None else str(raw["secret"])
            stamp = cls(str(raw["base"]), str(raw["policy"]), int(raw["format"]), secret)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
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
