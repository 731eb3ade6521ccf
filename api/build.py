"""What shapes answers and is no change of the store: the software as it is, and its settings."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from kg.resources import ontology

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from _typeshed import DataclassInstance

_SOURCES: Final = (".py", ".rq", ".toml", ".ttl", ".json", ".jsonld", ".css", ".js", ".html")
_WRITERS: Final = ("fastapi", "networkx", "pydantic", "pyoxigraph", "rdflib", "starlette", "tzdata")
"""Packages that write parts of answers."""
_SHAPELESS: Final = frozenset({"agent", "exports", "log_clients", "log_format", "proxies", "store"})
"""Settings that no answer depends on; of `exports` each answer names the profiles that it rests on."""


def software_version() -> str:
    """Return the version of the software; `0+unknown` in a checkout that is not installed."""
    return _version("servanda")


@cache
def software() -> str:
    """Return a digest of the software: its files, and the versions of what it writes answers with.

    The version alone would not tell a checkout that was changed, nor queries that were edited.
    """
    digest = hashlib.sha256(software_version().encode())
    for name in _WRITERS:
        digest.update(f"{name} {_version(name)}\n".encode())
    for root in (files("api"), files("kg"), ontology()):
        for name, content in _files(root, ""):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def configuration(*settings: DataclassInstance) -> str:
    """Return a digest of settings, each a dataclass, but for those that shape no answer."""
    said = [
        f"{name}={sorted(value) if isinstance(value, frozenset) else value!r}"
        for one in settings
        for name, value in asdict(one).items()
        if name not in _SHAPELESS
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "0+unknown"


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _files(item, f"{path}{item.name}/")
        elif item.name.endswith(_SOURCES):
            yield path + item.name, item.read_bytes()
