"""Many at once who send or ask for what takes long: nobody who asks for something short waits for them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.keys import Keys, Scope
from tests.attacks.conftest import SMALL
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.attacks.conftest import Serving

pytestmark = pytest.mark.slow

LONG = "kind: report\na: [" + "1," * 2_600_000 + "]\n"
"""It takes seconds to be read."""
SHORT = ("/api/v1/agreements?limit=1", "/healthz", "/readyz", "/api/v1/actors/armenia")
_CROWD = 60
_LIMIT = 2


@pytest.fixture(scope="module")
def crowded(
    serving: Serving, demonstration: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Give the address of a server that gives an upload little time, and a key that may write."""
    folder = demonstration(tmp_path_factory.mktemp("crowded") / "store")
    key = Keys(folder).make("crowd", Scope.INGEST)[1]
    with serving(folder, **{**SMALL, "SERVANDA_UPLOAD_TIMEOUT": str(_LIMIT)}) as (url, _):
        yield url, key


@contextmanager
def crowd(send: Callable[[httpx.Client], httpx.Response]) -> Iterator[list[httpx.Response]]:
    """Have many send the same again and again; give what they are answered."""
    over = threading.Event()
    answers: list[httpx.Response] = []

    def again() -> None:
        with httpx.Client(timeout=60) as client:
            while not over.is_set():
                answers.append(send(client))
                over.wait(0.5)

    threads = [threading.Thread(target=again) for _ in range(_CROWD)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(2)
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def waited(url: str) -> float:
    """Return the longest time for which somebody waits for something short."""
    longest = 0.0
    with httpx.Client(base_url=url, timeout=30) as client:
        for _ in range(15):
            for path in SHORT:
                start = time.monotonic()
                assert client.get(path).is_success
                longest = max(longest, time.monotonic() - start)
            time.sleep(0.1)
    return longest


def test_an_upload_that_takes_longer_than_it_may_is_ended(crowded: tuple[str, str]) -> None:
    url, key = crowded
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/yaml"}
    with httpx.Client(base_url=url, timeout=30, headers=headers) as client:
        client.post("/api/v1/validate", content="kind: report\n")  # its worker is started
        start = time.monotonic()
        answer = client.post("/api/v1/validate", content=LONG)
        assert time.monotonic() - start < _LIMIT + LATE
    assert answer.status_code == 504
    assert answer.json()["type"].endswith("/query-timeout")
    assert answer.json()["detail"] in {
        f"the upload takes longer than the {seconds} seconds it may have" for seconds in (2, 8)
    }, "of the processor, or of the clock where others have it"


@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/v1/validate"])
def test_nobody_waits_for_many_uploads(crowded: tuple[str, str], path: str) -> None:
    url, key = crowded
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/yaml"}
    with crowd(lambda client: client.post(url + path, content=LONG[:300_000], headers=headers)) as answers:
        assert waited(url) < LATE
    told = {answer.status_code for answer in answers}
    assert told <= {503, 504, 422, 400}
    busy = [answer for answer in answers if answer.json()["type"].endswith("/overloaded")]
    assert busy
    assert all(int(answer.headers["retry-after"]) > 0 for answer in busy)


def test_nobody_waits_for_many_who_read_everything(crowded: tuple[str, str]) -> None:
    url, _ = crowded
    with crowd(
        lambda client: client.get(f"{url}/graphs?default", headers={"Accept": "text/turtle"})
    ) as answers:
        assert waited(url) < LATE
    assert {answer.status_code for answer in answers} <= {200, 413, 503, 504}
