"""What is judged to be doubtful is hidden wherever things are listed, and every answer says how much."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from kg.export.build import build
from kg.export.filters import Filters
from kg.export.order import Order
from kg.export.profiles import shipped
from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.read_model import read_model_of
from kg.pipeline.search_index import searched
from kg.query import catalogue, doubted
from kg.query.lookups import Reader
from kg.read.compare import difference
from kg.search.answers import Request, search
from kg.settings import DEFAULT_BASE
from tests.kg.query.doubtful import ROWS, Asked, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LISTS = ("alleged-violations", "assessments", "claims", "events")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    place = tmp_path_factory.mktemp("doubtful")
    made = demonstration(place / "store")
    fill(made, place)
    return made


@pytest.fixture(scope="module")
def apps(folder: Path) -> Iterator[dict[str, Asked]]:
    """Give the same store with a read model and without."""
    newest = newest_checkpoint(folder)
    assert newest is not None
    model = read_model_of(folder, DEFAULT_BASE)
    assert model.make()
    with newest[1] as store:
        with model.view(newest[0]) as view:
            assert view is not None
            assert difference(view, Reader.of(store, DEFAULT_BASE), 3, 12) is None
        yield {"model": Asked(create_app(store, read=model)), "store": Asked(create_app(store))}
    model.close()


@pytest.fixture(params=["model", "store"])
def http(request: pytest.FixtureRequest, apps: dict[str, Asked]) -> Asked:
    return apps[request.param]


def ids(http: Asked, path: str) -> set[str]:
    return {one["id"].rpartition("/")[2] for one in http.get(f"/api/v1/{path}").json()["items"]}


@pytest.mark.parametrize("path", LISTS)
def test_what_is_shown_and_what_is_hidden_are_all_there_is(path: str, http: Asked) -> None:
    everything = http.get(f"/api/v1/{path}?limit=200&min_credibility=6").json()
    shown = http.get(f"/api/v1/{path}?limit=200").json()
    assert everything["hidden"] == 0
    assert shown["hidden"] >= ROWS
    assert len(shown["items"]) + shown["hidden"] == len(everything["items"])
    assert [one for one in everything["items"] if one in shown["items"]] == shown["items"]


def test_claims_are_hidden_by_their_grade_and_never_without_one(http: Asked) -> None:
    given = "claims?report=judged"
    assert ids(http, given) == {"seconded", "open", "possible"}
    assert ids(http, f"{given}&min_credibility=4") == {"seconded", "open", "possible", "doubtful"}
    assert ids(http, f"{given}&min_credibility=2") == {"seconded", "open"}
    for grade in ("5", "6"):
        assert len(ids(http, f"{given}&min_credibility={grade}")) == 5


def test_what_rests_on_several_claims_is_as_credible_as_the_best(http: Asked) -> None:
    assert ids(http, "events?report=judged") == {"noon", "dusk"}
    assert ids(http, "events?report=judged&min_credibility=4") == {"noon", "dusk"}
    assert ids(http, "events?report=judged&min_credibility=5") == {"dawn", "noon", "dusk"}


def test_candidates_of_machines_are_hidden_and_counted_apart_from_what_is_shown(http: Asked) -> None:
    shown = http.get("/api/v1/alleged-violations?count=true&facets=status&limit=200").json()
    everything = http.get("/api/v1/alleged-violations?count=true&facets=status&limit=200&min_credibility=6")
    numbers, all_of_them = shown["counts"], everything.json()["counts"]
    assert shown["hidden"] >= ROWS
    assert numbers["candidates"] + shown["hidden"] == all_of_them["candidates"]
    assert numbers["candidates"] == len([one for one in shown["items"] if one["status"] == "candidate"])
    counted = {one["value"]: one["candidates"] for one in shown["facets"]["status"]}
    assert counted["candidate"] == numbers["candidates"]
    assert not any("gdelt" in json.dumps(one) for one in shown["items"])


def test_one_by_its_id_is_always_shown(http: Asked) -> None:
    for path in LISTS:
        if path != "assessments":
            for one in http.get(f"/api/v1/{path}?limit=200&min_credibility=6").json()["items"]:
                assert http.get(f"/api/v1/{path}/{one['id']}").json()["id"] == one["id"]


@pytest.mark.parametrize("path", LISTS)
def test_every_form_of_a_list_says_how_much_it_hides(path: str, http: Asked) -> None:
    told = str(http.get(f"/api/v1/{path}").json()["hidden"])
    for ending in ("", ".csv", ".ndjson", ".atom", ".geojson"):
        if ending != ".geojson" or path != "assessments":
            answer = http.get(f"/api/v1/{path}{ending}")
            assert answer.headers["Servanda-Hidden"] == told, ending
    if path != "assessments":
        assert str(http.get(f"/api/v1/{path}.geojson").json()["hidden"]) == told
    page = http.get(f"/api/v1/{path}.html").text if path != "assessments" else told
    assert told in page


def test_pages_over_many_pages_leave_out_the_same(http: Asked) -> None:
    found, address = [], "/api/v1/claims?limit=2"
    while address:
        said = http.get(address).json()
        found += [one["id"] for one in said["items"]]
        address = said["next"]
    assert found == [one["id"] for one in http.get("/api/v1/claims?limit=200").json()["items"]]


def test_the_query_of_a_list_is_asked_of_the_store_with_the_same_answer(http: Asked) -> None:
    page = http.get("/api/v1/claims.html").text
    assert "min_credibility" in page
    assert "min_credibility=6" in page


def test_what_is_no_grade_is_refused(apps: dict[str, Asked]) -> None:
    with pytest.raises(AssertionError, match="min_credibility"):
        apps["model"].get("/api/v1/claims?min_credibility=7")


def test_figures_leave_out_the_same_and_say_so(apps: dict[str, Asked]) -> None:
    http = apps["model"]
    shown = http.get("/api/v1/statistics?by=month")
    everything = http.get("/api/v1/statistics?by=month&min_credibility=6").json()
    assert (everything["hidden"], everything["hidden_claims"]) == (0, 0)
    said = shown.json()
    listed = http.get("/api/v1/alleged-violations").json()
    assert said["hidden"] == listed["hidden"] == int(shown.headers["Servanda-Hidden"])
    for name, hidden in (("candidates", said["hidden"]), ("claims", said["hidden_claims"])):
        sums = [sum(one[name] for one in told["items"]) for told in (said, everything)]
        assert sums[0] + hidden == sums[1]
    assert f"{said['hidden']} of low credibility" in http.get("/api/v1/statistics.svg?by=month").text


def test_what_is_explored_leaves_out_the_same_and_says_so(apps: dict[str, Asked]) -> None:
    http = apps["model"]
    hidden = http.get("/api/v1/alleged-violations").json()["hidden"]
    page = http.get("/explore").text
    assert f"{hidden} of low credibility" in page
    assert "min_credibility=6" in page
    assert http.get("/explore.geojson").json()["hidden"] == hidden
    assert http.get("/explore.geojson?min_credibility=6").json()["hidden"] == 0


@pytest.mark.parametrize(
    "path", ["/doc/actor/azerbaijan", "/doc/agreement/nk-2020-11-10", "/doc/place/syunik", "/"]
)
def test_a_page_that_shows_a_part_says_how_much_is_hidden(path: str, apps: dict[str, Asked]) -> None:
    page = apps["model"].get(path, headers={"accept": "text/html"}).text
    assert "of low credibility" in page
    assert "min_credibility=6" in page


def test_the_page_of_one_report_or_event_hides_nothing_of_it(apps: dict[str, Asked]) -> None:
    page = apps["model"].get("/doc/report/judged", headers={"accept": "text/html"}).text
    assert "Shots at dawn." in page
    page = apps["model"].get("/doc/report/judged/event/dawn", headers={"accept": "text/html"}).text
    assert "improbable" in page


def test_questions_leave_out_rows_that_rest_on_doubtful_claims_alone(apps: dict[str, Asked]) -> None:
    for name in ("01-alleged-violations", "02-what-happened", "25-places"):
        address = f"/api/v1/questions/{name}"
        shown = apps["store"].get(address)
        everything = apps["store"].get(f"{address}?min_credibility=6").json()
        said = shown.json()
        assert everything["hidden"] == 0
        assert said["hidden"] > 0
        assert said["hidden"] == int(shown.headers["Servanda-Hidden"])
        assert int(apps["store"].get(f"{address}.csv").headers["Servanda-Hidden"]) == said["hidden"]
        assert len(said["rows"]) + said["hidden"] == len(everything["rows"])
        assert not any("gdelt" in str(row["report"]) for row in said["rows"])
    page = apps["store"].get(f"{address}?zone=Z", headers={"accept": "text/html"}).text
    assert f"{said['hidden']} of low credibility" in page


def test_what_is_counted_of_claims_counts_no_doubtful_ones() -> None:
    for question in catalogue():
        columns = {column.name for column in question.columns}
        named = any(
            f"{name.removesuffix('s').removesuffix('claim')}report" in columns
            for name in columns
            if name.endswith(("claim", "claims"))
        )
        if "svd:aboutEvent" in question.text and not named:
            assert doubted.counts(question.text), question.name


def test_what_is_found_leaves_out_doubtful_claims_and_counts_them(folder: Path) -> None:
    newest = newest_checkpoint(folder)
    assert newest is not None
    with newest[1] as store, searched(folder, store, newest[0]) as held:
        for least, keys in (("3", {"seconded", "open", "possible"}), ("6", None)):
            request = Request("shots report:judged kind:claim", {"min_credibility": least})
            answer = search(held, request, newest[0])
            found = {hit.iri.rpartition("/")[2] for hit in answer.items}
            assert len(found) + answer.hidden == 5
            assert found == (keys or found)
            assert answer.total == len(found)


def test_graphs_rest_on_what_is_credible_enough_and_say_how_many_claims_are_left_out(folder: Path) -> None:
    newest = newest_checkpoint(folder)
    assert newest is not None
    with newest[1] as store:
        graphs = {
            grade: build(store, Order(shipped()["claims"], Filters.of({}, grade=grade))) for grade in "346"
        }
        claims = {
            grade: {word for edge in graph.edges for word in str(edge).split("'") if word.startswith("gdelt")}
            for grade, graph in graphs.items()
        }
    told = {grade: dict(graph.meta.filters).get("hidden", "") for grade, graph in graphs.items()}
    assert told["3"].startswith(f"{ROWS + 2} claims of low credibility are hidden")
    assert told["4"].startswith("1 claims of low credibility are hidden")
    assert told["6"] == ""
    assert (not claims["3"], bool(claims["4"]), bool(claims["6"])) == (True, True, True)


@pytest.mark.parametrize("path", ["agreements", "terms", "reports", "states", "forces", "actors", "regions"])
def test_a_list_that_hides_nothing_says_nothing_of_it(path: str, apps: dict[str, Asked]) -> None:
    answer = apps["model"].get(f"/api/v1/{path}")
    assert "hidden" not in answer.json()
    assert "Servanda-Hidden" not in answer.headers
    assert "of low credibility" not in apps["model"].get(f"/api/v1/{path}.html").text
