"""What a revision says otherwise is told value by value, and of texts word by word."""

from __future__ import annotations

from rdflib import Literal, URIRef

from api.pages.differences import differences

ONE, OTHER = URIRef("urn:one"), URIRef("urn:other")
TITLE, LINK = URIRef("urn:title"), URIRef("urn:link")


def test_words_that_went_and_came_are_told_and_what_stayed_is_not_changed() -> None:
    before = frozenset({(ONE, TITLE, Literal("The old road", "en")), (ONE, LINK, ONE)})
    after = frozenset({(ONE, TITLE, Literal("The new road", "en")), (ONE, LINK, ONE), (OTHER, LINK, ONE)})
    told, added = differences(before, after)
    assert told.pieces == (("same", "The "), ("gone", "old"), ("new", "new"), ("same", " road"))
    assert (added.before, added.subject, added.pieces) == (None, "urn:other", ())
    assert added.after is not None
    assert added.after.value == "urn:one"
    assert differences(before, before) == ()


def test_only_a_language_that_changed_is_a_change_too() -> None:
    [told] = differences(
        frozenset({(ONE, TITLE, Literal("Road", "en"))}), frozenset({(ONE, TITLE, Literal("Road", "fr"))})
    )
    assert told.pieces == ()
    assert told.before is not None
    assert told.after is not None
    assert (told.before.language, told.after.language) == ("en", "fr")


def test_of_a_long_text_only_what_stands_around_changes_is_told() -> None:
    lines = [f"This is line {number} of a long text.\n" for number in range(2000)]
    changed = [*lines[:1000], "Another line.\n", *lines[1001:]]
    [told] = differences(
        frozenset({(ONE, TITLE, Literal("".join(lines)))}),
        frozenset({(ONE, TITLE, Literal("".join(changed)))}),
    )
    assert [how for how, _ in told.pieces] == ["same", "gone", "new", "same"]
    assert told.pieces[2] == ("new", "Another line.\n")
    assert all(len(text) < 200 for _, text in told.pieces)
