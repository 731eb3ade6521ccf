"""A damaged store is repaired, or refused by name, or answers rightly; never does it answer wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import ServandaError
from kg.journal import verify
from kg.pipeline import open_graph, read_graph
from kg.pipeline.upkeep.rebuild import rebuild
from kg.store.dump import disagreement
from tests.durability.checker import SETTINGS, rebuilt
from tests.durability.damage import HOWS, Damage, copy
from tests.durability.plan import plan

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import OxigraphStore
    from tests.durability.harness import Children

_PLAN = [operation.as_json() for operation in plan(5, 16)]
_JOURNAL = ("journal/*1.jsonl", "journal/*.jsonl", "journal/head.json")
_STORE = ("oxigraph/*.sst", "oxigraph/MANIFEST-*", "oxigraph/CURRENT", "oxigraph/OPTIONS-*")
_ASIDE = ("checkpoints/*/MANIFEST-*", "checkpoints/*/CURRENT", "checkpoints/*/*.sst")
ENDED = [
    Damage(pattern, how, seed)
    for pattern in (*_JOURNAL, *_STORE, *_ASIDE, "servanda.json")
    for how in HOWS
    for seed in range(2 if how != "remove" else 1)
] + [Damage("checkpoints/*/MANIFEST-*", "trim", seed) for seed in range(4)]
"""Damages of a store whose process had closed it."""
KILLED = [
    Damage(pattern, how, seed)
    for pattern in ("oxigraph/*.log", "oxigraph/MANIFEST-*", "journal/*.jsonl", "owner.json")
    for how in HOWS
    for seed in range(2 if how != "remove" else 1)
]
"""Damages of a store whose process was killed."""


@dataclass(frozen=True)
class Sound:
    """A store before it is damaged, and what it holds."""

    folder: Path
    content: bytes


@pytest.fixture(scope="module")
def killed(children: Children, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Make a store whose process was killed, with a journal of several segments."""
    place = tmp_path_factory.mktemp("killed")
    job: dict[str, Any] = {"documents": str(place / "documents"), "segments": 8000}
    assert children.run(make=str(place / "store"), **job).ended == 0
    last = len(_PLAN)
    children.run(
        store=str(place / "store"), plan=_PLAN, kill={"op": last, "step": 0, "when": "before"}, **job
    )
    assert len([*(place / "store" / "journal").glob("*.jsonl")]) > 3
    assert (place / "store" / "owner.json").exists()
    return Sound(place / "store", rebuilt(place / "store"))


@pytest.fixture(scope="module")
def ended(killed: Sound, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Make a store that was closed."""
    folder = copy(killed.folder, tmp_path_factory.mktemp("ended") / "store")
    open_graph(folder, settings=SETTINGS).close()
    assert len([*folder.glob("checkpoints/*")]) > 1
    return Sound(folder, killed.content)


@pytest.mark.parametrize("damage", ENDED, ids=str)
def test_of_a_store_that_was_closed(ended: Sound, tmp_path: Path, damage: Damage) -> None:
    judge(ended, copy(ended.folder, tmp_path / "store"), damage)


@pytest.mark.parametrize("damage", KILLED, ids=str)
def test_of_a_store_whose_process_was_killed(killed: Sound, tmp_path: Path, damage: Damage) -> None:
    judge(killed, copy(killed.folder, tmp_path / "store"), damage)


def judge(sound: Sound, folder: Path, damage: Damage) -> str:
    """Damage the store, and return how that ended: refused, repaired, or harmless and found by verify."""
    place = damage.inflict(folder)
    read = answer(folder, reading=True)
    assert read in {None, sound.content}, "what a reader gets is silently wrong"
    opened = answer(folder, reading=False)
    assert opened in {None, sound.content}, "what the owner gets is silently wrong"
    if opened is None:
        if place.is_relative_to(folder / "journal") or place.parent == folder:
            return "refused"
        rebuild(folder)
        assert answer(folder, reading=False) == sound.content
        return "refused, and rebuilt"
    if place.is_relative_to(folder / "journal") and place.suffix == ".jsonl":
        assert damage_is_known(folder, place), "the damage is not named by verify"
        return "harmless"
    return "repaired"


def damage_is_known(folder: Path, place: Path) -> bool:
    """Whether checking the journal names the file, or it was repaired: cut back to whole entries."""
    report = verify(folder / "journal")
    if report.damage is None:
        return report.aside != ()
    return report.damage.file == place.name and place.name in str(report.damage)


def answer(folder: Path, *, reading: bool) -> bytes | None:
    """Return all that the store holds, or None if it is refused, by an error of ours that names a file."""
    try:
        if reading:
            with read_graph(folder) as read:
                return whole(read.store)
        with open_graph(folder, settings=SETTINGS) as opened:
            return whole(opened.store)
    except ServandaError as error:
        refusal = error
    assert str(folder) in str(refusal), refusal
    return None


def whole(store: OxigraphStore) -> bytes:
    """Return all that a store holds, if each of its indexes gives the same."""
    assert disagreement(store) is None
    return store.nquads()
