"""Doubts about times: after the report that tells of them, in the future, or in no likely year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kg.ingest.times import read_time

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.models import AgreementDocument, ReportDocument
    from kg.ingest.models.report import Claim
    from kg.ingest.outline import Path
    from kg.ingest.times import Span

FIRST_YEAR: Final = 1600
"""Years before it are taken for slips; there were agreements then, but hardly any that is monitored."""
_CENTURY: Final = 100
_LATE: Final = timedelta(hours=12)
"""A day ends so much later somewhere than it does in UTC."""
_EARLY: Final = timedelta(hours=14)
IN_FUTURE: Final = "time/in-future"
"""The rule that nothing has happened that is still to come."""
FOREKNOWN: Final = frozenset({"predicted", "conditional"})
"""How claims are put that may be of what is to come."""
_DATES: Final = (("issued", "issued"), ("retrieved", "retrieved"), ("annotated", "annotated"))
_YEAR_HINT = f"years before {FIRST_YEAR} are rarely meant: look at the year"

_ZONE_HINT: Final = "give the document a `zone:`, such as Europe/Kyiv, or the time"
_ZONE_HINTS: Final = {
    "report": f"{_ZONE_HINT}, or its place",
    "places": "give the place a `zone:`, such as Europe/Kyiv, or the time",
}
"""Where a zone may be stated, by the kind of document."""


def beyond(now: datetime) -> str:
    """Return the instant from which on what is dated is in the future, wherever it is to happen."""
    return _stamp(now + _EARLY)


class Days:
    """Notes which days are not likely."""

    def __init__(self, builder: Builder, now: datetime | None) -> None:
        """Hold days against the moment, if one is given."""
        self.builder = builder
        self.now = now

    def plausible(self, day: str, path: Path) -> bool:
        """Note a day long ago or to come; return whether there was nothing to note."""
        if int(day[:4]) < FIRST_YEAR:
            self.builder.warn(path, "time/implausible-year", f"{day} is in the year {day[:4]}", _YEAR_HINT)
        elif self.now is not None and _instant(day) > beyond(self.now):
            self.builder.warn(path, IN_FUTURE, f"{day} is in the future", "look at year, month and day")
        else:
            return True
        return False


def note_doubts_of_zones(builder: Builder, kind: str) -> None:
    """Note, once, that times have no zone; and each time of day that clocks there never showed, or twice."""
    marked = [path for path, span in builder.moments.items() if span.zone_assumed]
    if marked:
        times = "1 time is" if len(marked) == 1 else f"{len(marked):,} times are"
        builder.warn(
            marked[0],
            "time/zone-unknown",
            f"{times} of no stated zone: verdicts near a bound cannot be told",
            _ZONE_HINTS.get(kind, _ZONE_HINT),
        )
    for path, span in builder.moments.items():
        if span.leap is not None:
            hint = "it is taken for both that it may mean; write the offset, if it is known"
            builder.warn(path, "time/clock-change", f"{span.leap}, where clocks were changed", hint)


def note_doubts_of_report_times(model: ReportDocument, builder: Builder, now: datetime | None) -> None:
    """Note the days of a report that are not likely, and claims of what was to come when it was issued."""
    days = Days(builder, now)
    given = [(name, day) for name, _ in _DATES if (day := getattr(model, name)) is not None]
    sound = [(name, day) for name, day in given if days.plausible(day, (name,))]
    for (earlier, one), (later, other) in pairwise(sound):
        if other < one:
            message = f"{later} on {other}, before it was {earlier} on {one}"
            builder.warn((later,), "time/dates-reversed", message, "look at both days")
    for index, claim in enumerate(model.claims):
        span = builder.moments.get(("claims", index, "time"))
        if span is not None:
            first = min(given, key=lambda pair: pair[1], default=None)
            path = ("claims", index, "time")
            _note_doubts_of_claim(claim, span, first, days, path, zone=model.zone, doubted=first not in sound)


def _note_doubts_of_claim(  # noqa: PLR0913 - a time, and beside what
    claim: Claim,
    span: Span,
    known: tuple[str, str] | None,
    days: Days,
    path: Path,
    *,
    zone: str | None,
    doubted: bool,
) -> None:
    """Note a claim's time that is not likely beside the first day of its report, unless that is doubted."""
    builder = days.builder
    written = (*path, "value") if (*path, "value") in builder.outline.lines else path
    foretold = claim.modality in FOREKNOWN or claim.if_ is not None
    if _implausible(span, known[1] if known else None, written, builder, doubted=doubted):
        return
    if foretold:
        return
    hint = "look at the year and the day; what is only expected has `modality: predicted`"
    moment = None if days.now is None else beyond(days.now)
    if known is not None and not doubted and _after(span, known[1], zone):
        message = f"{span.edtf} is after the report was {known[0]}, on {known[1]}"
        builder.warn(written, "time/after-report", message, hint)
    elif moment is not None and span.earliest is not None and span.earliest > moment:
        builder.warn(written, IN_FUTURE, f"{span.edtf} is in the future", hint)


def note_doubts_of_agreement_times(model: AgreementDocument, builder: Builder, now: datetime | None) -> None:
    """Note the times of an agreement that are not likely, and those before it was made."""
    days = Days(builder, now)
    days.plausible(model.date, ("date",))
    for path, span in builder.moments.items():
        written = (*path, "value") if (*path, "value") in builder.outline.lines else path
        if _implausible(span, model.date, written, builder):
            continue
        if path == ("entry_into_force",) and _before(span, model.date):
            message = f"it enters into force ({span.edtf}) before its date ({model.date})"
            builder.warn(written, "time/force-before-date", message, "look at both days")
        elif path[-1] == "from" and _before(span, _month_before(model.date)):
            message = f"it begins to apply ({span.edtf}) more than a month before the agreement's date"
            builder.warn(written, "time/force-before-date", message, f"the date is {model.date}")


def _implausible(span: Span, day: str | None, path: Path, builder: Builder, *, doubted: bool = False) -> bool:
    """Note a year that is hardly meant, beside the day of its document; return whether it was noted.

    What a document of that age says of its own time is likely.
    """
    years = [int(moment[:4]) for moment in (span.earliest, span.latest) if moment is not None]
    around = None if day is None else int(day[:4])
    old = min(years, default=FIRST_YEAR)
    if old < FIRST_YEAR and (around is None or abs(around - old) > _CENTURY):
        builder.warn(path, "time/implausible-year", f"{span.edtf} is in the year {old:04}", _YEAR_HINT)
    elif len(years) > 1 and years[-1] - years[0] >= _CENTURY:
        message = f"{span.edtf} lasts {years[-1] - years[0]:,} years"
        builder.warn(path, "time/implausible-span", message, "an end that is not known is written `..`")
    elif around is not None and not doubted and years and years[-1] - around > _CENTURY:
        message = f"{span.edtf} is more than a hundred years after {day}"
        builder.warn(path, "time/implausible-year", message, "look at the year")
    else:
        return False
    return True


def _after(span: Span, day: str, zone: str | None) -> bool:
    """Return whether a time begins after a day.

    A time of day does where that day is over: in the zone of the report, or everywhere if it states none.
    Days are compared as they are written: both are days of somebody's calendar.
    """
    if span.earliest is None:
        return False
    begin = span.edtf.partition("/")[0]
    if "T" in begin and not span.zone_assumed:
        return span.earliest > ((zone and read_time(day, zone).latest) or _ended(day))
    return f"{begin[:10]}-01-01"[:10] > day


def _before(span: Span, day: str) -> bool:
    """Return whether a time, as far as it may reach, is over before a day begins anywhere."""
    begin = span.edtf.partition("/")[0]
    if begin == ".." or "T" in begin:
        over = span.earliest if "/" in span.edtf else span.latest
        return over is not None and over < _begun(day)
    return begin < day[: len(begin)]


def _month_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=31)).isoformat() if day > "0001-02-01" else day


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _begun(day: str) -> str:
    """Return when a day begins where it begins first."""
    return _stamp(_midnight(day) - _EARLY) if day > "0001-01-01" else _instant(day)


def _ended(day: str) -> str:
    """Return when a day is over where it ends last."""
    return _stamp(_midnight(day) + timedelta(days=1) + _LATE) if day < "9999-12-30" else f"{day}T23:59:59Z"


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
