"""The standards in which what sources say can be had: what each is called, and which file it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDINGS: Final = {"application/trig": "trig", "application/ld+json": "jsonld", "application/json": "json"}


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: its name here, its title, its media type, and whether it is had of one report at a time."""

    name: str
    title: str
    media_type: str
    of_report: bool

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.{_ENDINGS[self.media_type]}"


_ALL: Final = (
    Standard("annotations", "W3C Web Annotations of quotes", "application/ld+json", of_report=True),
    Standard("nanopublications", "A nanopublication for each claim", "application/trig", of_report=True),
    Standard("provenance", "PROV of claims, as PROV-JSON", "application/json", of_report=True),
    Standard("claim-reviews", "schema.org ClaimReview", "application/ld+json", of_report=False),
)
STANDARDS: Final[Mapping[str, Standard]] = {one.name: one for one in _ALL}
"""All of them by name."""
