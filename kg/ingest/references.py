"""What documents may refer to: a frozen value that the pipeline builds from the store and the batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kg.ingest.document import Document

_PLURALS = {"actor": "actors", "place": "places", "agreement": "agreements", "report": "reports"}


@dataclass(frozen=True, slots=True)
class References:
    """The code lists, and everything that is known by an id.

    Ids are slugs; things of other origin may stand under their full IRI. Types of actors and places
    are the documents' words (`armed-force`), class names (`ArmedForce`) or class IRIs, as it suits.

    >>> known = References(codes={"modality": ["reported", "hedged"]}, actors={"avia": "Outlet"})
    >>> known.suggest("modality", "reportd")
    "did you mean 'reported'? one of: hedged, reported"
    """

    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Scheme to codes."""
    actors: Mapping[str, str] = field(default_factory=dict)
    """Id or IRI to type."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Id or IRI to type."""
    agreements: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Id or IRI to the numbers of its terms."""
    reports: Collection[str] = ()
    """Ids or IRIs."""
    claims: Collection[str] = ()
    """`report-id/key` or IRI."""
    events: Collection[str] = ()
    """`report-id/key` or IRI."""

    def known(self, kind: str) -> Collection[str]:
        """Return all names of that kind: a code list's scheme, actor, place, agreement, term and so on."""
        if kind == "term":
            return [f"{agreement}#{term}" for agreement, terms in self.agreements.items() for term in terms]
        listed = {
            "actor": self.actors,
            "place": self.places,
            "agreement": self.agreements,
            "report": self.reports,
            "claim": self.claims,
            "event": self.events,
        }
        return listed[kind] if kind in listed else self.codes.get(kind, ())

    def suggest(self, kind: str, name: str) -> str | None:
        """Return the hint for a name that is not known: the nearest ones, and all codes of a code list."""
        names = sorted(self.known(kind))
        near = get_close_matches(name, names, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
        if kind in self.codes:
            return f"{hint} one of: {', '.join(names)}".strip()
        if hint:
            return hint
        return (
            f"nothing of that kind is known yet: add a document that describes it{self._where(kind)}"
            if not names
            else None
        )

    def _where(self, kind: str) -> str:
        return f" (kind: {_PLURALS[kind]})" if kind in {"actor", "place"} else ""

    def actor_type(self, name: str) -> str | None:
        """Return the type of an actor in the documents' words.

        >>> References(actors={"x": "https://w3id.org/servanda/ontology#CollectiveSource"}).actor_type("x")
        'collective-source'
        """
        found = self.actors.get(name)
        if found is None:
            return None
        local = re.split(r"[#/]", found)[-1]
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", local).lower()

    def without(self, names: Collection[tuple[str, str]]) -> References:
        """Return the references without those named, each by its kind and its name.

        >>> References(actors={"avia": "Outlet"}).without([("actor", "avia")]).known("actor")
        {}
        """
        gone = set(names)

        def kept(kind: str, known: Collection[str]) -> frozenset[str]:
            return frozenset(name for name in known if (kind, name) not in gone)

        return replace(
            self,
            actors={name: self.actors[name] for name in kept("actor", self.actors)},
            places={name: self.places[name] for name in kept("place", self.places)},
            agreements={
                name: frozenset(term for term in terms if ("term", f"{name}#{term}") not in gone)
                for name, terms in self.agreements.items()
                if ("agreement", name) not in gone
            },
            reports=kept("report", self.reports),
            claims=kept("claim", self.claims),
            events=kept("event", self.events),
        )

    def including(self, *documents: Document) -> References:
        """Return the references with all that the documents declare."""
        actors, places = dict(self.actors), dict(self.places)
        agreements = {name: set(terms) for name, terms in self.agreements.items()}
        others: dict[str, set[str]] = {
            "report": set(self.reports),
            "claim": set(self.claims),
            "event": set(self.events),
        }
        for document in documents:
            for declared in document.declares():
                if declared.kind == "actor":
                    actors[declared.identifier] = declared.type
                elif declared.kind == "place":
                    places[declared.identifier] = declared.type
                elif declared.kind == "agreement":
                    agreements.setdefault(declared.identifier, set())
                elif declared.kind == "term":
                    agreement, _, number = declared.identifier.partition("#")
                    agreements.setdefault(agreement, set()).add(number)
                else:
                    others[declared.kind].add(declared.identifier)
        return replace(
            self,
            actors=actors,
            places=places,
            agreements={name: frozenset(terms) for name, terms in agreements.items()},
            reports=frozenset(others["report"]),
            claims=frozenset(others["claim"]),
            events=frozenset(others["event"]),
        )
