"""A real browser without a network, and servers that it looks at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("SERVANDA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REFUSED = """kind: report
id: refused
type: news
title: "<script>window.poisoned=1</script>"
language: en
annotator: servanda-editors
text_access: public
text: The road was closed on Monday.
events:
  - {key: closure, type: blockade, label: "<img src=x onerror=window.poisoned=1>"}
claims:
  - {key: c1, gist: The road was closed., quote: The road was shut, modality: asserted, about: closure}
"""
"""What it says is not in its text."""
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"

DRIVER = "GL Driver Message (OpenGL, Performance"
"""What a browser without a graphics card says of how slowly it draws."""


@dataclass
class Watched:
    """A page of the browser, and what went wrong on it."""

    page: Page
    address: str
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    """Requests to other hosts."""
    audited: bool = False
    """Whether axe is to look too."""

    def open(self, path: str) -> int:
        """Go to an address of the server; return the status of its answer."""
        self.console.clear()
        self.elsewhere.clear()
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer is not None
        return answer.status

    def serious(self) -> list[str]:
        """Return what axe finds that is serious or critical, by WCAG 2.2 AA."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        return [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra `test`)")
    if CHROMIUM is None:
        pytest.skip("there is no chromium here: apt-get install chromium, or name one by SERVANDA_CHROMIUM")
    with api.sync_playwright() as playwright:
        held = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--enable-unsafe-swiftshader",
            ],
        )
        yield held
        held.close()


@pytest.fixture(scope="session")
def looking(browser: Browser) -> Callable[..., Iterator[Watched]]:
    def look(address: str, width: int = 1280, theme: str = "light", **more: Any) -> Iterator[Watched]:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            **more,
        )
        page = context.new_page()
        watched = Watched(page, address)
        own = urlsplit(address).netloc
        page.on(
            "console",
            lambda said: (
                watched.console.append(said.text)
                if said.type in {"error", "warning"} and DRIVER not in said.text
                else None
            ),
        )
        page.on("pageerror", lambda error: watched.console.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                watched.elsewhere.append(asked.url) if urlsplit(asked.url).netloc not in {own, ""} else None
            ),
        )
        yield watched
        context.close()

    return look


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of the store that is looked at, in which a document was refused."""
    folder = demonstration(tmp_path_factory.mktemp("site") / "store", accounts=True)
    document = folder.parent / "refused.yaml"
    document.write_text(REFUSED, encoding="utf-8")
    command = [sys.executable, "-m", "api", "ingest", str(document), "--store", str(folder)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    return folder


@pytest.fixture(scope="session")
def signed_state(looking: Callable[..., Iterator[Watched]], site: str, site_key: str) -> Any:
    """Return what a browser holds in which somebody signed in."""
    state = None
    for watched in looking(site):
        watched.open("/annotate")
        assert watched.page.url.endswith("/sign-in?to=/annotate")
        watched.page.get_by_label("Key", exact=True).fill(site_key)
        watched.page.get_by_role("button", name="Sign in").click()
        watched.page.wait_for_url("**/annotate")
        state = watched.page.context.storage_state()
    return state


@pytest.fixture(scope="session")
def site(site_folder: Path, serving: Callable[..., AbstractContextManager[Any]]) -> Iterator[str]:
    """Give the address of a server of the demonstration with all accounts."""
    with serving(site_folder) as (url, _):
        wait_for_figures(url)
        yield url


@pytest.fixture(scope="session")
def site_key(site_folder: Path) -> str:
    """Return a key of somebody who may do everything there."""
    return Keys(site_folder).make("Mary Keller", Scope.ADMIN)[1]


def wait_for_figures(url: str) -> None:
    """Wait until the server has made what figures are counted from."""
    until = time.monotonic() + 240
    while httpx.get(f"{url}/explore.geojson", timeout=60).status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.2)
