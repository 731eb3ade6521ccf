"""Of reports that differ from a valid one in anything, the engine and the reference say the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDFS, SH

from kg import resources
from kg.store.nquads import to_ntriples
from kg.validate.apart import Here
from kg.validate.compiled import compiled
from kg.validate.gate import Candidate, Gate, read_alike
from tests.kg.validate.deciding import engine_finds
from tests.kg.validate.mutants import mutant
from tests.kg.validate.test_shacl import long_report, surroundings

if TYPE_CHECKING:
    from kg.model import Triple

SHAPES = Path(str(resources.ontology() / "shapes"))
BLOCKS = 11
"""The first is one of documents with many changes, the others are of more documents with few."""


@cache
def valid() -> tuple[frozenset[Triple], frozenset[Triple]]:
    """Return a report of one claim, and what is known of the things that it names."""
    own = long_report(1)
    named = {value for _, _, value in own}
    return own, frozenset(one for one in surroundings() if one[1] == RDFS.subClassOf or one[0] in named)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")  # of rdflib, at odd literals
@pytest.mark.parametrize("block", range(BLOCKS))
def test_of_changed_reports_engine_and_reference_say_the_same(block: int) -> None:
    documents, changes = (40, 8) if block == 0 else (60, 6)
    seeds = range(block * 1000, block * 1000 + documents)
    compared = [_agree(seed, 1 + seed % changes) for seed in seeds]
    assert sum(compared) > documents // 3


def test_before_it_is_changed_the_report_conforms() -> None:
    own, around = valid()
    assert next(Gate(SHAPES, Here(SHAPES), one_in=1).check([Candidate("valid", own, around, "0")])).conforms


def _agree(seed: int, changes: int) -> bool:
    """Hold a mutant against the shapes by each, and return whether they could be compared.

    They agree on the verdict, and on every node, but where a query meets numbers that are none: there each
    has its own notion of what comes after what, and the number itself fails by both. What they may read
    differently, and what the reference gives up, is no mutant to compare.
    """
    own, around = valid()
    changed = mutant(seed, own, changes)
    if not read_alike(changed):
        return False
    candidate = Candidate(f"mutant {seed}", changed, around)
    (alone,) = Gate(SHAPES, None).check([candidate])
    if alone.undecided is not None:
        return False
    failing = engine_finds(SHAPES, candidate)
    assert (not failing) is alone.conforms, seed
    results = () if alone.report is None else alone.report.results
    by_query = {f"<{one.focus_node}>" for one in results if one.component == SH.SPARQLConstraintComponent}
    by_query |= compiled(SHAPES).found_by_queries(to_ntriples(changed | around))
    assert failing ^ alone.failing <= by_query, seed
    return True
