"""An edge in one sentence that can be read alone: what is said, on whose word, and whom it accuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.model import Column, Role, Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.export.evidence import Claim
    from kg.export.lines import Key, Line

SENTENCE: Final = Column("sentence", "All of it in one sentence", Type.STRING)
CALLED: Final = "alleged_without_term"
"""The column that names who alleges a breach of a candidate's agreement without naming the term."""
_NOBODY: Final = frozenset({Role.REFERENCE, Role.CANDIDATE, Role.PARTICIPANT})
_MOST: Final = 5


class Said(NamedTuple):
    """What stands behind an edge, in names."""

    words: Sequence[str]
    """On whose word it is."""
    accused: Sequence[str]
    """Whom it accuses."""
    called: Sequence[str]
    """Who alleges a breach of the agreement of a candidate, and names no term."""


def accused(key: Key, line: Line) -> frozenset[str]:
    """Return the IRIs of those whom an edge accuses.

    Of those whom its claims accuse it is only who stands at the accused's end, if one of them does: whom one
    claim accuses besides, the edge does not speak of.
    """
    if line.accused is not None:
        return line.accused
    if line.role in _NOBODY or not line.claims:
        return frozenset()
    told = {iri for claim in line.claims.values() if claim.stance != "denies" for iri in claim.accused}
    if line.role is Role.ACCUSED:
        return frozenset(told & {key.source})
    return frozenset(told & {key.target} or told)


def words(claims: Sequence[Claim], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return on whose word claims are: the farthest source with a name, and which unnamed one it cites."""
    found = set()
    for claim in claims:
        named, unnamed = (names.get(iri) or iri for iri in (claim.source, claim.unnamed))
        found.add(f"{named}, citing {unnamed}" if named and unnamed else named or unnamed)
    return tuple(sorted(filter(None, found)))


def sentence(key: Key, line: Line, ends: tuple[str, str], about: Said) -> str:
    """Return the sentence of an edge between what its ends are called."""
    source, target = ends
    told, blamed, called = about
    said = f"{source} {line.label or key.kind.replace('_', ' ')} {target}"
    if line.role is Role.REFERENCE and not told:
        return f"{said}, by reference data; no report is behind it."
    behind = f". On the word of {_listed(told)}" if told and not set(told) <= {source, target} else ""
    if line.role is Role.CANDIDATE:
        act = behind.replace(". On", ". Its act is on", 1)
        breach = f"; a breach, of no named term, is alleged by {_listed(called)}" if called else ""
        return f"{said}{act}{breach}. Nobody is accused of breaching the term."
    return f"{said}{behind}. {f'Accused: {_listed(blamed)}' if blamed else 'Nobody is accused'}."


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return "; ".join(names[:_MOST]) + (f"; and {more} more" if more > 0 else "")
