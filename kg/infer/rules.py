"""The rules of `ontology/rules/`: one CONSTRUCT each, named by what it concludes.

A rule opens with comment lines: `# title:` in words, `# scope:` (`reference` runs once over the
reference data, `report` over the reports given), `# after:` the rules whose conclusions it reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import networkx as nx

from kg import resources
from kg.errors import RuleError

_HEADER = re.compile(r"^# (title|scope|after):[ \t]*(.*)$", re.MULTILINE)
_SCOPES = ("reference", "report")
BUILT_IN = frozenset({"event-cluster"})
"""What rules may come after though it is no CONSTRUCT: the connected components of `clusters`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name is its file's, `text` the CONSTRUCT query with marked parameters."""

    name: str
    title: str
    scope: str
    after: tuple[str, ...]
    text: str


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
    parsed = {name: _parse(name, text) for name, text in found.items()}
    order: nx.DiGraph[str] = nx.DiGraph()
    order.add_nodes_from(parsed)
    for rule in parsed.values():
        for earlier in set(rule.after) - BUILT_IN:
            if earlier not in parsed:
                raise RuleError(f"rule {rule.name!r} comes after {earlier!r}, which is no rule")
            order.add_edge(earlier, rule.name)
    try:
        return tuple(parsed[name] for name in nx.lexicographical_topological_sort(order))
    except nx.NetworkXUnfeasible as error:
        raise RuleError("the rules wait for each other in a circle") from error


def _parse(name: str, text: str) -> Rule:
    header = dict(_HEADER.findall(text))
    missing = {"title", "scope", "after"} - set(header)
    if missing:
        raise RuleError(f"rule {name!r} lacks the header line '# {min(missing)}:'")
    if header["scope"] not in _SCOPES:
        raise RuleError(f"rule {name!r} has scope {header['scope']!r}; one of: {', '.join(_SCOPES)}")
    return Rule(name, header["title"], header["scope"], tuple(header["after"].split()), text)
