"""Verifying: nothing that differs from the journal stays unnamed, and nothing is changed by looking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import StoreLockedError, StoreNotFoundError
from kg.journal import GENESIS, JournalReader
from kg.pipeline import open_graph
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.owner import Hold
from kg.pipeline.records import mark, purge_mark
from kg.pipeline.upkeep.verify import verify
from kg.store import ChangeSet, open_store
from kg.terms import PROV, RDFS, SVD
from tests.kg.pipeline.upkeep.history import BASE, copied, harm

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Quad

REPORT = URIRef(f"{BASE}graph/report/panarmenian-295127")
COMMITS = URIRef(f"{BASE}graph/commits")
INFERENCE = URIRef(f"{BASE}graph/inference")
EXTRA = (URIRef("urn:x:somebody"), RDFS.label, Literal("put in", lang="en"))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a store but the lock and who holds it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"lock", "owner.json"}
    }


def some(folder: Path, graph: URIRef) -> Quad:
    """Return the first quad of a graph in the order of its lines."""
    with open_store(folder) as store:
        return min(store.quads(graph=graph), key=lambda quad: tuple(term.n3() for term in quad))


def entry_of(folder: Path, graph: URIRef) -> int:
    """Return the last entry that says what a graph holds."""
    entries = JournalReader(folder / "journal").entries()
    return max(entry.sequence for entry in entries if str(graph) in entry.graphs)


def test_a_store_to_which_all_has_happened_is_as_its_journal_says(store: Path) -> None:
    before = files(store)
    found = verify(store)
    assert found.sound
    assert found.concluded
    assert (found.compared, found.sequence) == ("store", found.entries)
    assert found.notes == ()
    assert files(store) == before


def test_redactions_are_named_with_their_reasons(store: Path) -> None:
    redactions = verify(store, quick=True).redactions
    assert [(gone.document, gone.revision, gone.agent, gone.reason) for gone in redactions] == [
        ("report panarmenian-295127", 1, "Ben", "a name too many"),
        ("report kavkaz-uzel-56553", 1, "Ann", "a person is at risk"),
    ]
    assert all(gone.by is not None and gone.by > gone.sequence for gone in redactions)


def test_a_quad_that_was_put_into_a_document_is_named(store: Path) -> None:
    harm(store, insert=[(*EXTRA, REPORT)])
    found = verify(store, quick=True)
    assert not found.sound
    assert (found.differing, found.missing, found.surplus) == (1, 0, 1)
    assert found.first is not None
    assert (found.first.graph, found.first.document) == (str(REPORT), "report panarmenian-295127")
    assert found.first.sequence == entry_of(store, REPORT)
    assert '<urn:x:somebody> <http://www.w3.org/2000/01/rdf-schema#label> "put in"@en' in str(found.first)


def test_a_quad_that_was_taken_out_of_a_document_is_named(store: Path) -> None:
    gone = some(store, REPORT)
    harm(store, delete=[gone])
    found = verify(store, quick=True)
    assert found.first is not None
    assert (found.missing, found.surplus, found.first.graph) == (1, 0, str(REPORT))
    assert str(gone[0]) in str(found.first)


def test_a_quad_that_was_changed_is_one_missing_and_one_too_many(store: Path) -> None:
    subject, predicate, _, graph = gone = some(store, REPORT)
    harm(store, insert=[(subject, predicate, Literal("altered"), graph)], delete=[gone])
    found = verify(store, quick=True)
    assert (found.differing, found.missing, found.surplus) == (1, 1, 1)
    assert '"altered"' in str(found.first)


def test_the_first_difference_is_that_of_the_earliest_entry(store: Path) -> None:
    seed = URIRef(f"{BASE}graph/report/seed-syunik-highway-2021")
    assert entry_of(store, seed) < entry_of(store, REPORT)
    harm(store, insert=[(*EXTRA, REPORT), (*EXTRA, seed)])
    found = verify(store, quick=True)
    assert found.differing == 2
    assert found.first is not None
    assert found.first.document == "report seed-syunik-highway-2021"


def test_a_graph_that_is_gone_is_named(store: Path) -> None:
    with open_store(store) as opened:
        held = opened.quads(graph=REPORT)
    harm(store, delete=held)
    found = verify(store, quick=True)
    assert (found.missing, found.surplus) == (len(held), 0)
    assert "is missing" in str(found.first)
    assert str(REPORT) in str(found.first)


def test_a_graph_that_no_entry_made_is_named(store: Path) -> None:
    harm(store, insert=[(*EXTRA, URIRef("urn:x:graph"))])
    found = verify(store, quick=True)
    assert (found.differing, found.surplus) == (1, 1)
    assert "<urn:x:graph>, which no entry" in str(found.first)


def test_words_that_came_back_after_a_redaction_are_named(store: Path) -> None:
    harm(store, insert=[(*EXTRA, URIRef(f"{BASE}graph/report/kavkaz-uzel-56553"))])
    found = verify(store, quick=True)
    assert found.first is not None
    assert (found.surplus, found.first.document) == (1, "report kavkaz-uzel-56553")


@pytest.mark.parametrize("predicate", [SVD.entryHash, PROV.wasRevisionOf, SVD.contentHash, SVD.storedIn])
def test_a_record_of_a_change_that_was_taken_away_is_named(store: Path, predicate: URIRef) -> None:
    with open_store(store) as opened:
        gone = min(opened.quads(predicate=predicate, graph=COMMITS))
    harm(store, delete=[gone])
    found = verify(store, quick=True)
    assert found.first is not None
    assert (found.first.graph, found.missing, found.surplus) == (str(COMMITS), 1, 0)
    assert str(predicate) in str(found.first)


def test_a_record_of_a_change_that_never_was_is_named(store: Path) -> None:
    harm(store, insert=[(URIRef(f"{BASE}change/7"), SVD.reason, Literal("invented", lang="en"), COMMITS)])
    found = verify(store, quick=True)
    assert found.first is not None
    assert (found.first.sequence, found.surplus) == (7, 1)
    assert "invented" in str(found.first)


def test_a_store_that_claims_more_than_its_journal_is_named(store: Path) -> None:
    harm(store, insert=[(COMMITS, SVD.sequence, Literal(999), COMMITS)])
    found = verify(store, quick=True)
    assert "change 999, but its journal ends at entry" in str(found.first)


def test_a_store_that_does_not_say_where_it_stands_is_named(store: Path) -> None:
    with open_store(store) as opened:
        held = opened.quads(COMMITS, SVD.sequence, None, COMMITS)
    harm(store, delete=held)
    assert "does not say at which change" in str(verify(store, quick=True).first)


def test_a_store_with_the_journal_of_another_is_named(store: Path, seeded: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    (store / "journal").rename(aside)
    (store / "journal").symlink_to(seeded / "journal")
    found = verify(store, quick=True)
    assert found.first is not None
    assert "its journal ends at entry" in str(found.first)


@pytest.mark.parametrize("change", ["insert", "delete"])
def test_a_conclusion_that_no_rule_draws_is_named(store: Path, change: str) -> None:
    quad = (*EXTRA, INFERENCE) if change == "insert" else some(store, INFERENCE)
    harm(store, **{change: [quad]})
    found = verify(store)
    assert found.concluded is False
    assert found.first is not None
    assert found.first.graph == str(INFERENCE)
    assert (found.missing, found.surplus) == ((0, 1) if change == "insert" else (1, 0))
    assert str(quad[0]) in str(found.first)
    assert verify(store, quick=True).concluded is None


def test_an_altered_payload_is_damage(store: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    said = json.loads(lines[6])
    said["payload"] = json.loads(lines[5])["payload"]
    lines[6] = json.dumps(said, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode() + b"\n"
    segment.write_bytes(b"".join(lines))
    found = verify(store, quick=True)
    assert not found.sound
    assert found.damage is not None
    assert "entry 7" in found.damage
    assert (found.entries, found.compared) == (6, None)


def test_a_payload_that_vanished_without_a_redaction_is_damage(store: Path) -> None:
    segment = store / "journal" / "0000000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    cut = lines[6].rindex(b',"payload":')
    lines[6] = lines[6][:cut] + b',"payload":null}\n'
    segment.write_bytes(b"".join(lines))
    found = verify(store, quick=True)
    assert found.damage is not None
    assert "entry 7" in found.damage
    assert "no later entry redacts it" in found.damage


def test_a_journal_without_its_first_segment_is_damage(store: Path) -> None:
    (store / "journal" / "0000000001.jsonl").rename(store / "first")
    found = verify(store)
    assert (found.entries, found.hash, found.sound) == (0, GENESIS, False)
    assert "0000000001.jsonl is missing" in str(found.damage)


def test_a_flipped_byte_in_any_index_is_found_and_the_journal_read_all_the_same(
    store: Path, tmp_path: Path
) -> None:
    sizes = {path.name: path.stat().st_size for path in (store / "oxigraph").glob("*.sst")}
    large = sorted(name for name, size in sizes.items() if size > 100_000)
    assert len(large) >= 7, "six indexes and the strings"
    for name in large:
        harmed = copied(store, tmp_path / name)
        data = bytearray((harmed / "oxigraph" / name).read_bytes())
        data[len(data) // 2] ^= 0xFF
        (harmed / "oxigraph" / name).write_bytes(data)
        found = verify(harmed)
        assert not found.sound, name
        assert found.damage is None
        assert "servanda rebuild" in str(found.first)


def test_a_store_without_its_files_is_named(store: Path) -> None:
    (store / "oxigraph").rename(store / "elsewhere")
    found = verify(store)
    assert "is missing" in str(found.first)
    assert not (store / "oxigraph").exists()


def test_a_checkpoint_that_is_not_the_state_of_the_store_is_named(store: Path) -> None:
    with open_store(store) as opened:
        (newest,) = (store / "checkpoints").glob(f"{verify(store, quick=True).entries:010}")
        opened.apply(ChangeSet(insert=frozenset([(*EXTRA, REPORT)])))
        for file in newest.iterdir():
            file.unlink()
        newest.rmdir()
        opened.checkpoint(newest)
        opened.apply(ChangeSet(delete=frozenset([(*EXTRA, REPORT)])))
    found = verify(store, quick=True)
    assert not found.sound
    assert f"checkpoint {newest.name}" in str(found.first)
    assert "urn:x:somebody" in str(found.first)


def test_marks_of_what_is_still_to_be_done_are_notes_and_no_damage(store: Path) -> None:
    document = URIRef(f"{BASE}document/report/panarmenian-295127")
    harm(store, insert=[(*mark(document), COMMITS), (*purge_mark(BASE), COMMITS)])
    discard_checkpoints(store)
    found = verify(store)
    assert found.sound
    assert found.concluded is None
    rules, purge = found.notes
    assert "report panarmenian-295127" in rules
    assert "redacted" in purge


def test_entries_that_the_store_does_not_hold_yet_are_a_note(seeded: Path, store: Path) -> None:
    (store / "oxigraph").rename(store.parent / "later")
    copied(seeded / "oxigraph", store / "oxigraph")
    head = JournalReader(store / "journal").head[0]
    held = JournalReader(seeded / "journal").head[0]
    found = verify(store, quick=True)
    assert found.first is not None, "its checkpoint is of a change that it does not hold"
    discard_checkpoints(store)
    found = verify(store, quick=True)
    assert found.sound
    assert found.sequence == held
    assert f"entries {held + 1} to {head} are not in this state" in found.notes[0]


def test_beside_a_process_that_holds_the_store_its_checkpoint_is_compared(store: Path) -> None:
    with open_graph(store, "serve"):
        found = verify(store, quick=True)
    assert found.sound
    assert found.compared == "checkpoint"
    assert found.sequence == found.entries
    assert "held by servanda serve" in found.notes[0]
    assert f"at change {found.sequence}" in found.notes[0]


def test_a_held_store_without_a_checkpoint_cannot_be_compared(store: Path) -> None:
    discard_checkpoints(store)
    hold = Hold(store, "ingest")
    try:
        with pytest.raises(StoreLockedError, match="servanda ingest"):
            verify(store)
    finally:
        hold.release()


def test_no_store_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError):
        verify(tmp_path)
