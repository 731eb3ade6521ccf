"""What holds a store refuses rather than guesses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import JournalDamagedError, StoreDamagedError, StoreLockedError
from kg.infer import rule_triples, rules
from kg.journal import Action
from kg.pipeline import initialise, open_graph, read_graph
from kg.pipeline.change import Change
from kg.pipeline.owner import owner_of
from kg.pipeline.records import commits_graph, position
from kg.store import ChangeSet
from kg.terms import SVD

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

BASE = "https://w3id.org/servanda/id/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    initialise(made, BASE, reference=False).close()
    return made


def test_words_that_are_gone_without_a_redaction_are_not_taken_for_none(folder: Path) -> None:
    segment = folder / "journal" / "0000000001.jsonl"
    first, *others = segment.read_bytes().splitlines(keepends=True)
    payload = json.dumps(json.loads(first)["payload"]).encode()
    segment.write_bytes(b"".join([first.replace(payload, b"null"), *others]))
    shutil.rmtree(folder / "oxigraph")
    with pytest.raises(JournalDamagedError, match=r"entry 1 of the journal \(ontology servanda\) has lost"):
        open_graph(folder)


def test_a_store_that_names_a_change_and_knows_nothing_of_it_is_damaged(folder: Path) -> None:
    graph = commits_graph(BASE)
    opened = open_graph(folder)
    opened.store.apply(ChangeSet(insert=frozenset([(graph, SVD.sequence, Literal(9), graph)])))
    with pytest.raises(StoreDamagedError, match="stands at change 9, and nothing of that change"):
        position(opened.store)
    opened.release()
    with pytest.raises(StoreDamagedError, match="servanda rebuild"):
        open_graph(folder)


def test_who_holds_a_store_is_told_by_name(folder: Path) -> None:
    with open_graph(folder, "serve", "http://127.0.0.1:8000"):
        owner = owner_of(folder)
        assert owner is not None
        assert (owner.activity, owner.url) == ("serve", "http://127.0.0.1:8000")
        with pytest.raises(StoreLockedError, match=r"held by servanda serve \(process \d+ on .*8000\)"):
            open_graph(folder)
    assert owner_of(folder) is None


def test_what_a_journal_of_another_store_says_is_not_taken_in(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    initialise(other, "https://example.org/kg/", reference=False).close()
    shutil.rmtree(folder / "journal")
    shutil.copytree(other / "journal", folder / "journal")
    with pytest.raises(JournalDamagedError, match="another store's, or was altered"):
        open_graph(folder)


def test_the_sequence_is_that_of_the_last_entry_and_no_older_one_stays(folder: Path) -> None:
    with open_graph(folder) as opened:
        graph = commits_graph(BASE)
        assert opened.sequence == 2
        assert [str(quad[2]) for quad in opened.store.quads(graph, SVD.sequence, None, graph)] == ["2"]
        assert opened.store.graph(URIRef(f"{BASE}graph/rules"))


def conclude_otherwise(opened: Repository) -> None:
    """Give a store the rules of another version of the software, which are all but one."""
    graph = URIRef(f"{BASE}graph/rules")
    former = rule_triples(rule for rule in rules() if rule.name != "name-of-term")
    opened.commit([Change(Action.REVISE, "rules", "servanda", "former", {graph: former}, "0" * 64)])


def test_a_store_that_another_version_concluded_of_is_concluded_of_anew_before_it_is_read(
    folder: Path,
) -> None:
    with open_graph(folder) as opened:
        conclude_otherwise(opened)
        before = opened.sequence
    with read_graph(folder) as found:
        assert found.store.graph(URIRef(f"{BASE}graph/rules")) == rule_triples(rules())
        assert (found.sequence, found.otherwise) == (before + 1, False)
    with read_graph(folder) as again:
        assert again.sequence == before + 1


def test_who_reads_beside_a_process_that_concludes_by_other_rules_is_told(folder: Path) -> None:
    with open_graph(folder, "serve") as opened:
        conclude_otherwise(opened)
        opened.follow(at_once=True)
        with read_graph(folder) as found:
            assert found.otherwise
            assert found.owner is not None
        done = subprocess.run(
            [sys.executable, "-m", "kg", "list", "actors", "--store", folder],
            capture_output=True,
            check=False,
        )
        assert b"concludes by other rules than those of this software" in done.stderr
