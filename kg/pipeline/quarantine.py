"""Where documents lie that were refused: kept, listed, corrected, taken in after all, or discarded.

Each has a folder of its own in the store's folder `quarantine`: the document's bytes, the files that it
names (of what is no document, neither), `problems.json`, the SHACL report if there is one, and `item.json`.
The folder appears whole or not at all. Who writes here holds the store; reading needs no lock.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import IngestError, NotFoundError
from kg.pipeline.item import (
    PROBLEMS,
    RECORD,
    REPORT,
    Item,
    Status,
    glance_at,
    now,
    problems_written,
    read,
    read_problems,
    written,
)
from kg.pipeline.refused import Refused, Source, gather, printable
from kg.pipeline.staging import put, remove, replace_files, sweep
from kg.store import stamp_of
from kg.store.secret import secret_in
from kg.store.stamp import NAME as STAMP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Problem

_FOLDER = "quarantine"
_REDACTED = "document/redacted"
_LONGEST_STEM = 150
"""In bytes, so that the folder's name stays shorter than the 255 that a file system takes."""


def keep(  # noqa: PLR0913, PLR0917 - what is known of a refusal
    folder: Path,
    document: Path | Source,
    problems: Sequence[Problem],
    report: str | None,
    kind: str | None = None,
    identifier: str | None = None,
    *,
    content: bool = False,
) -> Path:
    """Write a refused document into the quarantine of the store's folder; return its folder there.

    The same refused again renews its item; a document that lies in the quarantine renews its own. Another
    file of the same name, and one whose item was edited since, gets an item of its own. Of what is no
    document the hash is kept, and the content only if `content` says so; of one that is refused because it
    was redacted, no word. Raises StorageFullError if there is no room;
    what was there stays as it was.
    """
    root = _quarantine(folder)
    sweep(root)
    source = document if isinstance(document, Source) else Source.of(document)
    refused = gather(source, content=content)
    redacted = any(problem.rule == _REDACTED for problem in problems)
    if redacted:
        refused = refused.without_content()
    own = _item_of(root, source.path)
    name = own or _free(root, source.path, refused)
    before = read(root / name) if (root / name).is_dir() else None
    renewed = before if own else None
    item = Item(
        id=name,
        status="open",
        file=renewed.file if renewed and renewed.file else refused.file,
        kind=kind or refused.seen.kind,
        identifier=identifier or refused.seen.identifier,
        refused_at=now(),
        document=renewed.document if renewed and not redacted else refused.document,
        sha256=refused.sha256,
        note=_past(before),
    )
    files = {PROBLEMS: problems_written(tuple(problems)), RECORD: written(item)}
    if report is not None:
        files = {REPORT: report.encode("utf-8", "backslashreplace")} | files
    if redacted and before is not None:
        remove(root, name)
    if redacted or before is None:
        put(root, name, {**refused.files, **files})
    else:
        missing = {path: data for path, data in refused.files.items() if not (root / name / path).exists()}
        gone = () if report is not None else (REPORT,)
        replace_files(root, name, files if own else missing | files, gone)
    return root / name


def items(folder: Path, status: Status | None = None) -> tuple[Item, ...]:
    """Return the items of the quarantine as they were refused one after the other; of one status if given."""
    found = (read(_quarantine(folder) / name) for name in _names(folder))
    chosen = (one for one in found if status in {None, one.status})
    return tuple(sorted(chosen, key=lambda one: (one.refused_at or "", one.id)))


def item(folder: Path, name: str) -> Item:
    """Return the item of that id; raise NotFoundError with the nearest ids if there is none."""
    return read(_place(folder, name))


def folder_of(folder: Path, name: str) -> Path:
    """Return the folder of an item; raise NotFoundError with the nearest ids if there is none."""
    return _place(folder, name)


def document_of(folder: Path, name: str) -> Path:
    """Return where an item's document lies, to be corrected there; raise NotFoundError if it has none."""
    place = _place(folder, name)
    found = read(place)
    if found.document is None and found.sha256 is not None:
        raise NotFoundError(
            f"no document was kept in {place}, only its hash (SHA-256 {found.sha256}): correct {found.file}, "
            "and give it with --with FILE"
        )
    if found.document is None or not (place / found.document).is_file():
        raise NotFoundError(f"no document was kept in {place}; give one with --with FILE")
    return place / found.document


def problems_of(folder: Path, name: str) -> tuple[Problem, ...] | None:
    """Return why an item was refused; None if its file of problems cannot be read."""
    return read_problems(_place(folder, name))


def report_of(folder: Path, name: str) -> str | None:
    """Return an item's SHACL report as Turtle, if there is one."""
    path = _place(folder, name) / REPORT
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def words_of(folder: Path, name: str) -> str | None:
    """Return an item's document as it lies there; None if it was not kept, or is not UTF-8."""
    document = item(folder, name).document
    try:
        return None if document is None else (_place(folder, name) / document).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def resolve(folder: Path, kind: str, identifier: str, sequence: int) -> tuple[str, ...]:
    """Mark the open items of a document that was taken in by that entry; return their ids."""
    return resolve_all(folder, {(kind, identifier): sequence})


def resolve_all(folder: Path, taken: Mapping[tuple[str, str], int]) -> tuple[str, ...]:
    """Mark the open items of documents that were taken in, each by an entry; return their ids."""
    marked = []
    for found in items(folder, "open") if taken else ():
        sequence = taken.get((found.kind or "", found.identifier or ""))
        if sequence is not None:
            _write(folder, replace(found, status="resolved", sequence=sequence))
            marked.append(found.id)
    return tuple(marked)


def mark_resolved(folder: Path, name: str, sequence: int | None = None, note: str | None = None) -> Item:
    """Mark one item as resolved, whatever its document is called by now; return it."""
    return _write(folder, replace(item(folder, name), status="resolved", sequence=sequence, note=note))


def discard(folder: Path, name: str, reason: str) -> Item:
    """Mark an item as not to be taken in, and why; return it. Its files stay.

    Raises IngestError without a reason, and for an item whose document was taken in.
    """
    found = item(folder, name)
    if not reason.strip():
        raise IngestError(f"{name}: say why it is discarded")
    if found.status == "resolved":
        raise IngestError(f"{name}: its document was taken in; there is nothing to discard")
    return _write(folder, replace(found, status="discarded", note=reason))


def exchange_document(folder: Path, name: str, file: Path) -> Path:
    """Put another file in the place of an item's document, and the files that it names; return where it is.

    Raises IngestError if the file cannot be read.
    """
    root = _quarantine(folder)
    place = _place(folder, name)
    before = read(place)
    given = gather(Source.of(file), content=True)
    if given.document is None:
        raise IngestError(f"{file} cannot be read")
    after = replace(
        before,
        status="open" if before.status == "damaged" else before.status,
        document=given.document,
        sha256=given.sha256,
    )
    gone = (before.document,) if before.document not in {None, given.document} else ()
    replace_files(root, name, {**given.files, RECORD: written(after)}, tuple(filter(None, gone)))
    return place / given.document


def purge(folder: Path, kind: str, identifier: str, until: str | None = None) -> tuple[str, ...]:
    """Remove all items of a document wholly, and what a broken-off keep left; return their ids.

    With a time (as entries of the journal have it), only those that were refused until then.
    """
    root = _quarantine(folder)
    sweep(root)
    concerned = tuple(
        found.id
        for found in items(folder)
        if (kind, identifier) in _called(root, found) and (until is None or (found.refused_at or "") <= until)
    )
    for name in concerned:
        remove(root, name)
    return concerned


def tidy(folder: Path) -> None:
    """Remove what a process left in the quarantine that was ended while it wrote there."""
    sweep(_quarantine(folder))


def _quarantine(folder: Path) -> Path:
    return folder / _FOLDER


def _names(folder: Path) -> list[str]:
    root = _quarantine(folder)
    if not root.is_dir():
        return []
    return sorted(place.name for place in root.iterdir() if not place.name.startswith(".") and place.is_dir())


def _place(folder: Path, name: str) -> Path:
    names = _names(folder)
    if name not in names:
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        near = near or [known for known in names if name and known.startswith(name)][:3]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise NotFoundError(f"no item {name!r} in the quarantine{hint}")
    return _quarantine(folder) / name


def _write(folder: Path, changed: Item) -> Item:
    replace_files(_quarantine(folder), changed.id, {RECORD: written(changed)})
    return changed


def _item_of(root: Path, document: Path) -> str | None:
    """Return the item whose document this is, if it lies in the quarantine."""
    path = Path(os.path.realpath(document))  # which takes links that go round, too
    if not path.is_relative_to(root.resolve()):
        return None
    name = path.relative_to(root.resolve()).parts[0]
    kept = read(root / name).document if (root / name).is_dir() else None
    return name if kept is not None and (root / name / kept).resolve() == path else None


def _free(root: Path, document: Path, refused: Refused) -> str:
    """Return the id for a refusal: that of the item that holds the same, or one that no item has."""
    stem = (
        printable(document.stem).lstrip(".-").encode()[:_LONGEST_STEM].decode(errors="ignore") or "document"
    )
    head = _keyed(root.parent, refused.sha256 or hashlib.sha256(b"").hexdigest())[:12]
    candidates = (f"{stem}-{head}" if number == 1 else f"{stem}-{head}-{number}" for number in count(1))
    return next(name for name in candidates if not (root / name).exists() or _holds(root / name, refused))


def _keyed(folder: Path, sha256: str) -> str:
    """Return a hash by which only who has the store's secret can test guesses of a file's words."""
    secret = secret_in(folder, stamp_of(folder).secret) if (folder / STAMP).is_file() else None
    return secret.of_file(sha256) if secret else sha256


def _holds(place: Path, refused: Refused) -> bool:
    """Whether a folder holds the same document, and no file of another content that it names."""
    if refused.document is None:
        known = read(place)
        return (known.document, known.file, known.sha256) == (None, refused.file, refused.sha256)
    if not (place / refused.document).is_file():
        return False
    return all(
        not (place / path).exists() or (place / path).read_bytes() == data
        for path, data in refused.files.items()
    )


def _past(before: Item | None) -> str | None:
    """Return what is worth knowing of an item that is refused anew."""
    if before is None or before.status == "damaged":
        return None
    if before.status == "open":
        return before.note
    if before.status == "discarded":
        return f"refused again after it was discarded: {before.note}"
    entry = f" by entry {before.sequence}" if before.sequence is not None else ""
    return f"refused again after its document was taken in{entry}"


def _called(root: Path, found: Item) -> set[tuple[str | None, str | None]]:
    """Return the kind and id of an item's document, as it was refused and as it reads now."""
    seen = glance_at(root / found.id, found.document)
    return {(found.kind, found.identifier), (seen.kind, seen.identifier)}
