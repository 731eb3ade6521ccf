"""What a report that comes in asks of the store: the conflict of `conftest.py`, with few reports and more."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import Literal, URIRef

from kg.infer import rules
from kg.pipeline import ingest
from kg.pipeline.records import hashes_of, known_hashes
from kg.pipeline.setup import empty_in_memory
from kg.store import OxigraphStore, bind, memory, parameters_of
from kg.store.answering import wording

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

BASE = "https://w3id.org/servanda/id/"


def take_in(repository: Repository, folder: Path, documents: list[dict[str, Any]]) -> None:
    paths = []
    for number, document in enumerate(documents):
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    outcomes = ingest(repository, paths)
    assert {outcome.status for outcome in outcomes} == {"added"}, outcomes


def test_what_a_report_asks_of_the_store_is_the_same_however_many_reports_it_holds(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = world.documents.pop("report")
    report["claims"][0]["alleges"] = [{"agreement": "vale-truce", "term": "1"}]
    repository = empty_in_memory(BASE)
    take_in(repository, tmp_path, list(world.documents.values()))
    asked: list[tuple[str, int]] = []
    for name in ("select", "held", "quads", "graph"):
        made = getattr(OxigraphStore, name)

        def count(
            self: OxigraphStore, *given: Any, _made: Any = made, _name: str = name, **named: Any
        ) -> Any:
            found = _made(self, *given, **named)
            if self is repository.store:
                asked.append((_name, len(getattr(found, "rows", found))))
            return found

        monkeypatch.setattr(OxigraphStore, name, count)

    def named(name: str) -> dict[str, Any]:
        made: dict[str, Any] = copy.deepcopy(report) | {
            "id": name,
            "title": f"{report['title']}: {name}",
            "text": f"{report['text']} So says {name}.",
        }
        return made

    told = {}
    for held, more in ((2, 2), (10, 7)):
        take_in(repository, tmp_path, [named(f"r{held}-{n}") for n in range(more)])
        asked.clear()
        take_in(repository, tmp_path, [named(f"measured-{held}")])
        told[held] = len(asked), sum(rows for _, rows in asked)
    assert told[2] == told[10], "queries, and rows that they gave"
    assert len(known_hashes(repository.store)) == 3 + 2 + 11


def test_only_hashes_of_the_documents_named_are_looked_up(world: Any) -> None:
    store = world.build()
    every = known_hashes(store)
    assert hashes_of(store, []) == {}
    assert hashes_of(store, [("report", "nowhere")]) == {}
    assert hashes_of(store, every) == every
    assert hashes_of(store, [("report", "acorn-1"), ("actors", "acorn-1")]) == {
        ("report", "acorn-1"): every["report", "acorn-1"]
    }


def test_what_is_bound_in_a_rule_does_not_change_how_the_engine_is_told_it() -> None:
    for rule in rules():
        values: dict[str, Any] = {
            "report": [URIRef("urn:x/a"), URIRef("urn:x/b")],
            "base": [Literal("urn:x/")],
        }
        wanted = {name: values[name] for name in parameters_of(rule.text)}
        assert bind(wording(rule.text), wanted) == wording(bind(rule.text, wanted)), rule.name


def test_a_query_that_is_no_construct_concludes_nothing() -> None:
    with pytest.raises(Exception, match="a CONSTRUCT query was expected"):
        memory(BASE).concluded("SELECT ?s { ?s ?p ?o }", URIRef("urn:x/g"))
