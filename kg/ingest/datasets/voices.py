"""The claims of a row that rests on several sources: one on the word of each, figures on none's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.ingest.datasets.record import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.ingest.datasets.record import Named, Statement


@dataclass(frozen=True, slots=True)
class Told:
    """One source of a row: who published it, and the title of what they published."""

    outlet: Named
    title: str | None = None


def by_each(
    claim: Statement, key: str, sources: Sequence[Told], coder: str, behind: tuple[Voice, ...] = ()
) -> tuple[Statement, ...]:
    """Return a claim for each source, and one of the coder's own where the figures are of none of them alone.

    `behind` are those whom the sources in turn name.
    """
    found: list[Statement] = []
    if len(sources) != 1:
        own = replace(claim, key=f"{key}-s0", modality="reported" if behind and not sources else "asserted")
        found.append(own if sources else replace(own, voices=behind))
    alone = len(sources) == 1
    shared = "" if alone else f"; the figures are {coder}'s, of all its sources together"
    for number, source in enumerate(sources, 1):
        found.append(
            replace(
                claim,
                key=f"{key}-s{number}",
                gist=f"{claim.gist}{shared}",
                modality="reported",
                figures=claim.figures if alone else (),
                voices=(Voice(source.outlet.id, "reported", source.title), *behind),
            )
        )
    return tuple(found)
