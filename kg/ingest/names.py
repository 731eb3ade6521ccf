"""The IRIs of everything that documents declare: minted from ids and keys, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib.term import URIRef


@dataclass(frozen=True, slots=True)
class Names:
    """Mints IRIs below a base that ends with a slash.

    >>> str(Names("https://example.org/").of("actor", "avia"))
    'https://example.org/actor/avia'
    """

    base: str

    def of(self, kind: str, name: str) -> URIRef:
        """Return the IRI of an actor, place, agreement, report, claim, event or term by its name."""
        if is_iri(name):
            return URIRef(name)
        if kind in {"claim", "event"}:
            report, _, key = name.partition("/")
            return URIRef(f"{self.base}report/{report}/{kind}/{key}")
        return URIRef(f"{self.base}{kind}/{name.replace(' ', '%20')}")

    def term(self, agreement: str, number: str | None) -> URIRef:
        """Return the IRI of a term, or of the agreement if no number is given."""
        whole = self.of("agreement", agreement)
        return whole if number is None else URIRef(f"{whole}/term/{number}")

    def graph(self, kind: str, identifier: str) -> URIRef:
        """Return the IRI of the named graph that holds a document."""
        return URIRef(f"{self.base}graph/{kind}/{identifier}")

    def bare(self, kind: str, name: str) -> str:
        """Return the id, or `report-id/key`, of an IRI below the base; any other name as it is."""
        if not name.startswith(self.base):
            return name
        rest = name.removeprefix(self.base)
        if kind in {"claim", "event"}:
            return rest.removeprefix("report/").replace(f"/{kind}/", "/", 1)
        return rest.removeprefix(f"{kind}/")


def is_iri(name: str) -> bool:
    """Return whether the name is a full IRI: ids and keys have no colon."""
    return ":" in name


def below(parent: URIRef, *steps: str | int) -> URIRef:
    """Return the IRI of a part.

    >>> str(below(URIRef("https://example.org/claim/c1"), "evidence", 1))
    'https://example.org/claim/c1/evidence/1'
    """
    return URIRef("/".join((str(parent), *map(str, steps))))
