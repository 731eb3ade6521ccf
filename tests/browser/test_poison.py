"""Words of strangers run no script, wherever they stand: labels, titles, quotes, addresses, errors."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import wait_for_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow
NOT_OURS = "img:not([src^='/api/v1/statistics.svg?'], [src^='/exports/actors.svg'])"
FOREIGN_SCRIPT = "script:not([type='application/ld+json'], [src^='/static/'])"
RUN = "window.poisoned=1"
MARKUP = f"<script>{RUN}</script><img src=x onerror='{RUN}'>\"'><svg/onload={RUN}>{{{{ 7*7 }}}}{{% raw %}}"
ACTORS = """kind: actors
id: poisoned
actors:
  - {id: poisoned-outlet, type: outlet, label: "%s", alt_labels: ["%s"], note: "%s"}
  - {id: poisoned-force, type: armed-force, force_of: azerbaijan, label: "%s"}
"""
PLACES = """kind: places
id: poisoned
authority: "%s"
places:
  - id: poisoned-place
    type: administrative-region
    label: "%s"
    alt_labels: ["%s"]
    geometry: POINT (46 39)
"""
REPORT = """kind: report
id: poisoned
type: news
title: "%s"
language: en
publisher: poisoned-outlet
annotator: servanda-editors
text_access: public
licence: "%s"
text: |-
  Yesterday %s it was seen. \u202eRight to left \u05d0\u05d1\u05d2
  \u0627\u0644\u0633\u0644\u0627\u0645 and </div></mark> more.
events:
  - {key: act, type: shelling, label: "%s"}
claims:
  - key: c1
    gist: "%s"
    modality: alleged
    about: act
    perpetrators: [azerbaijan, poisoned-force]
    places: [poisoned-place]
    alleges: [{agreement: nk-2020-11-10, term: "1"}]
    attribution: [{agent: poisoned-outlet, verb: "%s"}]
    quote: "%s it was seen"
"""


@pytest.fixture(scope="module")
def poisoned(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
    serving: Callable[..., AbstractContextManager[Any]],
) -> Iterator[str]:
    """Give the address of a server of a store that holds markup wherever a document may have words."""
    folder = tmp_path_factory.mktemp("poisoned")
    store = demonstration(folder / "store")
    said = MARKUP.replace("\\", "\\\\").replace('"', '\\"')
    plain = MARKUP
    (folder / "actors.yaml").write_text(ACTORS % (said, said, said, said), encoding="utf-8")
    (folder / "places.yaml").write_text(PLACES % (said, said, said), encoding="utf-8")
    report = REPORT % (said, said, plain, said, said, said, said)
    (folder / "report.yaml").write_text(report, encoding="utf-8")
    for name in ("actors.yaml", "places.yaml", "report.yaml"):
        done = subprocess.run(
            [sys.executable, "-m", "api", "ingest", str(folder / name), "--store", str(store)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with serving(store) as (url, _):
        wait_for_figures(url)
        yield url


def test_words_of_strangers_are_shown_and_never_run(
    looking: Callable[..., Iterator[Watched]], poisoned: str
) -> None:
    watched = next(looking(poisoned))
    in_pictures(watched)
    paths = (
        "/",
        "/api/v1/alleged-violations?report=poisoned",
        "/api/v1/reports",
        "/api/v1/claims?report=poisoned",
        "/api/v1/events?report=poisoned",
        "/api/v1/actors",
        "/doc/report/poisoned",
        "/doc/report/poisoned/claim/c1",
        "/doc/report/poisoned/event/act",
        "/doc/actor/poisoned-outlet",
        "/doc/agreement/nk-2020-11-10",
        "/doc/graph/report/poisoned",
        "/doc/graph/actors/poisoned",
        f"/api/v1/claims?report={_quoted(MARKUP)}",
        f"/api/v1/claims?{_quoted(MARKUP)}=1",
        f"/api/v1/questions/07?report={_quoted(MARKUP)}",
        f"/doc/actor/{_quoted(MARKUP)}",
        f"/api/v1/actors/{_quoted(MARKUP)}",
        "/api/v1/questions/15?report=poisoned",
        "/api/v1/search?q=yesterday",
        "/explore",
        "/explore?report=poisoned",
        "/explore?view=graph&report=poisoned",
        f"/explore?place={_quoted(MARKUP)}",
        f"/explore?{_quoted(MARKUP)}=1",
        f"/explore?view={_quoted(MARKUP)}",
        f"/explore?cursor={_quoted(MARKUP)}",
        f"/exports/{_quoted(MARKUP)}.gexf",
        f"/static/{_quoted(MARKUP)}.js",
        f"/query?question={_quoted(MARKUP)}",
        "/doc/place/poisoned-place",
        f"/api/v1/search?q={_quoted(MARKUP)}",
    )
    for path in paths:
        watched.open(path)
        page = watched.page
        assert page.evaluate("window.poisoned") is None, path
        assert page.locator(FOREIGN_SCRIPT).count() == 0, path
        assert page.locator(f"{NOT_OURS}, main svg:not(.timeline), iframe, object").count() == 0, path
        assert page.locator("a[href^='javascript' i]").count() == 0, path
        assert not watched.elsewhere, path
        assert "49" not in page.title(), path
    shown = page_text(watched, "/doc/report/poisoned")
    assert "<script>window.poisoned=1</script>" in shown
    assert watched.page.locator(".source-text mark").count() == 1
    watched.page.context.close()


def in_pictures(watched: Watched) -> None:
    """Open what the map and the graph tell of a place and an actor: words of strangers, as text."""
    page = watched.page
    assert watched.open("/explore?report=poisoned") == 200, page.inner_text("main")
    said = page.locator("#map-said")
    page.locator("#map-said:not(:empty)").wait_for()
    assert said.inner_text() == "1 places.", watched.console
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "<script>" in page.locator(".leaflet-popup-content").inner_text()
    watched.open("/explore?view=graph&report=poisoned")
    page.locator("#graph[data-drawn]").wait_for()
    page.locator("#graph-node").select_option("actor/poisoned-outlet")
    assert "<script>" in page.locator("#graph-edges").inner_text()
    assert page.locator("main img:not([src^='/exports/'])").count() == 0
    assert page.evaluate("window.poisoned") is None
    assert not watched.elsewhere


def page_text(watched: Watched, path: str) -> str:
    """Return the text that a page shows."""
    watched.open(path)
    return watched.page.inner_text("body")


def _quoted(text: str) -> str:
    return quote(text, safe="")
