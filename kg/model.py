"""Frozen values that pass between the layers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node, URIRef

Triple: TypeAlias = "tuple[Node, Node, Node]"
Severity: TypeAlias = Literal["error", "warning"]
Cell: TypeAlias = str | int | float | bool | None

MOST_PROBLEMS: Final = 100
"""How many problems of one document are told; of others only how many there are."""
_LONGEST: Final = 1000
"""Characters of each thing that is said of a problem: a document may have names of any length."""
_MORE: Final = "document/more-problems"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place of one file, or probably is, and what would be right.

    >>> str(Problem("a.yaml", 7, "claims[0].modality", "unknown modality 'rumoured'",
    ...             "code/unknown", "one of: asserted, reported"))
    "a.yaml:7: claims[0].modality: unknown modality 'rumoured' [code/unknown] — one of: asserted, reported"
    """

    file: str
    line: int | None
    field: str
    message: str
    rule: str
    hint: str | None = None
    severity: Severity = "error"
    """A `warning` is accepted: what it is about may be meant so."""

    def __str__(self) -> str:
        """Say it on one line, as compilers do; a warning begins with that word."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f"{place}: {self.field}" if self.field else place
        end = f" — {self.hint}" if self.hint else ""
        said = f"{where}: {self.message} [{self.rule}]{end}"
        return f"warning: {said}" if self.severity == "warning" else said


def bounded(problems: Iterable[Problem], more: int = 0) -> tuple[Problem, ...]:
    """Return the first problems, shortened where they are long, and at the end how many more there are.

    `more` were found and are not among them. What was bounded before stays as it is.

    >>> [str(problem) for problem in bounded(Problem("a", line, "", "b", "c") for line in range(300))][99:]
    ['a:99: b [c]', 'a: 200 more problems are not told [document/more-problems] — right these first']
    """
    every = [*problems]
    last = [every.pop()] if len(every) == MOST_PROBLEMS + 1 and every[-1].rule == _MORE else []
    more = max(0, more) + max(0, len(every) - MOST_PROBLEMS)
    if more:
        severity = every[0].severity if every else "error"
        noun = "warning" if severity == "warning" else "problem"
        message = f"{more:,} more {noun}{'s are' if more > 1 else ' is'} not told"
        file = every[0].file if every else ""
        last = [Problem(file, None, "", message, _MORE, "right these first", severity)]
    return (*map(_shortened, every[:MOST_PROBLEMS]), *last)


def _shortened(problem: Problem) -> Problem:
    """Return a problem that says nothing very long."""
    if max(len(problem.field), len(problem.message), len(problem.hint or "")) <= _LONGEST:
        return problem
    field, message, hint = (_cut(text) for text in (problem.field, problem.message, problem.hint or ""))
    return replace(problem, field=field, message=message, hint=hint or None)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A document as triples, before validation.

    `origins` maps a subject IRI and a predicate IRI (or None for the subject itself) to the field
    of the document that it came from, so that a SHACL result can be told in the document's words.
    """

    kind: str
    identifier: str
    document: URIRef
    graph: URIRef
    triples: frozenset[Triple]
    content_hash: str
    """Of what the document says, for comparing; it may be a hash of words that are not shown."""
    published_hash: str
    """The content hash as the store has it (`svd:contentHash`)."""
    origins: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    """What is accepted, and probably a mistake."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a question's answer: its name, type, and what it means."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A table: the columns in order and one mapping of column name to value for each row."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    hidden: int = 0
    """How many rows are left out, because the claims that they rest on are judged to be doubtful."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What one change or several in a row did to a store, once the rules were through."""

    first: int
    """Number of the first change."""
    sequence: int
    """Number of the last change."""
    hash: str
    """Of the last change; it covers all changes before."""
    documents: frozenset[tuple[str, str, str]]
    """Action, kind and id of each document that came, came anew or went."""
    graphs: frozenset[str]
    """The graphs of these documents."""
    touched: frozenset[str] | None
    """The IRIs about which quads came or went, conclusions included, and those to which these led; None where
    that is not known: then it may be anything."""
    added: int
    """Quads that were put in; 0 where that is not known."""
    removed: int
    """Quads that were taken out; likewise."""
    about: frozenset[str] = frozenset()
    """Of what was touched, that about which quads came or went; the rest was led to, and is as it was."""

    def then(self, later: Delta) -> Delta:
        """Return what this delta and the one after it did together.

        >>> one = Delta(1, 2, "a", frozenset(), frozenset(), frozenset({"urn:x"}), 3, 0)
        >>> both = one.then(Delta(3, 3, "b", frozenset(), frozenset(), frozenset({"urn:y"}), 1, 1))
        >>> both.first, both.sequence, sorted(both.touched), both.added
        (1, 3, ['urn:x', 'urn:y'], 4)
        """
        known = None if self.touched is None or later.touched is None else self.touched | later.touched
        return Delta(
            self.first,
            later.sequence,
            later.hash,
            self.documents | later.documents,
            self.graphs | later.graphs,
            known,
            self.added + later.added,
            self.removed + later.removed,
            self.about | later.about,
        )
