"""What `docs/api.md` promises in a sentence, and nothing else holds it to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.routers.exports import EXTENSIONS
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
