"""PA-X: one row a peace agreement, with its stage, its parties in words, and what it contains, graded.

It codes what an agreement says, never whether it was kept. An agreement of the store that has the number is
mentioned by the claim. Nobody is made a party: who signed stands in words in PA-X, and stays so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import NOT_STATED, WithHeader, cut, key_of
from kg.ingest.datasets.record import Named, Record, Source, Statement, When

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_PAX: Final = Named("pax-peace-agreements", "institution", "PA-X Peace Agreements Database")
_COLUMNS: Final = {
    "id": ("AgtId",),
    "version": ("Ver",),
    "title": ("Agt",),
    "date": ("Dat",),
    "status": ("Status",),
    "conflict": ("Con",),
    "conflict_type": ("Contp",),
    "process": ("PPName",),
    "process_id": ("PP",),
    "region": ("Reg",),
    "length": ("Lgt",),
    "characters": ("N_characters",),
    "type": ("Agtp",),
    "stage": ("Stage",),
    "sub_stage": ("StageSub",),
    "parties": ("Part",),
    "third_parties": ("ThrdPart",),
    "others": ("OthAgr",),
    "country1": ("Loc1ISO",),
    "country2": ("Loc2ISO",),
    "gw1": ("Loc1GWNO",),
    "gw2": ("Loc2GWNO",),
    "ucdp_conflict": ("UcdpCon",),
    "ucdp_agreement": ("UcdpAgr",),
    "pam_agreement": ("PamAgr",),
    "cow_war": ("CowWar",),
}
_TOLD: Final = (
    *("process", "conflict", "conflict_type", "status", "type", "stage", "sub_stage", "country1", "country2"),
    *("ucdp_conflict", "ucdp_agreement", "pam_agreement", "parties", "third_parties"),
)
_CEASEFIRE: Final = "cea"
_MOST_OF_A_NAME: Final = 200
_MOST_OF_A_CELL: Final = 500


class Pax(WithHeader):
    """Reads the table of all agreements."""

    name = "pax"
    title = "PA-X table of peace agreements"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    required = frozenset(("id", "title", "date", "status", "stage", "type"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return PA-X in the version that the name of the file states."""
        del header
        found = re.search(r"(?<![a-z0-9])v_?([0-9]{1,2})(?![0-9])", asked.file.lower())
        return Source(
            asked.id or "pax",
            "PA-X",
            asked.version or (found[1] if found else NOT_STATED),
            _PAX,
            url="https://pax.peaceagreements.org/",
            authority="PA-X",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return that an agreement was made on a day, and what it contains in words."""
        identifier, title = cells.needed("id"), cells.needed("title")
        day = cells.needed_day("date")
        if identifier and not re.fullmatch(r"[0-9]{1,7}", identifier):
            hint = "a number, as 2324"
            cells.refuse("id", "cell/not-an-id", f"{identifier[:40]!r} is no id of an agreement", hint)
        kind = _kind(cells)
        contains = _provisions(cells)
        if cells.refused or day is None:
            return None
        identifier = str(int(identifier))
        known = links.agreement(identifier)
        claim = Statement(
            f"v{key_of(source.version)}-{identifier}",
            _gist(cells, source, title, day, contains),
            identifier,
            "asserted",
            mentions=(known,) if known else (),
            when=When(day.isoformat(), f"Dat {cells.raw('date')}"),
            url=f"https://pax.peaceagreements.org/agreements/{identifier}",
        )
        label = cut(f"{title}, {day.isoformat()}", _MOST_OF_A_NAME)
        return Record(identifier, identifier, kind, label, (claim,), scope="-")


def _kind(cells: Cells) -> str:
    """Return the kind of event by the status of the document, and its stage."""
    status = (cells.text("status") or "").casefold()
    ceasefire = (cells.text("stage") or "").casefold() == _CEASEFIRE
    if "unilateral" in status:
        return "ceasefire-declared" if ceasefire else "statement"
    if "signed" in status or "agreed" in status or "agreement" in status:
        return "agreement-signed"
    message = f"the status is {status[:40] or 'empty'!r}: it is not said that anything was agreed"
    cells.doubt("status", "row/not-clear", message, "it is taken in as of the kind other")
    return "other"


def _provisions(cells: Cells) -> tuple[str, ...]:
    """Return the codes of what an agreement contains, with their grades; doubt a grade that is none."""
    found = []
    for name, cell in cells.others():
        if not re.fullmatch(r"[A-Z][A-Za-z]{1,15}", name) or cell in {"", "0"}:
            continue
        if re.fullmatch(r"[1-9](?:\.0)?", cell):
            found.append(f"{name} {cell[0]}")
        elif re.fullmatch(r"-?[0-9.,]+", cell):
            cells.doubt_named(name, "cell/out-of-range", f"{cell!r} is no grade of a provision")
    return tuple(found)


def _gist(cells: Cells, source: Source, title: str, day: date, contains: tuple[str, ...]) -> str:
    told = "; ".join(cut(cells.told((column,)), _MOST_OF_A_CELL) for column in _TOLD if cells.text(column))
    coded = ", ".join(contains) or "none that is coded"
    return (
        f"{cut(title, _MOST_OF_A_CELL)}, {day.isoformat()}; provisions: {coded} "
        f"[{source.name} {source.version}, AgtId {cells.raw('id')}: {told}]"
    )
