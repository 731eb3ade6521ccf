"""First lines, fields and bodies that two programs could read in two ways, or that none should read."""

from __future__ import annotations

from typing import Final

from tests.attacks.tables.wire import Row, get, post, request, row

_FIRST: Final = b"GET /healthz HTTP/1.1\r\n"
_HOST: Final = b"Host: localhost\r\n"
_CLOSE: Final = b"Connection: close\r\n"
_REST: Final = _HOST + _CLOSE + b"\r\n"
_ASK: Final = b"ASK { ?s ?p ?o }"
_POST: Final = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/sparql-query\r\n"
)
_PIECES: Final = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_DONE: Final = b"10\r\n" + _ASK + b"\r\n0\r\n\r\n"


def methods() -> list[Row]:
    """Methods that are none, or not of here."""
    unknown = (
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "PRI",
        "PURGE",
        "SEARCH",
        "QUERY",
        "get",
        "Get",
        "M-SEARCH",
        "X" * 40,
    )
    rows = [
        row(f"{name[:12]} is not taken", "405", request(name, "/healthz"))
        for name in unknown
        if name != "CONNECT"
    ]
    return [
        *rows,
        row("CONNECT is no proxy", "4xx", request("CONNECT", "example.org:443")),
        row("TRACE tells nothing back", "405", request("TRACE", "/healthz", "X-Secret: told")),
        row("no method", "400", b" /healthz HTTP/1.1\r\n" + _REST),
        row("one of 41 letters", "400", request("X" * 41, "/healthz")),
        row("one with a bracket", "400", request("GE(T", "/healthz")),
        row("one with a byte of no letter", "400", request("G\xc9T", "/healthz")),
        row("one with NUL", "400", request("GE\0T", "/healthz")),
        row("one by override", "405", request("POST", "/healthz", "X-HTTP-Method-Override: GET")),
        row("PATCH", "405", request("PATCH", "/graphs", body=b"x")),
        row("PUT of a list", "405", request("PUT", "/api/v1/agreements", body=b"x")),
    ]


def first_lines() -> list[Row]:
    """First lines: of other versions, other ends, other blanks, other protocols."""
    line = {
        "version 0.9 by name": (b"GET /healthz HTTP/0.9\r\n", "400"),
        "version 1.2": (b"GET /healthz HTTP/1.2\r\n", "400"),
        "version 2.0": (b"GET /healthz HTTP/2.0\r\n", "400"),
        "version 11": (b"GET /healthz HTTP/11\r\n", "400"),
        "version 1.1.1": (b"GET /healthz HTTP/1.1.1\r\n", "400"),
        "version 1.١": ("GET /healthz HTTP/1.١\r\n".encode(), "400"),
        "small letters": (b"GET /healthz http/1.1\r\n", "400"),
        "another protocol": (b"GET /healthz ICY/1.1\r\n", "400"),
        "RTSP, which the parser takes for HTTP": (b"GET /healthz RTSP/1.0\r\n", "200"),
        "a tab": (b"GET\t/healthz\tHTTP/1.1\r\n", "400"),
        "a blank more at the end": (b"GET /healthz HTTP/1.1 x\r\n", "400"),
        "no target": (b"GET HTTP/1.1\r\n", "400"),
        "a target of two words": (b"GET /healthz /x HTTP/1.1\r\n", "400"),
        "a carriage return alone": (b"GET /healthz HTTP/1.1\r", "400"),
        "NUL in the target": (b"GET /health\0z HTTP/1.1\r\n", "400"),
        "DEL in the target": (b"GET /health\x7fz HTTP/1.1\r\n", "400"),
        "a line of another request": (b"GET /healthz HTTP/1.1\r\nGET /nowhere HTTP/1.1\r\n", "400"),
    }
    rows = [row(name, status, said + _REST) for name, (said, status) in line.items()]
    return [
        *rows,
        row("HTTP/0.9", "-", b"GET /healthz\r\n", "half"),
        row("HTTP/0.9 with a bare end", "-", b"GET /healthz\n", "half"),
        row("HTTP/2 with prior knowledge", "4xx", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
        row("TLS", "400", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 99),
        row("SSH", "400", b"SSH-2.0-OpenSSH_9.6\r\n"),
        row("SMTP", "400", b"EHLO example.org\r\n\r\n"),
        row("PROXY", "400", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + _FIRST + _REST),
        row("PROXY in binary", "400", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + b"\1" * 12 + _FIRST + _REST),
        row("an answer", "400", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        row("UTF-16", "400", "GET /healthz HTTP/1.1\r\n\r\n".encode("utf-16")),
        row("a mark of order before it", "400", b"\xef\xbb\xbf" + _FIRST + _REST),
        row(
            "by HTTP/1.0, kept alive",
            "200",
            b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get("/healthz"),
        ),
        row("by HTTP/1.0, chunked", "400", _PIECES.replace(b"HTTP/1.1", b"HTTP/1.0") + _DONE),
    ]


def fields() -> list[Row]:
    """Fields of a head."""
    bad = {
        "a blank before the colon": b"X : y",
        "a tab before the colon": b"X\t: y",
        "a line that goes on": b"X: y\r\n z",
        "a line that goes on at the first": b" X: y",
        "no colon": b"X y",
        "no name": b": y",
        "NUL in a value": b"X: a\0b",
        "NUL in a name": b"X\0Y: a",
        "a name with a letter beyond ASCII": "Hö: y".encode(),
        "a name in brackets": b"X(): y",
        "a carriage return within": b"X: a\rb",
        "a bell": b"X: a\x07b",
        "a quoted name": b'"X": y',
    }
    rows = [row(name, "400", _FIRST + said + b"\r\n" + _REST) for name, said in bad.items()]
    many = b"".join(b"X%d: y\r\n" % number for number in range(3000))
    return [
        *rows,
        row("lines that end in different ways", "4xx", _FIRST + b"X: a\nContent-Length: 5\r\n\n" + _REST),
        row(
            "all lines end in a line feed alone",
            "400",
            _FIRST.replace(b"\r", b"") + _REST.replace(b"\r", b""),
        ),
        row("three thousand", "200", _FIRST + many + _REST),
        row("thirty thousand", "431", _FIRST + many * 10 + _REST),
        row("one of 65,000 bytes", "200", get("/healthz", "X: " + "a" * 65_000)),
        row("one name of 65,536 bytes", "431", get("/healthz", "a" * 65_536 + ": x")),
        row("the same ten thousand times", "200", _FIRST + b"X: y\r\n" * 10_000 + _REST),
        row("bytes that are no text", "200", _FIRST + b"X: \xff\xfe\x80\r\n" + _REST),
        row("empty values", "200", get("/healthz", "Accept:", "X:", "If-None-Match:", "Range:", "Cookie:")),
        row(
            "names of the gateway’s",
            "200",
            get(
                "/healthz",
                "Proxy: http://CANARY",
                "X-Forwarded-Host: evil.example",
                "X-Original-URL: /api/v1/key",
                "Forwarded: for=1.2.3.4;host=evil.example",
            ),
        ),
        row("expects what nobody knows", "200", get("/healthz", "Expect: a-miracle")),
        row(
            "an upgrade to what nobody speaks",
            "200",
            get(
                "/healthz",
                "Connection: close, upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Version: 13",
            ),
        ),
        row("Connection names Host", "200", get("/healthz", "Connection: Host, Authorization")),
    ]


def doubled() -> list[Row]:
    """Fields of which there is to be one, twice: refused, or read so that no order of them gives more."""
    key, none = "Authorization: Bearer SECRET", "Authorization: Bearer svd_aaaaaaaa_x"
    body = b"ASK {}"
    query = "Content-Type: application/sparql-query"
    return [
        row("Host", "400", get("/healthz", "Host: localhost")),
        row("Host and another", "400", get("/healthz", "Host: evil.example")),
        row("Host in other letters", "400", get("/healthz", "HOST: localhost")),
        row("Content-Type", "400", post("/sparql", "application/sparql-query", body, query)),
        row("Content-Type and another", "400", post("/sparql", "text/plain", body, query)),
        row("Content-Length", "400", request("POST", "/sparql", query, "Content-Length: 6", body=body)),
        row(
            "Content-Length and another",
            "400",
            request("POST", "/sparql", query, "Content-Length: 7", body=body),
        ),
        row("Content-Length as a list", "400", _POST + b"Content-Length: 6, 6\r\n\r\nASK {}"),
        row("Transfer-Encoding", "4xx", _POST + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n" + _DONE),
        row(
            "Transfer-Encoding as a list",
            "400",
            _POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + _DONE,
        ),
        row("Authorization, right and wrong", "401", get("/api/v1/key", key, none)),
        row("Authorization, wrong and right", "401", get("/api/v1/key", none, key)),
        row("Authorization, right and right", "401", get("/api/v1/key", key, key)),
        row("Authorization as a list", "401", get("/api/v1/key", key + ", Bearer x")),
        row(
            "Content-Encoding",
            "415",
            post(
                "/sparql",
                "application/sparql-query",
                body,
                "Content-Encoding: identity",
                "Content-Encoding: gzip",
            ),
        ),
        row("Accept", "200", get("/api/v1/agreements", "Accept: image/png", "Accept: application/json")),
        row(
            "If-Match",
            "412",
            request(
                "PUT",
                "/graphs/report/none",
                key,
                'If-Match: "a"',
                'If-Match: "b"',
                "Content-Type: text/turtle",
                body=b"<urn:a> <urn:b> <urn:c> .",
            ),
        ),
        row("If-None-Match", "200", get("/api/v1/agreements", 'If-None-Match: "a"', 'If-None-Match: "b"')),
        row("Range", "200", get("/openapi.json", "Range: bytes=0-1", "Range: bytes=2-3")),
        row("X-Request-Id", "200", get("/healthz", "X-Request-Id: aaaaaaaa", "X-Request-Id: bbbbbbbb")),
        row("Origin", "200", get("/healthz", "Origin: http://a.example", "Origin: http://b.example")),
        row("Connection", "200", get("/healthz", "Connection: keep-alive")),
        row(
            "Expect",
            "100 200",
            request("POST", "/sparql", query, "Expect: 100-continue", "Expect: x", body=body),
        ),
        row("Prefer", "200", get("/sparql?query=ASK%7B%7D", "Prefer: min-seq=1", "Prefer: min-seq=1")),
    ]


def hosts() -> list[Row]:
    """Names by which the server is asked for that are not its own."""
    names = {
        "of another": "evil.example",
        "of another with our address before it": "127.0.0.1.evil.example",
        "of another with ours before it": "localhost.evil.example",
        "with an end": "localhost.",
        "with a user": "localhost@evil.example",
        "with another user": "evil.example@localhost",
        "two": "localhost, evil.example",
        "with a path": "localhost/evil.example",
        "with a question": "localhost?evil.example",
        "any": "0.0.0.0",  # noqa: S104 - as a name
        "any of IPv6": "[::]",
        "of the metadata": "169.254.169.254",
        "as one number": "2130706433",
        "in octal": "0177.0.0.1",
        "in base 16": "0x7f.1",
        "short": "127.1",
        "with a blank": "local host",
        "a star": "*",
        "null": "null",
        "Kelvin": "loca\u212ahost".encode().decode("latin-1"),
        "with a quote": '"localhost"',
        "a port only": ":80",
        "of IPv6 without brackets": "fe80::1",
        "with two ports": "localhost:1:2",
        "with a port of letters": "localhost:x",
        "mapped": "[::ffff:1.2.3.4]",
    }
    rows = []
    for number, (name, host) in enumerate(names.items()):
        target = ("/healthz", "/metrics", "/sparql?query=ASK%7B%7D", "/docs", "/nowhere")[number % 5]
        first = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1")
        rows.append(row(f"{name} ({target[:8]})", "4xx", first))
    return [
        *rows,
        row("none", "400", _FIRST + _CLOSE + b"\r\n"),
        row("IPv6", "200", b"GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n" + _CLOSE + b"\r\n"),
        row("a whole address that is ours", "2xx", request("GET", "http://localhost/healthz")),
        row("a whole address of another", "421", request("GET", "http://evil.example/healthz")),
        row(
            "a whole address of another as the key’s",
            "4xx",
            request("GET", "http://evil.example/api/v1/key", "Authorization: Bearer SECRET"),
        ),
        row(
            "forwarded",
            "421",
            b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n"
            b"Connection: close\r\n\r\n",
        ),
    ]


def bodies() -> list[Row]:
    """Lengths, chunks, their extensions and trailers."""
    length = {
        "with a plus": "+16",
        "with a minus": "-16",
        "in base 16": "0x10",
        "with a point": "16.0",
        "with a letter": "16a",
        "with a blank within": "1 6",
        "of Arabic digits": "\u0661\u0666".encode().decode("latin-1"),
        "of 20 digits": "1" * 20,
        "of 400 digits": "1" * 400,
        "2 to the 64th and 16": "18446744073709551632",
        "empty": "",
        "as a power": "1e1",
        "with a comma": "16,",
        "quoted": '"16"',
    }
    rows = [
        row(f"a length {name}", "4xx", _POST + f"Content-Length: {said}\r\n\r\n".encode("latin-1") + _ASK)
        for name, said in length.items()
    ]
    chunk = {
        "a size of 17 digits": b"10000000000000010\r\n",
        "a size with a minus": b"-10\r\n",
        "a size with a plus": b"+10\r\n",
        "a size with 0x": b"0x10\r\n",
        "a size with a blank before": b" 10\r\n",
        "no size": b"\r\n",
        "a size of no digits": b"zz\r\n",
        "a size with a point": b"10.0\r\n",
        "a size with a low line": b"1_0\r\n",
        "a size that ends in a line feed": b"10\n",
        "a size of NUL": b"\x00\r\n",
    }
    rows += [row(name, "400", _PIECES + said + _ASK + b"\r\n0\r\n\r\n") for name, said in chunk.items()]
    coding = {
        "gzip, chunked": "501",
        "chunked, gzip": "400",
        "gzip": "400",
        "identity": "400",
        "x-chunked": "400",
        "chunked;q=1": "400",
        "cow": "400",
        "chunkedx": "400",
        "chunked, identity": "400",
        "\x0bchunked": "400",
        "": "400",
        "deflate, chunked": "501",
    }
    rows += [
        row(f"the coding {name!r}", status, _POST + f"Transfer-Encoding: {name}\r\n\r\n".encode() + _DONE)
        for name, status in coding.items()
    ]
    return [
        *rows,
        row("a coding in capital letters", "200", _POST + b"Transfer-Encoding: CHUNKED\r\n\r\n" + _DONE),
        row("a chunk longer than it says", "400", _PIECES + b"8\r\n" + _ASK + b"\r\n0\r\n\r\n"),
        row("a chunk shorter than it says", "400", _PIECES + b"20\r\n" + _ASK + b"\r\n0\r\n\r\n" + b"x" * 40),
        row("leading zeros", "200", _PIECES + b"0000010\r\n" + _ASK + b"\r\n0\r\n\r\n"),
        row("a thousand zeros", "200", _PIECES + b"0" * 1000 + b"10\r\n" + _ASK + b"\r\n0\r\n\r\n"),
        row("an extension", "200", _PIECES + b'10;a="b;\\"c"\r\n' + _ASK + b"\r\n0;x\r\n\r\n"),
        row("a size of 16 digits", "-", _PIECES + b"fffffffffffffff0\r\n" + _ASK, "half"),
        row(
            "extensions of 400 KB",
            "431",
            _PIECES,
            0.1,
            b"10;a=" + b"b" * 400_000 + b"\r\n" + _ASK + b"\r\n0\r\n\r\n",
        ),
        row(
            "ten thousand short extensions",
            "431",
            _PIECES + b"1;aaaaaaa=bbbbbbbbbbbbbbbbbbbbbb\r\n \r\n" * 10_000,
        ),
        row(
            "a trailer is no field",
            "401",
            _PIECES.replace(b"/sparql", b"/api/v1/validate")
            + _DONE[:-2]
            + b"Authorization: Bearer SECRET\r\n\r\n",
        ),
        row("a trailer of a length", "400", _PIECES + _DONE[:-2] + b"Content-Length: 5\r\n\r\n"),
        row("a trailer of a host", "200", _PIECES + _DONE[:-2] + b"Host: evil.example\r\n\r\n"),
        row("trailers of 400 KB", "431", _PIECES, 0.1, _DONE[:-2] + b"X: y\r\n" * 70_000 + b"\r\n"),
        row("a trailer that is none", "400", _PIECES + _DONE[:-2] + b"no field\r\n\r\n"),
        row(
            "16 chunks of a byte",
            "200",
            _PIECES + b"".join(b"1\r\n%c\r\n" % byte for byte in _ASK) + b"0\r\n\r\n",
        ),
        row("no body where one is needed", "4xx", _POST + b"\r\n"),
        row("a length of nothing", "4xx", _POST + b"Content-Length: 0\r\n\r\n"),
        row(
            "less than its length, and half-closed", "-", _POST + b"Content-Length: 99\r\n\r\n" + _ASK, "half"
        ),
        row("a blank in place of a type", "415", post("/sparql", " ", _ASK)),
        row("a type with NUL", "4xx", post("/sparql", "application/sparql-query\0", _ASK)),
        row(
            "a type of 10,000 parameters",
            "2xx",
            post("/sparql", "application/sparql-query" + ";a=b" * 10_000, _ASK),
        ),
        row("a charset that is none", "415", post("/sparql", "application/sparql-query;charset=cow", _ASK)),
        row("a charset of EBCDIC", "415", post("/sparql", "application/sparql-query;charset=cp037", _ASK)),
        row("bytes that are no text", "400", post("/sparql", "application/sparql-query", b"ASK {\xff\xfe}")),
        row("a form with a % alone", "400", post("/sparql", "application/x-www-form-urlencoded", b"query=%")),
        row(
            "a form with two queries",
            "400",
            post("/sparql", "application/x-www-form-urlencoded", b"query=ASK%7B%7D&query=ASK%7B%7D"),
        ),
        row(
            "a query in the form and in the address",
            "400",
            post("/sparql?query=ASK%7B%7D", "application/x-www-form-urlencoded", b"query=ASK%7B%7D"),
        ),
        row(
            "a form of many parts without an end",
            "4xx",
            post("/graphs/report/x", "multipart/form-data", b"--x\r\n", "Authorization: Bearer SECRET"),
        ),
    ]
