"""The key of a picture: a number for each line that rests on somebody's word, and the words to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats.lettering import escaped, lines
from kg.export.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.export.model import Edge, Value

KEYED: Final = 150
"""In a graph of at most so many edges each that rests on somebody's word has a line of the key."""

_SIZE: Final = 12.0
_LINE: Final = 15.5
_COLUMN: Final = 760.0
"""How wide a column of it is about."""
_MARGIN: Final = 40.0
_PARTS: Final = {
    Role.ACCUSED: "Who is said to have done it, or not to have done it; nobody has found that it is so",
    Role.ALLEGATION: "Allegations; nobody has found that it is so",
    Role.TELLER: "Who says so",
    Role.PARTICIPANT: "Who is said to have taken part; nobody is accused",
    Role.CANDIDATE: "Candidates: found by a rule, no source names the term",
}


class Entry(NamedTuple):
    """One edge of the key."""

    number: int
    edge: Edge
    source: str
    target: str
    on_word_of: str
    what: str
    """The kinds of act, or the agreement, of which whoever says so speaks."""
    accused: str
    """Whom it accuses, where neither end is accused."""

    def words(self) -> str:
        """Return the sentence that the edge stands for."""
        said = self.edge.label or self.edge.kind.replace("_", " ")
        what = f" ({self.what})" if self.what else ""
        sentence = f"{self.number}  {self.source} — {said} → {self.target}{what}"
        told = f"{sentence}; on the word of {self.on_word_of}" if self.on_word_of else sentence
        return f"{told}; accused: {self.accused}" if self.accused else told


def entries(
    edges: Sequence[Edge], rows: Mapping[str, Mapping[str, Value]], labels: Mapping[str, str]
) -> list[Entry]:
    """Return the edges of the key, numbered, by the roles of their sources; none where they are too many."""
    if len(edges) > KEYED:
        return []
    found: list[Entry] = []
    for role in _PARTS:
        for edge in edges:
            if edge.role is role:
                ends = (labels[edge.source], labels[edge.target])
                row = rows[edge.id]
                told = _tellers(edge, row), _what(edge, row), _accused(edge, row, ends)
                found.append(Entry(len(found) + 1, edge, *ends, *told))
    return found


def _tellers(edge: Edge, row: Mapping[str, Value]) -> str:
    """Return on whose word an edge is, where it does not leave them."""
    if edge.role is Role.TELLER:
        return ""
    named = [row.get(column) for column in ("sources", "unnamed_sources")]
    return ", ".join(str(name) for names in named if isinstance(names, tuple) for name in names)


def _what(edge: Edge, row: Mapping[str, Value]) -> str:
    """Return of what a teller speaks, where the sentence itself does not say it."""
    if edge.role is not Role.TELLER:
        return ""
    act, agreement = (row.get(column) for column in ("act", "of_agreement"))
    kinds = "another kind" if act == "other" else act.replace("-", " ") if isinstance(act, str) else ""
    return "; ".join(filter(None, (kinds, f"of {agreement}" if agreement else "")))


def _accused(edge: Edge, row: Mapping[str, Value], ends: tuple[str, str]) -> str:
    """Return whom an edge accuses, unless it is the one at the accused's end, whom its words name."""
    named = row.get("accused")
    if not isinstance(named, tuple) or named == (ends[0 if edge.role is Role.ACCUSED else 1],):
        return ""
    return ", ".join(named)


def laid_out(found: Sequence[Entry], top: float, width: float) -> tuple[list[str], float]:
    """Return the key as elements of SVG from a height downwards, and how high it is."""
    if not found:
        return [], 0.0
    columns = max(1, round((width - 2 * _MARGIN) / _COLUMN))
    across = (width - 2 * _MARGIN) / columns
    told = list(_lines(found, across - 24))
    share = -(-len(told) // columns)
    elements = []
    for at, (words, heading) in enumerate(told):
        x = _MARGIN + across * (at // share)
        y = top + 20 + _LINE * (at % share)
        look = f'font-size="{_SIZE:.0f}" fill="#1a1a1a"' + (' font-weight="bold"' if heading else "")
        elements.append(f'<text x="{x:.0f}" y="{y:.1f}" {look}>{escaped(words)}</text>\n')
    return elements, 40 + _LINE * share


def _lines(found: Sequence[Entry], width: float) -> Iterator[tuple[str, bool]]:
    """Give the lines of the key, and whether each is a heading."""
    role: Role | None = None
    for entry in found:
        if entry.edge.role is not role:
            role = entry.edge.role
            yield from (
                (line, True) for line in lines(_PARTS.get(entry.edge.role or Role.TELLER, ""), width, _SIZE)
            )
        first, *more = lines(entry.words(), width, _SIZE)
        yield first, False
        yield from ((f"      {line}", False) for line in more)
