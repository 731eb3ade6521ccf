"""A disk that fails when it is told to, and what a power cut leaves of what was written to it.

The folder itself holds what a running system sees. Beside it stands what is certain to last: of a file what
was synced, of a name what its folder was synced with. All else is kept as operations under way, of which a
power cut leaves any, torn at any byte and in any order (POSIX promises no more; Pillai et al., "All File
Systems Are Not Created Equal", OSDI 2014).
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.journal.disk import Disk

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

Name = tuple[str, "Content | None"]
"""A name that comes to stand for a content, or for none any more."""


class KilledError(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Content:
    """What a file holds: what lasts, and the writes under way, each an offset with bytes or None to cut."""

    lasting: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def synced(self) -> None:
        """Let all of it last."""
        for at, data in self.pending:
            self.lasting = _written(self.lasting, at, data)
        self.pending.clear()

    def after_a_cut(self, chance: random.Random) -> bytes:
        """Return what is left: any of the writes under way, whole, torn or as a hole of zeros."""
        left = self.lasting
        pending = self.pending[: chance.randint(0, len(self.pending))]
        for at, data in pending if chance.random() < 0.5 else self.pending:
            fate = chance.random()
            if data is None or not data:
                left = _written(left, at, data) if fate < 0.7 else left
            elif fate < 0.3:
                left = _written(left, at, data)
            elif fate < 0.6:
                left = _written(left, at, data[: chance.randint(0, len(data))])
            elif fate < 0.8:
                start = chance.randint(0, len(data))
                end = chance.randint(start, len(data))
                old = left[at + start : at + end].ljust(end - start, b"\0")
                left = _written(left, at, data[:start] + old + data[end:])
        return left


def _written(before: bytes, at: int, data: bytes | None) -> bytes:
    if data is None:
        return before[:at].ljust(at, b"\0")
    return before[:at].ljust(at, b"\0") + data + before[at + len(data) :]


@dataclass(frozen=True, slots=True)
class Fault:
    """At which call what happens: the process is killed, it fails, there is no room, or syncs do nothing."""

    call: int
    what: str
    """`kill`, `io`, `full` or `lie`."""


@dataclass(slots=True)
class _Open:
    content: Content
    appends: bool
    at: int = 0


class FaultyDisk(Disk):
    """The calls of a disk, counted; the fault comes at its call, partial writes are drawn by chance."""

    def __init__(self, folder: Path, fault: Fault | None, chance: random.Random) -> None:
        """Begin with an empty folder."""
        self.folder = folder
        self.fault = fault
        self.calls = 0
        self.lied = False
        self._chance = chance
        self._open: dict[int, _Open] = {}
        self._names: dict[str, Content] = {}
        self._lasting: dict[str, Content] = {}
        self._pending: list[tuple[Name, ...]] = []

    def open(self, path: Path, flags: int) -> int:
        """Open a file; a new name is under way."""
        self._call()
        there = path.exists()
        handle = super().open(path, flags)
        if not there:
            self._name((path.name, Content()))
        content = self._names[path.name]
        if flags & os.O_TRUNC and there:
            content.pending.append((0, None))
        self._open[handle] = _Open(content, bool(flags & os.O_APPEND))
        return handle

    def close(self, handle: int) -> None:
        """Close a file; no fault comes here."""
        super().close(handle)
        del self._open[handle]

    def write(self, handle: int, data: bytes | memoryview) -> int:
        """Write, perhaps less than all."""
        opened = self._open[handle]
        at = os.fstat(handle).st_size if opened.appends else opened.at
        taken = self._took(bytes(data), lambda part: self._put(handle, part, at, appended=True))
        opened.at = at + taken
        return taken

    def write_at(self, handle: int, data: bytes, at: int) -> int:
        """Write at an offset, perhaps less than all."""
        return self._took(data, lambda part: self._put(handle, part, at, appended=False))

    def truncate(self, handle: int, size: int) -> None:
        """Cut a file, which is under way."""
        self._call()
        super().truncate(handle, size)
        self._open[handle].content.pending.append((size, None))

    def sync(self, handle: int) -> None:
        """Let what was written to a file last, or fail, or only say so."""
        content = self._open[handle].content
        what = self._call(raises=False)
        if what == "io":
            if self._chance.random() < 0.5:
                content.pending.clear()  # the kernel takes for clean what it could not write
            raise OSError(errno.EIO, "Input/output error")
        if what == "lie":
            self.lied = True
        else:
            content.synced()
        if what == "kill":
            self._raise("kill")

    def replace(self, path: Path, by: Path) -> None:
        """Rename in one step, which is under way."""
        self._call()
        super().replace(path, by)
        self._name((path.name, self._names[by.name]), (by.name, None))

    def unlink(self, path: Path) -> None:
        """Take a name away, which is under way."""
        self._call()
        super().unlink(path)
        self._name((path.name, None))

    def sync_folder(self, folder: Path) -> None:
        """Let the names last, or fail, or only say so."""
        if folder != self.folder:
            return
        what = self._call(raises=False)
        if what == "io":
            raise OSError(errno.EIO, "Input/output error")
        if what == "lie":
            self.lied = True
        else:
            self._lasting = dict(self._names)
            self._pending.clear()
        if what == "kill":
            self._raise("kill")

    def cut_power(self, chance: random.Random) -> None:
        """Let the folder hold what a power cut leaves."""
        names = dict(self._lasting)
        pending = self._pending[: chance.randint(0, len(self._pending))]
        for operation in pending if chance.random() < 0.5 else self._pending:
            if chance.random() < 0.7:
                for name, content in operation:
                    if content is None:
                        names.pop(name, None)
                    else:
                        names[name] = content
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in names.items():
            (self.folder / name).write_bytes(content.after_a_cut(chance))

    def release(self) -> None:
        """Close what the process that is gone had open."""
        for handle in tuple(self._open):
            os.close(handle)
        self._open.clear()

    def _name(self, *changes: Name) -> None:
        self._pending.append(changes)
        for name, content in changes:
            if content is None:
                self._names.pop(name, None)
            else:
                self._names[name] = content

    def _put(self, handle: int, data: bytes, at: int, *, appended: bool) -> None:
        if appended:
            os.write(handle, data)
        else:
            os.pwrite(handle, data, at)
        self._open[handle].content.pending.append((at, data))

    def _took(self, data: bytes, put: Callable[[bytes], None]) -> int:
        what = self._call(raises=False)
        if what in {"kill", "io", "full"}:
            put(data[: self._chance.randint(0, len(data))])
            self._raise(what)
        if what is None and self._chance.random() < 0.1:
            data = data[: self._chance.randint(1, len(data))]  # as a signal in between does
        put(data)
        return len(data)

    def _call(self, *, raises: bool = True) -> str | None:
        self.calls += 1
        fault = self.fault
        if fault is None or self.calls < fault.call:
            return None
        if self.calls > fault.call and fault.what != "lie":
            return None
        if fault.what == "kill" and self._chance.random() < 0.5:
            self._raise("kill")
        if raises and fault.what != "lie":
            self._raise(fault.what)
        return fault.what

    @staticmethod
    def _raise(what: str) -> None:
        if what == "kill":
            raise KilledError
        number = errno.ENOSPC if what == "full" else errno.EIO
        raise OSError(number, os.strerror(number))
