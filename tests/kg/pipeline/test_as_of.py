"""Any history whatever: the graph as it was at a change is what it was, less what was redacted since."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from rdflib.term import URIRef

from kg.errors import DependentsError, NotFoundError
from kg.infer import rule_triples, rules
from kg.journal import Action
from kg.pipeline import in_memory, ingest, open_graph, redact, retract, snapshots
from kg.pipeline import review as reviewing
from kg.pipeline.change import Change
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.past import snapshot
from kg.pipeline.setup import empty_in_memory, initialise
from kg.query import questions
from kg.store import from_nquads, memory, to_nquads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.journal import Entry
    from kg.model import Triple
    from kg.pipeline import Repository
    from kg.store import OxigraphStore

    Content = Callable[[OxigraphStore], list[bytes]]

BASE = "https://w3id.org/servanda/id/"
TEXT = (
    "Guns of Elbonia shelled Ash on 10 March, killing four. Elbonia's army denied it. "
    "Elbonia broke point 1 of the truce."
)
SHELLING = {"key": "shelling", "type": "shelling", "label": "Shelling of Ash"}
SAME = [{"event": "first/shelling", "confidence": "0.9", "reason": "The same village on the same day."}]
REPORTS = ("first", "charge", "denial")
EDITIONS = (1, 2)


def reference() -> list[dict[str, Any]]:
    """Return whom and what the reports mention: two parties to a truce over one village."""
    actors = [
        {"id": "elbonia", "type": "state", "label": "Elbonia"},
        {"id": "ruritania", "type": "state", "label": "Ruritania"},
        {"id": "guns", "type": "armed-force", "label": "Guns of Elbonia", "force_of": "elbonia"},
        {"id": "acorn", "type": "outlet", "label": "The Daily Acorn"},
        {"id": "monitor", "type": "analyst", "label": "Monitor"},
    ]
    places = [
        {"id": "land", "type": "administrative-region", "label": "Elbonia", "territory_of": "elbonia"},
        {"id": "ash", "type": "settlement", "label": "Ash", "within": ["land"]},
        {"id": "vale", "type": "agreement-zone", "label": "the Vale", "covers": ["ash"], "extent": "stated"},
    ]
    norm = {
        "key": "1a",
        "kind": "obligation",
        "gist": "Both sides cease fire in the Vale",
        "bearers": ["elbonia", "ruritania"],
        "action": "cease-hostilities",
        "places": ["vale"],
    }
    words = {"text": "en", "words": "Fire shall cease in the Vale.", "status": "verbatim"}
    truce = {
        "kind": "agreement",
        "id": "truce",
        "type": "ceasefire",
        "title": "Truce of the Vale",
        "date": "2025-02-20",
        "entry_into_force": "2025-03-01",
        "parties": ["elbonia", "ruritania"],
        "texts": [{"key": "en", "lang": "en", "status": "official"}],
        "terms": [{"number": "1", "wordings": [words], "norms": [norm]}],
    }
    return [
        {"kind": "actors", "id": "actors", "actors": actors},
        {"kind": "places", "id": "places", "authority": "Gazetteer", "places": places},
        truce,
    ]


def report(name: str, edition: int) -> dict[str, Any]:
    """Return a report: `first` of a shelling, `charge` that it broke the truce, `denial` of the first."""
    shelled = {
        "key": "k1",
        "gist": f"Guns of Elbonia shelled Ash ({name}, {edition}).",
        "quote": "Guns of Elbonia shelled Ash on 10 March, killing four",
        "modality": "reported",
        "about": "shelling",
        "perpetrators": ["guns"],
        "places": ["ash"],
        "time": {"value": "2025-03-10", "text": "on 10 March", "inferred": ["year"], "reason": "The spring."},
        "quantities": [{"kind": "killed", "value": str(4 * edition)}],
    }
    broke = {
        "key": "k2",
        "gist": "Elbonia broke point 1.",
        "quote": "Elbonia broke point 1 of the truce",
        "modality": "alleged",
        "about": "shelling",
        "perpetrators": ["elbonia"],
        "alleges": [{"agreement": "truce", "term": "1"}],
    }
    denied = {
        "key": "k1",
        "gist": f"Elbonia's army denies it ({edition}).",
        "quote": "Elbonia's army denied it",
        "modality": "denied",
        "denies": [{"claim": "first/k1"}],
        "attribution": [{"agent": "guns", "verb": "denied"}],
    }
    same = SHELLING | {"same_event_as": SAME}
    told: dict[str, tuple[list[Any], list[Any]]] = {
        "first": ([SHELLING], [shelled]),
        "charge": ([same] if edition == 1 else [SHELLING], [shelled, broke]),
        "denial": ([], [denied]),
    }
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": f"Guns over Ash, edition {edition}",
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "text": TEXT,
        "text_access": "public",
        "events": told[name][0],
        "claims": told[name][1],
    }


class World:
    """A store with the reference documents only, and what each edition of each report says."""

    def __init__(self, folder: Path, content: Content) -> None:
        """Make the store; convert and validate each edition once."""
        self.content = content
        self.template = folder / "store"
        written = folder / "documents"
        written.mkdir()
        for document in reference():
            (written / f"{document['id']}.json").write_text(json.dumps(document), "utf-8")
        with initialise(self.template, BASE, reference=False) as made:
            assert {outcome.status for outcome in ingest(made, [written])} == {"added"}
            self.beginning = made.sequence
        self.said: dict[tuple[str, int], frozenset[Triple]] = {}
        with empty_in_memory(BASE) as scratch:
            ingest(scratch, [written])
            for edition in EDITIONS:
                for name in REPORTS:
                    file = folder / f"{name}-{edition}.json"
                    file.write_text(json.dumps(report(name, edition)), "utf-8")
                    (outcome,) = ingest(scratch, [file])
                    assert outcome.status in {"added", "revised"}, outcome.problems
                    self.said[name, edition] = scratch.store.graph(graph(name))


def graph(name: str) -> URIRef:
    """Return the graph of a report."""
    return URIRef(f"{BASE}graph/report/{name}")


ALL = frozenset(item.name for item in rules())
RULE_SETS: dict[str, frozenset[str]] = {
    "all": ALL,
    "no denials": ALL - {"denial-of-act"},
    "allegations only": frozenset(
        {"farthest-named-source", "time-anywhere", "conduct-at-time", "corrected", "allegation"}
    ),
}
"""Rules that may be in force; each set holds the rules that its members come after."""


class Histories(RuleBasedStateMachine):
    """A store that is changed in every way, and what it said after each change."""

    world: World
    checks = 0
    """How many states were compared."""

    def __init__(self) -> None:
        """Begin with the reference documents."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()) / "store"
        shutil.copytree(self.world.template, self.folder)
        self.repository = open_graph(self.folder, "test")
        self.live: dict[int, list[bytes]] = {}
        self.answers: dict[int, object] = {}
        self.note()

    def teardown(self) -> None:
        """Look back once more, at the present and halfway, then close the store and remove it."""
        head = self.repository.sequence
        self.compare(head)
        self.compare((self.world.beginning + head) // 2)
        self.repository.close()
        shutil.rmtree(self.folder.parent)

    def note(self) -> None:
        """Remember what the store says now."""
        sequence = self.repository.sequence
        self.live[sequence] = self.world.content(self.repository.store)
        self.answers[sequence] = answer(self.repository.store)

    def change(self, name: str, edition: int) -> Change:
        """Return the change by which an edition of a report comes in."""
        said = self.world.said[name, edition]
        known = bool(self.repository.store.graph(graph(name)))
        action = Action.REVISE if known else Action.ADD
        return Change(action, "report", name, "Ann", {graph(name): said}, f"{name}-{edition}")

    @rule(name=st.sampled_from(REPORTS), edition=st.sampled_from(EDITIONS))
    def take_in(self, name: str, edition: int) -> None:
        """Add a report, revise it, or take it in again, if what it refers to is there."""
        if name != "first" and not self.repository.store.graph(graph("first")):
            return
        self.repository.commit([self.change(name, edition)])
        self.note()

    @rule(editions=st.lists(st.sampled_from(EDITIONS), min_size=len(REPORTS), max_size=len(REPORTS)))
    def take_in_together(self, editions: list[int]) -> None:
        """Commit several changes in one; nobody sees the states in between."""
        pairs = zip(REPORTS, editions, strict=True)
        self.repository.commit([self.change(name, edition) for name, edition in pairs])
        self.note()

    @rule(name=st.sampled_from(REPORTS))
    def take_back(self, name: str) -> None:
        """Retract a report, unless it is not there or another refers to it."""
        try:
            retract(self.repository, "report", name, "It was wrong.")
        except (DependentsError, NotFoundError):
            return
        self.note()

    @rule(name=st.sampled_from(REPORTS), revision=st.sampled_from([None, 1, 2]))
    def remove_words(self, name: str, revision: int | None) -> None:
        """Redact a report or a revision of it, if there is anything to redact."""
        try:
            redact(self.repository, "report", name, "An order.", revision=revision)
        except NotFoundError:
            return
        self.note()

    @rule(chosen=st.sampled_from(sorted(RULE_SETS)))
    def change_rules(self, chosen: str) -> None:
        """Put other rules in force."""
        triples = rule_triples(item for item in rules() if item.name in RULE_SETS[chosen])
        name = URIRef(f"{BASE}graph/rules")
        digest = hashlib.sha256(to_nquads((*triple, name) for triple in triples)).hexdigest()
        self.repository.commit([Change(Action.REVISE, "rules", "servanda", "Ann", {name: triples}, digest)])
        self.note()

    @rule()
    def say_the_same(self) -> None:
        """Say of two events that they are one, if they are there."""
        try:
            reviewing.relate(
                self.repository, reviewing.SameEvent("first/shelling", "charge/shelling", "Mary", "One day.")
            )
        except NotFoundError:
            return
        self.note()

    @precondition(lambda self: bool(reviewing.reviews(self.repository.store)))
    @rule()
    def take_back_a_review(self) -> None:
        """Withdraw the last review."""
        last = reviewing.reviews(self.repository.store)[-1]
        reviewing.withdraw(self.repository, last.id, "Mary", "Two days.")
        self.note()

    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """Compare the graph as it was at some change with what it was."""
        head = self.repository.sequence
        self.compare(data.draw(st.integers(self.world.beginning, head), label="sequence"))

    def compare(self, sequence: int) -> None:
        """Hold the state at a change to what was seen then, or to the same changes made again in memory."""
        type(self).checks += 1
        journal = self.repository.journal
        assert journal is not None
        entries = tuple(journal.entries())
        left_out = hidden(entries, sequence)
        discard_checkpoints(self.folder)  # a checkpoint would be taken for the state that it is of
        with snapshot(self.folder, sequence, keep=2) as past:
            found, answered = self.world.content(past.store), answer(past.store)
            assert past.sequence == sequence
            assert past.left_out == tuple(sorted(f"report {name}" for name in left_out))
        assert len(list((self.folder / "snapshots").glob("*"))) <= 2
        if sequence in self.live and not left_out:
            assert found == self.live[sequence]
            assert answered == self.answers[sequence]
            return
        gone = [f"<{graph(name)}>".encode() for name in left_out]
        assert not any(name in line for name in gone for line in found)
        with in_memory(memory(BASE)) as again:
            self.replay(again, entries[:sequence], left_out)
            assert found == self.world.content(again.store)
            assert answered == answer(again.store)
        if sequence in self.live:
            documents = [line for line in self.live[sequence] if b"graph/inference>" not in line]
            kept = [line for line in documents if not any(name in line for name in gone)]
            assert [line for line in found if b"graph/inference>" not in line] == kept

    def replay(self, repository: Repository, entries: Sequence[Entry], left_out: set[str]) -> None:
        """Make the changes again in a store in memory, all but the words of some reports."""
        journal = self.repository.journal
        assert journal is not None
        changes = []
        for entry in entries:
            _, payload = journal.record(entry.sequence)
            without = entry.kind == "report" and entry.identifier in left_out
            said: dict[URIRef, set[Triple]] = {URIRef(name): set() for name in entry.graphs}
            for quad in () if payload is None or without else from_nquads(payload):
                said[quad[3]].add(quad[:3])
            graphs = {name: frozenset(triples) for name, triples in said.items()}
            changes.append(Change(entry.action, entry.kind, entry.identifier, "", graphs, entry.content_hash))
        repository.commit(changes)


def answer(store: OxigraphStore) -> object:
    """Return the rows of the first question."""
    return questions.ask(store, questions.find("01"), {}).rows


def hidden(entries: Sequence[Entry], sequence: int) -> set[str]:
    """Return the reports that stood at a change in words that a later one redacts."""
    standing: dict[str, int] = {}
    for entry in entries[:sequence]:
        if entry.kind == "report" and entry.action in {Action.ADD, Action.REVISE}:
            standing[entry.identifier] = entry.sequence
        elif entry.kind == "report" and entry.graphs:
            standing.pop(entry.identifier, None)
    later = {number for entry in entries[sequence:] for number in entry.redacts}
    return {name for name, number in standing.items() if number in later}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, content: Content) -> World:
    return World(tmp_path_factory.mktemp("world"), content)


@pytest.mark.parametrize("small", [True, False], ids=["in memory", "on disk"])
def test_what_was_redacted_since_is_left_out_and_what_came_after_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    if not small:
        monkeypatch.setattr(snapshots, "IN_MEMORY", 0)
    Histories.world = world
    history = Histories()
    history.take_in("first", 1)
    with_first = history.repository.sequence
    history.take_in("charge", 1)
    history.change_rules("allegations only")
    history.take_in("first", 2)
    with snapshot(history.folder, with_first) as past:
        assert past.left_out == ()
        assert past.store.graph(graph("first")) == world.said["first", 1]
    history.remove_words("first", 1)
    with snapshot(history.folder, with_first) as past:
        assert past.left_out == ("report first",)
        assert past.store.graph(graph("first")) == frozenset()
    for sequence in range(world.beginning, history.repository.sequence + 1):
        history.compare(sequence)
    history.remove_words("first", None)
    with snapshot(history.folder, with_first + 3) as past:
        assert past.left_out == ("report first",)
        assert past.store.graph(graph("charge")) == world.said["charge", 1]
    history.teardown()


def test_the_graph_as_it_was_is_what_it_was_in_any_history(world: World) -> None:
    Histories.world = world
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Histories.checks >= 16
