"""Rows of answers as texts: what an engine gives as CSV, which costs less than terms where rows are many.

Long answers wait on disk, so that memory does not grow with the number of rows.
"""

from __future__ import annotations

import csv
import io
import tempfile
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from kg.errors import ExportError
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import IO

    from rdflib.term import Literal, URIRef

    from kg.store import GraphStore

    Terms = Mapping[str, Sequence[URIRef | Literal]]

csv.field_size_limit(2**31 - 1)
_SPOOLED: Final = 1 << 22
"""Bytes of an answer that are held in memory."""


class Rows(NamedTuple):
    """The names of an answer's columns, and its rows; an empty text where nothing is bound."""

    names: tuple[str, ...]
    rows: Iterator[list[str]]


def rows(store: GraphStore, file: str, text: str, terms: Terms, needed: Sequence[str]) -> Rows:
    """Return the rows of a query, with those of the terms that it takes filled in.

    Raises ExportError naming the file where the answer lacks a column that is needed.
    """
    spool = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 - closed once its last row is read
    store.write_answer(bind(text, terms), "text/csv", cast("IO[bytes]", spool))
    spool.seek(0)
    lines = csv.reader(io.TextIOWrapper(spool, encoding="utf-8", newline=""))
    names = tuple(next(lines, ()))
    for name in needed:
        if name not in names:
            raise ExportError(f"{file}: the query answers no ?{name}; it answers {', '.join(names)}")
    return Rows(names, lines)
