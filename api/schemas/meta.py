"""What the server says of itself."""

from pydantic import Field

from kg.read.schemas.base import Answered


class Health(Answered):
    """That the process answers."""

    status: str = Field(examples=["ok"])


class Readiness(Answered):
    """That requests can be answered."""

    ready: bool = Field(examples=[True])
    version: str = Field(examples=["0.1.0"])
    """Version of the software."""
    store: str = Field(examples=["1f3b5c7d9e1f3b5c"])
    """Differs between stores that hold different documents."""
    amiss: list[str] = Field(examples=[[]])
    """What cannot be read or written and is done without; the server's log names the files."""


class Index(Answered):
    """Where everything is."""

    name: str
    description: str
    version: str
    """Version of the software."""
    ontology: str | None
    """Version of the ontology in the store."""
    base: str
    """What the IRIs of instances begin with."""
    store: str
    links: dict[str, str]
