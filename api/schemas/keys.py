"""What a key allows."""

from enum import StrEnum

from pydantic import Field

from kg.read.schemas.base import Answered


class KeyScope(StrEnum):
    """What a key allows; each scope allows what those before it do."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"


class HeldKey(Answered):
    """The key of the request, without its token."""

    id: str = Field(examples=["k3v9q0ab"])
    name: str = Field(examples=["News desk"])
    """Whose it is."""
    scope: KeyScope
    """What it allows: `ingest` allows what `read` does, `admin` everything."""
    made: str = Field(examples=["2026-11-22T17:30:00Z"])
    expires: str | None = Field(examples=["2027-12-31"])
    """The last day, by UTC, on which it holds; null if it never ends."""
