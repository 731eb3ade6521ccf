"""What the environment decides, read once into a frozen value."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE = "https://w3id.org/servanda/id/"
_BASE = re.compile(r"https?://[^\s<>\"{}|^`\\#?]+/")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; each is also the command-line option of the same name where there is one."""

    base: str = DEFAULT_BASE
    """`SERVANDA_BASE`: the IRI under which instances are minted; ends with a slash."""
    store: Path = Path(".servanda")
    """`SERVANDA_STORE`: the folder of the store."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the environment; raise SettingError naming the variable that is wrong.

        >>> Settings.from_environment({"SERVANDA_BASE": "https://example.org/kg/"}).base
        'https://example.org/kg/'
        """
        values = os.environ if environment is None else environment
        base = values.get("SERVANDA_BASE", DEFAULT_BASE)
        if not _BASE.fullmatch(base):
            raise SettingError(f"SERVANDA_BASE is {base!r}; an http(s) IRI that ends with / is needed")
        return cls(base=base, store=Path(values.get("SERVANDA_STORE", ".servanda")))
