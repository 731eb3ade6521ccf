"""Cursors of lists: where a page begins, tied to its list and filters."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Final

from api.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

_CURSOR: Final = 8192
"""Characters that a cursor has at most."""


def mark_of(path: str, filters: Mapping[str, str]) -> str:
    """Return a short text that ties a cursor to its list and filters."""
    said = json.dumps([path, sorted(filters.items())])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def cursor_of(key: str, mark: str) -> str:
    """Return the cursor of the page after a key, of the list with that mark."""
    said = json.dumps([mark, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def key_of(cursor: str, mark: str) -> str:
    """Return the key that a cursor holds; raise ProblemError for one that was not made for this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made = base64.b64decode(padded, altchars=b"-_", validate=True) if len(cursor) <= _CURSOR else b""
        held = json.loads(made)
        json.dumps(held, ensure_ascii=False).encode()  # half a character is none that a key could have
    except (binascii.Error, ValueError, RecursionError):
        held = None
    if not (isinstance(held, list) and len(held) == 2 and held[0] == mark and isinstance(held[1], str)):  # noqa: PLR2004
        raise ProblemError(
            "invalid-cursor",
            "the cursor was not made for this list with these filters; take it from `next`, unchanged",
            parameter="cursor",
        )
    return held[1]
