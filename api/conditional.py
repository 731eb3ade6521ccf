"""Entity tags and revalidation, for every answer alike."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from api.sequence import HEADER

if TYPE_CHECKING:
    from starlette.types import Scope

    from api.fields import Fields

KEPT: Final = frozenset(
    {b"etag", b"vary", b"cache-control", b"link", b"access-control-allow-origin", HEADER.lower().encode()}
)
"""What is told of an answer that is not sent again (RFC 9110, §15.4.5)."""
_TAG = re.compile(rb'(?:W/)?("[^"]*")')
_OK: Final = 200


def tagged(scope: Scope, asked: Fields, status: int, head: Fields, version: bytes) -> bool:
    """Give the head of a cacheable answer a weak entity tag; return whether whoever asked has it already.

    The tag is made of the versions of store and software, the change at which the answer stands, its address
    and its type: nothing else can change an answer. Answers that say
    `Cache-Control: no-store` get none. What is answered to a request with a key is for nobody else: it is
    `private`, or not stored at all.
    """
    private = b"authorization" in asked
    if scope["method"] not in {"GET", "HEAD"} or status != _OK or head.get(b"cache-control") == b"no-store":
        if private:
            head[b"cache-control"] = b"no-store"
        return False
    address = scope["path"].encode() + b"?" + scope["query_string"]
    sequence, content_type = head.get(HEADER.lower().encode(), b""), head.get(b"content-type", b"")
    said = b"\n".join((version, sequence, content_type, address))
    tag = f'W/"{hashlib.sha256(said).hexdigest()[:24]}"'.encode()
    head[b"etag"] = tag
    head[b"cache-control"] = b"private, no-cache" if private else b"no-cache"
    return _is_named(tag, asked.get(b"if-none-match", b""))


def _is_named(tag: bytes, wanted: bytes) -> bool:
    """Return whether an `If-None-Match` names the tag, by weak comparison (RFC 9110, §13.1.2)."""
    return wanted.strip() == b"*" or tag.removeprefix(b"W/") in _TAG.findall(wanted)
