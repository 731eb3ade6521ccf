"""Commands for what may be one and what is linked to nothing: proposals shown, decisions taken."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kg import pipeline
from kg.cli.app import JsonOption, StoreOption, app, folder, out, out_json, progress, reading, say
from kg.linking import LEAST
from kg.pipeline import linking
from kg.query.lookups import Reader

if TYPE_CHECKING:
    from kg.pipeline.linking import Told

link = typer.Typer(
    help="Which events may be the same, and which names of datasets are linked to nothing.",
    no_args_is_help=True,
)
app.add_typer(link, name="link")

_By = Annotated[str, typer.Option("--by", help="Who decides: a name, kept for good.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]
_One = Annotated[str, typer.Argument(metavar="EVENT", help="report-id/event-key, or an IRI.")]
_Other = Annotated[str, typer.Argument(metavar="EVENT", help="The other event.")]
_ALL: Final = 1_000_000


@link.command("events")
def events(
    store: StoreOption = None,
    *,
    least: Annotated[
        float, typer.Option("--least", min=0, max=1, help="Least score that is proposed.")
    ] = LEAST,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many are shown.")] = 20,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write all that are open here, to be decided.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare events of different reports and datasets, and propose which may be one; nothing is merged.

    What is proposed is kept beside the store, for its lists and pages; nothing in the store changes.
    """
    place = folder(store)
    with reading(place) as opened:
        with progress("proposals") as bar:
            standing = linking.propose(
                opened.store, opened.sequence, place, least, lambda done: bar(done, done)
            )
        most = _ALL if output is not None else limit
        found, following = linking.told(
            Reader.of(opened.store, opened.store.stamp.base), place, most, status="open"
        )
    if output is not None:
        output.write_text(linking.written(found), encoding="utf-8")
    if as_json:
        out_json({**asdict(standing), "items": [_json(each) for each in found[:limit]]})
        return
    out("".join(map(_told, found[:limit])))
    if following is not None or len(found) > limit:
        say("… and more; --limit shows them")
    say(
        f"{standing.proposals:,} proposals of {standing.compared:,} comparisons, {standing.accounts:,} events"
    )
    if standing.passed_over:
        say(f"{standing.passed_over:,} times there was too much of one place and time to compare with")


@link.command("accept")
def accept(one: _One, other: _Other, by: _By, reason: _Reason, store: StoreOption = None) -> None:
    """Say that two events are the same; what rests on them is concluded anew."""
    _decide(store, linking.Decision(one, other, "accepted", reason), by)


@link.command("reject")
def reject(one: _One, other: _Other, by: _By, reason: _Reason, store: StoreOption = None) -> None:
    """Say that two events are different; they are not proposed any more."""
    _decide(store, linking.Decision(one, other, "rejected", reason), by)


@link.command("decide")
def decide(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    by: _By,
    store: StoreOption = None,
) -> None:
    """Take the decisions of a file that `servanda link events -o FILE` wrote and somebody filled in."""
    found = linking.read_decisions(file.read_text(encoding="utf-8-sig"), str(file))
    with pipeline.open_graph(folder(store), "link") as opened:
        entries = linking.decide(opened, found, by)
    for decision, entry in zip(found, entries, strict=True):
        say(f"review {entry.identifier}: {_said(decision)}")
    say(f"{len(found)} decisions")


@link.command("names")
def names(store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """List the actors and places that datasets name and the store knows nothing else of, most named first."""
    with reading(folder(store)) as opened:
        found = linking.unlinked(opened.store)
    if as_json:
        out_json([asdict(one) for one in found])
        return
    for one in found:
        codes = "".join(f"  {name} {code}" for name, code in one.codes.items())
        out(f"{one.claims:>8,}  {one.kind:<5}  {one.label}  ({one.id}){codes}\n")
    total = {kind: sum(one.kind == kind for one in found) for kind in ("actor", "place")}
    say(f"{total['actor']:,} actors and {total['place']:,} places are linked to nothing")


def _decide(store: Path | None, decision: linking.Decision, by: str) -> None:
    with pipeline.open_graph(folder(store), "link") as opened:
        (entry,) = linking.decide(opened, [decision], by)
    say(f"review {entry.identifier}: {_said(decision)}")


def _said(decision: linking.Decision) -> str:
    same = "the same event" if decision.status == "accepted" else "different events"
    return f"{decision.one} and {decision.other} are {same}"


def _json(each: Told) -> dict[str, object]:
    return {**asdict(each.proposal), "status": each.status}


def _told(each: Told) -> str:
    reasons = "".join(f"    {one.weight:+.1f}  {one.words}\n" for one in each.proposal.reasons if one.weight)
    return f"{each.proposal.score:.2f}  {each.proposal.one}  {each.proposal.other}\n{reasons}"
