"""What each client may use: filled by time, emptied by use, and forgotten when there are too many."""

from __future__ import annotations

import pytest

from api.operations.budget import Budget


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize(
    ("uses", "pause", "wait"),
    [
        ([], 0, 0),
        ([119.9], 0, 0),
        ([120], 0, 0),  # the whole burst, and not more
        ([121], 0, 1),
        ([60, 60, 10], 0, 10),  # a debt of ten seconds is waited off in ten
        ([60, 60, 10], 9.5, 1),
        ([60, 60, 10], 10, 0),
        ([121], 10_000, 0),  # a long pause gives the burst back…
        ([0, -5], 0, 0),
    ],
)
def test_a_client_waits_for_as_long_as_its_debt_takes(
    clock: Clock, uses: list[float], pause: float, wait: int
) -> None:
    budget = Budget(60, clock=clock)
    for amount in uses:
        budget.charge("a", amount)
    clock.now += pause
    assert budget.wait("a") == wait


def test_a_pause_never_gives_more_than_the_burst(clock: Clock) -> None:
    budget = Budget(60, clock=clock)
    budget.charge("a", 1)
    clock.now += 10_000
    budget.charge("a", 120)
    assert budget.wait("a") == 0
    budget.charge("a", 1)
    assert budget.wait("a") == 1


@pytest.mark.parametrize(("rate", "debt", "wait"), [(60, 1, 1), (30, 1, 2), (6, 1, 10), (1, 1, 60)])
def test_a_smaller_rate_makes_a_longer_wait(clock: Clock, rate: int, debt: int, wait: int) -> None:
    budget = Budget(rate, clock=clock)
    budget.charge("a", 2 * rate + debt)
    assert budget.wait("a") == wait
    clock.now += wait
    assert budget.wait("a") == 0


def test_clients_do_not_pay_for_each_other(clock: Clock) -> None:
    budget = Budget(60, clock=clock)
    budget.charge("a", 1000)
    assert budget.wait("a") == 880
    assert budget.wait("b") == 0


def test_without_a_rate_nobody_waits_and_nobody_is_kept_in_mind(clock: Clock) -> None:
    budget = Budget(0, clock=clock)
    budget.charge("a", 1_000_000)
    assert (budget.wait("a"), len(budget)) == (0, 0)


def test_as_many_are_kept_in_mind_as_were_said_and_the_quietest_is_forgotten(clock: Clock) -> None:
    budget = Budget(60, clients=3, clock=clock)
    for client in ("a", "b", "c"):
        budget.charge(client, 200)
    budget.charge("a", 1)
    budget.charge("d", 200)
    assert len(budget) == 3
    assert [budget.wait(client) for client in "abcd"] == [81, 0, 80, 80]


def test_asking_how_long_to_wait_keeps_nobody_in_mind(clock: Clock) -> None:
    budget = Budget(60, clock=clock)
    assert budget.wait("a") == 0
    assert len(budget) == 0
