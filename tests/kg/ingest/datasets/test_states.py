"""A code of a state means the state that had it on the day of the row, and nobody where that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.ingest.datasets.gdelt_columns import EVENTS
from kg.ingest.datasets.states import state_on
from tests.kg.ingest.datasets.reading import Known, only, read
from tests.kg.ingest.datasets.test_gdelt import bare

if TYPE_CHECKING:
    from pathlib import Path


class Every(Known):
    """Knows an actor by any code, named after it."""

    def actor(self, scheme: str, code: str) -> str | None:
        """Return a name made of the code."""
        return f"{scheme}-{code.lower()}"


@pytest.mark.parametrize(
    ("scheme", "code", "day", "meant"),
    [
        ("iso3166_alpha3", "CZE", "1992-12-31", False),
        ("iso3166_alpha3", "CZE", "1993-01-01", True),
        ("iso3166_alpha3", "SSD", "2011-07-08", False),
        ("iso3166_alpha3", "SSD", "2011-07-09/2011-07-10", True),
        ("iso3166_alpha3", "SDN", "2005-01-01", True),
        ("iso3166_alpha3", "SRB", "1999-03-24", False),
        ("iso3166_alpha3", "RUS", "1985-05-01", False),
        ("iso3166_alpha3", "RUS", "1994-12-11", True),
        ("gw_code", "340", "2006-06-04", False),
        ("gw_code", "0340", "2006-06-05", True),
        ("cow_code", "345", "1999-03-24", False),
        ("cow_code", "255", "1985-01-01", False),
        ("gw_code", "260", "1985-01-01", True),
        ("cow_code", "679", "1990-05-21", False),
        ("iso3166_alpha3", "FRA", "1950-01-01", True),
        ("gw_code", "373", None, True),
    ],
)
def test_a_code_is_read_as_of_its_day(scheme: str, code: str, day: str | None, meant: bool) -> None:  # noqa: FBT001
    assert (state_on(Every(), scheme, code, day) is not None) is meant


def test_a_row_of_before_a_state_is_the_datasets_own_and_listed_as_unlinked(tmp_path: Path) -> None:
    cells = {"Actor1Code": "AZE", "Actor1Type1Code": "", "EventCode": "190"}
    then = {"SQLDATE": "19900120", "Year": "1990", "MonthYear": "199001"}
    _, claim = only(read("gdelt", bare(tmp_path, EVENTS[2], **cells))[0])
    assert claim.perpetrators == ("azerbaijan",)
    record, claim = only(read("gdelt", bare(tmp_path, EVENTS[2], **cells, **then))[0])
    assert claim.perpetrators == ("gdelt-actor-aze",)
    assert "gdelt-actor-aze" in {named.id for named in record.actors}


def test_the_armed_forces_of_a_country_are_a_force_of_the_state_that_its_code_means_on_the_day(
    tmp_path: Path,
) -> None:
    rebels = {"Actor1Code": "AZEREB", "Actor1Type1Code": "REB"}
    then = {"SQLDATE": "19900120", "Year": "1990", "MonthYear": "199001"}
    for cells, forces in (
        ({}, {"gdelt-actor-azemil": "azerbaijan"}),
        (then, {"gdelt-actor-azemil-of-before": None}),
        (rebels, {"gdelt-actor-azereb": None}),
    ):
        record, claim = only(read("gdelt", bare(tmp_path, EVENTS[2], **{"EventCode": "190", **cells}))[0])
        named = {one.id: one.force_of for one in record.actors if one.id in claim.perpetrators}
        assert named == forces
