"""A plain store over HTTP: anybody on this machine writes to it, nobody holds it up or reaches out of it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.pipeline import initialise
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

UPDATE = "application/sparql-update"
TURTLE = {"content-type": "text/turtle"}
PLAIN = ("--write-policy", "unvalidated")
SECONDS = 1
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
NODES = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plainly") / "store"


@pytest.fixture(scope="module")
def served(folder: Path, serving: Serving) -> Iterator[httpx.Client]:
    settings = {"SERVANDA_QUERY_TIMEOUT": str(SECONDS), "SERVANDA_QUERY_MEMORY": "256"}
    with serving(folder, *PLAIN, **settings) as (url, _), httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def http(served: httpx.Client) -> httpx.Client:
    """Return a client of a store that holds nothing."""
    assert updated(served, "DROP ALL").status_code == 204
    return served


def updated(http: httpx.Client, text: str, **parameters: Any) -> httpx.Response:
    return http.post(
        "/sparql/update", content=text.encode(), params=parameters, headers={"content-type": UPDATE}
    )


def count(http: httpx.Client, pattern: str = "?s ?p ?o") -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    answer = http.post("/sparql", data={"query": query}, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return int(answer.text.split()[1])


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def filled(http: httpx.Client) -> None:
    triples = " ".join(f"<urn:n{number}> <urn:p> {number} ." for number in range(NODES))
    assert updated(http, f"INSERT DATA {{ {triples} }}").status_code == 204


def refused(folder: Path, *options: str) -> str:
    """Run the command to its end; return what it says on standard error."""
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr


# What is written.


def test_an_update_is_seen_once_it_is_answered(http: httpx.Client) -> None:
    first = updated(http, "INSERT DATA { <urn:a> <urn:b> 1 . GRAPH <urn:g> { <urn:a> <urn:b> 2 } }")
    assert (first.status_code, first.content) == (204, b"")
    assert (count(http), count(http, "GRAPH ?g { ?s ?p ?o }")) == (1, 1)
    second = updated(http, "DELETE { ?s ?p ?o } INSERT { ?s ?p 3, 4 } WHERE { ?s ?p ?o }")
    assert int(second.headers["servanda-sequence"]) == int(first.headers["servanda-sequence"]) + 1
    assert count(http, "<urn:a> <urn:b> 3, 4") == 1
    form = http.post("/sparql/update", data={"update": "COPY DEFAULT TO <urn:g>"})
    assert form.status_code == 204
    assert count(http, "GRAPH <urn:g> { ?s ?p ?o }") == 2


def test_the_graphs_of_a_request_are_those_that_patterns_see(http: httpx.Client) -> None:
    updated(http, "INSERT DATA { <urn:d> <urn:p> 0 . GRAPH <urn:g> { <urn:x> <urn:p> 1 } }")
    moving = "DELETE { GRAPH <urn:g> { ?s <urn:p> ?o } } INSERT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o }"
    assert updated(http, moving, **{"using-graph-uri": "urn:g"}).status_code == 204
    assert count(http, "<urn:x> <urn:q> 1") == 1
    assert count(http, "GRAPH ?g { ?s ?p ?o }") == 0
    short = updated(http, "DELETE WHERE { ?s ?p ?o }", **{"using-graph-uri": "urn:none"})
    assert (short.status_code, count(http)) == (204, 2)


@pytest.mark.parametrize(
    "words", ["\\u0041", "a\\\\b", 'q"q', "l\nl", "\\u0022 } ; LOAD <urn:x>", "é漢🙂", "}"]
)
def test_words_are_stored_as_they_are_whatever_they_look_like(words: str, http: httpx.Client) -> None:
    written = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    turtle = f'<urn:a> <urn:b> "{written}", "{written}"@en-gb .'
    for method in ("PUT", "POST"):
        answer = http.request(method, "/graphs", params={"graph": "urn:g"}, content=turtle, headers=TURTLE)
        assert answer.status_code in {201, 204}, answer.text
    query = "SELECT ?w { GRAPH <urn:g> { ?s ?p ?w } FILTER(LANG(?w) = '') }"
    found = http.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert [row["w"]["value"] for row in found] == [words]
    assert updated(http, f"INSERT DATA {{ {turtle} }}").status_code == 204
    assert count(http, "<urn:a> <urn:b> ?w . GRAPH <urn:g> { ?s ?p ?w }") == 2


def test_graphs_are_put_added_to_and_removed_as_wholes(http: httpx.Client) -> None:
    at = {"graph": "urn:g"}
    made = http.put("/graphs", params=at, content="<urn:a> <urn:b> <rel>, [] .", headers=TURTLE)
    assert (made.status_code, made.headers["location"]) == (201, str(made.request.url))
    assert http.put("/graphs", params=at, content="<urn:a> <urn:b> [] .", headers=TURTLE).status_code == 204
    assert http.post("/graphs", params=at, content="<urn:a> <urn:b> [] .", headers=TURTLE).status_code == 204
    assert count(http, "GRAPH <urn:g> { ?s ?p ?o }") == 2
    assert http.delete("/graphs", params=at).status_code == 204
    assert told(http.delete("/graphs", params=at))[0] == 404
    assert http.get("/graphs", params=at).status_code == 404
    assert http.put("/graphs?default", content="<urn:a> <urn:b> 1 .", headers=TURTLE).status_code == 204
    assert http.delete("/graphs?default").status_code == 204
    assert count(http) == 0
    assert http.put("/graphs/x/y", content="<> <urn:b> 1 .", headers=TURTLE).status_code == 201
    name = str(http.base_url.join("/graphs/x/y"))
    assert count(http, f"GRAPH <{name}> {{ <{name}> <urn:b> 1 }}") == 1


def test_what_is_posted_to_graphs_gets_a_name(http: httpx.Client) -> None:
    names = set()
    for _ in range(2):
        made = http.post("/graphs", content="<> <urn:b> 1 .", headers=TURTLE)
        assert made.status_code == 201
        names.add(made.headers["location"])
        assert "<urn:b>" in http.get(made.headers["location"]).text
        assert count(http, f"GRAPH <{made.headers['location']}> {{ <{made.headers['location']}> ?p 1 }}") == 1
    assert len(names) == 2


def parts(*pieces: tuple[str, str], boundary: str = "b") -> bytes:
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'
        f"Content-Type: {kind}\r\n\r\n{text}\r\n"
        for kind, text in pieces
    )
    return f"{body}--{boundary}--\r\n".encode()


def test_the_parts_of_a_form_are_merged_each_with_blank_nodes_of_its_own(http: httpx.Client) -> None:
    body = parts(
        ("text/turtle", "_:x <urn:p> 1 ."),
        ("application/n-triples", "_:x <urn:p> <urn:o> ."),
        ("text/turtle", ""),
    )
    kind = {"content-type": "multipart/form-data; boundary=b"}
    for method in ("POST", "PUT"):
        answer = http.request(
            method, "/graphs", params={"graph": f"urn:{method}"}, content=body, headers=kind
        )
        assert answer.status_code == 201, answer.text
        assert count(http, f"GRAPH <urn:{method}> {{ ?s ?p ?o }}") == 2
        assert count(http, f"GRAPH <urn:{method}> {{ ?s <urn:p> 1, <urn:o> }}") == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (parts(("text/turtle", "<urn:a> <urn:b> 1 ."), ("text/turtle", "<urn:broken")), "b", 400),
        (parts(("text/turtle", "<urn:a> <urn:b> 1 ."), ("text/html", "<p>")), "b", 415),
        (parts(), "b", 400),
        (b"", "b", 400),
        (b"nothing", "b", 400),
        (parts(("text/turtle", "")), "other", 400),
        (parts(("multipart/mixed; boundary=c", "--c\r\n\r\nx\r\n--c--")), "b", 400),
        (parts(*[("text/turtle", "<urn:a> <urn:b> 1 .")] * 2, boundary="b"), "", 400),
    ],
    ids=["broken", "type", "none", "empty", "no form", "boundary", "nested", "no boundary"],
)
def test_a_form_that_is_none_or_holds_what_is_no_rdf_changes_nothing(
    body: bytes, kind: str, status: int, http: httpx.Client
) -> None:
    headers = {"content-type": f"multipart/form-data; boundary={kind}" if kind else "multipart/form-data"}
    answer = http.put("/graphs", params={"graph": "urn:g"}, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert http.get("/graphs", params={"graph": "urn:g"}).status_code == 404


@pytest.mark.parametrize(
    "name", ["http://[", "http://a/%zz", "x", "", "urn:a>", "urn:a} ; DROP ALL ; #", "urn:\\u003e"]
)
def test_what_is_no_name_of_a_graph_is_refused(name: str, http: httpx.Client) -> None:
    filled(http)
    for method in ("PUT", "POST"):
        answer = http.request(
            method, "/graphs", params={"graph": name}, content="<urn:a> <urn:b> 1 .", headers=TURTLE
        )
        assert answer.status_code == 400, answer.text
    assert http.delete("/graphs", params={"graph": name}).status_code in {400, 404}
    assert count(http) == NODES


def test_queries_are_answered_while_updates_are_made(http: httpx.Client) -> None:
    filled(http)
    stop = threading.Event()

    def asking() -> list[int]:
        found = []
        with httpx.Client(base_url=http.base_url, timeout=30) as client:
            while not stop.is_set():
                found.append(count(client, "?s <urn:round> ?o"))
        return found

    with ThreadPoolExecutor(2) as threads:
        clients = [threads.submit(asking) for _ in range(2)]
        for number in range(8):
            moving = f"DELETE {{ ?s <urn:round> ?r }} INSERT {{ ?s <urn:round> {number} }} WHERE {{ "
            assert (
                updated(http, f"{moving} ?s <urn:p> ?o OPTIONAL {{ ?s <urn:round> ?r }} }}").status_code
                == 204
            )
            assert count(http, f"?s <urn:round> {number}") == NODES
        stop.set()
        for client in clients:
            found = client.result()
            assert set(found) <= {0, NODES}
            assert found == sorted(found)
            assert found


# What is hostile.


@pytest.mark.parametrize(
    "where",
    [
        PRODUCT,
        f"{{ SELECT (COUNT(*) AS ?a) {{ {PRODUCT} }} }}",
        f"{{ SELECT (RAND() AS ?r) {{}} }} FILTER(?r < 2) {PRODUCT}",
        "?a (<urn:p>|!<urn:p>)* ?d . ?g (<urn:p>|!<urn:p>)* ?j",
        f"{PRODUCT} FILTER(STRLEN(SHA512(CONCAT(STR(?a), STR(?j)))) > 1000)",
    ],
    ids=["product", "counted", "by chance", "paths", "hashes"],
)
def test_an_endless_update_is_ended_and_nothing_of_it_is_there(
    where: str, http: httpx.Client, folder: Path
) -> None:
    filled(http)
    begun = time.monotonic()
    answer = updated(
        http, f"INSERT DATA {{ <urn:x> <urn:y> 1 }} ; INSERT {{ ?a <urn:q> ?j }} WHERE {{ {where} }}"
    )
    ended = time.monotonic()
    assert ended - begun <= SECONDS + LATE
    assert told(answer)[1] in {"query-timeout", "query-memory"}
    assert count(http) == NODES
    assert time.monotonic() - ended < LATE
    assert updated(http, "INSERT { <urn:x> <urn:y> ?o } WHERE { <urn:n7> <urn:p> ?o }").status_code == 204
    assert count(http) == NODES + 1
    assert not list((folder / "trials").iterdir())


def test_what_chance_decides_is_decided_once(http: httpx.Client) -> None:
    """Made again by the process that holds the store, it could go on without end."""
    filled(http)
    gate = f"{{ SELECT (RAND() AS ?r) {{}} }} FILTER(?r < 0.3) {PRODUCT}"
    for _ in range(8):
        begun = time.monotonic()
        answer = updated(
            http, f"INSERT {{ <urn:x> <urn:y> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {gate} }} }}"
        )
        assert time.monotonic() - begun <= SECONDS + LATE
        assert answer.status_code in {204, 504}, answer.text
    assert count(http, "<urn:n7> ?p ?o") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LOAD <http://127.0.0.1:9/x>", "load-forbidden"),
        ("CLEAR ALL ; LOAD <file:///etc/passwd> INTO GRAPH <urn:g>", "load-forbidden"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "service-forbidden"),
        (
            "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "service-forbidden",
        ),
        ("ASK {}", "query-syntax"),
        ("INSERT DATA { <urn:a> <urn:b> ?o }", "query-syntax"),
        ("CLEAR GRAPH <urn:none>", "update-failed"),
        ("INSERT DATA { <urn:a> <urn:b> 1 } ; CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>", "update-failed"),
        ("INSERT DATA { <urn:a> <urn:b> 1 } ; MOVE <urn:none> TO <urn:g>", "update-failed"),
    ],
)
def test_what_may_not_or_cannot_be_made_changes_nothing(text: str, name: str, http: httpx.Client) -> None:
    filled(http)
    answer = updated(http, text)
    assert told(answer)[1] == name
    assert count(http) == NODES
    assert count(http, "GRAPH ?g { ?s ?p ?o }") == 0


def test_a_load_that_may_fail_does_nothing(http: httpx.Client) -> None:
    text = "LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <urn:g> ; INSERT DATA { <urn:a> <urn:b> 1 }"
    assert updated(http, text).status_code == 204
    assert count(http) == 1


@pytest.mark.parametrize(
    "origin", ["https://example.org", "null", "http://localhost:1", "http://evil.example"]
)
def test_a_page_of_another_site_writes_nothing(origin: str, http: httpx.Client) -> None:
    filled(http)
    headers = {"origin": origin, "content-type": "application/x-www-form-urlencoded"}
    assert http.post("/sparql/update", content="update=CLEAR+ALL", headers=headers).status_code == 403
    rebound = {**headers, "host": "evil.example"}
    assert http.post("/sparql/update", content="update=CLEAR+ALL", headers=rebound).status_code == 421
    assert http.delete("/graphs?default", headers={"origin": origin}).status_code == 403
    assert count(http) == NODES
    own = {**headers, "origin": str(http.base_url).rstrip("/")}
    assert http.post("/sparql/update", content="update=CLEAR+ALL", headers=own).status_code == 204


# What is served, and to whom.


def test_only_what_a_plain_store_has_is_served(http: httpx.Client) -> None:
    paths = set(http.get("/openapi.json").json()["paths"])
    assert {"/sparql", "/sparql/update", "/graphs", "/graphs/{path}"} <= paths
    assert not [path for path in paths if path.startswith(("/api/", "/id/", "/doc/", "/ontology"))]
    for path in ("/api/v1/reports", "/api/v1/changes", "/api/v1/questions", "/id/actor/armenia", "/ontology"):
        assert http.get(path).status_code == 404
    for path in ("/", "/healthz", "/readyz", "/docs"):
        assert http.get(path).status_code == 200
    assert http.get("/sparql/update").status_code == 405


def test_what_others_can_reach_is_not_served_unless_that_is_insisted_upon(
    tmp_path: Path, serving: Serving
) -> None:
    folder = tmp_path / "store"
    assert "--anybody-may-write" in refused(folder, *PLAIN, "--public", "--host", "0.0.0.0")  # noqa: S104
    assert "not an address of this machine" in refused(folder, *PLAIN, "--host", "0.0.0.0")  # noqa: S104
    assert "not an address of this machine" in refused(
        folder,
        *PLAIN,
        "--anybody-may-write",
        "--host",
        "0.0.0.0",  # noqa: S104
    )
    assert not folder.exists()
    options = (*PLAIN, "--public", "--anybody-may-write", "--host", "0.0.0.0")  # noqa: S104
    with serving(folder, *options, SERVANDA_HOSTS="*") as (url, _):
        at = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        answer = httpx.post(f"{at}/sparql/update", content="CLEAR ALL", headers={"content-type": UPDATE})
        assert answer.status_code == 204


def test_a_store_of_the_other_kind_is_refused_by_name(tmp_path: Path) -> None:
    initialise(tmp_path / "store", "https://example.org/kg/", reference=False).close()
    assert "made with write policy 'validated', not 'unvalidated'" in refused(tmp_path / "store", *PLAIN)


def test_it_is_found_again_as_it_was_left(tmp_path: Path, serving: Serving) -> None:
    with serving(tmp_path / "store", *PLAIN) as (url, process), httpx.Client(base_url=url) as client:
        updated(client, "INSERT DATA { <urn:a> <urn:b> 1 }")
        last = updated(client, "INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }").headers["servanda-sequence"]
        process.kill()
        process.wait()
    assert "made with write policy 'unvalidated'" in refused(tmp_path / "store")
    with serving(tmp_path / "store", *PLAIN) as (url, _), httpx.Client(base_url=url) as client:
        assert count(client) == 2
        again = updated(client, "CLEAR ALL")
        assert int(again.headers["servanda-sequence"]) > int(last)


def test_a_plain_store_is_made_by_init_and_refused_to_every_other_command(tmp_path: Path) -> None:
    store = tmp_path / "store"
    making = ("init", "--store", str(store), "--write-policy", "unvalidated")
    made = command(*making)
    assert made.returncode == 0, made.stderr
    for asked in (("ask", "01"), ("verify",), ("stats",), ("serve", "--port", "0")):
        said = command(*asked, "--store", str(store))
        assert said.returncode == 1
        assert "made with write policy 'unvalidated', not 'validated'" in said.stderr
    again = command(*making)
    assert again.returncode == 0
    assert "already" in again.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    foreign = command("init", "--store", str(tmp_path / "other"), "--write-policy", "unvalidated")
    assert foreign.returncode == 1
    assert "is not an empty folder" in foreign.stderr


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what became of a command of ours."""
    whole = [sys.executable, "-m", "api", *arguments]
    return subprocess.run(whole, capture_output=True, text=True, timeout=60, check=False)
