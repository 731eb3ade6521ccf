"""Lists as tables: the fields of a model as columns, so that every list can be had as CSV.

A field of a value within the item has the names of both, as `time_earliest`. Of a list, each field of its
items is a column, in which the values stand one after another with a bar between them; in a list within a
list, with a semicolon. The n-th values of the columns of one list belong together. What cannot be laid out
so (translations by language) is one text, in the notation of JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Final, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel

from kg.tables import csv_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

Flat: TypeAlias = str | int | float | bool | None

BETWEEN: Final = (" | ", "; ")
"""What stands between the values of a list, and of a list within a list; deeper, as within."""

LISTS: Final = ("items", "tables")
"""The names of what a list holds."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its name, and from which field to which the way to it leads."""

    name: str
    path: tuple[str, ...]


def csv_of(model: type[BaseModel], items: Sequence[BaseModel]) -> str:
    """Return items of a model as CSV, with a header even where there are none."""
    columns = _columns(model)
    rows = ([_value(item, column.path, 0) for column in columns] for item in items)
    return csv_rows([column.name for column in columns], rows)


def column_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the columns of a model."""
    return tuple(column.name for column in _columns(model))


@cache
def _columns(model: type[BaseModel], above: tuple[type[BaseModel], ...] = ()) -> tuple[_Column, ...]:
    found: list[_Column] = []
    for field, info in model.model_fields.items():
        name = info.serialization_alias or info.alias or field
        within = _model_in(info.annotation)
        if within is None or within in (*above, model):
            found.append(_Column(name, (field,)))
            continue
        below = _columns(within, (*above, model))
        found.extend(_Column(f"{name}_{column.name}", (field, *column.path)) for column in below)
    return tuple(found)


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field holds, alone or in a list; None for plain values and all else."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin = get_origin(annotation)
    if origin in {Union, UnionType, tuple, list}:
        models = [found for part in get_args(annotation) if (found := _model_in(part)) is not None]
        return models[0] if len(models) == 1 else None
    return None


def _value(held: object, path: tuple[str, ...], depth: int) -> Flat:
    """Return what stands in the column: a plain value, or the values of a list as one text."""
    if isinstance(held, (list, tuple)):
        between = BETWEEN[min(depth, len(BETWEEN) - 1)]
        return between.join(_escaped(_value(one, path, depth + 1), between) for one in held) or None
    if path:
        return None if held is None else _value(getattr(held, path[0]), path[1:], depth)
    return _plain(held)


def _plain(held: object) -> Flat:
    if held is None or isinstance(held, (str, int, float)):
        return held
    if isinstance(held, BaseModel):
        return held.model_dump_json(by_alias=True)
    return json.dumps(held, ensure_ascii=False)


def _escaped(value: Flat, between: str) -> str:
    """Return a value of a list as text, in which what stands between values has a backslash before it."""
    if value is None:
        return ""
    sign = between.strip()
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace(sign, f"\\{sign}")
