"""Which language somebody reads: the `Accept-Language` header by RFC 9110, §12.5.4."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_RANGE = re.compile(
    r"\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_LONGEST = 1000


def language_of(header: str | None, known: Collection[str], default: str) -> str:
    """Return which of the known languages is wanted most; the default where none is.

    >>> language_of("fr-CH, fr;q=0.9, en;q=0.8", {"en", "fr"}, "en")
    'fr'
    >>> language_of("nl, ru;q=0", {"en", "ru"}, "en")
    'en'
    """
    wanted: dict[str, float] = {}
    for element in (header or "")[:_LONGEST].split(","):
        match = _RANGE.fullmatch(element)
        if match is not None:
            name = match[1].lower().partition("-")[0]
            wanted[name] = max(wanted.get(name, 0.0), float(match[2] or "1"))
    best = max((name for name in wanted if name in known), key=lambda name: wanted[name], default=default)
    return best if wanted.get(best, 0.0) > 0 else default
