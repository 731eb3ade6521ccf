"""The changes of the store, without their words."""

from pydantic import Field

from kg.journal import Action
from kg.read.schemas.base import Answered, Listed


class Change(Answered):
    """An entry of the journal: what happened to a document, and when; who did it is not told."""

    sequence: int = Field(examples=[42])
    """From 1, without gaps."""
    time: str = Field(examples=["2026-11-22T17:30:00.123456Z"])
    """Never before that of the change before."""
    clock: str | None = None
    """What the clock of the machine said, where that was before the time of the change before; else null."""
    action: Action
    kind: str = Field(examples=["report"])
    """`report`, `agreement`, `actors`, `places`, `review`, `ontology` or `rules`."""
    id: str = Field(examples=["seed-syunik-highway-2021"])
    revision: int = Field(examples=[1])
    """Of the document: the one that came in, or the last one if it was taken back."""
    content_hash: str | None
    """SHA-256 of the document that came in."""
    graphs: tuple[str, ...]
    """The graphs that were replaced whole; after `retract` and `redact` they are gone."""
    iri: str
    """The document's record in the graph of commits."""
    document: str | None
    """Address of what the document said from this change on; 410 once it was redacted. Null for what took
    something back, and for ontology and rules."""
    reason: str | None
    redacts: tuple[int, ...]
    """The changes whose words were removed for good: remove them too."""
    hash: str
    """Of the entry; each covers the one before, and the hash of the words."""
    previous: str
    """Hash of the entry before; 64 zeros for the first."""


class ChangePage(Listed[Change]):
    """A page of the changes, the oldest first."""

    head: int = Field(examples=[42])
    """The last change that this server tells of; ask again with `since` to follow on."""
    head_hash: str
    """Its hash: give it as `hash` with that `since`, to be told where the history is another."""
