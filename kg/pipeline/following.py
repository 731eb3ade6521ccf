"""The changes after one that somebody has taken over, for who follows a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import BadParameterError, OtherHistoryError
from kg.journal import GENESIS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.journal import Entry, JournalReader


@dataclass(frozen=True, slots=True)
class Following:
    """Some changes in their order, and the last change that there is, with its hash."""

    entries: Iterator[tuple[Entry, bool]]
    """Each with whether its words were redacted since; read as they are taken."""
    head: int
    head_hash: str


def following(
    journal: JournalReader, since: int, known: str | None, limit: int | None, head: int | None = None
) -> Following:
    """Return the changes after one, of which its hash may be known, `limit` at most; up to `head`, if given.

    Raises OtherHistoryError where that change has another hash here, or is not there though its hash is
    known; BadParameterError where it is not there.
    """
    head = journal.head[0] if head is None else head
    last = _hash(journal, head)
    if since > head:
        if known is not None:
            raise _other_history(f"there is no change {since} here; the last one is {head}", head, last)
        raise BadParameterError(f"since: there is no change {since} here; the last one is {head}")
    if known is not None and known != (held := _hash(journal, since)):
        raise _other_history(f"change {since} has the hash {held} here", head, last)
    until = head if limit is None else min(since + limit, head)
    return Following(journal.marked(since, until), head, last)


def _hash(journal: JournalReader, sequence: int) -> str:
    """Return the hash of a change; that before the first is all zeros."""
    return next(entry.hash for entry in journal.entries(sequence - 1, sequence)) if sequence else GENESIS


def _other_history(why: str, head: int, last: str) -> OtherHistoryError:
    return OtherHistoryError(
        f"{why}: a backup was restored, or it is another store; begin anew, or find the last "
        "change that both have by asking with earlier ones",
        head,
        last,
    )
