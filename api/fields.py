"""The header fields of a request or of an answer."""

from collections.abc import Iterable
from typing import TypeAlias

Fields: TypeAlias = dict[bytes, bytes]
"""Values by names, which are in lower case."""


def joined(headers: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Return the fields of an ASGI message, those that are given several times put together.

    RFC 9110, §5.3, allows that for every field that is sent and read here.

    >>> joined([(b"prefer", b"wait=1"), (b"accept", b"*/*"), (b"prefer", b"min-seq=2")])[b"prefer"]
    b'wait=1, min-seq=2'
    """
    found: Fields = {}
    for name, value in headers:
        found[name] = value if name not in found else found[name] + b", " + value
    return found
