"""Filters as forms: a field for each, with the values that it can have where they are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin
from urllib.parse import urlencode

from fastapi import Request  # noqa: TC002 - FastAPI looks at it

from api.schemas.filters import PAGING
from kg.query.lookups.labels import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from api.deps import Call
    from api.pages.view import View
    from api.schemas.filters import Paging

_SCHEMES: Final[Mapping[str, str]] = {
    "basis": "basis",
    "status": "status",
    "scope": "scope",
    "temporal": "scope",
    "material": "scope",
    "personal": "scope",
    "outcome": "outcome",
    "modality": "modality",
    "type": "event-type",
    "min_credibility": "credibility",
}
"""The code list of a filter's values."""


class ElsewhereError(Exception):
    """What was asked for stands at another address, to which whoever asked is led."""

    def __init__(self, address: str) -> None:
        """Keep the address."""
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form."""

    name: str
    words: str
    """What it says of itself beside the field."""
    value: str
    example: str
    options: tuple[tuple[str, str], ...]
    """Values and their labels; empty: anything may be typed in."""


async def filled(request: Request) -> None:
    """Lead a form with fields that were left empty to the address without them."""
    given: list[tuple[str, str]] = request.query_params.multi_items()
    kept = [(name, value) for name, value in given if value.strip()]
    if kept != given and "text/html" in request.headers.get("accept", ""):
        raise ElsewhereError(request.url.path + (f"?{urlencode(kept)}" if kept else ""))


def fields(view: View, query: Paging) -> list[Field]:
    """Return the fields of a list's filters, with what was chosen."""
    chosen = query.chosen()
    found = []
    for name, field in type(query).model_fields.items():
        if name not in PAGING:
            said = field.alias or name
            words, example = field.description or "", str((field.examples or [""])[0])
            options = tuple(_options(view, said, field.annotation))
            found.append(Field(said, words, chosen.get(said, ""), example, options))
    return found


def _options(view: View, name: str, annotation: object) -> Iterator[tuple[str, str]]:
    literal = next((part for part in get_args(annotation) if get_origin(part) is Literal), None)
    scheme = _SCHEMES.get(name)
    if literal is not None:
        for value in get_args(literal):
            yield value, view.code(scheme, value).label if scheme else value
    elif scheme is not None:
        yield from view.codes.of(scheme, view.language)


def facets(
    call: Call, view: View, counted: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the values of each filter with their numbers, names, and the address that asks for them."""
    iris = [str(value["iri"]) for name, values in counted.items() if name not in _SCHEMES for value in values]
    names = labels(call.reader, iris)
    given = [
        (name, value)
        for name, value in call.request.query_params.multi_items()
        if name not in {"cursor", "facets", "count", "f"}
    ]
    found = []
    for name, values in counted.items():
        rest, shown = [pair for pair in given if pair[0] != name], []
        for value in values:
            said = str(value["value"])
            scheme = _SCHEMES.get(name)
            label = view.code(scheme, said).label if scheme else names.get(str(value["iri"]), said)
            shown.append(
                {
                    **value,
                    "label": label,
                    "chosen": (name, said) in given,
                    "with": "?" + urlencode([*rest, (name, said)]),
                    "without": "?" + urlencode(rest),
                }
            )
        if shown:
            found.append((name, shown))
    return found
