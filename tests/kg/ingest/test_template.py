"""The document to fill in: it can be read once the few empty fields are filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DocumentError
from kg.ingest import References, convert, read_text, template
from kg.ingest.template import free_slug
from kg.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = Path(__file__).resolve().parents[3] / "data" / "seed" / "000_d81f829d59dc695a.txt"
TEXT = SEED.read_bytes().decode()
TEMPLATE = template(TEXT, SEED.name)


def filled(document: str) -> str:
    for field, value in (("type", "news"), ("language", "en"), ("annotator", "team")):
        lines = [line for line in document.splitlines() if line.startswith(f"{field}: ")]
        assert len(lines) == 1, field
        document = document.replace(lines[0], f"{field}: {value}")
    return document


def uncommented(document: str) -> str:
    """Return the document with the placeholder event and claim read as they stand."""
    lines = document.splitlines()
    begin, end = lines.index("events:"), lines.index("# Modalities: how the text puts it.")
    body = [line.replace("#", "", 1) if line.startswith("#  ") else line for line in lines[begin:end]]
    return "\n".join([*lines[:begin], *body])


def test_filled_in_it_is_a_report_without_claims(references: References) -> None:
    document = read_text(filled(TEMPLATE).encode(), "a.yaml", SEED.parent)
    assert document.identifier == "000-d81f829d59dc695a"
    assert document.text is not None
    assert document.text.text == TEXT
    assert convert(document, "https://example.org/id/", references).triples


def test_not_filled_in_it_says_what_is_missing() -> None:
    with pytest.raises(DocumentError) as caught:
        read_text(TEMPLATE.encode(), "a.yaml", SEED.parent)
    assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
        ("type", "document/missing-field"),
        ("language", "document/missing-field"),
        ("annotator", "document/missing-field"),
    ]


def test_the_placeholder_is_a_claim_once_its_words_are_of_the_text(references: References) -> None:
    document = uncommented(filled(TEMPLATE))
    for placeholder, real in (
        ("the exact words, copied from the text", "Azerbaijan still completely ignores many terms"),
        ("on 26 August, inferred", "on August 26, inferred"),
        ("some-outlet", "river-post"),
        ("some-agreement", "arda-2031"),
        ("places: []", "places: [arda-zone]"),
        ("perpetrators: []", "perpetrators: [kestria]"),
    ):
        assert document.count(placeholder) == 1
        document = document.replace(placeholder, real)
    read = read_text(document.encode(), "a.yaml", SEED.parent)
    conversion = convert(read, "https://example.org/id/", references)
    assert any(str(subject).endswith("/claim/c1/hedge/1") for subject, _, _ in conversion.triples)


def test_it_lists_every_modality_and_type_of_event(codes: Mapping[str, Mapping[str, str]]) -> None:
    for scheme in ("modality", "event-type"):
        assert len(codes[scheme]) > 5
        for code, meaning in codes[scheme].items():
            assert f"#   {code} " in TEMPLATE
            assert meaning in TEMPLATE


def test_it_lists_the_sentences_of_the_text() -> None:
    assert "#   On July 28, there was also the bloodiest fighting between Armenia and Azerbaijan." in TEMPLATE
    assert "title: Azerbaijan seizes Armenian highways, deployed armored vehicles\n" in TEMPLATE


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Übung 1.txt", "ubung-1"),
        ("報告.txt", "baogao"),
        ("Звіт 17 лютого.txt", "zvit-17-lyutogo"),
        ("تقرير 17.txt", "tqryr-17"),
        ("Զեկույց.txt", "zekowyts"),
        ("ანგარიში.txt", "angarishi"),
        ("…!.txt", "report"),
        ("a/b/C_d.txt", "c-d"),
        ("--x--.txt", "x"),
    ],
)
def test_the_id_is_made_from_the_name(name: str, identifier: str) -> None:
    assert f"\nid: {identifier}\n" in template("x", name)
    assert (slug(Path(name).stem) or "report") == identifier


@given(st.text(max_size=60), st.text("aü .#:-'\"{", min_size=1, max_size=12))
def test_whatever_the_text_and_its_name_the_template_can_be_read(text: str, name: str) -> None:
    document = filled(template(text, f"{name}x.txt"))
    document = "\n".join(line for line in document.splitlines() if not line.startswith("text_file:"))
    read = read_text((document + "\ntext: some words\n").encode(), "a.yaml")
    assert read.kind == "report"


def test_an_id_that_is_taken_gets_a_number() -> None:
    taken = {"zvit", "zvit-2"}
    assert free_slug("Звіт", taken.__contains__) == "zvit-3"
    assert free_slug("Радіо", taken.__contains__) == "radio"


def test_every_sign_of_a_sentence_can_be_copied_from_the_list() -> None:
    sentence = "Co\u00adoperation\u200b of <!doctype> and <!-- th\u200dem --> goes\u2060 on <!."
    made = template(f"\ufeff{sentence}\nOK.\n!", "a.txt")
    assert f"#   \ufeff{sentence}\n#   OK.\n#   !\n" in made


def test_the_list_of_sentences_says_where_it_stops() -> None:
    made = template("\n".join(f"Sentence {number}." for number in range(1, 251)), "a.txt")
    assert "#   Sentence 200.\n# The list stops here: 50 more, from line 201 of the text on" in made
    assert "The list stops here" not in template("One. Two.", "a.txt")


@pytest.mark.parametrize(
    "text", ["a\u2028b\u0085c\ufeff d\u00ad", " \n\ta: 'b' \"c\" \\ #d\r\n", "\U0001f600\U000e0100x"]
)
def test_a_text_in_the_document_is_the_text_code_point_by_code_point(text: str) -> None:
    read = read_text(filled(template(text, "a.txt", inline=True)).encode(), "a.yaml")
    assert read.text is not None
    assert read.text.text == text
