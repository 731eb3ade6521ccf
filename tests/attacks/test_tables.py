"""Hundreds of odd requests in kinds that the corpus has not: each is answered just as it should be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from kg.keys import Keys, Scope
from tests.attacks.conftest import SMALL
from tests.attacks.tables import addresses, connections, documents, heads
from tests.attacks.tables.wire import Row, told
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.attacks.conftest import Serving

pytestmark = pytest.mark.slow

KINDS: Final[dict[str, list[Row]]] = {
    "slow at every stage": connections.slow(),
    "failures between": connections.pipelines(),
    "who leaves": connections.leavers(),
    "who waits to go on": connections.expecting(),
    "methods": heads.methods(),
    "first lines": heads.first_lines(),
    "fields": heads.fields(),
    "doubled fields": heads.doubled(),
    "hosts": heads.hosts(),
    "bodies": heads.bodies(),
    "targets": addresses.targets(),
    "ids": addresses.ids(),
    "names of files": addresses.files(),
    "parameters": addresses.parameters(),
    "cursors": addresses.cursors(),
    "conditions": addresses.conditions(),
    "keys": addresses.keys(),
    "JSON": documents.json_bombs(),
    "YAML": documents.yaml_bombs(),
    "letters that look alike": documents.alike(),
    "archives and parts": documents.packed(),
    "graphs and queries": documents.graphs(),
}
CASES = [pytest.param(kind, row, id=f"{kind}: {row.name}") for kind, rows in KINDS.items() for row in rows]
_INSIDE: Final = (b"Traceback", b"site-packages", b"/kg/", b"root:x:", b'.py"')
"""What no answer tells: of the program, of the machine."""


def test_there_are_cases_of_every_kind() -> None:
    counts = {kind: len(rows) for kind, rows in KINDS.items()}
    print(*(f"{count:5} {kind}" for kind, count in counts.items()), f"{sum(counts.values()):5}", sep="\n")  # noqa: T201
    assert sum(counts.values()) >= 500
    assert min(counts.values()) >= 10
    assert all(len({row.name for row in rows}) == len(rows) for rows in KINDS.values())


@pytest.fixture(scope="module")
def key(tabled: Path) -> str:
    return Keys(tabled).make("tables", Scope.ADMIN)[1]


@pytest.fixture(scope="module")
def tabled(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("tables") / "store")


@pytest.fixture(scope="module")
def server(serving: Serving, tabled: Path, key: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    assert key
    with serving(tabled, **{**SMALL, "SERVANDA_UPLOAD_TIMEOUT": "60", "SERVANDA_QUERY_TIMEOUT": "30"}) as (
        url,
        process,
    ):
        yield url, process


@pytest.fixture(scope="module")
def other(server: tuple[str, subprocess.Popen[str]]) -> str:
    """Return a cursor of another list than that for which it is tried."""
    page = httpx.get(f"{server[0]}/api/v1/regions?limit=1").json()
    return str(httpx.URL(page["next"]).params["cursor"])


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_an_odd_request_is_answered_just_as_it_should_be(
    kind: str, case: Row, server: tuple[str, subprocess.Popen[str]], key: str, other: str
) -> None:
    assert not fault(kind, case, server[0], key, other)
    assert server[1].poll() is None
    assert httpx.get(f"{server[0]}/healthz").is_success


@pytest.mark.parametrize(
    "kinds",
    [
        ("slow at every stage", "who leaves"),
        ("failures between", "who leaves"),
        ("who waits to go on", "bodies"),
        ("keys", "cursors"),
        ("YAML", "failures between"),
    ],
    ids=" and ".join,
)
def test_attackers_of_two_kinds_at_once_get_no_other_answers(
    kinds: tuple[str, str], server: tuple[str, subprocess.Popen[str]], key: str, other: str
) -> None:
    def attack(kind: str) -> list[str]:
        told = [fault(kind, case, server[0], key, other) for case in KINDS[kind]]
        return [said for said in told if said]

    with ThreadPoolExecutor(2 * len(kinds)) as attackers:
        faults = list(attackers.map(attack, kinds * 2))
        with httpx.Client(base_url=server[0], timeout=LATE) as client:
            assert all(client.get("/api/v1/agreements?limit=1").is_success for _ in range(20))
    assert not [told for each in faults for told in each]
    assert server[1].poll() is None


def fault(kind: str, case: Row, url: str, key: str, other: str) -> str:
    """Return what is wrong with the answers to a case; nothing where all is as it should be."""
    places = {b"NAMED": f"Bearer {'_'.join(key.split('_')[:2])}_{'x' * 43}", b"OTHER": other, b"SECRET": key}
    pieces = list(case.pieces)
    for place, text in places.items():
        pieces = [
            piece.replace(place, text.encode()) if isinstance(piece, bytes) else piece for piece in pieces
        ]
    found, came = told(url, replace(case, pieces=tuple(pieces)))
    if not case.is_met(found):
        return f"{kind}: {case.name}: {case.answers} expected, {found} came: {came[-300:]!r}"
    inside = [word for word in (*_INSIDE, key.split("_", 2)[2].encode()) if word in came]
    return f"{kind}: {case.name}: {inside} is told" if inside else ""
