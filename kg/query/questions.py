"""The competency questions: SPARQL files with a header that says what they ask, take and answer.

A question is a file `NN-slug.rq` in `ontology/questions`. Its header is comment lines, in this order:

```sparql
# title: Casualties
# question: How many were killed and wounded, and of which side?
# param: report iri:report "only what this report says"
# column: claim string "key of the claim in its report"
# order: yes
```

Parameters are `iri:KIND` (an id or a full IRI), `code:LIST` (a code of that code list), `string` or
`date`: a bound of the period (`kg.query.period`), named as it is there, for which the query has the
condition that stands there. One that is not given means "any". Values reach the query as typed terms only
(`kg.store.bind`).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.errors import QueryError, UnknownQuestionError
from kg.model import Answer, Column
from kg.query import credibility, doubted
from kg.query.cells import COLUMN_TYPES, cell
from kg.query.period import CONDITIONS, ZONE, bounds
from kg.query.values import PARAMETER_TYPES, base_of, term_of
from kg.resources import ontology
from kg.store import bind, parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdflib.term import Literal, URIRef

    from kg.model import Cell
    from kg.store import GraphStore

_FILE = re.compile(r"^(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.rq$")
_LINE = re.compile(r"^# (title|question|param|column|order): (\S.*)$")
_ITEM = re.compile(r'^([a-z][a-z0-9_]*) ([a-z]+(?::[a-z-]+)?) "([^"]+)"$')
_OF_ALL = frozenset({ZONE, credibility.NAME})
"""Parameters that every question takes."""
_ORDER = ("title", "question", "param", "column", "order")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question may be narrowed by; not giving it means "any"."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question: what it asks, takes and answers, and the query that answers it."""

    number: int
    slug: str
    title: str
    words: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    ordered: bool
    text: str

    @property
    def name(self) -> str:
        """The name of its file without the ending, such as `07-casualties`."""
        return f"{self.number:02d}-{self.slug}"


@cache
def catalogue() -> tuple[Question, ...]:
    """Return every question, in the order of their numbers; raise QueryError for one that is malformed."""
    folder = ontology() / "questions"
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".rq")), key=lambda item: item.name
    )
    if not files:
        raise QueryError(f"no questions in {folder}")
    questions = tuple(parse(item.name, item.read_text(encoding="utf-8")) for item in files)
    numbers = [question.number for question in questions]
    slugs = [question.slug for question in questions]
    for seen in (numbers, slugs):
        if len(set(seen)) != len(seen):
            raise QueryError(f"two questions share a number or a slug in {folder}")
    return questions


def find(name: str) -> Question:
    """Return the question of that number, slug or both; raise UnknownQuestionError with the nearest names."""
    wanted = name.strip().lower().removesuffix(".rq")
    for question in catalogue():
        if wanted in {question.name, question.slug, str(question.number), f"{question.number:02d}"}:
            return question
    names = [known for question in catalogue() for known in (question.name, question.slug)]
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "the catalogue lists them all"
    raise UnknownQuestionError(f"no question {name!r}; {hint}")


def ask(store: GraphStore, question: Question, parameters: Mapping[str, str]) -> Answer:
    """Return the answer of the store. `zone` among the parameters says where days are days; else in UTC.

    Rows that rest on doubtful claims alone are left out and counted, as far as `min_credibility` says
    (`kg.query.credibility`).

    Raises BadParameterError for a parameter that the question does not take, that is ill-typed, or
    that names what the store does not know, so that a slip never looks like "nothing alleged".
    """
    declared = {parameter.name: parameter.type for parameter in question.parameters}
    period = {name: value for name, value in parameters.items() if name in {*CONDITIONS, ZONE}}
    values: dict[str, tuple[URIRef | Literal, ...]] = {
        name: (moment,) for name, moment in bounds(period).items() if name in declared
    }
    for name, value in parameters.items():
        if name not in values and name not in _OF_ALL:
            values[name] = (term_of(store, name, declared.get(name), value, tuple(declared)),)
    grades = doubted.least(parameters)
    grades = grades if doubted.holds(store, grades) else ()
    rows = _rows(store, question, question.text, values)
    if not grades:
        return Answer(question.columns, rows)
    if doubted.counts(question.text):
        shown = _rows(store, question, doubted.marked(question.text, grades), values)
        return Answer(question.columns, shown, max(0, len(rows) - len(shown)))
    return Answer(question.columns, *doubted.kept(store, base_of(store), rows, grades))


def _rows(
    store: GraphStore, question: Question, text: str, values: Mapping[str, Sequence[URIRef | Literal]]
) -> tuple[Mapping[str, Cell], ...]:
    """Return the rows that a query of a question answers."""
    found = store.select(bind(text, values))
    if found.variables != tuple(column.name for column in question.columns):
        raise QueryError(f"question {question.name}: the query answers {', '.join(found.variables)}")
    return tuple(
        {
            column.name: cell(question.name, column, term)
            for column, term in zip(question.columns, row, strict=True)
        }
        for row in found.rows
    )


def parse(file: str, text: str) -> Question:
    """Return the question that a file holds; raise QueryError for a header that is not of the grammar."""
    named = _FILE.match(file)
    if named is None:
        raise QueryError(f"{file}: a question's file is named NN-slug.rq")
    lines = _header(file, text)
    title, words, order = (_one(file, lines, key) for key in ("title", "question", "order"))
    if order not in {"yes", "no"}:
        raise QueryError(f"{file}: '# order:' is yes or no, not {order!r}")
    parameters = tuple(
        Parameter(*_item(file, rest, PARAMETER_TYPES)) for key, rest in lines if key == "param"
    )
    columns = tuple(Column(*_item(file, rest, COLUMN_TYPES)) for key, rest in lines if key == "column")
    _consistent(file, text, parameters, columns)
    return Question(int(named[1]), named[2], title, words, parameters, columns, order == "yes", text)


def _header(file: str, text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _LINE.match(line)
        if match is None:
            raise QueryError(f"{file}:{number}: not a line of a question's header: {line!r}")
        found.append((match[1], match[2].strip()))
    places = [_ORDER.index(key) for key, _ in found]
    if places != sorted(places):
        raise QueryError(f"{file}: the header's lines come in the order {', '.join(_ORDER)}")
    return found


def _one(file: str, lines: list[tuple[str, str]], key: str) -> str:
    values = [rest for name, rest in lines if name == key]
    if len(values) != 1:
        raise QueryError(f"{file}: '# {key}:' stands {len(values)} times in the header; once is right")
    return values[0]


def _item(file: str, rest: str, types: frozenset[str]) -> tuple[str, str, str]:
    match = _ITEM.match(rest)
    if match is None:
        raise QueryError(f'{file}: not NAME TYPE "description": {rest!r}')
    kind = match[2].split(":")[0] + ":" if match[2].startswith("code:") else match[2]
    if kind not in types:
        raise QueryError(
            f"{file}: {match[1]} has the type {match[2]!r}; known are {', '.join(sorted(types))}"
        )
    return match[1], match[2], match[3]


def _consistent(file: str, text: str, parameters: tuple[Parameter, ...], columns: tuple[Column, ...]) -> None:
    if not columns:
        raise QueryError(f"{file}: a question has at least one '# column:'")
    declared = [parameter.name for parameter in parameters]
    for names in (declared, [column.name for column in columns]):
        if len(set(names)) != len(names):
            raise QueryError(f"{file}: a name stands twice among {', '.join(names)}")
    if set(declared) != set(parameters_of(text)):
        raise QueryError(
            f"{file}: the header declares the parameters {', '.join(sorted(declared)) or 'none'}, "
            f"the query marks {', '.join(sorted(parameters_of(text))) or 'none'}",
        )
    for parameter in parameters:
        _of_period(file, text, parameter)


def _of_period(file: str, text: str, parameter: Parameter) -> None:
    """Raise QueryError for a day that does not mean what days mean everywhere."""
    name, dated = parameter.name, parameter.type == "date"
    if dated != (name in CONDITIONS) or name in _OF_ALL:
        raise QueryError(f"{file}: parameters of the type date, and no others, are {', '.join(CONDITIONS)}")
    if dated and f"(!BOUND(?{name}) || {CONDITIONS[name]})" not in text:
        raise QueryError(f"{file}: {name} means FILTER (!BOUND(?{name}) || {CONDITIONS[name]})")
