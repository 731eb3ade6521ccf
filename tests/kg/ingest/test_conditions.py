"""What norms may depend on, and how claims name it: what leads back to itself, keys that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import DocumentError
from kg.ingest import References, bundled_code_lists, convert, read_text

if TYPE_CHECKING:
    from kg.model import Problem

BASE = "https://example.org/id/"
PACT = """\
kind: agreement
id: pact
type: ceasefire
title: The pact
date: 2031-08-01
zone: Z
parties: [kestria]
terms:
- number: "1"
  norms:
  - {{key: a, kind: obligation, gist: One, action: withdraw-forces{a}}}
  - {{key: b, kind: obligation, gist: Two, action: exchange-prisoners{b}}}
- number: "2"
  norms:
  - {{key: c, kind: obligation, gist: Three, action: hold-position{c}}}
"""
REPORT = """\
kind: report
id: radio
type: news
title: It was so
language: en
issued: 2031-09-01
annotator: team
text: They withdrew.
claims:
- {{key: c1, gist: They withdrew., quote: They withdrew, modality: asserted, condition_met: {met}}}
"""
KNOWN = References(codes=bundled_code_lists(), actors={"kestria": "state", "team": "analyst"})
IF = ", if: {{words: if so, norm: {0}}}".format
AFTER = ", after: {{norm: {0}, period: P14D}}".format


def pact(a: str = "", b: str = "", c: str = "") -> str:
    return PACT.format(a=a, b=b, c=c)


def refused(text: str, known: References = KNOWN) -> list[tuple[str, str, str | None]]:
    with pytest.raises(DocumentError) as caught:
        convert(read_text(text.encode(), "a.yaml"), BASE, known)
    return [(problem.field, problem.message, problem.hint) for problem in caught.value.problems]


def warned(text: str, known: References = KNOWN) -> list[Problem]:
    return list(convert(read_text(text.encode(), "a.yaml"), BASE, known).warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (pact(a=IF("a")), "norm a: the norm is its own condition"),
        (pact(a=AFTER("a")), "norm a: the norm has to be done after itself"),
        (
            pact(a=", readings: [{key: x}, {key: y, if: {words: if so, norm: a}}]"),
            "reading y: the norm is its own condition",
        ),
        (
            pact(a=AFTER("b"), b=AFTER("a")),
            "norm a: the norm has to be done after itself: a after b after a",
        ),
        (
            pact(a=AFTER("c"), b=AFTER("a"), c=AFTER("b")),
            "norm a: the norm has to be done after itself: a after c after b after a",
        ),
        (
            pact(a=", if: [{key: k, words: if so}, {key: k, words: if not}]"),
            "norm a: key 'k' names two conditions of this norm",
        ),
        (
            pact(a=", if: [{key: '2', words: if so}, if not]"),
            "norm a: key '2' names two conditions of this norm",
        ),
    ],
)
def test_no_norm_waits_for_itself_nor_has_two_conditions_of_one_name(text: str, said: str) -> None:
    assert said in {message for _, message, _ in refused(text)}


@pytest.mark.parametrize(
    "text",
    [
        pact(a=IF("b")),
        pact(a=IF("b"), b=AFTER("c")),
        pact(a=AFTER("b"), c=AFTER("b")),
        pact(a=", if: [{words: if so, norm: b}, {words: and so, norm: c}]", b=IF("c")),
        pact(a=", if: {key: k, words: if so}, readings: [{key: x, if: {key: k, words: if so}}, {key: y}]"),
    ],
)
def test_what_leads_nowhere_back_is_taken_without_a_word(text: str) -> None:
    assert warned(text) == []


def test_norms_that_wait_for_each_other_are_taken_and_doubted_once() -> None:
    (told,) = warned(pact(a=IF("b"), b=IF("a")))
    assert (told.rule, told.field) == ("norm/circle", "terms[0].norms[0].if.norm")
    assert "a if b if a" in told.message


@pytest.mark.parametrize(
    ("met", "field", "said", "hint"),
    [
        (
            "{agreement: pact, norm: bb}",
            "claims[0].condition_met.norm",
            "agreement 'pact' has no norm 'bb'",
            "did you mean 'b'? its norms: a, b, c",
        ),
        (
            "{agreement: pact, norm: a, condition: lok}",
            "claims[0].condition_met.condition",
            "norm 'a' of 'pact' has no condition 'lok'",
            "did you mean 'lock'? its conditions: after, lock",
        ),
        (
            "{agreement: pact, norm: b, condition: '1'}",
            "claims[0].condition_met.condition",
            "norm 'b' of 'pact' has no condition '1'",
            "it has no conditions",
        ),
    ],
)
def test_a_condition_that_there_is_not_is_told_with_the_nearest(
    met: str, field: str, said: str, hint: str
) -> None:
    text = pact(a=", if: {key: lock, words: if the lock is open}" + AFTER("c"))
    known = KNOWN.including(read_text(text.encode(), "pact.yaml"))
    assert refused(REPORT.format(met=met), known) == [(field, f"claim c1: {said}", hint)]


def test_a_condition_of_a_norm_that_has_none_is_doubted() -> None:
    text = pact(a=", readings: [{key: x}, {key: y, if: if so}]")
    known = KNOWN.including(read_text(text.encode(), "pact.yaml"))
    (told,) = warned(REPORT.format(met="{agreement: pact, norm: c}"), known)
    assert told.rule == "claim/no-condition"
    assert told.hint is not None
    assert told.hint.startswith("norms with `if` or `after`: a;")
    assert warned(REPORT.format(met="{agreement: pact, norm: a, condition: y-1}"), known) == []
