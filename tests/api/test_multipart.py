"""Forms of several parts: what they hold, what is none, and how long it takes to tell."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from api.multipart import MOST_HEADER, MOST_PARTS, FormError, split

KIND = "multipart/form-data; boundary=x"
TURTLE = b"Content-Type: text/turtle\r\n\r\n"
END = b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("kind", "body", "parts"),
    [
        (KIND, b"--x\r\n" + TURTLE + b"a" + END, [(b"a", "text/turtle")]),
        (KIND, b"--x\r\n" + TURTLE + END, [(b"", "text/turtle")]),
        (KIND, b"--x\r\n\r\na" + END, [(b"a", "text/plain")]),
        (KIND, b"before\r\n--x \t\r\n" + TURTLE + b"a\r\n\r\n--x--\r\nafter", [(b"a\r\n", "text/turtle")]),
        (KIND, b"--x\ncontent-TYPE:text/turtle;a=b\n\na\n--x--", [(b"a", "text/turtle;a=b")]),
        (KIND, b"--x\r\n\r\na\r\n--x\r\n\r\n\r\nb" + END, [(b"a", "text/plain"), (b"\r\nb", "text/plain")]),
        ('multipart/form-data; a=b; Boundary="x y"', b"--x y\r\n\r\na\r\n--x y--", [(b"a", "text/plain")]),
        (KIND, '--x\r\nA: b; filename="ä"\r\n\r\na\r\n--x--'.encode(), [(b"a", "text/plain")]),
    ],
    ids=["one", "empty", "no header", "around", "line feeds", "two", "quoted", "name of a file"],
)
def test_a_form_is_taken_apart(kind: str, body: bytes, parts: list[tuple[bytes, str]]) -> None:
    assert split(kind, body) == parts


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("multipart/form-data", b"--x\r\n\r\na" + END, "names no boundary"),
        (KIND, b"", "no line that ends it"),
        (KIND, b"--x\r\n" + TURTLE + b"a", "no line that ends it"),
        (KIND, b"--x--", "no parts"),
        (KIND, b"--x\r\n" + TURTLE + b"a\r\n--xy\r\n" + END, "follows a boundary"),
        (KIND, b"--x\r\nContent-Type: text/turtle" + END, "empty line"),
        (KIND, b"--x\r\nA: b\r\n c\r\n\r\na" + END, "each line"),
        (KIND, b"--x\r\n: b\r\n\r\na" + END, "each line"),
        (KIND, b"--x\r\nContent-Type: =?utf-8?q?text/turtle?=\r\n\r\na" + END, "encoded words"),
        (KIND, b"--x\r\nContent-Type: a\r\nContent-Type: b\r\n\r\na" + END, "two fields"),
        (KIND, b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==" + END, "transfer encoding"),
        (KIND, b"--x\r\nA: " + b"b" * MOST_HEADER + b"\r\n\r\na" + END, "8,192 bytes"),
        (KIND, b"--x\r\n\r\na\r\n" * (MOST_PARTS + 1) + b"--x--", "more than 100"),
    ],
)
def test_what_is_no_form_or_has_more_than_it_may_is_told(kind: str, body: bytes, why: str) -> None:
    with pytest.raises(FormError, match=why):
        split(kind, body)


def test_as_many_parts_as_may_be_are_taken() -> None:
    assert len(split(KIND, b"--x\r\n\r\na\r\n" * MOST_PARTS + b"--x--")) == MOST_PARTS


@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\n" + TURTLE + b"\r\n--" * 1_250_000 + END,
        b"--x\r\n" + TURTLE + b"\n" * 5_000_000 + END,
        b"--x\r\nContent-Type: text/turtle\r\n" + b" a\r\n" * 1_250_000 + b"\r\n" + END,
        b"--x\r\nContent-Type: text/turtle" + b" " * 5_000_000 + b"\r\n\r\n" + END,
        b"--x" + b" " * 5_000_000 + b"\r\n\r\n" + END,
        b"--x\r\n\r\n" * 700_000,
        b"--x" * 1_600_000,
    ],
)
def test_it_takes_no_longer_than_the_form_is_long(body: bytes) -> None:
    start = time.process_time()
    with suppress(FormError):
        split(KIND, body)
    assert time.process_time() - start < 0.5
