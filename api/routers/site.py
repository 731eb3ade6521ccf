"""What only people need: the pages about the site, and what pages are dressed with."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.deps import CallDep
from api.pages import explore, site
from api.pages.forms import filled
from api.pages.printed import printed
from api.schemas.explore import Explore
from kg.errors import NotFoundError

router = APIRouter(include_in_schema=False)
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
}
_LOCK: Final = "lock.json"


@router.get("/about", operation_id="get_about")
def get_about(call: CallDep) -> Response:
    """Say what the words mean here, and how to cite."""
    return site.about(call)


@router.get("/data", operation_id="get_data")
def get_data(call: CallDep) -> Response:
    """Say what can be had, in which types, and how good it is."""
    return site.data(call)


@router.get("/explore", operation_id="get_explore", dependencies=[Depends(filled)])
def get_explore(call: CallDep, query: Annotated[Explore, Query()]) -> Response:
    """Show alleged violations and candidates on a map, a time line, as a graph and as a table."""
    return explore.explored(call, query)


@router.get("/print/agreement/{name}.docx", operation_id="get_report_of_agreement")
def get_report_of_agreement(call: CallDep, name: str) -> Response:
    """Give what is alleged of an agreement as a document to hand in, with every quote as a note."""
    return printed(call, name)


@router.get("/explore.geojson", operation_id="get_places_of_records")
def get_places_of_records(call: CallDep, query: Annotated[Explore, Query()]) -> Response:
    """Tell how many alleged violations and candidates name which place, as GeoJSON."""
    return explore.geojson(call, query)


@router.get("/static/{file:path}", operation_id="get_static")
def get_static(file: str) -> Response:
    """Give a file of those that pages are dressed with."""
    found = _static().get(file)
    if found is None:
        raise NotFoundError(f"there is no file {file!r} here")
    content, kind = found[0].read_bytes(), found[1]
    return Response(content, headers={"ETag": _tag(content)}, media_type=kind)


@cache
def _static() -> Mapping[str, tuple[Traversable, str]]:
    """Return the files that are given, by their paths, each with its type."""
    return dict(_within(files("api.pages") / "static", ""))


def _within(folder: Traversable, path: str) -> Iterator[tuple[str, tuple[Traversable, str]]]:
    for item in folder.iterdir():
        name = path + item.name
        if item.is_dir():
            yield from _within(item, f"{name}/")
        kind = next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), None)
        if kind is not None and item.is_file() and item.name != _LOCK:
            yield name, (item, kind)


def _tag(content: bytes) -> str:
    """Return the tag of a file, which stays the same whatever becomes of the store."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
