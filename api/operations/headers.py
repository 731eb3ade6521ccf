"""What every answer tells browsers about itself."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{}; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_DATA: Final = b"default-src 'none'; frame-ancestors 'none'"
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_POLICY: Final = b"content-security-policy"
_NOT_MODIFIED: Final = 304


def policy(*styles: str) -> str:
    """Return the policy of a page: its own scripts, styles and pictures, and these styles written into it.

    >>> policy().partition(";")[0]
    "default-src 'none'"
    """
    return PAGES.format("".join(f" 'sha256-{_digest(style)}'" for style in styles))


def secured(
    headers: Iterable[tuple[bytes, bytes]], name: str, status: int = 200
) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that each must have, and the request's name.

    One that was not modified (304) has no policy: the policy of what the browser kept stays in force, where
    another would be put into its place (RFC 9111, §3.2), and that of data lets no page have its styles.
    """
    given = {key: value for key, value in headers if key in {b"content-type", _POLICY}}
    added = list(_ALWAYS)
    if _POLICY not in given and status != _NOT_MODIFIED:
        is_page = given.get(b"content-type", b"").startswith(b"text/html")
        added.append((_POLICY, policy().encode() if is_page else _DATA))
    added.append((b"x-request-id", name.encode("ascii")))
    return [*headers, *added]


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
