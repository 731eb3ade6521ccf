"""The process in which the engine runs that may panic: python -m kg.validate.worker FOLDER.

FOLDER is that of the shapes. Over standard input comes N-Triples, a graph a message; over standard output
goes what fails of each. Says first whether it is ready, and ends with the first fault: what an engine leaves
behind that panicked is not to be trusted.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path

from kg.validate.frames import FAULT, NODES, read, write

_MEMORY = 4 * 2**30


def main() -> None:
    """Answer until nobody asks."""
    _limit()
    asked, answers = sys.stdin.fileno(), sys.stdout.fileno()
    try:
        from kg.validate.compiled import compiled  # noqa: PLC0415 - that it cannot be imported is told

        shapes = compiled(Path(sys.argv[1]))
    except Exception as error:  # noqa: BLE001 - whatever it is, who waits has to know
        write(answers, FAULT, f"{type(error).__name__}: {error}".encode())
        return
    write(answers, NODES, b"")
    while (message := read(asked)) is not None:
        try:
            failing = shapes.failing(message[1])
        except BaseException as error:  # noqa: BLE001 - a panic is no Exception
            write(answers, FAULT, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
            return
        write(answers, NODES, "\n".join(sorted(failing)).encode())


def _limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
