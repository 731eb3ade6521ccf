"""The columns of GDELT's files, which have no header: their order, and the names that R gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST: Final = ("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate")
_ACTOR: Final = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode"),
    *("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
)
_ACTION: Final = (
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
)
_GEO_1: Final = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_2: Final = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")


def _events(geo: tuple[str, ...], *last: str) -> tuple[str, ...]:
    actors = [f"Actor{number}{part}" for number in (1, 2) for part in _ACTOR]
    places = [f"{whose}Geo_{part}" for whose in ("Actor1", "Actor2", "Action") for part in geo]
    return (*_FIRST, *actors, *_ACTION, *places, *last)


EVENTS: Final = (
    _events(_GEO_1, "DATEADDED"),
    _events(_GEO_1, "DATEADDED", "SOURCEURL"),
    _events(_GEO_2, "DATEADDED", "SOURCEURL"),
)
"""GDELT 1.0 until March 2013 and since, with 57 and 58 columns, and 2.0 with 61."""
MENTIONS: Final = (
    *("GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName"),
    *("MentionIdentifier", "SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset"),
    *("InRawText", "Confidence", "MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras"),
)
EVENT_NAMES: Final = {
    "id": ("GLOBALEVENTID", "idGlobalEvent"),
    "date": ("SQLDATE", "dateEvent", "Day", "EventDate"),
    "month": ("MonthYear", "monthYearEvent"),
    "year": ("Year", "yearEvent"),
    **{
        f"{column}{number}": (f"Actor{number}{name}", f"{other}Actor{number}")
        for number in (1, 2)
        for column, name, other in (
            ("code", "Code", "code"),
            ("name", "Name", "name"),
            ("country", "CountryCode", "codeISO"),
            ("group", "KnownGroupCode", "codeCAMEOGroup"),
            ("type", "Type1Code", "codeCAMEOType"),
            ("geo_feature", "Geo_FeatureID", "idFeature"),
            ("geo_latitude", "Geo_Lat", "latitude"),
            ("geo_longitude", "Geo_Long", "longitude"),
        )
    },
    "root_event": ("IsRootEvent",),
    "event": ("EventCode", "codeEvent", "CAMEOCode", "idCAMEOEvent"),
    "root": ("EventRootCode", "codeEventRoot", "idCAMEOEventRoot"),
    "quad": ("QuadClass", "classQuad"),
    "goldstein": ("GoldsteinScale", "scoreGoldstein", "Goldstein"),
    "mentions": ("NumMentions", "countMentions"),
    "sources": ("NumSources", "countSources"),
    "articles": ("NumArticles", "countArticles"),
    "tone": ("AvgTone",),
    "geo_type": ("ActionGeo_Type", "idTypeLocationAction"),
    "geo_name": ("ActionGeo_FullName", "locationAction"),
    "geo_country": ("ActionGeo_CountryCode", "idCountryAction"),
    "geo_division": ("ActionGeo_ADM1Code", "idADM1CodeAction"),
    "geo_division_2": ("ActionGeo_ADM2Code", "idADM2CodeAction"),
    "latitude": ("ActionGeo_Lat", "latitudeAction"),
    "longitude": ("ActionGeo_Long", "longitudeAction"),
    "geo_feature": ("ActionGeo_FeatureID", "idFeatureAction"),
    "added": ("DATEADDED", "dateTimeDataAdded", "dateAdded", "dateDocument", "dateTimeDocument"),
    "url": ("SOURCEURL", "urlSource"),
}
"""By column of events, the names that GDELT, BigQuery and packages for R give it."""
MENTION_NAMES: Final = {
    "id": ("GLOBALEVENTID", "idGlobalEvent"),
    "recorded": ("EventTimeDate", "dateTimeEvent", "dateEvent"),
    "mentioned": ("MentionTimeDate", "dateTimeMention", "dateMention"),
    "kind": ("MentionType", "idMentionType"),
    "source": ("MentionSourceName", "nameSource"),
    "url": ("MentionIdentifier", "documentSource"),
    "sentence": ("SentenceID", "idSentence"),
    "offset1": ("Actor1CharOffset", "charLocActor1"),
    "offset2": ("Actor2CharOffset", "charLocActor2"),
    "offset": ("ActionCharOffset", "charLocAction"),
    "raw": ("InRawText", "isRawText"),
    "confidence": ("Confidence", "scoreGoldsteinConfidence"),
    "length": ("MentionDocLen", "lengthMentionedDocument"),
    "tone": ("MentionDocTone", "toneMentionedDocument"),
    "translation": ("MentionDocTranslationInfo", "translationMentionedDocument"),
}
"""By column of mentions, the names that it has had."""
_ID: Final = re.compile(r"[0-9]{1,12}")
_DAY: Final = re.compile(r"(?:19|20)[0-9]{6}")
_SECOND: Final = re.compile(r"(?:19|20)[0-9]{12}")


def events_layout(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the columns of a file of events whose first row is this; None for others."""
    names = next((one for one in EVENTS if len(one) == len(cells)), None)
    begins = names is not None and _ID.fullmatch(cells[0]) and _DAY.fullmatch(cells[1])
    return names if begins and re.fullmatch(r"[0-9]{6}", cells[2]) else None


def mentions_layout(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the columns of a file of mentions whose first row is this; None for others."""
    if len(cells) not in {len(MENTIONS), len(MENTIONS) - 1} or not _ID.fullmatch(cells[0]):
        return None
    return MENTIONS[: len(cells)] if all(_SECOND.fullmatch(cell) for cell in cells[1:3]) else None
