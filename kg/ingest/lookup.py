"""Looks up everything that a document names, and says what is not known."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from kg.ingest.fields import IRI, SLUG, Code
from kg.ingest.models import ReportDocument
from kg.ingest.names import Names, is_iri
from kg.ingest.walk import marked
from kg.model import MOST_PROBLEMS
from kg.slugs import nearest, told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kg.ingest.document import Document
    from kg.ingest.outline import Path
    from kg.ingest.references import References
    from kg.model import Problem

_ONCE = "name an event of another report; what this report tells as one event is listed once"


_NAMED = {"actor": "an actor", "place": "a place", "agreement": "an agreement", "report": "a report"}
_FORM = "an id has lower-case letters, digits and hyphens; an IRI begins with https://"


def unknown_names(document: Document, base: str, references: References) -> tuple[list[Problem], int]:
    """Return problems for codes and things named that are not known, and how many more there are."""
    lookup = _Lookup(document, base, references.including(document))
    for path, mark, name in marked(document.model):
        if isinstance(mark, Code):
            lookup.code(path, mark.scheme, name)
        elif mark.kind == "term":
            lookup.term(path, name)
        elif mark.kind == "own-event":
            lookup.own_event(path, name)
        else:
            lookup.thing(path, mark.kind, name)
    lookup.annotator()
    lookup.conditions()
    lookup.same_events()
    return lookup.problems, lookup.more


class _Lookup:
    """Gathers the unknown names of one document."""

    def __init__(self, document: Document, base: str, references: References) -> None:
        self.document = document
        self.names = Names(base)
        self.references = references
        self.problems: list[Problem] = []
        self.more = 0

    def refuse(self, path: Path, rule: str, message: str, hint: Callable[[], str | None]) -> None:
        """Note a problem, or only that there is one more: what would be right takes long to find."""
        if len(self.problems) == MOST_PROBLEMS:
            self.more += 1
            return
        self.problems.append(self.document.outline.problem(path, message, rule, hint()))

    def code(self, path: Path, scheme: str, code: str) -> None:
        """Refuse a code that its list does not have."""
        if code not in self.references.known(scheme):
            what = scheme.replace("-", " ")
            hint = partial(self.references.suggest, scheme, code)
            self.refuse(path, "code/unknown", f"unknown {what} {code!r}", hint)

    def thing(self, path: Path, kind: str, name: str) -> None:
        """Refuse an actor, place, agreement, report, claim or event that no document describes."""
        full = self.names.bare(kind, self.document.full_name(kind, name))
        if full in self.references.known(kind):
            return
        rule, message = "reference/unknown", f"unknown {kind} {name!r}"
        if kind in _NAMED:
            other = self.references.kind_of(full, kind)
            if other is not None:
                message = f"{name!r} is {other}, not {_NAMED[kind]}"
            elif not re.fullmatch(f"{SLUG}|{IRI}", name):
                rule, message = "document/bad-reference", f"{name!r} is neither an id nor an IRI"
        self.refuse(path, rule, message, partial(self._meant, kind, full, rule))

    def _meant(self, kind: str, name: str, rule: str) -> str | None:
        """Return the nearest right thing, or what would be the form of one."""
        if self.references.kind_of(name, kind) is not None:
            return None
        found = self.references.suggest(kind, name)
        return _FORM if rule == "document/bad-reference" and not (found or "").startswith("did") else found

    def term(self, path: Path, name: str) -> None:
        """Refuse a term that its agreement does not have."""
        agreement, _, number = name.partition("#") if not is_iri(name) else name.rpartition("#")
        terms = self.references.agreements.get(self.names.bare("agreement", agreement))
        if terms is not None and number not in terms:
            message = f"agreement {agreement!r} has no term {number!r}"
            self.refuse(path, "reference/unknown", message, partial(_terms, terms, number))

    def own_event(self, path: Path, key: str) -> None:
        """Refuse an event that this report's document does not list."""
        prefix = f"{self.document.identifier}/"
        if prefix + key in self.references.events:
            return
        message = f"there is no event {key!r} in this document"
        self.refuse(path, "reference/unknown", message, partial(_events, self.document, key))

    def annotator(self) -> None:
        """Refuse an annotator who is known and no analyst."""
        model = self.document.model
        if isinstance(model, ReportDocument):
            found = self.references.actor_type(self.names.bare("actor", model.annotator))
            if found is not None and found != "analyst":
                message = f"{model.annotator!r} is of type {found}, not analyst"
                hint = "annotations are signed by an actor of `type: analyst`"
                self.refuse(("annotator",), "reference/wrong-type", message, lambda: hint)

    def conditions(self) -> None:
        """Refuse a norm that its agreement does not have, or a condition that the norm does not have."""
        model = self.document.model
        for index, claim in enumerate(model.claims if isinstance(model, ReportDocument) else ()):
            for number, met in enumerate(claim.condition_met):
                path: Path = ("claims", index, "condition_met", number)
                norms = self.references.norms.get(self.names.bare("agreement", met.agreement))
                if norms is None:
                    continue
                if met.norm not in norms:
                    message = f"agreement {met.agreement!r} has no norm {met.norm!r}"
                    hint = partial(_nearest, met.norm, norms, "norms")
                    self.refuse((*path, "norm"), "reference/unknown", message, hint)
                elif met.condition is not None and met.condition not in norms[met.norm]:
                    message = f"norm {met.norm!r} of {met.agreement!r} has no condition {met.condition!r}"
                    hint = partial(_nearest, met.condition, norms[met.norm], "conditions")
                    self.refuse((*path, "condition"), "reference/unknown", message, hint)

    def same_events(self) -> None:
        """Refuse an event that is said to be the same as one of this report."""
        model = self.document.model
        events = model.events if isinstance(model, ReportDocument) else ()
        for index, event in enumerate(events):
            for number, same in enumerate(event.same_event_as):
                full = self.names.bare("event", self.document.full_name("event", same.event))
                if full.startswith(f"{self.document.identifier}/") and full in self.references.events:
                    key = full.partition("/")[2]
                    said = "itself" if key == event.key else f"{key!r}, an event of the same report"
                    self.refuse(
                        ("events", index, "same_event_as", number, "event"),
                        "document/contradiction",
                        f"the event is said to be the same as {said}",
                        lambda: _ONCE,
                    )


def _nearest(name: str, known: Collection[str], what: str) -> str:
    """Return the nearest of those known, and all of them."""
    near = get_close_matches(name, sorted(known), n=2, cutoff=0.6)
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return hint + (f"its {what}: {', '.join(sorted(known))}" if known else f"it has no {what}")


def _terms(terms: Collection[str], number: str) -> str:
    """Return the terms of an agreement, first the one whose number is written with zeros or a point."""
    listed = f"its terms: {', '.join(sorted(terms, key=_numerically))}" if terms else "it has no terms yet"
    meant = number.lstrip("0").rstrip(".")
    return f"did you mean {meant!r}? {listed}" if meant in terms else listed


def _events(document: Document, name: str) -> str:
    """Return the events of a report's document, first those that are called so."""
    listed = document.model.events if isinstance(document.model, ReportDocument) else ()
    own = {event.key: event for event in listed}
    found = nearest(name, own, [(key, text) for key, event in own.items() for _, text in event.label])
    meant = f"did you mean {told(found)}? " if found else ""
    return (
        f"{meant}events of this document: {', '.join(sorted(own))}"
        if own
        else "list it under `events:` first"
    )


def _numerically(number: str) -> tuple[int, str]:
    digits = number.split(".", maxsplit=1)[0]
    return (int(digits) if digits.isdigit() else 10**9, number)
