"""What may be one, and what is linked to nothing: proposals made and told, decisions taken, names counted."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import yaml
from rdflib.term import URIRef

from kg.errors import DocumentError
from kg.linking import LEAST, KeptProposals, Tally, accounts, proposals
from kg.model import Problem
from kg.pipeline.review import SameEvent, relate
from kg.query.lookups import Reader
from kg.terms import OWL, RDF, RDFS, SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.journal import Entry
    from kg.linking import Proposal, Standing
    from kg.linking.kept import Key
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

Status: TypeAlias = Literal["open", "accepted", "rejected"]
_PREFIX: Final = f"PREFIX svd: <{SVD}>\n"
_DECIDED: Final = (
    _PREFIX
    + """SELECT ?one ?other ?status WHERE {
  VALUES ?one { UNDEF } # @param one
  ?assertion svd:relatesEvent ?one , ?other ; svd:assertionStatus ?status .
  FILTER (?one != ?other) }"""
)
_CLUSTERS: Final = (
    _PREFIX
    + """SELECT ?one ?cluster WHERE {
  VALUES ?one { UNDEF } # @param one
  ?one svd:describedIn ?report .
  OPTIONAL { ?one svd:inCluster ?cluster } }"""
)
_BLOCK: Final = 200
DECISIONS: Final[Mapping[str, Status]] = {"same": "accepted", "different": "rejected"}
_NEEDED: Final = ("one", "other", "reason")
_FIELDS: Final = ("one", "other", "decision", "reason", "confidence", "score", "why")
_NAMED: Final = ("perpetrator", "participant", "target")


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal, and what was decided of it so far."""

    proposal: Proposal
    status: Status


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides of two events: that they are the same, or that they are different."""

    one: str
    other: str
    status: Status
    reason: str
    confidence: str = "1.0"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A name of a dataset that is linked to nothing that the store knew, and how many claims have it."""

    kind: Literal["actor", "place"]
    id: str
    label: str
    claims: int
    codes: Mapping[str, str]


def propose(
    store: OxigraphStore,
    sequence: int,
    folder: Path,
    least: float = LEAST,
    shown: Callable[[int], None] = lambda _: None,
) -> Standing:
    """Compare all events of a store, and keep which may be one beside it; nothing in the store changes."""
    tally = Tally()

    def watched() -> Iterator[Proposal]:
        for number, found in enumerate(proposals(accounts(store), least, tally), 1):
            shown(number)
            yield found

    return KeptProposals(folder).write(watched(), sequence, least, tally)


def told(  # noqa: PLR0913 - what may be asked of a list
    reader: Reader,
    folder: Path,
    limit: int,
    after: Key | None = None,
    *,
    status: Status | None = None,
    least: float = 0.0,
    events: Sequence[str] = (),
) -> tuple[list[Told], Key | None]:
    """Return proposals, the likeliest first, with what was decided of them; and the key of the next page."""
    kept = KeptProposals(folder)
    found: list[Told] = []
    while True:
        block = kept.after(after, _BLOCK, least, events)
        for one in _decided(reader, block):
            if status is None or one.status == status:
                if len(found) == limit:
                    last = found[-1].proposal
                    return found, (last.score, last.one, last.other)
                found.append(one)
        if len(block) < _BLOCK:
            return found, None
        after = (block[-1].score, block[-1].one, block[-1].other)


def _decided(reader: Reader, block: Sequence[Proposal]) -> list[Told]:
    """Return proposals with what the store holds of them: what was accepted makes them one cluster.

    Those are left out of which an event is not there any more.
    """
    base = reader.names.base
    names = {name: _iri(base, name) for each in block for name in (each.one, each.other)}
    asked = sorted(set(names.values()))
    said: dict[frozenset[str], set[str]] = {}
    for left, right, stated in reader.asked(_DECIDED, "one", asked):
        pair = frozenset((str(left), str(right)))
        said.setdefault(pair, set()).add(str(stated).rpartition("/")[2])
    clusters = {str(one): cluster for one, cluster in reader.asked(_CLUSTERS, "one", asked)}
    found = []
    for each in block:
        one, other = names[each.one], names[each.other]
        if one not in clusters or other not in clusters:
            continue
        states = said.get(frozenset((one, other)), set())
        together = clusters[one] is not None and clusters[one] == clusters[other]
        status: Status = "open"
        if "accepted" in states or together:
            status = "accepted"
        elif "rejected" in states:
            status = "rejected"
        found.append(Told(each, status))
    return found


def decide(repository: Repository, decisions: Sequence[Decision], by: str) -> list[Entry]:
    """Put on record that events are the same, or are different: reviews, each of which may be withdrawn.

    Before any is, all of the events are looked for; raises NotFoundError for one that is not there.
    """
    reader = Reader.of(repository.store, repository.store.stamp.base)
    for decision in decisions:
        for name in (decision.one, decision.other):
            reader.find("event", name)
    return [
        relate(
            repository,
            SameEvent(one.one, one.other, by, one.reason, one.confidence, status=one.status),
        )
        for one in decisions
    ]


def read_decisions(text: str, file: str) -> tuple[Decision, ...]:
    """Return what a file of decisions says; raise DocumentError with all that is wrong in it."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        what = getattr(error, "problem", None) or "it cannot be read"
        raise DocumentError([Problem(file, line, "", f"it is no YAML: {what}", "links/syntax")]) from error
    rows = raw.get("events") if isinstance(raw, dict) and raw.get("kind") == "links" else None
    if not isinstance(rows, list):
        hint = "servanda link events -o FILE writes one to be filled in"
        raise DocumentError([Problem(file, 1, "events", "it is no list of decisions", "links/wrong", hint)])
    problems: list[Problem] = []
    found = [_decision(row, f"events[{at}]", file, problems) for at, row in enumerate(rows)]
    if problems:
        raise DocumentError(problems)
    return tuple(one for one in found if one is not None)


def _decision(row: object, where: str, file: str, problems: list[Problem]) -> Decision | None:
    """Return the decision of an entry; None where none was made, or where something is wrong with it."""

    def refuse(field: str, message: str, hint: str) -> None:
        problems.append(Problem(file, None, f"{where}.{field}", message, "links/wrong", hint))

    if not isinstance(row, dict):
        refuse("", "it is no mapping of names to values", f"fields: {', '.join(_FIELDS)}")
        return None
    for name in sorted(set(map(str, row)) - set(_FIELDS)):
        refuse(name, f"there is no field {name!r}", f"one of: {', '.join(_FIELDS)}")
    if row.get("decision") is None:
        return None
    status = DECISIONS.get(str(row["decision"]))
    missing = [name for name in _NEEDED if not isinstance(row.get(name), str) or not row[name].strip()]
    if status is None:
        refuse("decision", f"{row['decision']!r} is no decision", "same, or different")
    for name in missing:
        refuse(name, "it is missing", "two events by report/key, and why")
    if status is None or missing:
        return None
    return Decision(row["one"], row["other"], status, row["reason"], str(row.get("confidence", "1.0")))


def written(found: Sequence[Told]) -> str:
    """Return proposals as a file to be filled in: a decision and a reason for each, or none."""
    rows = [
        {
            "one": each.proposal.one,
            "other": each.proposal.other,
            "score": each.proposal.score,
            "why": "; ".join(reason.words for reason in each.proposal.reasons if reason.weight),
            "decision": None,
            "reason": None,
        }
        for each in found
    ]
    head = (
        "# Events that may be one. Write `same` or `different` as the decision and give the reason;\n"
        "# what has no decision stays open. Then: servanda link decide THIS.yaml --by NAME\n"
    )
    return head + yaml.safe_dump(
        {"kind": "links", "events": rows}, allow_unicode=True, sort_keys=False, width=110
    )


def unlinked(store: OxigraphStore) -> list[Unlinked]:
    """Return the actors and places that rows of datasets name and that nothing else is known of.

    An actor is linked that is a state, whose force somebody's is, or that is said to be the same as one of
    other data; a place is linked that lies within one that no dataset named. The most named come first.
    """
    reader = Reader.of(store, store.stamp.base)
    counted: Counter[tuple[Literal["actor", "place"], str]] = Counter()
    for kind, predicates in (("actor", _NAMED), ("place", ("place",))):
        for predicate in predicates:
            query = f"{_PREFIX}SELECT ?what (COUNT(?claim) AS ?n) WHERE {{ ?claim svd:{predicate} ?what . "
            query += "?claim svd:evidence ?row . ?row a svd:RowEvidence } GROUP BY ?what"
            for what, number in store.texts(query):
                name: Literal["actor", "place"] = "actor" if kind == "actor" else "place"
                counted[name, str(what)] += int(str(number))
    own = _Own(store)
    found = [
        Unlinked(kind, reader.names.short(iri), _label(store, iri), number, _codes(store, iri))
        for (kind, iri), number in counted.items()
        if iri in own and not _is_linked(store, kind, iri, own)
    ]
    return sorted(found, key=lambda one: (-one.claims, one.kind, one.id))


class _Own:
    """Which actors and places datasets named themselves: those on lists that importers made.

    Such a list is called as its dataset is, with a number, and so are the reports of the rows.
    """

    def __init__(self, store: OxigraphStore) -> None:
        self._store = store
        self._lists = f"{store.stamp.base}graph/"
        rows = store.texts(f"{_PREFIX}SELECT ?report WHERE {{ ?report a ?type ; svd:voice ?voice }}")
        before = f"{store.stamp.base}report/"
        self._reports = sorted({str(report).removeprefix(before) for (report,) in rows})
        self._known: dict[str, bool] = {}

    def __contains__(self, iri: str) -> bool:
        if iri not in self._known:
            graphs = {str(quad[3]) for quad in self._store.quads(URIRef(iri), RDF.type)}
            self._known[iri] = any(self._is_made(graph) for graph in graphs)
        return self._known[iri]

    def _is_made(self, graph: str) -> bool:
        kind, _, name = graph.removeprefix(self._lists).partition("/")
        dataset, _, number = name.rpartition("-")
        if kind not in {"actors", "places"} or not number.isdecimal():
            return False
        at = bisect_left(self._reports, dataset)
        return at < len(self._reports) and f"{self._reports[at]}-".startswith(f"{dataset}-")


def _is_linked(store: OxigraphStore, kind: str, iri: str, own: _Own) -> bool:
    if store.held(URIRef(iri), OWL.sameAs):
        return True
    if kind == "actor":
        return bool(store.held(URIRef(iri), RDF.type, SVD.State) or store.held(URIRef(iri), SVD.forceOf))
    return any(quad.object.value not in own for quad in store.held(URIRef(iri), SVD.adminWithin))


def _label(store: OxigraphStore, iri: str) -> str:
    found = sorted(quad.object.value for quad in store.held(URIRef(iri), RDFS.label))
    return found[0] if found else iri.rpartition("/")[2]


def _codes(store: OxigraphStore, iri: str) -> dict[str, str]:
    names = {"ucdp_actor_id": SVD.ucdpActorId, "gw_code": SVD.gwCode, "cow_code": SVD.cowCode}
    return {
        name: quad.object.value
        for name, predicate in names.items()
        for quad in store.held(URIRef(iri), predicate)
    }


def _iri(base: str, name: str) -> str:
    report, _, key = name.partition("/")
    return f"{base}report/{report}/event/{key}"
