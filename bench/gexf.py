"""Writing GEXF from an iterator, beside networkx: seconds, peak of memory, size; each in its own process.

python -m bench.gexf [--nodes N] [--edges N] [--more N] [--wide]
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.export.formats import gexf
from kg.export.model import Column, Edge, Graph, Meta, Node, Spell, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.export.model import Value

_KINDS = ("alleges_clash_by", "alleges_shelling_by", "candidate_breach_by", "denies_clash_by", "party_to")
_FIRST = date(2014, 1, 1)
_DAYS = [(_FIRST + timedelta(days=number)).isoformat() for number in range(4000)]
_NODE_COLUMNS = (Column("country", "Country", Type.CATEGORY), Column("degree", "Degree", Type.INTEGER))
_EDGE_COLUMNS = (Column("first_date", "First date", Type.DATE), Column("reports", "Reports", Type.INTEGER))
_WIDE = (
    Column("last_date", "Last date", Type.DATE),
    Column("stance", "Stance", Type.CATEGORY),
    Column("quote", "Words", Type.STRING),
)
"""Columns that make edges about as wide as those of the profile `actors`."""


def main() -> None:
    """Run ours, then the peer, then ours with more edges, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=50_000)
    parser.add_argument("--edges", type=int, default=250_000)
    parser.add_argument("--more", type=int, default=1_000_000, help="edges of the third run")
    parser.add_argument(
        "--wide", action="store_true", help="five columns on edges, with a quote, instead of two"
    )
    parser.add_argument("--one", choices=("ours", "networkx"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, graph(given.nodes, given.edges, wide=given.wide))))
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, {given.nodes:,} nodes\n")
    wide = ("--wide",) if given.wide else ()
    ours = _apart("ours", given.nodes, given.edges, *wide)
    peer = _apart("networkx", given.nodes, given.edges, *wide)
    _apart("ours", given.nodes, given.more, *wide)
    whole = (peer["filled"] + peer["seconds"]) / ours["seconds"]
    print(f"\nratio: {peer['seconds'] / ours['seconds']:.1f} times as fast as writing alone, ", end="")
    print(f"{whole:.1f} as putting it into networkx and writing, ", end="")
    print(f"{peer['megabytes'] / ours['megabytes']:.1f} times less memory")


def measure(which: str, made: Graph) -> dict[str, float]:
    """Return the seconds that writing takes, those before, the peak of memory and the size of the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.gexf"
        start = time.perf_counter()
        write = (_ours if which == "ours" else _networkx)(made)
        filled = time.perf_counter()
        write(file)
        seconds = time.perf_counter() - filled
        size = file.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "filled": filled - start, "megabytes": peak, "file": size}


def graph(nodes: int, edges: int, *, wide: bool = False) -> Graph:
    """Return a graph whose nodes and edges are made as they are written."""
    return Graph(
        Meta(profile="bench", title="Invented"),
        _NODE_COLUMNS,
        _EDGE_COLUMNS + _WIDE if wide else _EDGE_COLUMNS,
        map(_node, range(nodes)),
        _edges(nodes, edges, wide=wide),
    )


def _node(number: int) -> Node:
    first = number * 7 % 3000
    return Node(
        f"actor/{number}",
        f"Actor {number} <of> the “north”",
        "force",
        (f"country {number % 50}", number % 90),
        float(number % 5000),
        float(number * 31 % 5000),
        4 + number % 97,
        (0, 114, 178),
        spells=(Spell(_DAYS[first], _DAYS[first + 900]),),
    )


def _edges(nodes: int, edges: int, *, wide: bool) -> Iterator[Edge]:
    for number in range(edges):
        first = number * 13 % 3900
        start, end = _DAYS[first], _DAYS[first + number % 60]
        values: tuple[Value, ...] = (start, number % 40)
        if wide:
            values += (end, "asserts", f"“they fired at {number} & others”, he said")
        yield Edge(
            f"e{number}",
            f"actor/{number % nodes}",
            f"actor/{(number * 17 + 1 + number // nodes) % nodes}",
            _KINDS[number % 5],
            values,
            1 + number % 4,
            spells=(Spell(start, end),),
        )


def _ours(made: Graph) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with file.open("wb") as stream:
            gexf.write(made, stream)

    return write


def _networkx(made: Graph) -> Callable[[Path], None]:
    """Return what writes the same as far as networkx can: its graph has to stand in memory first."""
    import networkx as nx  # noqa: PLC0415

    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in made.nodes:
        red, green, blue = node.colour
        look = {
            "size": node.size,
            "position": {"x": node.x, "y": node.y, "z": 0.0},
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
        }
        row = _row(made.node_columns, node.values, node.spells)
        found.add_node(node.id, label=node.label, viz=look, kind=node.kind, **row)
    for edge in made.edges:
        row = _row(made.edge_columns, edge.values, edge.spells)
        found.add_edge(edge.source, edge.target, edge.id, weight=edge.weight, kind=edge.kind, **row)
    return lambda file: nx.write_gexf(found, file, version="1.2draft", prettyprint=False)


def _row(columns: tuple[Column, ...], values: tuple[Value, ...], spells: tuple[Spell, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {column.id: value for column, value in zip(columns, values, strict=True)}
    return row | {"spells": [tuple(spell) for spell in spells]}


def _apart(which: str, nodes: int, edges: int, *wide: str) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "bench.gexf",
        "--one",
        which,
        "--nodes",
        str(nodes),
        "--edges",
        str(edges),
    ]
    done = subprocess.run([*command, *wide], capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    print(
        f"{which:10} {edges:10,} edges {found['seconds']:8.2f} s"
        f" {found['megabytes']:8.0f} MB of memory {found['file']:8.0f} MB of file"
    )
    return found


if __name__ == "__main__":
    main()
