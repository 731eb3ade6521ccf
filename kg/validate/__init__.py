"""What the shapes say of one document's triples."""

from kg.validate.shacl import ShaclReport, ShaclResult, load_shapes, validate

__all__ = ["ShaclReport", "ShaclResult", "load_shapes", "validate"]
