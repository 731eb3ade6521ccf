"""A store of the accounts, the sample of GED and the two tables that were written against them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import pipeline
from kg.ingest.datasets.mapping import read_mapping
from kg.pipeline import code_definitions
from kg.pipeline.rows import take
from kg.pipeline.rows.take import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

LABELLED = Path(__file__).parent / "labelled"
SAMPLE = Path(__file__).resolve().parents[3] / "data" / "samples" / "ged_v23_1_sample.csv"


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of the store, which nobody changes."""
    folder = demonstration(tmp_path_factory.mktemp("linking") / "store", accounts=True)
    with pipeline.open_graph(folder, "ingest") as opened:
        for name in ("press", "field"):
            path = LABELLED / f"{name}.mapping.yaml"
            mapping = read_mapping(path.read_text(encoding="utf-8"), str(path), code_definitions())
            take(opened, [LABELLED / f"{name}.csv"], Wanted("table", mapping=mapping))
        take(opened, [SAMPLE], Wanted("ucdp-ged"))
    return folder
