"""What somebody gives for a parameter, as the one typed term that the query gets to see."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from rdflib.term import Literal, URIRef

from kg.called import CALLED
from kg.errors import BadParameterError
from kg.slugs import nearest, told
from kg.store import bind, is_iri
from kg.terms import RDFS, SVD, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.store import GraphStore

_ID = r"[a-z0-9][a-z0-9-]*"
_KINDS: Final = {
    "actor": re.compile(f"^({_ID})$"),
    "place": re.compile(f"^({_ID})$"),
    "agreement": re.compile(f"^({_ID})$"),
    "report": re.compile(f"^({_ID})$"),
    "event": re.compile(f"^(?P<report>{_ID})/(?P<key>{_ID})$"),
}
PARAMETER_TYPES: Final = frozenset({"string", "date", "code:"} | {f"iri:{kind}" for kind in _KINDS})
"""The types of parameters; `code:` is followed by the name of a code list."""

_IRI = re.compile(r'^[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+$', re.IGNORECASE)
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*$")
_BASE = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?graph { GRAPH ?graph { <https://w3id.org/servanda/ontology> a owl:Ontology } }"""
_KNOWN = """SELECT ?any {
  VALUES ?it { UNDEF } # @param it
  ?it a ?any } LIMIT 1"""
_NAMES = f"""SELECT DISTINCT ?it ?name {{
  VALUES ?root {{ UNDEF }} # @param root
  ?type <{RDFS.subClassOf}>* ?root .
  ?it a ?type .
  OPTIONAL {{ ?it {CALLED} ?name }} }}"""
_ROOTS: Final = {"actor": "Actor", "place": "Region", "agreement": "Agreement", "report": "Report"}
_CODES = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept ?code {
  VALUES ?list { UNDEF } # @param list
  ?concept skos:inScheme ?list ; skos:notation ?code }"""


def term_of(
    store: GraphStore, name: str, declared: str | None, value: str, names: Sequence[str]
) -> URIRef | Literal:
    """Return the term for the value of the parameter `name`, whose declared type is `declared`.

    Raises BadParameterError where no such parameter is declared (`names` are), the value is not of the
    type, or the store does not know the resource or code.
    """
    if declared is None:
        known = f"it takes {', '.join(names)}" if names else "it takes none"
        raise BadParameterError(f"the question takes no parameter {name!r}; {known}")
    if declared == "string":
        return Literal(value)
    what, _, detail = declared.partition(":")
    if what == "code":
        return _code(store, name, detail, value)
    return _resource(store, name, detail, value)


def _code(store: GraphStore, name: str, scheme: str, value: str) -> URIRef:
    found = store.select(bind(_CODES, {"list": (URIRef(VOCABULARY + scheme),)}))
    codes = {str(code): str(concept) for concept, code in found.rows}
    if value in codes.values():
        return URIRef(value)
    if value in codes and _CODE.match(value):
        return URIRef(codes[value])
    near = difflib.get_close_matches(value, sorted(codes), n=3) or sorted(codes)
    raise BadParameterError(f"{name}: no code {value!r} in the list {scheme}; there is {', '.join(near)}")


def _resource(store: GraphStore, name: str, kind: str, value: str) -> URIRef:
    match = _KINDS[kind].match(value)
    if match is None and not (_IRI.match(value) and is_iri(value)):
        form = "report/key" if kind == "event" else "an id such as armenia"
        raise BadParameterError(f"{name}: {value!r} is neither {form} nor an IRI{_meant(store, kind, value)}")
    if match is None:
        iri = URIRef(value)
    elif kind == "event":
        iri = URIRef(f"{base_of(store)}report/{match['report']}/event/{match['key']}")
    else:
        iri = URIRef(f"{base_of(store)}{kind}/{value}")
    if not store.select(bind(_KNOWN, {"it": (iri,)})).rows:
        raise BadParameterError(f"{name}: the store knows no {kind} {value!r}{_meant(store, kind, value)}")
    return iri


def _meant(store: GraphStore, kind: str, value: str) -> str:
    """Return what may be meant by a name, as words; nothing if nobody can say."""
    found = nearest(value, *_named(store, kind))
    return f"; did you mean {told(found)}?" if found else ""


def _named(store: GraphStore, kind: str) -> tuple[set[str], list[tuple[str, str]]]:
    """Return the ids of a kind, and their names: one walk over it, where a value is not known."""
    if kind not in _ROOTS:
        return set(), []
    prefix = f"{base_of(store)}{kind}/"
    rows = store.select(bind(_NAMES, {"root": (SVD[_ROOTS[kind]],)})).rows
    named = [(str(thing).removeprefix(prefix), str(called or "")) for thing, called in rows]
    return {one for one, _ in named}, named


def base_of(store: GraphStore) -> str:
    """Return what the IRIs of a store's resources begin with; raise BadParameterError if nobody can say."""
    rows = store.select(_BASE).rows
    if len(rows) != 1:
        raise BadParameterError("the store holds no ontology, so ids have no base; give full IRIs")
    return str(rows[0][0]).removesuffix("graph/ontology")
