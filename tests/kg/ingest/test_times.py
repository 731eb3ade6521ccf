"""Times: what each way of writing one means, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.times import TimeError, read_time
from kg.zone_names import names


@pytest.mark.parametrize(
    ("value", "zone", "earliest", "latest", "precision"),
    [
        ("2021", None, "2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z", "year"),
        ("2021-08", None, "2021-08-01T00:00:00Z", "2021-08-31T23:59:59Z", "month"),
        ("2020-02", None, "2020-02-01T00:00:00Z", "2020-02-29T23:59:59Z", "month"),
        ("2021-12", "+04:00", "2021-11-30T20:00:00Z", "2021-12-31T19:59:59Z", "month"),
        ("2021-08-26", None, "2021-08-26T00:00:00Z", "2021-08-26T23:59:59Z", "day"),
        ("2021-08-26", "+04:00", "2021-08-25T20:00:00Z", "2021-08-26T19:59:59Z", "day"),
        ("2021-08-26", "-03:30", "2021-08-26T03:30:00Z", "2021-08-27T03:29:59Z", "day"),
        ("2021-08-26T23:00", "+04:00", "2021-08-26T19:00:00Z", "2021-08-26T19:00:59Z", "minute"),
        ("2021-08-26T23:00:05+04:00", None, "2021-08-26T19:00:05Z", "2021-08-26T19:00:05Z", "second"),
        ("2020-11-10T00:00+03:00", "Z", "2020-11-09T21:00:00Z", "2020-11-09T21:00:59Z", "minute"),
        ("2021-08-26T23:00Z", "+04:00", "2021-08-26T23:00:00Z", "2021-08-26T23:00:59Z", "minute"),
        ("2021-08-26/2021-08-27", None, "2021-08-26T00:00:00Z", "2021-08-27T23:59:59Z", "interval"),
        ("2020/2021-08", None, "2020-01-01T00:00:00Z", "2021-08-31T23:59:59Z", "interval"),
        ("2021-08-25T23:00/..", "+04:00", "2021-08-25T19:00:00Z", None, "open"),
        ("../2021-08-25", None, None, "2021-08-25T23:59:59Z", "open"),
        ("2021-08/2021-08", None, "2021-08-01T00:00:00Z", "2021-08-31T23:59:59Z", "interval"),
        ("0001-01-02", None, "0001-01-02T00:00:00Z", "0001-01-02T23:59:59Z", "day"),
    ],
)
def test_a_value_means_its_first_to_its_last_second_in_utc(
    value: str, zone: str | None, earliest: str | None, latest: str | None, precision: str
) -> None:
    span = read_time(value, zone)
    assert (span.earliest, span.latest, span.precision) == (earliest, latest, precision)
    assert span.edtf == value


@pytest.mark.parametrize(
    ("value", "zone", "stated", "assumed"),
    [
        ("2021-08-26", None, "Z", True),
        ("2021-08-26", "+04:00", "+04:00", False),
        ("2021-08-26T10:00+02:00", None, "+02:00", False),
        ("2021-08-26T10:00+00:00", None, "Z", False),
        ("2021-08-26T10:00Z/2021-08-27", None, "Z", True),
        ("2021-08-26", "Europe/Kyiv", "Europe/Kyiv", False),
        ("2021-08-26T10:00+02:00", "Europe/Kyiv", "+02:00", False),
        ("2021-08-26T10:00+02:00/..", "+04:00", "+02:00", False),
    ],
)
def test_a_zone_that_nobody_stated_is_utc_and_marked(
    value: str, zone: str | None, stated: str, *, assumed: bool
) -> None:
    span = read_time(value, zone)
    assert (span.zone, span.zone_assumed) == (stated, assumed)


@pytest.mark.parametrize(
    ("value", "earliest", "latest"),
    [
        # a time of day is anything that it means somewhere: 14 hours earlier to 12 later
        ("2021-08-26T23:00", "2021-08-26T09:00:00Z", "2021-08-27T11:00:59Z"),
        ("2021-08-26T23:00:05", "2021-08-26T09:00:05Z", "2021-08-27T11:00:05Z"),
        # a day keeps its pair in UTC
        ("2021-08-26", "2021-08-26T00:00:00Z", "2021-08-26T23:59:59Z"),
        # each end for itself
        ("2021-08-25T23:00/2021-08-26", "2021-08-25T09:00:00Z", "2021-08-26T23:59:59Z"),
        ("2021-08-25/2021-08-26T04:00", "2021-08-25T00:00:00Z", "2021-08-26T16:00:59Z"),
        ("2021-08-25T23:00+04:00/2021-08-26T04:00", "2021-08-25T19:00:00Z", "2021-08-26T16:00:59Z"),
        ("2021-08-25T23:00/..", "2021-08-25T09:00:00Z", None),
        ("../2021-08-25T23:00", None, "2021-08-26T11:00:59Z"),
        # within the calendar
        ("0001-01-01T05:00", "0001-01-01T00:00:00Z", "0001-01-01T17:00:59Z"),
        ("9999-12-31T20:00", "9999-12-31T06:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_without_a_zone_a_time_of_day_is_as_wide_as_it_can_be(
    value: str, earliest: str | None, latest: str | None
) -> None:
    span = read_time(value)
    assert (span.earliest, span.latest, span.zone_assumed) == (earliest, latest, True)


@pytest.mark.parametrize(
    ("value", "zone", "earliest", "latest", "leap"),
    [
        ("2021-08-26", "Asia/Yerevan", "2021-08-25T20:00:00Z", "2021-08-26T19:59:59Z", None),
        # Armenia put its clocks forward in summer until 2011, and not since
        ("2011-07-01T12:00", "Asia/Yerevan", "2011-07-01T07:00:00Z", "2011-07-01T07:00:59Z", None),
        ("2012-07-01T12:00", "Asia/Yerevan", "2012-07-01T08:00:00Z", "2012-07-01T08:00:59Z", None),
        ("2020-01-01T00:00", "Asia/Kathmandu", "2019-12-31T18:15:00Z", "2019-12-31T18:15:59Z", None),
        # days of 23 and 25 hours, and an interval with an offset at each end
        ("2022-03-27", "Europe/Kyiv", "2022-03-26T22:00:00Z", "2022-03-27T20:59:59Z", None),
        ("2022-10-30", "Europe/Kyiv", "2022-10-29T21:00:00Z", "2022-10-30T21:59:59Z", None),
        ("2022-03-26/2022-03-28", "Europe/Kyiv", "2022-03-25T22:00:00Z", "2022-03-28T20:59:59Z", None),
        # a time that never was, and one that was twice: both meanings
        ("2022-03-27T03:30", "Europe/Kyiv", "2022-03-27T00:30:00Z", "2022-03-27T01:30:59Z", "never was"),
        ("2022-10-30T03:30", "Europe/Kyiv", "2022-10-30T00:30:00Z", "2022-10-30T01:30:59Z", "was twice"),
        ("2022-03-27T02:59", "Europe/Kyiv", "2022-03-27T00:59:00Z", "2022-03-27T00:59:59Z", None),
        ("2022-03-27T04:00", "Europe/Kyiv", "2022-03-27T01:00:00Z", "2022-03-27T01:00:59Z", None),
        # a day that began at one o'clock, and one that was left out
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59Z", None),
        ("2011-12-30", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-31T09:59:59Z", "never was"),
        # before there were zones: local time to the second
        ("1900-01-01T10:00", "Europe/Kyiv", "1900-01-01T07:57:56Z", "1900-01-01T07:58:55Z", None),
        # offsets go before names
        ("2022-03-27T03:30+03:00", "Europe/Kyiv", "2022-03-27T00:30:00Z", "2022-03-27T00:30:59Z", None),
    ],
)
def test_a_name_gives_the_offset_of_that_day(
    value: str, zone: str, earliest: str, latest: str, leap: str | None
) -> None:
    span = read_time(value, zone)
    assert (span.earliest, span.latest, span.zone_assumed) == (earliest, latest, False)
    assert (span.leap or "").removeprefix(f"{value} ") == (f"{leap} in {zone}" if leap else "")


@given(
    st.datetimes(datetime(1880, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(sorted(names())),
    st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
)
def test_any_time_in_any_named_zone_lies_within_what_it_is_without_one(
    local: datetime, zone: str, form: str
) -> None:
    value = local.strftime(form)
    span, wide = read_time(value, zone), read_time(value)
    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest <= span.latest
    if span.leap is None and "T" in form and local.year > 1971:
        assert (wide.earliest or "") <= span.earliest
        assert span.latest <= (wide.latest or "")


@pytest.mark.parametrize("value", ["2021-08-27T10:00/2021-08-27T09:59", "2021-08-27/2021-08-26T23:00"])
def test_an_interval_that_nobody_put_into_a_zone_is_reversed_by_its_clocks(value: str) -> None:
    with pytest.raises(TimeError, match="is later than"):
        read_time(value)


@pytest.mark.parametrize(
    ("value", "rule", "hint"),
    [
        ("2021-02-30", "time/impossible", "2021-02 has 28 days"),
        ("2020-02-30", "time/impossible", "2020-02 has 29 days"),
        ("2021-13", "time/impossible", "months go from 01 to 12; write year-month-day"),
        ("2021-26-08", "time/impossible", "months go from 01 to 12; write year-month-day"),
        ("0000", "time/impossible", "years go from 0001 to 9999"),
        ("2021-08-26T24:00", "time/impossible", "times of day go from 00:00 to 23:59:59, offsets to 14:00"),
        ("2021-08-26T23:59:60", "time/impossible", "times of day go from 00:00 to 23:59:59"),
        ("2021-08-26T23:00+15:00", "time/impossible", "offsets to 14:00"),
        ("9999-12-31T23:00-04:00", "time/out-of-range", "is written .."),
        ("26.08.2021", "time/not-a-time", "write 2021-08-26 if that is the day meant"),
        ("2021-8-6", "time/not-a-time", "months and days have two digits: 2021-08-06"),
        ("2021-08-26 23:00", "time/not-a-time", "write T between day and time: 2021-08-26T23:00"),
        ("2021-08-26+04:00", "time/not-a-time", "give it as `zone:`"),
        ("2021-08-26T23:00+0400", "time/not-a-time", "write 2021, 2021-08"),
        ("2021-08-26T23", "time/not-a-time", "write 2021, 2021-08"),
        ("yesterday", "time/not-a-time", "write 2021, 2021-08"),
        ("", "time/not-a-time", "write 2021, 2021-08"),
        ("08/26/2021", "time/not-a-time", "or an interval A/B"),
        ("2021/", "time/not-a-time", "write 2021, 2021-08"),
        ("../..", "time/not-a-time", "leave `value` out and give `text`"),
        ("2021-08-27/2021-08-26", "time/reversed", "write the earlier time first"),
        ("２０２１", "time/not-a-time", "write 2021, 2021-08"),
    ],
)
def test_nonsense_is_refused_with_what_would_be_right(value: str, rule: str, hint: str) -> None:
    with pytest.raises(TimeError) as caught:
        read_time(value)
    assert caught.value.rule == rule
    assert hint in caught.value.hint


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-840, 840))  # noqa: DTZ001
def test_any_second_in_any_zone_is_that_second_in_utc(local: datetime, minutes: int) -> None:
    local = local.replace(microsecond=0)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    zone = f"{sign}{hours:02}:{rest:02}"
    text = f"{local.year:04}-{local:%m-%dT%H:%M:%S}"
    expected = local.replace(tzinfo=UTC) - timedelta(minutes=minutes)
    written = f"{expected.year:04}-{expected:%m-%dT%H:%M:%SZ}"
    span = read_time(text + zone)
    assert span.earliest == span.latest == written
    assert read_time(text, zone).earliest == written


@given(st.dates(min_value=datetime(2, 1, 1).date()), st.dates(min_value=datetime(2, 1, 1).date()))  # noqa: DTZ001
def test_an_interval_spans_its_ends(one: object, other: object) -> None:
    first, last = sorted([str(one), str(other)])
    if last.startswith("9999-12-31"):
        return
    span = read_time(f"{first}/{last}")
    assert span.earliest == read_time(first).earliest
    assert span.latest == read_time(last).latest
    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest < span.latest


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(value: str) -> None:
    try:
        span = read_time(value)
    except TimeError as error:
        assert error.hint  # noqa: PT017 - the hint is what is tested
    else:
        assert span.precision
