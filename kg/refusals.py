"""What the operating system refuses, told in sentences: which file, why, and what to do about it."""

from __future__ import annotations

import errno
import os
import re
import resource
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import StorageFullError, StoreError, StoreRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FEW: Final = frozenset({errno.EMFILE, errno.ENFILE})
_WHY: Final = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you are not allowed to open or write it",
    errno.EPERM: "you are not allowed to change it",
    errno.EROFS: "it lies on a disk that cannot be written to",
    errno.EISDIR: "is a folder, and a file is needed",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "exists already",
    errno.ENOSPC: "there is no room left on the disk",
    errno.EDQUOT: "there is no room left of what you may use on the disk",
    errno.EFBIG: "would be larger than files may be here",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "the link leads in a circle",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open on this machine",
    errno.EIO: "the disk gives errors",
    errno.ESTALE: "the machine that the disk belongs to does not know it any more",
    errno.EBUSY: "another program holds it",
}
_REMEDY: Final = {
    errno.EACCES: "let whoever runs servanda read and write it (chown, chmod)",
    errno.EPERM: "let whoever runs servanda change it: see its owner (chown) and flags (lsattr)",
    errno.EROFS: "mount that disk so that it can be written to, or use a copy on another",
    errno.EIO: "copy what can be read of it to another disk, and see to this one",
    errno.ESTALE: "mount that disk again",
}
"""What to do where a part of a store is refused for a reason that says nothing against what it holds."""
_OF_DATABASES: Final = {
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_FULL: errno.ENOSPC,
}
"""What SQLite says where the system refuses a file, and what that is unless the file itself tells."""
_SAID: Final = {
    **{os.strerror(number): number for number in (*_REMEDY, *sorted(_ROOM), *sorted(_FEW))},
    "file descriptors": errno.EMFILE,
}
"""The words for what is refused: those of the system, and those of the engine, which counts files first."""
_ENGINE: Final = re.compile(
    rf"(?:while (?:[\w-]+ )*[\w-]+: (?P<path>.*): )?(?P<why>{'|'.join(map(re.escape, _SAID))})",
    re.IGNORECASE | re.DOTALL,
)
"""What the engine says of a file: what it did, with which, and what the system said."""


def of_the_system(error: OSError) -> str:
    """Return what the operating system refused, as a sentence that names the file, and what to do.

    >>> of_the_system(IsADirectoryError(21, "Is a directory", "/tmp"))
    '/tmp: is a folder, and a file is needed'
    """
    if error.errno is None:
        return str(error)
    why = _WHY.get(error.errno, (error.strerror or "it cannot be opened").lower())
    names = [_shown(str(name)) for name in (error.filename, error.filename2) if name is not None]
    if not names:
        return f"what was to be printed: {why}" if error.errno in {errno.ENOSPC, errno.EIO} else why
    above = Path(names[-1]).absolute().parent
    if error.errno == errno.ENOENT and Path(names[-1]).is_symlink():
        why = f"a link to {Path(names[-1]).readlink()}, which is not there"
    elif error.errno == errno.ENOENT and not above.is_dir():
        why = f"there is no folder {above}"
    return f"{names[-1]}: {why}; {_REMEDY[error.errno]}" if error.errno in _REMEDY else f"{names[-1]}: {why}"


def reason(error: OSError) -> str:
    """Return why the operating system refused a file that is named beside it, and what to do."""
    if error.errno is None:
        return str(error)
    why = _WHY.get(error.errno, error.strerror or "it cannot be opened")
    return f"{why}; {_REMEDY[error.errno]}" if error.errno in _REMEDY else why


def no_room(error: OSError) -> bool:
    """Return whether there is no room for what was to be written."""
    return error.errno in _ROOM


def refusal(what: str, error: Exception) -> StoreError | None:
    """Return the error for a part of a store that the system refuses; None: the part is there, or is wrong.

    Where the error does not say which file, what was to be done stands for it. StorageFullError where there
    is no room, else StoreRefusedError: nothing is said against what the files hold.
    """
    number, path = _told(error)
    if number in _ROOM:
        return StorageFullError(f"no room on the disk for {path or what}: {_WHY[number]}; make room")
    if number in _FEW:
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return StoreRefusedError(
            f"{what} cannot be opened: this process may have {allowed} files open at once, which is too few; "
            "nothing is damaged: allow more, as `ulimit -n 1024` does"
        )
    if number not in _REMEDY:
        return None
    return StoreRefusedError(f"{path or what}: {_WHY[number]}; {_REMEDY[number]}")


def is_refused(error: sqlite3.Error) -> bool:
    """Return whether the system refused the file of a database, against which nothing else is said."""
    return _code(error) in _OF_DATABASES


def of_a_file(path: Path, error: Exception) -> StoreError | None:
    """Return the error for a file that is made of the store, and that the system refuses; None: it is wrong.

    SQLite tells neither the file nor, mostly, the reason; so it is looked at. A file that is not there is
    none that is refused: it is made anew.
    """
    if isinstance(error, OSError):
        return refusal(str(path), error) or StoreRefusedError(f"{of_the_system(error)}; move it away")
    number = _OF_DATABASES.get(_code(error))
    if number is None:
        return None
    found = OSError(number, os.strerror(number), str(path))
    if number not in _ROOM and number != errno.EIO:
        seen = _in_the_way(path)
        if seen is not None and seen.errno == errno.ENOENT:
            return None
        found = seen or found
    return refusal(str(path), found) or StoreRefusedError(f"{of_the_system(found)}; move it away")


def unusable(path: Path) -> OSError | None:
    """Return what the system would refuse of a file or folder that is to be read and written, if anything."""
    mode = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    if os.access(path, mode) or not path.exists():
        return None
    fixed = hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY
    number = errno.EROFS if fixed else errno.EACCES
    return OSError(number, os.strerror(number), str(path))


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Raise what the system refuses in the block as an error that names the file, where it names none."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _code(error: Exception) -> int:
    """Return what SQLite calls an error, without what it adds to some; 0 for what it did not say."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _in_the_way(path: Path) -> OSError | None:
    """Return what the system refuses of the file of a database, of those beside it, or of their folder."""
    for part in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm")), path.parent):
        refused = unusable(part)
        if refused is not None:
            return refused
    try:
        path.open("rb").close()
    except OSError as error:
        return error
    return None


def _told(error: Exception) -> tuple[int | None, str | None]:
    """Return what the system said, and of which file, as far as the error tells either."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno, None if error.filename is None else str(error.filename)
    found = _ENGINE.search(str(error))
    if found is None:
        return None, None
    said = found["why"].lower()
    return next(number for text, number in _SAID.items() if text.lower() == said), found["path"]


def _shown(name: str) -> str:
    """Return the name of a file as it was given: it is written under another until it is whole."""
    part, path = f".part-{os.getpid()}", Path(name)
    return str(path.with_name(path.name.removesuffix(part)[1:])) if name.endswith(part) else name
