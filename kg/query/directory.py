"""The directory of ids: what a store calls its actors, places, agreements and reports, found by words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, RDFS, SKOS

from kg.errors import NotFoundError
from kg.query.lookups.descriptions import Descriptions
from kg.query.lookups.names import Names
from kg.query.lookups.reader import HEAD
from kg.slugs import slug
from kg.store import bind
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rdflib.term import URIRef

    from kg.store import GraphStore

CLASSES: Final[dict[str, URIRef]] = {
    "actors": SVD.Actor,
    "places": SVD.Region,
    "agreements": SVD.Agreement,
    "reports": SVD.Report,
}
"""The kinds of things that documents refer to by an id."""

_SAID: Final = f"""{HEAD}SELECT ?it ?predicate ?value WHERE {{
  VALUES ?class {{ UNDEF }} # @param class
  ?any rdfs:subClassOf* ?class .
  ?it a ?any .
  FILTER NOT EXISTS {{ ?it a svd:ReportVoice }}
  VALUES ?predicate {{
    rdf:type rdfs:label skos:altLabel dcterms:title dcterms:issued dcterms:date
    svd:iso3166Alpha2 svd:iso3166Alpha3 svd:gwCode svd:cowCode svd:ucdpActorId svd:iso3166Subdivision
  }}
  ?it ?predicate ?value .
}}"""
"""One walk over the things of a kind; the order is made by the caller."""

_NAMES: Final = (RDFS.label, DCTERMS.title)
_DAYS: Final = (DCTERMS.issued, DCTERMS.date)
_CODES: Final = {
    SVD.iso3166Alpha2: "ISO",
    SVD.iso3166Alpha3: "ISO",
    SVD.iso3166Subdivision: "ISO",
    SVD.gwCode: "GW",
    SVD.cowCode: "COW",
    SVD.ucdpActorId: "UCDP",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that documents can refer to: its id, its type, its names, its codes and the day it bears."""

    id: str
    type: str | None
    label: str | None
    other_names: tuple[str, ...]
    codes: tuple[str, ...]
    date: str | None


def entries(store: GraphStore, base: str, kind: str, words: str = "") -> tuple[Entry, ...]:
    """Return the things of a kind that hold every word in id, type, names or codes, ordered by id.

    Case, accents, other marks and script do not count. Costs one walk over the things of that kind. Raises
    NotFoundError for a kind that there is not.
    """
    if kind not in CLASSES:
        near = get_close_matches(kind, (*CLASSES, "codes"), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise NotFoundError(f"nothing is listed as {kind!r}; {hint}there are {', '.join(CLASSES)} and codes")
    names = Names(base)
    wanted = folded(words).split()
    found = [entry for entry in _entries(store, names, CLASSES[kind]) if _holds(entry, wanted)]
    return tuple(sorted(found, key=lambda entry: entry.id))


def codes(lists: Mapping[str, Mapping[str, str]], words: str = "") -> tuple[Entry, ...]:
    """Return the codes that hold every word in their list's name, themselves or what they mean."""
    wanted = folded(words).split()
    found = (
        Entry(code, scheme, meaning, (), (), None)
        for scheme, meanings in sorted(lists.items())
        for code, meaning in meanings.items()
    )
    return tuple(entry for entry in found if _holds(entry, wanted))


def folded(text: str) -> str:
    """Return the text without case, accents and other marks, for comparing names.

    >>> folded("Đà Nẵng, São Tomé, Հայաստան")
    'đa nang, sao tome, հայաստան'
    """
    spelled = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in spelled if not unicodedata.combining(sign))


def _entries(store: GraphStore, names: Names, cls: URIRef) -> Iterator[Entry]:
    rows = store.select(bind(_SAID, {"class": (cls,)})).rows
    said = Descriptions()
    items = sorted({str(row[0]) for row in rows})
    said.add(items, rows)
    for iri in items:
        yield _entry(said, names, iri)


def _entry(said: Descriptions, names: Names, iri: str) -> Entry:
    label = next((text for name in _NAMES if (text := said.string(iri, name))), None)
    others = [text for name in (*_NAMES, SKOS.altLabel) for text in said.strings(iri, name)]
    return Entry(
        id=names.short(iri),
        type=said.type(iri),
        label=label,
        other_names=tuple(dict.fromkeys(text for text in others if text != label)),
        codes=tuple(
            dict.fromkeys(
                f"{system} {value}"
                for predicate, system in _CODES.items()
                for value in said.strings(iri, predicate)
            )
        ),
        date=next((day for name in _DAYS if (day := said.string(iri, name))), None),
    )


def _holds(entry: Entry, wanted: list[str]) -> bool:
    """Return whether an entry has every word, as it is written or in Latin letters."""
    said = (entry.id, entry.type or "", entry.label or "", *entry.other_names, *entry.codes)
    text = folded(" ".join(said))
    missing = [slug(word) for word in wanted if word not in text]
    latin = " ".join(map(slug, said)) if missing else ""
    return all(word and word in latin for word in missing)
