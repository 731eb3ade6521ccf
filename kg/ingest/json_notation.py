"""JSON as plain text, lists and mappings with the line of each; numbers stay as they were written."""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from kg.errors import DocumentError
from kg.ingest.notation import MAX_DEPTH, refused
from kg.ingest.outline import Outline, Path, Value, names_in, spell
from kg.model import Problem

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STRINGS = JSONDecoder()
_WORD = re.compile(r"true|false|null")


def read_json(text: str, file: str) -> tuple[Value, Outline]:
    """Return the document's value and outline; raise DocumentError with what is wrong in it."""
    reader = _Reader(text, file)
    value, end = reader.value(reader.skip(0), ())
    if end != len(text):
        raise reader.error("more text follows the end of the document", end)
    if reader.problems:
        raise DocumentError(reader.problems)
    return value, Outline(file, reader.lines, names_in(value))


class _Reader:
    """Reads one JSON value and notes where everything stands."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def line(self, place: int) -> int:
        """Return the line, from 1, of a place in the text."""
        return bisect_right(self._breaks, place - 1) + 1

    def error(self, message: str, place: int) -> DocumentError:
        """Return the error at that place."""
        return refused(self.file, self.line(place), f"is not JSON: {message}", "document/not-json")

    def skip(self, place: int) -> int:
        """Return the next place that is not blank."""
        found = _SPACE.match(self.text, place)
        return found.end() if found else place

    def value(self, place: int, path: Path) -> tuple[Value, int]:
        """Return the value that begins at the place, and the next place after it that is not blank."""
        self.lines.setdefault(path, self.line(place))
        if len(path) > MAX_DEPTH:
            message = f"is nested more than {MAX_DEPTH} levels deep"
            raise refused(self.file, self.line(place), message, "document/too-deep")
        first = self.text[place : place + 1]
        if first == "{":
            return self._mapping(place, path)
        if first == "[":
            return self._list(place, path)
        if first == '"':
            return self._string(place)
        if found := _WORD.match(self.text, place) or _NUMBER.match(self.text, place):
            word = found.group()
            return None if word == "null" else word, self.skip(found.end())
        raise self.error("a value is missing here", place)

    def _string(self, place: int) -> tuple[str, int]:
        try:
            value, end = _STRINGS.raw_decode(self.text, place)
        except JSONDecodeError as error:
            raise self.error(error.msg, error.pos) from None
        return str(value), self.skip(end)

    def _list(self, place: int, path: Path) -> tuple[Value, int]:
        items: list[Value] = []
        place = self.skip(place + 1)
        if self.text[place : place + 1] == "]":
            return items, self.skip(place + 1)
        while True:
            item, place = self.value(place, (*path, len(items)))
            items.append(item)
            sign = self.text[place : place + 1]
            if sign not in {",", "]"}:
                raise self.error("a list goes on with a comma or ends with ]", place)
            place = self.skip(place + 1)
            if sign == "]":
                return items, place

    def _mapping(self, place: int, path: Path) -> tuple[Value, int]:
        fields: dict[str, Value] = {}
        place = self.skip(place + 1)
        if self.text[place : place + 1] == "}":
            return fields, self.skip(place + 1)
        while True:
            place = self._field(place, path, fields)
            sign = self.text[place : place + 1]
            if sign not in {",", "}"}:
                raise self.error("a mapping goes on with a comma or ends with }", place)
            place = self.skip(place + 1)
            if sign == "}":
                return fields, place

    def _field(self, place: int, path: Path, fields: dict[str, Value]) -> int:
        if self.text[place : place + 1] != '"':
            raise self.error("a field name in quotation marks is missing here", place)
        line = self.line(place)
        key, place = self._string(place)
        if self.text[place : place + 1] != ":":
            raise self.error("a colon is missing after the field name", place)
        inner = (*path, key)
        if key in fields:
            message = f"is given twice, first on line {self.lines[inner]}"
            hint = "keep one of the two; several values make a list"
            self.problems.append(
                Problem(self.file, line, spell(inner), message, "document/duplicate-key", hint),
            )
        self.lines.setdefault(inner, line)
        fields[key], place = self.value(self.skip(place + 1), inner)
        return place
