"""What a newcomer runs stays short: how much each folder adds to it is declared, and adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lanes import BUDGET, ONE_OF_A_FILE, ONE_OF_A_FUNCTION, SHARES, TESTS, counted, lanes_of

if TYPE_CHECKING:
    import pytest


def test_no_folder_has_more_quick_tests_than_its_share(quick_tests: list[pytest.Item]) -> None:
    more = {
        folder: f"{count} quick tests, and its share is {SHARES[folder].tests}"
        for folder, count in counted(quick_tests).items()
        if count > SHARES[folder].tests
    }
    assert not more, "mark some of them slow, or give the folder more in tests/lanes.py if all still fit"


def test_the_shares_fit_into_what_all_may_take() -> None:
    assert sum(share.seconds for share in SHARES.values()) <= BUDGET


def test_every_lane_is_there_and_has_a_quick_test(
    collected: list[pytest.Item], quick_tests: list[pytest.Item]
) -> None:
    assert [lane for lane in (*ONE_OF_A_FILE, *ONE_OF_A_FUNCTION) if not (TESTS / lane).exists()] == []
    files = {item.path for item in collected}
    whole = {lane for lane in lanes_of(collected) if set((TESTS / lane).rglob("test_*.py")) <= files}
    assert whole <= lanes_of(quick_tests)
