"""Tables sent to a running server: streamed to the disk, taken in beside others, told of truthfully."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.keys import Keys, Scope
from tests.api.test_desk import BROWSER, csrf, sign_in

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

PATH = "/api/v1/datasets"
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "ged_v23_1_sample.csv"
GED = {"format": "ucdp-ged", "name": "GEDEvent_v23_1.csv"}
SUM = ("taken_in", "unchanged", "revised", "quarantined")


@pytest.fixture(scope="module")
def store(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(copy, tmp_path_factory.mktemp("sent") / "store"))


@pytest.fixture(scope="module")
def keys(store: Path) -> dict[str, dict[str, str]]:
    """Return the headers of two who may ingest, of one who may read, and of one who may do everything."""
    made = Keys(store)
    scopes = {"mary": Scope.INGEST, "bob": Scope.INGEST, "reader": Scope.READ, "chief": Scope.ADMIN}
    return {name: {"authorization": f"Bearer {made.make(name, scope)[1]}"} for name, scope in scopes.items()}


@pytest.fixture(scope="module")
def client(store: Path, keys: dict[str, dict[str, str]], serving: Serving) -> Iterator[httpx.Client]:
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=60, headers=keys["mary"]) as client:
        yield client


def rows(count: int) -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[:count]


def table(wanted: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, list(wanted[0]))
    out.writeheader()
    out.writerows(wanted)
    return text.getvalue().encode()


def through(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """Wait until a table that was sent is through, and return what is told of it."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 120
    while True:
        told: dict[str, Any] = client.get(answer.headers["location"]).json()
        if told["state"] not in {"waiting", "reading", "taking-in"}:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.2)


def test_a_table_comes_in_and_every_row_of_it_is_accounted_for(client: httpx.Client) -> None:
    wanted = rows(12)
    wanted[3]["date_start"] = "yesterday"
    told = through(client, client.post(PATH, params=GED, content=gzip.compress(table(wanted))))
    assert told["state"] == "done"
    assert told["by"].startswith("mary (key ")
    counts = told["counts"]
    assert counts["rows"] == 12 == sum(counts[name] for name in SUM)
    assert (counts["taken_in"], counts["quarantined"]) == (11, 1)
    assert any((one["row"], one["column"]) == (5, "date_start") for one in told["problems"])
    (damaged,) = csv.DictReader(io.StringIO(client.get(told["damaged"]).text))
    assert (damaged["row"], damaged["column"]) == ("5", "date_start")
    assert json.loads(damaged["cells"])["id"] == wanted[3]["id"]
    event = f"/api/v1/events/ucdp-ged-{wanted[0]['year']}"
    listed = client.get(
        "/api/v1/events", params={"limit": 200}, headers={"prefer": f"min-seq={told['sequence']}"}
    )
    assert any(f"/{wanted[0]['id']}" in each["id"] for each in listed.json()["items"]), event

    again = through(client, client.post(PATH, params=GED, content=table(rows(12)[:3])))
    assert again["counts"]["unchanged"] == 3
    assert again["counts"]["taken_in"] == 0


def test_a_row_that_tells_as_done_what_is_to_come_is_flagged(client: httpx.Client) -> None:
    wanted = rows(2)
    wanted[1] |= {"date_start": "2071-05-06", "date_end": "2071-05-06", "year": "2071"}
    told = through(client, client.post(PATH, params=GED | {"check": "true"}, content=table(wanted)))
    assert told["counts"]["flagged"] == 1
    (found,) = (one for one in told["problems"] if one["rule"] == "time/in-future")
    assert (found["row"], found["column"], found["severity"]) == (3, "date_start", "warning")


def test_a_dry_run_says_the_same_and_writes_nothing(client: httpx.Client) -> None:
    before = client.get("/api/v1/changes").json()
    wanted = rows(40)[30:]
    told = through(client, client.post(PATH, params=GED | {"check": "true"}, content=table(wanted)))
    assert told["state"] == "checked"
    assert told["counts"]["rows"] == 10
    assert told["sequence"] is None
    assert client.get("/api/v1/changes").json() == before


def test_what_is_no_table_of_the_format_is_refused_whole_and_told_why(client: httpx.Client) -> None:
    for body in (b"a,b\n1,2\n", b"%PDF-1.4", gzip.compress(table(rows(30)))[:-200]):
        told = through(client, client.post(PATH, params=GED, content=body))
        assert told["state"] in {"refused", "failed"}, told
        assert told["problems"] or told["error"]
        assert not (told["counts"] or {}).get("taken_in")


@pytest.mark.parametrize(
    "parameters",
    [
        {"format": "nothing"},
        {"format": "ucdp-ged", "name": "../x.csv"},
        {"format": "ucdp-ged", "dataset": "A B"},
        {},
    ],
)
def test_what_cannot_be_asked_is_told_at_once(client: httpx.Client, parameters: dict[str, str]) -> None:
    answer = client.post(PATH, params=parameters, content=b"a\n")
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert client.post(PATH, params=GED, content=b"").status_code == 400


def test_only_who_sent_it_and_an_admin_are_told_of_it(
    client: httpx.Client, keys: dict[str, dict[str, str]]
) -> None:
    answer = client.post(PATH, params=GED | {"check": "true"}, content=table(rows(2)))
    through(client, answer)
    place = answer.headers["location"]
    assert client.get(place, headers=keys["bob"]).status_code == 404
    assert client.get(f"{place}/damaged", headers=keys["bob"]).status_code == 404
    assert client.get(place, headers=keys["chief"]).status_code == 200
    assert client.get(PATH, headers=keys["bob"]).json()["tables"] == []
    assert client.post(PATH, params=GED, content=b"a\n", headers=keys["reader"]).status_code == 403
    assert httpx.post(f"{client.base_url}{PATH}", params=GED, content=b"a\n").status_code == 401


def test_others_write_while_a_table_comes_in(client: httpx.Client) -> None:
    sent = client.post(PATH, params=GED, content=table(rows(122)))
    document = {
        "kind": "actors",
        "id": "meanwhile",
        "actors": [{"id": "m", "type": "official", "label": "M"}],
    }
    answer = client.post("/api/v1/documents", json=document)
    assert answer.status_code == 201
    assert through(client, sent)["state"] == "done"


def test_after_a_server_was_killed_what_was_under_way_is_begun_anew_and_told(
    copy: Path, tmp_path: Path, serving: Serving
) -> None:
    folder = Path(shutil.copytree(copy, tmp_path / "store"))
    headers = {"authorization": f"Bearer {Keys(folder).make('Mary', Scope.INGEST)[1]}"}
    with serving(folder) as (url, process), httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        sent = client.post(PATH, params=GED | {"version": "24.1"}, content=table(rows(122)))
        assert sent.status_code == 202
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with serving(folder) as (url, _), httpx.Client(base_url=url, timeout=60, headers=headers) as client:
        place = f"{url}{httpx.URL(sent.headers['location']).path}"
        told = through(client, httpx.Response(202, headers={"location": place}))
        assert told["state"] == "done"
        assert told["begun"] >= 1
        assert told["counts"]["rows"] == 122 == sum(told["counts"][name] for name in SUM)
        events = client.get("/api/v1/events", params={"count": "true", "limit": 1}).json()["counts"]
        before = client.get(PATH).json()["tables"][0]
        assert before["id"] == told["id"]
        assert events["total"] >= 122


INCIDENTS = (
    b"Position of the observers,Place of the event,Means,Number,Observation,Description,"
    b"Direction,Weapon,Date,Time\r\n"
    b"At Zolote,2km S of Zolote,Recorded,3,Explosion,Undetermined,N/K,N/K,18/02/2019,09:30\r\n"
    b"<script>x</script>,1km E of Pisky,Heard,12,Shot,Burst,S,HMG,31/02/2019,10:00\r\n"
    b"At Zolote,3km N of Zolote,Heard,12,Shot,Burst,W,HMG,19/02/2019,22:15\r\n"
)
FORM = {"format": "incidents", "title": "Table <b>A</b>", "publisher": "mission-on-the-desk"}


@pytest.fixture
def desk(client: httpx.Client, keys: dict[str, dict[str, str]]) -> Iterator[Callable[[str], httpx.Client]]:
    """Give a function that returns a browser in which somebody signed in with a key."""
    opened = []

    def signed(who: str) -> httpx.Client:
        browser = httpx.Client(base_url=client.base_url, timeout=60, headers=BROWSER)
        opened.append(browser)
        token = keys[who]["authorization"].removeprefix("Bearer ")
        assert sign_in(browser, token, "/desk/tables").headers["location"] == "/desk/tables"
        return browser

    yield signed
    for browser in opened:
        browser.close()


def sent(
    browser: httpx.Client, data: bytes, name: str = "a.csv", does: str = "check", **form: str
) -> httpx.Response:
    said = {"csrf": csrf(browser.get("/desk/tables").text), "does": does, **FORM, **form}
    return browser.post("/desk/tables", data=said, files={"file": (name, data, "text/csv")})


def looked(browser: httpx.Client, path: str) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        if "refresh" not in answer.headers:
            return answer.text
        time.sleep(0.2)
    raise AssertionError(path)


def events(client: httpx.Client) -> int:
    found = client.get("/api/v1/events", params={"count": "true", "limit": 1}).json()
    return int(found["counts"]["total"])


def numbers(page: str) -> list[int]:
    _, _, told = page.partition('<table id="counts">')
    return [int(one) for one in re.findall(r"<td>([0-9,]+)</td>", told.partition("</table>")[0])]


def test_a_table_is_looked_at_on_the_desk_and_then_comes_in_as_it_was_checked(
    client: httpx.Client, desk: Callable[[str], httpx.Client]
) -> None:
    mary, bob = desk("mary"), desk("bob")
    before = events(client)
    led = sent(mary, INCIDENTS, "C:\\tables\\<i>incidents.csv")
    assert led.status_code == 303
    path = led.headers["location"]
    page = looked(mary, path)
    assert numbers(page) == [3, 2, 0, 0, 1, 0, 0]
    assert "there is no day" in page
    assert "cell/not-a-day" in page
    assert "<i>" not in page
    assert "&lt;i&gt;incidents.csv" in page
    assert events(client) == before
    for other in (path, f"{path}/damaged.csv"):
        assert bob.get(other).status_code == 404
    token = csrf(page)
    assert (
        bob.post(path, data={"csrf": csrf(bob.get("/desk/tables").text), "does": "take"}).status_code == 404
    )
    assert mary.post(path, data={"csrf": "x", "does": "take"}).status_code == 403
    taken = mary.post(path, data={"csrf": token, "does": "take"})
    assert taken.status_code == 303
    assert taken.headers["location"] != path
    assert numbers(looked(mary, taken.headers["location"])) == [3, 2, 0, 0, 1, 0, 0]
    assert events(client) == before + 2
    damaged = mary.get(f"{taken.headers['location']}/damaged.csv")
    assert [row["row"] for row in csv.DictReader(io.StringIO(damaged.text))] == ["3"]
    assert mary.post(path, data={"csrf": token, "does": "take"}).status_code == 404  # it is in already
    assert "<script>x" not in mary.get("/desk/tables").text


def test_what_the_form_of_a_table_lacks_is_told_and_nothing_is_kept_of_it(
    client: httpx.Client, desk: Callable[[str], httpx.Client]
) -> None:
    mary = desk("mary")
    before = client.get(PATH).json()
    for answer, words in (
        (sent(mary, b""), "Choose a file"),
        (sent(mary, INCIDENTS, format="nothing<b>"), "no format &#39;nothing&lt;b&gt;&#39;"),
        (sent(mary, INCIDENTS, dataset="Not An Id"), "dataset: "),
        (sent(mary, INCIDENTS, format="table"), "a table needs a mapping"),
    ):
        assert answer.status_code == 400
        assert words in answer.text
        assert 'value="mission-on-the-desk"' in answer.text
    assert sent(mary, INCIDENTS, csrf="x").status_code == 403
    broken = mary.post("/desk/tables", content=b"x", headers={"content-type": "multipart/form-data"})
    assert broken.status_code == 400
    assert client.get(PATH).json() == before
    with httpx.Client(base_url=client.base_url, headers=BROWSER) as nobody:
        for path in ("/desk/tables", "/desk/tables/20260101-000000-00000000"):
            led = nobody.get(path)
            assert (led.status_code, led.headers["location"]) == (303, f"/sign-in?to={path}")
        assert nobody.post("/desk/tables", files={"file": ("a.csv", INCIDENTS)}).status_code == 303


def test_what_stayed_out_is_doubted_or_linked_to_nothing_is_told_in_one_place(
    client: httpx.Client, desk: Callable[[str], httpx.Client]
) -> None:
    mary = desk("mary")
    page = mary.get("/desk/quality").text
    assert "/desk/quality?names=1" in page
    made = sent(mary, INCIDENTS, "quality<b>.csv", does="take", dataset="of-quality")
    looked(mary, made.headers["location"])
    page = mary.get("/desk/quality?names=1").text
    assert f'<a href="{made.headers["location"]}"><bdi>quality&lt;b&gt;.csv</bdi></a>' in page
    assert "<code>cell/not-a-day</code> 1" in page
    assert "2km S of Zolote" in page
    assert "quality&lt;b&gt;" not in desk("bob").get("/desk/quality").text  # it is another's
    with httpx.Client(base_url=client.base_url, headers=BROWSER) as nobody:
        led = nobody.get("/desk/quality")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?to=/desk/quality")
