"""What the graph says of some resources, fetched at once and read by predicate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib.namespace import RDF, RDFS
from rdflib.term import Literal, URIRef

from kg.terms import SVD, VOCABULARY, narrowest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPES: Final = {
    SVD.NewsReport: "news",
    SVD.MissionReport: "mission",
    SVD.DatasetRecord: "dataset",
    SVD.CeasefireAgreement: "ceasefire",
}
"""Classes whose word in documents is not their own name."""


class Descriptions:
    """The triples of some subjects. Values come in an order that does not depend on the store's."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._values: dict[str, dict[str, set[Node]]] = {}

    def __contains__(self, subject: object) -> bool:
        """Whether anything is said of the subject."""
        return bool(self._values.get(str(subject)))

    def seen(self, subject: str) -> bool:
        """Return whether the subject was asked for, whatever was found."""
        return subject in self._values

    def add(self, asked: Iterable[str], triples: Iterable[tuple[Node | None, ...]]) -> None:
        """Take in what was found of the subjects that were asked for."""
        for subject in asked:
            self._values.setdefault(str(subject), {})
        for subject_, predicate, value in triples:
            if value is not None:
                self._values[str(subject_)].setdefault(str(predicate), set()).add(value)

    def values(self, subject: str, *predicates: URIRef) -> list[Node]:
        """Return the values of any of the predicates, each once."""
        held = self._values.get(str(subject), {})
        found = {value for predicate in predicates for value in held.get(str(predicate), ())}
        return sorted(found, key=_order)

    def iris(self, subject: str, *predicates: URIRef) -> list[str]:
        """Return the IRIs among the values."""
        return [str(value) for value in self.values(subject, *predicates) if isinstance(value, URIRef)]

    def iri(self, subject: str, predicate: URIRef) -> str | None:
        """Return the first IRI among the values."""
        return next(iter(self.iris(subject, predicate)), None)

    def strings(self, subject: str, predicate: URIRef) -> tuple[str, ...]:
        """Return the values as strings, in order."""
        return tuple(str(value) for value in self.values(subject, predicate))

    def string(self, subject: str, predicate: URIRef) -> str | None:
        """Return the value as a string; of several that of the best language: English, none, any other."""
        values = self.values(subject, predicate)
        return str(min(values, key=_preference)) if values else None

    def by_language(self, subject: str, predicate: URIRef) -> Mapping[str, str] | None:
        """Return texts by their language, `und` where none is said; None if there are none."""
        texts = {
            value.language or "und": str(value)
            for value in self.values(subject, predicate)
            if isinstance(value, Literal)
        }
        return texts or None

    def language(self, subject: str, predicate: URIRef) -> str | None:
        """Return the language of the text that `string` gives."""
        values = self.values(subject, predicate)
        best = min(values, key=_preference) if values else None
        return best.language if isinstance(best, Literal) else None

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


def _order(value: Node) -> tuple[str, str]:
    return str(value), value.language or "" if isinstance(value, Literal) else ""


def _preference(value: Node) -> tuple[int, str]:
    language = value.language if isinstance(value, Literal) else None
    if language is not None and language.partition("-")[0] == "en":
        return 0, str(value)
    return (1, str(value)) if language is None else (2, f"{language} {value}")
