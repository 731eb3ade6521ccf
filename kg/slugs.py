"""Names in Latin letters: what ids are made of, what names are compared by, and which are nearest."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeAlias

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Named: TypeAlias = "Iterable[tuple[str, str]]"
"""Ids, each with a name; an id comes once for each of its names."""
_LONGEST: Final = 80
_MOST: Final = 3
_COMPARED: Final = 20_000
"""Names beyond which likeness is not looked for: it takes too long."""
_CODE: Final = 3
"""What has so few letters is a code, which is meant or is not: `AZ` is like many."""


def slug(name: str) -> str:
    """Return a name in lower-case Latin letters, digits and hyphens, whatever its script; it may be empty.

    Case, accents and punctuation do not count.

    >>> slug("Bericht_\u00fcber Stra\u00dfe (2).v1"), slug("\u0417\u0432\u0456\u0442 17")
    ('bericht-uber-strasse-2-v1', 'zvit-17')
    """
    plain = anyascii(unicodedata.normalize("NFC", name)).replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST].strip("-")


def nearest(name: str, ids: Collection[str], named: Named) -> dict[str, str | None]:
    """Return what may be meant by a name: ids, each with the name by which it was found, if it was by one.

    >>> nearest("Gorlovka", ["horlivka"], [("horlivka", "Gorlovka"), ("horlivka", "Horlivka")])
    {'horlivka': 'Gorlovka'}
    """
    key = slug(name)
    if not key:
        return {}
    keyed = [(one, other, slug(other)) for one, other in named]
    called = {one: other for one, other, its in keyed if its == key}
    if key in ids:
        return {key: called.get(key)}
    found = called or {one: other for one, other, its in keyed if f"-{key}-" in f"-{its}-"}
    if found:
        return {one: found[one] for one in sorted(found)[:_MOST]}
    parts = sorted(one for one in ids if f"-{key}-" in f"-{one}-")
    likely = sorted(ids) if len(ids) <= _COMPARED else ()
    alike = parts[:_MOST] or get_close_matches(name, likely, n=_MOST, cutoff=0.6)
    if alike or len(keyed) > _COMPARED:
        return dict.fromkeys(alike)
    spelled = {its: (one, other) for one, other, its in keyed if len(its) > _CODE}
    return dict(spelled[one] for one in get_close_matches(key, sorted(spelled), n=_MOST, cutoff=0.75))


def told(found: dict[str, str | None]) -> str:
    """Return what may be meant as words: ids in quotation marks, with the names by which they were found.

    >>> told({"horlivka": "Gorlovka", "horki": None})
    "'horlivka' (Gorlovka) or 'horki'"
    """
    return " or ".join(
        f"{one!r} ({name})" if name not in {None, one} else repr(one) for one, name in found.items()
    )
