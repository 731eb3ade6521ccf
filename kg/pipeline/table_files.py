"""The tables of a store that is served: made by a process of its own, and kept for a while."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from kg.errors import NotFoundError, OverloadedError, StoreError
from kg.tabular.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEEDED: Final = ("pyarrow", "shapely")
_SECONDS: Final = 600
"""How long making them may take."""
_KEPT: Final = 300.0
"""Seconds for which they are kept that nobody asks for again."""
_TRIES: Final = 5
"""How often they are made until they are of a state that is late enough: the store may go on meanwhile."""
_PAUSE: Final = 0.5
"""Seconds before they are made again."""
_PACKAGE: Final = "datapackage.json"


FILES: Final[Mapping[str, str]] = {
    _PACKAGE: "application/json",
    **{f"{table.name}.parquet": "application/vnd.apache.parquet" for table in TABLES},
    "csv.zip": "application/zip",
    "servanda.sqlite": "application/vnd.sqlite3",
    "places.geojson": "application/geo+json",
}
"""The files that there are, each with its media type."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of the tables, open to be read, and what is to be said of it."""

    body: IO[bytes]
    size: int
    media_type: str
    sequence: int


@dataclass(frozen=True, slots=True)
class _Made:
    folder: Path
    sequence: int


class TableFiles:
    """Gives the files of the tables of the store in a folder, for any thread."""

    def __init__(self, folder: Path) -> None:
        """Make nothing yet."""
        self._store = folder
        self._making = threading.Lock()
        self._made: _Made | None = None
        self._timer: threading.Timer | None = None

    @staticmethod
    def missing() -> str | None:
        """Return the name of a package that is needed and not installed; None where there is none."""
        return next((name for name in _NEEDED if find_spec(name) is None), None)

    def open(self, name: str, sequence: int) -> TableFile:
        """Return a file, of the state at a change or later.

        Raises NotFoundError for a name that is none, and OverloadedError where the tables cannot be made now.
        """
        if name not in FILES:
            raise NotFoundError(f"no table {name!r}; files are {', '.join(FILES)}")
        with self._making:
            made = self._made
            if made is None or made.sequence < sequence:
                self._forget()
                made = self._made = self._make(sequence)
            self._wait()
            path = made.folder / name
            return TableFile(path.open("rb"), path.stat().st_size, FILES[name], made.sequence)

    def close(self) -> None:
        """Let go of what was made."""
        with self._making:
            self._forget()

    def _make(self, sequence: int) -> _Made:
        said = "it goes on faster than they are made"
        for _ in range(_TRIES):
            folder = Path(tempfile.mkdtemp(prefix="servanda-tables-"))
            try:
                made = self._written(folder)
            except StoreError as error:
                said = str(error)
            except subprocess.TimeoutExpired as error:
                shutil.rmtree(folder, ignore_errors=True)
                raise OverloadedError(
                    f"the tables took longer than {_SECONDS} seconds to make", 60
                ) from error
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            else:
                if made.sequence >= sequence:
                    return made
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(_PAUSE)
        raise OverloadedError(f"the tables of the store cannot be made now ({said}); ask again in a while", 5)

    def _written(self, folder: Path) -> _Made:
        """Return the tables, which another process has written into a folder."""
        command = [sys.executable, "-m", "kg", "export", "tables"]
        done = subprocess.run(  # noqa: S603 - this very program
            [*command, "--store", str(self._store), "--output", str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().rpartition("\n")[2].removeprefix("servanda: ")
            raise StoreError(said or f"it ended with {done.returncode}")
        package = json.loads((folder / _PACKAGE).read_bytes())
        return _Made(folder, package["servanda"]["sequence"])

    def _wait(self) -> None:
        """Forget what was made when nobody asks for it any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_KEPT, self.close)
        self._timer.daemon = True
        self._timer.start()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._made is not None:
            shutil.rmtree(self._made.folder, ignore_errors=True)
            self._made = None
