"""The words of a document of any kind that was redacted: no hash that is told lets anybody test guesses."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal

from kg.ingest import read_text
from kg.journal import JournalReader
from kg.pipeline import history, ingest, initialise, open_graph, redact
from kg.pipeline.following import following
from kg.pipeline.past import snapshot
from kg.pipeline.records import commits_graph, published_hash
from kg.pipeline.upkeep.dump import dump
from kg.pipeline.upkeep.load import load
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.store import ChangeSet, open_store
from kg.terms import PROV, SVD

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/servanda/id/"
NAMES = ("Aram", "Ani", "Hayk", "Lilit", "Mane", "Narek", "Zara")
AT = 3
"""The change that brings the first revision of what is redacted later."""


def said(kind: str, name: str) -> bytes:
    """Return a document of a kind in which a name stands that is redacted later."""
    of_kind: dict[str, object] = {
        "actors": {"actors": [{"id": "witness", "type": "official", "label": f"{name} Petrosyan"}]},
        "places": {
            "authority": "A gazetteer",
            "places": [{"id": "home", "type": "settlement", "label": f"The home of {name}"}],
        },
        "agreement": {
            "type": "ceasefire",
            "title": "An agreement",
            "date": "2020-11-10",
            "parties": ["state"],
            "texts": [{"key": "en", "lang": "en", "status": "official"}],
            "terms": [
                {
                    "number": "1",
                    "wordings": [{"text": "en", "words": f"{name} goes free.", "status": "verbatim"}],
                }
            ],
        },
    }
    return json.dumps({"kind": kind, "id": "hidden", "lang": "en", **of_kind[kind]}).encode()  # type: ignore[dict-item]


STATE = {"kind": "actors", "id": "states", "actors": [{"id": "state", "type": "state", "label": "A state"}]}


def put(repository: Repository, folder: Path, data: bytes) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "document.json").write_bytes(data)
    (outcome,) = ingest(repository, [folder / "document.json"])
    return outcome.problems[0].rule if outcome.problems else outcome.status


@pytest.fixture(scope="module", params=["actors", "places", "agreement"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store from which the first of two revisions was redacted, and then the other."""
    work = tmp_path_factory.mktemp(kind)
    with initialise(work / "store", BASE, reference=False) as opened:
        assert put(opened, work, json.dumps(STATE).encode()) == "added"
        assert opened.sequence == AT
        for name, status in (("Lilit", "added"), ("Mane", "revised")):
            assert put(opened, work, said(kind, name)) == status
        redact(opened, kind, "hidden", "an order", revision=1)
        assert put(opened, work, said(kind, "Lilit")) == "document/redacted"
        redact(opened, kind, "hidden", "an order")
    return work / "store"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "store")


def guesses(kind: str) -> set[str]:
    """Return what somebody can compute who guesses the name, and knows the document but for it."""
    return {read_text(said(kind, name), "a.json").content_hash for name in NAMES}


def told(folder: Path, kind: str) -> str:
    """Return all that is told of a store: its graph, its history and its changes."""
    with open_store(folder) as opened:
        everything, secret = opened.nquads().decode(), opened.secret
    everything += repr(history.revisions(folder, kind, "hidden"))
    changes = following(JournalReader(folder / "journal"), 0, None, None).entries
    return everything + repr([published_hash(e, secret, redacted=gone) for e, gone in changes])


def test_no_hash_tells_which_guess_is_right(store: Path, kind: str) -> None:
    tried = guesses(kind)
    assert not [guess for guess in tried if guess in told(store, kind)]
    assert verify(store).sound
    for change in (AT + 1, AT + 2):
        with snapshot(store, change) as past:
            assert not [guess for guess in tried if guess in past.store.nquads().decode()]


def test_what_was_redacted_is_not_taken_in_again(store: Path, kind: str, tmp_path: Path) -> None:
    with open_graph(store) as opened:
        for name in ("Lilit", "Mane"):
            assert put(opened, tmp_path / "again", said(kind, name)) == "document/redacted"
        assert put(opened, tmp_path / "again", said(kind, "Zara")) != "document/redacted"


def test_it_stays_so_through_rebuild_and_dump(store: Path, kind: str, tmp_path: Path) -> None:
    before = {hash_ for hash_ in told(store, kind).split('"') if len(hash_) == 64}
    rebuild(store)
    assert {hash_ for hash_ in told(store, kind).split('"') if len(hash_) == 64} == before
    dump(store, tmp_path / "all.nq.zst")
    load(tmp_path / "all.nq.zst", tmp_path / "loaded")
    assert not [guess for guess in guesses(kind) if guess in told(tmp_path / "loaded", kind)]
    assert verify(tmp_path / "loaded").sound
    with open_graph(tmp_path / "loaded") as opened:
        for name in ("Lilit", "Mane"):
            assert put(opened, tmp_path / "again", said(kind, name)) == "document/redacted"


def test_a_store_from_before_hides_them_when_it_is_opened_next(store: Path, kind: str) -> None:
    entries = [entry for entry in JournalReader(store / "journal").entries() if entry.identifier == "hidden"]
    with open_store(store) as opened:
        graph = commits_graph(BASE)
        for entry in entries[:2]:
            (made,) = [
                quad[0]
                for quad in opened.quads(None, PROV.wasGeneratedBy, None, graph)
                if str(quad[2]).endswith(f"change/{entry.sequence}")
            ]
            keyed = opened.quads(made, SVD.contentHash, None, graph)
            plain = (made, SVD.contentHash, Literal(entry.content_hash), graph)
            opened.apply(ChangeSet(frozenset([plain]), frozenset(keyed)))
    assert [guess for guess in guesses(kind) if guess in told(store, kind)]
    with open_graph(store):
        pass
    assert not [guess for guess in guesses(kind) if guess in told(store, kind)]
    assert verify(store).sound
