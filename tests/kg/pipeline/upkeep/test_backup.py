"""Backups: taken beside a writer, checked file by file, and a store again that answers the same."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import BackupError, StoreExistsError, StoreLockedError
from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import ingest, open_graph, read_graph
from kg.pipeline import quarantine as kept
from kg.pipeline.followers import checkpoints, discard_checkpoints
from kg.pipeline.owner import Hold, owner_of
from kg.pipeline.rows.take import Wanted, take
from kg.pipeline.upkeep.backup import backup
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.restore import restore
from kg.pipeline.upkeep.verify import verify
from kg.query import questions
from kg.store import ChangeSet, open_store
from tests.kg.pipeline.upkeep.history import copied, document_of, lines, without_commits

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import OxigraphStore

STRAY = (URIRef("urn:x:s"), URIRef("urn:x:p"), Literal("o"), URIRef("urn:x:graph"))
ROOT = __file__.rpartition("/tests/")[0]
ENDLESS = """
import sys
from pathlib import Path
from kg.pipeline import ingest, open_graph, retract
folder, document, work = map(Path, sys.argv[1:])
text = document.read_text("utf-8")
with open_graph(folder, "ingest") as opened:
    for number in range(10_000):
        made = work / "tass.yaml"
        made.write_text(text.replace("\\ntitle: ", f"\\ntitle: {number} ", 1), "utf-8")
        (outcome,) = ingest(opened, [made], again=True)
        assert outcome.sequence is not None, outcome
        if number % 3 == 2:
            retract(opened, "report", "tass-1330905", "for a while")
        print(outcome.sequence, flush=True)
"""


@pytest.fixture
def saved(store: Path, tmp_path: Path) -> Path:
    """Give a backup of the store to which all has happened."""
    backup(store, tmp_path / "saved")
    return tmp_path / "saved"


def answer(store: OxigraphStore) -> object:
    return questions.ask(store, questions.find("01"), {})


def altered(saved: Path, **changes: object) -> None:
    path = saved / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")


def test_a_restored_backup_is_the_store_that_was_saved(store: Path, saved: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    restored = restore(saved, again)
    assert (restored.sequence, restored.hash) == JournalReader(store / "journal").head
    assert restored.completed == 0
    assert lines(again) == lines(store)
    assert verify(again).sound
    with read_graph(store) as one, read_graph(again) as other:
        assert answer(one.store) == answer(other.store)


def test_a_backup_shares_no_file_with_the_store(store: Path, saved: Path) -> None:
    held = {path.stat().st_ino for path in store.rglob("*") if path.is_file()}
    assert not held & {path.stat().st_ino for path in saved.rglob("*") if path.is_file()}


def test_the_manifest_names_every_file_and_where_it_stands(store: Path, saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text("utf-8"))
    found = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert found == {*manifest["files"], "manifest.json"}
    assert {"servanda.json", "journal/0000000001.jsonl", "oxigraph/CURRENT"} <= found
    assert (manifest["head"], manifest["hash"]) == JournalReader(store / "journal").head
    assert manifest["sequence"] == manifest["head"]


def test_keys_keep_their_mode_and_the_quarantine_comes_along(store: Path, tmp_path: Path) -> None:
    Keys(store).make("News desk", Scope.READ, None)
    document = tmp_path / "broken.yaml"
    document.write_text("kind: report\nid: broken\n", encoding="utf-8")
    with open_graph(store) as opened:
        assert [outcome.status for outcome in ingest(opened, [document])] == ["refused"]
    backup(store, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "again")
    assert stat.S_IMODE((tmp_path / "saved" / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "again" / "keys.json").stat().st_mode) == 0o600
    assert Keys(tmp_path / "again").all() == Keys(store).all()
    assert kept.items(tmp_path / "again") == kept.items(store)
    assert len(kept.items(store)) == 1


def test_rows_that_could_not_come_in_come_along(store: Path, tmp_path: Path) -> None:
    table = tmp_path / "acled.csv"
    table.write_text(
        "event_id_cnty,event_date,event_type,actor1,country,location,notes\nARM1,never,Battles,A,B,C,D\n",
        encoding="utf-8",
    )
    with open_graph(store) as opened:
        assert take(opened, [table], Wanted()).quarantined == 1
    backup(store, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "again")
    (one,) = (store / "damaged").iterdir()
    assert "never" in one.read_text(encoding="utf-8")
    assert (tmp_path / "again" / "damaged" / one.name).read_bytes() == one.read_bytes()


def test_a_backup_beside_a_process_that_ingests_is_what_the_journal_says(store: Path, tmp_path: Path) -> None:
    document = document_of("tass-1330905")
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(store), str(document), str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    manifests = []
    try:
        assert process.stdout is not None
        for number in range(4):
            assert process.stdout.readline(), "the process has ended"
            owner = owner_of(store)
            assert owner is not None
            assert owner.activity == "ingest"
            manifests.append(backup(store, tmp_path / f"saved-{number}"))
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    assert manifests[-1].head > manifests[0].head
    for number, manifest in enumerate(manifests):
        again = tmp_path / f"again-{number}"
        restored = restore(tmp_path / f"saved-{number}", again)
        assert restored.sequence == manifest.head
        assert restored.completed == manifest.head - manifest.sequence
        entry, _ = JournalReader(store / "journal").record(restored.sequence)
        assert entry.hash == restored.hash
        assert verify(again).sound
    held = lines(tmp_path / "again-3")
    rebuild(tmp_path / "again-3")
    assert lines(tmp_path / "again-3") == held


def test_a_journal_that_goes_further_than_the_store_is_taken_in(
    store: Path, seeded: Path, saved: Path, tmp_path: Path
) -> None:
    backup(seeded, tmp_path / "early")
    early = json.loads((tmp_path / "early" / "manifest.json").read_text("utf-8"))
    late = json.loads((saved / "manifest.json").read_text("utf-8"))
    shutil.rmtree(saved / "oxigraph")
    copied(tmp_path / "early" / "oxigraph", saved / "oxigraph")
    files = {name: said for name, said in late["files"].items() if not name.startswith("oxigraph/")}
    files |= {name: said for name, said in early["files"].items() if name.startswith("oxigraph/")}
    altered(saved, files=files, sequence=early["sequence"])
    restored = restore(saved, tmp_path / "again")
    assert restored.completed == late["head"] - early["sequence"] > 5
    assert lines(tmp_path / "again") == lines(store)


def test_a_store_that_nobody_holds_and_that_has_no_checkpoint_gets_one(store: Path, tmp_path: Path) -> None:
    discard_checkpoints(store)
    manifest = backup(store, tmp_path / "saved")
    assert manifest.sequence == manifest.head


def test_a_held_store_without_a_checkpoint_cannot_be_saved_yet(store: Path, tmp_path: Path) -> None:
    discard_checkpoints(store)
    hold = Hold(store, "ingest")
    try:
        with pytest.raises(StoreLockedError, match="try again in a moment"):
            backup(store, tmp_path / "saved")
    finally:
        hold.release()
    assert not (tmp_path / "saved").exists()


def test_nothing_is_saved_of_a_damaged_journal(store: Path, tmp_path: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    text = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(text[:5] + text[6:]))
    with pytest.raises(BackupError, match="entry 6 should stand here") as raised:
        backup(store, tmp_path / "saved")
    assert str(segment) in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_nothing_is_saved_of_a_store_that_is_not_what_its_journal_says(store: Path, tmp_path: Path) -> None:
    with open_graph(store) as opened:
        opened.store.apply(ChangeSet(insert=frozenset([STRAY])))
        discard_checkpoints(store)
    with pytest.raises(BackupError, match="holds the graph <urn:x:graph>, which no entry"):
        backup(store, tmp_path / "saved")
    rebuild(store)
    assert backup(store, tmp_path / "saved").files


def test_a_checkpoint_that_lost_its_last_pages_is_not_what_is_saved(store: Path, tmp_path: Path) -> None:
    (_, place) = checkpoints(store)[-1]
    (manifest,) = place.glob("MANIFEST-*")
    data = manifest.read_bytes()
    manifest.unlink()
    manifest.write_bytes(data[: len(data) // 2])
    backup(store, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "again")
    assert lines(tmp_path / "again") == lines(store)


def test_nothing_is_saved_over_something(store: Path, saved: Path) -> None:
    with pytest.raises(StoreExistsError, match="not an empty folder"):
        backup(store, saved)


def test_nothing_is_restored_into_something(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreExistsError, match="not an empty folder"):
        restore(saved, tmp_path / "full")
    (tmp_path / "empty").mkdir()
    restore(saved, tmp_path / "empty")
    assert verify(tmp_path / "empty", quick=True).sound


@pytest.mark.parametrize("name", ["servanda.json", "journal/0000000001.jsonl", "oxigraph/CURRENT"])
def test_a_flipped_byte_is_found_in_any_file_and_nothing_is_restored(
    saved: Path, tmp_path: Path, name: str
) -> None:
    data = bytearray((saved / name).read_bytes())
    data[len(data) // 2] ^= 1
    (saved / name).write_bytes(data)
    with pytest.raises(BackupError, match=f"{name} is not as it was written"):
        restore(saved, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_missing_file_and_one_too_many_are_named(saved: Path, tmp_path: Path) -> None:
    (saved / "journal" / "0000000001.jsonl").rename(saved / "journal" / "0000000002.jsonl")
    with pytest.raises(BackupError, match=r"0000000001\.jsonl is missing"):
        restore(saved, tmp_path / "again")
    shutil.copy(saved / "journal" / "0000000002.jsonl", saved / "journal" / "0000000001.jsonl")
    with pytest.raises(BackupError, match=r"0000000002\.jsonl is no file of this backup"):
        restore(saved, tmp_path / "again")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"head": 3}, "its manifest says"),
        ({"hash": "0" * 64}, "its manifest says"),
        ({"sequence": 3}, "its manifest says"),
        ({"format": 9}, "of format 9"),
        ({"files": {}}, "no file of this backup"),
        ({"files": {"../../elsewhere": {"bytes": 0, "sha256": ""}}}, "no path within a backup"),
        ({"files": {"/etc/passwd": {"bytes": 0, "sha256": ""}}}, "no path within a backup"),
        ({"files": {"journal": {"bytes": "many", "sha256": ""}}}, "cannot be read"),
        ({"files": None}, "cannot be read"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    saved: Path, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    altered(saved, **changes)
    with pytest.raises(BackupError, match=said):
        restore(saved, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".again*"))


def test_a_folder_that_is_no_backup_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    with pytest.raises(BackupError, match="is no backup"):
        restore(tmp_path / "holiday", tmp_path / "again")


def test_what_a_killed_backup_left_is_swept_away(store: Path, tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f".saved.part-{ended.pid}"
    (left / "journal").mkdir(parents=True)
    backup(store, tmp_path / "saved")
    assert not left.exists()


def test_a_backup_can_be_read_where_nothing_may_be_written(saved: Path, tmp_path: Path) -> None:
    for path in [saved, *saved.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    restore(saved, tmp_path / "again")
    with open_store(tmp_path / "again") as opened:
        assert without_commits(opened)
    for path in [saved, *saved.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_what_a_killed_backup_left_goes_with_the_next_whatever_its_name(store: Path, tmp_path: Path) -> None:
    dead = 2**22 - 1
    left = tmp_path / f".2026-11-28.part-{dead}"
    (left / "oxigraph").mkdir(parents=True)
    (left / "oxigraph" / "CURRENT").write_text("x", encoding="utf-8")
    foreign = tmp_path / f".photos.part-{dead}"
    foreign.mkdir()
    (foreign / "holiday.jpg").write_bytes(b"x")
    running = tmp_path / f".2026-11-27.part-{os.getpid()}"
    running.mkdir()
    backup(store, tmp_path / "2026-11-29")
    assert not left.exists()
    assert foreign.exists()
    assert running.exists()
