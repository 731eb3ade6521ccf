"""What somebody looks for: words, phrases, beginnings of words, what is not to be there, and filters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.search.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 1000
"""Characters that may be looked for."""
MOST: Final = 32
"""Words that may be looked for."""
FIELDS: Final[Mapping[str, str]] = {
    "agreement": "agreement",
    "term": "term",
    "by": "perpetrator",
    "perpetrator": "perpetrator",
    "source": "source",
    "place": "place",
    "report": "report",
    "type": "type",
    "modality": "modality",
    "kind": "kind",
    "lang": "lang",
    "from": "from",
    "to": "to",
}
"""Words that may stand before a colon, and the filters that they stand for."""
_QUOTES: Final = '"\u201c\u201d\u201e\u201f\u00ab\u00bb'
_PIECE: Final = re.compile(
    rf"(?P<minus>[-\u2212](?=\S))?(?:(?P<field>[A-Za-z_]+):(?=\S))?"
    rf"(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?:[{_QUOTES}]|$)|(?P<plain>[^\s{_QUOTES}]+))(?P<star>\*)?"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that follow each other in this order; of the last its beginning is enough, if it is a prefix."""

    words: tuple[str, ...]
    prefix: bool = False

    def match(self) -> str:
        """Return it in the syntax of the index: words hold letters and digits alone."""
        phrase = " + ".join(f'"{word}"' for word in self.words)
        return f"{phrase}*" if self.prefix else phrase


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of these, none of those, and what passes the filters."""

    sought: tuple[Sought, ...]
    without: tuple[Sought, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    without_filters: tuple[tuple[str, str], ...] = ()


def parsed(text: str, filters: Mapping[str, str] | None = None) -> Query:
    """Return what a text asks for, with filters that are given beside it.

    Raises BadParameterError for what is too long, asks for nothing, or gives a filter twice.

    >>> parsed('truce "cease fire" shell* -drone by:azerbaijan').filters
    {'perpetrator': 'azerbaijan'}
    >>> [one.match() for one in parsed('truce "Cease-Fire" shell* NEAR(').sought]
    ['"truce"', '"cease" + "fire"', '"shell"*', '"near"']
    """
    if len(text) > LONGEST:
        raise BadParameterError(f"q: at most {LONGEST} characters, not {len(text)}")
    sought: list[Sought] = []
    without: list[Sought] = []
    chosen = dict(filters or {})
    unwanted: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(text):
        name, said = piece["field"], piece["quoted"] if piece["quoted"] is not None else piece["plain"]
        if name is not None and _is_field(name):
            if piece["minus"]:
                unwanted.append((_unwanted(name), said))
            else:
                _choose(chosen, name, said)
            continue
        for one in _sought(said if name is None else f"{name} {said}", star=piece["star"] is not None):
            (without if piece["minus"] else sought).append(one)
    if sum(len(one.words) for one in (*sought, *without)) > MOST or len(unwanted) > MOST:
        raise BadParameterError(f"q: at most {MOST} words")
    if not sought and not chosen:
        raise BadParameterError(
            'q: nothing to look for; give words, such as: truce "cease fire" shell* -drone'
        )
    return Query(tuple(dict.fromkeys(sought)), tuple(dict.fromkeys(without)), chosen, tuple(unwanted))


def _is_field(name: str) -> bool:
    """Return whether a word before a colon names a filter; raise BadParameterError if it nearly does."""
    if name.lower() in FIELDS:
        return True
    near = get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.8)
    if near:
        raise BadParameterError(f"q: {name}: is no filter; did you mean {near[0]}:?")
    return False


def _unwanted(name: str) -> str:
    found = FIELDS[name.lower()]
    if found in {"from", "to"}:
        raise BadParameterError(
            f"q: {found}: cannot be left out with a minus; give a period by from: and to:"
        )
    return found


def _choose(chosen: dict[str, str], name: str, said: str) -> None:
    found = FIELDS[name.lower()]
    if chosen.get(found, said) != said:
        raise BadParameterError(f"q: {found} is given more than once: {chosen[found]!r} and {said!r}")
    chosen[found] = said


def _sought(said: str, *, star: bool) -> list[Sought]:
    """Return what a piece of text asks for: the words in it follow each other.

    Of a script that is cut into pairs the last character alone is not asked for, unless it is all there is:
    then it is the beginning of a pair.
    """
    star = star or said.endswith("*")
    found = words(said)
    if len(found) > 1 and found[-1].unspaced and found[-2].unspaced and found[-2].end == found[-1].end:
        asked = [word.word for word in found[:-1]]
    else:
        asked = [word.word for word in found]
    if not asked:
        return []
    last = found[-1]
    single = last.unspaced and asked[-1] == last.word and last.first_end == last.end
    if star and len(asked[-1]) < 2 and not single:  # noqa: PLR2004 - letters
        raise BadParameterError(f"q: {said!r}: a beginning of a word has at least two letters")
    return [Sought(tuple(asked), prefix=star or single)]
