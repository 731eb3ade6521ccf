"""Literals in the forms in which a store keeps them, whatever the sender's spelling."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rdflib.namespace import GEO, XSD
from rdflib.term import Literal

from kg.ingest.geojson import GeometryError, check_wkt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib.term import Node

    from kg.model import Triple

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_INSTANT = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.0+)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
)


def canonical(triples: Iterable[Triple]) -> frozenset[Triple]:
    """Return the triples with every literal in its canonical form.

    Language tags in lower case; numbers without needless zeros and signs; truth values in words; instants
    in UTC without fractions of zero; well-known text as documents have it. What cannot be read as the
    datatype says stays as it is.
    """
    return frozenset((subject, predicate, canonical_term(object_)) for subject, predicate, object_ in triples)


def canonical_term(term: Node) -> Node:
    """Return a term in its canonical form.

    >>> str(canonical_term(Literal("2031-08-26T23:00:00.000+04:00", datatype=XSD.dateTime, normalize=False)))
    '2031-08-26T19:00:00Z'
    """
    if not isinstance(term, Literal):
        return term
    text = str(term)
    if term.language:
        return Literal(text, lang=term.language.lower())
    if term.datatype is None or term.datatype == XSD.string:
        return Literal(text)
    form = _FORMS.get(str(term.datatype))
    return Literal(form(text) if form else text, datatype=term.datatype, normalize=False)


def _integer(text: str) -> str:
    plain = text.strip()
    return str(int(plain)) if _INTEGER.fullmatch(plain) else text


def _decimal(text: str) -> str:
    plain = text.strip()
    if not _DECIMAL.fullmatch(plain):
        return text
    number = format(Decimal(plain), "f")
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return "0" if number in {"-0", ""} else number


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text.strip(), text.strip())


def _instant(text: str) -> str:
    found = _INSTANT.fullmatch(text.strip())
    if not found:
        return text
    try:
        moment = datetime.fromisoformat(found["moment"] + found["zone"].replace("Z", "+00:00")).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _wkt(text: str) -> str:
    try:
        return check_wkt(text)
    except GeometryError:
        return text


_FORMS: Mapping[str, Callable[[str], str]] = {
    str(XSD.integer): _integer,
    str(XSD.decimal): _decimal,
    str(XSD.boolean): _boolean,
    str(XSD.dateTime): _instant,
    str(XSD.date): str.strip,
    str(GEO.wktLiteral): _wkt,
}
