"""The log: one line for each request and for whatever else happens, on standard error.

Lines never hold what was asked: no query string, no SPARQL, no key, no address of a client. Of an exception
they hold its type and the places that it passed, not its message, which may quote any of these. A reader
of standard error that is slow, or has stopped, never makes a request wait: lines that find no room are
dropped, and counted.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from api.operations.settings import LogFormat
from api.trace import trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOGGER: Final = logging.getLogger("servanda")
"""Where the server tells of itself."""
_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=str)
_ROOM: Final = 10_000
"""Lines that wait to be written."""
_PATIENCE: Final = 1.0
"""Seconds that lines which wait are given when the server ends."""
_FRAMES: Final = 30
_APART: Final = 1.0
"""Seconds between two lines of one kind of trouble; those in between are counted."""
_MOMENT: Final = 0.02
"""Seconds for which a line waits for others, to be written with them: each time costs a switch of threads."""


@dataclass(slots=True)
class _Trouble:
    """Trouble of one kind: when it was told, what was said last, and how often it came since."""

    since: float
    said: dict[str, Any]
    times: int = 0


class Log(logging.Handler):
    """Writes lines to a file descriptor, on a thread of its own."""

    def __init__(self, form: LogFormat, descriptor: int) -> None:
        """Start the thread."""
        super().__init__()
        self.dropped = 0
        self._form = form
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes | None] = queue.Queue(_ROOM)
        self._troubles: dict[tuple[object, ...], _Trouble] = {}
        """What was told within the last second, by its kind."""
        self._counting = threading.Lock()
        self._counted = 0.0
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a line into the queue, if there is room; of one kind of trouble one a second, with a count."""
        try:
            said = said_of(record)
            if record.levelno < logging.WARNING or self._is_new(record, said):
                self._put(said)
        except Exception:  # noqa: BLE001 - what cannot be logged must not fail what is
            self.dropped += 1

    def _is_new(self, record: logging.LogRecord, said: dict[str, Any]) -> bool:
        """Return whether trouble of this kind was not told within the last second; else count it."""
        kind = (record.name, record.msg, type(record.exc_info[1]) if record.exc_info else None)
        with self._counting:
            known = self._troubles.get(kind)
            if known is not None:
                known.times += 1
                known.said = said
                return False
            self._troubles[kind] = _Trouble(time.monotonic(), dict(said))
        return True

    def _tell_counts(self) -> None:
        """Tell what came again within a second of being told, and how often."""
        now = time.monotonic()
        with self._counting:
            due = {kind: known for kind, known in self._troubles.items() if now - known.since >= _APART}
            for kind, known in due.items():
                del self._troubles[kind]
                if known.times:
                    self._troubles[kind] = _Trouble(now, known.said)
        for known in due.values():
            if known.times:
                try:
                    self._put(known.said | {"times": known.times})
                except queue.Full:
                    self.dropped += 1

    def request(self, fields: Mapping[str, object]) -> None:
        """Put the line of a request that has ended, as `told` would, in a fraction of its time."""
        try:
            self._put({"time": _clock(time.time()), "level": "info", "event": "request", **_known(fields)})
        except queue.Full:
            self.dropped += 1

    def _put(self, said: dict[str, Any]) -> None:
        line = (json_line if self._form is LogFormat.JSON else text_line)(said)
        self._lines.put_nowait(line.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Write what waits, as far as that is read, and end the thread."""
        with self._counting:
            for known in self._troubles.values():
                known.since = -_APART
        self._tell_counts()
        try:
            self._lines.put(None, timeout=_PATIENCE)
        except queue.Full:
            return
        self._writer.join(_PATIENCE)
        super().close()

    def _write(self) -> None:
        while (line := self._next()) is not None:
            *lines, last = line, *self._others()
            lines += [] if last is None else [last]
            try:
                rest = memoryview(b"".join(line for line in lines if line is not None))
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:  # nobody reads standard error any more
                self.dropped += len(lines)
            if last is None:
                return

    def _next(self) -> bytes | None:
        """Return the next line; meanwhile, once a second, what trouble came again is told."""
        while True:
            if self._troubles and time.monotonic() - self._counted >= _APART:
                self._counted = time.monotonic()
                self._tell_counts()
            with suppress(queue.Empty):
                return self._lines.get(timeout=_APART)

    def _others(self) -> Iterator[bytes | None]:
        """Yield the lines that come within a moment; None, if it comes, is the last."""
        time.sleep(_MOMENT)
        with suppress(queue.Empty):
            for _ in range(_ROOM):
                line = self._lines.get_nowait()
                yield line
                if line is None:
                    return


def install(form: LogFormat | None) -> Log:
    """Send every log of this process to standard error, and return what writes it; None: as fits."""
    descriptor = sys.stderr.fileno()
    chosen = form or (LogFormat.TEXT if os.isatty(descriptor) else LogFormat.JSON)
    log = Log(chosen, descriptor)
    logging.basicConfig(handlers=[log], level=logging.WARNING, force=True)
    LOGGER.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    threading.excepthook = _on_thread
    sys.unraisablehook = _on_unraisable
    return log


def told(event: str, **fields: object) -> None:
    """Log that something happened, in a few words, with what is known of it."""
    LOGGER.info(event, extra={"fields": fields})


def json_line(said: Mapping[str, Any]) -> str:
    """Return what is said as a line of JSON."""
    return _JSON.encode(said) + "\n"


def text_line(said: dict[str, Any]) -> str:
    """Return what is said as a short line, with the places of an exception below it."""
    clock = str(said.pop("time"))[11:19]
    level, event = said.pop("level"), said.pop("event")
    if event == "request":
        line = (
            f"{clock} {said['method']} {said['route']} {said['status'] or '-'} {said['ms']} ms"
            f" {said['bytes']} bytes {said['verdict']} {said['id']}"
        )
        return line + "\n"
    error, places = said.pop("error", None), said.pop("places", ())
    rest = " ".join(f"{name}={value}" for name, value in said.items())
    parts = [clock, "" if level == "info" else f"{level}:", str(event), str(error or ""), rest]
    line = " ".join(part for part in parts if part)
    return "\n".join((line, *(f"    {place}" for place in places))) + "\n"


def said_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record says: when, how grave, what, and what is known of it."""
    said: dict[str, Any] = {
        "time": _clock(record.created),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
    }
    fields: Mapping[str, object] | None = getattr(record, "fields", None)
    if fields is not None:
        return said | _known(fields)
    known = trace()
    if known.id:
        said |= {"id": known.id, "route": known.route}
    if record.exc_info and record.exc_info[1] is not None:
        said |= {"error": _types(record.exc_info[1]), "places": places(record.exc_info[1])}
    return said


def _known(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def places(error: BaseException) -> list[str]:
    """Return where an exception passed, the innermost last, as modules and lines; never its message."""
    walked = list(traceback.walk_tb(error.__traceback__))[-_FRAMES:]
    return [f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}" for frame, line in walked]


def _types(error: BaseException) -> str:
    """Return the type of an exception, and of those that led to it."""
    names, seen = [], 0
    following: BaseException | None = error
    while following is not None and seen < _FRAMES:
        names.append(type(following).__qualname__)
        following = following.__cause__ or following.__context__
        seen += 1
    return " from ".join(names)


def _on_thread(failed: threading.ExceptHookArgs) -> None:
    name = "a thread" if failed.thread is None else failed.thread.name
    value = failed.exc_value
    info = None if value is None else (type(value), value, failed.exc_traceback)
    LOGGER.error("%s failed", name, exc_info=info)


def _on_unraisable(failed: sys.UnraisableHookArgs) -> None:
    value = failed.exc_value
    info = None if value is None else (type(value), value, failed.exc_traceback)
    LOGGER.error("something failed that nobody waited for", exc_info=info)
