"""What `docs/gephi.md` lists is what there is: profiles, columns, parts, and what a profile may say."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.export.evidence import COLUMNS, SERIES
from kg.export.metrics import Metrics
from kg.export.model import Role, Shape, Stroke
from kg.export.palette import PALETTE
from kg.export.profiles import shipped
from kg.export.style import Layout, Size, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = (Path(__file__).parents[2] / "docs" / "gephi.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def first_cells(title: str) -> set[str]:
    lines = [line for line in section(title).splitlines() if line.startswith("| ")][1:]
    return {name for line in lines for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_the_columns_of_edges_are_those_that_the_page_lists() -> None:
    told = first_cells("What an edge tells")
    of_all = {"weight", "role", "sentence", *(column.id for column in (*COLUMNS, *SERIES))}
    of_some = {
        column.id
        for profile in shipped().values()
        for query in profile.queries
        if query.edges
        for column in query.columns
    }
    assert of_all - told == set()
    assert told - of_all <= of_some


def test_the_parts_that_a_node_may_have_are_those_that_the_page_lists() -> None:
    assert first_cells("Who says it, and of whom") == {role.value for role in Role}


def test_the_profiles_that_ship_are_those_that_the_page_lists() -> None:
    assert first_cells("Profiles") == set(shipped())


def test_what_nodes_are_measured_by_is_told() -> None:
    told = section("What an edge tells")
    measures = {field.name for field in fields(Metrics)} - {"sampling"}
    assert all(f"`{name}`" in told for name in measures)


@pytest.mark.parametrize("values", [Layout, Size, Weight, Shape, Stroke, PALETTE], ids=str)
def test_what_a_profile_may_say_is_told(values: Iterable[str]) -> None:
    told = section("A profile of one's own")
    assert [str(value) for value in values if f"`{value}`" not in told] == []
