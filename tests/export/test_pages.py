"""The pages about programs that read graphs: their code runs on the demonstration and is right."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.export import profiles
from kg.export.build import build
from kg.export.formats import FORMATS
from kg.export.order import Order
from kg.pipeline import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Give a folder with the actors of the demonstration as GraphML."""
    folder = tmp_path_factory.mktemp("pages")
    with (
        open_graph(demonstration(folder / "store")) as opened,
        (folder / "actors.graphml").open("wb") as file,
    ):
        FORMATS["graphml"].write(build(opened.store, Order(profiles.find("actors"))), file)
    return folder


@pytest.mark.parametrize("program", ["networkx", "igraph"])
def test_the_code_of_a_page_prints_what_it_says(program: str, exported: Path) -> None:
    if importlib.util.find_spec(program) is None:
        pytest.skip(f"{program} is absent; `make gephi` installs it")
    page = (DOCS / "graphs" / f"{program}.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=exported, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode() == printed


def test_the_picture_of_igraph_is_drawn_by_its_page(exported: Path) -> None:
    if importlib.util.find_spec("igraph") is None:
        pytest.skip("igraph is absent; `make gephi` installs it")
    page = (DOCS / "graphs" / "igraph.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    subprocess.run([sys.executable, "-c", code], cwd=exported, capture_output=True, check=True, timeout=60)
    drawn, shown = ((path / "igraph.svg").read_text("utf-8") for path in (exported, DOCS / "pictures"))
    labels = re.compile(r"<text[^>]*>([^<]+)<")
    assert sorted(labels.findall(drawn)) == sorted(labels.findall(shown))
    assert "Azerbaijan" in drawn
