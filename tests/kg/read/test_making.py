"""Making rows asks no more of the store than they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.pipeline.followers import newest_checkpoint
from kg.query.lookups.names import Names
from kg.query.lookups.reader import Kept, Reader
from kg.query.lookups.reports import REPORTS
from kg.read.resources import BY_LIST
from kg.read.rows import by_report, every
from kg.store import OxigraphStore
from tests.kg.read.conftest import BASE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_rows_of_a_report_are_made_without_asking_the_engine(
    invented_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = newest_checkpoint(invented_folder)
    assert newest is not None
    with newest[1] as store:
        reader = Reader(store, Names(BASE), Kept())
        reports = every(reader, BY_LIST[REPORTS.name])
        made = dict(by_report(reader, reports[:1]))
        monkeypatch.delattr(OxigraphStore, "texts")
        made |= by_report(reader, reports[1:20])
    assert sum(len(rows) for found in made.values() for rows in found.values()) > len(made)
