"""Who tells, who is accused and who denies are told apart, whatever way one asks.

The report in `tellers` puts them as close to each other as texts do: the accused as the source, a teller
who is said to have acted himself, a denial that quotes the allegation, chains of reports, a breach without
anybody named, losses with and without one who caused them, what is expected or depends on
something. What is expected here was written by hand from the texts.
"""

from __future__ import annotations

import csv
import html
import io
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

DOCUMENTS: Final = Path(__file__).parent / "tellers"
NORLAND, SUDLAND, NOBODY = "Norland", "Sudland", ""
PARTY, SOURCE, RULE = "party-asserted", "source-asserted", "rule-inferred"
RECORDS: Final = {
    ("admit", NORLAND, "1", PARTY, "Norland ministry", ""),
    ("say4", NORLAND, "1", PARTY, "Sudland", "deny4"),
    ("hedge13", NORLAND, "1", PARTY, "Sudland", ""),
    ("both14", NORLAND, "1", PARTY, "Sudland", ""),
    ("both14", SUDLAND, "1", PARTY, "Sudland", ""),
    ("say16", SUDLAND, "1", SOURCE, "Observers", "deny16"),
    ("chain", NORLAND, "", SOURCE, "people of Vale", ""),
    ("own", SUDLAND, "", PARTY, "Sudland ministry", ""),
    ("passive", NOBODY, "", SOURCE, "Herald", ""),
    ("self", NORLAND, "1", RULE, "Norland army", ""),
    ("chain", NORLAND, "1", RULE, "people of Vale", ""),
    ("teller-says", NORLAND, "1", RULE, "Sudland army", ""),
    ("killed8", NORLAND, "1", RULE, "Herald", ""),  # who denies how many died denies no shelling
    ("teller-did", SUDLAND, "1", RULE, "Herald", ""),
    ("killed17", SUDLAND, "1", RULE, "Norland ministry", ""),
}
"""Claim, whose breach, of which term, basis, who says so farthest, and which claim denies it."""


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[httpx.Client]:
    store = tmp_path_factory.mktemp("tellers") / "store"
    for command in (["init", "--no-reference"], ["ingest", "--strict", str(DOCUMENTS)]):
        ran = [sys.executable, "-m", "kg", *command, "--store", str(store)]
        done = subprocess.run(ran, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        yield client


def table(client: httpx.Client, path: str, **given: str) -> list[dict[str, str]]:
    until = time.monotonic() + 60
    while True:
        answer = client.get(path, params=given, headers={"Accept": "text/csv"})
        if answer.status_code != 503 or time.monotonic() > until:
            break
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def words(client: httpx.Client, path: str) -> str:
    """Return the words of a page, without its marks."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    text = re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def items(client: httpx.Client, path: str, **given: str) -> list[dict[str, Any]]:
    answer = client.get(path, params={"limit": "200", **given})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def short(names: str) -> str:
    return names.replace("tales/", "").replace("none", "")


def test_each_record_accuses_whom_its_source_accuses(http: httpx.Client) -> None:
    listed = {
        (
            short(item["evidence"][0]["claim"]),
            (item["perpetrator"] or {"label": NOBODY})["label"],
            item["term"]["number"] if item["term"] else "",
            item["basis"],
            item["evidence"][0]["attribution"][-1]["agent"]["label"],
            " ".join(short(one["claim"]) for one in item["denials"]),
        )
        for item in items(http, "/api/v1/alleged-violations")
    }
    assert listed == RECORDS
    rows = {
        (
            short(row["evidence_claim"]),
            row["perpetrator_label"],
            row["term_number"],
            row["basis"],
            row["evidence_attribution_agent_label"].split("; ")[-1],
            short(row["denials_claim"]),
        )
        for row in table(http, "/api/v1/alleged-violations", limit="200")
    }
    assert rows == RECORDS
    asked = {
        (
            row["claims"],
            row["perpetrator"].replace("not stated", NOBODY),
            row["term"].replace("none named", ""),
            row["basis"],
            row["according_to"].split(" via ")[0],
            short(row["denied_by"]),
        )
        for row in table(http, "/api/v1/questions/01")
    }
    assert asked == RECORDS


def test_accusations_that_are_denied_are_those_of_the_same_act(http: httpx.Client) -> None:
    rows = table(http, "/api/v1/questions/13")
    assert {
        (row["accused"], row["accusing_claim"], row["accused_by"], row["denying_claim"], row["denied_by"])
        for row in rows
    } == {
        ("Norland", "say4", "Sudland via Herald", "deny4", "Norland via Herald"),
        ("Sudland", "say16", "Observers via Herald", "deny16", "Sudland via Norland via Herald"),
    }


def test_losses_are_told_with_their_side_and_accuse_nobody(http: httpx.Client) -> None:
    rows = table(http, "/api/v1/questions/08")
    assert {(row["claim"], row["what"], row["value"], row["side"], row["according_to"]) for row in rows} == {
        ("wounded9", "wounded", "2", "Sudland", "Sudland ministry via Herald"),
        ("killed8", "killed", "5", "side not stated", "Herald"),
        ("killed17", "killed", "9", "Norland", "Norland ministry via Herald"),
        ("fought15", "killed", "3", "side not stated", "Herald"),
    }


def test_an_event_holds_nothing_that_is_only_expected_or_denied(http: httpx.Client) -> None:
    held = {
        item["id"]: (
            [one["id"] for one in item["perpetrators"]],
            [one["id"] for one in item["participants"]],
            [one["quantity"]["value"] for one in item["quantities"]],
        )
        for item in items(http, "/api/v1/events")
    }
    assert {key: held[f"tales/{key}"] for key in ("e10", "e10b", "e11", "e12", "e4", "e15", "e8")} == {
        "e10": ([], [], []),
        "e10b": ([], [], []),
        "e11": ([], [], []),
        "e12": ([], [], []),
        "e4": (["norland-army"], [], []),
        "e15": ([], ["norland-army", "sudland-army"], [3]),
        "e8": (["norland-army"], [], [5]),
    }
    expected = http.get("/api/v1/events/tales/e10").json()["claims"]
    assert [(one["id"], one["modality"]) for one in expected] == [("tales/predict", "predicted")]


def test_accounts_disagree_on_an_act_only_where_one_denies_it(http: httpx.Client) -> None:
    query = """PREFIX svd: <https://w3id.org/servanda/ontology#>
      SELECT DISTINCT ?key WHERE { ?it a svd:Disagreement ; svd:position/svd:key ?key }"""
    rows = table(http, "/sparql", query=query)
    assert {row["key"] for row in rows} == {"deny4", "say4", "deny16", "say16"}


def test_the_page_of_an_actor_tells_apart_what_he_did_what_he_did_not_and_what_is_expected(
    http: httpx.Client,
) -> None:
    page = words(http, "/doc/actor/norland-army")
    did, otherwise = page.split("Claims that name Norland army as having acted")[1].split(
        "Claims that Norland army did not act, or may act: denied, expected or conditional"
    )
    for gist in ("The Norland army killed five.", "Sudland alleges shelling."):
        assert gist in did
        assert gist not in otherwise
    for gist in (
        "The Norland army did not shell Hill.",
        "Norland denies shelling.",
        "The Norland army will shell Vale.",
        "If Hill falls the Norland army will shell Vale.",
    ):
        assert gist in otherwise
        assert gist not in did
    assert "What is alleged against Norland army, and candidates against it" in page


def test_a_claim_on_a_page_says_who_only_took_part_and_who_is_said_not_to_have_done_it(
    http: httpx.Client,
) -> None:
    fought = words(http, "/doc/report/tales/claim/fought15")
    assert "Took part, accused of nothing by that Norland army , Sudland army" in fought
    assert "Who Norland army" not in fought
    assert "killed : 3 Event" in fought
    not_them = words(http, "/doc/report/tales/claim/not12")
    assert "Said not to have done it Sudland army" in not_them
    event = words(http, "/doc/report/tales/event/e15")
    assert "Took part, accused of nothing by that: Norland army" in event


def test_a_breach_by_nobody_named_is_not_told_as_if_nobody_were_accused_of_it(http: httpx.Client) -> None:
    page = words(http, "/api/v1/alleged-violations.html")
    assert "Truce of Nordmark is alleged to have been broken; by whom is not said" in page
    assert "Nobody named is alleged" not in page
    assert (
        "is alleged to have been broken; by whom is not said"
        in http.get("/api/v1/alleged-violations.atom").text
    )


def test_figures_count_under_the_accused_and_under_the_teller_each_in_their_part(http: httpx.Client) -> None:
    accused = {row["value"]: row for row in table(http, "/api/v1/statistics.csv", by="state")}
    assert {name: (row["alleged"], row["candidates"]) for name, row in accused.items()} == {
        "norland": ("5", "4"),
        "sudland": ("3", "2"),
    }
    tellers = {row["value"]: row for row in table(http, "/api/v1/statistics.csv", by="source")}
    assert {name: (row["alleged"], row["candidates"]) for name, row in tellers.items()} == {
        "herald": ("9", "6"),
        "sudland": ("4", "0"),
        "gazette": ("1", "1"),
        "vale-people": ("1", "1"),
        "norland-ministry": ("1", "1"),
        "sudland-ministry": ("1", "0"),
        "observers": ("1", "0"),
        "norland-army": ("0", "1"),
        "sudland-army": ("0", "1"),
        "norland": ("0", "0"),
    }


def test_an_assistant_is_told_that_no_source_named_the_term_never_that_nobody_alleges(
    http: httpx.Client,
) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    answer = http.post("/mcp", json=call, headers={"Accept": "application/json, text/event-stream"})
    assert answer.status_code == 200, answer.text
    assert "nobody alleges" not in answer.text
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "list_alleged_violations", "arguments": {"status": "candidate", "limit": 50}},
    }
    answer = http.post("/mcp", json=call, headers={"Accept": "application/json, text/event-stream"})
    found = answer.json()["result"]["structuredContent"]
    assert "nobody alleges" not in found["rules"]
    told = {item["evidence"][0]["claim"]: item["is_not"] for item in found["items"]}
    assert "no source named" in told["tales/chain"] or "names no term" in told["tales/chain"]
    assert told["tales/chain"] != told["tales/self"]
