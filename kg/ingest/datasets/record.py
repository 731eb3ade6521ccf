"""What a row says, as values: an event, the claims about it, and the actors and places of its dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_VERB: Final = "reports"
"""The verb of the first step of every claim: that of the dataset's own voice."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a row states; bounds stand only where the row gives a range."""

    kind: str
    value: str | None = None
    low: str | None = None
    high: str | None = None
    comparator: str | None = None
    side: str | None = None
    civilian: bool | None = None
    unit: str = "1"


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody on whose word a row rests, after the dataset itself; perhaps by a report of a title."""

    agent: str
    verb: str
    report: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A time as documents write it, and the cells that it was read from."""

    value: str | None
    text: str | None = None
    inferred: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Weapon:
    """A weapon that a row states."""

    category: str | None = None
    model: str | None = None
    calibre: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of a row; actors and places are named by their ids."""

    key: str
    gist: str
    row_id: str
    modality: str
    polarity: str = "affirmative"
    perpetrators: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    in_territory_of: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    """The agreements that the row names, by their ids in the store."""
    when: When | None = None
    figures: tuple[Figure, ...] = ()
    weapons: tuple[Weapon, ...] = ()
    absent: str | None = None
    """The kind of event of which the row says that there was none."""
    voices: tuple[Voice, ...] = ()
    credibility: str | None = None
    confidence: str | None = None
    url: str | None = None
    """Where the row is, or what it was coded from."""


@dataclass(frozen=True, slots=True)
class Named:
    """An actor or a place that a dataset names, by its own id, type and label."""

    id: str
    type: str
    label: str
    language: str = "en"
    note: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    """Of an actor: names of fields of actors documents, such as `ucdp_actor_id`, and their values."""
    force_of: str | None = None
    """Of an armed force: the state that it belongs to by its very code."""
    within: tuple[str, ...] = ()
    territory_of: str | None = None
    geometry: str | None = None
    """Of a place: WKT, longitude before latitude."""


@dataclass(frozen=True, slots=True)
class Same:
    """An event of another report that the dataset itself says is the same."""

    report: str
    key: str
    reason: str
    confidence: str = "1"
    """As short as it can be written: the store keeps no zeros at the end."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one row becomes. The key of its event is the same in every version of its dataset.

    A row that tells of no event, but of an actor, has no type, and one claim whose key is its own.
    """

    row_id: str
    key: str
    type: str
    label: str
    statements: tuple[Statement, ...]
    actors: tuple[Named, ...] = ()
    places: tuple[Named, ...] = ()
    slice: str = ""
    """The part of the dataset that the row belongs to, such as a year; rows of one stand in one report."""
    scope: str = ""
    """What a newer version of the dataset replaces as one, such as a country: see `Source.parts`."""
    version: str = ""
    """The version of this row, where its dataset gives each row one."""
    same: tuple[Same, ...] = ()
    withdrawn: bool = False
    """Whether the row says that the dataset no longer has the event of its id."""


def numbered(record: Record, number: int) -> Record:
    """Return a row as the one of that number among those about the same, of a dataset without ids."""
    row_id = f"{record.row_id} ({number})"
    said = tuple(replace(one, key=f"{one.key}-{number}", row_id=row_id) for one in record.statements)
    return replace(record, row_id=row_id, key=f"{record.key}-{number}", statements=said)


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset in one version, as the reports that its rows stand in name it."""

    id: str
    """What the ids of its reports, actors and places begin with; without the version."""
    name: str
    version: str
    publisher: Named
    language: str = "en"
    licence: str | None = None
    url: str | None = None
    kind: str = "dataset"
    """The type of its reports: `dataset`, or `mission`."""
    issued: str | None = None
    zone: str | None = None
    """Zone of times of day that state none."""
    parts: int = 1
    """Among how many reports the rows of a slice are divided, by their ids: the same in every version."""
    columns: Mapping[str, str] | None = None
    authority: str | None = None
    """Who says what lies within what."""
    deletions: bool = False
    """Whether each row says that the dataset no longer has an event."""
