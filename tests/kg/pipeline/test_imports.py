"""Tables that are sent to a store: none is kept where there is no room, and none stands in another's way."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.errors import StorageFullError
from kg.pipeline import imports, initialise, open_graph
from kg.pipeline.imports import Import, Imports, Order
from kg.settings import Settings
from tests.pace import LATE

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline.repository import Repository

ORDER = Order("ucdp-ged", "GEDEvent_v23_1.csv", False, None, None, None, None, None)  # noqa: FBT003


def sending(repository: Repository) -> Imports:
    made = Imports(repository, threading.RLock(), lambda: None)
    made._folder.mkdir(exist_ok=True)  # noqa: SLF001 - as it does when it starts
    return made


def sent(tables: Imports, data: bytes) -> Import:
    place = tables.place()
    with (place / "table").open("xb", buffering=0) as file:
        tables.keep(file, data)
    return tables.add(place, ORDER, "key", "Tests")


def test_where_there_is_no_room_no_table_is_kept(tmp_path: Path) -> None:
    initialise(tmp_path / "store", reference=False).close()
    with open_graph(tmp_path / "store", settings=replace(Settings(), reserve=2**40)) as full:
        tables = sending(full)
        with pytest.raises(StorageFullError, match="kept free"):
            tables.place()
        with (
            (tmp_path / "table").open("xb", buffering=0) as file,
            pytest.raises(StorageFullError, match="kept free"),
        ):
            tables.keep(file, b"id")
        assert not tables.all()
    with open_graph(tmp_path / "store", settings=replace(Settings(), reserve=0)) as opened:
        tables = sending(opened)
        with open("/dev/full", "wb", buffering=0) as file, pytest.raises(StorageFullError, match="make room"):  # noqa: PTH123
            tables.keep(file, b"id")


def test_a_table_of_which_nothing_can_be_written_down_waits_and_keeps_nobody_waiting_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PAUSE", 0.05)
    initialise(tmp_path / "store", reference=False).close()
    with open_graph(tmp_path / "store") as opened:
        tables = sending(opened)
        record = sent(tables, b"no,table\n")
        hindrance = tmp_path / "store" / "imports" / record.id / "record.json.new"
        hindrance.mkdir()
        tables.start()
        time.sleep(0.2)
        assert tables.one(record.id).state == "waiting"
        hindrance.rmdir()
        until = time.monotonic() + LATE
        while tables.one(record.id).state != "refused" and time.monotonic() < until:
            time.sleep(0.05)
        assert tables.one(record.id).state == "refused"
        tables.close()
