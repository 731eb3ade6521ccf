"""The four kinds of document as JSON Schema, with the entries of the code lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from kg.ingest.fields import Code, Schema, as_list
from kg.ingest.models import KINDS
from kg.ingest.walk import unwrap

if TYPE_CHECKING:
    from kg.ingest.references import References

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHORT: dict[str, Any] = {"type": ["string", "number"]}
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def json_schema(kind: str, references: References) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of document; raise KeyError if there is no such kind.

    It says what a document may look like; what it names is looked up when it is taken in.
    """
    writer = _Writer(references)
    model = KINDS[kind]
    body = writer.mapping(model)
    return {
        "$schema": _DIALECT,
        "title": f"Servanda document: {kind}",
        **body,
        "$defs": {name: writer.definitions[name] for name in sorted(writer.definitions)},
    }


def schema_text(kind: str, references: References) -> str:
    """Return the JSON Schema of a kind of document as it is published: the same on every machine."""
    return json.dumps(json_schema(kind, references), indent=2, ensure_ascii=False) + "\n"


class _Writer:
    """Writes the schema of a model, and gathers the definitions that it uses."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.definitions: dict[str, dict[str, Any]] = {}

    def mapping(self, model: type[BaseModel]) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required: list[str] = []
        for name, field in model.model_fields.items():
            schema = self.value(field.annotation, list(field.metadata))
            if field.description:
                schema = {**schema, "description": field.description}
            properties[field.alias or name] = schema
            if field.is_required():
                required.append(field.alias or name)
        return {
            "type": "object",
            "description": (model.__doc__ or "").strip(),
            "additionalProperties": False,
            "required": required,
            "properties": properties,
        }

    def value(self, annotation: Any, notes: list[Any]) -> dict[str, Any]:  # noqa: ANN401 - any type of a model
        inner, more = unwrap(annotation)
        notes = [*notes, *more]
        stated = next((note for note in notes if isinstance(note, Schema)), None)
        code = next((note for note in notes if isinstance(note, Code)), None)
        if code is not None:
            codes = sorted(self.references.known(code.scheme))
            return {"enum": [*codes, *(int(entry) for entry in codes if entry.isdigit())]} if codes else _TEXT
        if stated is not None:
            return dict(stated.value)
        return self.structure(inner, notes)

    def structure(self, inner: Any, notes: list[Any]) -> dict[str, Any]:  # noqa: ANN401 - any type of a model
        if get_origin(inner) is tuple:
            items = self.value(get_args(inner)[0], [])
            many = {"type": "array", "items": items}
            single = any(isinstance(note, BeforeValidator) and note.func is as_list for note in notes)
            return {"anyOf": [many, items]} if single else many
        if get_origin(inner) is Literal:
            return {"enum": list(get_args(inner))}
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            reference = self.reference(inner)
            short = any(isinstance(note, BeforeValidator) for note in notes)
            return {"anyOf": [_SHORT, reference]} if short else reference
        return {"type": "string"}

    def reference(self, model: type[BaseModel]) -> dict[str, Any]:
        name = model.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.mapping(model)
        return {"$ref": f"#/$defs/{name}"}
