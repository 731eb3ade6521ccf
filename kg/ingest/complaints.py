"""What the models refuse, told in the words of the person who wrote the document."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from kg.errors import DocumentError
from kg.ingest.commas import unquoted
from kg.ingest.fields import FieldError
from kg.ingest.models import KINDS
from kg.ingest.walk import unwrap
from kg.model import MOST_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from kg.ingest.outline import Outline, Path, Value
    from kg.model import Problem

_EXPECTED = {
    "string_type": ("text", None),
    "tuple_type": ("a list", "write [one, two], or one item a line, each beginning with a hyphen"),
    "model_type": ("a mapping", "write {field: value}, or one field a line"),
    "model_attributes_type": ("a mapping", "write {field: value}, or one field a line"),
}
_VIOLATIONS = "violations are written by rules only; use `alleges:` on the claim"


def kind_of(value: Value, outline: Outline) -> str:
    """Return the document's kind; raise DocumentError if it is no mapping or of no known kind."""
    kinds = ", ".join(KINDS)
    if not isinstance(value, dict):
        found = "plain text" if isinstance(value, str) else _described(value)
        message = f"expected a mapping with the field kind, found {found}"
        raise DocumentError(
            [outline.problem((), message, "document/wrong-type", f"begin with `kind:`, one of: {kinds}")]
        )
    kind = value.get("kind")
    if kind is None:
        problem = outline.problem((), "has no field kind", "document/missing-field", f"one of: {kinds}")
        raise DocumentError([problem])
    if not isinstance(kind, str) or kind not in KINDS:
        message = f"unknown kind {kind!r}"
        raise DocumentError(
            [outline.problem(("kind",), message, "document/unknown-kind", f"one of: {kinds}")]
        )
    return kind


def refusal(error: ValidationError, model: type[BaseModel], outline: Outline, value: Value) -> DocumentError:
    """Return the error for a document of that value, which its model refuses; the first problems are told."""
    found = _apart(error.errors(include_url=False), model, outline, value)
    problems = [_problem(details, model, outline, value) for details in found[:MOST_PROBLEMS]]
    return DocumentError(problems, len(found) - len(problems))


def _apart(
    found: list[ErrorDetails], model: type[BaseModel], outline: Outline, value: Value
) -> list[ErrorDetails]:
    """Return the errors without those that only follow from others.

    A list is not empty for having an item that is wrong, one comma makes one mistake, and a field whose name
    is written wrongly is not missing; that is looked for as far as problems are told.
    """
    places = [details["loc"] for details in found]
    unknown = (details["loc"] for details in found if details["type"] == "extra_forbidden")
    misspelt = {
        (*place[:-1], near[0])
        for place in islice(unknown, MOST_PROBLEMS)
        if (near := get_close_matches(str(place[-1]).lower(), list(_fields_at(model, place[:-1])), n=1))
    }
    kept, told = [], set()
    for details, place in zip(found, places, strict=True):
        follows = details["type"] == "missing" and place in misspelt
        follows |= details["type"] == "too_short" and any(_within(other, place) for other in places)
        if details["type"] == "extra_forbidden" and (split := unquoted(value, place, outline)) is not None:
            follows |= (place[:-1], split) in told
            told.add((place[:-1], split))
        if not follows:
            kept.append(details)
    return kept


def _within(place: Path, outer: Path) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _problem(details: ErrorDetails, model: type[BaseModel], outline: Outline, value: Value) -> Problem:
    path: Path = details["loc"]
    given = details.get("input")
    refusal = details.get("ctx", {}).get("error")
    if isinstance(refusal, FieldError):
        return outline.problem(path, refusal.message, refusal.rule, refusal.hint)
    kind = details["type"]
    if kind == "extra_forbidden":
        return _unknown_field(path, model, outline, value)
    if kind == "missing":
        description = _fields_at(model, path[:-1]).get(str(path[-1]))
        return outline.problem(path, f"needs the field {path[-1]!r}", "document/missing-field", description)
    if kind == "literal_error":
        allowed = str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        near = get_close_matches(str(given), allowed.split(", "), n=1)
        hint = f"did you mean {near[0]!r}? one of: {allowed}" if near else f"one of: {allowed}"
        return outline.problem(path, f"unknown {path[-1]} {given!r}", "document/unknown-value", hint)
    if kind == "too_short":
        return outline.problem(path, "is empty", "document/empty", "at least one is needed")
    expected, advice = _EXPECTED.get(kind, (str(details["msg"]), None))
    advice = _as_text(path, given) if kind == "string_type" else _around(kind, path, given, model) or advice
    message = f"expected {expected}, found {_described(given)}"
    return outline.problem(path, message, "document/wrong-type", advice)


def _unknown_field(path: Path, model: type[BaseModel], outline: Outline, value: Value) -> Problem:
    name = str(path[-1])
    written = unquoted(value, path, outline)
    if written is not None:
        message = f"{name!r} is read as a field of its own: within {{}} a comma begins one"
        text = written.endswith('"')
        why = "text with a comma needs quotation marks there" if text else "numbers have no commas"
        hint = f"{why}: {written}"
        return outline.problem(path, message, "document/unquoted-comma", hint)
    hint = _nearest_field(name, _fields_at(model, path[:-1]))
    return outline.problem(path, f"unknown field {name!r}", "document/unknown-field", hint)


def _around(kind: str, path: Path, given: object, model: type[BaseModel]) -> str | None:
    """Return how a text is written where a list or a mapping is needed, and a list of one where one is."""
    if kind.startswith("model") and isinstance(given, list) and [*map(type, given)] == [str]:
        return f"it takes one: {path[-1]}: {given[0]}"
    if not isinstance(given, str):
        return None
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if kind == "tuple_type":
        return f"write {name}: [{given}], or one item a line, each beginning with a hyphen"
    first = next(iter(_fields_at(model, path)), None)
    return None if first is None else f"write {{{first}: {given}, …}}, or one field a line"


def _as_text(path: Path, given: object) -> str | None:
    """Return how a text is written where a mapping or list is given, with the first text in it."""
    inside = [*given.values()] if isinstance(given, dict) else given if isinstance(given, list) else []
    first = next((text for text in inside if isinstance(text, str)), None)
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if isinstance(given, dict) and name == "text" and first is not None:
        return f"`text` has the words of the report, in its own language and as they stand: text: {first}"
    if first is not None and isinstance(path[-1], int):
        return f"write one text for each item: {name}: [{first}]"
    if first is not None:
        return f"write one text: {name}: {first}"
    if isinstance(given, dict) and given and all(text is None for text in given.values()):
        return f'text with {{}} in it needs quotation marks: {name}: "{{{", ".join(map(str, given))}}}"'
    return "write one text, in quotation marks if it begins with [ or {" if given is not None else None


def _nearest_field(name: str, fields: Mapping[str, str]) -> str:
    if "violat" in name.lower():
        return _VIOLATIONS
    near = get_close_matches(name.lower(), list(fields), n=1)
    known = f"known fields: {', '.join(fields)}"
    return f"did you mean {near[0]!r}? {known}" if near else known


def _fields_at(model: type[BaseModel], path: Path) -> dict[str, str]:
    """Return the fields that the model has at a path, with what each means."""
    here: Any = model
    for step in path:
        if isinstance(step, int) or not (isinstance(here, type) and issubclass(here, BaseModel)):
            continue
        here = next(
            (
                _innermost(field.annotation)
                for name, field in here.model_fields.items()
                if step == (field.alias or name)
            ),
            None,
        )
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return {}
    return {field.alias or name: field.description or "" for name, field in here.model_fields.items()}


def _innermost(annotation: Any) -> Any:  # noqa: ANN401 - any type that a model may have
    """Return the type of a field's items, if it is a list, else of the field."""
    inner, _ = unwrap(annotation)
    return _innermost(get_args(inner)[0]) if get_origin(inner) is tuple else inner


def _described(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else f"the text {value!r}"
