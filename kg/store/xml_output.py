"""XML as readers get it back: what the engine writes, with the characters that XML would lose or forbids."""

from __future__ import annotations

import re
from typing import IO, Final

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf]")
_NAMELESS: Final = b"<oxprefix: "
"""What the engine writes for a property whose IRI ends in nothing that could be an XML name."""
_KEPT: Final = len(_NAMELESS) - 1


class NotXmlError(ValueError):
    """Something that XML cannot hold."""


class XmlOutput:
    """Passes XML on to a file, and sees to it that it is XML.

    A carriage return is written as a reference: as it stands, XML readers make a line feed of it.
    """

    def __init__(self, output: IO[bytes]) -> None:
        """Pass on to the file; `finish` passes on the rest."""
        self._output = output
        self._held = b""

    def write(self, data: bytes) -> int:
        """Take some bytes; raise NotXmlError for what XML cannot have."""
        held = self._held + data
        _refuse(held)
        self._output.write(held[:-_KEPT].replace(b"\r", b"&#13;"))
        self._held = held[-_KEPT:]
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file is flushed by who gave it."""

    def finish(self) -> None:
        """Pass on what is left."""
        self._output.write(self._held.replace(b"\r", b"&#13;"))
        self._held = b""


def as_xml(written: bytes) -> bytes:
    """Return what the engine wrote as XML that readers get back unchanged.

    Raises NotXmlError for a character that XML cannot have, and for a property that it cannot name.
    """
    _refuse(written)
    return written.replace(b"\r", b"&#13;")


def _refuse(written: bytes) -> None:
    if _NOT_XML.search(written):
        raise NotXmlError("a literal has a character that XML cannot have")
    if _NAMELESS in written:
        raise NotXmlError("a property has an IRI that ends in nothing that XML can have as a name")
