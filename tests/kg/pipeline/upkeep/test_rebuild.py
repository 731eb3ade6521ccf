"""Rebuilding: from the journal alone, quad for quad, and whole whenever its process ends."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg.errors import JournalDamagedError, StoreDamagedError, StoreLockedError
from kg.journal import JournalReader
from kg.pipeline import open_graph, read_graph
from kg.pipeline.followers import checkpoints
from kg.pipeline.owner import Hold
from kg.pipeline.records import purge_mark
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.store.folder import begin_anew
from tests.kg.pipeline.upkeep.history import BASE, STEPS, copied, harm, lines

if TYPE_CHECKING:
    from pathlib import Path

COMMITS = URIRef(f"{BASE}graph/commits")
ROOT = __file__.rpartition("/tests/")[0]


@pytest.mark.parametrize("last", STEPS)
def test_a_rebuilt_store_is_the_same_quad_for_quad_after_every_kind_of_change(
    seeded: Path, tmp_path: Path, last: str
) -> None:
    folder = copied(seeded, tmp_path / "store")
    with open_graph(folder) as opened:
        for name in list(STEPS)[:1] if last != "add" else []:
            STEPS[name](opened, tmp_path)
        STEPS[last](opened, tmp_path)
        before = opened.sequence
    held = lines(folder)
    made = rebuild(folder)
    assert made.sequence == before
    assert lines(folder) == held
    assert made.quads == len(held)


def test_a_store_to_which_all_has_happened_is_rebuilt_with_its_records(store: Path) -> None:
    held = lines(store)
    made = rebuild(store)
    assert lines(store) == held
    assert (made.sequence, made.hash) == JournalReader(store / "journal").head
    assert sum(b"graph/commits> ." in line for line in held) > 400
    assert verify(store).sound


def test_the_files_of_the_old_store_are_not_needed(store: Path) -> None:
    held = lines(store)
    shutil.rmtree(store / "oxigraph")
    rebuild(store)
    assert lines(store) == held


def test_a_store_that_cannot_be_opened_is_made_anew(store: Path) -> None:
    held = lines(store)
    (store / "oxigraph" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
    with pytest.raises(StoreDamagedError, match="servanda rebuild"):
        open_graph(store)
    rebuild(store)
    assert lines(store) == held
    assert verify(store).sound


def test_what_was_put_in_behind_the_journal_is_gone_afterwards(store: Path) -> None:
    held = lines(store)
    harm(store, insert=[(URIRef("urn:x:s"), URIRef("urn:x:p"), COMMITS, COMMITS)])
    assert lines(store) != held
    rebuild(store)
    assert lines(store) == held


def test_readers_have_the_new_state_at_once_and_the_old_checkpoints_are_gone(store: Path) -> None:
    for _, place in checkpoints(store):
        (place / "of-the-old-store").touch()
    (store / "snapshots" / "0000000003").mkdir(parents=True)
    rebuild(store)
    assert checkpoints(store)
    assert not any((place / "of-the-old-store").exists() for _, place in checkpoints(store))
    assert not (store / "snapshots").exists()
    with read_graph(store) as state:
        assert (state.sequence, state.owner) == (state.head, None)


def test_a_redaction_that_was_cut_short_is_completed(seeded: Path, tmp_path: Path) -> None:
    folder = copied(seeded, tmp_path / "store")
    with open_graph(folder) as opened:
        STEPS["add"](opened, tmp_path)
    before = copied(folder / "journal", tmp_path / "before")
    with open_graph(folder) as opened:
        STEPS["redact"](opened, tmp_path)
    held = lines(folder)
    words = (before / "0000000001.jsonl").read_bytes().splitlines(keepends=True)
    segment = folder / "journal" / "0000000001.jsonl"
    erased = segment.read_bytes()
    segment.write_bytes(b"".join(words) + b"".join(erased.splitlines(keepends=True)[len(words) :]))
    harm(folder, insert=[(*purge_mark(BASE), COMMITS)])
    assert verify(folder, quick=True).notes != ()
    rebuild(folder)
    assert segment.read_bytes() == erased
    assert lines(folder) == held
    assert verify(folder).notes == ()


def test_a_damaged_journal_is_refused_and_the_store_left_as_it_is(store: Path) -> None:
    held = lines(store)
    segment = store / "journal" / "0000000001.jsonl"
    text = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(text[:5] + text[6:]))
    with pytest.raises(JournalDamagedError, match="entry 6 should stand here"):
        rebuild(store)
    assert lines(store) == held


def test_a_journal_that_ends_before_the_store_does_is_refused(store: Path) -> None:
    held = lines(store)
    segment = store / "journal" / "0000000001.jsonl"
    text = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(text[:-1]))
    (store / "journal" / "head.json").unlink()
    with pytest.raises(JournalDamagedError, match=f"entry {len(text)} was acknowledged"):
        rebuild(store)
    assert lines(store) == held


def test_a_payload_that_vanished_is_refused(store: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    text = segment.read_bytes().splitlines(keepends=True)
    text[4] = text[4][: text[4].rindex(b',"payload":')] + b',"payload":null}\n'
    segment.write_bytes(b"".join(text))
    with pytest.raises(JournalDamagedError, match="payload of entry 5 is gone"):
        rebuild(store)


def test_a_store_that_somebody_holds_is_not_rebuilt(store: Path) -> None:
    hold = Hold(store, "serve")
    try:
        with pytest.raises(StoreLockedError, match="servanda serve"):
            rebuild(store)
    finally:
        hold.release()


def test_what_an_earlier_attempt_left_does_not_end_up_in_the_store(store: Path) -> None:
    held = lines(store)
    with begin_anew(store) as begun:
        begun.stamp.write(store / "oxigraph.next")
    (store / "oxigraph.next" / "000099.sst").write_bytes(b"half a table")
    rebuild(store)
    assert lines(store) == held
    assert sorted(path.name for path in store.glob("oxigraph*")) == ["oxigraph"]


@pytest.mark.parametrize("seed", range(6))
def test_a_rebuild_that_is_killed_leaves_a_whole_store(store: Path, seed: int) -> None:
    held = lines(store)
    harm(store, insert=[(URIRef("urn:x:s"), URIRef("urn:x:p"), COMMITS, URIRef("urn:x:graph"))])
    harmed = lines(store)
    program = (
        "import sys; from pathlib import Path; from kg.pipeline.upkeep.rebuild import rebuild\n"
        "print('begun', flush=True); rebuild(Path(sys.argv[1]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(store)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(random.Random(seed).uniform(0, 2.5))  # noqa: S311 - where it is killed
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert lines(store) in (held, harmed)
    assert sorted(path.name for path in store.glob("oxigraph*")) == ["oxigraph"]
    rebuild(store)
    assert lines(store) == held
    assert verify(store, quick=True).sound
