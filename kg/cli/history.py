"""The commands that look back, and those that take back: show, history, changes, retract, redact."""

from __future__ import annotations

import hashlib
import re
import sys
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from kg import pipeline
from kg.cli.app import (
    AgentOption,
    JsonOption,
    StoreOption,
    app,
    folder,
    out,
    out_json,
    reading,
    say,
    settings,
)
from kg.cli.states import short
from kg.errors import BadParameterError, GoneError, NotFoundError
from kg.journal import Action, JournalReader
from kg.pipeline import history, read_graph
from kg.pipeline.following import following
from kg.pipeline.meant import documents_meant
from kg.pipeline.proof import prove, prove_revision
from kg.pipeline.records import published_hash
from kg.store import Secret, serialise, stamp_of, to_nquads
from kg.store.secret import secret_in
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.journal import Entry
    from kg.pipeline.history import RevisionInfo

Name = Annotated[str, typer.Argument(metavar="KIND/ID", help="Such as report/radio; or an IRI of it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words; it stays in the journal.")]

_HASH = re.compile("[0-9a-f]{64}")
_DONE = {
    Action.ADD: "added",
    Action.REVISE: "revised",
    Action.RETRACT: "retracted",
    Action.REDACT: "redacted",
}
_BEYOND = (
    "Copies elsewhere are not reached: backups, dumps, exports, mirrors, and what others have downloaded. "
    "See to them yourself."
)


class Format(StrEnum):
    """How triples are printed."""

    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    NQUADS = "nquads"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"


_MEDIA_TYPES = {
    Format.TURTLE: "text/turtle",
    Format.NTRIPLES: "application/n-triples",
    Format.RDFXML: "application/rdf+xml",
    Format.JSONLD: "application/ld+json",
}


@contextmanager
def _named(place: Path, name: str) -> Iterator[tuple[str, str]]:
    """Give the kind and id of the document that is named; where none is, the error says which may be meant.

    Raises BadParameterError for what can be no document's name, NotFoundError with the nearest.
    """
    try:
        yield history.document_named(stamp_of(place).base, name)
    except GoneError:
        raise
    except (NotFoundError, BadParameterError) as error:
        with read_graph(place) as opened:
            meant = documents_meant(opened.store, opened.store.stamp.base, name)
        raise type(error)(f"{str(error).removesuffix(meant)}{meant}") from error


@app.command()
def show(
    name: Name,
    store: StoreOption = None,
    *,
    revision: Annotated[
        int | None, typer.Option("--revision", min=1, help="Number of an earlier revision.")
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Earlier texts as they were, also where they may be quoted only now."),
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print the triples.")] = Format.TURTLE,
) -> None:
    """Print what a document says, as the store holds it or as an earlier revision had it."""
    place = folder(store)
    with _named(place, name) as (kind, identifier):
        quads = history.revision_quads(place, kind, identifier, revision, whole=whole)
    if form is Format.NQUADS:
        written = to_nquads(quads)
    else:
        written = serialise((quad[:3] for quad in quads), _MEDIA_TYPES[form], PREFIXES)
    sys.stdout.buffer.write(written)


@app.command("prove")
def prove_text(
    name: Annotated[str, typer.Argument(metavar="report/ID", help="Such as report/radio; or an IRI of it.")],
    file: Annotated[
        Path,
        typer.Argument(help="The text; - for standard input.", exists=True, dir_okay=False, allow_dash=True),
    ],
    store: StoreOption = None,
    *,
    revision: Annotated[
        int | None, typer.Option("--revision", min=1, help="Of this revision, not of the newest.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a file is, byte for byte, the text of a report, also where it may be quoted only.

    The exit code is 0 if it is, 1 if it is another.
    """
    place = folder(store)
    digest = hashlib.sha256(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).hexdigest()
    with _named(place, name) as (kind, identifier), reading(place) as state:
        if kind != "report":
            raise typer.BadParameter(f"only a report has a text, and {name} is none", param_hint="report/ID")
        found = (
            prove(state.store, identifier, digest)
            if revision is None
            else prove_revision(place, identifier, revision, digest, state.store.secret)
        )
    if as_json:
        out_json(asdict(found))
    else:
        out(f"{file} is {'' if found.proven else 'not '}the text of report/{identifier}\n")
    if not found.proven:
        raise typer.Exit(1)


@app.command("history")
def show_history(name: Name, store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """List the revisions of a document: when each came, by whom, and what became of it."""
    place = folder(store)
    with _named(place, name) as named:
        found = history.revisions(place, *named)
    if as_json:
        out_json([asdict(item) for item in found])
    else:
        out("".join(_told(item) for item in found))


@app.command()
def changes(
    store: StoreOption = None,
    *,
    since: Annotated[int, typer.Option("--since", min=0, help="Those after this change.")] = 0,
    known: Annotated[
        str | None,
        typer.Option(
            "--hash", metavar="HASH", help="The hash of the change --since; an error if it is another."
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="So many at most.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the changes of a store, the oldest first, as its journal has them."""
    place = folder(store)
    stamp = stamp_of(place)
    if known is not None and not _HASH.fullmatch(known):
        raise typer.BadParameter("a hash has 64 digits of 0-9 and a-f", param_hint="--hash")
    found = following(JournalReader(place / "journal"), since, known, limit).entries
    if as_json:
        secret = secret_in(place, stamp.secret) or Secret.random()
        out_json([_json(entry, secret, redacted=redacted) for entry, redacted in found])
        return
    for entry, _ in found:
        out(_line(entry))


@app.command()
def retract(name: Name, reason: Reason, store: StoreOption = None, *, by: AgentOption = None) -> None:
    """Take a document out of the graph; its revisions stay in the journal, and what rested on it goes."""
    place = folder(store)
    with (
        _named(place, name) as (kind, identifier),
        pipeline.open_graph(place, "retract", settings=settings(by)) as opened,
    ):
        entry = pipeline.retract(opened, kind, identifier, reason)
    earlier = f"servanda show {kind}/{identifier} --revision {entry.revision}"
    say(f"retracted {kind}/{identifier} by change {entry.sequence}; what it said: {earlier}")


@app.command()
def redact(  # noqa: PLR0913 - options of a command
    name: Name,
    reason: Reason,
    store: StoreOption = None,
    *,
    revision: Annotated[
        int | None, typer.Option("--revision", min=1, help="This revision only; without it, all.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: AgentOption = None,
) -> None:
    """Remove the words of a document from store and journal for good; who, when and why stays."""
    place = folder(store)
    which = "all revisions" if revision is None else f"revision {revision}"
    with _named(place, name) as (kind, identifier):
        if not yes:
            history.revisions(place, kind, identifier)
            _confirm(f"{which} of {kind}/{identifier}")
        with pipeline.open_graph(place, "redact", settings=settings(by)) as opened:
            entry = pipeline.redact(opened, kind, identifier, reason, revision=revision)
    say(f"redacted {which} of {kind}/{identifier} by change {entry.sequence}")
    for left in _left(place):
        say(f"servanda: {left} was set aside after a crash and may hold the same words; remove it")
    say(_BEYOND)


def _confirm(what: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked here: give it if you are sure", param_hint="--yes")
    say(
        f"This removes {what} from the graph, the journal, the checkpoints and the quarantine, for good. "
        f"The reason, the time, your name and the hashes stay. {_BEYOND}"
    )
    typer.confirm("Redact?", abort=True, err=True)


def _left(place: Path) -> Iterator[Path]:
    """Yield the files that a repair set aside, which a redaction does not reach."""
    yield from sorted((place / "journal").glob("torn-*.bin"))
    yield from sorted(place.glob("oxigraph.damaged*"))


def _told(item: RevisionInfo) -> str:
    line = (
        f"revision {item.number}  {item.state:<9}  {short(item.time)}  "
        f"{_DONE[item.action]} by {item.agent}, change {item.sequence}{_because(item.reason)}\n"
    )
    if item.ended is not None:
        end = f"{item.state} {short(item.ended_at)} by {item.ended_by}, change {item.ended}"
        line += f"    {end}{_because(item.ended_for)}\n"
    return _printable(line)


def _line(entry: Entry) -> str:
    what = f"{entry.kind}/{entry.identifier}"
    if entry.redacts:
        what += f" (the words of {', '.join(str(number) for number in entry.redacts)})"
    elif entry.revision > 1:
        what += f", revision {entry.revision}"
    said = f"{entry.sequence}  {short(entry.time)}  {_DONE[entry.action]:<9}  {what}  by {entry.agent}"
    return _printable(f"{said}{_because(entry.reason)}\n")


def _json(entry: Entry, secret: Secret, *, redacted: bool) -> Mapping[str, object]:
    return {
        "sequence": entry.sequence,
        "time": entry.time,
        "clock": entry.clock,
        "action": entry.action,
        "kind": entry.kind,
        "id": entry.identifier,
        "revision": entry.revision,
        "agent": entry.agent,
        "content_hash": published_hash(entry, secret, redacted=redacted),
        "graphs": entry.graphs,
        "reason": entry.reason,
        "redacts": entry.redacts,
        "hash": entry.hash,
        "previous": entry.previous,
    }


def _because(reason: str | None) -> str:
    return f": {' '.join(reason.split())}" if reason else ""


def _printable(text: str) -> str:
    """Return the text with signs that a terminal would obey, or cannot show, spelled out."""
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)
