"""Keys: who may do more over HTTP than read what everybody may read.

A token is `svd_<id>_<secret>`, the secret being 256 random bits. Only the token's SHA-256 is kept, in
`keys.json` in the store's folder; the token itself is seen once, when it is made. Which keys hold is read
from the file again whenever it was replaced, so that a key that is taken back stops at once. A file that is
damaged in any way leaves no key that holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NoReturn

from filelock import FileLock, Timeout

from kg.errors import KeysError
from kg.refusals import named, of_the_system

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME: Final = "keys.json"
MAX_NAME: Final = 100
_FORMAT: Final = 1
_TOKEN = re.compile(r"svd_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z0-9]{8}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_PATIENCE: Final = 10
"""Seconds to wait for another process that changes the keys."""


class Scope(StrEnum):
    """What a key allows; each scope allows what those before it do."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"

    def covers(self, wanted: Scope) -> bool:
        """Return whether who has this scope may do what needs the other.

        >>> Scope.ADMIN.covers(Scope.READ), Scope.READ.covers(Scope.INGEST)
        (True, False)
        """
        ranks = list(Scope)
        return ranks.index(self) >= ranks.index(wanted)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: all but the token."""

    id: str
    name: str
    """Whose it is."""
    scope: Scope
    made: str
    """When, as `2026-11-22T17:30:00Z`."""
    expires: str | None
    """The last day, by UTC, on which it holds; None if it never ends."""
    revoked: str | None
    """When it was taken back."""
    sha256: str = field(repr=False)
    """Of the whole token."""

    def state(self, today: date | None = None) -> str:
        """Return `valid`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        day = (today or _now().date()).isoformat()
        return "expired" if self.expires is not None and day > self.expires else "valid"


class Keys:
    """The keys of the store in a folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is read yet."""
        self._file = folder / NAME
        self._held: tuple[tuple[int, ...], dict[str, Key]] | None = None

    def all(self) -> tuple[Key, ...]:
        """Return all keys in the order in which they were made, those that no longer hold too.

        Raises KeysError where the file cannot be read.
        """
        return tuple(self._current().values())

    def check(self, token: str) -> Key | None:
        """Return the key that the token opens, None if it opens none; raise KeysError for a damaged file.

        The time that it takes tells nothing of any token.
        """
        match = _TOKEN.fullmatch(token)
        known = None if match is None else self._current().get(match[1])
        kept = "0" * 64 if known is None else known.sha256
        same = hmac.compare_digest(_sha256(token), kept)
        return known if known is not None and same and known.state() == "valid" else None

    def make(self, name: str, scope: Scope, expires: date | None = None) -> tuple[Key, str]:
        """Return a new key and its token, which is kept nowhere."""
        name = name.strip()
        if not name or len(name) > MAX_NAME or _UNPRINTABLE.search(name):
            raise KeysError(f"{name!r} cannot name a key: 1 to {MAX_NAME} characters that can be printed")
        if expires is not None and expires < _now().date():
            raise KeysError(f"a key cannot end on {expires}, which is past")
        with self._changing() as keys:
            identifier = "".join(secrets.choice(_LETTERS) for _ in range(8))
            while identifier in keys:
                identifier = "".join(secrets.choice(_LETTERS) for _ in range(8))
            token = f"svd_{identifier}_{secrets.token_urlsafe(32)}"
            ends = None if expires is None else expires.isoformat()
            key = Key(identifier, name, scope, _stamp(), ends, None, _sha256(token))
            keys[identifier] = key
        return key, token

    def revoke(self, identifier: str) -> Key:
        """Take a key back and return it; one that was taken back before stays as it was."""
        with self._changing() as keys:
            key = keys.get(identifier)
            if key is None:
                raise KeysError(f"no key {identifier!r}; servanda keys list tells them")
            if key.revoked is None:
                key = replace(key, revoked=_stamp())
                keys[identifier] = key
        return key

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """Give the keys to change, and write them when that went well; one process at a time."""
        try:
            lock = self._file.with_name(f"{self._file.name}.lock")
            with named(lock), FileLock(lock, timeout=_PATIENCE, mode=0o600):
                keys = dict(self._current())
                yield keys
                self._write(keys)
        except Timeout as error:
            raise KeysError(f"another process is changing {self._file}; try again") from error
        except OSError as error:
            raise KeysError(f"the keys cannot be written: {of_the_system(error)}") from error

    def _current(self) -> dict[str, Key]:
        """Return the keys by id, read anew if the file is another than last time."""
        try:
            with self._file.open("rb") as opened:
                found = os.fstat(opened.fileno())
                mark = (found.st_mtime_ns, found.st_size, found.st_ino)
                held = self._held
                if held is not None and held[0] == mark:
                    return held[1]
                self._held = None
                content = opened.read()
        except FileNotFoundError:
            self._held = None
            return {}
        except OSError as error:
            self._held = None
            raise KeysError(f"the keys cannot be read, so no key holds: {of_the_system(error)}") from error
        keys = self._parsed(content)
        self._held = (mark, keys)
        return keys

    def _parsed(self, content: bytes) -> dict[str, Key]:
        try:
            raw = json.loads(content.decode("utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError):
            self._damaged("it is not JSON")
        if not isinstance(raw, dict) or set(raw) != {"format", "keys", "check"}:
            self._damaged("'format', 'keys' and 'check' are not what it holds")
        if raw["format"] != _FORMAT:
            self._damaged(f"it has format {raw['format']!r}, and this version reads format {_FORMAT}")
        if not isinstance(raw["keys"], list) or not all(_is_key(item) for item in raw["keys"]):
            self._damaged("a key in it is none")
        if raw["check"] != _check(raw["keys"]):
            self._damaged("its check does not fit its keys")
        keys = {item["id"]: Key(**{**item, "scope": Scope(item["scope"])}) for item in raw["keys"]}
        if len(keys) != len(raw["keys"]):
            self._damaged("two keys have the same id")
        return keys

    def _damaged(self, why: str) -> NoReturn:
        raise KeysError(
            f"{self._file} is damaged ({why}), so no key holds; put it back from a backup, "
            "or remove it and make new keys",
        )

    def _write(self, keys: dict[str, Key]) -> None:
        """Put the file in the place of the old one: whole, on disk, for its owner only."""
        listed = [asdict(key) for key in keys.values()]
        body = {"format": _FORMAT, "keys": listed, "check": _check(listed)}
        following = self._file.with_name(f"{NAME}.next")
        following.unlink(missing_ok=True)
        descriptor = os.open(following, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:  # noqa: PTH123 - a descriptor, not a path
            json.dump(body, opened, ensure_ascii=False, indent=2)
            opened.write("\n")
            opened.flush()
            os.fsync(descriptor)
        following.replace(self._file)
        parent = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def is_token(text: str) -> bool:
    """Return whether the text has the form of a token, of a key that holds or not."""
    return _TOKEN.fullmatch(text.strip()) is not None


def _is_key(item: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether a value of the file has the fields of a key, each of its form."""
    if not isinstance(item, dict) or set(item) != {*Key.__dataclass_fields__}:
        return False
    optional = ("expires", "revoked")
    texts = [value for name, value in item.items() if name not in optional or value is not None]
    if not all(isinstance(value, str) for value in texts):
        return False
    with contextlib.suppress(ValueError):
        Scope(item["scope"])
        date.fromisoformat(item["expires"] or "2000-01-01")
        return bool(_ID.fullmatch(item["id"]) and _HASH.fullmatch(item["sha256"]))
    return False


def _check(keys: object) -> str:
    return _sha256(json.dumps(keys, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _stamp() -> str:
    return _now().strftime("%Y-%m-%dT%H:%M:%SZ")
