"""What routes depend on to be seen, and to be paid for by whoever asks."""

from fastapi import Request

from api.credentials import key_of
from api.deps import ServiceDep
from api.operations.operations import Operations
from api.trace import trace


async def noted(request: Request) -> None:
    """Note which route answers, for the log and the metrics."""
    route = request.scope.get("route")
    trace().route = getattr(route, "path_format", "unmatched")


async def charged(request: Request, held: ServiceDep) -> None:
    """Let the request pass if the budget of its client, or of its key, is not used up."""
    key = key_of(request, held)
    operations_of(request.app.state.operations).admit(trace(), None if key is None else key.id)


def operations_of(held: object) -> Operations:
    """Return what an application keeps under `state.operations`."""
    if not isinstance(held, Operations):
        raise TypeError("the application has no operations")
    return held
