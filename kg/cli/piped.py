"""Documents and queries that come on standard input, which `-` stands for."""

from __future__ import annotations

import re
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.pipeline import Outcome

STDIN: Final = Path("-")
_JSON: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]\s*[\"}\]]")


class Piped:
    """Files of which one may have come on standard input."""

    def __init__(self, paths: Sequence[Path], made: Path | None) -> None:
        """Take the paths, and that of the file which stands for standard input."""
        self.paths = [made if made is not None and path == STDIN else path for path in paths]
        self._made = made

    def told(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Return the outcomes, of which that of standard input bears its sign."""
        return tuple(map(self._told, outcomes))

    def _told(self, outcome: Outcome) -> Outcome:
        if outcome.path != self._made:
            return outcome
        problems, warnings = (
            tuple(replace(problem, file=str(STDIN)) for problem in found)
            for found in (outcome.problems, outcome.warnings)
        )
        return replace(outcome, path=STDIN, problems=problems, warnings=warnings)


@contextmanager
def piped(paths: Sequence[Path]) -> Iterator[Piped]:
    """Give the paths, with a file of what comes on standard input in the place of `-`, for as long."""
    if STDIN not in paths:
        yield Piped(paths, None)
        return
    with tempfile.TemporaryDirectory(prefix="servanda-") as folder:
        data = sys.stdin.buffer.read()
        made = Path(folder) / f"document{'.json' if _JSON.match(data) else '.yaml'}"
        made.write_bytes(data)
        yield Piped(paths, made)


def read_text(path: Path) -> str:
    """Return the text of a file, or of standard input for `-`; raises OSError and UnicodeDecodeError."""
    data = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    return data.decode("utf-8-sig")
