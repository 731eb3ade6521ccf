"""What must hold of a row's values so that what is written of them conforms: the column checks of the gate.

A row is written by one hand (`nquads`) from values of few forms. Which parts a claim has is its pattern, and
each pattern is held against the shapes once; what may differ between rows of one pattern is looked at here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kg.ingest.fields import IRI, KEY, SLUG
from kg.ingest.numbers import DECIMAL
from kg.ingest.times import TimeError, read_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest.datasets.record import Figure, Named, Record, Statement, Weapon

Codes = dict[str, frozenset[str]]
"""Code lists with their codes."""

_SLUG: Final = re.compile(SLUG)
_KEY: Final = re.compile(KEY)
_DECIMAL: Final = re.compile(DECIMAL)
_IRI: Final = re.compile(IRI)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_POSITION: Final = r"-?[0-9]{1,3}(?:\.[0-9]{1,12})? -?[0-9]{1,2}(?:\.[0-9]{1,12})?"
_WKT: Final = re.compile(rf"POINT \({_POSITION}\)|POLYGON \(\({_POSITION}(?:, {_POSITION}){{3,16}}\)\)")


def faults(record: Record, codes: Codes) -> Iterator[str]:
    """Yield in words what keeps a record from being written; nothing where it may be."""
    if not _KEY.fullmatch(record.key):
        yield f"{record.key!r} cannot be the key of an event"
    if record.type and record.type not in codes["event-type"]:
        yield f"{record.type!r} is no type of event"
    yield from _texts("the label", record.label)
    yield from _of_the_event(record)
    keys = [statement.key for statement in record.statements]
    if len(set(keys)) != len(keys) or not keys:
        yield "its claims have no keys, or the same"
    for statement in record.statements:
        yield from _of_statement(statement, codes)
    for named in (*record.actors, *record.places):
        yield from _of_named(named)


def _of_the_event(record: Record) -> Iterator[str]:
    if not record.type and [one.key for one in record.statements] != [record.key]:
        yield "a row that tells of no event has one claim, with its key"
    for same in record.same:
        yield from _texts("why two events are one", same.reason)
        if not _SLUG.fullmatch(same.report) or not _KEY.fullmatch(same.key):
            yield f"{same.report}/{same.key} cannot be an event"


def pattern(statement: Statement) -> tuple[object, ...]:
    """Return which parts a claim has, and which codes: those of one pattern differ in texts and numbers."""
    when = statement.when
    span = None if when is None or when.value is None else read_time(when.value)
    return (
        statement.modality,
        statement.polarity,
        statement.credibility,
        statement.confidence is None,
        statement.url is None,
        bool(statement.perpetrators),
        bool(statement.participants),
        bool(statement.targets),
        bool(statement.places),
        bool(statement.in_territory_of),
        bool(statement.mentions),
        when is None or (when.text is None, when.inferred, when.reason is None),
        span is None or (span.precision, span.earliest is None, span.latest is None),
        frozenset(_shape(figure) for figure in statement.figures),
        frozenset(
            (weapon.category, weapon.model is None, weapon.calibre is None) for weapon in statement.weapons
        ),
        statement.absent,
        tuple(voice.report is None for voice in statement.voices),
    )


def pattern_of(named: Named) -> tuple[object, ...]:
    """Return which parts an actor or a place has: as `pattern`."""
    codes = tuple(name for name, _ in named.codes)
    parts = (named.note is None, bool(named.within), named.territory_of is None, named.geometry is None)
    return (named.type, named.language, codes, named.force_of is None, *parts)


def _shape(figure: Figure) -> tuple[object, ...]:
    bounds = (figure.value is None, figure.low is None, figure.high is None)
    return (figure.kind, figure.comparator, figure.side is None, figure.civilian, *bounds)


def _of_statement(said: Statement, codes: Codes) -> Iterator[str]:
    if not _KEY.fullmatch(said.key):
        yield f"{said.key!r} cannot be the key of a claim"
    for scheme, code in (
        ("modality", said.modality),
        ("polarity", said.polarity),
        ("credibility", said.credibility),
        ("event-type", said.absent),
    ):
        if code is not None and code not in codes[scheme]:
            yield f"{code!r} is no code of the list {scheme}"
    yield from _texts("the gist", said.gist)
    yield from _texts("the id of the row", said.row_id)
    yield from _of_things(said)
    yield from _of_time(said)
    for figure in said.figures:
        yield from _of_figure(figure, codes)
    for weapon in said.weapons:
        yield from _of_weapon(weapon, codes)


def _of_things(said: Statement) -> Iterator[str]:
    things = (
        *said.perpetrators,
        *said.participants,
        *said.targets,
        *said.places,
        *said.in_territory_of,
        *said.mentions,
        *(voice.agent for voice in said.voices),
        *(figure.side for figure in said.figures if figure.side is not None),
    )
    yield from (f"{name!r} cannot be an id" for name in things if not _SLUG.fullmatch(name))
    if said.url is not None and not _IRI.fullmatch(said.url):
        yield f"{said.url!r} is no address"
    if said.confidence is not None and not re.fullmatch(r"0\.[0-9]+|[01]", said.confidence):
        yield f"{said.confidence!r} is no share"
    for voice in said.voices:
        yield from _texts("a verb", voice.verb)
        if voice.report is not None:
            yield from _texts("a title", voice.report)


def _of_weapon(weapon: Weapon, codes: Codes) -> Iterator[str]:
    if weapon.category is not None and weapon.category not in codes["weapon-category"]:
        yield f"{weapon.category!r} is no kind of weapon"
    if weapon.model is not None:
        yield from _texts("the model of a weapon", weapon.model)
    if weapon.calibre is not None and not _DECIMAL.fullmatch(weapon.calibre):
        yield f"{weapon.calibre!r} is no calibre"


def _of_time(said: Statement) -> Iterator[str]:
    when = said.when
    if when is None:
        return
    if when.value is None and not when.text:
        yield "a time has neither a value nor words"
    if bool(when.inferred) != bool(when.reason):
        yield "what is inferred of a time has no reason"
    for text in (when.text, when.reason):
        if text is not None:
            yield from _texts("the words of a time", text)
    if when.value is not None:
        try:
            read_time(when.value)
        except TimeError as error:
            yield error.message


def _of_figure(figure: Figure, codes: Codes) -> Iterator[str]:
    if figure.kind not in codes["quantity-kind"]:
        yield f"{figure.kind!r} is no kind of quantity"
    if figure.comparator is not None and figure.comparator not in codes["comparator"]:
        yield f"{figure.comparator!r} is no comparator"
    yield from _texts("a unit", figure.unit)
    numbers = [one for one in (figure.low, figure.value, figure.high) if one is not None]
    if not numbers:
        yield "a quantity has no number"
    if any(not _DECIMAL.fullmatch(one) for one in numbers):
        yield f"{', '.join(numbers)}: no numbers"
    elif any(Decimal(one) < 0 for one in numbers) or sorted(numbers, key=Decimal) != numbers:
        yield f"{', '.join(numbers)}: not in the order low, value, high, or below 0"


def _of_named(named: Named) -> Iterator[str]:
    if not _SLUG.fullmatch(named.id):
        yield f"{named.id!r} cannot be an id"
    yield from _texts(f"the label of {named.id}", named.label)
    if named.note is not None:
        yield from _texts(f"the note of {named.id}", named.note)
    for name in (*named.within, *filter(None, (named.territory_of, named.force_of))):
        if not _SLUG.fullmatch(name):
            yield f"{name!r} cannot be an id"
    if named.geometry is not None and not _WKT.fullmatch(named.geometry):
        yield f"{named.geometry!r} is no point, and no ring around one"


def _texts(what: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield f"{what} is empty"
    elif _CONTROL.search(text):
        yield f"{what} holds a control character"
