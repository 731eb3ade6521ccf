"""What a document may say and probably does not mean: accepted, and told as warnings.

Each kind stands with its example in docs/documents/README.md. What can be seen in the document alone is
here; what only the store knows is in `kg.pipeline.doubts`.
"""

from kg.ingest.doubts.doubts import note_doubts
from kg.ingest.doubts.written import doubts_of_numbers

__all__ = ["doubts_of_numbers", "note_doubts"]
