"""Forms of several parts (RFC 7578, RFC 2046), taken apart in a time that grows as they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MULTIPART: Final = "multipart/form-data"
MOST_PARTS: Final = 100
MOST_HEADER: Final = 8 * 1024
"""Bytes of the header of a part."""
_BOUNDARY = re.compile(r""";\s*boundary="?([0-9A-Za-z'()+_,./:=? -]{1,70})""", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]*([\t -~\x80-\xff]*)")
_AS_IT_IS: Final = frozenset({"", "7bit", "8bit", "binary"})


_NAME = re.compile(r""";\s*name="([^"]*)\"""")
_FILE = re.compile(r""";\s*filename="([^"]*)\"""")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: its content, and what its header says of it."""

    content: bytes
    type: str
    name: str = ""
    """Of the field of the form; empty where none is told."""
    file: str | None = None
    """What a file is called where it comes from; None for what is no file."""


class FormError(ValueError):
    """Why a body is no form of several parts, in words."""


def split(content_type: str, body: bytes) -> list[tuple[bytes, str]]:
    """Return the parts of a form, each with its type; raises what `apart` does."""
    return [(part.content, part.type) for part in apart(content_type, body)]


def apart(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a form.

    Raises FormError for what is none, for more parts than may be and longer headers, and for what RFC 7578
    leaves out: folded fields, encoded words in a type, and parts in a transfer encoding.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise FormError("its type names no boundary")
    # A line that begins with the boundary is one, whatever follows it (RFC 2046, §5.1.1).
    line = b"\n--" + boundary[1].rstrip().encode("ascii")
    _, *found = (b"\n" + body).split(line, MOST_PARTS + 2)
    parts: list[Part] = []
    for piece in found:
        if piece.startswith(b"--"):
            break
        if len(parts) == MOST_PARTS:
            raise FormError(f"it has more than {MOST_PARTS} parts")
        parts.append(_part(piece))
    else:
        raise FormError("there is no line that ends it")
    if not parts:
        raise FormError("it has no parts between the lines of its boundary")
    return parts


def _part(piece: bytes) -> Part:
    """Return a part, of all that stands between two boundaries."""
    begin = piece.find(b"\n") + 1
    if not begin or piece[:begin].strip(b" \t\r\n"):
        raise FormError("something follows a boundary on its line")
    end = len(piece) - piece.endswith(b"\r")
    blank = _BLANK_LINE.search(piece[begin : begin + MOST_HEADER])
    if blank is None:
        raise FormError(f"the header of a part ends with an empty line, after {MOST_HEADER:,} bytes at most")
    header = _fields(piece[begin : begin + blank.start()])
    content_type = header.get("content-type", "text/plain")
    if not content_type.isascii() or "=?" in content_type:
        raise FormError("the type of a part is told in ASCII, without encoded words")
    if header.get("content-transfer-encoding", "").lower() not in _AS_IT_IS:
        raise FormError("its parts are sent as they are, in no transfer encoding")
    said = header.get("content-disposition", "")
    name, file = _NAME.search(said), _FILE.search(said)
    return Part(
        piece[begin + blank.end() : end],
        content_type,
        "" if name is None else _text(name[1]),
        None if file is None else _text(file[1]),
    )


def _text(told: str) -> str:
    """Return a name as browsers send it: in UTF-8, with quotes and ends of lines in percent."""
    try:
        text = told.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormError("the names of its parts are told in UTF-8") from error
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _fields(header: bytes) -> dict[str, str]:
    """Return the fields of a header by their names in small letters."""
    fields: dict[str, str] = {}
    for line in header.split(b"\n") if header else ():
        found = _FIELD.fullmatch(line.removesuffix(b"\r"))
        if found is None:
            raise FormError("each line in the header of a part is a field, `Name: value`")
        name, value = (text.decode("latin-1").rstrip() for text in found.groups())
        if fields.setdefault(name.lower(), value) != value:
            raise FormError(f"a part has two fields {name!r}")
    return fields
