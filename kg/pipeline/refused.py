"""A refused document as it lies there, and where it and the files that it names are to lie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Self

from kg.errors import DocumentError
from kg.ingest import Glance, files_beside, glance, read_bytes
from kg.ingest.files import Folder
from kg.pipeline.item import BESIDE, PROBLEMS, RECORD, REPORT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST_ENDING = 20


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a document, and the folder around it that was named."""

    path: Path
    top: Path
    sha256: str | None = None
    """Of what was read as the document; None where nothing was."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the source of a document that was named itself."""
        return cls(path, path.parent)

    def holding(self, data: bytes) -> Source:
        """Return the source, with what was read from it."""
        return replace(self, sha256=hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Refused:
    """A document as it is refused."""

    file: str
    """Its name as it was given."""
    document: str | None = None
    """Where it is to lie in its item's folder; None if its bytes cannot be read, or are not kept."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The document and the files that it names, by where they are to lie."""
    seen: Glance = field(default_factory=Glance)
    sha256: str | None = None
    """Of the document."""

    def without_content(self) -> Refused:
        """Return the same of which no word is kept."""
        return replace(self, document=None, files={})


def gather(source: Source, *, content: bool = False) -> Refused:
    """Return a document and the files that it names, with where each is to lie.

    They lie to each other as they did, so that the document can be read there. One that names files
    called as the item's own lies with them in a folder apart. What is no document, though one with
    mistakes, comes without its content unless that is asked for: who knows whose file it is. So does what
    is another now than was read.
    """
    path = source.path
    try:
        data = read_bytes(path, source.top)
    except DocumentError:
        return Refused(str(path), sha256=source.sha256)
    seen = glance(data, path.name)
    digest = hashlib.sha256(data).hexdigest()
    if source.sha256 not in {None, digest}:
        return Refused(str(path), sha256=source.sha256)
    if not (seen.parsed or content):
        return Refused(str(path), seen=seen, sha256=digest)
    folder = Folder(source.top, PurePath(path.parent.relative_to(source.top)))
    beside = files_beside(seen, folder)
    name = f"document{printable(path.suffix)[:_LONGEST_ENDING]}"
    first = {PurePosixPath(path).parts[0].casefold() for path in beside}
    while name.casefold() in first:
        name = f"document-{name}"
    prefix = f"{BESIDE}/" if first & {RECORD, PROBLEMS, REPORT} else ""
    files = {f"{prefix}{path}": data for path, data in beside.items()} | {f"{prefix}{name}": data}
    return Refused(str(path), f"{prefix}{name}", files, seen, digest)


def printable(name: str) -> str:
    """Return a name without signs that a terminal would obey or cannot show."""
    return "".join(sign if sign.isprintable() else "_" for sign in name)
