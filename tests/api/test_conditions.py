"""Conditions of writing: no update is lost, on documents, graphs, updates and what was refused."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from kg import resources
from kg.keys import Keys, Scope
from kg.pipeline import ingest, open_graph

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

SEED = "seed-syunik-highway-2021"
BASE = "https://w3id.org/servanda/id/"
GRAPH = f"{BASE}graph/report/{SEED}"
DATA = Path(str(resources.data())) / "seed"
PLAIN = ("--write-policy", "unvalidated")
TURTLE = {"content-type": "text/turtle"}
UPDATE = {"content-type": "application/sparql-update"}
LONG_AGO, LATE = "Sun, 01 Jan 2006 00:00:00 GMT", "Sun, 01 Jan 2090 00:00:00 GMT"
MALFORMED = ["abc", '"abc', '"a" "b"', '*, "a"', 'w/"a"', "", ",", '"a\tb"', "W/*"]


def report(title: str) -> dict[str, Any]:
    document = yaml.safe_load((DATA / f"{SEED}.yaml").read_text(encoding="utf-8"))
    text = (DATA / document.pop("text_file")).read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return whole | {"text": text, "title": title}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of a store in whose quarantine something waits."""
    place = demonstration(tmp_path_factory.mktemp("conditions") / "store")
    wrong = place.parent / "wrong.json"
    with open_graph(place) as opened:
        for name in ("one", "two", "three"):
            wrong.write_text(f'{{"kind": "actors", "id": "{name}", "actors": []}}', encoding="utf-8")
            assert ingest(opened, [wrong])[0].status == "refused"
    return place


@pytest.fixture(scope="module")
def http(made: Path, serving: Serving) -> Iterator[httpx.Client]:
    """Return a client that may do everything, of a server that takes updates."""
    store = Path(shutil.copytree(made, made.parent / "served"))
    headers = {"authorization": f"Bearer {Keys(store).make('Curator', Scope.ADMIN)[1]}"}
    with (
        serving(store, SERVANDA_UPDATE="1") as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=120) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("plain") / "store"
    with serving(folder, *PLAIN) as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        yield client


def tag_of(client: httpx.Client, graph: str = GRAPH, **headers: str) -> str:
    answer = client.head(
        "/graphs", params={"graph": graph}, headers={"accept-encoding": "identity", **headers}
    )
    assert answer.status_code == 200
    return str(answer.headers["etag"])


def words_of(client: httpx.Client) -> str:
    return client.get("/graphs", params={"graph": GRAPH}, headers={"accept": "application/n-triples"}).text


def post(client: httpx.Client, title: str, **headers: str) -> httpx.Response:
    """Send the report with a title; again, as the answer says, where nobody was free on a busy machine."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    for _ in range(10):
        answer = client.post("/api/v1/reports", json=report(title), headers=sent)
        if answer.status_code != 503:
            break
        time.sleep(1)
    return answer


def put(client: httpx.Client, graph: str, value: int, headers: dict[str, str]) -> httpx.Response:
    return client.put(
        "/graphs",
        params={"graph": graph},
        content=f"<urn:a> <urn:b> {value} .",
        headers={**TURTLE, **headers},
    )


def failed(answer: httpx.Response, tag: str | None) -> bool:
    """Return whether it is the refusal that names the tag that is right now."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("etag") == body.get("etag")
    refused = answer.status_code == 412 and str(body["type"]).endswith("/precondition-failed")
    return refused and body.get("etag") == tag


def test_a_revision_is_made_over_the_version_that_was_read_and_no_other(http: httpx.Client) -> None:
    post(http, "To begin with")
    tag = tag_of(http)
    for wrong in ('"x"', f"W/{tag}", f'"x", W/{tag}', tag_of(http, f"{BASE}graph/agreement/nk-2020-11-10")):
        refused = post(http, "Lost", if_match=wrong)
        assert failed(refused, tag), (wrong, refused.text)
    assert "Lost" not in words_of(http)
    taken = post(http, "Second", if_match=f'"x",{tag} , "y"')
    assert (taken.status_code, taken.json()["status"]) == (200, "revised")
    assert failed(post(http, "Lost", if_match=tag), taken.json()["etag"])
    assert taken.json()["etag"] == tag_of(http) != tag
    assert post(http, "Third", if_match="*").status_code == 200
    unchanged = post(http, "Third", if_match=tag_of(http))
    assert (unchanged.json()["status"], unchanged.json()["etag"]) == ("unchanged", tag_of(http))


def test_a_tag_of_any_form_in_which_the_document_was_read_will_do(http: httpx.Client) -> None:
    graph, described = f"/graphs?graph={GRAPH}", f"/doc/report/{SEED}"
    for number, (path, accept, coding) in enumerate(
        (
            (graph, "text/turtle", "gzip"),
            (graph, "application/ld+json", "identity"),
            (f"/graphs/report/{SEED}", "application/n-triples", "gzip"),
            (described, "application/rdf+xml", "identity"),
            (f"/doc/graph/report/{SEED}.ttl", "*/*", "gzip"),
        )
    ):
        tag = http.get(path, headers={"accept": accept, "accept-encoding": coding}).headers["etag"]
        assert post(http, f"Number {number}", if_match=tag).json()["status"] == "revised", path
        assert post(http, f"Lost {number}", if_match=tag).status_code == 412, path


def test_a_graph_is_put_merged_and_retracted_over_the_version_that_was_read(http: httpx.Client) -> None:
    post(http, "To begin with")
    old = tag_of(http)
    post(http, "Meanwhile")
    now, triples = tag_of(http), words_of(http)
    for path in ("/graphs?graph=" + GRAPH, f"/graphs/report/{SEED}"):
        for method in ("PUT", "POST", "DELETE"):
            content = None if method == "DELETE" else triples.encode()
            sent = {"content-type": "application/n-triples", "if-match": old}
            assert failed(http.request(method, path, content=content, headers=sent), now), (method, path)
            sent = {"content-type": "application/n-triples", "if-none-match": "*"}
            assert failed(http.request(method, path, content=content, headers=sent), now), (method, path)
    sent = {"content-type": "application/n-triples", "if-match": now}
    assert http.put("/graphs", params={"graph": GRAPH}, content=triples, headers=sent).status_code == 200
    gone = http.delete("/graphs", params={"graph": GRAPH}, headers={"if-match": now})
    assert gone.status_code == 204
    for headers in ({"if-match": "*"}, {"if-match": now}, {"if-unmodified-since": LATE}):
        assert failed(http.delete("/graphs", params={"graph": GRAPH}, headers=headers), None)
        assert failed(post(http, "Lost", **headers), None)
    assert http.delete("/graphs", params={"graph": GRAPH}).status_code == 404
    assert post(http, "Anew", **{"if-none-match": "*"}).status_code == 201


def test_what_is_to_be_new_is_written_over_nothing(http: httpx.Client) -> None:
    post(http, "There")
    tag = tag_of(http)
    assert failed(post(http, "Lost", if_none_match="*"), tag)
    assert failed(post(http, "There", if_none_match="*"), tag)
    assert failed(post(http, "Lost", if_none_match=f"W/{tag}"), tag)
    assert failed(post(http, "Lost", if_match=tag, if_none_match=tag), tag)
    assert post(http, "Other", if_match=tag, if_none_match='"x"').status_code == 200


@pytest.mark.parametrize("header", ["if-match", "if-none-match"])
@pytest.mark.parametrize("value", MALFORMED)
def test_what_is_no_tag_is_refused_and_nothing_is_written(
    http: httpx.Client, plain: httpx.Client, header: str, value: str
) -> None:
    for answer in (post(http, "Lost", **{header: value}), put(plain, "urn:malformed", 1, {header: value})):
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("/bad-request")
    assert plain.get("/graphs?graph=urn:malformed").status_code == 404


def test_a_date_holds_where_no_tag_is_given(http: httpx.Client) -> None:
    post(http, "Dated")
    time.sleep(2.1)
    answer = http.get("/graphs", params={"graph": GRAPH})
    last = answer.headers["last-modified"]
    assert failed(post(http, "Lost", if_unmodified_since=LONG_AGO), tag_of(http))
    assert (
        http.get("/graphs", params={"graph": GRAPH}, headers={"if-modified-since": last}).status_code == 304
    )
    assert post(http, "After", if_unmodified_since=last).status_code == 200
    for _ in range(20):  # no date is told before it has come, since more may happen in that second
        headers = http.get("/graphs", params={"graph": GRAPH}).headers
        if "last-modified" in headers:
            assert parsedate_to_datetime(last) < parsedate_to_datetime(headers["last-modified"])
            assert parsedate_to_datetime(headers["last-modified"]) <= datetime.now(UTC)
    assert failed(post(http, "Lost", if_unmodified_since=last), tag_of(http))
    assert post(http, "No date", if_unmodified_since="yesterday").status_code == 200
    assert post(http, "A tag counts", if_match=tag_of(http), if_unmodified_since=LONG_AGO).status_code == 200


def test_validating_is_no_writing_and_takes_no_conditions(http: httpx.Client) -> None:
    answer = http.post("/api/v1/validate", json=report("Any"), headers={"if-match": '"x"'})
    assert (answer.status_code, answer.json()["status"], answer.json()["etag"]) == (200, "valid", None)


def test_who_may_not_write_is_told_that_first(http: httpx.Client) -> None:
    nobody = {"authorization": "Bearer svd_aaaaaaaa_bbbb", "if-match": '"x"'}
    assert http.delete("/graphs", params={"graph": GRAPH}, headers=nobody).status_code == 401
    other = {**TURTLE, "if-match": '"x"'}
    assert http.put("/graphs", params={"graph": f"{BASE}graph/commits"}, headers=other).status_code == 403


def test_an_update_is_made_over_the_store_that_was_read(http: httpx.Client) -> None:
    post(http, "For an update")
    text = (
        f"PREFIX svd: <https://w3id.org/servanda/ontology#> WITH <{GRAPH}> "
        'DELETE {{ ?claim svd:gist ?gist }} INSERT {{ ?claim svd:gist "{}"@en }} '
        'WHERE {{ ?claim svd:key "c1" ; svd:gist ?gist }}'
    )

    def update(title: str, **headers: str) -> httpx.Response:
        return http.post("/sparql/update", content=text.format(title), headers={**UPDATE, **headers})

    last = http.get("/api/v1/changes").json()["head_hash"]
    described = http.get(
        "/sparql", headers={"prefer": f"min-seq={http.get('/api/v1/changes').json()['head']}"}
    )
    assert failed(update("Lost", **{"if-match": '"x"'}), f'"{last}"')
    assert failed(update("Lost", **{"if-none-match": "*"}), f'"{last}"')
    assert failed(update("Lost", **{"if-unmodified-since": LONG_AGO}), f'"{last}"')
    assert update("First", **{"if-match": f'"{last}"'}).status_code == 200
    assert update("Lost", **{"if-match": f'"{last}"'}).status_code == 412
    if "etag" in described.headers:
        assert update("Lost", **{"if-match": described.headers["etag"]}).status_code == 412
    assert "Lost" not in words_of(http)


def test_what_was_refused_is_decided_over_what_was_read(http: httpx.Client) -> None:
    items = http.get("/api/v1/quarantine").json()["items"]
    one, two = (f"/api/v1/quarantine/{item['id']}" for item in items[:2])
    first = http.get(one)
    tag = first.headers["etag"]
    assert tag != http.get(two).headers["etag"]
    assert http.get(one, headers={"if-none-match": tag}).status_code == 304
    for wrong in ('"x"', f"W/{tag}", http.get(two).headers["etag"]):
        answer = http.delete(one, params={"reason": "Lost."}, headers={"if-match": wrong})
        assert failed(answer, tag)
        assert failed(http.post(one, json=report("Lost"), headers={"if-match": wrong}), tag)
    done = http.delete(one, params={"reason": "Nobody."}, headers={"if-match": tag})
    assert done.status_code == 204
    now = http.get(one).headers["etag"]
    assert failed(http.delete(one, params={"reason": "Lost."}, headers={"if-match": tag}), now)
    assert http.get(one).json()["note"].startswith("Nobody.")
    taken = http.post(two, json=report("Corrected"), headers={"if-match": http.get(two).headers["etag"]})
    assert taken.status_code == 200
    assert http.post(two, json=report("Again")).status_code == 409


def together(count: int, call: Callable[[int], httpx.Response]) -> Sequence[int]:
    """Return the statuses of so many requests that are sent at once."""
    with ThreadPoolExecutor(count) as threads:
        return sorted(answer.status_code for answer in threads.map(call, range(count)))


def test_of_those_who_write_over_the_same_version_one_wins(http: httpx.Client) -> None:
    for number in range(8):
        tag = tag_of(http)

        def revise(who: int, tag: str = tag, number: int = number) -> httpx.Response:
            return post(http, f"Round {number}, {who}", if_match=tag)

        assert together(4, revise) == [200, 412, 412, 412]


def test_of_those_who_write_over_the_same_graph_of_a_plain_store_one_wins(plain: httpx.Client) -> None:
    assert put(plain, "urn:race", 0, {"if-none-match": "*"}).status_code == 201
    for number in range(25):
        tag = tag_of(plain, "urn:race")

        def write(who: int, tag: str = tag, number: int = number) -> httpx.Response:
            return put(plain, "urn:race", 10 * number + who, {"if-match": tag})

        assert together(4, write) == [204, 412, 412, 412]
    for number in range(10):

        def make(who: int, number: int = number) -> httpx.Response:
            return put(plain, f"urn:new:{number}", who, {"if-none-match": "*"})

        assert together(4, make) == [201, 412, 412, 412]
    for number in range(10):
        tag = put(plain, "urn:race", 0, {"if-match": '"x"'}).headers["etag"]

        def remove_or_write(who: int, tag: str = tag, number: int = number) -> httpx.Response:
            if who:
                return put(plain, "urn:race", number, {"if-match": tag})
            return plain.delete("/graphs?graph=urn:race", headers={"if-match": tag})

        assert [status < 300 for status in together(2, remove_or_write)].count(True) == 1
        put(plain, "urn:race", number, {})


def test_of_those_who_update_the_same_state_of_a_plain_store_one_wins(plain: httpx.Client) -> None:
    for number in range(10):
        refused = plain.post("/sparql/update", content="CLEAR ALL", headers={**UPDATE, "if-match": '"x"'})
        tag = refused.headers["etag"]

        def update(who: int, tag: str = tag, number: int = number) -> httpx.Response:
            text = f"INSERT DATA {{ GRAPH <urn:u> {{ <urn:a> <urn:b> {10 * number + who} }} }}"
            return plain.post("/sparql/update", content=text, headers={**UPDATE, "if-match": tag})

        assert together(4, update) == [204, 412, 412, 412]


def test_a_graph_of_a_plain_store_is_its_own_and_an_update_changes_all(plain: httpx.Client) -> None:
    put(plain, "urn:x", 1, {})
    put(plain, "urn:y", 1, {})
    tag, store = tag_of(plain, "urn:x"), plain.get("/sparql").headers.get("etag")
    put(plain, "urn:y", 2, {})
    assert tag_of(plain, "urn:x") == tag
    assert failed(put(plain, "urn:y", 3, {"if-match": tag}), tag_of(plain, "urn:y"))
    if store is not None:
        sent = {**UPDATE, "if-match": store}
        assert plain.post("/sparql/update", content="CLEAR ALL", headers=sent).status_code == 412
    plain.post("/sparql/update", content="INSERT DATA { <urn:a> <urn:b> 9 }", headers=UPDATE)
    assert tag_of(plain, "urn:x") != tag
    assert failed(put(plain, "urn:none", 1, {"if-match": "*"}), None)
    assert plain.get("/graphs?graph=urn:none").status_code == 404
    default = plain.head("/graphs?default", headers={"accept-encoding": "identity"}).headers["etag"]
    for headers, status in (
        ({"if-match": '"x"'}, 412),
        ({"if-none-match": "*"}, 412),
        ({"if-match": default}, 204),
    ):
        sent = {**TURTLE, **headers}
        answer = plain.put("/graphs?default", content="<urn:a> <urn:b> 1 .", headers=sent)
        assert answer.status_code == status, headers
    made = plain.post("/graphs", content="<urn:a> <urn:b> 1 .", headers={**TURTLE, "if-match": "*"})
    assert made.status_code == 412


def test_a_setting_wants_a_condition_of_every_write(made: Path, tmp_path: Path, serving: Serving) -> None:
    store = Path(shutil.copytree(made, tmp_path / "store"))
    headers = {"authorization": f"Bearer {Keys(store).make('Curator', Scope.ADMIN)[1]}"}
    settings = {"SERVANDA_REQUIRE_CONDITIONS": "1", "SERVANDA_UPDATE": "1"}
    with (
        serving(store, **settings) as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=120) as client,
    ):
        item = client.get("/api/v1/quarantine").json()["items"][0]["id"]
        paths = client.get("/openapi.json").json()["paths"]
        tried = 0
        for path, operations in paths.items():
            for method in {"put", "post", "delete", "patch"} & operations.keys():
                if path in {
                    "/api/v1/validate",
                    "/api/v1/reports/{id}/proof",
                    "/sparql",  # they write nothing; these, what is sure to be new
                    "/api/v1/datasets",
                    "/api/v1/same-event-proposals",
                }:
                    continue
                assert {"412", "428"} <= operations[method]["responses"].keys(), path
                names = {one["name"] for one in operations[method]["parameters"] if one["in"] == "header"}
                assert {"If-Match", "If-None-Match", "If-Unmodified-Since"} <= names
                answer = client.request(
                    method,
                    path.replace("{name}", item).replace("{path}", f"report/{SEED}"),
                    params={"graph": GRAPH}
                    if path == "/graphs"
                    else {"reason": "x"}
                    if method == "delete"
                    else {},
                    content=None if method == "delete" else b"{}",
                    headers={"content-type": _kind(path)},
                )
                assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
                    428,
                    "precondition-required",
                ), (method, path)
                tried += 1
        assert tried == 11
        assert client.post("/api/v1/validate", json=report("Any")).status_code == 200
        for header in ({"if-match": "*"}, {"if-none-match": "*"}, {"if-unmodified-since": LATE}):
            decision = {"one": "a/b", "other": "c/d", "decision": "same", "reason": "x"}
            for refused in (
                client.post("/api/v1/datasets?format=acled", content=b"a,b\n", headers=header),
                client.post("/api/v1/same-event-proposals", json=decision, headers=header),
            ):
                assert refused.status_code == 400, refused.text
                assert next(iter(header)) in refused.json()["detail"].lower(), "it is not passed over"
        assert post(client, "Any", if_unmodified_since="yesterday").status_code == 428
        assert post(client, "Any", if_match="*").status_code == 200


def _kind(path: str) -> str:
    if path == "/sparql/update":
        return "application/sparql-update"
    return "text/turtle" if path.startswith("/graphs") else "application/json"
