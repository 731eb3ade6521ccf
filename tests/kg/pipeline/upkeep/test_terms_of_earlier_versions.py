"""A store that an earlier version filled says the same, in the terms of this one, and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg.ingest import said_now
from kg.journal import Action, JournalReader
from kg.pipeline import open_graph
from kg.pipeline.change import Change
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.past import snapshot
from kg.pipeline.reading import read_graph
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.query.questions import ask, find
from kg.terms import DCTERMS, ELI, OA
from tests.kg.pipeline.upkeep.history import BASE, copied

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Triple

REPORT = URIRef(f"{BASE}graph/report/seed-syunik-highway-2021")
PACT = URIRef(f"{BASE}graph/agreement/nk-2020-11-10")


def as_it_was(triples: frozenset[Triple]) -> frozenset[Triple]:
    """Return triples as the version before said them."""
    was: set[Triple] = set()
    for subject, predicate, object_ in triples:
        if predicate == OA.hasSelector and str(object_).endswith("/position"):
            quote = URIRef(str(object_).removesuffix("position") + "quote")
            was.add((quote, OA.refinedBy, object_))
        elif predicate == DCTERMS.title and str(subject).startswith(f"{BASE}agreement/"):
            was.add((subject, ELI.title, object_))
        else:
            was.add((subject, predicate, object_))
    return frozenset(was)


@pytest.fixture(scope="module")
def told(seeded: Path) -> dict[URIRef, frozenset[Triple]]:
    """Give what the graphs of a report and an agreement say in this version."""
    with open_graph(seeded) as opened:
        return {graph: opened.store.graph(graph) for graph in (REPORT, PACT)}


@pytest.fixture
def former(seeded: Path, told: dict[URIRef, frozenset[Triple]], tmp_path: Path) -> Path:
    """Give a store whose journal, files and checkpoint are in the terms of the version before."""
    folder = copied(seeded, tmp_path / "former")
    with open_graph(folder) as opened:
        opened.commit(
            Change(Action.REVISE, kind, name, "somebody", {graph: as_it_was(told[graph])}, "0" * 64)
            for kind, name, graph in (
                ("report", "seed-syunik-highway-2021", REPORT),
                ("agreement", "nk-2020-11-10", PACT),
            )
        )
        assert opened.store.quads(predicate=OA.refinedBy)
        assert opened.store.quads(predicate=ELI.title)
        discard_checkpoints(folder)
        opened.follow(at_once=True)
    return folder


def test_what_is_said_now_was_said_so_before(told: dict[URIRef, frozenset[Triple]]) -> None:
    for triples in told.values():
        assert as_it_was(triples) != triples
        assert said_now(as_it_was(triples)) == triples
        assert said_now(triples) == triples


def test_reading_an_earlier_store_reads_every_quote(
    former: Path, told: dict[URIRef, frozenset[Triple]]
) -> None:
    with read_graph(former) as reading:
        quoted = ask(reading.store, find("15"), {"report": "seed-syunik-highway-2021"}).rows
        assert len([row for row in quoted if row["kind"] == "quote"]) >= 14
        assert {graph: reading.store.graph(graph) for graph in told} == told


def test_an_earlier_store_is_as_its_journal_says_once_it_was_opened(
    former: Path, told: dict[URIRef, frozenset[Triple]]
) -> None:
    words: list[str] = []
    head = JournalReader(former / "journal").head
    with open_graph(former, tell=words.append) as opened:
        assert {graph: opened.store.graph(graph) for graph in told} == told
    assert [word for word in words if "earlier version" in word]
    assert JournalReader(former / "journal").head == head, "the journal keeps what came"
    found = verify(former)
    assert found.sound, found.first
    with open_graph(former, tell=words.append):
        assert len([word for word in words if "earlier version" in word]) == 1, "once and no more"


def test_a_store_that_is_made_anew_from_an_earlier_journal_says_it_so_too(
    former: Path, told: dict[URIRef, frozenset[Triple]]
) -> None:
    made = rebuild(former)
    with read_graph(former) as reading:
        assert {graph: reading.store.graph(graph) for graph in told} == told
    with snapshot(former, made.sequence - 1) as past:
        assert past.store.graph(REPORT) == told[REPORT]
    assert verify(former).sound
