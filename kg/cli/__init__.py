"""The command line: each command reads its arguments, calls one function of the library, and prints."""

from kg.cli import commands, export, history, keys, quarantine, review, upkeep
from kg.cli.app import StoreOption, app, folder, run

__all__ = [
    "StoreOption",
    "app",
    "commands",
    "export",
    "folder",
    "history",
    "keys",
    "quarantine",
    "review",
    "run",
    "upkeep",
]
