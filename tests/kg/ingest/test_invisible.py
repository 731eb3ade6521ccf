"""What nobody sees does not hide a quote: it is found, kept as the text has it, and told by name."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.term import Literal

from kg.ingest import convert, read_text
from kg.ingest.folding import INVISIBLE
from kg.ingest.quotes import Folded, QuoteError, QuoteRequest, Span, locate
from kg.terms import OA, SVD

if TYPE_CHECKING:
    from kg.ingest import References
    from kg.model import Conversion

NFC, NFD = "Near Chi\u015fin\u0103u they fired", "Near Chis\u0327ina\u0306u they fired"
BASE = "https://example.org/id/"
SIGNS = {
    "\u00ad": "U+00AD SOFT HYPHEN",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\u200c": "U+200C ZERO WIDTH NON-JOINER",
    "\u200d": "U+200D ZERO WIDTH JOINER",
    "\u2060": "U+2060 WORD JOINER",
    "\ufeff": "U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "\u200e": "U+200E LEFT-TO-RIGHT MARK",
    "\u200f": "U+200F RIGHT-TO-LEFT MARK",
    "\u202b": "U+202B RIGHT-TO-LEFT EMBEDDING",
    "\u2067": "U+2067 RIGHT-TO-LEFT ISOLATE",
    "\u061c": "U+061C ARABIC LETTER MARK",
    "\ufe0f": "U+FE0F VARIATION SELECTOR-16",
}


def made(references: References, text: str, quote: str, more: str = "") -> Conversion:
    document = f"""kind: report
id: near
type: news
title: T
language: en
annotator: team
licence: CC0
text: "{text}"
claims: [{{key: c, gist: G, quote: "{quote}", modality: asserted{more}}}]
"""
    return convert(read_text(document.encode(), "a.yaml"), BASE, references)


def exact(conversion: Conversion) -> list[str]:
    return [str(object_) for _, predicate, object_ in conversion.triples if predicate == OA.exact]


@pytest.mark.parametrize(("text", "quote"), [(NFC, NFD), (NFD, NFC), (NFC, NFC), (NFD, NFD)])
def test_composed_and_decomposed_letters_are_the_same_in_silence(
    references: References, text: str, quote: str
) -> None:
    conversion = made(references, f"{text}. Then nothing.", quote)
    assert conversion.warnings == ()
    assert exact(conversion) == [text]
    assert (Literal(len(text)) in {object_ for _, _, object_ in conversion.triples}) is True
    kept = [str(object_) for _, predicate, object_ in conversion.triples if predicate == SVD.text]
    assert kept == [f"{text}. Then nothing."]


@pytest.mark.parametrize("sign", list(SIGNS))
@pytest.mark.parametrize("where", ["text", "quote"])
def test_a_sign_that_nobody_sees_is_told_by_code_point_and_name(
    references: References, sign: str, where: str
) -> None:
    with_it, without = f"they co{sign}operate in peace", "they cooperate in peace"
    text, quote = (with_it, without) if where == "text" else (without, with_it)
    conversion = made(references, f"Here {text}.", quote)
    assert exact(conversion) == [text]
    (warning,) = conversion.warnings
    assert (warning.rule, warning.field) == ("quote/invisible", "claims[0].quote")
    assert f"without {SIGNS[sign]}" in warning.message


def test_signs_that_text_and_quote_share_are_no_difference(references: References) -> None:
    words = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0628\u0631\u0648\u0645"
    assert made(references, f"{words}.", words).warnings == ()


def test_a_sign_at_the_edge_of_a_quote_is_not_kept_with_it(references: References) -> None:
    conversion = made(references, "\\uFEFFThey\\u00AD fired\\u200B.", "They fired")
    assert exact(conversion) == ["They\u00ad fired"]


def test_the_words_of_a_time_and_of_a_hedge_are_found_likewise(references: References) -> None:
    more = ", time: {text: on 26 August}, hedges: [it seems]"
    text = "On the road it\\u200B seems they fired on 26\\u00AD August."
    conversion = made(references, text, "they fired", more)
    assert sorted((one.field, one.rule) for one in conversion.warnings) == [
        ("claims[0].hedges[0]", "quote/invisible"),
        ("claims[0].time.text", "quote/invisible"),
    ]


def test_a_quote_that_differs_otherwise_too_is_refused_for_what_can_be_seen() -> None:
    with pytest.raises(QuoteError) as refused:
        locate(Folded("They co\u00adoperate in war."), QuoteRequest("They cooperate in peace"))
    assert refused.value.rule == "quote/not-found"
    assert "SOFT HYPHEN" not in refused.value.hint
    assert "war" in refused.value.hint


def test_a_letter_is_not_found_inside_one_with_a_mark() -> None:
    with pytest.raises(QuoteError):
        locate(Folded("Chis\u0327ina\u0306u"), QuoteRequest("Chisinau"))


def test_an_occurrence_is_counted_among_all_if_it_is_not_among_the_plain_ones() -> None:
    text = Folded("a peace, and a pe\u00adace")
    assert locate(text, QuoteRequest("a peace")) == Span(0, 7)
    assert locate(text, QuoteRequest("a peace", occurrence=2)) == Span(13, 21)


@given(
    st.text(alphabet="ab \n\u00a0\u0327\u0306\u00ad\u200d\ufeff\u015f\u1100\u1161", min_size=1, max_size=30)
)
def test_what_is_cut_from_a_text_is_found_where_it_was_cut(text: str) -> None:
    for copy in (Folded(text), Folded(text, visible=True)):
        for span in copy.find(text[: len(text) // 2 + 1]):
            assert 0 <= span.start < span.end <= len(text)
    for found in Folded(text).find(text):
        assert unicodedata.normalize("NFC", text[found.start : found.end]).split() == (
            unicodedata.normalize("NFC", text).split()
        )
    assert not INVISIBLE.search(Folded(text, visible=True).copy)


def test_a_large_text_in_pieces_is_folded_in_a_time_that_grows_as_it_does() -> None:
    folded = Folded("Near Chis\u0327ina\u0306u co\u00adoperation. " * 30_000)
    assert len(folded.find("Chi\u015fin\u0103u")) == 30_000
    assert len(folded.bare.find("cooperation")) == 30_000


def test_the_case_that_was_refused_is_taken(references: References) -> None:
    case = Path(__file__).parent / "cases" / "quote-nfd.json"
    assert convert(read_text(case.read_bytes(), case.name), BASE, references.including()).warnings == ()
