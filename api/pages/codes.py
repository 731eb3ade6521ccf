"""The codes of the lists in words: their labels by language, and their definitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.query.lookups import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query.lookups import Reader

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as pages show it."""

    label: str
    language: str
    """Of the label."""
    definition: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a store, by list and code."""

    held: Mapping[str, tuple[str, str, Mapping[str, str]]]
    """English label, definition, and labels in other languages."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which some label is."""
        return frozenset({ENGLISH}).union(*(labels for _, _, labels in self.held.values()))

    def code(self, scheme: str, code: str, language: str) -> Code:
        """Return a code in words; where the list has none of that name, as it is."""
        label, definition, others = self.held.get(f"{scheme}/{code}", (code.replace("-", " "), "", {}))
        if language in others:
            return Code(others[language], language, definition)
        return Code(label, ENGLISH, definition)

    def of(self, scheme: str, language: str) -> list[tuple[str, str]]:
        """Return the codes of a list with their labels."""
        names = [name.partition("/")[2] for name in self.held if name.startswith(f"{scheme}/")]
        return sorted((name, self.code(scheme, name, language).label) for name in names)


@lru_cache(8)
def codes_of(reader: Reader, _version: str | None) -> Codes:
    """Return the codes of a store, whose ontology has that version."""
    return Codes(
        {
            entry.name: (entry.label or entry.name, entry.definition, dict(entry.labels))
            for section in vocabulary.lists(reader)
            for entry in section.entries
        }
    )
