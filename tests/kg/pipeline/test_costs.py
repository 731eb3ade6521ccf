"""What a report costs is what it names, whatever the store holds beside: counted in queries and rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from kg.pipeline import Repository


class Counter:
    """Counts what is asked of a store, and how many rows it tells."""

    def __init__(self, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        """Watch the store of a repository."""
        self.asked = self.told = 0
        for name in ("select", "construct", "quads", "held"):
            monkeypatch.setattr(repository.store, name, self._counting(getattr(repository.store, name)))

    def _counting(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **named: Any) -> Any:
            found = ask(*args, **named)
            self.asked += 1
            self.told += len(getattr(found, "rows", found))
            return found

        return count


def actors(count: int) -> dict[str, Any]:
    """Return a document of an analyst, an army and so many others."""
    others = [
        {"id": f"outlet-{number}", "type": "outlet", "label": f"Outlet {number}"} for number in range(count)
    ]
    named = [
        {"id": "desk", "type": "analyst", "label": "The desk"},
        {"id": "army", "type": "armed-force", "label": "The army"},
    ]
    return {"kind": "actors", "id": "people", "actors": named + others}


def places(count: int) -> dict[str, Any]:
    """Return a document of so many places."""
    listed = [
        {"id": f"town-{number}", "type": "settlement", "label": f"Town {number}"} for number in range(count)
    ]
    return {"kind": "places", "id": "towns", "places": listed}


def report(name: str) -> dict[str, Any]:
    """Return a report of one claim, in words of its own."""
    text = f"They fired, says {name}."
    claim = {
        "key": "c1",
        "gist": "G",
        "quote": text,
        "modality": "asserted",
        "about": "shots",
        "perpetrators": ["army"],
        "places": ["town-0"],
    }
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": name,
        "language": "en",
        "annotator": "desk",
        "publisher": "outlet-0",
        "text": text,
        "events": [{"key": "shots", "type": "shelling", "label": "Shots"}],
        "claims": [claim],
    }


def cost(folder: Path, monkeypatch: pytest.MonkeyPatch, *, things: int, reports: int) -> tuple[int, int]:
    """Return what a report asks and is told in a store of so many actors, places and reports."""
    folder.mkdir()
    repository = empty_in_memory()

    def take_in(document: dict[str, Any]) -> None:
        path = folder / f"{document['id']}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        (outcome,) = ingest(repository, [path])
        assert outcome.status == "added", outcome.problems

    for document in (actors(things), places(things), *(report(f"r-{number}") for number in range(reports))):
        take_in(document)
    counter = Counter(repository, monkeypatch)
    take_in(report("measured"))
    return counter.asked, counter.told


def test_a_report_costs_the_same_whatever_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = cost(tmp_path / "few", monkeypatch, things=1, reports=1)
    among_many = cost(tmp_path / "many", monkeypatch, things=40, reports=6)
    assert among_many == alone
