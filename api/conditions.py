"""Conditions of writing: `If-Match`, `If-None-Match`, `If-Unmodified-Since` (RFC 9110, §13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from api.errors import ProblemError
from api.operations.charges import operations_of
from api.tags import date, modified

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from api.deps import Call
    from api.tags import Resource
    from kg.pipeline.version import Demand, Version

Named: TypeAlias = "tuple[str, ...] | None"
"""Tags as they are written, `*` alone for any; None where the header is not given."""
_ANY: Final = ("*",)
_TAG: Final = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"'
_TAGS = re.compile(rf"[ \t,]*+{_TAG}[ \t]*+(?:,[ \t]*+(?:{_TAG})?[ \t]*+)*+")
_EACH = re.compile(_TAG)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What has to be so for a request to be done."""

    match: Named
    none_match: Named
    unmodified: datetime | None

    @classmethod
    def of(cls, call: Call, *, new: bool = False) -> Conditions:
        """Return the conditions of a request that writes; raise ProblemError for what is no condition.

        Also where there is none, and a setting wants one, unless what is written is sure to be new. A date
        that is none is passed over, as RFC 9110 wants it.
        """
        given = call.request.headers.getlist
        dates = given("if-unmodified-since")
        made = cls(
            _named("If-Match", given("if-match")),
            _named("If-None-Match", given("if-none-match")),
            date(dates[0]) if len(dates) == 1 else None,
        )
        wanted = operations_of(call.request.app.state.operations).settings.require_conditions
        if wanted and not new and made == cls(None, None, None):
            raise ProblemError(
                "precondition-required",
                "say what is to be written over: If-Match with the ETag of what you read, "
                "or If-None-Match: * for what is to be new",
            )
        return made

    def fails(self, tags: frozenset[str], last: datetime | None) -> str | None:
        """Return which header is not met by a resource with these tags; None if all are, in their order.

        No tags: there is no such resource.
        """
        if self.match is not None:
            if not tags or (self.match != _ANY and tags.isdisjoint(self.match)):
                return "If-Match"
        elif self.unmodified is not None and (last is None or last > self.unmodified):
            return "If-Unmodified-Since"
        if self.none_match is not None and tags:
            weak = {tag.removeprefix("W/") for tag in self.none_match}
            if self.none_match == _ANY or not tags.isdisjoint(weak):
                return "If-None-Match"
        return None


def unconditional(call: Call, why: str) -> None:
    """Raise ProblemError, which says why, where a request sets conditions and none can be held."""
    for name in ("If-Match", "If-None-Match", "If-Unmodified-Since"):
        if call.request.headers.get(name):
            raise ProblemError("bad-request", f"{name}: {why}")


def demanded(call: Call, resource: Callable[[str | None], Resource], *, new: bool = False) -> Demand:
    """Return what the request demands of the version in which something is, to be asked by who writes.

    The function returns the resource of a name. What is demanded raises ProblemError where a condition is
    not met, with the tag that the resource has.
    """
    return partial(_check, call, Conditions.of(call, new=new), resource)


def _check(
    call: Call,
    conditions: Conditions,
    resource_of: Callable[[str | None], Resource],
    name: str | None,
    version: Version | None,
) -> None:
    held, resource = call.service, resource_of(name)
    tags = frozenset[str]() if version is None else held.tags.every(resource, version)
    last = None if version is None else modified(version, held.standing.since)
    failed = conditions.fails(tags, last)
    if failed is None:
        return
    if version is None:
        raise ProblemError("precondition-failed", f"{failed}: {resource.words} is not there")
    if failed != "If-None-Match":
        why = "was changed since"
    else:
        why = "is there already" if conditions.none_match == _ANY else "is in that version"
    tag = held.tags.usual(resource, version)
    raise ProblemError(
        "precondition-failed",
        f"{failed}: {resource.words} {why}; nothing was written",
        {"ETag": tag},
        etag=tag,
        sequence=version.sequence or None,
    )


def _named(header: str, lines: Sequence[str]) -> Named:
    if not lines:
        return None
    text = ", ".join(lines).strip()
    if text == "*":
        return _ANY
    if not _TAGS.fullmatch(text):
        raise ProblemError("bad-request", f'{header} is * or tags in quotes, such as "3f…", "9a…"')
    return tuple(_EACH.findall(text))
