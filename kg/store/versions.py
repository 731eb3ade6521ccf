"""RDF 1.2 for who reads 1.1: what of it can be read is given, and 1.2 only where it is asked for.

A media type without a version, or with `version=1.1`, holds no directions of text and no triple terms: text
keeps its language, and a triple with a triple term in it, as a reifier's, is left out. With `version=1.2`
nothing is. Whoever speaks 1.2 in a query (`<<( … )>>`, `@ar--rtl`, TRIPLE, LANGDIR …) reads it.
Tables as TSV are treated likewise; in JSON and XML cells with triple terms are empty, and directions are
kept, in members and attributes of their own, which readers of RDF 1.1 pass over.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.store.lexer import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION: Final = ";version=1.2"
"""What the name of a syntax ends with in which RDF 1.2 may be written."""
_MARKS = re.compile(rb'<<|"@[A-Za-z0-9-]*--|its:dir|rdf:version|@direction')
"""What RDF 1.2 cannot be written without, in any syntax; other text may hold it, too."""
_DIRECTED = re.compile(rb"(?<=[A-Za-z0-9])--(?:ltr|rtl)(?=[\t\n]|\Z)")
_TRIPLE = re.compile(rb"^<<\([^\t\n]*|(?<=\t)<<\([^\t\n]*", re.MULTILINE)
"""Cells of a table in TSV, in which a tab or a line feed never stands within a term."""
_KEPT: Final = 128
_WORDS: Final = (
    *("TRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "ISTRIPLE"),
    *("LANGDIR", "HASLANG", "HASLANGDIR", "STRLANGDIR", "VERSION"),
)
_CAUSE = re.compile(rf"<<|--(?:ltr|rtl)|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


class NewerError(Exception):
    """RDF 1.2 was met where 1.1 is written."""


class Older:
    """Passes on what is written, up to where it holds RDF 1.2."""

    def __init__(self, output: IO[bytes], marks: re.Pattern[bytes] = _MARKS) -> None:
        """Pass on to the file what holds none of the marks."""
        self._output = output
        self._marks = marks
        self._before = b""

    def write(self, data: bytes) -> int:
        """Take some bytes; raise NewerError where they may be RDF 1.2."""
        known = self._before + data
        if self._marks.search(known):
            raise NewerError
        self._before = bytes(known[-_KEPT:])
        return self._output.write(data)

    def flush(self) -> None:
        """Do nothing: the file is flushed by who gave it."""


def split(media_type: str) -> tuple[str, bool]:
    """Return a media type without its version, and whether RDF 1.2 may be written in it.

    >>> split("text/turtle;version=1.2"), split("text/turtle")
    (('text/turtle', True), ('text/turtle', False))
    """
    return media_type.removesuffix(VERSION), media_type.endswith(VERSION)


def speaks(query: str) -> bool:
    """Return whether a query is written in what SPARQL 1.2 added.

    >>> speaks("ASK { ?s ?p 'x'@ar--rtl }"), speaks("ASK { ?s ?p '<<' }"), speaks("ASK { ?object ?p 1 }")
    (True, False, False)
    """
    if not _CAUSE.search(query):
        return False
    return any(
        token.text == "<<" or token.is_word(*_WORDS) or (token.kind == "language" and "--" in token.text)
        for token in tokens(query)
    )


def older(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triples that RDF 1.1 can have, as it has them."""
    changed: set[ox.Triple] = set()
    for triple in triples:
        told = triple.object
        if isinstance(told, ox.Triple) or isinstance(triple.subject, ox.Triple):
            continue
        if isinstance(told, ox.Literal) and told.direction is not None:
            plain = ox.Triple(
                triple.subject, triple.predicate, ox.Literal(told.value, language=told.language)
            )
            if plain not in changed:
                changed.add(plain)
                yield plain
        else:
            yield triple


class OlderTable:
    """Passes on a table as TSV, with the cells that RDF 1.1 has: text without direction, no triple terms."""

    def __init__(self, output: IO[bytes]) -> None:
        """Pass on to the file; `finish` passes on the rest."""
        self._output = output
        self._held = b""

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        whole, end, rest = (self._held + data).rpartition(b"\n")
        self._held = rest
        if end:
            self._output.write(_cells(whole + end))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file is flushed by who gave it."""

    def finish(self) -> None:
        """Pass on what is left."""
        self._output.write(_cells(self._held))
        self._held = b""


def _cells(lines: bytes) -> bytes:
    return _TRIPLE.sub(b"", _DIRECTED.sub(b"", lines)) if _MARKS.search(lines) else lines
