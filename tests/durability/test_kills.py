"""A process that is killed, at any step and at any moment, loses nothing that it acknowledged.

150 kills by default; `SERVANDA_KILLS=3000 pytest tests/durability/test_kills.py -s` for as many as one likes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.durability.campaign import Campaign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.harness import Children

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("SERVANDA_KILLS", "150"))
LONGEST_RECOVERY = 2.0
"""Seconds from a kill to an open store, in step with its journal; on a machine that does nothing else."""


def test_nothing_acknowledged_is_lost_or_half_there(
    children: Children, template: Path, tmp_path: Path
) -> None:
    tally = Campaign(children, template, tmp_path).go(KILLS)
    print(  # noqa: T201 - what a soak is run for
        f"\n{tally.kills} kills, at {len(tally.known - tally.missed)} of {len(tally.known)} kinds of step in "
        f"an operation; {tally.acknowledged} changes acknowledged; longest recovery {tally.recovery:.2f} s, "
        f"{tally.work:.2f} s of it work",
    )
    assert not tally.problems, "\n".join(tally.problems)
    assert tally.kills == KILLS
    assert len(tally.known) > 50
    assert not tally.missed
    if "SERVANDA_KILLS" in os.environ:  # a soak, beside which nothing else runs
        assert tally.work <= LONGEST_RECOVERY
