"""What is accepted and probably a mistake is told as a warning, and what is plausible is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import DocumentError
from kg.ingest import convert, read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest import References
    from kg.model import Problem

    Doubts = Callable[..., list[Problem]]

BASE = "https://example.org/id/"
DEADLINE = "terms[0].norms[0].deadline"
NOW = datetime(2031, 9, 1, 12, tzinfo=UTC)
REPORT = """\
kind: report
id: radio
type: news
title: The road
language: en
publisher: river-post
issued: {issued}
annotator: team
text: The army closed the road. Three were killed.
events:
- {{key: closure, type: road-closure, label: The road is closed}}
claims:
- key: c1
  gist: The army closed the road.
  quote: The army closed the road
  modality: {modality}
  about: closure
{more}
{zone}
"""
AGREEMENT = """\
kind: agreement
id: pact
type: ceasefire
title: The pact
date: {date}
{head}
parties: [kestria, valdonia]
terms:
- number: "1"
  norms:
  - key: n1
    kind: obligation
    gist: They withdraw.
    action: withdraw-forces
{norm}
zone: Z
"""


@pytest.fixture
def doubts(references: References) -> Doubts:
    """Give a function from a document to its warnings; a document that is refused fails."""

    def run(text: str, now: datetime | None = NOW) -> list[Problem]:
        return list(convert(read_text(text.encode(), "a.yaml"), BASE, references, now).warnings)

    return run


def report(
    *lines: str, issued: str = "2031-08-27", modality: str = "asserted", zone: str | None = "Z"
) -> str:
    more = "\n".join(f"  {line}" for line in lines)
    stated = "" if zone is None else f"zone: {zone}"
    return REPORT.format(issued=issued, modality=modality, more=more, zone=stated)


def pact(*norm: str, date: str = "2031-08-01", head: str = "") -> str:
    return AGREEMENT.format(date=date, head=head, norm="\n".join(f"    {line}" for line in norm))


def rules(found: list[Problem]) -> list[str]:
    assert {problem.severity for problem in found} <= {"warning"}
    return [problem.rule for problem in found]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2031-08-28", "time/after-report"),
        ("2031-09", "time/after-report"),
        ("2032", "time/after-report"),
        ("2031-08-28/2031-08-30", "time/after-report"),
        ("2031-08-28T23:00+04:00", "time/after-report"),
        ("2031-08-28T23:00/..", "time/after-report"),
        ("2031-08-28T00:01", "time/after-report"),
        ("2031-08-28T09:00+04:00", "time/after-report"),
        ("0025", "time/implausible-year"),
        ("0025-08-26", "time/implausible-year"),
        ("1021-08-26", "time/implausible-year"),
        ("1021/1022", "time/implausible-year"),
        ("1931-08-26/2031-08-26", "time/implausible-span"),
        ("2031-08-26/9999-12-30", "time/implausible-span"),
    ],
)
def test_a_time_that_cannot_be_or_is_hardly_meant_is_doubted(doubts: Doubts, written: str, rule: str) -> None:
    (found,) = doubts(report(f"time: {written}"))
    assert (found.rule, found.field, found.line) == (rule, "claims[0].time", 18)
    assert str(found).startswith("warning: a.yaml:18: claims[0].time: claim c1: ")


@pytest.mark.parametrize(
    "written",
    [
        "2031-08-27",
        "2031-08",
        "2031",
        "2031-08-20/2031-09-30",
        "2031-08-27T23:59",
        "2031-08-28T03:59+04:00",
        "2031-08-25T23:00/..",
        "../2031-08-25",
        "1994-05-12",
        "1921",
        "1815-06-18",
        "1648-10-24",
    ],
)
def test_a_time_that_can_be_is_not_doubted_nor_is_history(doubts: Doubts, written: str) -> None:
    assert doubts(report(f"time: {written}")) == []


@pytest.mark.parametrize(
    ("zone", "written", "doubted"),
    [
        ("Asia/Tbilisi", "2031-08-27T20:01Z", True),
        ("Asia/Tbilisi", "2031-08-27T19:59Z", False),
        ("-05:00", "2031-08-28T04:59Z", False),
        ("-05:00", "2031-08-28T05:01Z", True),
        (None, "2031-08-28T11:59Z", False),
        (None, "2031-08-28T12:01Z", True),
    ],
)
def test_the_day_of_a_report_is_over_in_its_zone_and_where_it_states_none_everywhere(
    doubts: Doubts, zone: str | None, written: str, *, doubted: bool
) -> None:
    assert rules(doubts(report(f"time: {written}", zone=zone))) == ["time/after-report"] * doubted


@pytest.mark.parametrize("modality", ["predicted", "conditional"])
def test_what_is_foretold_may_be_after_the_report(doubts: Doubts, modality: str) -> None:
    assert doubts(report("time: 2031-10", modality=modality)) == []
    assert doubts(report("time: 2031-10", "if: closure", modality="hedged")) == []
    assert rules(doubts(report("time: 3031-10", modality=modality))) == ["time/implausible-year"]


def test_a_report_of_old_may_tell_of_its_own_time(doubts: Doubts) -> None:
    assert rules(doubts(report("time: 1531-08-20", issued="1531-08-27"))) == ["time/implausible-year"]


def test_without_a_day_of_issue_the_clock_counts_and_only_if_there_is_one(doubts: Doubts) -> None:
    text = report("time: 2031-10").replace("issued: 2031-08-27\n", "")
    assert rules(doubts(text)) == ["time/in-future"]
    assert doubts(text, None) == []
    assert rules(doubts(report(issued="2031-09-27"))) == ["time/in-future"]
    assert doubts(report(issued="2031-09-27"), None) == []


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ("issued: 2031-08-27\nretrieved: 2031-08-26", "retrieved"),
        ("issued: 2031-08-27\nannotated: 2031-08-26", "annotated"),
        ("issued: 2031-08-27\nretrieved: 2031-08-29\nannotated: 2031-08-28", "annotated"),
    ],
)
def test_a_report_is_issued_then_read_then_annotated(doubts: Doubts, dates: str, field: str) -> None:
    (found,) = doubts(report().replace("issued: 2031-08-27", dates))
    assert (found.rule, found.field) == ("time/dates-reversed", field)


@pytest.mark.parametrize(
    ("norm", "head", "rule", "field"),
    [
        ("deadline: 2031-07-15", "", "time/deadline-before-start", DEADLINE),
        ("deadline: 2031-08-15", "entry_into_force: 2031-09", "time/deadline-before-start", DEADLINE),
        ("from: 2031-10\n    deadline: 2031-09-15", "", "time/deadline-before-start", DEADLINE),
        ("", "entry_into_force: 2031-07-31", "time/force-before-date", "entry_into_force"),
        ("", "entry_into_force: 2030", "time/force-before-date", "entry_into_force"),
        ("from: 2030-08-01", "", "time/force-before-date", "terms[0].norms[0].from"),
        ("until: 2931-08-01", "", "time/implausible-span", None),
        ("until: 2931-08-01", "", "time/implausible-year", "terms[0].norms[0].until"),
        ("from: 0203-08-02", "", "time/implausible-year", "terms[0].norms[0].from"),
    ],
)  # fmt: skip
def test_the_times_of_an_agreement_follow_each_other(
    doubts: Doubts, norm: str, head: str, rule: str, field: str | None
) -> None:
    found = doubts(pact(norm, head=head))
    if field is None:
        assert rule not in rules(found)
    else:
        assert [(one.rule, one.field) for one in found] == [(rule, field)]


@pytest.mark.parametrize(
    ("norm", "head"),
    [
        ("deadline: 2031-08-01", ""),
        ("deadline: 2031-08-15\n    from: 2031-08-15", ""),
        ("from: 2031-07-29", ""),
        ("", "entry_into_force: 2031-08-01T00:00+14:00"),
        ("", "entry_into_force: 2031-08"),
        ("until: 2036-08-01", "entry_into_force: 2031-08-02"),
    ],
)
def test_an_agreement_may_begin_on_its_day_and_end_in_years_to_come(
    doubts: Doubts, norm: str, head: str
) -> None:
    assert doubts(pact(norm, head=head)) == []


@pytest.mark.parametrize(
    ("quantity", "rule"),
    [
        ("{kind: killed, value: 1.400}", "number/thousands"),
        ("{kind: displaced, low: 12.500, high: 13.000}", "number/thousands"),
        ("{kind: vehicles, value: 1.234}", "number/thousands"),
        ("{kind: area, value: 1.400, unit: km2}", "number/thousands"),
        ("{kind: wounded, value: 2.5}", "number/fraction"),
        ("{kind: killed, value: 30000000}", "number/implausible"),
    ],
)
def test_a_number_that_may_be_another_is_doubted(doubts: Doubts, quantity: str, rule: str) -> None:
    found = doubts(report(f"quantities: {quantity}"))
    assert set(rules(found)) == {rule}
    assert {one.line for one in found} == {18}


def test_a_number_in_json_is_doubted_as_it_is_written(references: References) -> None:
    text = """{"kind": "report", "id": "radio", "type": "news", "title": "T", "language": "en",
      "annotator": "team", "text": "Some were killed.", "claims": [{"key": "c", "gist": "G",
      "quote": "Some were killed", "modality": "asserted",
      "quantities": [{"kind": "killed", "value": 1.400}]}]}"""
    (found,) = convert(read_text(text.encode(), "a.json"), BASE, references).warnings
    assert (found.line, found.field) == (4, "claims[0].quantities[0].value")
    assert found.hint == "write 1400 if 1,400 is meant"


@pytest.mark.parametrize(
    "quantity",
    [
        "{kind: killed, value: 1400}",
        "{kind: area, value: 1.414, unit: km2}",
        "{kind: length, value: 10.5, unit: km}",
        "{kind: killed, value: 3.0}",
        "{kind: displaced, value: 600000}",
    ],
)
def test_a_number_that_is_no_other_is_not_doubted(doubts: Doubts, quantity: str) -> None:
    assert doubts(report(f"quantities: {quantity}")) == []


@pytest.mark.parametrize(
    ("lines", "rule", "field"),
    [
        ("perpetrators: [kestria, valdonia, kestria]", "claim/named-twice", "claims[0].perpetrators[2]"),
        ("places: [upper-arda, upper-arda]", "claim/named-twice", "claims[0].places[1]"),
        ("perpetrators: [kestria]\n  targets: [kestria]", "claim/on-both-sides", "claims[0].targets[0]"),
        (
            "perpetrators: [kestria]\n  participants: [valdonia, kestria]",
            "claim/on-both-sides",
            "claims[0].participants[1]",
        ),
        (
            "attribution: {agent: river-post, verb: said}",
            "claim/publisher-again",
            "claims[0].attribution.agent",
        ),
    ],
)
def test_whoever_is_named_where_he_hardly_belongs_is_doubted(
    doubts: Doubts, lines: str, rule: str, field: str
) -> None:
    assert [(one.rule, one.field) for one in doubts(report(lines))] == [(rule, field)]


def test_two_claims_that_say_the_same_of_the_same_words_are_doubted(doubts: Doubts) -> None:
    again = "\n- {key: c2, gist: Again, quote: The army closed the road, modality: asserted, about: closure}"
    (found,) = doubts(report(again))
    assert (found.rule, found.field) == ("claim/repeated", "claims[1]")
    assert "claim c1" in found.message
    assert doubts(report(again.replace("asserted", "reported"))) == []
    assert doubts(report(again.replace("}", ", targets: [valdonia]}"))) == []


def test_the_doubts_of_a_document_that_is_refused_are_told_with_it(references: References) -> None:
    text = report("time: 0025", "places: [nowhere]")
    with pytest.raises(DocumentError) as refused:
        convert(read_text(text.encode(), "a.yaml"), BASE, references, NOW)
    assert [problem.rule for problem in refused.value.problems] == ["reference/unknown"]
    assert [warning.rule for warning in refused.value.warnings] == ["time/implausible-year"]


def test_a_doubt_changes_nothing_of_what_a_document_says(references: References) -> None:
    def triples(now: datetime | None) -> Any:
        made = convert(read_text(report("time: 2031-10").encode(), "a.yaml"), BASE, references, now)
        return made.triples, made.content_hash

    assert triples(NOW) == triples(None)


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        (
            (
                "kind: places\nid: p\nauthority: A\nplaces:\n"
                "- {id: q, type: settlement, label: Q, claimed_by: {actor: kestria, source: S, from: 2020}}"
            ),
            "give the place a `zone:`, such as Europe/Kyiv, or the time",
        ),
        (
            (
                "kind: actors\nid: a\nactors:\n"
                "- {id: b, type: armed-force, label: B, force_of: {actor: kestria, from: 2020}}"
            ),
            "give the document a `zone:`, such as Europe/Kyiv, or the time",
        ),
    ],
)
def test_what_would_give_a_time_its_zone_is_told_of_that_kind_of_document(
    document: str, hint: str, references: References
) -> None:
    made = convert(read_text(document.encode(), "a.yaml"), BASE, references, NOW)
    (found,) = made.warnings
    assert (found.rule, found.hint) == ("time/zone-unknown", hint)


def test_that_times_have_no_zone_is_said_once(doubts: Doubts) -> None:
    (found,) = doubts(report("time: 2031-08-26", zone=None))
    assert str(found) == (
        "warning: a.yaml:18: claims[0].time: claim c1: 1 time is of no stated zone: "
        "verdicts near a bound cannot be told [time/zone-unknown] — "
        "give the document a `zone:`, such as Europe/Kyiv, or the time, or its place"
    )
    other = "\n- {key: c2, gist: g, quote: Three were killed, modality: asserted, time: 2031}"
    pair = "time: {value: 2031-08-26T23:00}" + other
    (found,) = doubts(report(pair, zone=None))
    assert (found.rule, found.message) == (
        "time/zone-unknown",
        "claim c1: 2 times are of no stated zone: verdicts near a bound cannot be told",
    )
    assert doubts(report("time: {text: the road}", zone=None)) == []


@pytest.mark.parametrize("zone", ["+04:00", "Europe/Kyiv"])
def test_a_zone_that_is_stated_is_not_doubted(doubts: Doubts, zone: str) -> None:
    assert doubts(report("time: 2031-08-26", zone=f'"{zone}"')) == []
    assert doubts(report(f'time: {{value: 2031-08-26, zone: "{zone}"}}', zone=None)) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2022-03-27T03:30", "2022-03-27T03:30 never was in Europe/Kyiv, where clocks were changed"),
        ("2022-10-30T03:30", "2022-10-30T03:30 was twice in Europe/Kyiv, where clocks were changed"),
    ],
)
def test_a_time_that_clocks_never_showed_or_twice_is_doubted(doubts: Doubts, value: str, said: str) -> None:
    (found,) = doubts(report(f"time: {value}", zone="Europe/Kyiv"))
    assert (found.rule, found.message) == ("time/clock-change", f"claim c1: {said}")
