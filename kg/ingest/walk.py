"""Walks over a document's model: every place where it names something, with the path of the field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from kg.ingest.fields import Code, Refers
from kg.ingest.models.common import TermRef
from kg.ingest.models.report import Denied

if TYPE_CHECKING:
    from kg.ingest.outline import Path

Mark = Refers | Code


@dataclass(frozen=True, slots=True)
class _Form:
    """What is noted on a field, and on the items of one that has several."""

    marks: tuple[Mark, ...] = ()
    items: _Form | None = None


def marked(model: BaseModel, path: Path = ()) -> list[tuple[Path, Mark, str]]:
    """Return each named thing of the model: the field's path, what it names, and the name.

    A term comes as kind `term` and the name `agreement#number`, after its agreement.
    """
    found: list[tuple[Path, Mark, str]] = []
    _collect(model, path, found)
    return found


def _collect(model: BaseModel, path: Path, found: list[tuple[Path, Mark, str]]) -> None:
    for name, key, form in _fields(type(model)):
        value = getattr(model, name)
        if value is not None:
            _visit(form, value, (*path, key), found)
    if isinstance(model, TermRef | Denied) and model.agreement is not None and model.term is not None:
        found.append(((*path, "term"), Refers("term"), f"{model.agreement}#{model.term}"))


def _visit(
    form: _Form | None,
    value: Any,  # noqa: ANN401 - a value of a field of that form
    path: Path,
    found: list[tuple[Path, Mark, str]],
) -> None:
    if isinstance(value, BaseModel):
        _collect(value, path, found)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if item is not None:
                _visit(form and form.items, item, (*path, index), found)
    elif form is not None:
        found += [(path, mark, value) for mark in form.marks]


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, _Form], ...]:
    """Return the fields of models of a class: their names, how they are written, and their forms."""
    return tuple(
        (name, field.alias or name, _form(field.annotation, field.metadata))
        for name, field in model.model_fields.items()
    )


def _form(annotation: Any, metadata: list[Any]) -> _Form:  # noqa: ANN401 - any type that a model may have
    notes = (*metadata, *unwrap(annotation)[1])
    marks = tuple(note for note in notes if isinstance(note, Refers | Code))
    if get_origin(annotation) is tuple:
        return _Form(marks, _form(*unwrap(get_args(annotation)[0])))
    return _Form(marks)


def unwrap(annotation: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401 - any type that a model may have
    """Return the type without `Annotated` and `| None`, and what was noted on it."""
    notes: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            inner, *more = get_args(annotation)
            annotation, notes = inner, [*notes, *more]
            continue
        choices = [choice for choice in get_args(annotation) if choice is not NoneType]
        if NoneType in get_args(annotation) and len(choices) == 1:
            annotation = choices[0]
            continue
        return annotation, notes
