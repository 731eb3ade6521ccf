"""What a backup says of itself: each file with size and hash, and at which change it stands."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from kg.errors import BackupError
from kg.pipeline.upkeep.aside import room

if TYPE_CHECKING:
    from pathlib import Path

NAME = "manifest.json"
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made: str
    """When, in UTC."""
    software: str
    base: str
    sequence: int
    """The change at which the store in it stands; its journal may go further."""
    head: int
    """The last entry of its journal."""
    hash: str
    """Of that entry."""
    files: dict[str, Kept]
    """By their paths in the backup, with `/` between the parts."""

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder of the backup."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1, sort_keys=True)
        with (folder / NAME).open("xb") as file:
            file.write(text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return the manifest of the backup in the folder; raise BackupError where there is none to read."""
        path = folder / NAME
        try:
            raw = json.loads(path.read_bytes())
            if raw["format"] != FORMAT:
                raise BackupError(
                    f"{path} is of format {raw['format']}; this version reads format {FORMAT}: "
                    "restore with the version that made the backup"
                )
            return cls._checked(raw)
        except FileNotFoundError as error:
            raise BackupError(
                f"{folder} is no backup: {NAME} is missing; one is made by: servanda backup"
            ) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(f"{path} cannot be read: {error}; use another backup") from error

    @classmethod
    def _checked(cls, raw: dict[str, Any]) -> Manifest:
        files = {}
        for name, said in raw["files"].items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or str(path) != name or name in {".", NAME}:
                raise ValueError(f"{name!r} is no path within a backup")
            files[name] = Kept(int(said["bytes"]), str(said["sha256"]))
        texts = {name: str(raw[name]) for name in ("made", "software", "base", "hash")}
        return cls(**texts, sequence=int(raw["sequence"]), head=int(raw["head"]), files=files)

    def check(self, folder: Path) -> None:
        """Raise BackupError naming the first file of the backup that is wrong, missing, or none of it."""
        for name, said in sorted(self.files.items()):
            try:
                with (folder / name).open("rb") as file:
                    found = Kept(
                        os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
                    )
            except FileNotFoundError as error:
                raise BackupError(f"{folder / name} is missing from the backup; use another one") from error
            if found != said:
                raise BackupError(
                    f"{folder / name} is not as it was written: {found.bytes} bytes with SHA-256 "
                    f"{found.sha256}, and {NAME} says {said.bytes} with {said.sha256}; use another backup"
                )
        for name in within(folder):
            if name != NAME and name not in self.files:
                raise BackupError(
                    f"{folder / name} is no file of this backup: {NAME} does not name it; remove it"
                )


def within(folder: Path) -> tuple[str, ...]:
    """Return the paths of all files below a folder, in order."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return tuple(sorted(path.relative_to(folder).as_posix() for path in paths))


def copy(source: IO[bytes], target: Path) -> Kept:
    """Write what is left of a file to a new one, on the disk when this returns; return its size and hash."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with room(target), target.open("xb") as file:
        while data := source.read(_BLOCK):
            digest.update(data)
            size += len(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Kept(size, digest.hexdigest())


def software() -> str:
    """Return the name and version of this software."""
    try:
        return f"servanda {version('servanda')}"
    except PackageNotFoundError:
        return "servanda, not installed"
