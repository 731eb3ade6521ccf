"""Texts that may be quoted only: nothing that others are given tells a right guess of their words."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from rdflib.term import Literal, URIRef

from api.cli import main
from kg.errors import GoneError, NotFoundError, StoreDamagedError
from kg.ingest import convert, read_text
from kg.journal import Journal, JournalReader
from kg.journal.entry import Draft
from kg.pipeline import history, ingest, initialise, open_graph, redact, retract
from kg.pipeline.followers import checkpoints, discard_checkpoints
from kg.pipeline.past import snapshot
from kg.pipeline.proof import prove, prove_revision
from kg.pipeline.quarantine import items
from kg.pipeline.resealing import REASON
from kg.pipeline.snapshots import place_of
from kg.pipeline.sources import known_to
from kg.pipeline.upkeep.backup import backup
from kg.pipeline.upkeep.dump import dump
from kg.pipeline.upkeep.load import load
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.restore import restore
from kg.pipeline.upkeep.verify import verify
from kg.store import Stamp, from_nquads, open_store, stamp_of, to_nquads
from kg.terms import OA, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Triple
    from kg.pipeline import Repository
    from kg.store import Secret

BASE = "https://w3id.org/servanda/id/"
REPORT = URIRef(f"{BASE}report/witness")
GRAPH = URIRef(f"{BASE}graph/report/witness")
NAMES = (
    "Aram", "Ani", "Anna", "Arpi", "Ashot", "Davit", "Eduard", "Gagik", "Gayane", "Gor", "Hakob", "Hasmik",
    "Hayk", "Irina", "Karen", "Karine", "Lilit", "Levon", "Mane", "Mariam", "Mher", "Narek", "Nune", "Ruben",
    "Samvel", "Sona", "Suren", "Tatev", "Tigran", "Vahan", "Vardan", "Zara", "Zaven",
)  # fmt: skip
"""33 guesses; the text names the 17th."""
PUBLIC_AT = 4
"""The change of a store of these tests that brings the first revision."""
QUOTED = "shells fell near the school"
TEAM = {
    "kind": "actors",
    "id": "team",
    "lang": "en",
    "actors": [{"id": "team", "type": "analyst", "label": "T"}],
}


def text_of(name: str) -> str:
    return f"{name} Petrosyan,\na nurse,\r\nsaid that {QUOTED}\u00a0\U0001f54a.\nShe has left."


TEXT = text_of("Lilit")


def document(name: str = "Lilit", **changes: object) -> dict[str, object]:
    """Return a report that quotes four words of what a witness said."""
    return {
        "kind": "report", "id": "witness", "type": "news", "title": "A witness",
        "language": "en", "lang": "en", "annotator": "team", "text": text_of(name),
        "text_access": "quotes-only",
        "claims": [{"key": "c1", "gist": "Shells fell.", "modality": "reported", "quote": QUOTED}],
    } | changes  # fmt: skip


def put(repository: Repository, folder: Path, *documents: Mapping[str, object]) -> list[str]:
    """Take documents in, and return what became of each."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, said in enumerate(documents):
        path = folder / f"{number}-{said['id']}.yaml"
        path.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
        paths.append(path)
    outcomes = ingest(repository, paths)
    assert not [problem for outcome in outcomes for problem in outcome.problems]
    return [outcome.status for outcome in outcomes]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with the ontology, and a team that annotates."""
    work = tmp_path_factory.mktemp("empty")
    with initialise(work / "store", BASE, reference=False) as made:
        assert put(made, work / "documents", TEAM) == ["added"]
    return work / "store"


@pytest.fixture(scope="module")
def quoted(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store that holds the report, of which only quotes may be shown."""
    work = tmp_path_factory.mktemp("quoted")
    shutil.copytree(empty, work / "store")
    with open_graph(work / "store") as opened:
        assert put(opened, work / "documents", document()) == ["added"]
    return work / "store"


@pytest.fixture
def store(quoted: Path, tmp_path: Path) -> Path:
    """Return one to be changed."""
    shutil.copytree(quoted, tmp_path / "store")
    return tmp_path / "store"


def said_of(folder: Path, predicate: URIRef, subject: URIRef = REPORT) -> list[str]:
    with open_store(folder) as opened:
        return [str(quad[2]) for quad in opened.quads(subject, predicate)]


def hashes(folder: Path) -> list[str]:
    """Return every hash that rests on the text: its own, and those of the document."""
    document = URIRef(f"{BASE}document/report/witness")
    return said_of(folder, SVD.textKeyedHash) + said_of(folder, SVD.contentHash, document)


def guesses(repository: Repository) -> Iterator[str]:
    """Yield what somebody can compute who guesses the name and knows the document but for that."""
    store = repository.store
    for name in NAMES:
        for access in ("quotes-only", "public"):
            said = json.dumps(document(name, text_access=access))
            read = read_text(said.encode(), "a.json")
            made = convert(read, BASE, known_to(store, BASE, [read]))
            payload = to_nquads((*triple, made.graph) for triple in made.triples)
            yield from (read.content_hash, made.content_hash, hashlib.sha256(payload).hexdigest())
        for data in (text_of(name).encode(), text_of(name).encode("utf-16"), name.encode()):
            for way in ("sha256", "sha1", "md5", "sha512", "blake2b"):
                yield hashlib.new(way, data).hexdigest()
            for key in (b"", b"\0" * 32, b"servanda", BASE.encode(), b"witness"):
                yield hmac.new(key, data, hashlib.sha256).hexdigest()
                yield hmac.new(key, hashlib.sha256(data).hexdigest().encode(), hashlib.sha256).hexdigest()


def test_no_hash_in_the_store_tells_one_of_33_guesses_right(store: Path) -> None:
    with open_graph(store) as opened:
        everything = opened.store.nquads().decode()
        tried = set(guesses(opened))
        assert len(tried) > 33 * 20
        assert not [guess for guess in tried if guess in everything]
        for name in NAMES:
            assert name not in everything.replace("Lilith", "")
    feed = json.dumps(
        [[entry.hash, entry.content_hash] for entry in JournalReader(store / "journal").entries()]
    )
    assert not [guess for guess in tried if guess in feed]


def test_a_mask_tells_neither_words_nor_lines_and_quotes_stand_where_they_stood(store: Path) -> None:
    (masked,) = said_of(store, SVD.text)
    start = TEXT.index(QUOTED)
    assert len(masked) == len(TEXT)
    assert masked == "·" * start + QUOTED + "·" * (len(TEXT) - start - len(QUOTED))
    assert said_of(store, SVD.textSha256) == []
    assert len(said_of(store, SVD.textKeyedHash)) == 1
    assert said_of(store, OA.start, URIRef(f"{REPORT}/claim/c1/evidence/1/position")) == [str(start)]


def test_two_stores_give_one_text_different_hashes(store: Path, tmp_path: Path) -> None:
    with initialise(tmp_path / "other", BASE, reference=False) as other:
        assert put(other, tmp_path / "documents", TEAM, document()) == ["added", "added"]
    assert len({*hashes(store), *hashes(tmp_path / "other")}) == 4
    with open_graph(store) as opened:
        assert put(opened, tmp_path / "again", document(id="second", title="Twice")) == ["added"]
    assert said_of(store, SVD.textKeyedHash) == said_of(
        store, SVD.textKeyedHash, URIRef(f"{BASE}report/second")
    )


def test_the_secret_is_for_its_owner_alone_and_in_no_other_file_of_the_store(store: Path) -> None:
    secret = (store / "secret.key").read_text()
    assert (store / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(secret)) == 32
    for file in store.rglob("*"):
        if file.is_file() and file.name != "secret.key":
            assert secret.strip().encode() not in file.read_bytes()
            assert bytes.fromhex(secret) not in file.read_bytes()


def test_the_same_document_again_changes_nothing_and_another_name_does(store: Path, tmp_path: Path) -> None:
    with open_graph(store) as opened:
        assert put(opened, tmp_path / "again", document()) == ["unchanged"]
        assert put(opened, tmp_path / "other", document("Hayk.")) == ["revised"]
        assert put(opened, tmp_path / "third", document("Mane.")) == ["revised"]


def test_hashes_are_kept_by_backup_rebuild_and_dump(store: Path, tmp_path: Path) -> None:
    before = hashes(store)
    assert len(before) == 2
    backup(store, tmp_path / "backup")
    assert (tmp_path / "backup" / "secret.key").stat().st_mode & 0o777 == 0o600
    restore(tmp_path / "backup", tmp_path / "restored")
    rebuild(store)
    dump(store, tmp_path / "all.nq.zst")
    assert (tmp_path / "all.nq.zst.secret").stat().st_mode & 0o777 == 0o600
    load(tmp_path / "all.nq.zst", tmp_path / "loaded")
    for folder in (store, tmp_path / "restored", tmp_path / "loaded"):
        assert hashes(folder) == before
        assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
        assert verify(folder).sound
        with open_graph(folder) as opened:
            assert put(opened, tmp_path / "again", document()) == ["unchanged"]
            assert prove(opened.store, "witness", hashlib.sha256(TEXT.encode()).hexdigest()).proven


def test_a_dump_alone_holds_no_secret_and_makes_a_store_with_a_new_one(store: Path, tmp_path: Path) -> None:
    dump(store, tmp_path / "all.nq")
    (tmp_path / "all.nq.secret").unlink()
    assert (store / "secret.key").read_bytes().strip() not in (tmp_path / "all.nq").read_bytes()
    assert not load(tmp_path / "all.nq", tmp_path / "loaded").same_secret
    assert (store / "secret.key").read_bytes() != (tmp_path / "loaded" / "secret.key").read_bytes()
    with open_graph(tmp_path / "loaded") as opened:
        assert not prove(opened.store, "witness", hashlib.sha256(TEXT.encode()).hexdigest()).proven
        assert put(opened, tmp_path / "again", document()) == ["revised"]
        assert prove(opened.store, "witness", hashlib.sha256(TEXT.encode()).hexdigest()).proven


def test_a_store_whose_secret_is_lost_or_anothers_is_not_opened(store: Path, tmp_path: Path) -> None:
    kept = (store / "secret.key").read_text()
    for content, said in ((None, "is missing"), ("0" * 64, "is the secret"), ("short", "is no secret")):
        (store / "secret.key").unlink(missing_ok=True)
        if content is not None:
            (store / "secret.key").write_text(content)
        with pytest.raises(StoreDamagedError, match=said):
            open_graph(store)
    (store / "secret.key").write_text(kept)
    with open_graph(store) as opened:
        assert put(opened, tmp_path / "again", document()) == ["unchanged"]


def test_a_file_is_proven_by_who_has_the_store(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    right.write_bytes(TEXT.encode())
    wrong.write_bytes(text_of("Hayk.").encode())

    def run(*words: str, stdin: bytes = b"") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["servanda", *words, "--store", str(store)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    assert run("prove", "report/witness", str(right)) == (0, f"{right} is the text of report/witness\n")
    assert run("prove", "report/witness", str(wrong)) == (1, f"{wrong} is not the text of report/witness\n")
    assert run("prove", "report/witness", "-", stdin=TEXT.encode())[0] == 0
    assert run("prove", "report/witness", str(right), "--revision", "1")[0] == 0
    code, told = run("prove", "report/witness", str(right), "--json")
    assert (code, json.loads(told)["proven"]) == (0, True)
    assert run("prove", "report/nobody", str(right))[0] == 1
    assert run("prove", "actors/team", str(right))[0] == 2


def test_a_public_text_is_proven_too_and_one_that_is_not_there_is_told(store: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    with open_graph(store) as opened:
        put(opened, tmp_path / "public", document(text_access="public"))
        found = prove(opened.store, "witness", digest)
        assert (found.proven, found.hash) == (True, digest)
        with pytest.raises(NotFoundError, match="nobody"):
            prove(opened.store, "nobody", digest)
        assert prove_revision(store, "witness", 1, digest, opened.store.secret).proven


# Revisions


def shown(folder: Path, number: int) -> frozenset[Triple]:
    return history.revision(folder, BASE, "report", "witness", number)


def words(triples: frozenset[Triple]) -> str:
    return to_nquads((*triple, GRAPH) for triple in triples).decode()


@pytest.fixture(scope="module")
def hidden(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store in which the report was public, and may now be quoted only, in other words."""
    work = tmp_path_factory.mktemp("hidden")
    shutil.copytree(empty, work / "store")
    with open_graph(work / "store") as opened:
        assert put(opened, work / "one", document(text_access="public")) == ["added"]
        claim = {"key": "c1", "gist": "She left.", "modality": "reported", "quote": "She has left"}
        assert put(opened, work / "two", document(claims=[claim])) == ["revised"]
    return work / "store"


@pytest.fixture
def withdrawn(hidden: Path, tmp_path: Path) -> Path:
    """Return one to be changed."""
    shutil.copytree(hidden, tmp_path / "withdrawn")
    return tmp_path / "withdrawn"


def test_older_revisions_show_no_more_than_the_newest_lets_them(withdrawn: Path) -> None:
    first = shown(withdrawn, 1)
    start = TEXT.index(QUOTED)
    masked = "·" * start + QUOTED + "·" * (len(TEXT) - start - len(QUOTED))
    assert (REPORT, SVD.text, Literal(masked)) in first
    assert (REPORT, SVD.textAccess, concept("text-access", "quotes-only")) in first
    assert not [triple for triple in first if triple[1] in {OA.prefix, OA.suffix, SVD.textSha256}]
    assert [str(value) for _, predicate, value in first if predicate == SVD.textKeyedHash] == said_of(
        withdrawn, SVD.textKeyedHash
    )
    assert "Lilit" not in words(first)
    assert "She has left" not in words(first)
    assert {(*triple, GRAPH) for triple in first} == history.revision_quads(withdrawn, "report", "witness", 1)
    assert "Lilit" not in then(withdrawn)
    whole = history.revision_quads(withdrawn, "report", "witness", 1, whole=True)
    assert "Lilit" in to_nquads(whole).decode()
    with open_graph(withdrawn) as opened:
        tried, everything = set(guesses(opened)), words(first) + opened.store.nquads().decode()
        assert not [guess for guess in tried if guess in everything]


def then(folder: Path) -> str:
    """Return all that the state tells in which the report was public."""
    with snapshot(folder, PUBLIC_AT) as past:
        return past.store.nquads().decode()


@pytest.mark.parametrize("after", ["retracted", "redacted", "public again", "without a text", "revised"])
def test_it_is_the_last_revision_that_says_what_may_be_shown(
    withdrawn: Path, tmp_path: Path, after: str
) -> None:
    row = {
        "key": "c1",
        "gist": "g",
        "modality": "reported",
        "row": {"dataset": "D", "version": "1", "id": "1"},
    }
    assert "Lilit" not in then(withdrawn)  # a snapshot is kept from now on
    with open_graph(withdrawn) as opened:
        if after == "retracted":
            retract(opened, "report", "witness", "it was a mistake")
        elif after == "redacted":
            redact(opened, "report", "witness", "an order", revision=2)
        elif after == "public again":
            put(opened, tmp_path / "after", document(text_access="public"))
        elif after == "without a text":
            said = document(claims=[row], type="dataset")
            del said["text"], said["text_access"]
            put(opened, tmp_path / "after", said)
        else:
            put(opened, tmp_path / "after", document(title="Once more"))
    again = after == "public again"
    assert ("Lilit" in words(shown(withdrawn, 1))) == again
    assert ("Lilit" in then(withdrawn)) == again
    if after == "redacted":
        with pytest.raises(GoneError):
            shown(withdrawn, 2)
    else:
        assert "Lilit" not in words(shown(withdrawn, 2))


def test_the_graph_as_it_was_shows_no_more_than_the_newest_revision_lets_it(
    empty: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    shutil.copytree(empty, folder)
    with open_graph(folder) as opened:
        assert put(opened, tmp_path / "one", document(text_access="public")) == ["added"]
        assert put(opened, tmp_path / "two", document(id="other", title="Another")) == ["added"]
    discard_checkpoints(folder)
    assert "Lilit" in then(folder)
    made = (place_of(folder, PUBLIC_AT) / "oxigraph").stat().st_ino
    with open_graph(folder) as opened:
        put(opened, tmp_path / "three", document(id="other", title="Yet another"))
        tried = set(guesses(opened))
        assert "Lilit" in then(folder)
        assert (place_of(folder, PUBLIC_AT) / "oxigraph").stat().st_ino == made  # nothing of it was touched
        put(opened, tmp_path / "four", document())
        for _ in ("made anew", "kept"):
            told = then(folder)
            assert "Lilit" not in told
            assert QUOTED in told
            assert 'textSha256> "' not in told
            assert not [guess for guess in tried if guess in told]


def test_a_checkpoint_of_when_it_was_public_is_not_what_is_told(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    shutil.copytree(empty, folder)
    with open_graph(folder) as opened:
        put(opened, tmp_path / "one", document(text_access="public"))
    assert PUBLIC_AT in dict(checkpoints(folder))
    with open_graph(folder) as opened:
        assert "Lilit" in then(folder)
        put(opened, tmp_path / "two", document())
        assert "Lilit" not in then(folder)


def test_an_older_public_revision_beside_a_public_one_is_whole(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    shutil.copytree(empty, folder)
    with open_graph(folder) as opened:
        put(opened, tmp_path / "one", document(text_access="public"))
        put(opened, tmp_path / "two", document(text_access="public", title="Other"))
    assert "Lilit" in words(shown(folder, 1))
    assert (
        words(shown(folder, 1)) == to_nquads(history.revision_quads(folder, "report", "witness", 1)).decode()
    )


def test_from_the_hash_of_an_entry_nobody_can_tell_what_it_covers(withdrawn: Path) -> None:
    entries = [entry for entry in JournalReader(withdrawn / "journal").entries() if entry.kind == "report"]
    assert len({entry.salt for entry in entries}) == 2
    for entry in entries:
        assert entry.salt is not None
        assert len(entry.salt) == 32
        assert replace(entry, salt=None).hash != entry.hash
        assert entry.salt not in said_of(withdrawn, SVD.entryHash, URIRef(f"{BASE}change/{entry.sequence}"))


# Other traces


def test_what_was_refused_is_named_by_no_hash_that_others_could_compute(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "refused.yaml"
    path.write_text(yaml.safe_dump(document(annotator="nobody")), "utf-8")
    with open_graph(store) as opened:
        (outcome,) = ingest(opened, [path])
        assert outcome.status == "refused"
        (first,) = items(store)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert first.sha256 == digest
        assert digest[:6] not in first.id
        ingest(opened, [path])
        assert [item.id for item in items(store)] == [first.id]


def test_copies_of_a_text_are_told_whichever_way_each_may_be_shown(store: Path, tmp_path: Path) -> None:
    with open_graph(store) as opened:
        for number, access in enumerate(("quotes-only", "public")):
            path = tmp_path / f"copy-{access}.yaml"
            said = document(id=f"copy-{number}", title="Copy", text_access=access)
            path.write_text(yaml.safe_dump(said), "utf-8")
            (outcome,) = ingest(opened, [path])
            rules = [warning.rule for warning in outcome.warnings]
            assert rules.count("report/same-text") == 1 + number, outcome.warnings


def test_a_graph_cannot_bring_a_keyed_hash_and_is_not_told_that_of_a_guess(store: Path) -> None:
    from kg.pipeline.proposal import propose  # noqa: PLC0415 - beside what it is for

    with open_graph(store) as opened:
        held = opened.store.graph(GRAPH)
        (proposed,) = propose(opened.store, {GRAPH: held | {(REPORT, SVD.reason, Literal("x"))}}).items
        assert proposed.outcome.status == "refused"
        rest = {triple for triple in held if triple[1] not in {SVD.text, SVD.textKeyedHash}}
        for extra in ((), ((REPORT, SVD.textSha256, Literal(hashlib.sha256(TEXT.encode()).hexdigest())),)):
            (proposed,) = propose(
                opened.store, {GRAPH: frozenset({*rest, *extra, (REPORT, SVD.text, Literal(TEXT))})}
            ).items
            assert proposed.outcome.status == "refused"
            told = " ".join(str(problem) for problem in proposed.outcome.problems)
            (keyed,) = [str(value) for _, predicate, value in held if predicate == SVD.textKeyedHash]
            assert keyed not in told


# Stores from before there were keyed hashes


def old_draft(draft: Draft, secret: Secret) -> Draft:
    """Return a draft as it was before there were keyed hashes: with plain ones, and no salt."""
    quads = from_nquads(draft.payload or b"")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    old = {
        (subject, SVD.textSha256, Literal(digest), graph) if predicate == SVD.textKeyedHash else
        (subject, predicate, Literal(TEXT.replace("Lilit", "·····")), graph) if predicate == SVD.text else
        (subject, predicate, value, graph)
        for subject, predicate, value, graph in quads
        if subject != SVD.textKeyedHash
    }  # fmt: skip
    del secret
    content_hash = draft.content_hash
    if draft.kind == "report":
        content_hash = hashlib.sha256(b"what it says").hexdigest()
    elif draft.kind == "ontology":
        content_hash = hashlib.sha256(to_nquads(old)).hexdigest()
    return replace(draft, salt=None, content_hash=content_hash, payload=to_nquads(old))


@pytest.fixture
def old(store: Path, tmp_path: Path) -> Path:
    """Return the store as an earlier version would have made it."""
    folder = tmp_path / "old"
    folder.mkdir()
    with open_graph(store) as opened:
        secret = opened.store.secret
    records = list(JournalReader(store / "journal").records())
    with Journal.create(folder / "journal") as journal:
        for entry, payload in records:
            said = {name: getattr(entry, name) for name in Draft.__slots__ if name != "payload"}
            journal.append([old_draft(Draft(**said, payload=payload), secret)])
    Stamp(BASE).write(folder)
    return folder


@pytest.mark.parametrize("first", ["opened", "rebuilt"])
def test_a_store_from_before_gets_a_secret_and_its_reports_keyed_hashes(
    old: Path, tmp_path: Path, first: str
) -> None:
    if first == "rebuilt":
        rebuild(old)
        assert stamp_of(old).secret is not None
        assert verify(old).sound
    told: list[str] = []
    with open_graph(old, tell=told.append) as opened:
        everything = opened.store.nquads().decode()
        tried = set(guesses(opened)) | {hashlib.sha256(b"what it says").hexdigest()}
        assert not [guess for guess in tried if guess in everything]
        assert put(opened, tmp_path / "again", document()) == ["unchanged"]
        assert prove(opened.store, "witness", hashlib.sha256(TEXT.encode()).hexdigest()).proven
        assert opened.store.stamp.secret == opened.store.secret.name
    assert any("secret" in said for said in told) == (first == "opened")
    assert [item.reason for item in history.revisions(old, "report", "witness")] == [None, REASON]
    (masked,) = said_of(old, SVD.text)
    assert set(masked.replace(QUOTED, "")) == {"·"}
    assert "\n" not in words(shown(old, 1)).replace(" .\n", "")
    assert not [triple for triple in shown(old, 1) if triple[1] == SVD.textSha256]
    assert verify(old).sound
    before = hashes(old)
    rebuild(old)
    assert hashes(old) == before
    with open_graph(old):
        pass
    assert len(history.revisions(old, "report", "witness")) == 2
