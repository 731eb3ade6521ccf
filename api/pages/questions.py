"""The questions as forms, and their answers as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from api.pages.forms import Field
from api.pages.rendering import page
from api.pages.view import view_of
from kg.query import credibility, questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from api.deps import Call
    from api.pages.view import View
    from kg.model import Answer
    from kg.query.questions import Question

_WORDS: Final = ("quote", "words")
"""Columns that hold exact words."""


def catalogue_page(call: Call) -> Response:
    """Return the page of all questions."""
    return page(call, "questions.html", view_of(call).t("questions"), {"questions": questions.catalogue()})


def question_page(call: Call, question: Question, answer: Answer | None = None) -> Response:
    """Return the page of a question: its form, and the answer if it was asked for."""
    view = view_of(call)
    given = dict(call.request.query_params)
    address = f"/api/v1/questions/{question.name}"
    said: dict[str, Any] = {
        "question": question,
        "fields": [_field(view, one.name, one.type, one.description, given) for one in question.parameters],
        "zone": given.get("zone", call.service.zone),
        "answer": None if answer is None else _told(answer),
        "hidden_shown": f"{address}?{urlencode({**given, credibility.NAME: credibility.ALL})}",
        "words": _WORDS,
        "csv": f"{address}.csv?{urlencode(given)}",
        "json": f"{address}?{urlencode(given)}",
        "link": lambda row, column: _link(view, row, column),
    }
    return page(call, "question.html", question.title, said)


def _told(answer: Answer) -> dict[str, Any]:
    return {"columns": _columns(answer), "rows": answer.rows, "hidden": answer.hidden}


def _field(view: View, name: str, kind: str, words: str, given: dict[str, str]) -> Field:
    options = (
        tuple(view.codes.of(kind.removeprefix("code:"), view.language)) if kind.startswith("code:") else ()
    )
    return Field(name, words, given.get(name, ""), "", options)


def _columns(answer: Answer) -> list[dict[str, str]]:
    """Return the columns in which anything stands, the exact words foremost."""
    shown = [one for one in answer.columns if any(row[one.name] is not None for row in answer.rows)]
    return [asdict(one) for one in sorted(shown, key=lambda one: one.name not in _WORDS)]


def _link(view: View, row: Mapping[str, object], column: str) -> str | None:
    """Return the address of the page of what a cell names, where it names something of the graph."""
    value, report = row[column], row.get("report")
    if not isinstance(value, str):
        return None
    if column == "report":
        return view.to("report", value)
    if column == "claim" and isinstance(report, str) and ":" not in value:
        return view.to("claim", value if "/" in value else f"{report}/{value}")
    return view.href(value) if ":" in value else None
