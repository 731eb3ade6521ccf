"""A store that is opened with other files than it was closed with is not believed."""

from __future__ import annotations

import shutil
import struct
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import StoreDamagedError
from kg.store import ChangeSet, create, open_store
from kg.store.closing import is_altered
from kg.store.dump import disagreement

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://example.org/"
_BLOCK, _HEADER, _RECYCLED = 32768, 7, range(5, 9)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("closing") / "store"
    with create(folder, BASE) as made:
        for number in range(9):
            graph, thing = URIRef(f"{BASE}graph/{number % 3}"), URIRef(f"{BASE}thing/{number % 3}")
            quads = {
                (thing, URIRef(f"{BASE}p{value % 3}"), Literal(f"{number} {value}"), graph)
                for value in range(40)
            }
            made.apply(ChangeSet(frozenset(quads), made.quads(graph=graph)))
            made.checkpoint(folder / f"checkpoint-{number}")
            if number % 3 == 1:
                made.tidy()
    return folder


def ends(data: bytes) -> list[int]:
    """Return where the entries of a manifest end: it is a log of RocksDB, in blocks."""
    at, found = 0, []
    while at + _HEADER <= len(data):
        left = _BLOCK - at % _BLOCK
        if left < _HEADER:
            at += left
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + _HEADER])
        if not kind and not length:
            break
        at += length + (11 if kind in _RECYCLED else _HEADER)
        found.append(at)
    return found


def test_a_store_is_opened_with_the_files_with_which_it_was_closed(template: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(template, tmp_path / "store")
    assert (folder / "closed.json").is_file()
    assert not is_altered(folder, folder / "oxigraph")
    with open_store(folder):
        assert not (folder / "closed.json").exists()
    assert not is_altered(folder, folder / "oxigraph")


@pytest.mark.slow
def test_a_manifest_that_ends_early_is_never_believed(template: Path, tmp_path: Path) -> None:
    (manifest,) = (template / "oxigraph").glob("MANIFEST-*")
    data = manifest.read_bytes()
    cuts = ends(data)[:-1]
    assert len(cuts) > 10
    refused = 0
    for cut in cuts:
        folder = shutil.copytree(template, tmp_path / f"cut-{cut}")
        (folder / "oxigraph" / manifest.name).write_bytes(data[:cut])
        for _ in range(2):  # and not the second time either
            try:
                with open_store(folder) as opened:
                    assert disagreement(opened) is None, cut
            except StoreDamagedError:
                refused += 1
        shutil.rmtree(folder)
    assert refused


def test_an_older_copy_that_is_whole_is_opened(template: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(template, tmp_path / "store")
    shutil.copytree(folder / "oxigraph", tmp_path / "older")
    with open_store(folder) as opened:
        opened.apply(
            ChangeSet(insert=frozenset([(URIRef("urn:s"), URIRef("urn:p"), Literal("o"), URIRef("urn:g"))]))
        )
    shutil.rmtree(folder / "oxigraph")
    (tmp_path / "older").rename(folder / "oxigraph")
    assert is_altered(folder, folder / "oxigraph")
    with open_store(folder) as opened:
        assert not opened.has_graph("urn:g")
        assert opened.has_graph(f"{BASE}graph/2")
