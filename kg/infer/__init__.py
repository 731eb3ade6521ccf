"""What follows from the graph: closures of reference data, clusters of events, and the rules."""

from kg.infer.closures import circle
from kg.infer.derive import Derivation, derive
from kg.infer.rules import Rule, rules

__all__ = ["Derivation", "Rule", "circle", "derive", "rules"]
