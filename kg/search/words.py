r"""The words of a text as they are compared: without case and accents, in any script, each with its place.

Texts and queries are cut and folded by the same function, so that a word is found however it is written. What
makes no difference: case, accents and vowel points, invisible characters, the width of letters, the form of
digits; ё and е, ß and ss, ł and l, ə and e, ı and i; և, եւ and եվ; the carriers of hamza, ة and ه, ى and ي,
tatweel; the three alphabets of Georgian. й is a letter of its own, composed or not. An apostrophe within a
word of Cyrillic letters is not seen, and elsewhere parts words.

Scripts that put no blanks between words, and Hangul, are cut into overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.ingest.folding import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 80
"""Characters of a word that are compared."""
_CHUNK: Final = re.compile(r"[^\s\x00-\x26\x28-\x2f:-@\[-`{-\x7f]+")
_ASCII: Final = re.compile(r"[0-9A-Za-z]+")
_APOSTROPHES: Final = frozenset("'\u2018\u2019\u201b\u02bc\u00b4\u2032")
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FFF),
    (0x3005, 0x3007),
    (0x3041, 0x31FF),
    (0x3400, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x1AFF0, 0x1B2FF),
    (0x20000, 0x3FFFF),
)
_JAMO: Final = range(0x1160, 0x1200)
_VOICED: Final = frozenset("\uff9e\uff9f")
_LAST_WITHOUT_VOWEL_SIGNS: Final = 0x0900
"""Scripts below this code point are read without their marks; further on marks are vowels."""
_SAME: Final = {
    "й": "й",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "ə": "e",
    "ǝ": "e",
    "ı": "i",
    "þ": "th",
    "ħ": "h",
    "ŋ": "n",
    "ŧ": "t",
    "ґ": "г",
    "ұ": "у",
    "қ": "к",
    "ғ": "г",
    "ԥ": "ҧ",
    "\u0640": "",
    "ء": "",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ة": "ه",
    "ۀ": "ه",
    "ہ": "ه",
    "ە": "ه",
    "ک": "ك",
    "ٱ": "ا",
    "ך": "כ",
    "ם": "מ",
    "ן": "נ",
    "ף": "פ",
    "ץ": "צ",
    "\u02bb": "",
    "\u02bc": "",
    "\u02be": "",
    "\u02bf": "",
    "\u02b9": "",
    "\u02ba": "",
}
"""Letters that stand for others once marks are gone, or for nothing."""
_BREAK, _JOIN, _WORD, _UNIT = range(4)
_MTAVRULI: Final = (range(0x10A0, 0x10C6), range(0x2D00, 0x2D26))
_MKHEDRULI: Final = 0x10D0
_MARKS: Final = 32
"""Code points that are looked at together."""
_EV: Final = ("եվ", "եւ")


class Word(NamedTuple):
    """A word as it is compared, and the range of code points of the text in which it stands."""

    word: str
    start: int
    end: int
    first_end: int
    """Where its first character ends, of a script that is cut into pairs; else its end."""
    unspaced: bool = False


def words(text: str) -> list[Word]:
    r"""Return the words of a text, in order.

    >>> [word.word for word in words("Łódź, STRASSE und Straße: d\u2019Əli")]
    ['lodz', 'strasse', 'und', 'strasse', 'd', 'eli']
    >>> words("in 東京都")[1:]  # doctest: +NORMALIZE_WHITESPACE
    [Word(word='東京', start=3, end=5, first_end=4, unspaced=True),
     Word(word='京都', start=4, end=6, first_end=5, unspaced=True),
     Word(word='都', start=5, end=6, first_end=6, unspaced=True)]
    """
    found: list[Word] = []
    for chunk in _CHUNK.finditer(text):
        said, start = chunk.group(), chunk.start()
        if said.isascii():
            for one in _ASCII.finditer(said):
                first, last = start + one.start(), start + one.end()
                found.append(Word(one.group().lower()[:LONGEST], first, last, last))
        else:
            found.extend(_of_chunk(said, start))
    return found


def _of_chunk(said: str, start: int) -> Iterator[Word]:
    """Yield the words of what stands between blanks."""
    kind, run = _BREAK, list[tuple[str, int, int]]()
    for place, end in _clusters(said):
        its, folded = _folded(said[place:end])
        if its == _JOIN or (its == _BREAK and _is_within_cyrillic(said, place, end)):
            if run and kind == _WORD:
                run.append(("", place, end))
            continue
        if its != kind:
            yield from _of_run(kind, run, start)
            kind, run = its, []
        if kind == _WORD:
            run.append((folded, place, end))
        elif kind == _UNIT:
            run += [(one, place, end) for one in folded]
    yield from _of_run(kind, run, start)


def _of_run(kind: int, run: list[tuple[str, int, int]], start: int) -> Iterator[Word]:
    """Yield the words of characters that belong together, from where the text has them."""
    if kind == _UNIT:
        yield from _pairs(run, start)
    elif run:
        word = "".join(folded for folded, _, _ in run).replace(*_EV)[:LONGEST]
        yield Word(word, start + run[0][1], start + run[-1][2], start + run[-1][2])


def _pairs(units: list[tuple[str, int, int]], start: int) -> Iterator[Word]:
    for (one, first, end), (other, _, last) in pairwise(units):
        yield Word(one + other, start + first, start + last, start + end, unspaced=True)
    if units:
        one, first, end = units[-1]
        yield Word(one, start + first, start + end, start + end, unspaced=True)


def _clusters(said: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where a character stands with its marks."""
    place = 0
    while place < len(said):
        end = place + 1
        while end < len(said) and end - place < _MARKS and _belongs(said[end]):
            end += 1
        yield place, end
        place = end


@lru_cache(4096)
def _belongs(character: str) -> bool:
    """Return whether a character is written upon the one before, or not seen."""
    return (
        unicodedata.category(character)[0] == "M"
        or ord(character) in _JAMO
        or character in _VOICED
        or INVISIBLE.match(character) is not None
    )


@lru_cache(16_384)
def _folded(written: str) -> tuple[int, str]:
    """Return what a character with its marks counts as, and what it is compared by."""
    seen = INVISIBLE.sub("", written)
    if not seen:
        return _JOIN, ""
    composed = unicodedata.normalize("NFC", seen)
    if _is_unspaced(composed[0]):
        units = unicodedata.normalize("NFKC", composed).casefold()
        kept = "".join(one for one in units if unicodedata.category(one)[0] in "LNM")
        return (_UNIT, kept) if kept else (_BREAK, "")
    letters = "".join(_letters(composed))
    if letters:
        return _WORD, letters
    is_letter = unicodedata.category(composed[0])[0] in "LM"
    return (_JOIN if is_letter else _BREAK), ""


def _letters(composed: str) -> Iterator[str]:
    for one in composed.casefold():
        if one in _SAME:
            yield _SAME[one]
            continue
        for part in unicodedata.normalize("NFKD", one).lower():
            plain = _plain(part)
            category = unicodedata.category(plain)[0] if plain else ""
            if category == "N":
                yield _digit(plain)
            elif category == "L" or (category == "M" and _is_vowel_sign(plain)):
                yield _SAME.get(plain, plain)


def _plain(part: str) -> str:
    for old in _MTAVRULI:
        if ord(part) in old:
            return chr(ord(part) - old.start + _MKHEDRULI)
    return part


def _digit(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def _is_vowel_sign(mark: str) -> bool:
    code = ord(mark)
    return code >= _LAST_WITHOUT_VOWEL_SIGNS and not (
        0x1AB0 <= code <= 0x1AFF  # noqa: PLR2004 - blocks of marks that go with any script
        or 0x1DC0 <= code <= 0x1DFF  # noqa: PLR2004
        or 0x20D0 <= code <= 0x20FF  # noqa: PLR2004
        or 0x2DE0 <= code <= 0x2DFF  # noqa: PLR2004
        or 0xA66F <= code <= 0xA69F  # noqa: PLR2004
        or 0xFE20 <= code <= 0xFE2F  # noqa: PLR2004
    )


@lru_cache(16_384)
def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _UNSPACED)


def _is_within_cyrillic(said: str, place: int, end: int) -> bool:
    """Return whether an apostrophe stands between letters of a Cyrillic word."""
    return (
        said[place] in _APOSTROPHES
        and end - place == 1
        and 0 < place < len(said) - 1
        and _is_cyrillic(said[place - 1])
        and _is_cyrillic(said[end])
    )


def _is_cyrillic(character: str) -> bool:
    return 0x0400 <= ord(character) <= 0x052F  # noqa: PLR2004 - the two blocks of letters
