"""Documents that change or go: the graph is then as if they had always been so, or never there."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import DependentsError, NotFoundError
from kg.pipeline import ingest, retract
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kg.pipeline import Outcome, Repository
    from kg.store import OxigraphStore

    Content = Callable[[OxigraphStore], list[bytes]]
    Documents = dict[str, Any]

BASE = "https://w3id.org/servanda/id/"


@pytest.fixture
def tell(tmp_path: Path) -> Callable[[Repository, Mapping[str, Any]], dict[str | None, Outcome]]:
    """Give a function that takes documents in and returns what became of each, by its id."""
    rounds = iter(range(100))

    def take_in(repository: Repository, documents: Mapping[str, Any]) -> dict[str | None, Outcome]:
        folder = tmp_path / f"round-{next(rounds)}"
        folder.mkdir()
        for name, document in documents.items():
            (folder / f"{name}.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
        return {outcome.identifier: outcome for outcome in ingest(repository, [folder])}

    return take_in


Tell = Any


def accounts(world: Any) -> Documents:
    """Return the conflict with four more reports: a second account, a bridge, a denial, an allegation."""
    documents: Documents = world.documents
    first = documents["report"]
    second, bridge, denial = (copy.deepcopy(first) for _ in range(3))
    second["id"] = "acorn-2"
    second["claims"][0]["quantities"] = [{"kind": "killed", "value": "9"}]
    bridge["id"] = "bridge"
    bridge["claims"][0]["time"]["value"] = "2025-03-11"
    bridge["events"][0]["same_event_as"] = [
        {"event": f"{name}/shelling", "confidence": "0.9", "reason": "same village"}
        for name in ("acorn-1", "acorn-2")
    ]
    denial["id"] = "denial"
    denial["events"] = []
    denial["claims"] = [
        {
            "key": "k1",
            "gist": "Elbonia's army denies it.",
            "quote": "Elbonia's army denied it",
            "modality": "denied",
            "denies": [{"claim": "acorn-1/k1"}],
            "attribution": [{"agent": "elbonian-army", "verb": "denied"}],
        },
    ]
    alleging = copy.deepcopy(first)
    alleging["id"] = "alleging"
    alleging["claims"].append(
        {
            "key": "k2",
            "gist": "Elbonia broke point 1.",
            "quote": "Elbonia broke point 1 of the truce",
            "modality": "alleged",
            "about": "shelling",
            "perpetrators": ["elbonia"],
            "alleges": [{"agreement": "vale-truce", "term": "1"}],
        },
    )
    return documents | {"second": second, "bridge": bridge, "denial": denial, "alleging": alleging}


def fresh(documents: Documents, tell: Tell, content: Content) -> list[bytes]:
    made = empty_in_memory(BASE)
    outcomes = tell(made, documents)
    assert {outcome.status for outcome in outcomes.values()} == {"added"}, outcomes
    return content(made.store)


def change_claim(documents: Documents) -> None:
    documents["second"]["claims"][0]["quantities"] = [{"kind": "killed", "value": "4"}]


def cut_the_bridge(documents: Documents) -> None:
    documents["bridge"]["events"][0]["same_event_as"].pop()


def move_the_bridge(documents: Documents) -> None:
    documents["bridge"]["events"][0]["same_event_as"] = [
        {"event": "alleging/shelling", "confidence": "0.9", "reason": "same village"}
    ]


def doubt_what_is_denied(documents: Documents) -> None:
    documents["denial"]["claims"][0]["modality"] = "predicted"


def rename_an_event_nobody_refers_to(documents: Documents) -> None:
    documents["alleging"]["events"][0]["key"] = "barrage"
    for claim in documents["alleging"]["claims"]:
        claim["about"] = "barrage"


def take_the_allegation_back(documents: Documents) -> None:
    documents["alleging"]["claims"].pop()


def let_the_guns_be_syldavian(documents: Documents) -> None:
    documents["actors"]["actors"][4]["force_of"] = "syldavian-guard"


def shrink_the_zone(documents: Documents) -> None:
    documents["places"]["places"][4]["covers"] = ["birch"]


def bind_ruritania_only(documents: Documents) -> None:
    documents["agreement"]["terms"][0]["norms"][0]["bearers"] = ["ruritania"]


CHANGES = (
    change_claim,
    cut_the_bridge,
    move_the_bridge,
    doubt_what_is_denied,
    rename_an_event_nobody_refers_to,
    take_the_allegation_back,
    let_the_guns_be_syldavian,
    shrink_the_zone,
    bind_ruritania_only,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_revision_leaves_the_graph_as_if_it_had_always_been_so(
    world: Any, tell: Tell, content: Content, change: Callable[[Documents], None]
) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    before = content(repository.store)
    revised = copy.deepcopy(documents)
    change(revised)
    outcomes = tell(repository, revised)
    assert sorted(outcome.status for outcome in outcomes.values()) == ["revised", *["unchanged"] * 7]
    assert content(repository.store) != before
    assert content(repository.store) == fresh(revised, tell, content)
    tell(repository, documents)
    assert content(repository.store) == before


@pytest.mark.parametrize("gone", ["bridge", "denial", "alleging"])
def test_a_retraction_leaves_the_graph_as_if_it_had_never_been_there(
    world: Any, tell: Tell, content: Content, gone: str
) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    before = content(repository.store)
    entry = retract(repository, "report", documents[gone]["id"], "withdrawn by its author")
    assert (entry.action, entry.kind, entry.revision) == ("retract", "report", 1)
    rest = {name: document for name, document in documents.items() if name != gone}
    assert content(repository.store) == fresh(rest, tell, content)
    (outcome,) = tell(repository, {gone: documents[gone]}).values()
    assert outcome.status == "refused"
    assert [problem.rule for problem in outcome.problems] == ["document/retracted"]
    assert content(repository.store) != before


def test_what_was_retracted_comes_again_only_if_told_so_or_changed(
    world: Any, tell: Tell, content: Content, tmp_path: Path
) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    before = content(repository.store)
    retract(repository, "report", "bridge", "withdrawn by its author")
    file = tmp_path / "bridge.json"
    file.write_text(json.dumps(documents["bridge"]), encoding="utf-8")
    assert [outcome.status for outcome in ingest(repository, [file])] == ["refused"]
    assert [outcome.status for outcome in ingest(repository, [file], again=True)] == ["added"]
    assert content(repository.store) == before
    retract(repository, "report", "bridge", "withdrawn by its author once more")
    documents["bridge"]["title"] = "Guns over Ash, corrected"
    assert [outcome.status for outcome in tell(repository, {"bridge": documents["bridge"]}).values()] == [
        "added"
    ]


def test_what_others_refer_to_is_not_taken_back(world: Any, tell: Tell, content: Content) -> None:
    repository = empty_in_memory(BASE)
    tell(repository, accounts(world))
    before = content(repository.store)
    for kind, identifier, dependents in (
        ("report", "acorn-1", ("report bridge", "report denial")),
        ("report", "acorn-2", ("report bridge",)),
        ("agreement", "vale-truce", ("report alleging",)),
        (
            "places",
            "vale-places",
            ("agreement vale-truce", "report acorn-1", "report acorn-2", "report alleging", "report bridge"),
        ),
    ):
        with pytest.raises(DependentsError) as refused:
            retract(repository, kind, identifier, "an attempt")
        assert refused.value.dependents == dependents
    with pytest.raises(NotFoundError):
        retract(repository, "report", "acorn-9", "an attempt")
    assert content(repository.store) == before


def test_a_revision_may_not_leave_out_what_others_refer_to(world: Any, tell: Tell, content: Content) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    before = content(repository.store)
    renamed = copy.deepcopy(documents["report"])
    renamed["claims"][0]["key"] = "k7"
    (outcome,) = tell(repository, {"report": renamed}).values()
    assert outcome.status == "refused"
    assert [(problem.field, problem.rule, problem.message) for problem in outcome.problems] == [
        (
            "id",
            "document/depended-on",
            "this revision leaves out report/acorn-1/claim/k1, to which report denial refer",
        )
    ]
    assert content(repository.store) == before
    follows = copy.deepcopy(documents["denial"])
    follows["claims"][0]["denies"] = [{"claim": "acorn-1/k7"}]
    outcomes = tell(repository, {"report": renamed, "denial": follows})
    assert {outcome.status for outcome in outcomes.values()} == {"revised"}
    assert content(repository.store) == fresh(
        documents | {"report": renamed, "denial": follows}, tell, content
    )


def test_what_is_left_out_may_be_described_in_another_document(
    world: Any, tell: Tell, content: Content
) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    moved = copy.deepcopy(documents["actors"])
    acorn = moved["actors"].pop(6)
    assert acorn["id"] == "acorn"
    other = {"kind": "actors", "id": "papers", "actors": [acorn]}
    outcomes = tell(repository, {"actors": moved, "papers": other})
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "vale-actors": "revised",
        "papers": "added",
    }
    assert content(repository.store) == fresh(documents | {"actors": moved, "papers": other}, tell, content)


def test_a_revision_under_which_others_would_break_a_shape_is_refused(
    world: Any, tell: Tell, content: Content
) -> None:
    documents = accounts(world)
    repository = empty_in_memory(BASE)
    tell(repository, documents)
    before = content(repository.store)
    changed = copy.deepcopy(documents["actors"])
    changed["actors"][9] = {"id": "monitor", "type": "outlet", "label": "Monitor"}
    (outcome,) = tell(repository, {"actors": changed}).values()
    assert outcome.status == "refused"
    assert {problem.rule for problem in outcome.problems} == {"document/depended-on"}
    assert any("report acorn-1" in problem.message for problem in outcome.problems)
    assert content(repository.store) == before
