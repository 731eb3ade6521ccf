"""Tables of SPARQL results in JSON and XML for who reads RDF 1.1: without the cells that hold triple terms.

The engine writes tables itself; these are written where it came upon a triple term, whose cell is then as
one without a value. The direction of a text stands beside it, where readers of RDF 1.1 pass it over.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from kg.store.versions import Older

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
_MARKS = re.compile(rb'"type":"triple"|<triple>')
"""How the engine begins a triple term; a text may hold it, too."""
_PLAIN: Final = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString",
    }
)


def watched(output: IO[bytes]) -> Older:
    """Return what passes on a table, up to where it may hold a triple term."""
    return Older(output, _MARKS)


def write_older(solutions: ox.QuerySolutions, media_type: str, output: IO[bytes]) -> None:
    """Write a table in one of the two syntaxes as RDF 1.1 has it."""
    names = [variable.value for variable in solutions.variables]
    for piece in _WRITERS[media_type](names, solutions):
        output.write(piece.encode("utf-8", "surrogatepass"))


def _json(names: list[str], solutions: ox.QuerySolutions) -> Iterator[str]:
    yield f'{{"head":{{"vars":{_dumped(names)}}},"results":{{"bindings":['
    for place, cells in enumerate(_rows(names, solutions)):
        row = {name: _member(term) for name, term in cells.items()}
        yield ("," if place else "") + _dumped(row)
    yield "]}}"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _member(term: _Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    told = {"type": "literal", "value": term.value}
    if term.language is not None:
        directed = {} if term.direction is None else {"its:dir": str(term.direction)}
        return told | {"xml:lang": term.language} | directed
    return told if term.datatype.value in _PLAIN else told | {"datatype": term.datatype.value}


def _xml(names: list[str], solutions: ox.QuerySolutions) -> Iterator[str]:
    yield '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    yield "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    yield "</head><results>"
    for cells in _rows(names, solutions):
        bound = (
            f"<binding name={quoteattr(name)}>{_element(term)}</binding>" for name, term in cells.items()
        )
        yield f"<result>{''.join(bound)}</result>"
    yield "</results></sparql>"


def _element(term: _Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{escape(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{escape(term.value)}</bnode>"
    kind = ""
    if term.language is not None:
        kind = f" xml:lang={quoteattr(term.language)}"
        if term.direction is not None:
            its = 'xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
            kind += f" its:dir={quoteattr(str(term.direction))} {its}"
    elif term.datatype.value not in _PLAIN:
        kind = f" datatype={quoteattr(term.datatype.value)}"
    return f"<literal{kind}>{escape(term.value)}</literal>"


def _rows(names: list[str], solutions: ox.QuerySolutions) -> Iterator[dict[str, _Term]]:
    """Give of each row the cells that RDF 1.1 can have."""
    for solution in solutions:
        pairs = ((name, solution[name]) for name in names)
        yield {
            name: term for name, term in pairs if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
        }


if TYPE_CHECKING:
    _Term = ox.NamedNode | ox.BlankNode | ox.Literal
_WRITERS: Final[Mapping[str, Callable[[list[str], ox.QuerySolutions], Iterator[str]]]] = {
    JSON: _json,
    XML: _xml,
}
