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
from functools import lru_cache
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
    return tuple(dict.fromkeys(name for _, _, name, _ in _parts(text)[1]))


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
    pieces, marks = _parts(text)
    unknown = sorted(set(values) - {name for _, _, name, _ in marks})
    if unknown:
        raise BadParameterError(f"the query takes no parameter {unknown[0]!r}")
    rendered = {name: " ".join(_render(term) for term in terms) for name, terms in values.items()}
    found = [pieces[0]]
    for piece, (indent, variable, name, line) in zip(pieces[1:], marks, strict=True):
        if name in rendered:
            found.append(f"{indent}VALUES ?{variable} {{ {rendered[name]} }} # @param {name}")
        else:
            found.append(line)
        found.append(piece)
    return "".join(found)


@lru_cache(256)
def _parts(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str, str, str], ...]]:
    """Return a query without its marked lines, and these: indent, variable, name of the parameter, all."""
    marks = tuple(_MARK.finditer(text))
    ends = [0, *(mark.end() for mark in marks)]
    starts = [*(mark.start() for mark in marks), len(text)]
    pieces = tuple(text[end:start] for end, start in zip(ends, starts, strict=True))
    return pieces, tuple((mark[1], mark[2], mark[3], mark[0]) for mark in marks)


def _render(term: URIRef | Literal) -> str:
    if isinstance(term, URIRef):
        if not is_iri(term):
            raise BadParameterError(f"not an IRI: {str(term)!r}")
        return f"<{term}>"
    lexical = str(term).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if term.language:
        return f'"{lexical}"@{term.language}'
    return f'"{lexical}"^^<{term.datatype}>' if term.datatype else f'"{lexical}"'
