"""The tests of a W3C suite as its manifests list them, read from a checkout without any network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE: Final = "https://w3c.github.io/rdf-tests/"
"""Where the files of the checkout are published; what they say of themselves is relative to that."""
MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
MANIFESTS: Final = {
    "sparql10": "sparql/sparql10/manifest.ttl",
    "sparql11": "sparql/sparql11/manifest-all.ttl",
    "sparql12": "sparql/sparql12/manifest.ttl",
}
_ELSEWHERE: Final = frozenset({"ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest"})
_FORMATS: Final = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
}

Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Facts:
    """What a manifest says, by subject and predicate."""

    index: dict[object, dict[str, list[object]]]

    @classmethod
    def read(cls, path: Path, base: str) -> Facts:
        """Return what a Turtle file says."""
        index: dict[object, dict[str, list[object]]] = {}
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base):
            index.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
        return cls(index)

    def all(self, subject: object, predicate: str) -> list[object]:
        """Return the objects."""
        return self.index.get(subject, {}).get(predicate, [])

    def one(self, subject: object, predicate: str) -> object | None:
        """Return the first object, None if there is none."""
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: object, predicate: str) -> str:
        """Return the value of the first object, empty if there is none."""
        return getattr(self.one(subject, predicate), "value", "")

    def items(self, head: object) -> Iterator[object]:
        """Yield the items of a list."""
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            yield self.one(head, RDF + "first")
            head = self.one(head, RDF + "rest")


@dataclass(frozen=True)
class Case:
    """A test: what kind it is, and the files of its action and result."""

    suite: str
    name: str
    kinds: frozenset[str]
    root: Path
    facts: Facts
    node: object

    @property
    def action(self) -> object:
        """What is to be done."""
        return self.facts.one(self.node, MF + "action")

    @property
    def result(self) -> object | None:
        """What is to come of it."""
        return self.facts.one(self.node, MF + "result")

    @property
    def is_update(self) -> bool:
        """Whether an update is tried, and no query."""
        return any("Update" in kind for kind in self.kinds)

    @property
    def valid(self) -> bool | None:
        """Whether a text should be taken, of tests of syntax; None for others."""
        for kind in self.kinds:
            if "Syntax" in kind:
                return kind.startswith("Positive")
        return None

    def file(self, term: object) -> Path:
        """Return the file of the checkout that a term names."""
        assert isinstance(term, ox.NamedNode)
        assert term.value.startswith(BASE)
        return self.root / term.value.removeprefix(BASE).partition("#")[0]

    def named(self, node: object, vocabulary: str) -> Iterator[tuple[str, Path]]:
        """Yield the names and files of the named graphs that a node lists."""
        for data in self.facts.all(node, vocabulary + "graphData"):
            if isinstance(data, ox.NamedNode):
                yield data.value, self.file(data)
            else:
                path = self.file(self.facts.one(data, vocabulary + "graph"))
                yield self.facts.text(data, RDFS + "label") or url(self.root, path), path

    def quads(self, node: object, vocabulary: str) -> tuple[list[ox.Quad], list[str]]:
        """Return the dataset that a node lists, and the names of its graphs, empty ones among them."""
        found: list[ox.Quad] = []
        names = []
        for number, data in enumerate(self.facts.all(node, vocabulary + "data")):
            found += read(self.root, self.file(data), f"d{number}")
        for number, (name, path) in enumerate(self.named(node, vocabulary)):
            found += read(self.root, path, f"n{number}", name)
            names.append(name)
        return found, names


def url(root: Path, path: Path) -> str:
    """Return where a file of the checkout is published."""
    return BASE + path.relative_to(root).as_posix()


def read(root: Path, path: Path, prefix: str, graph: str | None = None) -> list[ox.Quad]:
    """Return what a file says; its default graph is put into the named one, its blank nodes are its own."""
    target = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    found = ox.parse(path=str(path), format=_FORMATS[path.suffix], base_iri=url(root, path))
    return [
        ox.Quad(
            _own(quad.subject, prefix),
            quad.predicate,
            _own(quad.object, prefix),
            target if isinstance(quad.graph_name, ox.DefaultGraph) else _own(quad.graph_name, prefix),
        )
        for quad in found
    ]


def cases(root: Path, suite: str) -> list[Case]:
    """Return the tests of a suite but those of protocols, in their order; each manifest is read once."""
    return list(_cases(root, suite, root / MANIFESTS[suite], set()))


def _cases(root: Path, suite: str, manifest: Path, seen: set[Path]) -> Iterator[Case]:
    if manifest in seen:
        return
    seen.add(manifest)
    facts = Facts.read(manifest, url(root, manifest))
    for path in _included(root, facts):
        yield from _cases(root, suite, path, seen)
    for node in [item for item in facts.index if facts.all(item, MF + "entries")]:
        for entry in facts.items(facts.one(node, MF + "entries")):
            assert isinstance(entry, ox.NamedNode)
            types = facts.all(entry, RDF + "type")
            kinds = frozenset(str(getattr(kind, "value", "")).rpartition("#")[2] for kind in types)
            local = entry.value.rpartition("#")[2].rpartition("/")[2]
            name = f"{manifest.parent.name}/{local}"
            if not kinds & _ELSEWHERE and manifest.parent.name != "entailment":
                yield Case(suite, name, kinds, root, facts, entry)


def _included(root: Path, facts: Facts) -> Iterator[Path]:
    """Yield the manifests that a manifest includes."""
    for node in [item for item in facts.index if facts.all(item, MF + "include")]:
        for include in facts.all(node, MF + "include"):
            for target in [include] if isinstance(include, ox.NamedNode) else facts.items(include):
                assert isinstance(target, ox.NamedNode)
                path = root / target.value.removeprefix(BASE)
                if path.is_file():
                    yield path


def _own(term: object, prefix: str) -> ox.NamedNode:
    """Return a term with a blank node's label made that of its file."""
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(prefix + term.value)  # type: ignore[return-value]
    if isinstance(term, ox.Triple):
        return ox.Triple(  # type: ignore[return-value]
            _own(term.subject, prefix), term.predicate, _own(term.object, prefix)
        )
    return term  # type: ignore[return-value]
