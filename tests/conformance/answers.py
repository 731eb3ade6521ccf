"""Answers of queries, compared as their tests mean it: by value, and whatever blank nodes are called."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from tests.conformance.suite import RDF, Facts, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]
_RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_RESULTS: Final = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
_INTEGERS: Final = re.compile(
    r"integer|long|int|short|byte|(?:nonNegative|positive|nonPositive|negative)Integer"
    r"|unsigned(?:Long|Int|Short|Byte)"
)
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Table:
    """The solutions of a SELECT; `ordered` if the file that holds them numbers them."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False

    def columns(self, variables: Sequence[str]) -> list[Row]:
        """Return the rows with these columns, None where one is missing."""
        places = {name: place for place, name in enumerate(self.variables)}
        return [
            tuple(row[places[name]] if name in places else None for name in variables) for row in self.rows
        ]


Answer = bool | Table | frozenset[ox.Quad]


def expected(root: Path, path: Path) -> Answer:
    """Return the answer that a file of a suite holds."""
    if path.suffix == ".csv":
        return from_csv(path.read_text("utf-8"))
    if path.suffix in _RESULTS:
        return results(path.read_bytes(), _RESULTS[path.suffix])
    quads = read(root, path, "e")
    described = _result_set(quads)
    return frozenset(quads) if described is None else described


def results(body: bytes, form: ox.QueryResultsFormat) -> bool | Table:
    """Return what a document of results holds."""
    found = ox.parse_query_results(body, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = tuple(variable.value for variable in found.variables)
    return Table(names, tuple(tuple(solution) for solution in found))


def graph(body: bytes, form: ox.RdfFormat) -> frozenset[ox.Quad]:
    """Return the graph that a document holds."""
    return frozenset(ox.parse(body, format=form))


def from_csv(text: str) -> Table:
    """Return a table of which CSV has kept nothing but the values."""
    names, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    return Table(tuple(names), tuple(tuple(_cell(cell) for cell in row) for row in rows))


def same(one: Iterable[Row], other: Iterable[Row], *, ordered: bool = False, reduced: bool = False) -> bool:
    """Return whether two bags of rows are equal by value, up to the names of blank nodes.

    Where order counts, the rows are sequences; where duplicates may be left out, `one` has no more of them.
    """
    rows = [_values(one), _values(other)]
    if reduced:
        fewer = len(rows[0]) <= max(len(rows[1]), len(set(rows[1])))
        return fewer and _canonical(list(dict.fromkeys(rows[0])), ordered=False) == _canonical(
            list(dict.fromkeys(rows[1])), ordered=False
        )
    return _canonical(rows[0], ordered=ordered) == _canonical(rows[1], ordered=ordered)


def as_rows(quads: Iterable[ox.Quad]) -> list[Row]:
    """Return quads as rows of four; the default graph has no name."""
    return [
        (
            quad.subject,
            quad.predicate,
            quad.object,
            None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name,
        )
        for quad in dict.fromkeys(quads)
    ]


def _canonical(rows: Sequence[Row], *, ordered: bool) -> frozenset[ox.Quad]:
    """Return the rows as a dataset, a node for each with how often it stands; equal bags give equal ones."""
    made = []
    counted = [((place, row), 1) for place, row in enumerate(rows)] if ordered else []
    counted = counted or [((0, row), count) for row, count in Counter(rows).items()]
    for number, ((place, row), count) in enumerate(counted):
        node = ox.BlankNode(f"row{number}")
        for name, value in (("place", place), ("count", count)):
            made.append(ox.Quad(node, ox.NamedNode(f"urn:{name}"), ox.Literal(value)))
        for column, term in enumerate(row):
            if term is not None:
                made.append(ox.Quad(node, ox.NamedNode(f"urn:column:{column}"), term))
    dataset = ox.Dataset(made)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset)


def _values(rows: Iterable[Row]) -> list[Row]:
    return [tuple(None if term is None else _value(term) for term in row) for row in rows]


def _value(term: Term) -> Term:
    """Return the term that stands for all of its value."""
    if isinstance(term, ox.Triple):
        return ox.Triple(_value(term.subject), term.predicate, _value(term.object))  # type: ignore[arg-type]
    if not isinstance(term, ox.Literal) or term.language:
        return term
    try:
        text = _lexical(term.value, term.datatype.value)
    except (ValueError, InvalidOperation):
        text = term.value
    return ox.Literal(text, datatype=term.datatype)


def _lexical(text: str, datatype: str) -> str:
    """Return one lexical form for each value."""
    name = datatype.removeprefix(_XSD)
    if name == "decimal":
        return format(Decimal(text).normalize(), "f")
    if name in {"double", "float"}:
        number = float(text.replace("INF", "inf"))
        return "NaN" if math.isnan(number) else f"{number:.{6 if name == 'float' else 12}g}"
    if name == "boolean":
        return {"1": "true", "0": "false"}.get(text, text)
    if name in {"dateTime", "time"}:
        return _moment(text)
    return str(int(text)) if _INTEGERS.fullmatch(name) else _duration(text, name)


def _moment(text: str) -> str:
    text = re.sub(r"(\.\d*?)0+(?=$|Z|[+-])", r"\1", text)
    return re.sub(r"[+-]00:00$", "Z", re.sub(r"\.(?=$|Z|[+-])", "", text))


def _duration(text: str, name: str) -> str:
    match = _DURATION.fullmatch(text) if name.lower().endswith("duration") else None
    if match is None:
        return text
    years, months, days, hours, minutes = (int(part or 0) for part in match.groups()[1:6])
    seconds = Decimal(match[7] or 0) + 60 * minutes + 3600 * hours + 86400 * days
    return f"{match[1]}P{12 * years + months}M{seconds.normalize():f}S"


def _cell(text: str) -> Term | None:
    if not text:
        return None
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    number = _NUMBER.fullmatch(text)
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + "double")) if number else ox.Literal(text)


def _result_set(quads: Iterable[ox.Quad]) -> bool | Table | None:
    """Return the results that a graph describes; None if it is a graph and nothing else."""
    index: dict[object, dict[str, list[object]]] = {}
    for quad in quads:
        index.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    facts = Facts(index)
    roots = [node for node in index if ox.NamedNode(_RS + "ResultSet") in facts.all(node, RDF + "type")]
    if not roots:
        return None
    truth = facts.text(roots[0], _RS + "boolean")
    if truth:
        return truth in {"true", "1"}
    names = sorted(str(getattr(name, "value", "")) for name in facts.all(roots[0], _RS + "resultVariable"))
    found: list[tuple[int | None, Row]] = []
    for solution in facts.all(roots[0], _RS + "solution"):
        bound = {
            facts.text(item, _RS + "variable"): facts.one(item, _RS + "value")
            for item in facts.all(solution, _RS + "binding")
        }
        place = facts.text(solution, _RS + "index")
        found.append((int(place) if place else None, tuple(bound.get(name) for name in names)))  # type: ignore[misc]
    ordered = bool(found) and all(place is not None for place, _ in found)
    if ordered:
        found.sort(key=lambda item: item[0] or 0)
    return Table(tuple(names), tuple(row for _, row in found), ordered)
