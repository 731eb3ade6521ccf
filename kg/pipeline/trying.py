"""The worker that tries updates: each on a copy of its checkpoint, which nobody else sees."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import ForbiddenQueryError, RdfSyntaxError
from kg.pipeline.proposal import packed, propose
from kg.query.guard import check_update
from kg.query.pool.querying import dataset_of
from kg.store import Secret, Stamp, memory, read_only, writable_copy
from kg.store.spelling import Making, of_update
from kg.store.update_text import named_targets, prefixes, with_dataset
from kg.store.updating import standard
from kg.validate.gate import spare

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.wire import Head
    from kg.store import OxigraphStore


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes]:
    """Return what tries updates on copies of the checkpoint.

    The answer is what is to become of a validated store. A plain one is told what the engine spells anew,
    and what it can make by itself, because that takes no longer than it is long; or nothing more, and the
    copy is what it becomes.
    """
    spare()
    before = read_only(checkpoint)

    def answer(head: Head, body: bytes, _: int) -> bytes:
        text = standard(body.decode())
        plain = check_update(text).plain
        dataset = dataset_of(head["dataset"])
        told = text if dataset is None else with_dataset(text, dataset)
        location = None if head["location"] is None else str(head["location"])
        place = Path(str(head["place"]))
        shutil.rmtree(place, ignore_errors=True)  # another worker may have begun, and been ended from outside
        if head["base"] is not None:
            before.stamp = Stamp(str(head["base"]))
            if head["secret"] is not None:
                before.secret = Secret.of_hex(str(head["secret"]))
            graphs = _targets(told, location)
            return _proposed(before, writable_copy(Path(checkpoint), place), graphs, told, location)
        if plain:
            return of_update(told).packed() + told.encode()
        making = Making()
        writable_copy(Path(checkpoint), place).update(making.told(told), location, making.functions)
        return of_update(told, making.literals).packed()

    return answer


def _proposed(
    before: OxigraphStore, copy: OxigraphStore, graphs: tuple[URIRef, ...], update: str, location: str | None
) -> bytes:
    copy.update(update, location)
    try:
        after = {graph: copy.graph(graph) for graph in graphs}
    except ValueError as error:
        raise RdfSyntaxError(
            f"neither triples about triples nor base directions are taken in: {error}"
        ) from error
    changed = {graph: triples for graph, triples in after.items() if triples != before.graph(graph)}
    return packed(propose(before, changed))


def _targets(update: str, location: str | None) -> tuple[URIRef, ...]:
    """Return the graphs that an update can change; raise ForbiddenQueryError unless it names each."""
    named = named_targets(update)
    if named is None:
        raise ForbiddenQueryError(
            "update-forbidden",
            "an update here names each graph that it changes, and these are graphs of documents: GRAPH <…> "
            "around what is put in or taken out, or WITH <…>, CLEAR GRAPH <…>, DROP GRAPH <…>, TO <…>",
        )
    if not named:
        return ()
    query = f"{prefixes(update)}\nSELECT * {{ VALUES ?graph {{ {' '.join(sorted(named))} }} }}"
    _, *found = memory("").answer(query, "text/tab-separated-values", base=location).decode().splitlines()
    return tuple(URIRef(name[1:-1]) for name in found)
