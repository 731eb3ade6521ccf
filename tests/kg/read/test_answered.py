"""Who answers a record is put together when it is read, by the model as by SPARQL, at no cost of a record."""

from __future__ import annotations

import copy
import json
import random
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.pipeline import ingest, initialise, retract
from kg.pipeline.read_model import follow
from kg.query.lookups import Reader, violations
from kg.query.lookups.answering import DENYING, KEEPING, MEETS, denying, meeting
from kg.query.lookups.listing import Selection, page, terms_of
from kg.query.lookups.reader import HEAD
from kg.read.compare import difference
from kg.read.figures import figures
from kg.read.resources import BY_LIST
from kg.search.making import entries
from kg.store import bind
from tests.kg.infer.conftest import DOCUMENTS
from tests.kg.infer.test_answers import allegation, report
from tests.kg.read.conftest import BASE, in_small_pieces
from tests.kg.read.test_following import settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.pipeline import Repository
    from kg.read.model import ReadModel
    from kg.read.view import View

RECORDS, CLAIMS = BY_LIST["alleged violations"], BY_LIST["claims"]
TRUCE = {"agreement": "vale-truce"}
DENIAL = {"modality": "denied", "denies": TRUCE, "perpetrators": ["elbonia"]}
KEPT = {"modality": "asserted", "asserts_fulfilment": TRUCE, "perpetrators": ["elbonia"]}
OF_SHELLING = {"modality": "denied", "denies": {"event": "first/e"}, "perpetrators": ["elbonia"]}


class Desk:
    """A store of the conflict with its read model, into which reports are written."""

    def __init__(self, folder: Path) -> None:
        """Make the store without reports."""
        self.folder = folder
        self.repository: Repository = initialise(folder / "store", BASE, reference=False)
        documents = copy.deepcopy(DOCUMENTS)
        documents.pop("report")
        self.write(*documents.values())
        self.repository.follow(at_once=True)
        model = follow(self.repository)
        assert model is not None
        self.model: ReadModel = model

    def write(self, *documents: Mapping[str, Any]) -> None:
        """Take in documents, one after another."""
        for document in documents:
            path = self.folder / f"{document['id']}.json"
            path.write_text(json.dumps(document), encoding="utf-8")
            (outcome,) = ingest(self.repository, [path])
            assert not outcome.problems, outcome.problems
            self.repository.follow(at_once=True)

    @property
    def reader(self) -> Reader:
        """The reader of the store."""
        return Reader.of(self.repository.store, BASE)

    def records(self) -> list[dict[str, Any]]:
        """Return the records as the model tells them, which are as the lookups tell them."""
        with self.view() as view:
            bodies = view.page(RECORDS, {}, 200, None).bodies
        told, _ = violations.violations(self.reader, Selection({}, 200))
        said = [
            RECORDS.model.model_validate(one, from_attributes=True).model_dump_json(by_alias=True).encode()
            for one in told
        ]
        assert said == list(bodies)
        return [json.loads(body) for body in bodies]

    def alleged(self) -> list[dict[str, Any]]:
        """Return those that somebody alleges: of the act a rule finds candidates too."""
        return [record for record in self.records() if record["status"] == "alleged"]

    def claims(self, **filters: str) -> list[str]:
        """Return the claims that pass filters by the model, which pass by SPARQL too."""
        terms = terms_of(self.reader, CLAIMS.listing, filters)
        with self.view() as view:
            found = [json.loads(body) for body in view.page(CLAIMS, terms, 200, None).bodies]
            assert view.count(CLAIMS, terms) == len(found)
        assert [one["iri"] for one in found] == [
            *page(self.reader, CLAIMS.listing, Selection(filters, 200)).items
        ]
        return [one["id"] for one in found]

    def view(self) -> Any:
        """Give the model where the store stands."""
        return settled(self.model, self.repository).view(self.repository.sequence)

    def rows_of_records(self) -> dict[str, bytes]:
        """Return the rows of records as the file keeps them."""
        with self.view() as view:
            return {row.iri: row.body for row in view.rows(RECORDS)}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    in_small_pieces(monkeypatch)
    made = Desk(tmp_path)
    yield made
    made.repository.close()
    made.model.close()


def named(pieces: list[dict[str, Any]]) -> list[str]:
    return [piece["claim"] for piece in pieces]


def test_of_many_denials_ten_are_told_with_their_number_and_the_claims_list_tells_all(desk: Desk) -> None:
    desk.write(allegation("first"))
    desk.write(*(report(f"d{number:02}", **DENIAL) for number in range(13)))
    desk.write(*(report(f"k{number:02}", **KEPT) for number in range(11)))
    (record,) = desk.alleged()
    assert named(record["denials"]) == [f"d{number:02}/k" for number in range(10)]
    assert named(record["fulfilment"]) == [f"k{number:02}/k" for number in range(10)]
    assert (record["denials_total"], record["fulfilment_total"]) == (13, 11)
    assert desk.claims(denying=record["id"]) == [f"d{number:02}/k" for number in range(13)]
    assert desk.claims(keeping=record["id"].rpartition("/")[2]) == [f"k{number:02}/k" for number in range(11)]


def test_who_denies_the_act_comes_before_who_denies_the_breach_and_counts_once(desk: Desk) -> None:
    desk.write(allegation("first"), *(report(f"d{number:02}", **DENIAL) for number in range(10)))
    both = [TRUCE, {"event": "first/e"}]
    desk.write(report("e-both", **DENIAL | {"denies": both}), report("z", **OF_SHELLING))
    (record,) = desk.alleged()
    assert named(record["denials"]) == ["e-both/k", "z/k", *(f"d{number:02}/k" for number in range(8))]
    assert record["denials_total"] == 12
    assert desk.claims(denying=record["id"]) == [f"d{number:02}/k" for number in range(10)] + [
        "e-both/k",
        "z/k",
    ]
    desk.write(*(report(f"y{number:02}", **OF_SHELLING) for number in range(10)))
    (record,) = desk.alleged()
    assert named(record["denials"]) == ["e-both/k", *(f"y{number:02}/k" for number in range(9))]
    assert record["denials_total"] == 22


def test_answers_without_a_day_answer_acts_of_any_day_and_others_none_that_came_later(desk: Desk) -> None:
    undated = report("undated", **DENIAL)
    undated.pop("issued")
    timeless = allegation("timeless")
    timeless["claims"][0].pop("time")
    desk.write(undated, report("dated", **DENIAL), report("kept", **KEPT))
    desk.write(allegation("later", "2025-06-01"), allegation("sooner"), timeless)
    told = {one["report"]["id"]: (named(one["denials"]), named(one["fulfilment"])) for one in desk.alleged()}
    assert told == {
        "later": (["undated/k"], []),
        "sooner": (["dated/k", "undated/k"], ["kept/k"]),
        "timeless": (["dated/k", "undated/k"], ["kept/k"]),
    }


def test_a_denial_of_an_agreement_touches_neither_row_nor_conclusion_of_a_record(desk: Desk) -> None:
    costs = []
    for size in (3, 12):
        desk.write(*(allegation(f"a{size}-{number}") for number in range(size)))
        before = desk.rows_of_records()
        held = set(desk.repository.store.quads())
        desk.write(report(f"denial-{size}", **DENIAL))
        changed = held ^ set(desk.repository.store.quads())
        assert not {quad for quad in changed if "/violation/" in str(quad[0])}
        costs.append(len(changed))
        assert desk.rows_of_records() == before
        assert all(f"denial-{size}/k" in named(one["denials"]) for one in desk.alleged())
    assert costs[0] == costs[1]


def test_a_planted_difference_is_found(desk: Desk) -> None:
    desk.write(allegation("first"), report("d", **DENIAL), report("k", **KEPT))

    def differs() -> str | None:
        with desk.view() as view:
            return difference(view, desk.reader, 1, 12)

    assert differs() is None
    for planted in (
        "UPDATE answering SET until=0 WHERE key LIKE '%/d/claim/k'",
        "UPDATE charged SET charges='' WHERE charges<>''",
    ):
        with sqlite3.connect(desk.model._current.path) as held:  # noqa: SLF001 - a damage
            before = held.execute("SELECT n, until, key FROM answering").fetchall()
            charged = held.execute("SELECT n, began, charges FROM charged").fetchall()
            held.execute(planted)
        forget(desk)
        assert differs() is not None, planted
        with sqlite3.connect(desk.model._current.path) as held:  # noqa: SLF001
            held.execute("DELETE FROM answering")
            held.execute("DELETE FROM charged")
            held.executemany("INSERT INTO answering VALUES (?, ?, ?)", before)
            held.executemany("INSERT INTO charged VALUES (?, ?, ?)", charged)
        forget(desk)
        assert differs() is None


def forget(desk: Desk) -> None:
    """Let the model open its file anew, without what was put together of it."""
    now = desk.model._current  # noqa: SLF001 - what a process that comes new does
    name, sequence, digest = now.name, now.sequence, now.hash
    now.settle("", sequence, digest)
    now.settle(name, sequence, digest)


def test_figures_count_records_that_anybody_denies_and_no_record_that_is_only_said_to_be_kept(
    desk: Desk,
) -> None:
    desk.write(allegation("first"), allegation("later", "2025-06-01"), report("k", **KEPT))

    def counted() -> tuple[int, int]:
        with desk.view() as view:
            (group,) = figures(view, desk.reader, "agreement", ({}, {}))
        return group.alleged, group.alleged_denied

    assert counted() == (2, 0)
    desk.write(report("d", **DENIAL))
    assert counted() == (2, 1)
    desk.write(report("e", **DENIAL | {"denies": {"event": "later/e"}}))
    assert counted() == (2, 2)
    retract(desk.repository, "report", "d", "withdrawn")
    retract(desk.repository, "report", "e", "withdrawn")
    desk.repository.follow(at_once=True)
    assert counted() == (2, 0)


def test_who_denies_an_agreement_is_found_by_its_terms(desk: Desk) -> None:
    point = {"denies": TRUCE | {"term": "1"}}
    desk.write(report("whole", **DENIAL), report("point", **DENIAL | point), report("kept", **KEPT))
    with desk.view() as view:
        found = {
            entry.iri.split("/")[-3]: {
                value.rpartition("/")[2] for name, value in entry.values if name == "term"
            }
            for entry in entries(view, desk.reader)
            if entry.iri.endswith("/claim/k")
        }
    assert found == {"whole": {"1"}, "point": {"1"}, "kept": {"1"}}


@pytest.mark.parametrize("seed", range(3))
def test_any_records_and_answers_are_put_together_as_by_sparql(desk: Desk, seed: int) -> None:
    choice = random.Random(seed)  # noqa: S311 - no secret
    for turn in range(4):
        batch = [drawn(choice, f"r{turn}{number}") for number in range(6)]
        desk.write(*batch)
        if turn:
            name = choice.choice([one["id"] for one in batch])
            retract(desk.repository, "report", name, "withdrawn")
            desk.repository.follow(at_once=True)
        answered = 0
        for record in desk.records():
            for name, pattern, total in (
                (DENYING, denying("it"), "denials_total"),
                (KEEPING, meeting("it", MEETS), "fulfilment_total"),
            ):
                of_it = f"  VALUES ?it {{ UNDEF }} # @param it\n{pattern}"
                query = f"{HEAD}SELECT DISTINCT ?claim WHERE {{\n{of_it}\n}}"
                rows = desk.repository.store.select(bind(query, {"it": [URIRef(record["id"])]})).rows
                asked = desk.claims(**{name: record["id"]})
                assert {f"{BASE}report/{one.replace('/', '/claim/')}" for one in asked} == {
                    str(claim) for (claim,) in rows
                }
                assert record[total] == len(asked)
                answered += len(asked)
        with desk.view() as view:
            denied = {one["id"] for one in desk.records() if one["denials_total"]}
            assert denied == of(view, view.kinds_apart(RECORDS, {})["denied"])
    assert answered


def of(view: View, rows: Any) -> set[str]:
    """Return the records of these numbers."""
    found: set[str] = set()
    for held in view.rows(RECORDS):
        place = view._place(RECORDS, held.iri)  # noqa: SLF001 - which number it has
        assert place is not None
        if place[1] in rows:
            found.add(held.iri)
    return found


def drawn(choice: random.Random, name: str) -> dict[str, Any]:
    """Return a report that alleges, denies or says that something was kept, of some day or none."""
    target = choice.choice((TRUCE, TRUCE | {"term": "1"}))
    who = choice.choice(("elbonia", "elbonian-army", "elbonian-guns", "ruritania"))
    kind = choice.choice(("alleges", "alleges", "denies", "asserts_fulfilment"))
    said: dict[str, Any] = {kind: target, "modality": "denied" if kind == "denies" else "alleged"}
    if kind != "asserts_fulfilment" or choice.random() < 0.5:
        said["perpetrators"] = [who]
    if kind == "alleges":
        said |= {"about": "e"} | choice.choice(({"time": "2025-03-10"}, {"time": "2025-04-04"}, {}))
    document = report(name, **said)
    document["issued"] = choice.choice(("2025-03-12", "2025-04-01", "2025-05-01"))
    if choice.random() < 0.2:
        document.pop("issued")
    return document
