"""GDELT mentions: where a machine found an event in an article, one row a mention, with its offsets.

A row says nothing of what the event was. It is a claim of low credibility on the word of who published the
article, about an event that is that of the table of events, where the store holds that.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cameo import MACHINE_CODED
from kg.ingest.datasets.gdelt import GDELT, event_id, slice_of
from kg.ingest.datasets.gdelt_columns import MENTION_NAMES, mentions_layout
from kg.ingest.datasets.importer import WithHeader, address, cut, identified
from kg.ingest.datasets.record import Named, Record, Same, Source, Statement, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_KINDS: Final = {
    1: "on the web",
    2: "known by its citation",
    3: "in the CORE archive",
    4: "in the DTIC archive",
    5: "in the JSTOR archive",
    6: "not a text",
}
_TOLD: Final = (
    "sentence",
    "offset1",
    "offset2",
    "offset",
    "raw",
    "confidence",
    "length",
    "tone",
    "translation",
)
_PARTS: Final = ("mentioned", "url", "sentence", "offset1", "offset2", "offset")
_DAY: Final = 8
_WHOLE: Final = 100


class GdeltMentions(WithHeader):
    """Reads tables of mentions."""

    name = "gdelt-mentions"
    title = "GDELT 2.0 table of mentions"
    columns: Mapping[str, Sequence[str]] = MENTION_NAMES
    required = frozenset(("id", "mentioned", "url"))

    def layout(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        """Return the columns of GDELT's own files, which have no header."""
        return mentions_layout(cells)

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the mentions of GDELT 2.0; 1.0 has none."""
        del header
        return Source(
            asked.id or "gdelt-mentions",
            "GDELT mentions",
            asked.version or "2.0",
            GDELT,
            licence="https://www.gdeltproject.org/about.html#termsofuse",
            url="https://www.gdeltproject.org/",
            authority="GDELT",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return a claim of a mention."""
        identifier, where = event_id(cells), cells.needed("url")
        stamp = _stamp(cells)
        share = cells.whole("confidence", 0, _WHOLE)
        kind = cells.whole("kind", 1, 6)
        if cells.refused or identifier is None or stamp is None:
            return None
        digest = hashlib.sha256("\n".join(cells.raw(part) for part in _PARTS).encode()).hexdigest()[:10]
        key = f"{identifier}-{digest}"
        name = cut(cells.text("source") or where, 120)
        outlet = Named(identified("gdelt-outlet", name), "outlet", name)
        told = f" ({_KINDS[kind]})" if kind else ""
        gist = (
            f"GDELT event {identifier} is mentioned by {name} in {where}{told} "
            f"[{source.name} {source.version}: {cells.told(_TOLD)}]"
        )
        claim = Statement(
            f"{key}-c1",
            gist,
            key,
            "reported",
            voices=(Voice(outlet.id, "reported", cut(where, 300)),),
            credibility=MACHINE_CODED,
            confidence=None if share is None else _share(share),
            url=address(cells, "url"),
        )
        report = f"gdelt-{slice_of(identifier)}"
        same = (
            (Same(report, identifier, f"GDELT gives both the id {identifier}."),)
            if links.event(report, identifier)
            else ()
        )
        label = f"GDELT event {identifier}, as mentioned by {name}"
        return Record(key, key, "other", label, (claim,), (outlet,), slice=stamp, scope="-", same=same)


def _share(percent: int) -> str:
    """Return hundredths as a decimal in its shortest form.

    >>> _share(100), _share(20), _share(5), _share(0)
    ('1', '0.2', '0.05', '0')
    """
    return "1" if percent == _WHOLE else f"0.{percent:02}".rstrip("0").rstrip(".")


def _stamp(cells: Cells) -> str | None:
    """Return when the article was seen, as digits: mentions of one time stand in one report."""
    said = cells.needed("mentioned")
    digits = "".join(one for one in said if one.isdigit())
    if said and len(digits) not in {_DAY, 12, 14}:
        hint = "year, month, day, hour, minute and second, as 20170701234500"
        cells.refuse("mentioned", "cell/not-a-day", f"{said[:40]!r} is no time", hint)
        return None
    return digits[:12] or None
