"""Lists of the read model under attack: forged cursors, odd filters, a file that is held, two servers."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from tests.attacks.conftest import SMALL
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.attacks.conftest import Serving

pytestmark = pytest.mark.slow

LISTS: Final = ("alleged-violations", "claims", "events", "reports", "assessments")
KEYS: Final = {
    "half a character": ("\ud800", 400),
    "the other half": ("a\udfff", 400),
    "NUL": ("\0", 200),
    "nothing": ("", 200),
    "SQL": ("' OR 1=1; DROP TABLE item --", 200),
    "SPARQL": ("'> ?p ?o } } #", 200),
    "the last character": ("\U0010ffff", 200),
    "an end of line": ("a\r\nX: y", 200),
    "letters backwards": ("\u202e", 200),
    "a number": ("9" * 40, 200),
    "a backslash": ("\\", 200),
    "long": ("x" * 900, 200),
}
"""Keys after which a list is asked to go on, by a cursor that belongs to it."""
ODD: Final = {
    "limit=0": 400,
    "limit=-1": 400,
    "limit=1e3": 400,
    "limit=%D9%A1": 400,
    "limit=99999999999999999999": 400,
    "limit=1&limit=2": 400,
    "count=maybe": 400,
    "count=true&count=false": 400,
    "facets=": 400,
    "facets=,": 400,
    "facets=nope": 400,
    "facets=%00": 400,
    "facets=%ED%A0%80": 400,
    "facets=from": 400,
    "facets=" + "nope," * 5000: 400,
    "from=0000": 400,
    "from=2021-02-30": 400,
    "from=2021&to=2020": 400,
    "from=%F0%9F%98%80": 400,
    "zone=%00": 400,
    "zone=../../etc/passwd": 400,
    "zone=%2B99:99": 400,
    "zzz=1": 400,
    "report[]=a": 400,
    "report=%00": 400,
    "report=%ED%A0%80": 400,
    "report=%C3%28": 400,
    "report=%3E%20%7D": 400,
    "report=http://[": 400,
    "report=http://a/%25": 400,
    "report=http://a:b/": 400,
    "report=x:%EE%80%80": 400,
    "report=x:a%23b%23c": 400,
    "report=" + "a" * 50_000: 400,
}
"""Parameters that every list refuses in words, and never as SPARQL that nobody wrote."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("lists") / "store", accounts=True)


@pytest.fixture(scope="module")
def http(serving: Serving, listed: Path) -> Iterator[httpx.Client]:
    with (
        serving(listed, **SMALL) as (url, _),
        httpx.Client(base_url=f"{url}/api/v1", timeout=30 + LATE) as client,
    ):
        yield client


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_with_a_forged_key_is_refused_or_leads_to_items_of_the_list(
    name: str, http: httpx.Client
) -> None:
    known, there = set(), f"/{name}?limit=200"
    while there:
        page = http.get(there).json()
        known |= {item["id"] for item in page["items"]}
        there = page["next"]
    cursor = str(httpx.URL(http.get(f"/{name}?limit=1").json()["next"]).params["cursor"])
    mark = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    for said, (key, status) in KEYS.items():
        made = base64.urlsafe_b64encode(json.dumps([mark, key]).encode()).decode().rstrip("=")
        answer = http.get(f"/{name}", params={"cursor": made, "limit": "1"})
        assert answer.status_code == status, (said, answer.text)
        assert {item["id"] for item in answer.json().get("items", ())} <= known, said


@pytest.mark.parametrize("name", LISTS)
def test_an_odd_filter_is_refused_in_words_about_it(name: str, http: httpx.Client) -> None:
    for asked, status in ODD.items():
        answer = http.get(f"/{name}?{asked}")
        assert answer.status_code == status, (asked, answer.text)
        kind = answer.json()["type"].rpartition("/")[2]
        assert kind in {
            "invalid-parameter",
            "unknown-parameter",
            "repeated-parameter",
            "unknown-reference",
        }, (asked, kind)
        assert "SPARQL" not in answer.text, asked


def read(http: httpx.Client) -> list[Any]:
    """Return what lists tell, with counts and facets, and an item by itself."""
    found = [http.get(f"/{name}?limit=3&count=true") for name in LISTS]
    found += [http.get("/alleged-violations?facets=status,perpetrator"), http.get("/claims.csv?limit=2")]
    first = http.get("/claims?limit=1").json()["items"][0]["id"]
    found.append(http.get(f"/claims/{first}"))
    assert [answer.status_code for answer in found] == [200] * len(found)
    return [answer.text for answer in found]


def test_lists_tell_the_same_while_somebody_holds_their_file(http: httpx.Client, listed: Path) -> None:
    before = read(http)
    folder = listed / "read"
    held = sqlite3.connect(folder / (folder / "current").read_text("utf-8"), isolation_level=None)
    try:
        held.execute("BEGIN EXCLUSIVE")
        with ThreadPoolExecutor(4) as readers:
            assert list(readers.map(lambda _: read(http), range(4))) == [before] * 4
    finally:
        held.execute("ROLLBACK")
        held.close()


def test_two_servers_of_one_read_model_tell_the_same(
    http: httpx.Client, listed: Path, serving: Serving, tmp_path: Path
) -> None:
    """A second server of the same store is refused, and one of a copy changes nothing of the first."""
    before = read(http)
    copy = tmp_path / "copy"
    shutil.copytree(listed, copy)
    with serving(copy, **SMALL) as (url, _), httpx.Client(base_url=f"{url}/api/v1", timeout=60) as other:
        theirs = [text.replace(str(other.base_url), str(http.base_url)) for text in read(other)]
        assert theirs == before
    assert read(http) == before
