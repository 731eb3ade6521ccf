"""The journal: what was taken in, revised, retracted and redacted, in order, and nothing lost."""

from kg.journal.entry import GENESIS, Action, Draft, Entry

__all__ = ["GENESIS", "Action", "Draft", "Entry"]
