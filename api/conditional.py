"""Entity tags and revalidation, for every answer alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.sequence import HEADER
from api.tags import PACKED, date
from api.trace import trace

if TYPE_CHECKING:
    from starlette.types import Scope

    from api.fields import Fields
    from api.tags import Tags
    from kg.pipeline.version import Version

KEPT: Final = frozenset(
    {
        b"etag",
        b"last-modified",
        b"vary",
        b"cache-control",
        b"link",
        b"access-control-allow-origin",
        HEADER.lower().encode(),
    }
)
"""What is told of an answer that is not sent again (RFC 9110, §15.4.5)."""
NOT_MODIFIED: Final = 304
FAILED: Final = 412
_TAG = re.compile(rb'(?:W/)?"[^"]*"')
_OK: Final = 200
_PACKED: Final = PACKED.encode() + b'"'


def tagged(scope: Scope, status: int, head: Fields, tags: Tags, version: Version | None) -> None:
    """Give the head of an answer that may be kept a weak entity tag, unless it has one of its own.

    The tag is made of software and settings, the hash of the change at which the answer stands, its address
    and its type, the key that was looked at, and whatever else it rests on by its route: nothing else can
    change an answer. No version: the answer may belong to none, or to several, and gets no tag. Answers that
    say `Cache-Control: no-store` get none.
    """
    if not _is_kept(scope, status, head) or b"etag" in head or version is None:
        return
    known = trace()
    address = scope["path"].encode() + b"?" + scope["query_string"]
    asked_by = f"{known.key or ''} {known.scope or ''}".encode()
    kind = head.get(b"content-type", b"")
    head[b"etag"] = tags.weak(version.hash.encode(), kind, address, asked_by, known.rests_on.encode())


def evaluated(scope: Scope, asked: Fields, status: int, head: Fields, *, packed: bool) -> int:
    """Return the status of an answer by the conditions of a request that reads (RFC 9110, §13.2.2).

    That is the one given, 304, or 412. A strong tag says afterwards whether the answer is packed. What is
    answered to a request with a key is for nobody else: it is `private`, or not stored at all.
    """
    if packed and head.get(b"etag", b"").startswith(b'"'):
        head[b"etag"] = head[b"etag"][:-1] + _PACKED
    private, kept = b"authorization" in asked, _is_kept(scope, status, head)
    if kept:
        head[b"cache-control"] = b"private, no-cache" if private else b"no-cache"
    elif private:
        head[b"cache-control"] = b"no-store"
    if scope["method"] not in {"GET", "HEAD"} or status != _OK:
        return status
    return _outcome(asked, head.get(b"etag"), head.get(b"last-modified"))


def _outcome(asked: Fields, tag: bytes | None, last: bytes | None) -> int:
    modified = None if last is None else date(last.decode("latin-1"))
    if b"if-match" in asked:
        if not _is_meant(asked[b"if-match"], tag):
            return FAILED
    elif b"if-unmodified-since" in asked and modified is not None:
        until = date(asked[b"if-unmodified-since"].decode("latin-1"))
        if until is not None and modified > until:
            return FAILED
    if b"if-none-match" in asked:
        return NOT_MODIFIED if _is_had(asked[b"if-none-match"], tag) else _OK
    if b"if-modified-since" in asked and modified is not None:
        since = date(asked[b"if-modified-since"].decode("latin-1"))
        return NOT_MODIFIED if since is not None and modified <= since else _OK
    return _OK


def _is_kept(scope: Scope, status: int, head: Fields) -> bool:
    """Return whether whoever asked may keep an answer."""
    reads = scope["method"] in {"GET", "HEAD"} and status == _OK
    return reads and head.get(b"cache-control") != b"no-store"


def _is_meant(wanted: bytes, tag: bytes | None) -> bool:
    """Return whether an `If-Match` names the tag, by strong comparison (RFC 9110, §13.1.1)."""
    if wanted.strip() == b"*":
        return True
    return tag is not None and not tag.startswith(b"W/") and tag in _TAG.findall(wanted)


def _is_had(wanted: bytes, tag: bytes | None) -> bool:
    """Return whether an `If-None-Match` names the tag, by weak comparison (RFC 9110, §13.1.2)."""
    if tag is None:
        return False
    named = (each.removeprefix(b"W/") for each in _TAG.findall(wanted))
    return wanted.strip() == b"*" or tag.removeprefix(b"W/") in named
