"""Files that appear together and stay: written aside, forced to disk, and only then put in their place."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

from kg.errors import StorageFullError
from kg.refusals import no_room
from kg.store.folder import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_ASIDE = ".aside-"


def put(root: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Make a folder of those files in the root: it is there whole, or not at all.

    Raises StorageFullError if there is no room.
    """
    with _staged(root, files) as aside:
        aside.rename(root / name)
        sync_folder(root)


def replace_files(root: Path, name: str, files: Mapping[str, bytes], gone: Sequence[str] = ()) -> None:
    """Put files in the place of those of a folder, in their order, once all of them are written.

    Then those named as gone are removed. Raises StorageFullError if there is no room; nothing has
    changed then.
    """
    place = root / name
    with _staged(root, files) as aside:
        for path in files:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / path).replace(place / path)
        for path in gone:
            (place / path).unlink(missing_ok=True)
        for folder in {(place / path).parent for path in (*files, *gone)} | {place}:
            sync_folder(folder)


def remove(root: Path, name: str) -> None:
    """Remove a folder: it is gone at once, and its files before this returns."""
    aside = root / f"{_ASIDE}{token_hex(8)}"
    (root / name).rename(aside)
    sync_folder(root)
    shutil.rmtree(aside)
    sync_folder(root)


def sweep(root: Path) -> None:
    """Remove what a process left in the root that was ended in between."""
    for aside in root.glob(f"{_ASIDE}*"):
        shutil.rmtree(aside)


@contextmanager
def _staged(root: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Give a folder aside that holds the files, all on disk; what is left of it is removed at the end."""
    aside = root / f"{_ASIDE}{token_hex(8)}"
    try:
        if not root.is_dir():
            root.mkdir(parents=True)
            sync_folder(root.parent)
        aside.mkdir()
        for path, data in files.items():
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            with (aside / path).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for folder in {(aside / path).parent for path in files} | {aside}:
            sync_folder(folder)
        yield aside
    except OSError as error:
        if no_room(error):
            raise StorageFullError(f"no room on the disk for {root}: {error.strerror}; free some") from error
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
