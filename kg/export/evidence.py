"""What stands behind an edge: claims, on whose word, how many of these are independent, when, in which words.

Independent are sources that differ and do not copy each other. The source of a claim is the farthest one with
a name. Claims of different reports in the same words (of forty characters or more), and what reports of the
same text say in their own voice, are copies of one; two whom one report names for the same words are two.
Unnamed groups such as "Russian media", and reports that name neither source nor publisher, count as none and
are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.days import counted, merged, slices
from kg.export.filters import ON_RECORDS
from kg.export.model import Column, Spell, Timed, Type
from kg.export.rows import rows
from kg.export.sentences import words
from kg.resources import ontology
from kg.store import bind
from kg.terms import SVD
from kg.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from rdflib.term import URIRef

    from kg.export.model import Value
    from kg.export.rows import Terms
    from kg.store import GraphStore
    from kg.zones import Zone

UNNAMED: Final = 0.5
"""The weight of an edge that no source with a name stands behind: Gephi removes edges of weight 0."""
CANDIDATE: Final = 0.3
"""The weight of an edge of a candidate, which a rule found, however many tell of the act."""
BY_RULE: Final = "candidate"
"""The stance of an edge of a candidate."""
INFERRED: Final = Column("date_inferred", "Parts of the days that the sources do not give", Type.STRINGS)
"""What tells of the days of nodes and edges which parts nobody stated, such as the zone."""
COLUMNS: Final = (
    Column("independent_sources", "Independent sources", Type.INTEGER, filtered=True),
    Column("sources", "Sources with a name", Type.STRINGS),
    Column("first_source", "First source with a name, by the alphabet", Type.CATEGORY),
    Column(
        "unnamed_sources", "Unnamed groups and reports without a publisher, counted as none", Type.STRINGS
    ),
    Column("accused", "Accused of it; of a denial and a candidate nobody is", Type.STRINGS),
    Column(
        "act_sources",
        "Independent sources of a candidate's act, who allege no breach of the term",
        Type.INTEGER,
    ),
    Column("told_act", "Who tell of a candidate's act, and allege no breach of the term", Type.STRINGS),
    Column("claims", "Claims", Type.INTEGER),
    Column("reports", "Reports", Type.INTEGER),
    Column("report_ids", "Ids of reports (the first 20)", Type.STRINGS),
    Column("stance", "Stance", Type.CATEGORY, filtered=True),
    Column("modalities", "How the claims are put", Type.STRINGS, filtered=True),
    Column("confidence", "Confidence of the annotators, the least", Type.DOUBLE),
    Column("first_date", "First day", Type.DATE, filtered=True),
    Column("last_date", "Last day", Type.DATE, filtered=True),
    Column("date_precision", "Precision of the days", Type.CATEGORY),
    INFERRED,
    Column("year", "Year of the first day", Type.INTEGER, filtered=True),
    Column("years", "Years in which it is dated", Type.STRINGS, filtered=True),
    Column("months", "Months in which it is dated", Type.STRINGS, filtered=True),
    Column("quote", "Words of one claim", Type.STRING),
    Column("quoted_from", "Claim that is quoted", Type.STRING),
    Column("url", "Address of the report that is quoted", Type.URL),
    Column("quotes", "Words of all claims, each after its id", Type.STRINGS),
    Column("urls", "Addresses of all reports", Type.STRINGS),
)
"""What every edge tells that rests on claims."""
SERIES: Final = (Column("sources_then", "Independent sources at the time", Type.DOUBLE),)
"""What such an edge tells over time."""

_DENIED: Final = frozenset({"denied"})
_UNCERTAIN: Final = frozenset({"hedged", "predicted", "conditional"})
_LONG: Final = 40
_LISTED: Final = 20
_LOW: Final = f"""SELECT DISTINCT ?claim WHERE {{
  VALUES ?grade {{ UNDEF }} # @param grade
  ?claim <{SVD.credibility}> ?grade .
}}"""
_SECONDS: Final = "%Y-%m-%dT%H:%M:%S"


class Claim(NamedTuple):
    """A claim, as far as edges tell of it."""

    iri: str
    name: str
    """Report and key."""
    report: str
    title: str
    licence: str
    source: str
    """The IRI of the farthest source with a name; empty for none."""
    unnamed: str
    """The IRI of the unnamed group, or of the report that speaks for itself; else empty."""
    copy: str
    """What tells its words from others': those in which a source is copied."""
    text: str
    """The text that speaks in its own voice here; empty where it passes on another's word."""
    stance: str
    modality: str
    confidence: float | None
    spell: Spell | None
    precision: str
    words: str
    inferred: tuple[str, ...] = ()
    """The parts of its time that its source does not give."""
    accused: tuple[str, ...] = ()
    """The IRIs of those of whose act or breach it speaks."""
    url: str = ""
    """The address of the report."""


class Passed(NamedTuple):
    """What passes the filters."""

    claims: Mapping[str, Claim]
    """By their IRIs, in the order of their names."""
    records: frozenset[str] | None
    """The IRIs of records, of which edges tell; None where all pass."""
    hidden: int
    """How many claims more pass, and are left out as doubtful."""


def load(store: GraphStore, terms: Terms, grades: Sequence[URIRef] = ()) -> Passed:
    """Return what passes the filters, without claims that are judged as one of the grades."""
    asked = {name: terms[name] for name in ("report",) if name in terms}
    told = {row["claim"]: row for row in _answer(store, "evidence/claims", asked)}
    for row in _answer(store, "evidence/times", asked):
        told.get(row["claim"], {}).update(row)
    words: dict[str, set[tuple[int, str]]] = {}
    for row in _answer(store, "evidence/words", asked):
        words.setdefault(row["claim"], set()).add((int(row["start"] or 0), row["words"]))
    accused: dict[str, set[str]] = {}
    for row in (*_answer(store, "evidence/doers", asked), *_answer(store, "evidence/accused", asked)):
        accused.setdefault(row["claim"], set()).add(row["accused"])
    collective = {row["actor"] for row in _answer(store, "evidence/collective", {})}
    records: frozenset[str] | None = None
    for name in sorted(set(terms) - {"report"}):
        claims, of = _passing(store, name, terms)
        told = {iri: row for iri, row in told.items() if iri in claims}
        records = records if of is None else of if records is None else records & of
    low = {str(one) for (one,) in store.select(bind(_LOW, {"grade": grades})).rows} if grades else set()
    hidden = len(told.keys() & low)
    told = {iri: row for iri, row in told.items() if iri not in low}
    found = [
        _claim(row, " […] ".join(piece for _, piece in sorted(words.get(iri, ()))), collective)._replace(
            accused=tuple(sorted(accused.get(iri, ()))), url=row["url"]
        )
        for iri, row in told.items()
    ]
    named = {claim.iri: claim for claim in sorted(found, key=lambda claim: claim.name)}
    return Passed(named, records, hidden)


def _passing(store: GraphStore, name: str, terms: Terms) -> tuple[frozenset[str], frozenset[str] | None]:
    """Return the claims that pass a filter, and the records; None where it is of claims."""
    found = list(_answer(store, f"filters/{name}", {name: terms[name]}))
    claims = frozenset(row["claim"] for row in found)
    if name not in ON_RECORDS:
        return claims, None
    return claims, frozenset(row["record"] for row in found if row["record"])


def _answer(store: GraphStore, name: str, terms: Terms) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the queries that all profiles share."""
    file = f"{name}.rq"
    text = ontology().joinpath("exports", *file.split("/")).read_text(encoding="utf-8")
    names, lines = rows(store, file, text, terms, ())
    for line in lines:
        yield dict(zip(names, line, strict=True))


def weigh(claims: Sequence[Claim]) -> tuple[int, dict[str, int]]:
    """Return how many independent sources there are, and for each claim that has one, which it is."""
    parents: dict[str, str] = {}
    texts = ((_origin(claim), f"text {claim.text}") for claim in claims if claim.text)
    for one, other in (*texts, *_copied(claims)):
        parents[_root(parents, other)] = _root(parents, one)
    numbers: dict[str, int] = {}
    named = {_root(parents, _origin(claim)) for claim in claims if claim.source}
    found: dict[str, int] = {}
    for claim in claims:
        root = _root(parents, _origin(claim))
        if root in named:
            found[claim.iri] = numbers.setdefault(root, len(numbers))
    return len(numbers), found


@dataclass(frozen=True, slots=True)
class Support:
    """What the claims behind one edge come to."""

    independent: int
    reports: int
    claims: int
    values: tuple[Value, ...]
    """In the order of `COLUMNS`."""
    spells: tuple[Spell, ...]
    then: tuple[Timed, ...]
    """Independent sources over time; those of claims without a date are there at any."""
    stance: str
    words: tuple[str, ...]
    """On whose word the claims are."""
    accused: tuple[str, ...]
    """Whom the edge accuses, by what they are called."""


def support(
    claims: Sequence[Claim],
    names: Mapping[str, str],
    *,
    candidate: bool = False,
    accused: Collection[str] = (),
) -> Support:
    """Return what claims come to; names tell what sources are called.

    Whom the edge accuses is told beforehand, since that goes by its ends.
    Of a candidate the claims tell the act, and allege no breach of the term: it has no source, its act has.
    """
    independent, numbers = weigh(claims)
    blamed, told = _called(accused, names), words(claims, names)
    stance = _stance(claims)
    candidate = candidate and stance != "denies"
    named, unnamed = (
        _called(iris, names) for iris in ((c.source for c in claims), (c.unnamed for c in claims))
    )
    reports = sorted({claim.report for claim in claims})
    dated = [(claim.spell, claim) for claim in claims if claim.spell is not None]
    spells = merged((spell for spell, _ in dated), "times of claims")
    first, last = (spells[0].start, spells[-1].end) if spells else (None, None)
    shown = _shown(claims)
    surety = [claim.confidence for claim in claims if claim.confidence is not None]
    values: tuple[Value, ...] = (
        *((0, (), None, ()) if candidate else (independent, named, next(iter(named), None), unnamed)),
        blamed,
        *((independent, (*named, *unnamed)) if candidate else (None, ())),
        len(claims),
        len(reports),
        tuple(reports[:_LISTED]),
        BY_RULE if candidate else stance,
        tuple(sorted({claim.modality for claim in claims})),
        min(surety, default=None),
        first,
        last,
        _joined(claim.precision for claim in claims),
        tuple(sorted({part for claim in claims for part in claim.inferred})),
        int(first[:4]) if first else None,
        *slices(spells),
        shown.words or None,
        shown.name,
        shown.url or None,
        tuple(f"{claim.name}: {claim.words}" for claim in claims if claim.words),
        tuple(sorted({claim.url for claim in claims if claim.url})),
    )
    always = [(spell, claim) for spell in spells for claim in claims if claim.spell is None]
    then = _over_time([(spell, numbers.get(claim.iri)) for spell, claim in (*dated, *always)], spells)
    if candidate:
        return Support(0, len(reports), len(claims), values, spells, (), BY_RULE, told, blamed)
    return Support(independent, len(reports), len(claims), values, spells, then, stance, told, blamed)


def _claim(row: Mapping[str, str], words: str, collective: set[str]) -> Claim:
    own = row["farthest"] == row["voice"]
    folded = " ".join(words.casefold().split())
    nameless = not row["named"] or row["farthest"] in collective
    return Claim(
        row["claim"],
        f"{row['report']}/{row['key']}",
        row["report"],
        row["title"],
        row["licence"],
        row["named"],
        row["farthest"] if nameless and row["farthest"] != row["named"] else "",
        folded if len(folded) >= _LONG else "",
        row["copy"] if own else "",
        _stance_of(row["modality"], row["polarity"]),
        row["modality"],
        float(row["confidence"]) if row["confidence"] else None,
        _spell(row),
        row.get("precision", ""),
        words,
        tuple(row.get("inferred", "").split()),
    )


def _stance_of(modality: str, polarity: str) -> str:
    if polarity == "negative" or modality in _DENIED:
        return "denies"
    return "uncertain" if modality in _UNCERTAIN else "asserts"


def _stance(claims: Sequence[Claim]) -> str:
    """Return the stance of all: of those that do not deny, one that asserts outweighs what holds back."""
    found = {claim.stance for claim in claims}
    if found == {"denies"}:
        return "denies"
    if "denies" in found:
        return "mixed"
    return "asserts" if "asserts" in found else "uncertain"


def _spell(row: Mapping[str, str]) -> Spell | None:
    """Return the whole days that a time may mean, where it was told; None where it means none."""
    there = zone_of(row.get("zone") or "Z")
    begin, end = (_day(row.get(name, ""), there) for name in ("earliest", "latest"))
    return Spell(begin, end) if begin or end else None


def _day(instant: str, there: Zone) -> str | None:
    if not instant:
        return None
    moment = datetime.strptime(instant[:19], _SECONDS).replace(tzinfo=UTC)
    try:
        return moment.astimezone(there.clock).date().isoformat()
    except OverflowError:
        return moment.date().isoformat()


def _origin(claim: Claim) -> str:
    """Return by what a claim is told to be of the same origin as another."""
    if claim.source:
        return f"source {claim.source}"
    return f"text {claim.text}" if claim.text else f"claim {claim.iri}"


def _copied(claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """Yield pairs of origins of which one copies the other, as different reports tell the same words of them.

    The report that names the most is the one that others copy: as many as it names there are.
    """
    told: dict[str, dict[str, dict[str, None]]] = {}
    for claim in claims:
        if claim.copy:
            told.setdefault(claim.copy, {}).setdefault(claim.report, {})[_origin(claim)] = None
    for reports in told.values():
        original, *others = sorted(reports.values(), key=len, reverse=True)
        for origin in (origin for copy in others for origin in copy if origin not in original):
            yield next(iter(original)), origin


def _root(parents: dict[str, str], mark: str) -> str:
    while (above := parents.get(mark, mark)) != mark:
        parents[mark] = parents.get(above, above)
        mark = above
    return mark


def _called(iris: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({names.get(iri) or iri for iri in iris if iri}))


def _joined(codes: Iterable[str]) -> str | None:
    return ", ".join(sorted({code for code in codes if code})) or None


def _shown(claims: Sequence[Claim]) -> Claim:
    """Return the claim whose words are shown: one that asserts on a named source's word, the earliest."""

    def order(claim: Claim) -> tuple[bool, bool, bool, str, str]:
        start = (claim.spell.start or "") if claim.spell else "~"
        return not claim.words, claim.stance != "asserts", not claim.source, start, claim.name

    return min(claims, key=order)


def _over_time(dated: list[tuple[Spell, int | None]], spells: tuple[Spell, ...]) -> tuple[Timed, ...]:
    """Return the number of independent sources at each time, 0 where none of them has a name."""
    steps = list(
        counted(((spell, number) for spell, number in dated if number is not None), "times of claims")
    )
    found: list[Timed] = []
    for spell in spells:
        begin: str | None = spell.start
        over = False
        while steps and not over and (spell.end is None or (steps[0].start or "") <= spell.end):
            step = steps.pop(0)
            if step.start is not None and (begin is None or begin < step.start):
                found.append(Timed(0, begin, _shifted(step.start, -1)))
            found.append(step)
            begin = None if step.end is None else _shifted(step.end, 1)
            over = begin is None
        if not over and (spell.end is None or begin is None or begin <= spell.end):
            found.append(Timed(0, begin, spell.end))
    return tuple(found)


def _shifted(day: str, days: int) -> str | None:
    """Return a day so many days from another; None where the calendar has none."""
    try:
        return (date.fromisoformat(day) + timedelta(days)).isoformat()
    except OverflowError:
        return None
