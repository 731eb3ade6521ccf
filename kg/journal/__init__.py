"""The journal: what was taken in, revised, retracted and redacted, in order, and nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.journal.entry import GENESIS, Action, Draft, Entry, salt
    from kg.journal.journal import SEGMENT_BYTES, Journal
    from kg.journal.reader import JournalReader
    from kg.journal.verify import Damage, Report, verify

__all__ = [
    "GENESIS",
    "SEGMENT_BYTES",
    "Action",
    "Damage",
    "Draft",
    "Entry",
    "Journal",
    "JournalReader",
    "Report",
    "salt",
    "verify",
]

offer(
    __name__,
    {
        "entry": ("GENESIS", "Action", "Draft", "Entry", "salt"),
        "journal": ("SEGMENT_BYTES", "Journal"),
        "reader": ("JournalReader",),
        "verify": ("Damage", "Report", "verify"),
    },
)
