"""A process that may open too few files is told that, and never to repair what is whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not installed (util-linux)")
@pytest.mark.parametrize(
    "arguments", [("ask", "07"), ("verify", "--quick"), ("serve", "--port", "0"), ("stats",)]
)
def test_the_advice_fits(
    demonstration: Callable[..., Path], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    store = demonstration(tmp_path / "store")
    done = subprocess.run(
        ["prlimit", "--nofile=64", sys.executable, "-m", "api", *arguments, "--store", str(store)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "64 files open at once, which is too few" in last, done.stderr
    assert "ulimit -n 1024" in last
    assert "rebuild" not in last
