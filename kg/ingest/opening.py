"""Files of a folder that anybody may have filled: regular ones only, nothing outside, nothing of a store.

A file that not everybody may read and that has a second name (a hard link) may be somebody's key: nothing
tells where the other name lies, so it is refused.

Each part of a path is opened in the part before it, and a link is followed by hand: so what is read is
what was looked at, whatever is put in its place meanwhile.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Self

from kg.store.stamp import NAME as STAMP

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_MOST_LINKS: Final = 40
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a link"),
)


class UnreadableError(OSError):
    """Why a file is not read: the rule's name, what it is, what would be right."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        """Keep the three."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


def read_within(top: Path, name: PurePath, most: int, below: PurePath | None = None) -> bytes:
    """Return the bytes of a regular file of a folder, `most` of them and one more at most.

    A link is followed as long as it stays in the folder; with `below`, in that folder within it, in which
    the name then is. Raises UnreadableError.
    """
    with _Descent(top) as descent:
        if below is not None:
            descent.enter(below.parts)
        handle = descent.open(name.parts)
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(most + 1)
        except OSError as error:
            raise _unreadable(error) from error


def holds_store(folder: Path) -> bool:
    """Return whether a store lies in the folder: whether there is a stamp of one."""
    return os.path.lexists(folder / STAMP)


def store_around(path: Path) -> Path | None:
    """Return the folder of the store in which a path lies, or which it is; None if it lies in none."""
    real = Path(os.path.realpath(path))
    return next((folder for folder in (real, *real.parents) if holds_store(folder)), None)


class _Descent:
    """Goes down from a folder, and never up out of it."""

    def __init__(self, top: Path) -> None:
        try:
            handle = os.open(top, _FOLDER & ~os.O_NOFOLLOW)
        except OSError as error:
            raise _unreadable(error) from error
        self._open = [handle]
        self._floor = 0
        self._links = 0
        self._tops = {top.absolute(), Path(os.path.realpath(top))}
        self._refuse_store()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._open:
            os.close(handle)

    def enter(self, parts: Iterable[str]) -> None:
        """Go down into a folder, and let that be the one that nothing leaves."""
        for part in parts:
            self._down(part)
        self._tops = {top.joinpath(*parts) for top in self._tops}
        self._floor = len(self._open) - 1

    def open(self, parts: Iterable[str]) -> int:
        """Return a handle of a regular file."""
        waiting = deque(parts)
        try:
            while waiting:
                part = waiting.popleft()
                if part == "..":
                    self._up()
                    continue
                found = os.stat(part, dir_fd=self._open[-1], follow_symlinks=False).st_mode
                if stat.S_ISLNK(found):
                    waiting.extendleft(reversed(self._leads_to(part)))
                elif waiting:
                    self._down(part)
                else:
                    return self._opened(part, found)
        except FileNotFoundError as error:
            if self._links:
                message, hint = "is a link to a file that is not there", "put the file itself there"
                raise UnreadableError("file/missing", message, hint) from error
            raise _unreadable(error) from error
        except OSError as error:
            raise _unreadable(error) from error
        raise _irregular(stat.S_IFDIR)

    def _opened(self, part: str, mode: int) -> int:
        if not stat.S_ISREG(mode):
            raise _irregular(mode)
        handle = os.open(part, _FILE, dir_fd=self._open[-1])
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):  # put there since
            os.close(handle)
            raise _irregular(found.st_mode)
        if found.st_nlink > 1 and not found.st_mode & stat.S_IROTH:
            os.close(handle)
            raise UnreadableError(
                "file/shared",
                "is a private file that has another name elsewhere (a hard link)",
                "put a copy of it into the folder, if its content may come in",
            )
        return handle

    def _down(self, part: str) -> None:
        try:
            self._open.append(os.open(part, _FOLDER, dir_fd=self._open[-1]))
        except OSError as error:
            raise _unreadable(error) from error
        self._refuse_store()

    def _up(self) -> None:
        if len(self._open) - 1 == self._floor:
            raise _outside()
        os.close(self._open.pop())

    def _leads_to(self, link: str) -> tuple[str, ...]:
        """Return where a link leads, as parts from here; an absolute one begins at the folder again."""
        self._links += 1
        if self._links > _MOST_LINKS:
            raise UnreadableError("file/missing", "is a link that goes round in circles", "remove it")
        target = PurePath(os.readlink(link, dir_fd=self._open[-1]))
        if not target.is_absolute():
            return target.parts
        for top in self._tops:
            with suppress(ValueError):
                inside = target.relative_to(top)
                while len(self._open) - 1 > self._floor:
                    os.close(self._open.pop())
                return inside.parts
        with suppress(PermissionError, NotADirectoryError):
            Path(target).stat()
        raise _outside()

    def _refuse_store(self) -> None:
        with suppress(FileNotFoundError):
            os.stat(STAMP, dir_fd=self._open[-1], follow_symlinks=False)
            for handle in self._open:
                os.close(handle)
            self._open = []
            raise UnreadableError("file/store", "lies in the folder of a store", "put it elsewhere")


def _outside() -> UnreadableError:
    return UnreadableError(
        "file/outside", "is a link that leaves the folder", "put the file itself into the folder"
    )


def _irregular(mode: int) -> UnreadableError:
    what = next((words for test, words in _KINDS if test(mode)), "something else")
    return UnreadableError("file/irregular", f"is {what}, not a file", "only regular files are read")


def _unreadable(error: OSError) -> UnreadableError:
    if isinstance(error, UnreadableError):
        return error
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadableError("file/missing", f"cannot be read: {error.strerror or error}")
    return UnreadableError("file/unreadable", f"cannot be read: {error.strerror or error}")
