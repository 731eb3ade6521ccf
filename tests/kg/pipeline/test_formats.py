"""A row of every format comes in once, whatever it becomes, and the store is whole. All rows are made up."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg import pipeline
from kg.pipeline.rows.take import Wanted, take
from kg.pipeline.upkeep.verify import verify
from kg.settings import DEFAULT_BASE
from tests.kg.ingest.datasets.test_acled import NEW
from tests.kg.ingest.datasets.test_gdelt import CELLS
from tests.kg.ingest.datasets.test_tables_of_others import ROWS

if TYPE_CHECKING:
    from pathlib import Path

MENTION = {
    "GLOBALEVENTID": CELLS["GLOBALEVENTID"],
    "MentionTimeDate": "20210827000000",
    "MentionIdentifier": "http://example.org/1",
}


@pytest.mark.slow
def test_a_row_of_each_format_comes_in_once_and_all_of_them_make_a_store_that_is_whole(
    tmp_path: Path,
) -> None:
    store = tmp_path / "store"
    pipeline.prepared(store, DEFAULT_BASE).close()
    with pipeline.open_graph(store, "ingest") as opened:
        for name, row in {**ROWS, "acled": NEW, "gdelt": CELLS, "gdelt-mentions": MENTION}.items():
            path = tmp_path / f"{name}-221.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, list(row))
                out.writeheader()
                out.writerow(row)
            first, second = take(opened, [path], Wanted()), take(opened, [path], Wanted())
            assert (dict(first.formats), first.taken_in, second.unchanged) == ({name: 1}, 1, 1), name
    found = verify(store)
    assert (found.first, found.concluded) == (None, True)
