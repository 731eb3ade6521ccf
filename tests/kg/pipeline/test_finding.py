"""What `ingest` and `validate` read of folders that anybody may have filled: documents, and nothing else."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest

from kg.errors import DocumentError, IngestError
from kg.ingest import read_text
from kg.ingest.opening import UnreadableError, read_within
from kg.keys import Keys, Scope
from kg.pipeline import ingest, initialise, quarantine
from kg.pipeline.finding import search
from kg.store import create

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.pipeline import Repository

ACTORS = json.dumps({"kind": "actors", "id": "more", "actors": [{"id": "x", "type": "outlet", "label": "X"}]})
REPORT = (
    "kind: report\nid: radio\ntype: news\ntitle: R\nlanguage: en\nissued: 2031-02-03\nannotator: desk\n"
    "text_extent: full\ntext_fidelity: exact\ntext_access: public\ntext_file: {}\nclaims: []\n"
)
HIDDEN = "s3cret words that no document holds"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Make a folder of documents with a secret beside it."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "token.yaml").write_text(HIDDEN)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "actors.json").write_text(ACTORS)
    return tmp_path / "desk"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with initialise(tmp_path / "store", reference=False) as made:
        yield made


def found(path: Path) -> list[str]:
    return [str(item.path.relative_to(path)) for item in search([path]).found]


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def refusals(repository: Repository, *paths: Path) -> list[str]:
    outcomes = ingest(repository, paths)
    return [problem.message for outcome in outcomes for problem in outcome.problems]


@pytest.mark.parametrize("policy", ["validated", "unvalidated"])
@pytest.mark.parametrize("name", [".servanda", "deep/er/kept"])
def test_a_store_within_a_folder_is_passed_over_and_said_so(desk: Path, policy: str, name: str) -> None:
    store = desk / name
    create(store, "https://example.org/", policy).close()
    (store / "quarantine" / "x").mkdir(parents=True)
    (store / "quarantine" / "x" / "document.yaml").write_text("kind: report\n")
    Keys(store).make("News desk", Scope.ADMIN)
    made = search([desk])
    assert [item.path.name for item in made.found] == ["actors.json"]
    assert made.passed_over == (f"{store} is a store, and was passed over",)


def test_a_folder_that_holds_only_a_store_says_so(tmp_path: Path) -> None:
    create(tmp_path / "here" / "store", "https://example.org/").close()
    with pytest.raises(IngestError, match=r"no documents .* in this folder; .*store is a store"):
        search([tmp_path / "here"])


@pytest.mark.parametrize("inside", ["", "journal", "keys.json", "journal/x.yaml"])
def test_a_store_or_what_is_in_it_cannot_be_named(tmp_path: Path, inside: str) -> None:
    create(tmp_path / "store", "https://example.org/").close()
    (tmp_path / "store" / "journal").mkdir()
    (tmp_path / "store" / "keys.json").write_text("{}")
    (tmp_path / "store" / "journal" / "x.yaml").write_text(ACTORS)
    (tmp_path / "link").symlink_to("store")
    for root in ("store", "link"):
        with pytest.raises(IngestError, match=r"is a store, and|lies in the store"):
            search([tmp_path / root / inside])


@pytest.mark.parametrize(
    ("name", "target", "said"),
    [
        ("a.yaml", "{secret}", "is a link that leaves the folder"),
        ("a.yaml", "../secret/token.yaml", "is a link that leaves the folder"),
        ("a.yaml", "/etc/passwd", "is a link that leaves the folder"),
        ("a.yaml", "/proc/self/environ", "is a link that leaves the folder"),
        ("a.json", "/dev/zero", "is a link that leaves the folder"),
        ("a.yaml", "a.yaml", "is a link that goes round in circles"),
        ("a.yaml", "nothing.yaml", "is a link to a file that is not there"),
        ("a.yaml", "/nowhere/there.yaml", "is a link to a file that is not there"),
        ("a.json", "{secret}.gone", "is a link to a file that is not there"),
    ],
)
def test_a_link_that_leaves_the_folder_or_leads_nowhere_is_refused(
    desk: Path, repository: Repository, name: str, target: str, said: str
) -> None:
    (desk / name).symlink_to(target.format(secret=desk.parent / "secret" / "token.yaml"))
    (desk / "actors.json").unlink()
    for named in (desk, desk / name) if "circles" not in said and "not there" not in said else (desk,):
        assert refusals(repository, named) == [said]
    assert repository.folder is not None
    held = everything(repository.folder / "quarantine")
    assert HIDDEN.encode() not in held
    assert b"root:" not in held


def test_a_link_within_the_folder_is_read_once(desk: Path, repository: Repository) -> None:
    (desk / "below").mkdir()
    (desk / "below" / "report.yaml").write_text(ACTORS.replace("more", "other").replace('"x"', '"y"'))
    (desk / "again.yaml").symlink_to("below/report.yaml")
    (desk / "folder").symlink_to("below")
    assert found(desk) == ["actors.json", "below/report.yaml"]
    (desk / "store").mkdir()
    (desk / "store" / "servanda.json").write_text("{}")
    (desk / "store" / "keys.json").write_text(HIDDEN)
    (desk / "z.json").symlink_to("store/keys.json")
    assert refusals(repository, desk) == ["lies in the folder of a store"]
    assert repository.folder is not None
    assert HIDDEN.encode() not in everything(repository.folder)


def test_a_link_to_a_folder_outside_is_passed_over_and_said_so(desk: Path) -> None:
    (desk / "out").symlink_to(desk.parent / "secret")
    (desk / "gone").symlink_to("nowhere")
    (desk / "round").symlink_to(".")
    made = search([desk])
    assert [item.path.name for item in made.found] == ["actors.json"]
    assert made.passed_over == (
        f"{desk / 'gone'} is a link to nowhere, which is not there",
        f"{desk / 'out'} is a link that leaves the folder, and was passed over",
    )


def test_a_folder_that_holds_only_a_broken_link_says_so(tmp_path: Path, repository: Repository) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "texts").symlink_to("nowhere")
    with pytest.raises(IngestError, match="texts is a link to nowhere, which is not there"):
        search([tmp_path / "one"])
    (tmp_path / "one" / "a.yaml").symlink_to("b.yaml")
    assert refusals(repository, tmp_path / "one") == ["is a link to a file that is not there"]
    with pytest.raises(IngestError, match=r"a.yaml: a link to b.yaml, which is not there"):
        search([tmp_path / "one" / "a.yaml"])


def test_pipes_sockets_and_devices_are_told_and_wait_for_nobody(desk: Path, repository: Repository) -> None:
    os.mkfifo(desk / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(desk)  # the path of a socket is short
        try:
            listener.bind("socket.json")
        finally:
            os.chdir(here)
        said = refusals(repository, desk)
    assert sorted(said) == ["is a pipe, not a file", "is a socket, not a file"]
    assert refusals(repository, Path("/dev/zero")) == ["is a device, not a file"]


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        (None, "file/irregular"),
        ("/dev/zero", "file/outside"),
        ("{secret}", "file/outside"),
        ("texts/up", "file/outside"),
        ("loop", "file/missing"),
        (".servanda/keys.json", "file/store"),
    ],
)
def test_the_files_that_a_document_names_are_opened_likewise(
    desk: Path, repository: Repository, target: str | None, rule: str
) -> None:
    (desk / ".servanda").mkdir()
    (desk / ".servanda" / "servanda.json").write_text("{}")
    (desk / ".servanda" / "keys.json").write_text(HIDDEN)
    (desk / "texts").mkdir()
    (desk / "texts" / "up").symlink_to("../../secret/token.yaml")
    if target is None:
        os.mkfifo(desk / "loop")
    else:
        (desk / "loop").symlink_to(target.format(secret=desk.parent / "secret" / "token.yaml"))
    area = (
        "kind: places\nid: p\nplaces: [{id: a, type: agreement-zone, label: Area, geometry_file: 'loop#a'}]\n"
    )
    (desk / "report.yaml").write_text(REPORT.format("loop"))
    (desk / "places.yaml").write_text(area)
    (desk / "actors.json").unlink()
    (desk / "named.yaml").write_text(REPORT.format(".servanda/keys.json").replace("radio", "named"))
    outcomes = {outcome.path.name: outcome for outcome in ingest(repository, [desk])}
    for name in ("report.yaml", "places.yaml"):
        assert rule in {problem.rule for problem in outcomes[name].problems}, name
    assert "file/store" in {problem.rule for problem in outcomes["named.yaml"].problems}
    assert repository.folder is not None
    assert HIDDEN.encode() not in everything(repository.folder)


@pytest.mark.parametrize("named", ["key.yaml", "report.yaml", "places.yaml"])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_second_name_of_a_file_that_not_everybody_may_read_is_not_read(
    desk: Path, repository: Repository, named: str, mode: int
) -> None:
    """As a document, as a text or as an outline; a file with one name is read whatever its mode."""
    key = desk.parent / "secret" / "token.yaml"
    key.chmod(mode)
    (desk / "text").hardlink_to(key)
    if named == "key.yaml":
        (desk / named).hardlink_to(key)
    (desk / "report.yaml").write_text(REPORT.format("text"))
    (desk / "places.yaml").write_text(
        "kind: places\nid: p\nplaces: [{id: a, type: agreement-zone, label: Area, geometry_file: 'text#a'}]\n"
    )
    outcomes = {outcome.path.name: outcome for outcome in ingest(repository, [desk / named])}
    told = "a private file that has another name elsewhere (a hard link)"
    private = mode != 0o644
    assert any(told in problem.message for problem in outcomes[named].problems) is private
    assert repository.folder is not None
    if private:
        assert HIDDEN.encode() not in everything(repository.folder)


def test_a_private_document_with_one_name_is_read(desk: Path, repository: Repository) -> None:
    (desk / "actors.json").chmod(0o600)
    assert refusals(repository, desk) == []


def test_a_file_is_read_as_far_as_a_document_may_be_long(tmp_path: Path) -> None:
    with (tmp_path / "long.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert len(read_within(tmp_path, PurePath("long.yaml"), 1000)) == 1001


def test_what_is_exchanged_while_it_is_opened_is_never_read_from_outside(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside / "sub", outside):
        folder.mkdir(parents=True)
    (outside / "a.txt").write_text(HIDDEN)
    (inside / "real").mkdir()
    (inside / "real" / "a.txt").write_text("mine")
    done = threading.Event()

    def exchange() -> None:
        while not done.is_set():
            for target in (outside, inside / "real"):
                (inside / "next").symlink_to(target)
                (inside / "next").rename(inside / "way")
                (inside / "to").symlink_to(target / "a.txt")
                (inside / "to").rename(inside / "a.txt")

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        read, rules = set(), set()
        for _ in range(3000):
            for name in ("a.txt", "way/a.txt"):
                try:
                    read.add(read_within(inside, PurePath(name), 100))
                except UnreadableError as error:
                    rules.add(error.rule)
        assert rules <= {"file/outside", "file/missing"}
        assert read == {b"mine"}
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("keys.json", '{"format": 1, "keys": ["s3cret words"]}'),
        ("shadow.yaml", "root:$6$s3cret words:19000:0:99999:7:::\nx: ["),
        ("token.yml", "s3cret words"),
        ("broken.yaml", "kind: report\nid: radio\ntext_file: words.txt\nclaims: [\ns3cret words"),
    ],
)
def test_of_what_is_no_document_the_message_and_the_hash_are_kept(
    desk: Path, repository: Repository, name: str, words: str
) -> None:
    (desk / name).write_text(words)
    (desk / "words.txt").write_text("s3cret words")
    (outcome,) = ingest(repository, [desk / name])
    assert outcome.status == "refused"
    assert outcome.problems
    folder = repository.folder
    assert folder is not None
    (item,) = quarantine.items(folder)
    assert (item.document, len(item.sha256 or "")) == (None, 64)
    assert b"s3cret" not in everything(folder / "quarantine")
    assert quarantine.problems_of(folder, item.id) == outcome.problems
    assert ingest(repository, [desk / name])[0].quarantine == outcome.quarantine
    ingest(repository, [desk / name], keep_content=True)
    assert words.encode() in everything(folder / "quarantine")


def test_a_document_with_mistakes_is_kept_to_be_corrected(desk: Path, repository: Repository) -> None:
    (desk / "words.txt").write_text("The road was closed.")
    (desk / "report.yaml").write_text(REPORT.format("words.txt"))
    ingest(repository, [desk])
    assert repository.folder is not None
    (item,) = quarantine.items(repository.folder)
    assert quarantine.document_of(repository.folder, item.id).read_text() == REPORT.format("words.txt")
    assert (repository.folder / "quarantine" / item.id / "words.txt").exists()


def test_names_that_are_not_utf_8_and_ten_thousand_files_are_found(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.yaml")
    (tmp_path / odd).write_text(ACTORS)
    for number in range(10_000):
        (tmp_path / f"{number}.txt").touch()
    deep = tmp_path
    for _ in range(100):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "a.YAML").write_text(ACTORS)
    assert {item.path.name for item in search([tmp_path]).found} == {odd, "a.YAML"}


def test_over_a_network_no_file_is_read() -> None:
    for name in ("words.txt", "/etc/passwd", "../x", "/proc/self/environ"):
        with pytest.raises(DocumentError, match="came without a folder"):
            read_text(REPORT.format(name).encode(), "document.yaml")
