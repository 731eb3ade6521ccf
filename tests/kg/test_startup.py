"""A command reads in what it needs, and none waits for what another is made with."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from typer.main import get_command_name

import kg
from kg.cli import app
from kg.cli.commands import GROUPS, MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAVY: Final = (
    "fastapi",
    "jinja2",
    "networkx",
    "pyarrow",
    "pydantic",
    "pyshacl",
    "rdflib.plugins.parsers",
    "rdflib.plugins.sparql",
    "shacl",
    "shapely",
    "starlette",
    "uvicorn",
)
"""What takes long to read in, and no command needs that only reads."""
_WATCHED: Final = """
import sys
log = open(sys.argv.pop(1), "a", buffering=1)
class Watching:
    def find_spec(self, name, path=None, target=None):
        log.write(name + "\\n")
sys.meta_path.insert(0, Watching())
from api.cli import main
main()
"""
"""Runs the command line, and writes down what it imports, also in a process that it forks."""
_OFFERING: Final = (
    "infer",
    "ingest",
    "journal",
    "linking",
    "pipeline",
    "pipeline.rows",
    "query",
    "query.lookups",
    "query.pool",
    "store",
)


def _imported(log: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(log), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(log.read_text("utf-8").split())


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (("ask", "01"), 500),
        (("ask", "07", "--json"), 500),
        (("query", "count.rq"), 500),
        (("list", "actors"), 480),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_reads_a_store_imports_neither_what_writes_nor_what_serves(
    arguments: tuple[str, ...],
    most: int,
    demonstration: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("count.rq").write_text("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "utf-8")
    found = _imported(Path("log"), *arguments, "--store", str(demonstration(tmp_path / "store")))
    assert {name for name in found if name.startswith(_HEAVY)} == set()
    assert {name for name in found if name.startswith(("kg.validate", "kg.pipeline.batch"))} == set()
    assert len(found) <= most


def test_only_the_module_of_the_command_is_read_in(tmp_path: Path) -> None:
    found = _imported(tmp_path / "log", "ask")
    assert found & {f"kg.cli.{module}" for module in {*MODULES.values(), *GROUPS.values()}} == {
        "kg.cli.questions"
    }


def test_every_command_stands_with_the_module_in_which_it_is() -> None:
    folder = Path(kg.__file__).parent / "cli"
    for path in folder.glob("[a-z]*.py"):
        import_module(f"kg.cli.{path.stem}")
    commands = {
        command.name or get_command_name(command.callback.__name__): command.callback.__module__
        for command in app.registered_commands
        if command.callback is not None and command.callback.__module__.startswith("kg.")
    }
    assert commands == {name: f"kg.cli.{module}" for name, module in MODULES.items()}
    assert {group.name for group in app.registered_groups} == set(GROUPS)


@pytest.mark.parametrize("name", _OFFERING)
def test_a_package_offers_each_of_its_names_and_no_module_hides_one(name: str) -> None:
    package = import_module(f"kg.{name}")
    for path in Path(package.__file__ or "").parent.glob("[a-z]*.py"):
        import_module(f"kg.{name}.{path.stem}")
    for offered in package.__all__:
        assert getattr(package, offered).__class__.__name__ != "module", offered
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(package, "nothing")  # noqa: B009 - no such name
