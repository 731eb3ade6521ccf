"""The one way in: read → convert → validate → commit → rules.

```
file ──read──► Document ──convert──► Conversion ──SHACL──► ChangeSet ──commit──► store ──rules──► inferences
        │                    │                      │
        └───── problems ─────┴──────────────────────┴──► quarantine
```

All or nothing for each document; the rest of a batch goes on.
"""

from kg.pipeline.batch import Outcome, ingest, validate
from kg.pipeline.commit import recover
from kg.pipeline.setup import build_demo, initialise, open_graph, reference_in_memory
from kg.pipeline.sources import code_definitions, code_references, ontology_triples

__all__ = [
    "Outcome",
    "build_demo",
    "code_definitions",
    "code_references",
    "ingest",
    "initialise",
    "ontology_triples",
    "open_graph",
    "recover",
    "reference_in_memory",
    "validate",
]
