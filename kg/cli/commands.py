"""The commands by name, each in a module that is read in when it is called, or listed with the others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from typer.main import get_command_from_info, get_command_name, get_group_from_info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer import Typer
    from typer.core import TyperCommand, TyperGroup

MODULES: Final = {
    "show": "history",
    "prove": "history",
    "history": "history",
    "changes": "history",
    "retract": "history",
    "redact": "history",
    "init": "making",
    "demo": "making",
    "ingest": "taking",
    "validate": "taking",
    "ask": "questions",
    "query": "questions",
    "codes": "listing",
    "list": "listing",
    "schema": "schemas",
    "export": "export",
    "search": "searching",
    "suggest": "searching",
    "statistics": "searching",
    "verify": "upkeep",
    "rebuild": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "dump": "upkeep",
    "stats": "upkeep",
    "doctor": "upkeep",
}
"""The module of this package in which each command is, in the order in which they are listed."""
GROUPS: Final = {
    "keys": "keys",
    "link": "link",
    "new": "new",
    "quarantine": "quarantine",
    "review": "review",
}
"""The module in which each group of commands is; they are listed last."""


class Commands(Mapping[str, "TyperCommand | TyperGroup"]):
    """The commands of the command line by name, each made when it is asked for."""

    def __init__(self, application: Typer, others: Mapping[str, TyperCommand | TyperGroup]) -> None:
        """Find commands among those that modules give to the application; others are made already."""
        self._application = application
        self._made = dict(others)
        self._names = dict.fromkeys([*MODULES, *(name for name in others if name not in GROUPS), *GROUPS])

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        """Return the command of that name."""
        if name not in self._made:
            self._made[name] = self._read_in(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Return the names, in the order in which they are listed."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many commands there are."""
        return len(self._names)

    def _read_in(self, name: str) -> TyperCommand | TyperGroup:
        """Return a command or group as the module gives it in which it is."""
        module = {**MODULES, **GROUPS}[name]
        import_module(f"kg.cli.{module}")
        app = self._application
        for group in app.registered_groups:
            if group.name == name:
                return get_group_from_info(
                    group,
                    pretty_exceptions_short=app.pretty_exceptions_short,
                    rich_markup_mode=app.rich_markup_mode,
                    suggest_commands=app.suggest_commands,
                )
        for command in app.registered_commands:
            function = command.callback
            if function and name == (command.name or get_command_name(function.__name__)):
                made = get_command_from_info(
                    command,
                    pretty_exceptions_short=app.pretty_exceptions_short,
                    rich_markup_mode=app.rich_markup_mode,
                )
                return cast("TyperCommand", made)
        raise KeyError(name)
