"""OpenRefine and its like match cells with actors, places and agreements, by the Reconciliation API 0.2."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from jsonschema import Draft202012Validator
from reconciler import reconcile

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.slow
TEXT = {"type": "string"}
TYPES = {
    "type": "array",
    "items": {
        "oneOf": [
            TEXT,
            {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id"]},
        ]
    },
}
WITH_ID = {"type": "string", "pattern": r"\{\{id\}\}"}
SUGGESTING = {"type": "object", "properties": {"service_url": TEXT, "service_path": TEXT}}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
        "name": TEXT,
        "identifierSpace": TEXT,
        "schemaSpace": TEXT,
        "serviceVersion": TEXT,
        "defaultTypes": {**TYPES, "uniqueItems": True},
        "view": {"type": "object", "properties": {"url": WITH_ID}, "required": ["url"]},
        "preview": {
            "type": "object",
            "properties": {"url": WITH_ID, "width": {"type": "integer"}, "height": {"type": "integer"}},
            "required": ["url", "width", "height"],
        },
        "suggest": {"type": "object", "additionalProperties": SUGGESTING},
        "extend": {
            "type": "object",
            "properties": {"propose_properties": SUGGESTING, "property_settings": {"type": "array"}},
        },
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": TEXT,
                        "name": TEXT,
                        "description": TEXT,
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": TYPES,
                        "features": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"id": TEXT, "value": {"type": ["boolean", "number"]}},
                            },
                        },
                    },
                },
            }
        },
    },
}


def only(**properties: object) -> dict[str, Any]:
    """Return the schema of an object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


CELL = {
    "oneOf": [
        only(),
        only(id=TEXT, name=TEXT),
        only(str=TEXT),
        only(int={"type": "integer"}),
        only(float={"type": "number"}),
    ]
}
EXTENSION = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": TEXT, "name": TEXT, "type": {"type": "object", "required": ["id"]}},
            },
        },
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": CELL},
            },
        },
    },
}
SUGGESTIONS = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": TEXT, "name": TEXT, "description": TEXT, "notable": TYPES},
            },
        }
    },
}
"""What version 0.2 of the specification wants of each answer, said in our words."""


def held(body: Any, schema: dict[str, Any]) -> Any:
    """Return an answer that is as the specification wants it."""
    Draft202012Validator(schema).validate(body)
    return body


@pytest.fixture(scope="module")
def service(http: httpx.Client) -> httpx.Client:
    """Return a client of a server that has an index of names."""
    until = time.monotonic() + 60
    while http.get("/api/v1/suggest?prefix=a").status_code != 200 and time.monotonic() < until:
        time.sleep(0.1)
    return http


def candidates(service: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """Return the candidates of one query, asked as a form is sent."""
    answer = service.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = held(answer.json(), RESULTS)["q"]["result"]
    return found


def features(candidate: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one["value"] for one in candidate["features"]}


def test_the_manifest_says_where_everything_is(service: httpx.Client) -> None:
    manifest = held(service.get("/reconcile").json(), MANIFEST)
    assert manifest["versions"] == ["0.2"]
    assert manifest["view"]["url"] == f"{service.base_url}/doc/{{{{id}}}}"
    page = service.get(manifest["view"]["url"].replace("{{id}}", "place/syunik"))
    assert page.status_code == 200
    for one in manifest["suggest"].values():
        assert (
            service.get(one["service_url"] + one["service_path"], params={"prefix": "a"}).status_code == 200
        )


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ({"query": "Armenia", "type": "actor"}, "actor/armenia"),
        ({"query": "ARMENIA", "type": "actor/state"}, "actor/armenia"),
        ({"query": "Сюник"}, "place/syunik"),
        ({"query": "Երևան"}, "place/yerevan"),
        (
            {"query": "Syunik", "properties": [{"pid": "within", "v": {"id": "place/armenia"}}]},
            "place/syunik",
        ),
        ({"query": "Russia", "properties": [{"pid": "iso3166_alpha3", "v": ["X", "RUS"]}]}, "actor/russia"),
        ({"query": "Azerbaijan", "properties": [{"pid": "gw", "v": 373}]}, "actor/azerbaijan"),
    ],
)
def test_what_is_meant_without_doubt_matches(query: dict[str, Any], best: str, service: httpx.Client) -> None:
    first, *others = candidates(service, **query)
    assert (first["id"], first["score"], first["match"]) == (best, 100, True)
    assert not any(one["match"] for one in others)


def test_a_name_of_two_things_matches_neither(service: httpx.Client) -> None:
    first, second, *_ = candidates(service, query="Azerbaijan")
    assert {first["id"], second["id"]} == {"actor/azerbaijan", "place/azerbaijan"}
    assert (first["score"], second["score"]) == (100, 100)
    assert (first["match"], second["match"]) == (False, False)
    assert first["description"] != second["description"]


def test_a_score_is_made_of_its_features(service: httpx.Client) -> None:
    typo = candidates(service, query="Gorris", type="place")[0]
    assert typo["id"] == "place/goris"
    assert 55 < typo["score"] < 100
    assert features(typo) == {"name": typo["score"], "type": True}
    assert typo["match"] is False
    wrong = candidates(service, query="Syunik", properties=[{"pid": "within", "v": {"id": "place/georgia"}}])
    (syunik,) = [one for one in wrong if one["id"] == "place/syunik"]
    assert features(syunik) == {"name": 100, "property:within": 0}
    assert (syunik["score"], syunik["match"]) == (60, False)
    should = candidates(service, query="Syunik", type="actor", type_strict="should")
    (syunik,) = [one for one in should if one["id"] == "place/syunik"]
    assert features(syunik) == {"name": 100, "type": False}
    assert syunik["score"] == 80


def test_types_that_have_to_be_leave_out_all_others(service: httpx.Client) -> None:
    assert {one["id"].partition("/")[0] for one in candidates(service, query="Armenia", type="place")} == {
        "place"
    }
    assert candidates(service, query="Armenia", type="dragon") == []
    both = candidates(service, query="Armenia", type=["place", "actor"], limit=3)
    assert {one["id"].partition("/")[0] for one in both} == {"place", "actor"}
    assert len(both) == 3
    assert candidates(service, query="Armenia", type=["place", "actor"], type_strict="all") == []


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # the client's own
def test_a_real_client_matches_a_column(service: httpx.Client) -> None:
    column = pd.Series(["Syunik", "Goris", "Yerevan"])
    answer = reconcile(column, type_id="place", reconciliation_endpoint=f"{service.base_url}/reconcile")
    assert answer["id"].tolist() == ["place/syunik", "place/goris", "place/yerevan"]
    assert answer["match"].tolist() == [True, True, True]


def test_properties_are_told_of_things_and_nothing_that_is_alleged(service: httpx.Client) -> None:
    proposed = service.get("/reconcile/properties", params={"type": "actor"}).json()["properties"]
    names = [one["id"] for one in proposed]
    assert not {"claimed_by", "territory_of"} & set(names)
    ids = ["actor/azerbaijan", "https://w3id.org/servanda/id/place/syunik", "nobody", "a b<>\u0000"]
    asked = {"ids": ids, "properties": [{"id": one} for one in [*names, "within"]]}
    told = held(service.get("/reconcile", params={"extend": json.dumps(asked)}).json(), EXTENSION)
    assert [one["id"] for one in told["meta"]] == [*names, "within"]
    assert [*told["rows"]] == ids
    assert told["rows"]["actor/azerbaijan"]["iso3166_alpha3"] == [{"str": "AZE"}]
    assert told["rows"]["actor/azerbaijan"]["gw"] == [{"int": 373}]
    assert told["rows"][ids[1]]["within"] == [{"id": "place/armenia", "name": "Armenia"}]
    assert not any(cells for name in ids[2:] for cells in told["rows"][name].values())


def test_suggestions_and_previews_are_those_of_the_manifest(service: httpx.Client) -> None:
    for kind, prefix, first in (
        ("entity", "Gori", "place/goris"),
        ("type", "pl", "place"),
        ("property", "gw", "gw"),
    ):
        body = held(service.get(f"/reconcile/suggest/{kind}", params={"prefix": prefix}).json(), SUGGESTIONS)
        assert body["result"][0]["id"] == first
    rest = service.get("/reconcile/suggest/entity", params={"prefix": "Gor", "cursor": "1"}).json()["result"]
    whole = service.get("/reconcile/suggest/entity", params={"prefix": "Gor"}).json()["result"]
    assert rest[: len(whole) - 1] == whole[1:]
    preview = service.get("/reconcile/preview", params={"id": "place/syunik"})
    assert "<h1" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    assert "script-src" not in preview.headers["content-security-policy"]
    assert service.get("/reconcile/preview", params={"id": "<script>"}).status_code == 404


def test_pages_of_other_sites_may_ask_and_be_called_back(service: httpx.Client) -> None:
    asked = {"Origin": "https://example.org"}
    assert service.get("/reconcile", headers=asked).headers["access-control-allow-origin"] == "*"
    posted = service.post("/reconcile", data={"queries": "{}"}, headers=asked)
    assert posted.headers["access-control-allow-origin"] == "*"
    called = service.get("/reconcile", params={"callback": "jQuery1.done"})
    assert called.headers["content-type"].startswith("text/javascript")
    found = re.fullmatch(r"/\*\*/jQuery1\.done\((.*)\);", called.text, re.DOTALL)
    assert found is not None
    held(json.loads(found[1]), MANIFEST)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"queries": "{"}, "JSON"),
        ({"queries": "[" * 100_000}, "JSON"),
        ({"queries": '{"\\ud800": {"query": "x"}}'}, "JSON"),
        ({"queries": "[]"}, "queries"),
        ({"queries": json.dumps({str(n): {"query": "x"} for n in range(101)})}, "100"),
        ({"queries": '{"q": {"query": 1}}'}, "queries.q.query"),
        ({"queries": '{"q": {"query": "x", "limit": 1e999}}'}, "queries.q.limit"),
        ({"queries": '{"q": {"query": "x", "limit": 0}}'}, "queries.q.limit"),
        ({"queries": '{"q": {"query": "x", "type": 1}}'}, "queries.q.type"),
        ({"queries": '{"q": {"query": "x", "type_strict": "maybe"}}'}, "any, should, all"),
        ({"queries": '{"q": {"query": "x", "colour": "red"}}'}, "queries.q"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "colour", "v": 1}]}}'}, "colour"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "gw"}]}}'}, "pid"),
        ({"queries": json.dumps({"q": {"query": "x" * 201}})}, "at most 200"),
        ({"extend": '{"ids": "x", "properties": []}'}, "extend.ids"),
        ({"extend": '{"ids": [], "properties": [{"id": "colour"}]}'}, "colour"),
        ({"callback": "alert(1)//"}, "callback"),
        ({"callback": "a" * 101}, "callback"),
    ],
)
def test_what_is_not_as_the_specification_has_it_is_refused_in_words(
    given: dict[str, str], word: str, service: httpx.Client
) -> None:
    answer = service.post("/reconcile", data=given)
    assert answer.status_code == 400, answer.text
    assert word in answer.json()["detail"]
    answer = service.post("/reconcile", json=given)
    assert answer.json()["type"].endswith("/unsupported-media-type")


@pytest.mark.parametrize(
    "written", ["", " ", "\x00", "%", "a" * 200, "́" * 200, "'; DROP TABLE name; --", "🕊"]
)
def test_whatever_a_cell_says_is_answered(written: str, service: httpx.Client) -> None:
    big = 10**400
    assert isinstance(candidates(service, query=written), list)
    candidates(service, query="Armenia", properties=[{"pid": "gw", "v": [big, True, written]}])
