"""The ontology and the code lists as they are published: one header, module by module, list by list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from rdflib import Graph
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import URIRef

from kg.errors import NotFoundError
from kg.query.lookups.resources import ontology
from kg.resources import ontology as files
from kg.resources import turtle
from kg.slugs import nearest
from kg.terms import PREFIXES, SVD, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from kg.model import Triple
    from kg.query.lookups.reader import Reader

ONTOLOGY: Final = "https://w3id.org/servanda/ontology"
_ROOT: Final = URIRef(ONTOLOGY)
_KINDS: Final[dict[Node, str]] = {
    OWL.Class: "class",
    OWL.ObjectProperty: "property",
    OWL.DatatypeProperty: "property",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A term or a code for people to read."""

    iri: str
    name: str
    """What its IRI ends in, and its anchor on the page."""
    kind: str
    """class, property or code."""
    label: str
    definition: str
    notes: tuple[str, ...]
    """Examples and scope notes."""
    broader: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    """Its labels in other languages, by language."""


@dataclass(frozen=True, slots=True)
class Section:
    """A module or a code list for people to read."""

    name: str
    title: str
    description: str
    version: str
    entries: tuple[Entry, ...]
    labels: tuple[tuple[str, str], ...] = ()
    """Its title in other languages, by language."""


@dataclass(frozen=True, slots=True)
class Version:
    """What changed with a version of the ontology."""

    name: str
    issued: str
    """Its date, if it is the one that stands; else empty."""
    notes: tuple[str, ...]


def published(reader: Reader) -> frozenset[Triple]:
    """Return the ontology under one header, importing nothing, so that any tool loads it."""
    held = ontology(reader)
    headers = {
        subject for subject, predicate, value in held if (predicate, value) == (RDF.type, OWL.Ontology)
    }
    kept = {
        triple
        for triple in held
        if triple[0] not in headers or (triple[0] == _ROOT and triple[1] != OWL.imports)
    }
    return frozenset(kept | _external() | _translated(kept) | _changed())


def beside(path: str) -> frozenset[Triple] | None:
    """Return what no store holds and has an IRI below that of the ontology: mappings, labels, versions."""
    if path == "mappings":
        return frozenset(triple for name in _mapped() for triple in _read(name))
    for name in ("translations", "versions", *_mapped()):
        iri, held = URIRef(f"{ONTOLOGY}/{name}"), _read(name)
        if path == name or (iri, OWL.versionIRI, URIRef(f"{ONTOLOGY}/{path}")) in held:
            return held
    return None


def mapping_table() -> bytes:
    """Return all mappings as one table of SSSOM."""
    return (files() / "mappings" / "servanda.sssom.tsv").read_bytes()


def module(reader: Reader, path: str) -> frozenset[Triple]:
    """Return what stands at `MODULE`, `VERSION` or `MODULE/VERSION`; raise NotFoundError if nothing does."""
    name, _, version = path.partition("/")
    if not version and name[:1].isdigit():
        name, version = "", name
    held = ontology(reader)
    iri = URIRef(f"{ONTOLOGY}/{name}") if name else _ROOT
    if name == "external" and not version:
        return frozenset(_external())
    stands = [
        str(value) for subject, predicate, value in held if (subject, predicate) == (iri, OWL.versionInfo)
    ]
    if not stands:
        modules = sorted(section.name for section in sections(reader))
        raise NotFoundError(f"the ontology has no module {name!r}; its modules are {', '.join(modules)}")
    if version and version not in stands:
        raise NotFoundError(f"version {version!r} is not kept here; {iri} stands at {stands[0]}")
    if not name:
        return published(reader)
    terms = {subject for subject, predicate, value in held if (predicate, value) == (RDFS.isDefinedBy, iri)}
    found = {triple for triple in held if triple[0] in terms or triple[0] == iri}
    return frozenset(found | _translated(found))


def code_lists(reader: Reader) -> frozenset[Triple]:
    """Return all code lists with all their codes."""
    held = reader.store.graph(URIRef(f"{reader.names.base}graph/vocabularies"))
    return held | _translated(held)


def code_list(reader: Reader, path: str) -> frozenset[Triple]:
    """Return a code list with its codes (`LIST`), or a code (`LIST/CODE`); raise NotFoundError if none."""
    held = code_lists(reader)
    iri = URIRef(VOCABULARY + path)
    wanted = {subject for subject, predicate, value in held if (predicate, value) == (SKOS.inScheme, iri)} | {
        iri
    }
    found = frozenset(triple for triple in held if triple[0] in wanted)
    if not found:
        known = {str(subject).removeprefix(VOCABULARY) for subject, _, _ in held}
        near = nearest(path, known, ())
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise NotFoundError(f"there is no code list or code {path!r}{hint}")
    return found


def sections(reader: Reader) -> tuple[Section, ...]:
    """Return the modules of the ontology with their terms, each in the order of the alphabet."""
    held = ontology(reader)
    said = _said(held | _translated(held))
    modules = [iri for iri in said if OWL.Ontology in said[iri].get(RDF.type, ()) and iri != _ROOT]
    return tuple(
        _section(said, iri, str(iri).removeprefix(f"{ONTOLOGY}/"), RDFS.isDefinedBy)
        for iri in sorted(modules, key=str)
    )


def versions(reader: Reader) -> tuple[Version, ...]:
    """Return what changed from version to version, the newest first."""
    header = _said(triple for triple in ontology(reader) if triple[0] == _ROOT).get(_ROOT, {})
    stands, issued = (_english(header, predicate) for predicate in (OWL.versionInfo, DCTERMS.issued))
    said = _said(_changed())
    names = {str(iri).removeprefix(f"{ONTOLOGY}/"): iri for iri in said}
    return tuple(
        Version(name, issued if name == stands else "", tuple(map(str, said[names[name]][SKOS.changeNote])))
        for name in sorted(names, key=_numbers, reverse=True)
    )


def lists(reader: Reader) -> tuple[Section, ...]:
    """Return the code lists with their codes, each in the order of the alphabet."""
    said = _said(code_lists(reader))
    schemes = [iri for iri in said if SKOS.ConceptScheme in said[iri].get(RDF.type, ())]
    return tuple(
        _section(said, iri, str(iri).removeprefix(VOCABULARY), SKOS.inScheme)
        for iri in sorted(schemes, key=str)
    )


_Said = dict["Node", dict["Node", list["Node"]]]


def _said(triples: Iterable[Triple]) -> _Said:
    found: _Said = {}
    for subject, predicate, value in sorted(triples, key=lambda triple: [term.n3() for term in triple]):
        found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return found


def _section(said: _Said, iri: Node, name: str, belongs: URIRef) -> Section:
    own = [subject for subject in said if iri in said[subject].get(belongs, ())]
    entries = sorted((_entry(said[subject], str(subject)) for subject in own), key=_place)
    return Section(
        name,
        _english(said[iri], DCTERMS.title, SKOS.prefLabel),
        _english(said[iri], DCTERMS.description, SKOS.definition),
        _english(said[iri], OWL.versionInfo),
        tuple(entries),
        _others([*said[iri].get(DCTERMS.title, ()), *said[iri].get(SKOS.prefLabel, ())]),
    )


def _others(labels: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """Return the labels in other languages than English, by language."""
    return tuple(
        (language, str(value))
        for value in labels
        if (language := getattr(value, "language", None)) not in {None, "en"}
    )


def _place(entry: Entry) -> tuple[str, str]:
    return entry.kind, entry.name


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _entry(said: dict[Node, list[Node]], iri: str) -> Entry:
    kinds = [_KINDS[value] for value in said.get(RDF.type, ()) if value in _KINDS]
    labels = [*said.get(RDFS.label, ()), *said.get(SKOS.prefLabel, ())]
    return Entry(
        iri,
        iri.removeprefix(str(SVD)).removeprefix(VOCABULARY),
        kinds[0] if kinds else "code",
        _english(said, RDFS.label, SKOS.prefLabel),
        _english(said, SKOS.definition),
        tuple(str(value) for value in (*said.get(SKOS.example, ()), *said.get(SKOS.scopeNote, ()))),
        _shorts(said, RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader),
        _shorts(said, RDFS.domain),
        _shorts(said, RDFS.range),
        _others(labels),
    )


def _english(said: dict[Node, list[Node]], *predicates: URIRef) -> str:
    values = [value for predicate in predicates for value in said.get(predicate, ())]
    return str(min(values, key=lambda value: getattr(value, "language", None) != "en", default=""))


def _shorts(said: dict[Node, list[Node]], *predicates: URIRef) -> tuple[str, ...]:
    return tuple(_short(str(value)) for predicate in predicates for value in said.get(predicate, ()))


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(VOCABULARY)


def _translated(triples: Iterable[Triple]) -> frozenset[Triple]:
    """Return the labels in other languages of what the triples describe."""
    described = {subject for subject, _, _ in triples}
    return frozenset(triple for triple in _translations() if triple[0] in described)


@cache
def _translations() -> frozenset[Triple]:
    return _read("translations")


@cache
def _external() -> frozenset[Triple]:
    """Return what is said of terms of others: of which kind each is."""
    return _without_header("external")


@cache
def _changed() -> frozenset[Triple]:
    """Return the change notes of each version."""
    return _without_header("versions")


def _without_header(name: str) -> frozenset[Triple]:
    return frozenset(triple for triple in _read(name) if triple[0] != URIRef(f"{ONTOLOGY}/{name}"))


@cache
def _mapped() -> frozenset[str]:
    """Return the names of the files of mappings."""
    return frozenset(f"mappings/{file.name.removesuffix('.ttl')}" for file in turtle(files() / "mappings"))


@cache
def _read(name: str) -> frozenset[Triple]:
    text = (files() / f"{name}.ttl").read_text(encoding="utf-8")
    return frozenset(Graph().parse(data=text, format="turtle"))
