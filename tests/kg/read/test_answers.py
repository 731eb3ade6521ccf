"""What is read from the model is what SPARQL over the store says, item by item and in the same order."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.read_model import read_model_of
from kg.query.lookups import Reader, assessments, total
from kg.query.lookups.listing import Selection, page, terms_of
from kg.read.answers import listed
from kg.read.compare import values as known_values
from kg.read.facets import facets_of, told
from kg.read.resources import KIND, RESOURCES
from tests.kg.read.conftest import in_small_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.read.answers import Found
    from kg.read.model import ReadModel
    from kg.read.resources import Resource

BASE = "https://w3id.org/servanda/id/"
DAYS = (
    "2019",
    "2020-11",
    "2020-11-10",
    "2021-06",
    "2021-08-26",
    "2021-08-26T10:00:00+04:00",
    "2022-03",
    "2023-01-01",
    "2024-08",
    "2026",
)
EACH = 5
"""Values of each filter that are tried, and combinations of each list."""


@pytest.fixture(scope="module", params=["demo_folder", "invented_folder"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[ReadModel, Reader]]:
    folder: Path = request.getfixturevalue(request.param)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "invented_folder":
            in_small_pieces(patch)
        yield from made(folder)


def made(folder: Path) -> Iterator[tuple[ReadModel, Reader]]:
    model = read_model_of(folder, BASE)
    model.make()
    newest = newest_checkpoint(folder)
    assert newest is not None
    with newest[1] as store:
        assert model.sequence == newest[0]
        yield model, Reader.of(store, BASE)
    model.close()


def values(reader: Reader, resource: Resource, name: str) -> list[str]:
    """Return what a filter may be given: what the store has, or days."""
    return list(DAYS) if name in {"from", "to"} else known_values(reader, resource, name)


def of_store(reader: Reader, resource: Resource, selection: Selection) -> tuple[list[bytes], str | None]:
    """Return a page as SPARQL and the lookups tell it."""
    found = page(reader, resource.listing, selection)
    told = resource.find(reader, found.items)
    written = [
        resource.model.model_validate(one, from_attributes=True).model_dump_json(by_alias=True).encode()
        for one in told
    ]
    return written, found.next_after


def of_model(
    both: tuple[ReadModel, Reader], resource: Resource, selection: Selection, *, counted: bool = False
) -> Found:
    model, reader = both
    found = listed(model, reader, resource, selection, model.sequence, counted=counted)
    assert found is not None
    assert found.sequence == model.sequence
    return found


def same(both: tuple[ReadModel, Reader], resource: Resource, filters: Mapping[str, str]) -> None:
    """Hold the first page and the counts against those of the store."""
    selection = Selection(filters, 7)
    expected, following = of_store(both[1], resource, selection)
    found = of_model(both, resource, selection, counted=True)
    assert list(found.bodies) == expected, (resource.listing.name, filters)
    assert found.next_after == following, (resource.listing.name, filters)
    if KIND in resource.marks:
        counts = asdict(assessments.counts(both[1], filters))
    else:
        counts = asdict(total(resource.listing, both[1], filters))
    assert found.counts is not None
    assert asdict(found.counts) == counts, (resource.listing.name, filters)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.listing.name)
def test_whole_lists_are_the_same_page_by_page(both: tuple[ReadModel, Reader], resource: Resource) -> None:
    after: str | None = None
    seen = 0
    while True:
        selection = Selection({}, 23, after)
        expected, following = of_store(both[1], resource, selection)
        found = of_model(both, resource, selection)
        assert list(found.bodies) == expected
        assert found.next_after == following
        seen += len(expected)
        if following is None:
            break
        after = following
    assert seen == total(resource.listing, both[1], {}).total


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.listing.name)
def test_each_filter_by_itself_is_the_same(both: tuple[ReadModel, Reader], resource: Resource) -> None:
    choice = random.Random(resource.listing.name)  # noqa: S311 - no secret
    for name in sorted(resource.listing.filters):
        known = values(both[1], resource, name)
        for value in choice.sample(known, min(EACH, len(known))):
            same(both, resource, {name: value})


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.listing.name)
def test_filters_together_are_the_same(both: tuple[ReadModel, Reader], resource: Resource) -> None:
    choice = random.Random(resource.listing.name)  # noqa: S311 - no secret
    known = {name: values(both[1], resource, name) for name in sorted(resource.listing.filters)}
    names = [name for name in known if known[name]]
    for _ in range(3 * EACH):
        chosen = choice.sample(names, min(len(names), choice.choice((2, 2, 3, 4))))
        filters = {name: choice.choice(known[name]) for name in chosen}
        if {"from", "to"} <= filters.keys():
            filters["from"], filters["to"] = sorted((filters["from"][:10], filters["to"][:10]))
        same(both, resource, filters)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.listing.name)
def test_facets_are_the_same_and_count_what_their_filters_would_leave(
    both: tuple[ReadModel, Reader], resource: Resource
) -> None:
    model, reader = both
    choice = random.Random(resource.listing.name)  # noqa: S311 - no secret
    names = sorted(resource.facets)
    tried = choice.sample(names, len(names))
    narrowing = next(name for name in tried if values(reader, resource, name))
    for filters in ({}, {narrowing: choice.choice(values(reader, resource, narrowing))}):
        with model.view(model.sequence) as view:
            assert view is not None
            found = view.facets(resource, terms_of(reader, resource.listing, filters), names)
        expected = facets_of(reader, resource, filters, names)
        assert told(reader, resource, found) == told(reader, resource, expected)
        for name in names:
            for value in told(reader, resource, found)[name][:2]:
                if name not in filters:
                    narrowed = {**filters, name: str(value["value"])}
                    left = page(reader, resource.listing, Selection(narrowed, 200))
                    numbers = [number for number in value.values() if isinstance(number, int)]
                    assert sum(numbers) == len(left.items) or left.next_after is not None


def test_a_period_holds_a_record_only_if_one_claim_of_it_is_within(both: tuple[ReadModel, Reader]) -> None:
    records = RESOURCES[0]
    years = [str(year) for year in range(2018, 2027)]
    for first in years:
        for last in years:
            if first <= last:
                same(both, records, {"from": f"{first}-03", "to": f"{last}-07"})
