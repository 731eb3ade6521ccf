"""Counting a store and examining it: by hand for the counts, by harming it for the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import ingest, open_graph
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.upkeep.doctor import Check, doctor
from kg.pipeline.upkeep.stats import stats
from kg.settings import Settings
from kg.store import open_store
from tests.kg.pipeline.upkeep.history import STEPS, document_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def remedies(folder: Path, **settings: int) -> dict[str, Check]:
    checks = doctor(folder, Settings(**settings))  # type: ignore[arg-type]
    assert len(checks) > 3
    return {check.subject: check for check in checks if check.remedy}


def finding(folder: Path, subject: str) -> str:
    return " ".join(check.finding for check in doctor(folder) if check.subject == subject)


def test_what_a_store_holds_is_counted_and_candidates_apart(seeded: Path) -> None:
    counted = stats(seeded)
    assert counted.documents["report"] == counted.reports == 1
    assert (counted.claims, counted.alleged, counted.candidates) == (17, 1, 1)
    assert sum(counted.quads.values()) == len(open_store_lines(seeded))
    assert {"ontology", "rules", "report", "inference", "commits"} <= counted.quads.keys()
    assert (counted.sequence, counted.owner) == (counted.head, None)
    segment = seeded / "journal" / "0000000001.jsonl"
    assert (counted.journal_bytes, counted.segments) == (segment.stat().st_size, 1)
    assert counted.checkpoints[-1] == counted.head
    assert counted.quarantined == 0


def open_store_lines(folder: Path) -> list[bytes]:
    with open_store(folder) as store:
        return store.nquads().splitlines()


def test_beside_an_owner_the_state_that_it_gave_out_is_counted(store: Path) -> None:
    with open_graph(store, "serve"):
        counted = stats(store)
    assert counted.owner is not None
    assert "serve" in counted.owner
    assert counted.head == JournalReader(store / "journal").head[0]


def test_a_healthy_store_needs_nothing(seeded: Path) -> None:
    assert remedies(seeded) == {}
    assert "are those of this software" in finding(seeded, "ontology")
    assert "current" in finding(seeded, "checkpoint")
    assert "Nobody" in finding(seeded, "owner")


def test_a_full_disk_is_told(seeded: Path) -> None:
    assert "lower SERVANDA_RESERVE" in str(remedies(seeded, reserve=10**9)["disk"].remedy)


def test_where_no_store_is_that_is_the_finding(tmp_path: Path) -> None:
    assert "no store in" in remedies(tmp_path)["store"].finding


def test_a_refused_document_needs_a_decision(store: Path, tmp_path: Path) -> None:
    document = tmp_path / "broken.yaml"
    document.write_text("kind: report\nid: broken\n", encoding="utf-8")
    with open_graph(store) as opened:
        ingest(opened, [document])
    assert "1 refused documents" in remedies(store)["quarantine"].finding


def test_rules_other_than_those_shipped_are_told_by_whether_somebody_holds_the_store(
    seeded: Path, store: Path
) -> None:
    assert "Rules in the store differ" in finding(store, "ontology")
    assert remedies(store) == {}
    with open_graph(store, "serve") as opened:
        STEPS["rules"](opened, seeded)
        opened.follow(at_once=True)
        assert "anew, with this software" in str(remedies(store)["ontology"].remedy)
        assert "servanda serve" in finding(store, "owner")


def test_a_journal_that_lacks_entries_is_told(store: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    text = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(text[:-1]))
    assert "servanda verify" in str(remedies(store)["journal"].remedy)
    (store / "journal" / "head.json").unlink()
    assert "lacks entries" in remedies(store)["checkpoint"].finding


def test_a_write_that_was_cut_off_needs_nothing(store: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    with segment.open("ab") as file:
        file.write(b'{"entry":{"action":"add"')
    assert "cut off" in finding(store, "journal")
    assert remedies(store) == {}


def test_a_checkpoint_that_is_behind_needs_nothing(store: Path) -> None:
    discard_checkpoints(store)
    assert "the next opening catches up" in finding(store, "checkpoint")
    assert remedies(store) == {}


def test_a_clock_behind_the_last_entry_is_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Early:
        @staticmethod
        def now(_: object) -> object:
            from datetime import UTC, datetime  # noqa: PLC0415

            return datetime(2001, 1, 1, tzinfo=UTC)

    monkeypatch.setattr("kg.pipeline.upkeep.doctor.datetime", Early)
    assert "set the clock" in str(remedies(store)["journal"].remedy)


def test_files_that_are_missing_and_keys_that_others_read_are_told(store: Path) -> None:
    Keys(store).make("News desk", Scope.READ, None)
    (store / "keys.json").chmod(0o644)
    assert "chmod 600" in str(remedies(store)["files"].remedy)
    (store / "keys.json").unlink()
    (store / "oxigraph").rename(store.parent / "elsewhere")
    assert "servanda rebuild" in str(remedies(store)["files"].remedy)


def test_a_process_that_was_killed_left_its_name_and_holds_nothing(store: Path) -> None:
    (store / "owner.json").write_text(json.dumps({"activity": "ingest"}), encoding="utf-8")
    assert "was killed" in finding(store, "owner")
    assert remedies(store) == {}


def test_an_account_more_is_a_report_more(store: Path) -> None:
    before = stats(store)
    with open_graph(store) as opened:
        ingest(opened, [document_of("rferl-31429111")])
    assert stats(store).reports == before.reports + 1
