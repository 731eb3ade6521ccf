"""`-` is standard input and output, and what the system refuses is a sentence that names the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = {"kind": "actors", "id": "desk", "actors": [{"id": "desk", "type": "analyst", "label": "Desk"}]}


def servanda(
    *arguments: object, given: bytes = b"", out: int | None = subprocess.PIPE
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        input=given,
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
    )
    return done.returncode, (done.stdout or b"").decode("utf-8", "replace"), done.stderr.decode()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams") / "store"
    assert servanda("init", "--no-reference", "--store", made)[0] == 0
    return made


def test_documents_and_queries_come_on_standard_input(store: Path) -> None:
    wrong = json.dumps({**DOCUMENT, "other": 1}, indent=1).encode()
    code, told, _ = servanda("validate", "-", "--store", store, given=wrong)
    assert code == 1
    assert "  -:11: other: unknown field 'other'" in told
    yaml = b"kind: actors\nid: desk\nactors: [{id: desk, type: analyst, label: Desk}]\n"
    assert servanda("validate", "-", "--store", store, given=yaml)[1].startswith("valid: actors desk (-)")
    code, told, _ = servanda("ingest", "-", "--store", store, given=json.dumps(DOCUMENT).encode())
    assert (code, told.splitlines()[0]) == (0, "added: actors desk (-)")
    asked = b"ASK { ?desk <http://www.w3.org/2000/01/rdf-schema#label> 'Desk'@en }"
    assert "true" in servanda("query", "-", "--store", store, given=asked)[1]
    assert servanda("dump", "-", "--store", store)[0] == 0


def test_a_text_comes_on_standard_input_and_its_document_goes_to_standard_output(tmp_path: Path) -> None:
    code, told, _ = servanda("new", "report", "-", given=b"The army closed the road.")
    assert (code, 'text: "The army closed the road."' in told) == (0, True)
    (tmp_path / "a.txt").write_text("The army closed the road.")
    code, told, _ = servanda("new", "report", tmp_path / "a.txt", "-o", "-")
    assert (code, "text_file: a.txt" in told) == (0, True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_an_id_is_no_other_report_s_beside_it(store: Path, tmp_path: Path) -> None:
    (tmp_path / "Радіо.txt").write_text("The army closed the road.", encoding="utf-8")
    for number, expected in enumerate(["radio", "radio-2"]):
        target = tmp_path / f"{number}.yaml"
        assert servanda("new", "report", tmp_path / "Радіо.txt", "-o", target, "--store", store)[0] == 0
        assert f"\nid: {expected}\n" in target.read_text(encoding="utf-8")
    code, _, told = servanda("new", "report", tmp_path / "Радіо.txt", "-o", target, "--store", store)
    assert (code, "exists already" in told) == (1, True)


def test_what_the_system_refuses_is_a_sentence(store: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (("export", "actors", "-o", "/nope/x.gexf"), "/nope/x.gexf: there is no folder /nope"),
        (("dump", "/nope/x.nq"), "/nope"),
        (("query", tmp_path / "no.rq"), "no.rq: there is no such file or folder"),
        (("query", tmp_path), "is a folder, and a file is needed"),
        (("export", "actors", "-o", f"{tmp_path}/{'x' * 300}.gexf"), "the name is too long"),
    ):
        code, _, told = servanda(*arguments, "--store", store)
        assert code == 1, arguments
        assert words in told, told
        assert "Errno" not in told
        assert "Traceback" not in told


def test_a_full_disk_behind_standard_output_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, told = servanda("codes", out=full.fileno())
    assert (code, told) == (1, "servanda: what was to be printed: there is no room left on the disk\n")


def test_a_kind_of_document_that_there_is_not_is_answered_with_the_nearest() -> None:
    code, _, told = servanda("schema", "reports")
    assert (code, "did you mean report? one of: actors" in told) == (1, True)
