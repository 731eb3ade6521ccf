"""The application: wiring only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import Depends, FastAPI

from api import errors
from api.assistants.held import Assistants
from api.build import software, software_version
from api.deps import Service, acceptable, closed_query
from api.direct import Direct
from api.envelope import Envelope
from api.openapi import describe, offers, paths, query_parameters, routes_of
from api.operations.charges import charged, noted
from api.operations.operations import Operations
from api.pages import problems
from api.pages.rendering import prepare
from api.routers import (
    annotate,
    assistants,
    changes,
    datasets,
    desk,
    desk_tables,
    documents,
    exports,
    graphs,
    graphs_writing,
    identifiers,
    keys,
    meta,
    plain,
    proposals,
    quarantine,
    query,
    questions,
    reconciliation,
    reports,
    resources,
    search,
    signing,
    site,
    sparql,
    statistics,
    updates,
    vocabulary,
)
from api.tags import Tags
from kg.export.exporter import Here
from kg.keys import Keys
from kg.pipeline.plain import POLICY, PlainWriter
from kg.pipeline.records import position
from kg.pipeline.table_files import TableFiles
from kg.pipeline.version import Standing
from kg.pipeline.writer import Writer
from kg.query.evaluators import Threads
from kg.query.lookups import Reader
from kg.query.statistics import Counter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from types import ModuleType

    from starlette.types import ASGIApp

    from kg.export.exporter import Exporter
    from kg.query.evaluators import Evaluator
    from kg.read.model import ReadModel
    from kg.search.index import SearchIndex
    from kg.store import OxigraphStore

DESCRIPTION: Final = (
    "Which terms of which agreement were allegedly violated, by whom, when, where, according to whom, and in "
    "exactly which words. An allegation is never shown as a fact, nor an inference as somebody's words."
)
_ROUTERS: Final = (
    resources,
    reports,
    search,
    statistics,
    assistants,
    reconciliation,
    questions,
    changes,
    documents,
    datasets,
    sparql,
    exports,
    graphs,
    graphs_writing,
    updates,
    quarantine,
    proposals,
    identifiers,
    vocabulary,
    keys,
    signing,
    annotate,
    desk,
    desk_tables,
    site,
    query,
    meta,
)
_THREADS: Final = 96
"""How many requests may wait for an answer at once; more than the queue of the pool lets wait."""
_PLAIN_ROUTERS: Final = (sparql, graphs, plain, meta)
"""What a plain SPARQL store is served by."""

_CHARGED: Final = (assistants, reconciliation, questions, sparql, query, exports, graphs)
"""What is paid for from the budget of whoever asks."""


def create_app(  # noqa: PLR0913 - the parts that it wires together
    store: OxigraphStore,
    operations: Operations | None = None,
    evaluator: Evaluator | None = None,
    writer: Writer | PlainWriter | None = None,
    *,
    sequence: Callable[[], int] | None = None,
    exporter: Exporter | None = None,
    zone: str = "Z",
    standing: Standing | None = None,
    configuration: str = "",
    read: ReadModel | None = None,
    index: SearchIndex | None = None,
    prepared: FastAPI | None = None,
) -> FastAPI:
    """Return the application over an open store, to be `enveloped`; the one that was `prepared`, if any was.

    The evaluator, if one is given, answers SPARQL and questions; the writer takes in what is sent; the
    exporter makes graphs for other programs; days are days in the zone. The function tells the last change
    that the store holds, where the store is not to be asked for it; its standing tells the version, without
    which nothing can be tagged; the configuration is a text that differs between settings that shape answers.
    Lists are read from the read model, if one is given, as far as it has come; words are found in the index.
    """
    version = software_version()
    base = store.stamp.base
    sequence = sequence or (lambda: position(store)[0])
    is_plain = store.stamp.policy == POLICY
    evaluator = evaluator or Threads(store, sequence)
    executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="answers")
    app = prepared or _routed(version, _PLAIN_ROUTERS if is_plain else _ROUTERS)
    app.state.operations = operations or Operations(version)
    reader = Reader.of(store, base)
    service = Service(
        reader,
        evaluator,
        version,
        Tags(f"{software()} {configuration} {base}"),
        standing or Standing(),
        reader.ontology_version(),
        store.folder,
        sequence,
        store.secret,
        None if store.folder is None else Keys(store.folder),
        *_documented(app),
        Counter(evaluator),
        writer if isinstance(writer, Writer) else None,
        exporter or Here(store),
        None if store.folder is None else TableFiles(store.folder),
        is_plain,
        writer if isinstance(writer, PlainWriter) else None,
        executor,
        read=read,
        search=index,
        zone=zone,
    )
    app.state.service = service
    app.state.assistants = Assistants(app, reader, version)
    return app


def _documented(
    app: FastAPI,
) -> tuple[Mapping[str, frozenset[str]], Mapping[str, tuple[str, ...]], Mapping[str, frozenset[str]]]:
    """Return what operations take, in which types they answer, and the methods of each path."""
    routes = routes_of(app)
    return query_parameters(routes), offers(routes), paths(routes)


def prepare_app() -> FastAPI:
    """Return an application, for a store of documents, that has its routes together: that takes long."""
    app = _routed(software_version(), _ROUTERS)
    routes_of(app)
    return app


def _routed(version: str, routers: Iterable[ModuleType]) -> FastAPI:
    """Return an application that knows its routes and errors, and nothing yet of a store."""
    app = FastAPI(
        title="Servanda",
        version=version,
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        redirect_slashes=False,
        redoc_url=None,
        dependencies=[Depends(noted), Depends(closed_query), Depends(acceptable)],
        lifespan=_lifespan,
    )
    for module in routers:
        app.include_router(module.router, dependencies=[Depends(charged)] if module in _CHARGED else [])
    errors.install(app)
    problems.install(app)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


def enveloped(app: FastAPI) -> ASGIApp:
    """Return an application that was created here, within what every request and every answer passes.

    They stand around FastAPI, not among its middleware: what it does itself before any of these takes longer
    than many a query.
    """
    held: Service = app.state.service
    seen = lambda: held.evaluator.sequence  # noqa: E731 - it is nothing more
    return Envelope(Direct(app, held), held.tags, held.standing, held.sequence, seen)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Let go of what answers when the application ends."""
    service: Service = app.state.service
    executor = service.executor
    if executor is not None and not service.plain:
        executor.submit(prepare, service)
    yield
    if not service.plain:
        await app.state.assistants.close()
    if service.tables is not None:
        service.tables.close()
    if executor is not None:
        executor.shutdown(wait=False, cancel_futures=True)
    service.evaluator.close()
