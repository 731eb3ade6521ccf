"""The graphs that there are for other programs."""

from pydantic import Field

from kg.read.schemas.base import Answered


class ExportFile(Answered):
    """A format in which a graph is given."""

    extension: str = Field(examples=["gexf"])
    media_type: str = Field(examples=["application/gexf+xml"])
    title: str
    """What it is good for."""
    url: str
    """Where it is; filters are parameters of that address."""


class ExportProfile(Answered):
    """A graph that is made of what sources say."""

    name: str = Field(examples=["actors"])
    title: str
    description: str
    """What its nodes and edges stand for."""
    layout: str = Field(examples=["force"])
    """Where nodes are put, unless another layout is asked for."""
    files: tuple[ExportFile, ...]
    gephi_lite: str
    """An address that opens it in Gephi Lite, where that can reach this server."""


class Exports(Answered):
    """All graphs."""

    items: tuple[ExportProfile, ...]
    all: str
    """Where the whole store is, as N-Quads compressed with gzip."""
    next: str | None = None
