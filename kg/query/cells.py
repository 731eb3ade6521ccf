"""A term of an answer as a plain value of its column's type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.namespace import XSD
from rdflib.term import Literal, URIRef

from kg.errors import QueryError

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.model import Cell, Column

COLUMN_TYPES: Final = frozenset(
    {"string", "integer", "decimal", "boolean", "date", "datetime", "iri", "code"}
)
_DATATYPES: Final = {
    "integer": frozenset({XSD.integer}),
    "decimal": frozenset({XSD.integer, XSD.decimal, XSD.double}),
    "boolean": frozenset({XSD.boolean}),
    "date": frozenset({XSD.date}),
    "datetime": frozenset({XSD.dateTime}),
}


def cell(question: str, column: Column, term: Node | None) -> Cell:
    """Return the value; None where the term is absent; raise QueryError for a term of another type.

    >>> from kg.model import Column
    >>> cell("07-casualties", Column("value", "integer", "how many"), Literal("3", datatype=XSD.integer))
    3
    """
    if term is None:
        return None
    if column.type == "iri":
        if isinstance(term, URIRef):
            return str(term)
    elif isinstance(term, Literal):
        if column.type in {"string", "code"}:
            return str(term)
        if term.datatype in _DATATYPES[column.type]:
            return _value(column.type, term)
    raise QueryError(f"question {question}: column {column.name} is no {column.type}: {term.n3()}")


def _value(kind: str, literal: Literal) -> Cell:
    text = str(literal)
    if kind == "boolean":
        return text in {"true", "1"}
    if kind in {"date", "datetime"}:
        return text
    return int(text) if literal.datatype == XSD.integer else float(text)
