"""The `sh:sparql` constraints of shapes as queries over all their nodes at once, not one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import pyoxigraph as ox

_SH: Final = "http://www.w3.org/ns/shacl#"
_CLASS_OF: Final = (
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*"
)
_TARGETS: Final = {
    "targetClass": f"?this {_CLASS_OF} {{}}",
    "targetSubjectsOf": "?this {} ?targetObject",
    "targetObjectsOf": "?targetSubject {} ?this",
    "targetNode": "VALUES ?this {{ {} }}",
}
_THIS: Final = re.compile(r"\$this\b")
_HEAD: Final = re.compile(r"\s*SELECT\b[^{}]*\bWHERE\s*\{", re.IGNORECASE)
_GROUP: Final = re.compile(r"(\w*)\s*\{")
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')


@dataclass(frozen=True, slots=True)
class SetQuery:
    """A query whose rows begin with the nodes that break a constraint; `shape` is whose it is."""

    shape: str
    query: str


def set_queries(shapes: Collection[ox.Triple]) -> tuple[SetQuery, ...]:
    """Return the constraints that are queries, each for all nodes at which its shape is aimed.

    Raises ServandaError for one that cannot be asked so: one in which a group stands, other than that of an
    EXISTS, where the node would be unknown.
    """
    return tuple(
        SetQuery(str(shape), _whole(shapes, shape, constraint))
        for shape, constraint in _pairs(shapes, "sparql")
    )


def without_queries(shapes: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triples of shapes but for those that give a shape a query."""
    return (triple for triple in shapes if triple.predicate.value != f"{_SH}sparql")


def _pairs(shapes: Iterable[ox.Triple], predicate: str) -> list[tuple[object, object]]:
    found = [(one.subject, one.object) for one in shapes if one.predicate.value == _SH + predicate]
    return sorted(found, key=str)


def _objects(shapes: Iterable[ox.Triple], subject: object, predicate: str) -> list[object]:
    return [found for one, found in _pairs(shapes, predicate) if one == subject]


def _whole(shapes: Collection[ox.Triple], shape: object, constraint: object) -> str:
    """Return the query of a constraint, with the prefixes that it names and where its shape is aimed."""
    (select,) = (cast("ox.Literal", text).value for text in _objects(shapes, constraint, "select"))
    head = _HEAD.match(select)
    body = _STRING.sub('""', select[head.end() if head else 0 :])
    if head is None or {word.upper() for word in _GROUP.findall(body)} - {"EXISTS"}:
        raise ServandaError(
            f"the query of {constraint} cannot be asked of all nodes at once: write it as SELECT … WHERE "
            "{ … } with no group in it but those of EXISTS"
        )
    prefixes = "".join(
        f"PREFIX {_text(shapes, one, 'prefix')}: <{_text(shapes, one, 'namespace')}>\n"
        for source in _objects(shapes, constraint, "prefixes")
        for one in _objects(shapes, source, "declare")
    )
    aims = " UNION ".join(
        f"{{ {pattern.format(target)} }}"
        for name, pattern in _TARGETS.items()
        for target in _objects(shapes, shape, name)
    )
    asked = f"{select[: head.end()]} {{ SELECT DISTINCT ?this WHERE {{ {aims} }} }} {select[head.end() :]}"
    return prefixes + _THIS.sub("?this", asked)


def _text(shapes: Iterable[ox.Triple], subject: object, predicate: str) -> str:
    (found,) = _objects(shapes, subject, predicate)
    return cast("ox.Literal", found).value
