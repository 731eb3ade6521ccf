"""The page about the questions says what their headers say; the ontology guide, what contravenes what."""

from __future__ import annotations

import re
from pathlib import Path

from rdflib.namespace import SKOS

from kg.pipeline import code_definitions
from kg.pipeline.sources import vocabulary_triples
from kg.query import catalogue
from kg.query.page import page
from kg.terms import SVD

DOCS = Path(__file__).parents[2] / "docs"
_CODE = re.compile(r"`([a-z-]+)`")


def test_the_page_is_current() -> None:
    written = DOCS / "questions.md"
    assert written.read_text(encoding="utf-8") == page(catalogue()), (
        "renew it: python -m kg.query.page > docs/questions.md"
    )


def linked(predicate: object) -> set[tuple[str, str]]:
    """Return the codes of what the predicate links."""
    return {
        (str(subject).rpartition("/")[2], str(object_).rpartition("/")[2])
        for subject, link, object_ in vocabulary_triples()
        if link == predicate
    }


def narrower(codes: set[str]) -> set[str]:
    """Return the codes narrower than any of these, but for these."""
    found = set(codes)
    while more := {code for code, broader in linked(SKOS.broader) if broader in found} - found:
        found |= more
    return found - codes


def test_the_ontology_guide_says_which_acts_contravene_which_action() -> None:
    text = (DOCS / "ontology.md").read_text(encoding="utf-8")
    _, _, table = text.partition("| action | contravened by | and what is narrower |\n|---|---|---|\n")
    shown = []
    for line in table.partition("\n\n")[0].splitlines():
        cells = [tuple(_CODE.findall(cell)) for cell in line.strip("|").split("|")]
        shown.append((cells[0][0], *cells[1:]))
    links = linked(SVD.contravenedBy)
    expected = []
    for action in sorted({action for action, _ in links}):
        by = {kind for name, kind in links if name == action}
        expected.append((action, tuple(sorted(by)), tuple(sorted(narrower(by)))))
    assert shown == expected


def test_the_code_lists_say_what_contravenes_an_action_and_what_a_kind_of_event_is_a_kind_of() -> None:
    lists = code_definitions()
    actions, events = lists["action"], lists["event-type"]
    for action, kind in linked(SVD.contravenedBy):
        assert re.search(rf"\(contravened by: .*\b{kind}\b.* and what is narrower\)$", actions[action])
    for code, broader in linked(SKOS.broader):
        if code in events:
            assert events[code].endswith(f" (a kind of {broader})")
    assert "(" not in actions["negotiate"]
