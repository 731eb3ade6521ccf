"""UCDP peace agreements: one row an agreement that parties to a conflict signed, with what it contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import WithHeader, address, cut, key_of
from kg.ingest.datasets.record import Record, Statement, When
from kg.ingest.datasets.ucdp import numbers, parties, source_of, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links
    from kg.ingest.datasets.record import Source

_TOLD: Final = (
    *("pa_name", "conflict_name", "dyad_name", "actor_name", "pa_sign", "pa_3rd", "ended", "duration"),
    *("pa_type", "termdur", "procID", "conflict_id", "dyad_id", "pa_comment"),
)
_PROVISIONS: Final = (
    *("cease", "intarmy", "ddr", "withd", "mil_prov", "pp", "intgov", "intciv", "elections", "interim"),
    *("natalks", "shagov", "pol_prov", "aut", "fed", "ind", "ref", "shaloc", "regdev", "cul"),
    *("demarcation", "locgov", "terr_prov", "amn", "pris", "recon", "return", "justice_prov"),
    *("reaffirm", "outlin", "pko", "gender", "co_impl"),
)
"""Columns that say whether an agreement has a provision, by their codes."""
_TYPES: Final = {1: "full", 2: "partial", 3: "a process agreement"}
_NOTE: Final = "As the UCDP Peace Agreement Dataset names it."


class UcdpAgreements(WithHeader):
    """Reads the table of peace agreements."""

    name = "ucdp-agreements"
    title = "UCDP Peace Agreement Dataset"
    columns: Mapping[str, Sequence[str]] = {
        **{name: (name,) for name in (*_TOLD, *_PROVISIONS)},
        "id": ("paid",),
        "date": ("pa_date",),
        "year": ("year",),
        "actor_id": ("actor_id",),
        "url": ("linktofulltextagreement",),
        "version": ("version",),
    }
    required = frozenset(("id", "date", "pa_name", "actor_id"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the dataset in the version of the file."""
        del header
        return source_of(asked, "ucdp-agreements", "UCDP Peace Agreement Dataset")

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return that an agreement was signed, by whom, and what it contains in words."""
        (identifier, *_), name = (*numbers(cells, "id"), ""), cells.needed("pa_name")
        if not identifier and not cells.refused:
            cells.needed("id")
        day = cells.needed_day("date")
        year = cells.whole("year", 1946, 2100)
        found = parties(cells, links, "actor_id", "actor_name", _NOTE)
        kind = cells.whole("pa_type", 1, 3)
        contains = [column for column in _PROVISIONS if _has(cells, column)]
        if cells.refused or day is None:
            return None
        if year is not None and year != day.year:
            cells.doubt("year", "row/year-differs", f"year {year} is not that of the day {day.isoformat()}")
        of = version_of(cells, source)
        words = f"{name}, {day.isoformat()}"
        words += f", {_TYPES[kind]}" if kind else ""
        gist = (
            f"{words}; provisions: {', '.join(contains) or 'none that is coded'} "
            f"[{source.name} {of or source.version}, row {identifier}: {cells.told(_TOLD)}]"
        )
        key = f"v{key_of(of or source.version)}-{identifier}"
        claim = Statement(
            key,
            gist,
            identifier,
            "asserted",
            participants=tuple(one.id for one in found),
            when=When(day.isoformat(), f"pa_date {cells.raw('date')}"),
            url=address(cells, "url"),
        )
        own = tuple(one for one in found if one.type)
        label = cut(f"{name}, {day.isoformat()}", 200)
        return Record(identifier, identifier, "agreement-signed", label, (claim,), own, scope="-", version=of)


def _has(cells: Cells, column: str) -> bool:
    """Return whether an agreement has a provision; flag what says neither."""
    cell = cells.text(column)
    if cell is None or cell in {"0", "0.0", "-99", "1", "1.0"}:
        return cell in {"1", "1.0"}
    cells.doubt(column, "cell/out-of-range", f"{cell[:20]!r} is neither 0 nor 1", "it is left out")
    return False
