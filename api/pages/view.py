"""What templates call: texts, codes in words, addresses of resources, times as people write them."""

from __future__ import annotations

import calendar
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from api.pages.codes import ENGLISH, Code, Codes, codes_of
from api.pages.languages import language_of
from api.pages.marking import pieces
from api.pages.texts import catalogue, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.deps import Call
    from api.pages.marking import Piece
    from kg.query.lookups.names import Names

SAFE: Final = "/:@!$&'()*+,;=~"
_WEB = re.compile(r"https?://[^\s\x00-\x20]+", re.IGNORECASE)
_DATE = re.compile(r"(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?")
_MONTHS: Final = tuple(calendar.month_name)[1:]
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ACTORS: Final = frozenset({"state", "force", "actor"})


@dataclass(frozen=True, slots=True)
class View:
    """What is the same for all of one page."""

    names: Names
    codes: Codes
    language: str
    """Of labels of codes; the texts of the interface are in it where the catalogue has them."""
    root: str
    """The address of the server, without a slash at its end."""

    @property
    def interface(self) -> str:
        """The language of the texts of the interface."""
        return self.language if self.language in catalogue() else ENGLISH

    def t(self, name: str, /, **given: object) -> str:
        """Return a text of the interface."""
        return text(self.interface, name, **given)

    def code(self, scheme: str, code: str | None) -> Code:
        """Return a code in words."""
        return self.codes.code(scheme, code or "unknown", self.language)

    def choices(self, scheme: str) -> list[tuple[str, str, str]]:
        """Return the codes of a list to choose from, each with its label and what it means."""
        return [
            (code, label, self.code(scheme, code).definition)
            for code, label in self.codes.of(scheme, self.language)
        ]

    def href(self, iri: str | None) -> str | None:
        """Return the address of the page of what has the IRI; None for what is no address of the web."""
        if iri is not None and iri.startswith(self.names.base):
            return "/doc/" + quote(iri.removeprefix(self.names.base), safe=SAFE)
        return self.external(iri)

    def to(self, kind: str, name: str | None) -> str | None:
        """Return the address of the page of a resource by its id or IRI."""
        iri = None if name is None else self.names.iri("actor" if kind in _ACTORS else kind, name)
        return None if iri is None else self.href(str(iri))

    def external(self, address: str | None) -> str | None:
        """Return an address of the web as it may be linked to; None for any other, such as of a script."""
        return address if address is not None and _WEB.fullmatch(address) else None

    def lang(self, tag: str | None) -> str:
        """Return a language tag as it may stand in a page; empty where it is none."""
        return tag if tag is not None and _TAG.fullmatch(tag) else ""

    def day(self, value: str | None) -> str:
        """Return a date, or an interval of dates, as people write it; anything else as it is."""
        if value is None:
            return ""
        return " – ".join(_day(part) for part in value.split("/"))

    def when(self, time: Mapping[str, Any]) -> str:
        """Return a time in words: its value, else its wording, which has no date."""
        if time.get("edtf"):
            return self.day(time["edtf"])
        if time.get("earliest") or time.get("latest"):
            return f"{self.day(_cut(time.get('earliest')))} – {self.day(_cut(time.get('latest')))}"
        return self.t("no_date")

    def pieces(self, words: str | None, spans: Iterable[tuple[str, int, int]]) -> Sequence[Piece]:
        """Return a text in pieces, each with whose words it is."""
        return pieces(words or "", spans)

    def query(self, path: str, **given: object) -> str:
        """Return an address with parameters, those that are None left out."""
        said = {name.rstrip("_"): str(value) for name, value in given.items() if value is not None}
        return f"{path}?{urlencode(said)}" if said else path

    def curl(self, address: str) -> str:
        """Return the command that fetches an address of this server, for a shell."""
        return f"curl -sS {shlex.quote(self.root + address)}"

    def sparql(self, query: str) -> str:
        """Return the address of the page that shows a query, which asks nothing yet."""
        return f"/query?{urlencode({'draft': query})}"

    def describe(self, iri: str) -> str:
        """Return the address of the page with the query for what is said of an IRI."""
        return self.sparql(f"DESCRIBE <{iri}>")


def view_of(call: Call) -> View:
    """Return the view for whoever asks."""
    held = call.service
    codes = codes_of(call.reader, held.ontology_version)
    header = ", ".join(call.request.headers.getlist("accept-language"))
    language = language_of(header, codes.languages | catalogue().keys(), ENGLISH)
    return View(call.reader.names, codes, language, call.root.rstrip("/"))


def _day(value: str) -> str:
    match = _DATE.fullmatch(value)
    if match is None:
        return value.replace("T", " ").removesuffix("Z") + (" UTC" if value.endswith("Z") else "")
    year, month, day = match.groups()
    if month is None or not 1 <= int(month) <= len(_MONTHS):
        return value
    said = f"{_MONTHS[int(month) - 1]} {year.lstrip('0') or '0'}"
    return said if day is None else f"{int(day)} {said}"


def _cut(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]
