"""A backup: a state of the store, its journal and what lies beside, copied while others go on writing."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from kg import journal as journals
from kg.errors import BackupError, StoreLockedError
from kg.journal import JournalReader
from kg.pipeline.followers import checkpoints
from kg.pipeline.reading import read_graph
from kg.pipeline.upkeep.aside import built
from kg.pipeline.upkeep.compare import Difference, differences, standing
from kg.pipeline.upkeep.manifest import Kept, Manifest, copy, software, within
from kg.store import stamp_of
from kg.store.folder import open_unchanged
from kg.store.seal import check_seal
from kg.store.secret import NAME as SECRET

if TYPE_CHECKING:
    from kg.journal import Report

_TRIES = 5
_BESIDE = ("servanda.json", SECRET, "keys.json")
_FOLDERS = ("quarantine", "damaged")
"""What could not come in: documents, and rows of tables."""


def backup(folder: Path, target: Path) -> Manifest:
    """Write a backup of the store in the folder to a new folder, and return its manifest.

    It holds the newest checkpoint as the store, the journal, the quarantine, the damaged rows of tables, the
    keys and the secret, as files of their own; journal and store are held against each other before it is
    called whole. Nothing is locked: the process that holds the store goes on; and a store that an earlier
    version wrote is kept as that version left it. Raises what `read_graph` raises, StoreExistsError if
    anything is at the target, BackupError if what was copied is damaged, StorageFullError.
    """
    stamp = stamp_of(folder)
    read_graph(folder, as_held=True).store.close()
    with built(target) as part:
        files: dict[str, Kept] = {}
        sequence = _store(folder, part, files)
        _journal(folder, part, files)
        _beside(folder, part, files)
        report = _checked(folder, part, sequence)
        manifest = Manifest(
            made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=software(),
            base=stamp.base,
            sequence=sequence,
            head=report.entries,
            hash=report.head,
            files=files,
        )
        manifest.write(part)
    return manifest


def _store(folder: Path, part: Path, files: dict[str, Kept]) -> int:
    """Copy the newest checkpoint as the store; return at which change it stands.

    Its files are opened first, all of them: then it does not matter that its owner removes it meanwhile.
    """
    with ExitStack() as stack:
        number, opened = _newest(folder, stack)
        for name, file in opened.items():
            files[f"oxigraph/{name}"] = copy(file, part / "oxigraph" / name)
    return number


def _newest(folder: Path, stack: ExitStack) -> tuple[int, dict[str, IO[bytes]]]:
    for _ in range(_TRIES):
        found = checkpoints(folder)
        if not found:
            break
        number, place = found[-1]
        try:
            check_seal(place)
            names = sorted(path.name for path in place.iterdir())
            opened = {name: stack.enter_context((place / name).open("rb")) for name in names}
            if names and names == sorted(path.name for path in place.iterdir()):
                return number, {name: file for name, file in opened.items() if not name.endswith(".json")}
        except FileNotFoundError:
            pass  # it has just been removed, for a newer one
    raise StoreLockedError(f"the store in {folder} has no checkpoint at the moment; try again in a moment")


def _journal(folder: Path, part: Path, files: dict[str, Kept]) -> None:
    """Copy the journal, whole lines only.

    Segments that were begun meanwhile are copied too: an erasure that is seen in an early segment is
    explained by an entry that was there before it, perhaps in a segment that is new.
    """
    copied: list[Path] = []
    while len(segments := JournalReader(folder / "journal").files) > len(copied):
        for segment in segments[max(len(copied) - 1, 0) :]:
            data = segment.read_bytes()
            lines = io.BytesIO(data[: data.rfind(b"\n") + 1])
            place = part / "journal" / segment.name
            place.unlink(missing_ok=True)
            files[f"journal/{segment.name}"] = copy(lines, place)
        copied = list(segments)


def _beside(folder: Path, part: Path, files: dict[str, Kept]) -> None:
    """Copy stamp, keys, quarantine and damaged rows; an item that is being removed is left out."""
    names = [name for name in _BESIDE if (folder / name).is_file()]
    for name in _FOLDERS:
        place = folder / name
        if place.is_dir():
            (part / name).mkdir()
            names += [f"{name}/{inner}" for inner in within(place) if not inner.startswith(".")]
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                files[name] = copy(file, part / name)
        except FileNotFoundError:
            files.pop(name, None)


def _checked(folder: Path, part: Path, sequence: int) -> Report:
    """Return what verifying the copied journal found; raise BackupError if the copies do not fit."""
    report = journals.verify(part / "journal")
    if report.damage is not None:
        said = str(report.damage).replace(str(part), str(folder))
        raise BackupError(f"nothing was backed up, because the journal is damaged: {said}")
    reader = JournalReader(part / "journal")
    with open_unchanged(part) as store, TemporaryDirectory(prefix="servanda-") as work:
        held, wrong = standing(store, reader)
        if held != sequence and wrong is None:
            wrong = Difference(f"it stands at change {held}")
        wrong = wrong or next(differences(store, reader, held, Path(work)), None)
    if wrong is not None:
        raise BackupError(
            f"nothing was backed up, because the checkpoint {sequence} of {folder} is not what its journal "
            f"says: {wrong}; servanda rebuild makes the store anew from the journal"
        )
    return report
