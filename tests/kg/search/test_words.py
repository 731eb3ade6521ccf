"""Words are compared without what people leave out or write otherwise, in any script; places are exact."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameterError
from kg.search.entry import Part
from kg.search.query import LONGEST, parsed
from kg.search.showing import matches
from kg.search.words import words

SAME = (
    ("Straße", "STRASSE"),
    ("Łódź", "lodz"),
    ("İstanbul", "istanbul"),
    ("ISTANBUL", "ıstanbul"),
    ("Azərbaycan", "azerbaycan"),
    ("Đorđe Øre Ærø", "dorde ore aero"),
    ("naïve café", "NAIVE CAFE"),
    ("Ёлка", "елка"),
    ("Андре\u0438\u0306", "Андрей"),
    ("замо\u0301к", "замок"),
    ("з'їзд", "з\u2019їзд"),
    ("з'їзд", "з\u02bcїзд"),
    ("և", "եւ"),
    ("Երևան", "Երեւան"),
    ("ԵՐԵՎԱՆ", "երեւան"),
    ("أحمد إلى آخر", "احمد الي اخر"),
    ("اَلْعَرَبِيَّة", "العربيه"),
    ("الـعـربية", "العربية"),
    ("مسؤول شيء", "مسوول شي"),
    ("کابل", "كابل"),
    ("١٢ ۱۲", "12 12"),
    ("ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"),
    ("Ⴇⴁⴈⴊⴈⴑⴈ", "თბილისი"),
    ("Αθήνα Ὀδυσσεύς", "αθηνα οδυσσευσ"),
    ("שָׁלוֹם", "שלום"),
    ("ﬁnal Ｆｕｌｌ", "final full"),
    ("co\u00adoper\u200bate", "cooperate"),
    ("か\u3099", "が"),
    ("ｶﾞ", "ガ"),
    ("한국", unicodedata.normalize("NFD", "한국")),
    ("Shīʿa", "Shia"),
)
APART = (("мой", "мои"), ("हिन्दी", "हनद"), ("ไทย", "ไท"), ("cat", "cats"))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_the_same_word_is_found_as_the_same(one: str, other: str) -> None:
    assert [word.word for word in words(one)] == [word.word for word in words(other)]
    (found,) = matches([Part("quote", None, None, f"before, {one}; after")], parsed(f'"{other}"').sought)
    assert [found.text[at.start : at.end] for at in found.highlights] == [one]


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_are_different_words_stay_different(one: str, other: str) -> None:
    assert [word.word for word in words(one)] != [word.word for word in words(other)]


@pytest.mark.parametrize(
    ("text", "sought", "shown"),
    [
        ("3名亚美尼亚军人死亡", "亚美尼亚", ["亚美尼亚"]),
        ("3名亚美尼亚军人死亡", "军", ["军"]),
        ("東京都庁、東京", "東京", ["東京", "東京"]),
        ("中文abc字", '"中文 abc"', ["中文abc"]),
        ("a cease-fire, no ceasefire", "cease-fire", ["cease-fire"]),
        ("shelled, Shelling; shield", "shell*", ["shelled", "Shelling"]),
        ("of 10 km² near", "10 km*", ["10", "km²"]),
        ("😀 Ёж 😀 ёж", "еж", ["Ёж", "ёж"]),
    ],
)
def test_highlights_are_exactly_the_words(text: str, sought: str, shown: list[str]) -> None:
    (found,) = matches([Part("quote", None, 7, text)], parsed(sought).sought)
    assert [found.text[at.start : at.end] for at in found.highlights] == shown
    assert (found.start, found.end) == (7, 7 + len(text))


@given(st.text(max_size=60))
def test_every_word_stands_within_the_text_after_the_one_before(text: str) -> None:
    before = 0
    for word in words(text):
        assert 0 <= before <= word.start < word.first_end <= word.end <= len(text)
        assert word.word
        assert '"' not in word.word
        assert not any(sign.isspace() or sign == "\x00" for sign in word.word)
        before = word.start


@given(st.text(max_size=60))
def test_composed_or_not_a_text_has_the_same_words(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert [word.word for word in words(composed)] == [word.word for word in words(apart)]


@given(st.text(max_size=80))
def test_whatever_is_looked_for_is_read_or_refused(text: str) -> None:
    try:
        found = parsed(text)
    except BadParameterError:
        pass
    else:
        for one in (*found.sought, *found.without):
            assert one.match().count('"') == 2 * len(one.words)


def test_a_query_is_words_phrases_beginnings_exclusions_and_filters() -> None:
    found = parsed('Truce "cease fire" shell* -drone by:azerbaijan -kind:text from:2021 https://x.org NEAR(')
    assert [one.words for one in found.sought] == [
        ("truce",), ("cease", "fire"), ("shell",), ("https", "x", "org"), ("near",)
    ]  # fmt: skip
    assert [one.prefix for one in found.sought] == [False, False, True, False, False]
    assert [one.words for one in found.without] == [("drone",)]
    assert found.filters == {"perpetrator": "azerbaijan", "from": "2021"}
    assert found.without_filters == (("kind", "text"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * (LONGEST + 1), "at most 1000 characters"),
        ("a " * 40, "at most 32 words"),
        ("- * : ()", "nothing to look for"),
        ("-drone", "nothing to look for"),
        ("a*", "at least two letters"),
        ("agrement:nk", "did you mean agreement:"),
        ("by:x perpetrator:y", "given more than once"),
        ("x -from:2021", "cannot be left out"),
    ],
)
def test_what_cannot_be_looked_for_is_told(text: str, told: str) -> None:
    with pytest.raises(BadParameterError, match=told):
        parsed(text)
