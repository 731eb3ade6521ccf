"""Conclusions: closures and clusters by graph walks, everything else by CONSTRUCT rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
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

offer(
    __name__,
    {
        "closures": ("circle", "components", "in_order"),
        "derive": ("Conclusions", "Derivation", "derive"),
        "rules": ("Rule", "rule_triples", "rules", "rules_of"),
        "stale": ("Resting", "resting_on"),
    },
)
