"""A client of Web Annotation finds what is quoted, by either selector alone: Apache Annotator, from npm.

Needs node and what `make ontology-tools` fetches; touches no network. `SERVANDA_ONTOLOGY_TOOLS=off` skips it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.namespace import RDF

from kg.pipeline.reading import read_graph
from kg.terms import OA, SVD

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

HERE = Path(__file__).parent / "annotator"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("SERVANDA_ONTOLOGY_TOOLS") == "off", reason="SERVANDA_ONTOLOGY_TOOLS=off"
    ),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is absent"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(),
        reason="Apache Annotator is not there; `make ontology-tools` fetches it",
    ),
]


def resolved(text: str, targets: list[list[dict[str, Any]]]) -> list[list[list[str]]]:
    """Return the words that each selector of each target finds in the text."""
    done = subprocess.run(
        ["node", "resolve.mjs"],
        cwd=HERE,
        input=json.dumps({"text": text, "targets": targets}),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    found: list[list[list[str]]] = json.loads(done.stdout)
    return found


def selector(said: dict[Node, Node]) -> dict[str, Any]:
    """Return a selector as JSON-LD of Web Annotation has it."""
    kind = str(said[RDF.type]).removeprefix(str(OA))
    names = {OA.exact: str, OA.prefix: str, OA.suffix: str, OA.start: int, OA.end: int}
    return {"type": kind} | {
        str(predicate).removeprefix(str(OA)): made(str(said[predicate]))
        for predicate, made in names.items()
        if predicate in said
    }


def test_each_selector_of_each_quotation_finds_the_words_by_itself(
    demonstration: Callable[..., Path], tmp_path: Path
) -> None:
    with read_graph(demonstration(tmp_path / "store")) as reading:
        store = reading.store
        ((report, text),) = [(s, str(o)) for s, _, o, _ in store.quads(predicate=SVD.text)]
        targets = []
        for quotation, _, _, _ in sorted(store.quads(predicate=OA.hasSource, object_=report)):
            nodes = [quad[2] for quad in store.quads(quotation, OA.hasSelector)]
            said = [{p: o for _, p, o, _ in store.quads(node)} for node in nodes]
            targets.append(sorted((selector(one) for one in said), key=lambda one: str(one["type"])))
    assert len(targets) > 14
    for (by_position, by_quote), target in zip(resolved(text, targets), targets, strict=True):
        place, quote = target
        assert by_position == [quote["exact"]] == [text[place["start"] : place["end"]]]
        assert quote["exact"] in by_quote
        assert set(by_quote) == {quote["exact"]}


def test_positions_count_code_points_for_the_client_too() -> None:
    text = "🕊 Gəncə\u00a0was shelled"
    found = resolved(text, [[{"type": "TextPositionSelector", "start": 2, "end": 11}]])
    assert found == [[[text[2:11]]]]
