"""What was computed of a graph, kept: in memory for a process, or as files for later commands."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from kg.store.private import private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILES: Final = 16
_HELD: Final = 4


class Memory:
    """Keeps the last few."""

    def __init__(self, most: int = _HELD) -> None:
        """Keep none yet."""
        self._held: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._most = most

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was kept under the key; None for nothing."""
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep it, and forget what was not asked for longest."""
        self._held[key] = value
        while len(self._held) > self._most:
            self._held.popitem(last=False)


class Files:
    """Keeps the last few as files of a folder; what cannot be written or read is computed anew."""

    def __init__(self, folder: Path) -> None:
        """Keep them there; the folder is made when there is something to keep."""
        self._folder = folder

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was kept under the key; None for nothing, and for what was cut."""
        with suppress(OSError, ValueError):
            found = json.loads(self._file(key).read_text(encoding="utf-8"))
            return found if isinstance(found, dict) and found.get("key") == key else None
        return None

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep it, and remove the oldest where there are many."""
        with suppress(OSError), private():
            self._folder.mkdir(exist_ok=True)
            part = self._folder / f".{key}.part-{os.getpid()}"
            with part.open("w", encoding="utf-8") as text:
                text.writelines(_pieces({**value, "key": key}))
            part.replace(self._file(key))
            files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for file in files[:-_FILES]:
                file.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _pieces(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Give the value as JSON, object by object, as the whole may be long."""
    if not isinstance(value, dict):
        yield json.dumps(value)
        return
    for at, (name, member) in enumerate(value.items()):
        yield f"{', ' if at else '{'}{json.dumps(name)}: "
        yield from _pieces(member)
    yield "}" if value else "{}"
