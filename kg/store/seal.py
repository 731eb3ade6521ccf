"""The seal of a copy of a store that is not written to any more: what its files were when it was made.

The engine checks the blocks of its tables. A manifest that ends early, where an entry of it ends, it takes
for an earlier one, and then some of the indexes lack what the others have; so that is looked at here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import StoreDamagedError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

NAME = "sealed.json"
"""The file of a copy that says how its files were."""


def seal(folder: Path) -> None:
    """Write down in the folder how the files are by which the engine finds the others."""
    (folder / NAME).write_text(json.dumps(digests(folder), indent=1) + "\n", encoding="utf-8")


def hold(folder: Path) -> BinaryIO | None:
    """Return a file that says, as long as it is open, that somebody reads the copy; None if it has no seal.

    The engine opens tables as it comes to need them, so a copy must stay as long as it is read.
    """
    try:
        file = (folder / NAME).open("rb")
    except OSError:
        return None
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
    return file


def is_held(folder: Path) -> bool:
    """Return whether a process reads the copy."""
    if sys.platform == "win32":
        return False
    try:
        with (folder / NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def check_seal(folder: Path) -> None:
    """Raise StoreDamagedError naming the first file that is not as it was sealed; there may be no seal."""
    path = folder / NAME
    if not path.exists():
        return
    try:
        sealed = dict(json.loads(path.read_text(encoding="utf-8")))
        found = digests(folder)
    except (ValueError, TypeError) as error:
        raise StoreDamagedError(f"{path} cannot be read: {error}") from error
    for name in sorted(sealed.keys() | found.keys()):
        if sealed.get(name) != found.get(name):
            raise StoreDamagedError(f"{folder / name} is not as it was written")


def digests(folder: Path) -> dict[str, str]:
    """Return the hashes of the files by which the engine finds the others, by their names."""
    paths = [*folder.glob("MANIFEST-*"), *folder.glob("CURRENT")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
