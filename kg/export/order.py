"""What somebody wants to see: a profile, narrowed by filters, in a layout; also as one text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from kg.export.filters import Filters
from kg.export.profiles import packed, unpacked
from kg.export.style import Layout
from kg.query import credibility

if TYPE_CHECKING:
    from kg.export.profiles import Profile


_LITE: Final = "https://lite.gephi.org/?file="


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted."""

    profile: Profile
    filters: Filters = field(default_factory=Filters)
    layout: Layout | None = None
    """None for the one that the profile names."""
    pairs: bool = False
    """Whether edges of several kinds between the same two nodes are one."""
    legend: bool = False
    """Whether the legend stands beside the graph, as nodes."""

    @property
    def chosen(self) -> Layout:
        """The layout that is meant."""
        return self.layout or self.profile.style.layout

    @property
    def joined(self) -> bool:
        """Whether edges are joined, as the order or the profile asks for."""
        return self.pairs or self.profile.style.pairs

    @property
    def digest(self) -> str:
        """A text that differs between orders of which other graphs may come."""
        return hashlib.sha256(self.packed().encode()).hexdigest()

    def told(self) -> tuple[tuple[str, str], ...]:
        """Return by what the graph is narrowed or joined, for people."""
        pairs = (
            (("pairs", "edges of several kinds between the same two nodes are one"),) if self.joined else ()
        )
        return (*self.filters.told(), *pairs)

    def packed(self) -> str:
        """Return all of it as one text."""
        said = {
            "profile": packed(self.profile),
            "filters": self.filters.values,
            "least": self.filters.least,
            "everything": self.filters.everything,
            "grade": self.filters.grade,
            "layout": self.layout,
            "pairs": self.pairs,
            "legend": self.legend,
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
            grade=said["grade"],
        )
        layout = said["layout"]
        chosen = None if layout is None else Layout(layout)
        return cls(unpacked(said["profile"]), filters, chosen, pairs=said["pairs"], legend=said["legend"])

    def address(self, root: str, extension: str) -> str:
        """Return where a server gives it, below its root, as a file of that extension."""
        least, flags = self.filters.least, {"all": self.filters.everything}
        flags |= {"pairs": self.pairs, "legend": self.legend}
        said = dict(self.filters.values)
        said |= {"min_sources": str(least)} if least else {}
        said |= {credibility.NAME: self.filters.grade} if self.filters.grade != credibility.DEFAULT else {}
        said |= {"layout": self.layout.value} if self.layout else {}
        said |= {name: "true" for name, flag in flags.items() if flag}
        asked = f"?{urlencode(sorted(said.items()))}" if said else ""
        return f"{root.rstrip('/')}/exports/{self.profile.name}.{extension}{asked}"

    def in_gephi_lite(self, root: str) -> str:
        """Return the link by which Gephi Lite opens it from a server, for whoever reaches that."""
        return f"{_LITE}{quote(self.address(root, 'json'), safe='')}"
