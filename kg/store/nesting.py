r"""How deeply RDF is nested, found without recursion: parsers recurse, and may run out of stack or time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from kg.errors import RdfSyntaxError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST: Final = 256
"""How many brackets, or elements, may be open at once."""
_JSON: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_TURTLE: Final = re.compile(
    rb'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + rb"'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"
    rb"\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'|<[^<>\"{}|^`\x00-\x20]*>|\#[^\r\n]*|\\.|<<|>>|[\[({]|[\])}]",
    re.DOTALL,
)
_PATTERNS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "application/ld+json": _JSON,
    "text/turtle": _TURTLE,
    "application/trig": _TURTLE,
    "application/n-triples": _TURTLE,
    "application/n-quads": _TURTLE,
}
_OPENING: Final = frozenset({b"[", b"{", b"(", b"<<"})
_CLOSING: Final = frozenset({b"]", b"}", b")", b">>"})


def refuse_depth(data: bytes, media_type: str) -> None:
    """Raise RdfSyntaxError for RDF that is nested more deeply than `DEEPEST`; what is no RDF passes.

    >>> refuse_depth(b"<urn:a> <urn:b> " + b"[ <urn:c> " * 300, "text/turtle")
    Traceback (most recent call last):
    kg.errors.RdfSyntaxError: nested more than 256 deep
    """
    if media_type == "application/rdf+xml":
        _refuse_elements(data)
        return
    depth = 0
    for found in _PATTERNS[media_type].finditer(data):
        token = found[0]
        if token in _OPENING:
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(data.count(b"\n", 0, found.start()) + 1)
        elif token in _CLOSING:
            depth -= 1


def _refuse_elements(data: bytes) -> None:
    depth = 0
    parser = expat.ParserCreate()

    def begin(_: str, __: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _too_deep(parser.CurrentLineNumber)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)  # noqa: FBT003 - that is all
    except (expat.ExpatError, ValueError):  # no XML, or in an encoding that expat does not know
        return  # the parser of RDF says what is wrong, and where


def _too_deep(line: int) -> RdfSyntaxError:
    return RdfSyntaxError(f"nested more than {DEEPEST} deep", line)
