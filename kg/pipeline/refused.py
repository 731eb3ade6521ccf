"""A refused document as it lies there, and where it and the files that it names are to lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kg.ingest import Glance, files_beside, glance
from kg.pipeline.item import BESIDE, PROBLEMS, RECORD, REPORT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST_ENDING = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """A document as it is refused."""

    file: str
    """Its name as it was given."""
    document: str | None
    """Where it is to lie in its item's folder; None if its bytes cannot be read."""
    files: Mapping[str, bytes]
    """The document and the files that it names, by where they are to lie."""
    seen: Glance

    @property
    def content(self) -> bytes:
        """The document's bytes."""
        return b"" if self.document is None else self.files[self.document]


def gather(document: Path) -> Refused:
    """Return a document and the files that it names, with where each is to lie.

    They lie to each other as they did, so that the document can be read there. One that names files
    called as the item's own lies with them in a folder apart.
    """
    try:
        content = document.read_bytes()
    except OSError:
        return Refused(str(document), None, {}, Glance())
    seen = glance(content, document.name)
    beside = files_beside(seen, document.parent)
    name = f"document{printable(document.suffix)[:_LONGEST_ENDING]}"
    first = {PurePosixPath(path).parts[0].casefold() for path in beside}
    while name.casefold() in first:
        name = f"document-{name}"
    prefix = f"{BESIDE}/" if first & {RECORD, PROBLEMS, REPORT} else ""
    files = {f"{prefix}{path}": data for path, data in beside.items()} | {f"{prefix}{name}": content}
    return Refused(str(document), f"{prefix}{name}", files, seen)


def printable(name: str) -> str:
    """Return a name without signs that a terminal would obey or cannot show."""
    return "".join(sign if sign.isprintable() else "_" for sign in name)
