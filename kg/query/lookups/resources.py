"""What the graph says of a resource, by the part of its IRI after the base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.errors import GoneError, NotFoundError
from kg.query.lookups.names import is_id
from kg.query.lookups.reader import HEAD
from kg.store import bind

if TYPE_CHECKING:
    from kg.model import Triple
    from kg.query.lookups.reader import Reader

_SAID: Final = """CONSTRUCT { ?it ?predicate ?object } WHERE {
  VALUES ?it { UNDEF } # @param it
  ?it ?predicate ?object .
}"""
_WITHDRAWN: Final = f"""{HEAD}SELECT ?sequence ?code ?time ?reason WHERE {{
  VALUES ?document {{ UNDEF }} # @param document
  ?document a svd:Document .
  FILTER NOT EXISTS {{ ?document svd:currentRevision ?current }}
  ?revision prov:specializationOf ?document ; prov:wasInvalidatedBy ?change .
  ?change svd:sequence ?sequence ; svd:changeKind/skos:notation ?code ; prov:endedAtTime ?time .
  OPTIONAL {{ ?change svd:reason ?reason }}
}} ORDER BY DESC(?sequence) LIMIT 1"""
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
_WHOLE: Final = frozenset({"report", "agreement"})
"""What is below these stands in one document, of the same name."""
_STORED: Final = frozenset({"report", "agreement", "actors", "places", "review"})
_PLAIN: Final = frozenset({"report", "agreement", "actor", "place"})
_INSIDE: Final = frozenset({("report", "event"), ("report", "claim"), ("agreement", "term")})
_DONE: Final = {"retract": "retracted", "redact": "redacted"}


def document(path: str) -> tuple[str, str] | None:
    """Return the kind and id of the document that a path stands for as a whole; None for anything else.

    >>> document("report/radio"), document("graph/actors/states")
    (('report', 'radio'), ('actors', 'states'))
    >>> document("report/radio/claim/c1") is document('report/x"') is None
    True
    """
    match path.split("/"):
        case [kind, identifier] if kind in _WHOLE and is_id(identifier):
            return kind, identifier
        case ["graph", kind, identifier] if kind in _STORED and is_id(identifier):
            return kind, identifier
    return None


def description(reader: Reader, path: str) -> frozenset[Triple]:
    """Return what the graph says of the resource: a document whole, of anything else what is said of it.

    Raises NotFoundError with the nearest paths, and GoneError for what a retracted document held.
    """
    if not _PATH.fullmatch(path):
        raise NotFoundError(f"nothing is named {path!r} here")
    named = document(path)
    found = None if named is None else reader.store.graph(_iri(reader, "graph", *named))
    found = found or reader.store.construct(bind(_SAID, {"it": [_iri(reader, path)]}))
    if not found:
        raise _missing(reader, path)
    return found


def ontology(reader: Reader) -> frozenset[Triple]:
    """Return the ontology that the store holds; raise NotFoundError if it holds none."""
    found = reader.store.graph(_iri(reader, "graph", "ontology"))
    if not found:
        raise NotFoundError("this store holds no ontology")
    return found


def _missing(reader: Reader, path: str) -> NotFoundError:
    """Return the error for a path of which nothing is said: that it was taken back, or that it never was."""
    parts = path.split("/")
    kind, identifier = document(path) or (*parts[:2], "")[:2]
    if kind in _STORED:
        values = {"document": [_iri(reader, "document", kind, identifier)]}
        for sequence, code, time, reason in reader.store.select(bind(_WITHDRAWN, values)).rows:
            why = "" if reason is None else f": {reason}"
            done = _DONE.get(str(code), "taken back")
            message = f"{kind} {identifier!r} was {done} on {time} by change {sequence}{why}"
            return GoneError(message, int(str(sequence)))
    near = [iri.removeprefix(reader.names.base) for iri in _near(reader, parts)]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return NotFoundError(f"nothing is known of {path!r}{hint}")


def graphs_near(reader: Reader, name: str) -> str:
    """Return which graphs of documents may be meant by a name that none has, as the end of a sentence."""
    base = f"{reader.names.base}graph/"
    kind, _, identifier = name.removeprefix(base).partition("/")
    if not name.startswith(base) or kind not in _WHOLE:
        return ""
    near = [f"<{base}{kind}/{one}>" for one in reader.near(kind, identifier)]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _near(reader: Reader, parts: list[str]) -> tuple[str, ...]:
    """Return the IRIs that are most like the one that is made of these parts."""
    match parts:
        case [kind, name] if kind in _PLAIN:
            pass
        case [whole, inside, kind, part] if (whole, kind) in _INSIDE:
            name = f"{inside}/{part}"
        case _:
            return ()
    iris = (reader.names.iri(kind, near) for near in reader.near(kind, name))
    return tuple(str(iri) for iri in iris if iri is not None)


def _iri(reader: Reader, *parts: str) -> URIRef:
    return URIRef(reader.names.base + "/".join(parts))
