"""Lists that a server reads from the model are, byte by byte, those that are read from the store."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from api.app import create_app
from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.read_model import read_model_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

LISTS = ("alleged-violations", "assessments", "claims", "events", "reports")
ASKED = (
    *(f"{name}?limit=200&count=true" for name in LISTS),
    *(f"{name}?limit=3&count=true" for name in LISTS),
    "alleged-violations?agreement=nk-2020-11-10&count=true",
    "alleged-violations?term=nk-2020-11-10/1&status=candidate&count=true",
    "alleged-violations?perpetrator=azerbaijan&from=2021-08&to=2021-09&zone=Asia/Yerevan&count=true",
    "alleged-violations?place=syunik&source=avia",
    "agreements/nk-2020-11-10/alleged-violations?count=true&limit=2",
    "assessments?outcome=not-assessed&scope=unknown&count=true",
    "claims?report=seed-syunik-highway-2021&modality=hedged&count=true",
    "events?type=use-of-force&place=armenia&count=true",
    "reports?source=avia&count=true",
    "claims?perpetrator=azerbaijan&from=2021&to=2021&count=true",
)


class Inside:
    """A client of an application without a model, by the name of the server that has one."""

    def __init__(self, app: FastAPI, address: str) -> None:
        """Ask the application."""
        self._app = app
        self._address = address

    def get(self, url: str, **given: Any) -> httpx.Response:
        """Return the answer."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=self._address) as client:
                return await client.get(url, **given)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def stores(copy: Path, address: str) -> Iterator[Inside]:
    """Give a client of the same store without a model, by the name of the server."""
    newest = newest_checkpoint(copy)
    assert newest is not None
    with newest[1] as store:
        yield Inside(create_app(store), address)


@pytest.fixture(scope="module", autouse=True)
def _made(folder: Path, http: httpx.Client) -> None:
    """Wait until the server has made its model."""
    until = time.monotonic() + 60
    sequence = int(http.get("/healthz").headers["Servanda-Sequence"])
    while read_model_of(folder, "https://w3id.org/servanda/id/").sequence != sequence:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("asked", ASKED)
def test_it_is_the_same_in_json_and_in_a_table(asked: str, http: httpx.Client, stores: Inside) -> None:
    for kind in ("application/json", "text/csv"):
        found = http.get(f"/api/v1/{asked}", headers={"Accept": kind})
        expected = stores.get(f"/api/v1/{asked}", headers={"Accept": kind})
        assert found.status_code == expected.status_code == 200
        assert found.content == expected.content
        for header in ("content-type", "link", "servanda-counts"):
            assert found.headers.get(header) == expected.headers.get(header)


@pytest.mark.parametrize(
    "asked",
    [
        "alleged-violations?facets=agreement,term,perpetrator,basis,status,scope,place,source&count=true",
        "alleged-violations?facets=status,source&place=armenia&from=2021",
        "agreements/nk-2020-11-10/alleged-violations?facets=term&status=candidate",
        "assessments?facets=agreement,term,outcome,perpetrator",
        "claims?facets=modality,place,perpetrator&report=seed-syunik-highway-2021",
        "events?facets=type,place",
        "reports?facets=publisher,source",
    ],
)
def test_facets_are_the_same(asked: str, http: httpx.Client, stores: Inside) -> None:
    found, expected = (client.get(f"/api/v1/{asked}") for client in (http, stores))
    assert found.status_code == expected.status_code == 200
    assert found.content == expected.content
    assert any(found.json()["facets"].values())


def test_a_facet_counts_what_its_filter_would_leave(http: httpx.Client) -> None:
    facets = http.get("/api/v1/alleged-violations?facets=term,perpetrator,place,source").json()["facets"]
    for name, values in facets.items():
        assert values
        for value in values:
            counts = http.get(
                "/api/v1/alleged-violations", params={name: value["value"], "count": "true", "limit": 1}
            ).json()["counts"]
            assert (value["alleged"], value["candidates"]) == (counts["alleged"], counts["candidates"])


@pytest.mark.parametrize("asked", ["claims?facets=colour", "claims?facets=", "claims.csv?facets=modality"])
def test_what_cannot_be_counted_is_refused_in_words(asked: str, http: httpx.Client) -> None:
    answer = http.get(f"/api/v1/{asked}")
    assert answer.status_code == 400
    assert "facets" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["alleged-violations", "claims", "events"])
def test_each_item_by_itself_is_the_same(name: str, http: httpx.Client, stores: Inside) -> None:
    for item in stores.get(f"/api/v1/{name}?limit=200").json()["items"]:
        url = f"/api/v1/{name}/{quote(item['id'].rpartition('/violation/')[2])}"
        found, expected = http.get(url), stores.get(url)
        assert found.status_code == expected.status_code == 200
        assert found.content == expected.content
    url = f"/api/v1/{name}/not-there"
    found, expected = http.get(url), stores.get(url)
    assert found.status_code == expected.status_code == 404
    assert found.json()["detail"] == expected.json()["detail"]


@pytest.mark.parametrize("name", LISTS)
def test_whoever_follows_next_sees_every_item_once(name: str, http: httpx.Client, stores: Inside) -> None:
    seen: list[str] = []
    url: str | None = f"/api/v1/{name}?limit=2"
    while url is not None:
        answer = http.get(url).json()
        seen += [item.get("iri", item["id"]) for item in answer["items"]]
        url = answer["next"]
    whole = stores.get(f"/api/v1/{name}?limit=200").json()["items"]
    assert seen == [item.get("iri", item["id"]) for item in whole]


@pytest.mark.parametrize(
    "asked",
    ["claims?place=nowhere", "events?type=no-code", "reports?publisher=azerbaijam", "claims?from=soon"],
)
def test_what_is_refused_is_refused_in_the_same_words(asked: str, http: httpx.Client, stores: Inside) -> None:
    found, expected = (client.get(f"/api/v1/{asked}") for client in (http, stores))
    assert found.status_code == expected.status_code == 400
    for said in ("type", "detail", "parameter", "suggestions"):
        assert found.json().get(said) == expected.json().get(said)
