"""The tree keeps the shape that DESIGN and the documentation promise."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg import pipeline
from kg.terms import SVD

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for folder in ("kg", "api") for path in (ROOT / folder).rglob("*.py"))
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def tracked() -> list[Path]:
    """Return the files under version control; those on disk where there is no checkout."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.split("\0") if done.returncode == 0 else []
    found = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return found or [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]


def test_there_are_modules() -> None:
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {path.stem for path in MODULES}
    assert not names & {"util", "utils", "helpers", "misc"}


def test_ontology_and_data_hold_no_python() -> None:
    """One module there is enough to break an editable install."""
    assert not [path for folder in ("ontology", "data") for path in (ROOT / folder).rglob("*.py")]


def test_every_term_of_the_ontology_can_be_named_and_no_other() -> None:
    declared = {
        str(subject).removeprefix(str(SVD))
        for subject, _, _ in pipeline.ontology_triples()
        if str(subject).startswith(str(SVD)) and str(subject) != str(SVD)
    }
    assert declared == set(SVD.__annotations__)
    with pytest.raises(AttributeError):
        _ = SVD.Allegedviolation


def test_nothing_names_a_package_registry_or_a_place_on_one_machine() -> None:
    hosts = ("py" + "pi.org", "files.python" + "hosted.org", "npm" + "js.org", "crates" + ".io")
    place = re.compile(r"(?<![\w./-])/(?:wo" + r"rk|ho" + r"me|ro" + r"ot|tm" + r"p)/[a-z]")
    texts = 0
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        texts += 1
        assert not [host for host in hosts if host in text], path
        assert not place.search(text), path
    assert texts > 100


def test_no_lock_file_is_kept() -> None:
    assert not {path.name for path in tracked()} & {"uv.lock", "poetry.lock", "Pipfile.lock"}


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_published_schemas_are_json() -> None:
    schemas = sorted((ROOT / "docs" / "documents" / "schema").glob("*.json"))
    assert [path.name for path in schemas] == [
        f"{kind}.schema.json" for kind in ("actors", "agreement", "places", "report")
    ]
    for path in schemas:
        assert json.loads(path.read_text(encoding="utf-8"))["$schema"].endswith("2020-12/schema")
