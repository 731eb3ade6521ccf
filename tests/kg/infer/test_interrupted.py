"""A change of many quads is written some at a time: whoever is interrupted completes it from the journal."""

from __future__ import annotations

import copy
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.errors import StoreError
from kg.infer import derive
from kg.pipeline import ingest, initialise, open_graph
from kg.store import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kg.pipeline import Repository
    from kg.store.oxigraph import Held

BASE = "https://w3id.org/servanda/id/"
GRAPH = URIRef(f"{BASE}graph/inference")


@pytest.mark.parametrize("whole", [0, 2])
def test_whoever_is_interrupted_while_much_is_written_completes_it_when_the_store_is_opened(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    monkeypatch.setattr("kg.pipeline.repository.AT_ONCE", 5)
    monkeypatch.setattr(sys.modules["kg.infer.derive"], "AT_ONCE", 5)
    store = tmp_path / "store"
    report = world.documents.pop("report")
    report["claims"][0]["alleges"] = [{"agreement": "vale-truce", "term": "1"}]
    with initialise(store, BASE, reference=False) as repository:
        take_in(repository, tmp_path, *world.documents.values())
        take_in(repository, tmp_path, report)
    revised = copy.deepcopy(report) | {"title": "Told anew"}
    revised["claims"][0]["time"] = {"value": "2025-04-02"}
    repository = open_graph(store)
    with monkeypatch.context() as broken:
        pull(broken, repository.store, whole)
        with pytest.raises(StoreError, match="pulled"):
            take_in(repository, tmp_path, revised)
        repository.release()
    with open_graph(store) as repository:
        assert "Told anew" in repository.store.nquads().decode()
        concluded = repository.store.graph(GRAPH)
        derive(repository.store, BASE)
        assert concluded == repository.store.graph(GRAPH)
        assert take_in(repository, tmp_path, revised) == ["unchanged"]


def pull(patch: pytest.MonkeyPatch, store: OxigraphStore, whole: int) -> None:
    """Let writing to a store fail after so many times, with half of what comes some at a time put in."""
    left = iter([True] * whole)
    pour, alter = OxigraphStore.pour, OxigraphStore.alter

    def poured(self: OxigraphStore, quads: Collection[Held]) -> None:
        if self is not store or next(left, False):
            pour(self, quads)
            return
        pour(self, list(quads)[: len(quads) // 2])
        raise StoreError("the plug was pulled")

    def altered(self: OxigraphStore, insert: Collection[Held], delete: Collection[Held]) -> None:
        if self is store and not next(left, False):
            raise StoreError("the plug was pulled")
        alter(self, insert, delete)

    patch.setattr(OxigraphStore, "pour", poured)
    patch.setattr(OxigraphStore, "alter", altered)


def take_in(repository: Repository, folder: Path, *documents: dict[str, Any]) -> list[str]:
    paths = []
    for document in documents:
        paths.append(folder / f"{document['id']}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    return [outcome.status for outcome in ingest(repository, paths)]
