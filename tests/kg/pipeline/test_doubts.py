"""Warnings on the write path: what is doubtful comes in and is said; with --strict it is refused."""
# ruff: noqa: E501 (tables, one row a line)

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg import resources
from kg.pipeline import Scrutiny, ingest, initialise, open_graph, validate
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from kg.pipeline import Repository

BASE = "https://w3id.org/servanda/id/"
NOW = Scrutiny(datetime(2021, 9, 1, tzinfo=UTC))
STRICT = Scrutiny(NOW.now, strict=True)
DESK = {"kind": "actors", "id": "desk", "actors": [{"id": "desk", "type": "analyst", "label": "The desk"}]}
TEXT = "The army closed the road. Three were killed."


def report(identifier: str = "radio", **changes: Any) -> dict[str, Any]:
    claim = {
        "key": "c1",
        "gist": "The army closed the road.",
        "quote": "The army closed the road",
        "modality": "asserted",
        "about": "closure",
        "time": "1021-08-26",
    }
    return {
        "kind": "report",
        "id": identifier,
        "type": "news",
        "title": "The road",
        "language": "en",
        "annotator": "desk",
        "issued": "2021-08-27",
        "zone": "Z",
        "text": TEXT,
        "events": [{"key": "closure", "type": "road-closure", "label": "The road is closed"}],
        "claims": [claim],
    } | changes


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubts") / "store"
    initialise(folder, BASE).close()
    with open_graph(folder) as opened:
        ingest(opened, [written(folder.parent / "desk.json", DESK)])
    return folder


@pytest.fixture
def store(tmp_path: Path, reference: Path) -> Path:
    return Path(shutil.copytree(reference, tmp_path / "store"))


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def servanda(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_doubtful_comes_in_and_is_said(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report())
    with open_graph(store) as opened:
        for outcome in (*validate(opened.store, [path], NOW), *ingest(opened, [path], scrutiny=NOW)):
            assert outcome.status in {"valid", "added"}
            assert outcome.problems == ()
            assert [warning.rule for warning in outcome.warnings] == ["time/implausible-year"]
        assert ingest(opened, [path], scrutiny=NOW)[0].warnings == ()
        (held,) = validate(opened.store, [path], NOW)
        assert (held.status, [warning.rule for warning in held.warnings]) == (
            "unchanged",
            ["time/implausible-year"],
        )


def test_strict_refuses_what_is_doubtful_and_writes_nothing_of_it(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report())
    with open_graph(store) as opened:
        before = opened.sequence
        for outcome in (*validate(opened.store, [path], STRICT), *ingest(opened, [path], scrutiny=STRICT)):
            assert (outcome.status, outcome.warnings) == ("refused", ())
            assert [(one.rule, one.severity) for one in outcome.problems] == [
                ("time/implausible-year", "error")
            ]
        assert opened.sequence == before


def test_what_refers_to_a_report_that_strict_refuses_is_refused_too(store: Path, tmp_path: Path) -> None:
    same = {"event": "radio/closure", "confidence": "0.9", "reason": "Same road."}
    other = report("other", claims=[], text="Another text.")
    other["events"][0]["same_event_as"] = [same]
    paths = [written(tmp_path / "a.json", report()), written(tmp_path / "b.json", other)]
    with open_graph(store) as opened:
        outcomes = ingest(opened, paths, scrutiny=STRICT)
    assert [(one.status, one.problems[0].rule) for one in outcomes] == [
        ("refused", "time/implausible-year"),
        ("refused", "reference/unknown"),
    ]


def test_the_command_line_begins_each_warning_with_that_word(store: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "radio.json", report(retrieved="2021-08-20"))
    for command in ("validate", "ingest"):
        done = servanda(command, path, "--store", store)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert sum(line.startswith("warning: ") for line in lines) == 2
        assert lines[-1].endswith("2 warnings")
    said = json.loads(servanda("validate", path, "--store", store, "--json").stdout)
    assert [one["rule"] for one in said[0]["warnings"]] == ["time/implausible-year", "time/dates-reversed"]
    assert said[0]["problems"] == []


@pytest.mark.parametrize("command", ["validate", "ingest"])
def test_the_command_line_takes_warnings_for_errors_if_told(
    store: Path, tmp_path: Path, command: str
) -> None:
    path = written(tmp_path / "radio.json", report())
    done = servanda(command, path, "--store", store, "--strict")
    assert done.returncode == 1
    assert "[time/implausible-year]" in done.stdout
    assert "warning" not in done.stdout


def test_more_warnings_than_a_hundred_are_counted(store: Path, tmp_path: Path) -> None:
    claims = [
        report()["claims"][0] | {"key": f"c{number}", "time": f"0{number}"} for number in range(100, 250)
    ]
    path = written(tmp_path / "radio.json", report(claims=claims))
    with open_graph(store) as opened:
        (outcome,) = validate(opened.store, [path], NOW)
    assert len(outcome.warnings) == 101
    assert str(outcome.warnings[-1]).startswith("warning: ")
    assert "50 more warnings are not told" in outcome.warnings[-1].message


SQUARE = "POLYGON ((46 39, 47 39, 47 40, 46 40, 46 39))"


def warned(repository: Repository, folder: Path, *documents: dict[str, Any]) -> list[tuple[str, str]]:
    paths = [written(folder / f"{number}.json", item) for number, item in enumerate(documents)]
    outcomes = validate(repository.store, paths, NOW)
    assert {outcome.status for outcome in outcomes} == {"valid"}, outcomes
    return [(warning.rule, warning.field) for outcome in outcomes for warning in outcome.warnings]


def plain(identifier: str, **changes: Any) -> dict[str, Any]:
    claim = report()["claims"][0] | {"time": "2021-08-26"}
    return report(identifier, **({"claims": [claim]} | changes))


def actors(*listed: dict[str, Any], identifier: str = "more") -> dict[str, Any]:
    return {"kind": "actors", "id": identifier, "actors": list(listed)}


def places(*listed: dict[str, Any], identifier: str = "map") -> dict[str, Any]:
    return {"kind": "places", "id": identifier, "authority": "Gazetteer", "places": list(listed)}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a store that holds a report, a few actors and an outline."""
    folder = tmp_path_factory.mktemp("held")
    made = empty_in_memory()
    documents = (
        DESK,
        plain("radio", url="https://example.org/road"),
        actors({"id": "kes", "type": "state", "label": {"en": "K\u00e9stria", "ru": "Кестрия"}, "alt_labels": ["Republic of Kestria"], "iso3166_alpha2": "KE", "gw_code": 999}, identifier="states"),
        places(
            {"id": "square", "type": "administrative-region", "label": "Square", "geometry": SQUARE},
            {"id": "quarter", "type": "administrative-region", "label": "Quarter", "within": ["square"]},
            {"id": "round", "type": "administrative-region", "label": "Round"},
            {"id": "elm", "type": "settlement", "label": "Elm", "within": ["square"]},
            identifier="land",
        ),
    )  # fmt: skip
    for number, document in enumerate(documents):
        (outcome,) = ingest(made, [written(folder / f"{number}.json", document)])
        assert (outcome.status, outcome.warnings) == ("added", ())
    return made


def test_the_same_text_or_address_under_another_id_is_doubted(held: Repository, tmp_path: Path) -> None:
    assert warned(held, tmp_path, plain("again")) == [("report/same-text", "text")]
    assert warned(held, tmp_path, plain("again", text=f"{TEXT} So.", url="https://example.org/road")) == [
        ("report/same-address", "url")
    ]
    for again in (
        TEXT.replace(" ", "\n"),
        "\ufeff" + TEXT,
        TEXT.replace("killed", "kil\u200bled"),
        TEXT + "\n\n",
    ):
        assert warned(held, tmp_path, plain("again", text=again)) == [("report/same-text", "text")]
        assert warned(held, tmp_path, plain("again", text=again, title="Another")) == []
        assert warned(held, tmp_path, plain("again", text=again, alternate_of="radio")) == []
    assert warned(held, tmp_path, plain("again", text=f"{TEXT} They left again after some days.")) == []
    assert warned(held, tmp_path, plain("again", alternate_of="radio")) == []
    assert warned(held, tmp_path, plain("radio", title="Another title")) == []
    other = f"{TEXT} And more."
    pair = [plain(name, text=other, title=f"Title {name}") for name in ("one", "two")]
    assert warned(held, tmp_path, *pair) == [
        ("report/same-text", "text"),
        ("report/same-text", "text"),
    ]


def test_of_many_that_are_alike_the_first_are_named_and_the_rest_counted(
    held: Repository, tmp_path: Path
) -> None:
    """As many warnings as there are pairs would be a million for a thousand reports."""
    other = f"{TEXT} Copied."
    copies = [plain(f"copy-{number}", text=other, title=f"Copy {number}") for number in range(6)]
    outcomes = validate(held.store, [written(tmp_path / f"{one['id']}.json", one) for one in copies], NOW)
    said = [[w.message for w in one.warnings if w.rule == "report/same-text"] for one in outcomes]
    assert said[0] == [
        "report 'copy-1' has the same text",
        "report 'copy-2' has the same text",
        "report 'copy-3' and 2 more have the same text",
    ]
    assert [len(messages) for messages in said] == [3] * 6
    crowd = actors(*({"id": f"a{number:03}", "type": "outlet", "label": "The Post"} for number in range(150)))
    (outcome,) = validate(held.store, [written(tmp_path / "crowd.json", crowd)], NOW)
    messages = [warning.message for warning in outcome.warnings if warning.rule == "name/same-label"]
    assert messages[:3] == [
        "actor a000: actor 'a001' is called The Post as well",
        "actor a000: actor 'a002' is called The Post as well",
        "actor a000: actor 'a003' and at least 97 more are called The Post as well",
    ]


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ({"label": "Kestria"}, [("name/same-label", "actors[0].label")]),
        ({"label": "KESTRIA"}, [("name/same-label", "actors[0].label")]),
        ({"label": "Kestriya", "type": "institution"}, [("name/same-label", "actors[0].label")]),
        ({"label": "Kest", "iso3166_alpha2": "KE"}, [("name/same-code", "actors[0].iso3166_alpha2")]),
        ({"label": "Kest", "gw_code": 999}, [("name/same-code", "actors[0].gw_code")]),
        ({"label": "Kest", "cow_code": 999}, []),
        ({"label": "Kestrians"}, []),
        ({"label": "Republic of Kestria"}, [("name/same-label", "actors[0].label")]),
        ({"label": "Kest", "alt_labels": ["kestria"]}, [("name/same-label", "actors[0].alt_labels")]),
        (
            {"label": "Kest", "alt_labels": ["Der Staat", "REPUBLIC OF KESTRIA"]},
            [("name/same-label", "actors[0].alt_labels")],
        ),
        (
            {"label": "Kest", "known_as": [{"name": "Késtria", "until": "2020-05-01T10:00Z"}]},
            [("name/same-label", "actors[0].known_as")],
        ),
    ],
)
def test_a_second_actor_of_a_name_or_code_is_doubted(
    held: Repository, tmp_path: Path, actor: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert warned(held, tmp_path, actors({"id": "new", "type": "state"} | actor)) == expected


def test_two_actors_of_one_name_in_one_document_are_both_doubted(held: Repository, tmp_path: Path) -> None:
    pair = actors(
        {"id": "a", "type": "outlet", "label": "The Post"}, {"id": "b", "type": "outlet", "label": "the post"}
    )
    assert warned(held, tmp_path, pair) == [
        ("name/same-label", "actors[0].label"),
        ("name/same-label", "actors[1].label"),
    ]


def test_places_of_one_name_are_doubted_unless_they_are_apart(held: Repository, tmp_path: Path) -> None:
    new = {"id": "new", "type": "settlement", "label": "ELM"}
    assert warned(held, tmp_path, places(new)) == [("name/same-label", "places[0].label")]
    assert warned(held, tmp_path, places(new | {"within": ["square"]})) == [
        ("name/same-label", "places[0].label")
    ]
    assert warned(held, tmp_path, places(new | {"within": ["round"]})) == []
    assert warned(held, tmp_path, places(new | {"type": "route"})) == []
    assert warned(held, tmp_path, places(new | {"borders": ["elm"]})) == []


@pytest.mark.parametrize(
    ("geometry", "within", "expected"),
    [
        ("POINT (46.4 39.2)", "square", None),
        ("POINT (47.1 39.5)", "square", None),
        ("POINT (49 39.5)", "square", "some 172 km outside the outline of 'square'"),
        ("POINT (39.2 46.4)", "square", "longitude and latitude are swapped"),
        ("POINT (39.2 46.4)", "quarter", "longitude and latitude are swapped"),
        ("POINT (39.2 46.4)", "round", None),
        ("POINT (0 0)", "square", "outside the outline of 'square'"),
        ("POINT (-46.4 39.2)", "square", "the sign of the longitude is wrong"),
        ("POINT (46.4 -39.2)", "square", "the sign of the latitude is wrong"),
        ("POINT (-46.4 -39.2)", "square", "the signs of longitude and latitude are wrong"),
        ("POINT (-39.2 46.4)", "square", "swapped, and the sign of the latitude is wrong"),
        ("POINT (39.2 -46.4)", "square", "swapped, and the sign of the longitude is wrong"),
        ("LINESTRING (46.4 -39.2, 46.5 -39.3)", "square", "the sign of the latitude is wrong"),
        ("POLYGON ((39.1 46.1, 39.2 46.1, 39.2 46.2, 39.1 46.1))", "square", "swapped"),
    ],
)
def test_a_place_far_outside_what_it_is_said_to_lie_within_is_doubted(
    held: Repository, tmp_path: Path, geometry: str, within: str, expected: str | None
) -> None:
    town = {"id": "town", "type": "settlement", "label": "Town", "within": [within], "geometry": geometry}
    (outcome,) = validate(held.store, [written(tmp_path / "map.json", places(town))], NOW)
    assert outcome.status == "valid"
    if expected is None:
        assert outcome.warnings == ()
    else:
        (warning,) = outcome.warnings
        assert (warning.rule, warning.field) == ("place/outside", "places[0].geometry")
        assert expected in warning.message


@pytest.mark.parametrize("position", ["39.2 46.4", "-46.4 39.2", "46.4 -39.2", "-46.4 -39.2", "-39.2 46.4"])
def test_coordinates_with_a_slip_are_told_the_right_way_round(
    held: Repository, tmp_path: Path, position: str
) -> None:
    town = {"id": "town", "type": "settlement", "label": "Town", "within": ["square"]}
    document = places(town | {"geometry": f"POINT ({position})"})
    (outcome,) = validate(held.store, [written(tmp_path / "map.json", document)], NOW)
    assert outcome.warnings[0].hint == "write POINT (46.4 39.2)"


STATE_NO_ZONE = {
    "ge-2008-08-12",
    "nk-1994-05-12",
    "nk-2020-10-10",
    "unscr-1701",
    "seed-syunik-highway-2021",
}
"""Those of the shipped documents whose sources do not say in which zone their times are."""


def test_the_shipped_data_are_not_doubted() -> None:
    made = empty_in_memory()
    without_zone = set()
    for folder in ("reference", "seed", "accounts"):
        outcomes = ingest(made, [Path(str(resources.data())) / folder], scrutiny=NOW)
        warnings = [one for outcome in outcomes for one in outcome.warnings if one.rule != "time/in-future"]
        without_zone |= {Path(one.file).stem for one in warnings if one.rule == "time/zone-unknown"}
        assert [str(one) for one in warnings if one.rule != "time/zone-unknown"] == []
    assert without_zone == STATE_NO_ZONE
