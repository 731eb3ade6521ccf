"""Stores that are made once and copied for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.pipeline import initialise, open_graph
from tests.kg.pipeline.upkeep.history import BASE, DATA, STEPS, copied, taken

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of reference data and seed once, to be copied."""
    folder = tmp_path_factory.mktemp("seeded") / "store"
    with initialise(folder, BASE) as made:
        taken(made, DATA / "seed")
    return folder


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Path:
    """Make a store once to which all has happened, to be copied."""
    work = tmp_path_factory.mktemp("eventful")
    folder = copied(seeded, work / "store")
    with open_graph(folder) as opened:
        for step in STEPS.values():
            step(opened, work)
    return folder


@pytest.fixture
def store(eventful: Path, tmp_path: Path) -> Path:
    """Give a copy of the store to which all has happened."""
    return copied(eventful, tmp_path / "store")
