"""What a power cut takes from the store's own log, the journal gives back; without a journal it is gone.

The second is the control: the same processes, the same kills, the same check, and the check does find what
is lost. Were it to find nothing, the tests beside it would prove nothing.
"""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, Any

from kg.store import open_store
from tests.durability.checker import check, lost
from tests.durability.damage import cut_the_log
from tests.durability.plan import Operation, plan
from tests.durability.world import REPORTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.harness import Children, Outcome

_RUNS = 6
_SINGLY = tuple(Operation("add", ((name, 1),)) for name in REPORTS)


def killed(children: Children, store: Path, operations: tuple[Operation, ...], **job: Any) -> Outcome:
    """Do the plan to the store with a process that is killed before it can close it."""
    said = [operation.as_json() for operation in operations]
    end = {"op": len(operations), "step": 0, "when": "before"}
    documents = str(store.parent / "documents")
    outcome = children.run(
        None, store=str(store), documents=documents, plan=said, kill=end, checkpoints=False, **job
    )
    assert outcome.acknowledged
    return outcome


def test_with_a_journal_nothing_is_lost(children: Children, template: Path, tmp_path: Path) -> None:
    chance, gone = random.Random(1), 0  # noqa: S311 - no secret
    for number in range(_RUNS):
        store = shutil.copytree(template, tmp_path / f"store-{number}")
        operations = _SINGLY if number % 2 else plan(number, 8)
        outcome = killed(children, store, operations)
        gone += cut_the_log(store, chance) > 0
        finding = check(store, outcome.acknowledged)
        assert not finding.problems, finding.problems
    assert gone > _RUNS // 2


def test_without_one_the_same_check_finds_what_is_lost(
    children: Children, template: Path, tmp_path: Path
) -> None:
    chance, caught = random.Random(1), 0  # noqa: S311 - no secret
    for number in range(_RUNS):
        store = shutil.copytree(template, tmp_path / f"store-{number}")
        outcome = killed(children, store, _SINGLY, journal=False)
        with open_store(store) as whole:
            assert not lost(whole, outcome.acknowledged), "a kill alone takes nothing"
        store = shutil.copytree(template, tmp_path / f"cut-{number}")
        outcome = killed(children, store, _SINGLY, journal=False)
        cut_the_log(store, chance)
        with open_store(store) as left:
            caught += bool(lost(left, outcome.acknowledged))
    assert caught, "the check would not notice a loss"
