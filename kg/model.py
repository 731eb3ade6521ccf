"""Frozen values that pass between the layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib.term import Node, URIRef

Triple: TypeAlias = "tuple[Node, Node, Node]"
Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place of one file, and what would be right.

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

    def __str__(self) -> str:
        """Say it on one line, as compilers do."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f"{place}: {self.field}" if self.field else place
        end = f" — {self.hint}" if self.hint else ""
        return f"{where}: {self.message} [{self.rule}]{end}"


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
    origins: Mapping[tuple[str, str | None], str] = field(default_factory=dict)


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
