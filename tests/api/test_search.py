"""Words are found over HTTP in what may be shown, with who says so; what is asked is answered or refused."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

SEED = "seed-syunik-highway-2021"


@pytest.fixture(scope="module")
def found(http: httpx.Client) -> Any:
    """Give a function that returns what is found, once there is an index."""

    def asked(q: str, **given: str) -> dict[str, Any]:
        until = time.monotonic() + 60
        while True:
            answer = http.get("/api/v1/search", params={"q": q, **given})
            if answer.status_code != 503 or time.monotonic() > until:
                assert answer.status_code == 200, answer.text
                return dict(answer.json())
            time.sleep(0.1)

    return asked


def test_a_claim_is_found_by_its_words_with_chain_modality_and_exact_places(
    found: Any, http: httpx.Client
) -> None:
    body = found('"armed forces increased" kind:claim')
    (hit,) = body["items"]
    assert (hit["kind"], hit["id"]) == ("claim", f"{SEED}/c2")
    assert hit["claim"]["modality"] == "reported"
    assert [step["agent"]["label"] for step in hit["claim"]["attribution"]][-1] == "Avia"
    (match,) = [one for one in hit["matches"] if one["field"] == "quote"]
    text = http.get(f"/api/v1/reports/{SEED}").json()["text"]
    assert text[match["start"] : match["end"]] == match["text"]
    (at,) = match["highlights"]
    assert match["text"][at["start"] : at["end"]] == "armed forces increased"


def test_what_is_masked_is_never_found(found: Any, http: httpx.Client) -> None:
    for report in http.get("/api/v1/reports?limit=200").json()["items"]:
        texts = found("", report=report["id"], kind="text")["items"]
        assert bool(texts) == (report["text_access"] == "public")
    assert "·" not in json.dumps(found("syunik", limit="200"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("q", "kinds"),
    [
        ("Երեւան", {"place"}),
        ("亚美尼亚军人", {"claim"}),
        ("peacekeep*", {"actor", "claim", "term", "text"}),
        ("nakhichevan -captured kind:claim", set()),
        ("highway by:azerbaijan from:2021-08 to:2021-08", {"claim"}),
    ],
)
def test_words_of_any_script_beginnings_exclusions_and_filters(q: str, kinds: set[str], found: Any) -> None:
    assert {hit["kind"] for hit in found(q, limit="200")["items"]} == kinds


def test_pages_hold_everything_once_in_the_order_of_the_whole(found: Any, http: httpx.Client) -> None:
    for order in ("rank", "newest"):
        whole = found("armenia", limit="200", order=order)
        paged: list[Any] = []
        address: str | None = "/api/v1/search?q=armenia&limit=7&order=" + order
        while address is not None:
            page = http.get(address).json()
            paged += page["items"]
            address = page["next"]
        assert paged == whole["items"]
        assert len(paged) == whole["counts"]["total"] > 7
        assert whole["counts"]["is_all"] is True


def test_facets_count_what_is_found_if_their_value_is_asked_for_too(found: Any) -> None:
    whole = found("armenia", facets="kind,perpetrator,modality,agreement")
    for name, values in whole["facets"].items():
        for value in values:
            assert found("armenia", **{name: value["value"]})["counts"]["total"] == value["total"]
    assert {value["value"] for value in whole["facets"]["kind"]} >= {"claim", "place", "term"}


HOSTILE = (
    "x" * 10_000,
    '"' * 999,
    "-" * 999,
    "a OR b AND NOT NEAR(c, 2)",
    "head:x marks:m* {head body} : y",
    "^a + b",
    "*",
    "**** (((( ))))",
    "' OR 1=1; DROP TABLE entry; --",
    "a\x00b",
    "\x00",
    "\ufffd\ufffe\uffff",
    "%",
    "a" + "\u0301" * 900,
    " ".join(f"w{number}*" for number in range(32)),
    "words:x rank:y",
    "␞ ␞",
    "mk* x00000*",
)


@pytest.mark.parametrize("q", HOSTILE)
def test_whatever_is_looked_for_is_answered_or_refused(q: str, found: Any, http: httpx.Client) -> None:
    found("armenia")
    answer = http.get("/api/v1/search", params={"q": q})
    assert answer.status_code in {200, 400, 431}, answer.text
    if answer.status_code == 200:
        for hit in answer.json()["items"]:
            assert any(match["highlights"] for match in hit["matches"])


def test_lone_surrogates_and_bytes_that_are_no_text_are_answered(found: Any, http: httpx.Client) -> None:
    found("armenia")
    for raw in ("%ED%A0%80", "%FF%FE", "a%C3", "%ED%B0%80armenia"):
        assert http.get(f"/api/v1/search?q={raw}").status_code in {200, 400}


def test_a_wrong_filter_is_told_with_what_may_be_meant(http: httpx.Client, found: Any) -> None:
    found("armenia")
    body = http.get("/api/v1/search?q=war+by:azerbaijn").json()
    assert body["parameter"] == "perpetrator"
    assert "azerbaijan" in body["suggestions"]
    assert http.get("/api/v1/search?q=war&kind=clam").status_code == 400
    assert http.get("/api/v1/search?q=war&cursor=eyJ").status_code == 400


@pytest.mark.slow
def test_the_command_finds_the_same(copy: Path, found: Any) -> None:
    command = [
        sys.executable,
        "-m",
        "api",
        "search",
        "--store",
        str(copy),
        "--json",
        "--limit",
        "200",
        "armenia",
    ]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    whole = found("armenia", limit="200")
    assert [hit["iri"] for hit in said["items"]] == [hit["iri"] for hit in whole["items"]]
    assert said["counts"] == whole["counts"]
    plain = subprocess.run(
        [*command[:6], '"armed forces increased"'], capture_output=True, check=True, text=True
    ).stdout
    assert "claimed (reported) by Avia" in plain


@pytest.mark.parametrize(
    ("prefix", "meant", "field"),
    [
        ("syun", "syunik", "label"),
        ("nakhich", "nakhchivan", "alternative label"),
        ("Сюни", "syunik", "label"),
        ("ԳՈՐԻՍ", "goris", "alternative label"),
        ("azerbajan", "azerbaijan", "label"),
        ("stepanakrt", "khankendi", "alternative label"),
        ("peacekeepers", "russian-peacekeepers", "label"),
        ("humanitarian cease", "nk-2020-10-10", "label"),
    ],
)
def test_a_name_is_suggested_by_what_it_begins_with_in_any_spelling(
    prefix: str, meant: str, field: str, found: Any, http: httpx.Client
) -> None:
    found("armenia")
    items = http.get("/api/v1/suggest", params={"prefix": prefix}).json()["items"]
    one = next(item for item in items if item["id"] == meant)
    assert one["field"] == field
    assert one["line"]


def test_namesakes_are_told_apart_and_kinds_are_kept_to(found: Any, http: httpx.Client) -> None:
    found("armenia")
    items = http.get("/api/v1/suggest?prefix=Azerbaijan&limit=50").json()["items"]
    called = [item for item in items if item["label"] == "Azerbaijan"]
    assert {item["kind"] for item in called} == {"actor", "place"}
    assert len({(item["kind"], item["line"]) for item in called}) == len(called)
    places = http.get("/api/v1/suggest?prefix=a&kind=place&limit=50").json()["items"]
    assert {item["kind"] for item in places} == {"place"}
    for prefix in ("", "!!", "\x00", "x" * 200, "\u0301" * 100):
        assert http.get("/api/v1/suggest", params={"prefix": prefix}).json()["items"] == []
    assert http.get("/api/v1/suggest", params={"prefix": "x" * 201}).status_code == 400
