"""What documents may refer to: a frozen value that the pipeline builds from the store and the batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.ingest.namesakes import names_in
from kg.slugs import nearest, slug, told

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kg.ingest.document import Document
    from kg.ingest.namesakes import Directory

_LISTED = 20
_ARTICLES = {
    "actor": "an actor",
    "place": "a place",
    "agreement": "an agreement",
    "report": "a report",
}
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
    norms: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)
    """Id or IRI of an agreement to its norms, by key, with the keys of their conditions."""
    reports: Collection[str] = ()
    """Ids or IRIs."""
    claims: Collection[str] = ()
    """`report-id/key` or IRI."""
    events: Collection[str] = ()
    """`report-id/key` or IRI."""
    directory: Directory | None = None
    """What the store calls its things, for those that are named wrongly."""
    described: tuple[Document, ...] = ()
    """The documents whose things are known beside the store's."""
    gone: frozenset[tuple[str, str]] = frozenset()
    """Kinds and names of what the store still has, and what may not be referred to any more."""

    def known(self, kind: str) -> Collection[str]:
        """Return the names of that kind that were looked up: a code list's scheme, actor, term and so on.

        Where there is a directory, it may have more.
        """
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
        if kind in self.codes:
            names = self.known(kind)
            listed = sorted(names)
            key = slug(name)
            near = [key] if key in names else get_close_matches(name, listed, n=3, cutoff=0.6)
            hint = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
            return f"{hint} one of: {', '.join(listed)}".strip()
        if kind in {"claim", "event"}:
            return self._suggest_member(kind, name)
        names = self._ids(kind)
        if kind == "term":
            found = dict.fromkeys(get_close_matches(name, sorted(names), n=3, cutoff=0.6))
        else:
            found = nearest(name, names, self._named(kind))
        if found:
            return f"did you mean {told(found)}?"
        return (
            f"nothing of that kind is known yet: add a document that describes it{self._where(kind)}"
            if not names
            else None
        )

    def kind_of(self, name: str, kind: str) -> str | None:
        """Return as what else a name is known, in words such as `an actor`; None if as nothing."""
        for other, words in _ARTICLES.items():
            if other != kind and name in self._ids(other):
                return words
        return None

    def _ids(self, kind: str) -> Collection[str]:
        """Return all ids of a kind that there are, if anybody knows."""
        if self.directory is None:
            return self.known(kind)
        listed = (name for name in self.directory.ids(kind) if (kind, name) not in self.gone)
        return {*self.known(kind), *listed}

    def _named(self, kind: str) -> list[tuple[str, str]]:
        own = [(one, name) for item in self.described for what, one, name in names_in(item) if what == kind]
        listed = self.directory.names(kind) if self.directory else ()
        return own + [(one, name) for one, name in listed if (kind, one) not in self.gone]

    def _suggest_member(self, kind: str, name: str) -> str | None:
        """Return the hint for a claim or event that is not known: those of its report, or what report."""
        report, _, key = name.partition("/")
        if key in self._ids("report"):
            return f"{key!r} is a report: name its {kind} as {key}/KEY{self._keys(kind, key)}"
        if report not in self._ids("report"):
            found = nearest(report, self._ids("report"), ())
            return f"there is no report {report!r}{f'; did you mean {told(found)}?' if found else ''}"
        keys = self._members(kind, report)
        near = [f"{report}/{one}" for one in get_close_matches(key, keys, n=3, cutoff=0.5)]
        hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        return hint + (self._keys(kind, report).removeprefix("; ") or f"report {report!r} has no {kind}s")

    def _keys(self, kind: str, report: str) -> str:
        keys = self._members(kind, report)
        more = ", …" if len(keys) > _LISTED else ""
        return f"; its {kind}s: {', '.join(keys[:_LISTED])}{more}" if keys else ""

    def _members(self, kind: str, report: str) -> list[str]:
        prefix = f"{report}/"
        own = {one.removeprefix(prefix) for one in self.known(kind) if one.startswith(prefix)}
        return sorted(own | set(self.directory.members(kind, report) if self.directory else ()))

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
            norms={name: known for name, known in self.norms.items() if ("agreement", name) not in gone},
            reports=kept("report", self.reports),
            claims=kept("claim", self.claims),
            events=kept("event", self.events),
            gone=self.gone | gone,
        )

    def including(self, *documents: Document) -> References:
        """Return the references with all that the documents declare."""
        actors, places = dict(self.actors), dict(self.places)
        agreements = {name: set(terms) for name, terms in self.agreements.items()}
        norms = {name: dict(known) for name, known in self.norms.items()}
        others: dict[str, set[str]] = {
            "report": set(self.reports),
            "claim": set(self.claims),
            "event": set(self.events),
        }
        back: set[tuple[str, str]] = set()
        for document in documents:
            for key, conditions in document.norms().items():
                known = norms.setdefault(document.identifier, {})
                known[key] = {*known.get(key, ()), *conditions}
            for declared in document.declares():
                back.add((declared.kind, declared.identifier))
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
            described=(*self.described, *documents),
            agreements={name: frozenset(terms) for name, terms in agreements.items()},
            norms=norms,
            reports=frozenset(others["report"]),
            claims=frozenset(others["claim"]),
            events=frozenset(others["event"]),
            gone=self.gone - back,
        )
