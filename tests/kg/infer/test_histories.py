"""Histories drawn by a seed: reports that share events, deny, correct, tell of conditions, change and go.

The conflict is that of `conftest.py`, with a norm under a condition and a militia that changes sides.
Whatever is written in whichever batches, the graph of conclusions is that of concluding it all from nothing.
"""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from rdflib.term import URIRef

from kg.errors import DependentsError
from kg.infer import derive, rules
from kg.pipeline import ingest, retract
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

BASE = "https://w3id.org/servanda/id/"
GRAPH = URIRef(f"{BASE}graph/inference")
TRUCE = {"agreement": "vale-truce"}
FORCES = ("elbonian-guns", "elbonian-army", "elbonia", "ruritania", "hill-militia", "syldavian-guard")
DAYS = ("2025-02-10", "2025-03-10", "2025-05-31", "2025-06-02", "2025-03/2025-07", None)
SOURCES = ("spokesman", "elbonian-army", "ruritania", "acorn")
MILITIA = {
    "id": "hill-militia",
    "type": "non-state-armed-group",
    "label": "Hill militia",
    "force_of": [
        {"actor": "ruritania", "until": "2025-05-31"},
        {"actor": "elbonia", "from": "2025-06-01"},
    ],
}


class History:
    """Draws reports about the conflict, each of which may speak of those that were drawn before."""

    def __init__(self, seed: int) -> None:
        """Begin with no report."""
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.reports: dict[str, dict[str, Any]] = {}

    def batch(self) -> list[dict[str, Any]]:
        """Return up to four reports: new ones, and others anew with other claims."""
        drawn: dict[str, dict[str, Any]] = {}
        for _ in range(self.chance.randint(1, 4)):
            anew = self.reports and self.chance.random() < 0.3
            name = self.chance.choice(sorted(self.reports)) if anew else f"r{len(self.reports) + 1}"
            if name not in drawn:
                drawn[name] = self.reports[name] = self.report(name)
        return list(drawn.values())

    def report(self, name: str) -> dict[str, Any]:
        """Return a report of an act and of a word about others, which speaks only of older ones."""
        chance = self.chance
        others = [other for other in self.reports if int(other[1:]) < int(name[1:])]
        event: dict[str, Any] = {
            "key": "e",
            "type": chance.choice(("shelling", "overflight")),
            "label": "What happened",
        }
        if others and chance.random() < 0.5:
            same = [{"event": f"{other}/e"} for other in chance.sample(others, min(len(others), 2))]
            event["same_event_as"] = [{**one, "confidence": "0.9", "reason": "So it seems."} for one in same]
        document: dict[str, Any] = {
            "kind": "report",
            "id": name,
            "type": "news",
            "title": f"Of {name}",
            "language": "en",
            "publisher": chance.choice(("acorn", "spokesman")),
            "annotator": "monitor",
            "zone": "Z",
            "text": f"The word of {name} stands. So does the rest.",
            "events": [event],
            "claims": [self.act(name), self.word(name, others)],
        }
        if chance.random() < 0.8:
            document["issued"] = chance.choice(("2025-02-20", "2025-03-12", "2025-08-01"))
        if others and chance.random() < 0.15:
            document[chance.choice(("corrects", "retracts"))] = chance.choice(others)
        return document

    def act(self, name: str) -> dict[str, Any]:
        """Return a claim that somebody did something, and perhaps that it broke the truce."""
        chance = self.chance
        claim: dict[str, Any] = self.said(name, "k") | {
            "about": "e",
            "modality": chance.choice(("reported", "alleged", "asserted", "hedged", "confirmed")),
            "perpetrators": [chance.choice(FORCES)],
            "places": [chance.choice(("ash", "birch"))],
        }
        if claim["modality"] == "hedged":
            claim["hedges"] = ["stands"]
        day = chance.choice(DAYS)
        if day:
            claim["time"] = day
        if chance.random() < 0.4:
            claim["alleges"] = chance.choice((TRUCE, TRUCE | {"term": "1"}))
        if chance.random() < 0.4:
            claim["quantities"] = [{"kind": "killed", "value": chance.choice(("4", "9"))}]
        return claim

    def word(self, name: str, others: list[str]) -> dict[str, Any]:
        """Return a claim that answers to what others say, or to the truce."""
        chance = self.chance
        other = chance.choice(others) if others else None
        denied: list[dict[str, Any]] = [TRUCE, TRUCE | {"term": "1"}, {"event": "e"}]
        said: list[dict[str, Any]] = [
            {"condition_met": TRUCE | {"norm": "1a"}, "time": "2025-03-05"},
            {"condition_met": TRUCE | {"norm": "1a"}, "polarity": "negative"},
            {"asserts_fulfilment": TRUCE | {"term": chance.choice(("1", "2"))}},
        ]
        if other:
            denied += [{"claim": f"{other}/k"}, {"claim": f"{other}/w"}, {"event": f"{other}/e"}]
            said += [
                {"corrects": [f"{other}/{chance.choice('kw')}"]},
                {"retracts": f"{other}/{chance.choice('kw')}"},
            ]
        said = [*said, *said, *({"modality": "denied", "denies": [one]} for one in denied)]
        claim = self.said(name, "w") | {"modality": "asserted"} | chance.choice(said)
        if claim["modality"] == "denied" and chance.random() < 0.3:
            claim["perpetrators"] = [chance.choice(FORCES)]
        return claim

    def said(self, name: str, key: str) -> dict[str, Any]:
        """Return what every claim has, and perhaps who is said to have said it."""
        claim: dict[str, Any] = {"key": key, "gist": "So it is.", "quote": f"The word of {name} stands"}
        if self.chance.random() < 0.6:
            claim["attribution"] = [{"agent": self.chance.choice(SOURCES), "verb": "said"}]
        return claim


@pytest.mark.parametrize("seed", range(4))
def test_any_history_in_any_batches_concludes_what_concluding_from_nothing_does(
    world: Any, tmp_path: Path, seed: int
) -> None:
    world.documents.pop("report")
    world.documents["actors"]["actors"].append(MILITIA)
    for name in ("actors", "agreement"):
        world.documents[name]["zone"] = "Z"
    world.norm.update({"places": [], "if": [{"words": "if the Moor is left", "norm": "1b"}]})
    withdrawal = world.norm | {"key": "1b", "action": "withdraw-forces", "gist": "Leave the Moor"}
    withdrawal.pop("if")
    world.documents["agreement"]["terms"].append({"number": "2", "norms": [withdrawal]})
    history, repository = History(seed), empty_in_memory(BASE)
    told = [*take_in(repository, world.documents.values(), tmp_path)]
    taken = refused = 0
    for _ in range(7):
        known = copy.deepcopy(history.reports)
        batch = history.batch()
        told = take_in(repository, batch, tmp_path)
        for document, status in zip(batch, told, strict=True):
            taken += status in {"added", "revised"}
            if status == "refused":
                refused += 1
                history.reports.pop(document["id"])
                history.reports |= {name: old for name, old in known.items() if name == document["id"]}
        same_as_from_nothing(repository)
        if history.chance.random() < 0.4:
            taken += go(history, repository)
            same_as_from_nothing(repository)
    assert taken > refused, "a history is of what is taken in"


def take_in(repository: Repository, documents: Any, folder: Path) -> list[str]:
    """Take documents in as one batch, and return what became of each in order."""
    paths = []
    for document in documents:
        paths.append(folder / f"{document['id']}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    outcomes = {outcome.identifier: outcome.status for outcome in ingest(repository, paths)}
    return [str(outcomes[path.stem]) for path in paths]


def go(history: History, repository: Repository) -> bool:
    """Let a report be taken back, and return whether nobody refers to it."""
    name = history.chance.choice(sorted(history.reports))
    try:
        retract(repository, "report", name, "withdrawn by its author")
    except DependentsError:
        return False
    return bool(history.reports.pop(name))


def same_as_from_nothing(repository: Repository) -> None:
    """Conclude everything from nothing, every rule asked whatever stands, and compare."""
    concluded = repository.store.graph(GRAPH)
    with patch("kg.infer.scratch.are_met", return_value=True):
        derive(repository.store, BASE, by=[replace(rule, concerns="") for rule in rules()])
    anew = repository.store.graph(GRAPH)
    assert concluded - anew == frozenset(), "what was concluded on the way stands"
    assert anew - concluded == frozenset(), "nothing was left out on the way"
