"""What the graph says of some resources, fetched at once and read by predicate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib.namespace import RDF, RDFS
from rdflib.term import Literal, URIRef

from kg.store import Value
from kg.terms import SVD, VOCABULARY, narrowest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from rdflib.term import Node

    Said = Mapping[str, tuple[Value, ...]]

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPES: Final = {
    SVD.NewsReport: "news",
    SVD.MissionReport: "mission",
    SVD.DatasetRecord: "dataset",
    SVD.CeasefireAgreement: "ceasefire",
}
"""Classes whose word in documents is not their own name."""
_NOTHING: Final[Said] = {}


class Descriptions:
    """The triples of some subjects. Values come in an order that does not depend on the store's."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._said: dict[str, Said] = {}

    def __contains__(self, subject: object) -> bool:
        """Whether anything is said of the subject."""
        return bool(self._said.get(str(subject)))

    def seen(self, subject: str) -> bool:
        """Return whether the subject was asked for, whatever was found."""
        return subject in self._said

    def tell(self, subject: str, said: Said) -> None:
        """Take in all that is said of a subject: by each predicate the values, in their order."""
        self._said[subject] = said

    def add(self, asked: Iterable[str], triples: Iterable[tuple[Node | None, ...]]) -> None:
        """Take in what was found of the subjects that were asked for."""
        found: dict[str, dict[str, set[Value]]] = {str(subject): {} for subject in asked}
        for subject, predicate, value in triples:
            if value is not None:
                language = (value.language or "") if isinstance(value, Literal) else ""
                term = Value(str(value), language, isinstance(value, URIRef))
                found[str(subject)].setdefault(str(predicate), set()).add(term)
        for subject_, said in found.items():
            self.tell(subject_, {predicate: tuple(sorted(values)) for predicate, values in said.items()})

    def values(self, subject: str, *predicates: URIRef) -> Sequence[Value]:
        """Return the values of any of the predicates, each once."""
        held = self._said.get(str(subject), _NOTHING)
        if len(predicates) == 1:
            return held.get(str(predicates[0]), ())
        return sorted({value for predicate in predicates for value in held.get(str(predicate), ())})

    def linked(self, subject: str, predicates: Collection[str]) -> Iterator[str]:
        """Yield the IRIs that are values of any of the predicates."""
        for predicate, values in self._said.get(subject, _NOTHING).items():
            if predicate in predicates:
                yield from (value.text for value in values if value.is_iri)

    def iris(self, subject: str, *predicates: URIRef) -> list[str]:
        """Return the IRIs among the values."""
        return [value.text for value in self.values(subject, *predicates) if value.is_iri]

    def iri(self, subject: str, predicate: URIRef) -> str | None:
        """Return the first IRI among the values."""
        return next((value.text for value in self.values(subject, predicate) if value.is_iri), None)

    def strings(self, subject: str, predicate: URIRef) -> tuple[str, ...]:
        """Return the values as strings, in order."""
        return tuple(value.text for value in self.values(subject, predicate))

    def string(self, subject: str, predicate: URIRef) -> str | None:
        """Return the value as a string; of several that of the best language: English, none, any other."""
        values = self.values(subject, predicate)
        if len(values) == 1:
            return values[0].text
        return min(values, key=_preference).text if values else None

    def by_language(self, subject: str, predicate: URIRef) -> Mapping[str, str] | None:
        """Return texts by their language, `und` where none is said; None if there are none."""
        texts = {
            value.language or "und": value.text
            for value in self.values(subject, predicate)
            if not value.is_iri
        }
        return texts or None

    def language(self, subject: str, predicate: URIRef) -> str | None:
        """Return the language of the text that `string` gives."""
        values = self.values(subject, predicate)
        return (min(values, key=_preference).language or None) if values else None

    def integer(self, subject: str, predicate: URIRef) -> int | None:
        """Return the value as a whole number."""
        value = self.string(subject, predicate)
        return None if value is None else int(value)

    def number(self, subject: str, predicate: URIRef) -> int | float | None:
        """Return the value as a number, whole where it is written so."""
        value = self.string(subject, predicate)
        if value is None:
            return None
        return int(value) if re.fullmatch(r"[+-]?\d+", value) else float(value)

    def boolean(self, subject: str, predicate: URIRef) -> bool | None:
        """Return the value as a truth value."""
        value = self.string(subject, predicate)
        return None if value is None else value in {"true", "1"}

    def code(self, subject: str, predicate: URIRef) -> str | None:
        """Return the code of the concept that is the value."""
        return next(iter(self.codes(subject, predicate)), None)

    def codes(self, subject: str, predicate: URIRef) -> tuple[str, ...]:
        """Return the codes of the concepts among the values; a concept of another list is its IRI."""
        return tuple(
            iri.rpartition("/")[2] if iri.startswith(VOCABULARY) else iri
            for iri in self.iris(subject, predicate)
        )

    def type(self, subject: str) -> str | None:
        """Return the class as documents write it: `armed-force`, `news`; None if it has none of ours."""
        own = narrowest(self.iris(subject, RDF.type))
        if own is None:
            return None
        return _TYPES.get(URIRef(own), _CAPITAL.sub("-", own.removeprefix(str(SVD))).lower())

    def label(self, subject: str) -> str | None:
        """Return the label in the best language."""
        return self.string(subject, RDFS.label)


def _preference(value: Value) -> tuple[int, str]:
    if not value.language:
        return 1, value.text
    if value.language.partition("-")[0] == "en":
        return 0, value.text
    return 2, f"{value.language} {value.text}"
