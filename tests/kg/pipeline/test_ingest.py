"""The write path: all or nothing, twice is once, and the order of files does not count."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg import resources
from kg.errors import IngestError
from kg.pipeline import Repository, build_demo, ingest, initialise, open_graph, validate
from kg.pipeline.setup import empty_in_memory
from kg.store.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store import OxigraphStore

    Content = Callable[[OxigraphStore], list[bytes]]

BASE = "https://w3id.org/servanda/id/"
DATA = Path(str(resources.data()))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of the reference data once, to be copied for each test."""
    folder = tmp_path_factory.mktemp("reference") / "store"
    initialise(folder, BASE).close()
    return folder


@pytest.fixture
def repository(tmp_path: Path, reference: Path) -> Iterator[Repository]:
    with open_graph(Path(shutil.copytree(reference, tmp_path / "store"))) as opened:
        yield opened


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "seed", tmp_path / "seed"))


def rewrite(seed: Path, old: str, new: str) -> Path:
    document = seed / "seed-syunik-highway-2021.yaml"
    text = document.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    document.write_text(text.replace(old, new, 1), encoding="utf-8")
    return document


def test_the_same_input_twice_changes_nothing(repository: Repository, seed: Path) -> None:
    assert [outcome.status for outcome in ingest(repository, [seed])] == ["added"]
    before = repository.store.nquads()
    assert [outcome.status for outcome in ingest(repository, [seed])] == ["unchanged"]
    assert repository.store.nquads() == before


def test_layout_is_not_content(repository: Repository, seed: Path) -> None:
    ingest(repository, [seed])
    document = seed / "seed-syunik-highway-2021.yaml"
    document.write_text("# another comment\n" + document.read_text(encoding="utf-8"), encoding="utf-8")
    assert [outcome.status for outcome in ingest(repository, [seed])] == ["unchanged"]


def test_a_refused_document_is_quarantined_and_the_rest_goes_on(
    repository: Repository, seed: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(seed, broken)
    document = rewrite(broken, 'modality: hedged\n    hedges: ["it seems that"]', "modality: hedged")
    document.write_text(
        document.read_text(encoding="utf-8").replace("id: seed-syunik-highway-2021", "id: broken", 1),
        encoding="utf-8",
    )
    outcomes = {outcome.identifier: outcome for outcome in ingest(repository, [broken, seed])}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "broken": "refused",
        "seed-syunik-highway-2021": "added",
    }
    refused = outcomes["broken"]
    (problem,) = refused.problems
    assert problem.rule.startswith("https://w3id.org/servanda/shapes#")
    assert problem.line is not None
    assert problem.field.startswith("claims[0]")
    kept = refused.quarantine
    assert kept is not None
    assert kept.parent == tmp_path / "store" / "quarantine"
    assert (kept / "document.yaml").read_bytes() == document.read_bytes()
    assert "sh:ValidationReport" in (kept / "report.ttl").read_text(encoding="utf-8")
    (reason,) = json.loads((kept / "problems.json").read_text(encoding="utf-8"))
    assert reason["rule"] == problem.rule
    assert not repository.store.graph(URIRef(f"{BASE}graph/report/broken"))


def test_what_refers_to_a_refused_document_is_refused_too(
    repository: Repository, seed: Path, tmp_path: Path
) -> None:
    accounts = Path(shutil.copytree(DATA / "accounts", tmp_path / "accounts"))
    rewrite(seed, "modality: reported", "modality: rumoured")
    outcomes = ingest(repository, [seed, accounts])
    refused = {outcome.identifier for outcome in outcomes if outcome.status == "refused"}
    added = {outcome.identifier for outcome in outcomes if outcome.status == "added"}
    assert "seed-syunik-highway-2021" in refused
    for outcome in outcomes:
        if outcome.status == "refused" and outcome.identifier != "seed-syunik-highway-2021":
            assert any(
                "seed-syunik-highway-2021/" in problem.message
                and "seed-syunik-highway-2021.yaml" in str(problem.hint)
                for problem in outcome.problems
            )
    assert added, "reports that refer to no event of the seed are taken in"


def test_validate_writes_nothing(repository: Repository, seed: Path, tmp_path: Path) -> None:
    before = repository.store.nquads()
    assert [outcome.status for outcome in validate(repository.store, [seed])] == ["valid"]
    rewrite(seed, "modality: reported", "modality: rumoured")
    (outcome,) = validate(repository.store, [seed])
    assert outcome.status == "refused"
    assert outcome.quarantine is None
    assert repository.store.nquads() == before
    assert not (tmp_path / "store" / "quarantine").exists()


def test_a_path_without_documents_is_an_error(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no such file"):
        ingest(repository, [tmp_path / "missing.yaml"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(IngestError, match="no documents"):
        ingest(repository, [tmp_path / "empty"])


def test_the_same_actor_described_twice_is_refused(repository: Repository, tmp_path: Path) -> None:
    document = {
        "kind": "actors",
        "id": "mine",
        "actors": [{"id": "armenia", "type": "state", "label": "Armenia"}],
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (outcome,) = ingest(repository, [path])
    (problem,) = outcome.problems
    assert problem.rule == "document/already-declared"
    assert "'armenia'" in problem.message


def test_two_documents_with_one_id_in_a_batch(repository: Repository, tmp_path: Path) -> None:
    paths = []
    for name in ("one", "other"):
        document = {"kind": "actors", "id": "mine", "actors": [{"id": name, "type": "state", "label": name}]}
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    outcomes = ingest(repository, paths)
    assert [outcome.status for outcome in outcomes] == ["added", "refused"]
    assert outcomes[1].problems[0].rule == "document/duplicate-id"


def write(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def hamlets(name: str, *places: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "places", "id": name, "authority": "Gazetteer", "places": list(places)}


def test_what_two_documents_state_is_refused_in_the_second(repository: Repository, tmp_path: Path) -> None:
    elm = {"id": "elm", "type": "settlement", "label": "Elm"}
    oak = {"id": "oak", "type": "settlement", "label": "Oak", "borders": ["elm"]}
    paths = [
        write(tmp_path / "a.json", hamlets("a", elm | {"borders": ["oak"]})),
        write(tmp_path / "b.json", hamlets("b", oak)),
    ]
    outcomes = ingest(repository, paths)
    assert [outcome.status for outcome in outcomes] == ["refused", "refused"]
    assert {problem.rule for problem in outcomes[1].problems} == {"document/already-stated"}
    assert {problem.rule for problem in outcomes[0].problems} == {"reference/unknown"}


def test_a_place_beside_one_of_another_document_is_taken_in(repository: Repository, tmp_path: Path) -> None:
    fir = {"id": "fir", "type": "settlement", "label": "Fir", "borders": ["syunik"], "within": ["armenia"]}
    (outcome,) = ingest(repository, [write(tmp_path / "fir.json", hamlets("fir", fir))])
    assert outcome.status == "added", outcome.problems


@pytest.mark.parametrize("batch", [True, False])
def test_places_within_each_other_are_refused(repository: Repository, tmp_path: Path, *, batch: bool) -> None:
    elm = {"id": "elm", "type": "settlement", "label": "Elm", "within": ["oak"]}
    oak = {"id": "oak", "type": "settlement", "label": "Oak", "within": ["elm"]}
    ash = {"id": "ash", "type": "settlement", "label": "Ash", "within": ["elm"]}
    document = hamlets("hamlets", elm, oak, ash) if batch else hamlets("hamlets", elm | {"within": ["elm"]})
    (outcome,) = ingest(repository, [write(tmp_path / "hamlets.json", document)])
    assert outcome.status == "refused"
    assert outcome.problems
    assert all(problem.line is not None for problem in outcome.problems)


def test_forces_of_each_other_are_refused(repository: Repository, tmp_path: Path) -> None:
    actors = [
        {"id": "guard", "type": "armed-force", "label": "Guard", "force_of": "legion"},
        {"id": "legion", "type": "armed-force", "label": "Legion", "force_of": "guard"},
    ]
    (outcome,) = ingest(
        repository, [write(tmp_path / "a.json", {"kind": "actors", "id": "a", "actors": actors})]
    )
    assert {problem.rule for problem in outcome.problems} == {"document/circle"}
    assert "guard → legion → guard" in outcome.problems[0].message


def documents() -> list[Path]:
    found = sorted(path for path in DATA.rglob("*.yaml"))
    assert len(found) > 20
    return found


def with_one_secret() -> Repository:
    """Return an empty store whose keyed hashes are those of every other that this returns."""
    repository = empty_in_memory(BASE)
    repository.store.secret = Secret(bytes(32))
    return repository


def test_the_order_of_files_does_not_change_the_store(content: Content) -> None:
    contents = []
    for order in (documents(), documents()[::-1]):
        repository = with_one_secret()
        assert {outcome.status for outcome in ingest(repository, order)} == {"added"}
        contents.append(content(repository.store))
    assert contents[0] == contents[1]


def test_document_by_document_gives_the_same_store(content: Content) -> None:
    """Reports before those that refer to them; an agreement that comes last makes the rules run anew."""
    repository = with_one_secret()
    reference = [path for path in documents() if "reference" in path.parts]
    late = [path for path in reference if path.stem in {"nk-1994-05-12", "nk-2020-10-10"}]
    early = [path for path in reference if path not in late]
    assert {outcome.status for outcome in ingest(repository, early)} == {"added"}
    waiting = [path for path in documents() if "reference" not in path.parts]
    while waiting:
        added = [path for path in waiting if ingest(repository, [path])[0].status == "added"]
        assert added, "each round takes in the reports that refer to nothing unknown"
        waiting = [path for path in waiting if path not in added]
    assert {outcome.status for outcome in ingest(repository, late)} == {"added"}
    together = with_one_secret()
    ingest(together, documents())
    assert content(repository.store) == content(together.store)


SCRIPT = """
import sys
from pathlib import Path
from kg.pipeline import build_demo
with build_demo(Path(sys.argv[1]), accounts=True) as made:
    for line in made.store.nquads().splitlines(keepends=True):
        # What is keyed has the secret of each store in it.
        if b"graph/commits>" not in line and b"textKeyedHash>" not in line:
            sys.stdout.buffer.write(line)
"""


def test_two_processes_make_the_same_nquads(tmp_path: Path) -> None:
    dumps = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Yerevan")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / seed)],
            env=environment,
            capture_output=True,
            check=True,
        )
        dumps.append(done.stdout)
    assert dumps[0] == dumps[1]
    assert dumps[0].count(b"\n") > 5000


def test_a_triple_stands_in_exactly_one_graph_and_no_node_is_blank(tmp_path: Path) -> None:
    with build_demo(tmp_path / "demo", BASE, accounts=True) as made:
        lines = made.store.nquads().decode().splitlines()
    triples = Counter(line.rpartition(" <")[0] for line in lines)
    assert [triple for triple, count in triples.items() if count > 1] == []
    assert [line for line in lines if line.startswith("_:") or " _:" in line.partition('"')[0]] == []


def test_rules_that_did_not_run_are_made_up_for_when_the_store_is_opened(
    tmp_path: Path, seed: Path, reference: Path, monkeypatch: pytest.MonkeyPatch, content: Content
) -> None:
    """What a process leaves that ends between a commit and its rules."""
    left = open_graph(Path(shutil.copytree(reference, tmp_path / "store")))
    monkeypatch.setattr(Repository, "conclude", lambda _: False)
    ingest(left, [seed])
    without = left.store.nquads()
    left.release()
    monkeypatch.undo()
    with open_graph(tmp_path / "store") as reopened:
        recovered = content(reopened.store)
    assert b"id/violation/" not in without
    assert b"id/violation/" in b"".join(recovered)
    with open_graph(Path(shutil.copytree(reference, tmp_path / "expected"))) as expected:
        ingest(expected, [seed])
        assert recovered == content(expected.store)


BAD: list[tuple[str, str, str, str]] = [
    ("modality: reported", "modality: rumoured", "claims[1].modality", "rumoured"),
    ("value: 2021-08-26\n", "value: 2021-08-32\n", "claims[1].time.value", "2021-08-32"),
    ("Syunik, Armenia\n    modality", "Syunik, Georgia\n    modality", "claims[1].quote", ""),
    (
        "perpetrators: [azerbaijani-armed-forces]\n    places: [syunik]",
        "perpetrators: [azeri]\n    places: [syunik]",
        "claims[1].perpetrators[0]",
        "azeri",
    ),
    ("claims:\n", "alleged_violations: []\nclaims:\n", "alleged_violations", "rules"),
]


@pytest.mark.parametrize("mistake", BAD, ids=[row[2] for row in BAD])
def test_each_mistake_is_refused_with_file_line_field_and_rule(
    repository: Repository, seed: Path, mistake: tuple[str, str, str, str]
) -> None:
    old, new, field, word = mistake
    document = rewrite(seed, old, new)
    (outcome,) = ingest(repository, [seed])
    assert outcome.status == "refused"
    problem: Any = next(problem for problem in outcome.problems if problem.field == field)
    assert problem.file == str(document)
    assert problem.line is not None
    assert problem.rule
    assert word in f"{problem.message} {problem.hint}"
