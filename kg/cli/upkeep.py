"""The commands that keep a store over the years."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import (
    STDOUT,
    JsonOption,
    StoreOption,
    app,
    fail,
    folder,
    out,
    out_json,
    progress,
    say,
    settings,
)
from kg.cli.piped import STDIN
from kg.ingest.datasets.table import kept
from kg.pipeline.upkeep.backup import backup
from kg.pipeline.upkeep.doctor import doctor
from kg.pipeline.upkeep.dump import dump, dump_to
from kg.pipeline.upkeep.load import load
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.restore import restore
from kg.pipeline.upkeep.stats import stats
from kg.pipeline.upkeep.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.pipeline.upkeep.stats import Statistics
    from kg.pipeline.upkeep.verify import Findings


@app.command("verify")
def verify_store(
    store: StoreOption = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not run the rules anew, nor read every index.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the journal's chain, and the store against the journal; name the first difference.

    Nothing is changed. While another process holds the store, its newest checkpoint is checked.
    """
    with progress("entries") as tell:
        found = verify(folder(store), quick=quick, tell=tell)
    if as_json:
        out_json({"sound": found.sound, **asdict(found)})
    else:
        out("".join(f"{line}\n" for line in _found(found)))
    if not found.sound:
        raise typer.Exit(1)


@app.command("rebuild")
def rebuild_store(
    store: StoreOption = None,
    *,
    read_model: Annotated[
        bool,
        typer.Option(
            "--read-model", help="Only what lists are read from, from the newest checkpoint; servers go on."
        ),
    ] = False,
    search_index: Annotated[
        bool, typer.Option("--search-index", help="Only what words are found in, likewise.")
    ] = False,
) -> None:
    """Make the store anew from its journal alone, and put it in the place of the old one."""
    if read_model:
        from kg.pipeline.read_model import rebuild_read_model  # noqa: PLC0415 - its models take long to load

        count, sequence = rebuild_read_model(folder(store))
        say(f"rebuilt the read model of {folder(store)}: change {sequence}, {count} rows")
    if search_index:
        from kg.pipeline.search_index import rebuild_search_index  # noqa: PLC0415 - likewise

        count, sequence = rebuild_search_index(folder(store))
        say(f"rebuilt the search index of {folder(store)}: change {sequence}, {count} entries")
    if read_model or search_index:
        return
    with progress("entries") as tell:
        made = rebuild(folder(store), tell)
    say(f"rebuilt {folder(store)}: change {made.sequence}, {made.quads} quads")


@app.command("backup")
def backup_store(
    target: Annotated[Path, typer.Argument(help="New folder for the backup.")],
    store: StoreOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Copy the store, its journal, its quarantine and its keys to a new folder, each file with its hash.

    Servers and other commands go on meanwhile.
    """
    if str(target) == STDOUT:
        hint = "a backup is a new folder, and not piped: name one; servanda dump - pipes the store"
        raise typer.BadParameter(hint, param_hint="TARGET")
    made = backup(folder(store), target)
    if as_json:
        out_json(asdict(made))
    else:
        out(
            f"backup of {len(made.files)} files in {target}: the store at change {made.sequence}, "
            f"the journal to entry {made.head}, {made.hash}\n"
        )


@app.command("restore")
def restore_store(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="BACKUP",
            help="Folder of a backup, or a dump; - for one on standard input.",
            exists=True,
            allow_dash=True,
        ),
    ],
    store: StoreOption = None,
) -> None:
    """Make a store from a backup, every file of which is checked first, or from a dump.

    The folder of the store must be empty or not there. A dump makes the same graphs, and begins a journal
    of its own.
    """
    place = folder(store)
    if source != STDIN and source.is_dir():
        with progress("files") as tell:
            restored = restore(source, place, tell)
        say(f"restored {place}: change {restored.sequence}, {restored.hash}")
        return
    with _file(source) as file, progress("entries") as tell:
        loaded = load(file, place, settings=settings(), tell=tell)
    if not loaded.same_conclusions:
        say("the rules in the dump conclude something else than it holds; the store has what they conclude")
    say(
        f"restored {place} from a dump of change {loaded.dumped}; its journal begins anew and stands at "
        f"entry {loaded.sequence}, {loaded.hash}"
    )
    if not loaded.same_secret:
        say(
            f"{source}.secret was not beside it, so the store has a new secret: of a text that may be quoted "
            "only no file can be proven to be it, and a report that comes again counts as changed"
        )


@contextmanager
def _file(source: Path) -> Iterator[Path]:
    """Give the file of a dump: for `-` one of what comes on standard input, for as long."""
    if source != STDIN:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="servanda-") as made:
        file = Path(made) / "standard-input"
        kept(sys.stdin.buffer, file)
        yield file


@app.command("dump")
def dump_store(
    target: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="New file, .nq.zst, or .nq uncompressed; - for standard output."),
    ],
    store: StoreOption = None,
) -> None:
    """Write the whole store as sorted N-Quads, compressed with Zstandard."""
    if str(target) == STDOUT:
        if sys.stdout.isatty():
            fail(
                "a dump is compressed, and nothing for a terminal; name a file, or: servanda dump - | zstdcat"
            )
        made = dump_to(folder(store), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif target.name.endswith((".nq.zst", ".nq")):
        made = dump(folder(store), target)
    else:
        fail(f"{target}: the name of a dump ends in .nq.zst, or in .nq if it is not to be compressed")
    say(f"dumped change {made.sequence}: {made.quads} quads; SHA-256 uncompressed {made.sha256}")
    if made.secret is not None:
        say(
            f"{made.secret}, beside it, holds the store's secret: restore needs it, and whoever you hand the "
            "dump on to may not have it"
        )


@app.command("stats")
def store_stats(store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """Count what the store holds, and the room that it takes."""
    counted = stats(folder(store))
    if as_json:
        out_json(asdict(counted))
    else:
        out("".join(f"{line}\n" for line in _counted(counted)))


@app.command("doctor")
def examine(store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """Look at the installation and the store, and say what needs doing; exit code 1 if anything does."""
    checks = doctor(folder(store))
    if as_json:
        out_json([asdict(check) for check in checks])
    else:
        for check in checks:
            out(f"{check.subject:<12}{check.finding}\n")
            if check.remedy:
                out(f"{'':<12}→ {check.remedy}\n")
    if any(check.remedy for check in checks):
        raise typer.Exit(1)


def _found(found: Findings) -> Iterator[str]:
    if found.damage is None:
        yield f"journal: {found.entries} entries, all right; the last is {found.hash}"
    else:
        yield f"journal: {found.entries} entries are right, then: {found.damage}"
    for gone in found.redactions:
        yield (
            f"redacted: entry {gone.sequence} ({gone.document}, revision {gone.revision}) "
            + (f"by entry {gone.by}, {gone.agent}: {gone.reason}" if gone.by else "by no entry")
        )
    for note in found.notes:
        yield f"note: {note}"
    if found.first is not None:
        yield f"DIFFERENT: {found.first}"
        yield (
            f"{found.differing} differences; in all {found.missing} quads missing, {found.surplus} too many; "
            "servanda rebuild makes the store anew from the journal"
        )
    elif found.damage is None:
        yield f"{found.compared}: at change {found.sequence}, {found.quads} quads, as the journal says"
        yield f"conclusions: {'as the rules conclude them anew' if found.concluded else 'not checked'}"


def _counted(counted: Statistics) -> Iterator[str]:
    rows = {
        "change": f"{counted.sequence} of {counted.head}",
        "held by": counted.owner or "nobody",
        "documents": _listed(counted.documents),
        "reports": counted.reports,
        "claims": counted.claims,
        "alleged violations": counted.alleged,
        "candidates": _candidates(counted),
        "quads": f"{sum(counted.quads.values())}: {_listed(counted.quads)}",
        "journal": f"{counted.journal_bytes} bytes in {counted.segments} segments",
        "checkpoints": ", ".join(map(str, counted.checkpoints)) or "none",
        "snapshots": ", ".join(map(str, counted.snapshots)) or "none",
        "quarantine": f"{counted.quarantined} waiting",
        "free disk": f"{counted.free_bytes // 2**20} MB",
    }
    for name, value in rows.items():
        yield f"{name:<20}{value}"


def _candidates(counted: Statistics) -> str:
    """Return how many there are, told apart by whether a source alleges a breach without naming a term.

    A candidate of which none does was alleged by nobody.
    """
    called = counted.candidates_alleged_without_term
    if not called:
        return f"{counted.candidates} (alleged by nobody)"
    alone = counted.candidates - called
    apart = f"{alone} alleged by nobody; {called} whose act is called a breach, no term named"
    return f"{counted.candidates} ({apart})"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
