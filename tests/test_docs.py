"""What the pages say is what happens: their commands run, their files are those shown, nothing is left out.

In a block marked `console` a line that begins with `$ ` is a command, `> ` continues it, and the lines below
are what it prints, on standard output and standard error. `…` stands for what was cut: within a line for any
characters, alone on a line for any lines. The blocks of a page run in one shell, from the top, in a folder of
their own.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import textwrap
import time
import urllib.request
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from kg.ingest import json_schema
from kg.pipeline import code_references
from kg.query import questions

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial"
PAGES = (
    *("README.md", "docs/quickstart.md", "docs/tutorial.md", "docs/ontology.md", "docs/commands.md"),
    *("docs/gephi.md", "docs/query.md"),
)
SERVED = ("README.md", "docs/quickstart.md")
KINDS = ("report", "agreement", "actors", "places")
_MARK = "\x1e"
_SERVER = "127.0.0.1:8000"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a page and what the page says it prints."""

    command: str
    expected: str


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the code blocks of a page in these languages."""
    return [body for language, body in _BLOCK.findall(page.read_text("utf-8")) if language in languages]


def steps(page: Path) -> list[Step]:
    """Return the commands of a page."""
    found: list[Step] = []
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], ""))
            elif line.startswith("> ") and not found[-1].expected:
                found[-1] = replace(found[-1], command=f"{found[-1].command}\n{line[2:]}")
            else:
                found[-1] = replace(found[-1], expected=f"{found[-1].expected}{line}\n")
    return found


def matches(expected: str, printed: str) -> bool:
    """Return whether the output is the one that the page gives, as far as the page gives it.

    The article has no-break spaces; a page that shows its words has plain ones.
    """
    pieces = []
    for line in expected.splitlines():
        if line.strip() == "…":
            pieces.append(r"(?:.*\n)*?")
        else:
            pieces.append(re.escape(line.rstrip()).replace("…", ".*?") + r"[ ]*\n")
    lines = "".join(f"{line}\n" for line in printed.replace("\xa0", " ").splitlines())
    return re.fullmatch("".join(pieces), lines) is not None


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a reader who has installed Servanda and stands in the checkout."""
    for folder in ("docs", "data", "ontology"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "activate").touch()
    for name, body in {
        "servanda": f'PYTHONPATH={ROOT} exec {sys.executable} -c "from api.cli import main; main()" "$@"',
        "make": 'test "$1" = demo && exec servanda demo',  # without installing anew
    }.items():
        program = programs / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERVANDA_")}
    return kept | {
        "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
        "COLUMNS": "80",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }


def run(wanted: list[Step], folder: Path, environment: dict[str, str]) -> list[str]:
    """Return what each command printed, run one after the other in one shell."""
    script = "".join(f"{step.command}\nprintf '{_MARK}'\n" for step in wanted)
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return done.stdout.split(_MARK)[:-1]


@cache
def answers(page: str) -> tuple[Step, ...]:
    """Return the commands of a page that a server answers."""
    return tuple(step for step in steps(ROOT / page) if step.command.startswith("curl"))


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_says(page: str, shell: dict[str, str], tmp_path: Path) -> None:
    wanted = [step for step in steps(ROOT / page) if step not in answers(page)]
    assert wanted, f"{page} has no commands: nothing was tested"
    for step, printed in zip(wanted, run(wanted, tmp_path, shell), strict=True):
        assert "Traceback" not in printed, f"{page}: $ {step.command}\n{printed}"
        assert matches(step.expected, printed), f"{page}: $ {step.command}\n{printed}"


@pytest.fixture
def server(shell: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Yield the address of a server of the demonstration store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    servanda = str(tmp_path / ".venv" / "bin" / "servanda")
    subprocess.run([servanda, "demo"], cwd=tmp_path, env=shell, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([servanda, "serve", "--port", port], cwd=tmp_path, env=shell)
    address = f"127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://{address}/readyz").close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", SERVED)
def test_a_server_answers_as_a_page_says(
    page: str, server: str, shell: dict[str, str], tmp_path: Path
) -> None:
    wanted = [
        Step(step.command.replace(_SERVER, server), step.expected.replace(_SERVER, server))
        for step in answers(page)
    ]
    assert wanted, f"{page} asks no server"
    for step, printed in zip(wanted, run(wanted, tmp_path, shell), strict=True):
        assert "Traceback" not in printed, f"{page}: $ {step.command}\n{printed}"
        assert matches(step.expected, printed), f"{page}: $ {step.command}\n{printed}"


def test_the_readme_asks_a_server() -> None:
    assert len(answers("README.md")) == 3


def test_documents_shown_in_the_tutorial_are_its_files() -> None:
    files = [path.read_text("utf-8") for path in TUTORIAL.iterdir()]
    shown = blocks(DOCS / "tutorial.md", "yaml", "sparql", "text")
    assert len(shown) > 5
    for block in shown:
        parts = [part for part in re.split(r"^[ ]*…\n", block, flags=re.MULTILINE) if part.strip()]
        assert any(
            all(part in text or textwrap.indent(part, "  ") in text for part in parts) for text in files
        ), block


def test_every_file_of_the_tutorial_is_used_in_it() -> None:
    text = (DOCS / "tutorial.md").read_text("utf-8")
    assert [path.name for path in TUTORIAL.iterdir() if path.name not in text] == []


def _commands(command: Any, name: str = "servanda") -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", {})
    if not inside:
        yield name, command
    for part, child in inside.items():
        yield from _commands(child, f"{name} {part}")


COMMANDS = dict(_commands(get_command(import_module("api.cli").app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    common, *sections = re.split(r"^##+ ", (DOCS / "commands.md").read_text("utf-8"), flags=re.MULTILINE)
    section = next(section for section in sections if section.startswith(f"`{name}`"))
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}" in section + common, f"{name} {option}"


def test_every_setting_is_documented() -> None:
    sources = [path.read_text("utf-8") for part in ("kg", "api") for path in (ROOT / part).rglob("*.py")]
    settings = {name for text in sources for name in re.findall(r"\bSERVANDA_[A-Z][A-Z_]*[A-Z]\b", text)}
    assert {"SERVANDA_BASE", "SERVANDA_STORE"} <= settings
    text = (DOCS / "commands.md").read_text("utf-8")
    assert [name for name in sorted(settings) if f"`{name}`" not in text] == []


def test_every_question_is_documented() -> None:
    text = (DOCS / "questions.md").read_text("utf-8")
    catalogue = questions.catalogue()
    assert catalogue
    assert [asked.slug for asked in catalogue if f'id="{asked.number}-{asked.slug}"' not in text] == []


def _fields(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for value in schema.values():
            yield from _fields(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _fields(value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_document_is_documented(kind: str) -> None:
    folder = DOCS / "documents"
    text = "\n".join((folder / f"{page}.md").read_text("utf-8") for page in (kind, "README"))
    fields = sorted(set(_fields(json_schema(kind, code_references()))))
    assert "id" in fields
    assert [field for field in fields if not re.search(rf"`{field}`|\b{field}:", text)] == []


def test_every_page_is_in_the_index() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.name != "README.md"]
    listed = text + (DOCS / "decisions" / "README.md").read_text("utf-8")
    assert [page for page in pages if f"({page.removeprefix('decisions/')})" not in listed] == []


def _pages() -> list[Path]:
    inside = [path for folder in ("docs", "ontology", "data") for path in (ROOT / folder).rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *inside])


def _anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in links, as GitHub calls them."""
    prose = _BLOCK.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    named = re.findall(r'<a id="([^"]+)">', prose)
    return {*named, *(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)}


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_BLOCK.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(file), f"{page.name}: {link}"
