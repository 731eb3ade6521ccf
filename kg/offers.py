"""What a package offers by name, each imported from its module when it is asked for.

Whoever takes one name of a package does not wait for all the others, and for what they are made with.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_HOMES: Final = "__offers__"
"""The name under which a package keeps in which module each of its names is found."""


def offer(package: str, names: Mapping[str, Collection[str]]) -> None:
    """Let a package offer names, given by the module of it in which they are found."""
    offering = sys.modules[package]
    vars(offering)[_HOMES] = {name: module for module, found in names.items() for name in found}
    offering.__class__ = _Offering


class _Offering(ModuleType):
    """A package whose own names are not hidden by modules that are called the same."""

    def __getattr__(self, name: str) -> object:
        """Return what the package offers under that name, and keep it."""
        module = vars(self)[_HOMES].get(name)
        if module is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{self.__name__}.{module}"), name)
        vars(self)[name] = found
        return found

    def __setattr__(self, name: str, value: object) -> None:
        """Keep the value, unless it is a module that has just been imported under one of the names."""
        if not (name in vars(self)[_HOMES] and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        """Return all names, also of what was not asked for yet."""
        return sorted({*vars(self), *vars(self)[_HOMES]})
