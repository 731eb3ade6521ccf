"""Events that may be one are proposed as people who read both accounts would, and nothing else happens."""

from __future__ import annotations

import csv
import hashlib
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from kg import pipeline
from kg.errors import DocumentError, NotFoundError
from kg.linking import LEAST, KeptProposals, accounts, proposals
from kg.linking.accounts import of_events
from kg.linking.compare import PRIOR, compare
from kg.pipeline import linking, read_graph, retract
from kg.pipeline.review import reviews, withdraw
from kg.pipeline.withdraw import redact
from kg.query.lookups import Reader
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.linking import Proposal
    from kg.linking.accounts import Account
    from kg.pipeline.linking import Told

pytestmark = pytest.mark.slow

LABELLED = Path(__file__).parent / "labelled"
SLICES = {"ucdp-ged": "ged", "labelled-press": "press", "labelled-field": "field"}
CLOSURES = ("armenpress-1061764/closure", "kavkaz-uzel-56553/closure")


def labelled() -> list[dict[str, str]]:
    with (LABELLED / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_held(matter: str) -> bool:
    """Return whether pairs of a matter are of the half that is set apart, by the rule of the README."""
    return int(hashlib.sha256(matter.encode()).hexdigest()[0], 16) % 2 == 0


def name(identifier: str) -> str:
    """Return what the labelled pairs call an event."""
    report, _, key = identifier.partition("/")
    return next((f"{short}/{key}" for begin, short in SLICES.items() if report.startswith(begin)), identifier)


@pytest.fixture(scope="module")
def every(told: Path) -> list[Account]:
    """Return all accounts as if nobody had said yet which are one."""
    with read_graph(told) as opened:
        return [replace(account, cluster=None) for account in accounts(opened.store)]


@pytest.fixture(scope="module")
def proposed(every: list[Account]) -> list[Proposal]:
    return list(proposals(every))


@pytest.fixture
def store(told: Path, tmp_path: Path) -> Path:
    """Return a copy of the store, with its proposals, to be changed."""
    folder = Path(shutil.copytree(told, tmp_path / "store"))
    with read_graph(folder) as opened:
        linking.propose(opened.store, opened.sequence, folder)
    return folder


def listed(folder: Path, status: linking.Status | None = None) -> dict[frozenset[str], Told]:
    with read_graph(folder) as opened:
        reader = Reader.of(opened.store, opened.store.stamp.base)
        found, _ = linking.told(reader, folder, 10_000, status=status)
    return {pair(one.proposal): one for one in found}


def pair(proposal: Proposal) -> frozenset[str]:
    return frozenset((proposal.one, proposal.other))


def measured(found: Iterable[Proposal], *, held: bool) -> tuple[float, float]:
    """Return precision and recall on a half of the labelled pairs."""
    named = {frozenset(map(name, pair(one))) for one in found}
    half = [row for row in labelled() if is_held(row["matter"]) == held]
    right = [row["same"] == "yes" for row in half if frozenset((row["one"], row["other"])) in named]
    return sum(right) / len(right), sum(right) / sum(row["same"] == "yes" for row in half)


def test_the_labelled_pairs_are_many_and_of_events_that_are_there(told: Path) -> None:
    pairs = labelled()
    with read_graph(told) as opened:
        base = f"{opened.store.stamp.base}report/"
        quads = opened.store.quads(predicate=SVD.describedIn)
        known = {name(str(quad[0]).removeprefix(base).replace("/event/", "/", 1)) for quad in quads}
    assert len(pairs) >= 150
    assert len({frozenset((row["one"], row["other"])) for row in pairs}) == len(pairs)
    assert {row["same"] for row in pairs} == {"yes", "no"}
    assert 0.4 < sum(is_held(row["matter"]) for row in pairs) / len(pairs) < 0.6
    assert {event for row in pairs for event in (row["one"], row["other"])} <= known


@pytest.mark.parametrize("held", [True, False])
def test_nine_of_ten_proposals_are_right_and_six_of_ten_pairs_are_found(
    proposed: list[Proposal], *, held: bool
) -> None:
    precision, recall = measured(proposed, held=held)
    assert precision >= 0.9
    assert recall >= 0.6


def test_the_score_is_what_the_reasons_come_to(proposed: list[Proposal]) -> None:
    for one in proposed:
        total = PRIOR + sum(reason.weight for reason in one.reasons)
        assert one.score == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-4)
        assert one.score >= LEAST
        assert {reason.about for reason in one.reasons} == {
            "time",
            "place",
            "actors",
            "counts",
            "kind",
            "words",
        }
        assert all(reason.words for reason in one.reasons)


def test_nothing_is_proposed_within_one_report_or_dataset(
    every: list[Account], proposed: list[Proposal]
) -> None:
    source = {account.id: account.source for account in every}
    assert all(source[one.one] != source[one.other] for one in proposed)


def test_it_makes_no_difference_in_which_order_events_come(
    every: list[Account], proposed: list[Proposal]
) -> None:
    assert list(proposals(reversed(every))) == proposed
    for one, other in zip(every, every[7:], strict=False):
        assert compare(one, other).score == compare(other, one).score


def test_to_propose_changes_nothing_in_the_store(store: Path) -> None:
    with read_graph(store) as opened:
        before, count = opened.head, len(opened.store.quads())
        linking.propose(opened.store, opened.sequence, store)
    with read_graph(store) as opened:
        assert (opened.head, len(opened.store.quads())) == (before, count)
    assert KeptProposals(store).standing() is not None


def test_what_is_accepted_is_one_and_what_is_withdrawn_is_open_again(store: Path) -> None:
    one = next(key for key, each in listed(store, "open").items() if each.proposal.score > 0.9)
    first, second = sorted(one)
    with pipeline.open_graph(store, "link") as opened:
        (entry,) = linking.decide(
            opened, [linking.Decision(first, second, "accepted", "The same day and number.")], "Mary"
        )
    assert listed(store)[one].status == "accepted"
    with pipeline.open_graph(store, "link") as opened:
        base = f"{opened.store.stamp.base}report/"
        same = of_events(opened.store, [base + each.replace("/", "/event/", 1) for each in one])
        assert len({account.cluster for account in same}) == 1
        withdraw(opened, entry.identifier, "Mary", "It was another village.")
    assert listed(store)[one].status == "open"


def test_what_is_rejected_stays_two_and_is_told_so(store: Path) -> None:
    one = next(iter(listed(store, "open")))
    first, second = sorted(one)
    with pipeline.open_graph(store, "link") as opened:
        linking.decide(opened, [linking.Decision(first, second, "rejected", "Two streets.")], "Mary")
        (review,) = [each for each in reviews(opened.store) if set(each.about) == set(one)]
    assert review.status == "rejected"
    assert listed(store)[one].status == "rejected"
    assert one not in listed(store, "open")


def test_what_was_taken_back_or_redacted_is_proposed_no_more(store: Path) -> None:
    with pipeline.open_graph(store, "retract") as opened:
        retract(opened, "report", "labelled-press", "It was made up.", agent="Mary")
    assert listed(store)
    assert not any(event.startswith("labelled-press/") for key in listed(store) for event in key)
    with pipeline.open_graph(store, "redact") as opened:
        redact(opened, "report", "labelled-field", "It names victims.", agent="Mary")
    assert not (store / "linking").exists(), "names of what was redacted stay in no file"


def test_decisions_are_taken_from_the_file_that_was_written(store: Path) -> None:
    found = list(listed(store, "open").values())[:3]
    said = yaml.safe_load(linking.written(found))
    assert linking.read_decisions(linking.written(found), "links.yaml") == ()
    said["events"][0] |= {"decision": "same", "reason": "As it says.", "confidence": 0.8}
    said["events"][1] |= {"decision": "different", "reason": "Two streets."}
    decisions = linking.read_decisions(yaml.safe_dump(said), "links.yaml")
    with pipeline.open_graph(store, "link") as opened:
        linking.decide(opened, decisions, "Mary")
    now = listed(store)
    assert [now[pair(one.proposal)].status for one in found] == ["accepted", "rejected", "open"]


@pytest.mark.parametrize(
    ("change", "field", "hint"),
    [
        ({"decision": "perhaps", "reason": "x"}, "events[0].decision", "same, or different"),
        ({"decision": "same"}, "events[0].reason", "and why"),
        ({"decision": "same", "reason": "x", "confidnce": 1}, "events[0].confidnce", "confidence"),
    ],
)
def test_what_is_wrong_in_a_file_of_decisions_is_told_by_its_field(
    change: dict[str, object], field: str, hint: str
) -> None:
    entry = {"one": "a/b", "other": "c/d", "decision": None, "reason": None} | change
    with pytest.raises(DocumentError) as caught:
        linking.read_decisions(yaml.safe_dump({"kind": "links", "events": [entry]}), "links.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.field) == ("links.yaml", field)
    assert hint in str(problem.hint)


def test_of_decisions_none_is_taken_where_one_names_an_event_that_is_not_there(store: Path) -> None:
    first, second = sorted(next(iter(listed(store, "open"))))
    wrong = [
        linking.Decision(first, second, "accepted", "As it says."),
        linking.Decision(first, "nobody/nothing", "accepted", "As it says."),
    ]
    with pipeline.open_graph(store, "link") as opened:
        before = opened.sequence
        with pytest.raises(NotFoundError):
            linking.decide(opened, wrong, "Mary")
        assert opened.sequence == before


def test_names_that_are_linked_to_nothing_are_told_with_counts(told: Path) -> None:
    with read_graph(told) as opened:
        found = {one.id: one for one in linking.unlinked(opened.store)}
    assert found["ucdp-actor-4456"].label == "Syrian insurgents"
    assert found["ucdp-actor-4456"].codes == {"ucdp_actor_id": "4456"}
    assert found["ucdp-actor-4456"].claims > 30
    assert not {"syria", "azerbaijan", "artsakh"} & set(found), "what a code list knows is linked"
    assert all(one.claims for one in found.values())
