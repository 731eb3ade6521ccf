"""What an update makes of documents: all of it comes in, or nothing, and each as if it had come by itself."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import Literal, URIRef

from kg.ingest import read_text
from kg.journal import Action
from kg.pipeline import initialise, open_graph, retract
from kg.pipeline.intake import admit, examine
from kg.pipeline.proposal import accept, packed, propose, unpacked
from kg.store import from_nquads
from kg.terms import RDFS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.model import Triple
    from kg.pipeline import Repository

BASE = "https://example.org/id/"
STATES, FORCES, MORE = (URIRef(f"{BASE}graph/actors/{name}") for name in ("states", "forces", "more"))


def document(name: str, *actors: dict[str, Any]) -> bytes:
    return json.dumps({"kind": "actors", "id": name, "actors": actors}).encode()


def state(name: str, label: str) -> dict[str, Any]:
    return {"id": name, "type": "state", "label": label}


def said(repository: Repository, data: bytes) -> frozenset[Triple]:
    """Return the triples of a document, which the store need not hold."""
    examined = examine(repository.store, lambda: read_text(data, "a.json"), "a.json")
    assert examined.outcome.status == "valid", examined.outcome.problems
    return frozenset(quad[:3] for quad in from_nquads(examined.content))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of two documents, one of which refers to the other."""
    folder = tmp_path_factory.mktemp("proposals") / "store"
    force = {"id": "kestrian-army", "type": "armed-force", "label": "Army", "force_of": "kestria"}
    with initialise(folder, BASE, reference=False) as repository:
        for data in (document("states", state("kestria", "Kestria")), document("forces", force)):
            read = examine(repository.store, lambda data=data: read_text(data, "a.json"), "a.json")  # type: ignore[misc]
            assert admit(repository, read, "Ann") is not None
    return folder


@pytest.fixture
def repository(made: Path, tmp_path: Path) -> Iterator[Repository]:
    with open_graph(shutil.copytree(made, tmp_path / "store")) as opened:
        yield opened


def renamed(repository: Repository) -> frozenset[Triple]:
    """Return the states with another name for the one."""
    old, new = Literal("Kestria", lang="en"), Literal("Republic of Kestria", lang="en")
    held = repository.store.graph(STATES)
    found = frozenset((s, p, new if o == old else o) for s, p, o in held)
    assert found != held
    return found


def test_a_graph_that_is_new_is_a_document_that_is_added(repository: Repository) -> None:
    triples = said(repository, document("more", state("valdonia", "Valdonia")))
    before = repository.sequence
    done = accept(repository, propose(repository.store, {MORE: triples}), "Ann", "why")
    assert done is not None
    assert [(one.status, one.kind, one.identifier, one.sequence) for one in done] == [
        ("added", "actors", "more", before + 1)
    ]
    assert repository.store.graph(MORE) == triples


def test_several_documents_come_in_together_whatever_refers_to_what(repository: Repository) -> None:
    force = {"id": "guard", "type": "armed-force", "label": "Guard", "force_of": "kestria"}
    more = said(repository, document("more", force))
    done = accept(
        repository, propose(repository.store, {STATES: renamed(repository), MORE: more}), "Ann", "why"
    )
    assert done is not None
    assert {(one.identifier, one.status) for one in done} == {("states", "revised"), ("more", "added")}
    assert repository.journal is not None
    entries = list(repository.journal.entries(repository.sequence - 2))
    assert {entry.document for entry in entries} == {"actors states", "actors more"}
    assert {entry.agent for entry in entries} == {"Ann"}


def test_a_graph_that_is_as_it_was_is_left_alone(repository: Repository) -> None:
    before = repository.sequence
    proposal = propose(repository.store, {STATES: repository.store.graph(STATES)})
    done = accept(repository, proposal, "Ann", "why")
    assert done is not None
    assert [(one.status, one.sequence) for one in done] == [("unchanged", None)]
    assert repository.sequence == before
    assert accept(repository, propose(repository.store, {}), "Ann", "why") == ()


def test_where_one_is_refused_nothing_comes_in(repository: Repository) -> None:
    odd = repository.store.graph(FORCES) | {(URIRef(f"{BASE}actor/x"), RDFS.comment, Literal("x"))}
    before, held = repository.sequence, repository.store.nquads()
    proposal = propose(repository.store, {STATES: renamed(repository), FORCES: odd})
    assert proposal.refused
    done = accept(repository, proposal, "Ann", "why")
    assert done is not None
    assert {one.status for one in done} == {"refused", "valid"}
    [refused] = [one for one in done if one.status == "refused"]
    assert {problem.file for problem in refused.problems} == {f"<{FORCES}>"}
    assert (repository.sequence, repository.store.nquads()) == (before, held)


def test_a_graph_without_triples_is_a_document_that_is_taken_back(repository: Repository) -> None:
    done = accept(repository, propose(repository.store, {FORCES: frozenset()}), "Ann", "it was wrong")
    assert done is not None
    assert [(one.status, one.identifier) for one in done] == [("retracted", "forces")]
    assert not repository.store.graph(FORCES)
    assert repository.journal is not None
    [entry] = repository.journal.entries(repository.sequence - 1)
    assert (entry.action, entry.reason) == (Action.RETRACT, "it was wrong")


def test_what_others_refer_to_is_not_taken_back_unless_they_are_too(repository: Repository) -> None:
    alone = propose(repository.store, {STATES: frozenset()})
    assert alone.refused
    [problem] = alone.items[0].outcome.problems
    assert problem.rule == "document/depended-on"
    assert "actors forces" in problem.message
    both = propose(repository.store, {STATES: frozenset(), FORCES: frozenset()})
    done = accept(repository, both, "Ann", "why")
    assert done is not None
    assert {one.status for one in done} == {"retracted"}
    assert not repository.store.graph(STATES)


def test_taking_back_and_changing_do_not_mix(repository: Repository) -> None:
    proposal = propose(repository.store, {FORCES: frozenset(), STATES: renamed(repository)})
    assert [problem.rule for item in proposal.items for problem in item.outcome.problems] == ["update/mixed"]


@pytest.mark.parametrize("name", ["ontology", "commits", "inference", "rules", "review/1", "report/../x"])
def test_graphs_that_are_no_documents_are_refused(name: str, repository: Repository) -> None:
    for triples in (frozenset[Any](), repository.store.graph(STATES)):
        assert propose(repository.store, {URIRef(f"{BASE}graph/{name}"): triples}).refused


def test_what_was_retracted_may_be_said_again(repository: Repository) -> None:
    held = repository.store.graph(FORCES)
    retract(repository, "actors", "forces", "too early", agent="Ann")
    done = accept(repository, propose(repository.store, {FORCES: held}), "Ann", "why")
    assert done is not None
    assert [one.sequence for one in done] == [repository.sequence]
    assert repository.store.graph(FORCES) == held


def test_a_proposal_for_a_state_that_is_past_is_not_taken_in(repository: Repository) -> None:
    proposal = propose(repository.store, {STATES: renamed(repository)})
    retract(repository, "actors", "forces", "meanwhile", agent="Ben")
    before = repository.store.nquads()
    assert accept(repository, proposal, "Ann", "why") is None
    assert repository.store.nquads() == before


def test_a_proposal_is_the_same_once_it_was_bytes(repository: Repository) -> None:
    graphs = {STATES: renamed(repository), MORE: said(repository, document("more", state("v", "V\n\0"[:2])))}
    for wanted in (graphs, {FORCES: frozenset[Any]()}, {}, {STATES: frozenset[Any]()}):
        proposal = propose(repository.store, wanted)
        assert unpacked(packed(proposal)) == proposal
    for broken in (b"", b"{", b"[]\n"):
        with pytest.raises((ValueError, TypeError, KeyError)):
            unpacked(broken)
