"""The editor of queries: it completes from the service's own vocabulary, and asks nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow
RUN = "window.poisoned=1"
MARKUP = f"</textarea><script>{RUN}</script><img src=x onerror='{RUN}'>"


@pytest.fixture(scope="module")
def seen(looking: Callable[..., Iterator[Watched]], site: str) -> Iterator[Watched]:
    yield from looking(site)


def test_classes_and_properties_are_completed_from_the_services_own_vocabulary(
    seen: Watched,
) -> None:
    page = seen.page
    seen.open(
        "/query?draft="
        + quote("PREFIX svd: <https://w3id.org/servanda/ontology#>\nSELECT * { ?x a svd:Allege")
    )
    page.locator("#editor[data-ready]").wait_for()
    page.locator("#editor[data-vocabulary]").wait_for()
    page.locator("#editor .CodeMirror").click()
    page.keyboard.press("Control+End")
    for typed, wanted in (("", "svd:AllegedViolation"), (" ; svd:supported", "svd:supportedBy")):
        page.keyboard.type(typed)
        page.keyboard.press("Control+Space")
        page.wait_for_timeout(500)
        if page.locator(".CodeMirror-hints").count():
            page.keyboard.press("Enter")
        assert wanted in page.evaluate("editorOfQueries.getValue()")
    page.keyboard.type(" ?claim }")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "svd:AllegedViolation" in parse_qs(urlsplit(page.url).query)["query"][0]
    assert page.locator("table.answer tbody tr").count() == 4
    assert not seen.console
    assert not seen.elsewhere


def test_the_keyboard_leaves_the_editor(seen: Watched) -> None:
    page = seen.page
    seen.open("/query")
    page.locator("#editor[data-ready]").wait_for()
    page.evaluate("editorOfQueries.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ask"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Query"


def test_without_scripts_a_question_is_asked_from_its_example(
    looking: Callable[..., Iterator[Watched]], site: str
) -> None:
    for watched in looking(site, java_script_enabled=False):
        page = watched.page
        watched.open("/query")
        page.get_by_role("link", name="Casualties", exact=True).click()
        page.get_by_role("button", name="Ask", exact=True).click()
        assert page.locator("table.answer tbody tr").count() > 3
        page.get_by_label("Query").fill("SELECT nonsense")
        page.get_by_role("button", name="Ask", exact=True).click()
        assert page.get_by_label("Query").input_value() == "SELECT nonsense"
        assert page.locator("#answer .note").count() == 1


def test_nothing_in_a_query_or_in_its_answer_is_run_or_led_to(seen: Watched) -> None:
    page = seen.page
    literal = MARKUP.replace("'", "\\'")
    addresses = (
        "javascript:window.poisoned=1",
        "JavaScript:window.poisoned=1",
        "data:text/html,x",
        "vbscript:x",
    )
    columns = " ".join(f'(IRI("{address}") AS ?\u00fc{n})' for n, address in enumerate(addresses))
    queries = (
        f"SELECT ('{literal}' AS ?x) (STRLANG('{literal}', 'en') AS ?y) {columns} {{}}",
        f"SELECT ('x' AS ?\u0646\u0635\u202c) {{}} # {MARKUP}",
        f"CONSTRUCT {{ <urn:a> <urn:b> '{literal}' }} {{}}",
        f"SELECT * {{ '{MARKUP}",
        f"DESCRIBE <{MARKUP}>",
    )
    for query in queries:
        for name in ("query", "draft"):
            seen.open(f"/query?{name}={quote(query, safe='')}")
            assert page.evaluate("window.poisoned") is None, query
            assert page.locator("script:not([src^='/static/']), main img, iframe, object").count() == 0, query
            links = page.locator("a").evaluate_all("all => all.map(one => one.protocol)")
            assert set(links) <= {"http:", "https:"}, query
            assert not seen.elsewhere, query
    seen.open(f"/query?question={quote(MARKUP, safe='')}")
    assert page.evaluate("window.poisoned") is None
