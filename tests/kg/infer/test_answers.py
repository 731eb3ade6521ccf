"""Who answers whom is found by charges: in either order, and at the cost of what answers what."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups.answering import MEETS, denying, meeting
from kg.query.lookups.reader import HEAD

if TYPE_CHECKING:
    from kg.pipeline import Repository

TRUCE = {"agreement": "vale-truce"}
WORDS = {"quote": "The word stands", "gist": "So it is."}
DENIAL = {"modality": "denied", "denies": TRUCE, "perpetrators": ["elbonia"]}
FULFILMENT = {"modality": "asserted", "asserts_fulfilment": TRUCE, "perpetrators": ["elbonia"]}


def report(name: str, **fields: Any) -> dict[str, Any]:
    """Return a report of one claim."""
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": name,
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "issued": "2025-04-01",
        "text": f"The word stands, says {name}.",
        "events": [{"key": "e", "type": "shelling", "label": "What happened"}],
        "claims": [{"key": "k", **WORDS, **fields}],
    }


def allegation(name: str, day: str = "2025-03-10") -> dict[str, Any]:
    """Return a report that alleges a breach by guns of Elbonia."""
    return report(
        name, modality="alleged", about="e", perpetrators=["elbonian-guns"], alleges=TRUCE, time=day
    )


@pytest.fixture
def store(world: Any) -> Repository:
    """Return a store of the conflict, without reports."""
    world.documents.pop("report")
    made = empty_in_memory()
    assert not [problem for outcome in ingest(made, world.write()) for problem in outcome.problems]
    return made


def take_in(repository: Repository, folder: Any, *documents: dict[str, Any]) -> None:
    """Take documents in, one after another."""
    for document in documents:
        path = folder / f"{document['id']}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        (outcome,) = ingest(repository, [path])
        assert not outcome.problems, outcome.problems


def beside(repository: Repository) -> set[tuple[str, str]]:
    """Return which claims stand beside which reports' allegations."""
    answers = f"{{ {denying('record')} }} UNION {{ {meeting('record', MEETS)} }}"
    query = f"{HEAD}SELECT ?report ?claim WHERE {{ {answers} ?record svd:inReport ?report }}"
    rows = repository.store.select(query).rows
    return {(str(report).rpartition("/")[2], str(claim).split("/")[-3]) for report, claim in rows}


@pytest.mark.parametrize("answer", [DENIAL, FULFILMENT], ids=["denial", "fulfilment"])
@pytest.mark.parametrize("first", ["answer", "allegation"])
def test_an_answer_and_what_it_answers_find_each_other_in_either_order(
    store: Repository, tmp_path: Any, answer: dict[str, Any], first: str
) -> None:
    both = [report("answer", **copy.deepcopy(answer)), allegation("allegation")]
    take_in(store, tmp_path, *sorted(both, key=lambda one: one["id"] != first))
    assert beside(store) == {("allegation", "answer")}


def test_an_answer_that_is_revised_leaves_the_records_that_it_answers_no_more(
    store: Repository, tmp_path: Any
) -> None:
    take_in(store, tmp_path, report("answer", **DENIAL), allegation("one"), allegation("other"))
    assert beside(store) == {("one", "answer"), ("other", "answer")}
    take_in(store, tmp_path, report("answer", **DENIAL | {"perpetrators": ["ruritania"]}))
    assert beside(store) == set()
    take_in(store, tmp_path, report("answer", **DENIAL))
    assert beside(store) == {("one", "answer"), ("other", "answer")}


def test_nobody_answers_for_what_came_after_he_spoke(store: Repository, tmp_path: Any) -> None:
    take_in(store, tmp_path, report("answer", **DENIAL), allegation("later", "2025-04-04"))
    assert beside(store) == set()
    take_in(store, tmp_path, allegation("same-day", "2025-04-02"))
    assert beside(store) == {("same-day", "answer")}


def test_what_others_say_of_an_agreement_costs_a_report_nothing_that_it_does_not_answer(
    store: Repository, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    for name in ("held", "select", "quads"):
        ask = getattr(store.store, name)

        def counting(*args: Any, _ask: Any = ask, **named: Any) -> Any:
            found = _ask(*args, **named)
            asked.append(len(getattr(found, "rows", found)))
            return found

        monkeypatch.setattr(store.store, name, counting)
    costs = []
    for number in range(3):
        take_in(
            store,
            tmp_path,
            *(report(f"d-{number}-{one}", **DENIAL | {"perpetrators": ["ruritania"]}) for one in range(3)),
        )
        take_in(store, tmp_path, allegation(f"warming-{number}"))
        asked.clear()
        take_in(store, tmp_path, allegation(f"a-{number}"))
        costs.append((len(asked), sum(asked)))
    assert costs[1:] == costs[:-1]
