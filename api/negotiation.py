"""What to answer with: the `Accept` header by RFC 9110, §12.5.1, and `Accept-Encoding` by §12.5.3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GRAPHS: Final[Mapping[str, str]] = {
    "text/turtle; charset=utf-8": "text/turtle",
    "application/n-triples; charset=utf-8": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/trig; charset=utf-8": "application/trig",
    "application/n-quads; charset=utf-8": "application/n-quads",
}
"""Types of answers that are graphs, in the order of preference, and how the store knows each."""
NEWER: Final[Mapping[str, str]] = {
    f"{offer}; version=1.2": f"{kind};version=1.2"
    for offer, kind in (
        *GRAPHS.items(),
        ("text/tab-separated-values; charset=utf-8", "text/tab-separated-values"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
    )
}
"""The types that hold RDF 1.2, for who asks for it: without a version, it is 1.1 that can be read."""
_WORD: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(r'(?:[^,"]++|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
"""One that ends within quotes reaches to the end: what follows is not looked at again and again."""
_RANGE = re.compile(rf"\s*+({_WORD})/({_WORD})\s*+((?:;.*)?)", re.DOTALL)
_PARAMETER = re.compile(rf"\s*+;\s*+(?:({_WORD})\s*+=\s*+({_WORD}|{_QUOTED})\s*+)?", re.DOTALL)
_CODING = re.compile(rf"\s*+({_WORD})\s*+(?:;\s*+[qQ]\s*+=\s*+({_WORD})\s*+)?")
_OLD: Final = frozenset({"1.0", "1.1"})
_FIRST: Final = "1"
"""The version of what is offered without any: both of those."""
_SHORT: Final = 512
"""How long a header may be to be remembered; programs send the same few."""
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range: what it matches, and how much it is wanted."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    weight: float

    def closeness(self, offer: _Range) -> int | None:
        """Return how exactly the range names the offer; None if it does not match it.

        A range with parameters that the offer does not have stands for the offer only where nothing
        else does: better an answer in the type that was asked for than none.
        """
        if self.type == "*" and self.subtype == "*":
            return 1
        if self.type != offer.type:
            return None
        if self.subtype == "*":
            return 2
        if self.subtype != offer.subtype:
            return None
        agreed = [
            name
            for name, value in self.parameters.items()
            if offer.parameters.get(name, _FIRST if name == "version" and value in _OLD else None)
            in {value, _FIRST}
        ]
        return 3 + len(agreed) if len(agreed) == len(self.parameters) else 0


def negotiate(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that the header wants most, None if it wants none of them.

    Offers stand in the server's order of preference, which decides between equals. No header, an empty
    one, and one in which nothing can be read want anything. A range with a weight that cannot be read
    is passed over.

    >>> negotiate("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> negotiate("image/png", ["text/csv"]) is None
    True
    """
    asked = accept or ""
    return (_remembered if len(asked) <= _SHORT else _chosen)(asked, tuple(offers))


def _chosen(accept: str, offers: tuple[str, ...]) -> str | None:
    ranges = list(_ranges(accept))
    if not ranges:
        return offers[0]
    weighed = [(*_weight(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    weight, _, _, best = max(weighed)
    return best if weight > 0 else None


_remembered: Final = lru_cache(256)(_chosen)


def wants_gzip(accept_encoding: str) -> bool:
    """Return whether an answer may, and should, be compressed with gzip.

    >>> wants_gzip("gzip, deflate, br"), wants_gzip("gzip;q=0, *"), wants_gzip("br"), wants_gzip("")
    (True, False, False, False)
    """
    weights: dict[str, float] = {}
    for element in accept_encoding.split(","):
        match = _CODING.fullmatch(element)
        weight = "1" if match is None or match[2] is None else match[2]
        if match is not None and _WEIGHT.fullmatch(weight):
            weights.setdefault(match[1].lower(), float(weight))
    packed = max((weights[name] for name in ("gzip", "x-gzip") if name in weights), default=None)
    packed = weights.get("*", 0.0) if packed is None else packed
    return packed > 0 and packed >= weights.get("identity", 0.0)


def _weight(offer: str, ranges: Sequence[_Range]) -> tuple[float, bool]:
    """Return the weight of the range that names the offer most exactly, and whether it names it.

    Of equals, the greatest; it does not where it has a parameter that the offer has not.
    """
    offered = next(_ranges(offer))
    matches = [
        (closeness, wanted.weight)
        for wanted in ranges
        if (closeness := wanted.closeness(offered)) is not None
    ]
    closeness, weight = max(matches, default=(0, 0.0))
    return weight, closeness > 0


def _ranges(header: str) -> Iterator[_Range]:
    for element in _ELEMENT.findall(header):
        match = _RANGE.fullmatch(element)
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        parameters = _parameters(match[3])
        weight = "1" if parameters is None else parameters.pop("q", "1")
        if parameters is None or not _WEIGHT.fullmatch(weight):
            continue
        if parameters.get("charset") == "utf-8":  # what is written here always is
            del parameters["charset"]
        yield _Range(match[1].lower(), match[2].lower(), parameters, float(weight))


def _parameters(text: str) -> dict[str, str] | None:
    """Return the parameters of a range up to its weight, in lower case; None if they cannot be read."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match[1] is None:
            continue
        name, value = match[1].lower(), match[2]
        if "q" not in found:  # what follows the weight is no parameter of the type
            found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] == '"' else value
            found[name] = found[name].lower()
    return found
