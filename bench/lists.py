"""Lists by the read model beside lists by SPARQL, over the same store in one run.

    python -m bench.lists STORE [--rounds N]

Prints for each request the median in milliseconds by either way, in this process, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.read_model import read_model_of
from kg.query.lookups import Reader, assessments, total
from kg.query.lookups.listing import Selection, page
from kg.read.answers import listed
from kg.read.compare import values
from kg.read.resources import BY_LIST, KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.read.resources import Resource

_ASKED: Final = (
    ("alleged violations", (), False),
    ("alleged violations", ("agreement",), False),
    ("alleged violations", ("agreement",), True),
    ("alleged violations", ("from", "to"), False),
    ("alleged violations", ("place", "perpetrator", "scope"), True),
    ("alleged violations", ("source", "agreement", "from"), True),
    ("claims", (), True),
    ("claims", ("perpetrator",), True),
    ("claims", ("from", "to"), False),
    ("events", ("type",), True),
    ("reports", ("source",), True),
)
"""Lists, by what they are narrowed, and whether they are counted."""


def main() -> None:
    """Measure a store that no process holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    newest = newest_checkpoint(given.store)
    if newest is None:
        sys.exit(f"{given.store} has no checkpoint")
    sequence, store = newest
    base = store.stamp.base
    model = read_model_of(given.store, base)
    if model.sequence != sequence:
        started = time.perf_counter()
        print(f"{model.make()} rows made in {time.perf_counter() - started:.1f} s")
    reader = Reader.of(store, base)
    print(f"{sum(path.stat().st_size for path in (given.store / 'read').iterdir()) / 1e6:.1f} MB")
    for name, narrowed, counted in _ASKED:
        resource = BY_LIST[name]
        filters = {one: _middle(reader, resource, one) for one in narrowed}
        if {"from", "to"} <= filters.keys():
            filters["from"], filters["to"] = sorted((filters["from"], filters["to"]))
        selection = Selection(filters)

        by_model = partial(listed, model, reader, resource, selection, sequence, counted=counted)
        by_store = partial(_by_store, reader, resource, selection, counted=counted)
        one, other = _median(by_model, given.rounds), _median(by_store, min(given.rounds, 3))
        said = ", ".join(narrowed) or "no filter"
        print(
            f"{name}, {said}{', counted' if counted else ''}: {one:.1f} ms, by SPARQL {other:.1f}, "
            f"{other / one:.0f} times"
        )


def _by_store(reader: Reader, resource: Resource, selection: Selection, *, counted: bool) -> object:
    found = page(reader, resource.listing, selection)
    said = resource.find(reader, found.items)
    written = [resource.model.model_validate(one).model_dump_json() for one in said]
    return written, _count(reader, resource, selection.filters) if counted else None


def _count(reader: Reader, resource: Resource, filters: Mapping[str, str]) -> object:
    if KIND in resource.marks:
        return assessments.counts(reader, filters)
    return total(resource.listing, reader, filters)


def _middle(reader: Reader, resource: Resource, name: str) -> str:
    """Return one of the values that a filter may be given, the same each time."""
    known = values(reader, resource, name)
    return known[len(known) // 2]


def _median(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1e3)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
