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
    from collections.abc import Collection, Sequence
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


def test_what_rows_are_made_of_is_read_together_and_each_subject_once(
    invented_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = newest_checkpoint(invented_folder)
    assert newest is not None
    looked: list[str] = []
    together: list[int] = []
    said, said_of = OxigraphStore.said, OxigraphStore.said_of

    def one(store: OxigraphStore, subject: str, without: Collection[str]) -> object:
        looked.append(subject)
        return said(store, subject, without)

    def many(store: OxigraphStore, subjects: Sequence[str], without: Collection[str]) -> object:
        looked.extend(subjects)
        together.append(len(subjects))
        return said_of(store, subjects, without)

    with newest[1] as store:
        reader = Reader(store, Names(BASE), Kept())
        reports = every(reader, BY_LIST[REPORTS.name])
        monkeypatch.setattr(OxigraphStore, "said", one)
        monkeypatch.setattr(OxigraphStore, "said_of", many)
        made = dict(by_report(reader, reports[:50]))
    rows = sum(len(found) for lists in made.values() for found in lists.values())
    assert len(looked) == len(set(looked)) > rows > len(made)
    assert (len(looked) - sum(together)) * 10 < len(looked)
    assert len(together) < len(made)
