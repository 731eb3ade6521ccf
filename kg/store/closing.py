"""What the files of a store were when it was closed; where they are others, its indexes are compared.

The engine checks the blocks of its tables. A manifest that ends early, where an entry of it ends, it takes
for an earlier one: the store opens, and some of its indexes lack what the others have.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.store.seal import digests

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "closed.json"


def note(folder: Path, files: Path) -> None:
    """Write down in the folder of a store how its files are, now that it is closed."""
    part = folder / f"{_NAME}.part"
    part.write_text(json.dumps(digests(files), indent=1) + "\n", encoding="utf-8")
    part.replace(folder / _NAME)


def is_altered(folder: Path, files: Path) -> bool:
    """Return whether the files are others than they were; False where nobody noted how they were."""
    try:
        noted = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        return bool(noted != digests(files))
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True


def forget(folder: Path) -> None:
    """Remove the note: the store is about to be written."""
    (folder / _NAME).unlink(missing_ok=True)
