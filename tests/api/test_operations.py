"""Requests have names, answers the headers that each must have, and no client more than its share."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import re
import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.operations.client import client_of, is_local, request_id
from api.operations.exposure import ServeError, check_sandbox, public
from api.operations.front import Front
from api.operations.operations import Operations
from api.operations.settings import LogFormat, ServerSettings
from kg.errors import SettingError
from kg.keys import Keys, Scope
from kg.pipeline import initialise
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

PATHS = (
    "/", "/healthz", "/readyz", "/docs", "/openapi.json", "/ontology", "/nowhere", "/sparql?query=SELECT",
    "/sparql?query=ASK%7B%7D", "/api/v1/claims?limit=1", "/api/v1/claims?x=1", "/id/actor/armenia",
    "/doc/actor/armenia", "/api/v1/key", "/metrics",
)  # fmt: skip
PAGES = {
    "/", "/ontology", "/api/v1/claims?limit=1", "/api/v1/claims?x=1", "/doc/actor/armenia", "/api/v1/key",
}  # fmt: skip
SLOW = (
    "SELECT (COUNT(*) AS ?c) { { SELECT ?a { ?a ?p ?o } LIMIT 700 } { SELECT ?b { ?b ?q ?r } LIMIT 700 } "
    "FILTER(STRLEN(STR(?a)) != STRLEN(STR(?b)) + 100000) }"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with the ontology and nothing else."""
    folder = tmp_path_factory.mktemp("operations") / "store"
    initialise(folder, "https://example.org/kg/", reference=False).close()
    return folder


@pytest.fixture(scope="module")
def shared(serving: Serving, small: Path) -> Iterator[httpx.Client]:
    """Give a client of a server behind a proxy, where each client may fail once a minute, and ask for 1 s."""
    with (
        serving(
            small,
            SERVANDA_PROXY="127.0.0.1",
            SERVANDA_CLIENT_ERRORS="1",
            SERVANDA_CLIENT_SECONDS="1",
            SERVANDA_HOSTS="kg.example.org,other.example.org:8443",
            SERVANDA_BODY="1",
        ) as (url, _),
        httpx.Client(base_url=url, timeout=60, headers={"host": "kg.example.org"}) as client,
    ):
        yield client


def name_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]


# --- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["0af76519", "0AF7651916cd43dd-8448eb211c80319c", "a.b_c-d-1", "x" * 64])
def test_a_sane_name_is_kept(given: str) -> None:
    assert request_id([given]) == given


@pytest.mark.parametrize(
    "given",
    [
        [],
        [""],
        ["short"],
        ["x" * 65],
        ["-leading-hyphen"],
        ["with space"],
        ["new\nline-in-it"],
        ["häßlich-name"],
        ['quote"quote"'],
        ["<script>alert(1)"],
        ["0af7651916cd43dd", "0af7651916cd43de"],
        [f"svd_abcdefgh_{'a' * 43}"],
        [f"x-svd_abcdefgh_{'a' * 43}"],
    ],
)
def test_any_other_name_is_replaced(given: list[str]) -> None:
    made = request_id(given)
    assert re.fullmatch(r"[0-9a-f]{16}", made)
    assert made != request_id(given)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_its_name_and_every_problem_the_same(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"x-request-id": "mine-12345"})
    assert answer.headers.get_list("x-request-id") == ["mine-12345"]
    if answer.status_code >= 400:
        assert answer.json()["request_id"] == "mine-12345"
    again = http.get(path, headers={"x-request-id": "not sane"})
    assert re.fullmatch(r"[0-9a-f]{16}", again.headers["x-request-id"])


# --- who asks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),  # nobody's proxy
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.9.9.9", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what the client claimed stands before
        ("10.0.0.1", ["6.6.6.6", "7.7.7.7, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, nonsense"], "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["2001:db8:1:2:ffff::1"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["[2001:db8:1:2:ffff::1]:443"], "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", [], "192.0.2.7"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
    ],
)
def test_a_client_is_the_last_hop_that_a_proxy_names(peer: str, forwarded: list[str], client: str) -> None:
    proxies = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert client_of(peer, forwarded, proxies) == client


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", {}, True),
        ("127.8.9.10", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.0.2.7", {}, False),
        ("", {}, False),
        ("127.0.0.1", {"x-forwarded-for": ["127.0.0.1"]}, False),
        ("127.0.0.1", {"forwarded": ["for=127.0.0.1"]}, False),
        ("127.0.0.1", {"via": ["1.1 proxy"]}, False),
        ("127.0.0.1", {"x-real-ip": ["127.0.0.1"]}, False),
    ],
)
def test_what_came_through_a_proxy_is_not_from_this_machine(
    peer: str, headers: dict[str, list[str]], *, local: bool
) -> None:
    assert is_local(peer, headers) is local


# --- settings ------------------------------------------------------------------------------------------


def test_without_settings_there_are_sane_ones() -> None:
    found = ServerSettings.from_environment({})
    assert found == ServerSettings()
    assert (found.client_seconds, found.client_errors, found.body, found.local_too) == (
        60,
        60,
        64 << 20,
        False,
    )


def test_settings_are_read() -> None:
    found = ServerSettings.from_environment(
        {
            "SERVANDA_CLIENT_SECONDS": "0",
            "SERVANDA_PROXY": "127.0.0.1, fd00::/8",
            "SERVANDA_HOSTS": "KG.example.org,127.0.0.1:8000,[::1]",
            "SERVANDA_LOG_FORMAT": "text",
            "SERVANDA_LOG_CLIENTS": "hash",
        }
    )
    assert found.local_too
    assert [str(network) for network in found.proxies] == ["127.0.0.1/32", "fd00::/8"]
    assert found.hosts == {"kg.example.org", "127.0.0.1:8000", "[::1]"}
    assert (found.log_format, found.log_clients) == (LogFormat.TEXT, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVANDA_CLIENT_SECONDS", "-1"),
        ("SERVANDA_CLIENT_SECONDS", ""),
        ("SERVANDA_CLIENT_ERRORS", "many"),
        ("SERVANDA_BODY", "0"),
        ("SERVANDA_PROXY", "proxy.example.org"),
        ("SERVANDA_PROXY", "10.0.0.1/8"),
        ("SERVANDA_HOSTS", "https://kg.example.org"),
        ("SERVANDA_HOSTS", "kg.example.org/path"),
        ("SERVANDA_LOG_FORMAT", "xml"),
        ("SERVANDA_LOG_CLIENTS", "yes"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        ServerSettings.from_environment({name: value})


@pytest.mark.parametrize(
    ("host", "hosts", "sandboxed", "words"),
    [
        ("0.0.0.0", "kg.example.org", False, "locked in"),  # noqa: S104
        ("0.0.0.0", "", True, "SERVANDA_HOSTS"),  # noqa: S104
        ("kg.example.org", "kg.example.org", True, "no address"),
        ("", "kg.example.org", True, "no address"),
    ],
)
def test_a_server_that_is_not_fit_for_it_is_not_public(
    host: str, hosts: str, words: str, *, sandboxed: bool
) -> None:
    settings = ServerSettings.from_environment({"SERVANDA_HOSTS": hosts})
    with pytest.raises(ServeError, match=words):
        public(host, settings, lambda: sandboxed)


def test_workers_that_could_not_be_locked_in_serve_this_machine_only() -> None:
    check_sandbox("127.0.0.1", sandboxed=False)
    check_sandbox("192.0.2.7", sandboxed=True)
    with pytest.raises(ServeError, match="locked in"):
        check_sandbox("192.0.2.7", sandboxed=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "[2001:db8::1]"])  # noqa: S104
def test_a_server_that_is_fit_for_it_is_public(host: str) -> None:
    settings = ServerSettings.from_environment({"SERVANDA_HOSTS": "kg.example.org"})
    assert public(host, settings, lambda: True) == host.strip("[]")
    assert public("localhost", ServerSettings(), lambda: False) == "127.0.0.1"


# --- headers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_every_answer_tells_browsers_how_to_treat_it(http: httpx.Client, path: str, accept: str) -> None:
    answer = http.get(path, headers={"accept": accept})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    is_page = path == "/docs" or (accept == "text/html" and path in PAGES)
    assert answer.headers.get("content-type", "").startswith("text/html") == is_page


@pytest.mark.parametrize("path", ["/docs", "/ontology", "/vocabulary"])
def test_each_page_keeps_to_its_policy(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"accept": "text/html"})
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{digest}'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    assert not re.search(r"<script|\sstyle=|\son\w+=|javascript:", answer.text)


# --- what no route should see --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "PROPFIND", "get", "QUERY"])
@pytest.mark.parametrize("path", ["/", "/sparql", "/nowhere"])
def test_strange_methods_are_refused(http: httpx.Client, method: str, path: str) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = raw(str(http.base_url), head)
    assert answer.startswith(b"HTTP/1.1 405 "), answer
    assert b"\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n" in answer


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip", "x"])
def test_a_body_that_is_compressed_is_refused(http: httpx.Client, coding: str) -> None:
    headers = {"content-encoding": coding, "content-type": "application/sparql-query"}
    answer = http.post("/sparql", content=b"ASK{}", headers=headers)
    assert (answer.status_code, name_of(answer)) == (415, "unsupported-media-type")
    assert answer.headers["accept-encoding"] == "identity"
    headers["content-encoding"] = "identity"
    assert http.post("/sparql", content=b"ASK{}", headers=headers).status_code == 200


def raw(url: str, *parts: str | bytes) -> bytes:
    """Send bytes to a server as they are, and return everything that it answers."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        try:
            for part in parts:
                connection.sendall(part.encode() if isinstance(part, str) else part)
        except OSError:  # it has heard enough
            pass
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(shared: httpx.Client) -> None:
    head = "POST /sparql HTTP/1.1\r\nHost: kg.example.org\r\nContent-Length: 1048577\r\n\r\n"
    answer = raw(str(shared.base_url), head)  # and never a byte of the body
    assert answer.startswith(b"HTTP/1.1 413 "), answer
    assert b"body-too-large" in answer
    assert b"\r\nconnection: close\r\n" in answer


def test_a_body_without_a_length_is_refused_once_it_is_too_large(shared: httpx.Client) -> None:
    head = (
        "POST /sparql HTTP/1.1\r\nHost: kg.example.org\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/sparql-query\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"#" * 65536 + b"\r\n"
    begun = time.monotonic()
    answer = raw(str(shared.base_url), head, *([chunk] * 400))
    assert time.monotonic() - begun < LATE
    assert not answer or answer.startswith(b"HTTP/1.1 413 "), answer  # or the line was cut while we wrote
    assert shared.get("/healthz").status_code == 200


def test_what_passes_the_front_is_counted_byte_by_byte() -> None:
    """A body of unknown length is ended at the limit, however the application reads it."""
    read = 0

    async def application(_: AsgiScope, receive: Receive, __: Send) -> None:
        nonlocal read
        while True:
            read += len((await receive())["body"])

    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    front = Front(Operations("1", ServerSettings(body=1_000_000)))
    front.application = application
    answer = asyncio.run(ask(front, "POST", "/x", content=parts_of(parts())))
    assert read == 1_000_000
    assert answer.headers["connection"] == "close"
    assert (answer.status_code, name_of(answer)) == (413, "body-too-large")


async def parts_of(parts: Iterator[bytes]) -> Any:
    for part in parts:
        yield part


async def ask(front: Front, method: str, path: str, **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(front)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, **more)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("kg.example.org", 200),
        ("KG.Example.org", 200),
        ("kg.example.org:443", 200),
        ("other.example.org:8443", 200),
        ("other.example.org", 421),
        ("evil.example", 421),
        ("kg.example.org.evil.example", 421),
        ("evil.example/kg.example.org", 421),
        ("", 421),
        ("127.0.0.1", 200),  # asked on the machine itself
        ("[::1]:80", 200),
    ],
)
def test_only_names_that_were_said_are_answered(shared: httpx.Client, host: str, status: int) -> None:
    answer = shared.get("/healthz", headers={"host": host})
    assert answer.status_code == status
    if status == 421:
        assert name_of(answer) == "unknown-host"
        assert host not in answer.text or not host


def test_a_name_of_this_machine_is_not_answered_through_a_proxy(shared: httpx.Client) -> None:
    headers = {"host": "127.0.0.1", "x-forwarded-for": "192.0.2.200"}
    assert shared.get("/healthz", headers=headers).status_code == 421


def test_the_scheme_is_the_one_that_a_proxy_tells_who_is_believed(
    shared: httpx.Client, http: httpx.Client
) -> None:
    asked = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.201"}
    assert shared.get("/", headers=asked).json()["links"]["openapi"].startswith("https://")
    assert http.get("/", headers=asked).json()["links"]["openapi"].startswith("http://")


# --- budgets -------------------------------------------------------------------------------------------


def wrong(client: httpx.Client, forwarded: str, **headers: str) -> httpx.Response:
    return client.get(
        "/sparql", params={"query": "SELECT"}, headers={"x-forwarded-for": forwarded, **headers}
    )


def test_who_fails_too_often_waits_and_nobody_else_does(shared: httpx.Client) -> None:
    for _ in range(3):
        assert wrong(shared, "192.0.2.1").status_code == 400
    answer = wrong(shared, "192.0.2.1")
    assert (answer.status_code, name_of(answer)) == (429, "too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "failed queries" in answer.json()["detail"]
    refused = shared.get(
        "/api/v1/questions/07", headers={"x-forwarded-for": "192.0.2.1", "origin": "https://example.org"}
    )
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in refused.headers["access-control-expose-headers"]
    for path in ("/healthz", "/readyz", "/api/v1/claims", "/docs"):
        assert shared.get(path, headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200
    assert wrong(shared, "192.0.2.2").status_code == 400
    assert wrong(shared, "192.0.2.2, 192.0.2.1").status_code == 429
    assert wrong(shared, "192.0.2.1, 192.0.2.2").status_code == 400  # what was claimed counts for nothing


def test_who_asks_by_a_tool_has_no_more_to_spend_than_others(shared: httpx.Client) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    wrongly = {**call, "params": {"name": "run_sparql", "arguments": {"query": "SELECT"}}}
    headers = {"x-forwarded-for": "192.0.2.77", "accept": "application/json, text/event-stream"}
    # The first who asks waits until what answers is loaded.
    shared.post("/mcp", json=wrongly, headers={**headers, "x-forwarded-for": "192.0.2.76"})
    for _ in range(3):
        answer = shared.post("/mcp", json=wrongly, headers=headers)
        assert answer.json()["result"]["isError"] is True
    answer = shared.post("/mcp", json=wrongly, headers=headers)
    assert (answer.status_code, name_of(answer)) == (429, "too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_a_key_has_a_budget_of_its_own(shared: httpx.Client, small: Path) -> None:
    key = {"authorization": f"Bearer {Keys(small).make('Desk', Scope.READ)[1]}"}
    for _ in range(3):
        assert wrong(shared, "192.0.2.3").status_code == 400
    assert wrong(shared, "192.0.2.3").status_code == 429
    for number in range(3):
        assert wrong(shared, f"192.0.2.{10 + number}", **key).status_code == 400
    assert wrong(shared, "192.0.2.20", **key).status_code == 429
    assert wrong(shared, "192.0.2.20").status_code == 400
    invalid = {"authorization": f"Bearer svd_abcdefgh_{'a' * 43}"}
    assert wrong(shared, "192.0.2.3", **invalid).status_code == 429


def test_query_time_is_paid_for(shared: httpx.Client) -> None:
    spent, number, status = 0.0, 0, 200
    while status == 200:
        assert spent < 2 + LATE
        number, begun = number + 1, time.monotonic()
        anew = f"{SLOW} # {begun}"  # an answer that is kept costs nothing
        asked = {"x-forwarded-for": f"2001:db8::{number}"}
        answer = shared.get("/sparql", params={"query": anew}, headers=asked)
        status, spent = answer.status_code, spent + time.monotonic() - begun
    assert status == 429
    assert spent > 2  # the share of two minutes; what the server counts is never more than its client waits
    assert "query time" in answer.json()["detail"]
    other = {"x-forwarded-for": "2001:db8:0:1::1"}
    assert shared.get("/sparql", params={"query": "ASK{}"}, headers=other).status_code == 200


def test_clients_on_this_machine_have_no_limit_unless_one_was_set(http: httpx.Client) -> None:
    for _ in range(130):  # more than 60 a minute, and their burst
        assert http.get("/sparql", params={"query": "SELECT"}).status_code == 400
    assert http.get("/sparql", params={"query": "ASK{}"}).status_code == 200


# --- starting ------------------------------------------------------------------------------------------


def test_while_the_store_is_opened_only_health_is_answered() -> None:
    operations = Operations("1")
    operations.step = "replaying"
    front = Front(operations)
    answer = asyncio.run(ask(front, "GET", "/healthz"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    answer = asyncio.run(ask(front, "GET", "/readyz"))
    assert answer.status_code == 503
    assert (answer.json()["ready"], answer.json()["step"]) == (False, "replaying")
    for method, path in (
        ("GET", "/"),
        ("GET", "/sparql?query=ASK{}"),
        ("POST", "/healthz"),
        ("GET", "/metrics"),
    ):
        answer = asyncio.run(ask(front, method, path))
        assert (answer.status_code, name_of(answer)) == (503, "starting")
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_fails_beyond_the_application_is_a_problem_too(caplog: pytest.LogCaptureFixture) -> None:
    async def application(_: AsgiScope, __: Receive, ___: Send) -> None:
        raise ValueError("a secret")

    front = Front(Operations("1"))
    front.application = application
    answer = asyncio.run(ask(front, "GET", "/x"))
    assert (answer.status_code, name_of(answer)) == (500, "internal-error")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert [record.levelname for record in caplog.records] == ["ERROR"]
