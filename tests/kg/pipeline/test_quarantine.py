"""What is refused is kept, whole or not at all, until it is taken in, discarded or redacted."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from kg import resources
from kg.errors import IngestError, NotFoundError
from kg.ingest import glance
from kg.model import Problem
from kg.pipeline import ingest, initialise, open_graph, redact
from kg.pipeline import quarantine as kept
from kg.pipeline.owner import Hold

if TYPE_CHECKING:
    from kg.pipeline.item import Item

BASE = "https://w3id.org/servanda/id/"
ROOT = Path(__file__).parents[3]
SEED = Path(str(resources.data())) / "seed"
NAME = "seed-syunik-highway-2021"
PROBLEM = Problem("radio.yaml", 3, "claims", "is empty", "document/empty", "at least one is needed")
OTHER = Problem("radio.yaml", 4, "lang", "unknown", "code/unknown")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make the folder of a store; the quarantine asks for no more of it."""
    made = tmp_path / "store"
    made.mkdir()
    return made


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def radio(folder: Path, text: str = "kind: report\nid: radio\nclaims: []\n") -> Path:
    return write(folder / "radio.yaml", text)


def refuse(folder: Path, document: Path, *problems: Problem, report: str | None = None) -> str:
    return kept.keep(folder, document, problems or (PROBLEM,), report).name


def files(folder: Path) -> set[str]:
    root = folder / "quarantine"
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_refusal_is_kept_with_bytes_problems_report_and_record(folder: Path, tmp_path: Path) -> None:
    document = radio(tmp_path)
    place = kept.keep(folder, document, [PROBLEM], "# a report\n", "report", "radio")
    assert place.parent == folder / "quarantine"
    assert place.name == "radio-f3633c27ffd4"
    assert (place / "document.yaml").read_bytes() == document.read_bytes()
    assert json.loads((place / "problems.json").read_text(encoding="utf-8")) == [
        {
            "file": "radio.yaml",
            "line": 3,
            "field": "claims",
            "message": "is empty",
            "rule": "document/empty",
            "hint": "at least one is needed",
            "severity": "error",
        }
    ]
    assert kept.report_of(folder, place.name) == "# a report\n"
    (item,) = kept.items(folder)
    assert item == kept.item(folder, place.name)
    assert (item.status, item.kind, item.identifier) == ("open", "report", "radio")
    assert (item.file, item.document, item.sequence, item.note) == (
        str(document),
        "document.yaml",
        None,
        None,
    )
    assert kept.problems_of(folder, place.name) == (PROBLEM,)
    assert kept.document_of(folder, place.name) == place / "document.yaml"
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE((folder / "quarantine").stat().st_mode)


def test_what_a_document_says_of_itself_is_seen_though_it_does_not_parse(
    folder: Path, tmp_path: Path
) -> None:
    refuse(folder, radio(tmp_path, "kind: report\nid: radio  # or tv\nclaims: [\n"))
    refuse(folder, write(tmp_path / "tv.json", '{"claims": [{"id": "no"}], "kind": "report", "id": "tv"'))
    refuse(folder, write(tmp_path / "web.json", '{"kind": "report", "id": "web", "claims": [{"id": "no"'))
    seen = {Path(item.file or "").name: (item.kind, item.identifier) for item in kept.items(folder)}
    assert seen == {
        "radio.yaml": ("report", "radio"),
        "tv.json": (None, None),
        "web.json": ("report", "web"),
    }


def test_the_same_refused_again_renews_its_item(folder: Path, tmp_path: Path) -> None:
    document = radio(tmp_path)
    first = refuse(folder, document, report="# a report\n")
    before = kept.item(folder, first).refused_at
    assert refuse(folder, document, OTHER) == first
    (item,) = kept.items(folder)
    assert (item.refused_at or "") > (before or "")
    assert kept.problems_of(folder, first) == (OTHER,)
    assert kept.report_of(folder, first) is None


def test_other_bytes_under_the_same_name_are_an_item_of_their_own(folder: Path, tmp_path: Path) -> None:
    names = {
        refuse(folder, radio(tmp_path / "a")),
        refuse(folder, radio(tmp_path / "b", "kind: report\nid: other\n")),
    }
    assert len(names) == 2
    assert {item.identifier for item in kept.items(folder)} == {"radio", "other"}


def test_the_same_bytes_with_another_ending_or_another_text_do_not_collide(
    folder: Path, tmp_path: Path
) -> None:
    text = '{"kind": "report", "id": "radio", "text_file": "words.txt"}'
    for name in ("a", "b"):
        write(tmp_path / name / "words.txt", f"What {name} says.")
    names = [
        refuse(folder, write(tmp_path / "a" / "radio.json", text)),
        refuse(folder, write(tmp_path / "b" / "radio.json", text)),
        refuse(folder, write(tmp_path / "a" / "radio.yaml", text)),
    ]
    assert names[1:] == [f"{names[0]}-2", f"{names[0]}-3"]
    root = folder / "quarantine"
    assert (root / names[0] / "words.txt").read_text(encoding="utf-8") == "What a says."
    assert (root / names[1] / "words.txt").read_text(encoding="utf-8") == "What b says."
    assert refuse(folder, tmp_path / "b" / "radio.json") == names[1], "each is found again"


def test_a_correction_in_place_is_not_overwritten_when_the_old_one_is_refused_again(
    folder: Path, tmp_path: Path
) -> None:
    document = radio(tmp_path)
    first = refuse(folder, document)
    write(kept.document_of(folder, first), "kind: report\nid: radio\nclaims: [corrected]\n")
    second = refuse(folder, document)
    assert second == f"{first}-2"
    assert "corrected" in kept.document_of(folder, first).read_text(encoding="utf-8")
    assert kept.document_of(folder, second).read_bytes() == document.read_bytes()


def test_the_files_that_a_document_names_lie_beside_it(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "texts" / "radio.txt", "Words.")
    write(tmp_path / "areas.geojson", "{}")
    write(tmp_path.parent / "secret.txt", "Not beside it.")
    report = radio(tmp_path, "kind: report\nid: radio\ntext_file: texts/radio.txt\n")
    places = write(
        tmp_path / "places.yaml",
        "kind: places\nid: p\nplaces:\n"
        "  - {id: a, geometry_file: areas.geojson#a}\n  - {id: b, geometry_file: ../secret.txt#b}\n"
        "  - {id: c, geometry_file: missing.geojson#c}\n",
    )
    first, second = refuse(folder, report), refuse(folder, places)
    own = {"document.yaml", "item.json", "problems.json"}
    assert files(folder) == (
        {f"{first}/{name}" for name in own | {"texts/radio.txt"}}
        | {f"{second}/{name}" for name in own | {"areas.geojson"}}
    )


@pytest.mark.parametrize("name", ["item.json", "PROBLEMS.json", "report.ttl", "document.yaml"])
def test_a_text_called_as_the_items_own_files_are_is_kept_apart(
    folder: Path, tmp_path: Path, name: str
) -> None:
    write(tmp_path / name, "Words of the text.")
    item = refuse(
        folder, radio(tmp_path, f"kind: report\nid: radio\ntext_file: {name}\n"), report="# graph\n"
    )
    document = kept.document_of(folder, item)
    assert document.read_bytes() == (tmp_path / "radio.yaml").read_bytes()
    assert (document.parent / name).read_text(encoding="utf-8") == "Words of the text."
    assert kept.problems_of(folder, item) == (PROBLEM,)
    assert kept.report_of(folder, item) == "# graph\n"
    assert kept.item(folder, item).status == "open"
    assert refuse(folder, tmp_path / "radio.yaml") == item


def test_a_document_that_cannot_be_read_is_noted_without_bytes(folder: Path, tmp_path: Path) -> None:
    first = refuse(folder, tmp_path / "a" / "gone.yaml")
    second = refuse(folder, tmp_path / "b" / "gone.yaml")
    assert refuse(folder, tmp_path / "b" / "gone.yaml") == second != first
    assert {item.document for item in kept.items(folder)} == {None}
    with pytest.raises(NotFoundError, match="no document was kept"):
        kept.document_of(folder, first)


@pytest.mark.parametrize(
    "name",
    [
        "-rf.yaml",
        ".aside-x.yaml",
        "two\nlines.yaml",
        "\x1b[31mred.yaml",
        "ä" * 120 + ".yaml",
        "no-ending",
        "...",
    ],
)
def test_odd_names_of_files_make_plain_names_of_items(folder: Path, tmp_path: Path, name: str) -> None:
    item = refuse(folder, write(tmp_path / name, "kind: report\nid: radio\n"))
    assert item.isprintable()
    assert item[0] not in ".-"
    assert kept.items(folder)[0].file == str(tmp_path / name)
    assert kept.document_of(folder, item).is_file()


def test_a_name_that_is_not_utf_8_survives_in_the_record(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.yaml")
    item = refuse(folder, write(path, "kind: report\n"), Problem(str(path), 1, "", "m", "r"))
    assert kept.item(folder, item).file == str(path)
    assert kept.problems_of(folder, item) == (Problem(str(path), 1, "", "m", "r"),)


def test_open_items_of_a_document_are_resolved_when_it_is_taken_in(folder: Path, tmp_path: Path) -> None:
    old = refuse(folder, radio(tmp_path))
    new = refuse(folder, radio(tmp_path, "kind: report\nid: radio\nclaims: [{}]\n"))
    gone = refuse(folder, radio(tmp_path, "kind: report\nid: radio\nclaims: [[]]\n"))
    actors = refuse(folder, write(tmp_path / "actors.yaml", "kind: actors\nid: radio\n"))
    kept.discard(folder, gone, "a test")
    assert kept.resolve(folder, "report", "tv", 11) == ()
    assert set(kept.resolve(folder, "report", "radio", 12)) == {old, new}
    states = {item.id: (item.status, item.sequence) for item in kept.items(folder)}
    assert states == {
        old: ("resolved", 12),
        new: ("resolved", 12),
        gone: ("discarded", None),
        actors: ("open", None),
    }
    assert [item.id for item in kept.items(folder, "open")] == [actors]


def test_what_was_resolved_or_discarded_is_open_again_when_it_is_refused_again(
    folder: Path, tmp_path: Path
) -> None:
    document = radio(tmp_path)
    name = refuse(folder, document)
    kept.resolve(folder, "report", "radio", 12)
    assert refuse(folder, document) == name
    assert (kept.item(folder, name).status, kept.item(folder, name).sequence) == ("open", None)
    assert "entry 12" in (kept.item(folder, name).note or "")
    kept.discard(folder, name, "a hoax")
    refuse(folder, document)
    assert kept.item(folder, name).status == "open"
    assert "a hoax" in (kept.item(folder, name).note or "")


def test_discarding_needs_a_reason_and_an_item_that_was_not_taken_in(folder: Path, tmp_path: Path) -> None:
    name = refuse(folder, radio(tmp_path))
    with pytest.raises(IngestError, match="say why"):
        kept.discard(folder, name, " ")
    assert kept.discard(folder, name, "a hoax").note == "a hoax"
    assert kept.document_of(folder, name).is_file(), "nothing is removed"
    kept.mark_resolved(folder, name, 3)
    with pytest.raises(IngestError, match="taken in"):
        kept.discard(folder, name, "a hoax")


def test_an_unknown_id_is_answered_with_the_nearest(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no item 'radio' in the quarantine$"):
        kept.item(folder, "radio")
    name = refuse(folder, radio(tmp_path))
    for wrong in ("radio", name[:-2], f"{name}x"):
        with pytest.raises(NotFoundError, match=f"did you mean {name}"):
            kept.item(folder, wrong)
    for path in (f"../quarantine/{name}", ".", "..", "", str(folder / "quarantine" / name)):
        with pytest.raises(NotFoundError):
            kept.item(folder, path)


DAMAGES = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"status": "lost"}',
    b'{"status": "open", "file": 3}',
    b'{"status": "open", "sequence": "3"}',
    b'{"status": "open", "document": "../../servanda.json"}',
    b'{"status": "open", "document": "/etc/hostname"}',
]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_record_is_shown_by_name_and_breaks_nothing(
    folder: Path, tmp_path: Path, damage: bytes
) -> None:
    sound = refuse(folder, write(tmp_path / "tv.yaml", "kind: report\nid: tv\n"))
    broken = refuse(folder, radio(tmp_path))
    (folder / "quarantine" / broken / "item.json").write_bytes(damage)
    items = {item.id: item for item in kept.items(folder)}
    assert {name: item.status for name, item in items.items()} == {sound: "open", broken: "damaged"}
    assert "item.json cannot be read" in (items[broken].note or "")
    assert (items[broken].kind, items[broken].identifier) == ("report", "radio")
    assert kept.document_of(folder, broken).parent == folder / "quarantine" / broken
    assert refuse(folder, tmp_path / "radio.yaml") == broken, "refused again, it is whole again"
    assert {item.status for item in kept.items(folder)} == {"open"}


def test_a_record_that_is_a_folder_and_a_stray_file_break_nothing(folder: Path, tmp_path: Path) -> None:
    name = refuse(folder, radio(tmp_path))
    write(folder / "quarantine" / "notes.txt", "of a person")
    (folder / "quarantine" / "empty").mkdir()
    (folder / "quarantine" / name / "item.json").unlink()
    (folder / "quarantine" / name / "item.json").mkdir()
    assert {item.id: item.status for item in kept.items(folder)} == {name: "damaged", "empty": "open"}


def test_items_of_earlier_versions_are_open(folder: Path, tmp_path: Path) -> None:
    name = refuse(folder, radio(tmp_path))
    (folder / "quarantine" / name / "item.json").unlink()
    (item,) = kept.items(folder)
    assert (item.status, item.kind, item.identifier) == ("open", "report", "radio")
    assert (item.document, item.file) == ("document.yaml", "radio.yaml")
    assert kept.resolve(folder, "report", "radio", 5) == (name,)


def test_purging_removes_every_item_of_a_document_and_what_broke_off(folder: Path, tmp_path: Path) -> None:
    whole = refuse(folder, radio(tmp_path))
    unparsed = refuse(folder, radio(tmp_path, "kind: report\nid: radio\nclaims: ['Anna\n"))
    renamed = refuse(folder, write(tmp_path / "x.yaml", "kind: report\nid: x\n"))
    write(kept.document_of(folder, renamed), "kind: report\nid: radio\n")
    resolved = refuse(folder, radio(tmp_path, "kind: report\nid: radio\nclaims: 1\n"))
    kept.mark_resolved(folder, resolved, 4)
    other = refuse(folder, write(tmp_path / "tv.yaml", "kind: report\nid: tv\n"))
    write(folder / "quarantine" / ".aside-0123" / "document.yaml", "Anna")
    assert set(kept.purge(folder, "report", "radio")) == {whole, unparsed, renamed, resolved}
    assert [item.id for item in kept.items(folder)] == [other]
    assert sorted(path.name for path in (folder / "quarantine").iterdir()) == [other]
    assert kept.purge(folder, "report", "radio") == ()
    assert kept.purge(tmp_path / "nowhere", "report", "radio") == ()


def test_purging_until_a_time_leaves_what_was_refused_later(folder: Path, tmp_path: Path) -> None:
    early = refuse(folder, radio(tmp_path))
    time = kept.item(folder, early).refused_at
    late = refuse(folder, radio(tmp_path, "kind: report\nid: radio\nclaims: [{}]\n"))
    assert kept.purge(folder, "report", "radio", time) == (early,)
    assert [item.id for item in kept.items(folder)] == [late]


def test_of_what_was_redacted_no_word_is_kept(folder: Path, tmp_path: Path) -> None:
    redacted = Problem("radio.yaml", 2, "id", "was redacted", "document/redacted")
    document = radio(tmp_path, "kind: report\nid: radio\ntext_file: radio.txt\n")
    write(tmp_path / "radio.txt", "Anna")
    name = refuse(folder, document, redacted)
    assert refuse(folder, document, redacted) == name
    assert files(folder) == {f"{name}/item.json", f"{name}/problems.json"}
    before = refuse(folder, document)
    assert refuse(folder, kept.document_of(folder, before), redacted) == before
    assert files(folder) == {
        f"{item}/{part}" for item in (name, before) for part in ("item.json", "problems.json")
    }


STEPS = """
import json, os, shutil, signal, sys
from pathlib import Path
from kg.model import Problem
from kg.pipeline import quarantine

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}
before, folder, document = map(Path, sys.argv[1:])

def keep():
    return quarantine.keep(folder, document, [Problem("new.yaml", 1, "", "new", "new")], "# new")

def state():
    return [
        [item.id, item.status, quarantine.document_of(folder, item.id).read_text(),
         [problem.rule for problem in quarantine.problems_of(folder, item.id)]]
        for item in quarantine.items(folder)
    ]

for step in range(1, 100):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before, folder)
    child = os.fork()
    if child == 0:
        left = [step]
        def count(event, arguments):
            if event in EVENTS and "quarantine" in str(arguments[0]):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        keep()
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    killed = state()
    left = any(folder.glob("quarantine/.*"))
    keep()
    swept = not any(folder.glob("quarantine/.*"))
    print(json.dumps({"ended": ended, "killed": killed, "left": left, "swept": swept, "after": state()}))
    if ended == 0:
        break
"""


@pytest.mark.parametrize("known", [False, True])
def test_a_process_killed_at_any_step_leaves_an_item_whole_or_not_at_all(
    folder: Path, tmp_path: Path, *, known: bool
) -> None:
    document = radio(tmp_path)
    if known:
        refuse(folder, document, report="# old")
    done = python("-c", STEPS, str(folder), str(tmp_path / "killed"), str(document))
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step["ended"] for step in steps] == [-9] * (len(steps) - 1) + [0]
    assert len(steps) > 10
    new, old = (
        [["radio-f3633c27ffd4", "open", document.read_text(encoding="utf-8"), [rule]]]
        for rule in ("new", "document/empty")
    )
    before = old if known else []
    assert {json.dumps(step["killed"]) for step in steps} == {json.dumps(before), json.dumps(new)}
    assert any(step["left"] for step in steps), "a broken-off keep leaves something to be swept"
    assert all(step["swept"] and step["after"] == new for step in steps)


FULL = """
import resource, sys
from pathlib import Path
from kg.errors import StorageFullError
from kg.model import Problem
from kg.pipeline import quarantine

folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
long = [Problem("x", None, "", "m" * 4000, "r")]
for document, problems in ((sys.argv[2], []), (sys.argv[3], long), (sys.argv[4], long)):
    try:
        quarantine.keep(folder, Path(document), problems, None)
    except StorageFullError as error:
        print(error)
"""


def test_a_full_disk_is_said_and_takes_nothing_away(folder: Path, tmp_path: Path) -> None:
    document = radio(tmp_path)
    name = refuse(folder, document)
    before = {path: path.read_bytes() for path in (folder / "quarantine").rglob("*") if path.is_file()}
    large = write(tmp_path / "large.yaml", "kind: report\nid: large\n" + "# words\n" * 1000)
    edited = refuse(folder, write(tmp_path / "own.yaml", "kind: report\nid: own\n"))
    before |= {path: path.read_bytes() for path in (folder / "quarantine" / edited).rglob("*")}
    own = kept.document_of(folder, edited)
    done = python("-c", FULL, str(folder), str(large), str(document), str(own))
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 3
    assert all("no room on the disk" in sentence for sentence in said)
    assert {
        path: path.read_bytes() for path in (folder / "quarantine").rglob("*") if path.is_file()
    } == before
    assert {item.id for item in kept.items(folder)} == {name, edited}
    assert len(list((folder / "quarantine").iterdir())) == 2
    assert refuse(folder, large), "it goes on once there is room"


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SERVANDA_AGENT": "tester", "SERVANDA_RESERVE": "0"}
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of the reference data once, to be copied for each test."""
    folder = tmp_path_factory.mktemp("reference") / "store"
    initialise(folder, BASE).close()
    return folder


@pytest.fixture
def store(tmp_path: Path, reference: Path) -> Path:
    return Path(shutil.copytree(reference, tmp_path / "store"))


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEED, tmp_path / "seed")) / f"{NAME}.yaml"


def edit(document: Path, old: str, new: str) -> None:
    text = document.read_text(encoding="utf-8")
    assert old in text
    document.write_text(text.replace(old, new, 1), encoding="utf-8")


def servanda(store: Path, *arguments: str, code: int = 0) -> str:
    """Return what the command says on standard output, or on standard error if it is to fail."""
    done = python("-m", "kg", *arguments, "--store", str(store))
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr if code else done.stdout


def listed(store: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(servanda(store, "quarantine", "list", "--json", *options))
    return found


def states(store: Path, status: Literal["open"] | None = None) -> tuple[Item, ...]:
    return kept.items(store, status)


def holds(store: Path, identifier: str) -> bool:
    with open_graph(store) as opened:
        return bool(
            opened.store.select(
                f'SELECT ?g {{ ?d <http://purl.org/dc/terms/identifier> "{identifier}" ; '
                "<https://w3id.org/servanda/ontology#storedIn> ?g }"
            ).rows
        )


def test_refused_listed_shown_corrected_in_place_resubmitted_resolved(store: Path, seed: Path) -> None:
    edit(seed, "modality: reported", "modality: rumoured")
    assert "kept in" in servanda(store, "ingest", str(seed), code=1)
    (item,) = listed(store)
    assert (item["status"], item["kind"], item["identifier"]) == ("open", "report", NAME)
    assert (item["problems"], item["file"]) == (1, str(seed))
    assert f"{item['id']}  open  report {NAME}  1 problem  " in servanda(store, "quarantine", "list")
    shown = servanda(store, "quarantine", "show", item["id"])
    document = store / "quarantine" / item["id"] / "document.yaml"
    assert str(document) in shown
    assert f"{seed}:" in shown
    assert "rumoured" in shown
    (problem,) = json.loads(servanda(store, "quarantine", "show", item["id"], "--json"))["problems"]
    assert (problem["field"], problem["line"] is not None) == ("claims[1].modality", True)
    shutil.rmtree(seed.parent)  # the kept text must do
    edit(document, "modality: rumoured", "modality: reported")
    assert f"added: report {NAME}" in servanda(store, "quarantine", "resubmit", item["id"])
    assert listed(store) == []
    (after,) = listed(store, "--all")
    assert (after["id"], after["status"]) == (item["id"], "resolved")
    with open_graph(store) as opened:
        assert opened.journal is not None
        entry, _ = opened.journal.record(after["sequence"])
        assert (entry.identifier, entry.agent) == (NAME, "tester")
    assert holds(store, NAME)
    assert "was taken in" in servanda(store, "quarantine", "resubmit", item["id"], code=1)


def test_what_is_still_wrong_is_refused_again_under_its_id(store: Path, seed: Path) -> None:
    edit(seed, "modality: reported", "modality: rumoured")
    servanda(store, "ingest", str(seed), code=1)
    (item,) = states(store, "open")
    document = store / "quarantine" / item.id / "document.yaml"
    edit(document, "modality: rumoured", "modality: reported")
    edit(document, "type: incursion", "type: excursion")
    said = servanda(store, "quarantine", "resubmit", item.id, code=1)
    assert "excursion" in said
    (after,) = states(store)
    assert (after.id, after.status, after.file) == (item.id, "open", str(seed))
    assert (after.refused_at or "") > (item.refused_at or "")
    shown = servanda(store, "quarantine", "show", item.id)
    assert "excursion" in shown
    assert "rumoured" not in shown
    assert not holds(store, NAME)


def test_a_file_takes_the_place_of_the_document(store: Path, seed: Path, tmp_path: Path) -> None:
    right = seed.read_bytes()
    edit(seed, "modality: reported", "modality: rumoured")
    servanda(store, "ingest", str(seed), code=1)
    (item,) = states(store, "open")
    alone = tmp_path / "elsewhere.yml"
    alone.write_bytes(right)
    said = servanda(store, "quarantine", "resubmit", item.id, "--with", str(alone))
    assert f"added: report {NAME}" in said
    (after,) = states(store)
    assert (after.status, after.document) == ("resolved", "document.yml")
    assert not (store / "quarantine" / item.id / "document.yaml").exists()


def test_an_item_whose_id_was_the_mistake_is_resolved_too(store: Path, seed: Path) -> None:
    edit(seed, f"id: {NAME}", "id: [one, two]")
    servanda(store, "ingest", str(seed), code=1)
    (item,) = states(store, "open")
    edit(store / "quarantine" / item.id / "document.yaml", "id: [one, two]", "id: another")
    servanda(store, "quarantine", "resubmit", item.id)
    (after,) = states(store)
    assert (after.status, after.sequence is None) == ("resolved", False)
    assert holds(store, "another")


def test_a_document_corrected_where_it_was_resolves_its_items(store: Path, seed: Path) -> None:
    right = seed.read_bytes()
    edit(seed, "events:", "events: [")
    servanda(store, "ingest", str(seed), code=1)
    seed.write_bytes(right)
    servanda(store, "ingest", str(seed))
    assert [item.status for item in states(store)] == ["resolved"]


def test_of_several_items_of_a_document_the_last_is_resubmitted(
    store: Path, seed: Path, tmp_path: Path
) -> None:
    right = seed.read_text(encoding="utf-8")
    edit(seed, "modality: reported", "modality: rumoured")
    servanda(store, "ingest", str(seed), code=1)
    edit(seed, "modality: rumoured", "modality: heard")
    write(tmp_path / "seed" / "tv.yaml", "kind: report\nid: tv\n")
    servanda(store, "ingest", str(seed.parent), code=1)
    first, *others = states(store, "open")
    (last,) = [item for item in others if item.identifier == NAME]
    write(store / "quarantine" / last.id / "document.yaml", right)
    said = servanda(store, "quarantine", "resubmit", "--all", code=1)
    assert f"left out: {first.id}: {last.id} is a later one" in said
    after = {item.id: item.status for item in states(store)}
    assert after.pop(first.id) == after.pop(last.id) == "resolved"
    assert list(after.values()) == ["open"]


def test_what_is_discarded_is_kept_with_the_reason(store: Path, seed: Path) -> None:
    edit(seed, "modality: reported", "modality: rumoured")
    servanda(store, "ingest", str(seed), code=1)
    (item,) = states(store, "open")
    assert "--reason" in servanda(store, "quarantine", "discard", item.id, code=2)
    servanda(store, "quarantine", "discard", item.id, "--reason", "A hoax.")
    assert states(store, "open") == ()
    assert "A hoax." in servanda(store, "quarantine", "list", "--all")
    assert (store / "quarantine" / item.id / "document.yaml").read_bytes() == seed.read_bytes()


def test_reading_the_quarantine_waits_for_nobody_and_changing_it_does(store: Path, seed: Path) -> None:
    edit(seed, "modality: reported", "modality: rumoured")
    servanda(store, "ingest", str(seed), code=1)
    (item,) = states(store, "open")
    hold = Hold(store, "serve")
    try:
        assert item.id in servanda(store, "quarantine", "list")
        servanda(store, "quarantine", "show", item.id)
        for command in (("resubmit", item.id), ("discard", item.id, "--reason", "x")):
            assert f"process {os.getpid()}" in servanda(store, "quarantine", *command, code=1)
    finally:
        hold.release()
    assert [found.status for found in states(store)] == ["open"]


def test_wrong_usage_is_said(store: Path, tmp_path: Path) -> None:
    document = write(tmp_path / "x.yaml", "kind: report\n")
    assert "name items" in servanda(store, "quarantine", "resubmit", code=2)
    assert "name the one item" in servanda(
        store, "quarantine", "resubmit", "--all", "--with", str(document), code=2
    )
    assert "no item 'x'" in servanda(store, "quarantine", "show", "x", code=1)
    assert "no store" in servanda(tmp_path / "nowhere", "quarantine", "list", code=1)
    assert states(store, "open") == ()


def test_a_redacted_document_that_comes_back_leaves_no_word(store: Path, seed: Path) -> None:
    word = b"highway"
    assert word in seed.read_bytes()
    right = seed.read_bytes()
    with open_graph(store) as opened:
        edit(seed, "modality: reported", "modality: rumoured")
        assert [outcome.status for outcome in ingest(opened, [seed])] == ["refused"]
        seed.write_bytes(right)
        assert [outcome.status for outcome in ingest(opened, [seed])] == ["added"]
        redact(opened, "report", NAME, "an order of a court")
        assert files(store) == set()
        (outcome,) = ingest(opened, [seed])
    assert outcome.problems[0].rule == "document/redacted"
    found = files(store)
    assert len(found) == 2
    assert not [
        name
        for name in found
        if word in (store / "quarantine" / name).read_bytes().replace(NAME.encode(), b"")
    ]


def test_a_glance_takes_nothing_for_the_documents_own_that_is_nested() -> None:
    assert glance(b"\xef\xbb\xbfkind: report\nid: a\n bad: [", "a.yaml").identifier == "a"
    assert glance(b"claims:\n  - id: b\n    kind: c\n  x", "a.yaml").identifier is None
    assert glance(b'{"kind":"report","text_file":"t.txt","claims":[', "a.json").files == ("t.txt",)
    assert glance(b"kind: report\nid: \xff\xfe", "a.yaml").kind == "report"
    assert glance(b"- kind: report\n", "a.yaml") == glance(b"", "a.json")
