"""JSON-LD as text: read so that every part knows its place, with no number or key lost on the way."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from kg.errors import RdfSyntaxError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 10**21
"""The whole number from which on JSON-LD makes a floating-point number of it."""


class Text(str):  # noqa: SLOT000 - it has a place
    """A string, and where it stands as a JSON pointer."""

    at = ""


class Items(list[Any]):
    """A list, and where it stands."""

    at = ""


class Node(dict[str, Any]):
    """An object, and where it stands."""

    at = ""


class _Twice(dict[str, Any]):
    """An object in which a key stands twice."""

    key = ""


class _Inexact(float):
    """A number with more digits than a double holds."""

    text = ""


def below(at: str, key: object) -> str:
    """Return the JSON pointer of a member.

    >>> below("/a", "http://x")
    '/a/http:~1~1x'
    """
    return f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"


def refuse(at: str, message: str, hint: str) -> NoReturn:
    """Raise RdfSyntaxError for the place."""
    raise RdfSyntaxError(told(at, message, hint))


def told(at: str, message: str, hint: str) -> str:
    """Return in words what is wrong at a place, and what would be right."""
    return f"at {at or '/'}: {message}; {hint}"


def read(text: str, contexts: Mapping[str, object]) -> tuple[Any, str]:
    """Return the value of JSON-LD with its places, and the text for a parser that fetches nothing.

    `contexts` are those known by their addresses; they are put where they are named. Raises RdfSyntaxError
    for what is no JSON, a key that stands twice, a number that would be another, and any other context that
    would have to be fetched.
    """
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_float,
            parse_int=_int,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise RdfSyntaxError(f"no JSON at column {error.colno}: {error.msg}", error.lineno) from error
    except ValueError as error:
        raise RdfSyntaxError(str(error)) from error
    place = _Placing(contexts)
    value = place.value(raw, "")
    return value, json.dumps(value) if place.replaced else text


class _Placing:
    """Gives every part its place."""

    def __init__(self, contexts: Mapping[str, object]) -> None:
        self.contexts = contexts
        self.replaced = False

    def value(self, raw: Any, at: str) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(raw, _Twice):
            refuse(below(at, raw.key), "this key stands twice", "keep one; several values make a list")
        if isinstance(raw, _Inexact):
            hint = 'write it as {"@value": "…", "@type": "http://www.w3.org/2001/XMLSchema#decimal"}'
            refuse(at, f"{raw.text} is more exact than a number of JSON-LD", hint)
        made: Any = raw
        if isinstance(raw, dict):
            made = Node((key, self._member(key, item, below(at, key))) for key, item in raw.items())
        elif isinstance(raw, list):
            made = Items(self.value(item, below(at, number)) for number, item in enumerate(raw))
        elif isinstance(raw, str):
            made = Text(raw)
        if made is not raw:
            made.at = at
        return made

    def _member(self, key: str, item: Any, at: str) -> Any:  # noqa: ANN401 - any JSON
        return self.context(item, at) if key == "@context" else self.value(item, at)

    def context(self, raw: Any, at: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a context in which nothing has to be fetched."""
        if isinstance(raw, str):
            if raw not in self.contexts:
                _remote(raw, at)
            self.replaced = True
            return self.contexts[raw]
        if isinstance(raw, list):
            return [self.context(item, below(at, number)) for number, item in enumerate(raw)]
        if not isinstance(raw, dict):
            return raw
        if isinstance(raw, _Twice):
            refuse(below(at, raw.key), "this key stands twice", "keep one")
        if isinstance(raw.get("@import"), str):
            _remote(raw["@import"], below(at, "@import"))
        return {key: self._term(item, below(at, key)) for key, item in raw.items()}

    def _term(self, raw: Any, at: str) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(raw, _Twice):
            refuse(below(at, raw.key), "this key stands twice", "keep one")
        if isinstance(raw, dict) and "@context" in raw:
            return {**raw, "@context": self.context(raw["@context"], below(at, "@context"))}
        return raw


def _remote(address: str, at: str) -> NoReturn:
    hint = (
        "put what is there in its place, as an object; the product's own is known as /context.jsonld, "
        "and needs no fetching"
    )
    refuse(at, f"the context {address} would have to be fetched, and nothing is", hint)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    twice = _Twice(made)
    twice.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return twice


def _float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")} or Decimal(text) != Decimal(repr(number)):
        inexact = _Inexact(number)
        inexact.text = text
        return inexact
    return number


def _int(text: str) -> int | float:
    if len(text) > len(str(_LARGEST)) or abs(int(text)) >= _LARGEST:
        inexact = _Inexact(0.0)
        inexact.text = text
        return inexact
    return int(text)


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no value of JSON")
