"""Where a store's files lie: making, opening and exchanging them."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.errors import (
    StoreDamagedError,
    StoreError,
    StoreExistsError,
    StoreLockedError,
    StoreMismatchError,
    StoreNotFoundError,
)
from kg.refusals import refusal
from kg.store.closing import forget, is_altered
from kg.store.complaints import complaints
from kg.store.dump import disagreement
from kg.store.oxigraph import OxigraphStore
from kg.store.private import FOLDER, be_private
from kg.store.seal import NAME as SEAL
from kg.store.seal import check_seal, hold
from kg.store.secret import NAME as SECRET
from kg.store.secret import Secret
from kg.store.stamp import NAME, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FOLDER = "oxigraph"
_MAKING = "making"
"""The file that says that a store is being made in a folder."""
_PARTS = frozenset(
    {_FOLDER, f"{NAME}.part", SECRET, f"{SECRET}.part", "journal", "closed.json", "closed.json.part"}
)
"""What may be there before the stamp is."""
_HOLDING = frozenset({"lock", "owner.json"})
"""What is there while a process holds a folder."""
_HELD = re.compile(r"while lock file|lock hold", re.IGNORECASE)
"""What the engine says where another process has the store open."""


def begin(folder: Path) -> None:
    """Mark a folder as one in which a store is being made; what a process left that was ended is marked so.

    Raises StoreExistsError if anything else is there.
    """
    if is_made(folder) or (folder.exists() and not _is_free(folder)):
        raise StoreExistsError(f"{folder} is not an empty folder; name another, or remove it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    be_private()
    folder.mkdir(exist_ok=True)
    with suppress(PermissionError):  # it is somebody else's, who lets us write there
        folder.chmod(FOLDER)
    (folder / _MAKING).touch()
    sync_folder(folder)


def is_made(folder: Path) -> bool:
    """Return whether there is a store in the folder that was made to its end; its stamp comes last."""
    return (folder / NAME).is_file()


def create(
    folder: Path, base: str, policy: str = "validated", beside: Callable[[], object] = lambda: None
) -> OxigraphStore:
    """Return a new store in the folder; raise StoreExistsError if anything is there already.

    What was left of one that was being made does not count, and is taken away. `beside` makes what else
    belongs to it: a process that is ended before all of it is there leaves a folder to begin anew in.
    """
    begin(folder)
    for item in tuple(folder.iterdir()):
        if item.name in _PARTS:
            shutil.rmtree(item) if item.is_dir() else item.unlink()
    secret = Secret.random() if policy == "validated" else None
    stamp = Stamp(base, policy, secret=secret.name if secret else None)
    with complaints():
        store = ox.Store(str(folder / _FOLDER))
    if secret is not None:
        secret.write(folder / SECRET)
    beside()
    stamp.write(folder)
    (folder / _MAKING).unlink()
    return OxigraphStore(store, stamp, folder, files=folder / _FOLDER)


def _is_free(folder: Path) -> bool:
    """Return whether a folder holds nothing, or only what belongs to a store that was never made.

    A journal in which anything stands is never taken for that.
    """
    if not folder.is_dir():
        return False
    names = {item.name for item in folder.iterdir()}
    if not names:
        return True
    told = any(file.stat().st_size for file in (folder / "journal").glob("*.jsonl"))
    return _MAKING in names and names <= {_MAKING, *_PARTS, *_HOLDING} and not told


def files_of(folder: Path) -> Path:
    """Return where the engine's own files of the store in the folder lie."""
    return folder / _FOLDER


_TAKES: Final = {
    "validated": "a plain store is served with --write-policy unvalidated, "
    "and its folder is copied to back it up",
    "unvalidated": "serve it without --write-policy",
}
"""What to do where a store of the one policy is not wanted, and the other is there."""


def stamp_of(folder: Path, policy: str = "validated") -> Stamp:
    """Return the stamp of the store in the folder.

    Raises StoreNotFoundError, StoreDamagedError for a stamp that cannot be read, and StoreMismatchError
    for a store that was made under another write policy or by another version.
    """
    if not (folder / NAME).is_file():
        raise StoreNotFoundError(f"no store in {folder}; make one with: servanda init --store {folder}")
    stamp = Stamp.read(folder)
    if stamp.policy != policy:
        made = f"the store in {folder} was made with write policy {stamp.policy!r}, not {policy!r}"
        raise StoreMismatchError(f"{made}: {_TAKES[policy]}")
    return stamp


def open_store(folder: Path, policy: str = "validated") -> OxigraphStore:
    """Return the store in the folder, to be read and written; raises what `stamp_of` raises.

    Also StoreLockedError while another process holds it, and StoreDamagedError where it cannot be opened.
    """
    stamp = stamp_of(folder, policy)
    be_private()
    (folder / _MAKING).unlink(missing_ok=True)
    _finish_exchange(folder)
    files = folder / _FOLDER
    altered = files.is_dir() and is_altered(folder, files)
    engine = _opened(files, folder)
    if altered:
        found = disagreement(OxigraphStore(engine, stamp)) if len(engine) else "it is empty"
        if found:
            raise _damaged(folder, f"its files are not those with which it was closed, and {found}")
    forget(folder)
    return OxigraphStore(engine, stamp, folder, files=files)


def open_checkpoint(checkpoint: Path, folder: Path) -> OxigraphStore:
    """Return a checkpoint of the store in the folder, to be read; any number of processes may.

    Raises what `stamp_of` raises, and StoreDamagedError where its files are not as they were sealed.
    """
    stamp = stamp_of(folder)
    held = hold(checkpoint)
    try:
        check_seal(checkpoint)
        return OxigraphStore(ox.Store.read_only(str(checkpoint)), stamp, held=held, home=folder)
    except (OSError, RuntimeError, StoreDamagedError) as error:
        if held is not None:
            held.close()
        raise refusal(f"the store in {folder}", error) or StoreDamagedError(
            f"the checkpoint {checkpoint} cannot be opened: {error}; once it is removed, it is made anew",
        ) from error


def read_only(checkpoint: Path | str) -> OxigraphStore:
    """Return a checkpoint to be read, by a process that does not know of which store; its stamp is empty."""
    return OxigraphStore(ox.Store.read_only(str(checkpoint)), Stamp(""))


def open_unchanged(folder: Path) -> OxigraphStore:
    """Return the store in the folder, to be read only; nothing of its files is changed.

    Who asks holds the store: what another process writes meanwhile would be read half. Raises what
    `stamp_of` raises, and StoreDamagedError.
    """
    stamp = stamp_of(folder)
    following, whole = folder / f"{_FOLDER}.next", folder / f"{_FOLDER}.next.whole"
    place = following if whole.exists() and following.exists() else folder / _FOLDER
    if not place.is_dir():
        raise _damaged(folder, f"{place} is missing")
    try:
        return OxigraphStore(ox.Store.read_only(str(place)), stamp, home=folder)
    except (OSError, RuntimeError) as error:
        raise _lost(folder, error) from error


def exchange(folder: Path, store: OxigraphStore) -> OxigraphStore:
    """Put a copy of the store into its place, so that no deleted byte stays on disk; return the new one.

    The store given is closed. A process that ends in between leaves either the old or the new one whole.
    """
    following = folder / f"{_FOLDER}.next"
    shutil.rmtree(following, ignore_errors=True)
    store.copy(following)
    store.close()
    (folder / f"{_FOLDER}.next.whole").touch()
    _finish_exchange(folder)
    files = folder / _FOLDER
    return OxigraphStore(_opened(files, folder), store.stamp, folder, files=files)


def adopt(folder: Path, store: OxigraphStore, place: Path) -> None:
    """Put the files of another store into the place of the one in the folder, which goes on with them.

    Nobody else has either open. Raises StoreDamagedError, with everything as it was, where they are no
    store. A process that ends in between leaves either the old or the new one whole.
    """
    following = folder / f"{_FOLDER}.next"
    shutil.rmtree(following, ignore_errors=True)
    (place / SEAL).unlink(missing_ok=True)
    _opened(place, folder)
    place.rename(following)
    store.close()
    (folder / f"{_FOLDER}.next.whole").touch()
    _finish_exchange(folder)
    store.reopen(_opened(folder / _FOLDER, folder))


def begin_anew(folder: Path) -> OxigraphStore:
    """Return an empty store, to be filled beside the one in the folder; `put_in_place` ends it.

    An exchange that was begun before is completed first, and what `begin_anew` left is taken away.
    """
    stamp = stamp_of(folder)
    be_private()
    _finish_exchange(folder)
    return OxigraphStore(_opened(folder / f"{_FOLDER}.next", folder), stamp, folder)


def put_in_place(folder: Path, store: OxigraphStore) -> None:
    """Put the store that `begin_anew` gave into the place of the one in the folder, and close it.

    A process that ends in between leaves either the old or the new one whole.
    """
    store.close()
    sync_folder(folder / f"{_FOLDER}.next")
    (folder / f"{_FOLDER}.next.whole").touch()
    sync_folder(folder)
    _finish_exchange(folder)
    sync_folder(folder)


def give_up(folder: Path, store: OxigraphStore) -> None:
    """Close the store that `begin_anew` gave, and take its files away."""
    store.close()
    shutil.rmtree(folder / f"{_FOLDER}.next", ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_damaged(folder: Path) -> Path | None:
    """Move the files of a store aside, so that opening it makes an empty one; return where they are."""
    if not (folder / _FOLDER).exists():
        return None
    aside = folder / f"{_FOLDER}.damaged"
    shutil.rmtree(aside, ignore_errors=True)
    (folder / _FOLDER).rename(aside)
    return aside


def _finish_exchange(folder: Path) -> None:
    """Complete an exchange that was begun, or take its beginnings away."""
    following, whole, current = (
        folder / f"{_FOLDER}.next",
        folder / f"{_FOLDER}.next.whole",
        folder / _FOLDER,
    )
    if whole.exists() and following.exists():
        shutil.rmtree(current, ignore_errors=True)
        following.rename(current)
        forget(folder)
    shutil.rmtree(following, ignore_errors=True)
    whole.unlink(missing_ok=True)


def _opened(path: Path, folder: Path) -> ox.Store:
    try:
        return ox.Store(str(path))
    except RuntimeError as error:
        raise _lost(folder, error) from error
    except OSError as error:
        if _HELD.search(str(error)):
            raise StoreLockedError(f"the store in {folder} is held by another process") from error
        raise _lost(folder, error) from error


def _lost(folder: Path, error: Exception) -> StoreError:
    return refusal(f"the store in {folder}", error) or _damaged(folder, str(error))


def _damaged(folder: Path, why: str) -> StoreDamagedError:
    return StoreDamagedError(
        f"the store in {folder} cannot be opened: {why}; its journal makes it anew: "
        f"servanda rebuild --store {folder}",
    )
