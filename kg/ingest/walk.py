"""Walks over a document's model: every place where it names something, with the path of the field."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from kg.ingest.fields import Code, Refers
from kg.ingest.models.common import TermRef
from kg.ingest.models.report import Denied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest.outline import Path

Mark = Refers | Code


def marked(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Mark, str]]:
    """Yield each named thing of the model: the field's path, what it names, and the name.

    A term comes as kind `term` and the name `agreement#number`, after its agreement.
    """
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        yield from _visit(field.annotation, field.metadata, value, (*path, field.alias or name))
    if isinstance(model, TermRef | Denied) and model.agreement is not None and model.term is not None:
        yield (*path, "term"), Refers("term"), f"{model.agreement}#{model.term}"


def _visit(
    annotation: Any,  # noqa: ANN401 - any type that a model may have
    metadata: list[Any],
    value: Any,  # noqa: ANN401 - a value of that type
    path: Path,
) -> Iterator[tuple[Path, Mark, str]]:
    if value is None:
        return
    if isinstance(value, BaseModel):
        yield from marked(value, path)
        return
    if isinstance(value, tuple):
        inner, more = unwrap(get_args(annotation)[0]) if get_origin(annotation) is tuple else (str, [])
        for index, item in enumerate(value):
            yield from _visit(inner, more, item, (*path, index))
        return
    inner, more = unwrap(annotation)
    for mark in (*metadata, *more):
        if isinstance(mark, Refers | Code):
            yield path, mark, value


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
