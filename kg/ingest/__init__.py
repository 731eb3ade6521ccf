"""Documents that an analyst writes by hand become triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.ingest.codes import bundled_code_lists, code_lists
    from kg.ingest.convert import convert
    from kg.ingest.document import Document, read_bytes, read_document, read_text
    from kg.ingest.earlier import said_now
    from kg.ingest.from_rdf.admission import admissible
    from kg.ingest.from_rdf.canonical import canonical
    from kg.ingest.from_rdf.compare import compare
    from kg.ingest.from_rdf.read import document_of, read_rdf
    from kg.ingest.glance import Glance, files_beside, glance
    from kg.ingest.placing import PlaceZones, placed, places_of, said_of_places
    from kg.ingest.references import References
    from kg.ingest.schema import json_schema
    from kg.ingest.template import free_slug, template
    from kg.ingest.texts import FileText, text_of

__all__ = [
    "Document",
    "FileText",
    "Glance",
    "PlaceZones",
    "References",
    "admissible",
    "bundled_code_lists",
    "canonical",
    "code_lists",
    "compare",
    "convert",
    "document_of",
    "files_beside",
    "free_slug",
    "glance",
    "json_schema",
    "placed",
    "places_of",
    "read_bytes",
    "read_document",
    "read_rdf",
    "read_text",
    "said_now",
    "said_of_places",
    "template",
    "text_of",
]

offer(
    __name__,
    {
        "codes": ("bundled_code_lists", "code_lists"),
        "convert": ("convert",),
        "document": ("Document", "read_bytes", "read_document", "read_text"),
        "earlier": ("said_now",),
        "from_rdf.admission": ("admissible",),
        "from_rdf.canonical": ("canonical",),
        "from_rdf.compare": ("compare",),
        "from_rdf.read": ("document_of", "read_rdf"),
        "glance": ("Glance", "files_beside", "glance"),
        "placing": ("PlaceZones", "placed", "places_of", "said_of_places"),
        "references": ("References",),
        "schema": ("json_schema",),
        "template": ("free_slug", "template"),
        "texts": ("FileText", "text_of"),
    },
)
