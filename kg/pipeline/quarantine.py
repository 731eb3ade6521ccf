"""Where documents lie that were refused: their bytes, the problems, and the SHACL report if there is one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.model import Problem


def keep(folder: Path, document: Path, problems: Sequence[Problem], report: str | None) -> Path:
    """Write a refused document into the quarantine and return its folder there.

    The folder's name is the file's with the head of its SHA-256, so that the same refusal is kept once.
    """
    content = document.read_bytes() if document.is_file() else b""
    place = folder / "quarantine" / f"{document.stem}-{hashlib.sha256(content).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"document{document.suffix}").write_bytes(content)
    reasons = json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2)
    (place / "problems.json").write_text(reasons + "\n", encoding="utf-8")
    if report is not None:
        (place / "report.ttl").write_text(report, encoding="utf-8")
    return place
