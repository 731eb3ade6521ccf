"""What the service says of itself as RDF, at the address to which queries go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from api.errors import ProblemError
from api.negotiation import GRAPHS, negotiate
from api.sequence import HEADER
from kg.query.description import DESCRIPTION_PREFIXES, About, description
from kg.store import serialise

if TYPE_CHECKING:
    from api.deps import Call, Service

_PAGES = ("text/html", "application/xhtml+xml")


def described(call: Call) -> Response:
    """Return the description of the service, in the syntax that is wanted; browsers are shown Turtle."""
    offer = graph_offer(call.accept)
    if offer is None:
        if negotiate(call.accept, _PAGES) is None:
            raise not_acceptable()
        offer = next(iter(GRAPHS))
    held = call.service
    statistics = held.counter.statistics()
    root = str(call.request.base_url)
    about = About(
        root,
        f"{root}sparql",
        curated=not held.plain,
        languages=_languages(held),
        inputs=held.plain_writer is not None,
        limits=held.evaluator.limits,
    )
    try:
        body = serialise(description(about, statistics), GRAPHS[offer], DESCRIPTION_PREFIXES)
    except ValueError as error:  # of the header Host, which can hold anything
        raise ProblemError("bad-request", f"the server has no address that is an IRI: {error}") from error
    return Response(body, headers={"Content-Type": offer, HEADER: str(statistics.sequence)})


def graph_offer(accept: str | None) -> str | None:
    """Return the type in which a graph is wanted most; None if in none that there is."""
    return negotiate(accept, tuple(GRAPHS))


def not_acceptable() -> ProblemError:
    """Return the problem of who takes no syntax of graphs."""
    kinds = [kind.partition(";")[0] for kind in GRAPHS]
    return ProblemError("not-acceptable", f"this is written as {', '.join(kinds)}", allowed=kinds)


def _languages(held: Service) -> tuple[str, ...]:
    """Return what can be said to the service, by the names of the service description."""
    return ("SPARQL11Query",) if held.plain_writer is None else ("SPARQL11Query", "SPARQL11Update")
