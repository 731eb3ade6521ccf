"""Documents that an analyst writes by hand become triples."""

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
