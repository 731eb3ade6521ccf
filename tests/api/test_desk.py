"""Signing in with a key: a cookie that stands for it, forms that only their own pages can send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from api.sessions import IDLE, Sessions
from kg.keys import Key, Keys, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROWSER = {"accept": "text/html"}
REPORT = (
    "kind: report\nid: desk-1\ntype: news\ntitle: A\nlanguage: en\nannotator: servanda-editors\ntext: A b.\n"
)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sign_in(client: httpx.Client, token: str, to: str = "/annotate") -> httpx.Response:
    form = client.get("/sign-in", headers=BROWSER).text
    return client.post("/sign-in", data={"csrf": csrf(form), "key": token, "to": to}, headers=BROWSER)


@pytest.fixture(scope="module")
def signed(address: str, tokens: dict[Scope, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        assert sign_in(client, tokens[Scope.INGEST]).status_code == 303
        yield client


def test_a_session_ends_with_use_key_and_who_signs_out() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    key = Key("a" * 8, "Mary", Scope.INGEST, "2026-01-01T00:00:00Z", None, None, "0" * 64)
    secret = sessions.open(key)
    now[0] += IDLE - 1
    assert sessions.find(secret) is not None
    now[0] += IDLE - 1  # it was used
    assert sessions.find(secret) is not None
    sessions.close(secret)
    assert sessions.find(secret) is None
    other = sessions.open(key)
    now[0] += IDLE + 1
    assert sessions.find(other) is None
    first = sessions.open(key)
    for _ in range(1000):
        now[0] += 1
        sessions.open(key)
    assert sessions.find(first) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "If-Unmodified-Since"])
@pytest.mark.parametrize(
    "path", ["retract", "events", "quarantine/x", "record/x", "reviews/x/withdraw", "tables/x"]
)
def test_a_form_sent_on_a_condition_is_refused_as_none_is_held(
    path: str, name: str, signed: httpx.Client
) -> None:
    form = {
        "csrf": csrf(signed.get("/desk", headers=BROWSER).text),
        "kind": "report",
        "id": "desk-1",
        "reason": "x",
    }
    condition = "Mon, 30 Nov 2026 10:00:00 GMT" if "Since" in name else '"a"'
    answer = signed.post(f"/desk/{path}", data=form, headers={name: condition})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{name}: a form cannot be sent on a condition")


def test_whoever_did_not_sign_in_is_led_to_where_that_is_done(http: httpx.Client) -> None:
    for path in ("/annotate", "/desk", "/desk/events", "/desk/quarantine/x", "/desk/record/x"):
        led = http.get(path, headers=BROWSER)
        assert (led.status_code, led.headers["location"]) == (303, f"/sign-in?to={path}")
    for path in ("check", "submit", "quote", "text"):
        answer = http.post(f"/annotate/{path}", content=b"{}")
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "unauthorized")


@pytest.mark.slow
@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/annotate\\@x", "/\\evil", "/api/v1", ""]
)
def test_nobody_is_led_to_another_place_than_the_desk(
    address: str, tokens: dict[Scope, str], to: str
) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        assert sign_in(client, tokens[Scope.INGEST], to).headers["location"] == "/desk"


@pytest.mark.slow
def test_only_a_key_that_may_write_opens_a_session(address: str, tokens: dict[Scope, str]) -> None:
    for token in ("", "svd_aaaaaaaa_" + "a" * 43, tokens[Scope.READ], "x" * 4000):
        with httpx.Client(base_url=address, timeout=30) as client:
            answer = sign_in(client, str(token))
            assert answer.status_code == 403
            assert "servanda-session" not in client.cookies
            assert 'role="alert"' in answer.text
            assert str(token) not in answer.text or not token


@pytest.mark.slow
def test_a_form_of_signing_in_is_good_only_in_the_browser_that_it_was_shown_in(
    address: str, tokens: dict[Scope, str]
) -> None:
    with httpx.Client(base_url=address, timeout=30) as victim, httpx.Client(base_url=address) as other:
        shown = csrf(other.get("/sign-in", headers=BROWSER).text)
        sent = {"csrf": shown, "key": tokens[Scope.INGEST], "to": "/annotate"}
        assert victim.post("/sign-in", data=sent).status_code == 403
        assert victim.post("/sign-in", data={**sent, "csrf": ""}).status_code == 403


@pytest.mark.slow
def test_the_cookie_is_kept_from_scripts_and_other_sites_and_pages_are_kept_by_nobody(
    address: str, tokens: dict[Scope, str]
) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        answer = sign_in(client, tokens[Scope.INGEST])
        [said] = answer.headers.get_list("set-cookie")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in said.split(";")}
        assert tokens[Scope.INGEST] not in said
        page = client.get("/annotate", headers=BROWSER)
        assert page.headers["cache-control"] == "no-store"
        assert "etag" not in page.headers
        assert tokens[Scope.INGEST].split("_", 2)[2] not in page.text


@pytest.mark.slow
def test_nothing_is_done_without_what_the_page_of_the_session_brings(signed: httpx.Client) -> None:
    for brought in ({}, {"Servanda-CSRF": "x"}, {"Servanda-CSRF": ""}, {"Authorization": "Bearer x"}):
        for path in ("check", "submit", "quote", "text"):
            assert signed.post(f"/annotate/{path}", content=REPORT, headers=brought).status_code in {401, 403}
    assert signed.post("/sign-out", data={"csrf": "x"}).status_code == 403
    brought = {"Servanda-CSRF": csrf(signed.get("/annotate", headers=BROWSER).text)}
    answer = signed.post("/annotate/check", content=REPORT, headers=brought)
    assert (answer.status_code, answer.json()["status"]) == (200, "valid")
    assert signed.get("/api/v1/reports/desk-1").status_code == 404


@pytest.mark.slow
def test_words_are_named_as_a_document_names_them_or_refused(signed: httpx.Client) -> None:
    brought = {"Servanda-CSRF": csrf(signed.get("/annotate", headers=BROWSER).text)}
    text = "😀 the road; the\u00a0road. abroad"

    def asked(start: object, end: object, exact: object, given: object = text) -> httpx.Response:
        said = {"text": given, "start": start, "end": end, "exact": exact}
        return signed.post("/annotate/quote", json=said, headers=brought)

    assert asked(2, 10, "the road").json() == {"exact": "the road", "occurrence": 1, "start": 2, "end": 10}
    assert asked(11, 20, " the\u00a0road").json() == {
        "exact": "the\u00a0road", "occurrence": 2, "start": 12, "end": 20,
    }  # fmt: skip
    for wrong in (
        (3, 11, "the road"),
        (0, 0, ""),
        (1, 2, " "),
        (-1, 2, "x"),
        (2, 99, "x"),
        ("2", 10, "x"),
        (True, 2, "x"),
    ):
        assert asked(*wrong).status_code == 400, wrong
    assert asked(24, 28, "road").status_code == 400
    assert asked(0, 1, "a", ["a"]).status_code == 400
    for body in (b"", b"[]", b"null", b"{", b'{"text": "a"}', b"[" * 100000):
        assert signed.post("/annotate/quote", content=body, headers=brought).status_code == 400


@pytest.mark.slow
def test_a_session_ends_with_its_key(address: str, folder: Path) -> None:
    keys = Keys(folder)
    key, token = keys.make("Somebody", Scope.INGEST)
    with httpx.Client(base_url=address, timeout=30) as client:
        sign_in(client, token)
        assert client.get("/annotate", headers=BROWSER).status_code == 200
        keys.revoke(key.id)
        assert client.get("/annotate", headers=BROWSER).status_code == 303
