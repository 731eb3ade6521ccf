"""The files beside a document: its report's text, and outlines of places."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from kg.ingest.geojson import GeometryError, features
from kg.ingest.notation import MAX_BYTES
from kg.ingest.opening import UnreadableError, read_within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.store.secret import Secret

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
    sha256: str | None
    """None where only a masked text is there, of which the store holds a keyed hash."""
    proven: frozenset[str] = frozenset()
    """Words that stood in the text when the whole of it was there, where only a masked one is now."""
    keyed: str | None = None
    """The keyed hash that the store holds of the text, where only a masked one is there."""

    def keyed_hash(self, secret: Secret) -> str:
        """Return the keyed hash of the whole text."""
        return self.keyed or secret.of_text(self.sha256 or "")

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
    below: PurePath | None = None
    """Where it lies in that folder, if that is not the document's own but one around it."""
    _outlines: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raise FileError if it is outside the folder, missing or too large."""
        if self.path is None:
            raise FileError(
                "file/not-available",
                f"{name!r} cannot be read: the document came without a folder",
                "write the content into the document itself",
            )
        relative = PurePath(name)
        if relative.is_absolute() or ".." in relative.parts or "\\" in name:
            raise _outside(name)
        try:
            data = read_within(self.path, relative, MAX_BYTES, self.below)
        except UnreadableError as error:
            if error.rule == "file/outside":
                raise _outside(name) from error
            if error.rule == "file/missing":
                message = f"there is no file {name!r} beside the document"
                raise FileError(error.rule, message, self._near(relative)) from error
            raise FileError(error.rule, f"{name!r} {error.message}", error.hint) from error
        except ValueError as error:
            raise FileError("file/missing", f"there is no file {name!r}: {error}") from error
        if len(data) > MAX_BYTES:
            raise FileError("document/too-large", f"{name!r} is larger than {MAX_BYTES} bytes")
        return data

    def _near(self, name: PurePath) -> str | None:
        folder = None if self.path is None else self.path / (self.below or "")
        if folder is None or len(name.parts) > 1 or not folder.is_dir():
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


def _outside(name: str) -> FileError:
    return FileError(
        "file/outside",
        f"{name!r} is not in the document's folder",
        "put the file beside the document and write its name only",
    )
