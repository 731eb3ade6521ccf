"""Write spooled rows: first the actors and places that they name, then report by report, in groups."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import order_of
from kg.ingest.datasets.nquads import ListPen, Pen, claims_of, placed
from kg.journal import Action
from kg.model import Problem
from kg.pipeline.change import Batch, Change
from kg.pipeline.records import hash_of_redacted, hashes_of, last_revisions, withdrawn
from kg.pipeline.rows.gate import ANNOTATOR, written
from kg.pipeline.rows.held import held_rows, referred_to, unordered
from kg.pipeline.rows.links import unknown
from kg.store import from_nquads
from kg.store.nquads import canonical, lines_of, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest.datasets.record import Source
    from kg.pipeline.repository import Repository
    from kg.pipeline.rows.held import HeldRow
    from kg.pipeline.rows.spool import Row, Spool
    from kg.pipeline.rows.summary import Summary

_ROWS: Final = 1000
"""Rows after which what is written is put into the store, unless one report has more."""
_FOLLOW: Final = 10.0
"""Seconds after which those that read are shown what is in."""
_ANY_BASE: Final = "https://base.invalid/"


def write(  # noqa: PLR0913 - what writing needs
    repository: Repository,
    spool: Spool,
    source: Source,
    summary: Summary,
    *,
    whole: bool,
    again: bool,
    progress: Callable[[int, int | None], None],
) -> None:
    """Put the rows of a spool into the store; of one that is killed what is in is whole reports."""
    _Writing(repository, spool, source, summary, whole=whole, again=again).go(progress)


class _Writing:
    def __init__(  # noqa: PLR0913 - what writing needs
        self,
        repository: Repository,
        spool: Spool,
        source: Source,
        summary: Summary,
        *,
        whole: bool,
        again: bool,
    ) -> None:
        self._repository = repository
        self._store = repository.store
        self._base = repository.store.stamp.base
        self._spool = spool
        self._source = source
        self._summary = summary
        self._whole = whole
        self._again = again
        self._waiting: list[Batch] = []
        self._rows = 0
        self._followed = time.monotonic()

    def go(self, progress: Callable[[int, int | None], None]) -> None:
        """Write lists, then reports."""
        reports = self._spool.reports()
        total = sum(count for _, _, count in reports)
        if total and not self._source.deletions:
            self._lists()
        names = [("report", report) for report, _, _ in reports]
        held = hashes_of(self._store, names)
        revisions = last_revisions(self._store, names) if names else {}
        done = 0
        for report, _, count in reports:
            if self._source.deletions:
                self._take_back(report, count, held=("report", report) in held)
            elif ("report", report) in held:
                self._flush()
                self._revise(report)
            else:
                self._add(report, count, revisions["report", report])
            done += count
            progress(done, total)
        self._flush()
        self._repository.follow()

    def _lists(self) -> None:
        """Take in the actors and places that the rows name and the store does not hold."""
        actors = {ANNOTATOR.id: ANNOTATOR, self._source.publisher.id: self._source.publisher}
        actors |= {one.id: one for one in self._spool.actors.values() if one.type}
        places = {one.id: one for one in self._spool.places.values() if one.type}
        batches = []
        for kind, singular, named in (("actors", "actor", actors), ("places", "place", places)):
            new = unknown(self._store, singular, set(named))
            if not new:
                continue
            number = 1
            while last_revisions(self._store, [(kind, f"{self._source.id}-{number}")])[
                kind, f"{self._source.id}-{number}"
            ]:
                number += 1
            identifier = f"{self._source.id}-{number}"
            only = {name: named[name] for name in sorted(new)}
            text = written(self._base, kind, identifier, only, self._source)
            graph = ListPen(self._base, kind, identifier).graph
            payload, count = canonical(text.encode())
            self._summary.triples += count
            batches.append(Batch(kind, identifier, graph, payload, self._hash(text)))
        if batches:
            self._repository.commit_batches(batches)

    def _add(self, report: str, count: int, revision: int) -> None:
        text = self._text(report)
        digest = self._keyed(text)
        if revision and not self._may_come_back(report, digest, count):
            return
        pen = Pen(self._base, self._source, report)
        if self._spool.is_linked(report):
            self._add_beside(report, count, pen, text)
            return
        payload, triples = ordered(text.encode())
        self._summary.triples += triples
        self._waiting.append(Batch("report", report, pen.graph, payload, digest, revision + 1))
        self._rows += count
        self._summary.taken_in += count
        if self._rows >= _ROWS:
            self._flush()

    def _add_beside(self, report: str, count: int, pen: Pen, text: str) -> None:
        """Put rows in that refer to events of other reports, so that these are concluded of anew."""
        self._flush()
        triples = frozenset(quad[:3] for quad in from_nquads(text.encode()))
        self._summary.triples += len(triples)
        self._summary.taken_in += count
        agent = self._repository.agent
        change = Change(Action.ADD, "report", report, agent, {pen.graph_name: triples}, self._keyed(text))
        self._repository.commit([change])

    def _may_come_back(self, report: str, digest: str, count: int) -> bool:
        """Return whether what was taken back before may come in; else its rows are told as refused."""
        before = withdrawn(self._store, [("report", report)]).get(("report", report))
        if before is None:
            return True
        redacted = {digest, hash_of_redacted(digest, self._store.secret)} & before.redacted
        if not redacted and (self._again or digest != before.last):
            return True
        what = "redacted, and is not taken in again" if redacted else "retracted"
        hint = None if redacted else "to take it in again all the same: --again"
        rule = "document/redacted" if redacted else "document/retracted"
        self._summary.note(
            Problem(report, None, "", f"report {report!r} with these rows was {what}", rule, hint)
        )
        self._summary.quarantined += count
        return False

    def _text(self, report: str) -> str:
        pen = Pen(self._base, self._source, report)
        parts = [pen.head(self._title(report))]
        ordinal = 1
        for row in self._spool.rows(report):
            parts.append(placed(row.lines, ordinal))
            ordinal += claims_of(row.lines)
        return "".join(parts)

    def _title(self, report: str) -> str:
        rest = report.removeprefix(self._source.id).strip("-")
        if not rest:
            return f"{self._source.name} {self._source.version}".strip()
        name, _, part = rest.rpartition("-")
        if self._source.parts == 1:
            name, part = rest, ""
        among = f", part {part} of {self._source.parts}" if part else ""
        return f"{self._source.name} {self._source.version}: {name}{among}"

    def _flush(self) -> None:
        """Put what waits into the store, and conclude of it."""
        if not self._waiting:
            return
        self._repository.commit_batches(self._waiting)
        self._waiting, self._rows = [], 0
        if time.monotonic() - self._followed > _FOLLOW:
            self._repository.follow()
            self._followed = time.monotonic()

    def _revise(self, report: str) -> None:
        """Put the rows of a report beside those that the store holds of it."""
        pen = Pen(self._base, self._source, report)
        held = held_rows(self._store, pen.graph, pen.report)
        coming = self._spool.keys(report)
        scopes = self._spool.scopes(report)
        final: dict[str, frozenset[str]] = {}
        changed = False
        for key, row in held.items():
            if key not in coming:
                stays = not self._goes(row, scopes) or self._is_referred_to(key, row, frozenset(), pen.graph)
                changed |= not stays
                self._summary.withdrawn += not stays
                if stays:
                    final[key] = row.said
        for came in self._spool.rows(report):
            lines = unordered(lines_of(placed(came.lines, 1).encode()))
            before = held.get(came.key)
            final[came.key] = self._settled(came, lines, before, pen.graph)
            changed |= before is None or final[came.key] != before.said
        if changed:
            self._commit(report, pen, final)

    def _take_back(self, report: str, count: int, *, held: bool) -> None:
        """Withdraw the rows of a report that are said to be no more; what is not held stays so."""
        if not held:
            self._summary.unchanged += count
            return
        pen = Pen(self._base, self._source, report)
        rows = held_rows(self._store, pen.graph, pen.report)
        final = {key: row.said for key, row in rows.items()}
        for gone in self._spool.rows(report):
            row = rows.get(gone.key)
            if row is None:
                self._summary.unchanged += 1
            elif order_of(gone.version) < order_of(row.version):
                self._later(gone.row_id, row)
            elif self._is_referred_to(gone.key, row, frozenset(), pen.graph):
                self._summary.unchanged += 1
            else:
                final[gone.key] = frozenset()
                self._summary.revised += 1
                self._summary.withdrawn += 1
        if any(final[key] != row.said for key, row in rows.items()):
            self._commit(report, pen, final)

    def _later(self, row_id: str, before: HeldRow) -> None:
        """Tell of a row that stays as it is held, since what comes is older."""
        message = f"the store holds row {row_id} of the later version {before.version}"
        self._summary.note(Problem(self._source.name, None, "", message, "row/older-version"))
        self._summary.quarantined += 1

    def _settled(self, row: Row, lines: frozenset[str], before: HeldRow | None, graph: str) -> frozenset[str]:
        """Return what a row says from now on, and count it."""
        if before is None:
            self._summary.taken_in += 1
            return lines
        if before.said == lines:
            self._summary.unchanged += 1
            return lines
        if order_of(row.version or self._source.version) < order_of(before.version):
            self._later(row.row_id, before)
            return before.said
        if self._is_referred_to(row.key, before, lines, graph):
            self._summary.unchanged += 1
            return before.said
        self._summary.revised += 1
        return lines

    def _goes(self, row: HeldRow, scopes: frozenset[str]) -> bool:
        """Return whether a row that does not come again is withdrawn: see `docs/datasets`."""
        newer = order_of(self._source.version) > order_of(row.version)
        return self._whole or (newer and row.scope in scopes)

    def _is_referred_to(self, key: str, row: HeldRow, lines: frozenset[str], graph: str) -> bool:
        """Return whether other documents refer to what goes with a row, and tell so: then it stays."""
        still = {line[: line.index(">")] for line in lines}
        gone = [line for line in row.lines if line[: line.index(">")] not in still]
        for thing, names in referred_to(self._store, gone, graph):
            message = f"row {key} stays as it is held: {', '.join(sorted(names))} refer to {thing}"
            hint = "change these documents, and take the rows in again"
            self._summary.note(
                Problem(self._source.name, None, "", message, "row/referred-to", hint, "warning")
            )
            self._summary.kept += 1
            return True
        return False

    def _commit(self, report: str, pen: Pen, final: dict[str, frozenset[str]]) -> None:
        """Revise a report, or take it back where no row is left."""
        agent = self._repository.agent
        if not any(final.values()):
            reason = f"{self._source.name} {self._source.version} has none of its rows"
            change = Change(
                Action.RETRACT, "report", report, agent, {pen.graph_name: frozenset()}, reason=reason
            )
            self._repository.commit([change])
            return
        text = pen.head(self._title(report)) + "".join(f"{line} .\n" for line in pen.numbered(final))
        triples = frozenset(quad[:3] for quad in from_nquads(text.encode()))
        self._summary.triples += len(triples)
        change = Change(Action.REVISE, "report", report, agent, {pen.graph_name: triples}, self._keyed(text))
        self._repository.commit([change])

    def _hash(self, text: str) -> str:
        """Return the SHA-256 of what is written, whatever the base of the store."""
        return hashlib.sha256(text.replace(self._base, _ANY_BASE).encode()).hexdigest()

    def _keyed(self, text: str) -> str:
        return self._store.secret.of_content(self._hash(text), "")
