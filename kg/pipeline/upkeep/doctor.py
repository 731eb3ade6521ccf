"""What can be seen of an installation and a store without changing anything, and what to do about it."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import ServandaError, StoreRefusedError
from kg.infer import rule_triples, rules
from kg.journal import JournalReader
from kg.pipeline import quarantine
from kg.pipeline.followers import READ_MODEL, SEARCH_INDEX, checkpoints, newest_checkpoint
from kg.pipeline.owner import owner_of
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.pipeline.upkeep.aside import runs
from kg.pipeline.upkeep.manifest import software
from kg.refusals import of_the_system, unusable
from kg.settings import Settings
from kg.store import stamp_of
from kg.terms import SVD, concept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.store import Stamp

_PYTHON = (3, 11)
_PACKAGES = ("pyoxigraph", "rdflib", "pyshacl", "shacl", "pydantic", "networkx", "zstandard")
_MB = 2**20
_SHOWN = 5
_MOST_TIMES = 1000
_FINE = " ".join(f"<{concept('precision', code)}>" for code in ("minute", "second", "interval", "open"))
_NARROW = f"""SELECT DISTINCT ?graph WHERE {{
  VALUES ?precision {{ {_FINE} }}
  GRAPH ?graph {{ ?time <{SVD.precision}> ?precision ; <{SVD.zoneAssumed}> true ; <{SVD.edtf}> ?value .
    OPTIONAL {{ ?time <{SVD.earliest}> ?earliest }} OPTIONAL {{ ?time <{SVD.latest}> ?latest }} }}
  BIND (IF(CONTAINS(?value, "/"), STRBEFORE(?value, "/"), ?value) AS ?begin)
  BIND (IF(CONTAINS(?value, "/"), STRAFTER(?value, "/"), ?value) AS ?end)
  FILTER (
    COALESCE(CONTAINS(?begin, "T") && !STRENDS(?begin, "Z") && STRSTARTS(STR(?earliest), ?begin), false)
    || COALESCE(CONTAINS(?end, "T") && !STRENDS(?end, "Z") && STRSTARTS(STR(?latest), ?end), false))
}} LIMIT {_MOST_TIMES}"""
"""Graphs with times of day that stand in UTC as they are written: a wide one is 14 hours from that, or 12."""


@dataclass(frozen=True, slots=True)
class Check:
    """A thing that was looked at."""

    subject: str
    finding: str
    """In a sentence."""
    remedy: str | None = None
    """What to do; None where nothing needs doing."""


def doctor(folder: Path, settings: Settings | None = None) -> tuple[Check, ...]:
    """Return what was found of the installation and of the store in the folder.

    It says what can be seen at a glance; whether every quad is right, `verify` says. Raises nothing: a
    fault that stops one check is its finding.
    """
    chosen = settings or Settings.from_environment()
    found = [_python(), _packages(), _clock()]
    try:
        stamp = stamp_of(folder)
    except ServandaError as error:
        return (*found, Check("store", str(error), "name another folder with --store, or make a store"))
    found.append(
        Check("store", f"{folder}: base {stamp.base}, policy {stamp.policy}, format {stamp.format}.")
    )
    for subject, look in _STORE.items():
        try:
            found += look(folder, stamp, chosen)
        except OSError as error:
            found.append(_refused(subject, of_the_system(error)))
        except StoreRefusedError as error:
            found.append(_refused(subject, str(error)))
        except (ServandaError, ValueError) as error:
            found.append(Check(subject, str(error), "run servanda verify, which says more"))
    return tuple(found)


def _python() -> Check:
    said = f"Python {platform.python_version()} on {platform.system()}."
    if sys.version_info < _PYTHON:
        return Check("python", said, "install Python 3.11 or newer")  # pragma: no cover - it would not start
    return Check("python", said)


def _packages() -> Check:
    known, missing = [], []
    for name in _PACKAGES:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    said = f"{software()}; {', '.join(known)}."
    if missing:
        return Check("packages", f"{said} Not installed: {', '.join(missing)}.", "install servanda again")
    return Check("packages", said)


def _clock() -> Check:
    if time.time() < 0:
        said = f"It is {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: the engine tells no time before 1970."
        return Check("clock", said, "set the clock of this machine")
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return Check(
        "clock", f"It is {now} UTC; all times are kept in UTC, whatever zone and locale are set here."
    )


def _room(folder: Path, _stamp: Stamp, settings: Settings) -> Iterator[Check]:
    free = shutil.disk_usage(folder).free // _MB
    said = (
        f"{free} MB are free on the disk; below {settings.reserve} MB nothing is taken in (SERVANDA_RESERVE)."
    )
    if free < settings.reserve:
        yield Check("disk", said, "make room, or lower SERVANDA_RESERVE")
    else:
        yield Check("disk", said)


def _owner(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    owner = owner_of(folder)
    if owner is None:
        left = (
            " A process that held it was killed; it left its name."
            if (folder / "owner.json").exists()
            else ""
        )
        yield Check("owner", f"Nobody holds the store.{left}")
    elif owner.host == socket.gethostname() and not runs(owner.pid):
        yield Check(
            "owner",
            f"The store is held, and {owner}, who left its name, has ended.",
            "end the process that it started and that still has the file `lock` open",
        )
    else:
        yield Check("owner", f"The store is held by {owner}: reading goes on, changes are its alone.")


def _journal(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    reader = JournalReader(folder / "journal")
    head, digest = reader.head
    said = f"The journal ends at entry {head}, {digest}; {len(reader.files)} segments."
    if reader.unfinished and owner_of(folder) is None:
        said += " Then comes a write that was cut off, never acknowledged; the next opening sets it aside."
    yield Check("journal", said)
    if head:
        entry, _ = reader.record(head)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if entry.time > now:
            yield Check(
                "journal",
                f"Its last entry was made at {entry.time}, which is still to come.",
                "set the clock of this machine; until then entries are dated as the last one, what the clock "
                "says of them is kept apart, and --as-of goes by that",
            )
        behind = entry.sequence if entry.clock else entry.behind
        if behind:
            last, _ = reader.record(behind)
            yield Check(
                "journal",
                f"Up to change {behind} the clock was behind the change before: it said "
                f"{last.clock} where the journal says {last.time}. --as-of goes by what the clock said.",
            )


def _checkpoint(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    head = JournalReader(folder / "journal").head[0]
    newest = max((number for number, _ in checkpoints(folder)), default=0)
    if newest > head:
        yield Check(
            "checkpoint",
            f"The newest checkpoint is of change {newest}, but the journal ends at {head}: it lacks entries.",
            "restore the journal from a backup",
        )
    elif newest == head:
        yield Check("checkpoint", f"The newest checkpoint is current: change {newest}.")
    else:
        yield Check(
            "checkpoint",
            f"The newest checkpoint is of change {newest}, the last of {head}; the next opening catches up.",
        )


def _quarantine(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    waiting = len(quarantine.items(folder, "open"))
    damaged = len(quarantine.items(folder, "damaged"))
    if waiting:
        yield Check(
            "quarantine",
            f"{waiting} refused documents wait there.",
            "see servanda quarantine list; correct and resubmit, or discard them",
        )
    if damaged:
        yield Check(
            "quarantine", f"The records of {damaged} items cannot be read.", "see servanda quarantine list"
        )
    if not waiting and not damaged:
        yield Check("quarantine", "No refused document waits.")


def _ontology(folder: Path, stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    newest = newest_checkpoint(folder)
    if newest is None:
        yield Check("ontology", "There is no checkpoint to read the ontology from yet.")
        return
    shipped = {
        "ontology": ontology_triples(),
        "vocabularies": vocabulary_triples(),
        "rules": rule_triples(rules()),
    }
    with newest[1] as store:
        other = [
            name for name, said in shipped.items() if store.graph(URIRef(f"{stamp.base}graph/{name}")) != said
        ]
    if not other:
        yield Check("ontology", "Ontology, vocabularies and rules are those of this software.")
    elif owner_of(folder) is None:
        yield Check(
            "ontology",
            f"{_listed(other)} in the store differ from those of this software; "
            "the next opening takes these in, as changes of their own.",
        )
    else:
        yield Check(
            "ontology",
            f"{_listed(other)} in the store differ from those of this software.",
            "start the process that holds the store anew, with this software",
        )


def _times(folder: Path, stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    """Say which documents have times of day of no stated zone that an earlier version took for UTC."""
    newest = newest_checkpoint(folder)
    if newest is None:
        return
    with newest[1] as store:
        graphs = [str(row["graph"]) for row in store.select(_NARROW).mappings()]
    names = sorted(graph.removeprefix(f"{stamp.base}graph/").replace("/", " ", 1) for graph in graphs)
    if names:
        some = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        number = (
            f"{_MOST_TIMES} documents or more" if len(names) == _MOST_TIMES else f"{len(names)} documents"
        )
        yield Check(
            "times",
            f"An earlier version read times of day of no stated zone in UTC, in {number}: {some}. "
            "Rules take them from 14 hours earlier to 12 hours later; filters and answers still as UTC.",
            "take these documents in again: servanda ingest FOLDER revises them",
        )
    else:
        yield Check("times", "Times of day of no stated zone are kept as wide as they can be.")


def _rights(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    """Say which parts cannot be read and written by who asks, who is who will run the store."""
    refused = [error for path in _parts(folder) if (error := unusable(path)) is not None]
    refused += [
        OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder / name))
        for name in (READ_MODEL, SEARCH_INDEX)
        if (folder / name).exists() and not (folder / name).is_dir()
    ]
    for error in refused[:_SHOWN]:
        yield _refused("rights", of_the_system(error))
    if len(refused) > _SHOWN:
        yield Check("rights", f"So it is with {len(refused) - _SHOWN} more.", "see to these too")
    if not refused:
        yield Check("rights", "Every file of the store can be read and written.")


def _parts(folder: Path) -> Iterator[Path]:
    """Give the folder and all in it that can be listed; what a server makes and removes may be gone."""
    yield folder
    if os.access(folder, os.R_OK | os.X_OK):
        for item in sorted(folder.iterdir()):
            if item.is_dir() and not item.is_symlink():
                yield from _parts(item)
            elif item.exists():
                yield item


def _refused(subject: str, told: str) -> Check:
    what, _, remedy = told.partition("; ")
    return Check(subject, what, remedy or "run servanda verify, which says more")


def _leftovers(folder: Path, _stamp: Stamp, _settings: Settings) -> Iterator[Check]:
    if (folder / "oxigraph.next").exists() and owner_of(folder) is None:
        yield Check(
            "files", "A new store was being put in place when its process ended; the next opening sees to it."
        )
    if (folder / "oxigraph.damaged").exists():
        yield Check(
            "files",
            "A damaged store was set aside as oxigraph.damaged.",
            "run servanda verify; if nothing is wrong, remove it",
        )
    if not (folder / "oxigraph").exists() and not (folder / "oxigraph.next").exists():
        yield Check(
            "files", "The store's files are missing.", "run servanda rebuild: the journal makes them anew"
        )
    if folder.stat().st_mode & 0o077:
        yield Check(
            "files", "Others than their owner may enter the store's folder.", f"run chmod -R go= {folder}"
        )
    keys = folder / "keys.json"
    if keys.exists() and keys.stat().st_mode & 0o077:
        yield Check("files", "Others than their owner may read the keys.", f"run chmod 600 {keys}")


def _listed(names: list[str]) -> str:
    return " and ".join(names).capitalize()


_STORE: dict[str, Callable[[Path, Stamp, Settings], Iterator[Check]]] = {
    "disk": _room,
    "rights": _rights,
    "owner": _owner,
    "journal": _journal,
    "checkpoint": _checkpoint,
    "quarantine": _quarantine,
    "ontology": _ontology,
    "times": _times,
    "files": _leftovers,
}
