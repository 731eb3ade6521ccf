"""Suggestions: what a name may begin with, in any of its spellings, with what tells namesakes apart."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import iuliia
from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from kg.errors import BadParameterError, IndexMissingError, StoreError
from kg.query.lookups.parts import Told
from kg.search.words import words
from kg.terms import ELI, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.query.lookups.reader import Reader
    from kg.search.index import SearchIndex

KINDS: Final = ("actor", "agreement", "place")
LONGEST: Final = 200
"""Characters of what a name begins with."""
MOST: Final = 50
"""Suggestions at most."""
_LOOKED_AT: Final = 400
"""Names that are ranked."""
_ROMANISED: Final = (iuliia.BGN_PCGN, iuliia.ISO_9_1968, iuliia.GOST_779, iuliia.ALA_LC)
"""How Cyrillic is written in Latin letters: BGN/PCGN, ISO 9 of 1968 and of 1995, ALA-LC."""
_CYRILLIC: Final = range(0x0400, 0x0530)
_FORGIVEN: Final = ((3, 0), (5, 1), (9, 2))
"""Up to how many letters how many slips are forgiven; beyond that three."""
_FIELDS: Final = ("label", "alternative label", "title", "transliteration")


_SCORERS: Final = ((fuzz.token_set_ratio, 0.85), (fuzz.token_sort_ratio, 0.97), (fuzz.ratio, 1.0))
"""How likeness is told, and what it counts: letter by letter, in any order of words, with words left out."""
_UNLIKE: Final = 55.0
"""Below this a name is not like what was written."""
_NEARLY: Final = 99.0
"""What is not the same is at most so like."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing that is called by something like what was typed."""

    id: str
    iri: str
    kind: str
    label: str
    name: str
    """By which it was found."""
    field: str
    """`label`, `alternative label`, `title`, or `transliteration`: the name in Latin letters."""
    line: str
    """What tells it from its namesakes: of which type it is, and within or of what."""
    slips: int
    """How many letters differ; 0 where the name begins so."""


@dataclass(frozen=True, slots=True)
class Name:
    """One of the names of a thing."""

    kind: str
    iri: str
    field: str
    name: str


class Likeness(NamedTuple):
    """How like a name is what was written, from 0 to 100."""

    score: float
    name: Name


_Rated: TypeAlias = tuple[tuple[float | str, ...], int, Name]
"""A name with what it is sorted by, and how many letters differ."""


class Names:
    """All names of a file of the index, with what each word of them begins."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Take in the names: kind, IRI, field and name of each."""
        self._labels: dict[str, str] = {}
        keyed: dict[tuple[str, str, str], Name] = {}
        for kind, iri, field, name in rows:
            if field != "alternative label" or iri not in self._labels:
                self._labels[iri] = name
            for how, spelled in ((field, name), *(("transliteration", one) for one in _spellings(name))):
                key = " ".join(word.word for word in words(spelled))
                if key:
                    keyed.setdefault((key, iri, kind), Name(kind, iri, how, spelled))
        self._whole = [key for key, _, _ in keyed]
        self._named = list(keyed.values())
        self._keys: list[tuple[str, bool, Name]] = []
        for (key, _, _), known in keyed.items():
            self._keys.append((key, True, known))
            self._keys += [(key[at + 1 :], False, known) for at, sign in enumerate(key) if sign == " "]
        self._keys.sort(key=lambda one: (one[0], not one[1], one[2].iri))
        self._sorted = [key for key, _, _ in self._keys]

    def label(self, iri: str) -> str:
        """Return what a thing is called first."""
        return self._labels[iri]

    def beginning(self, prefix: str, kinds: Sequence[str], limit: int) -> list[tuple[int, Name]]:
        """Return the names with a word from which on they begin so, each with how many letters differ."""
        spelled = [prefix, *sorted(_spellings(prefix))]
        asked = dict.fromkeys(" ".join(word.word for word in words(one)) for one in spelled)
        found: list[_Rated] = []
        for place, sought in enumerate(asked):
            exact = self._exact(sought, kinds) if sought else ()
            found += (((min(place, 1) / 2, *rank[1:]), slips, name) for rank, slips, name in exact)
        if len({name.iri for _, _, name in found}) < limit:
            for sought in asked:
                found += (one for one in self._alike(sought) if one[2].kind in kinds)
        best: dict[str, tuple[int, Name]] = {}
        for _, slips, name in sorted(found, key=lambda one: (one[0], one[2].iri)):
            best.setdefault(name.iri, (slips, name))
        return list(best.values())[:limit]

    def alike(self, written: str, kinds: Sequence[str], limit: int) -> list[Likeness]:
        """Return the things of which a whole name is like what was written, by their likest, those first."""
        spelled = dict.fromkeys(
            " ".join(word.word for word in words(one)) for one in (written, *sorted(_spellings(written)))
        )
        best: dict[str, Likeness] = {}
        for sought in spelled:
            if not sought:
                continue
            found = {
                place: weight * score
                for scorer, weight in _SCORERS
                for _, score, place in extract(
                    sought, self._whole, scorer=scorer, score_cutoff=_UNLIKE / weight, limit=_LOOKED_AT
                )
            }
            for place, score in found.items():
                name = self._named[place]
                one = Likeness(100.0 if self._whole[place] == sought else min(score, _NEARLY), name)
                if name.kind in kinds and (name.iri not in best or best[name.iri].score < one.score):
                    best[name.iri] = one
        return sorted(best.values(), key=lambda one: (-one.score, one.name.iri))[:limit]

    def _exact(self, sought: str, kinds: Sequence[str]) -> list[_Rated]:
        """Return the names with a word from which on they begin exactly so."""
        found: list[_Rated] = []
        at = bisect_left(self._sorted, sought)
        while at < len(self._keys) and self._sorted[at].startswith(sought) and len(found) < _LOOKED_AT:
            key, is_whole, name = self._keys[at]
            at += 1
            if name.kind in kinds:
                rank = (0, key != sought, not is_whole, _FIELDS.index(name.field), len(key), key)
                found.append((rank, 0, name))
        return found

    def _alike(self, sought: str) -> list[_Rated]:
        """Return the names that begin nearly so: letters missing, too many, changed or swapped."""
        slips = next((most for letters, most in _FORGIVEN if len(sought) <= letters), 3)
        if not slips:
            return []
        found: list[_Rated] = []
        for length in range(len(sought) - 1, len(sought) + 2):
            for _, distance, place in extract(
                sought, self._cut(length), scorer=OSA.distance, score_cutoff=slips, limit=_LOOKED_AT
            ):
                key, is_whole, name = self._keys[place]
                rank = (1, distance, not is_whole, _FIELDS.index(name.field), len(key), key)
                found.append((rank, int(distance), name))
        return found

    def _cut(self, length: int) -> list[str]:
        """Return what names begin with, to a length."""
        return [key[:length] for key in self._sorted]


def suggest(  # noqa: PLR0913, PLR0917 - what is asked
    index: SearchIndex,
    reader: Reader,
    prefix: str,
    kinds: Sequence[str] = KINDS,
    limit: int = 10,
    sequence: int = 0,
) -> tuple[list[Suggestion], int]:
    """Return what may be meant, the likeliest first, and the change at which that is so.

    Raises BadParameterError for what is too long, IndexMissingError where there is no index yet.
    """
    if len(prefix) > LONGEST:
        raise BadParameterError(f"prefix: at most {LONGEST} characters, not {len(prefix)}")
    for kind in kinds:
        if kind not in KINDS:
            raise BadParameterError(f"kind: {kind!r} is none; kinds are {', '.join(KINDS)}")
    names, at = names_at(index, sequence)
    found = names.beginning(prefix, kinds, limit)
    lines = lines_of(reader, [name.iri for _, name in found])
    return [
        Suggestion(
            reader.names.short(name.iri),
            name.iri,
            name.kind,
            names.label(name.iri),
            name.name,
            name.field,
            lines[name.iri],
            slips,
        )
        for slips, name in found
    ], at


_kept: WeakKeyDictionary[SearchIndex, tuple[str, Names]] = WeakKeyDictionary()
"""Of each index the names of its file: they change only when it is made anew."""


def names_at(index: SearchIndex, sequence: int) -> tuple[Names, int]:
    """Return all names, and the change at which they are so.

    Raises IndexMissingError where there is no index yet, or where it cannot be read.
    """
    try:
        with index.opened(sequence, 0.5) as opened:
            if opened is None:
                raise index.absent()
            held, at = opened
            file, made = _kept.get(index, ("", None))
            if made is None or file != index.file:
                rows = held.execute("SELECT kind, iri, field, name FROM name ORDER BY rowid")
                made = Names(rows)
                _kept[index] = index.file, made
            return made, at
    except StoreError as error:
        raise index.absent() from error
    except sqlite3.Error as error:
        raise IndexMissingError("the search index cannot be read now; try again soon") from error


def lines_of(reader: Reader, iris: Sequence[str]) -> dict[str, str]:
    """Return of each thing what tells it from its namesakes."""
    follow = (SVD.adminWithin, SVD.forceOf, SVD.speaksFor, SVD.party)
    told = Told(reader.describe(iris, follow), reader.names)
    return {iri: _line(told, iri) for iri in iris}


def _line(told: Told, iri: str) -> str:
    said = told.said
    pieces = [(said.type(iri) or "").replace("-", " ")]
    within = sorted(ref.label or ref.id for ref in told.refs(iri, SVD.adminWithin))
    if within:
        pieces.append(f"in {', '.join(within[:3])}")
    for predicate in (SVD.forceOf, SVD.speaksFor):
        owners = [agent.label or agent.id for agent in told.agents(iri, predicate)]
        if owners:
            pieces.append(f"of {', '.join(owners[:3])}")
    dated = said.string(iri, ELI.date_document)
    if dated:
        pieces.append(f"of {dated}")
    parties = [agent.label or agent.id for agent in told.agents(iri, SVD.party)]
    if parties:
        pieces.append(f"between {', '.join(parties[:4])}")
    return ", ".join(piece for piece in pieces if piece)


def _spellings(name: str) -> set[str]:
    """Return a name in Latin letters, by each of the ways in which it may be written."""
    if name.isascii():
        return set()
    found = {anyascii(name)}
    if any(ord(sign) in _CYRILLIC for sign in name):
        found |= {str(iuliia.translate(name, schema)) for schema in _ROMANISED}
    return found - {name}
