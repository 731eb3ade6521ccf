"""Literals in the form in which a store gives them back."""

from __future__ import annotations

from rdflib.namespace import GEO, XSD
from rdflib.term import Literal


def text(value: str) -> Literal:
    """Return a plain string."""
    return Literal(value)


def tagged(value: str, language: str) -> Literal:
    """Return a text in a language, its tag in lower case."""
    return Literal(value, lang=language.lower())


def integer(value: str | int) -> Literal:
    """Return a whole number."""
    return Literal(str(int(value)), datatype=XSD.integer, normalize=False)


def decimal(value: str) -> Literal:
    """Return a decimal; the value is canonical already."""
    return Literal(value, datatype=XSD.decimal, normalize=False)


def number(value: str) -> Literal:
    """Return a whole number if it is written as one, else a decimal."""
    return decimal(value) if "." in value else integer(value)


def boolean(value: str | bool) -> Literal:  # noqa: FBT001 - it is the value itself
    """Return true or false."""
    lexical = value if isinstance(value, str) else str(value).lower()
    return Literal(lexical, datatype=XSD.boolean, normalize=False)


def date(value: str) -> Literal:
    """Return a date."""
    return Literal(value, datatype=XSD.date, normalize=False)


def instant(value: str) -> Literal:
    """Return an instant in UTC, written with Z."""
    return Literal(value, datatype=XSD.dateTime, normalize=False)


def wkt(value: str) -> Literal:
    """Return a geometry."""
    return Literal(value, datatype=GEO.wktLiteral, normalize=False)
