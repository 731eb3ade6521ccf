"""`/openapi.json` describes what is answered, and the pages need nothing from elsewhere."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from api.app import prepare_app
from api.openapi import offers, paths, query_parameters, routes_of
from kg.keys import Scope
from kg.read.schemas.examples import VIOLATION
from kg.read.schemas.violations import Violation
from kg.resources import ontology

if TYPE_CHECKING:
    import httpx

SEED = "seed-syunik-highway-2021"
IDS = {
    "agreements": "nk-2020-11-10",
    "terms": "nk-2020-11-10/6",
    "states": "armenia",
    "forces": "azerbaijani-armed-forces",
    "actors": "avia",
    "regions": "syunik",
    "events": f"{SEED}/seizure",
    "claims": f"{SEED}/c2",
    "reports": SEED,
    "questions": "07",
}


@pytest.fixture(scope="module")
def described(http: httpx.Client) -> dict[str, Any]:
    found = http.get("/openapi.json").json()
    assert isinstance(found, dict)
    return found


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in described["paths"].items()
        for method, operation in item.items()
    ]


def address(http: httpx.Client, path: str) -> str:
    """Return an address that the path stands for."""
    path = path.replace("{path}", f"report/{SEED}").replace("{file}", "actors.gexf")
    path = path.replace("{table}", "datapackage.json").replace("{standard}", "claim-reviews.jsonld")
    path = path.replace("{extension}", "ttl").replace("{part}", "reports").replace("{code}", "basis")
    kind = path.split("/")[3] if path.startswith("/api") else ""
    if kind == "alleged-violations":
        found = http.get("/api/v1/alleged-violations").json()["items"][-1]["id"]
        return path.replace("{id}", found.rpartition("/")[2])
    return path.replace("{id}", IDS.get(kind, "")).replace("{name}", IDS.get(kind, ""))


def test_it_is_openapi_with_an_id_words_and_a_tag_for_each_operation(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    tags = {tag["name"]: tag["description"] for tag in described["tags"]}
    ids = []
    for path, _, operation in operations(described):
        ids.append(operation["operationId"])
        assert operation["description"], path
        assert set(operation["tags"]) <= set(tags)
        takes_documents = operation["tags"] == ["writing"] or operation["operationId"].startswith("resubmit_")
        assert ("422" in operation["responses"]) == (
            takes_documents and not operation["operationId"].startswith("delete_")
        )
        for status, response in operation["responses"].items():
            if status not in {"200", "201", "202", "204", "303"}:
                assert list(response["content"]) == ["application/problem+json"]
    assert len(set(ids)) == len(ids)
    assert {tag for _, _, operation in operations(described) for tag in operation["tags"]} == set(tags)
    assert all(tags.values())


def test_every_schema_is_a_schema_with_words_and_leads_somewhere(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert schema["description"], name
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', str(described).replace("'", '"')):
        assert reference in schemas


def test_every_address_answers_what_it_documents(
    http: httpx.Client, described: dict[str, Any], tokens: dict[Scope, str]
) -> None:
    answered = 0
    for path, method, operation in operations(described):
        if method != "get":
            continue
        parameters = {"/sparql": {"query": "ASK { }"}, "/api/v1/search": {"q": "armenia"}}.get(path, {})
        headers = {"authorization": f"Bearer {tokens[Scope.ADMIN]}"} if operation.get("security") else {}
        answer = http.get(address(http, path), params=parameters, headers=headers, timeout=300)
        until = time.monotonic() + 60
        while answer.status_code == 503 and time.monotonic() < until:  # the index is being made
            time.sleep(0.1)
            answer = http.get(address(http, path), params=parameters, headers=headers)
        documented = operation["responses"][str(answer.status_code)]
        answered += 1
        if path in {"/id/{path}", "/.well-known/void"}:
            assert answer.status_code == 303
            continue
        # nothing was refused there, and no table sent
        if path.startswith(("/api/v1/quarantine/{name}", "/api/v1/datasets/{id}")):
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200, (path, answer.text)
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in documented["content"], path
        if kind.endswith("json"):
            schema = {**documented["content"][kind]["schema"], "components": described["components"]}
            Draft202012Validator(schema).validate(answer.json())
    assert answered == 57


def test_problems_are_as_documented(http: httpx.Client, described: dict[str, Any]) -> None:
    schema = {**described["components"]["schemas"]["Problem"]}
    for path in ("/nowhere", "/api/v1/claims?x=1", "/api/v1/claims?place=siunik", "/sparql?query=SELECT"):
        Draft202012Validator(schema).validate(http.get(path).json())
    for example in schema["examples"]:
        Draft202012Validator(schema).validate(example)


def test_the_example_of_a_violation_is_one(http: httpx.Client) -> None:
    Violation.model_validate({**VIOLATION})
    digest = str(VIOLATION["id"]).rpartition("/")[2]
    assert http.get(f"/api/v1/alleged-violations/{digest}").json() == VIOLATION


@pytest.mark.parametrize(
    ("parameter", "scheme"),
    [("basis", "basis"), ("status", "status"), ("scope", "scope"), ("temporal", "scope")],
)
def test_the_codes_that_a_filter_takes_are_those_of_its_list(
    described: dict[str, Any], parameter: str, scheme: str
) -> None:
    operation = described["paths"]["/api/v1/alleged-violations"]["get"]
    [held] = [item for item in operation["parameters"] if item["name"] == parameter]
    [codes] = [part["enum"] for part in held["schema"]["anyOf"] if "enum" in part]
    listed = (ontology() / "vocabularies" / f"{scheme}.ttl").read_text("utf-8")
    assert set(codes) == set(re.findall(r'skos:notation "([^"]+)"', listed))


class _Links(HTMLParser):
    """Collects what a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        held = dict(attrs)
        self.targets += [value for name in ("href", "src", "action") if (value := held.get(name))]
        if held.get("id"):
            self.ids.add(str(held["id"]))


def test_the_documentation_names_every_operation_and_asks_nobody_else(
    http: httpx.Client, described: dict[str, Any]
) -> None:
    answer = http.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = _Links()
    page.feed(answer.text)
    assert {operation["operationId"] for _, _, operation in operations(described)} <= page.ids
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "form"})
    for target in page.targets:
        assert target == "/openapi.json" or target.removeprefix("#") in page.ids, target


def test_the_index_leads_to_everything(http: httpx.Client) -> None:
    index = http.get("/").json()
    for name, link in index["links"].items():
        answer = http.get(link, params={"query": "ASK { }"} if name == "sparql" else None)
        assert answer.status_code == 200, name


def test_the_page_of_the_interface_names_every_path_and_parameter(described: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    for path, _, operation in operations(described):
        assert f"`{path}`" in page, path
        for parameter in (item for item in operation.get("parameters", ()) if item["in"] == "query"):
            assert f"`{parameter['name']}`" in page, (path, parameter["name"])


def test_what_is_taken_and_answered_is_what_the_description_says(described: dict[str, Any]) -> None:
    """The server reads it from the routes, which takes less long than to describe them."""
    routes = routes_of(prepare_app())
    assert set(routes) == {f"{method.upper()} {path}" for path, method, _ in operations(described)}
    served = {(path, method) for path, methods in paths(routes).items() for method in methods}
    assert served == {(path, method.upper()) for path, method, _ in operations(described)}
    parameters, types = query_parameters(routes), offers(routes)
    for path, method, operation in operations(described):
        name = f"{method.upper()} {path}"
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert parameters.get(name, named) == named, name
        answered = {
            kind
            for status, one in operation["responses"].items()
            if status[0] == "2"
            for kind in one.get("content", ())
        }
        refused = set(types.get(name, ())) - answered
        assert answered <= set(types.get(name, answered)), name
        if refused:
            assert "422" in operation["responses"], name
            assert "application/problem+json" in refused, name
    assert len(parameters) > 60
    assert len(types) > 60
