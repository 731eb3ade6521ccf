"""The triples of one graph as a reader of documents looks at them: by subject, predicate and kind of value.

What is read is noted with the field that it goes to, so that whatever is wrong with the field can be told
by subject and predicate. Where several values stand and a field takes one, the first is taken: that the
others are too many is found when the triples are compared.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from rdflib.term import Literal, URIRef

from kg.ingest.fields import KEY, SLUG
from kg.ingest.from_rdf.words import field
from kg.ingest.names import Names
from kg.terms import RDF, SVD, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib.term import Node

    from kg.ingest.outline import Path, Value
    from kg.model import Triple

    Take: TypeAlias = "Callable[[View, list[Node]], Value]"
    Table: TypeAlias = "tuple[tuple[str, URIRef, Take], ...]"
_DIGITS = 9
Fields: TypeAlias = "dict[str, Value]"


class View:
    """The triples by subject and predicate, and where each field of the document was found."""

    def __init__(self, triples: Iterable[Triple], base: str) -> None:
        """Sort the triples, so that what is read does not depend on their order."""
        self.base = base
        self.names = Names(base)
        self.places: dict[Path, str] = {}
        self.language = ""
        self._by: dict[Node, dict[Node, list[Node]]] = {}
        self._types: dict[Node, list[Node]] = {}
        for subject, predicate, object_ in sorted(triples, key=_order):
            self._by.setdefault(subject, {}).setdefault(predicate, []).append(object_)
            if predicate == RDF.type:
                self._types.setdefault(object_, []).append(subject)

    def many(self, subject: Node | None, predicate: URIRef) -> list[Node]:
        """Return the objects, in their order; none for no subject."""
        return self._by.get(subject, {}).get(predicate, []) if subject is not None else []

    def one(self, subject: Node | None, predicate: URIRef) -> Node | None:
        """Return the first object, if there is any."""
        return next(iter(self.many(subject, predicate)), None)

    def text(self, subject: Node | None, predicate: URIRef) -> str:
        """Return the words of the first object; nothing if there is none."""
        found = self.one(subject, predicate)
        return "" if found is None else str(found)

    def of_types(self, types: Iterable[Node]) -> list[tuple[Node, Node]]:
        """Return what is of one of the types, once, with the first of them, in the order of the names."""
        found = {subject: type_ for type_ in reversed([*types]) for subject in self._types.get(type_, ())}
        return sorted(found.items(), key=lambda pair: str(pair[0]))

    def of_type(self, type_: Node) -> list[Node]:
        """Return what is of that type, in the order of their names."""
        return [subject for subject, _ in self.of_types([type_])]

    def language_of(self, statements: Iterable[tuple[Node, URIRef]]) -> str:
        """Return the language that most of these texts are in, by which the document's own is known."""
        counts: dict[str, int] = {}
        for subject, predicate in statements:
            for value in self.many(subject, predicate):
                if isinstance(value, Literal) and value.language:
                    counts[value.language] = counts.get(value.language, 0) + 1
        return max(sorted(counts), key=lambda language: counts[language], default="en")

    def note(self, path: Path, subject: Node, predicate: URIRef | None = None) -> None:
        """Note that the field stands at that subject and predicate."""
        self.places[path] = field(subject, predicate, self.base)

    def fill(self, subject: Node, path: Path, table: Table) -> Fields:
        """Return the fields of the table that the subject says something of."""
        self.places.setdefault(path, field(subject, None, self.base))
        found: Fields = {}
        for name, predicate, take in table:
            self.note((*path, name), subject, predicate)
            objects = self.many(subject, predicate)
            if objects:
                value = take(self, objects)
                found[name] = value
                for index in range(len(value) if isinstance(value, list) else 0):
                    self.note((*path, name, index), subject, predicate)
        return found

    def key(self, node: Node | None, kind: str, of: str = "") -> str:
        """Return the key of a part of that kind by its IRI; the IRI whole if it is of something else.

        >>> view = View([], "https://example.org/")
        >>> view.key(URIRef("https://example.org/report/radio/event/fire"), "event", "report/radio")
        'fire'
        """
        iri = str(node)
        key = iri.removeprefix(f"{self.base}{of}{'/' if of else ''}{kind}/")
        return key if key != iri and "/" not in key else iri

    def ordinal(self, node: Node) -> tuple[int, str]:
        """Return by what a claim or term is put in its order: its ordinal, then its name."""
        text = self.text(node, SVD.ordinal)
        whole = text.isascii() and text.isdigit() and len(text) <= _DIGITS
        return (int(text) if whole else 10**_DIGITS, str(node))


def word(_: View, objects: list[Node]) -> Value:
    """Return what is written."""
    return str(objects[0])


def words(_: View, objects: list[Node]) -> Value:
    """Return all that is written, each once."""
    return list(dict.fromkeys(str(item) for item in objects))


def labels(_: View, objects: list[Node]) -> Value:
    """Return names by language."""
    found: Fields = {}
    for item in objects:
        found.setdefault(_language(item), str(item))
    return found


def many_labels(_: View, objects: list[Node]) -> Value:
    """Return lists of names by language."""
    found: dict[str, list[Value]] = {}
    for item in objects:
        found.setdefault(_language(item), []).append(str(item))
    return dict(found)


def name(kind: str) -> Take:
    """Return what takes the id of an actor, place, agreement or report; the IRI of what lies elsewhere."""

    def take(view: View, objects: list[Node]) -> Value:
        return bare(view, kind, objects[0])

    return take


def names(kind: str) -> Take:
    """Return what takes the ids of actors, places, agreements or reports."""

    def take(view: View, objects: list[Node]) -> Value:
        return [bare(view, kind, item) for item in objects]

    return take


def members(kind: str, report: str) -> Take:
    """Return what takes the names of claims or events: the key for the report's own, else with its report."""

    def take(view: View, objects: list[Node]) -> Value:
        return [member(view, kind, report, item) for item in objects]

    return take


def code(scheme: str) -> Take:
    """Return what takes an entry of a code list; the IRI whole of what is none of that list."""

    def take(_: View, objects: list[Node]) -> Value:
        return str(objects[0]).removeprefix(f"{VOCABULARY}{scheme}/")

    return take


def codes(scheme: str) -> Take:
    """Return what takes several entries of a code list, as `code` takes one."""
    take_one = code(scheme)

    def take(view: View, objects: list[Node]) -> Value:
        return [take_one(view, [item]) for item in objects]

    return take


def term(view: View, objects: list[Node]) -> Value:
    """Return the agreement or term that is named."""
    return agreement_or_term(view, objects[0])


def terms(view: View, objects: list[Node]) -> Value:
    """Return the agreements and terms that are named."""
    return [agreement_or_term(view, item) for item in objects]


def agreement_or_term(view: View, node: Node) -> Fields:
    """Return an agreement, or one of its terms, as documents name it."""
    whole, found, number = str(node).rpartition("/term/")
    if not found:
        return {"agreement": bare(view, "agreement", node)}
    return {"agreement": bare(view, "agreement", URIRef(whole)), "term": number}


def bare(view: View, kind: str, node: Node) -> str:
    """Return the id of a thing below the base; anything else as it is written."""
    short = view.names.bare(kind, str(node))
    return short if re.fullmatch(SLUG, short) else str(node)


def member(view: View, kind: str, report: str, node: Node) -> str:
    """Return the name of a claim or event as a document of that report writes it."""
    short = view.names.bare(kind, str(node))
    if not re.fullmatch(f"{SLUG}/{KEY}", short):
        return str(node)
    return short.removeprefix(f"{report}/")


def _language(node: Node) -> str:
    return (node.language or "") if isinstance(node, Literal) else ""


def _order(triple: Triple) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            str(item),
            type(item).__name__,
            str(item.language or item.datatype) if isinstance(item, Literal) else "",
        )
        for item in triple
    )
