"""Pages in a real browser without a network: nothing fails, nothing is fetched, all can use them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.vendoring import LOCK, SHIPPED, TESTS, WANTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import Watched

LICENCES = {"MIT", "ISC", "BSD-2-Clause", "MPL-2.0"}
"""Those that allow what is done here: files passed on as they are, with their text."""
SEED = "seed-syunik-highway-2021"
PAGES = (
    "/",
    "/about",
    "/data",
    "/explore",
    "/query?query=SELECT%20*%20%7B%3Fs%20a%20%3Ftype%7D%20LIMIT%203",
    "/explore?view=graph&agreement=nk-2020-11-10",
    "/api/v1/alleged-violations",
    "/api/v1/assessments?limit=2",
    "/api/v1/agreements?limit=3",
    "/api/v1/claims?limit=3",
    "/api/v1/events?limit=3",
    "/api/v1/actors?limit=3",
    "/api/v1/terms?limit=2",
    "/api/v1/questions",
    "/api/v1/questions/07?zone=Z",
    "/api/v1/changes",
    "/api/v1/search?q=highway",
    "/doc/agreement/nk-2020-11-10",
    "/doc/agreement/nk-2020-11-10/term/6",
    f"/doc/report/{SEED}",
    "/doc/report/sputnik-zh-1034163699",
    f"/doc/report/{SEED}/claim/c1",
    f"/doc/report/{SEED}/event/seizure",
    "/doc/actor/avia",
    "/doc/place/syunik",
    "/doc/violation/382940d6f7fc539287731cc743a3739d77b5ae94dcdeba884b2d19929167a9db",
    "/doc/agreement/nk-2020-11-10/norm/1b",
)
"""One of each kind."""
AUDITED = {(360, "light"), (1280, "dark")}
"""Where axe looks too: between them they have both layouts and both sets of colours."""
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def seen(
    request: pytest.FixtureRequest, looking: Callable[..., Iterator[Watched]], site: str
) -> Iterator[Watched]:
    for watched in looking(site, *request.param):
        watched.audited = request.param in AUDITED
        yield watched


@pytest.mark.slow
def test_every_page_works_at_each_width_and_theme_for_everybody(seen: Watched) -> None:
    wrong: dict[str, Any] = {}
    for path in PAGES:
        status = seen.open(path)
        found = {
            "status": None if status == 200 else status,
            "console": [*seen.console],
            "elsewhere": [*seen.elsewhere],
            "overflow": max(0, seen.overflow()),
            "axe": seen.serious() if seen.audited else [],
        }
        if any(found.values()):
            wrong[path] = {name: value for name, value in found.items() if value}
    assert wrong == {}


@pytest.mark.slow
def test_a_newcomer_finds_by_clicking_what_is_alleged_and_in_which_words(
    looking: Callable[..., Iterator[Watched]], site: str
) -> None:
    [watched] = list(_one(looking, site, java_script_enabled=False))
    page = watched.page
    watched.open("/")
    page.get_by_label("Agreement").select_option("nk-2020-11-10")
    page.get_by_label("From").fill("2021-08")
    page.get_by_role("button", name="Show").click()
    assert "agreement=nk-2020-11-10" in page.url
    assert "place=" not in page.url
    assert "Candidate, not an allegation" in page.content()
    watched.open("/")
    page.get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="Casualties", exact=True).click()
    page.get_by_role("button", name="Show the answer").click()
    answer = page.locator("table.answer").inner_text()
    assert "three soldiers" in answer.lower() or "3" in answer
    watched.open(f"/doc/report/{SEED}")
    page.locator("mark a").first.click()
    assert page.url.endswith("#claim-c0")
    page.context.close()


def test_what_is_vendored_is_what_its_lock_says() -> None:
    for folder in (SHIPPED, TESTS):
        lock = json.loads((folder / LOCK).read_text("utf-8"))
        held = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {LOCK}
        assert held == {f"{name}/{file}" for name, said in lock.items() for file in said["files"]}
        wanted = {one.place: one for one in WANTED if one.folder == folder}
        assert wanted.keys() == lock.keys()
        for name, said in lock.items():
            assert (said["package"], said["version"]) == (wanted[name].name, wanted[name].version)
            assert said["licence"] in LICENCES
            assert any(file.upper().startswith("LICEN") for file in said["files"])
            for file, digest in said["files"].items():
                assert hashlib.sha256((folder / name / file).read_bytes()).hexdigest() == digest


def _one(looking: Callable[..., Iterator[Watched]], site: str, **more: Any) -> Iterator[Watched]:
    """Yield one page and leave it open."""
    yield next(looking(site, **more))
