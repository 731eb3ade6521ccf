"""A store whose making was cut short: it opens and is whole, or says by name that it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import StoreNotFoundError
from tests.durability.checker import check
from tests.durability.harness import KILLED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.harness import Children

_KILLS = 14


@pytest.mark.slow
def test_a_store_half_made_is_whole_or_is_made_anew_in_its_place(children: Children, tmp_path: Path) -> None:
    documents = str(tmp_path / "documents")
    whole = children.run(make=str(tmp_path / "whole"), documents=documents)
    number = len(whole.steps[0])
    assert number > _KILLS
    found: list[bool] = []
    for step in sorted({*range(4), *range(0, number, number // _KILLS)}):
        store = tmp_path / f"store-{step}"
        kill = {"op": 0, "step": step, "when": "before"}
        killed = children.run(make=str(store), documents=documents, kill=kill)
        assert killed.ended == KILLED
        try:
            finding = check(store, killed.acknowledged)
        except StoreNotFoundError as error:
            found.append(False)
            refusal = error
        else:
            found.append(True)
            assert not finding.problems, finding.problems
            continue
        assert str(store) in str(refusal)
        assert not killed.acknowledged
        assert children.run(make=str(store), documents=documents).ended == 0
    assert {*found} == {True, False}
