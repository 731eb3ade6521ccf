"""Edges while the answers of queries are read: what each is of, and what rows say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.days import merged, slices
from kg.export.model import Column, Role, Type
from kg.export.sentences import accused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.export.evidence import Claim
    from kg.export.model import Spell, Value

SEVERAL: Final = "several_kinds"
"""The kind of an edge that stands for several."""
PAIRED: Final = (
    Column("kinds", "Kinds of the edges that are one here", Type.STRINGS, filtered=True),
    Column("roles", "Roles of the edges that are one here", Type.STRINGS),
)
"""What an edge tells that stands for several."""
_DRAWN: Final[dict[Role | None, int]] = {None: -1} | {role: at for at, role in enumerate(Role)}
_NO_CLAIMS: Final[dict[str, Claim]] = {}
_NO_CELLS: Final[dict[str, set[str]]] = {}
"""What edges share that have none: most triples of a store. Nothing is ever put into these."""


class Key(NamedTuple):
    """What tells an edge from others: its ends by their IRIs, and what it says."""

    source: str
    target: str
    kind: str
    directed: bool


def _no_claims() -> dict[str, Claim]:
    return _NO_CLAIMS


def _no_cells() -> dict[str, set[str]]:
    return _NO_CELLS


@dataclass(slots=True)
class Line:
    """An edge while its rows are read."""

    claims: dict[str, Claim] = field(default_factory=_no_claims)
    cells: dict[str, set[str]] = field(default_factory=_no_cells)
    weight: float = 0.0
    label: str = ""
    role: Role | None = None
    spells: tuple[Spell, ...] = ()
    precisions: frozenset[str] = frozenset()
    look: str = ""
    """The kind whose look it has; empty for its own."""
    accused: frozenset[str] | None = None
    """Whom it accuses, where its query says that it is nobody, or it stands for several; else claims tell."""

    def days(self) -> dict[str, Value]:
        """Return what columns tell of the days that a query says."""
        if not self.spells:
            return {}
        spells = merged(self.spells)
        first, last = spells[0].start, spells[-1].end
        year = int(first[:4]) if first else None
        precision = ", ".join(sorted(self.precisions))
        years, months = slices(spells)
        found: dict[str, Value] = {"first_date": first, "last_date": last, "date_precision": precision}
        return found | {"year": year, "years": years, "months": months}


BARE: Final = Line()
"""What all edges share of which nothing is told but their ends and their kind; it is never changed."""


class Lines(dict[Key, Line]):
    """Edges by their keys; those that are not among them are bare, since there may be one for each triple."""

    def __missing__(self, key: Key) -> Line:
        """Return what all bare edges share."""
        return BARE


def rank(role: Role | None) -> int:
    """Return how far above others an edge of a role is drawn."""
    return _DRAWN[role]


def paired(kept: Iterable[Key], lines: Mapping[Key, Line]) -> Lines:
    """Return one edge for all that lead the same way between the same two nodes.

    What it rests on is what is said: the claims behind a candidate tell of an act and allege no breach of
    the term, and count only where there is nothing else. Its look and role are those of the edge that is
    drawn last.
    """
    groups: dict[Key, list[Key]] = {}
    for key in kept:
        groups.setdefault(Key(key.source, key.target, SEVERAL, key.directed), []).append(key)
    return Lines(_joined(pair, keys, lines) for pair, keys in groups.items())


def _joined(pair: Key, keys: list[Key], lines: Mapping[Key, Line]) -> tuple[Key, Line]:
    keys = sorted(keys, key=lambda key: (-rank(lines[key].role), key))
    each = [lines[key] for key in keys]
    chief = keys[0]
    said = [line for line in each if line.role is not Role.CANDIDATE]
    resting = said if any(line.claims for line in said) else each
    told = dict.fromkeys(lines[key].label or key.kind.replace("_", " ") for key in keys)
    cells: dict[str, set[str]] = {}
    for line in each:
        for column, texts in line.cells.items():
            cells.setdefault(column, set()).update(texts)
    cells["kinds"] = {key.kind for key in keys}
    cells["roles"] = {line.role.value for line in each if line.role}
    joined = Line(
        {iri: claim for line in resting for iri, claim in line.claims.items()},
        cells,
        max(line.weight for line in each),
        "; ".join(told),
        resting[0].role,
        tuple(spell for line in each for spell in line.spells),
        frozenset(part for line in each for part in line.precisions),
        chief.kind,
        frozenset[str]().union(*(accused(key, lines[key]) for key in keys)),
    )
    return (chief if len(keys) == 1 else pair), joined
