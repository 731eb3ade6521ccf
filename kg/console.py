"""Answers, outcomes and code lists as text and as JSON, for people who type commands."""

from __future__ import annotations

from difflib import get_close_matches
from io import StringIO
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Answer, Cell, Problem
    from kg.pipeline import Outcome
    from kg.query.directory import Entry
    from kg.query.questions import Question

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_NAMES: Final = 4
"""How many other names of a thing a line shows."""


def answer_json(answer: Answer) -> Json:
    """Return the answer as REST gives it: its columns and its rows."""
    return {
        "columns": [
            {"name": column.name, "type": column.type, "description": column.description}
            for column in answer.columns
        ],
        "rows": [dict(row) for row in answer.rows],
        "hidden": answer.hidden,
    }


def answer_text(title: str, answer: Answer, width: int) -> str:
    """Return the answer as a table under its title, or as a list of records if a table would be too wide."""
    head = f"{title}\n\n"
    if not answer.rows:
        return f"{head}No rows.\n"
    if len(answer.columns) * 14 > width:
        return head + "\n".join(_record(number, row) for number, row in enumerate(answer.rows, 1))
    table = Table(box=None, pad_edge=False)
    for column in answer.columns:
        table.add_column(column.name, overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(_cell(row[column.name])) for column in answer.columns))
    return head + _rendered(table, width)


def catalogue(questions: Iterable[Question]) -> str:
    """Return the list of questions that can be asked."""
    return "".join(f"{question.number}  {question.title}\n" for question in questions)


def code_lists(lists: Mapping[str, Mapping[str, str]], scheme: str | None, width: int) -> str:
    """Return a code list with what each code means, or all of them; NotFoundError for an unknown one."""
    if scheme is not None and scheme not in lists:
        near = get_close_matches(scheme, sorted(lists), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise NotFoundError(f"no code list {scheme!r}; {hint}one of: {', '.join(sorted(lists))}")
    parts = []
    for name in [scheme] if scheme else sorted(lists):
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for code, meaning in lists[name].items():
            table.add_row(Text(f"  {code}"), Text(meaning))
        parts.append(f"{name}\n{_rendered(table, width)}")
    return "\n".join(parts)


def entries_text(entries: Iterable[Entry], width: int) -> str:
    """Return a line for each thing: the id to write, what it is called, and what tells it from others."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for entry in entries:
        told = "; ".join(
            part
            for part in (entry.type, entry.date, *entry.codes, ", ".join(entry.other_names[:_NAMES]))
            if part
        )
        table.add_row(Text(entry.id), Text(f"{entry.label or ''}{f' ({told})' if told else ''}"))
    return _rendered(table, width)


def outcome_json(outcome: Outcome) -> Json:
    """Return what became of a document, with each problem in its parts."""
    return {
        "file": str(outcome.path),
        "kind": outcome.kind,
        "id": outcome.identifier,
        "status": outcome.status,
        "problems": [_problem_json(problem) for problem in outcome.problems],
        "warnings": [_problem_json(warning) for warning in outcome.warnings],
        "quarantine": None if outcome.quarantine is None else str(outcome.quarantine),
    }


def _problem_json(problem: Problem) -> Json:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "message": problem.message,
        "rule": problem.rule,
        "hint": problem.hint,
    }


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """Return a line for each document, its problems and warnings below it, and the counts at the end."""
    lines = []
    for outcome in outcomes:
        name = f"{outcome.kind} {outcome.identifier}" if outcome.identifier else outcome.path.name
        lines.append(f"{outcome.status}: {name} ({outcome.path})")
        lines += [f"  {problem}" for problem in outcome.problems]
        lines += [str(warning) for warning in outcome.warnings]
        if outcome.quarantine is not None:
            lines.append(f"  kept in {outcome.quarantine}")
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    said = [f"{number} {status}" for status, number in sorted(counts.items())]
    warnings = sum(len(outcome.warnings) for outcome in outcomes)
    said += [f"{warnings} warning{'s' if warnings > 1 else ''}"] if warnings else []
    lines.append(", ".join(said))
    return "\n".join(lines) + "\n"


def _record(number: int, row: Mapping[str, Cell]) -> str:
    width = max(map(len, row))
    lines = [f"{name.rjust(width)}: {_cell(value)}" for name, value in row.items()]
    return "\n".join([f"--- {number}", *lines, ""])


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _rendered(table: Table, width: int) -> str:
    target = StringIO()
    Console(file=target, width=width, color_system=None).print(table)
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())
