"""Listening, and serving one store until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import uvicorn
from anyio import to_thread

from api.app import create_app, enveloped, prepare_app
from api.build import configuration, software_version
from api.operations.connections import Connections, Reserve, room
from api.operations.exposure import ServeError, check_sandbox
from api.operations.front import Front
from api.operations.life import Life
from api.operations.logs import install, told
from api.operations.operations import Operations
from api.operations.protocol import Protocol
from api.operations.vitals import plain_vitals, vitals_of
from kg.export.exporter import FromPool
from kg.export.profiles import catalogue
from kg.pipeline import open_graph
from kg.pipeline.followers import SERVING
from kg.pipeline.plain import PlainWriter, open_plain, plainly_pooled
from kg.pipeline.pooled import lanes, pooled
from kg.pipeline.read_model import follow
from kg.pipeline.search_index import follow_words
from kg.pipeline.writer import Writer
from kg.query.evaluators import Pooled
from kg.query.pool.sandbox import available
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from starlette.types import ASGIApp

    from api.operations.settings import ServerSettings
    from kg.pipeline import Repository
    from kg.read.model import ReadModel
    from kg.search.index import SearchIndex

__all__ = ["listening", "sandboxed", "serve", "url"]

_BACKLOG: Final = 64
"""Connections that may wait to be taken, and are taken in one turn, before any that make room are closed."""
_PATIENCE: Final = 10
"""Seconds that requests under way are given when the server is told to stop."""
_CLOSING: Final = 5
"""Seconds more that the store is given to be closed, before the process ends without."""


def serve(
    folder: Path, listener: socket.socket, address: str, settings: ServerSettings, *, plain: bool = False
) -> None:
    """Answer requests about the store in the folder on the socket, until SIGTERM or SIGINT.

    The store is opened, and held, while the server listens already; a plain one is made if there is none.
    Raises what opening it raises.
    """
    log = install(settings.log_format)
    operations = Operations(software_version(), settings, log)
    shown = url(listener, address)

    def ready() -> None:
        told("ready", url=shown)
        print(f"Servanda serves {shown}", flush=True)  # noqa: T201

    opened = _opened_plain if plain else _opened
    front = Front(operations)
    life = Life(front, lambda: opened(folder, address, shown, operations), ready)
    held = Connections(room(settings.connections), settings.patience)
    reserve = Reserve(
        held, lambda: front.unreadable("overloaded", "no descriptor is left for another connection")
    )
    life.started = lambda: asyncio.get_running_loop().set_exception_handler(reserve.handle)
    server = _Server(life, front.unreadable, held)
    life.failed = server.stop
    told("starting", url=shown, version=software_version())
    try:
        server.run([listener])
        told("stopped")
    finally:
        reserve.close()
        log.close()
    if life.error is not None:
        raise life.error


def sandboxed() -> bool:
    """Return whether queries of strangers run in workers that are locked in."""
    return available()


def url(listener: socket.socket, address: str) -> str:
    """Return where the socket, bound to that address, is reached over HTTP."""
    shown = f"[{address}]" if ":" in address else address
    return f"http://{shown}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens; raise ServeError where that cannot be."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once, where TCP would hold them for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            raise ServeError(f"cannot listen on {address} port {port}: {error.strerror}") from error
        yield listener


@asynccontextmanager
async def _opened(folder: Path, address: str, shown: str, operations: Operations) -> AsyncIterator[ASGIApp]:
    """Give the application over the store in the folder, which is held meanwhile."""

    def tell(step: str) -> None:
        operations.step = step
        told(step)

    chosen = Settings.from_environment()
    updates = operations.settings.update
    opened = contextlib.ExitStack()
    try:
        repository = await to_thread.run_sync(lambda: open_graph(folder, SERVING, shown, tell=tell))
        opened.callback(repository.close)
        tell("starting the workers that answer queries")
        prepared, pool = await asyncio.gather(
            to_thread.run_sync(prepare_app),  # while the workers read in what they need
            to_thread.run_sync(opened.enter_context, pooled(repository, chosen, updates=updates)),
        )
        check_sandbox(address, sandboxed=pool.sandboxed)
        tell("preparing what is answered")
        evaluator = Pooled(pool, lanes(chosen)["query"], room=chosen.query_kept * 2**20)
        writer = Writer(repository, pool)
        opened.callback(writer.take_tables().close)
        read, search = _followed(repository, opened)
        exporter = FromPool(pool, catalogue(chosen.exports))
        application = await to_thread.run_sync(
            partial(
                create_app,
                repository.store,
                operations,
                evaluator,
                writer,
                sequence=lambda: repository.sequence,
                exporter=exporter,
                zone=chosen.zone,
                standing=repository.standing,
                configuration=configuration(chosen, operations.settings),
                read=read,
                index=search,
                prepared=prepared,
            )
        )
        async with application.router.lifespan_context(application):
            operations.vitals = vitals_of(
                repository, pool.stats, [one for one in (read, search) if one is not None]
            )
            yield enveloped(application)
            operations.vitals = None
    finally:
        await to_thread.run_sync(opened.close)


def _followed(
    repository: Repository, opened: contextlib.ExitStack
) -> tuple[ReadModel | None, SearchIndex | None]:
    """Return what is made of the store, and follows it until all is closed."""
    read = follow(repository)
    search = follow_words(repository, read)
    for one in (read, search):
        if one is not None:
            opened.callback(one.close)
    return read, search


@asynccontextmanager
async def _opened_plain(
    folder: Path, address: str, shown: str, operations: Operations
) -> AsyncIterator[ASGIApp]:
    """Give the application over the plain store in the folder, which is held meanwhile."""
    chosen = Settings.from_environment()
    opened = contextlib.ExitStack()
    try:
        held = await to_thread.run_sync(lambda: open_plain(folder, chosen.base, "serve", shown))
        opened.callback(held.close)
        operations.step = "starting the workers that answer queries"
        pool = await to_thread.run_sync(opened.enter_context, plainly_pooled(held, chosen))
        check_sandbox(address, sandboxed=pool.sandboxed)
        room = chosen.query_kept * 2**20
        evaluator = Pooled(pool, lanes(chosen)["query"], union=False, room=room)
        writer = PlainWriter(held, pool)
        opened.callback(writer.close)
        application = await to_thread.run_sync(
            partial(
                create_app,
                held.store,
                operations,
                evaluator,
                writer,
                sequence=lambda: held.sequence,
                standing=held.standing,
                configuration=configuration(chosen, operations.settings),
            )
        )
        async with application.router.lifespan_context(application):
            operations.vitals = plain_vitals(folder, pool.stats)
            yield enveloped(application)
            operations.vitals = None
    finally:
        await to_thread.run_sync(opened.close)


class _Server(uvicorn.Server):
    """Uvicorn for which SIGTERM and SIGINT are the way to end well, and a second of them to end at once."""

    def __init__(
        self, application: Callable[..., object], refuse: Callable[[str, str], bytes], held: Connections
    ) -> None:
        """Prepare to serve the application; the function answers what cannot be read."""
        super().__init__(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                lifespan="on",
                http=partial(Protocol, refuse=refuse, held=held),  # type: ignore[arg-type]
                loop="asyncio",
                ws="none",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_PATIENCE,
                backlog=_BACKLOG,
            ),
        )

    def stop(self) -> None:
        """End as soon as requests under way are answered."""
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End when requests under way are answered; at once where that was asked for before."""
        del frame
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, wait for requests under way, and close everything; end in any case.

        What is running then and cannot be stopped must not keep the process: whatever was acknowledged is
        on the disk already.
        """
        told("stopping")
        last = threading.Timer(_PATIENCE + _CLOSING, os._exit, (0,))
        last.daemon = True
        last.start()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by signal without passing the signal on, so that the exit code is 0."""
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
