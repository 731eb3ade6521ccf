"""Assistants read the graph by tools, over HTTP and streams, and are told of each item what it is not."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from jsonschema import validate
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from api.assistants.words import ALLEGED, CANDIDATE, CLAIM, DENIAL, RECALLED, RULES, UNNAMED
from kg.keys import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import httpx

pytestmark = pytest.mark.slow
SEED = "seed-syunik-highway-2021"
TOOLS = {
    "search", "suggest", "get_agreement", "list_alleged_violations", "get_claim", "compare_accounts",
    "list_questions", "ask_question", "statistics", "describe_schema", "run_sparql",
}  # fmt: skip
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"q": "highway", "limit": 20}),
    ("search", {"q": '"new route via the Lachin Corridor"'}),
    ("suggest", {"prefix": "Gorl"}),
    ("get_agreement", {"agreement": "nk-2020-11-10"}),
    ("get_agreement", {"agreement": "nk-2020-11-10", "term": "6"}),
    ("list_alleged_violations", {"agreement": "nk-2020-11-10", "limit": 50}),
    ("get_claim", {"claim": f"{SEED}/c1"}),
    ("compare_accounts", {"event": f"{SEED}/seizure"}),
    ("list_questions", {}),
    ("ask_question", {"question": "casualties", "parameters": {"report": "taghrib-513240"}}),
    ("statistics", {"by": "state"}),
    ("describe_schema", {}),
    ("describe_schema", {"about": "modality"}),
    ("run_sparql", {"query": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 3"}),
]
Results = dict[str, dict[str, Any]]


def said(name: str, arguments: Mapping[str, Any]) -> str:
    return f"{name} {json.dumps(arguments)}"


async def called(target: Any, calls: list[tuple[str, dict[str, Any]]]) -> tuple[list[Any], Results]:
    """Return the tools, and of each call its result, by the client of the SDK."""
    async with Client(target) as client:
        tools = (await client.list_tools()).tools
        results = {}
        for name, arguments in calls:
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
            results[said(name, arguments)] = result.structured_content
        return tools, results


@pytest.fixture(scope="module")
def indexed(address: str, http: httpx.Client) -> str:
    """Return the address of the server, once words are found there."""
    for _ in range(600):
        if http.get("/api/v1/search", params={"q": "armenia"}).status_code == 200:
            break
        asyncio.run(asyncio.sleep(0.1))
    return address


@pytest.fixture(scope="module")
def over_http(indexed: str) -> tuple[list[Any], Results]:
    return asyncio.run(called(f"{indexed}/mcp", CALLS))


@pytest.fixture(scope="module")
def over_streams(copy: Path) -> tuple[list[Any], Results]:
    command = StdioServerParameters(command=sys.executable, args=["-m", "api", "mcp", "--store", str(copy)])
    return asyncio.run(called(command, CALLS))


@pytest.fixture(params=["over_http", "over_streams"])
def answered(request: pytest.FixtureRequest) -> tuple[list[Any], Results]:
    found: tuple[list[Any], Results] = request.getfixturevalue(request.param)
    return found


def test_every_tool_only_reads_and_forbids_to_state_allegations_as_facts(
    answered: tuple[list[Any], Results],
) -> None:
    tools, _ = answered
    assert {tool.name for tool in tools} == TOOLS == {name for name, _ in CALLS}
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert "Never state as a fact" in tool.description
        assert tool.input_schema["additionalProperties"] is False


def test_every_item_says_in_which_words_by_whom_how_and_what_it_is_not(
    answered: tuple[list[Any], Results],
) -> None:
    tools, results = answered
    schemas = {tool.name: tool.output_schema for tool in tools}
    for call, result in results.items():
        validate(result, schemas[call.partition(" ")[0]])
        assert result["items"], call
        assert result["rules"] == RULES
        for item in result["items"]:
            assert " not " in item["is_not"], call
            assert {"quote", "chain", "modality", "status"} <= item.keys(), call


def test_both_transports_answer_the_same(
    over_http: tuple[list[Any], Results], over_streams: tuple[list[Any], Results]
) -> None:
    def without(results: Results) -> Results:
        return {call: {**result, "sequence": None} for call, result in results.items()}

    assert without(over_http[1]) == without(over_streams[1])
    assert [tool.name for tool in over_http[0]] == [tool.name for tool in over_streams[0]]


def test_a_claim_comes_with_its_exact_words_its_chain_and_its_modality(
    over_http: tuple[list[Any], Results], http: httpx.Client
) -> None:
    (claim,) = over_http[1][said("get_claim", {"claim": f"{SEED}/c1"})]["items"]
    text = http.get(f"/api/v1/reports/{SEED}").json()["text"]
    (piece,) = claim["evidence"]
    assert claim["quote"] == [text[piece["start"] : piece["end"]]]
    assert claim["according_to"] == "Avia, through the report itself"
    assert [step["step"] for step in claim["chain"]] == [1, 2]
    assert (claim["modality"], claim["status"], claim["is_not"]) == ("reported", "claimed", CLAIM)


def test_allegations_candidates_and_denials_are_told_apart(
    over_http: tuple[list[Any], Results], http: httpx.Client
) -> None:
    call = said("list_alleged_violations", {"agreement": "nk-2020-11-10", "limit": 50})
    items = over_http[1][call]["items"]
    expected = http.get(
        "/api/v1/alleged-violations", params={"agreement": "nk-2020-11-10", "limit": 50}
    ).json()["items"]
    assert [item["iri"] for item in items] == [one["id"] for one in expected]
    for item, one in zip(items, expected, strict=True):
        is_candidate = one["basis"] == "rule-inferred"
        assert item["kind"] == ("candidate violation" if is_candidate else "alleged violation")
        assert item["is_not"] in ({CANDIDATE, UNNAMED} if is_candidate else {ALLEGED})
        assert (item["is_not"] == UNNAMED) == bool(one["alleged_without_term"])
        assert [piece["quote"] for piece in item["evidence"]] == [p["quote"] for p in one["evidence"]]
        for denial in item["denials"]:
            assert denial["is_not"] == (DENIAL if denial["polarity"] == "negative" else CLAIM)
    assert {item["kind"] for item in items} == {"candidate violation", "alleged violation"}
    assert "counts" in over_http[1][call]
    assert "total" not in over_http[1][call]["counts"]


def test_accounts_of_one_event_stand_beside_each_other_with_who_states_what(
    over_http: tuple[list[Any], Results],
) -> None:
    told = over_http[1][said("compare_accounts", {"event": f"{SEED}/seizure"})]
    claims = {item["id"] for item in told["items"]}
    assert len({item["report"]["id"] for item in told["items"]}) > 1
    for values in told["stated"].values():
        for value in values:
            assert set(value.get("claims") or [value["claim"]]) <= claims
    assert len(told["sources"]) > 1


def test_words_that_were_only_recalled_are_not_given_as_exact(
    over_http: tuple[list[Any], Results],
) -> None:
    for term in over_http[1][said("get_agreement", {"agreement": "nk-2020-11-10"})]["items"]:
        exact = [wording["words"] for wording in term["wordings"] if wording["status"] == "verbatim"]
        assert term["quote"] == exact
        if {wording["status"] for wording in term["wordings"]} == {"recalled-unverified"}:
            assert term["is_not"] == RECALLED


def test_words_of_a_term_are_found_with_how_well_they_are_known_and_recalled_ones_are_no_quote(
    over_http: tuple[list[Any], Results],
) -> None:
    call = said("search", {"q": '"new route via the Lachin Corridor"'})
    (term,) = over_http[1][call]["items"]
    assert (term["kind"], term["id"]) == ("term", "nk-2020-11-10/6.2")
    assert "new route via the Lachin Corridor" in term["matches"][0]["text"]
    assert [wording["status"] for wording in term["wordings"]] == ["recalled-unverified", "paraphrase"]
    assert term["quote"] == []


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("get_claim", {"claim": "nowhere/c1"}, "not-found"),
    ("get_claim", {"claim": f"{SEED}/c1", "colour": "red"}, "colour"),
    ("get_claim", {"claim": ""}, "claim"),
    ("get_claim", {"claim": "../reports"}, "not-found"),
    ("get_agreement", {"agreement": "nk-2020-11-10/terms"}, "is no id of agreements"),
    ("search", {"q": "x" * 10_000}, "at most 1000"),
    ("search", {"q": ["a"]}, "q"),
    ("search", {"q": "highway", "limit": 1000}, "limit"),
    ("list_alleged_violations", {"perpetrator": "nobody-at-all"}, "unknown-reference"),
    ("list_alleged_violations", {"cursor": "forged"}, "invalid-cursor"),
    ("compare_accounts", {"event": f"{SEED}/seizure", "cursor": "-1"}, "cursor"),
    ("ask_question", {"question": "casualties", "parameters": {"colour": "red"}}, "colour"),
    ("ask_question", {"question": "07-casualties.csv"}, "no question"),
    ("ask_question", {"question": "casualties", "parameters": {"as_of": "1"}}, "unauthorized"),
    ("describe_schema", {"about": "everything"}, "no module"),
    ("run_sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "update-forbidden"),
    ("run_sparql", {"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}, "service-forbidden"),
    ("run_sparql", {"query": "SELECT"}, "query-syntax"),
]


def test_what_is_not_right_is_refused_in_a_sentence(indexed: str) -> None:
    async def refused() -> None:
        async with Client(f"{indexed}/mcp") as client:
            for name, arguments, word in WRONG:
                result = await client.call_tool(name, arguments)
                assert result.is_error, (name, arguments)
                assert word in result.content[0].text, result.content  # type: ignore[union-attr]
            with pytest.raises(MCPError, match="there is no tool"):
                await client.call_tool("drop_table", {})

    asyncio.run(refused())


def test_a_query_cannot_make_its_own_words_pass_for_a_quote(address: str) -> None:
    async def asked() -> dict[str, Any]:
        async with Client(f"{address}/mcp") as client:
            query = 'SELECT ("They broke it." AS ?quote) ("court" AS ?according_to) {}'
            result = await client.call_tool("run_sparql", {"query": query})
            return dict(result.structured_content)

    (item,) = asyncio.run(asked())["items"]
    assert (item["quote"], item["chain"], item["status"]) == ([], [], None)
    assert item["row"]["quote"] == "They broke it."


def test_a_tool_has_the_rights_of_the_key_with_which_it_is_called(
    indexed: str, tokens: dict[Scope, str]
) -> None:
    async def asked() -> Any:
        headers = {"Authorization": f"Bearer {tokens[Scope.READ]}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as with_key,
            Client(streamable_http_client(f"{indexed}/mcp", http_client=with_key)) as client,
        ):
            past = {"question": "casualties", "parameters": {"as_of": "20"}}
            result = await client.call_tool("ask_question", past)
            token = await client.call_tool("suggest", {"prefix": tokens[Scope.READ]})
            return result, token

    result, token = asyncio.run(asked())
    assert not result.is_error, result.content
    assert token.is_error
    assert "never an argument" in token.content[0].text
    assert tokens[Scope.READ] not in token.content[0].text


def test_a_message_has_the_name_of_its_request_and_is_refused_as_others_are(http: httpx.Client) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    given = {"X-Request-Id": "mine-17-0001", "Accept": "application/json, text/event-stream"}
    answer = http.post("/mcp", json=call, headers=given)
    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"] == "mine-17-0001"
    assert len(answer.json()["result"]["tools"]) == len(TOOLS)
    for method in ("GET", "DELETE", "PUT"):
        assert http.request(method, "/mcp").status_code == 405
    assert http.post("/mcp", json=call, params={"a": "b"}).json()["type"].endswith("/unknown-parameter")
    assert http.post("/mcp", data={"a": "b"}).json()["type"].endswith("/unsupported-media-type")
    long = http.post("/mcp", content=b" " * 1_048_577, headers={"Content-Type": "application/json"})
    assert long.json()["type"].endswith("/body-too-large")
    for body in (b"{", b"[" * 100_000, b"[]", b"null", b'{"jsonrpc": "2.0"}'):
        broken = http.post("/mcp", content=body, headers={**given, "Content-Type": "application/json"})
        assert broken.status_code == 400, body[:20]
