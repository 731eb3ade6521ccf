"""What only people need: the pages about the site, and what pages are dressed with."""

from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import CallDep
from api.pages import site
from kg.errors import NotFoundError

router = APIRouter(include_in_schema=False)
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}


@router.get("/about", operation_id="get_about")
def get_about(call: CallDep) -> Response:
    """Say what the words mean here, and how to cite."""
    return site.about(call)


@router.get("/data", operation_id="get_data")
def get_data(call: CallDep) -> Response:
    """Say what can be had, in which types, and how good it is."""
    return site.data(call)


@router.get("/static/{file}", operation_id="get_static")
def get_static(file: str) -> Response:
    """Give a file of those that pages are dressed with."""
    folder = files("api.pages") / "static"
    known = {item.name: item for item in folder.iterdir()}
    found = known.get(file)
    kind = next((kind for ending, kind in _TYPES.items() if file.endswith(ending)), None)
    if found is None or kind is None:
        raise NotFoundError(f"there is no file {file!r} here")
    return Response(found.read_bytes(), media_type=kind)
