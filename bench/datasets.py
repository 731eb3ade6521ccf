"""How fast rows of UCDP GED come in, beside loading the same quads and beside pySHACL alone, in one run.

    python -m bench.datasets [ROWS] [--store FOLDER]

The sample is multiplied to that many rows, each with an id of its own. Seconds are told by the clock and of
processor time, since other work on the machine counts in the first only.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.term import URIRef

from kg import pipeline
from kg.pipeline.conform import Conformance
from kg.pipeline.rows.take import Wanted, take
from kg.resources import ontology
from kg.settings import DEFAULT_BASE
from kg.store import from_nquads
from kg.validate.shacl import load_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.pipeline import Repository

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "samples" / "ged_v23_1_sample.csv"
_NEXT = 10_000_000
_BY_PYSHACL = 20


def multiplied(place: Path, rows: int) -> Path:
    """Return a file of so many rows: those of the sample again and again, each with another id."""
    path = place / "ged_v23_1_many.csv"
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        header, *found = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        for number, row in enumerate(islice(cycle(found), rows)):
            out.writerow([str(int(row[0]) + _NEXT * (number // len(found))), *row[1:]])
    return path


def measured(what: str, rows: int, work: Callable[[], int]) -> dict[str, object]:
    """Print and return how long some work on rows took, which returns how many triples it was."""
    clock, processor = time.perf_counter(), time.process_time()
    triples = work()
    seconds, busy = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = {
        "what": what,
        "rows": rows,
        "triples": triples,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(busy, 2),
        "rows_per_second": round(rows / seconds, 1),
        "rows_per_cpu_second": round(rows / busy, 1),
        "triples_per_cpu_second": round(triples / busy),
        "peak_mb": peak,
    }
    print(json.dumps(found))
    return found


def payloads(opened: Repository) -> tuple[bytes, bytes]:
    """Return what the journal holds of the rows, and what of one of their reports."""
    assert opened.journal is not None  # noqa: S101 - the store is in a folder
    found = [
        payload
        for entry, payload in opened.journal.records()
        if payload is not None and "ucdp-ged" in entry.identifier
    ]
    return b"".join(found), found[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=2000)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        store = asked.store or place / "store"
        pipeline.prepared(store, DEFAULT_BASE).close()
        path = multiplied(place, asked.rows)
        with pipeline.open_graph(store, "ingest") as opened:
            whole = measured(
                "whole path: read, checked, journalled, loaded, concluded of",
                asked.rows,
                lambda: take(opened, [path], Wanted("ucdp-ged")).triples,
            )
            quads, one = payloads(opened)

            def loaded() -> int:
                fresh = ox.Store(str(place / "raw"))
                fresh.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
                return quads.count(b"\n")

            raw = measured("raw: bulk_load of the same quads", asked.rows, loaded)
            shapes = load_shapes(ontology() / "shapes")
            lines = one.splitlines(keepends=True)
            triples = frozenset(quad[:3] for quad in from_nquads(one))
            candidate = Conformance(opened.store, ()).candidate(URIRef("urn:rows"), triples)
            rows = sum(1 for line in lines if b"#describedIn>" in line)

            def judged() -> int:
                validate(candidate.triples, candidate.context, shapes)
                return len(triples)

            alone = measured("pySHACL alone, on one report of rows", rows, judged)
    print(
        json.dumps(
            {
                "whole_to_raw": round(float(str(raw["cpu_seconds"])) / float(str(whole["cpu_seconds"])), 3),
                "whole_to_pyshacl": round(
                    float(str(whole["rows_per_cpu_second"])) / float(str(alone["rows_per_cpu_second"])), 1
                ),
            }
        )
    )


if __name__ == "__main__":
    main()
