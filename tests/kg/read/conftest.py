"""Stores of which the read model is made: the seed with the other accounts, and one of invented reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.generate import fill
from bench.reports import Reports
from bench.world import make_world
from kg.pipeline import build_demo
from kg.read import pen, view

if TYPE_CHECKING:
    from pathlib import Path


def in_small_pieces(patch: pytest.MonkeyPatch) -> None:
    """Let a few rows fill what many do: blocks, strides of a list, and what is put in order at once."""
    patch.setattr(pen, "_SIZE", 2)
    patch.setattr(pen, "_RUNS", 3)
    patch.setattr(view, "_FEW", 4)


BASE = "https://w3id.org/servanda/id/"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a store of reference data, seed and accounts."""
    folder = tmp_path_factory.mktemp("demo") / "store"
    build_demo(folder, BASE, accounts=True).close()
    return folder


@pytest.fixture(scope="session")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a store of sixty invented reports."""
    folder = tmp_path_factory.mktemp("invented") / "store"
    world = make_world(5)
    fill(folder, world, Reports(5, world), 60)
    return folder
