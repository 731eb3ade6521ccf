"""What `docs/deployment.md` and `docs/commands.md` promise in a sentence or table, and nothing else holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from api import server
from api.operations import budget, client
from api.operations.settings import ServerSettings
from kg.cli.app import EXIT_CODES, app
from kg.export.task import LANE as EXPORT
from kg.keys import Scope
from kg.pipeline import pooled
from kg.pipeline.updates import LANE as UPDATE
from kg.pipeline.uploads import LANE
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

DOCS = Path(__file__).parents[2] / "docs"
RUNNING, COMMANDS = ((DOCS / page).read_text("utf-8") for page in ("deployment.md", "commands.md"))
MIB = 2**20


def section(page: str, title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the rows of the tables in a text, without their heads."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in lines[1:] if not row[0].startswith("---")]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def measured(http: httpx.Client) -> Iterator[str]:
    for line in http.get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            yield line.split()[2]


def test_every_measurement_is_told_and_each_that_is_told_is_there(http: httpx.Client) -> None:
    http.get("/sparql", params={"query": "ASK {}"})
    http.get("/no/such")
    told = {name for row in rows(section(RUNNING, "Monitoring"))[3:] for name in named(row[0])}
    assert "servanda_request_seconds" in told
    found = set(measured(http))
    whole = {name.removesuffix("_total") for name in found}
    assert {name for name in told if name.removesuffix("_total") not in whole} == set()
    own = {
        name for name in found if name.startswith("servanda_") and not name.endswith(("_info", "_created"))
    }
    assert {name for name in own if name not in told and f"{name}_total" not in told} == set()


def test_the_settings_of_the_unit_are_settings_and_it_waits_for_longer_than_the_server() -> None:
    (block,) = re.findall(r"```ini\n(.*?)```", RUNNING, re.DOTALL)
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(block)
    environment = dict(
        line.removeprefix("Environment=").split("=", 1)
        for line in block.splitlines()
        if line.startswith("Environment=")
    )
    settings, serving = Settings.from_environment(environment), ServerSettings.from_environment(environment)
    assert settings.reserve == 1024
    assert settings.store == Path("/var/lib/servanda/store")
    assert serving.hosts
    assert serving.proxies
    grace = server._PATIENCE  # noqa: SLF001 - what the page tells of it
    assert f"gives requests under way {grace} seconds" in RUNNING
    assert int(unit["Service"]["TimeoutStopSec"]) > grace


def test_the_marks_of_a_proxy_and_the_number_of_clients_are_those_that_the_page_tells() -> None:
    assert f"At most {budget._KNOWN:,} clients" in RUNNING  # noqa: SLF001 - what the page tells of it
    told = " ".join(section(RUNNING, "The proxy").split())
    (sentence,) = re.findall(r"must set one of (.*?): by these", told)
    assert {name.lower() for name in named(sentence)} == client.FORWARDING


def lane(name: str) -> int:
    return pooled.lanes(Settings(), updates=True)[name].limits.memory


def megabytes(text: str) -> int:
    number, unit = re.search(r"(\d+) (MB|GB)", text).groups()  # type: ignore[union-attr]
    return int(number) * (1024 if unit == "GB" else 1)


def test_the_memory_of_each_kind_of_worker_is_what_the_page_tells() -> None:
    told = {row[0]: megabytes(row[1]) for row in rows(section(RUNNING, "Memory"))}
    assert told == {
        "queries": lane("query") // MIB,
        "questions": lane("question") // MIB,
        "uploads; updates where they are on": lane(LANE) // MIB,
        "exports": lane(EXPORT) // MIB,
    }
    assert lane(LANE) == lane(UPDATE)


def test_a_line_of_the_log_has_the_names_that_the_page_shows(http: httpx.Client) -> None:
    (line,) = re.findall(r"```json\n(.*?)\n```", RUNNING, re.DOTALL)
    shown = json.loads(line)
    answer = http.get("/sparql", params={"query": "SELEKT"})
    assert answer.status_code == shown["status"]
    assert answer.json()["type"].endswith(shown["verdict"])
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    assert len(shown["id"]) == 16


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_without_a_key_to_anybody(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"via": "1.1 proxy"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_the_exit_codes_are_those_of_the_table() -> None:
    told = {named(row[1])[0]: int(row[0]) for row in rows(COMMANDS.partition("## Making")[0])}
    assert told == EXIT_CODES


def test_the_limits_of_commands_are_those_that_the_page_tells() -> None:
    lanes = pooled.lanes(Settings())
    asked, written = lanes["question"].limits, lanes[EXPORT].limits
    told = " ".join(COMMANDS.split())
    assert f"{asked.seconds:.0f} seconds and {asked.memory // MIB // 1024} GB for `ask`" in told
    assert f"{written.seconds:.0f} seconds and {written.memory // MIB // 1024} GB for `export`" in told


def test_the_defaults_of_settings_are_those_of_the_table() -> None:
    table = {named(row[0])[0]: row[-1].strip("`") for row in rows(section(COMMANDS, "Settings"))}
    both = {
        f"SERVANDA_{name.upper()}": value
        for name, value in (asdict(Settings()) | asdict(ServerSettings())).items()
    }
    both["SERVANDA_BODY"] //= MIB
    numbers = {name: int(default) for name, default in table.items() if default.isdecimal()}
    assert len(numbers) > 14
    assert {name: int(both[name]) for name in numbers} == numbers


def test_a_key_has_one_of_the_scopes_that_the_page_names() -> None:
    told = section(COMMANDS, "`servanda keys add`")
    assert [scope.value for scope in Scope if not re.search(rf"\b{scope.value}\b", told)] == []


@pytest.mark.parametrize("arguments", [("nonsense",), ("ask", "--colour"), ("ask", "--timeout", "soon")])
def test_wrong_usage_ends_with_two_and_says_so_on_standard_error(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_what_the_page_says_of_every_command_with_a_store_or_a_table_holds() -> None:
    """Each that needs a store takes `--store`, each that answers with a table takes `--json`."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in commands.items()
    }
    for name in (
        "ask",
        "query",
        "export",
        "ingest",
        "retract",
        "redact",
        "show",
        "history",
        "changes",
        "verify",
    ):
        assert "--store" in options[name], name
    for name in ("ask", "ingest", "validate", "history", "changes", "stats", "verify", "list"):
        assert "--json" in options[name], name
