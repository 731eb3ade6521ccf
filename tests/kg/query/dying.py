"""A module of workers that die, each task in the way that it names: for `test_deaths.py`."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.wire import Head

MIXED = 'SELECT ?v { VALUES ?v { 2 "a3"@en "73" "a3"@en "a5"@en 48 "37" "a9"@en "50" 77 9 "60" 95 "62" 68 46 '
MIXED += '"a5"@en "a6"@en 34 "84" 48 } } ORDER BY ?v'
"""What the engine sorts by a comparison that is no order, unless it is told otherwise."""
DEEP = "ASK { FILTER(" + "(" * 3_000_000


def panic() -> None:
    """Have the engine sort what it cannot."""
    list(ox.Store().query(MIXED))  # type: ignore[arg-type]


def stack() -> None:
    """Have the engine's parser recurse without end."""
    ox.Store().query(DEEP)


def crash() -> None:
    """Read what is not there."""
    ctypes.string_at(0)


def leave() -> None:
    """End without a word."""
    os._exit(3)


def native_memory() -> None:
    """Have the engine take more memory than there may be."""
    doubled = "".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(40))
    list(ox.Store().query(f"SELECT ?x40 {{ BIND('0123456789' AS ?x0) {doubled} }}"))  # type: ignore[arg-type]


def memory() -> None:
    """Have Python take more memory than there may be."""
    bytearray(1 << 42)


WAYS = {
    "panic": panic,
    "abort": os.abort,
    "stack": stack,
    "crash": crash,
    "leave": leave,
    "native memory": native_memory,
    "memory": memory,
}


def opened(_: str) -> Callable[[Head, bytes, int], bytes]:
    """Return what dies in the way that is asked for."""

    def answer(_: Head, body: bytes, __: int) -> bytes:
        WAYS[body.decode()]()
        return b"alive"

    return answer
