"""Over HTTP: RDF that would lose something is refused with its place, on both kinds of store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.pipeline import initialise

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

GRAPH = "https://w3id.org/servanda/id/graph/actors/case"
ONE = "https://w3id.org/servanda/id/actor/case-one"
JSON_LD = {"content-type": "application/ld+json"}
ACTOR = {
    "@id": ONE,
    "@type": ["https://w3id.org/servanda/ontology#Outlet"],
    "http://www.w3.org/2000/01/rdf-schema#label": [{"@value": "One", "@language": "en"}],
}
LOSSES: list[tuple[dict[str, Any], str]] = [
    ({"http://www.w3.org/2000/01/rdf-schema#label": {"@value": "Un", "@language": "fr_FR"}}, "fr_FR"),
    ({"http://www.w3.org/2002/07/owl#sameAs": {"@id": "https://example.org/wiki/H2 One"}}, "H2 One"),
    ({"http://www.w3.org/2004/02/skos/core# note": "kept?"}, "core# note"),
    ({"@id": f"{ONE} two"}, "case-one two"),
    ({"name": "One"}, "/1/name"),
    ({"http://www.w3.org/2004/02/skos/core#note": None}, "null"),
]


@pytest.fixture(scope="module", params=["validated", "plain"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[httpx.Client]:
    store = tmp_path_factory.mktemp("losses") / "store"
    options: tuple[str, ...] = ("--write-policy", "unvalidated")
    headers = {}
    if request.param == "validated":
        options = ()
        initialise(store, reference=False).close()
        headers = {"authorization": f"Bearer {Keys(store).make('Tests', Scope.ADMIN)[1]}"}
    with (
        serving(store, *options, SERVANDA_UPDATE="1") as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=60) as made,
    ):
        yield made


def put(client: httpx.Client, value: object, headers: dict[str, str] = JSON_LD) -> httpx.Response:
    data = value if isinstance(value, str) else json.dumps(value)
    return client.put("/graphs", params={"graph": GRAPH}, content=data, headers=headers)


def held(client: httpx.Client) -> bool:
    return client.get("/graphs", params={"graph": GRAPH}).status_code == 200


@pytest.mark.parametrize(("more", "named"), LOSSES, ids=[named for _, named in LOSSES])
def test_what_json_ld_would_lose_is_refused(client: httpx.Client, more: dict[str, Any], named: str) -> None:
    answer = put(client, [ACTOR, {"@id": f"{ONE}-more", **more}])
    assert answer.status_code in {400, 422}, answer.text
    assert named in answer.text
    assert "at /1/" in answer.text
    assert not held(client)


def test_a_form_of_several_parts_is_no_way_around(client: httpx.Client) -> None:
    lost = json.dumps({"@id": ONE, "name": "n"})
    files = {"a": ("a", json.dumps(ACTOR), "application/ld+json"), "b": ("b", lost, "application/ld+json")}
    answer = client.put("/graphs", params={"graph": GRAPH}, files=files)
    assert answer.status_code in {400, 422}
    assert "at /name: " in answer.text
    assert not held(client)


def test_a_context_from_elsewhere_is_told_and_one_s_own_is_known(client: httpx.Client) -> None:
    elsewhere = {"@context": "https://example.org/context.jsonld", "@id": ONE, "name": "n"}
    answer = put(client, elsewhere)
    assert answer.status_code in {400, 422}
    assert "put what is there in its place" in answer.text
    own = ("/context.jsonld", str(client.base_url.join("/context.jsonld")))
    for address in own:
        actor = {
            "@context": address,
            "@id": ONE,
            "@type": "Outlet",
            "rdfs:label": {"@language": "en", "@value": "O"},
        }
        answer = put(client, actor)
        assert answer.status_code in {200, 201, 204}, answer.text
    turtle = client.get("/graphs", params={"graph": GRAPH}, headers={"accept": "application/n-triples"}).text
    assert "ontology#Outlet" in turtle
    sent = {"graph": GRAPH} | ({"reason": "a test"} if client.headers.get("authorization") else {})
    assert client.delete("/graphs", params=sent).status_code == 204


def test_a_direction_is_kept_or_refused(client: httpx.Client) -> None:
    turtle = f'<{ONE}> a <https://w3id.org/servanda/ontology#Outlet> ; <urn:p> "x"@ar--rtl .'
    answer = put(client, turtle, {"content-type": "text/turtle"})
    update = f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <{ONE}> <urn:p> "x"@ar--rtl }} }}'
    if client.headers.get("authorization"):
        assert answer.status_code in {400, 422}
        assert "direction" in answer.text
        answer = client.post("/sparql/update", data={"update": update})
        assert answer.status_code in {400, 422}, answer.text
        assert "direction" in answer.text
    else:
        assert answer.status_code in {201, 204}
    assert held(client) == (not client.headers.get("authorization"))
