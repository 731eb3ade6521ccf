"""Profiles of export: folders with queries and a style, so that one is added without a line of code.

A profile is a folder `NAME/` in `ontology/exports`, or in a folder of one's own, with `profile.toml` and
queries `*.rq`. Each query answers rows of nodes (`?node`, and `?label`, `?kind` and what its header declares)
or of edges (`?source ?target ?kind`); edges with a `?claim` rest on that claim, and get its sources, words
and time. The header is comment lines, in this order:

```sparql
# rows: edges
# title: Who is said to have done what, to or against whom
# keep: source
# directed: no
# param: agreement iri:agreement "only of this agreement"
# column: act category "Kind of act"
```
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ExportError, NotFoundError
from kg.export.filters import FILTERS
from kg.export.model import Column, Type
from kg.export.style import Style, style_of
from kg.resources import ontology
from kg.store import parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

SHARED: Final = "shared"
"""The folder beside the profiles whose queries any profile may include."""
_DEFINITION: Final = "profile.toml"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LINE = re.compile(r"# (rows|title|keep|directed|accused|param|column): (\S.*)")
_ITEM = re.compile(r'([a-z][a-z0-9_]*) ([a-z]+(?::[a-z-]+)?) "([^"]+)"')
_ORDER: Final = ("rows", "title", "keep", "directed", "accused", "param", "column")


class Keep(StrEnum):
    """Which edges that rest on no claim are kept: those at nodes that are there for another reason."""

    ALWAYS = "always"
    SOURCE = "source"
    """Where the node that it leaves is there."""
    TARGET = "target"
    """Where the node that it leads to is there."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a profile."""

    file: str
    text: str
    edges: bool
    """Whether its rows are edges."""
    title: str
    keep: Keep = Keep.BOTH
    directed: bool = True
    columns: tuple[Column, ...] = ()
    nobody: bool = False
    """Whether its edges accuse nobody, whatever else is in the claims that they rest on."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the filters that it takes."""
        return parameters_of(self.text)


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to see the graph as nodes and edges."""

    name: str
    style: Style
    queries: tuple[Query, ...]
    files: Mapping[str, str] = field(repr=False, compare=False, default_factory=dict)
    """Of what it was read, by name."""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.style.title

    @property
    def digest(self) -> str:
        """A text that differs between profiles that say different things."""
        return hashlib.sha256(packed(self).encode()).hexdigest()[:16]


@cache
def shipped() -> Mapping[str, Profile]:
    """Return the profiles that ship with Servanda, by name; raise ExportError for one that cannot be read."""
    found = {profile.name: profile for profile in _in(ontology() / "exports")}
    if not found:
        raise ExportError(f"no profiles in {ontology() / 'exports'}")
    return found


def catalogue(own: Path | None = None) -> Mapping[str, Profile]:
    """Return all profiles by name: those shipped, and those in a folder of one's own, which come first."""
    if own is None:
        return shipped()
    if not own.is_dir():
        raise ExportError(f"{own} is no folder of profiles")
    return {**shipped(), **{profile.name: profile for profile in _in(own)}}


def find(name: str, own: Path | None = None) -> Profile:
    """Return the profile of that name, or in that folder; raise NotFoundError with the nearest names."""
    known = catalogue(own)
    if name in known:
        return known[name]
    if (Path(name) / _DEFINITION).is_file():
        return read(Path(name).resolve())
    near = difflib.get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise NotFoundError(f"no profile {name!r}; {hint}")


def read(folder: Path | Traversable) -> Profile:
    """Return the profile in a folder; raise ExportError naming the file that is not right."""
    texts = {item.name: item.read_text(encoding="utf-8-sig") for item in folder.iterdir() if _readable(item)}
    if _DEFINITION not in texts:
        raise ExportError(f"{folder}: a profile has a {_DEFINITION}")
    shared = ontology() / "exports" / SHARED
    for name in _definition(folder.name, texts[_DEFINITION]).get("include", ()):
        item = shared / f"{name}.rq"
        if not item.is_file():
            known = ", ".join(sorted(each.name.removesuffix(".rq") for each in shared.iterdir()))
            raise ExportError(f"{folder.name}/{_DEFINITION}: include: there is no {name!r}; there is {known}")
        texts[f"{SHARED}/{name}.rq"] = item.read_text(encoding="utf-8")
    return parse(folder.name, texts)


def packed(profile: Profile) -> str:
    """Return a profile as one text, from which `unpacked` makes it again."""
    return json.dumps({"name": profile.name, "files": dict(profile.files)}, sort_keys=True)


def unpacked(text: str) -> Profile:
    """Return the profile that was packed."""
    held = json.loads(text)
    return parse(held["name"], held["files"])


def parse(name: str, files: Mapping[str, str]) -> Profile:
    """Return the profile that files hold; raise ExportError naming the file and line that is not right."""
    if not _NAME.fullmatch(name):
        raise ExportError(f"{name!r}: a profile's name is of a-z, 0-9 and single hyphens")
    style = style_of(f"{name}/{_DEFINITION}", _definition(name, files[_DEFINITION]))
    queries = tuple(
        _query(file if "/" in file else f"{name}/{file}", text)
        for file, text in sorted(files.items())
        if file.endswith(".rq")
    )
    if not any(query.edges for query in queries):
        raise ExportError(f"{name}: a profile has at least one query with '# rows: edges'")
    return Profile(name, style, queries, dict(files))


def own_edges(text: str, file: str) -> Query:
    """Return a query of somebody's own as one of edges; it needs no header."""
    if text.startswith("# rows:"):
        return _query(file, text)
    return Query(file, text, edges=True, title=Path(file).stem, keep=Keep.ALWAYS)


def _in(folder: Path | Traversable) -> Iterator[Profile]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != SHARED and (item / _DEFINITION).is_file():
            yield read(item)


def _readable(item: Path | Traversable) -> bool:
    return item.is_file() and (item.name == _DEFINITION or item.name.endswith(".rq"))


def _definition(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExportError(f"{name}/{_DEFINITION}: not TOML: {error}") from error


def _query(file: str, text: str) -> Query:
    lines = _header(file, text)
    said = {key: value for key, value in lines if key not in {"param", "column"}}
    edges = said.get("rows") == "edges"
    if said.get("rows") not in {"nodes", "edges"} or "title" not in said:
        raise ExportError(f"{file}: begins with '# rows: nodes' or '# rows: edges', and has a '# title:'")
    if said.get("directed", "yes") not in {"yes", "no"}:
        raise ExportError(f"{file}: '# directed:' is yes or no")
    keep = said.get("keep", Keep.BOTH.value)
    if keep not in set(Keep):
        raise ExportError(f"{file}: '# keep:' is {', '.join(Keep)}, not {keep!r}")
    _check_parameters(file, text, [value for key, value in lines if key == "param"])
    columns = tuple(_column(file, value) for key, value in lines if key == "column")
    if said.get("accused", "nobody") != "nobody":
        raise ExportError(f"{file}: '# accused:' is nobody, or left out; not {said['accused']!r}")
    nobody = "accused" in said
    return Query(file, text, edges, said["title"], Keep(keep), said.get("directed") != "no", columns, nobody)


def _header(file: str, text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _LINE.fullmatch(line)
        if match is None:
            raise ExportError(f"{file}:{number}: not a line of an export's header: {line!r}")
        found.append((match[1], match[2].strip()))
    places = [_ORDER.index(key) for key, _ in found]
    if places != sorted(places):
        raise ExportError(f"{file}: the header's lines come in the order {', '.join(_ORDER)}")
    return found


def _check_parameters(file: str, text: str, items: list[str]) -> None:
    declared = {}
    for item in items:
        match = _ITEM.fullmatch(item)
        if match is None:
            raise ExportError(f'{file}: not NAME TYPE "description": {item!r}')
        declared[match[1]] = match[2]
    for name in declared:
        if name not in FILTERS:
            raise ExportError(f"{file}: there is no filter {name!r}; there is {', '.join(FILTERS)}")
    if set(declared) != set(parameters_of(text)):
        raise ExportError(
            f"{file}: the header declares the filters {', '.join(sorted(declared)) or 'none'}, "
            f"the query marks {', '.join(sorted(parameters_of(text))) or 'none'}"
        )


def _column(file: str, item: str) -> Column:
    match = _ITEM.fullmatch(item)
    if match is None or match[2] not in set(Type):
        raise ExportError(f'{file}: not NAME TYPE "title", with a type of {", ".join(Type)}: {item!r}')
    kind = Type(match[2])
    return Column(match[1], match[3], kind, filtered=kind in {Type.CATEGORY, Type.DATE})
