"""The command line: each command reads its arguments, calls one function of the library, and prints."""

from kg.cli.app import StoreOption, WritePolicy, app, folder, run

__all__ = ["StoreOption", "WritePolicy", "app", "folder", "run"]
