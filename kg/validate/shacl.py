"""SHACL over the triples of one document, with pySHACL as the engine; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from rdflib import RDF, SH, XSD, Graph, Literal, URIRef

from kg.model import MOST_PROBLEMS
from kg.resources import shapes_for_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from importlib.resources.abc import Traversable

    from rdflib.term import Node

    from kg.model import Triple

_SUFFIX: Final = {SH.zeroOrOnePath: "?", SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+"}


@dataclass(frozen=True, slots=True)
class ShaclResult:
    """One thing that one shape says against one node.

    `path` is the IRI of the predicate; where the shape follows a longer path, the path as SPARQL writes it.
    `value` is the value that breaks the shape, if it is one value that does.
    """

    focus_node: Node
    path: str | None
    source_shape: URIRef
    component: URIRef
    severity: URIRef
    value: Node | None
    message: str

    @property
    def about(self) -> Node:
        """The node to be mended: what a query over a whole document found, else the focus node."""
        if self.component == SH.SPARQLConstraintComponent and self.value is not None:
            return self.value
        return self.focus_node


@dataclass(frozen=True, slots=True)
class ShaclReport:
    """Whether the data conforms, every result in a fixed order, and the report of the first as Turtle."""

    conforms: bool
    results: tuple[ShaclResult, ...]
    turtle: str


def load_shapes(folder: Traversable) -> Graph:
    """Return the shapes that documents are held against, from every Turtle file of a folder but `style.ttl`.

    A folder is read once in the life of the process; the graph that comes back is shared, and not to be
    changed.
    """
    return _read(cast("Any", folder))


@cache
def _read(folder: Traversable) -> Graph:
    shapes = Graph("SimpleMemory", bind_namespaces="none")  # looked into far more often than all else
    for item in shapes_for_documents(folder):
        shapes.parse(data=item.read_text("utf-8"), format="turtle")
    return shapes


def validate(data: Iterable[Triple], context: Iterable[Triple], shapes: Graph) -> ShaclReport:
    """Return what the shapes say of the subjects of `data`.

    `context` is what else the shapes have to know: types with their superclasses, code lists, agreements
    that are mentioned. Nothing is reported of a node that only the context types, and nothing is inferred.
    """
    own = {(s, p, _plain(o)) for s, p, o in data}
    around = {(s, p, _plain(o)) for s, p, o in context}
    from kg.validate import engine  # noqa: PLC0415 - a tenth of a second that most commands need not wait

    graph = Graph(bind_namespaces="none")
    graph += own | around
    found = engine.run(graph, shapes)
    ours = judged(own, around)
    results = sorted(
        {
            _result(found, node, shapes)
            for node in found.objects(predicate=SH.result)
            if found.value(node, SH.focusNode) in ours
        },
        key=_order,
    )
    return ShaclReport(not results, tuple(results), _turtle(results[:MOST_PROBLEMS], shapes))


def judged(own: Collection[Triple], around: Iterable[Triple]) -> set[Node]:
    """Return the nodes of which anything is reported: described here, and not typed by the context alone."""
    return {s for s, _, _ in own} - (_typed(around) - _typed(own))


def _plain(term: Node) -> Node:
    """Return the term, a typed `xsd:string` as the plain literal that it is: rdflib holds them apart."""
    if isinstance(term, Literal) and term.datatype == XSD.string:
        return Literal(str(term))
    return term


def _typed(triples: Iterable[Triple]) -> set[Node]:
    return {s for s, p, _ in triples if p == RDF.type}


def _result(found: Graph, node: Node, shapes: Graph) -> ShaclResult:
    source = cast("URIRef", found.value(node, SH.sourceShape))
    path = shapes.value(source, SH.path) if (node, SH.resultPath, None) in found else None
    return ShaclResult(
        focus_node=cast("Node", found.value(node, SH.focusNode)),
        path=None if path is None else str(path) if isinstance(path, URIRef) else _sparql_path(shapes, path),
        source_shape=source,
        component=cast("URIRef", found.value(node, SH.sourceConstraintComponent)),
        severity=cast("URIRef", found.value(node, SH.resultSeverity)),
        value=found.value(node, SH.value),
        message=min((str(text) for text in found.objects(node, SH.resultMessage)), default=""),
    )


def _order(result: ShaclResult) -> tuple[str, ...]:
    return (
        result.focus_node.n3(),
        result.path or "",
        result.source_shape,
        result.component,
        "" if result.value is None else result.value.n3(),
        result.message,
    )


def _sparql_path(shapes: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return path.n3()
    for predicate, inner in shapes.predicate_objects(path):
        if predicate == SH.inversePath:
            return f"^{_sparql_path(shapes, inner)}"
        if predicate == SH.alternativePath:
            return f"({'|'.join(_sparql_path(shapes, step) for step in shapes.items(inner))})"
        if predicate in _SUFFIX:
            return f"{_sparql_path(shapes, inner)}{_SUFFIX[cast('URIRef', predicate)]}"
    return "/".join(_sparql_path(shapes, step) for step in shapes.items(path))


def _turtle_path(shapes: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return path.n3()
    for predicate, inner in shapes.predicate_objects(path):
        if predicate in {RDF.first, RDF.rest}:
            break
        steps = f"( {' '.join(_turtle_path(shapes, step) for step in shapes.items(inner))} )"
        written = steps if predicate == SH.alternativePath else _turtle_path(shapes, inner)
        return f"[ {predicate.n3()} {written} ]"
    return f"( {' '.join(_turtle_path(shapes, step) for step in shapes.items(path))} )"


def _turtle(results: Iterable[ShaclResult], shapes: Graph) -> str:
    blocks = [_turtle_result(result, shapes) for result in results]
    statements = ["a sh:ValidationReport", f"sh:conforms {'false' if blocks else 'true'}"]
    if blocks:
        statements.append("sh:result " + " , ".join(blocks))
    return f"@prefix sh: <{SH}> .\n\n[] " + " ;\n    ".join(statements) + " .\n"


def _turtle_result(result: ShaclResult, shapes: Graph) -> str:
    lines = [f"sh:focusNode {result.focus_node.n3()}"]
    if result.path is not None:
        path = cast("Node", shapes.value(result.source_shape, SH.path))
        lines.append(f"sh:resultPath {_turtle_path(shapes, path)}")
    if result.value is not None:
        lines.append(f"sh:value {result.value.n3()}")
    lines += [
        f"sh:sourceShape {result.source_shape.n3()}",
        f"sh:sourceConstraintComponent {result.component.n3()}",
        f"sh:resultSeverity {result.severity.n3()}",
        f"sh:resultMessage {Literal(result.message, lang='en').n3()}",
    ]
    body = " ;\n        ".join(["a sh:ValidationResult", *lines])
    return f"[\n        {body}\n    ]"
