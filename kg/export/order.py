"""What somebody wants to see: a profile, narrowed by filters, in a layout; also as one text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.export.filters import Filters
from kg.export.profiles import packed, unpacked
from kg.export.style import Layout

if TYPE_CHECKING:
    from kg.export.profiles import Profile


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted."""

    profile: Profile
    filters: Filters = field(default_factory=Filters)
    layout: Layout | None = None
    """None for the one that the profile names."""

    @property
    def chosen(self) -> Layout:
        """The layout that is meant."""
        return self.layout or self.profile.style.layout

    @property
    def digest(self) -> str:
        """A text that differs between orders of which other graphs may come."""
        return hashlib.sha256(self.packed().encode()).hexdigest()

    def packed(self) -> str:
        """Return all of it as one text."""
        said = {
            "profile": packed(self.profile),
            "filters": self.filters.values,
            "least": self.filters.least,
            "everything": self.filters.everything,
            "layout": self.layout,
        }
        return json.dumps(said, sort_keys=True)

    @classmethod
    def unpacked(cls, text: str) -> Order:
        """Return the order that was packed."""
        said = json.loads(text)
        filters = Filters(
            values=tuple((name, value) for name, value in said["filters"]),
            least=said["least"],
            everything=said["everything"],
        )
        layout = said["layout"]
        return cls(unpacked(said["profile"]), filters, None if layout is None else Layout(layout))
