"""What a store calls its actors, places, agreements and reports, for whoever names none of them rightly."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.called import CALLED, NAMES
from kg.pipeline.records import known_hashes
from kg.store import bind
from kg.terms import ELI, RDFS, SVD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kg.store import OxigraphStore

_NAMES = f"""PREFIX svd: <{SVD}>
SELECT DISTINCT ?thing ?name WHERE {{
  VALUES ?root {{ UNDEF }} # @param root
  ?type <{RDFS.subClassOf}>* ?root .
  FILTER (?type NOT IN (svd:Actor, svd:ReportVoice))
  ?thing a ?type ; {CALLED} ?name }}"""
_THINGS = f"""PREFIX svd: <{SVD}>
SELECT DISTINCT ?thing WHERE {{
  VALUES ?root {{ UNDEF }} # @param root
  ?type <{RDFS.subClassOf}>* ?root .
  FILTER (?type NOT IN (svd:Actor, svd:Region, svd:ReportVoice))
  ?thing a ?type }}"""
_TERMS = f"SELECT ?agreement ?number {{ ?term <{SVD.ofAgreement}> ?agreement ; <{ELI.number}> ?number }}"
_IN_GRAPHS = f"""PREFIX svd: <{SVD}>
SELECT DISTINCT ?thing ?name ?graph WHERE {{
  VALUES ?root {{ UNDEF }} # @param root
  ?type <{RDFS.subClassOf}>* ?root .
  FILTER (?type NOT IN (svd:Actor, svd:ReportVoice))
  ?thing a ?type .
  GRAPH ?graph {{ ?thing {NAMES} ?name }} }}"""
_MEMBERS = f"""SELECT ?key WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?thing <{{predicate}}> ?report ; <{SVD.key}> ?key ; a <{{type}}> }}"""
_ROOTS = {"actor": SVD.Actor, "place": SVD.Region, "agreement": SVD.Agreement}
_PARTS = {"claim": (SVD.statedIn, SVD.Claim), "event": (SVD.describedIn, SVD.Event)}


class StoreNames:
    """The names in a store; each kind is walked through once, and only if somebody asks."""

    def __init__(self, store: OxigraphStore) -> None:
        """Ask nothing yet."""
        self._store = store
        self._base = store.stamp.base
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}
        self._ids: dict[str, frozenset[str]] = {}

    def ids(self, kind: str) -> Collection[str]:
        """Return all ids of the actors, places, agreements, terms (as `agreement#number`) or reports."""
        if kind not in self._ids:
            if kind == "report":
                self._ids[kind] = frozenset(name for name, _ in self._reports)
            elif kind == "term":
                prefix = f"{self._base}agreement/"
                rows = self._store.select(_TERMS).rows
                told = ((str(one).removeprefix(prefix), number) for one, number in rows)
                self._ids[kind] = frozenset(f"{one}#{number}" for one, number in told)
            else:
                self._ids[kind] = frozenset(self._listed(kind))
        return self._ids[kind]

    def names(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Return the ids of the actors, places, agreements or reports with their names and codes."""
        if kind not in self._known:
            self._known[kind] = self._reports if kind == "report" else self._walk(kind)
        return self._known[kind]

    def in_graphs(self, kind: str) -> tuple[tuple[str, str, str], ...]:
        """Return the ids of the actors or places with all their names, and the graph of each."""
        rows = self._store.select(bind(_IN_GRAPHS, {"root": [_ROOTS[kind]]})).mappings()
        prefix = f"{self._base}{kind}/"
        return tuple(
            (str(row["thing"]).removeprefix(prefix), str(row["name"]), str(row["graph"])) for row in rows
        )

    def members(self, kind: str, report: str) -> Collection[str]:
        """Return the keys of a report's claims or events."""
        predicate, type_ = _PARTS[kind]
        query = _MEMBERS.replace("{predicate}", predicate).replace("{type}", type_)
        rows = self._store.select(bind(query, {"report": [URIRef(f"{self._base}report/{report}")]})).rows
        return sorted(str(row[0]) for row in rows)

    def holds_report(self, report: str) -> bool:
        """Return whether there is a report of that id."""
        return self._store.has_graph(f"{self._base}graph/report/{report}")

    @cached_property
    def _reports(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, name) for kind, name in known_hashes(self._store) if kind == "report")

    def _listed(self, kind: str) -> Iterator[str]:
        """Yield the ids of all that there is of a kind; what others minted has none."""
        if kind in _ROOTS:
            prefix = f"{self._base}{kind}/"
            for row in self._store.select(bind(_THINGS, {"root": [_ROOTS[kind]]})).rows:
                if str(row[0]).startswith(prefix):
                    yield str(row[0]).removeprefix(prefix)

    def _walk(self, kind: str) -> tuple[tuple[str, str], ...]:
        if kind not in _ROOTS:
            return ()
        rows = self._store.select(bind(_NAMES, {"root": [_ROOTS[kind]]})).mappings()
        prefix = f"{self._base}{kind}/"
        return tuple((str(row["thing"]).removeprefix(prefix), str(row["name"])) for row in rows)
