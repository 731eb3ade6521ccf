"""Quads as N-Quads and back: what the journal keeps, and what a dump holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import pyoxigraph as ox
from rdflib.term import URIRef

from kg.store.convert import quad_to_ox, to_ox, triple_from_ox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Triple
    from kg.store.base import Quad

_CONTROLS: Final = bytes({*range(0x20), 0x7F} - {0x0A})
_NO_CHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())


def to_nquads(quads: Iterable[Quad]) -> bytes:
    r"""Return the quads as N-Quads, a line for each, in code-point order.

    >>> to_nquads([(URIRef("urn:s"), URIRef("urn:p"), URIRef("urn:o"), URIRef("urn:g"))])
    b'<urn:s> <urn:p> <urn:o> <urn:g> .\n'
    """
    written = ox.serialize(map(quad_to_ox, quads), format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(written.splitlines(keepends=True)))


def to_ntriples(triples: Iterable[Triple]) -> bytes:
    r"""Return the triples as N-Triples, a line for each, in no order.

    >>> to_ntriples([(URIRef("urn:s"), URIRef("urn:p"), URIRef("urn:o"))])
    b'<urn:s> <urn:p> <urn:o> .\n'
    """
    made = (
        ox.Triple(cast("ox.NamedNode", to_ox(one)), cast("ox.NamedNode", to_ox(two)), to_ox(three))
        for one, two, three in triples
    )
    return ox.serialize(made, format=ox.RdfFormat.N_TRIPLES) or b""


def from_nquads(data: bytes) -> frozenset[Quad]:
    """Return the quads of N-Quads whose every line names a graph; raise SyntaxError where it is none."""
    return frozenset(
        (*triple_from_ox(quad), URIRef(cast("ox.NamedNode", quad.graph_name).value))
        for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS)
    )


def lines_of(data: bytes) -> list[str]:
    """Return the quads of N-Quads, each as the engine writes it; raise SyntaxError where it is none."""
    return [str(quad) for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS)]


def ordered(data: bytes) -> tuple[bytes, int]:
    """Return N-Quads as `canonical` does, unread: whoever wrote them writes terms as the engine does.

    Only where characters stand in them that the engine escapes are they read all the same.
    """
    odd = len(data.translate(None, _CONTROLS)) != len(data) or any(one in data for one in _NO_CHARACTERS)
    if odd:
        return canonical(data)
    lines = set(data.split(b"\n"))
    lines.discard(b"")
    return b"".join([line + b"\n" for line in sorted(lines)]), len(lines)


def canonical(data: bytes) -> tuple[bytes, int]:
    """Return N-Quads as `to_nquads` writes them, and how many; raise SyntaxError where it is none."""
    parsed = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    lines = set((ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    return b"".join(sorted(lines)), len(lines)
