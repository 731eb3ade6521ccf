"""Any table, by a mapping that says what its columns are: an organisation's own spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import WithHeader, identified, key_of
from kg.ingest.datasets.incidents import point_of, time_of
from kg.ingest.datasets.record import Figure, Named, Record, Source, Statement, Voice
from kg.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links
    from kg.ingest.datasets.mapping import TableMapping

_MOST_OF_A_NAME: Final = 200
_MOST: Final = 10**12


class Mapped(WithHeader):
    """Reads a table as its mapping says."""

    name = "table"
    title = "table with a mapping"

    def __init__(self, mapping: TableMapping) -> None:
        """Read by a mapping."""
        self._mapping = mapping
        named = {**mapping.columns, **{f"quantity {kind}": name for kind, name in mapping.quantities.items()}}
        self.columns: Mapping[str, Sequence[str]] = {key: (name,) for key, name in named.items()}
        self.required = frozenset(self.columns)

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the table as the mapping names it; what was said on the command line comes first."""
        del header
        texts = self._mapping.texts
        stem = asked.file.partition(".")[0]
        own = asked.id or slug(texts.get("dataset", "")) or f"table-{slug(stem)}"
        title = asked.title or texts.get("title") or stem
        publisher = asked.publisher or texts.get("publisher")
        voice = (
            Named(f"{own}-publisher", "institution", f"Whoever made the table {title}")
            if publisher is None
            else Named(slug(publisher) or f"{own}-publisher", "institution", publisher)
        )
        return Source(
            own,
            title,
            asked.version or texts.get("version") or "as received",
            voice,
            language=asked.language or texts.get("language") or "en",
            licence=texts.get("licence"),
            url=texts.get("url"),
            issued=asked.issued,
            zone=asked.zone or texts.get("zone"),
            authority=title,
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return what a row tells of, by the mapping."""
        del links
        kind, day, end = self._code(cells, "type"), self._day(cells, "date"), self._day(cells, "end")
        if day is None and not cells.refused:
            cells.needed("date")
        if cells.refused or kind is None or day is None:
            return None
        if end is not None and end < day:
            message = f"{end.isoformat()} is before {day.isoformat()}"
            cells.refuse("end", "row/dates-reversed", message, "one of the two is wrong")
            return None
        when = time_of(cells, day, end)
        place, places = self._place(cells, source)
        parties = {
            name: self._actor(cells, name, source) for name in ("perpetrator", "participant", "target")
        }
        voice = self._actor(cells, "source", source)
        identifier = cells.text("id") or str(cells.number)
        key = key_of(cells.text("id") or f"row-{cells.number}")
        told = cells.told()
        claim = Statement(
            f"{key}-c1",
            told,
            identifier,
            "reported" if voice else "asserted",
            perpetrators=tuple(one.id for one in parties["perpetrator"]),
            participants=tuple(one.id for one in parties["participant"]),
            targets=tuple(one.id for one in parties["target"]),
            places=(place,) if place else (),
            when=when,
            figures=self._figures(cells),
            voices=tuple(Voice(one.id, "said") for one in voice),
            credibility=self._code(cells, "credibility") if self._has("credibility") else None,
            url=self._address(cells),
        )
        label = " ".join((cells.text("description") or kind).split())[:_MOST_OF_A_NAME]
        where = f", {places[-1].label}" if places else ""
        actors = tuple(one for found in (*parties.values(), voice) for one in found)
        if cells.refused:
            return None
        return Record(identifier, key, kind, f"{label}{where}, {when.value}", (claim,), actors, places)

    def _has(self, name: str) -> bool:
        return name in self._mapping.columns or name in self._mapping.constants

    def _text(self, cells: Cells, name: str) -> str | None:
        found = cells.text(name) if name in self._mapping.columns else None
        return found if found is not None else self._mapping.constants.get(name)

    def _day(self, cells: Cells, name: str) -> date | None:
        return cells.day(name) if name in self._mapping.columns else None

    def _code(self, cells: Cells, name: str) -> str | None:
        """Return the code that a cell means by the value map; refuse one that it does not name."""
        cell = self._text(cells, name)
        if cell is None:
            cells.needed(name)
            return None
        if cell == self._mapping.constants.get(name):
            return cell
        known = {key.casefold(): code for key, code in self._mapping.values.get(name, {}).items()}
        code = known.get(" ".join(cell.split()).casefold())
        if code is None:
            hint = f"say under values.{name} of the mapping which code it means"
            cells.refuse(name, "cell/not-mapped", f"{cell[:60]!r} is not in the mapping", hint)
        return code

    def _actor(self, cells: Cells, name: str, source: Source) -> tuple[Named, ...]:
        cell = self._text(cells, name)
        if cell is None:
            return ()
        label = " ".join(cell.split())[:_MOST_OF_A_NAME]
        kind = "collective-source" if name == "source" else "armed-force"
        own = identified(f"{source.id}-{'source' if name == 'source' else 'actor'}", label)
        return (Named(own, kind, label, source.language, note=f"As the table {source.name} names it."),)

    def _place(self, cells: Cells, source: Source) -> tuple[str | None, tuple[Named, ...]]:
        found: list[Named] = []
        for name, kind in (("within", "administrative-region"), ("place", "settlement")):
            cell = self._text(cells, name)
            if cell is not None:
                label = " ".join(cell.split())[:_MOST_OF_A_NAME]
                own = identified(f"{source.id}-place", label, *(one.label for one in found))
                holders = tuple(one.id for one in found[-1:])
                geometry = point_of(cells) if name == "place" else None
                found.append(Named(own, kind, label, source.language, within=holders, geometry=geometry))
        return (found[-1].id if found else None), tuple(found)

    def _figures(self, cells: Cells) -> tuple[Figure, ...]:
        found = []
        for kind in self._mapping.quantities:
            number = cells.decimal(f"quantity {kind}", 0, _MOST)
            if number is not None:
                value = f"{number:.6f}".rstrip("0").rstrip(".") or "0"
                found.append(Figure(kind, value, unit=self._mapping.units.get(kind, "1")))
        return tuple(found)

    def _address(self, cells: Cells) -> str | None:
        cell = self._text(cells, "url")
        if cell is not None and not cell.startswith(("http://", "https://")):
            cells.doubt("url", "cell/not-an-address", f"{cell[:60]!r} is no address", "it is left out")
            return None
        return cell
