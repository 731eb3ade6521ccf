"""Dumps: sorted, the same bytes for the same content, and a store again that holds the same graphs."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import zstandard
from rdflib.term import Literal, URIRef

from kg.errors import BackupError, StoreExistsError
from kg.journal import Action, JournalReader
from kg.pipeline import ingest, open_graph
from kg.pipeline.upkeep.dump import dump, dump_to
from kg.pipeline.upkeep.load import load
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.settings import Settings
from kg.store import memory, open_store
from kg.store.dump import write_lines
from tests.kg.pipeline.upkeep.history import BASE, copied, document_of, harm, lines, without_commits

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"\x28\xb5\x2f\xfd"


@pytest.fixture
def dumped(store: Path, tmp_path: Path) -> Path:
    """Give a dump of the store to which all has happened."""
    dump(store, tmp_path / "all.nq.zst")
    return tmp_path / "all.nq.zst"


def unpacked(path: Path) -> bytes:
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
        return reader.read()


def test_a_dump_is_every_quad_in_order(store: Path, dumped: Path) -> None:
    text = unpacked(dumped)
    with open_store(store) as opened:
        assert text == opened.nquads()
    assert text.splitlines() == sorted(text.splitlines())


@pytest.mark.skipif(shutil.which("zstd") is None, reason="zstd is not installed")
def test_other_programs_read_it(dumped: Path) -> None:
    done = subprocess.run(["zstd", "-dc", dumped], capture_output=True, check=True)
    assert done.stdout == unpacked(dumped)


def test_equal_stores_give_equal_bytes(store: Path, dumped: Path, tmp_path: Path) -> None:
    other = copied(store, tmp_path / "other")
    rebuild(other)
    dump(other, tmp_path / "other.nq.zst")
    assert (tmp_path / "other.nq.zst").read_bytes() == dumped.read_bytes()
    dump(store, tmp_path / "again.nq.zst")
    assert (tmp_path / "again.nq.zst").read_bytes() == dumped.read_bytes()


def test_the_size_of_the_runs_does_not_show(store: Path) -> None:
    with open_store(store) as opened:
        whole, pieces = io.BytesIO(), io.BytesIO()
        count = write_lines(opened, whole)
        assert write_lines(opened, pieces, run_bytes=50_000) == count > 1000
    assert pieces.getvalue() == whole.getvalue()


def test_an_empty_store_is_an_empty_dump() -> None:
    out = io.BytesIO()
    with memory(BASE) as empty:
        assert write_lines(empty, out) == 0
    assert out.getvalue() == b""


def test_a_name_without_zst_is_not_compressed_and_a_stream_is(store: Path, tmp_path: Path) -> None:
    plain = dump(store, tmp_path / "all.nq")
    out = io.BytesIO()
    packed = dump_to(store, out)
    assert packed == replace(plain, secret=None)  # a stream has no file beside it
    assert out.getvalue().startswith(MAGIC)
    assert (
        zstandard.ZstdDecompressor().decompressobj().decompress(out.getvalue())
        == (tmp_path / "all.nq").read_bytes()
    )


def test_nothing_is_dumped_over_something(store: Path, dumped: Path) -> None:
    before = dumped.read_bytes()
    with pytest.raises(StoreExistsError, match="exists already"):
        dump(store, dumped)
    assert dumped.read_bytes() == before


def test_a_store_from_a_dump_has_the_same_graphs_and_a_journal_that_makes_them(
    store: Path, dumped: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    loaded = load(dumped, again, settings=Settings(agent="Carol"))
    assert loaded.same_conclusions
    with open_store(store) as one, open_store(again) as other:
        assert without_commits(one) == without_commits(other)
        assert len(without_commits(one)) > 5000
    assert verify(again).sound
    held = lines(again)
    rebuild(again)
    assert lines(again) == held
    journal = JournalReader(again / "journal")
    assert (loaded.sequence, loaded.hash) == journal.head
    entries = list(journal.entries())
    assert {entry.agent for entry in entries} == {"Carol"}
    assert [entry.kind for entry in entries[:2]] == ["ontology", "rules"]
    said = f"restored from a dump of change {loaded.dumped}"
    assert all(entry.reason == said for entry in entries if entry.payload_sha256 is not None)


def test_a_dump_of_a_store_from_a_dump_is_the_same_but_for_its_records(dumped: Path, tmp_path: Path) -> None:
    load(dumped, tmp_path / "again")
    dump(tmp_path / "again", tmp_path / "second.nq.zst")
    end = f"<{BASE}graph/commits> .".encode()
    one, other = (
        [line for line in unpacked(path).splitlines() if not line.endswith(end)]
        for path in (dumped, tmp_path / "second.nq.zst")
    )
    assert one == other


def test_a_dump_is_no_way_round_a_redaction(dumped: Path, tmp_path: Path) -> None:
    load(dumped, tmp_path / "again")
    with open_graph(tmp_path / "again") as opened:
        outcomes = ingest(opened, [document_of("kavkaz-uzel-56553")])
        assert [outcome.status for outcome in outcomes] == ["refused"]
        assert "redacted" in str(outcomes[0].problems[0])
        assert [outcome.status for outcome in ingest(opened, [document_of("tass-1330905")])] != ["added"]
    entries = [
        (entry.action, entry.reason)
        for entry in JournalReader(tmp_path / "again" / "journal").entries()
        if entry.identifier == "kavkaz-uzel-56553"
    ]
    assert (Action.REDACT, "a person is at risk") in entries


def test_a_dump_of_quads_that_belong_to_no_document_is_refused(store: Path, tmp_path: Path) -> None:
    harm(store, insert=[(URIRef("urn:x:s"), URIRef("urn:x:p"), Literal("o"), URIRef("urn:x:graph"))])
    with open_store(store) as opened, (tmp_path / "all.nq").open("wb") as file:
        write_lines(opened, file)
    with pytest.raises(BackupError, match="<urn:x:graph> has 1 quads"):
        load(tmp_path / "all.nq", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "holds no graph of commits"),
        (b"this is no dump\n", "is no dump of a store"),
        (b"<urn:s> <urn:p> <urn:o> <urn:g> .\n", "holds no graph of commits"),
        (b"_:b <urn:p> <urn:o> <urn:g> .\n", "blank node"),
        (b"<urn:s> <urn:p> <urn:o> .\n", "no named graph"),
        (MAGIC + b"half", "is no dump of a store"),
    ],
)
def test_a_file_that_is_no_dump_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "all.nq").write_bytes(text)
    with pytest.raises(BackupError, match=said):
        load(tmp_path / "all.nq", tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["all.nq"]


def test_a_dump_that_was_cut_off_is_refused(dumped: Path, tmp_path: Path) -> None:
    data = dumped.read_bytes()
    dumped.write_bytes(data[: len(data) // 2])
    with pytest.raises(BackupError, match="is no dump of a store"):
        load(dumped, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_nothing_is_loaded_into_something(dumped: Path, store: Path) -> None:
    with pytest.raises(StoreExistsError):
        load(dumped, store)
