"""The tables of the store in a folder, made of its newest state that can be read."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ExportError, StoreError
from kg.pipeline.read_model import model_at
from kg.query.lookups import Reader

if TYPE_CHECKING:
    from kg.pipeline.reading import Reading


def export_tables(state: Reading, folder: Path, target: Path) -> dict[str, int]:
    """Write the tables into a folder that is new or empty; return how many rows each has.

    Nothing half-written is left. Raises ExportError where the extra `tables` is not installed, or the folder
    has something in it; StoreError where the read model cannot be made.
    """
    try:
        from kg.tabular.making import Origin, write_tables  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ExportError(
            f"tables need the extra `tables` of the package ({error.name} is missing)"
        ) from error
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportError(f"{target} is there, and has something in it; name a new folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    base = state.store.stamp.base
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with model_at(folder, base, state.sequence) as model, model.view(state.sequence) as view:
            if view is None or view.sequence != state.sequence:
                raise StoreError("the store is being changed; try again")
            reader = Reader.of(state.store, base)
            counted = write_tables(view, reader, part, Origin(base, view.sequence, model.hash))
        part.chmod(0o755)
        if target.exists():
            target.rmdir()
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return counted
