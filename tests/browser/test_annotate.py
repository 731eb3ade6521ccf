"""Marking claims in a real browser: by mouse and keyboard, at the exact words, without any RDF."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.ingest.notation import read_yaml
from tests.browser.test_pages import AUDITED, LOOKS
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow
ARTICLE = (
    "Azerbaijani soldiers seized a stretch of the highway in Syunik on 27 August 2021, the newspaper Avia "
    "reported 😀. It seems that they brought armoured vehicles with them.\n\n"
    "The Ministry of Defence of Azerbaijan denied that its soldiers had seized any part of the road."
)
HARD = (
    "🚁🚁 Erste Zeile.\r\nDer Weg\u00a0nach Goris ist gesperrt.\r\n"
    "\u05d4\u05db\u05d1\u05d9\u05e9 \u05e1\u05d2\u05d5\u05e8 \u200fabc\r\n"
    "👩\u200d🚒 Der Weg\u00a0nach Goris ist offen: \u0434\u0430. e\u0301"
)


def until(page: Page, told: str) -> None:
    """Wait until something is so; the policy of the page lets no text be evaluated in it by its own means."""
    ends = time.monotonic() + LATE
    while not page.evaluate(told):
        assert time.monotonic() < ends, (told, page.locator(".problem, #verdict").all_inner_texts())
        page.wait_for_timeout(30)


def select(page: Page, words: str, occurrence: int = 1) -> None:
    """Select words of the text as a mouse would, from their first to their last letter."""
    page.evaluate(
        """([words, number]) => {
          const place = document.getElementById("text"), node = place.firstChild;
          let at = -1;
          for (let seen = 0; seen < number; seen += 1) at = node.data.indexOf(words, at + 1);
          place.focus();
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        [words, occurrence],
    )
    until(page, "!document.getElementById('mark-claim').disabled")


def settled(page: Page, state: str) -> None:
    """Wait until the server has said of the draft that it is so."""
    page.wait_for_timeout(400)  # the page itself waits for who still types
    until(page, f"document.getElementById('verdict').dataset.state === '{state}'")


def claim(page: Page, words: str, gist: str) -> None:
    """Begin a claim with these words."""
    select(page, words)
    page.keyboard.press("Enter")
    until(page, "document.activeElement.dataset.field === 'gist'")
    page.keyboard.type(gist)


def suggested(page: Page, label: str, typed: str, found: str) -> None:
    """Type a name and take with the keyboard what is found."""
    form = page.locator("details.claim-form[open]")
    field = (form if form.get_by_label(label, exact=True).count() else page).get_by_label(label, exact=True)
    field.press_sequentially(typed)
    page.locator("[role=option]", has_text=found).first.wait_for()
    at = 0
    while found not in " ".join(page.locator("[role=option][aria-selected=true]").all_inner_texts()):
        field.press("ArrowDown")
        at += 1
        assert at < 20
    field.press("Enter")
    assert found in field.input_value()


def open_form(page: Page, label: str, value: str) -> None:
    page.locator("details.claim-form[open]").get_by_label(label, exact=True).fill(value)


def choose(page: Page, label: str, value: str) -> None:
    page.locator("details.claim-form[open]").get_by_label(label, exact=True).select_option(value)


@pytest.fixture(scope="module")
def signed(looking: Callable[..., Iterator[Watched]], site: str, signed_state: Any) -> Iterator[Watched]:
    yield from looking(site, storage_state=signed_state)


@pytest.fixture
def desk(signed: Watched) -> Watched:
    """Give the page of annotations with an empty draft."""
    signed.open("/annotate")
    signed.page.evaluate("localStorage.clear()")
    signed.open("/annotate")
    return signed


def reported(page: Page) -> None:
    """Say that a newspaper reports a seizure, in a place and at a time."""
    words = ARTICLE[: ARTICLE.index(" 😀")]
    claim(page, words, "Avia reports that Azerbaijani soldiers seized part of the highway.")
    choose(page, "How it is put", "reported")
    choose(page, "Event", "+")
    choose(page, "What kind of event", "territorial-seizure")
    open_form(page, "Neutral name of the event", "Seizure of a stretch of the highway")
    suggested(page, "Who, by the claim, did it", "Azerbaijani arm", "azerbaijani-armed-forces")
    suggested(page, "Where", "Syun", "syunik")
    open_form(page, "When", "2021-08-27")
    open_form(page, "The words that say when", "on 27 August 2021")
    page.locator("details.claim-form[open]").get_by_role("button", name="+ a source").click()
    suggested(page, "Source", "Avia", "avia")
    open_form(page, "The text's verb", "reported")


def hedged(page: Page) -> None:
    """Say that something only seems to be so."""
    claim(page, "they brought armoured vehicles with them", "They seem to have brought armour.")
    choose(page, "How it is put", "hedged")
    select(page, "It seems that")
    page.keyboard.press("h")
    page.locator(".hedges q", has_text="It seems that").wait_for()


def denied(page: Page) -> None:
    """Say that a ministry denies the first claim."""
    claim(page, ARTICLE[ARTICLE.index("The Ministry") : -1], "The ministry denies it.")
    choose(page, "How it is put", "denied")
    page.locator("details.claim-form[open] .rows", has_text="Denies").get_by_role("button", name="+").click()
    choose(page, "Claim", "c1")
    suggested(page, "Whose conduct is denied", "Azerbaijani arm", "azerbaijani-armed-forces")
    page.locator("details.claim-form[open] .rows", has_text="According to").locator(".less").click()
    page.locator("details.claim-form[open]").get_by_role("button", name="+ a source").click()
    suggested(page, "Source", "Ministry of Defence of Az", "mod-azerbaijan")
    open_form(page, "The text's verb", "denied")


def described(page: Page, title: str, language: str = "en") -> None:
    """Fill in what is said of the report."""
    page.get_by_label("Name", exact=True).fill(title)
    page.get_by_label("Language", exact=True).fill(language)
    suggested(page, "Annotated by", "Servanda ed", "servanda-editors")
    page.get_by_label("What may be shown of the text").select_option("public")


def test_a_newcomer_annotates_three_claims_and_sees_the_candidate_that_follows(
    desk: Watched, site: str
) -> None:
    page = desk.page
    page.get_by_label("Paste the text, unaltered").fill(ARTICLE)
    page.get_by_role("button", name="Use this text").click()
    reported(page)
    hedged(page)
    denied(page)
    described(page, "The road at Goris")
    assert page.get_by_label("Id of this document").input_value() == "the-road-at-goris"
    settled(page, "valid")
    assert desk.console == []
    page.get_by_role("button", name="Submit").click()
    page.locator("#saved a").click()
    page.wait_for_url("**/doc/report/the-road-at-goris")
    assert page.locator(".source-text mark").count() >= 3
    assert "Candidate, not an allegation" in page.inner_text("main")
    assert "Found by a rule; alleged by nobody." in page.inner_text("main")
    assert ARTICLE not in (page.evaluate("localStorage.getItem('servanda-draft')") or "")
    said = httpx.get(f"{site}/api/v1/claims?report=the-road-at-goris&limit=10").json()["items"]
    told = {one["modality"]: one for one in said}
    assert [one["quote"] for one in told["hedged"]["hedge"]] == ["It seems that"]
    assert told["denied"]["denies_claims_or_events"] == ["the-road-at-goris/c1"]
    for one in said:
        for each in one["evidence"]:
            assert ARTICLE[each["start"] : each["end"]] == each["quote"]
    desk.open("/desk")
    page.get_by_label("Id of this document").fill("the-road-at-goris")
    page.locator("#retract").get_by_label("Reason").fill("It was made up.")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url("**/desk?done=done_retracted")


def begun(page: Page, gist: str) -> None:
    """Make a claim of what is selected."""
    before = page.locator("details.claim-form").count()
    page.keyboard.press("Enter")
    until(page, f"document.querySelectorAll('.claim-form').length === {before + 1}")
    open_form(page, "The claim in one sentence of yours", gist)
    choose(page, "How it is put", "asserted")


def by_keyboard(page: Page, right: int, letters: int) -> None:
    """Select letters of the text with the keyboard alone, after so many steps to the right."""
    page.locator("#text").focus()
    page.keyboard.press("Control+Home")
    for _ in range(right):
        page.keyboard.press("ArrowRight")
    for _ in range(letters):
        page.keyboard.press("Shift+ArrowRight")


def test_words_are_kept_at_their_place_in_code_points_whatever_stands_before_them(
    desk: Watched, site: str, tmp_path: Path
) -> None:
    page, file, written = desk.page, tmp_path / "hard.txt", tmp_path / "saved.yaml"
    file.write_bytes(HARD.encode())
    page.set_input_files("#file", file)
    until(page, "document.getElementById('text').textContent.length > 0")
    select(page, "Der Weg\u00a0nach Goris", 2)
    begun(page, "The road is open.")
    select(page, "\u05e1\u05d2\u05d5\u05e8 \u200fabc")
    begun(page, "It is closed.")
    by_keyboard(page, 3, len("Erste Zeile"))
    until(page, "getSelection().toString() === 'Erste Zeile'")
    begun(page, "A line.")
    page.locator("#text").focus()
    page.keyboard.type("xyz")  # what is typed into the text changes nothing of it
    page.keyboard.press("Backspace")
    assert page.evaluate("document.getElementById('text').textContent") == HARD
    described(page, "Hard words", "de")
    settled(page, "valid")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as YAML").click()
    saved.value.save_as(written)
    page.get_by_role("button", name="Submit").click()
    page.locator("#saved a").wait_for()
    assert httpx.get(f"{site}/api/v1/reports/hard-words").json()["text"] == HARD
    found = httpx.get(f"{site}/api/v1/claims?report=hard-words").json()["items"]
    places = {one["gist"]: (one["evidence"][0]["start"], one["evidence"][0]["end"]) for one in found}
    second, closed = HARD.rindex("Der Weg"), HARD.index("\u05e1\u05d2\u05d5\u05e8")
    assert places == {
        "The road is open.": (second, second + len("Der Weg\u00a0nach Goris")),
        "It is closed.": (closed, closed + len("\u05e1\u05d2\u05d5\u05e8 \u200fabc")),
        "A line.": (3, 14),
    }
    sent = read_yaml(written.read_text("utf-8"), "saved.yaml")[0]
    assert isinstance(sent, dict)
    assert sent["text"] == HARD


def test_nothing_of_a_draft_is_lost_on_reload_and_every_step_can_be_taken_back(desk: Watched) -> None:
    page = desk.page
    page.get_by_label("Paste the text, unaltered").fill(ARTICLE)
    page.get_by_role("button", name="Use this text").click()
    claim(page, "It seems that they brought armoured vehicles", "They brought armour.")
    page.get_by_label("Name", exact=True).fill("Armour")
    desk.open("/annotate")
    assert page.get_by_label("The claim in one sentence of yours").input_value() == "They brought armour."
    assert page.get_by_label("Name", exact=True).input_value() == "Armour"
    page.locator("details.claim-form .remove").click()
    assert page.locator("details.claim-form").count() == 0
    page.keyboard.press("Control+z")
    assert page.get_by_label("The claim in one sentence of yours").input_value() == "They brought armour."
    while page.locator("#undo").is_enabled():
        page.get_by_role("button", name="Undo").click()
    assert page.locator("#getting").is_visible()
    while page.locator("#redo").is_enabled():
        page.get_by_role("button", name="Redo").click()
    assert page.locator("details.claim-form").count() == 0
    assert page.get_by_label("Name", exact=True).input_value() == "Armour"
    # another tab that writes the same draft is not overwritten without a word
    page.get_by_role("button", name="Undo").click()
    while page.evaluate("JSON.parse(localStorage.getItem('servanda-draft')).future.length") != 1:
        page.wait_for_timeout(50)
    other = page.context.new_page()
    other.goto(f"{desk.address}/annotate")
    other.get_by_label("Name", exact=True).fill("Tanks")
    page.locator("#kept", has_text="another tab").wait_for()
    other.close()


def test_what_is_wrong_stands_beside_its_field_at_once(desk: Watched) -> None:
    page = desk.page
    page.get_by_label("Paste the text, unaltered").fill(ARTICLE)
    page.get_by_role("button", name="Use this text").click()
    claim(page, "Azerbaijani soldiers seized a stretch of the highway", "They seized it.")
    settled(page, "wrong")
    open_form(page, "When", "last week")
    field = page.locator("details.claim-form[open] [data-at='time.value']")
    field.locator(".wrong", has_text="is not a time").wait_for()
    told = field.locator("input")
    assert told.get_attribute("aria-invalid") == "true"
    assert told.get_attribute("aria-describedby") == field.locator(".wrong").get_attribute("id")
    open_form(page, "Where", "nowhere-at-all")
    page.locator("[data-at='places'] .wrong", has_text="nowhere-at-all").wait_for()
    page.get_by_role("button", name="+ an agreement or a term").first.click()
    page.locator("[data-rows=alleges]").get_by_label("Agreement", exact=True).fill("nk-2020-11-10")
    page.locator("[data-rows=alleges]").get_by_label("Term", exact=True).fill("99")
    page.locator("[data-rows=alleges] [data-at=term] .wrong", has_text="99").wait_for()
    page.get_by_label("Name", exact=True).fill("Taken")
    page.get_by_label("Id of this document").fill("taghrib-513240")
    page.locator("[data-rows=alleges] .less").click()
    for label in ("When", "Where"):
        open_form(page, label, "")
    choose(page, "How it is put", "asserted")
    page.get_by_label("Annotated by", exact=True).fill("servanda-editors")
    page.locator("[data-at=id] .wrong", has_text="already").wait_for()
    # what cannot be pointed at is told where it was selected
    select(page, "zerbaijani sol")
    page.keyboard.press("m")
    until(page, "document.querySelectorAll('.spans li').length === 2")


def test_the_key_is_nowhere_that_a_script_or_an_address_could_tell(desk: Watched, site_key: str) -> None:
    page = desk.page
    secret = site_key.split("_", 2)[2]
    assert page.evaluate("document.cookie") == ""
    held = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.documentElement.outerHTML])"
    )
    assert secret not in held
    assert secret not in page.url
    [cookie] = [one for one in page.context.cookies() if one["name"] == "servanda-session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert secret not in json.dumps(page.context.cookies())


def test_everybody_can_work_on_it_at_each_width_and_theme(
    looking: Callable[..., Iterator[Watched]], site: str, signed_state: Any
) -> None:
    wrong = {}
    for look in LOOKS:
        for watched in looking(site, *look, storage_state=signed_state):
            page = watched.page
            watched.open("/annotate")
            page.evaluate("localStorage.clear()")
            watched.open("/annotate")
            page.get_by_label("Paste the text, unaltered").fill(ARTICLE)
            page.get_by_role("button", name="Use this text").click()
            claim(page, "It seems that they brought armoured vehicles", "They brought armour.")
            choose(page, "Event", "+")
            for place in ("attribution", "alleges", "denies", "asserts_fulfilment", "quantities"):
                page.locator(f"[data-rows={place}] .add").click()
            settled(page, "wrong")
            found = [*watched.console, *watched.elsewhere, *(watched.serious() if look in AUDITED else [])]
            if found or watched.overflow() > 0:
                wrong[look] = (found, watched.overflow())
    assert wrong == {}
