"""The command line: each command reads its arguments, calls one function of the library, and prints."""

from kg.cli import commands, export, history, keys, link, new, quarantine, review, searching, upkeep
from kg.cli.app import StoreOption, WritePolicy, app, folder, run

__all__ = [
    "StoreOption",
    "WritePolicy",
    "app",
    "commands",
    "export",
    "folder",
    "history",
    "keys",
    "link",
    "new",
    "quarantine",
    "review",
    "run",
    "searching",
    "upkeep",
]
