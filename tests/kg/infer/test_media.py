"""What is seen or heard changes no verdict, and is told with whose word it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.query.lookups.claims import claim
from kg.query.lookups.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
VERDICTS = """SELECT ?held ?what ?verdict WHERE { ?held svd:inReport ?report ; ?what ?verdict }"""


def test_media_are_told_and_change_no_verdict(world: Any, table: Table) -> None:
    before = table(world.build(), VERDICTS)
    world.claim["media"] = [
        {
            "kind": "satellite-image",
            "archived_at": "https://archive.example.org/ash",
            "sha256": "c" * 64,
            "collected_by": "monitor",
            "region": "xywh=percent:40,40,5,5",
            "captured": [
                {"by": "acorn", "time": "2025-03-10", "places": ["ash"]},
                {"by": "monitor", "time": "2024-01-01", "places": ["birch"], "reason": "The trees are bare."},
            ],
        },
    ]
    store = world.build()
    assert table(store, VERDICTS) == before
    (item,) = claim(Reader.of(store, BASE), "acorn-1/k1").media
    assert (item.kind, item.url, item.sha256, item.region) == (
        "satellite-image",
        None,
        "c" * 64,
        "xywh=percent:40,40,5,5",
    )
    assert {
        (
            one.by and one.by.id,
            one.time and one.time.edtf,
            tuple(at.id for at in one.places),
            one.reason,
        )
        for one in item.captured
    } == {
        ("acorn", "2025-03-10", ("ash",), None),
        ("monitor", "2024-01-01", ("birch",), "The trees are bare."),
    }
    assert item.collected_by is not None
    assert item.collected_by.id == "monitor"
