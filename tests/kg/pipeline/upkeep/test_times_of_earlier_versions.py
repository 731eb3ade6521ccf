"""A store of an earlier version, which read times of day of no stated zone in UTC: told, and judged so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.namespace import XSD
from rdflib.term import Literal, URIRef

from kg.journal import Action
from kg.pipeline import ingest, initialise, open_graph
from kg.pipeline.change import Change
from kg.pipeline.upkeep.doctor import doctor
from kg.terms import SVD
from tests.kg.infer.conftest import BASE, World

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = URIRef(f"{BASE}graph/report/acorn-1")
VERDICT = f"SELECT ?verdict WHERE {{ ?a a <{SVD.Assessment}> ; <{SVD.temporalScope}> ?verdict }}"
ANYWHERE = f"""SELECT ?first ?last ?part WHERE {{
  ?t <{SVD.earliestAnywhere}> ?first ; <{SVD.latestAnywhere}> ?last ; <{SVD.inferredPart}> ?part ;
    <{SVD.wording}> ?words }}"""


def instant(value: str) -> Literal:
    return Literal(value, datatype=XSD.dateTime, normalize=False)


def times(folder: Path) -> tuple[str, str | None]:
    (check,) = [check for check in doctor(folder) if check.subject == "times"]
    return check.finding, check.remedy


def test_times_that_an_earlier_version_took_for_utc_are_told_and_compared_as_they_are(tmp_path: Path) -> None:
    world = World(tmp_path / "documents")
    world.folder.mkdir()
    world.documents["agreement"]["entry_into_force"] = "2025-03-10T12:00Z"
    world.claim["time"] = {"value": "2025-03-10T13:00", "text": "on 10 March"}
    paths = world.write()
    folder = tmp_path / "store"
    bounds = {SVD.earliest: instant("2025-03-10T13:00:00Z"), SVD.latest: instant("2025-03-10T13:00:59Z")}
    with initialise(folder, BASE, reference=False) as made:
        assert not [problem for outcome in ingest(made, paths) for problem in outcome.problems]
        triples = frozenset((s, p, bounds.get(p, o)) for s, p, o in made.store.graph(GRAPH))  # type: ignore[call-overload]
        made.commit([Change(Action.REVISE, "report", "acorn-1", "x", {GRAPH: triples}, "0" * 64)])
        made.conclude()
        assert [str(row["verdict"]).rpartition("/")[2] for row in made.store.select(VERDICT).mappings()] == [
            "unknown"
        ]
        assert [tuple(map(str, row.values())) for row in made.store.select(ANYWHERE).mappings()] == [
            ("2025-03-09T23:00:00Z", "2025-03-11T01:00:59Z", "zone")
        ]
    found, remedy = times(folder)
    assert "in 1 documents: report acorn-1" in found
    assert remedy == "take these documents in again: servanda ingest FOLDER revises them"
    with open_graph(folder) as opened:
        (outcome,) = [one for one in ingest(opened, paths) if one.kind == "report"]
        assert outcome.status == "revised"
    assert times(folder) == ("Times of day of no stated zone are kept as wide as they can be.", None)
