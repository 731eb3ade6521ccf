"""Exceptions from end to end: an invented accord with designated groups, agreed patrols and self-defence.

Norvia and Sudria agreed to cease fire on the lake, except against designated groups (the Black Band); to
keep its shore free of troops, except for a patrol at the quay on which both agreed; and to fly no aircraft
over it, except in self-defence. What each of the reported acts comes to was found by hand.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

ACTORS = """\
kind: actors
id: lake-actors
actors:
  - {id: norvia, type: state, label: Norvia}
  - {id: sudria, type: state, label: Sudria}
  - {id: norvian-army, type: armed-force, label: Norvian army, force_of: norvia}
  - {id: quay-patrol, type: armed-force, label: Quay patrol, force_of: norvian-army}
  - {id: black-band, type: non-state-armed-group, label: Black Band}
  - {id: black-wing, type: non-state-armed-group, label: Black Wing, force_of: black-band}
  - {id: fishers, type: institution, label: Fishers of the lake}
  - {id: herald, type: outlet, label: Lake Herald}
  - {id: minister, type: official, label: Minister of Sudria, speaks_for: sudria}
  - {id: desk, type: analyst, label: Desk}
"""
PLACES = """\
kind: places
id: lake-places
authority: Survey of the lake
places:
  - {id: shire, type: administrative-region, label: Lakeshire}
  - {id: shore, type: administrative-region, label: the Shore, within: [shire]}
  - {id: quay, type: settlement, label: the Quay, within: [shore]}
  - {id: mill, type: settlement, label: the Mill, within: [shore]}
"""
AGREEMENT = """\
kind: agreement
id: lake-accord
type: ceasefire
title: Lake Accord
date: 2030-01-01
parties: [norvia, sudria]
texts: [{key: en, lang: en, status: official}]
terms:
  - number: "1"
    wordings:
      - text: en
        status: verbatim
        words: Fire shall cease. This does not apply to operations against designated groups.
    norms:
      - key: 1a
        kind: obligation
        gist: Both cease fire, but not against designated groups
        bearers: [norvia, sudria]
        action: cease-hostilities
        unless:
          - words: does not apply to operations against designated groups
            targets: [black-band]
  - number: "2"
    wordings: [{text: en, status: verbatim, words: No troops on the Shore but the patrol agreed on.}]
    norms:
      - key: 2a
        kind: obligation
        gist: Both keep the shore free of troops
        bearers: [norvia, sudria]
        action: keep-demilitarised
        places: [shore]
        unless:
          - {words: but the patrol agreed on, actors: [quay-patrol], places: [quay], note: As annexed.}
  - number: "3"
    wordings: [{text: en, status: verbatim, words: "No flights, but in self-defence."}]
    norms:
      - key: 3a
        kind: prohibition
        gist: No flights but in self-defence
        bearers: [norvia, sudria]
        action: refrain-from-overflight
        readings:
          - {key: narrow, unless: but in self-defence}
          - {key: strict, unless: []}
      - key: 3b
        kind: prohibition
        gist: No mines but in self-defence
        bearers: [norvia, sudria]
        action: refrain-from-laying-mines
        unless: but in self-defence
"""
TEXT = """\
The army shelled the Black Wing on 3 May. The army shelled fishers on 4 May.
The army shelled the hill on 5 May.
The army shelled the Black Band and fishers on 6 May. The patrol stood at the Quay on 7 May.
The patrol stood at the Mill on 8 May. The army stood at the Quay on 9 May.
The army flew over the lake on 10 May.
The army laid mines on 11 May.
The minister said that Norvia had broken point 1 by shelling the Black Wing on 12 May.
"""
# key, type, words, day, who, to whom, where; the norm, and what of the matter
ACTS: list[tuple[str, str, str, str, str, list[str], list[str], str, str]] = [
    (
        "wing",
        "shelling",
        "shelled the Black Wing on 3 May",
        "03",
        "norvian-army",
        ["black-wing"],
        [],
        "1a",
        "out",
    ),
    ("fishers", "shelling", "shelled fishers on 4 May", "04", "norvian-army", ["fishers"], [], "1a", "in"),
    ("hill", "shelling", "shelled the hill on 5 May", "05", "norvian-army", [], [], "1a", "unknown"),
    (
        "both",
        "shelling",
        "shelled the Black Band and fishers on 6 May",
        "06",
        "norvian-army",
        ["black-band", "fishers"],
        [],
        "1a",
        "unknown",
    ),
    (
        "quay",
        "troop-deployment",
        "stood at the Quay on 7 May",
        "07",
        "quay-patrol",
        [],
        ["quay"],
        "2a",
        "out",
    ),
    ("mill", "troop-deployment", "stood at the Mill on 8 May", "08", "quay-patrol", [], ["mill"], "2a", "in"),
    (
        "army",
        "troop-deployment",
        "stood at the Quay on 9 May",
        "09",
        "norvian-army",
        [],
        ["quay"],
        "2a",
        "unknown",
    ),
    ("flight", "overflight", "flew over the lake on 10 May", "10", "norvian-army", [], [], "3a", "disputed"),
    ("mines", "mine-laying", "laid mines on 11 May", "11", "norvian-army", [], [], "3b", "unknown"),
]
CANDIDATES = {(key, norm, matter) for key, *_, norm, matter in ACTS if matter != "out"}
SVD = "PREFIX svd: <https://w3id.org/servanda/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


def report() -> dict[str, Any]:
    events = [{"key": key, "type": type_, "label": key} for key, type_, *_ in ACTS]
    claims: list[dict[str, Any]] = [
        {
            "key": key,
            "gist": words,
            "quote": words,
            "modality": "reported",
            "about": key,
            "perpetrators": [who],
            "targets": targets,
            "places": places,
            "time": f"2030-05-{day}",
        }
        for key, _, words, day, who, targets, places, _, _ in ACTS
    ]
    events.append({"key": "alleged", "type": "shelling", "label": "alleged"})
    claims.append(
        {
            "key": "alleged",
            "gist": "Norvia broke point 1.",
            "quote": "Norvia had broken point 1 by shelling the Black Wing on 12 May",
            "modality": "alleged",
            "about": "alleged",
            "perpetrators": ["norvia"],
            "targets": ["black-wing"],
            "time": "2030-05-12",
            "attribution": [{"agent": "minister", "verb": "said"}],
            "alleges": [{"agreement": "lake-accord", "term": "1"}],
        },
    )
    return {
        "kind": "report",
        "id": "herald",
        "type": "news",
        "title": "On the lake",
        "language": "en",
        "publisher": "herald",
        "annotator": "desk",
        "text": TEXT,
        "text_access": "public",
        "events": events,
        "claims": claims,
    }


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "api", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of the accord by the commands that a user has."""
    folder = tmp_path_factory.mktemp("lake")
    documents = {"actors.yaml": ACTORS, "places.yaml": PLACES, "agreement.yaml": AGREEMENT}
    for name, text in {**documents, "report.json": json.dumps(report())}.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = [str(folder / name) for name in (*documents, "report.json")]
    made = folder / "store"
    run("init", "--store", str(made))
    run("ingest", *files, "--store", str(made))
    return made


@pytest.fixture(scope="module")
def lake(store: Path, serving: Serving) -> Iterator[httpx.Client]:
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=30) as client:
        yield client


def items(client: httpx.Client, path: str, **filters: str) -> list[dict[str, Any]]:
    answer = client.get(path, params={"limit": "200", **filters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def told(item: dict[str, Any]) -> tuple[str, str, str]:
    return item["act"]["label"], item["norm"]["key"], item["scope"]["material"]


def test_ask_gives_every_candidate_its_verdict_and_none_to_what_is_excepted(lake: httpx.Client) -> None:
    answer = lake.get("/api/v1/questions/01-alleged-violations", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {
        (row["act"], row["norm"], row["material_scope"]) for row in rows if row["status"] == "candidate"
    } == CANDIDATES
    alleged = [(row["act"], row["term"], row["material_scope"]) for row in rows if row["status"] == "alleged"]
    assert alleged == [("alleged", "1", "out")]


def test_the_command_asks_the_same(store: Path) -> None:
    answer = json.loads(run("ask", "01", "--json", "--store", str(store)))
    names = [column["name"] for column in answer["columns"]]
    assert "material_scope" in names
    only = ("--param", "agreement=lake-accord")
    norms = json.loads(run("ask", "12", "--json", *only, "--store", str(store)))
    said = {row["norm"] + "/" + row["reading"]: row["exceptions"] for row in norms["rows"]}
    assert said == {
        "1a/only": "does not apply to operations against designated groups",
        "2a/only": "but the patrol agreed on",
        "3a/narrow": "but in self-defence",
        "3a/strict": "none known",
        "3b/only": "but in self-defence",
    }


@pytest.mark.parametrize("matter", ["in", "out", "disputed", "unknown"])
def test_records_are_filtered_by_their_material_scope(lake: httpx.Client, matter: str) -> None:
    found = items(lake, "/api/v1/alleged-violations", material=matter)
    assert {told(item) for item in found if item["status"] == "candidate"} == {
        expected for expected in CANDIDATES if expected[2] == matter
    }
    assert [item["act"]["label"] for item in found if item["status"] == "alleged"] == (
        ["alleged"] if matter == "out" else []
    )


def test_assessments_keep_what_is_excepted_with_the_reason(lake: httpx.Client) -> None:
    found = items(lake, "/api/v1/assessments", material="out")
    assert {item["claim"] for item in found} == {"herald/wing", "herald/quay", "herald/alleged"}
    reasons = {reason for item in found for reason in item["scope"]["reason"]}
    assert {
        (
            "norm 1a: the exception “does not apply to operations against designated groups” covers the act: "
            "by the claim it was done to Black Wing"
        ),
        (
            "norm 2a: the exception “but the patrol agreed on” covers the act: "
            "by the claim it was done by Quay patrol; the act is placed in the Quay"
        ),
    } <= reasons


def test_reasons_stand_with_the_records(lake: httpx.Client) -> None:
    found = items(lake, "/api/v1/alleged-violations", status="candidate")
    reasons = {item["act"]["label"]: item["scope"]["reason"] for item in found}
    assert (
        "norm 2a: the exception “but the patrol agreed on” does not cover the act: "
        "the act is placed in the Mill, which is no exempt place"
    ) in reasons["mill"]
    assert (
        "norm 2a: whether the exception “but the patrol agreed on” covers the act cannot be told: "
        "by the claim it was done by Norvian army, which may mean one who is exempt"
    ) in reasons["army"]
    assert (
        "norm 3a, reading narrow: whether the exception “but in self-defence” covers the act cannot be told: "
        "it is given in words only"
    ) in reasons["flight"]


def test_the_terms_show_their_exceptions(lake: httpx.Client) -> None:
    terms = items(lake, "/api/v1/agreements/lake-accord/terms")
    unless = {
        f"{norm['key']}/{reading['key']}": reading["unless"]
        for term in terms
        for norm in term["norms"]
        for reading in norm["readings"]
    }
    (patrol,) = unless["2a/only"]
    assert patrol["words"] == "but the patrol agreed on"
    assert [actor["id"] for actor in patrol["actors"]] == ["quay-patrol"]
    assert [place["id"] for place in patrol["places"]] == ["quay"]
    assert (patrol["targets"], patrol["acts"], patrol["gist"], patrol["note"]) == (
        [],
        [],
        None,
        "As annexed.",
    )
    (groups,) = unless["1a/only"]
    assert [(target["id"], target["label"]) for target in groups["targets"]] == [("black-band", "Black Band")]
    assert [one["words"] for one in unless["3a/narrow"]] == ["but in self-defence"]
    assert unless["3a/strict"] == []


def test_the_same_is_told_in_sparql(lake: httpx.Client) -> None:
    query = f"""{SVD} SELECT ?claim ?words WHERE {{
      ?held svd:assessedClaim/svd:key ?claim ; svd:exemptedBy/svd:exceptionText ?words }}"""
    answer = lake.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    rows = {(row["claim"], row["words"]) for row in csv.DictReader(io.StringIO(answer.text))}
    assert rows == {
        ("wing", "does not apply to operations against designated groups"),
        ("alleged", "does not apply to operations against designated groups"),
        ("quay", "but the patrol agreed on"),
    }
    query = f"""{SVD} SELECT ?matter (COUNT(*) AS ?many) WHERE {{
      ?c a svd:CandidateViolation ; svd:materialScope/skos:notation ?matter }} GROUP BY ?matter"""
    answer = lake.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    counted = {row["matter"]: int(row["many"]) for row in csv.DictReader(io.StringIO(answer.text))}
    assert counted == {"in": 2, "unknown": 4, "disputed": 1}


def test_exports_have_the_verdict_as_an_attribute(store: Path, tmp_path: Path) -> None:
    made = tmp_path / "agreements.nodelink.json"
    run("export", "agreements", "-o", str(made), "--store", str(store))
    nodes = json.loads(made.read_text("utf-8"))["nodes"]
    found = {str(node["material_scope"]) for node in nodes if node.get("material_scope")}
    assert found == {"in", "out", "unknown", "disputed"}
