"""How alike two names are, as different transcriptions write the same one."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from kg.slugs import slug


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS: Final = _words("""
    village villages town city district province governorate municipality suburb area areas region
    state county locality woreda zone camp idp near of the in on and at border between base mount al
    as ad an ar at el es refugee township department agency valley off
""")
"""Words of names that say what kind of place it is, and articles."""
_ROLES: Final = _words("""
    government govt of the a and army armed force forces military police soldier soldiers troops
    security service national republic movement party front people peoples men gunmen fighters
    fighter rebels rebel insurgents insurgent militants militant militia opposition regime unknown
    unidentified civilians civilian villagers residents group groups side guards guard border air
    aircraft defence defense officer officers women person factions faction demonstrators raiders
    authorities state s in
""")
"""Words of names of actors that tell one as little as another."""
_VOWELS: Final = re.compile(r"[aeiouyhw]")
_TWICE: Final = re.compile(r"(.)\1+")
_LIKE: Final = 0.8
_SOUNDS_LIKE: Final = 0.9
_FAR: Final = 0.5
_SHORT: Final = 4


def place_words(label: str) -> tuple[str, ...]:
    """Return the words of a place's name that tell it from others.

    >>> place_words("Ad Dumayr town"), place_words("Rif Dimashq governorate")
    (('dumayr',), ('rif', 'dimashq'))
    """
    return _telling(label, _KINDS)


def actor_words(label: str) -> tuple[str, ...]:
    """Return the words of an actor's name that tell it from others; none where it names nobody.

    >>> actor_words("Government of Afghanistan"), actor_words("opposition fighters")
    (('afghanistan',), ())
    """
    return _telling(label, _ROLES)


def _telling(label: str, common: frozenset[str]) -> tuple[str, ...]:
    words = [word for word in slug(label).split("-") if word]
    return tuple(word for word in words if word not in common and len(word) > 1)


@lru_cache(maxsize=200_000)
def alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return how alike two names are by their telling words, from 0 to 1.

    >>> alike(("khan", "shaykhun"), ("khan", "sheikhoun")) >= 0.9, alike(("bara",), ("ariha",)) < 0.8
    (True, True)
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    left, right = "".join(one), "".join(other)
    ratio = SequenceMatcher(None, left, right).ratio()
    if ratio >= _FAR and _sound(left) == _sound(right):
        return max(ratio, _SOUNDS_LIKE)
    return ratio


@lru_cache(maxsize=200_000)
def one_of(word: str, words: tuple[str, ...]) -> bool:
    """Return whether a word is one of some, in another form: `afghan` and `afghanistan`."""
    return any(_same_word(word, other) for other in words)


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < _SHORT:
        return False
    shared = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    return shared >= max(_SHORT, shorter - 1) or SequenceMatcher(None, one, other).ratio() >= _LIKE


def _sound(text: str) -> str:
    """Return the consonants of a name, those that transcriptions confuse as one."""
    plain = text.replace("q", "k").replace("c", "k").replace("z", "s").replace("v", "w")
    return _TWICE.sub(r"\1", _VOWELS.sub("", plain)) or plain[:1]
