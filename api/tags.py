"""Entity tags, which name what an answer says by all that it depends on; and dates of last changes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from api.negotiation import GRAPHS

if TYPE_CHECKING:
    from starlette.responses import Response

    from kg.pipeline.version import Version

PACKED: Final = "-gzip"
"""What a strong tag ends in where the answer is compressed: other bytes, another tag."""
_LENGTH: Final = 32
_SECOND: Final = timedelta(seconds=1)
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be written, and read in forms of which each has strong tags of its own."""

    name: str
    forms: tuple[str, ...]
    kinds: tuple[str, ...]
    """Media types in which it can be read, the usual one first."""
    words: str
    """What it is called in problems."""
    whole: bool = False
    """Whether it is the whole store: its tag is also the hash of the last change itself."""


def graph_of(name: str | None) -> Resource:
    """Return a graph, None for the default graph; in a store of documents it stands for its document."""
    words = "the default graph" if name is None else f"the graph <{name}>"
    return Resource(f"graph {name or ''}", ("graphs", "doc"), tuple(GRAPHS), words)


def item_of(name: str | None) -> Resource:
    """Return an item of the quarantine."""
    return Resource(f"quarantine {name}", ("item",), ("application/json",), f"the item {name}")


def store_of(_: str | None) -> Resource:
    """Return the whole store, which is read as the description of the service."""
    return Resource("store", ("description",), tuple(GRAPHS), "the store", whole=True)


@dataclass(frozen=True, slots=True)
class Tags:
    """Makes the tags of one server: software and settings are in each."""

    identity: str

    def weak(self, *said: bytes) -> bytes:
        """Return the tag of an answer that is the same whenever all of this is."""
        return b'W/"%b"' % self._digest(*said).encode()

    def strong(self, resource: Resource, form: str, kind: str, version: Version) -> str:
        """Return the tag of a resource in a version, as it is read in a form and a media type."""
        said = (resource.name, form, kind, version.hash)
        return f'"{self._digest(*(part.encode() for part in said))}"'

    def every(self, resource: Resource, version: Version) -> frozenset[str]:
        """Return all tags that a resource has in a version, in whatever way it is read."""
        made = {
            self.strong(resource, form, kind, version) for form in resource.forms for kind in resource.kinds
        }
        made |= {f'{tag[:-1]}{PACKED}"' for tag in made}
        return frozenset(made | ({f'"{version.hash}"'} if resource.whole else set()))

    def usual(self, resource: Resource, version: Version) -> str:
        """Return the one of all these that is told where nobody asked for a form."""
        if resource.whole:
            return f'"{version.hash}"'
        return self.strong(resource, resource.forms[0], resource.kinds[0], version)

    def _digest(self, *said: bytes) -> str:
        whole = b"\n".join(b"%d %b" % (len(part), part) for part in (self.identity.encode(), *said))
        return hashlib.sha256(whole).hexdigest()[:_LENGTH]


def modified(version: Version, since: datetime) -> datetime:
    """Return the whole second after which a resource has not changed: in that second, it may have.

    What is served is not known to have been so before `since`, when the store was opened: a copy may have
    been put back.
    """
    return max(version.time, since).astimezone(UTC).replace(microsecond=0) + _SECOND


def stamp(response: Response, tag: str, version: Version, since: datetime) -> Response:
    """Give an answer its tag, and the time of the last change once that second is over."""
    response.headers["ETag"] = tag
    last = modified(version, since)
    if last + _SECOND <= datetime.now(UTC):  # the header `Date` may lag by as much
        response.headers["Last-Modified"] = format_datetime(last, usegmt=True)
    return response


def date(text: str) -> datetime | None:
    """Return the moment that an HTTP date names, in the form that is to be sent; None for anything else.

    >>> date("Sun, 22 Nov 2026 17:30:00 GMT")
    datetime.datetime(2026, 11, 22, 17, 30, tzinfo=datetime.timezone.utc)
    >>> date("yesterday") is None
    True
    """
    try:
        return parsedate_to_datetime(text) if _DATE.fullmatch(text) else None
    except ValueError:  # the 31st of February
        return None
