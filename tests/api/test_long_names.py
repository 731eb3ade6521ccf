"""What is taken in can be asked for: ids, keys and numbers have an end, and addresses lead to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from kg.ingest.fields import LONGEST
from kg.keys import Keys, Scope
from kg.pipeline import ingest, initialise

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

LONG = "a" * LONGEST
KEYS = ("K" * LONGEST, "c1.ttl", "c2.csv", "c-3_x.nt", "c4.json")
NUMBERS = ("3(a)", "annex-2", "1.a_b", "7.ttl", "9" * LONGEST)


def actor(name: str) -> dict[str, Any]:
    return {"kind": "actors", "id": name, "actors": [{"id": name, "type": "analyst", "label": "Somebody"}]}


def report(name: str, by: str) -> dict[str, Any]:
    claims = [
        {"key": key, "gist": "It holds.", "quote": "The truce holds", "modality": "asserted", "about": key}
        for key in KEYS
    ]
    events = [{"key": key, "type": "other", "label": "Truce"} for key in KEYS]
    head = {"kind": "report", "id": name, "type": "news", "title": "T", "language": "en", "annotator": by}
    return {**head, "text": "The truce holds.", "events": events, "claims": claims}


def agreement(name: str, party: str) -> dict[str, Any]:
    terms = [{"number": number} for number in NUMBERS]
    head = {"kind": "agreement", "id": name, "type": "ceasefire", "title": "T", "date": "2031-03-01"}
    return {**head, "parties": [party], "terms": terms}


@pytest.fixture(scope="module")
def http(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("long")
    for document in (actor(LONG), report(LONG, LONG), agreement(LONG, LONG)):
        (folder / f"{document['kind']}.json").write_text(json.dumps(document), encoding="utf-8")
    with initialise(folder / "store", reference=False) as made:
        outcomes = ingest(made, [folder])
        assert [outcome.status for outcome in outcomes] == ["added"] * 3, outcomes
    token = Keys(folder / "store").make("names", Scope.INGEST)[1]
    headers = {"Authorization": f"Bearer {token}"}
    with (
        serving(folder / "store") as (url, _),
        httpx.Client(base_url=url, timeout=30, headers=headers) as client,
    ):
        yield client


def every(http: httpx.Client, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = http.get(path).json()["items"]
    assert items, path
    return items


def described(http: httpx.Client, iri: str) -> httpx.Response:
    return http.get("/doc/" + iri.partition("/id/")[2], headers={"Accept": "application/n-triples"})


@pytest.mark.parametrize("kind", ["actors", "reports", "claims", "events", "agreements"])
def test_whatever_is_listed_is_found_by_its_id_and_by_its_address(http: httpx.Client, kind: str) -> None:
    for item in every(http, f"/api/v1/{kind}"):
        found = http.get(f"/api/v1/{kind}/{quote(item['id'], safe='/')}")
        assert (found.status_code, found.json().get("iri")) == (200, item["iri"])
        told = http.get(
            "/doc/" + item["iri"].partition("/id/")[2], headers={"Accept": "application/n-triples"}
        )
        assert told.status_code == 200, item["iri"]
        assert f"<{item['iri']}>" in told.text


def test_every_term_is_found_by_its_number_and_by_its_address(http: httpx.Client) -> None:
    items = every(http, f"/api/v1/agreements/{LONG}/terms")
    assert {item["number"] for item in items} == set(NUMBERS)
    for item in items:
        found = http.get(f"/api/v1/terms/{quote(item['id'], safe='/')}")
        assert (found.status_code, found.json().get("number")) == (200, item["number"])
        told = http.get(
            "/doc/" + item["iri"].partition("/id/")[2], headers={"Accept": "application/n-triples"}
        )
        assert told.status_code == 200
        assert f"<{item['iri']}>" in told.text


def test_an_address_that_ends_as_an_extension_does_is_read_as_one_where_that_is_something(
    http: httpx.Client,
) -> None:
    told = http.get(f"/doc/actor/{LONG}.nt")
    assert told.headers["content-type"].startswith("application/n-triples")


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (actor("a" * (LONGEST + 1)), "actors[0].id"),
        (report("a" * (LONGEST + 1), LONG), "id"),
        ({**report("short", LONG), "events": [{"key": "k" * 201, "type": "other", "label": "x"}]}, "events"),
        ({**agreement("short", LONG), "terms": [{"number": "1" * 201}]}, "terms[0].number"),
        ({**report("short", "a" * 70_000)}, "annotator"),
    ],
)
def test_what_is_longer_is_refused_by_its_field_and_not_repeated(
    http: httpx.Client, document: dict[str, Any], field: str
) -> None:
    answer = http.post("/api/v1/validate", json=document)
    [first, *_] = answer.json()["problems"]
    assert first["field"].startswith(field), first
    assert "characters" in first["message"]
    assert "at most 200" in first["hint"]
    assert len(answer.content) < 5_000
