"""The secret of a store: the key of hashes by which only those who have it can prove what they cover.

A plain hash of a text lets anybody test guesses of the words that are not shown. These are HMAC-SHA-256
with 256 random bits, which lie in `secret.key` in the store's folder, for its owner alone; see
docs/decisions/0025.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from kg.errors import StoreDamagedError
from kg.store.private import FILE

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "secret.key"
_BYTES: Final = 32
_FORM = re.compile(r"[0-9a-f]{64}\n?")


@dataclass(frozen=True, slots=True)
class Secret:
    """A random key, and the hashes that are made with it."""

    key: bytes = field(repr=False)

    @classmethod
    def random(cls) -> Self:
        """Return a new one, which nobody else has."""
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def of_hex(cls, text: str) -> Self:
        """Return the one that is written as 64 hexadecimal digits; raise ValueError for anything else."""
        if not _FORM.fullmatch(text):
            raise ValueError("64 hexadecimal digits are needed")
        return cls(bytes.fromhex(text))

    @classmethod
    def read(cls, file: Path) -> Self:
        """Return the one in a file; raise FileNotFoundError, StoreDamagedError where it holds none."""
        try:
            return cls.of_hex(file.read_text(encoding="ascii"))
        except ValueError as error:
            raise StoreDamagedError(f"{file} is no secret of a store: put it back from a backup") from error

    def write(self, file: Path) -> None:
        """Write it to a file for its owner alone, whole or not at all, so that it survives a power cut."""
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
        try:
            os.write(handle, f"{self.key.hex()}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        part.replace(file)
        parent = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    @property
    def name(self) -> str:
        """What tells it from others, and nothing of the key."""
        return self._mac("name")[:16]

    def of_text(self, sha256: str) -> str:
        """Return the keyed hash of a text (`svd:textKeyedHash`) from its SHA-256 in hexadecimal."""
        return self._mac("text", sha256)

    def of_content(self, said: str, text: str) -> str:
        """Return the keyed hash of a document (`svd:contentHash`) from those of its words and its text."""
        return self._mac("content", said, text)

    def of_file(self, sha256: str) -> str:
        """Return the keyed hash of a file that was refused, from its SHA-256 in hexadecimal."""
        return self._mac("file", sha256)

    def _mac(self, *said: str) -> str:
        whole = "\n".join(said).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, whole, hashlib.sha256).hexdigest()


def secret_in(folder: Path, name: str | None) -> Secret | None:
    """Return the secret of the store in a folder, whose stamp says how it is called; None if it has none yet.

    Raises StoreDamagedError where the file is missing or holds another: every keyed hash would be foreign.
    """
    if name is None:
        return None
    file = folder / NAME
    try:
        found = Secret.read(file)
    except FileNotFoundError as error:
        raise StoreDamagedError(
            f"{file} is missing, without which no keyed hash of this store can be checked: put it back from "
            "a backup; if there is none: servanda dump, and servanda restore makes a store with a new one"
        ) from error
    if found.name != name:
        raise StoreDamagedError(
            f"{file} is the secret {found.name}, and the store was made with {name}: put that one back from "
            "a backup"
        )
    return found
