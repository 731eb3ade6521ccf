"""Quotes: found whatever the blanks, at the right place, or refused with the nearest passage."""
# ruff: noqa: E501, ISC004 (tables, one row a line)

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.nearest import nearest_passage
from kg.ingest.quotes import Folded, QuoteError, QuoteRequest, Span, fold, locate, pointed
from tests.pace import LATE

SEED_FILE = Path(__file__).resolve().parents[3] / "data" / "seed" / "000_d81f829d59dc695a.txt"
SEED = SEED_FILE.read_bytes().decode()
FOLDED = Folded(SEED)

CLAIMS = [
    ("c0", 117, 272, "it seems that the Azerbaijani army is intending to flood into Armenian territory, despite "
     "the fact that the two sides have had a ceasefire agreement before"),
    ("c1", 289, 491, "the Russian newspaper Avia reported that on August 26, a group of Azerbaijani soldiers, fully "
     "equipped with weapons and equipment, occupied a small area along the highway running through Syunik, Armenia"),
    ("c2", 494, 703, "In less than 24 hours, the Azerbaijani armed forces increased their numbers, controlling at "
     "least 10 square kilometers along this highway, without encountering any significant resistance from the "
     "Armenian side"),
    ("c3", 706, 893, "Russian media said that the Russian military forces and its experts, at least three times "
     "intervened in the above situation, in order to find a common voice between Armenia and Azerbaijan"),
    ("c4", 904, 1069, "it seems that the efforts of reconciliation from the Russian side were unsuccessful, "
     "Azerbaijan rejected all calls from the Russian side and kept its troops in place"),
    ("c5", 1076, 1182, "the Azerbaijani army dragged a long line of armor and military equipment, flooding into "
     "Armenian territory"),
    ("c5b", 1184, 1274, "although this force had never encountered the resistance of the neighboring country before"),
    ("c6", 1276, 1459, "Military experts said it would be very dangerous if the Azerbaijani side used the 10 km "
     "highway in Armenian territory as a springboard to advance further into this country\u2019s territory"),
    ("c7", 1527, 1617, "the destination of these forces will most likely be the entire Armenian province of Syunik"),
    ("c8", 1694, 1816, "If the provincial capital Syunik is completely captured, the land territory of Azerbaijan "
     "will be connected to Nakhichevan"),
    ("c8b", 1818, 1943, "At this point, Armenia will be in an extremely disadvantageous position if in the future, "
     "the two countries continue to clash"),
    ("c9", 1946, 2046, "Earlier in early August, Russian border guards were deployed to the border of Armenia and "
     "Azerbaijan"),
    ("c9b", 2048, 2162, "This force is tasked with ensuring security in the extremely tense border area between "
     "these two hostile countries"),
    ("c10", 2164, 2306, "On July 28, there was also the bloodiest fighting between Armenia and Azerbaijan. The "
     "fighting left three soldiers dead and two others wounded"),
    ("c11", 2309, 2401, "At the end of 2020, Armenia and Azerbaijan experienced 6 weeks of extremely intense fighting"),
    ("c12", 2520, 2613, "it seems that the presence of Russian peacekeepers here, only calms the situation a few "
     "times"),
    ("c13", 2621, 2736, "Azerbaijan still completely ignores many terms of the cease-fire agreement signed earlier "
     "between the two countries"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "start", "end", "words"), CLAIMS, ids=[claim[0] for claim in CLAIMS])
def test_the_claims_of_the_seed_stand_where_they_stand(key: str, start: int, end: int, words: str) -> None:
    span = locate(FOLDED, QuoteRequest(words))
    assert (span.start, span.end) == (start, end), key
    assert fold(SEED[start:end]) == words


def test_the_seed_keeps_its_no_break_spaces_in_what_is_quoted() -> None:
    assert SEED.count("\u00a0") == 9
    assert SEED[289:491].count("\u00a0") == 3
    assert "\u00a0" not in CLAIMS[1][3]


@pytest.mark.parametrize(
    ("claim", "cue"),
    [("c0", 117), ("c4", 904), ("c12", 2520), ("c13", 2520)],
)
def test_a_hedge_in_several_places_is_the_one_in_the_quote_else_the_last_before_it(
    claim: str, cue: int
) -> None:
    span = next(Span(start, end) for key, start, end, _ in CLAIMS if key == claim)
    assert locate(FOLDED, QuoteRequest("it seems that"), [span]) == Span(cue, cue + 13)


def test_a_hedge_that_only_stands_later_is_ambiguous() -> None:
    with pytest.raises(QuoteError, match="3 times"):
        locate(FOLDED, QuoteRequest("it seems that"), [Span(0, 10)])


TEXT = Folded("The road was closed. It was quiet.\n\nThe road was\u00a0closed again, near the roadblock.")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (QuoteRequest("It was quiet"), "It was quiet"),
        (QuoteRequest("The road was closed", after="quiet"), "The road was\u00a0closed"),
        (QuoteRequest("The road was closed", before="It was"), "The road was closed"),
        (QuoteRequest("The road was closed", occurrence=2), "The road was\u00a0closed"),
        (QuoteRequest("  road\n was ", after="quiet."), "road was"),
        (QuoteRequest("roadblock"), "roadblock"),
        (QuoteRequest("closed", after="It was", before="near"), "closed"),
    ],
)
def test_what_tells_occurrences_apart(request_: QuoteRequest, expected: str) -> None:
    span = locate(TEXT, request_)
    assert TEXT.text[span.start : span.end] == expected or fold(TEXT.text[span.start : span.end]) == expected


def test_words_inside_a_longer_word_do_not_count_if_they_also_stand_alone() -> None:
    assert [span.start for span in TEXT.find("road")] == [4, 40]
    assert len(TEXT.find("roadb")) == 1


def test_scripts_without_blanks_are_searched_too() -> None:
    folded = Folded("阿塞拜疆军队占领了公路。公路已关闭。")
    assert folded.find("公路已关闭") == [Span(12, 17)]
    assert len(folded.find("公路")) == 2


@pytest.mark.parametrize(
    ("request_", "rule", "said"),
    [
        (QuoteRequest("The road was closed"), "quote/ambiguous", "1: …[The road was closed]. It was quiet."),
        (QuoteRequest("The road was opened"), "quote/not-found", "the text has “The road was closed”"),
        (QuoteRequest("It was quiet", occurrence=2), "quote/no-such-occurrence", "there are 1"),
        (QuoteRequest("It was quiet", after="roadblock"), "quote/not-in-context", "it stands here: 1: …"),
        (QuoteRequest("It was quiet", after="silence"), "quote/not-found", "nothing in the text is like it"),
    ],
)
def test_what_cannot_be_pointed_at_is_refused(request_: QuoteRequest, rule: str, said: str) -> None:
    with pytest.raises(QuoteError) as caught:
        locate(TEXT, request_)
    assert caught.value.rule == rule
    assert said in caught.value.hint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "further into this country's territory",
            "\u2019 (RIGHT SINGLE QUOTATION MARK) where the document has ' (APOSTROPHE)",
        ),
        ("it Seems that", "s (LATIN SMALL LETTER S) where the document has S (LATIN CAPITAL LETTER S)"),
        ("the Russian newspaper Avia reported that on August 27", "6 (DIGIT SIX) where the document has 7 (DIGIT SEVEN)"),
        ("Russian media told that the Russian military forces", "said"),
    ],
)  # fmt: skip
def test_the_hint_shows_where_the_words_part(words: str, said: str) -> None:
    assert said in nearest_passage(FOLDED.copy, words)


def test_the_nearest_passage_of_a_long_text_is_found_fast() -> None:
    long = Folded(
        " ".join(f"On day {n} the outpost at km {n} was shelled by forces of the north." for n in range(2000))
    )
    assert len(long.text) > 100_000
    begin = time.perf_counter()
    hint = nearest_passage(long.copy, "the outpost at km 1234 was shelled by the forces of the south")
    assert "km 1234" in hint
    assert time.perf_counter() - begin < LATE


BLANK = st.text("  \n\t\u00a0\u2009\u3000\r", min_size=1, max_size=3)
WORDS = st.lists(st.text("abé\u2019я1國", min_size=1, max_size=4), min_size=1, max_size=12)


@given(st.data(), WORDS)
def test_any_words_are_found_where_they_stand_whatever_the_blanks(
    data: st.DataObject, words: list[str]
) -> None:
    text = "".join(word + data.draw(BLANK) for word in words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    sought = "".join(word + data.draw(BLANK) for word in words[first : last + 1])
    folded = Folded(text)
    found = folded.find(sought)
    start, end = _place(text, words, first, last)
    assert Span(start, end) in found
    assert all(fold(text[span.start : span.end]) == fold(sought) for span in found)
    number = found.index(Span(start, end)) + 1
    assert locate(folded, QuoteRequest(sought, occurrence=number)) == Span(start, end)


def _place(text: str, words: list[str], first: int, last: int) -> tuple[int, int]:
    place, bounds = 0, []
    for word in words:
        place = text.index(word, place)
        bounds.append((place, place + len(word)))
        place += len(word)
    return bounds[first][0], bounds[last][1]


@given(st.text("ab \u00a0\n", max_size=30), st.data())
def test_any_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    part = text[start:end]
    found = Folded(text).find(part)
    assert bool(found) == bool(part.strip())
    assert all(fold(text[span.start : span.end]) == fold(part) for span in found)


@pytest.mark.parametrize(
    ("text", "start", "end", "rule", "said"),
    [
        ("the road, the roads", 14, 18, "quote/within-a-word", "begins or ends within a word"),
        ("the  road", 3, 5, "quote/empty", "there are no words"),
        ("the road", 4, 4, "quote/empty", "there are no words"),
    ],
)
def test_a_selection_that_no_quote_can_point_at_is_refused(
    text: str, start: int, end: int, rule: str, said: str
) -> None:
    with pytest.raises(QuoteError, match=said) as caught:
        pointed(Folded(text), start, end)
    assert (caught.value.rule, caught.value.hint) == (rule, "take whole words")
