"""Numbers of a part of the casualties: the conflict of `conftest.py`, where some of the dead are children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({}, {"group": "children"}, 0),
        ({"group": "women"}, {"group": "children"}, 0),
        ({"group": "children"}, {"group": "children"}, 1),
        ({}, {}, 1),
    ],
)
def test_only_numbers_of_the_same_group_are_compared(
    world: Any, table: Table, one: dict[str, str], other: dict[str, str], differ: int
) -> None:
    claim = world.claim
    claim["quantities"] = [{"kind": "killed", "value": "4", **one}]
    more = {**claim, "key": "k2", "quantities": [{"kind": "killed", "value": "9", **other}]}
    world.documents["report"]["claims"].append(more)
    query = "SELECT ?d WHERE { ?d svd:slot/<http://www.w3.org/2004/02/skos/core#notation> 'quantity' }"
    assert len(table(world.build(), query)) == differ
