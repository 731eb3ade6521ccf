"""A SPARQL update from elsewhere, as a task of a process that tries it on a copy of the store."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from kg.errors import ForbiddenQueryError, StoreError
from kg.query.guard import MAX_UPDATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head
    from kg.store import Dataset

LANE = "update"
"""The lane of a pool in which they run."""
TRIALS = "trials"
"""The folder in a store for the copies."""


@dataclass(frozen=True, slots=True)
class Trial:
    """An update, and where the copy may be made on which it is tried."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/octet-stream"

    text: str
    place: str
    """A folder of the same file system, for this trial alone; whoever asks removes it."""
    location: str | None = None
    """Against which relative IRIs are resolved."""
    dataset: Dataset | None = None
    """The graphs in which its patterns are looked for, where the request names them."""
    base: str | None = None
    """The base of a validated store, of which the answer is a `Proposal`; None for a plain one."""
    secret: str | None = field(default=None, repr=False)
    """The secret of a validated store, in hexadecimal."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told; raise ForbiddenQueryError for an update that is too long."""
        del limits
        try:
            said = self.text.encode()
        except UnicodeEncodeError as error:
            raise ForbiddenQueryError(
                "query-syntax", "an update holds no halves of surrogate pairs"
            ) from error
        if len(said) > MAX_UPDATE:
            raise ForbiddenQueryError("query-too-long", f"an update may have {MAX_UPDATE:,} bytes at most")
        graphs = None if self.dataset is None else [self.dataset.default, self.dataset.named]
        head: Head = {
            "place": self.place,
            "location": self.location,
            "dataset": graphs,
            "base": self.base,
            "secret": self.secret,
        }
        return head, said


@contextmanager
def trial(folder: Path | None) -> Iterator[str]:
    """Give a place for a copy of the store in the folder, one at a time; what is there is then removed."""
    if folder is None:
        raise StoreError("a store in memory makes no copies on which updates could be tried")
    sweep_trials(folder)
    (folder / TRIALS).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder / TRIALS, ignore_cleanup_errors=True) as held:
        yield str(Path(held) / "copy")


def sweep_trials(folder: Path) -> None:
    """Remove copies that were left by a worker, or a process, that was ended."""
    shutil.rmtree(folder / TRIALS, ignore_errors=True)
