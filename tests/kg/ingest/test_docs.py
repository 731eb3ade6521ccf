"""The pages on documents: examples are taken in, error texts are the real ones, no field is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.errors import DocumentError
from kg.ingest import Document, References, convert, read_text
from kg.ingest.fields import Code
from kg.ingest.models import KINDS
from kg.ingest.schema import json_schema
from kg.ingest.walk import unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "documents"
PAGES = {kind: (FOLDER / f"{kind}.md").read_text(encoding="utf-8") for kind in KINDS}
BASE = "https://example.org/id/"
_EXAMPLE = re.compile(r"^```yaml\n(kind: .*?)^```$", re.MULTILINE | re.DOTALL)
_MISTAKE = re.compile(r"^```diff\n(.*?)^```\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = {kind: match[1] for kind, page in PAGES.items() for match in _EXAMPLE.finditer(page)}
MISTAKES = [
    (kind, match[1], match[2].strip()) for kind, page in PAGES.items() for match in _MISTAKE.finditer(page)
]


def read(kind: str, text: str, folder: Path) -> Document:
    return read_text(text.encode(), f"{kind}.yaml", folder)


@pytest.fixture
def known(codes: Mapping[str, Mapping[str, str]], tmp_path: Path) -> References:
    documents = [read(kind, text, tmp_path) for kind, text in EXAMPLES.items()]
    return References(codes=codes).including(*documents)


def test_the_four_examples_are_a_complete_conflict(known: References, tmp_path: Path) -> None:
    assert set(EXAMPLES) == set(KINDS)
    for kind, text in EXAMPLES.items():
        assert len(convert(read(kind, text, tmp_path), BASE, known).triples) > 20


def changed(text: str, diff: str) -> str:
    """Return the example after the change: lines with - are replaced by those with +."""
    old = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in "- ")
    new = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in "+ ")
    assert text.count(old) == 1, old
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("kind", "diff", "said"), MISTAKES, ids=[said.split(" [")[0] for _, _, said in MISTAKES]
)
def test_the_mistakes_are_told_in_the_words_of_the_page(
    known: References, tmp_path: Path, kind: str, diff: str, said: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        convert(read(kind, changed(EXAMPLES[kind], diff), tmp_path), BASE, known)
    told = [str(problem) for problem in caught.value.problems]
    shown = said.removesuffix("…")
    assert any(line == said or (said.endswith("…") and line.startswith(shown)) for line in told), told


def test_every_page_shows_mistakes() -> None:
    assert {kind for kind, _, _ in MISTAKES} == set(KINDS)
    assert len(MISTAKES) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_explained(kind: str) -> None:
    schema = json_schema(kind, References())
    shared = (FOLDER / "README.md").read_text(encoding="utf-8")
    parts = [schema, *schema["$defs"].values()]
    fields = {field for part in parts for field in part["properties"]}
    assert len(fields) > 10
    explained = set(re.findall(r"`([a-z0-9_]+)`", PAGES[kind])) | set(re.findall(r"`([a-z0-9_]+)`", shared))
    assert fields - explained - {"agreement", "term", "claim"} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_closed_list_is_explained(kind: str) -> None:
    schema = json_schema(kind, References())
    for part in (schema, *schema["$defs"].values()):
        for field in part["properties"].values():
            for word in field.get("enum", ()):
                assert f"`{word}`" in PAGES[kind] or word in {True, False, kind}, word


def schemes(model: type[BaseModel]) -> set[str]:
    found: set[str] = set()
    for field in model.model_fields.values():
        inner, notes = unwrap(field.annotation)
        found |= {note.scheme for note in (*field.metadata, *notes) if isinstance(note, Code)}
        for part in (inner, *getattr(inner, "__args__", ())):
            part_type = unwrap(part)[0]
            if isinstance(part_type, type) and hasattr(part_type, "model_fields"):
                found |= schemes(part_type)
    return found


def test_the_readme_names_every_code_list_in_use(codes: Mapping[str, Mapping[str, str]]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    used = {scheme for model in KINDS.values() for scheme in schemes(model)}
    assert {"modality", "action", "reliability", "event-type", "wording-status"} <= used <= set(codes)
    assert {scheme for scheme in used if f"`{scheme}`" not in readme} == set()


def test_every_modality_is_explained(codes: Mapping[str, Mapping[str, str]]) -> None:
    assert {code for code in codes["modality"] if f"| `{code}` |" not in PAGES["report"]} == set()
