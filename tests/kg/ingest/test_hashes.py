"""What a document says has one hash, whatever the base of the store, and to find it costs no conversion."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import resources
from kg.ingest import References, convert, read_document, read_text
from kg.ingest.convert import content_hash
from kg.pipeline.sources import code_references
from kg.settings import DEFAULT_BASE
from kg.store.secret import Secret

if TYPE_CHECKING:
    from kg.ingest import Document

BASE = "https://example.org/id/"
BASES = (BASE, DEFAULT_BASE, "https://w3id.org/servanda/")
"""The last one is that of the ontology itself."""
DATA = sorted(Path(str(resources.data())).rglob("*.yaml"))
ACTORS = """kind: actors
id: desk
actors:
  - {id: desk-a, type: state, label: A, SAID}
"""
REPORT = """kind: report
id: r
type: news
title: T
language: en
publisher: desk-a
issued: 2031-01-01
text: They closed the road.
SAID
annotator: desk-c
events: [{key: e, type: incursion, label: E}]
claims:
  - key: c
    about: e
    quote: They closed the road.
    gist: G
    modality: asserted
    attribution: STEPS
"""


@cache
def documents() -> tuple[Document, ...]:
    return tuple(read_document(path) for path in DATA)


@cache
def known() -> References:
    return code_references().including(*documents())


@pytest.mark.parametrize("base", BASES)
def test_the_hash_of_a_conversion_is_that_of_its_document(base: str) -> None:
    assert len(documents()) > 10
    for document in documents():
        conversion = convert(document, base, known(), secret=Secret.random())
        assert conversion.content_hash == document.content_hash, document.identifier


@pytest.mark.parametrize(
    "said",
    [
        "same_as: ['https://example.org/id/actor/b']",
        "note: 'See https://example.org/id/x .'",
        "alt_labels: [B]",
    ],
)
@pytest.mark.parametrize("base", [BASE, "https://example.org/other/"])
def test_what_names_the_base_itself_is_hashed_as_it_says(said: str, base: str) -> None:
    read = read_text(ACTORS.replace("SAID", said).encode(), "a.yaml")
    assert convert(read, base, code_references()).content_hash == read.content_hash


@pytest.mark.parametrize("said", ["", "url: https://example.org/id/report/r", "text_access: quotes-only"])
@pytest.mark.parametrize(
    "steps", ["[{agent: desk-b, verb: said, report: Of old}]", "[{agent: desk-b, verb: said}]"]
)
def test_so_is_a_report(said: str, steps: str) -> None:
    text = REPORT.replace("SAID", said).replace("STEPS", steps)
    read = read_text(text.encode(), "r.yaml")
    actors = {"desk-a": "outlet", "desk-b": "state", "desk-c": "analyst"}
    references = References(codes=code_references().codes, actors=actors)
    for secret in (Secret.random(), Secret.random()):
        assert convert(read, BASE, references, secret=secret).content_hash == read.content_hash


def test_neither_to_read_nor_to_convert_a_document_converts_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def converting(*_: object) -> str:
        raise AssertionError("the document is converted for its hash alone")

    expected = content_hash
    monkeypatch.setattr("kg.ingest.document.content_hash", converting)
    read = read_text(ACTORS.replace("SAID", "note: N").encode(), "a.yaml")
    found = convert(read, BASE, code_references()).content_hash
    assert found == expected(read.model, read.text, read.geometries, read.outline, read.zones)
