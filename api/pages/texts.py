"""The texts of the interface, from one catalogue: `texts.toml`, a table for each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT: Final = "en"
"""The language behind all others."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of each language by their names."""
    return tomllib.loads((files("api.pages") / "texts.toml").read_text(encoding="utf-8"))


def text(language: str, name: str, /, **given: object) -> str:
    """Return a text of the interface in a language, English where it has none, with what is given put in.

    >>> text("en", "claims")
    'Claims'
    """
    every = catalogue()
    found = every.get(language, {}).get(name) or every[DEFAULT].get(name) or _plain(name)
    return found.format(**given) if given else found


def _plain(name: str) -> str:
    """Return what a filter is called for which there is no text yet: the word that the address takes."""
    if not name.startswith("by_"):
        raise KeyError(name)
    return name.removeprefix("by_").replace("_", " ")
