"""The corpus: one file a case, with what is to become of it in its first lines.

Lines that begin with `#: ` are TOML about the case; what follows them is the payload. A file that ends in
`.toml` is TOML altogether, and its payload is made of `pieces`, each a text and how often it stands there;
in it `%i` is the number of the repetition and `%j` the next. `CANARY`, `CANARY6` and `LOCALHOST` are the
addresses of listeners that count who connects.
"""

from __future__ import annotations

import gzip
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CORPUS = Path(__file__).parent / "corpus"
_HEAD = b"#: "


@dataclass(frozen=True, slots=True)
class Case:
    """An attack and what is to become of it."""

    name: str
    about: Mapping[str, Any]
    raw: bytes

    def payload(self, addresses: Mapping[str, str]) -> bytes:
        """Return what is sent, with the listeners' addresses put in."""
        made = self.raw
        for name in sorted(addresses, key=len, reverse=True):
            made = made.replace(name.encode(), addresses[name].encode())
        for _ in [part for part in self.encoding.split(",") if part]:
            made = gzip.compress(made, mtime=0)
        return made

    @property
    def encoding(self) -> str:
        """How the payload is packed."""
        return str(self.about.get("encoding", ""))

    @property
    def media_type(self) -> str:
        """What the payload is said to be."""
        return str(self.about["media_type"])


@cache
def cases(letter: str, *endings: str) -> tuple[Case, ...]:
    """Return the cases of a letter whose files end in one of those ways, by name."""
    found = tuple(
        _read(path) for path in sorted((CORPUS / letter).iterdir()) if not endings or path.suffix in endings
    )
    assert found, f"no cases in {CORPUS / letter}"
    return found


def uploads() -> tuple[Case, ...]:
    """Return every case that is sent to be taken in."""
    return tuple(case for letter in "SU" for case in cases(letter) if "media_type" in case.about)


def queries() -> tuple[Case, ...]:
    """Return every case that is sent as a query."""
    return tuple(case for letter in "SBU" for case in cases(letter) if "in_pool" in case.about)


def requests() -> tuple[Case, ...]:
    """Return every case that is a request as it goes over the wire."""
    return tuple(case for letter in "SUH" for case in cases(letter) if "status" in case.about)


def _read(path: Path) -> Case:
    if path.suffix == ".toml":
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        return Case(path.name, about, _made(about.pop("pieces")))
    data = path.read_bytes()
    head = []
    while data.startswith(_HEAD):
        line, _, data = data.partition(b"\n")
        head.append(line.removeprefix(_HEAD))
    raw = data.removesuffix(b"\n")
    if path.suffix == ".http":
        raw = raw.replace(b"\n", b"\r\n") + b"\r\n" * (not raw.partition(b"\n\n")[1])
    return Case(path.name, tomllib.loads(b"\n".join(head).decode()), raw)


def _made(pieces: list[dict[str, Any]]) -> bytes:
    return "".join(
        text.replace("%i", str(number)).replace("%j", str(number + 1)) if "%" in text else text
        for text, times in ((piece["text"], piece["times"]) for piece in pieces)
        for number in (range(times) if "%" in text else [0] * times)
    ).encode()
