"""What the bodies and addresses of the SPARQL protocols hold, read as their standards say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from api.errors import ProblemError
from api.multipart import MULTIPART, FormError, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

FORM: Final = "application/x-www-form-urlencoded"
BOM: Final = "\ufeff"
"""What some editors put before a text in UTF-8 to say that it is; it is no part of the text."""
_ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_CHARSET = re.compile(r'charset\s*=\s*"?([^";\s]+)', re.IGNORECASE)
_FIELDS: Final = 1000


async def read(request: Request, most: int) -> bytes:
    """Return the body of a request; raise ProblemError once it is longer than `most` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise ProblemError("body-too-large", f"the body may have {most:,} bytes at most")
    return bytes(body)


def media_type(request: Request) -> str:
    """Return the type of the body, without parameters; raise ProblemError if its charset is not UTF-8."""
    return _kind(request.headers.get("content-type", ""))


def _kind(content_type: str) -> str:
    kind, _, rest = content_type.partition(";")
    charset = _CHARSET.search(rest)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise ProblemError("unsupported-media-type", f"the body is read as UTF-8, not {charset[1]}")
    return kind.strip().lower()


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a form or an address, decoded once; raise ProblemError if not in UTF-8."""
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise ProblemError("bad-request", "the parameters are not a form in UTF-8") from error


def parts(request: Request, body: bytes) -> list[tuple[bytes, str]]:
    """Return what a body consists of, each part with its media type: itself, or the parts of a form.

    Raises ProblemError for a form of several parts that has none, or cannot be read.
    """
    kind = media_type(request)
    if kind != MULTIPART:
        return [(body, kind)]
    try:
        found = [
            (part, _kind(content_type)) for part, content_type in split(request.headers["content-type"], body)
        ]
    except FormError as error:
        raise ProblemError("bad-request", f"the body is no {MULTIPART}: {error}") from error
    if any(kind.startswith("multipart/") for _, kind in found):
        raise ProblemError("bad-request", f"the body is no {MULTIPART}: a part has parts of its own")
    return found


def utf8(body: bytes, what: str = "the query") -> str:
    """Return the text that a body is; raise ProblemError where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError("bad-request", f"{what} is not UTF-8") from error


def iris(given: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    """Return the values of a parameter that names graphs; raise ProblemError for what is no absolute IRI."""
    names = tuple(value for name, value in given if name == parameter)
    for name in names:
        if not absolute(name):
            raise ProblemError(
                "invalid-parameter",
                f"{parameter}: {name!r} is no absolute IRI",
                parameter=parameter,
                value=name,
            )
    return names


def absolute(text: str) -> bool:
    """Return whether a text is an absolute IRI.

    >>> absolute("urn:a"), absolute("a"), absolute("http://example.org/a b")
    (True, False, False)
    """
    return _ABSOLUTE.fullmatch(text) is not None
