"""What an importer is: which columns it knows, what its dataset is, and what a row of it becomes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from kg.ingest.datasets.cells import columns_of, plain
from kg.ingest.fields import IRI
from kg.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.record import Record, Source

NOT_STATED: Final = "not-stated"
"""The version of a file of which nobody says which it is."""
_VERSION: Final = re.compile(r"(?<![0-9])v?_?([0-9]{2})[._-]?([0-9])((?:[._-][0-9]{1,2})*)(?![0-9])")


class Links(Protocol):
    """What the store knows by the codes of code lists."""

    def actor(self, scheme: str, code: str) -> str | None:
        """Return the id of the one actor with the code, such as `gw_code` 371; None where there is none."""

    def agreement(self, pax_id: str) -> str | None:
        """Return the id of the one agreement with a number in PA-X; None where there is none."""

    def event(self, report: str, key: str) -> bool:
        """Return whether the store holds an event of that key in that report."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a file before its rows are read."""

    file: str
    """Its name, without folders."""
    version: str | None = None
    id: str | None = None
    publisher: str | None = None
    title: str | None = None
    language: str | None = None
    zone: str | None = None
    issued: str | None = None


class Importer(Protocol):
    """Reads the rows of one kind of table."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""

    @property
    def title(self) -> str:
        """What it reads, in words."""

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """The columns that it knows, each with the names that it has had."""

    @property
    def stems(self) -> Mapping[str, Sequence[str]]:
        """By column, parts of words that name it where no exact name does."""

    @property
    def repeats(self) -> bool:
        """Whether rows have no ids, and several may be about the same: they are then numbered."""

    @property
    def required(self) -> frozenset[str]:
        """The columns without which a table is none of this kind."""

    def layout(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        """Return the names of the columns of a file whose first row is this, and none of names; else None."""

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return which dataset a file is of, in which version."""

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return what a row becomes; None, and a problem noted in the cells, where nothing can."""


class WithHeader:
    """What most tables are: the names of their columns stand above the rows, and all of them are known."""

    stems: Mapping[str, Sequence[str]] = {}
    repeats: bool = False

    def layout(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        """Return None: rows without a header are not read."""
        del cells
        return None


def found_in(importer: Importer, cells: Sequence[str]) -> int:
    """Return how many cells name columns of an importer; 0 where a required column is missing."""
    found = columns_in(importer, cells)
    return len(found) if importer.required <= set(found) else 0


def names_of(importer: Importer, cells: Sequence[str]) -> int:
    """Return how many cells of a row are names of columns of an importer."""
    return len(columns_in(importer, cells))


def columns_in(importer: Importer, header: Sequence[str]) -> dict[str, str]:
    """Return the names in a header of the columns that an importer knows, by whole names, then by parts."""
    found = columns_of(header, importer.columns)
    left = [name for name in header if name and name not in found.values()]
    for column, stems in importer.stems.items():
        if column not in found:
            near = [name for name in left if any(stem in _folded(name) for stem in stems)]
            if near:
                found[column] = near[0]
                left.remove(near[0])
    return found


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е")


@lru_cache(maxsize=50_000)
def identified(prefix: str, *words: str) -> str:
    """Return the id of something that a dataset names only in words: readable, and of these words alone.

    >>> identified("ucdp-source", "Reuters")
    'ucdp-source-reuters-57703519'
    """
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    name = slug(words[0])[:40].strip("-")
    return "-".join(part for part in (prefix, name, digest) if part)


def version_in(file: str) -> str | None:
    """Return the version that the name of a file states, in the way of UCDP's.

    >>> version_in("GEDEvent_v23_1.csv"), version_in("ged231-csv.zip"), version_in("GEDEvent_v22_0_5.csv")
    ('23.1', '23.1', '22.0.5')
    """
    found = _VERSION.search(file)
    if found is None:
        return None
    more = re.findall(r"[0-9]+", found[3])
    return ".".join([found[1], found[2], *(part.lstrip("0") or "0" for part in more)])


def order_of(version: str) -> tuple[int, ...]:
    """Return a version so that later ones are greater.

    >>> order_of("22.1") < order_of("23.1"), order_of("not-stated")
    (True, ())
    """
    return tuple(int(part) for part in re.findall(r"[0-9]+", version))


def address(cells: Cells, column: str) -> str | None:
    """Return an address on the web; flag what is none, unless it says in words what a row was coded from."""
    cell = cells.text(column)
    if cell is None or re.fullmatch(IRI, cell):
        return cell
    if cell.casefold().startswith(("http:", "https:")):
        cells.doubt(column, "cell/not-an-address", f"{cell[:60]!r} is no address", "it stands in words")
    return None


def cut(text: str, most: int) -> str:
    """Return a text on one line, and no longer than that.

    >>> cut("a  b c", 4)
    'a b…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def key_of(text: str) -> str:
    """Return what an id of a row is in the key of an event or a claim.

    >>> key_of("300380"), key_of("AFG 12/7")
    ('300380', 'AFG-12-7-449d7c6c')
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", text):
        return text
    near = re.sub(r"[^A-Za-z0-9._]+", "-", text)[:60].strip("-._")
    return "-".join(part for part in (near, hashlib.sha256(text.encode()).hexdigest()[:8]) if part)


__all__ = ["Asked", "Importer", "Links", "plain"]
