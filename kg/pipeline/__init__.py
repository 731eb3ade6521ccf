"""The one way in: read → convert → validate → journal → store → rules.

```
file ──read──► Document ──convert──► Conversion ──SHACL──► Change ──► journal ──► store ──► rules
        │                    │                      │                                         │
        └───── problems ─────┴──────────────────────┴──► quarantine                       followers
```

All or nothing for each document; the rest of a batch goes on. Readers take checkpoints, and hold nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.pipeline.batch import ingest, validate
    from kg.pipeline.outcome import Outcome, Scrutiny
    from kg.pipeline.reading import Reading, read_graph
    from kg.pipeline.repository import Repository, in_memory
    from kg.pipeline.setup import (
        build_demo,
        initialise,
        is_demo,
        open_graph,
        prepared,
        reference_in_memory,
    )
    from kg.pipeline.sources import code_definitions, code_references, ontology_triples
    from kg.pipeline.withdraw import redact, retract

__all__ = [
    "Outcome",
    "Reading",
    "Repository",
    "Scrutiny",
    "build_demo",
    "code_definitions",
    "code_references",
    "in_memory",
    "ingest",
    "initialise",
    "is_demo",
    "ontology_triples",
    "open_graph",
    "prepared",
    "read_graph",
    "redact",
    "reference_in_memory",
    "retract",
    "validate",
]

offer(
    __name__,
    {
        "batch": ("ingest", "validate"),
        "outcome": ("Outcome", "Scrutiny"),
        "reading": ("Reading", "read_graph"),
        "repository": ("Repository", "in_memory"),
        "setup": ("build_demo", "initialise", "is_demo", "open_graph", "prepared", "reference_in_memory"),
        "sources": ("code_definitions", "code_references", "ontology_triples"),
        "withdraw": ("redact", "retract"),
    },
)
