"""The questions as forms, and their answers as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from api.pages.forms import Field
from api.pages.rendering import page
from api.pages.view import view_of
from kg.query import questions

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.deps import Call
    from api.pages.view import View
    from kg.model import Answer
    from kg.query.questions import Question


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
        "answer": None
        if answer is None
        else {"columns": [asdict(one) for one in answer.columns], "rows": answer.rows},
        "csv": f"{address}.csv?{urlencode(given)}",
        "json": f"{address}?{urlencode(given)}",
        "link": lambda column, value: _link(view, column, value),
    }
    return page(call, "question.html", question.title, said)


def _field(view: View, name: str, kind: str, words: str, given: dict[str, str]) -> Field:
    options = (
        tuple(view.codes.of(kind.removeprefix("code:"), view.language)) if kind.startswith("code:") else ()
    )
    return Field(name, words, given.get(name, ""), "", options)


def _link(view: View, column: str, value: object) -> str | None:
    """Return the address of the page of what a cell names, where it names something of the graph."""
    return view.href(value) if isinstance(value, str) and ":" in value and column else None
