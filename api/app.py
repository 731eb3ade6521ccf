"""The application: wiring only."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import errors
from api.compression import Compressed
from api.conditional import Conditional, Head
from api.deps import Service, closed_query
from api.openapi import describe, query_parameters
from api.operations.charges import charged, noted
from api.operations.operations import Operations
from api.preferences import Preferences
from api.routers import (
    actors,
    agreements,
    changes,
    claims,
    documents,
    events,
    exports,
    graphs,
    graphs_writing,
    identifiers,
    keys,
    meta,
    questions,
    regions,
    reports,
    sparql,
    violations,
)
from api.sequence import HEADER, Standing
from kg.export.exporter import Here
from kg.keys import Keys
from kg.pipeline.records import position
from kg.query.evaluators import Threads
from kg.query.lookups import Reader
from kg.query.statistics import Counter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kg.export.exporter import Exporter
    from kg.pipeline.writer import Writer
    from kg.query.evaluators import Evaluator
    from kg.store import OxigraphStore

DESCRIPTION: Final = (
    "Which terms of which agreement were allegedly violated, by whom, when, where, according to whom, and in "
    "exactly which words. An allegation is never shown as a fact, nor an inference as somebody's words."
)
_ROUTERS: Final = (
    agreements,
    violations,
    reports,
    claims,
    events,
    actors,
    regions,
    questions,
    changes,
    documents,
    sparql,
    exports,
    graphs,
    graphs_writing,
    identifiers,
    keys,
    meta,
)


_CHARGED: Final = (questions, sparql, exports, graphs)
"""What is paid for from the budget of whoever asks."""


def software_version() -> str:
    """Return the version of the software; `0+unknown` in a checkout that is not installed."""
    try:
        return version("servanda")
    except PackageNotFoundError:
        return "0+unknown"


def create_app(
    store: OxigraphStore,
    operations: Operations | None = None,
    evaluator: Evaluator | None = None,
    writer: Writer | None = None,
    exporter: Exporter | None = None,
) -> FastAPI:
    """Return the application over an open store.

    The evaluator, if one is given, answers SPARQL and questions; the writer takes in what is sent; the
    exporter makes graphs for other programs.
    """
    software = software_version()
    reader = Reader.of(store, store.stamp.base)

    def sequence() -> int:
        return position(store)[0]

    evaluator = evaluator or Threads(store, sequence)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        evaluator.close()

    app = FastAPI(
        title="Servanda",
        version=software,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(noted), Depends(closed_query)],
        lifespan=lifespan,
    )
    for module in _ROUTERS:
        app.include_router(module.router, dependencies=[Depends(charged)] if module in _CHARGED else [])
    errors.install(app)
    store_version = reader.version()
    _wrap(app, f"{software} {store_version}", sequence, lambda: evaluator.sequence)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.state.operations = operations or Operations(software)
    app.state.service = Service(
        reader,
        evaluator,
        software,
        store_version,
        reader.ontology_version(),
        store.folder,
        sequence,
        None if store.folder is None else Keys(store.folder),
        query_parameters(app.openapi()),
        Counter(evaluator),
        writer,
        exporter or Here(store),
        plain=store.stamp.policy != "validated",
    )
    return app


def _wrap(app: FastAPI, versions: str, made: Callable[[], int], seen: Callable[[], int]) -> None:
    """Put around an application what every answer passes, the innermost first.

    The functions tell the last change that was made, and the last that queries see.
    """
    app.add_middleware(Standing, sequence=made)
    app.add_middleware(Preferences, made=made, seen=seen)
    app.add_middleware(Conditional, version=versions)
    app.add_middleware(Compressed)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link", HEADER, "Preference-Applied", "Retry-After", "X-Request-Id"],
    )
    app.add_middleware(Head)
