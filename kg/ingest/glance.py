"""What a document says of itself, though it may be refused: its kind, its id, the files that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.json_notation import read_json
from kg.ingest.models import KINDS
from kg.ingest.notation import MAX_BYTES, decode, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest.files import Folder
    from kg.ingest.outline import Value

_LONGEST = 200
_YAML = re.compile(r"^(kind|id):[ \t]+[\"']?([^\s\"'#]+)", re.MULTILINE)
_JSON = {
    field: re.compile(rf'\A\s*\{{(?:[^{{}}\[\]]*?[\s,])?"{field}"\s*:\s*"([^"\\]+)"')
    for field in ("kind", "id")
}
_FILES = re.compile(
    r"(?:^|[{,])[ \t-]*[\"']?(?:text|geometry)_file[\"']?\s*:\s*[\"']?([^\"'\n]+)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Glance:
    """What could be seen of a document: None and nothing where it could not."""

    kind: str | None = None
    identifier: str | None = None
    files: tuple[str, ...] = ()
    """Names of files beside the document, as it writes them; whether they are there is another matter."""
    parsed: bool = False
    """Whether it is a document, if one with mistakes: it could be read, and is of a kind that there is."""


def glance(data: bytes, name: str) -> Glance:
    r"""Return what the bytes of a document say of it; where they do not parse, what its lines look like.

    >>> glance(b"kind: report\nid: radio\ntext_file: radio.txt\nclaims: [", "radio.yaml")
    Glance(kind='report', identifier='radio', files=('radio.txt',), parsed=False)
    """
    if len(data) > MAX_BYTES:
        return Glance()
    is_json = Path(name).suffix.lower() == ".json"
    try:
        value, _ = (read_json if is_json else read_yaml)(decode(data, name), name)
    except DocumentError:
        return _by_lines(data.decode("utf-8-sig", "replace"), is_json=is_json)
    if not isinstance(value, dict):
        return Glance()
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return Glance()
    return Glance(kind, _word(value.get("id")), tuple(dict.fromkeys(_files(value))), parsed=True)


def files_beside(seen: Glance, folder: Folder) -> dict[str, bytes]:
    """Return the files that a document names and may read, by their path in its folder.

    What is missing, too large or outside the folder is left out.
    """
    found = {}
    for name in seen.files:
        try:
            found[PurePosixPath(name).as_posix()] = folder.read(name)
        except ValueError:  # FileError is one
            continue
    return found


def _files(value: dict[str, Value]) -> Iterator[str]:
    text = value.get("text_file")
    if isinstance(text, str):
        yield text
    places = value.get("places")
    for place in places if isinstance(places, list) else ():
        outline = place.get("geometry_file") if isinstance(place, dict) else None
        if isinstance(outline, str):
            yield outline.partition("#")[0]


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) and value.isprintable() and 0 < len(value) <= _LONGEST else None


def _by_lines(text: str, *, is_json: bool) -> Glance:
    """Return what stands at the top level by the look of it; a field that is nested is never taken."""
    fields: dict[str, str] = {}
    if is_json:
        for field, pattern in _JSON.items():
            if found := pattern.search(text):
                fields[field] = found.group(1)
    else:
        for found in _YAML.finditer(text):
            fields.setdefault(found.group(1), found.group(2))
    if fields.get("kind") not in KINDS:
        return Glance()
    files = (found.group(1).partition("#")[0].strip() for found in _FILES.finditer(text))
    return Glance(_word(fields.get("kind")), _word(fields.get("id")), tuple(dict.fromkeys(files)))
