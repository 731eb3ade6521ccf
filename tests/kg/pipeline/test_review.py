"""Reviews: what they add, what rests on them, and that one taken back leaves the graph as it was."""

from __future__ import annotations

import calendar
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg import resources
from kg.errors import DependentsError, DocumentError, NonConformingError, NotFoundError, ServandaError
from kg.headline import headline
from kg.journal import Action
from kg.pipeline import ingest, initialise, open_graph, redact, retract
from kg.pipeline.change import Change
from kg.pipeline.review import SameEvent, Verdict, decide, relate, reviews, withdraw
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.query.lookups import Reader, Selection, events, violations
from kg.terms import DCTERMS, OA, PROV, RDF, RDFS, SKOS, SVD, XSD, concept
from kg.validate.shacl import load_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.pipeline import Repository
    from kg.store import OxigraphStore, Rows

BASE = "https://w3id.org/servanda/id/"
ROOT = Path(__file__).parents[3]
DATA = Path(str(resources.data()))
SEED = "seed-syunik-highway-2021"
ALLEGED = "cef147ac443af9684f1606cb0f50f03035e0357eb134c9f205ada6db45a4a2ed"
"""The one allegation of the seed article, which names no term."""
DISRUPTION = "armradio-2023-02-22/disruption"
CLOSURE = "massis-post-2023-02-22/closure"
"""Two accounts of the Lachin corridor; the second holds a denial, and says that both are about one event."""
SAYS_SO = f"""    same_event_as:
      - event: {DISRUPTION}
        confidence: 0.95
        reason: Both texts are about the same order of the court and the same corridor.
        status: accepted
"""
REASON = "Both texts are about the same order of the court and the same corridor."
MARY = "Mary Keller"


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store once, with the seed and all accounts, in which nobody says that the two events are one."""
    place = tmp_path_factory.mktemp("apart")
    accounts = Path(shutil.copytree(DATA / "accounts", place / "accounts"))
    document = accounts / "massis-post-2023-02-22.yaml"
    text = document.read_text("utf-8")
    assert text.count(SAYS_SO) == 1
    document.write_text(text.replace(SAYS_SO, ""), "utf-8")
    _made(place / "store", accounts)
    return place / "store"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store once, with the seed and all accounts as they are."""
    folder = tmp_path_factory.mktemp("together") / "store"
    _made(folder, DATA / "accounts")
    return folder


def _made(folder: Path, accounts: Path) -> None:
    with initialise(folder, BASE) as made:
        assert {outcome.status for outcome in ingest(made, [DATA / "seed", accounts])} == {"added"}


@pytest.fixture
def folder(apart: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(apart, tmp_path / "store"))


@pytest.fixture
def repository(folder: Path) -> Iterator[Repository]:
    with open_graph(folder) as opened:
        yield opened


def graphs(store: OxigraphStore) -> dict[str, set[bytes]]:
    """Return the lines of each graph but that of the commits."""
    found: dict[str, set[bytes]] = {}
    for line in store.nquads().splitlines():
        name = line.removesuffix(b" .").rpartition(b" ")[2].decode().strip("<>").removeprefix(BASE)
        found.setdefault(name, set()).add(line)
    assert found.pop("graph/commits")
    return found


def clusters(store: OxigraphStore) -> dict[str, str]:
    reader = Reader.of(store, BASE)
    return {name: str(events.event(reader, name).cluster) for name in (DISRUPTION, CLOSURE)}


def test_a_verdict_says_of_what_by_whom_why_and_when_in_a_graph_of_its_own(repository: Repository) -> None:
    before = graphs(repository.store)
    entry = decide(repository, Verdict(ALLEGED, "disputed", f" {MARY} ", " шаткое основание ", "RU"))
    number = repository.sequence
    assert (entry.sequence, entry.identifier, entry.kind) == (number, str(number), "review")
    assert (entry.action, entry.agent, entry.revision) == (Action.ADD, MARY, 1)
    graph = URIRef(f"{BASE}graph/review/{number}")
    review = URIRef(f"{BASE}review/{number}")
    said = repository.store.graph(graph)
    (moment,) = (value for _, predicate, value in said if predicate == PROV.generatedAtTime)
    assert isinstance(moment, Literal)
    assert moment.datatype == XSD.dateTime
    assert entry.time[:10] == str(moment)[:10]
    assert said == {
        (review, RDF.type, SVD.Review),
        (review, DCTERMS.identifier, Literal(str(number))),
        (review, OA.hasTarget, URIRef(f"{BASE}violation/{ALLEGED}")),
        (review, SVD.verdict, concept("verdict", "disputed")),
        (review, SVD.reviewer, Literal(MARY)),
        (review, SVD.reason, Literal("шаткое основание", lang="ru")),
        (review, PROV.generatedAtTime, moment),
    }
    after = graphs(repository.store)
    assert after.pop(f"graph/review/{number}")
    assert after == before, "neither the record nor anything else has changed"


def test_a_review_that_two_events_are_one_counts_as_if_a_document_said_so(
    repository: Repository, together: Path
) -> None:
    before = graphs(repository.store)
    assert len(set(clusters(repository.store).values())) == 2
    entry = relate(repository, SameEvent(CLOSURE, DISRUPTION, MARY, REASON, "0.95"))
    after = graphs(repository.store)
    with open_graph(together) as expected:
        by_document = graphs(expected.store)
    assert after["graph/inference"] == by_document["graph/inference"]
    assert after["graph/inference"] != before["graph/inference"]
    assert len(set(clusters(repository.store).values())) == 1
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed == {"graph/inference", f"graph/review/{entry.identifier}"}


def test_what_a_mistaken_review_put_on_a_record_goes_with_it(repository: Repository) -> None:
    """A road closed in 2023 is not ground seized in 2021; said to be one, both are denied by one denial."""
    reader = Reader.of(repository.store, BASE)

    def denials() -> set[str]:
        found, _ = violations.violations(reader, Selection({"report": SEED, "status": "candidate"}))
        assert len(found) == 1
        return {piece.claim for item in found for piece in item.denials}

    assert denials() == set()
    entry = relate(repository, SameEvent(f"{SEED}/seizure", CLOSURE, MARY, "a slip"))
    assert denials() == {"massis-post-2023-02-22/closure-denied"}
    withdraw(repository, entry.identifier, MARY, "they are of different years")
    assert denials() == set()


@pytest.mark.parametrize("kind", ["verdict", "same event"])
def test_a_review_taken_back_leaves_the_graphs_as_they_were(repository: Repository, kind: str) -> None:
    before = graphs(repository.store)
    if kind == "verdict":
        made = decide(repository, Verdict(ALLEGED, "rejected", MARY, "no act is named"))
    else:
        made = relate(repository, SameEvent(DISRUPTION, CLOSURE, MARY, REASON))
    assert graphs(repository.store) != before
    taken = withdraw(repository, made.identifier, "Ivan", "it was hasty")
    assert graphs(repository.store) == before
    assert (taken.action, taken.identifier, taken.agent) == (Action.RETRACT, made.identifier, "Ivan")
    assert taken.reason == "it was hasty"
    assert repository.journal is not None
    _, payload = repository.journal.record(made.sequence)
    assert payload is not None
    assert MARY.encode() in payload, "the journal keeps what was said"


def test_two_reviewers_may_say_so_and_the_events_are_one_until_the_last_takes_it_back(
    repository: Repository,
) -> None:
    first = relate(repository, SameEvent(DISRUPTION, CLOSURE, MARY, REASON))
    second = relate(repository, SameEvent(CLOSURE, DISRUPTION, "Ivan", "the same court, the same case"))
    withdraw(repository, first.identifier, MARY, "too hasty")
    assert len(set(clusters(repository.store).values())) == 1
    withdraw(repository, second.identifier, "Ivan", "too hasty")
    assert len(set(clusters(repository.store).values())) == 2


def test_reviews_are_listed_in_the_order_in_which_they_were_made_and_stay_after_a_restart(
    folder: Path,
) -> None:
    with open_graph(folder) as opened:
        assert reviews(opened.store) == ()
        one = decide(opened, Verdict(ALLEGED, "corroborated", MARY, "a second source says so"))
        other = relate(
            opened, SameEvent(DISRUPTION, f"{BASE}report/{CLOSURE.replace('/', '/event/')}", "Ivan", "x")
        )
        third = decide(opened, Verdict(f"{BASE}violation/{ALLEGED}", "rejected", "Ivan", "nein", "de"))
        before = reviews(opened.store)
    with open_graph(folder) as opened:
        assert reviews(opened.store) == before
    assert [review.id for review in before] == [one.identifier, other.identifier, third.identifier]
    assert [review.kind for review in before] == ["violation", "same-event", "violation"]
    assert [review.verdict for review in before] == ["corroborated", None, "rejected"]
    assert [review.confidence for review in before] == [None, 1, None]
    assert [review.reviewer for review in before] == [MARY, "Ivan", "Ivan"]
    assert [review.language for review in before] == ["en", "en", "de"]
    assert before[0].about == (f"{BASE}violation/{ALLEGED}",)
    assert before[1].about == (DISRUPTION, CLOSURE)


def test_a_verdict_outlasts_the_record_that_it_is_on_and_says_so(tmp_path: Path) -> None:
    with initialise(tmp_path / "store", BASE) as opened:
        ingest(opened, [DATA / "seed"])
        decide(opened, Verdict(ALLEGED, "rejected", MARY, "no act is named"))
        assert [review.current for review in reviews(opened.store)] == [True]
        retract(opened, "report", SEED, "to be read again")
        assert [(review.about[0], review.current) for review in reviews(opened.store)] == [
            (f"{BASE}violation/{ALLEGED}", False),
        ]
        ingest(opened, [DATA / "seed"], again=True)
        assert [review.current for review in reviews(opened.store)] == [True]


def test_a_report_whose_event_is_under_review_stays_until_the_review_is_withdrawn(
    repository: Repository,
) -> None:
    made = relate(repository, SameEvent(DISRUPTION, CLOSURE, MARY, REASON))
    with pytest.raises(DependentsError, match=f"review {made.identifier}"):
        retract(repository, "report", "massis-post-2023-02-22", "to be read again")
    withdraw(repository, made.identifier, MARY, "its report goes")
    retract(repository, "report", "massis-post-2023-02-22", "to be read again")


def test_the_beginning_of_a_hash_names_a_record(repository: Repository) -> None:
    decide(repository, Verdict(ALLEGED[:8], "rejected", MARY, "no act is named"))
    (review,) = reviews(repository.store)
    assert review.about == (f"{BASE}violation/{ALLEGED}",)


WRONG: list[tuple[Verdict | SameEvent | str, type[ServandaError], tuple[str, ...]]] = [
    (Verdict("00ff", "rejected", MARY, "x"), NotFoundError, ("no violation '00ff'",)),
    (Verdict("00000000", "rejected", MARY, "x"), NotFoundError, ("begins with '00000000'",)),
    (Verdict(f"{BASE}actor/armenia", "rejected", MARY, "x"), NotFoundError, ("actor/armenia",)),
    (Verdict(ALLEGED, "true", MARY, "x"), DocumentError, ("verdict", "'true'", "corroborated", "disputed")),
    (Verdict(ALLEGED, "x> <y", MARY, "x"), DocumentError, ("verdict", "rejected")),
    (Verdict(ALLEGED, "rejected", " ", "", "e n"), DocumentError, ("by: ", "reason: ", "lang: 'e n'")),
    (Verdict(ALLEGED, "rejected", MARY, "bell\x07"), DocumentError, ("reason", "U+0007")),
    (Verdict(ALLEGED, "rejected", "half \ud800", "x"), DocumentError, ("by", "U+D800")),
    (SameEvent(DISRUPTION, DISRUPTION, MARY, "x"), NonConformingError, ("events", "two different events")),
    (SameEvent(DISRUPTION, CLOSURE, MARY, "x", "1.5"), NonConformingError, ("confidence", "between 0 and 1")),
    (SameEvent(DISRUPTION, CLOSURE, MARY, "x", "sure"), DocumentError, ("confidence", "'sure'")),
    (SameEvent(DISRUPTION, CLOSURE[:-1], MARY, "x"), NotFoundError, (f"did you mean {CLOSURE}",)),
    (SameEvent(f"{SEED}/c1", CLOSURE, MARY, "x"), NotFoundError, (f"no event '{SEED}/c1'",)),
    (SameEvent("closure", CLOSURE, MARY, "x"), NotFoundError, ("no event 'closure'",)),
    ("1", NotFoundError, ("no review '1'", "there is none")),
]


def review(repository: Repository, attempt: Verdict | SameEvent | str) -> None:
    if isinstance(attempt, Verdict):
        decide(repository, attempt)
    elif isinstance(attempt, SameEvent):
        relate(repository, attempt)
    else:
        withdraw(repository, attempt, MARY, "x")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong[0])[:60].encode("ascii", "replace"))
def test_what_cannot_be_reviewed_so_is_refused_and_nothing_is_journalled(
    repository: Repository, wrong: tuple[Verdict | SameEvent | str, type[ServandaError], tuple[str, ...]]
) -> None:
    attempt, error, words = wrong
    before, sequence = repository.store.nquads(), repository.sequence
    with pytest.raises(error) as refused:
        review(repository, attempt)
    for word in words:
        assert word in str(refused.value)
    assert type(refused.value) is error
    assert (repository.store.nquads(), repository.sequence) == (before, sequence)


def test_a_refusal_by_the_shapes_carries_their_report(repository: Repository) -> None:
    with pytest.raises(NonConformingError) as refused:
        relate(repository, SameEvent(CLOSURE, CLOSURE, MARY, "x"))
    (problem,) = refused.value.problems
    assert problem.rule == "https://w3id.org/servanda/shapes#SameEventAssertion-relatesEvent"
    assert "sh:MinCountConstraintComponent" in refused.value.report.replace(
        "<http://www.w3.org/ns/shacl#", "sh:"
    )


def test_a_review_is_withdrawn_once_and_by_a_name_with_a_reason(repository: Repository) -> None:
    made = decide(repository, Verdict(ALLEGED, "rejected", MARY, "no act is named"))
    with pytest.raises(DocumentError) as refused:
        withdraw(repository, made.identifier, "", "\n")
    assert [problem.field for problem in refused.value.problems] == ["by", "reason"]
    with pytest.raises(NotFoundError, match=f"there are {made.identifier}$"):
        withdraw(repository, f"{SEED}/1", MARY, "x")
    withdraw(repository, made.identifier, MARY, "x")
    with pytest.raises(NotFoundError, match="there is none"):
        withdraw(repository, made.identifier, MARY, "x")
    again = decide(repository, Verdict(ALLEGED, "rejected", MARY, "no act is named"))
    assert again.identifier != made.identifier, "a number is never given twice"


def test_a_redacted_review_leaves_its_reason_nowhere(folder: Path) -> None:
    words = "Ein Satz, den ein Gericht verboten hat"
    with open_graph(folder) as opened:
        made = decide(opened, Verdict(ALLEGED, "rejected", MARY, words, "de"))
        redact(opened, "review", made.identifier, "order of a court")
        assert reviews(opened.store) == ()
    with open_graph(folder) as opened:
        assert words.encode() not in opened.store.nquads()
        assert opened.journal is not None
        assert not any(words in str(entry) for entry in opened.journal.entries())
        assert all(words.encode() not in (payload or b"") for _, payload in opened.journal.records())


def test_the_bookkeeping_of_documents_and_reviews_has_the_shape_that_is_promised(
    repository: Repository,
) -> None:
    made = decide(repository, Verdict(ALLEGED, "rejected", MARY, "no act is named"))
    other = decide(repository, Verdict(ALLEGED, "disputed", MARY, "an act is named"))
    withdraw(repository, made.identifier, MARY, "it was hasty")
    redact(repository, "review", other.identifier, "order of a court")
    kept = repository.store.graph(URIRef(f"{BASE}graph/commits"))
    for kind in (SVD.Document, SVD.Revision, SVD.Change):
        assert any(value == kind for _, predicate, value in kept if predicate == RDF.type)
    around = {
        triple
        for triple in ontology_triples() | vocabulary_triples()
        if triple[1] in {RDF.type, RDFS.subClassOf, SKOS.inScheme}
    }
    report = validate(kept, around, load_shapes(resources.ontology() / "shapes"))
    assert report.results == ()


def spelled(moment: str) -> str:
    """Return `2026-11-22T17:30:00Z` as 22 November 2026."""
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def test_lookups_and_headline_tell_the_reviews_beside_what_the_rules_found(repository: Repository) -> None:
    reader = Reader.of(repository.store, BASE)
    assert violations.violation(reader, ALLEGED).reviews == ()
    plain = headline(repository.store)
    one = decide(repository, Verdict(ALLEGED, "corroborated", MARY, "a second source says so"))
    other = decide(repository, Verdict(ALLEGED, "rejected", "Ivan", "no act is named"))
    item = violations.violation(reader, ALLEGED)
    assert [(review.id, review.verdict, review.reviewer, review.reason) for review in item.reviews] == [
        (one.identifier, "corroborated", MARY, "a second source says so"),
        (other.identifier, "rejected", "Ivan", "no act is named"),
    ]
    assert item.status == "alleged", "a verdict changes no status"
    when = spelled(str(item.reviews[0].decided_at))
    added = [line for line in headline(repository.store).splitlines() if line not in plain.splitlines()]
    assert added[0] == f"    reviewed: corroborated by {MARY}, {when}: a second source says so"
    assert [line.split(" by ")[0].strip() for line in added] == [
        "reviewed: corroborated",
        "reviewed: rejected",
    ]


def test_a_page_costs_the_same_queries_however_many_reviews_there_are(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    select = type(repository.store).select

    def counting(self: OxigraphStore, query: str) -> Rows:
        asked.append(query)
        return select(self, query)

    numbers = []
    for verdict in (None, "rejected", "disputed", "corroborated"):
        if verdict is not None:
            decide(repository, Verdict(ALLEGED, verdict, MARY, "x"))
        with monkeypatch.context() as patched:
            patched.setattr(type(repository.store), "select", counting)
            asked.clear()
            violations.violations(Reader.of(repository.store, BASE), Selection(limit=100))
        numbers.append(len(asked))
    assert len(set(numbers)) == 1
    assert numbers[0] > 0


def test_an_event_tells_who_takes_it_for_another(repository: Repository) -> None:
    reader = Reader.of(repository.store, BASE)
    made = relate(repository, SameEvent(DISRUPTION, CLOSURE, MARY, REASON, "0.8"))
    (same,) = events.event(reader, DISRUPTION).same_event
    assert (same.event.id, same.confidence, same.reason) == (CLOSURE, 0.8, REASON)
    assert (same.author, same.review, same.status) == (MARY, made.identifier, "accepted")
    stated = events.event(reader, f"{SEED}/seizure").same_event
    assert {other.event.id.partition("/")[0] for other in stated} == {
        "armenpress-1061764",
        "kavkaz-uzel-56553",
        "panarmenian-295127",
        "rferl-31429111",
        "tass-1330905",
    }
    assert {(other.author, other.review) for other in stated} == {("Servanda editors", None)}


@pytest.fixture
def servanda(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kg", "review", *arguments, "--store", str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_reviews_are_made_listed_and_taken_back_on_the_command_line(
    servanda: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert servanda("list").stdout == "No reviews.\n"
    records = servanda("records").stdout.splitlines()
    place = records.index(ALLEGED)
    assert records[place + 1].strip() == "alleged: nk-2020-11-10, against Azerbaijan"
    made = servanda("violation", ALLEGED[:10], "rejected", "--by", MARY, "--reason", "no act is named")
    assert made.returncode == 0, made.stderr
    number = made.stderr.split()[1].rstrip(":")
    assert made.stderr == f"review {number}: rejected\n"
    related = servanda(
        "same-event", DISRUPTION, CLOSURE, "--by", MARY, "--reason", "один суд", "--lang", "ru",
        "--confidence", "0.60",
    )  # fmt: skip
    assert related.returncode == 0, related.stderr
    one, other = json.loads(servanda("list", "--json").stdout)
    assert (one["id"], one["verdict"], one["reviewer"]) == (number, "rejected", MARY)
    assert (other["kind"], other["confidence"], other["reason"]) == ("same-event", 0.6, "один суд")
    lines = servanda("list").stdout.splitlines()
    assert lines[0] == f"{number}  rejected: {BASE}violation/{ALLEGED}"
    assert lines[1] == f"    {MARY}, {one['decided_at']}: no act is named"
    assert lines[2] == f"{other['id']}  the same event, confidence 0.6: {DISRUPTION} and {CLOSURE}"
    assert "    reviewed: rejected by Mary Keller" in servanda("records").stdout.splitlines()
    taken = servanda("withdraw", number, "--by", MARY, "--reason", "too hasty")
    assert (taken.returncode, taken.stderr) == (0, f"review {number} is withdrawn\n")
    assert [item["id"] for item in json.loads(servanda("list", "--json").stdout)] == [other["id"]]


def test_a_mistake_on_the_command_line_is_told_in_words(
    servanda: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    refused = servanda("violation", ALLEGED, "true", "--by", MARY, "--reason", "x")
    assert refused.returncode == 1
    assert refused.stderr == (
        "review: verdict: unknown verdict 'true' [code/unknown] — one of: corroborated, disputed, rejected\n"
    )
    unsigned = servanda("violation", ALLEGED, "rejected", "--reason", "x")
    assert unsigned.returncode == 2
    assert "--by" in unsigned.stderr


def test_a_review_never_takes_the_place_of_one_that_came_with_a_dump(repository: Repository) -> None:
    """In a store that was made of a dump, reviews bear numbers that changes have yet to reach."""
    found, _ = violations.violations(Reader.of(repository.store, repository.store.stamp.base), Selection())
    base = repository.store.stamp.base
    ahead = str(repository.sequence + 2)
    graph, subject = URIRef(f"{base}graph/review/{ahead}"), URIRef(f"{base}review/{ahead}")
    triples = frozenset({(subject, RDF.type, SVD.Review), (subject, SVD.reviewer, Literal("Mary Keller"))})
    repository.commit([Change(Action.ADD, "review", ahead, "load", {graph: triples}, "0" * 64)])
    entry = decide(repository, Verdict(found[0].id, "disputed", "John Doe", "I was there."))
    assert (entry.sequence, entry.identifier, entry.revision) == (int(ahead), str(int(ahead) + 1), 1)
    assert repository.store.graph(graph) == triples
