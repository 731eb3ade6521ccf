"""Texts of an answer as values of a column, and IRIs as short names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.days import whole
from kg.export.model import Type
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection

    from kg.export.model import Column, Value

_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


class _Curies:
    """The namespaces that the ontology uses, longest first."""

    def __init__(self) -> None:
        spaces = [(str(namespace), prefix) for prefix, namespace in PREFIXES.items()]
        self._spaces = sorted(spaces, key=lambda pair: -len(pair[0]))

    def short(self, text: str) -> str:
        """Return an IRI as prefix and name if its namespace is known; anything else as it is.

        >>> CURIE.short("https://w3id.org/servanda/ontology#perpetrator"), CURIE.short("force_of")
        ('svd:perpetrator', 'force_of')
        """
        if ":" in text:
            for namespace, prefix in self._spaces:
                if text.startswith(namespace) and text != namespace:
                    return f"{prefix}:{text[len(namespace) :]}"
        return text


CURIE: Final = _Curies()


def combined(texts: Collection[str], column: Column) -> Value:
    """Return what several rows say in one column: all of a list's, of texts each once, the greatest number.

    Of days it is the first, of truth values whether any is true. None for no text; ExportError for a text
    that is not of the column's type.
    """
    if not texts:
        return None
    if column.type is Type.STRINGS:
        return tuple(sorted(texts))
    found = [parsed(text, column.type, f"column {column.id}") for text in sorted(texts)]
    if column.type is Type.DATE:
        return min(str(day) for day in found)
    if column.type in {Type.INTEGER, Type.LONG, Type.DOUBLE, Type.BOOLEAN}:
        return max(found, key=lambda value: float(str(value)) if not isinstance(value, bool) else value)
    return "; ".join(str(text) for text in found)


def parsed(text: str, kind: Type, where: str) -> Value:
    """Return the value that a text writes; raise ExportError saying where if it writes none of the kind.

    >>> parsed("2014", Type.DATE, "here"), parsed("1.5", Type.DOUBLE, "here")
    ('2014-01-01', 1.5)
    """
    try:
        if kind in {Type.INTEGER, Type.LONG}:
            return int(text)
        if kind is Type.DOUBLE:
            number = float(text)
            return number if math.isfinite(number) else None
        if kind is Type.BOOLEAN:
            return _TRUTHS[text]
    except (ValueError, KeyError):
        raise ExportError(f"{where}: {text!r:.200} is no {kind}") from None
    return whole(text)[0].start if kind is Type.DATE else text
