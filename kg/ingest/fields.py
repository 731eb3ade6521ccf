"""What one field of a document may hold: types for the models, each with its check and its JSON Schema.

Every scalar arrives as written text. A type is `Annotated[...]` of a check that refuses with a
`FieldError`, the `Schema` that says the same to other programs, and, where the text names something,
a marker: `Refers` for a thing that some document declares, `Code` for an entry of a code list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator

from kg.ingest.languages import tag_of
from kg.ingest.numbers import DECIMAL, near, plain
from kg.zone_names import right
from kg.zones import ZoneError, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST = 200
"""Characters of an id, a key or a number of a term: what is longer could be taken in and not be asked for."""
DURATION = r"P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?"
SLUG = rf"[a-z0-9][a-z0-9-]{{0,{LONGEST - 1}}}"
KEY = rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST - 1}}}"
NUMBER = rf"[A-Za-z0-9][A-Za-z0-9._()-]{{0,{LONGEST - 1}}}"
IRI = r"(?:https?://|urn:|doi:)[^\s<>\"{}|\\^`]+"
LANGUAGE = (
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[0-9A-Za-z]{5,8}|[0-9][0-9A-Za-z]{3}))*"
)
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
ZONE = r"Z|UTC|GMT|[+-][0-9]{2}:[0-9]{2}|[A-Z][A-Za-z_-]*(?:/[A-Z][A-Za-z0-9_+-]*)+"
FRAGMENT = (
    r"(?:xywh=(?:pixel:|percent:)?[0-9]+(?:\.[0-9]+)?(?:,[0-9]+(?:\.[0-9]+)?){3}"
    r"|t=(?:npt:)?(?:[0-9:.]+(?:,[0-9:.]+)?|,[0-9:.]+))"
    r"(?:&(?:xywh=(?:pixel:|percent:)?[0-9]+(?:\.[0-9]+)?(?:,[0-9]+(?:\.[0-9]+)?){3}|t=[0-9:.,]+))?"
)
"""The regions and stretches of Media Fragments URI 1.0."""
WHOLE = r"-?[0-9]{1,18}"
_NAME = r"\w[^\x00-\x1f\x7f-\x9f<>\"{}|\\^`:/#?]*"
"""What may be somebody's or something's name, and stands for an id by mistake."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class FieldError(ValueError):
    """Why a field's value is refused: a sentence, the rule's name, and what would be right."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        """Keep the three."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field that names an actor, place, agreement, report, claim or event."""

    kind: str


@dataclass(frozen=True, slots=True)
class Code:
    """Marks a field that holds an entry of a code list."""

    scheme: str


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """The JSON Schema of the values that the type takes."""

    value: Mapping[str, Any]


def _matching(pattern: str, rule: str, message: str, hint: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        check_length(text, rule)
        if not compiled.fullmatch(text):
            raise FieldError(rule, message.format(text), hint)
        return text

    return check


def check_length(text: str, rule: str) -> None:
    """Refuse what is too long to be an id, a key or a number."""
    if len(text) > LONGEST:
        message = f"{text[:40]!r}… has {len(text):,} characters"
        raise FieldError(rule, message, f"at most {LONGEST} are taken")


def check_text(text: str) -> str:
    """Return the text without the blanks around it; refuse nothing at all and control characters."""
    if found := _CONTROL.search(text):
        message = f"contains the control character U+{ord(found.group()):04X}"
        raise FieldError("document/control-character", message, "delete it")
    if not text.strip():
        raise FieldError("document/empty", "is empty", "write something or leave the field out")
    return text.strip()


def check_slug(text: str) -> str:
    """Return the slug; refuse with the nearest text that would be one."""
    check_length(text, "document/bad-id")
    if not re.fullmatch(SLUG, text):
        near = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        hint = (
            f"lower-case letters, digits and hyphens: {near}"
            if near
            else "lower-case letters, digits, hyphens"
        )
        raise FieldError("document/bad-id", f"{text!r} cannot be an id", hint)
    return text


def check_reference(text: str) -> str:
    """Return the id or IRI that refers to something; refuse what could not even be a name.

    A name in the place of an id is let pass here, since only who looks it up can say which id is meant.
    """
    if ":" not in text:
        check_length(text, "document/bad-reference")
    if not re.fullmatch(f"{SLUG}|{IRI}|{_NAME}", text):
        after = re.fullmatch(f"[a-z]+/({SLUG})", text)
        form = "an id has lower-case letters, digits and hyphens; an IRI begins with https://"
        raise FieldError(
            "document/bad-reference",
            f"{text!r} is neither an id nor an IRI",
            f"write {after[1]}" if after else form,
        )
    return text


def check_report(text: str) -> str:
    """Return the id or IRI that refers to a report."""
    if not re.fullmatch(f"{SLUG}|{IRI}", text):
        message = f"{text!r} is neither an id nor an IRI"
        raise FieldError("document/bad-reference", message, "the `id` of a report's document, or its IRI")
    return text


def check_member(text: str) -> str:
    """Return the reference to a claim or event: its key, `report-id/key`, or its IRI."""
    if not re.fullmatch(f"{KEY}|{SLUG}/{KEY}|{IRI}", text):
        raise FieldError(
            "document/bad-reference",
            f"{text!r} names no claim or event",
            "a key of this document, or report-id/key for another report's",
        )
    return text


def check_date(text: str) -> str:
    """Return the date; refuse one that is not written YEAR-MONTH-DAY or is not in the calendar."""
    if not re.fullmatch(DATE, text):
        raise FieldError(
            "time/not-a-date", f"{text!r} is not a date", "write year-month-day, such as 2021-08-26"
        )
    try:
        date.fromisoformat(text)
    except ValueError:
        raise FieldError(
            "time/impossible", f"there is no day {text}", "look at the month and the day"
        ) from None
    return text


def check_decimal(text: str) -> str:
    """Return the number in the form that the store gives back.

    >>> check_decimal("010.50")
    '10.5'
    """
    if not re.fullmatch(DECIMAL, text):
        raise FieldError("document/not-a-number", f"{text!r} is not a number", near(text))
    return plain(Decimal(text))


def check_count(text: str) -> str:
    """Return the number, which is not negative."""
    number = check_decimal(text)
    if Decimal(number) < 0:
        raise FieldError(
            "document/out-of-range",
            f"{text} is negative",
            "0 or more, written without a sign",
        )
    return number


def check_iri(text: str) -> str:
    """Return the address; refuse what is none, and one in which something stands that must be encoded."""
    if re.fullmatch(IRI, text):
        return text
    hint = "it begins with https://, http://, urn: or doi:"
    message = f"{text!r} is not an address"
    if re.match(r"https?://|urn:|doi:", text) and (wrong := re.search(r"[\s<>\"{}|\\^`]", text)):
        sign = "a blank" if wrong[0].isspace() else wrong[0]
        message, hint = (
            f"{message}: {sign} stands in it",
            f"write {quote(wrong[0])} instead, or leave it out",
        )
    raise FieldError("document/bad-iri", message, hint)


def check_whole(text: str) -> str:
    """Return the whole number without leading zeros."""
    if not re.fullmatch(WHOLE, text):
        raise FieldError(
            "document/not-a-number", f"{text!r} is not a whole number", "digits only, such as 373"
        )
    return str(int(text))


def check_share(text: str) -> str:
    """Return the number from 0 to 1."""
    number = check_decimal(text)
    if not 0 <= Decimal(number) <= 1:
        raise FieldError("document/out-of-range", f"{text} is not from 0 to 1", "0.8 means quite sure")
    return number


def check_boolean(text: str) -> str:
    """Return `true` or `false`."""
    if text not in {"true", "false"}:
        raise FieldError(
            "document/not-true-or-false", f"{text!r} is neither true nor false", "write true or false"
        )
    return text


def check_duration(text: str) -> str:
    """Return the duration; refuse what is none, with what would be right."""
    if not re.fullmatch(DURATION, text) or text.endswith(("P", "T")):
        raise FieldError("document/bad-duration", f"{text!r} is not a duration", "write P14D, P6M or PT48H")
    return text


def check_zone(text: str) -> str:
    """Return the zone as `Z`, `+04:00` or `Europe/Kyiv`; refuse anything else with what would be right."""
    try:
        return zone_of(text).name
    except ZoneError:
        hint = f'{right(text)} (an offset in quotation marks: zone: "+04:00")'
        raise FieldError("time/bad-zone", f"{text!r} is not a time zone", hint) from None


def as_list(value: object) -> object:
    """Return a single mapping or text as a list of one; leave everything else."""
    return [value] if isinstance(value, dict | str) else value


def as_labels(value: object) -> object:
    """Return a label in one language, or a map of languages, as pairs of language and text."""
    if isinstance(value, str):
        return [("", value)]
    if isinstance(value, list):
        first = next((text for text in value if isinstance(text, str)), "Name")
        hint = f"write {first}, or {{en: {first}}}; further names go into `alt_labels`, where there are any"
        raise FieldError("document/wrong-type", "expected a name, or a map of languages, found a list", hint)
    if isinstance(value, dict):
        _refuse_unquoted(value)
        return [(tag, text) for tag, text in value.items() if text is not None]
    return value


def _refuse_unquoted(labels: dict[str, object]) -> None:
    """Refuse a map in which a comma has made a language of the rest of a name."""
    before = None
    for tag, text in labels.items():
        if text is None and isinstance(before, tuple) and not re.fullmatch(LANGUAGE, tag):
            raise FieldError(
                "document/unquoted-comma",
                f"{tag!r} is read as a language of its own: within {{}} a comma begins one",
                f'text with a comma needs quotation marks there: {before[0]}: "{before[1]}, {tag}"',
            )
        before = (tag, text) if isinstance(text, str) else None


def as_many_labels(value: object) -> object:
    """Return other names, a list or a map from language to list, as pairs of language and text."""
    if isinstance(value, dict):
        lists = {tag: [texts] if isinstance(texts, str) else texts for tag, texts in value.items()}
        return [(tag, text) for tag, texts in lists.items() for text in texts or []]
    if isinstance(value, list):
        return [("", text) for text in value]
    return value


def check_labels(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the pairs in the order of language and text; refuse what is no language tag."""
    if not pairs:
        raise FieldError("document/empty", "is empty", "write something or leave the field out")
    for tag, _ in pairs:
        if tag:
            check_language(tag)
    return tuple(sorted({(tag.lower(), check_text(text)) for tag, text in pairs}))


def check_language(text: str) -> str:
    """Return the language tag; refuse what is none, with the nearest that is one."""
    if not re.fullmatch(LANGUAGE, text):
        near = re.sub(r"[_ ]+", "-", text.split(".", maxsplit=1)[0].strip())
        tag = near if re.fullmatch(LANGUAGE, near) else tag_of(text)
        hint = f"write {tag}" if tag else "a code such as en, ru or sr-Latn"
        raise FieldError("document/bad-language", f"{text!r} is not a language tag", hint)
    return text


_check_key = _matching(
    KEY,
    "document/bad-key",
    "{0!r} cannot be a key",
    "letters, digits, points, hyphens and underscores, such as c1",
)


def _check_event(text: str) -> str:
    """Return the key of an event of the same document; its label is let pass, and told by who looks it up."""
    return text if len(text) <= LONGEST and re.fullmatch(_NAME, text) else _check_key(text)


_check_a_number = _matching(
    NUMBER,
    "document/bad-number",
    "{0!r} cannot be a term's number",
    "such as 6, 6.1, 1.a or annex-2, without blanks",
)


def _check_number(text: str) -> str:
    """Return the number of a term; of what stands before a number, as in `Article 6`, say what to write."""
    try:
        return _check_a_number(text)
    except FieldError as error:
        bare = re.fullmatch(rf"[^\W\d_]+\.? ?({NUMBER})", text)
        if bare is None:
            raise
        raise FieldError(error.rule, error.message, f"write {bare[1]}") from None


_check_sha256 = _matching(
    "[0-9a-f]{64}",
    "document/bad-hash",
    "{0!r} is not a SHA-256",
    "64 hexadecimal digits in small letters, as `sha256sum FILE` prints them",
)
_check_fragment = _matching(
    FRAGMENT,
    "document/bad-fragment",
    "{0!r} is no Media Fragment",
    "xywh=percent:10,10,50,50 of a picture (left, top, width, height), t=10,20 of a recording (seconds)",
)


def _string(pattern: str) -> Schema:
    return Schema({"type": "string", "pattern": f"^(?:{pattern})$"})


_PLAIN = Schema({"type": "string", "minLength": 1})
_PAIRS: TypeAlias = tuple[tuple[str, str], ...]
_MAP = {"type": "object", "additionalProperties": {"type": "string"}}
_LISTS = {"type": "array", "items": {"type": "string"}}
_NUMERIC = {"type": ["string", "number"]}

Text = Annotated[str, AfterValidator(check_text), _PLAIN]
Token = Annotated[str, AfterValidator(check_text), Schema({"type": ["string", "number"]})]
Slug = Annotated[str, AfterValidator(check_slug), _string(SLUG)]
Key = Annotated[str, AfterValidator(_check_key), _string(KEY)]
TermNumber = Annotated[
    str, AfterValidator(_check_number), Schema({"type": ["string", "number"], "pattern": f"^(?:{NUMBER})$"})
]
Iri = Annotated[str, AfterValidator(check_iri), _string(IRI)]
Sha256 = Annotated[str, AfterValidator(_check_sha256), _string("[0-9a-f]{64}")]
Fragment = Annotated[str, AfterValidator(_check_fragment), _string(FRAGMENT)]
Language = Annotated[str, AfterValidator(check_language), _string(LANGUAGE)]
Date = Annotated[str, AfterValidator(check_date), _string(DATE)]
Duration = Annotated[str, AfterValidator(check_duration), _string(DURATION)]
Zone = Annotated[str, AfterValidator(check_zone), _string(ZONE)]
Whole = Annotated[str, AfterValidator(check_whole), Schema({"type": ["string", "integer"]})]
Number = Annotated[str, AfterValidator(check_decimal), Schema(_NUMERIC)]
Count = Annotated[str, AfterValidator(check_count), Schema({**_NUMERIC, "minimum": 0})]
Share = Annotated[str, AfterValidator(check_share), Schema({**_NUMERIC, "minimum": 0, "maximum": 1})]
Flag = Annotated[str, AfterValidator(check_boolean), Schema({"enum": [True, False, "true", "false"]})]
Labels = Annotated[
    _PAIRS, BeforeValidator(as_labels), AfterValidator(check_labels), Schema({"anyOf": [_PLAIN.value, _MAP]})
]
ManyLabels = Annotated[
    _PAIRS,
    BeforeValidator(as_many_labels),
    AfterValidator(lambda pairs: check_labels(pairs) if pairs else pairs),
    Schema({"anyOf": [_LISTS, {"type": "object", "additionalProperties": _LISTS}]}),
]

_CHECKED = AfterValidator(check_reference)
_REFERENCE = _string(f"{SLUG}|{IRI}")
_MEMBER = _string(f"{KEY}|{SLUG}/{KEY}|{IRI}")
ActorRef = Annotated[str, _CHECKED, _REFERENCE, Refers("actor")]
PlaceRef = Annotated[str, _CHECKED, _REFERENCE, Refers("place")]
AgreementRef = Annotated[str, _CHECKED, _REFERENCE, Refers("agreement")]
ReportRef = Annotated[str, AfterValidator(check_report), _REFERENCE, Refers("report")]
ClaimRef = Annotated[str, AfterValidator(check_member), _MEMBER, Refers("claim")]
EventRef = Annotated[str, AfterValidator(check_member), _MEMBER, Refers("event")]
OwnEventRef = Annotated[str, AfterValidator(_check_event), _string(KEY), Refers("own-event")]
