"""The tables: their columns, and the rows of each item as it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Body: TypeAlias = Mapping[str, Any]
    Row: TypeAlias = tuple[Any, ...]

NOT_A_FACT: Final = (
    "What sources say, and what rules concluded from it. No row is a finding of fact: kind, status, basis, "
    "modality and attribution say on whose word it stands."
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type (`string`, `integer`, `number`, `boolean`, `list`, `wkb`), its meaning."""

    name: str
    type: str
    says: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, the first of which name a row, and what makes the rows of an item."""

    name: str
    source: str
    """The list whose items it is made of."""
    says: str
    columns: tuple[Column, ...]
    rows: Callable[[Body], Iterable[Row]]


def _columns(written: str) -> tuple[Column, ...]:
    """Return columns that are written a line each: name, type, and what it means."""
    lines = (line.split(maxsplit=2) for line in written.strip().splitlines())
    return tuple(Column(name, kind, says) for name, kind, says in lines)


def _ids(several: Iterable[Body]) -> list[str]:
    return list(dict.fromkeys(one["id"] for one in several))


def _id(one: Body | None) -> str | None:
    return None if one is None else one["id"]


def _label(one: Body | None) -> str | None:
    return None if one is None else one["label"]


def _spoken(several: Iterable[Body]) -> list[str]:
    return [f"{one['agreement']}/{one['term']}" if one["term"] else one["agreement"] for one in several]


def _violations(one: Body) -> Iterator[Row]:
    act, scope, times = one["act"] or {}, one["scope"], one["date"]
    accused = one["perpetrator"] or {}
    yield (
        one["id"],
        one["kind"],
        one["status"],
        one["basis"],
        _id(one["agreement"]),
        _id(one["term"]),
        _id(one["norm"]),
        accused.get("id"),
        accused.get("label"),
        act.get("id"),
        act.get("type"),
        _ids(one["place"]),
        min((time["earliest"] for time in times if time["earliest"]), default=None),
        max((time["latest"] for time in times if time["latest"]), default=None),
        sorted({part for time in times for part in time["inferred"]}),
        scope["territorial"],
        scope["temporal"],
        scope["material"],
        scope["personal"],
        _id(one["report"]),
        list(dict.fromkeys(piece["claim"] for piece in one["evidence"])),
        list(dict.fromkeys(piece["claim"] for piece in one["alleged_without_term"])),
        list(dict.fromkeys(piece["claim"] for piece in one["denials"])),
        one["denials_total"],
        one["fulfilment_total"],
    )


def _claims(one: Body) -> Iterator[Row]:
    time = one["time"] or {}
    agents = [step["agent"] for step in one["attribution"] if step["agent"]]
    yield (
        one["id"],
        _id(one["report"]),
        one["key"],
        one["modality"],
        one["polarity"],
        one["gist"],
        _id(one["event"]),
        _ids(one["perpetrators"]),
        _ids(one["participants"]),
        _ids(one["targets"]),
        _ids(one["places"]),
        time.get("earliest"),
        time.get("latest"),
        time.get("precision"),
        time.get("wording"),
        list(time.get("inferred", ())),
        _id(agents[-1]) if agents else None,
        " → ".join(agent["label"] or agent["id"] for agent in agents),
        _spoken(one["alleges"]),
        _spoken(one["denies"]),
        _spoken(one["asserts_fulfilment"]),
        list(one["mentions"]),
        one["credibility"],
        one["confidence"],
    )


def _evidence(one: Body) -> Iterator[Row]:
    for place, piece in enumerate(one["evidence"], 1):
        row = piece["row"] or {}
        yield (
            one["id"],
            place,
            _id(piece["report"]),
            piece["kind"],
            piece["quote"],
            piece["start"],
            piece["end"],
            piece["lang"],
            row.get("dataset"),
            row.get("version"),
            row.get("id"),
            row.get("url"),
        )


def _attribution(one: Body) -> Iterator[Row]:
    for step in one["attribution"]:
        yield (
            one["id"],
            step["step"],
            _id(step["agent"]),
            _label(step["agent"]),
            step["verb"],
            step["carried_over"],
        )


def _quantities(one: Body) -> Iterator[Row]:
    for place, number in enumerate(one["quantities"], 1):
        yield (
            one["id"],
            place,
            number["kind"],
            number["low"],
            number["value"],
            number["high"],
            number["comparator"],
            number["unit"],
            _id(number["side"]),
            number["civilian"],
        )


def _events(one: Body) -> Iterator[Row]:
    yield (
        one["id"],
        one["report"],
        one["type"],
        one["label"],
        one["cluster"],
        _ids(one["places"]),
        [claim["id"] for claim in one["claims"]],
    )


def _reports(one: Body) -> Iterator[Row]:
    yield (
        one["id"],
        one["type"],
        one["title"],
        one["language"],
        _id(one["publisher"]),
        one["issued"],
        one["url"],
        one["archived_at"],
        one["licence"],
        one["text_extent"],
        one["text_access"],
    )


def _actors(one: Body) -> Iterator[Row]:
    codes = one["codes"]
    yield (
        one["id"],
        one["type"],
        one["label"],
        list(one["alt_labels"]),
        _id(one["force_of"]),
        _id(one["speaks_for"]),
        codes["iso3166_alpha3"],
        list(one["same_as"]),
    )


def _places(one: Body) -> Iterator[Row]:
    yield (
        one["id"],
        one["type"],
        one["label"],
        list(one["alt_labels"]),
        _ids(one["within"]),
        list(one["within_all"]),
        one["iso3166_subdivision"],
        one["extent"],
        one["geometry"],
    )


def _agreements(one: Body) -> Iterator[Row]:
    yield one["id"], one["type"], one["title"], one["date"], _ids(one["parties"]), one["no_longer_in_force"]


def _terms(one: Body) -> Iterator[Row]:
    for place, wording in enumerate(one["wordings"] or [{}], 1):
        yield (
            one["id"],
            place,
            _id(one["agreement"]),
            one["number"],
            wording.get("words"),
            wording.get("lang"),
            wording.get("status"),
        )


TABLES: Final = (
    Table(
        "violations",
        "alleged violations",
        "Alleged violations, and candidates that a rule found: two kinds, never to be added.",
        _columns("""
id string IRI of the record
kind string `alleged` by somebody, or `candidate`: a rule found the term, and no source named it
status string code of the list `status`
basis string on whose word it stands
agreement string id of the agreement
term string id of the term; null where the source names none
norm string id of the norm that a candidate was held against
perpetrator string id of the party accused
perpetrator_label string its label
act string id of the event
act_type string code of the list `event-type`
places list ids of the places that the claims state
earliest string first second that the claims may mean, in UTC
latest string last second
time_inferred list parts of these times that no source gives: `year`, …, `zone` where none is stated
territorial string whether the act lies in the place of the norm
temporal string whether it lies in its time
material string whether the norm applies to such an act
personal string whether it was the accused's conduct then
report string id of the report
evidence list ids of the claims it rests on
alleged_without_term list of a candidate: ids of the claims that call the act a breach without a term
denials list ids of the first ten claims that deny it
denials_total integer how many claims deny it
fulfilment_total integer how many claims say that the agreement or term was kept"""),
        _violations,
    ),
    Table(
        "claims",
        "claims",
        "What somebody says: who says it, and how surely, belongs to it.",
        _columns("""
id string id of the claim
report string id of the report
key string its key in the document
modality string how it is said: code of the list `modality`
polarity string `negative` where it is said that it is not so
gist string an annotator's words for it
event string id of the event that it is about
perpetrators list ids of those who did it, by the claim
participants list ids
targets list ids
places list ids
earliest string first second that it may mean, in UTC
latest string last second
precision string how exact the time is
time_wording string the words of the text
time_inferred list parts of the time that the source does not give: `year`, …, and `zone` where none is stated
source string id of the farthest source that is named
attribution string the chain from the report to the farthest source
alleges list agreements or terms that it says were broken
denies list agreements or terms that it says were not
asserts_fulfilment list agreements or terms that it says were kept
mentions list ids of agreements
credibility integer 1 (confirmed) to 6
confidence number how sure the extraction is"""),
        _claims,
    ),
    Table(
        "evidence",
        "claims",
        "The exact words, or the rows of datasets, that claims rest on.",
        _columns("""
claim string id of the claim
number integer which of its evidence
report string id of the report
kind string `quote` or `row`
quote string the exact words
start integer where they begin in the text of the report, in code points
end integer where they end
lang string their language
dataset string of a row: the dataset
version string of a row: its version
row string of a row: its id
url string of a row: its address"""),
        _evidence,
    ),
    Table(
        "attribution",
        "claims",
        "By whose word: each step from the report to the farthest source.",
        _columns("""
claim string id of the claim
step integer 1 is the report's own voice
agent string id of the actor
agent_label string its label
verb string how it is said to have said so
carried_over boolean whether the quoted words do not name it themselves"""),
        _attribution,
    ),
    Table(
        "quantities",
        "claims",
        "Numbers that claims state, with what their words admit.",
        _columns("""
claim string id of the claim
number integer which of its numbers
kind string of what: code of the list `quantity-kind`
low number the least that the words admit
best number the number stated
high number the most
comparator string how it is compared
unit string its unit
side string id of the side
civilian boolean whether of civilians"""),
        _quantities,
    ),
    Table(
        "events",
        "events",
        "What claims are about, report by report; who, where and when stand with the claims.",
        _columns("""
id string id of the event
report string id of the report
type string code of the list `event-type`
label string its label
cluster string events accepted to be the same share it
places list ids of the places that claims state
claims list ids of the claims"""),
        _events,
    ),
    Table(
        "reports",
        "reports",
        "Where it is said.",
        _columns("""
id string id of the report
type string kind of report
title string its title
language string tag of its language
publisher string id of the actor
issued string when
url string its address
archived_at string an archived copy
licence string of its text
text_extent string `full` or `excerpt`
text_access string `public` or `quotes-only`"""),
        _reports,
    ),
    Table(
        "actors",
        "actors",
        "All who act or speak.",
        _columns("""
id string id of the actor
type string kind of actor
label string its label
alt_labels list its other names
force_of string id of the actor whose force or organ it is
speaks_for string id of the actor for which it speaks
iso3166_alpha3 string code of a state
same_as list IRIs elsewhere"""),
        _actors,
    ),
    Table(
        "places",
        "regions",
        "Regions, zones, routes, settlements and boundaries. Drawn is what a source draws.",
        _columns("""
id string id of the place
type string kind of place
label string its label
alt_labels list its other names
within list ids of the places that it lies within
within_all list ids of all of them, near and far
iso3166_subdivision string its code
extent string whether and how its extent is stated
geometry wkb its outline, in WGS 84"""),
        _places,
    ),
    Table(
        "agreements",
        "agreements",
        "Agreements.",
        _columns("""
id string id of the agreement
type string kind of agreement
title string its title
date string when it was made
parties list ids of its parties
no_longer_in_force string since when"""),
        _agreements,
    ),
    Table(
        "terms",
        "terms",
        "Terms of agreements, a row for each wording.",
        _columns("""
id string id of the term
number integer which of its wordings
agreement string id of the agreement
term_number string its number in the agreement
words string the words
lang string their language
status string how the wording is known"""),
        _terms,
    ),
)
"""Every table."""
