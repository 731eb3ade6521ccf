"""Documents that an analyst writes by hand become triples."""

from kg.ingest.codes import bundled_code_lists, code_lists
from kg.ingest.convert import convert
from kg.ingest.document import Document, read_document, read_text
from kg.ingest.glance import Glance, files_beside, glance
from kg.ingest.references import References
from kg.ingest.schema import json_schema
from kg.ingest.template import template

__all__ = [
    "Document",
    "Glance",
    "References",
    "bundled_code_lists",
    "code_lists",
    "convert",
    "files_beside",
    "glance",
    "json_schema",
    "read_document",
    "read_text",
    "template",
]
