"""The `Accept` header, read by RFC 9110."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import negotiate

JSON, XML, CSV = "application/json", "application/xml", "text/csv; charset=utf-8"
OFFERS = (JSON, XML, CSV)


@pytest.mark.parametrize(
    ("accept", "offer"),
    [
        (None, JSON),
        ("", JSON),
        (" , ,", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("text/*", CSV),
        ("TEXT/CSV", CSV),
        ("Application/JSON;Q=0.1, text/CSV;q=0.2", CSV),
        # weights, with spaces in every place
        ("application/json; q=0.9, application/xml; q=0.1", JSON),
        ("application/json;q=0.1 , application/xml ; q=0.9", XML),
        ("application/json;q=0.100,application/xml;q=0.101", XML),
        ("application/xml;q=1.0, text/csv", XML),
        ("*/*;q=0.1, text/csv", CSV),
        # zero means never
        ("application/json;q=0", None),
        ("application/json;q=0, */*", XML),
        ("application/json;q=0.000, application/*;q=0.5, text/csv;q=0.4", XML),
        ("*/*;q=0", None),
        ("text/csv, */*;q=0", CSV),
        # the most exact range decides, wherever it stands
        ("application/*;q=0.9, application/json;q=0.1", XML),
        ("application/json;q=0.1, application/*;q=0.9", XML),
        ("*/*, application/json;q=0.2", XML),
        # parameters
        ("text/csv;charset=utf-8", CSV),
        ('text/csv; charset="UTF-8"', CSV),
        ("application/json;charset=utf-8", JSON),
        ("text/csv;header=absent", CSV),
        ("text/csv;header=absent;q=0.9, application/json;q=0.1", CSV),
        ("text/csv;q=0.2, text/csv;header=absent, application/json;q=0.3", JSON),
        ('text/csv;x="a, b;q=0";q=0.9, application/json;q=0.8', CSV),
        (r'text/csv;x="\"";q=0.9, application/json;q=0.8', CSV),
        ("application/json;q=0.5;ext=1, text/csv;q=0.4", JSON),
        ("text/csv;;q=0.5", CSV),
        # what cannot be read is passed over
        ("text/csv;q=2, application/xml", XML),
        ("text/csv;q=0.1234, application/xml;q=0.1", XML),
        ("text/csv;q=, application/xml;q=0.1", XML),
        ("text/csv;q=-1, application/xml;q=0.1", XML),
        ("text/csv;foo, application/xml;q=0.1", XML),
        ("*/json, application/xml;q=0.1", XML),
        ("text, application/xml;q=0.1", XML),
        ("text/, application/xml;q=0.1", XML),
        ("garbage", JSON),
        # quotes that do not end reach to the end
        ('application/xml;q=0.5, text/csv;x="a, application/json', XML),
        ('application/xml;q=0.5, text/csv;x="a\\', XML),
        ('application/xml;q=0.5, "' + '"\\' * 15_000, XML),
        # nothing fits
        ("image/png", None),
        ("text/html, application/xhtml+xml", None),
        ("text/html, application/xml;q=0.9, */*;q=0.8", XML),
        ("application/jsonx", None),
    ],
)
def test_the_offer_that_is_wanted_most_is_chosen(accept: str | None, offer: str | None) -> None:
    assert negotiate(accept, OFFERS) == offer


@given(st.text())
def test_any_header_is_answered(accept: str) -> None:
    assert negotiate(accept, OFFERS) in {*OFFERS, None}


@given(st.permutations(["application/json;q=0.3", "text/*;q=0.4", "*/*;q=0.1", "application/xml;q=0.2"]))
def test_the_order_of_ranges_does_not_matter(ranges: list[str]) -> None:
    assert negotiate(", ".join(ranges), OFFERS) == CSV
