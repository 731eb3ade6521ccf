"""The headline question in words: what was allegedly violated, and what a rule found of terms nobody named.

Allegations that name a term, allegations that name none, candidates, and acts that could not be assessed
are counted apart and never added up; no sentence here says that anything was violated.
"""

from __future__ import annotations

from datetime import datetime
from textwrap import fill, indent
from typing import TYPE_CHECKING

from kg.query.lookups import Reader, Selection, assessments, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.query.lookups.assessments import Assessment
    from kg.query.lookups.evidence import Evidence, Step
    from kg.query.lookups.parts import ClaimedTime
    from kg.query.lookups.reviews import Review
    from kg.query.lookups.violations import Violation
    from kg.store import OxigraphStore

_WIDTH = 100
_MOST = 200
_INFERENCE = "rule-inferred"


def headline(store: OxigraphStore) -> str:
    """Return the answer to "which agreement terms were allegedly violated?" over the whole store."""
    reader = Reader.of(store, store.stamp.base)
    found, _ = violations.violations(reader, Selection(limit=_MOST))
    held, _ = assessments.assessments(reader, Selection({"outcome": "not-assessed"}, limit=_MOST))
    alleged = [item for item in found if item.basis != _INFERENCE]
    with_term = [item for item in alleged if item.term is not None]
    without = [item for item in alleged if item.term is None]
    candidates = [item for item in found if item.basis == _INFERENCE]
    unassessed: dict[str, list[Assessment]] = {}
    for item in held:
        unassessed.setdefault(item.claim, []).append(item)
    parts = [
        "Which terms of which agreement were allegedly violated?",
        _section(f"{_count(with_term, 'allegation')} naming a term", map(_allegation, with_term)),
        _section(
            f"{_count(without, 'allegation')} of an agreement without naming a term",
            map(_allegation, without),
        ),
        *_candidates(candidates),
        _section(
            f"{len(unassessed)} {'act' if len(unassessed) == 1 else 'acts'} not assessed",
            (_unassessed(claim, items) for claim, items in unassessed.items()),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _candidates(items: list[Violation]) -> Iterator[str]:
    """Yield what rules found: of acts that nobody calls a breach, and of those that somebody does."""
    alone = [item for item in items if not item.alleged_without_term]
    called = [item for item in items if item.alleged_without_term]
    if alone or not called:
        title = f"{_count(alone, 'candidate')}: found by a rule, alleged by nobody"
        yield _section(title, map(_candidate, alone))
    if called:
        title = f"{_count(called, 'candidate')}: the term found by a rule; a source alleges a breach of the"
        yield _section(f"{title} agreement by the same act, and names no term", map(_candidate, called))


def _section(title: str, items: Iterable[str]) -> str:
    return "\n".join([title, *(indent(item, "  ") for item in items)])


def _count(items: list[Violation], noun: str) -> str:
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'}"


def _allegation(item: Violation) -> str:
    who = item.perpetrator.label if item.perpetrator else None
    what = f"point {item.term.number} of " if item.term else ""
    said = "found by a court" if item.status == "adjudicated" else "alleged"
    lines = [f"{who or 'Nobody named'} is {said} to have broken {what}{_agreement(item)}", *_context(item)]
    return "\n".join(_wrapped(lines))


def _candidate(item: Violation) -> str:
    who = item.perpetrator.label if item.perpetrator else "nobody named"
    norm = f"norm {item.norm.key}" if item.norm else "a norm"
    point = f"point {item.term.number}" if item.term else "a point"
    act = item.act.label if item.act else "an act"
    lines = [f"CANDIDATE, not an allegation: {point} ({norm}) of {_agreement(item)}, against {who}: {act}"]
    return "\n".join(_wrapped([*lines, *_context(item)]))


def _unassessed(claim: str, items: list[Assessment]) -> str:
    words = dict.fromkeys(f"  words: “{evidence.quote}”" for item in items for evidence in item.evidence)
    reasons = dict.fromkeys(f"  {reason}" for item in items for reason in item.scope.reason)
    return "\n".join(_wrapped([f"claim {claim}", *words, *reasons]))


def _context(item: Violation) -> Iterator[str]:
    yield f"  basis {item.basis}, status {item.status}"
    yield f"  when: {', '.join(map(_time, item.date)) or 'not stated'}"
    yield f"  where: {', '.join(place.label or place.id for place in item.place) or 'not stated'}"
    scope, matter = item.scope, item.scope.material or "unknown"
    doubted = item.perpetrator is not None and scope.personal not in {None, "in"}
    person = f", personal {scope.personal}" if doubted else ""
    yield f"  scope: territorial {scope.territorial}, temporal {scope.temporal}, material {matter}{person}"
    yield from (f"    {reason}" for reason in item.scope.reason)
    said = "the act, not a breach, according to" if item.basis == _INFERENCE else "alleged according to"
    for evidence in item.evidence:
        yield f"  {said} {_sources(evidence)} ({_modality(evidence)}):"
        yield from _words(evidence)
    for evidence in item.alleged_without_term:
        who = f"{_sources(evidence)} ({_modality(evidence)})"
        yield f"  called a breach of the agreement, no term named, by {who}:"
        yield from _words(evidence)
    for evidence in item.denials:
        yield f"  denied by {_sources(evidence)}: “{evidence.quote}”"
    yield from _cut(item.denials, item.denials_total, "denied")
    for evidence in item.fulfilment:
        yield f"  said to have been kept, by {_sources(evidence)}: “{evidence.quote}”"
    yield from _cut(item.fulfilment, item.fulfilment_total, "said to have been kept")
    yield from map(_reviewed, item.reviews)


def _cut(shown: Sequence[Evidence], total: int, said: str) -> Iterator[str]:
    """Tell how many more claims there are, if not all of them are shown."""
    more = total - len({evidence.claim for evidence in shown})
    if more:
        yield f"  {said} by {more} claims more"


def _words(evidence: Evidence) -> Iterator[str]:
    yield f"    “{evidence.quote}”"
    report = evidence.report.id if evidence.report else "?"
    yield f"    characters {evidence.start}–{evidence.end} of {report}"


def _reviewed(review: Review) -> str:
    when = "" if review.decided_at is None else f", {_day(datetime.fromisoformat(review.decided_at))}"
    return f"  reviewed: {review.verdict} by {review.reviewer}{when}: {review.reason}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _agreement(item: Violation) -> str:
    return f"{item.agreement.id} ({item.agreement.title})" if item.agreement else "an agreement"


def _modality(evidence: Evidence) -> str:
    hedges = ", ".join(f"“{hedge.quote}”" for hedge in evidence.hedge)
    return f"{evidence.modality}: {hedges}" if hedges else str(evidence.modality)


def _sources(evidence: Evidence) -> str:
    """Return the chain from the farthest source to the report, such as "Avia, through the article"."""
    steps = sorted(evidence.attribution, key=lambda step: step.step or 0)
    names = [_named(step) for step in steps]
    return ", through ".join(reversed(names)) or "the report itself"


def _named(step: Step) -> str:
    if step.agent is None or step.agent.label is None or step.agent.type == "report-voice":
        return "the report itself"
    return step.agent.label


def _time(time: ClaimedTime) -> str:
    if time.edtf is None:
        return f"“{time.wording}” (no date)"
    span = time.edtf.replace("/", " to ")
    *first, last = time.inferred or ("",)
    inferred = f"{', '.join(first)} and {last}" if first else last
    return f"{span} ({inferred} inferred)" if inferred else span


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        margin = line[: len(line) - len(line.lstrip())]
        yield fill(line.strip(), _WIDTH, initial_indent=margin, subsequent_indent=margin + "  ")
