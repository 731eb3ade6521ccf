"""Looking back: revisions, changes, and the graph as it was, by library and command line."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import Literal, URIRef

from api.cli import main
from kg.errors import BadParameterError, GoneError, NotFoundError, ServandaError
from kg.journal import Action, Journal, JournalReader
from kg.journal.entry import Draft
from kg.pipeline import history, initialise, open_graph, redact, retract, snapshots
from kg.pipeline.change import Change
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.past import at, snapshot
from kg.pipeline.records import position
from kg.store import from_nquads
from kg.terms import RDFS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Triple
    from kg.pipeline import Repository

BASE = "https://w3id.org/servanda/id/"
THING = URIRef(f"{BASE}report/radio")
GRAPH = URIRef(f"{BASE}graph/report/radio")
HEX = re.compile("[0-9a-f]{64}")


def said(words: str) -> frozenset[Triple]:
    return frozenset({(THING, RDFS.comment, Literal(words))})


def revise(repository: Repository, words: str, name: str = "radio") -> int:
    """Let a report say the words, and return the number of the change."""
    graph = URIRef(f"{BASE}graph/report/{name}")
    action = Action.REVISE if repository.store.graph(graph) else Action.ADD
    (entry,) = repository.commit([Change(action, "report", name, "Ann", {graph: said(words)}, words)])
    return entry.sequence


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with the ontology and the rules once: changes 1 and 2."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    initialise(folder, BASE, reference=False).close()
    return folder


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Path:
    """Return a store of four changes more: a report, its second revision, retracted, and taken in again."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    with open_graph(folder) as opened:
        assert [revise(opened, "one"), revise(opened, "two")] == [3, 4]
        assert retract(opened, "report", "radio", "It was wrong.", agent="Bea").sequence == 5
        assert revise(opened, "three") == 6
    discard_checkpoints(folder)  # one might stand at a change whose state a test wants to be rebuilt
    return folder


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Give a function that runs a command in this process: a second for each would be too long.

    Those that have a process of their own answer are begun in one that has no store open, as they always are.
    """

    def command(store: Path, *words: str, stdin: str = "") -> Done:
        monkeypatch.setenv("SERVANDA_AGENT", "Cy")
        if words[0] in {"ask", "query"}:
            whole = [sys.executable, "-m", "api", *words, "--store", str(store)]
            done = subprocess.run(whole, input=stdin, capture_output=True, text=True, timeout=60, check=False)
            return Done(done.returncode, done.stdout, done.stderr)
        monkeypatch.setattr(sys, "argv", ["servanda", *words, "--store", str(store)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Done(code, *capsys.readouterr())

    return command


# Revisions


def test_each_revision_is_told_with_what_became_of_it(store: Path) -> None:
    found = history.revisions(store, "report", "radio")
    assert [(item.number, item.sequence, item.action, item.state) for item in found] == [
        (1, 3, "add", "replaced"),
        (2, 4, "revise", "retracted"),
        (3, 6, "add", "current"),
    ]
    assert [(item.ended, item.ended_by, item.ended_for) for item in found] == [
        (4, "Ann", None),
        (5, "Bea", "It was wrong."),
        (None, None, None),
    ]
    assert [item.content_hash for item in found] == ["one", "two", "three"]
    assert {item.agent for item in found} == {"Ann"}


@pytest.mark.parametrize(("number", "words"), [(1, "one"), (2, "two"), (3, "three")])
def test_any_revision_says_what_it_said(store: Path, number: int, words: str) -> None:
    assert history.revision(store, BASE, "report", "radio", number) == said(words)


def test_a_revision_that_never_was_is_not_found_and_those_that_were_are_named(store: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no revision 4; there are: 1, 2, 3"):
        history.revision(store, BASE, "report", "radio", 4)
    with pytest.raises(NotFoundError, match="no report 'television' was ever in this store"):
        history.revisions(store, "report", "television")


def test_a_redacted_revision_is_gone_and_says_by_what_and_why_and_the_others_stay(store: Path) -> None:
    with open_graph(store) as opened:
        entry = redact(opened, "report", "radio", "A court order.", revision=2, agent="Bea")
    with pytest.raises(GoneError, match=f"redacted on {entry.time} by change 7: A court order.") as caught:
        history.revision(store, BASE, "report", "radio", 2)
    assert caught.value.sequence == 7
    assert [item.state for item in history.revisions(store, "report", "radio")] == [
        "replaced",
        "redacted",
        "current",
    ]
    assert history.revision(store, BASE, "report", "radio", 1) == said("one")


def test_words_are_gone_from_the_redaction_on_even_while_the_journal_still_holds_them(store: Path) -> None:
    with open_graph(store) as opened:
        change = Change(Action.REDACT, "report", "radio", "Bea", {GRAPH: frozenset()}, redacts=(6,))
        opened.commit([change])
        assert opened.journal is not None
        assert opened.journal.record(6)[1] is not None
        with pytest.raises(GoneError):
            history.revision(store, BASE, "report", "radio", 3)
        with pytest.raises(GoneError):
            history.revision_quads(store, "report", "radio")
        with snapshot(store, 6) as past:
            assert past.left_out == ("report radio",)
            assert past.store.graph(GRAPH) == frozenset()


def test_without_a_number_it_is_the_current_revision_or_gone(store: Path) -> None:
    assert history.revision_quads(store, "report", "radio") == frozenset(
        (*triple, GRAPH) for triple in said("three")
    )
    with open_graph(store) as opened:
        retract(opened, "report", "radio", "Wrong again.")
    with pytest.raises(GoneError, match=r"revision 3 .* retracted .* by change 7: Wrong again."):
        history.revision_quads(store, "report", "radio")


def test_a_state_that_is_open_or_a_checkpoint_tells_the_same_without_a_search(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_graph(store).close()
    searched = history.revisions(store, "report", "radio")
    read: list[int] = []
    entries = JournalReader.entries

    def counted(self: JournalReader, after: int = 0, until: int | None = None) -> Any:
        for entry in entries(self, after, until):
            read.append(entry.sequence)
            yield entry

    monkeypatch.setattr(JournalReader, "entries", counted)
    monkeypatch.setattr(history, "_SHORT", 0)
    assert history.revisions(store, "report", "radio") == searched
    assert read == [3, 4, 5, 6]
    with snapshot(store, 4) as past:
        read.clear()
        assert history.revisions(store, "report", "radio", past.store) == searched
        assert read == [3, 4, 5, 6]
    with open_graph(store) as opened:
        redact(opened, "report", "radio", "An order.", revision=1)
        discard_checkpoints(store)
        assert history.revisions(store, "report", "radio", opened.store) == history.revisions(
            store, "report", "radio"
        )


@pytest.mark.parametrize(
    "name", ["report/radio", "graph/report/radio", "document/report/radio", "agreement/truce"]
)
@pytest.mark.parametrize("base", ["", BASE])
def test_a_document_goes_by_its_kind_and_id_and_by_its_iris(base: str, name: str) -> None:
    kind, _, identifier = name.removeprefix("graph/").removeprefix("document/").partition("/")
    assert history.document_named(BASE, base + name) == (kind, identifier)


@pytest.mark.parametrize(
    "name", ["", "radio", "report/", "/radio", "report/radio/claim/k1", "urn:x", "a/b/c"]
)
def test_what_names_no_document_is_told_so(name: str) -> None:
    with pytest.raises(BadParameterError, match="names no document; write KIND/ID"):
        history.document_named(BASE, name)


def test_the_graphs_of_ontology_and_rules_name_their_documents(store: Path) -> None:
    for name, kind in (
        ("graph/ontology", "ontology"),
        ("graph/vocabularies", "ontology"),
        ("graph/rules", "rules"),
    ):
        assert history.document_named(BASE, BASE + name) == (kind, "servanda")
        assert len(history.revisions(store, kind, "servanda")) == 1


# Times


def clocked(folder: Path, *times: str) -> JournalReader:
    """Return a journal with an entry at each of the times."""
    ticks = iter(datetime.fromisoformat(time) for time in times)
    journal = Journal.create(folder / "journal", clock=lambda: next(ticks))
    for number, _ in enumerate(times):
        journal.append([Draft(Action.ADD, "report", f"r{number}", 1, "Ann", ())])
    journal.close()
    return JournalReader(folder / "journal")


@pytest.mark.parametrize(
    ("when", "sequence"),
    [
        ("0", 0),
        ("2", 2),
        ("004", 4),
        ("2026-03-01", 2),
        ("2026-03-02", 2),
        ("2026-03-03", 4),
        ("2026-03-01T10:00Z", 1),
        ("2026-03-01T10:00:00.000001Z", 1),
        ("2026-03-01T23:59:59.999999Z", 2),
        ("2026-03-01T23:59:59.999998Z", 1),
        ("2026-03-02T03:59:59.999999+04:00", 2),
        ("2026-03-03T00:00:00Z", 3),
        ("2026-03-02T19:00:00-05:00", 3),
    ],
)
def test_a_time_stands_for_the_last_change_that_was_not_later(
    tmp_path: Path, when: str, sequence: int
) -> None:
    reader = clocked(
        tmp_path,
        "2026-03-01T10:00:00+00:00",
        "2026-03-01T23:59:59.999999+00:00",
        "2026-03-03T00:00:00+00:00",
        "2026-03-03T12:00:00+00:00",
    )
    assert at(reader, when) == sequence


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("5", "there is no change 5 yet; the last one is 4"),
        ("2026-02-28", "the first change was made on 2026-03-01T10:00:00"),
        ("2026-03-01T09:59:59Z", "0 stands for the empty graph"),
        ("2999-01-01", "still to come"),
        ("9999-12-31", "still to come"),
        ("9999-12-31T23:59:59-14:00", "still to come"),
        ("0001-01-01T00:00+14:00", "nothing was there"),
        ("2026-02-30", "2026-02 has 28 days"),
        ("2026-03-01T10:00:00 04:00", "or a moment (2026-11-22T17:30:00Z)"),
        ("20260301T1000Z", "or a moment (2026-11-22T17:30:00Z)"),
        ("2026-W09-1", "no change and no time"),
        ("-1", "no change and no time"),
        ("", "no change and no time"),
        ("٢", "no change and no time"),
        ("yesterday", "no change and no time"),
    ],
)
def test_what_is_no_time_of_the_journal_is_told_with_what_would_be_right(
    tmp_path: Path, when: str, words: str
) -> None:
    reader = clocked(tmp_path, *("2026-03-01T10:00:00+00:00",) * 4)
    with pytest.raises(BadParameterError, match=re.escape(words)):
        at(reader, when)


def test_today_is_the_last_change_so_far(store: Path) -> None:
    assert at(JournalReader(store / "journal"), f"{datetime.now(UTC):%Y-%m-%d}") == 6


# States


@pytest.mark.parametrize("number", [-1, 7, 10**15])
def test_a_change_that_was_not_made_has_no_state(store: Path, number: int) -> None:
    with pytest.raises(BadParameterError, match="the last one is 6"):
        snapshot(store, number)


def test_before_the_first_change_the_graph_is_empty(store: Path) -> None:
    with snapshot(store, 0) as past:
        assert past.store.nquads() == b""
        assert past.time is None


def test_a_state_is_kept_and_used_again_and_those_used_last_stay(store: Path) -> None:
    for number in (2, 3, 4, 2, 5):
        snapshot(store, number, keep=3).store.close()
    kept = sorted(int(place.name) for place in (store / "snapshots").iterdir())
    assert kept == [2, 4, 5]
    made = (snapshots.place_of(store, 2) / "oxigraph").stat().st_ino
    with snapshot(store, 2, keep=1) as past:
        assert position(past.store)[0] == 2
    assert (snapshots.place_of(store, 2) / "oxigraph").stat().st_ino == made
    assert [place.name for place in (store / "snapshots").iterdir()] == ["0000000002"]


def test_who_reads_a_state_still_can_when_it_is_no_longer_kept(store: Path) -> None:
    with snapshot(store, 3, keep=1) as first:
        snapshot(store, 4, keep=1).store.close()
        assert not snapshots.place_of(store, 3).exists()
        assert first.store.graph(GRAPH) == said("one")


@pytest.mark.parametrize("damage", ["other", "empty", "cut", "no note", "wrong note", "half"])
def test_a_state_that_is_not_what_it_should_be_is_made_anew(store: Path, damage: str) -> None:
    for number in (3, 4):
        snapshot(store, number).store.close()
    place = snapshots.place_of(store, 3)
    if damage == "other":
        shutil.rmtree(place / "oxigraph")
        shutil.copytree(snapshots.place_of(store, 4) / "oxigraph", place / "oxigraph")
    elif damage == "empty":
        shutil.rmtree(place / "oxigraph")
    elif damage == "cut":
        for file in (place / "oxigraph").glob("MANIFEST*"):
            os.truncate(file, 10)
    elif damage == "no note":
        (place / "note.json").unlink()
    elif damage == "wrong note":
        (place / "note.json").write_text('{"sequence": 3}')
    else:
        place.rename(place.with_name(f"{place.name}.part"))
    with snapshot(store, 3) as past:
        assert past.store.graph(GRAPH) == said("one")
        assert position(past.store)[0] == 3
    assert not list((store / "snapshots").glob("*.part"))


def test_the_note_of_another_history_is_not_believed(store: Path, empty: Path, tmp_path: Path) -> None:
    snapshot(store, 3).store.close()
    other = tmp_path / "other"
    shutil.copytree(empty, other)
    with open_graph(other) as opened:
        revise(opened, "something else")
        revise(opened, "and more")
    shutil.copytree(store / "snapshots", other / "snapshots")
    with snapshot(other, 3) as past:
        assert past.store.graph(GRAPH) == said("something else")


def test_many_who_ask_for_the_same_at_once_get_the_same(store: Path) -> None:
    found: list[object] = []

    def ask() -> None:
        with snapshot(store, 4) as past:
            found.append(past.store.graph(GRAPH))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "api", "query", "-", "--as-of", "4", "--store", str(store)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    query = f"SELECT ?words {{ <{THING}> <{RDFS.comment}> ?words }}"
    for process in processes:
        written, complaints = process.communicate(query, timeout=120)
        assert written.split() == ["words", "two"], complaints
    for thread in threads:
        thread.join()
    assert found == [said("two")] * 3


def test_what_a_killed_process_left_of_a_state_is_swept(store: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from kg.pipeline import repository, past\n"
        "repository.Repository.conclude = lambda self: os.kill(os.getpid(), 9)\n"
        "from kg.pipeline import snapshots; snapshots.IN_MEMORY = 0\n"
        "past.snapshot(Path(sys.argv[1]), 3)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(store)], check=False)
    assert done.returncode == -9
    assert [place.name for place in (store / "snapshots").iterdir()] == ["0000000003.part"]
    with snapshot(store, 4) as past:
        assert past.store.graph(GRAPH) == said("two")
    assert [place.name for place in (store / "snapshots").iterdir()] == ["0000000004"]


def test_beside_a_writer_the_past_is_told_and_the_present_as_the_journal_has_it(store: Path) -> None:
    with open_graph(store) as opened:
        assert revise(opened, "four") == 7
        assert revise(opened, "five") == 8
        for number, words in ((3, "one"), (4, "two"), (6, "three"), (7, "four"), (8, "five")):
            with snapshot(store, number) as past:
                assert past.store.graph(GRAPH) == said(words)


def test_a_redaction_removes_the_words_from_kept_states(store: Path) -> None:
    for number in (3, 4):
        snapshot(store, number).store.close()
    with open_graph(store) as opened:
        redact(opened, "report", "radio", "An order.", revision=1)
    assert not (store / "snapshots").exists()
    with snapshot(store, 3) as past:
        assert past.left_out == ("report radio",)
        assert past.store.graph(GRAPH) == frozenset()
    with snapshot(store, 4) as past:
        assert past.left_out == ()
        assert past.store.graph(GRAPH) == said("two")
    with snapshot(store, 5) as past:
        assert past.left_out == ()


def test_a_redaction_waits_for_a_state_that_is_being_made(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, redacted = threading.Event(), threading.Event()
    records = JournalReader.records

    def slow(self: JournalReader, after: int = 0, until: int | None = None) -> Any:
        if until == 3:
            begun.set()
            assert redacted.wait(60)
        return records(self, after, until)

    def take_words_back() -> None:
        assert begun.wait(60)
        with open_graph(store) as opened:
            (_,) = opened.commit(
                [Change(Action.REDACT, "report", "radio", "Bea", reason="An order.", redacts=(3,))]
            )
        redacted.set()
        open_graph(store).close()  # completes the redaction, once nothing is being made

    monkeypatch.setattr(JournalReader, "records", slow)
    thread = threading.Thread(target=take_words_back)
    thread.start()
    with snapshot(store, 3) as past:
        assert past.store.graph(GRAPH) == frozenset()
        assert past.left_out == ("report radio",)
    thread.join()
    assert not (store / "snapshots").exists()


# The command line


def test_show_prints_a_document_in_any_syntax_and_any_revision(store: Path, run: Callable[..., Done]) -> None:
    assert '"three"' in run(store, "show", "report/radio").stdout
    assert '"one"' in run(store, "show", f"{BASE}graph/report/radio", "--revision", "1").stdout
    written = run(store, "show", "report/radio", "--revision", "2", "--format", "nquads").stdout
    assert from_nquads(written.encode()) == {(*triple, GRAPH) for triple in said("two")}
    for form in ("ntriples", "rdfxml", "jsonld"):
        assert "three" in run(store, "show", "report/radio", "--format", form).stdout
    missing = run(store, "show", "report/radio", "--revision", "9")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "there are: 1, 2, 3" in missing.stderr


def test_history_and_changes_are_told_in_words_and_as_json(store: Path, run: Callable[..., Done]) -> None:
    lines = run(store, "history", "report/radio").stdout.splitlines()
    assert [line.split()[:3] for line in lines if line.startswith("revision")] == [
        ["revision", "1", "replaced"],
        ["revision", "2", "retracted"],
        ["revision", "3", "current"],
    ]
    assert "by Bea, change 5: It was wrong." in lines[3]
    told = json.loads(run(store, "history", "report/radio", "--json").stdout)
    assert [item["state"] for item in told] == ["replaced", "retracted", "current"]
    lines = run(store, "changes", "--since", "3").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["4", "5", "6"]
    assert lines[1].endswith("retracted  report/radio, revision 2  by Bea: It was wrong.")
    found = json.loads(run(store, "changes", "--json").stdout)
    assert [item["sequence"] for item in found] == [1, 2, 3, 4, 5, 6]
    assert [item["hash"] for item in found[:-1]] == [item["previous"] for item in found[1:]]
    assert [item["agent"] for item in found[2:]] == ["Ann", "Ann", "Bea", "Ann"]
    limited = json.loads(run(store, "changes", "--since", "1", "--limit", "2", "--json").stdout)
    assert limited == found[1:3]


def test_a_follower_by_hand_is_told_that_history_differs(store: Path, run: Callable[..., Done]) -> None:
    found = json.loads(run(store, "changes", "--json").stdout)
    same = run(store, "changes", "--since", "5", "--hash", found[4]["hash"])
    assert [line.split()[0] for line in same.stdout.splitlines()] == ["6"]
    at_end = run(store, "changes", "--since", "6", "--hash", found[5]["hash"])
    assert (at_end.returncode, at_end.stdout) == (0, "")
    assert run(store, "changes", "--hash", "0" * 64, "--limit", "1").returncode == 0
    for since, told in (("5", found[5]["hash"]), ("7", found[5]["hash"]), ("0", found[0]["hash"])):
        other = run(store, "changes", "--since", since, "--hash", told)
        assert (other.returncode, other.stdout) == (1, "")
        assert "a backup was restored, or it is another store" in other.stderr
    beyond = run(store, "changes", "--since", "7")
    assert (beyond.returncode, beyond.stdout) == (1, "")
    assert "there is no change 7 here; the last one is 6" in beyond.stderr
    assert run(store, "changes", "--hash", "f0").returncode == 2


@pytest.mark.parametrize("command", [["show"], ["history"], ["retract", "--reason", "x"]])
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("report/rado", "did you mean report/radio?"),
        ("report/Radio", "did you mean report/radio?"),
        ("raport/radio", "did you mean report/radio?"),
        ("agreement/radio", "did you mean report/radio?"),
        ("radio", "did you mean report/radio?"),
        (f"{BASE}graph/report/radoi", "did you mean report/radio?"),
        ("film/zzz", "documents are of the kinds"),
    ],
)
def test_who_names_no_document_is_told_the_nearest(
    command: list[str], name: str, meant: str, store: Path, run: Callable[..., Done]
) -> None:
    done = run(store, command[0], name, *command[1:])
    assert (done.returncode, done.stdout) == (1, "")
    assert meant in done.stderr


def test_ask_and_query_tell_of_the_graph_as_it_was(store: Path, run: Callable[..., Done]) -> None:
    query = f"SELECT ?words {{ <{THING}> <{RDFS.comment}> ?words }}"
    for number, words in (("3", ["one"]), ("4", ["two"]), ("5", []), ("6", ["three"])):
        done = run(store, "query", "-", "--as-of", number, stdin=query)
        assert done.stdout.split() == ["words", *words]
        assert f"the graph as it was at change {number}, of 20" in done.stderr
    done = run(store, "ask", "1", "--as-of", "3", "--json")
    assert json.loads(done.stdout)["rows"] == []
    wrong = run(store, "ask", "1", "--as-of", "last week")
    assert wrong.returncode == 1
    assert "write a change by its number (42), a day" in wrong.stderr
    with open_graph(store) as opened:
        redact(opened, "report", "radio", "An order.")
    left = run(store, "query", "-", "--as-of", "4", stdin=query)
    assert left.stdout.split() == ["words"]
    assert "left out, because it was redacted since: report/radio" in left.stderr


def test_retract_and_redact_need_a_reason_and_say_what_was_done(
    store: Path, run: Callable[..., Done]
) -> None:
    assert run(store, "retract", "report/radio").returncode == 2
    assert "a reason is needed" in run(store, "retract", "report/radio", "--reason", " ").stderr
    done = run(store, "retract", "report/radio", "--reason", "Wrong.")
    assert "servanda show report/radio --revision 3" in done.stderr
    assert history.revisions(store, "report", "radio")[-1].ended_by == "Cy"
    unsure = run(store, "redact", "report/radio", "--reason", "An order.", stdin="y\n")
    assert unsure.returncode == 2
    assert "--yes" in unsure.stderr
    assert history.revision(store, BASE, "report", "radio", 3) == said("three")
    done = run(
        store, "redact", "report/radio", "--reason", "An order.", "--revision", "3", "--yes", "--agent", "Di"
    )
    assert done.returncode == 0
    assert "Copies elsewhere are not reached" in done.stderr
    states = [item.state for item in history.revisions(store, "report", "radio")]
    assert states == ["replaced", "retracted", "redacted"]
    assert history.revisions(store, "report", "radio")[-1].ended_by == "Di"
    assert run(store, "redact", "report/television", "--reason", "An order.", "--yes").returncode == 1


def test_what_others_wrote_cannot_command_the_terminal(store: Path, run: Callable[..., Done]) -> None:
    with open_graph(store) as opened:
        retract(opened, "report", "radio", "Bad\x1b[2J\nnews\u202e.")
    for words in (["history", "report/radio"], ["changes", "--since", "6"]):
        written = run(store, *words).stdout
        assert "Bad\\x1b[2J news\\u202e." in written
        assert "\x1b" not in written


def test_every_error_of_looking_back_is_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ServandaError):
        history.revisions(tmp_path, "report", "radio")
    with pytest.raises(ServandaError):
        snapshot(tmp_path, 0)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SERVANDA_"):
            monkeypatch.delenv(name)
