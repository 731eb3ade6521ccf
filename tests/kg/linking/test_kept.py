"""Proposals are read page by page: each of them once, and a page costs what it holds."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from kg.linking import KeptProposals, Proposal, Tally

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def kept(folder: Path, many: int) -> KeptProposals:
    """Return as many proposals, of which several share each of 200 scores."""
    folder.mkdir()
    found = KeptProposals(folder)
    made = (Proposal(f"a/{at % 71}", f"b/{at}", round(0.6 + at * 7 % 200 / 500, 4), ()) for at in range(many))
    found.write(made, 1, 0.6, Tally())
    return found


def test_pages_hold_each_proposal_once_in_the_order_of_the_whole(tmp_path: Path) -> None:
    proposals = kept(tmp_path / "store", 1000)
    for least, count in ((0.0, 1000), (0.8, 500)):
        whole = proposals.after(None, 1000, least)
        paged: list[Proposal] = []
        while page := proposals.after(
            (paged[-1].score, paged[-1].one, paged[-1].other) if paged else None, 97, least
        ):
            paged += page
        assert paged == whole
        assert len(whole) == count
        assert whole == sorted(whole, key=lambda each: (-each.score, each.one, each.other))


def test_a_page_costs_what_it_holds_however_many_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = kept(tmp_path / "few", 500), kept(tmp_path / "many", 5000)
    steps: list[None] = []
    connect = sqlite3.connect

    def counted(database: str, *, uri: bool) -> sqlite3.Connection:
        made = connect(database, uri=uri)
        made.set_progress_handler(lambda: steps.append(None), 10)
        return made

    def cost(proposals: KeptProposals) -> int:
        steps.clear()
        assert len(proposals.after((0.99, "a/3", "b/1"), 50)) == 50
        return len(steps)

    monkeypatch.setattr(sqlite3, "connect", counted)
    assert cost(many) < 2 * cost(few)
