"""What a rule costs grows with what is concluded of, and not with its pairs."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import rules
from kg.infer.alone import Alone
from kg.infer.scratch import Layout, Scratch
from kg.store.nquads import to_nquads
from tests.kg.infer.conftest import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.store import OxigraphStore

FEW, MANY = 80, 480
ACCOUNTS = 20
_SLACK = 4
"""How much more than in proportion many may take: the machine has other work."""
_SURE = 0.05
"""Seconds of processor time below which nothing is told by a ratio."""


def timed(laid: Layout, scratch: Scratch) -> Mapping[str, float]:
    """Return the processor time of each rule over reports that are laid out."""
    found: dict[str, float] = {}
    for rule in scratch.by:
        if rule.scope == "report":
            began = time.process_time()
            laid.apply(rule)
            found[rule.name] = time.process_time() - began
    return found


def disagreeing(claim: dict[str, Any]) -> list[dict[str, Any]]:
    """Return claims that each disagree with a claim on something else."""
    fives = [{"kind": "killed", "value": "5"}]
    return [
        {**claim, "key": "k2", "quantities": fives, "in_territory_of": ["elbonia"]},
        {**claim, "key": "k3", "perpetrators": ["syldavian-guard"], "in_territory_of": ["ruritania"]},
        {**claim, "key": "k4", "time": {"value": "2025-03-14"}},
        {**claim, "key": "k5", "polarity": "negative", "quantities": []},
    ]


def seconds(scratch: Scratch, store: OxigraphStore, report: str, copies: int) -> Mapping[str, float]:
    """Return the processor time of each rule over so many reports that are alike."""
    base = scratch.base
    text = to_nquads(store.quads(graph=URIRef(f"{base}graph/report/{report}"))).decode()
    names = [f"{report}-{number}" for number in range(copies)]
    payload = "".join(text.replace(f"report/{report}", f"report/{name}") for name in names).encode()
    reports = [URIRef(f"{base}report/{name}") for name in names]
    graphs = [URIRef(f"{base}graph/report/{name}") for name in names]
    with Alone(scratch, store, reports, payload, graphs) as laid:
        return timed(laid, scratch)


@pytest.mark.slow
def test_no_rule_takes_more_than_in_proportion_to_the_reports_that_come(world: World) -> None:
    claim = world.claim
    killed = [{"kind": "killed", "value": str(number)} for number in (4, 5)]
    world.documents["report"]["claims"] += [
        {**claim, "key": "k2", "quantities": killed, "alleges": {"agreement": "vale-truce"}},
        {**claim, "key": "k3", "perpetrators": ["elbonian-army"], "alleges": {"agreement": "vale-truce"}},
        {**claim, "key": "k4", "polarity": "negative", "denies": [{"claim": "k1"}], "quantities": []},
    ]
    store = world.build()
    scratch = Scratch(store, store.stamp.base, rules())
    few, many = (seconds(scratch, store, "acorn-1", copies) for copies in (FEW, MANY))
    bound = _SLACK * MANY / FEW
    assert {name for name in many if many[name] > bound * max(few[name], _SURE)} == set()


@pytest.mark.slow
def test_no_rule_takes_more_than_in_proportion_to_reports_whose_claims_disagree(world: World) -> None:
    world.documents["report"]["claims"] += disagreeing(world.claim)
    store = world.build()
    scratch = Scratch(store, store.stamp.base, rules())
    few, many = (seconds(scratch, store, "acorn-1", copies) for copies in (FEW, MANY))
    bound = _SLACK * MANY / FEW
    assert {name for name in many if many[name] > bound * max(few[name], _SURE)} == set()


def accounts(world: World, copies: int) -> Mapping[str, float]:
    """Return the processor time of each rule over so many reports of one event, which disagree."""
    model = copy.deepcopy(world.documents["report"])
    model["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
    ]
    names = [f"acorn-{number + 2}" for number in range(copies)]
    for name in names:
        world.documents[name] = copy.deepcopy(model) | {"id": name}
    store = world.build()
    scratch = Scratch(store, store.stamp.base, rules())
    with Layout(scratch, store, [URIRef(f"{scratch.base}report/{name}") for name in names]) as laid:
        return timed(laid, scratch)


@pytest.mark.slow
def test_no_rule_compares_each_account_of_an_event_with_each(world: World, tmp_path: Path) -> None:
    world.documents["report"]["claims"] += disagreeing(world.claim)
    more = World(tmp_path / "more")
    more.folder.mkdir()
    more.documents = copy.deepcopy(world.documents)
    few, many = accounts(world, ACCOUNTS), accounts(more, 4 * ACCOUNTS)
    assert {name for name in many if many[name] > 4 * _SLACK * max(few[name], _SURE)} == set()
