"""Clients that are slow, leave, talk over each other, or fail in the middle of a row of requests."""

from __future__ import annotations

from typing import Final

from tests.attacks.tables.wire import END, Row, get, post, request, row

_OK: Final = get("/healthz", last=False)
_LAST: Final = get("/healthz")
_NOWHERE: Final = get("/nowhere", last=False)
_ASK: Final = b"ASK { ?s ?p ?o }"
_QUERY: Final = post("/sparql", "application/sparql-query", _ASK, last=False)
_HEAD, _, _BODY = _QUERY.partition(END)
_CHUNKED: Final = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
)
_EXPECT: Final = "Expect: 100-continue"


def slow() -> list[Row]:
    """Each stage of a request comes late: nothing is lost, and nothing is answered too early."""
    wait = 0.15
    stages = {
        "method": 2,
        "blank": 5,
        "target": 9,
        "version": 16,
        "end of line": 22,
        "name of a field": 26,
        "value of a field": 34,
        "fields": len(_HEAD),
        "end of the head": len(_HEAD) + 2,
        "first of the body": len(_HEAD) + 5,
        "last of the body": len(_QUERY) - 1,
    }
    last = post("/sparql", "application/sparql-query", _ASK)
    rows = [row(f"within {name}", "200", last[:at], wait, last[at:]) for name, at in stages.items()]
    chunks = {
        "size": (_CHUNKED + b"1", b"0\r\n" + _ASK + b"\r\n0\r\n\r\n"),
        "its end": (_CHUNKED + b"10\r", b"\n" + _ASK + b"\r\n0\r\n\r\n"),
        "chunk": (_CHUNKED + b"10\r\nASK", _ASK[3:] + b"\r\n0\r\n\r\n"),
        "end of a chunk": (_CHUNKED + b"10\r\n" + _ASK + b"\r", b"\n0\r\n\r\n"),
        "last chunk": (_CHUNKED + b"10\r\n" + _ASK + b"\r\n0", b"\r\n\r\n"),
        "trailer": (_CHUNKED + b"10\r\n" + _ASK + b"\r\n0\r\nX: ", b"y\r\n\r\n"),
        "last end": (_CHUNKED + b"10\r\n" + _ASK + b"\r\n0\r\n\r", b"\n"),
    }
    rows += [row(f"within {name}", "200", first, wait, rest) for name, (first, rest) in chunks.items()]
    drops = tuple(piece for at in range(len(_LAST)) for piece in (_LAST[at : at + 1], 0.002))
    return [*rows, row("byte by byte", "200", *drops)]


def pipelines() -> list[Row]:
    """Failures stand between requests that came whole: each has its own answer, in order."""
    bad_query = post("/sparql", "application/sparql-query", b"ASK {", last=False)
    no_key = get("/api/v1/key", last=False)
    wrong_type = post("/sparql", "text/plain", b"x", last=False)
    method = request("DELETE", "/healthz", last=False)
    cases = {
        "404": (_NOWHERE, 404),
        "400 of a query": (bad_query, 400),
        "401": (no_key, 401),
        "415": (wrong_type, 415),
        "405": (method, 405),
        "406": (get("/sparql?query=ASK%7B%7D", "Accept: image/png", last=False), 406),
        "421": (b"GET /healthz HTTP/1.1\r\nHost: other.example\r\n\r\n", 421),
        "501": (
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
        ),
        "cursor": (get("/api/v1/claims?cursor=x", last=False), 400),
        "304": (get("/api/v1/agreements", "If-None-Match: *", last=False), 304),
        "twice": (_NOWHERE + bad_query, 404),
    }
    rows = []
    for name, (failing, status) in cases.items():
        middle = f"{status} 400" if name == "twice" else str(status)
        rest = "" if name == "501" else " 200 200"  # what nobody reads is not waited for
        rows.append(row(f"{name} between", f"200 {middle}{rest}", _OK, failing, _QUERY, _LAST))
    rows += [
        row(
            "forty of them in one piece",
            " ".join(["200", "404"] * 20 + ["200"]),
            (_OK + _NOWHERE) * 20 + _LAST,
        ),
        row(
            "one in two pieces each",
            "200 404 200",
            _OK[:9],
            0.03,
            _OK[9:] + _NOWHERE[:30],
            0.03,
            _NOWHERE[30:] + _LAST,
        ),
        row("after the last one more", "200", _LAST + _NOWHERE),
        row("empty lines between", "200 200", _OK + b"\r\n\r\n" + _LAST),
        row("HEAD and GET", "200h 200", request("HEAD", "/healthz", last=False) + _LAST),
        row("HEAD of what is not there", "404h 200", request("HEAD", "/nowhere", last=False) + _LAST),
        row("a body of nobody’s", "404", post("/nowhere", "text/plain", b"x" * 99, last=False) + _LAST),
        row(
            "a body that looks like a request",
            "400 200",
            post("/sparql", "application/sparql-query", _NOWHERE, last=False) + _LAST,
        ),
        row("GET with a body", "200", request("GET", "/healthz", body=b"hello", last=False) + _LAST),
        row(
            "a chunked body, then another",
            "200 200",
            _CHUNKED.replace(b"Connection: close\r\n", b"") + b"10\r\n" + _ASK + b"\r\n0\r\n\r\n" + _LAST,
        ),
        row("garbage after two", "200 404", _OK + _NOWHERE + b"\x00\xff\r\n\r\n"),
        row("garbage between", "200", _OK + b"hello\r\n\r\n" + _LAST),
        row("TLS after one", "200", _OK + b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"),
        row("HTTP/2 after one", "200", _OK + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        row("HTTP/0.9 after one", "200", _OK + b"GET /healthz\r\n", "half"),
        row("an answer is read before the next", "200 404 200", _OK, "answer", _NOWHERE, "answer", _LAST),
    ]
    return rows


def leavers() -> list[Row]:
    """Who leaves, wholly or by half, keeps nothing, and is answered as far as can be."""
    long = post("/sparql", "application/sparql-query", b" " * 50_000 + _ASK)
    upload = post(
        "/api/v1/validate", "application/yaml", b"kind: report\n" * 400, "Authorization: Bearer SECRET"
    )
    return [
        row("half-closed after a request", "200", _LAST, "half"),
        row("half-closed within a head", "-", _LAST[:30], "half"),
        row("half-closed within a body", "-", _QUERY[:-3], "half"),
        row("half-closed within a chunk", "-", _CHUNKED + b"10\r\nASK", "half"),
        row("half-closed without a word", "-", "half"),
        row("half-closed after an empty line", "-", b"\r\n", "half"),
        row("half-closed within the second", "200", _OK, "answer", _LAST[:20], "half"),
        row("gone at once", "-", "reset"),
        row("gone within a head", "-", _LAST[:30], "reset"),
        row("gone within a body", "-", long[:20_000], "reset"),
        row("gone within an upload", "-", upload[:-9], "reset"),
        row("gone before an answer", "-", _LAST, "reset"),
        row("gone after many", "-", _OK * 50, "reset"),
        row("gone within an export", "-", get("/exports/all.nq.gz"), 0.02, "reset"),
        row(
            "gone within an answer of SPARQL",
            "-",
            get("/sparql?query=SELECT%20*%7B%3Fa%20%3Fb%20%3Fc%7D"),
            0.02,
            "reset",
        ),
    ]


def expecting() -> list[Row]:
    """Who waits to be told to go on is told so once, or is refused before anything is sent."""
    head = _HEAD.replace(b"POST", b"POST", 1) + f"\r\n{_EXPECT}\r\nConnection: close".encode() + END
    large = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 999999999\r\nExpect: 100-continue\r\n\r\n"
    )
    return [
        row("and sends then", "100 200", head, "answer", _BODY),
        row("and sends at once", "100 200", head + _BODY),
        row("in capital letters", "100 200", head.replace(b"100-continue", b"100-CONTINUE"), "answer", _BODY),
        row(
            "chunked",
            "100 200",
            _CHUNKED.replace(END, b"\r\nExpect: 100-continue" + END),
            "answer",
            b"10\r\n" + _ASK + b"\r\n0\r\n\r\n",
        ),
        row("without a body", "200", get("/healthz", _EXPECT)),
        row("and is refused: too large", "413", large),
        row("and is refused: no such host", "421", large.replace(b"Host: localhost", b"Host: other.example")),
        row(
            "and is refused: compressed", "415", head.replace(b"Expect", b"Content-Encoding: gzip\r\nExpect")
        ),
        row(
            "and is refused: no key",
            "401",
            b"POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        ),
        row(
            "of what is not there",
            "404",
            b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\n\r\n",
        ),
        row("by HTTP/1.0", "200", (head.replace(b"HTTP/1.1", b"HTTP/1.0") + _BODY)),
    ]
