"""What the service says of itself as RDF, at the address to which queries go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from api.errors import ProblemError
from api.negotiation import GRAPHS, negotiate
from api.operations.charges import operations_of
from api.sequence import HEADER
from api.tags import stamp, store_of
from kg.query.description import DESCRIPTION_PREFIXES, About, description
from kg.store import serialise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.deps import Call, Service
    from api.operations.settings import ServerSettings

_PAGES = ("text/html", "application/xhtml+xml")

_BY_VALUE: Final = (
    "Literals are kept by value: Servanda-Rewritten in the answer to a write tells which are spelled anew.",
)


def described(call: Call) -> Response:
    """Return the description of the service, in the syntax that is wanted; browsers are shown Turtle."""
    offer = graph_offer(call.accept)
    if offer is None:
        if negotiate(call.accept, _PAGES) is None:
            raise not_acceptable()
        offer = next(iter(GRAPHS))
    held = call.service
    statistics = held.counter.statistics()
    root = call.root
    about = About(
        root,
        f"{root}sparql",
        curated=not held.plain,
        languages=_languages(held, updates=_settings(call).update),
        inputs=held.plain_writer is not None or held.writer is not None,
        limits=(*held.evaluator.limits, *_shares(call), *(_BY_VALUE if held.plain else ())),
    )
    try:
        body = serialise(description(about, statistics), GRAPHS[offer], DESCRIPTION_PREFIXES)
    except ValueError as error:  # of the header Host, which can hold anything
        raise ProblemError("bad-request", f"the server has no address that is an IRI: {error}") from error
    answer = Response(body, headers={"Content-Type": offer, HEADER: str(statistics.sequence)})
    version = held.standing.at(statistics.sequence) if statistics.exact else None
    if version is None:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    tag = held.tags.strong(store_of(None), "description", offer, version)
    return stamp(answer, tag, version, held.standing.since)


def graph_offer(accept: str | None) -> str | None:
    """Return the type in which a graph is wanted most; None if in none that there is."""
    return negotiate(accept, tuple(GRAPHS))


def not_acceptable() -> ProblemError:
    """Return the problem of who takes no syntax of graphs."""
    kinds = [kind.partition(";")[0] for kind in GRAPHS]
    return ProblemError("not-acceptable", f"this is written as {', '.join(kinds)}", allowed=kinds)


def _settings(call: Call) -> ServerSettings:
    return operations_of(call.request.app.state.operations).settings


def _languages(held: Service, *, updates: bool) -> tuple[str, ...]:
    """Return what can be said to the service, by the names of the service description."""
    taken = held.plain_writer is not None or (updates and held.writer is not None)
    return ("SPARQL11Query", "SPARQL11Update") if taken else ("SPARQL11Query",)


def _shares(call: Call) -> Iterator[str]:
    """Yield what one client may use, in sentences."""
    settings = _settings(call)
    shares = ((settings.client_seconds, "seconds of query time"), (settings.client_errors, "failed queries"))
    for number, what in shares:
        if number:
            yield f"A client may use {number:,} {what} in a minute; then it is told when to ask again (429)."
