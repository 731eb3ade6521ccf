"""What is shipped: the wheel, in an empty environment without the checkout, answers the headline question."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_ontology_and_data_and_no_counterexamples(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "kg/_ontology/servanda.ttl",
        "kg/_ontology/rules/candidate.rq",
        "kg/_ontology/shapes/context.rq",
        "kg/_data/seed/000_d81f829d59dc695a.txt",
        "kg/_data/reference/agreements/nk-2020-11-10.yaml",
        "api/cli.py",
        "api/pages/texts.toml",
        "api/pages/static/style.css",
        "api/pages/static/vendor/leaflet-1.9.4/leaflet.js",
        "api/pages/static/vendor/leaflet-1.9.4/LICENSE",
        "api/pages/templates/rows/claim.html",
    ):
        assert wanted in names
    assert not [name for name in names if "counterexamples" in name or name.startswith(("data/", "tests/"))]
    assert [name for name in names if "LICENSE" in name]


def test_the_wheel_answers_in_an_environment_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The dependencies come from the environment that runs the tests: no network is needed."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    target = tmp_path / "app"
    zipfile.ZipFile(wheel).extractall(target)
    python = home / "bin" / "python"
    environment = {
        name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "SERVANDA_STORE"}
    }
    environment["PYTHONPATH"] = str(target)
    done = subprocess.run(
        [str(python), "-m", "api", "demo", "--store", str(tmp_path / "store")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "1 candidate" in done.stdout
    where = subprocess.run(
        [str(python), "-c", "import kg; print(kg.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(target)
