"""The published JSON Schemas: current, complete, and true of the documents that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import References, json_schema
from kg.ingest.models import KINDS
from kg.ingest.schema import schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "documents" / "schema"


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_current(kind: str, codes: Mapping[str, Mapping[str, str]]) -> None:
    published = (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")
    hint = "write them again: python -m kg.ingest docs/documents/schema"
    assert published == schema_text(kind, References(codes=codes)), hint


def parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    yield from schema["$defs"].values()


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described_and_every_reference_defined(
    kind: str, codes: Mapping[str, Mapping[str, str]]
) -> None:
    schema = json_schema(kind, References(codes=codes))
    assert schema["properties"]["kind"]["enum"] == [kind]
    for part in parts(schema):
        assert part["additionalProperties"] is False
        for name, field in part["properties"].items():
            assert field["description"].strip(), name
    text = json.dumps(schema)
    for reference in {piece.split('"')[0] for piece in text.split("#/$defs/")[1:]}:
        assert reference in schema["$defs"]


def test_code_lists_become_enumerations(codes: Mapping[str, Mapping[str, str]]) -> None:
    claim = json_schema("report", References(codes=codes))["$defs"]["Claim"]["properties"]
    assert claim["modality"]["enum"] == sorted(codes["modality"])
    assert claim["credibility"]["enum"] == ["1", "2", "3", "4", "5", "6", 1, 2, 3, 4, 5, 6]


def test_single_values_may_stand_for_lists_and_short_forms_for_mappings() -> None:
    claim = json_schema("report", References())["$defs"]["Claim"]["properties"]
    assert claim["alleges"]["anyOf"][1] == {"$ref": "#/$defs/TermRef"}
    assert claim["quote"]["anyOf"][1] == {"$ref": "#/$defs/QuoteForm"}
    assert claim["time"]["anyOf"][0] == {"type": ["string", "number"]}


def test_there_is_no_schema_of_another_kind() -> None:
    with pytest.raises(KeyError):
        json_schema("violations", References())
