"""What Gephi Desktop, Gephi Lite or the schema would refuse, drop or misread in a GEXF file.

Each check stands for one thing that was measured on their own readers; the comments say what happens there.
Memory grows with the number of nodes and edges, not with what they say.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GEXF: Final = "{http://gexf.net/1.3}"
VIZ: Final = "{http://gexf.net/1.3/viz}"
LARGEST: Final = 5000
"""Beyond this, places are moved when sizes are scaled."""

_TYPES: Final = frozenset({"string", "integer", "long", "float", "double", "boolean", "liststring"})
_ID: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_SIZES: Final = ((4.0, 100.0), (4.0, 4.0))
_NEAR: Final = 0.01


def problems(file: IO[bytes]) -> list[str]:
    """Return what is wrong with the file, in order; nothing for one that all of them read rightly."""
    return list(_Check().run(file))


class _Check:
    """One pass over one file."""

    def __init__(self) -> None:
        self._columns: dict[str, set[str]] = {"node": set(), "edge": set()}
        self._over_time: dict[str, set[str]] = {"node": set(), "edge": set()}
        self._modes: dict[str, list[str]] = {"node": [], "edge": []}
        self._lists: set[tuple[str, str]] = set()
        self._nodes: set[str] = set()
        self._edges: set[tuple[str, str, str]] = set()
        self._edge_ids: set[str] = set()
        self._sizes: list[float] = []
        self._places: list[tuple[float, float]] = []
        self._begun = self._edges_seen = False
        self._default = ""

    def run(self, file: IO[bytes]) -> Iterator[str]:
        """Give every problem."""
        parents: list[ET.Element] = []
        for event, element in ET.iterparse(file, ("start", "end")):  # noqa: S314 a file that we wrote ourselves
            if event == "start":
                parents.append(element)
                yield from self._opened(element)
                continue
            parents.pop()
            yield from self._closed(element)
            if element.tag in {f"{GEXF}node", f"{GEXF}edge"} and parents:
                parents[-1].remove(element)
        yield from self._whole()

    def _opened(self, element: ET.Element) -> Iterator[str]:
        name, given = element.tag.removeprefix(GEXF), element.attrib
        if name == "gexf" and given.get("version") != "1.3":
            yield "version: Desktop warns of any but 1.3"
        elif name.endswith("}gexf") or name == "gexf" == element.tag:
            yield f"namespace: {element.tag} is not that of GEXF 1.3"
        elif name == "graph":
            yield from self._graph(given)
        elif name == "nodes":
            self._begun = True
        elif name == "edges":
            self._edges_seen = True

    def _graph(self, given: dict[str, str]) -> Iterator[str]:
        self._default = given.get("defaultedgetype", "")
        if given.get("timerepresentation", "interval") != "interval":
            yield "time: Desktop drops what mixes intervals and timestamps; use intervals"
        if given.get("idtype", "string") not in {"string", "integer"}:
            yield f"idtype: the schema knows no {given['idtype']}"
        yield from (f"graph: the schema knows no {name}" for name in ("name", "label") if name in given)

    def _closed(self, element: ET.Element) -> Iterator[str]:
        name = element.tag.removeprefix(GEXF)
        if name == "attributes":
            yield from self._block(element)
        elif name == "node":
            yield from self._node(element)
        elif name == "edge":
            yield from self._edge(element)
        elif name == "meta":
            known = {f"{GEXF}{part}" for part in ("creator", "keywords", "description")}
            yield from (
                f"meta: the schema knows no {child.tag}" for child in element if child.tag not in known
            )

    def _block(self, element: ET.Element) -> Iterator[str]:
        of, mode = element.get("class", ""), element.get("mode", "static")
        if self._begun:
            yield "attributes: after nodes Desktop loses their values in silence"
        if "static" in self._modes[of]:
            yield f"attributes: Lite keeps the last block only, so the plain one of class {of} has to be last"
        self._modes[of].append(mode)
        seen: set[str] = set()
        for column in element:
            identifier, kind = column.get("id", ""), column.get("type", "")
            if kind not in _TYPES:
                yield f"column {identifier}: Desktop ignores the type {kind}, or Lite reads it as text"
            if not _ID.fullmatch(identifier):
                yield f"column {identifier}: Lite shows ids, but for numbers; use words in lower case"
            twice = identifier.lower() in seen | self._columns[of]
            if twice and not (mode == "static" and identifier in self._over_time[of]):
                yield f"column {identifier}: there twice but for case, Desktop makes one of them"
            seen.add(identifier.lower())
            if kind.startswith("list"):
                self._lists.add((of, identifier))
        self._columns[of] |= seen
        self._over_time[of] |= seen if mode == "dynamic" else set()

    def _node(self, node: ET.Element) -> Iterator[str]:
        name = f"node {node.get('id')}"
        if not node.get("id") or node.get("id") in self._nodes:
            yield f"{name}: every node needs an id of its own"
        self._nodes.add(node.get("id", ""))
        if not (node.get("label") or "").strip():
            yield f"{name}: Desktop shows no label, not the id"
        if node.get("pid"):
            yield f"{name}: Desktop ignores pid"
        size, place = node.find(f"{VIZ}size"), node.find(f"{VIZ}position")
        if size is None or place is None:
            yield f"{name}: without size or position Desktop makes one up"
        else:
            self._sizes.append(float(size.get("value", "nan")))
            self._places.append((float(place.get("x", "nan")), float(place.get("y", "nan"))))
        yield from self._common(node, name, "node")

    def _edge(self, edge: ET.Element) -> Iterator[str]:
        name = f"edge {edge.get('id')}"
        ends = (edge.get("source", ""), edge.get("target", ""))
        yield from (f"{name}: there is no node {end}" for end in ends if end not in self._nodes)
        if not edge.get("kind"):
            yield f"{name}: without a kind Desktop merges parallel edges"
        if edge.get("id", "") in self._edge_ids:
            yield f"{name}: Lite refuses the file where two edges have one id"
        self._edge_ids.add(edge.get("id", ""))
        key = (*ends, edge.get("kind", ""))
        if key in self._edges:
            yield f"{name}: Desktop merges edges of one kind between the same nodes"
        self._edges.add(key)
        if float(edge.get("weight", "1")) <= 0:
            yield f"{name}: Desktop removes an edge of weight {edge.get('weight')}"
        if self._default and edge.get("type", self._default) != self._default:
            yield f"{name}: Desktop ignores an edge of another type than the default; leave the default out"
        yield from self._common(edge, name, "edge")

    def _common(self, element: ET.Element, name: str, of: str) -> Iterator[str]:
        colour = element.find(f"{VIZ}color")
        if colour is not None and ("hex" in colour.attrib or not {"r", "g", "b"} <= set(colour.keys())):
            yield f"{name}: Lite reads r g b only, and hex with a ends Desktop's whole import"
        values = element.findall(f"{GEXF}attvalues/{GEXF}attvalue")
        spells = element.findall(f"{GEXF}spells/{GEXF}spell")
        for part in (element, *values, *spells):
            yield from _dates(part, name)
        yield from _apart([spell.attrib for spell in spells], f"{name}: its spells")
        series: dict[str, list[dict[str, str]]] = {}
        for value in values:
            column = value.get("for", "")
            if column not in self._columns[of]:
                yield f"{name}: no column {column} is declared before it"
            series.setdefault(column, []).append(value.attrib)
            if (of, column) in self._lists and not _is_list(value.get("value", "")):
                yield f"{name}: {column} is no list in brackets and quotes, and Desktop makes one text of it"
        for column, steps in series.items():
            yield from _apart(steps, f"{name}: the values of {column}")

    def _whole(self) -> Iterator[str]:
        if not self._edges_seen:
            yield "edges: the schema wants the element even where there are none"
        if not self._places:
            return
        if any(abs(part) > LARGEST for place in self._places for part in place):
            yield f"position: beyond {LARGEST}"
        if len(self._places) > 1 and set(self._places) == {(0.0, 0.0)}:
            yield "position: Desktop takes zeros everywhere for none and makes up places"
        number = len(self._places)
        middle = (sum(x for x, _ in self._places) / number, sum(y for _, y in self._places) / number)
        if any(abs(part) > LARGEST * _NEAR for part in middle):
            yield "position: Desktop moves all so that the centre is 0"
        if (min(self._sizes), max(self._sizes)) not in _SIZES:
            yield "size: unless sizes go from 4 to 100, or are all 4, Desktop scales them and places too"


def _dates(part: ET.Element, name: str) -> Iterator[str]:
    given = part.attrib
    if {"timestamp", "timestamps", "intervals"} & given.keys():
        yield f"{name}: intervals as start and end only; Desktop drops a mixture"
    for end in ("start", "end"):
        if end in given and not _DAY.fullmatch(given[end]):
            yield f"{name}: {given[end]} is no whole day, and ends Desktop's whole import"


def _apart(steps: Iterable[dict[str, str]], what: str) -> Iterator[str]:
    periods = sorted((step.get("start", ""), step.get("end", "9999-99-99")) for step in steps)
    if any(end < start for start, end in periods):
        yield f"{what} end before they start, and Desktop drops them"
    if any(later <= end for (_, end), (later, _) in pairwise(periods)):
        yield f"{what} overlap, and Desktop drops one"


def _is_list(text: str) -> bool:
    try:
        found = json.loads(text, strict=False)
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(item, str) for item in found)
