"""The application: wiring only."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import errors
from api.conditional import Conditional, Head
from api.deps import Service, closed_query
from api.openapi import describe, query_parameters
from api.operations.charges import charged, noted
from api.operations.operations import Operations
from api.routers import (
    actors,
    agreements,
    changes,
    claims,
    events,
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
from kg.keys import Keys
from kg.pipeline.records import position
from kg.query.lookups import Reader
from kg.query.sparql import Evaluator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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
    sparql,
    identifiers,
    keys,
    meta,
)


_CHARGED: Final = (questions, sparql)
"""What is paid for from the budget of whoever asks."""


def software_version() -> str:
    """Return the version of the software; `0+unknown` in a checkout that is not installed."""
    try:
        return version("servanda")
    except PackageNotFoundError:
        return "0+unknown"


def create_app(store: OxigraphStore, operations: Operations | None = None) -> FastAPI:
    """Return the application over an open store, which must not change while it is served."""
    software = software_version()
    reader = Reader.of(store, store.stamp.base)
    evaluator = Evaluator(store)

    def sequence() -> int:
        return position(store)[0]

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
    app.add_middleware(Standing, sequence=sequence)
    app.add_middleware(Conditional, version=f"{software} {store_version}")
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link", HEADER, "Retry-After", "X-Request-Id"],
    )
    app.add_middleware(Head)
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
    )
    return app
