"""In which version an item of the quarantine is: the store's changes say nothing of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kg.pipeline.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Secret


def fingerprint(place: Path, secret: Secret) -> Version:
    """Return the version of what a folder holds, by all of its files, whose words it lets nobody guess."""
    digest, newest = hashlib.sha256(), 0.0
    for path in sorted(place.rglob("*")):
        with suppress(FileNotFoundError):  # it is being replaced
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                name = str(path.relative_to(place)).encode("utf-8", "surrogateescape")
                digest.update(b"%d %d " % (len(name), len(content)) + name + content)
                newest = max(newest, path.stat().st_mtime)
    return Version(0, secret.of_file(digest.hexdigest()), datetime.fromtimestamp(newest, UTC))
