"""Conclusions: closures and clusters by graph walks, everything else by CONSTRUCT rules."""

from kg.infer.closures import circle, components, in_order
from kg.infer.derive import Conclusions, Derivation, derive
from kg.infer.rules import Rule, rule_triples, rules, rules_of
from kg.infer.stale import Resting, resting_on

__all__ = [
    "Conclusions",
    "Derivation",
    "Resting",
    "Rule",
    "circle",
    "components",
    "derive",
    "in_order",
    "resting_on",
    "rule_triples",
    "rules",
    "rules_of",
]
