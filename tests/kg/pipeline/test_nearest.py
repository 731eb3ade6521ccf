"""Whoever names a thing by another name than its id is told the id: in documents, questions and lookups."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import BadParameterError
from kg.pipeline import ingest, validate
from kg.pipeline.setup import empty_in_memory
from kg.query import questions
from kg.query.lookups.reader import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

ACTORS = {
    "kind": "actors",
    "id": "people",
    "actors": [
        {
            "id": "ukr",
            "type": "state",
            "label": {"en": "Ukraine", "uk": "Україна"},
            "iso3166_alpha2": "UA",
            "iso3166_alpha3": "UKR",
            "gw_code": 369,
        },
        {
            "id": "dpr",
            "type": "de-facto-authority",
            "label": "Donetsk People's Republic",
            "alt_labels": ["DNR"],
        },
        {"id": "desk", "type": "analyst", "label": "The desk"},
    ],
}
PLACES = {
    "kind": "places",
    "id": "towns",
    "places": [
        {
            "id": "horlivka",
            "type": "settlement",
            "label": {"en": "Horlivka", "uk": "Горлівка"},
            "alt_labels": ["Gorlovka"],
        },
        {"id": "chisinau", "type": "settlement", "label": "Chi\u015fin\u0103u"},
    ],
}
REPORT: dict[str, Any] = {
    "kind": "report",
    "id": "osce-smm-0217",
    "type": "mission",
    "title": "Daily report",
    "language": "en",
    "annotator": "desk",
    "text": "They fired.",
    "events": [{"key": "shots", "type": "shelling", "label": "Shots"}],
    "claims": [{"key": "c1", "gist": "G", "quote": "They fired", "modality": "asserted", "about": "shots"}],
}


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("nearest")
    made = empty_in_memory()
    documents = [written(folder / f"{item['id']}.json", item) for item in (ACTORS, PLACES, REPORT)]
    assert {outcome.status for outcome in ingest(made, documents)} == {"added"}
    return made


def refused(
    repository: Repository, folder: Path, claim: dict[str, Any], **changes: Any
) -> tuple[str, str | None]:
    document = (
        REPORT | {"id": "other", "claims": [REPORT["claims"][0] | claim], "text": "They fired."} | changes
    )
    (outcome,) = validate(repository.store, [written(folder / "a.json", document)])
    (problem,) = outcome.problems
    return problem.message, problem.hint


@pytest.mark.parametrize(
    ("field", "name", "hint"),
    [
        ("perpetrators", "Ukraine", "did you mean 'ukr' (Ukraine)?"),
        ("perpetrators", "UKRAINE", "did you mean 'ukr' (Ukraine)?"),
        ("perpetrators", "Україна", "did you mean 'ukr' (Україна)?"),
        ("targets", "ukraine", "did you mean 'ukr' (Ukraine)?"),
        ("targets", "Donetsk Peoples Republic", "did you mean 'dpr' (Donetsk People's Republic)?"),
        ("targets", "dnr", "did you mean 'dpr' (DNR)?"),
        ("perpetrators", "UA", "did you mean 'ukr' (UA)?"),
        ("perpetrators", "369", "did you mean 'ukr' (369)?"),
        (
            "perpetrators",
            "UAE",
            "an id has lower-case letters, digits and hyphens; an IRI begins with https://",
        ),
        ("perpetrators", "actor/ukr", "write ukr"),
        ("places", "Gorlovka", "did you mean 'horlivka' (Gorlovka)?"),
        ("places", "gorlovka", "did you mean 'horlivka' (Gorlovka)?"),
        ("places", "Горлівка", "did you mean 'horlivka' (Горлівка)?"),
        ("places", "Chisinau", "did you mean 'chisinau' (Chi\u015fin\u0103u)?"),
        ("places", "Horlivka", "did you mean 'horlivka' (Horlivka)?"),
    ],
)
def test_a_name_in_the_place_of_an_id_is_answered_with_the_id(
    repository: Repository, tmp_path: Path, field: str, name: str, hint: str
) -> None:
    message, told = refused(repository, tmp_path, {field: [name]})
    assert repr(name) in message
    assert told == hint


def test_names_of_the_same_batch_are_known_too(repository: Repository, tmp_path: Path) -> None:
    new = {
        "kind": "actors",
        "id": "new",
        "actors": [{"id": "lpr", "type": "de-facto-authority", "label": "Luhansk"}],
    }
    document = REPORT | {"id": "other", "claims": [REPORT["claims"][0] | {"targets": ["Luhansk"]}]}
    paths = [written(tmp_path / "a.json", document), written(tmp_path / "b.json", new)]
    outcome, _ = validate(repository.store, paths)
    assert outcome.problems[0].hint == "did you mean 'lpr' (Luhansk)?"


def test_an_id_of_another_kind_is_named_as_what_it_is(repository: Repository, tmp_path: Path) -> None:
    for field, name, message in (
        ("perpetrators", "horlivka", "'horlivka' is a place, not an actor"),
        ("places", "osce-smm-0217", "'osce-smm-0217' is a report, not a place"),
        ("mentions", "ukr", "'ukr' is an actor, not an agreement"),
    ):
        assert refused(repository, tmp_path, {field: [name]}) == (f"claim c1: {message}", None)


def test_a_bare_report_where_its_event_or_claim_is_wanted_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    same = {"event": "osce-smm-0217", "confidence": "0.9", "reason": "R"}
    _, hint = refused(repository, tmp_path, {}, events=[REPORT["events"][0] | {"same_event_as": [same]}])
    assert hint == "'osce-smm-0217' is a report: name its event as osce-smm-0217/KEY; its events: shots"
    _, hint = refused(repository, tmp_path, {"confirms": ["osce-smm-0217"]})
    assert hint == "'osce-smm-0217' is a report: name its claim as osce-smm-0217/KEY; its claims: c1"
    _, hint = refused(repository, tmp_path, {"confirms": ["osce-smm-0217/c9"]})
    assert hint == "did you mean 'osce-smm-0217/c1'? its claims: c1"
    _, hint = refused(repository, tmp_path, {"confirms": ["smm-0217/c1"]})
    assert hint == "there is no report 'smm-0217'; did you mean 'osce-smm-0217'?"
    _, hint = refused(repository, tmp_path, {}, alternate_of="smm-0217")
    assert hint == "did you mean 'osce-smm-0217'?"


def test_an_event_that_is_named_by_its_label_is_answered_with_its_key(
    repository: Repository, tmp_path: Path
) -> None:
    for name in ("Shots", "shots!", "SHOTS"):
        events = [
            {"key": "e1", "type": "shelling", "label": "Shots"},
            REPORT["events"][0] | {"label": "Fire"},
        ]
        _, hint = refused(repository, tmp_path, {"about": name}, events=[events[0]])
        assert hint == "did you mean 'e1' (Shots)? events of this document: e1"
    _, hint = refused(repository, tmp_path, {"about": "fire"}, events=events)
    assert hint == "did you mean 'shots' (Fire)? events of this document: e1, shots"


def test_a_parameter_that_names_by_a_label_is_answered_with_the_id(repository: Repository) -> None:
    question = questions.find("01")
    for name, value, hint in (
        ("perpetrator", "Ukraine", "did you mean 'ukr' (Ukraine)?"),
        ("perpetrator", "ukraine", "did you mean 'ukr' (Ukraine)?"),
        ("place", "Gorlovka", "did you mean 'horlivka' (Gorlovka)?"),
        ("report", "smm-0217", "did you mean 'osce-smm-0217'?"),
        ("report", "smm", "did you mean 'osce-smm-0217'?"),
    ):
        with pytest.raises(BadParameterError) as refusal:
            questions.ask(repository.store, question, {name: value})
        assert str(refusal.value).endswith(hint)
    reader = Reader.of(repository.store, repository.store.stamp.base)
    assert reader.near("actor", "Україна") == ("ukr",)
    assert reader.near("place", "Gorlovka") == ("horlivka",)
