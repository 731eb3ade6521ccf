"""What the tables of UCDP have in common: who publishes them, whom they name, and which version they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import NOT_STATED, cut, version_in
from kg.ingest.datasets.record import Named, Source

if TYPE_CHECKING:
    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

UCDP: Final = Named("ucdp", "institution", "Uppsala Conflict Data Program")
_MOST_OF_A_NAME: Final = 200


def source_of(asked: Asked, own: str, name: str, version: str | None = None) -> Source:
    """Return a dataset of UCDP; its version is that of the file, else that which each row states."""
    return Source(
        asked.id or own,
        name,
        asked.version or version or version_in(asked.file) or NOT_STATED,
        UCDP,
        licence="https://creativecommons.org/licenses/by/4.0/",
        url="https://ucdp.uu.se/downloads/",
        authority=name,
    )


def version_of(cells: Cells, source: Source) -> str:
    """Return the version of a row where the file says none of its own; nothing else."""
    return (cells.text("version") or "") if source.version == NOT_STATED else ""


def party(links: Links, code: str, name: str, note: str) -> Named:
    """Return an actor of the store by its number in UCDP; else UCDP's own.

    The countries that these tables give are those of conflicts, not those whose government an actor is.
    """
    known = links.actor("ucdp_actor_id", code)
    if known is not None:
        return Named(known, "", name)
    kind = "institution" if name.startswith("Government of") else "non-state-armed-group"
    label = cut(name, _MOST_OF_A_NAME) or f"UCDP actor {code}"
    return Named(
        f"ucdp-actor-{int(code)}", kind, label, note=note, codes=(("ucdp_actor_id", str(int(code))),)
    )


def numbers(cells: Cells, column: str) -> tuple[str, ...]:
    """Return the numbers that a cell lists; refuse what is none."""
    said = cells.text(column)
    parts = [part.strip() for part in (said or "").split(",") if part.strip()]
    wrong = next((part for part in parts if not part.isascii() or not part.isdigit()), None)
    if wrong is not None:
        cells.refuse(column, "cell/not-an-id", f"{wrong[:40]!r} is no number of UCDP", "a number, or several")
        return ()
    return tuple(str(int(part)) for part in parts)


def parties(cells: Cells, links: Links, ids: str, names: str, note: str) -> tuple[Named, ...]:
    """Return those whom a row lists by their numbers and, in the same order, by their names."""
    codes = numbers(cells, ids)
    said = [name.strip() for name in (cells.text(names) or "").split(",") if name.strip()]
    if codes and len(said) != len(codes):
        message = f"there are {len(codes)} numbers in {ids} and {len(said)} names in {names}"
        cells.doubt(names, "row/names-differ", message, "the numbers are taken in")
        said = [""] * len(codes)
    found = (party(links, code, name, note) for code, name in zip(codes, said, strict=True)) if codes else ()
    return tuple({one.id: one for one in found}.values())
