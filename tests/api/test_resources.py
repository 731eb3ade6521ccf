"""Every resource: listed, paged, told alone, and refused by name where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import httpx

API = "/api/v1"
BASE = "https://w3id.org/servanda/id/"
SEED = "seed-syunik-highway-2021"
LISTS = [
    "agreements",
    "terms",
    "agreements/nk-2020-11-10/terms",
    "alleged-violations",
    "agreements/nk-2020-11-10/alleged-violations",
    "assessments",
    "states",
    "forces",
    "actors",
    "regions",
    "events",
    "claims",
    "reports",
]
ONE = [
    ("agreements", "nk-2020-11-10", "agreement/nk-2020-11-10"),
    ("terms", "nk-2020-11-10/6", "agreement/nk-2020-11-10/term/6"),
    ("states", "azerbaijan", "actor/azerbaijan"),
    ("forces", "azerbaijani-armed-forces", "actor/azerbaijani-armed-forces"),
    ("actors", "avia", "actor/avia"),
    ("actors", f"{SEED}/voice", f"report/{SEED}/voice"),
    ("regions", "syunik", "place/syunik"),
    ("events", f"{SEED}/seizure", f"report/{SEED}/event/seizure"),
    ("claims", f"{SEED}/c1", f"report/{SEED}/claim/c1"),
    ("reports", SEED, f"report/{SEED}"),
]


def walk(http: httpx.Client, path: str, **parameters: Any) -> list[Any]:
    """Return the items of all pages, following `next`, which the link header must repeat."""
    found = []
    url: str | None = path
    while url is not None:
        answer = http.get(url, params=parameters if url == path else None)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert set(body) <= {"items", "next", "counts", "hidden"}
        assert answer.links.get("next", {}).get("url") == body["next"]
        found += body["items"]
        url = body["next"]
    return found


@pytest.mark.parametrize("name", LISTS)
def test_pages_put_together_are_the_whole_list(http: httpx.Client, name: str) -> None:
    path = f"{API}/{name}"
    whole = walk(http, path, limit=200)
    assert whole
    for limit in (7, 50):
        assert walk(http, path, limit=limit) == whole
    assert walk(http, path) == whole
    ids = [item["id"] for item in whole]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", [name for name in LISTS if "alleged" not in name])
def test_lists_are_counted_on_request(http: httpx.Client, name: str) -> None:
    body = http.get(f"{API}/{name}", params={"count": "true", "limit": 1}).json()
    assert body["counts"] == {"total": len(walk(http, f"{API}/{name}", limit=200))}


def test_filters_stay_from_page_to_page(http: httpx.Client) -> None:
    found = walk(http, f"{API}/claims", limit=3, report=SEED, count="true")
    assert found == walk(http, f"{API}/claims", limit=200, report=SEED)
    assert {item["report"]["id"] for item in found} == {SEED}
    assert [item["key"] for item in found][:4] == ["c0", "c1", "c2", "c3"]


@pytest.mark.parametrize(("kind", "name", "iri"), ONE)
def test_a_resource_is_told_by_id_and_by_iri(http: httpx.Client, kind: str, name: str, iri: str) -> None:
    told = http.get(f"{API}/{kind}/{name}")
    assert told.status_code == 200, told.text
    assert told.json()["id"] == name
    assert told.json()["iri"] == BASE + iri
    assert http.get(f"{API}/{kind}/{BASE}{iri}").json() == told.json()
    assert http.get(f"{API}/{kind}/{quote(BASE + iri, safe='')}").json() == told.json()


@pytest.mark.parametrize("name", LISTS[2:3] + LISTS[4:5])
def test_what_is_below_an_agreement_that_is_not_there_is_not_there(http: httpx.Client, name: str) -> None:
    answer = http.get(f"{API}/{name}".replace("nk-2020-11-10", "nk-2020-11-11"))
    assert answer.status_code == 404
    assert "nk-2020-11-10" in answer.json()["detail"]


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in ONE} | {"alleged-violations"}))
@pytest.mark.parametrize("name", ["no-such-thing", "no/such", "a%20b", "https://example.org/x", "%22%7D"])
def test_a_resource_that_is_not_there_is_told_so(http: httpx.Client, kind: str, name: str) -> None:
    answer = http.get(f"{API}/{kind}/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://w3id.org/servanda/problem/not-found"


@pytest.mark.parametrize(
    ("kind", "name"), [("states", "avia"), ("forces", "azerbaijan"), ("agreements", f"{BASE}actor/avia")]
)
def test_a_resource_of_another_kind_is_not_there(http: httpx.Client, kind: str, name: str) -> None:
    assert http.get(f"{API}/{kind}/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "filters", "some", "none"),
    [
        ("agreements", {"party": "russia"}, "nk-2020-11-10", "unscr-1701"),
        ("terms", {"binds": "russia"}, "nk-2020-11-10/3", "nk-2020-11-10/2"),
        ("terms", {"agreement": "nk-2020-10-10"}, "nk-2020-10-10/1", "nk-2020-11-10/1"),
        ("forces", {"of": "azerbaijan"}, "azerbaijani-armed-forces", "russian-peacekeepers"),
        ("actors", {"of": "armenia"}, "mfa-armenia", "azerbaijani-armed-forces"),
        ("regions", {"within": "armenia"}, "syunik", "nakhchivan"),
        ("regions", {"borders": "nakhchivan"}, "syunik", "lori"),
        ("events", {"report": SEED}, f"{SEED}/seizure", "tass-1330905/closure"),
        ("events", {"type": "incursion"}, f"{SEED}/seizure", "tass-1330905/closure"),
        ("events", {"place": "armenia"}, f"{SEED}/seizure", "tass-1330905/no-such"),
        ("events", {"same_as": f"{SEED}/seizure"}, "armenpress-1061764/closure", "tass-1330905/no-such"),
        ("claims", {"modality": "hedged"}, f"{SEED}/c13", f"{SEED}/c1"),
        ("claims", {"source": "avia"}, f"{SEED}/c1", f"{SEED}/c13"),
        ("claims", {"event": f"{SEED}/seizure"}, f"{SEED}/c1", f"{SEED}/c13"),
        ("claims", {"perpetrator": "azerbaijan"}, f"{SEED}/c1", f"{SEED}/c9"),
        ("claims", {"place": "armenia", "report": SEED}, f"{SEED}/c1", f"{SEED}/c13"),
        ("claims", {"from": "2021-08-26", "to": "2021-08-26"}, f"{SEED}/c1", f"{SEED}/c13"),
        ("reports", {"source": "avia"}, SEED, "tass-1330905"),
        ("reports", {"publisher": "tass"}, "tass-1330905", SEED),
    ],
    ids=str,
)
def test_a_filter_keeps_some_and_drops_others(
    http: httpx.Client, name: str, filters: dict[str, str], some: str, none: str
) -> None:
    found = {item["id"] for item in walk(http, f"{API}/{name}", limit=200, **filters)}
    assert some in found
    assert none not in found


def test_a_report_is_told_with_its_text_and_listed_without(http: httpx.Client) -> None:
    told = http.get(f"{API}/reports/{SEED}").json()
    assert told["text_sha256"] == "a44663f4d035016460e3061b1d227a669009868e7309f25d70ce1e101ffc3f8c"
    assert len(told["text"]) > 2700
    assert told["publisher"] is None
    assert told["remarks"]
    for remark in told["remarks"]:
        for quoted in remark["quotes"]:
            assert told["text"][quoted["start"] : quoted["end"]] == quoted["quote"]
    assert all("text" not in item for item in walk(http, f"{API}/reports"))


def test_every_quote_of_every_claim_stands_where_it_says(http: httpx.Client) -> None:
    texts = {
        item["id"]: http.get(f"{API}/reports/{item['id']}").json()["text"]
        for item in walk(http, f"{API}/reports")
    }
    for claim in walk(http, f"{API}/claims", limit=200):
        assert claim["evidence"]
        assert claim["attribution"][0]["step"] == 1
        for piece in (*claim["evidence"], *claim["hedge"]):
            if piece.get("kind", "quote") == "quote":
                assert texts[claim["report"]["id"]][piece["start"] : piece["end"]] == piece["quote"]


def test_a_region_is_told_with_its_outline(http: httpx.Client) -> None:
    syunik = http.get(f"{API}/regions/syunik").json()
    assert syunik["geometry"].startswith(("POLYGON", "MULTIPOLYGON"))
    assert syunik["iso3166_subdivision"] == "AM-SU"
    assert syunik["zone"] is None
    assert syunik["within"][0]["id"] == "armenia"
    assert syunik["within"][0]["authority"]
    assert http.get(f"{API}/regions/nk-conflict-zone").json()["geometry"] is None


def test_an_event_is_told_with_the_claims_behind_each_value(http: httpx.Client) -> None:
    event = http.get(f"{API}/events/{SEED}/seizure").json()
    assert event["type"] == "territorial-seizure"
    assert {place["id"]: place["claims"] for place in event["places"]}["syunik"] == [
        f"{SEED}/c1",
        f"{SEED}/c2",
    ]
    area = event["quantities"][0]
    assert (area["quantity"]["kind"], area["quantity"]["value"], area["claim"]) == ("area", 10, f"{SEED}/c2")
    assert {claim["id"] for claim in event["claims"]} >= {f"{SEED}/c1", f"{SEED}/c2"}
    assert all(same["reason"] for same in event["same_event"])


def test_a_term_is_told_with_its_wordings_and_every_reading(http: httpx.Client) -> None:
    term = http.get(f"{API}/terms/nk-2020-11-10/1").json()
    assert {wording["status"] for wording in term["wordings"]} == {"verbatim"}
    readings = {
        norm["key"]: {reading["key"]: reading for reading in norm["readings"]} for norm in term["norms"]
    }
    assert set(readings["1b"]) == {"zone", "anywhere"}
    assert [place["id"] for place in readings["1b"]["zone"]["places"]] == ["nk-conflict-zone"]
    assert readings["1b"]["anywhere"]["places"] == []
    assert readings["1b"]["zone"]["from"]["earliest"] == "2020-11-09T21:00:00Z"


def test_an_agreement_and_its_term_tell_what_took_their_place(http: httpx.Client) -> None:
    agreement = http.get(f"{API}/agreements/nk-1994-05-12").json()
    (change,) = agreement["changed_by"]
    assert (change["kind"], change["of"], change["by"], change["since"], change["words"]) == (
        "supersession",
        {"agreement": "nk-1994-05-12", "term": "1"},
        {"agreement": "nk-2020-11-10", "term": None},
        "2020-11-09T21:00:00Z",
        None,
    )
    assert (agreement["changes"], agreement["no_longer_in_force"]) == ([], None)
    term = http.get(f"{API}/terms/nk-1994-05-12/1").json()
    assert (term["changed_by"], term["no_longer_in_force"]) == ([change], "2020-11-10")
    later = http.get(f"{API}/agreements/nk-2020-11-10").json()
    assert [item["of"]["agreement"] for item in later["changes"]] == ["nk-1994-05-12", "nk-2020-10-10"]


def test_an_agreement_is_told_with_texts_and_terms_in_order(http: httpx.Client) -> None:
    agreement = http.get(f"{API}/agreements/nk-2020-11-10").json()
    assert {party["id"] for party in agreement["parties"]} == {"armenia", "azerbaijan"}
    assert agreement["pax_id"] == 2324
    numbers = [item["number"] for item in walk(http, f"{API}/agreements/nk-2020-11-10/terms")]
    assert numbers == sorted(numbers)
    assert [term["number"] for term in agreement["terms"]] == [
        number for number in numbers if "." not in number
    ]
