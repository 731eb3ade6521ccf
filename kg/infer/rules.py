"""The rules: one CONSTRUCT each, named by what it concludes; those in `ontology/rules/`, or in a store.

A rule opens with comment lines: `# title:` in words, `# scope:` (`reference` runs once over the
reference data, `report` over the reports given), `# after:` the rules whose conclusions it reads. A rule
that concerns few reports may add `# when:`, a pattern about `?report` without which it concludes nothing:
the engine takes longer to plan a large query than to see that. Where nothing stands of what its patterns
need (`kg.infer.needs`), neither is asked.

A store holds the rules that are in force in it as `sh:SPARQLConstructExecutable` (SHACL Advanced Features,
§8), so that what an earlier state concluded can be concluded again by the rules of its time.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Literal, URIRef

from kg import resources
from kg.errors import RuleError
from kg.infer.needs import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.infer.needs import Needs
    from kg.model import Triple

_HEADER = re.compile(r"^# (title|scope|after|when):[ \t]*(.*)$", re.MULTILINE)
_PREFIXES = re.compile(r"^PREFIX .*$", re.MULTILINE)
_SCOPES = ("reference", "report")
RULES = "https://w3id.org/servanda/rules/"
"""What the IRIs of rules begin with."""
BUILT_IN = frozenset({"event-cluster"})
"""What rules may come after though it is no CONSTRUCT: the connected components of `clusters`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name is its file's, `text` the CONSTRUCT query with marked parameters.

    `concerns` is the query of the reports among those given that it can conclude something of; empty for all.
    """

    name: str
    title: str
    scope: str
    after: tuple[str, ...]
    text: str
    concerns: str = ""

    @property
    def needs(self) -> Needs:
        """What has to be there for it to conclude anything; whether it is, is known at once."""
        return needs_of(self.text) + (needs_of(self.concerns) if self.concerns else ())


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule in an order in which each comes after those that it reads.

    Raises RuleError for a header that lacks a line, an unknown scope or predecessor, or a circle.
    """
    folder = resources.ontology() / "rules"
    found = {
        item.name.removesuffix(".rq"): item.read_text(encoding="utf-8")
        for item in folder.iterdir()
        if item.name.endswith(".rq")
    }
    if not found:
        raise RuleError(f"no rules in {folder}")
    return _ordered(found)


def rule_triples(wanted: Iterable[Rule]) -> frozenset[Triple]:
    """Return the rules as a store holds them."""
    triples: set[Triple] = set()
    for rule in wanted:
        iri = URIRef(RULES + rule.name)
        triples.add((iri, RDF.type, SH.SPARQLConstructExecutable))
        triples.add((iri, RDFS.label, Literal(rule.title, lang="en")))
        triples.add((iri, SH.construct, Literal(rule.text)))
    return frozenset(triples)


def rules_of(triples: Iterable[Triple]) -> tuple[Rule, ...]:
    """Return the rules that a store holds, in order; raise RuleError as `rules` does."""
    return _rules_of(
        frozenset(
            (str(subject).removeprefix(RULES), str(object_))
            for subject, predicate, object_ in triples
            if predicate == SH.construct
        ),
    )


@lru_cache(maxsize=8)
def _rules_of(texts: frozenset[tuple[str, str]]) -> tuple[Rule, ...]:
    return _ordered(dict(texts))


def _ordered(texts: Mapping[str, str]) -> tuple[Rule, ...]:
    parsed = {name: _parse(name, text) for name, text in texts.items()}
    order: TopologicalSorter[str] = TopologicalSorter()
    for rule in parsed.values():
        earlier = set(rule.after) - BUILT_IN
        unknown = sorted(earlier - set(parsed))
        if unknown:
            raise RuleError(f"rule {rule.name!r} comes after {unknown[0]!r}, which is no rule")
        order.add(rule.name, *earlier)
    try:
        order.prepare()
    except CycleError as error:
        raise RuleError("the rules wait for each other in a circle") from error
    return tuple(parsed[name] for name in _by_name(order))


def _by_name(order: TopologicalSorter[str]) -> Iterator[str]:
    """Yield what an order holds, of all whose turn it is what comes first by its name."""
    ready: list[str] = []
    while order.is_active():
        for name in order.get_ready():
            heapq.heappush(ready, name)
        first = heapq.heappop(ready)
        yield first
        order.done(first)


def _parse(name: str, text: str) -> Rule:
    header = dict(_HEADER.findall(text))
    missing = {"title", "scope", "after"} - set(header)
    if missing:
        raise RuleError(f"rule {name!r} lacks the header line '# {min(missing)}:'")
    if header["scope"] not in _SCOPES:
        raise RuleError(f"rule {name!r} has scope {header['scope']!r}; one of: {', '.join(_SCOPES)}")
    after = tuple(header["after"].split())
    return Rule(name, header["title"], header["scope"], after, text, _concerns(text, header.get("when")))


def _concerns(text: str, when: str | None) -> str:
    if not when:
        return ""
    prefixes = "\n".join(_PREFIXES.findall(text))
    body = f"  VALUES ?report {{ UNDEF }} # @param report\n  {when}"
    return f"{prefixes}\nSELECT ?report WHERE {{\n{body}\n}} LIMIT 1"
