"""Values as every format can hold them: text that XML and UTF-8 take, and each of its column's type."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.model import Type

if TYPE_CHECKING:
    from kg.export.model import Column, Value

LONGEST: Final = 1_000_000
"""Characters of a text that are written: widespread XML parsers refuse an attribute of 10 MB."""

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BITS: Final = {Type.INTEGER: 31, Type.LONG: 63}
_TEXTS: Final = frozenset({Type.STRING, Type.CATEGORY, Type.URL})
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)


def clean(text: str) -> str:
    r"""Return the text with U+FFFD for each character that XML cannot hold, cut where it is endless.

    >>> clean("caf\u00e9\x00")
    'café\ufffd'
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}… [the first {LONGEST:,} of {len(text):,} characters]"
    return text if text.isascii() and text.isprintable() else _UNWRITABLE.sub("\ufffd", text)


def listed(texts: tuple[str, ...]) -> str:
    r"""Return the texts as one, in the notation of JSON; cut if endless.

    >>> print(listed(("a", 'b, "c"', "d\n")))
    ["a", "b, \"c\"", "d\n"]
    """
    return json.dumps(shortened(texts), ensure_ascii=False)


def bracketed(texts: tuple[str, ...]) -> str:
    r"""Return the texts as one, in the notation of GEXF; cut if endless.

    It is that of JSON, but that a tab or the end of a line stands for itself: Gephi reads its escape as a
    letter.

    >>> print(bracketed(("a", 'b, "c"')))
    ["a", "b, \"c\""]
    >>> "\t" in bracketed(("d\te",))
    True
    """
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in shortened(texts))
    return '["' + '", "'.join(quoted) + '"]'


def shortened(texts: tuple[str, ...]) -> list[str]:
    """Return the texts, clean; where they are endless the first of them, and how many more there are."""
    found: list[str] = []
    length = 0
    for number, text in enumerate(texts):
        length += len(text)
        if found and length > LONGEST:
            return [*found, f"… [{len(texts) - number:,} more]"]
        found.append(clean(text))
    return found


def typed(value: Value, column: Column) -> str | int | float | bool | tuple[str, ...] | None:
    """Return the value, text clean; None for nothing; raise ExportError if it is not of the column's type."""
    if value is None or value == ():
        return None
    kind = column.type
    if kind in _TEXTS and isinstance(value, str):
        return clean(value)
    if kind is Type.DATE and isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if kind is Type.STRINGS and isinstance(value, tuple):
        return tuple(clean(text) for text in value)
    if kind is Type.BOOLEAN and isinstance(value, bool):
        return value
    number = _number(value, kind)
    if number is None:
        raise ExportError(f"column {column.id}: {value!r:.200} is no {kind}")
    return number


def _number(value: Value, kind: Type) -> float | None:
    """Return the number if it is one of that type."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind is Type.DOUBLE:
        return float(value) if math.isfinite(value) else None
    bits = _BITS.get(kind)
    if bits is None or not isinstance(value, int) or not -(1 << bits) <= value < 1 << bits:
        return None
    return value


def finite(number: float, of: str) -> float:
    """Return the number; raise ExportError if it is not finite."""
    if not math.isfinite(number):
        raise ExportError(f"{of}: {number} is no finite number")
    return number


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """Return the colour as `#0072b2`; raise ExportError if there is none such."""
    if not all(isinstance(part, int) and 0 <= part <= 255 for part in colour):  # noqa: PLR2004
        raise ExportError(f"{colour} is no colour of three numbers from 0 to 255")
    return "#{:02x}{:02x}{:02x}".format(*colour)
