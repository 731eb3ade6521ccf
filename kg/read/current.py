"""The database that is in force among those of a folder: which it is, where it stands, who reads it."""

from __future__ import annotations

import logging
import re
import secrets
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kg.errors import IndexMissingError, IndexRefusedError, StoreError
from kg.refusals import of_a_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_log: Final = logging.getLogger(__name__)
_CURRENT: Final = "current"
"""The file that names the one that is in force; it is replaced in one step."""
_FORM: Final = re.compile(r"[a-z]+-[0-9]+-[0-9a-f]{8}\.sqlite")
Held = TypeVar("Held")


class Current(Generic[Held]):
    """A file beside the store that stands at one change at a time, for any thread; one thread writes it."""

    def __init__(
        self,
        folder: Path,
        opened: Callable[[Path], Held],
        let_go: Callable[[Held], None],
        position: Callable[[Path], tuple[int, str]],
    ) -> None:
        """See which file is in force in the folder, if any.

        The functions open a file to be read, let go of it, and tell at which change it stands.
        """
        self.folder: Final = folder
        self.name = ""
        """The name of the file in force; empty where there is none."""
        self.sequence = 0
        """The change at which it stands; 0 where there is none to be read."""
        self.hash = ""
        """The hash of that change."""
        self._opened, self._let_go, self._position = opened, let_go, position
        self._moved = threading.Condition()
        self._kept: list[Held] = []
        self._refused: dict[str, StoreError] = {}
        self.look()

    @property
    def path(self) -> Path:
        """Where the file in force is."""
        return self.folder / self.name

    @property
    def refused(self) -> StoreError | None:
        """Why it cannot be read or written, where the system refuses that."""
        return next(iter(self._refused.values()), None)

    def look(self) -> None:
        """See whether somebody has put another file into the place of the one that is in force."""
        try:
            name = (self.folder / _CURRENT).read_bytes().decode("ascii")
        except (OSError, UnicodeDecodeError):
            name = ""
        if not _FORM.fullmatch(name):  # damage, and as good as none: one is made anew
            name = ""
        if name == self.name:
            return
        sequence, digest = 0, ""
        if name:
            with suppress(sqlite3.Error):
                sequence, digest = self._position(self.folder / name)
        self.settle(name, sequence, digest)

    def settle(self, name: str, sequence: int, digest: str) -> None:
        """Stand at a change, with the file of that name."""
        with self._moved:
            kept: list[Held] = []
            if name != self.name:
                kept, self._kept = self._kept, []
            self.name, self.sequence, self.hash = name, sequence, digest
            if sequence:
                self._refused = {}
            self._moved.notify_all()
        for held in kept:
            self._let_go(held)

    def distrust(self) -> None:
        """Stand nowhere: the file cannot be read."""
        self.settle(self.name, 0, "")

    def close(self) -> None:
        """Let go of the file."""
        self.settle("", self.sequence, self.hash)

    def wait(self, sequence: int, seconds: float, *, even_for_none: bool) -> None:
        """Wait until it stands at that change or later; where there is none, only if that is awaited too."""
        until = time.monotonic() + seconds
        with self._moved:
            while self.sequence < sequence and (self.sequence or even_for_none):
                left = until - time.monotonic()
                if left <= 0:
                    return
                self._moved.wait(left)

    @contextmanager
    def writing(self, path: Path) -> Iterator[None]:
        """Write a file in the block; StoreError, which names it, where the system refuses that."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._refuse("writing", path, error)
            raise

    def _refuse(self, what: str, path: Path, error: Exception) -> None:
        """Raise what the system refuses as an error that names the file, and keep it until it is better."""
        refused = of_a_file(path, error)
        if refused is not None:
            if what not in self._refused:
                _log.error("%s", refused)
            self._refused = {**self._refused, what: refused}
            raise refused from error

    @contextmanager
    def reading(self) -> Iterator[Held]:
        """Give the file in force, opened, to one thread; it is kept open for the next.

        Raises StoreError, which names the file, where the system refuses it.
        """
        with self._moved:
            name = self.name
            held = self._kept.pop() if self._kept else None
        try:
            if held is None:
                held = self._opened(self.folder / name)
                self._refused = {what: why for what, why in self._refused.items() if what != "reading"}
            yield held
        except sqlite3.Error as error:
            self._refuse("reading", self.folder / name, error)
            raise
        finally:
            with self._moved:
                wanted = bool(name) and name == self.name and "reading" not in self._refused
                if wanted and held is not None:
                    self._kept.append(held)
            if held is not None and not wanted:
                self._let_go(held)

    def make(
        self,
        called: str,
        state: tuple[int, str],
        create: Callable[[Path], sqlite3.Connection],
        fill: Callable[[sqlite3.Connection], int],
    ) -> int:
        """Make a file beside the one in force, put it into its place, and return what the function counts.

        The state is the change at which it will stand, and its hash; the function fills the file and brings
        it to the disk. Where it does not come through, all stays as it is.
        """
        name = f"{called}-{state[0]}-{secrets.token_hex(4)}.sqlite"
        with self.writing(self.folder / name):
            count = self._made(name, create, fill)
        self.settle(name, *state)
        for left in self.folder.iterdir():
            if not left.name.startswith((name, _CURRENT)):
                left.unlink(missing_ok=True)
        return count

    def _made(
        self,
        name: str,
        create: Callable[[Path], sqlite3.Connection],
        fill: Callable[[sqlite3.Connection], int],
    ) -> int:
        self.folder.mkdir(exist_ok=True)
        made = create(self.folder / name)
        try:
            count = fill(made)
        except BaseException:
            made.close()
            (self.folder / name).unlink(missing_ok=True)
            raise
        part = self.folder / f"{name}.name"
        part.write_text(name, encoding="utf-8")
        part.replace(self.folder / _CURRENT)
        return count


def absent(called: str, refused: StoreError | None) -> IndexMissingError:
    """Return the error for what is not there to be read: nobody but the log is told of files."""
    if refused is None:
        return IndexMissingError(f"{called} is being made; try again soon")
    return IndexRefusedError(
        f"the system of the server does not let {called} be read or written; the server's log says why"
    )
