"""What RDF/XML would lose on its way to RDF: looked for before it is parsed, and told with its line."""

from __future__ import annotations

import re
from typing import Final, NoReturn
from xml.parsers import expat

from kg.errors import RdfSyntaxError

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_PARSE_TYPES: Final = frozenset({"Literal", "Resource", "Collection"})
_GONE: Final = frozenset({"bagID", "aboutEach", "aboutEachPrefix"})
_OF_XML: Final = frozenset({"lang", "base", "space"})
_QUOTED: Final = re.compile(r"'([^']+)'|`([^`]+)`")


def refuse_xml_losses(data: bytes) -> RdfSyntaxError | None:
    """Return why it is no XML, None if it is; raise RdfSyntaxError for what the parser would pass over.

    The parser of RDF passes over some of what is no XML: what ends before its last element does.

    >>> refuse_xml_losses(b'<a xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" r:parseType="Lit"/>')
    Traceback (most recent call last):
    kg.errors.RdfSyntaxError: rdf:parseType="Lit" is none; it is Literal, Resource or Collection
    """
    return _Walk().go(data)


def line_of(data: bytes, complaint: str) -> int | None:
    """Return the line of what a complaint quotes, if that stands in the text."""
    for found in _QUOTED.finditer(complaint):
        place = data.lower().find((found[1] or found[2]).strip().lower().encode())
        if place >= 0:
            return data.count(b"\n", 0, place) + 1
    return None


class _Walk:
    """Goes through the elements, and knows whether it is within a literal of XML."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CommentHandler = self._in_between
        self.parser.ProcessingInstructionHandler = self._in_between
        self.within = 0
        """Elements that are open from the one that holds a literal of XML."""

    def go(self, data: bytes) -> RdfSyntaxError | None:
        try:
            self.parser.Parse(data, True)  # noqa: FBT003 - that is all
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            return RdfSyntaxError(f"no XML at column {error.offset + 1}: {said}", error.lineno)
        except ValueError as error:
            return RdfSyntaxError(f"no XML: {error}")
        return None

    def _begin(self, _: str, attributes: dict[str, str]) -> None:
        if self.within:
            self.within += 1
            return
        for name, value in attributes.items():
            space, _, local = name.rpartition(" ")
            if space == _RDF and local == "parseType":
                if value not in _PARSE_TYPES:
                    self._refuse(f'rdf:parseType="{value}" is none; it is Literal, Resource or Collection')
                self.within = int(value == "Literal")
            elif space == _RDF and local in _GONE:
                self._refuse(f"rdf:{local} is no longer part of RDF/XML; leave it out")
            elif space == _XML and local not in _OF_XML:
                self._refuse(f"xml:{local} says nothing in RDF; leave it out")

    def _end(self, _: str) -> None:
        self.within -= bool(self.within)

    def _in_between(self, *_: str) -> None:
        if self.within:
            self._refuse("a comment or instruction within a literal of XML is not kept; leave it out")

    def _refuse(self, message: str) -> NoReturn:
        raise RdfSyntaxError(message, self.parser.CurrentLineNumber)
