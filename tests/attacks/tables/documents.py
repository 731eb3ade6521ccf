"""Documents, graphs and updates that are bombs, that reach for files, or that hide what they say."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import Final

from tests.attacks.tables.wire import Row, post, request, row

_KEY: Final = "Authorization: Bearer SECRET"
_REPORT: Final = (
    b"kind: report\nid: odd\ntype: news\ntitle: T\nlanguage: en\nlang: en\nannotator: servanda\n"
    b"text: Shells fell.\n"
)


def _sent(media_type: str, body: bytes, target: str = "/api/v1/validate") -> bytes:
    return post(target, media_type, body, _KEY)


def json_bombs() -> list[Row]:
    """JSON that is deep, long, doubled, or of what JSON has not."""
    head = b'{"kind": "report", "id": '
    said = {
        "100,000 brackets": b"[" * 100_000,
        "100,000 braces": b'{"a":' * 100_000,
        "brackets that close": b"[" * 50_000 + b"]" * 50_000,
        "a number of 500,000 digits": head + b"9" * 500_000 + b"}",
        "1e999999999": head + b"1e999999999}",
        "NaN": head + b"NaN}",
        "Infinity": head + b"-Infinity}",
        "a surrogate": head + b'"\\ud800"}',
        "NUL": head + b'"a\\u0000b"}',
        "a name twice": head + b'"a", "id": "b"}',
        "a comma at the end": head + b'"a",}',
        "a comment": head + b'"a" /* c */}',
        "a quote of one": b"{'kind': 'report'}",
        "a mark of order": b"\xef\xbb\xbf{}",
        "UTF-16": "{}".encode("utf-16"),
        "UTF-32": "{}".encode("utf-32"),
        "nothing": b" ",
        "null": b"null",
        "a number": b"1",
        "a text": b'"report"',
        "a list": b"[]",
        "two": b"{}{}",
        "half": head,
        "100,000 names": json.dumps({f"a{n}": n for n in range(100_000)}).encode(),
        "a prototype": b'{"__proto__": {"kind": "report"}, "constructor": 1}',
        "a type of numbers": b'{"kind": 1e0}',
        "a kind of nobody": b'{"kind": "../report"}',
        "a text of 4 MB": b'{"kind": "report", "text": "' + b"a" * 4_000_000 + b'"}',
        "6 MB": b'"' + b"a" * 6_000_000 + b'"',
    }
    return [
        row(name, "413" if name == "6 MB" else "422", _sent("application/json", body))
        for name, body in said.items()
    ]


def yaml_bombs() -> list[Row]:
    """YAML that multiplies, calls, refers to itself, or is deep."""
    laughs = b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
    )
    merged = b"a0: &a0 {x: 1}\n" + b"".join(
        b"a%d: &a%d\n  <<: [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)
    )
    said = {
        "a billion laughs": laughs,
        "merges of merges": merged,
        "itself": b"&a [*a]",
        "itself as a name": b"&a {*a : 1}",
        "itself by a merge": b"&a {<<: *a}",
        "an anchor of nobody": b"kind: *nobody",
        "a call": b"!!python/object/apply:os.system ['touch x']",
        "a name of Python": b"!!python/name:os.system",
        "a module": b"!!python/module:os",
        "an object": b"!!python/object/new:os.system [id]",
        "a call of Ruby": b"!ruby/object:Gem::Installer {i: x}",
        "a tag of nobody": b"!<tag:evil,2026:x> y",
        "bytes": b"!!binary aGVsbG8=",
        "a set": b"!!set {a, b}",
        "pairs": b"!!omap [a: 1]",
        "100,000 brackets": b"[" * 100_000,
        "100,000 dashes": b"- " * 100_000,
        "100,000 questions": b"? " * 100_000,
        "deep by blanks": b"".join(b" " * n + b"a:\n" for n in range(2000)),
        "ten thousand documents": b"---\n" * 10_000,
        "a directive": b"%YAML 9.9\n---\nkind: report",
        "a tag directive": b"%TAG ! tag:x,1:\n---\n!a b",
        "a tab": b"kind:\treport\n\tid: x",
        "NUL": b"kind: report\0",
        "a bell": b"kind: \x07",
        "a name twice": b"kind: report\nkind: actors",
        "a name of a list": b"[a, b]: c",
        "a name of nothing": b"~: c",
        "a long name": b"a" * 200_000 + b": x",
        "a number in base 60": b"kind: 190:20:30",
        "a number of 500,000 digits": b"kind: " + b"9" * 500_000,
        "an anchor of 200,000 letters": b"&" + b"a" * 200_000 + b" x",
        "100,000 anchors": b"".join(b"- &a%d x\n" % n for n in range(20_000)),
        "Latin-1": "kind: é".encode("latin-1"),
        "UTF-16": "kind: report".encode("utf-16"),
        "a file by a link": _REPORT.replace(b"text: Shells fell.", b"text_file: /etc/passwd"),
        "a file out of the folder": _REPORT.replace(b"text: Shells fell.", b"text_file: ../../secret.key"),
        "a file on the web": _REPORT.replace(b"text: Shells fell.", b"text_file: http://CANARY/x"),
        "a device": _REPORT.replace(b"text: Shells fell.", b"text_file: /dev/zero"),
        "a pipe": _REPORT.replace(b"text: Shells fell.", b"text_file: /proc/self/fd/0"),
    }
    return [row(name, "422", _sent("application/yaml", body)) for name, body in said.items()]


def alike() -> list[Row]:
    """Ids and names in letters that look like others, or like nothing."""
    said = {
        "Cyrillic": "оdd",
        "Greek": "οdd",
        "full width": "ｏdd",
        "no width": "od\u200bd",
        "right to left": "\u202eddo",
        "a soft hyphen": "o\u00add",
        "accents apart": "o\u0301dd",
        "a blank": "o dd",
        "an ideographic blank": "o\u3000dd",
        "a slash": "o/dd",
        "two dots": "..",
        "a dot": ".",
        "a hash": "o#dd",
        "a question": "o?dd",
        "a percent": "o%2fdd",
        "a colon": "o:dd",
        "an IRI": "https://evil.example/odd",
        "a backslash": "o\\\\dd",
        "capital": "Odd",
        "digits of Arabic": "o١",
        "a tag": "o\U000e0041dd",
        "a variation": "o\ufe0fdd",
        "nothing": "",
        "201 letters": "a" * 201,
        "70,000 letters": "a" * 70_000,
        "a low line first": "_odd",
        "a hyphen first": "-odd",
        "an end of line": "o\\ndd",
        "NUL": "o\\0dd",
        "a bracket": "o>dd",
    }
    return [
        row(name, "422", _sent("application/yaml", _REPORT.replace(b"id: odd", f'id: "{said_}"'.encode())))
        for name, said_ in said.items()
    ]


def packed() -> list[Row]:
    """Files in files: archives, parts and codings, whose names lead out of where they are unpacked."""
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("../../../../slipped", "x")
        archive.writestr("/slipped", "x")
    with tarfile.open(fileobj=tarred, mode="w:gz") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    part = (
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../slipped"\r\n'
        b"Content-Type: text/turtle\r\n\r\n"
        b"<urn:a> <urn:b> <urn:c> .\r\n--x--\r\n"
    )
    form = 'multipart/form-data; boundary="x"'
    graph = "/graphs/report/odd"
    return [
        row("a zip as a document", "415", _sent("application/zip", zipped.getvalue())),
        row("a zip as YAML", "422", _sent("application/yaml", zipped.getvalue())),
        row("a zip as JSON", "422", _sent("application/json", zipped.getvalue())),
        row(
            "a zip as Turtle",
            "422",
            request("PUT", graph, _KEY, "Content-Type: text/turtle", body=zipped.getvalue()),
        ),
        row("a tar as a document", "415", _sent("application/gzip", tarred.getvalue())),
        row("a tar as YAML", "422", _sent("application/yaml", tarred.getvalue())),
        row(
            "gzip as a coding",
            "415",
            post("/api/v1/validate", "application/yaml", tarred.getvalue(), _KEY, "Content-Encoding: gzip"),
        ),
        row(
            "every coding",
            "415",
            post(
                "/api/v1/validate",
                "application/yaml",
                b"x",
                _KEY,
                "Content-Encoding: gzip, br, zstd, deflate, compress",
            ),
        ),
        row("a part whose name leads out", "422", post(graph, form, part, _KEY)),
        row("parts without a boundary", "4xx", post(graph, "multipart/form-data", part, _KEY)),
        row(
            "a boundary of 500 letters",
            "4xx",
            post(graph, "multipart/form-data; boundary=" + "x" * 500, part, _KEY),
        ),
        row("two boundaries", "4xx", post(graph, "multipart/form-data; boundary=y; boundary=x", part, _KEY)),
        row("an end that is missing", "4xx", post(graph, form, part[:-6], _KEY)),
        row("a thousand parts", "4xx", post(graph, form, part[:-7] * 1000 + part, _KEY)),
        row(
            "a part in a part",
            "4xx",
            post(graph, form, part.replace(b"text/turtle", b'multipart/mixed; boundary="y"'), _KEY),
        ),
        row(
            "a part that is coded",
            "4xx",
            post(
                graph,
                form,
                part.replace(b"\r\n\r\n<", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n<"),
                _KEY,
            ),
        ),
        row(
            "a part with a long head", "4xx", post(graph, form, part.replace(b"filename", b"a" * 9000), _KEY)
        ),
        row(
            "a part with an end of line in its name",
            "4xx",
            post(graph, form, part.replace(b'name="a"', b'name="a\nX: y"'), _KEY),
        ),
    ]


def graphs() -> list[Row]:
    """RDF and SPARQL that reach for what is not theirs."""
    xml = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">'
        + b"".join(
            b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 9 if n else b"&a;" * 9) for n in range(10)
        )
        + b' <!ENTITY f SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="urn:a"><b xmlns="urn:">&a9;&f;</b></rdf:Description></rdf:RDF>'
    )
    context = b'{"@context": "http://CANARY/context", "@id": "urn:a", "urn:b": 1}'
    said = {
        "entities of entities": ("application/rdf+xml", xml, "422"),
        "a context elsewhere": ("application/ld+json", context, "422"),
        "a context of a file": (
            "application/ld+json",
            context.replace(b"http://CANARY/context", b"file:///etc/passwd"),
            "422",
        ),
        "a context of itself": (
            "application/ld+json",
            b'{"@context": {"@import": "http://CANARY/"}, "@id": "urn:a"}',
            "422",
        ),
        "deep JSON-LD": ("application/ld+json", b'{"urn:a":' * 20_000 + b"1" + b"}" * 20_000, "422"),
        "deep Turtle": ("text/turtle", b"<urn:a> <urn:b> " + b"[ <urn:b> " * 50_000, "422"),
        "lists of lists": ("text/turtle", b"<urn:a> <urn:b> " + b"(" * 50_000, "422"),
        "a base of a file": ("text/turtle", b"@base <file:///etc/> . <passwd> <b> <c> .", "422"),
        "an IRI with an end": ("text/turtle", b"<urn:a\\u003e> <urn:b> <urn:c> .", "422"),
        "NUL": ("text/turtle", b'<urn:a> <urn:b> "\0" .', "422"),
        "a surrogate": ("application/n-triples", b'<urn:a> <urn:b> "\\uD800" .', "422"),
        "a literal of 4 MB": (
            "application/n-triples",
            b'<urn:a> <urn:b> "' + b"a" * 4_000_000 + b'" .',
            "422",
        ),
        "a language of 10,000 letters": (
            "application/n-triples",
            b'<urn:a> <urn:b> "x"@' + b"a" * 10_000 + b" .",
            "422",
        ),
        "quads": ("application/n-quads", b"<urn:a> <urn:b> <urn:c> <urn:d> .", "422"),
        "a type of nobody": ("text/n3", b"{} => {} .", "415"),
        "rules": ("text/turtle", b"{ <a> <b> <c> } => { <d> <e> <f> } .", "422"),
    }
    rows = [
        row(name, status, request("PUT", "/graphs/report/odd", _KEY, f"Content-Type: {kind}", body=body))
        for name, (kind, body, status) in said.items()
    ]
    places = {
        "the default graph": "?default",
        "the ontology": "/ontology",
        "the commits": "/commits",
        "the inferences": "/inference",
        "a graph of nobody": "?graph=urn:x",
        "both": "?default&graph=urn:x",
    }
    rows += [
        row(
            f"{name} is not written",
            "400" if name == "both" else "403",
            request(
                "PUT", f"/graphs{place}", _KEY, "Content-Type: text/turtle", body=b"<urn:a> <urn:b> <urn:c> ."
            ),
        )
        for name, place in places.items()
    ]
    queries = {
        "an update as a query": b"INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "an update after a query": b"ASK {} ; DROP ALL",
        "LOAD": b"LOAD <http://CANARY/>",
        "SERVICE": b"ASK { SERVICE <http://CANARY/> { ?s ?p ?o } }",
        "SERVICE SILENT": b"ASK { SERVICE SILENT <http://CANARY/> { ?s ?p ?o } }",
        "SERVICE by a variable": b"ASK { BIND(<http://CANARY/> AS ?x) SERVICE ?x { ?s ?p ?o } }",
        "NUL in a query": b'ASK { ?s ?p "\0" } \0',
        "65 brackets": b"ASK " + b"{" * 65 + b"}" * 65,
        "a comment without end": b"# " + b"a" * 60_000,
        "UTF-16": "ASK {}".encode("utf-16"),
        "two queries": b"ASK {} ASK {}",
        "escapes in escapes": b'ASK { ?s ?p "\\u005cu0022 } #" ',
    }
    rows += [
        row(name, "400", post("/sparql", "application/sparql-query", said_))
        for name, said_ in queries.items()
    ]
    return [
        *rows,
        row(
            "an update, where there are none",
            "403",
            post("/sparql/update", "application/sparql-update", b"DROP ALL", _KEY),
        ),
        row(
            "an update in a form of a query",
            "400",
            post("/sparql", "application/x-www-form-urlencoded", b"update=DROP%20ALL"),
        ),
        row("an update in the address", "400", request("GET", "/sparql?update=DROP%20ALL")),
    ]
