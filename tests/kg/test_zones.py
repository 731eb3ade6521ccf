"""Zones: what a day, a month or a time of day is where clocks are put forward and back."""

from __future__ import annotations

import pytest

from kg.zones import ZoneError, seconds_of, zone_of


@pytest.mark.parametrize(
    ("value", "zone", "first", "last"),
    [
        ("2021", "Z", "2021-01-01 00:00:00", "2021-12-31 23:59:59"),
        ("2024-02", "+04:00", "2024-01-31 20:00:00", "2024-02-29 19:59:59"),
        ("2021-08-26", "-00:00", "2021-08-26 00:00:00", "2021-08-26 23:59:59"),
        ("2021-08-26", "Europe/Kyiv", "2021-08-25 21:00:00", "2021-08-26 20:59:59"),
        ("2021-08-26T23:00", "Europe/Kyiv", "2021-08-26 20:00:00", "2021-08-26 20:00:59"),
        ("2021-08-26T23:00:05", "Asia/Baku", "2021-08-26 19:00:05", "2021-08-26 19:00:05"),
        ("2021-08-26T23:00+04:00", "Europe/Kyiv", "2021-08-26 19:00:00", "2021-08-26 19:00:59"),
        # 23 hours, 25 hours
        ("2021-03-28", "Europe/Kyiv", "2021-03-27 22:00:00", "2021-03-28 20:59:59"),
        ("2021-10-31", "Europe/Kyiv", "2021-10-30 21:00:00", "2021-10-31 21:59:59"),
        # A minute that clocks showed twice lasts from the first to the last.
        ("2021-10-31T03:30", "Europe/Kyiv", "2021-10-31 00:30:00", "2021-10-31 01:30:59"),
        # There was no midnight: clocks went from 23:59:59 to 01:00.
        ("2018-11-03", "America/Sao_Paulo", "2018-11-03 03:00:00", "2018-11-04 02:59:59"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00:00", "2018-11-05 01:59:59"),
        # Put back from 00:01 to 23:01 of the day before, which goes on for an hour.
        ("2010-11-06", "America/St_Johns", "2010-11-06 02:30:00", "2010-11-07 03:29:59"),
        ("2010-11-07", "America/St_Johns", "2010-11-07 02:30:00", "2010-11-08 03:29:59"),
        # A day was left out after this one.
        ("2011-12-29", "Pacific/Apia", "2011-12-29 10:00:00", "2011-12-30 09:59:59"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30 10:00:00", "2011-12-31 09:59:59"),
        # The ends of the calendar.
        ("9999", "America/New_York", "9999-01-01 05:00:00", "9999-12-31 23:59:59"),
        ("0001", "+05:00", "0001-01-01 00:00:00", "0001-12-31 18:59:59"),
    ],
)
def test_a_time_lasts_from_its_first_to_its_last_second_on_the_clocks_of_the_zone(
    value: str, zone: str, first: str, last: str
) -> None:
    assert [f"{end:%Y-%m-%d %H:%M:%S}".rjust(19, "0") for end in seconds_of(value, zone_of(zone))] == [
        first,
        last,
    ]


@pytest.mark.parametrize(
    ("value", "zone", "message"),
    [
        ("2011-12-30", "Pacific/Apia", "'2011-12-30' is no date in Pacific/Apia"),
        ("2021-03-28T03:30", "Europe/Kyiv", "clocks there never showed it"),
        ("2021-02-29", "Z", "2021-02 has 28 days"),
        ("2021-13", "Z", "months go from 01 to 12"),
        ("0000", "Z", "years go from 0001 to 9999"),
        ("2021-08-26T24:00", "Z", "times of day go from 00:00 to 23:59:59"),
        ("26.08.2021", "Z", "write 2021-08-26 if"),
        ("2021-8-6", "Z", "two digits: 2021-08-06"),
        ("2021-08-26 23:00", "Z", "write T between day and time: 2021-08-26T23:00"),
        ("2021-08-26T23:00 04:00", "Z", "the plus sign of an offset is %2B"),
        ("2021-08-26+04:00", "Z", "give it as the zone"),
        ("2021-08-26T10:00+15:00", "Z", "offsets go to 14:00"),
        ("٢٠٢١", "Z", "write 2021, 2021-08"),
        ("", "Z", "write 2021, 2021-08"),
    ],
)
def test_what_is_no_time_there_is_told_with_what_would_be_right(value: str, zone: str, message: str) -> None:
    with pytest.raises(ZoneError) as told:
        seconds_of(value, zone_of(zone))
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("europe/kyiv", "write Europe/Kyiv"),
        ("Kyiv", "write Europe/Kyiv"),
        ("moscow", "write Europe/Moscow"),
        ("New York", "write America/New_York"),
        ("+4", "write +04:00"),
        ("UTC-0330", "write -03:30"),
        (" 04:00", "the plus sign is %2B"),
        ("+15:00", "offsets go to 14:00"),
        ("+03:60", "minutes to 59"),
        ("Kiev", "write Europe/Kyiv"),
        ("Yerevan", "write Asia/Yerevan"),
        ("Donetsk", "an offset such as +04:00"),
        ("Ukraine", "write Europe/Simferopol or Europe/Kyiv"),
        ("armenia", "write Asia/Yerevan"),
        ("Iran", "write Asia/Tehran"),
        ("W-SU", "write Europe/Moscow"),
        ("Europe/Kyev", "write Europe/Kyiv"),
        ("Asia/Katmandu2", "write Asia/Kathmandu"),
        ("z", "write Z"),
        ("utc", "write Z"),
        # What newspapers abbreviate; the database has some of these as names.
        ("MSK", "write Europe/Moscow, or +03:00"),
        ("msk", "write Europe/Moscow, or +03:00"),
        ("CET", "write Europe/Paris, or +01:00"),
        ("EST", "it may mean -05:00 (America/New_York) or +10:00 (Australia/Sydney)"),
        ("CST", "+08:00 (Asia/Shanghai)"),
        ("IST", "it may mean +05:30 (Asia/Kolkata) or +02:00 (Asia/Jerusalem) or +01:00 (Europe/Dublin)"),
        ("AMT", "it may mean +04:00 (Asia/Yerevan) or -04:00 (America/Manaus)"),
        ("Etc/GMT+3", "turns the sign round: write -03:00"),
        ("Europe", "an offset such as +04:00"),
        ("../../etc/passwd", "an offset such as +04:00"),
        ("localtime", "an offset such as +04:00"),
        ("", "an offset such as +04:00"),
    ],
)
def test_what_is_no_zone_is_told_with_the_nearest_that_is(text: str, message: str) -> None:
    with pytest.raises(ZoneError) as told:
        zone_of(text)
    assert message in str(told.value)


def test_utc_has_one_name() -> None:
    assert {zone_of(text).name for text in ("Z", "UTC", "GMT", "Etc/UTC", "+00:00", "-00:00")} == {"Z"}
