r"""An entry as a line of a segment, and back: one way to write it, and nothing else is read.

```
{"entry":{…},"hash":"9f86d0…","payload":"KLUv/SA…"}\n
```

The fields stand there in the form that is hashed, so that a line is checked by hashing its own bytes. The
payload is compressed with Zstandard and written in base64; `null` if there is none, or none any more.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import zstandard

from kg.journal.entry import FIELDS, GENESIS, SOMETIMES, Action, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

_ENTRY = b'{"entry":'
_PAYLOAD = b',"payload":'
_HASH = re.compile(rb',"hash":"([0-9a-f]{64})"')
_HASH_WIDTH = len(b',"hash":""') + 64
_HEX = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class LineError(ValueError):
    """Why a line is no entry; `whole` if it was once written to its end, so that somebody altered it."""

    def __init__(self, reason: str, *, whole: bool) -> None:
        """Keep whether the line was written to its end."""
        super().__init__(reason)
        self.whole = whole


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read: the entry, its hash and its payload as it is stored."""

    entry: Entry
    hash: str
    packed: bytes | None
    """Compressed; None if there is no payload, or none any more."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the chain stands after an entry; before the first one, number 0 and `GENESIS`."""

    sequence: int = 0
    hash: str = GENESIS
    time: str = ""
    behind: int = 0
    """The last entry that was made while the clock was behind the journal; 0: none was."""
    group: tuple[int, int] | None = None
    """That of the entry."""

    @classmethod
    def after(cls, line: Line) -> Position:
        """Return where the chain stands after a line that is known to stand where it should."""
        entry = line.entry
        behind = entry.sequence if entry.clock else entry.behind
        return cls(entry.sequence, line.hash, entry.time, behind, entry.group)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lacking of what was appended as one."""
        return self.group is None or self.sequence == self.group[1]

    def follow(self, line: Line) -> Position:
        """Return where the chain stands after the next line; `LineError` if that is not the next."""
        entry = line.entry
        if entry.sequence != self.sequence + 1:
            raise LineError(f"it is entry {entry.sequence}", whole=True)
        if entry.previous != self.hash:
            raise LineError("it names another hash for the entry before it", whole=True)
        if entry.time < self.time:
            raise LineError("it is dated before the entry before it", whole=True)
        if entry.behind != self.behind:
            raise LineError("it names another entry as made while the clock was behind", whole=True)
        if not self._goes_with(entry):
            raise LineError("it names another group than the entry before it", whole=True)
        return Position.after(line)

    def _goes_with(self, entry: Entry) -> bool:
        if not self.is_whole:
            return entry.group == self.group
        return entry.group is None or entry.group[0] == entry.sequence < entry.group[1]


def encode(entry: Entry, packed: bytes | None) -> bytes:
    """Return the line of an entry, with its line feed; `packed` is the payload as `pack` gives it."""
    canonical = entry.canonical
    digest = hashlib.sha256(canonical).hexdigest().encode()
    payload = b"null" if packed is None else b'"' + binascii.b2a_base64(packed, newline=False) + b'"'
    return b"".join((_ENTRY, canonical, b',"hash":"', digest, b'"', _PAYLOAD, payload, b"}\n"))


def decode(raw: bytes) -> Line:
    """Return what a line says, its hash checked and its payload not; `LineError` if it is no entry."""
    if not raw.endswith(b"\n"):
        raise LineError("it breaks off", whole=False)
    cut = raw.rfind(_PAYLOAD)
    stated = _HASH.fullmatch(raw, max(cut - _HASH_WIDTH, 0), max(cut, 0))
    if not (stated and raw.startswith(_ENTRY) and raw.endswith(b"}\n")):
        raise LineError("it is not in the form of an entry", whole=_is_complete(raw))
    canonical = raw[len(_ENTRY) : stated.start()]
    if hashlib.sha256(canonical).hexdigest().encode() != stated[1]:
        raise LineError("its hash is not that of its fields", whole=_is_complete(raw))
    try:
        packed = _stored(raw[cut + len(_PAYLOAD) : -2])
    except ValueError:
        raise LineError("its payload is not base64", whole=_is_complete(raw)) from None
    entry = _entry(canonical)
    if entry.payload_sha256 is None and packed is not None:
        raise LineError("it has a payload that its fields do not name", whole=True)
    return Line(entry, stated[1].decode(), packed)


def _is_complete(raw: bytes) -> bool:
    """Tell whether a line was written to its end, though it is wrong: a torn one is no such JSON."""
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.keys() == {"entry", "hash", "payload"}


def _stored(text: bytes) -> bytes | None:
    if text == b"null":
        return None
    if len(text) < 2 or text[:1] != b'"' or text[-1:] != b'"':  # noqa: PLR2004 - two quotes
        raise ValueError
    return binascii.a2b_base64(text[1:-1], strict_mode=True)


def _entry(canonical: bytes) -> Entry:
    try:
        found = json.loads(canonical.decode())
    except (ValueError, RecursionError):
        raise LineError("its fields are not JSON", whole=True) from None
    if not isinstance(found, dict) or found.keys() - set(SOMETIMES) != set(FIELDS):
        raise LineError(f"its fields are not {', '.join(FIELDS)}", whole=True)
    for name, (right, what) in _RIGHT.items():
        if name in found and not right(found[name]):
            raise LineError(f"its field {name} is not {what}", whole=True)
    found["action"] = Action(found["action"])
    found |= {name: tuple(found[name]) for name in ("graphs", "redacts", "group") if name in found}
    entry = Entry(**found)
    if not _is_canonical(entry, canonical):
        raise LineError("its fields are not written in the canonical form", whole=True)
    return entry


def _is_canonical(entry: Entry, canonical: bytes) -> bool:
    try:
        return entry.canonical == canonical
    except UnicodeEncodeError:
        return False


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_text_or_none(value: object) -> bool:
    return value is None or type(value) is str


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_number(value: object) -> bool:
    return type(value) is int and value >= 1


def _is_hash(value: object) -> bool:
    return type(value) is str and _HEX.fullmatch(value) is not None


def _is_hash_or_none(value: object) -> bool:
    return value is None or _is_hash(value)


def _is_salt(value: object) -> bool:
    return type(value) is str and _SALT.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return type(value) is str and _TIME.fullmatch(value) is not None


def _is_action(value: object) -> bool:
    return value in Action.__members__.values()


def _is_texts(value: object) -> bool:
    return type(value) is list and all(type(item) is str for item in value)


def _is_numbers(value: object) -> bool:
    return type(value) is list and all(_is_number(item) for item in value)


def _is_group(value: object) -> bool:
    return _is_numbers(value) and len(cast("list[int]", value)) == 2  # noqa: PLR2004 - the first and the last


_RIGHT: dict[str, tuple[Callable[[object], bool], str]] = {
    "sequence": (_is_number, "a number from 1"),
    "time": (_is_time, "a time such as 2026-11-22T17:30:00.123456Z"),
    "action": (_is_action, "one of " + ", ".join(Action)),
    "kind": (_is_text, "text"),
    "identifier": (_is_text, "text"),
    "revision": (_is_number, "a number from 1"),
    "agent": (_is_text, "text"),
    "graphs": (_is_texts, "a list of IRIs"),
    "content_hash": (_is_text_or_none, "text or null"),
    "reason": (_is_text_or_none, "text or null"),
    "redacts": (_is_numbers, "a list of numbers from 1"),
    "payload_sha256": (_is_hash_or_none, "64 hexadecimal digits or null"),
    "payload_bytes": (_is_count, "a number from 0"),
    "previous": (_is_hash, "64 hexadecimal digits"),
    "clock": (_is_time, "a time such as 2026-11-22T17:30:00.123456Z"),
    "behind": (_is_number, "a number from 1"),
    "salt": (_is_salt, "32 hexadecimal digits"),
    "group": (_is_group, "two numbers from 1"),
}


def pack(payload: bytes) -> bytes:
    """Return a payload compressed, with its size in the frame."""
    return zstandard.ZstdCompressor().compress(payload)


def unpack(line: Line) -> bytes | None:
    """Return the payload, checked against its entry, or None if none is stored; `LineError` if it differs."""
    entry, packed = line.entry, line.packed
    if packed is None:
        return None
    try:
        if zstandard.frame_content_size(packed) != entry.payload_bytes:
            raise LineError("its payload has another size than the entry says", whole=True)
        payload = zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError:
        raise LineError("its payload cannot be decompressed", whole=True) from None
    if len(payload) != entry.payload_bytes or hashlib.sha256(payload).hexdigest() != entry.payload_sha256:
        raise LineError("its payload is not the one whose hash the entry holds", whole=True)
    return payload
