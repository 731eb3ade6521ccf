"""gzip for who takes it, chosen by RFC 9110, §12.5.3."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.negotiation import wants_gzip

if TYPE_CHECKING:
    from api.fields import Fields

_LEAST: Final = 1024
"""Bytes of an answer below which it is sent as it is."""
_MUCH: Final = 65_536
"""Bytes that are not compressed on the thread that serves everybody."""
_LEVEL: Final = 5
_PACKED: Final = (
    b"application/zip",
    b"application/gzip",
    b"application/vnd.apache.parquet",
    b"image/png",
    b"image/jpeg",
    b"image/webp",
    b"font/",
)
_HAS_BODY: Final = 200


def is_worthwhile(asked: Fields, status: int, head: Fields, length: int, *, more: bool) -> bool:
    """Return whether an answer of so many bytes, or more to come, is to be compressed."""
    return (
        b"accept-encoding" in asked
        and status >= _HAS_BODY
        and (more or length >= _LEAST)
        and b"content-encoding" not in head
        and not head.get(b"content-type", b"").startswith(_PACKED)
        and wants_gzip(asked[b"accept-encoding"].decode("latin-1"))
    )


async def zipped(body: bytes) -> bytes:
    """Return a whole body compressed."""
    if len(body) > _MUCH:
        return await run_in_threadpool(gzip.compress, body, _LEVEL, mtime=0)
    return gzip.compress(body, _LEVEL, mtime=0)


class Stream:
    """Compresses a body that comes in pieces."""

    def __init__(self) -> None:
        """Begin."""
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def packed(self, piece: bytes, *, more: bool) -> bytes:
        """Return what is to be sent for a piece, so that it can be read when it arrives."""
        packed = self._packer.compress(piece)
        return packed + self._packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)
