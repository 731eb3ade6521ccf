"""Documents that an earlier version took in, brought to the terms of this one wherever a store holds them.

The journal keeps what came as it came: its hashes cover it. Whoever makes a store of it says it anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest import said_now
from kg.ingest.earlier import FORMER
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.snapshots import discard_snapshots
from kg.store import ChangeSet, from_nquads, to_nquads

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.journal import Entry
    from kg.store import OxigraphStore, Quad

_KINDS: Final = frozenset({"report", "agreement"})
_MARKS: Final = tuple(f"<{predicate}>".encode() for predicate in FORMER)


def payload_now(entry: Entry, payload: bytes) -> bytes:
    """Return the N-Quads of an entry as this version says them."""
    return to_nquads(said_now(from_nquads(payload))) if _is_earlier(entry, payload) else payload


def holds_earlier(store: OxigraphStore) -> bool:
    """Return whether a store holds a document in the terms of an earlier version."""
    return any(
        True for predicate in FORMER for quad in store.quads(predicate=predicate) if _is_ours(store, quad)
    )


def renew(store: OxigraphStore, tell: Callable[[str], None]) -> bool:
    """Say anew all that a store holds in terms of an earlier version, graph by graph; return whether it did.

    Checkpoints and snapshots are made anew by whoever wants them. Broken off, it goes on the next time.
    """
    if not holds_earlier(store):
        return False
    tell("bringing documents that an earlier version took in to the terms of this one")
    found = {
        quad[3]: None
        for predicate in FORMER
        for quad in store.quads(predicate=predicate)
        if _is_ours(store, quad)
    }
    for graph in found:
        held = frozenset(store.quads(graph=graph))
        now = said_now(held)
        store.apply(ChangeSet(insert=now - held, delete=held - now))
    if store.folder is not None:
        discard_checkpoints(store.folder)
        discard_snapshots(store.folder)
    return True


def _is_earlier(entry: Entry, payload: bytes) -> bool:
    return entry.kind in _KINDS and any(mark in payload for mark in _MARKS)


def _is_ours(store: OxigraphStore, quad: Quad) -> bool:
    """Whether a quad is of a document: what a store without shapes holds is nobody's to say anew."""
    base = store.stamp.base
    return str(quad[3]).startswith(tuple(f"{base}graph/{kind}/" for kind in _KINDS))
