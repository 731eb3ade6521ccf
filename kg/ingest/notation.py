"""YAML as plain text, lists and mappings with the line of each; what it should not contain is refused.

Scalars stay as they were written: `6.10` is "6.10", `2021-08-26` and `no` are text. Only the events
of the YAML parser are used, so nothing of the document is ever built by YAML's own rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from kg.errors import DocumentError
from kg.ingest.outline import Outline, Path, Value, names_in, spell
from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(data: bytes, file: str) -> str:
    """Return the document's text; raise DocumentError if it is too large, not UTF-8 or not printable."""
    if len(data) > MAX_BYTES:
        raise refused(file, None, f"is larger than {MAX_BYTES} bytes", "document/too-large")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is not UTF-8"
        raise refused(file, line, message, "document/not-utf-8", "save the file as UTF-8") from None
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"contains the control character U+{ord(found.group()):04X}"
        raise refused(file, line, message, "document/control-character", "delete it")
    return text.removeprefix("\ufeff")


def refused(file: str, line: int | None, message: str, rule: str, hint: str | None = None) -> DocumentError:
    """Return the error for a document that cannot be read any further."""
    return DocumentError([Problem(file, line, "", message, rule, hint)])


def read_yaml(text: str, file: str) -> tuple[Value, Outline]:
    """Return the document's value and outline; raise DocumentError with all that is wrong in it."""
    reader = _Reader(text, file)
    value = reader.document()
    if reader.problems:
        raise DocumentError(reader.problems)
    return value, Outline(file, reader.lines, names_in(value))


def _line(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None


def _hint(lines: list[str], line: int | None, said: str) -> str:
    """Return what is likely to be wrong where the parser stopped: blanks before a line, or signs in it."""
    here = lines[line - 1] if line is not None and line <= len(lines) else ""
    blanks = here[: len(here) - len(here.lstrip())]
    if "\t" in blanks:
        return "begin the line with spaces: YAML takes no tab there"
    above = next((other for other in reversed(lines[: (line or 1) - 1]) if other.strip()), "")
    deeper = len(blanks) > len(above) - len(above.lstrip()) and not above.rstrip().endswith(":")
    if any(sign in said for sign in ("expected key", "'-' indicator", "block end")):
        return "begin it with as many spaces as the fields beside it; quotation marks enclose a whole text"
    if "mapping values" in said and here.count(": ") == 1 and deeper:
        return "begin it with as many spaces as the fields beside it"
    return "text that contains ': ' or ' #' or begins with a sign needs quotation marks"


class _Reader:
    """Builds one document from parser events and gathers what is refused."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._events = self._parse(text)

    def _parse(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else None
            message = f"is not YAML: {error.problem or error.context}"
            hint = _hint(text.split("\n"), line, error.problem or "")
            raise refused(self.file, line, message, "document/not-yaml", hint) from None
        except yaml.YAMLError as error:
            raise refused(self.file, None, f"is not YAML: {error}", "document/not-yaml") from None

    def document(self) -> Value:
        """Return the value of the only document of the stream."""
        value: Value = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(
                        event,
                        (),
                        "holds more than one YAML document",
                        "document/not-yaml",
                        "one file, one document: remove the line `---`",
                    )
                    break
                value = self._value(next(self._events), ())
        return value

    def _refuse(self, event: yaml.Event, path: Path, message: str, rule: str, hint: str) -> None:
        line = _line(event)
        self.problems.append(Problem(self.file, line, spell(path), message, rule, hint))

    def _value(self, event: yaml.Event, path: Path) -> Value:
        self.lines.setdefault(path, _line(event) or 1)
        self._check(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _NULLS else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return None

    def _check(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self._refuse(
                event,
                path,
                f"uses the YAML alias {sign}{getattr(event, 'anchor', '')}",
                "document/yaml-alias",
                "write the value out",
            )
        if getattr(event, "tag", None):
            self._refuse(
                event,
                path,
                f"uses the YAML tag {getattr(event, 'tag', '')}",
                "document/yaml-tag",
                "leave the tag out; every value is taken as written",
            )
        if len(path) > MAX_DEPTH:
            message = f"is nested more than {MAX_DEPTH} levels deep"
            raise refused(self.file, _line(event), message, "document/too-deep")

    def _list(self, path: Path) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event) or 1
            key = self._key(event, path)
            inner = (*path, key)
            if key in fields:
                self._refuse(
                    event,
                    inner,
                    f"is given twice, first on line {self.lines[inner]}",
                    "document/duplicate-key",
                    "keep one of the two; several values make a list",
                )
            self.lines.setdefault(inner, line)
            fields[key] = self._value(next(self._events), inner)
        return fields

    def _key(self, event: yaml.Event, path: Path) -> str:
        self._check(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        message = "a field name must be text"
        raise refused(self.file, _line(event), message, "document/not-yaml")
