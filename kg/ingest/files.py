"""The files beside a document: its report's text, and outlines of places."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.ingest.geojson import GeometryError, features
from kg.ingest.notation import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class FileError(ValueError):
    """Why a file beside the document cannot be used: the rule's name, a sentence, what would be right."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        """Keep the three."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ReportText:
    """A report's text, code point by code point as its bytes have it, and their SHA-256."""

    text: str
    sha256: str
    proven: frozenset[str] = frozenset()
    """Words that stood in the text when the whole of it was there, where only a masked one is now."""

    @classmethod
    def of(cls, data: bytes, name: str) -> ReportText:
        """Return the text of those bytes; raise FileError if it is not UTF-8 or not printable."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"{name}:{line} is not UTF-8 (byte {error.start})"
            raise FileError("text/not-utf-8", message, "save the text as UTF-8") from None
        if found := _FORBIDDEN.search(text):
            line = text.count("\n", 0, found.start()) + 1
            message = f"{name}:{line} contains the control character U+{ord(found.group()):04X}"
            raise FileError("document/control-character", message, "replace it with a blank")
        if not text.strip():
            raise FileError("text/empty", f"{name} holds no text")
        return cls(text, hashlib.sha256(data).hexdigest())


@dataclass(slots=True)
class Folder:
    """The folder of a document, from which it may read files; None where there is none."""

    path: Path | None
    _outlines: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raise FileError if it is outside the folder, missing or too large."""
        if self.path is None:
            raise FileError(
                "file/not-available",
                f"{name!r} cannot be read: the document came without a folder",
                "write the content into the document itself",
            )
        relative = Path(name)
        root = self.path.resolve()
        full = (root / relative).resolve()
        if relative.is_absolute() or ".." in relative.parts or "\\" in name or not full.is_relative_to(root):
            raise FileError(
                "file/outside",
                f"{name!r} is not in the document's folder",
                "put the file beside the document and write its name only",
            )
        if not full.is_file():
            raise FileError(
                "file/missing", f"there is no file {name!r} beside the document", self._near(relative)
            )
        if full.stat().st_size > MAX_BYTES:
            raise FileError("document/too-large", f"{name!r} is larger than {MAX_BYTES} bytes")
        return full.read_bytes()

    def _near(self, name: Path) -> str | None:
        folder = (self.path / name.parent) if self.path else None
        if folder is None or not folder.is_dir():
            return None
        same = sorted(item.name for item in folder.iterdir() if item.suffix == name.suffix)
        return f"files of that type there: {', '.join(same[:5])}" if same else None

    def outline(self, reference: str) -> Any:  # noqa: ANN401 - a geometry as GeoJSON has it
        """Return the geometry that `file.geojson#id` names; raise FileError if there is none."""
        name, sign, fragment = reference.partition("#")
        if not sign or not fragment:
            raise FileError(
                "geometry/no-feature",
                f"{reference!r} names no feature",
                "write file.geojson#id, the id of the feature",
            )
        if name not in self._outlines:
            data = self.read(name)
            try:
                self._outlines[name] = features(data)
            except GeometryError as error:
                raise FileError("geometry/not-geojson", f"{name} {error}") from None
        found = self._outlines[name]
        if fragment not in found:
            raise FileError(
                "geometry/no-feature",
                f"{name} has no feature with the id {fragment!r}",
                f"its ids: {', '.join(sorted(found)[:20])}",
            )
        return found[fragment]
