"""Where the ontology and the shipped data are, installed or in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def ontology() -> Traversable:
    """Return the folder of the ontology: `kg/_ontology` of a wheel, else `ontology/` of the checkout."""
    return _resource("_ontology", "ontology")


def data() -> Traversable:
    """Return the folder of the shipped data: `kg/_data` of a wheel, else `data/` of the checkout."""
    return _resource("_data", "data")


def turtle(folder: Traversable) -> list[Traversable]:
    """Return the Turtle files of a folder in the order of their names; raise FileNotFoundError if none."""
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".ttl")), key=lambda item: item.name
    )
    if not found:
        raise FileNotFoundError(f"no Turtle files in {folder}")
    return found


def shapes_for_documents(folder: Traversable) -> list[Traversable]:
    """Return the shapes of a folder that documents are held against: not those over the ontology itself."""
    return [item for item in turtle(folder) if item.name != "style.ttl"]


def _resource(packaged: str, checkout: str) -> Traversable:
    inside = files("kg") / packaged
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parent.parent / checkout
