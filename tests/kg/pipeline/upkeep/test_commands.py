"""The commands of upkeep: what they print, and with which exit code they end."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import Literal, URIRef
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import StoreError
from kg.journal import JournalReader
from tests.kg.pipeline.upkeep.history import BASE, harm, lines

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

ROOT = __file__.rpartition("/tests/")[0]
STRAY = (URIRef("urn:x:s"), URIRef("urn:x:p"), Literal("o"), URIRef("urn:x:graph"))


def servanda(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def as_json(*arguments: object) -> Any:
    return json.loads(servanda(*arguments, "--json").stdout)


def test_verify_prints_what_is_right_and_who_redacted_what(store: Path) -> None:
    done = servanda("verify", "--store", store)
    assert done.exit_code == 0
    head, digest = JournalReader(store / "journal").head
    printed = done.stdout.splitlines()
    assert printed[0] == f"journal: {head} entries, all right; the last is {digest}"
    assert printed[2].endswith("(report kavkaz-uzel-56553, revision 1) by entry 26, Ann: a person is at risk")
    assert printed[-2].startswith(f"store: at change {head}, ")
    assert printed[-1] == "conclusions: as the rules conclude them anew"


def test_verify_ends_with_1_where_something_differs_and_rebuild_makes_it_right(store: Path) -> None:
    held = lines(store)
    harm(store, insert=[STRAY])
    done = servanda("verify", "--quick", "--store", store)
    assert done.exit_code == 1
    assert "DIFFERENT: the store holds the graph <urn:x:graph>" in done.stdout
    found = as_json("verify", "--quick", "--store", store)
    assert (found["sound"], found["surplus"], found["first"]["graph"]) == (False, 1, "urn:x:graph")
    rebuilt = servanda("rebuild", "--store", store)
    assert (rebuilt.exit_code, rebuilt.stdout) == (0, "")
    assert rebuilt.stderr == f"rebuilt {store}: change {found['entries']}, {len(held)} quads\n"
    assert lines(store) == held


def test_backup_and_restore_tell_where_they_stand(store: Path, tmp_path: Path) -> None:
    head, digest = JournalReader(store / "journal").head
    done = servanda("backup", tmp_path / "saved", "--store", store)
    assert done.exit_code == 0
    assert done.stdout.endswith(f"the store at change {head}, the journal to entry {head}, {digest}\n")
    again = servanda("restore", tmp_path / "saved", "--store", tmp_path / "again")
    assert again.stderr == f"restored {tmp_path / 'again'}: change {head}, {digest}\n"
    assert lines(tmp_path / "again") == lines(store)
    manifest = as_json("backup", tmp_path / "second", "--store", store)
    assert (manifest["head"], manifest["hash"]) == (head, digest)
    assert manifest["files"].keys() >= {"servanda.json"}


def test_a_dump_goes_to_a_file_or_to_standard_output_and_can_be_restored(store: Path, tmp_path: Path) -> None:
    done = servanda("dump", tmp_path / "all.nq.zst", "--store", store)
    assert done.exit_code == 0
    assert "SHA-256 uncompressed" in done.stderr
    piped = subprocess.run(
        [sys.executable, "-c", "from kg.cli import run; run()", "dump", "-", "--store", str(store)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert piped.stdout == (tmp_path / "all.nq.zst").read_bytes()
    again = servanda("restore", tmp_path / "all.nq.zst", "--store", tmp_path / "again")
    assert again.exit_code == 0
    assert "its journal begins anew" in again.stderr


def test_a_dump_of_another_name_is_refused(store: Path, tmp_path: Path) -> None:
    done = servanda("dump", tmp_path / "all.ttl", "--store", store)
    assert done.exit_code == 1
    assert "the name of a dump ends in .nq.zst" in done.stderr


def test_a_backup_that_was_tampered_with_is_refused(store: Path, tmp_path: Path) -> None:
    servanda("backup", tmp_path / "saved", "--store", store)
    (tmp_path / "saved" / "journal" / "0000000001.jsonl").unlink()
    done = servanda("restore", tmp_path / "saved", "--store", tmp_path / "again")
    assert isinstance(done.exception, StoreError)
    assert "is missing from the backup" in str(done.exception)


def test_stats_keeps_candidates_apart(store: Path) -> None:
    counted = as_json("stats", "--store", store)
    printed = servanda("stats", "--store", store).stdout
    assert f"alleged violations  {counted['alleged']}\n" in printed
    assert f"candidates          {counted['candidates']} (alleged by nobody)\n" in printed
    assert f"change              {counted['sequence']} of {counted['head']}\n" in printed
    assert counted["quads"]["report"] > 0
    assert BASE not in printed


def test_doctor_says_what_to_do_and_ends_with_1_if_there_is_anything(store: Path, tmp_path: Path) -> None:
    healthy = servanda("doctor", "--store", store)
    assert healthy.exit_code == 0
    assert "→" not in healthy.stdout
    (store / "oxigraph").rename(tmp_path / "elsewhere")
    ill = servanda("doctor", "--store", store)
    assert ill.exit_code == 1
    assert "→ run servanda rebuild" in ill.stdout
    remedies = [check["remedy"] for check in as_json("doctor", "--store", store) if check["remedy"]]
    assert len(remedies) == 1
    assert servanda("doctor", "--store", tmp_path / "nowhere").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [["backup", "-"], ["init", "--store", "-"], ["demo", "--store", "-"], ["stats", "--store", "-"]],
)
def test_what_is_a_folder_is_not_piped_and_none_is_called_a_dash(
    arguments: list[str], store: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    more = [] if "--store" in arguments else ["--store", str(store)]
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments, *more],
        cwd=here,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert "folder" in done.stderr
    assert list(here.iterdir()) == []


def test_a_dump_is_piped_from_one_store_into_another(store: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg"]
    dumped = subprocess.run([*command, "dump", "-", "--store", store], capture_output=True, check=True).stdout
    again = tmp_path / "again"
    for data, code in ((dumped[:-9], 1), (b"", 1), (dumped, 0)):
        done = subprocess.run(
            [*command, "restore", "-", "--store", again], input=data, capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert again.exists() == (code == 0)
    assert b"has a new secret" in done.stderr
    stated = {line for line in lines(store) if b"/graph/commits>" not in line}
    assert stated
    assert stated <= set(lines(again))
