"""Targets, ids, names of files, parameters, cursors, conditions, ranges and keys that nobody should send."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from tests.attacks.tables.wire import Row, get, post, request, row

_KEY: Final = "Authorization: Bearer SECRET"
_REPORT: Final = "seed-syunik-highway-2021"
_LISTS: Final = (
    "agreements",
    "terms",
    "alleged-violations",
    "actors",
    "regions",
    "events",
    "claims",
    "reports",
)


def targets() -> list[Row]:
    """Targets in other forms, and percent signs."""
    said = {
        "of the whole server, GET": ("*", "4xx"),
        "no slash": ("healthz", "400"),
        "a backslash": ("\\healthz", "4xx"),
        "two slashes": ("//healthz", "404"),
        "another's name after two slashes": ("//evil.example/healthz", "404"),
        "a dot": ("/./healthz", "404"),
        "two dots": ("/docs/../healthz", "404"),
        "dots in percent": ("/docs/%2e%2e/healthz", "404"),
        "a fragment": ("/healthz#x", "400"),
        "a semicolon": ("/healthz;x", "404"),
        "percent alone": ("/healthz%", "404"),
        "percent and no digits": ("/healthz%zz", "404"),
        "percent of percent": ("/%2568ealthz", "404"),
        "NUL in percent": ("/healthz%00", "404"),
        "an end of line in percent": ("/healthz%0d%0aX:%20y", "404"),
        "letters in percent": ("/%68%65%61%6c%74%68%7a", "200"),
        "a slash in percent": ("/api%2fv1%2fkey", "401"),
        "overlong UTF-8": ("/%c0%afhealthz", "4xx"),
        "half a character": ("/%e2%82", "4xx"),
        "a surrogate": ("/%ed%a0%80", "4xx"),
        "UTF-16": ("/%00h%00e", "404"),
        "%u": ("/%u0068ealthz", "404"),
        "a blank at the end": ("/healthz%20", "404"),
        "a tab": ("/healthz%09", "404"),
        "60,000 dots": ("/" + "../" * 20_000, "404"),
        "60,000 letters": ("/" + "a" * 60_000, "404"),
        "full width": ("/" + quote("ｈealthz"), "404"),
        "an ignorable": ("/health" + quote("\u200b") + "z", "404"),
        "a file": ("file:///etc/passwd", "4xx"),
        "a whole address without a path": ("http://localhost", "400"),
        "only a question": ("?x", "400"),
        "data": ("data:,x", "4xx"),
        "a star and a path": ("*/healthz", "4xx"),
    }
    rows = [row(name, status, get(target)) for name, (target, status) in said.items()]
    return [*rows, row("OPTIONS of the whole server", "404", request("OPTIONS", "*"))]


def ids() -> list[Row]:
    """Ids that leave the folder, that look like others, or that are none."""
    names = {
        "dots": "..%2f..%2fetc%2fpasswd",
        "dots as they are": "../../etc/passwd",
        "dots twice over": "..%252f..%252fx",
        "dots and a backslash": "..%5c..%5cx",
        "four dots": "....//....//x",
        "a drive": "C:%5cx",
        "NUL": "x%00",
        "NUL and an ending": "x%00.json",
        "a star": "*",
        "a question": "%3F",
        "a query": "%27%20OR%201=1--",
        "SPARQL": "x%3E%20%3Fp%20%3Fo%20%7D%20%23",
        "a quote": "%22%20.%20%23",
        "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
        "a template": "%7B%7B7*7%7D%7D",
        "a lookup": "$%7Bjndi:ldap://CANARY/x%7D",
        "a format": "%25s%25n",
        "Cyrillic": quote("аrmenia"),
        "full width": quote("ａrmenia"),
        "right to left": quote("\u202eainemra"),
        "no width": quote("arm\u200benia"),
        "accents apart": quote("e\u0301"),
        "dotless": quote("armenıa"),
        "capital": "ARMENIA",
        "sharp s": quote("ß"),
        "200 letters": "a" * 200,
        "201 letters": "a" * 201,
        "30,000 letters": "a" * 30_000,
        "an emoji": quote("🕊" * 50),
        "bytes that are no text": "%ff%fe",
        "an IRI of another": quote("https://evil.example/x", safe=""),
        "an IRI with blanks": "https:%2f%2fx%20y",
        "a javascript": "javascript:alert(1)",
        "none": "",
        "a blank": "%20",
        "dot": ".",
    }
    rows = []
    kinds = ("actors", "reports", "agreements", "claims", "events", "regions", "terms", "alleged-violations")
    for number, (name, said) in enumerate(names.items()):
        kind = kinds[number % len(kinds)]
        status = "4xx"
        rows.append(row(f"{name} ({kind})", status, get(f"/api/v1/{kind}/{said}")))
    return [
        *rows,
        row("a proof of dots", "404", request("POST", "/api/v1/reports/..%2f..%2fx/proof", _KEY, body=b"x")),
        row("a revision below one", "4xx", get(f"/doc/report/{_REPORT}?revision=0")),
        row("a revision of 400 digits", "4xx", get(f"/doc/report/{_REPORT}?revision=" + "9" * 400)),
        row("a revision in other digits", "4xx", get(f"/doc/report/{_REPORT}?revision=" + quote("١"))),
        row(
            "an item of the quarantine out of its folder",
            "404",
            get("/api/v1/quarantine/..%2f..%2fkeys", _KEY),
        ),
        row("an item that is the folder", "4xx", get("/api/v1/quarantine/.", _KEY)),
        row("an item of NUL", "404", get("/api/v1/quarantine/%00", _KEY)),
        row("the journal as a graph", "404", get("/graphs/..%2fjournal")),
        row("a graph that is no IRI", "4xx", get("/graphs?graph=no%20iri")),
        row("a graph that is a file", "404", get("/graphs?graph=file:///etc/passwd")),
        row("a version of the ontology out of its folder", "404", get("/ontology/..%2f..%2fpyproject.toml")),
        row("a code out of its folder", "404", get("/vocabulary/..%2f..%2fx")),
        row("a question out of its folder", "404", get("/api/v1/questions/..%2f..%2fx")),
        row("a question with NUL", "404", get("/api/v1/questions/01%00")),
    ]


def files() -> list[Row]:
    """Names of exports and tables."""
    names = {
        "out of the folder": "../../../etc/passwd",
        "in percent": "..%2f..%2fsecret.key",
        "twice over": "..%252fsecret.key",
        "the secret": "secret.key",
        "the keys": "keys.json",
        "NUL": "claims.gexf%00.svg",
        "a blank": "claims.gexf%20",
        "another ending": "claims.exe",
        "two endings": "claims.gexf.svg",
        "no profile": ".gexf",
        "no ending": "claims",
        "capital": "CLAIMS.GEXF",
        "a semicolon": "claims.gexf;x",
        "a backslash": "claims%5c.gexf",
        "a part": "claims.gexf/x",
        "a device": "/dev/zero",
        "30,000 letters": "a" * 30_000 + ".gexf",
        "a star": "*.gexf",
        "a letter alike": quote("сlaims") + ".gexf",
        "all of another ending": "all.nq.zip",
        "all without packing": "all.nq",
    }
    rows = [row(name, "4xx", get(f"/exports/{said}")) for name, said in names.items()]
    parameters = {
        "a layout of nobody": "layout=x",
        "sources below none": "min_sources=-1",
        "sources of no number": "min_sources=NaN",
        "a period that ends first": "from=2022&to=2021",
        "a year 0": "from=0000",
        "a parameter of nobody": "path=/etc/passwd",
        "a place of nobody": "place=..%2fx",
        "all, said as no word": "all=maybe",
    }
    rows.append(row("many sources", "200", get("/exports/claims.gexf?min_sources=" + "9" * 400)))
    return rows + [row(name, "400", get(f"/exports/claims.gexf?{said}")) for name, said in parameters.items()]


def parameters() -> list[Row]:
    """Parameters that are doubled, unknown, odd or endless."""
    said = {
        "twice": "limit=1&limit=2",
        "twice the same": "limit=1&limit=1",
        "with brackets": "limit[]=1",
        "with an index": "limit[0]=1",
        "in capital letters": "LIMIT=1",
        "in percent, and again": "limit=1&%6cimit=2",
        "with NUL": "limit=1%00",
        "below none": "limit=-1",
        "none": "limit=0",
        "too many": "limit=201",
        "a point": "limit=1.0",
        "a power": "limit=1e1",
        "a sign": "limit=%2B1",
        "a blank": "limit=%201",
        "in base 16": "limit=0x1",
        "other digits": "limit=" + quote("١"),
        "400 digits": "limit=" + "9" * 400,
        "5,000 digits": "limit=" + "9" * 5000,
        "a low line": "limit=1_0",
        "nothing": "limit=",
        "no value": "limit",
        "a name of nothing": "=1",
        "a prototype": "__proto__=1",
        "a semicolon between": "limit=1;limit=2",
        "bytes that are no text": "cursor=%ff",
        "count of no word": "count=yes",
        "a key": "access_token=svd_a_b",
        "ten thousand": "&".join(f"a{number}=" for number in range(5000)),
        "one, of 60,000 letters": "a" * 60_000 + "=1",
    }
    read = {
        "a point",
        "a sign",
        "a blank",
        "a low line",
        "count of no word",
    }  # as numbers and words are spelled
    rows = [
        row(
            f"{name} ({_LISTS[n % 8]})",
            "200" if name in read else "400",
            get(f"/api/v1/{_LISTS[n % 8]}?{pair}"),
        )
        for n, (name, pair) in enumerate(said.items())
    ]
    references = (
        "agreement=..%2fx",
        "term=%00",
        "perpetrator=" + quote("аrmenia"),
        "report=%22",
        "place=" + "a" * 30_000,
        "zone=..%2f..%2fetc%2fpasswd",
        "from=2021-13",
        "from=99999",
        "from=-1",
        "from=2021-02-30",
        "from=now",
        "to=" + "9" * 5000,
        "zone=%2B99:00",
        "basis=fact",
        "status=*",
        "temporal=%00",
    )
    return [
        *rows,
        *(
            row(f"a filter {pair[:24]}", "400", get(f"/api/v1/alleged-violations?{pair}"))
            for pair in references
        ),
    ]


def cursors() -> list[Row]:
    """Cursors that nobody made, or that were made for something else."""
    made = {
        "of nothing": "",
        "a word": "x",
        "no base 64": "!!!!",
        "an object": _packed(b"{}"),
        "a list": _packed(b"[]"),
        "null": _packed(b"null"),
        "a number": _packed(b"1"),
        "a huge number": _packed(b"1" * 5000),
        "infinity": _packed(b"[Infinity]"),
        "bytes": _packed(bytes(range(256))),
        "a query": _packed(b'["x> ?p ?o } #"]'),
        "an object in it": _packed(b'[{"$gt": ""}]'),
        "deep": _packed(b"[" * 20_000),
        "NUL": _packed(b'["\\u0000"]'),
        "a surrogate": _packed(b'["\\ud800"]'),
        "a pickle": _packed(b"\x80\x04K\x01."),
        "with an end of line": "a%0a",
        "of one list for another": "OTHER",
    }
    return [
        row(f"{name} ({_LISTS[n % 8]})", "400", get(f"/api/v1/{_LISTS[n % 8]}?cursor={said}"))
        for n, (name, said) in enumerate(made.items())
    ]


def _packed(data: bytes) -> str:
    return quote(base64.urlsafe_b64encode(data).decode().rstrip("="))


def conditions() -> list[Row]:
    """Conditions, ranges, types and dates that are none."""
    reads = {
        "a tag without quotes": "If-None-Match: abc",
        "an open quote": 'If-None-Match: "abc',
        "ten thousand tags": "If-None-Match: " + '"a",' * 10_000 + '"a"',
        "a star among tags": 'If-None-Match: "a", *',
        "a date of no calendar": "If-Modified-Since: Mon, 99 Foo 2026 99:99:99 GMT",
        "a date of year 0": "If-Modified-Since: Sat, 01 Jan 0000 00:00:00 GMT",
        "a date of the end of time": "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
        "a number": "If-Modified-Since: 99999999999999999999",
        "a range below none": "Range: bytes=-0",
        "a range that ends first": "Range: bytes=9-1",
        "a range of 400 digits": "Range: bytes=0-" + "9" * 400,
        "a range of parts": "Range: bytes=" + "0-0," * 2000 + "0-0",
        "a range of lines": "Range: lines=1-2",
        "a range if": 'If-Range: "x"',
        "no unit": "Range: 0-1",
        "languages without end": "Accept-Language: " + "de," * 5000 + "en",
        "codings without end": "Accept-Encoding: " + "gzip;q=0.1," * 3000 + "br",
        "quality of no number": "Accept: application/json;q=cow, */*",
        "quality below none": "Accept: application/json;q=-1, */*",
        "an odd q": "Accept: application/json;q=1e400, */*",
        "types without end": "Accept: " + "a/b," * 10_000 + "*/*",
        "a deep type": "Accept: " + "a/" * 5000 + ", */*",
        "a preference without end": "Prefer: " + "a," * 9000 + "b",
        "an origin of null": "Origin: null",
        "a cookie of 50 KB": "Cookie: " + "a=b;" * 12_000,
        "a referer of a key": "Referer: http://localhost/?key=svd_aaaaaaaa_bbbb",
    }
    rows = [row(name, "200", get("/api/v1/agreements", line)) for name, line in reads.items()]
    target, body = f"/graphs/report/{_REPORT}", b"<urn:a> <urn:b> <urn:c> ."
    writes = {
        "a tag without quotes": ("If-Match: abc", "400"),
        "an open quote": ('If-Match: "abc', "400"),
        "nothing": ("If-Match:", "400"),
        "a weak tag": ('If-Match: W/"abc"', "412"),
        "a star and a tag": ('If-Match: *, "a"', "400"),
        "ten thousand": ("If-Match: " + '"a",' * 10_000 + '"a"', "412"),
        "a star": ("If-None-Match: *", "412"),
        "a date of 1970": ("If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "412"),
        "a date that is none": ("If-Unmodified-Since: yesterday", "422"),
        "NUL": ('If-Match: "\0"', "400"),
    }
    rows += [
        row(
            f"{name}, writing",
            status,
            request("PUT", target, _KEY, "Content-Type: text/turtle", line, body=body),
        )
        for name, (line, status) in writes.items()
    ]
    return [
        *rows,
        row("a preference that is none", "200", get("/sparql?query=ASK%7B%7D", "Prefer: min-seq=-1")),
        row(
            "a preference of 400 digits",
            "200",
            get("/sparql?query=ASK%7B%7D", "Prefer: min-seq=" + "9" * 400),
        ),
        row(
            "a preference without a wait",
            "503",
            get("/sparql?query=ASK%7B%7D", "Prefer: min-seq=99999, wait=0"),
        ),
        row("a hash of another history", "409", get("/api/v1/changes?since=3&hash=" + "0" * 64)),
        row("a hash of nothing", "400", get("/api/v1/changes?since=3&hash=")),
        row("a since below none", "400", get("/api/v1/changes?since=-1")),
        row("a since of 400 digits", "400", get("/api/v1/changes?since=" + "9" * 400)),
        row("as of nobody", "401", get("/api/v1/questions/01?as_of=1")),
        row("as of below none", "400", get("/api/v1/questions/01?as_of=-1", _KEY)),
        row("as of another calendar", "400", get("/api/v1/questions/01?as_of=1403-01-01T99:00", _KEY)),
    ]


def keys() -> list[Row]:
    """Keys that are guessed, spelled otherwise, or put where they do not belong."""
    said = {
        "of nothing": "Bearer",
        "two words": "Bearer a b",
        "another scheme": "Basic c3ZkOmE=",
        "no scheme": "SECRET",
        "a scheme in capital letters": "BEARER x",
        "a digest": 'Digest username="a"',
        "30,000 letters": "Bearer " + "a" * 30_000,
        "letters beyond ASCII": "Bearer svd_\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9_x",
        "cut": "Bearer svd_",
        "a path": "Bearer svd_../../x_y",
        "a star": "Bearer svd_*_*",
        "the right name, another secret": "NAMED",
        "an end more": "Bearer SECRETx",
        "a quote around": 'Bearer "SECRET"',
        "a percent": "Bearer %53",
        "null": "Bearer null",
        "none": "Bearer none",
        "undefined": "Bearer undefined",
        "a token of the web": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        "a comma": "Bearer SECRET,",
    }
    rows = [row(name, "401", get("/api/v1/key", f"Authorization: {value}")) for name, value in said.items()]
    return [
        *rows,
        row("in the address", "400", get("/api/v1/key?key=SECRET")),
        row("in the path", "400", get("/api/v1/SECRET")),
        row("as a user of the address", "4xx", get("http://SECRET@localhost/api/v1/key")),
        row("in a cookie", "401", get("/api/v1/key", "Cookie: key=SECRET")),
        row("in X-API-Key", "401", get("/api/v1/key", "X-API-Key: SECRET")),
        row("in a form", "401", post("/api/v1/validate", "application/x-www-form-urlencoded", b"key=SECRET")),
        row(
            "200 guesses upon each other",
            " ".join(["401"] * 201),
            *(
                get("/api/v1/key", f"Authorization: Bearer svd_aaaaaaaa_{number:032}", last=number == 200)
                for number in range(201)
            ),
        ),
    ]
