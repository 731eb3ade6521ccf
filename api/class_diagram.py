"""The class diagram of the ontology as SVG: chief classes, what leads to what, and narrower classes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.query.lookups.vocabulary import Entry, Section

COLUMNS: Final = (
    ("What was agreed", ("Agreement", "Term", "Norm")),
    ("Who, where, when", ("Actor", "Region", "TimeExpression")),
    ("What is said", ("Report", "Claim", "Quotation", "Event")),
    ("What rules write", ("ViolationRecord", "Assessment", "Disagreement")),
)
"""The chief classes; a column each for what they are about."""
SHARED: Final = {
    "inTerm": (("Norm",), ("Term",)),
    "inReport": (("ViolationRecord", "Assessment"), ("Report",)),
    "ofAgreement": (("Term", "Norm", "ViolationRecord"), ("Agreement",)),
    "ofTerm": (("ViolationRecord",), ("Term",)),
    "allegesBreachOf": (("Claim",), ("Agreement", "Term")),
    "assertsFulfilmentOf": (("Claim",), ("Agreement", "Term")),
    "deniesBreachOf": (("Claim",), ("Agreement", "Term")),
    "denies": (("Claim",), ("Claim", "Event")),
    "evidence": (("Claim",), ("Quotation",)),
    "participant": (("Claim",), ("Actor",)),
}
"""Properties that state no domain or range, since several share them: where the diagram shows them."""
_COLOURS: Final = (
    "#8a3b12",
    "#a3195b",
    "#6b2fa0",
    "#0b4f9c",
    "#0a6b4f",
    "#7a5c00",
    "#b0321f",
    "#1f6f8b",
    "#4a5560",
    "#3d7a1c",
    "#5a4fcf",
    "#8b4a6b",
    "#555555",
)
_WIDTH: Final = 246
_GUTTER: Final = 92
_LINE: Final = 17
_TITLE: Final = 28
_PAD: Final = 9
_BETWEEN: Final = 44
_TOP: Final = 50
_LETTERS: Final = 31
"""How many letters of fixed width a line of a box has."""


@dataclass(frozen=True, slots=True)
class Relation:
    """The properties that lead from a class to a class."""

    source: str
    properties: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class _Words:
    """A line of a box; each word with the term that it names, if it names one."""

    words: tuple[tuple[str, str], ...]
    relation: Relation | None = None
    """Of the last line of a relation: where its arrow begins."""


@dataclass(frozen=True, slots=True)
class _Box:
    name: str
    column: int
    top: int
    lines: tuple[_Words, ...]
    narrower: tuple[_Words, ...]

    @property
    def left(self) -> int:
        return _GUTTER + self.column * (_WIDTH + _GUTTER)

    @property
    def height(self) -> int:
        return _TITLE + (len(self.lines) * _LINE + _PAD if self.lines else 0)

    @property
    def bottom(self) -> int:
        return self.top + self.height + (len(self.narrower) * _LINE + _PAD + 26 if self.narrower else 0)


def relations(sections: Iterable[Section]) -> tuple[Relation, ...]:
    """Return what leads from one chief class to another, as domains and ranges say, or `SHARED`."""
    entries = {entry.name: entry for section in sections for entry in section.entries}
    chief = [name for _, names in COLUMNS for name in names if name in entries]
    found = sorted(
        (chief.index(source), chief.index(target), name)
        for name, entry in entries.items()
        for source, target in _ends(entry)
        if source in chief and target in chief
    )
    return tuple(
        Relation(chief[source], tuple(name for _, _, name in group), chief[target])
        for (source, target), group in groupby(found, key=lambda item: item[:2])
    )


def class_diagram(sections: Iterable[Section]) -> str:
    """Return the diagram as an element of SVG that needs no style, no script and nothing from elsewhere."""
    sections = tuple(sections)
    boxes = _boxes(sections)
    height = max((box.bottom for box in boxes.values()), default=0)
    buses = _buses(boxes, height)
    width = len(COLUMNS) * (_WIDTH + _GUTTER) + 24
    height += 30 + 12 * len(buses)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" ',
            'font-family="ui-monospace,monospace" font-size="12.5" fill="#1b1b1b">',
            "<title>Class diagram</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *(_heading(column, said) for column, (said, _) in enumerate(COLUMNS)),
            *(part for box in boxes.values() for part in _arrows(box, boxes, buses)),
            *(part for box in boxes.values() for part in _drawn(box, tuple(boxes))),
            "</svg>",
        ),
    )


def _ends(entry: Entry) -> Iterator[tuple[str, str]]:
    domain = (name.removeprefix("svd:") for name in entry.domain)
    range_ = (name.removeprefix("svd:") for name in entry.range)
    yield from product(*SHARED.get(entry.name, (domain, range_)))


def _boxes(sections: tuple[Section, ...]) -> dict[str, _Box]:
    entries = {entry.name: entry for section in sections for entry in section.entries}
    leading = relations(sections)
    boxes: dict[str, _Box] = {}
    for column, (_, names) in enumerate(COLUMNS):
        top = _TOP
        for name in (name for name in names if name in entries):
            lines = tuple(
                line for relation in leading if relation.source == name for line in _relation(relation)
            )
            below = sorted(
                other
                for other, entry in entries.items()
                if entry.kind == "class" and f"svd:{name}" in entry.broader
            )
            boxes[name] = _Box(name, column, top, lines, tuple(map(_Words, _wrapped(below))))
            top = boxes[name].bottom + _BETWEEN
    return boxes


def _relation(relation: Relation) -> Iterator[_Words]:
    lines = _wrapped([*relation.properties, f"→ {relation.target}"])
    for number, words in enumerate(lines, start=1):
        yield _Words(words, relation if number == len(lines) else None)


def _wrapped(names: Iterable[str]) -> list[tuple[tuple[str, str], ...]]:
    """Return lines of words, each with the term that it leads to."""
    names = list(names)
    lines: list[list[tuple[str, str]]] = [[]]
    for place, name in enumerate(names):
        following = names[place + 1] if place + 1 < len(names) else "→"
        word = name if following.startswith("→") else f"{name},"
        if lines[-1] and sum(len(said) + 1 for said, _ in lines[-1]) + len(word) > _LETTERS:
            lines.append([])
        lines[-1].append((word, name.removeprefix("→ ")))
    return [tuple(line) for line in lines if line]


def _buses(boxes: Mapping[str, _Box], below: int) -> dict[str, int]:
    """Return, by class, how far down the line runs that leads to it from columns that are not beside it."""
    far = {
        line.relation.target
        for box in boxes.values()
        for line in box.lines
        if line.relation and abs(boxes[line.relation.target].column - box.column) > 1
    }
    return {name: below + 20 + 12 * place for place, name in enumerate(name for name in boxes if name in far)}


def _heading(column: int, said: str) -> str:
    left = _GUTTER + column * (_WIDTH + _GUTTER)
    return f'<text x="{left}" y="30" font-size="15" font-weight="bold">{escape(said)}</text>'


def _arrows(box: _Box, boxes: Mapping[str, _Box], buses: Mapping[str, int]) -> Iterator[str]:
    """Draw an arrow from each relation to the class that it leads to, but for those that lead back."""
    for place, line in enumerate(box.lines):
        if line.relation is None or line.relation.target == box.name:
            continue
        target = boxes[line.relation.target]
        row = box.top + _TITLE + place * _LINE + 13
        yield _arrow(box, target, row, tuple(boxes).index(target.name), buses.get(target.name, 0))


def _arrow(box: _Box, target: _Box, row: int, number: int, bus: int) -> str:
    colour = _colour(number)
    within = target.column == box.column
    rightwards = target.column > box.column or (within and 1 < box.column < len(COLUMNS) - 1)
    start = box.left + (_WIDTH if rightwards else 0)
    out = box.column + (1 if rightwards else 0)
    into = target.column + (0 if target.column > box.column else 1)
    if within:
        into = out
    entry = target.left + (0 if into == target.column else _WIDTH)
    tip = 1 if into == target.column else -1
    entrance = target.top + _TITLE // 2
    path = f"M{start} {row}H{_lane(out, number)}"
    if out != into:
        path += f"V{bus}H{_lane(into, number)}"
    path += f"V{entrance}H{entry - 7 * tip}"
    head = f"M{entry} {entrance}l{-8 * tip} -4.5v9z"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.3" stroke-linejoin="round"/>'
        f'<path d="{head}" fill="{colour}"/>'
    )


def _lane(gutter: int, number: int) -> int:
    """Return where, between two columns, the lines run that lead to the class of this number."""
    return gutter * (_WIDTH + _GUTTER) + 12 + number * (_GUTTER - 24) // (len(_COLOURS) - 1)


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _drawn(box: _Box, names: tuple[str, ...]) -> Iterator[str]:
    colour = _colour(names.index(box.name))
    yield (
        f'<rect x="{box.left}" y="{box.top}" width="{_WIDTH}" height="{box.height}" rx="3" '
        f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"/>'
        f'<rect x="{box.left}" y="{box.top}" width="{_WIDTH}" height="{_TITLE}" rx="3" fill="{colour}"/>'
        f'<a href="#{escape(box.name)}"><text x="{box.left + _PAD}" y="{box.top + 19}" font-size="14" '
        f'font-weight="bold" fill="#ffffff">{escape(box.name)}</text></a>'
    )
    yield from _text(box.lines, box.left, box.top + _TITLE, names)
    if not box.narrower:
        return
    top = box.top + box.height + 26
    middle = box.left + _WIDTH // 2
    yield (
        f'<rect x="{box.left}" y="{top}" width="{_WIDTH}" height="{len(box.narrower) * _LINE + _PAD}" rx="3" '
        f'fill="#f6f6f6" stroke="{colour}" stroke-dasharray="4 3"/>'
        f'<path d="M{middle} {top}v-14" fill="none" stroke="{colour}" stroke-width="1.3"/>'
        f'<path d="M{middle} {top - 26}l-7 12h14z" fill="#ffffff" stroke="{colour}" stroke-width="1.3"/>'
    )
    yield from _text(box.narrower, box.left, top, names)


def _text(lines: Iterable[_Words], left: int, top: int, names: tuple[str, ...]) -> Iterator[str]:
    for place, line in enumerate(lines, start=1):
        words = " ".join(_word(word, term, names) for word, term in line.words)
        yield f'<text x="{left + _PAD}" y="{top + place * _LINE}">{words}</text>'


def _word(word: str, term: str, names: tuple[str, ...]) -> str:
    look = f' font-weight="bold" fill="{_colour(names.index(term))}"' if word.startswith("→") else ""
    return f'<a href="#{escape(term)}"><tspan{look}>{escape(word)}</tspan></a>'
