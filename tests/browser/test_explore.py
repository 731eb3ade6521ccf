"""Where, when and who: a map, a time line, a graph and a table that keep to one address."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow
ROWS = "table.records tbody tr"


@pytest.fixture(scope="module")
def seen(looking: Callable[..., Iterator[Watched]], site: str) -> Iterator[Watched]:
    yield from looking(site)


def asked(page: Page) -> dict[str, list[str]]:
    """Return the filters that the address of a page has."""
    return parse_qs(urlsplit(page.url).query)


def test_every_picture_and_the_table_keep_to_the_filters_of_the_address(seen: Watched) -> None:
    page = seen.page
    seen.open("/explore")
    page.locator("#map[data-drawn='2']").wait_for()
    assert page.locator(ROWS).count() == 8
    page.locator(".facet a", has_text=re.compile("^candidate$")).click()
    page.locator("#map[data-drawn='2']").wait_for()
    assert asked(page)["status"] == ["candidate"]
    assert page.locator(f"{ROWS}.is-candidate").count() == page.locator(ROWS).count() == 4
    assert page.locator(".timeline rect.alleged").count() == 0
    page.locator(".facet a", has_text=re.compile("^Syunik$")).click()
    page.locator("#map[data-drawn='1']").wait_for()
    assert "Kəlbəcər" not in page.locator("#where").inner_text()
    page.get_by_role("link", name="Who says it of whom").click()
    page.locator("#graph[data-drawn]").wait_for()
    assert asked(page) == {"status": ["candidate"], "place": ["syunik"], "view": ["graph"]}
    assert page.locator("#who .note").count() == 0
    names = page.locator("#graph-node option").all_inner_texts()
    assert "Azerbaijan" in names
    assert "Kəlbəcər" not in names
    assert "place=syunik" in (page.locator("a", has_text="Download GEXF").get_attribute("href") or "")
    page.go_back()
    assert asked(page) == {"status": ["candidate"], "place": ["syunik"]}
    assert not seen.console
    assert not seen.elsewhere


def test_months_are_chosen_by_drawing_over_them(seen: Watched) -> None:
    page = seen.page
    seen.open("/explore?view=graph&status=candidate")
    first, last = (page.locator(f"[data-name='2021-0{month}'] .under").bounding_box() for month in (7, 8))
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 5, first["y"] + 50)
    page.mouse.down()
    page.mouse.move(last["x"] + 5, last["y"] + 50, steps=4)
    with page.expect_navigation():
        page.mouse.up()
    assert asked(page) == {"view": ["graph"], "status": ["candidate"], "from": ["2021-07"], "to": ["2021-08"]}
    page.locator(".timeline a").first.click()
    assert (asked(page)["from"], asked(page)["to"]) == (["2021-07"], ["2021-07"])


def test_the_graph_tells_in_words_who_accuses_whom(seen: Watched) -> None:
    page = seen.page
    seen.open("/explore?view=graph")
    page.locator("#graph[data-drawn]").wait_for()
    page.get_by_label("Name", exact=True).select_option(label="Azerbaijan")
    told = page.locator("#graph-edges li").all_inner_texts()
    assert any(
        re.match(r"Azerbaijan — is a candidate \(found by a rule, alleged by nobody\)", line) for line in told
    )
    assert any(re.match(r".+ — alleges a breach by → Azerbaijan", line) for line in told)
    assert not any(re.match(r"\S.* — (violated|breached|attacked)", line) for line in told)
    before = len(told)
    page.locator("#graph-until").fill("1")
    assert 0 < page.locator("#graph-edges li").count() < before


def test_an_edge_that_is_pointed_at_is_told_whole_and_nothing_is_written_over_the_picture(
    seen: Watched,
) -> None:
    page = seen.page
    seen.open("/explore?view=graph&status=alleged&perpetrator=azerbaijan")
    page.locator("#graph[data-drawn]").wait_for()
    page.locator("#graph").scroll_into_view_if_needed()
    box = page.locator("#graph").bounding_box()
    assert box is not None
    told: set[str] = set()
    for across in range(20, 80, 6):
        for down in range(20, 90, 3):
            page.mouse.move(box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100)
        told |= set(page.locator("#graph-pointed li").all_inner_texts())
    assert told
    whole = {"alleges a breach by", "alleges an act by", "is alleged to have breached"}
    assert any(f"— {words} →" in line for words in whole for line in told)
    assert not any("…" in line.partition("—")[2].partition("→")[0] for line in told)


def test_without_scripts_there_are_tables_and_a_picture_of_the_graph(
    looking: Callable[..., Iterator[Watched]], site: str
) -> None:
    for watched in looking(site, java_script_enabled=False):
        page = watched.page
        watched.open("/explore")
        assert page.locator("#where tbody tr").count() == 5
        page.locator(".timeline a").first.click()
        assert asked(page)["from"] == ["2021-07"]
        page.get_by_role("link", name="Who says it of whom").click()
        assert page.locator("#graph-picture img").is_visible()


def test_twenty_thousand_points_and_edges_are_joined_or_left_out_and_it_is_said(seen: Watched) -> None:
    """What the server would tell of so many is told in its place: only the pages' own part is looked at."""
    page = seen.page
    points = [
        {
            "type": "Feature", "id": f"urn:{n}",
            "geometry": {"type": "Point", "coordinates": [40 + n % 200 / 20, 38 + n // 200 / 25]},
            "properties": {
                "place": str(n), "label": f"P{n}", "page": None, "alleged": n % 3, "alleged_denied": 0,
                "candidates": n % 2, "candidates_denied": 0,
            },
        }
        for n in range(20_000)
    ]  # fmt: skip
    told = {"features": points, "places_without_outline": 7, "places_left_off": 11}
    page.route("**/explore.geojson*", lambda route: route.fulfill(body=json.dumps(told)))
    nodes = [
        {"id": f"actor/{n}", "label": f"A{n}", "x": n % 70, "y": n // 70, "size": 5} for n in range(5000)
    ]
    edges = [
        {"source": f"actor/{n % 5000}", "target": f"actor/{(n * 7 + 1) % 5000}", "label": "alleges",
         "weight": n, "color": "#7a1f6b", "directed": True}
        for n in range(20_500)
    ]  # fmt: skip
    graph = json.dumps({"nodes": nodes, "edges": edges})
    page.route("**/actors.nodelink.json*", lambda route: route.fulfill(body=graph))
    seen.open("/explore")
    page.locator("#map[data-drawn]").wait_for(timeout=20_000)
    said = page.locator("#map-said").inner_text()
    assert re.match(r"20,000 places\. [\d,]+ of them stand together in \d+ wider circles", said)
    assert "7 places have no outline" in said
    assert "11 more places are not drawn" in said
    assert int(page.locator("#map").get_attribute("data-drawn") or 0) < 2000
    seen.open("/explore?view=graph")
    page.locator("#graph[data-drawn='5000 20000']").wait_for(timeout=30_000)
    assert "The 20,000 heaviest of 20,500 edges are drawn." in page.locator("#graph-said").inner_text()
    page.unroute_all()
    assert not seen.console


def test_a_page_that_is_asked_for_again_keeps_its_styles_and_scripts(seen: Watched) -> None:
    page = seen.page
    for _ in range(2):
        seen.open("/about")
        seen.open("/explore?status=candidate")
        page.locator("#map[data-drawn='2']").wait_for()
        assert not seen.console
