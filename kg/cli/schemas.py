"""The command that prints how a document is written."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from kg import pipeline
from kg.cli.app import app, out_json
from kg.errors import NotFoundError
from kg.ingest import json_schema
from kg.ingest.models import KINDS


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="report, agreement, actors or places.")],
) -> None:
    """Print the JSON Schema of a kind of document."""
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise NotFoundError(f"no kind of document {kind!r}; {hint}one of: {', '.join(KINDS)}")
    out_json(json_schema(kind, pipeline.code_references()))
