"""Doubts about how numbers are written, before they are read: afterwards `1.400` is 1.4."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest.outline import Outline, Path, Value
    from kg.model import Problem

_THOUSANDS: Final = re.compile(r"([1-9][0-9]{0,2})\.([0-9]{3})")
_FRACTION: Final = re.compile(r"[0-9]+\.[0-9]*[1-9][0-9]*")
_MEASURED: Final = frozenset({"area", "length", "duration"})


def doubts_of_numbers(value: Value, outline: Outline) -> Iterator[Problem]:
    """Yield a warning for each quantity that may have a separator of thousands for a decimal point."""
    for index, claim in enumerate(_list(value, "claims")):
        given = claim.get("quantities") if isinstance(claim, dict) else None
        single = isinstance(given, dict)
        for number, quantity in enumerate([given] if single else given if isinstance(given, list) else []):
            path: Path = ("claims", index, "quantities", *(() if single else (number,)))
            if isinstance(quantity, dict):
                yield from _doubts(quantity, outline, path)


def _doubts(quantity: dict[str, Value], outline: Outline, path: Path) -> Iterator[Problem]:
    counted = quantity.get("kind") not in _MEASURED and quantity.get("unit") in {None, "1"}
    for field in ("value", "low", "high"):
        written = quantity.get(field)
        if not isinstance(written, str):
            continue
        found = _THOUSANDS.fullmatch(written)
        if found and (counted or written.endswith("0")):
            message = f"{written} is read as a decimal number, {float(written):g}"
            hint = f"write {found[1]}{found[2]} if {found[1]},{found[2]} is meant"
            yield outline.warning((*path, field), message, "number/thousands", hint)
        elif counted and _FRACTION.fullmatch(written):
            message = f"{written} is no whole number of {quantity.get('kind')}"
            hint = "write what is counted in whole numbers, or its `unit`"
            yield outline.warning((*path, field), message, "number/fraction", hint)


def _list(value: Value, field: str) -> list[Value]:
    found = value.get(field) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
