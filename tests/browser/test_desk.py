"""The review desk in a real browser: corrections in place, verdicts, pairs of events, each reversible."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.pipeline.quarantine import items
from tests.browser.test_pages import AUDITED, LOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow
ALLEGED = "cef147ac443af9684f1606cb0f50f03035e0357eb134c9f205ada6db45a4a2ed"
ONE, OTHER = "seed-syunik-highway-2021/seizure", "seed-syunik-highway-2021/border-fighting"
PAIR = f"/desk/events?one={ONE}&other={OTHER}"


@pytest.fixture(scope="module")
def desk(looking: Callable[..., Iterator[Watched]], site: str, signed_state: Any) -> Iterator[Watched]:
    yield from looking(site, storage_state=signed_state)


def reviews(site: str) -> list[tuple[str, str]]:
    """Return verdicts and reviewers of the record that is judged."""
    item = httpx.get(f"{site}/api/v1/alleged-violations/{ALLEGED}", timeout=30).json()
    return [(each["verdict"], each["reviewer"]) for each in item["reviews"]]


def same(site: str) -> list[str]:
    """Return what stands of the two events."""
    said = httpx.get(f"{site}/api/v1/events/{ONE}", timeout=30).json()["same_event"]
    return [each["status"] for each in said if each["event"]["id"] == OTHER]


TABLE = (
    "Position of the observers,Place of the event,Means,Number,Observation,Description,"
    "Direction,Weapon,Date,Time\n"
    "A,B,Heard,12,Shot,Burst,S,HMG,<img src=x onerror=window.poisoned=1>,10:00\n"
)
"""What is wrong with it is told in its words."""


@pytest.fixture(scope="module")
def table(site: str, site_key: str) -> str:
    """Return the page of a table that was sent, of which a row would stay out."""
    asked = {"format": "incidents", "name": "<b>a.csv", "publisher": "x", "check": "true"}
    head = {"authorization": f"Bearer {site_key}"}
    with httpx.Client(base_url=site, headers=head, timeout=30) as client:
        sent = client.post("/api/v1/datasets", params=asked, content=TABLE.encode()).json()["id"]
        while client.get(f"/api/v1/datasets/{sent}").json()["state"] in {"waiting", "reading"}:
            time.sleep(0.1)
    return f"/desk/tables/{sent}"


def test_every_page_of_the_desk_works_at_each_width_and_theme(
    looking: Callable[..., Iterator[Watched]],
    site: str,
    site_folder: Path,
    signed_state: Any,
    table: str,
) -> None:
    wrong = {}
    [item] = items(site_folder, "open")
    of_desk = ("/desk", f"/desk/quarantine/{item.id}", PAIR, "/desk/events", f"/desk/record/{ALLEGED}")
    paths = (*of_desk, "/desk/tables", table, "/desk/quality", "/desk/quality?names=1")
    for look in LOOKS:
        for watched in looking(site, *look, storage_state=signed_state):
            for path in paths:
                status = watched.open(path)
                assert watched.page.evaluate("window.poisoned") is None
                found = [
                    *watched.console,
                    *watched.elsewhere,
                    *(watched.serious() if look in AUDITED else []),
                ]
                if found or status != 200 or watched.overflow() > 0:
                    wrong[look, path] = (status, found, watched.overflow())
    assert wrong == {}


def test_what_was_refused_is_corrected_in_place_and_taken_in(desk: Watched, site: str) -> None:
    page = desk.page
    desk.open("/desk")
    page.locator("#refused a").first.click()
    assert "does not contain" in page.locator(".problems").inner_text()
    words = page.get_by_label("The document, to be corrected here")
    page.get_by_role("button", name="Take it in", exact=True).click()
    assert "does not contain" in page.locator(".problems").inner_text()
    words.fill(words.input_value().replace("The road was shut", "The road was closed"))
    page.get_by_role("button", name="Check again").click()
    assert "Nothing is wrong with it." in page.inner_text("main")
    page.get_by_role("button", name="Take it in", exact=True).click()
    page.wait_for_url("**/desk?done=done_taken")
    assert "Nothing that was refused waits." in page.inner_text("#refused")
    assert httpx.get(f"{site}/api/v1/reports/refused", timeout=30).status_code == 200
    page.get_by_label("Id of this document").fill("refused")
    page.locator("#retract").get_by_label("Reason").fill("It was made up.")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url("**/desk?done=done_retracted")
    assert httpx.get(f"{site}/api/v1/reports/refused", timeout=30).status_code in {404, 410}


def test_a_verdict_is_signed_and_can_be_taken_back(desk: Watched, site: str) -> None:
    page = desk.page
    desk.open(f"/desk/record/{ALLEGED}")
    page.get_by_role("radio", name="disputed").check()
    page.get_by_label("Reason").fill("The sources differ on the day.")
    page.get_by_role("button", name="Sign and take down").click()
    page.wait_for_url("**/desk?done=done_decided")
    [(verdict, reviewer)] = reviews(site)
    assert (verdict, reviewer.partition(" (")[0]) == ("disputed", "Mary Keller")
    assert "Mary Keller" in page.inner_text("#decisions")
    desk.open(f"/desk/record/{ALLEGED}")
    [told] = page.locator(".decisions li").all_inner_texts()
    assert told.startswith("disputed — Mary Keller")
    assert "The sources differ on the day." in told
    desk.open("/desk")
    page.locator("#decisions").get_by_label("Why it is taken back").fill("It was hasty.")
    page.locator("#decisions").get_by_role("button", name="Take back").click()
    page.wait_for_url("**/desk?done=done_withdrawn")
    assert reviews(site) == []


def test_two_events_are_said_to_be_one_or_two_by_one_key(desk: Watched, site: str) -> None:
    page = desk.page
    for key, status in (("2", "rejected"), ("1", "accepted")):
        desk.open(PAIR)
        assert page.locator(".pair > section").count() == 2
        page.get_by_label("Reason").fill("12: by the days, told by both.")  # no key decides while one writes
        page.get_by_role("heading", level=1).click()
        page.keyboard.press(key)
        page.wait_for_url("**/desk/events?done=done_decided")
        assert same(site) == [status]
        desk.open("/desk")
        page.locator("#decisions").get_by_label("Why it is taken back").fill("It was hasty.")
        page.locator("#decisions").get_by_role("button", name="Take back").click()
        page.wait_for_url("**/desk?done=done_withdrawn")
        assert same(site) == []


def test_nothing_is_decided_by_a_form_of_another_page(desk: Watched, site: str) -> None:
    cookies = {one["name"]: one["value"] for one in desk.page.context.cookies()}
    with httpx.Client(base_url=site, cookies=cookies, timeout=30) as client:
        for path in (
            "/desk/events",
            "/desk/retract",
            "/desk/quarantine/refused",
            f"/desk/record/{ALLEGED}",
            "/desk/reviews/1/withdraw",
        ):
            for csrf in ("", "x"):
                answer = client.post(
                    path, data={"csrf": csrf, "reason": "x"}, headers={"accept": "text/html"}
                )
                assert answer.status_code == 403, path
