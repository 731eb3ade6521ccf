"""A copy of a checkpoint that can be written to, of which nobody else sees anything.

It shares the tables with the checkpoint, which the engine never writes to; what it does write to is copied.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.store.oxigraph import OxigraphStore
from kg.store.stamp import Stamp

if TYPE_CHECKING:
    from pathlib import Path

_SHARED: Final = (".sst", ".blob")
"""The endings of files that the engine never changes once they are written."""


def writable_copy(checkpoint: Path, place: Path, base: str = "") -> OxigraphStore:
    """Return a store in a new folder, on the same file system, that begins as what the checkpoint holds."""
    place.mkdir()
    for name in os.listdir(checkpoint):  # noqa: PTH208 - names are all that is needed
        if name.endswith(_SHARED):
            (place / name).hardlink_to(checkpoint / name)
        else:
            shutil.copyfile(checkpoint / name, place / name)
    return OxigraphStore(ox.Store(str(place)), Stamp(base))
