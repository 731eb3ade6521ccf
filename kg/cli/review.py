"""Commands by which analysts review what the rules found, and take their reviews back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg import pipeline
from kg.cli.app import JsonOption, StoreOption, app, folder, out, out_json, reading, say
from kg.pipeline import review as reviewing
from kg.query.lookups import MAX_PAGE, Reader, Selection, violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.query.lookups.violations import Violation
    from kg.store import OxigraphStore

review = typer.Typer(
    help="Say what you make of an allegation, a candidate or two events.", no_args_is_help=True
)
app.add_typer(review, name="review")

_By = Annotated[str, typer.Option("--by", help="Who says so: a name, kept for good.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]
_Language = Annotated[str, typer.Option("--lang", help="Language of the reason.")]


@review.command("violation")
def violation(  # noqa: PLR0913, PLR0917 - each is a word on the command line
    name: Annotated[str, typer.Argument(metavar="IRI-OR-HASH", help="From `servanda review records`.")],
    verdict: Annotated[str, typer.Argument(help="corroborated, rejected or disputed.")],
    by: _By,
    reason: _Reason,
    lang: _Language = "en",
    store: StoreOption = None,
) -> None:
    """Give a verdict on an alleged violation or candidate; the record itself stays as it is."""
    with pipeline.open_graph(folder(store), "review") as opened:
        entry = reviewing.decide(opened, reviewing.Verdict(name, verdict, by, reason, lang))
    say(f"review {entry.identifier}: {verdict}")


@review.command("same-event")
def same_event(  # noqa: PLR0913, PLR0917 - each is a word on the command line
    one: Annotated[str, typer.Argument(metavar="EVENT", help="report-id/event-key, or an IRI.")],
    other: Annotated[str, typer.Argument(metavar="EVENT", help="The event that is the same.")],
    by: _By,
    reason: _Reason,
    confidence: Annotated[str, typer.Option("--confidence", help="How sure, from 0 to 1.")] = "1.0",
    lang: _Language = "en",
    store: StoreOption = None,
) -> None:
    """Say that two events of different reports are one; what rests on them is concluded anew."""
    with pipeline.open_graph(folder(store), "review") as opened:
        entry = reviewing.relate(opened, reviewing.SameEvent(one, other, by, reason, confidence, lang))
    say(f"review {entry.identifier}: {one} and {other} are the same event")


@review.command("records")
def records(store: StoreOption = None) -> None:
    """Print what can be reviewed: each alleged violation and candidate with the hash that names it."""
    with reading(folder(store)) as opened:
        out("".join(map(_summary, _records(opened.store))) or "No alleged violations and no candidates.\n")


@review.command("list")
def list_reviews(store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """Print the reviews that stand, in the order in which they were made."""
    with reading(folder(store)) as opened:
        found = reviewing.reviews(opened.store)
    if as_json:
        out_json([asdict(item) for item in found])
    else:
        out("".join(map(_told, found)) or "No reviews.\n")


@review.command("withdraw")
def withdraw(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Number of the review, from the list.")],
    by: _By,
    reason: _Reason,
    store: StoreOption = None,
) -> None:
    """Take a review back; what was concluded from it goes with it, and the journal keeps both."""
    with pipeline.open_graph(folder(store), "review") as opened:
        reviewing.withdraw(opened, identifier, by, reason)
    say(f"review {identifier} is withdrawn")


def _records(store: OxigraphStore) -> Iterator[Violation]:
    reader = Reader.of(store, store.stamp.base)
    after: str | None = None
    while True:
        items, after = violations.violations(reader, Selection(limit=MAX_PAGE, after=after))
        yield from items
        if after is None:
            return


def _summary(item: Violation) -> str:
    point = f"point {item.term.number} of " if item.term else ""
    agreement = item.agreement.id if item.agreement else "an agreement"
    party = item.perpetrator.label if item.perpetrator else None
    act = item.act.label if item.act else "no act named"
    report = item.report.id if item.report else "?"
    lines = [
        f"{item.id.rpartition('/')[2]}",
        f"    {item.status}: {point}{agreement}, against {party or 'nobody named'}",
        f"    {act} ({report})",
        *(f"    reviewed: {review.verdict} by {review.reviewer}" for review in item.reviews),
    ]
    return "\n".join(lines) + "\n"


def _told(item: reviewing.Review) -> str:
    if item.kind == "same-event":
        same = "two events" if item.status == "rejected" else "the same event"
        what = f"{same}, confidence {item.confidence}: {' and '.join(item.about)}"
    else:
        what = f"{item.verdict}: {' '.join(item.about)}"
    gone = "" if item.current else "    of a record that the rules no longer conclude\n"
    return f"{item.id}  {what}\n{gone}    {item.reviewer}, {item.decided_at}: {item.reason}\n"
