"""Making the tables of a state of a store, item by item, so that no table has to fit into memory."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import sqlite3
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kg.errors import ExportError
from kg.outlines import shape
from kg.query.lookups import Selection
from kg.query.lookups.actors import actors
from kg.query.lookups.agreements import agreements, terms
from kg.query.lookups.regions import region, regions
from kg.read.resources import BY_LIST, KIND
from kg.read.schemas.agreements import Agreement, Term
from kg.read.schemas.world import Actor, RegionWithGeometry
from kg.read.view import CANDIDATE
from kg.tables import guarded
from kg.tabular.columns import NOT_A_FACT, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.query.lookups.reader import Reader
    from kg.read.view import View
    from kg.tabular.columns import Body, Column, Table

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_TYPES: Final[dict[str, Any]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
    "wkb": pa.binary(),
}
_SQL: Final = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "wkb": "BLOB"}
_FRICTIONLESS: Final = {"list": "array", "wkb": "string"}
_BLOCK: Final = 10_000
"""Rows that are written together."""
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """The state of the store that tables are made of."""

    base: str
    sequence: int
    hash: str


def write_tables(view: View, reader: Reader, folder: Path, origin: Origin) -> dict[str, int]:
    """Write all tables into a folder, which is to be new or empty; return how many rows each has.

    Raises ExportError for a folder with something in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ExportError(f"{folder} has something in it; name a new folder")
    counted = {}
    with ExitStack() as closing:
        base = closing.enter_context(_sqlite(folder / "servanda.sqlite"))
        zipped = closing.enter_context(zipfile.ZipFile(folder / "csv.zip", "w", zipfile.ZIP_DEFLATED))
        writers = [
            closing.enter_context(contextlib.closing(_Writer(table, folder, base, origin)))
            for table in TABLES
        ]
        for source in dict.fromkeys(table.source for table in TABLES):
            mine = [writer for writer in writers if writer.table.source == source]
            for body in _items(source, view, reader):
                for writer in mine:
                    writer.take(body)
        for writer in writers:
            writer.finish(zipped)
            counted[writer.table.name] = writer.count
        _about(base, origin)
    _geojson(folder)
    _describe(folder, counted, origin)
    return counted


class _Writer:
    """Writes one table in all its forms."""

    def __init__(self, table: Table, folder: Path, base: sqlite3.Connection, origin: Origin) -> None:
        self.table = table
        self.count = 0
        self._rows: list[tuple[Any, ...]] = []
        self._base = base
        self._csv_path = folder / f".{table.name}.csv"
        self._csv = self._csv_path.open("w", encoding="utf-8", newline="")
        self._table = csv.writer(self._csv, lineterminator="\r\n")
        self._table.writerow([column.name for column in table.columns])
        said = {"description": f"{table.says} {NOT_A_FACT}", "licence": LICENCE, "base": origin.base}
        said |= {"sequence": str(origin.sequence), "hash": origin.hash}
        if any(column.type == "wkb" for column in table.columns):
            said["geo"] = json.dumps(_GEO)
        self._schema = pa.schema([_field(column) for column in table.columns], metadata=said)
        self._parquet = pq.ParquetWriter(folder / f"{table.name}.parquet", self._schema, compression="zstd")
        columns = ", ".join(f'"{one.name}" {_SQL.get(one.type, "TEXT")}' for one in table.columns)
        base.execute(f'CREATE TABLE "{table.name}" ({columns})')

    def close(self) -> None:
        """Let go of the files."""
        self._parquet.close()
        self._csv.close()
        self._csv_path.unlink(missing_ok=True)

    def take(self, body: Body) -> None:
        """Write the rows of an item."""
        self._rows += self.table.rows(body)
        if len(self._rows) >= _BLOCK:
            self._flush()

    def finish(self, zipped: zipfile.ZipFile) -> None:
        """Write what is left."""
        self._flush()
        self._csv.flush()
        zipped.write(self._csv_path, f"{self.table.name}.csv")

    def _flush(self) -> None:
        columns = self.table.columns
        self._rows = [_binary(columns, row) for row in self._rows]
        parts = [pa.array([row[at] for row in self._rows], one.type) for at, one in enumerate(self._schema)]
        self._parquet.write_batch(pa.record_batch(parts, schema=self._schema))
        plain = [
            [_flat(one.type, value) for one, value in zip(columns, row, strict=True)] for row in self._rows
        ]
        self._table.writerows([guarded(v) if isinstance(v, str) else v for v in _hex(row)] for row in plain)
        marks = ", ".join("?" * len(columns))
        self._base.executemany(f'INSERT INTO "{self.table.name}" VALUES ({marks})', plain)  # noqa: S608 - ours
        self.count += len(self._rows)
        self._rows = []


def _items(source: str, view: View, reader: Reader) -> Iterator[Body]:
    """Yield the items of a list, as they are answered."""
    if source in BY_LIST:
        for row in view.rows(BY_LIST[source], whole=True):
            kind = "candidate" if (KIND, CANDIDATE) in row.values else "alleged"
            yield json.loads(row.body) | ({"kind": kind} if KIND in BY_LIST[source].marks else {})
        return
    find, model = _REFERENCE[source]
    after: str | None = None
    while True:
        found, after = find(reader, Selection({}, _PAGE, after))
        for one in found:
            told = region(reader, one.iri) if source == "regions" else one
            yield model.model_validate(told, from_attributes=True).model_dump(by_alias=True)
        if after is None:
            return


_REFERENCE: Final[dict[str, tuple[Callable[..., tuple[Any, str | None]], Any]]] = {
    "actors": (actors, Actor),
    "regions": (regions, RegionWithGeometry),
    "agreements": (agreements, Agreement),
    "terms": (terms, Term),
}
_GEO: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
}
"""What GeoParquet says of a column: longitude and latitude in WGS 84, which it takes for granted."""


def _field(column: Column) -> Any:  # noqa: ANN401 - of pyarrow, which has no types
    return pa.field(column.name, _TYPES[column.type], metadata={"description": column.says})


def _binary(columns: tuple[Column, ...], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row with outlines as WKB, which come as WKT."""
    return tuple(
        (None if (drawn := shape(value)) is None else shapely.to_wkb(drawn))
        if one.type == "wkb" and isinstance(value, str)
        else value
        for one, value in zip(columns, row, strict=True)
    )


def _flat(kind: str, value: Any) -> Any:  # noqa: ANN401 - of any type
    return json.dumps(value, ensure_ascii=False) if kind == "list" else value


def _hex(row: list[Any]) -> Iterator[Any]:
    for value in row:
        if isinstance(value, bool):
            yield "true" if value else "false"
        else:
            yield value.hex() if isinstance(value, bytes) else value


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a SQLite file to be written, which is whole afterwards."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode=off")
        held.execute("BEGIN")
        yield held
        held.execute("COMMIT")


def _about(base: sqlite3.Connection, origin: Origin) -> None:
    """Write into the SQLite file what it is made of."""
    base.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
    said = {"note": NOT_A_FACT, "licence": LICENCE, "base": origin.base, "hash": origin.hash}
    base.executemany("INSERT INTO about VALUES (?, ?)", [*said.items(), ("sequence", str(origin.sequence))])


def _geojson(folder: Path) -> None:
    """Write the places that are drawn as GeoJSON."""
    table = pq.read_table(folder / "places.parquet")
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "properties": {name: value for name, value in row.items() if name != "geometry"},
            "geometry": json.loads(shapely.to_geojson(shapely.from_wkb(row["geometry"]))),
        }
        for row in table.to_pylist()
        if row["geometry"] is not None
    ]
    said = {"type": "FeatureCollection", "description": NOT_A_FACT, "features": features}
    (folder / "places.geojson").write_text(json.dumps(said, ensure_ascii=False) + "\n", encoding="utf-8")


def _describe(folder: Path, counted: dict[str, int], origin: Origin) -> None:
    """Write `datapackage.json`: what each file is, with its licence and checksum."""
    resources = []
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        resources.append(
            {
                "name": table.name,
                "path": path.name,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "description": table.says,
                "rows": counted[table.name],
                **_sum(path),
                "schema": {"fields": [_frictionless(column) for column in table.columns]},
            }
        )
    others = {
        "csv.zip": ("zip", "application/zip", "The same tables as CSV; lists are JSON, outlines WKB in hex."),
        "servanda.sqlite": ("sqlite", "application/vnd.sqlite3", "The same tables in one SQLite file."),
        "places.geojson": ("geojson", "application/geo+json", "The places that are drawn."),
    }
    for name, (form, kind, says) in others.items():
        entry = {"name": name.replace(".", "-"), "path": name, "format": form, "mediatype": kind}
        resources.append({**entry, "description": says, **_sum(folder / name)})
    package = {
        "profile": "data-package",
        "name": "servanda-tables",
        "description": NOT_A_FACT,
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "servanda": {"base": origin.base, "sequence": origin.sequence, "hash": origin.hash},
        "resources": resources,
    }
    said = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(f"{said}\n", encoding="utf-8")


def _frictionless(column: Column) -> dict[str, str]:
    return {
        "name": column.name,
        "type": _FRICTIONLESS.get(column.type, column.type),
        "description": column.says,
    }


def _sum(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as held:
        while piece := held.read(2**20):
            digest.update(piece)
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest.hexdigest()}"}
