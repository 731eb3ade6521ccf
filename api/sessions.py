"""Sessions of people who signed in with a key: what a cookie stands for, held in memory only.

A session knows by which key it was begun, never the key itself; it ends with the key, when somebody signs
out, after hours in which nobody used it, and with the server.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.keys import Key

IDLE: Final = 12 * 3600
"""Seconds after which a session ends that nobody uses."""
_MOST: Final = 1000
"""Sessions that are held at once; who comes after that ends the one that was used longest ago."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in, by the key that was shown."""

    key: str
    """Its id, which opens nothing."""
    sha256: str
    """Of the token: another key of the same id has none of its sessions."""
    csrf: str
    """What a form has to bring besides the cookie, so that no page of another site can send it."""
    used: float


class Sessions:
    """The sessions of one server; for several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._clock = clock
        self._held: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, key: Key) -> str:
        """Return the secret of a new session of who showed the key; nothing else opens it."""
        secret = secrets.token_urlsafe(32)
        session = Session(key.id, key.sha256, secrets.token_urlsafe(32), self._clock())
        with self._lock:
            if len(self._held) >= _MOST:
                del self._held[min(self._held, key=lambda name: self._held[name].used)]
            self._held[_name(secret)] = session
        return secret

    def find(self, secret: str) -> Session | None:
        """Return the session of a secret; None for one that has ended or never was."""
        name, now = _name(secret), self._clock()
        with self._lock:
            session = self._held.get(name)
            if session is None:
                return None
            if now - session.used > IDLE:
                del self._held[name]
                return None
            self._held[name] = session = replace(session, used=now)
        return session

    def close(self, secret: str) -> None:
        """End a session, if it is one."""
        with self._lock:
            self._held.pop(_name(secret), None)


def same(one: str, other: str) -> bool:
    """Return whether two secrets are the same; the time that it takes tells nothing of either.

    >>> same("a", "a"), same("", ""), same("a", "ä")
    (True, False, False)
    """
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def _name(secret: str) -> str:
    """Return under what a session is held: the secret itself is not."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
