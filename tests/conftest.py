"""Settings for all tests: no generated example fails because the machine was busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store import OxigraphStore

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def content() -> Callable[[OxigraphStore], list[bytes]]:
    """Give the lines of all that a store holds but its bookkeeping, which knows the time of day."""

    def lines(store: OxigraphStore) -> list[bytes]:
        bookkeeping = f"<{store.stamp.base}graph/commits>".encode()
        return [line for line in store.nquads().splitlines() if bookkeeping not in line]

    return lines
