"""Every list can be had as a table that pandas and spreadsheets read."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from pydantic import BaseModel

from api.tables import column_names, csv_of
from kg.keys import Scope

if TYPE_CHECKING:
    import httpx

AGREEMENT = "nk-2020-11-10"
GIVEN = {"/api/v1/search": {"q": "armenia"}, "/api/v1/suggest": {"prefix": "arm"}}
"""What must be given to a list."""


def lists(http: httpx.Client) -> list[str]:
    """Return the addresses of all lists: what is described as an object that has items."""
    described = http.get("/openapi.json").json()
    found = []
    for path, item in described["paths"].items():
        content = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
        if {"items", "tables"} & {
            *described["components"]["schemas"].get(reference, {}).get("properties", {})
        }:
            assert "text/csv" in content, path
            assert ".csv" in item["get"]["description"], path
            found.append(path.replace("{id}", AGREEMENT))
    return found


def fits(field: str, value: object, row: Any) -> bool:
    """Return whether a row tells what a field of an item says."""
    if value is None or isinstance(value, str | int | float):
        if field not in row:  # a value that is not there has fields all the same
            return value is None and all(not row[name] for name in row.index if name.startswith(f"{field}_"))
        plain = json.dumps(value) if isinstance(value, bool) else "" if value is None else str(value)
        return row[field] in {plain, f"'{plain}"}
    if isinstance(value, list) and field in row:
        listed = " | ".join(str(one).replace("|", r"\|") for one in value)
        return row[field] in {listed, f"'{listed}"}
    return field in row or any(name.startswith(f"{field}_") for name in row.index)


def read(http: httpx.Client, path: str, key: str, accept: str | None = None, **given: Any) -> tuple[Any, Any]:
    """Return the table at an address, and the answer that it came in."""
    headers = {"Authorization": f"Bearer {key}", **({"Accept": accept} if accept else {})}
    answer = http.get(path, params=given or None, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return pd.read_csv(io.BytesIO(answer.content), dtype=str, keep_default_na=False), answer


def test_pandas_reads_every_list_and_finds_the_items_of_json_in_it(
    http: httpx.Client, tokens: dict[Scope, str]
) -> None:
    key = tokens[Scope.ADMIN]
    found = lists(http)
    assert len(found) >= 16
    for path in found:
        given = GIVEN.get(path, {})
        told = http.get(path, params=given, headers={"Authorization": f"Bearer {key}"}).json()
        items = told["items"] if "items" in told else told["tables"]
        table, _ = read(http, path, key, "text/csv", **given)
        by_ending, _ = read(http, f"{path}.csv", key, **given)
        assert table.equals(by_ending), path
        assert len(table) == len(items), path
        assert len(set(table.columns)) == len(table.columns), path
        for item, (_, row) in zip(items, table.iterrows(), strict=True):
            for field, value in item.items():
                assert fits(field, value, row), (path, field, value)
        assert read(http, path, key, "application/json;q=0.1, text/csv", **given)[0].equals(table)


def test_pandas_told_to_keeps_every_cell_as_it_was_sent(http: httpx.Client) -> None:
    """`NA` is the code of Namibia, and term 10 is not term 1.0."""
    text = http.get("/api/v1/states.csv", params={"limit": 200}).text
    kept = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    (namibia,) = kept[kept["id"] == "namibia"].to_dict("records")
    assert "NA" in {cell for value in namibia.values() for cell in value.split(" | ")}
    rows = list(csv.DictReader(io.StringIO(text)))
    assert kept.to_dict("records") == rows


def test_pages_of_a_table_put_together_are_the_whole(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    key = tokens[Scope.ADMIN]
    tables = (("/api/v1/claims.csv", None), ("/api/v1/claims", "text/csv"), ("/api/v1/changes.csv", None))
    for path, accept in tables:
        address = path
        pages: list[Any] = []
        given: dict[str, Any] = {"limit": 7}
        whole, _ = read(http, path, key, accept, limit=200)
        while len(pages) < 40:
            table, answer = read(http, address, key, accept, **given)
            pages.append(table)
            if "next" not in answer.links:
                break
            address, given = answer.links["next"]["url"], {}
        assert len(pages) > 1
        together = pd.concat(pages, ignore_index=True)
        assert together.head(len(whole)).equals(whole) or whole.head(len(together)).equals(together)


def test_a_table_without_rows_has_its_columns(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    empty, _ = read(http, "/api/v1/claims.csv", tokens[Scope.READ], to="0001")
    some, _ = read(http, "/api/v1/claims.csv", tokens[Scope.READ], limit=1)
    assert len(empty) == 0
    assert list(empty.columns) == list(some.columns)


def test_columns_are_the_fields_of_the_model(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    table, _ = read(
        http, "/api/v1/claims.csv", tokens[Scope.READ], report="seed-syunik-highway-2021", limit=200
    )
    row = table[table["key"] == "c2"].iloc[0]
    assert row["time_earliest"] == "2021-08-26T00:00:00Z"
    assert row["time_inferred"] == "start | year | zone"
    assert row["perpetrators_id"] == "azerbaijani-armed-forces"
    steps = [row[f"attribution_{name}"].split(" | ") for name in ("step", "agent_label", "verb")]
    assert len({len(values) for values in steps}) == 1
    assert "Avia" in steps[1]


def test_the_counts_of_a_table_are_a_header(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    given: dict[str, Any] = {"count": "true", "agreement": AGREEMENT}
    _, answer = read(http, "/api/v1/alleged-violations.csv", tokens[Scope.READ], **given)
    counts = http.get("/api/v1/alleged-violations", params=given).json()["counts"]
    assert answer.headers["servanda-counts"] == ", ".join(
        f"{name}={number}" for name, number in counts.items()
    )


@pytest.mark.parametrize("name", ["07", "7", "casualties", "07-casualties"])
def test_a_question_is_a_table_by_its_ending_too(name: str, http: httpx.Client) -> None:
    by_type = http.get(f"/api/v1/questions/{name}", headers={"Accept": "text/csv"})
    by_ending = http.get(f"/api/v1/questions/{name}.csv")
    assert by_ending.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_ending.content == by_type.content


def test_what_an_address_does_not_take_is_refused_with_the_ending_too(http: httpx.Client) -> None:
    answer = http.get("/api/v1/claims.csv", params={"colour": "red"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/unknown-parameter")
    assert http.get("/api/v1/claims.csv", params={"place": "siunik"}).status_code == 400
    assert http.get("/api/v1/quarantine.csv").status_code == 401


class _Inner(BaseModel):
    """Something within a list."""

    label: str | None
    claims: list[str] = []


class _Item(BaseModel):
    """An item with a field of each kind."""

    id: str
    sure: bool
    number: float | None
    names: tuple[str, ...]
    actors: tuple[_Inner, ...]
    one: _Inner | None
    words: dict[str, str] | None


def test_each_kind_of_field_is_laid_out_as_it_is_told() -> None:
    items = [
        _Item(
            id="=1+1",
            sure=True,
            number=-1.5,
            names=("a|b", "@c"),
            actors=(
                _Inner(label="A", claims=["x;y", "z"]),
                _Inner(label=None),
                _Inner(label="C", claims=["w"]),
            ),
            one=_Inner(label="-x"),
            words={"en": "“yes”, then"},
        ),
        _Item(id="+04:00", sure=False, number=None, names=(), actors=(), one=None, words=None),
    ]
    assert column_names(_Item) == (
        "id", "sure", "number", "names", "actors_label", "actors_claims", "one_label", "one_claims", "words",
    )  # fmt: skip
    table = pd.read_csv(io.StringIO(csv_of(_Item, items)), dtype=str, keep_default_na=False)
    assert table.to_dict("records") == [
        {
            "id": "'=1+1",
            "sure": "true",
            "number": "-1.5",
            "names": r"a\|b | @c",
            "actors_label": "A |  | C",
            "actors_claims": r"x\;y; z |  | w",
            "one_label": "'-x",
            "one_claims": "",
            "words": '{"en": "“yes”, then"}',
        },
        {
            "id": "+04:00",
            "sure": "false",
            "number": "",
            "names": "",
            "actors_label": "",
            "actors_claims": "",
            "one_label": "",
            "one_claims": "",
            "words": "",
        },
    ]
