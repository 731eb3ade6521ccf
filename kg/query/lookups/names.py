"""Ids as people write them, and the IRIs that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rdflib.term import URIRef

from kg.store import is_iri

_PART: Final = r"[A-Za-z0-9][A-Za-z0-9._~()-]*"
_WHOLE = re.compile(_PART)
_PARTS = re.compile(rf"(?P<whole>{_PART})/(?:(?P<between>[a-z]+)/)?(?P<part>{_PART})")
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+')
_MERGED = re.compile(r"^(https?):/(?=[^/])")
_PLAIN: Final = frozenset({"agreement", "actor", "place", "report", "violation", "assessment"})
_INSIDE: Final = {"term": "agreement", "event": "report", "claim": "report"}
_SHORT: Final = (
    re.compile(rf"(?:actor|place|agreement|report)/(?P<id>{_PART})"),
    re.compile(rf"agreement/(?P<whole>{_PART})/(?:term|norm|text)/(?P<part>{_PART})"),
    re.compile(rf"agreement/(?P<whole>{_PART})/norm/(?P<part>{_PART})/reading/(?P<last>{_PART})"),
    re.compile(rf"report/(?P<whole>{_PART})/(?:event|claim|remark)/(?P<part>{_PART})"),
)


def is_id(name: str) -> bool:
    """Return whether a name has the form of an id, so that something may be called that."""
    return _WHOLE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Names:
    """The ids and IRIs below a base that ends with a slash.

    >>> names = Names("https://example.org/")
    >>> str(names.iri("term", "nk-2020-11-10/6"))
    'https://example.org/agreement/nk-2020-11-10/term/6'
    >>> names.short("https://example.org/agreement/nk-2020-11-10/term/6")
    'nk-2020-11-10/6'
    """

    base: str

    def iri(self, kind: str, name: str) -> URIRef | None:
        """Return the IRI that a name stands for: an id, or an IRI as it is; None if it is neither.

        Kinds are agreement, term, actor, place, report, event, claim, violation and assessment.
        """
        if ":" in name:
            # Some proxies make one slash of two.
            name = _MERGED.sub(r"\1://", name)
            return URIRef(name) if _IRI.fullmatch(name) and is_iri(name) else None
        if kind in _PLAIN and _WHOLE.fullmatch(name):
            return URIRef(f"{self.base}{kind}/{name}")
        if kind == "actor" and name.endswith("/voice") and _WHOLE.fullmatch(name.removesuffix("/voice")):
            return URIRef(f"{self.base}report/{name}")
        match = _PARTS.fullmatch(name) if kind in _INSIDE else None
        if match is None or match["between"] not in {None, kind}:
            return None
        return URIRef(f"{self.base}{_INSIDE[kind]}/{match['whole']}/{kind}/{match['part']}")

    def short(self, iri: str) -> str:
        """Return the id that stands for an IRI in paths and filters; the IRI itself where there is none."""
        if not iri.startswith(self.base):
            return iri
        rest = iri.removeprefix(self.base)
        if rest.startswith("report/") and rest.endswith("/voice"):
            return rest.removeprefix("report/")
        for pattern in _SHORT:
            match = pattern.fullmatch(rest)
            if match:
                return "/".join(part for part in match.groups() if part is not None)
        return iri
