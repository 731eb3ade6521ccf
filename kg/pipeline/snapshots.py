"""Earlier states of a store as files, made from the journal: `snapshots/0000000042/` is that at change 42.

They are made, used and removed under a lock of their own, by any process that reads the store. Removing them
loses nothing but time.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from filelock import FileLock

from kg.errors import StoreError
from kg.pipeline.records import position
from kg.refusals import named
from kg.store import Secret, create, memory, open_checkpoint, stamp_of
from kg.store.private import FILE, private
from kg.store.seal import seal
from kg.store.secret import secret_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.store import OxigraphStore

IN_MEMORY = 64 << 20
"""Bytes of N-Quads up to which a snapshot is put together in memory; that takes some 500 MB of it."""
_FOLDER = "snapshots"
_NOTE = "note.json"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Note:
    """What a snapshot says of itself; the time of its file is when the snapshot was last used."""

    sequence: int
    hash: str | None
    """Of the entry at which it stands; None before the first."""
    seen: int
    """The entry up to which the journal was searched for redactions and for texts that may be quoted only."""
    left_out: tuple[str, ...]
    """Documents that stood then, and whose words were redacted since."""
    masked: tuple[str, ...]
    """Ids of reports that were public then, and of which no more than the quotes may be read since."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other process and thread from the snapshots of a store, and take away what was left half."""
    lock = folder / f"{_FOLDER}.lock"
    with private(), named(lock), FileLock(lock, mode=FILE, thread_local=False):
        for part in (folder / _FOLDER).glob(f"*{_PART}"):
            shutil.rmtree(part, ignore_errors=True)
        yield


def discard_snapshots(folder: Path) -> None:
    """Remove every snapshot of the store in the folder; waits for one that is being made."""
    with alone(folder):  # also where there is none yet: the first may be in the making
        shutil.rmtree(folder / _FOLDER, ignore_errors=True)


@contextmanager
def making(folder: Path, base: str, note: Note, size: int) -> Iterator[OxigraphStore]:
    """Give an empty store to be filled; it becomes the snapshot of its number once it is whole.

    Of so many bytes of N-Quads: what is small is put together in memory, which takes half the time.
    """
    place = place_of(folder, note.sequence)
    part = place.with_name(place.name + _PART)
    small = size <= IN_MEMORY
    store = memory(base) if small else create(part, base)
    store.secret = secret_in(folder, stamp_of(folder).secret) or Secret.random()
    try:
        yield store
        if small:
            part.mkdir(parents=True)
            store.copy(part / "oxigraph")
        store.close()
        seal(part / "oxigraph")
        _write(part, note)
        discard(place)
        part.rename(place)
    finally:
        store.close()
        shutil.rmtree(part, ignore_errors=True)


def opened(folder: Path, note: Note) -> OxigraphStore | None:
    """Return a snapshot to be read, marked as used; None where it is missing or not what it should be."""
    place = place_of(folder, note.sequence)
    try:
        store = open_checkpoint(place / "oxigraph", folder)
    except StoreError:
        return None
    try:
        right = position(store) == (note.sequence, note.hash)
    except (StoreError, ValueError):
        right = False
    if not right:
        store.close()
        return None
    with suppress(OSError):  # no more than a hint is lost
        _write(place, note)
    return store


def note_of(folder: Path, sequence: int) -> Note | None:
    """Return what the snapshot at a change says of itself; None if there is no such snapshot."""
    try:
        said = json.loads((place_of(folder, sequence) / _NOTE).read_text(encoding="utf-8"))
        return Note(
            said["sequence"], said["hash"], said["seen"], tuple(said["left_out"]), tuple(said["masked"])
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(folder: Path, number: int) -> None:
    """Remove all snapshots but those used last, so many of them; who reads one of the others still can."""
    used = sorted(
        ((_used(place), place) for place in (folder / _FOLDER).glob("[0-9]*") if place.name.isdigit()),
        reverse=True,
    )
    for _, place in used[number:]:
        discard(place)


def discard(place: Path) -> None:
    """Remove a snapshot, so that no half of it is ever taken for the whole."""
    if place.exists():
        aside = place.with_name(f"{place.name}.old{_PART}")
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def place_of(folder: Path, sequence: int) -> Path:
    """Return the folder in which the snapshot at a change lies or would lie."""
    return folder / _FOLDER / f"{sequence:010}"


def _used(place: Path) -> int:
    try:
        return (place / _NOTE).stat().st_mtime_ns
    except OSError:
        return 0


def _write(place: Path, note: Note) -> None:
    part = place / f"{_NOTE}.new"
    with private():
        part.write_text(json.dumps(asdict(note)) + "\n", encoding="utf-8")
    os.replace(part, place / _NOTE)  # noqa: PTH105 - Path.replace is the same
