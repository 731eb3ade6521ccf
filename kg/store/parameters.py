"""How a value reaches a query: as typed terms in a marked `VALUES` line, and in no other way.

A query that takes a parameter holds one line for each:

```sparql
VALUES ?report { UNDEF } # @param report
```

`UNDEF` stands for "any". `bind` replaces the braces' content by terms written in N-Triples syntax;
no string of a user is ever formatted into query text (`substitutions` of pyoxigraph fails for
variables that are not projected and inside subqueries).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox
from rdflib.term import Literal, URIRef

from kg.errors import BadParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Item = TypeVar("Item")
_MARK = re.compile(r"^([ \t]*)VALUES \?(\w+) \{ UNDEF \} # @param (\w+)[ \t]*$", re.MULTILINE)
_IRI = re.compile(r'[^\x00-\x20<>"{}|^`\\]+')


def is_iri(text: str) -> bool:
    """Return whether the engine takes a text as an absolute IRI, in a query and anywhere else.

    >>> is_iri("urn:a"), is_iri("http://["), is_iri("http://a/%"), is_iri("a")
    (True, False, False, False)
    """
    if not _IRI.fullmatch(text):
        return False
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def parameters_of(text: str) -> tuple[str, ...]:
    r"""Return the names of the parameters that a query takes, in order of appearance.

    >>> parameters_of("SELECT * {\n VALUES ?x { UNDEF } # @param x\n ?x ?y ?z }")
    ('x',)
    """
    return tuple(dict.fromkeys(match.group(3) for match in _MARK.finditer(text)))


def blocks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield the items in blocks of that size, the last of what is left: so many are bound in one query.

    >>> list(blocks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    return (items[start : start + size] for start in range(0, len(items), size))


def bind(text: str, values: Mapping[str, Sequence[URIRef | Literal]]) -> str:
    """Return the query with each marked line that has values in `values` filled in.

    An empty sequence makes the query match nothing; a parameter that is not named stays "any".
    Raises BadParameterError for a name that the query does not take and for an IRI that is none.

    >>> print(bind("VALUES ?x { UNDEF } # @param x", {"x": [URIRef("urn:a"), Literal("b")]}))
    VALUES ?x { <urn:a> "b" } # @param x
    """
    unknown = sorted(set(values) - set(parameters_of(text)))
    if unknown:
        raise BadParameterError(f"the query takes no parameter {unknown[0]!r}")

    def fill(match: re.Match[str]) -> str:
        indent, variable, name = match.groups()
        if name not in values:
            return match.group(0)
        terms = " ".join(_render(term) for term in values[name])
        return f"{indent}VALUES ?{variable} {{ {terms} }} # @param {name}"

    return _MARK.sub(fill, text)


def _render(term: URIRef | Literal) -> str:
    if isinstance(term, URIRef):
        if not is_iri(term):
            raise BadParameterError(f"not an IRI: {str(term)!r}")
        return f"<{term}>"
    lexical = str(term).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if term.language:
        return f'"{lexical}"@{term.language}'
    return f'"{lexical}"^^<{term.datatype}>' if term.datatype else f'"{lexical}"'
