"""What cannot be had in a type that is accepted is refused before anything is done, at every address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.slow

NOWHERE = "image/x-nobody-writes-this"
UNTYPED = {"get_identifier", "get_void", "discard_document", "delete_graph", "delete_graph_by_address"}
"""Operations whose answer has no body, and so no type."""
FILLED = {
    "{file}": "actors.gexf",
    "{table}": "datapackage.json",
    "{standard}": "claim-reviews.jsonld",
    "{extension}": "ttl",
    "{path}": "report/seed-syunik-highway-2021",
    "{name}": "07",
    "{id}": "nk-2020-11-10",
}
PAGES = ("/docs", "/about", "/data", "/explore", "/query", "/sign-in")
RECONCILING = ("suggest/entity", "suggest/type", "suggest/property", "properties")
QUERY = {"/sparql": {"query": "ASK {}"}, "/api/v1/search": {"q": "truce"}}


@pytest.fixture(scope="module")
def writing(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
    serving: Callable[..., AbstractContextManager[Any]],
) -> Iterator[httpx.Client]:
    """Give a client that may do everything."""
    store = demonstration(tmp_path_factory.mktemp("acceptable") / "store")
    _, token = Keys(store).make("Tests", Scope.ADMIN)
    with (
        serving(store, SERVANDA_UPDATE="1") as (url, _),
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client,
    ):
        yield client


def operations(client: httpx.Client) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, address and description of every operation."""
    found = []
    for path, item in client.get("/openapi.json").json()["paths"].items():
        address = path
        for part, value in FILLED.items():
            address = address.replace(part, value)
        found += [(method, address, operation) for method, operation in item.items()]
    return found


def test_every_operation_refuses_what_it_cannot_write_and_says_what_it_can(writing: httpx.Client) -> None:
    before = writing.get("/api/v1/changes").json()["head"]
    tried = 0
    for method, address, operation in operations(writing):
        name = operation["operationId"]
        if name in UNTYPED:
            assert "406" not in operation["responses"]
            continue
        form = {"query": "ASK {}"} if name == "query_by_post" else None
        given = None if form else QUERY.get(address)
        answer = writing.request(method, address, params=given, headers={"Accept": NOWHERE}, data=form)
        assert answer.status_code == 406, (name, answer.text)
        said = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert said["type"].rpartition("/")[2] == "not-acceptable"
        assert "406" in operation["responses"], name
        typed = [one.get("content", {}) for status, one in operation["responses"].items() if status[0] == "2"]
        documented = {kind for content in typed for kind in content}
        assert said["allowed"], name
        assert set(said["allowed"]) & documented, name
        if method == "get":
            assert set(said["allowed"]) <= documented, name
            had = writing.get(address, params=QUERY.get(address), headers={"Accept": said["allowed"][0]})
            assert had.status_code in {200, 404}, (name, had.text)
        tried += 1
    assert tried > 45
    assert writing.get("/api/v1/changes").json()["head"] == before


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/openapi.json", "/graphs", "/sparql", "/reconcile", "/reconcile/suggest/entity?prefix=ar"],
)
def test_pages_and_descriptions_of_the_service_do_so_too(path: str, writing: httpx.Client) -> None:
    answer = writing.get(path, headers={"Accept": NOWHERE})
    assert (answer.status_code, bool(answer.json()["allowed"])) == (406, True)
    assert writing.get(path).status_code == 200


@pytest.mark.parametrize("path", [f"/reconcile/{what}" for what in (*RECONCILING, "preview")])
def test_services_that_describe_themselves_do_so_before_all_else(path: str, writing: httpx.Client) -> None:
    assert writing.get(path, headers={"Accept": NOWHERE}).status_code == 406


@pytest.mark.parametrize("page", ["", "/events", "/quality", "/tables", "/tables/x"])
def test_the_desk_does_so_before_it_asks_who_looks(page: str, writing: httpx.Client) -> None:
    assert writing.get(f"/desk{page}", headers={"Accept": NOWHERE}).status_code == 406


def test_a_document_is_not_taken_in_where_its_answer_cannot_be_had(writing: httpx.Client) -> None:
    document = "kind: actors\nid: left-out\nactors:\n  - {id: nobody-yet, type: official, label: Nobody}\n"
    headers = {"Content-Type": "application/yaml", "Accept": "text/html"}
    assert writing.post("/api/v1/documents", content=document, headers=headers).status_code == 406
    assert writing.get("/api/v1/actors/nobody-yet").status_code == 404


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/problem+json", "*/*", "application/json;q=0.1"]
)
def test_a_refusal_is_had_in_every_type_in_which_refusals_are_told(
    accept: str, writing: httpx.Client
) -> None:
    headers = {"Content-Type": "application/yaml", "Accept": accept}
    answer = writing.post("/api/v1/validate", content="kind: report\n", headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("file", "accept", "status"),
    [
        ("actors.svg", "image/svg+xml", 200),
        ("actors.svg", "image/*", 200),
        ("actors.svg", "application/json", 406),
        ("actors.json", "application/json", 200),
        ("all.nq.gz", "application/gzip", 200),
        ("all.nq.gz", "application/n-quads", 406),
    ],
)
def test_the_extension_of_an_export_is_the_type_that_has_to_be_accepted(
    file: str, accept: str, status: int, writing: httpx.Client
) -> None:
    answer = writing.get(f"/exports/{file}", headers={"Accept": accept})
    assert answer.status_code == status, answer.text
