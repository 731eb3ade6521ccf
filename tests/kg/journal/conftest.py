"""What the tests of the journal share: drafts, and a small journal of three segments."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kg.journal import Action, Draft, Entry, Journal, JournalReader, disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GRAPH = "https://example.org/id/graph/report/radio"


def _draft(number: int, **changes: object) -> Draft:
    fields: dict[str, object] = {
        "action": Action.ADD,
        "kind": "report",
        "identifier": f"r{number}",
        "revision": 1,
        "agent": "Kō, archivist",
        "graphs": (GRAPH,),
        "content_hash": "ab" * 32,
        "payload": f'<urn:x:{number}> <urn:x:p> "näher — {number}" <{GRAPH}> .\n'.encode(),
    }
    return Draft(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """Make a change that differs from others by its number."""
    return _draft


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk, in tests that open a journal hundreds of times."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(disk.Disk, "sync", lambda *_: None)


@dataclass(frozen=True)
class Grown:
    """A journal of six entries in three segments, as it was written."""

    folder: Path
    records: tuple[tuple[Entry, bytes | None], ...]

    def files(self) -> dict[str, bytes]:
        """Return what lies in the folder."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def put(self, files: dict[str, bytes]) -> None:
        """Let exactly these files lie in the folder."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, data in files.items():
            (self.folder / name).write_bytes(data)


@pytest.fixture
def grown(tmp_path: Path) -> Grown:
    """Write a journal of six entries: 1 and 2, 3 and 4, 5 and 6 share a segment."""
    folder = tmp_path / "journal"
    with Journal.create(folder, segment_bytes=1) as journal:
        for number in (1, 3, 5):
            journal.append([_draft(number), _draft(number + 1)])
    return Grown(folder, tuple(JournalReader(folder).records()))
