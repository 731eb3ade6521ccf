"""Names of zones: those that are taken, and for any other text what would be right. No clock."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS: Final = "an offset such as +04:00, Z for UTC, or an IANA name such as Europe/Kyiv"
UTC_NAMES: Final = frozenset({"Z", "UTC", "GMT", "Etc/UTC", "Etc/GMT", "+00:00", "-00:00"})
"""What all means UTC, and nothing else anywhere."""
_MOST = 3
_LOOSE = re.compile(r"(?:UTC|GMT)?([+-−])([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_BACKWARDS = re.compile(r"Etc/GMT([+-])([0-9]{1,2})")
_ABBREVIATIONS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "AEST": (("+10:00", "Australia/Sydney"),),
        "AFT": (("+04:30", "Asia/Kabul"),),
        "AMT": (("+04:00", "Asia/Yerevan"), ("-04:00", "America/Manaus")),
        "AST": (("-04:00", "America/Halifax"), ("+03:00", "Asia/Riyadh")),
        "AZT": (("+04:00", "Asia/Baku"),),
        "BST": (("+01:00", "Europe/London"), ("+06:00", "Asia/Dhaka")),
        "CAT": (("+02:00", "Africa/Maputo"),),
        "CDT": (("-05:00", "America/Chicago"), ("-04:00", "America/Havana")),
        "CEST": (("+02:00", "Europe/Paris"),),
        "CET": (("+01:00", "Europe/Paris"),),
        "COT": (("-05:00", "America/Bogota"),),
        "CST": (("-06:00", "America/Chicago"), ("+08:00", "Asia/Shanghai"), ("-05:00", "America/Havana")),
        "EAT": (("+03:00", "Africa/Nairobi"),),
        "EDT": (("-04:00", "America/New_York"), ("+11:00", "Australia/Sydney")),
        "EEST": (("+03:00", "Europe/Kyiv"),),
        "EET": (("+02:00", "Europe/Kyiv"),),
        "EST": (("-05:00", "America/New_York"), ("+10:00", "Australia/Sydney")),
        "GET": (("+04:00", "Asia/Tbilisi"),),
        "GST": (("+04:00", "Asia/Dubai"), ("-02:00", "Atlantic/South_Georgia")),
        "HKT": (("+08:00", "Asia/Hong_Kong"),),
        "HST": (("-10:00", "Pacific/Honolulu"),),
        "ICT": (("+07:00", "Asia/Bangkok"),),
        "IDT": (("+03:00", "Asia/Jerusalem"),),
        "IRST": (("+03:30", "Asia/Tehran"),),
        "IST": (("+05:30", "Asia/Kolkata"), ("+02:00", "Asia/Jerusalem"), ("+01:00", "Europe/Dublin")),
        "JST": (("+09:00", "Asia/Tokyo"),),
        "KST": (("+09:00", "Asia/Seoul"),),
        "MDT": (("-06:00", "America/Denver"),),
        "MMT": (("+06:30", "Asia/Yangon"),),
        "MSD": (("+04:00", "Europe/Moscow"),),
        "MSK": (("+03:00", "Europe/Moscow"),),
        "MST": (("-07:00", "America/Denver"), ("+08:00", "Asia/Kuala_Lumpur")),
        "NPT": (("+05:45", "Asia/Kathmandu"),),
        "PDT": (("-07:00", "America/Los_Angeles"),),
        "PKT": (("+05:00", "Asia/Karachi"),),
        "PST": (("-08:00", "America/Los_Angeles"), ("+08:00", "Asia/Manila")),
        "SAST": (("+02:00", "Africa/Johannesburg"),),
        "SST": (("-11:00", "Pacific/Pago_Pago"), ("+08:00", "Asia/Singapore")),
        "TRT": (("+03:00", "Europe/Istanbul"),),
        "WAST": (("+02:00", "Africa/Windhoek"),),
        "WAT": (("+01:00", "Africa/Lagos"),),
        "WEST": (("+01:00", "Europe/Lisbon"),),
        "WET": (("+00:00", "Europe/Lisbon"),),
        "WIB": (("+07:00", "Asia/Jakarta"),),
    }
)
"""What newspapers abbreviate, and everything that it may mean."""


@cache
def names() -> frozenset[str]:
    """Return the names of the IANA database that say where: not abbreviations, and not `Etc/GMT+3`.

    >>> sorted(name for name in names() if name in {"Europe/Kyiv", "EST", "Etc/GMT+3", "Iran"})
    ['Europe/Kyiv']
    """
    return frozenset(
        name for name in available_timezones() if "/" in name and name.partition("/")[0] != "Etc"
    )


def right(text: str) -> str:
    """Return what would be right instead of a text that is no zone.

    >>> right("Kiev")
    'write Europe/Kyiv'
    >>> right("EST")
    'it may mean -05:00 (America/New_York) or +10:00 (Australia/Sydney): write the one that is meant'
    """
    plain = text.strip()
    if found := _BACKWARDS.fullmatch(plain):
        offset = f"{'-' if found[1] == '+' else '+'}{int(found[2]):02}:00"
        return f"that name turns the sign round: write {offset}, if that is meant"
    if found := _LOOSE.fullmatch(f"+{plain}" if text.startswith(" ") else plain):
        sign = "+" if found[1] == "+" else "-"
        written = f"{sign}{int(found[2]):02}:{found[3] or '00'}"
        return f"write {written}" + (" (in an address the plus sign is %2B)" if sign == "+" else "")
    if meant := _ABBREVIATIONS.get(plain.upper()):
        if len(meant) == 1:
            ((offset, name),) = meant
            return f"write {name}, or {offset}"
        listed = " or ".join(f"{offset} ({name})" for offset, name in meant)
        return f"it may mean {listed}: write the one that is meant"
    near = _near(plain)
    more = " …" if len(near) > _MOST else ""
    return f"write {' or '.join(near[:_MOST])}{more}" if near else f"write {FORMS}"


def _near(text: str) -> list[str]:
    """Return the names that a text most likely stands for: of a town, of a country, or misspelt."""
    wanted = text.casefold().replace(" ", "_")
    folded = {name.casefold(): name for name in sorted(names())}
    towns = {name.rpartition("/")[2]: full for name, full in folded.items()}
    links = _links()
    if wanted in {name.casefold() for name in UTC_NAMES}:
        return ["Z"]
    exact = folded.get(wanted) or links.get(wanted) or towns.get(wanted)
    near = [exact] if exact else _countries().get(wanted, [])
    if not near:
        near = [folded[one] for one in difflib.get_close_matches(wanted, folded, n=2, cutoff=0.75)]
    if not near:
        near = [towns[one] for one in difflib.get_close_matches(wanted, towns, n=2, cutoff=0.8)]
    return list(dict.fromkeys(links.get(name.casefold(), name) for name in near))


@cache
def _links() -> dict[str, str]:
    """Return old and short names, without capitals, with the names that took their place."""
    lines = (line.split() for line in _table("tzdata.zi") if line.startswith("L "))
    found = {old.casefold(): new for _, new, old in lines if new in names() and "/" in new}
    countries = {zone for zones in _countries().values() for zone in zones}
    return {old: new for old, new in found.items() if old not in {name.casefold() for name in countries}}


@cache
def _countries() -> dict[str, list[str]]:
    """Return the zones of each country, by its name without capitals."""
    called = dict(line.split("\t")[:2] for line in _table("iso3166.tab") if not line.startswith("#"))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in _table("zone.tab"):
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[called.get(code, code).strip().casefold().replace(" ", "_")].append(zone.strip())
    return dict(found)


def _table(name: str) -> list[str]:
    """Return the lines of a table of the database."""
    try:
        return files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8").splitlines()
    except (ModuleNotFoundError, FileNotFoundError):  # only hints hang on it
        return []
