"""What the columns of any table are: a file that people fill in, checked, and written from a header."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import yaml

from kg.errors import DocumentError
from kg.ingest.datasets.cells import columns_of
from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: Final = {
    "id": "the row's own id; without it rows are known by their numbers",
    "date": "the day, or the first day",
    "end": "the last day, if it is another",
    "time": "the time of day, or a span",
    "place": "where it was",
    "within": "the region or country that holds the place",
    "latitude": "in degrees",
    "longitude": "in degrees",
    "type": "what kind of event it was: see values",
    "description": "what happened, in words",
    "perpetrator": "who did it, only if the table says so",
    "participant": "who else took part",
    "target": "to whom it was done",
    "source": "on whose word the row is",
    "url": "where that can be read",
    "credibility": "1 (confirmed) to 6 (cannot be judged): see values",
}
"""The fields that columns may be, and what each holds."""
_GUESSES: Final = {
    "id": ("id", "no", "nr", "number", "event_id", "incident id", "номер"),
    "date": ("date", "day", "event_date", "date_start", "start", "дата"),
    "end": ("end", "date_end", "end date"),
    "time": ("time", "hour", "время", "час"),
    "place": ("place", "location", "town", "village", "city", "место", "місце"),
    "within": ("region", "province", "district", "country", "область"),
    "latitude": ("latitude", "lat", "широта"),
    "longitude": ("longitude", "lon", "lng", "long", "долгота", "довгота"),
    "type": ("type", "event_type", "kind", "category", "incident type", "тип", "вид"),
    "description": ("description", "notes", "summary", "details", "описание", "опис"),
    "perpetrator": ("perpetrator", "alleged perpetrator", "responsible"),
    "target": ("target", "victim"),
    "source": ("source", "reported by", "источник", "джерело"),
    "url": ("url", "link"),
}
_COUNTS: Final = {
    "killed": ("killed", "dead", "deaths", "fatalities"),
    "wounded": ("wounded", "injured"),
    "detained": ("detained", "arrested"),
    "missing": ("missing",),
    "displaced": ("displaced",),
}
_TEXTS: Final = ("dataset", "title", "version", "publisher", "language", "zone", "licence", "url")
_MAPS: Final = ("columns", "quantities", "units", "constants", "values")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What a mapping file says."""

    columns: Mapping[str, str]
    quantities: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (*self.columns.values(), *self.quantities.values())


def read_mapping(text: str, file: str, codes: Mapping[str, Mapping[str, str]]) -> TableMapping:
    """Return what a mapping file says; raise DocumentError with all that is wrong in it."""
    problems: list[Problem] = []

    def refuse(where: str, message: str, hint: str | None = None) -> None:
        problems.append(Problem(file, None, where, message, "mapping/wrong", hint))

    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        what = getattr(error, "problem", None) or "it cannot be read"
        raise DocumentError([Problem(file, line, "", f"it is no YAML: {what}", "mapping/syntax")]) from error
    if not isinstance(raw, dict):
        raise DocumentError([Problem(file, 1, "", "it is no mapping of names to values", "mapping/wrong")])
    for name in raw:
        if name not in (*_TEXTS, *_MAPS):
            near = get_close_matches(str(name), (*_TEXTS, *_MAPS), n=1)
            refuse(str(name), f"there is no field {name!r}", f"did you mean {near[0]}?" if near else None)
    maps = {
        name: _flat(raw.get(name), name, refuse) for name in ("columns", "quantities", "units", "constants")
    }
    values = (
        {
            str(name): _flat(found, f"values.{name}", refuse)
            for name, found in (raw.get("values") or {}).items()
        }
        if isinstance(raw.get("values") or {}, dict)
        else {}
    )
    _check(maps, values, codes, refuse)
    if problems:
        raise DocumentError(problems)
    texts = {name: str(raw[name]) for name in _TEXTS if raw.get(name) is not None}
    return TableMapping(maps["columns"], maps["quantities"], maps["units"], maps["constants"], values, texts)


def _flat(found: Any, where: str, refuse: Any) -> dict[str, str]:  # noqa: ANN401 - whatever the file holds
    if found is None:
        return {}
    if not isinstance(found, dict):
        refuse(where, "it is no mapping of names to values")
        return {}
    kept = {}
    for name, value in found.items():
        if isinstance(value, (dict, list)):
            refuse(f"{where}.{name}", "one value is needed")
        elif value is not None:
            kept[str(name)] = str(value)
    return kept


def _check(
    maps: Mapping[str, Mapping[str, str]],
    values: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, Mapping[str, str]],
    refuse: Any,  # noqa: ANN401 - notes a problem
) -> None:
    for part in ("columns", "constants"):
        for name in set(maps[part]) - set(FIELDS):
            near = get_close_matches(name, FIELDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(FIELDS)}"
            refuse(f"{part}.{name}", f"there is no field {name!r}", hint)
    for name in {*maps["quantities"], *maps["units"]} - set(codes["quantity-kind"]):
        hint = f"one of: {', '.join(codes['quantity-kind'])}"
        refuse(f"quantities.{name}", f"{name!r} counts nothing", hint)
    if "date" not in maps["columns"]:
        refuse("columns.date", "nothing says on which day a row was", "name the column that holds the day")
    if "type" not in maps["columns"] and "type" not in maps["constants"]:
        hint = "name its column under columns, or give one type for all rows under constants"
        refuse("columns.type", "nothing says what kind of event a row is about", hint)
    _check_codes(maps["constants"], values, codes, refuse)


def _check_codes(
    constants: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, Mapping[str, str]],
    refuse: Any,  # noqa: ANN401 - notes a problem
) -> None:
    for name, scheme in (("type", "event-type"), ("credibility", "credibility")):
        given = {*values.get(name, {}).values(), constants.get(name, "")} - {""}
        for code in sorted(given - set(codes[scheme])):
            near = get_close_matches(code, codes[scheme], n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            refuse(f"values.{name}", f"{code!r} is no code", f"{hint}servanda codes {scheme} lists them")


def kinds_in(header: Sequence[str]) -> str | None:
    """Return the column of a header that may hold what kind of event a row is about."""
    return columns_of(header, _GUESSES).get("type")


def mapping_for(header: Sequence[str], file: str, dataset: str, kinds: Sequence[str]) -> str:
    """Return a mapping to fill in for a table of that header; `kinds` are what its column of kinds holds."""
    found = columns_of(header, _GUESSES)
    counts = columns_of(header, _COUNTS)
    lines = [
        f"# What the columns of {file} are. Fill in, then:",
        f"#   servanda validate --format table --mapping THIS.yaml {file}",
        f"dataset: {dataset}",
        f"title: {_quoted(dataset)}",
        'version: "1"',
        "publisher:  # whose table it is: the id of an actor of the store, or a name",
        "language: en",
        "zone:  # of times of day, such as Europe/Kyiv",
        "",
        "columns:  # field: the column that holds it; take out what the table lacks",
    ]
    lines += [
        f"  {name}: {_quoted(found[name])}  # {meaning}" if name in found else f"  # {name}:  # {meaning}"
        for name, meaning in FIELDS.items()
    ]
    used = {*found.values(), *counts.values()}
    lines += [f"# not used: {', '.join(_quoted(name) for name in header if name not in used) or 'none'}", ""]
    lines += ["quantities:  # what is counted: the column that holds the number"]
    lines += [f"  {name}: {_quoted(column)}" for name, column in counts.items()] or ["  # killed: Dead"]
    lines += [
        "# units:",
        "#   area: km2",
        "",
        "# constants:  # one value for all rows",
        "#   type: shelling",
        "",
    ]
    lines += [
        "values:  # what is written in cells: the code that is meant (servanda codes event-type)",
        "  type:",
    ]
    lines += [f"    {_quoted(kind)}: other" for kind in kinds] or ["    # Shelling: shelling"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
