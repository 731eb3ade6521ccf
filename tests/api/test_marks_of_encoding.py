"""A mark of its encoding (U+FEFF) before a text is no part of the text, wherever a text comes in."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.store import create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

BOM: Final = "\ufeff"
ASK: Final = "ASK { ?s ?p ?o }"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("GET", {"params": {"query": BOM + ASK}}),
        ("POST", {"data": {"query": BOM + ASK}}),
        ("POST", {"content": (BOM + ASK).encode(), "headers": {"Content-Type": QUERY}}),
    ],
)
def test_a_query_may_begin_with_one(method: str, given: dict[str, Any], http: httpx.Client) -> None:
    answer = http.request(method, "/sparql", **given)
    assert (answer.status_code, answer.json().get("boolean")) == (200, True), answer.text


def test_a_mark_elsewhere_and_a_second_one_are_part_of_the_text(http: httpx.Client) -> None:
    for query in (BOM + BOM + ASK, f"ASK {BOM}{{ ?s ?p ?o }}"):
        assert http.get("/sparql", params={"query": query}).status_code == 400
    said = http.get("/sparql", params={"query": f'{BOM}SELECT ("{BOM}a" AS ?x) {{}}'}).json()
    assert said["results"]["bindings"][0]["x"]["value"] == f"{BOM}a"


@pytest.fixture(scope="module")
def writing(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
    serving: Callable[..., AbstractContextManager[Any]],
) -> Iterator[httpx.Client]:
    store = demonstration(tmp_path_factory.mktemp("marks") / "store")
    _, token = Keys(store).make("Tests", Scope.ADMIN)
    with (
        serving(store, SERVANDA_UPDATE="1") as (url, _),
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize("form", [False, True])
def test_an_update_may_begin_with_one(form: bool, writing: httpx.Client) -> None:  # noqa: FBT001
    update = f"{BOM}INSERT {{ GRAPH <urn:g> {{ <urn:a> <urn:b> <urn:c> }} }} WHERE {{ FILTER (false) }}"
    sent: dict[str, Any] = {"data": {"update": update}}
    if not form:
        sent = {"content": update.encode(), "headers": {"Content-Type": UPDATE}}
    answer = writing.post("/sparql/update", **sent)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "kind", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_a_graph_may_begin_with_one(kind: str, writing: httpx.Client) -> None:
    graph = writing.get("/graphs/agreement/nk-2020-11-10", headers={"Accept": kind}).text
    answer = writing.put(
        "/graphs/agreement/nk-2020-11-10", content=(BOM + graph).encode(), headers={"Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "unchanged"), answer.text


@pytest.mark.parametrize("kind", ["application/yaml", "application/json"])
def test_a_document_may_begin_with_one(kind: str, writing: httpx.Client) -> None:
    actor = {"id": "marked-one", "type": "official", "label": "M"}
    document = json.dumps({"kind": "actors", "id": "marked", "actors": [actor]})
    answer = writing.post(
        "/api/v1/documents", content=(BOM + document).encode(), headers={"Content-Type": kind}
    )
    assert answer.status_code in {200, 201}, answer.text


def test_a_plain_store_takes_them_too(
    tmp_path: Path, serving: Callable[..., AbstractContextManager[Any]]
) -> None:
    create(tmp_path / "plain", "https://example.org/", "unvalidated").close()
    with (
        serving(tmp_path / "plain", "--write-policy", "unvalidated") as (url, _),
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        update = f"{BOM}INSERT DATA {{ <urn:a> <urn:b> <urn:c> }}".encode()
        assert client.post("/sparql/update", content=update, headers={"Content-Type": UPDATE}).is_success
        turtle = f"{BOM}<urn:a> <urn:b> <urn:d> .".encode()
        assert client.put(
            "/graphs?graph=urn:g", content=turtle, headers={"Content-Type": "text/turtle"}
        ).is_success
        found = client.get("/sparql", params={"query": f"{BOM}SELECT * {{ ?s ?p ?o }}"}).json()
        assert len(found["results"]["bindings"]) == 1


@pytest.mark.parametrize("through", ["file", "-"])
def test_the_command_line_takes_a_query_that_begins_with_one(
    through: str, copy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "asked.rq"
    file.write_text(BOM + ASK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kg", "query", str(file) if through == "file" else "-", "--store", str(copy)],
        input=file.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"true"), done.stderr
