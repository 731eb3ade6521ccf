"""Writes the JSON Schemas of the four kinds of document: `python -m kg.ingest FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.ingest.codes import bundled_code_lists
from kg.ingest.models import KINDS
from kg.ingest.references import References
from kg.ingest.schema import schema_text


def main(folder: Path) -> None:
    """Write one file for each kind into the folder."""
    references = References(codes=bundled_code_lists())
    for kind in KINDS:
        (folder / f"{kind}.schema.json").write_text(schema_text(kind, references), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
