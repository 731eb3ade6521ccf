"""One entry of the journal: what changed, when, by whom, and what the graphs hold from then on.

An entry's hash is the SHA-256 of its fields as JSON with sorted keys, no spaces and no escapes beyond
those that JSON demands (for these fields the canonical form of RFC 8785). It covers the hash of the entry
before, and the hash of the payload in place of the payload: a payload can be taken away for good without
breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum

GENESIS = "0" * 64
"""What the first entry names as the hash of the entry before."""

_ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class Action(StrEnum):
    """What happened to a document."""

    ADD = "add"
    REVISE = "revise"
    RETRACT = "retract"
    REDACT = "redact"


def salt() -> str:
    """Return a new salt for a draft."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as the journal is told it, before it has a number."""

    action: Action
    kind: str
    """report, agreement, actors, places, review, ontology or rules."""
    identifier: str
    revision: int
    """Of the document, from 1; a retraction or redaction carries that of the last one."""
    agent: str
    """Who made the change."""
    graphs: tuple[str, ...]
    """IRIs of the graphs that the payload replaces whole."""
    content_hash: str | None = None
    """Of the document that came in (`svd:contentHash`)."""
    reason: str | None = None
    redacts: tuple[int, ...] = ()
    """Sequence numbers of the entries whose payloads a redaction takes away."""
    payload: bytes | None = None
    """N-Quads of what the graphs hold from now on; None if they hold nothing."""
    salt: str | None = None
    """Random, in hexadecimal: from the entry's hash alone nobody can test guesses of what it covers."""

    @property
    def document(self) -> str:
        """The document's kind and id, such as `report radio`."""
        return f"{self.kind} {self.identifier}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that stands in the journal; its payload is read apart."""

    sequence: int
    """From 1, without gaps."""
    time: str
    """`2026-11-22T17:30:00.123456Z`; never earlier than that of the entry before."""
    action: Action
    kind: str
    identifier: str
    revision: int
    agent: str
    graphs: tuple[str, ...]
    content_hash: str | None
    reason: str | None
    redacts: tuple[int, ...]
    payload_sha256: str | None
    """Of the payload as N-Quads, not as it is compressed."""
    payload_bytes: int
    """Size of the payload as N-Quads."""
    previous: str
    """Hash of the entry before, in hexadecimal; `GENESIS` for the first."""
    clock: str | None = None
    """What the clock of the machine said, where that was before the time of the entry before."""
    behind: int = 0
    """The last entry before this one that has a `clock`; 0: none has."""
    salt: str | None = None
    """As of the draft; it is not told to others. None in entries from before there were any."""
    group: tuple[int, int] | None = None
    """The first and last number of what was appended with it as one; None where it was appended alone."""

    @property
    def canonical(self) -> bytes:
        """The fields as the JSON that is hashed; `UnicodeEncodeError` if one holds half a character.

        Those of `SOMETIMES` stand there only where they say something.
        """
        said = {name: getattr(self, name) for name in FIELDS}
        said |= {name: value for name in SOMETIMES if (value := getattr(self, name))}
        return _ENCODE(said).encode()

    @property
    def hash(self) -> str:
        """The entry's own hash, in hexadecimal."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def document(self) -> str:
        """The document's kind and id, such as `report radio`."""
        return f"{self.kind} {self.identifier}"


SOMETIMES = ("behind", "clock", "group", "salt")
"""The names of fields that not every entry has: two only where a clock was set back."""
FIELDS = tuple(sorted(set(Entry.__slots__).difference(SOMETIMES)))
"""The names of the fields that every entry has; they are hashed in the order of their names."""
