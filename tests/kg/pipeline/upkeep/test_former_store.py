"""A store and documents of the first version of the ontology load, say so in a word, and answer as before.

`former/store` is the journal that the version before 0.2.0 wrote of `former/documents`, and nothing else:
without secret, without times as wide as they can be, with `oa:refinedBy` and `eli:title`. What it answers was
written by hand.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.pipeline import ingest, open_graph
from kg.pipeline.reading import read_graph
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.query.questions import ask, find

pytestmark = pytest.mark.slow
FORMER = Path(__file__).parent / "former"
SCOPES = ("territorial_scope", "temporal_scope", "material_scope", "personal_scope")
NAMED = ("claims", "status", "basis", "term", "norm", "perpetrator", *SCOPES)
RECORDS = {
    ("c1", "candidate", "rule-inferred", "1", "1", "Upland", "in", "in", "in", "in"),
    ("c2", "alleged", "party-asserted", "1", "none", "Upland", "unknown", "in", "in", "in"),
}


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Give a copy of the store."""
    return Path(shutil.copytree(FORMER / "store", tmp_path / "store"))


def records(folder: Path) -> set[tuple[str, ...]]:
    with read_graph(folder) as reading:
        rows = ask(reading.store, find("01"), {}).rows
        assert {row["agreement"] for row in rows} == {"former-pact"}
        return {tuple(str(row[name]) for name in NAMED) for row in rows}


def test_it_is_opened_with_a_word_and_answers_by_the_rules_of_today(former: Path) -> None:
    words: list[str] = []
    with open_graph(former, tell=words.append):
        pass
    assert [word for word in words if "making the store anew from its journal" in word]
    assert records(former) == RECORDS
    found = verify(former)
    assert found.sound, found.first


def test_the_first_question_that_it_is_asked_is_answered_so_too(former: Path) -> None:
    assert records(former) == RECORDS


def test_its_documents_are_taken_in_again_and_change_no_answer(former: Path) -> None:
    with open_graph(former) as opened:
        told = {outcome.status for outcome in ingest(opened, [FORMER / "documents"])}
        assert told <= {"unchanged", "revised"}
        again = {outcome.status for outcome in ingest(opened, [FORMER / "documents"])}
        assert again == {"unchanged"}
    assert records(former) == RECORDS


def test_rebuilt_from_its_journal_it_is_brought_to_the_rules_of_today_when_it_is_opened(former: Path) -> None:
    made = rebuild(former)
    with open_graph(former) as opened:
        assert opened.sequence > made.sequence
    assert records(former) == RECORDS
    assert verify(former).sound
