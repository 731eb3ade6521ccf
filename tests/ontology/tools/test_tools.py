"""Tools of others read the ontology, code lists and data: they find no fault, and a fault where there is one.

A lane of its own: Jena's riot and ROBOT with HermiT need Java and what `make ontology-tools` fetches with
Maven; these tests touch no network. `SERVANDA_ONTOLOGY_TOOLS=off` leaves it out.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Literal

from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
ONTOLOGY = HERE.parents[2] / "ontology"
CLASSPATHS = {tool: HERE / tool / "classpath.txt" for tool in ("jena", "robot")}
MAINS = {"jena": "riotcmd.riot", "robot": "org.obolibrary.robot.CommandLineInterface"}
KNOWN_TO_OWL = {
    str(XSD[name]) for name in ("string", "integer", "decimal", "double", "boolean", "dateTime", "anyURI")
}

pytestmark = pytest.mark.skipif(
    os.environ.get("SERVANDA_ONTOLOGY_TOOLS") == "off", reason="SERVANDA_ONTOLOGY_TOOLS=off"
)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of Java; skip where it cannot be had."""
    if shutil.which("java") is None:
        pytest.skip("Java is absent")
    if not CLASSPATHS[tool].is_file():
        pytest.skip(f"{tool} is not there; `make ontology-tools` fetches it")
    command = ["java", "-cp", CLASSPATHS[tool].read_text("utf-8").strip(), MAINS[tool], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def written(path: Path, graph: Graph) -> str:
    graph.serialize(path, format="turtle", encoding="utf-8")
    return str(path)


def reasoned(graph: Graph, folder: Path) -> subprocess.CompletedProcess[str]:
    """Reason over a graph without the datatypes that OWL 2 does not have, of which HermiT wants none."""
    for triple in list(graph):
        _, predicate, value = triple
        foreign = isinstance(value, Literal) and value.datatype and str(value.datatype) not in KNOWN_TO_OWL
        if foreign or (
            predicate == RDFS.range and str(value).startswith(str(XSD)) and str(value) not in KNOWN_TO_OWL
        ):
            graph.remove(triple)
    source = written(folder / "reasoned.ttl", graph)
    return run(
        "robot", "reason", "--reasoner", "HermiT", "--input", source, "--output", str(folder / "out.ttl")
    )


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Merge the ontology as Protégé opens it from a checkout: by its imports and the catalog."""
    place = tmp_path_factory.mktemp("merged") / "ontology.ttl"
    catalog, root = str(ONTOLOGY / "catalog-v001.xml"), str(ONTOLOGY / "servanda.ttl")
    done = run("robot", "merge", "--catalog", catalog, "--input", root, "--output", str(place))
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def test_riot_finds_every_file_well_written() -> None:
    files = sorted(str(path) for path in ONTOLOGY.rglob("*.ttl"))
    assert len(files) > 100
    done = run("jena", "--validate", "--strict", *files)
    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr, done.stderr
    assert "ERROR" not in done.stderr, done.stderr


def test_riot_finds_what_is_badly_written(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<urn:a> <urn:b> <urn:with space> .\n", "utf-8")
    assert run("jena", "--validate", "--strict", str(bad)).returncode != 0


def test_the_ontology_loads_with_its_imports_and_is_in_owl_2_dl(merged: Path, tmp_path: Path) -> None:
    assert len(set(Graph().parse(merged).subjects(RDF.type, None))) > 250
    report = tmp_path / "report.txt"
    done = run(
        "robot", "validate-profile", "--profile", "DL", "--input", str(merged), "--output", str(report)
    )
    assert done.returncode == 0, report.read_text("utf-8")
    assert "[Ontology and imports closure in profile]" in report.read_text("utf-8")


def examples() -> Iterable[Path]:
    return sorted((ONTOLOGY / "examples").glob("*.ttl"))


def test_hermit_finds_no_contradiction_in_ontology_code_lists_and_examples(
    merged: Path, tmp_path: Path
) -> None:
    graph = Graph().parse(merged)
    for path in (*examples(), *sorted((ONTOLOGY / "vocabularies").glob("*.ttl"))):
        graph.parse(path)
    done = reasoned(graph, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hermit_finds_the_contradiction_where_an_actor_is_taken_for_a_place(
    merged: Path, tmp_path: Path
) -> None:
    graph = Graph().parse(merged)
    claim, actor = URIRef("urn:x:claim"), URIRef("urn:x:actor")
    graph.add((actor, RDF.type, SVD.State))
    graph.add((claim, SVD.place, actor))
    done = reasoned(graph, tmp_path)
    assert done.returncode != 0
    assert "inconsistent" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", sorted((ONTOLOGY / "vocabularies").glob("*.ttl")), ids=lambda path: path.stem
)
def test_skosify_has_nothing_to_mend_in_a_code_list(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    skosify = pytest.importorskip("skosify", reason="skosify is not installed")
    with caplog.at_level(logging.WARNING):
        skosify.skosify(Graph().parse(path))
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_skosify_finds_codes_that_are_in_no_list(caplog: pytest.LogCaptureFixture) -> None:
    skosify = pytest.importorskip("skosify", reason="skosify is not installed")
    graph = Graph().parse(ONTOLOGY / "vocabularies" / "basis.ttl")
    for predicate in (SKOS.hasTopConcept, SKOS.inScheme, SKOS.topConceptOf):
        graph.remove((None, predicate, None))
    graph.remove((None, RDF.type, SKOS.ConceptScheme))
    with caplog.at_level(logging.WARNING):
        skosify.skosify(graph)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_sssom_takes_every_row_of_the_mappings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    parsers = pytest.importorskip("sssom.parsers", reason="sssom is not installed")
    table = ONTOLOGY / "mappings" / "servanda.sssom.tsv"
    rows = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
    with caplog.at_level(logging.WARNING):
        assert len(parsers.parse_sssom_table(str(table)).df) == len(rows) > 100
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    bad = tmp_path / "bad.sssom.tsv"
    bad.write_text(table.read_text("utf-8").replace("https://acleddata.com/", "ACLED"), "utf-8")
    assert len(parsers.parse_sssom_table(str(bad)).df) < len(rows)
