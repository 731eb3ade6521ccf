"""The configuration of nginx that is shipped, in front of a real server: Debian's nginx, TLS and all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
OPENSSL = shutil.which("openssl")
SITE = "kg.example.org"
HEAD_SECONDS = 10
"""What the configuration gives a client for the head of a request."""

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)"),
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed, which makes the certificate"),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def adapted(folder: Path, upstream: str, plain: int, tls: int) -> str:
    """Return the shipped configuration with other ports and places, and nothing else changed."""
    text = SHIPPED.read_text("utf-8")
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for before, after in (
        ("server 127.0.0.1:8000;", f"server {upstream};"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"),
        ("/etc/ssl/servanda/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("http {", f"http {{ {temporary}"),
    ):
        assert before in text, before
        text = text.replace(before, after)
    user = "user root;" if os.geteuid() == 0 else ""
    return f"daemon off; pid {folder}/pid; {user}\n{text}"


def certify(folder: Path) -> None:
    """Make a certificate for the site, signed by itself."""
    subprocess.run(
        [
            str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}",
            "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


class Site:
    """A site as its visitors see it, and the server behind it."""

    def __init__(self, folder: Path, behind: str, plain: int, tls: int) -> None:
        """Name where everything is."""
        self.folder = folder
        self.behind = behind
        self.plain = plain
        self.tls = tls
        self.trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        self.trust.check_hostname = False  # it is asked by its address
        self.client = httpx.Client(
            base_url=f"https://127.0.0.1:{tls}", verify=self.trust, headers={"host": SITE}, timeout=60
        )
        self.direct = httpx.Client(base_url=behind, headers={"host": SITE}, timeout=60)

    def connect(self) -> ssl.SSLSocket:
        """Return a connection to the site."""
        return self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.tls), timeout=60))


@pytest.fixture(scope="module")
def site(
    serving: Serving, tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    demonstration(folder / "store")
    certify(folder)
    settings = {
        "SERVANDA_PROXY": "127.0.0.1",
        "SERVANDA_HOSTS": SITE,
        "SERVANDA_CLIENT_ERRORS": "2",
        "SERVANDA_CLIENT_SECONDS": "0",
    }
    with serving(folder / "store", **settings) as (url, _):
        plain, tls = free_port(), free_port()
        (folder / "nginx.conf").write_text(adapted(folder, urlsplit(url).netloc, plain, tls))
        command = [
            str(NGINX),
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "early.log"),
        ]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        assert "[warn]" not in tested.stderr
        process = subprocess.Popen(command)
        try:
            found = Site(folder, url, plain, tls)
            until_it_answers(found)
            yield found
            found.client.close()
            found.direct.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def until_it_answers(site: Site) -> None:
    for _ in range(200):
        try:
            assert site.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx does not answer")


def test_requests_and_answers_pass_as_they_are(site: Site) -> None:
    query = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
    for path, params in (
        ("/api/v1/claims", {"limit": "2", "count": "true"}),
        ("/sparql", {"query": query}),
        ("/doc/actor/armenia", {}),
        ("/docs", {}),
    ):
        through, direct = site.client.get(path, params=params), site.direct.get(path, params=params)
        assert through.status_code == direct.status_code == 200
        mine = dict(through.headers.items())
        theirs = dict(direct.headers.items())
        assert mine.pop("strict-transport-security") == "max-age=31536000"
        for name in ("date", "x-request-id", "server", "connection", "transfer-encoding", "content-length"):
            mine.pop(name, None)
            theirs.pop(name, None)
        assert "etag" in mine
        if path != "/api/v1/claims":  # its links name the site
            assert through.content == direct.content
            assert mine == theirs
    posted = site.client.post("/sparql", data={"query": query})
    assert posted.json() == site.direct.get("/sparql", params={"query": query}).json()
    assert (
        site.client.head("/docs").headers["content-length"]
        == site.direct.head("/docs").headers["content-length"]
    )


def test_links_name_the_site(site: Site) -> None:
    following = site.client.get("/api/v1/claims?limit=2").json()["next"]
    assert following.startswith(f"https://{SITE}/api/v1/claims?limit=2&cursor=")
    assert site.client.get("/").json()["links"]["openapi"] == f"https://{SITE}/openapi.json"


def test_tags_hold_through_the_proxy(site: Site) -> None:
    for accept in ("gzip", "identity"):
        asked = {"accept-encoding": accept}
        tag = site.direct.get("/docs", headers=asked).headers["etag"]
        assert site.client.get("/docs", headers=asked).headers["etag"] == tag
        again = site.client.get("/docs", headers={**asked, "if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accept", ["gzip", "gzip, br", "identity", ""])
def test_nothing_is_compressed_twice(site: Site, accept: str) -> None:
    answer = site.client.get("/openapi.json", headers={"accept-encoding": accept})
    assert answer.headers.get_list("content-encoding") in ([], ["gzip"])
    assert ("gzip" in accept) or not answer.headers.get_list("content-encoding")
    assert answer.json()["openapi"].startswith("3.1")
    direct = site.direct.get("/openapi.json", headers={"accept-encoding": accept})
    assert answer.headers.get("content-encoding") == direct.headers.get("content-encoding")


def test_what_a_client_says_of_its_address_counts_for_nothing(site: Site) -> None:
    statuses = [
        site.client.get(
            "/sparql",
            params={"query": "SELECT"},
            headers={"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"},
        ).status_code
        for number in range(8)
    ]
    assert statuses[:4] == [400] * 4
    assert statuses[-1] == 429, statuses
    other = {"x-forwarded-for": "198.51.100.1"}  # what the proxy would say of another client
    assert site.direct.get("/sparql", params={"query": "SELECT"}, headers=other).status_code == 400


def test_measurements_are_not_for_visitors(site: Site) -> None:
    assert site.client.get("/metrics").status_code == 404
    assert site.direct.get("/metrics", headers={"host": "127.0.0.1"}).status_code == 200


def test_other_names_are_not_answered(site: Site) -> None:
    assert site.client.get("/", headers={"host": "evil.example"}).status_code == 421


def test_without_tls_visitors_are_sent_on(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.plain}/docs?x=1", headers={"host": SITE})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{SITE}/docs?x=1")


def test_who_sends_the_head_byte_by_byte_is_cut_off_and_others_are_not(site: Site) -> None:
    lines = [site.connect() for _ in range(20)]
    begun = time.monotonic()
    try:
        open_ = set(range(len(lines)))
        for line in lines:
            line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {SITE}\r\nX: ".encode())
            line.settimeout(0.01)
        while open_ and time.monotonic() - begun < HEAD_SECONDS + 5:
            for number in sorted(open_):
                if is_cut(lines[number]):
                    open_.discard(number)
            assert site.client.get("/healthz").status_code == 200
            time.sleep(0.25)
        assert not open_
        assert time.monotonic() - begun > HEAD_SECONDS / 2
    finally:
        for line in lines:
            line.close()


def is_cut(line: ssl.SSLSocket) -> bool:
    """Send one more byte of a head; return whether the connection is closed."""
    try:
        line.sendall(b"x")
        return line.recv(1024) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(site: Site) -> None:
    with site.connect() as line:
        line.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: {SITE}\r\nContent-Type: application/sparql-query\r\n"
            f"Content-Length: {200 * 2**20}\r\n\r\n".encode()
        )
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_a_length_is_refused_once_it_is_too_large(site: Site) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: {SITE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"#" * 2**20 + b"\r\n"
    with site.connect() as line:
        line.sendall(head.encode())
        with contextlib.suppress(OSError):  # it need not hear all of it
            for _ in range(100):
                line.sendall(chunk)
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")
    assert site.client.get("/healthz").status_code == 200


def test_its_log_says_neither_who_nor_what(site: Site) -> None:
    site.client.get("/sparql", params={"query": "ASK { ?c4n4ry ?p ?o }"})
    site.client.get("/c4n4ry?c4n4ry=1")
    lines = [line for path in site.folder.glob("*.log") for line in path.read_text().splitlines()]
    assert lines
    assert not [line for line in lines if "c4n4ry" in line or "127.0.0.1" in line]
    assert any(re.fullmatch(r"\S+ GET 200 \d+ [\d.]+", line) for line in lines)
