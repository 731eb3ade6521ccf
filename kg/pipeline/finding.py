"""Where documents are: the files that were named, and those of the folders that were named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import IngestError
from kg.ingest.opening import holds_store, store_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENDINGS = {".yaml", ".yml", ".json"}
_QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read as a document, and the folder around it that no link may leave."""

    path: Path
    top: Path


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and in words what was passed over and why."""

    found: tuple[Found, ...]
    passed_over: tuple[str, ...] = ()


def search(paths: Iterable[Path]) -> Search:
    """Return the documents named, and those in the folders named, each once.

    A store within a folder is passed over, and so are links to folders that lead out of it or nowhere.
    Raises IngestError for a path that is not there or lies in a store, for a folder without documents, and
    for one that cannot be listed.
    """
    found: dict[Path, Found] = {}
    passed_over: list[str] = []
    for path in paths:
        if path.is_dir():
            _refuse_store(path)
            walk = _Walk(path)
            inside = walk.documents()
            passed_over += walk.passed_over
            if not inside:
                why = "".join(f"; {said}" for said in walk.passed_over)
                raise IngestError(f"{path}: no documents (.yaml, .yml or .json) in this folder{why}")
            for item in inside:
                found.setdefault(item.path, item)
        else:
            _refuse_missing(path)
            _refuse_store(path)
            found.setdefault(path, Found(path, path.parent))
    return Search(tuple(found.values()), tuple(passed_over))


class _Walk:
    """Goes through a folder and all that is below it; links to folders are not followed."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.passed_over: list[str] = []

    def documents(self) -> list[Found]:
        """Return the documents in the order of their paths; a link to one of them stands for it."""
        listed = [(Path(entry.path), entry) for entry in self._entries(self.top)]
        real = {_identity(entry) for _, entry in listed if not entry.is_symlink()}
        return [
            Found(path, self.top)
            for path, entry in sorted(listed, key=lambda pair: pair[0])
            if not (entry.is_symlink() and _identity(entry) in real)
        ]

    def _entries(self, top: Path) -> Iterator[os.DirEntry[str]]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            for entry in self._listed(folder):
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    if holds_store(path):
                        self.passed_over.append(f"{path} is a store, and was passed over")
                    else:
                        waiting.append(path)
                elif path.suffix.lower() in _ENDINGS and not _leads_to_folder(entry):
                    yield entry
                elif entry.is_symlink():
                    self._note_link(path)

    def _listed(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                return sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            why = f"{folder} cannot be listed: {error.strerror or error}"
            if folder == self.top:
                raise IngestError(why) from error
            self.passed_over.append(f"{why}; it was passed over")
            return []

    def _note_link(self, path: Path) -> None:
        if not path.exists():
            self.passed_over.append(f"{path} is a link to {path.readlink()}, which is not there")
        elif path.is_dir() and not path.resolve().is_relative_to(os.path.realpath(self.top)):
            self.passed_over.append(f"{path} is a link that leaves the folder, and was passed over")


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(entry: os.DirEntry[str]) -> tuple[int, int] | None:
    """Return by what a file is known whatever it is called; None for a link that leads nowhere."""
    try:
        found = entry.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_missing(path: Path) -> None:
    if path.is_symlink() and not path.exists():
        raise IngestError(f"{path}: a link to {path.readlink()}, which is not there")
    if not os.path.lexists(path):
        raise IngestError(f"{path}: no such file or folder")


def _refuse_store(path: Path) -> None:
    """Raise IngestError for a store, or what is in one; documents in its quarantine may be named."""
    store = store_around(path)
    if store is None:
        return
    inside = Path(os.path.realpath(path)).relative_to(store).parts
    if not path.is_dir() and inside[:1] == (_QUARANTINE,):
        return
    what = "is a store" if not inside else f"lies in the store {store}"
    raise IngestError(
        f"{path} {what}, and a store's own files are no documents; name the folder of the documents "
        "(what it refused is taken in by: servanda quarantine resubmit)"
    )
