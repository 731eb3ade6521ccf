"""The thread that keeps as many workers as are wanted: it orders, welcomes and buries them."""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final

from kg.query.pool import wire
from kg.query.pool.nursery import Nursery
from kg.query.pool.process import Process, State
from kg.query.pool.turnstile import Turnstile
from kg.refusals import of_the_system, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query.pool.limits import Lane
    from kg.query.pool.process import Generation

_START: Final = 20.0
"""Seconds that a worker may take until it is ready; a large store is opened in less than one."""
_END: Final = 2.0
"""Seconds after which a worker that was to be killed should be known to be dead."""
_END_LOW: Final = 30.0
"""The same for one at the lowest priority: giving 256 MB back took it 3.4 s while four others were busy."""
_PAUSE: Final = (0.1, 5.0)
"""Seconds before a worker is ordered again after one could not start: at first, and at most."""
_TRIES: Final = 4
"""How many workers of a new generation may fail to start until it is given up."""
_GREETING: Final = 0.5
"""Seconds for the whole of a worker's first message, once it has begun."""

_log = logging.getLogger(__name__)


class Keeper:
    """Keeps the workers of all lanes, in a thread of its own.

    `current` is the generation whose workers answer, `coming` the one that is made ready to take its
    place; both and everything about workers are read and written by who holds the lock.
    """

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        """Start the thread; there are no workers until a generation is wanted."""
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.turnstiles = {
            name: Turnstile(lane, self.lock, self.locked_end, self.wake) for name, lane in lanes.items()
        }
        self.current: Generation | None = None
        self.coming: Generation | None = None
        self.failure: str | None = None
        """Why workers of the coming generation cannot start."""
        self.failures = 0
        self.sandboxed = True
        self.ended = {name: Counter[str]() for name in lanes}
        self.zygotes = Counter[str]()
        self._lanes = lanes
        self._processes: dict[int, Process] = {}
        self._numbers = count(1)
        self._nurseries: dict[str, Nursery] = {}
        self._pauses = dict.fromkeys(lanes, _PAUSE[0])
        self._not_before = dict.fromkeys(lanes, 0.0)
        self._closing = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._waker.settimeout(0)
        self._selector.register(self._woken, selectors.EVENT_READ, self._drain)
        self._thread = threading.Thread(target=self._run, name="query-pool", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Have the thread look at what is wanted."""
        with suppress(OSError):
            self._waker.send(b".")

    def locked_ready(self, lane: str) -> list[Process]:
        """Return the workers of the coming generation that are ready."""
        return [
            process
            for process in self._processes.values()
            if (process.lane, process.generation, process.state) == (lane, self.coming, State.READY)
        ]

    def locked_end(self, process: Process) -> None:
        """End a worker that no task has any more."""
        if process.state is State.ENDED:
            return
        process.state, process.since = State.ENDED, time.monotonic()
        nursery = self._nurseries.get(process.lane)
        if nursery is not None:
            nursery.kill(process.number)

    def locked_in_use(self) -> set[Generation]:
        """Return the generations that have workers."""
        return {process.generation for process in self._processes.values()}

    def locked_starting(self, lane: str) -> int:
        """Return how many workers are not ready yet."""
        return sum(
            (process.lane, process.state) == (lane, State.STARTING) for process in self._processes.values()
        )

    def close(self) -> None:
        """End all workers and zygotes, and the thread."""
        with self.lock:
            self._closing = True
            for turnstile in self.turnstiles.values():
                turnstile.locked_close()
        self.wake()
        self._thread.join()
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def _run(self) -> None:
        while not self._closing:
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - the pool goes on
                _log.exception("the pool of workers met what it did not expect")
                time.sleep(_PAUSE[0])
        for nursery in self._nurseries.values():
            self._selector.unregister(nursery.control)
            nursery.close()
        with self.lock:
            for process in list(self._processes.values()):
                self._locked_bury(process, None)
            self.changed.notify_all()

    def _turn(self) -> None:
        self._refill()
        for key, _ in self._selector.select(self._patience()):
            key.data(key.fileobj)
        self._look_at_the_clock()

    def _patience(self) -> float | None:
        """Return after how long something may have to be done that nobody tells."""
        with self.lock:
            pending = any(
                process.state in {State.STARTING, State.ENDED} for process in self._processes.values()
            )
        return 0.1 if pending or any(at > time.monotonic() for at in self._not_before.values()) else None

    def _drain(self, woken: socket.socket) -> None:
        woken.recv(4096)

    def _refill(self) -> None:
        """Order the workers that are missing."""
        for name, lane in self._lanes.items():
            if not self.turnstiles[name].wanted or time.monotonic() < self._not_before[name]:
                continue
            for generation, wanted in (
                (self.coming, lane.workers),
                (self.current, lane.workers + lane.spares),
            ):
                if generation is None:
                    continue
                with self.lock:
                    there = sum(
                        (process.lane, process.generation) == (name, generation)
                        and process.state not in {State.ENDED, State.ASIDE}
                        for process in self._processes.values()
                    )
                for _ in range(wanted - there):
                    if time.monotonic() >= self._not_before[name]:
                        self._order(name, generation)

    def _order(self, lane: str, generation: Generation) -> None:
        nursery = self._nurseries.get(lane)
        if nursery is None:
            try:
                nursery = self._nurseries[lane] = Nursery(lane)
            except OSError as error:
                with self.lock:
                    self._locked_put_off(lane, generation, _not_started(error), times=_TRIES)
                return
            self.zygotes[lane] += 1
            self._selector.register(nursery.control, selectors.EVENT_READ, lambda _: self._listen(nursery))
        channel, theirs = socket.socketpair()
        words, said = os.pipe()
        for end in (words, said):
            os.set_blocking(end, False)
        process = Process(next(self._numbers), lane, generation, channel, words)
        with self.lock:
            self._processes[process.number] = process
        try:
            with theirs:
                nursery.order(process, (theirs.fileno(), said), self._lanes[lane])
        except OSError:
            self._lose(nursery)
            return
        finally:
            os.close(said)
        self._selector.register(channel, selectors.EVENT_READ, lambda _: self._welcome(process))

    def _listen(self, nursery: Nursery) -> None:
        reports = nursery.reports()
        if reports is None:
            self._lose(nursery)
            return
        with self.lock:
            for number, status, peak in reports:
                process = self._processes.get(number)
                if process is not None:
                    self._locked_bury(process, status, peak)

    def _welcome(self, process: Process) -> None:
        """Read what a worker says first."""
        if process.channel.fileno() < 0:  # it was buried a moment ago, in the same turn
            return
        self._selector.unregister(process.channel)
        try:
            said, _ = wire.receive(process.channel, time.monotonic() + _GREETING, 0)
        except (OSError, wire.GarbledError):
            with self.lock:
                self._locked_failed(process, "it ended before it was ready")
            return
        with self.lock:
            if "failed" in said or not isinstance(said.get("process"), int):
                self._locked_failed(process, str(said.get("failed")), times=_TRIES)
                return
            self._pauses[process.lane] = _PAUSE[0]
            self.sandboxed = self.sandboxed and said.get("sandboxed") is True
            process.process = int(str(said["process"]))
            process.thread = int(str(said["thread"]))
            if process.state is not State.STARTING or process.generation not in {self.current, self.coming}:
                self._locked_discard(process)
            elif process.generation == self.current:
                self.turnstiles[process.lane].locked_add(process)
            else:
                process.state = State.READY
            self.changed.notify_all()

    def _locked_failed(self, process: Process, why: str, times: int = 1) -> None:
        """End a worker that did not start; one that said why itself counts for as many as are tried."""
        if process.state is not State.STARTING:
            return
        self._locked_put_off(process.lane, process.generation, why, times)
        self.ended[process.lane]["failed"] += 1
        self.locked_end(process)
        process.close()

    def _locked_put_off(self, lane: str, generation: Generation, why: str, times: int) -> None:
        """Wait before a worker is ordered again; a generation is given up after as many as are tried."""
        if not self._closing:
            _log.warning("a worker for %s could not start: %s", lane, why)
        self._not_before[lane] = time.monotonic() + self._pauses[lane]
        self._pauses[lane] = min(2 * self._pauses[lane], _PAUSE[1])
        if generation == self.coming:
            self.failures += times
            self.failure = why if self.failures >= _TRIES else None
        self.changed.notify_all()

    def _locked_discard(self, process: Process) -> None:
        self.locked_end(process)
        process.close()

    def _locked_bury(self, process: Process, status: int | None, peak: int = 0) -> None:
        """Note that a worker is dead; a task that it has finds out itself, by its channel."""
        del self._processes[process.number]
        process.status, process.peak = status, peak
        if process.state is State.READY:
            self.turnstiles[process.lane].locked_remove(process)
            self.ended[process.lane]["lost"] += 1
            process.close()
        elif process.state is State.STARTING:
            with suppress(KeyError, ValueError):
                self._selector.unregister(process.channel)
            self._locked_failed(process, "it ended before it was ready")
        process.state = State.ENDED
        process.dead.set()

    def _lose(self, nursery: Nursery) -> None:
        """Bury a zygote with its workers; the next order starts another."""
        if self._nurseries.get(nursery.lane) is not nursery:
            return
        _log.warning("the process that makes the workers for %s is gone; another is started", nursery.lane)
        del self._nurseries[nursery.lane]
        self._selector.unregister(nursery.control)
        nursery.kill_zygote()
        with self.lock:
            for process in list(self._processes.values()):
                if process.lane == nursery.lane:
                    self._locked_bury(process, None)

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        with self.lock:
            late = [process for process in self._processes.values() if _late(process, now)]
            for process in late:
                if process.state is State.STARTING:
                    with suppress(KeyError, ValueError):
                        self._selector.unregister(process.channel)
                    self._locked_failed(process, f"it was not ready within {_START:g} seconds")
            hung = {process.lane for process in late if process.state is State.ENDED and _late(process, now)}
        for lane in hung:
            if lane in self._nurseries:
                self._lose(self._nurseries[lane])


def _not_started(error: OSError) -> str:
    refused = refusal("what makes workers", error)
    return f"what makes workers cannot be started: {refused or of_the_system(error)}"


def _late(process: Process, now: float) -> bool:
    ending = _END_LOW if process.low else _END
    patience = {State.STARTING: _START, State.ENDED: ending}.get(process.state)
    return patience is not None and now - process.since > patience
