"""An item of the quarantine, and how its record is written and read: `item.json` in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias

from kg.ingest import Glance, glance
from kg.model import Problem

RECORD = "item.json"
PROBLEMS = "problems.json"
REPORT = "report.ttl"
BESIDE = "files"
"""Folder within an item's for a document that names files called as the item's own are."""

Status: TypeAlias = Literal["open", "resolved", "discarded", "damaged"]
_ENDINGS = {".yaml", ".yml", ".json"}
_WRITTEN = ("open", "resolved", "discarded")


@dataclass(frozen=True, slots=True)
class Item:
    """A document that was refused: what it is, and what became of it."""

    id: str
    """Name of its folder in the quarantine."""
    status: Status
    """`damaged` is never written: it says that the record of the item cannot be read."""
    file: str | None
    """The document's name as it was given."""
    kind: str | None
    identifier: str | None
    refused_at: str | None
    """`2026-11-22T17:30:00.123456Z`, as entries of the journal have it; of the last refusal."""
    document: str | None
    """Where the document lies in the item's folder; None if it could not be read when it was refused, or
    was not kept."""
    sequence: int | None = None
    """Number of the entry of the journal that took the document in."""
    note: str | None = None
    sha256: str | None = None
    """Of the document as it was refused; None where it could not be read."""


def now() -> str:
    """Return the time as items have it."""
    return _spelled(datetime.now(UTC))


def written(item: Item) -> bytes:
    """Return the record of an item as it is stored."""
    return _json(asdict(item))


def problems_written(problems: tuple[Problem, ...]) -> bytes:
    """Return the problems of an item as they are stored."""
    return _json([asdict(problem) for problem in problems])


def read(place: Path) -> Item:
    """Return the item in that folder; one whose record cannot be read is `damaged`, and says why.

    An item without a record comes from an earlier version, and is open.
    """
    try:
        raw = json.loads((place / RECORD).read_text(encoding="utf-8"))
        return _checked(raw, place.name)
    except FileNotFoundError:
        return _guessed(place, "open", None)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        return _guessed(place, "damaged", f"{RECORD} cannot be read: {error}")


def read_problems(place: Path) -> tuple[Problem, ...] | None:
    """Return the problems of the item in that folder; None if they cannot be read."""
    try:
        raw = json.loads((place / PROBLEMS).read_text(encoding="utf-8"))
        return tuple(Problem(**fields) for fields in raw)
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def glance_at(place: Path, document: str | None) -> Glance:
    """Return what can be seen of an item's document as it lies there now."""
    try:
        return Glance() if document is None else glance((place / document).read_bytes(), document)
    except OSError:
        return Glance()


def _spelled(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(value: object) -> bytes:
    """Return JSON for people to read; a name of a file that is not UTF-8 is spelled with escapes."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _checked(raw: Any, name: str) -> Item:  # noqa: ANN401 - whatever the file holds
    if not isinstance(raw, dict):
        raise TypeError("it is no mapping")
    status, sequence = raw.get("status"), raw.get("sequence")
    if status not in _WRITTEN:
        raise ValueError(f"the status is {status!r}; one of {', '.join(_WRITTEN)} is needed")
    if sequence is not None and type(sequence) is not int:
        raise TypeError(f"the sequence is {sequence!r}; a whole number is needed")
    texts = {
        field: raw.get(field)
        for field in ("file", "kind", "identifier", "refused_at", "document", "note", "sha256")
    }
    for field, text in texts.items():
        if text is not None and not isinstance(text, str):
            raise TypeError(f"{field} is {text!r}; a text is needed")
    document = PurePosixPath(texts["document"] or "")
    if document.is_absolute() or ".." in document.parts:
        raise ValueError(f"the document is {texts['document']!r}; a file in the item's folder is needed")
    return Item(id=name, status=status, sequence=sequence, **texts)


def _guessed(place: Path, status: Status, note: str | None) -> Item:
    """Return what can be said of an item without its record."""
    found = sorted(
        (file.suffix.lower() not in _ENDINGS, file.relative_to(place).as_posix())
        for pattern in ("document*", f"{BESIDE}/document*")
        for file in place.glob(pattern)
        if file.is_file()
    )
    document = found[0][1] if found else None
    seen = glance_at(place, document)
    problems = read_problems(place)
    try:
        refused_at = _spelled(datetime.fromtimestamp((place / PROBLEMS).stat().st_mtime, UTC))
    except OSError:
        refused_at = None
    return Item(
        id=place.name,
        status=status,
        file=problems[0].file if problems else None,
        kind=seen.kind,
        identifier=seen.identifier,
        refused_at=refused_at,
        document=document,
        note=note,
    )
