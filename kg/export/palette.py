"""Colours that people tell apart who see few: the palette of Okabe and Ito; none stands for a side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.export.model import Colour

PALETTE: Final[Mapping[str, Colour]] = {
    "black": (0, 0, 0),
    "orange": (230, 159, 0),
    "sky": (86, 180, 233),
    "green": (0, 158, 115),
    "yellow": (240, 228, 66),
    "blue": (0, 114, 178),
    "vermillion": (213, 94, 0),
    "purple": (204, 121, 167),
    "grey": (153, 153, 153),
}
_HEXADECIMAL = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


def colour(text: str) -> Colour:
    """Return the colour of that name, or written as `#0072b2`; raise ExportError for neither.

    >>> colour("vermillion"), colour("#0072b2")
    ((213, 94, 0), (0, 114, 178))
    """
    found = PALETTE.get(text)
    if found is not None:
        return found
    match = _HEXADECIMAL.fullmatch(text)
    if match is None:
        raise ExportError(f"{text!r} is no colour; write #0072b2, or one of {', '.join(PALETTE)}")
    red, green, blue = (int(part, 16) for part in match.groups())
    return red, green, blue
