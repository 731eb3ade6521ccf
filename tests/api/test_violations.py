"""Alleged violations: what an item holds, and every filter with what it finds and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

PATH = "/api/v1/alleged-violations"
BASE = "https://w3id.org/servanda/id/"
SEED = "seed-syunik-highway-2021"
ITEM = {
    "id",
    "agreement",
    "term",
    "norm",
    "perpetrator",
    "act",
    "place",
    "date",
    "basis",
    "status",
    "scope",
    "evidence",
    "alleged_without_term",
    "denials",
    "denials_total",
    "fulfilment",
    "fulfilment_total",
    "reviews",
    "report",
}
EVIDENCE = {
    "claim",
    "kind",
    "quote",
    "start",
    "end",
    "lang",
    "translation",
    "row",
    "report",
    "attribution",
    "modality",
    "polarity",
    "hedge",
    "gist",
}


def items(http: httpx.Client, **filters: str) -> list[dict[str, Any]]:
    """Return the items under the filters; `from_` stands for `from`."""
    answer = http.get(
        PATH, params={"limit": "200", **{name.rstrip("_"): value for name, value in filters.items()}}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None
    found = answer.json()["items"]
    assert isinstance(found, list)
    return found


def test_the_seed_has_one_allegation_without_a_term_and_one_candidate(http: httpx.Client) -> None:
    alleged, candidate = items(http, report=SEED)
    assert (alleged["status"], alleged["basis"], alleged["term"]) == ("alleged", "source-asserted", None)
    assert alleged["agreement"]["id"] == "nk-2020-11-10"
    assert alleged["perpetrator"]["id"] == "azerbaijan"
    assert [piece["claim"] for piece in alleged["evidence"]] == [f"{SEED}/c13"]
    assert [(piece["start"], piece["end"]) for piece in alleged["evidence"]] == [(2621, 2736)]
    assert alleged["evidence"][0]["hedge"][0]["quote"] == "it seems that"
    assert alleged["evidence"][0]["modality"] == "hedged"
    assert alleged["date"][0]["precision"] == "vague"
    assert alleged["date"][0]["earliest"] is None
    assert alleged["place"] == []
    assert (candidate["status"], candidate["basis"]) == ("candidate", "rule-inferred")
    assert candidate["norm"]["key"] == "1b"
    assert {reading["key"] for reading in candidate["norm"]["readings"]} == {"zone", "anywhere"}
    assert candidate["term"]["number"] == "1"
    assert candidate["scope"]["territorial"] == "disputed"
    assert candidate["scope"]["temporal"] == "in"
    assert candidate["scope"]["reason"]
    assert {piece["claim"] for piece in candidate["evidence"]} == {f"{SEED}/c1", f"{SEED}/c2"}
    assert {place["id"]: place["role"] for place in candidate["place"]} == {
        "syunik": "place",
        "syunik-highway": "along",
    }
    first = candidate["date"][0]
    assert (first["earliest"], first["latest"]) == ("2021-08-26T00:00:00Z", "2021-08-26T23:59:59Z")
    assert (first["precision"], first["inferred"], first["zone_assumed"]) == ("day", ["year", "zone"], True)
    assert first["claims"] == [f"{SEED}/c1"]
    chain = candidate["evidence"][0]["attribution"]
    assert [(step["step"], step["agent"]["id"]) for step in chain] == [(1, f"{SEED}/voice"), (2, "avia")]
    assert candidate["perpetrator"]["named_as"][0]["id"] == "azerbaijani-armed-forces"
    assert candidate["act"]["type"] == "territorial-seizure"


def test_an_item_holds_exactly_what_is_promised(http: httpx.Client) -> None:
    for item in items(http):
        assert set(item) == ITEM
        for role in ("evidence", "alleged_without_term", "denials", "fulfilment"):
            for piece in item[role]:
                assert set(piece) == EVIDENCE
        assert item["evidence"]


def test_allegations_come_first_and_each_kind_is_counted_apart(http: httpx.Client) -> None:
    statuses = [item["status"] for item in items(http)]
    alleged = [status for status in statuses if status != "candidate"]
    assert statuses == alleged + ["candidate"] * (len(statuses) - len(alleged))
    body = http.get(PATH, params={"count": "true", "limit": 1}).json()
    assert body["counts"]["alleged"] == len(alleged)
    assert body["counts"]["candidates"] == len(statuses) - len(alleged)
    called = sum(bool(item["alleged_without_term"]) for item in items(http))
    assert body["counts"]["candidates_alleged_without_term"] == called == 2
    assert body["counts"]["not_assessed"] > 0
    assert "counts" not in http.get(PATH).json()


def test_a_candidate_lists_who_calls_its_act_a_breach_without_a_term(http: httpx.Client) -> None:
    (found,) = (item for item in items(http, report=SEED) if item["status"] == "candidate")
    (word,) = found["alleged_without_term"]
    assert word["claim"] == "tass-1330905/agreements-violated"
    assert word["attribution"][-1]["agent"]["id"] == "prime-minister-armenia"
    assert {piece["claim"] for piece in found["evidence"]} == {f"{SEED}/c1", f"{SEED}/c2"}
    assert found["basis"] == "rule-inferred"
    assert all(not item["alleged_without_term"] for item in items(http) if item["status"] != "candidate")


def test_what_states_no_time_is_counted_and_listed_as_not_assessed(http: httpx.Client) -> None:
    counts = http.get(PATH, params={"count": "true", "report": SEED}).json()["counts"]
    assert counts == {
        "alleged": 1,
        "candidates": 1,
        "candidates_alleged_without_term": 1,
        "not_assessed": 1,
    }
    answer = http.get(
        "/api/v1/assessments", params={"outcome": "not-assessed", "report": SEED, "count": "true"}
    )
    found = answer.json()["items"]
    assert {item["claim"] for item in found} == {f"{SEED}/c5"}
    assert answer.json()["counts"] == {"total": len(found)}
    for name, value in {"from": "1900", "status": "candidate", "basis": "rule-inferred"}.items():
        filtered = http.get(PATH, params={"count": "true", "report": SEED, name: value}).json()["counts"]
        assert filtered["not_assessed"] == 0


def test_quotes_stand_in_the_text_where_they_say(http: httpx.Client) -> None:
    texts: dict[str, str] = {}
    checked = 0
    for item in items(http):
        for role in ("evidence", "denials", "fulfilment"):
            for piece in item[role]:
                if piece["kind"] == "row":
                    continue
                report = piece["report"]["id"]
                if report not in texts:
                    texts[report] = http.get(f"/api/v1/reports/{report}").json()["text"]
                for quote in (piece, *piece["hedge"]):
                    assert texts[report][quote["start"] : quote["end"]] == quote["quote"]
                    checked += 1
    assert checked > 5


def test_one_item_is_found_by_iri_and_by_hash(http: httpx.Client) -> None:
    item = items(http)[0]
    digest = item["id"].rpartition("/")[2]
    assert http.get(f"{PATH}/{digest}").json() == item
    assert http.get(f"{PATH}/{item['id']}").json() == item
    quoted = item["id"].replace(":", "%3A").replace("/", "%2F")
    assert http.get(f"{PATH}/{quoted}").json() == item


def test_the_list_below_an_agreement_is_the_list_filtered_by_it(http: httpx.Client) -> None:
    path = "/api/v1/agreements/nk-2020-11-10/alleged-violations"
    whole = http.get(path, params={"limit": 200}).json()["items"]
    assert whole == items(http, agreement="nk-2020-11-10")
    assert whole
    part = http.get(path, params={"status": "alleged"}).json()["items"]
    assert part == items(http, agreement="nk-2020-11-10", status="alleged")
    iri = f"{BASE}agreement/nk-2020-11-10"
    assert (
        http.get(f"/api/v1/agreements/{iri}/alleged-violations", params={"limit": 200}).json()["items"]
        == whole
    )


FORCES = "azerbaijani-armed-forces"
OF_AZERBAIJAN = {"azerbaijan", FORCES}


def of(item: dict[str, Any], agreement: str) -> bool:
    return bool(item["agreement"]["id"] == agreement)


def first_point(item: dict[str, Any]) -> bool:
    return item["term"] is not None and item["term"]["id"] == "nk-2020-11-10/1"


def disputed(item: dict[str, Any]) -> bool:
    return bool(item["scope"]["territorial"] == "disputed" and item["status"] == "candidate")


def reported(item: dict[str, Any]) -> str:
    return str(item["report"]["id"])


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"agreement": "nk-2020-11-10"}, lambda item: of(item, "nk-2020-11-10")),
        ({"agreement": "nk-2020-10-10"}, lambda item: of(item, "nk-2020-10-10")),
        ({"agreement": f"{BASE}agreement/nk-2020-11-10"}, lambda item: of(item, "nk-2020-11-10")),
        ({"agreement": "unscr-1701"}, lambda _: False),
        ({"term": "nk-2020-11-10/1"}, first_point),
        ({"term": f"{BASE}agreement/nk-2020-11-10/term/1"}, first_point),
        ({"term": "nk-2020-11-10/7"}, lambda _: False),
        ({"status": "alleged"}, lambda item: item["status"] == "alleged"),
        ({"status": "candidate"}, lambda item: item["status"] == "candidate"),
        ({"status": "verified"}, lambda _: False),
        ({"basis": "source-asserted"}, lambda item: item["basis"] == "source-asserted"),
        ({"basis": "party-asserted"}, lambda item: item["basis"] == "party-asserted"),
        ({"basis": "mission-observed"}, lambda _: False),
        ({"scope": "disputed"}, lambda item: item["scope"]["territorial"] == "disputed"),
        ({"scope": "in"}, lambda item: item["scope"]["territorial"] == "in"),
        ({"temporal": "in"}, lambda item: item["scope"]["temporal"] == "in"),
        ({"temporal": "out"}, lambda _: False),
        ({"material": "in"}, lambda item: item["scope"]["material"] == "in"),
        ({"material": "unknown"}, lambda item: item["scope"]["material"] == "unknown"),
        ({"material": "out"}, lambda _: False),
        ({"report": SEED}, lambda item: reported(item) == SEED),
        ({"report": "tass-1330905"}, lambda item: reported(item) == "tass-1330905"),
        ({"source": "avia"}, lambda item: "avia" in sources(item)),
        ({"source": f"{SEED}/voice"}, lambda item: f"{SEED}/voice" in sources(item)),
        ({"source": "mfa-armenia"}, lambda item: "mfa-armenia" in sources(item)),
        ({"source": "france"}, lambda _: False),
        ({"perpetrator": "azerbaijan"}, lambda item: bool(accused(item) & OF_AZERBAIJAN)),
        ({"perpetrator": FORCES}, lambda item: FORCES in accused(item)),
        ({"perpetrator": "russia"}, lambda item: "russia" in accused(item)),
        ({"perpetrator": "france"}, lambda _: False),
        ({"place": "syunik"}, lambda item: "syunik" in places(item) and bool(places(item))),
        ({"place": "azerbaijan", "report": SEED}, lambda _: False),
        ({"agreement": "nk-2020-11-10", "status": "candidate", "scope": "disputed"}, disputed),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_filter_keeps_what_it_says_and_drops_the_rest(
    http: httpx.Client, filters: dict[str, str], kept: Any
) -> None:
    expected = [item["id"] for item in items(http) if kept(item)]
    assert [item["id"] for item in items(http, **filters)] == expected


def sources(item: dict[str, Any]) -> set[str]:
    return {step["agent"]["id"] for piece in item["evidence"] for step in piece["attribution"]}


def accused(item: dict[str, Any]) -> set[str]:
    return {item["perpetrator"]["id"], *(actor["id"] for actor in item["perpetrator"]["named_as"])}


def places(item: dict[str, Any]) -> set[str]:
    return {place["id"] for place in item["place"]}


def test_a_place_takes_in_what_lies_within_it(http: httpx.Client) -> None:
    within = {item["id"] for item in items(http, place="armenia")}
    assert {item["id"] for item in items(http, place="syunik")} <= within
    assert any("armenia" not in places(item) for item in items(http) if item["id"] in within)


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("2021-08-26", "2021-08-26", True),
        ("2021-08-26T12:00Z", "2021-08-26T12:00Z", True),
        ("2021-08-26T23:59:59Z", None, True),
        (None, "2021-08-26T00:00:00Z", True),
        ("2021-08", "2021-08", True),
        ("2021", None, True),
        (None, "2021", True),
        ("2021-08-28", None, False),
        (None, "2021-08-25", False),
        ("2021-08-28", "2022", False),
        ("2021-08-26T04:00+04:00", "2021-08-26T04:00+04:00", True),
        ("2021-08-26T03:59:59+04:00", "2021-08-26T03:59:59+04:00", False),
    ],
)
def test_a_span_of_time_keeps_what_may_fall_within_it(
    http: httpx.Client,
    begin: str | None,
    end: str | None,
    found: bool,  # noqa: FBT001
) -> None:
    given = {"report": SEED, **({"from": begin} if begin else {}), **({"to": end} if end else {})}
    answer = http.get(PATH, params=given)
    assert answer.status_code == 200, answer.text
    assert [item["status"] for item in answer.json()["items"]] == (["candidate"] if found else [])
