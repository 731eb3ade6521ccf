"""nodes.csv and edges.csv in one zip file, for spreadsheets and for Gephi's import of them; and about.txt.

The columns that Gephi has itself bear the names that it knows (`Id`, `Label`, `Source`, `Target`, `Type`,
`Weight`, `Timeset`), the others their titles. All of them are quoted: Gephi takes for the separator what is
most frequent in the header outside quotes. A text that a spreadsheet would run as a formula begins with an
apostrophe; a list is one text, with bars between its parts.
"""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from kg.export.days import merged
from kg.export.formats.elements import Elements
from kg.export.formats.values import clean, hexadecimal, shortened
from kg.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, TextIO

    from kg.export.model import Column, Edge, Graph, Node, Spell, Value

_NODE: Final = ("Id", "Label", "Kind", "Timeset", "X", "Y", "Size", "Color")
_EDGE: Final = ("Source", "Target", "Type", "Id", "Label", "Kind", "Weight", "Timeset", "Color")
_ENDS: Final = ("source_label", "target_label")
_BETWEEN: Final = "|"
"""Between the texts of a list; a bar within one of them becomes a broken bar."""
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The day that every file in the archive bears, so that the same graph gives the same bytes."""


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the archive."""
    elements = Elements(graph)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        labels: dict[str, str] = {}
        with _opened(archive, "nodes.csv") as file:
            rows = (_node(node, row, graph.node_columns, labels) for node, row in elements.nodes())
            _table(file, (*_NODE, *_titles(graph.node_columns)), rows)
        with _opened(archive, "edges.csv") as file:
            rows = (_edge(edge, row, graph.edge_columns, labels) for edge, row in elements.edges())
            _table(file, (*_EDGE, *_ENDS, *_titles(graph.edge_columns)), rows)
        with _opened(archive, "about.txt") as file:
            file.write(f"{clean(graph.meta.title)}\n{clean(graph.meta.description)}\n\n")
            file.writelines(f"{name}: {clean(text)}\n" for name, text in graph.meta.facts())


@contextmanager
def _opened(archive: zipfile.ZipFile, name: str) -> Iterator[TextIO]:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with (
        archive.open(entry, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        yield text


def _table(file: TextIO, header: tuple[str, ...], rows: Iterable[list[Value]]) -> None:
    csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(header)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows(map(_cell, row) for row in rows)


def _titles(columns: tuple[Column, ...]) -> Iterator[str]:
    """Give each column's title; its id where Gephi has a column of that name already."""
    taken = {name.lower() for name in (*_NODE, *_EDGE, *_ENDS)}
    for column in columns:
        yield column.id if column.title.lower() in taken else clean(column.title)


def _node(
    node: Node, row: dict[str, Value], columns: tuple[Column, ...], labels: dict[str, str]
) -> list[Value]:
    """Return the row of a node, whose label is noted."""
    label = labels[clean(node.id)] = node.label or node.id
    look: list[Value] = [node.x, node.y, node.size, hexadecimal(node.colour)]
    own: list[Value] = [node.id, label, node.kind, _timeset(node.spells), *look]
    return own + [row.get(column.id) for column in columns]


def _edge(
    edge: Edge, row: dict[str, Value], columns: tuple[Column, ...], labels: dict[str, str]
) -> list[Value]:
    way = "Directed" if edge.directed else "Undirected"
    said = edge.label or edge.kind.replace("_", " ")
    colour = hexadecimal(edge.colour) if edge.colour else None
    own: list[Value] = [edge.source, edge.target, way, edge.id, said, edge.kind, edge.weight]
    own += [_timeset(edge.spells), colour, labels[clean(edge.source)], labels[clean(edge.target)]]
    return own + [row.get(column.id) for column in columns]


def _timeset(spells: tuple[Spell, ...]) -> str | None:
    """Return the spells as Gephi writes a set of intervals."""
    found = merged(spells)
    periods = (f"[{spell.start or '-Infinity'}, {spell.end or 'Infinity'}]" for spell in found)
    return f"<{'; '.join(periods)}>" if found else None


def _cell(value: Value) -> str | int | float | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return guarded(_BETWEEN.join(text.replace(_BETWEEN, "¦") for text in shortened(value)))
    if isinstance(value, str):
        return guarded(clean(value))
    return value
