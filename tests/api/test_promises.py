"""What `docs/api.md` promises in a sentence, and nothing else holds it to."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from api.lanes import Lanes
from api.routers.exports import EXTENSIONS
from kg.errors import OverloadedError
from kg.export.style import Layout
from kg.keys import Keys, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def section(title: str) -> str:
    """Return a section of the page, in one line."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return " ".join(found[1].split())


def test_a_page_has_fifty_items_unless_another_number_is_asked_for(http: httpx.Client) -> None:
    assert "`limit` (1 to 200, by default 50)" in section("Lists")
    assert len(http.get("/api/v1/states").json()["items"]) == 50
    assert len(http.get("/api/v1/states", params={"limit": 200}).json()["items"]) > 190


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/docs", "/", "/healthz", "/readyz", "/context.jsonld", "/ontology"]
)
def test_no_address_takes_a_parameter_that_it_does_not_document(path: str, http: httpx.Client) -> None:
    answer = http.get(path, params={"colour": "red"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/unknown-parameter")


def test_the_extensions_and_layouts_of_exports_are_those_that_the_page_names() -> None:
    told = section("Graphs for Gephi")
    assert all(f"`.{extension}`" in told for extension in EXTENSIONS)
    assert all(f"`{layout.value}`" in told for layout in Layout)


def test_of_what_changes_something_forty_are_at_work_or_wait_and_one_more_is_refused() -> None:
    assert "Forty at most are taken in or wait; one more is answered 503" in " ".join(PAGE.split())
    lane, done = Lanes().writing, threading.Event()

    async def come() -> list[OverloadedError]:
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(lane.run, done.wait)
            await anyio.wait_all_tasks_blocked()
            refused = []
            try:
                await lane.run(lambda: True)
            except OverloadedError as error:
                refused.append(error)
            done.set()
        assert await lane.run(lambda: True)
        return refused

    (refused,) = anyio.run(come)
    assert refused.retry_after


def test_what_was_retracted_comes_in_again_only_where_that_is_asked(
    tmp_path: Path, demonstration: Callable[..., Path], serving: Callable[..., AbstractContextManager[Any]]
) -> None:
    assert "`again` as a parameter takes in again what was retracted" in section("Writing")
    store = demonstration(tmp_path / "store")
    _, token = Keys(store).make("Tests", Scope.INGEST)
    document = {"kind": "actors", "id": "x", "actors": [{"id": "once", "type": "official", "label": "Once"}]}
    headers = {"Authorization": f"Bearer {token}"}
    with serving(store) as (url, _), httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        assert client.post("/api/v1/documents", json=document).status_code == 201
        assert client.delete("/graphs/actors/x", params={"reason": "a slip"}).status_code == 204
        assert client.post("/api/v1/documents", json=document).status_code in {200, 422}
        assert client.get("/api/v1/actors/once").status_code in {404, 410}
        again = client.post("/api/v1/documents", json=document, params={"again": "true"})
        assert again.status_code in {200, 201}, again.text
        assert client.get("/api/v1/actors/once").json()["label"] == "Once"


@pytest.fixture(scope="module")
def described(http: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = http.get("/openapi.json").json()
    return found


def _rows(told: str) -> list[list[str]]:
    """Return the rows of the tables of a section, each cell as what stands in it in backticks."""
    found = re.search(rf"^## {told}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, told
    lines = (line for line in found[1].splitlines() if line.startswith("| "))
    return [line.strip("| ").split(" | ", 1) for line in lines][1:]


def _named(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def _parameters(described: dict[str, Any]) -> dict[str, set[str]]:
    """Return the names in queries that each address takes."""
    return {
        path: {
            parameter["name"]
            for operation in item.values()
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "query"
        }
        for path, item in described["paths"].items()
    }


def test_the_addresses_are_those_that_the_page_lists(described: dict[str, Any]) -> None:
    told = {name for cell, _ in _rows("Addresses") for name in _named(cell)}
    elsewhere = {"/sparql/update", "/docs", "/openapi.json", "/mcp", "/reconcile"}
    assert {name for name in told if name not in described["paths"]} <= elsewhere
    assert set(described["paths"]) <= told | elsewhere | _named(section("Writing"))


def test_every_parameter_is_told_and_every_filter_is_one_of_some_list(described: dict[str, Any]) -> None:
    taken = _parameters(described)
    every = set().union(*taken.values())
    assert every - _named(PAGE) == set()
    filters = {name for cell, _ in _rows("Lists") for name in _named(cell)}
    elsewhere = taken.pop("/api/v1/search")
    own = elsewhere - filters - {"limit", "cursor"}
    assert own == {"q", "order", "lang", "kind", "facets"}
    assert {name for name in own if not re.search(rf"[`?&]{name}\b", section("Search"))} == set()
    assert taken.pop("/api/v1/statistics") - filters == {"by"}
    lists = [names for names in taken.values() if {"limit", "cursor"} <= names]
    assert filters == set().union(*lists) - {"limit", "cursor", "count", "facets", "f"} - {
        "again",
        "strict",
    }  # of writing


ITEMS = {
    "agreement": "Agreement",
    "term": "Term",
    "norm, in a term": "Norm",
    "reading, in a norm": "Reading",
    "assessment": "Assessment",
    "state, force, actor": "Actor",
    "region": "RegionWithGeometry",
    "event": "Event",
    "claim": "Claim",
    "report": "ReportWithText",
    "question": "Question",
    "change": "Change",
    "what was found": "Hit",
    "what was refused": "Inspected",
    "profile of exports": "ExportProfile",
    "key": "HeldKey",
    "proof": "Proof",
}


def test_the_fields_of_items_are_those_that_the_page_lists(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    told = {item: _named(fields) for item, fields in _rows("Fields")}
    assert told == {item: set(schemas[name]["properties"]) for item, name in ITEMS.items()}
    violation = _named(section("An alleged violation"))
    assert set(schemas["Violation"]["properties"]) <= violation
    pages = {name.removesuffix("Page") for name in schemas if name.endswith("Page")}
    # Pairs of events are told of in a section of their own.
    assert pages - {"Violation", "Region", "Report", "Proposal"} <= set(ITEMS.values())


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/api/v1/agreements", "agreement"),
        ("/api/v1/terms", "term"),
        ("/api/v1/assessments", "assessment"),
        ("/api/v1/states", "state, force, actor"),
        ("/api/v1/events", "event"),
        ("/api/v1/claims", "claim"),
        ("/api/v1/changes", "change"),
        ("/api/v1/questions", "question"),
    ],
)
def test_no_field_of_an_item_is_left_out(path: str, item: str, http: httpx.Client) -> None:
    fields = {name: _named(told) for name, told in _rows("Fields")}
    items = http.get(path).json()["items"]
    assert items
    assert all(set(one) == fields[item] for one in items)


def test_in_lists_regions_have_no_outline_and_reports_no_text(http: httpx.Client) -> None:
    fields = {name: _named(told) for name, told in _rows("Fields")}
    for path, item, alone in (("regions", "region", "geometry"), ("reports", "report", "text")):
        first = http.get(f"/api/v1/{path}").json()["items"][0]
        assert set(first) == fields[item] - {alone}
        assert set(http.get(f"/api/v1/{path}/{first['id']}").json()) == fields[item]


def test_what_holds_of_every_answer_holds_of_every_address(
    described: dict[str, Any], http: httpx.Client
) -> None:
    told = section("Caching and other sites")
    assert "`Vary: Accept, Authorization, Accept-Encoding` is always set, and `Origin` with it" in told
    assert "HEAD is answered everywhere" in told
    for path, item in described["paths"].items():
        if "get" not in item or "{" in path or path == "/exports/all.nq.gz":
            continue
        answer = http.get(path, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["vary"] == "Accept, Authorization, Accept-Encoding, Origin", path
        exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
        of_ours = {name for name in answer.headers if name.startswith("servanda-")} | {"servanda-left-out"}
        assert of_ours <= {name.lower() for name in exposed}, path
        assert answer.headers["access-control-allow-origin"] == "*", path
        assert "access-control-allow-credentials" not in answer.headers, path
        assert 8 <= len(answer.headers["x-request-id"]) <= 64, path
        head = http.head(path, headers={"Origin": "https://elsewhere.example"})
        assert (head.status_code, head.content) == (answer.status_code, b""), path
        if answer.status_code >= 400:
            assert answer.json()["request_id"] == answer.headers["x-request-id"], path


@pytest.mark.parametrize("name", ["ab-cd_ef.1", "x" * 64])
def test_a_request_may_bring_its_own_name(name: str, http: httpx.Client) -> None:
    assert http.get("/healthz", headers={"X-Request-Id": name}).headers["x-request-id"] == name


@pytest.mark.parametrize("name", ["short", "x" * 65, "with space in it", "héhéhéhéhé"])
def test_a_name_that_a_request_may_not_have_is_replaced(name: str, http: httpx.Client) -> None:
    answer = http.get("/healthz", headers=[(b"X-Request-Id", name.encode())])
    assert answer.headers["x-request-id"] != name


def test_a_term_and_whoever_speaks_have_the_ids_that_the_page_gives(http: httpx.Client) -> None:
    told = section("Ids")
    for kind, name in (
        ("terms", "nk-2020-11-10/6"),
        ("claims", "seed-syunik-highway-2021/c1"),
        ("actors", "seed-syunik-highway-2021/voice"),
    ):
        assert f"`{name}`" in told
        found = http.get(f"/api/v1/{kind}/{name}")
        assert (found.status_code, found.json()["id"]) == (200, name)
    record = http.get("/api/v1/alleged-violations", params={"limit": 1}).json()["items"][0]["id"]
    assert http.get(f"/api/v1/alleged-violations/{record.rpartition('/')[2]}").json()["id"] == record


def test_values_of_codes_in_the_filters_are_those_that_the_page_lists(http: httpx.Client) -> None:
    told = {_named(cell).pop(): _named(words) for cell, words in _rows("Lists") if len(_named(cell)) == 1}
    for name in ("basis", "status", "scope", "outcome"):
        wrong = http.get(
            "/api/v1/assessments" if name == "outcome" else "/api/v1/alleged-violations", params={name: "x-y"}
        )
        assert wrong.status_code == 400
        named = set(wrong.json().get("allowed") or re.findall(r"[a-z]+(?:-[a-z]+)*", wrong.json()["detail"]))
        assert told[name] <= named, name


def test_following_the_example_of_the_page_tells_of_another_history(http: httpx.Client) -> None:
    (address,) = re.findall(r"curl 'http://127.0.0.1:8000(/api/v1/changes[^']+)'", PAGE)
    answer = http.get(address)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "other-history")


def test_every_call_of_the_page_is_answered(http: httpx.Client) -> None:
    asked = re.findall(
        r"curl (?:-[IL] )?'http://127.0.0.1:8000([^']*)'(?: --data-urlencode '([^']*)')?", PAGE
    )
    assert len(asked) >= 8
    for address, form in asked:
        data = dict([form.split("=", 1)]) if form else None
        answer = http.post(address, data=data) if data else http.get(address, follow_redirects=True)
        assert answer.status_code == (409 if "hash=" in address else 200), address


def test_who_names_no_graph_of_a_document_is_told_the_nearest(
    http: httpx.Client, tokens: dict[Scope, str]
) -> None:
    assert "| `not-found` | 404 | no such resource; the nearest ids are named |" in PAGE
    base = http.get("/").json()["base"]
    for name, meant in (("report/seed-syunik", "report/seed-syunik-highway-2021"), ("report/zzzz", None)):
        asked = {"graph": f"{base}graph/{name}"}
        key = {"Authorization": f"Bearer {tokens[Scope.INGEST]}"}
        read = http.get("/graphs", params=asked)
        removed = http.delete("/graphs", params={**asked, "reason": "x"}, headers=key)
        for answer in (read, removed):
            assert answer.status_code == 404
            assert ("did you mean" in answer.json()["detail"]) == (meant is not None)
            assert meant is None or meant in answer.json()["detail"]
