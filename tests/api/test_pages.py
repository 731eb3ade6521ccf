"""Every answer is a page too, for who asks for pages: of each resource, each list, each problem."""

from __future__ import annotations

import hashlib
import io
import re
import time
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from api.pages.texts import catalogue
from api.resources import RESOURCES

if TYPE_CHECKING:
    import httpx

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HTML = "text/html; charset=utf-8"
SEED = "seed-syunik-highway-2021"
ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = (
    "/", "/about", "/data", "/explore", "/explore?view=graph&status=candidate",
    "/query", "/query?question=07", "/query?query=ASK%20%7B%7D",
    "/api/v1/questions", "/api/v1/questions/07", "/api/v1/questions/07?zone=Z",
    "/api/v1/changes", "/api/v1/search", "/api/v1/search?q=highway",
    f"/doc/report/{SEED}?revision=1", "/doc/graph/actors/states",
    "/doc/agreement/nk-2020-11-10/norm/1b", f"/doc/report/{SEED}/voice",
    *(f"/api/v1/{row.path}" for row in RESOURCES),
)  # fmt: skip


def iris(http: httpx.Client) -> list[str]:
    """Return an IRI of each kind of thing that is listed, by what follows the base."""
    base = http.get("/").json()["base"]
    found = []
    for row in RESOURCES:
        if row.items is not None:
            item = http.get(f"/api/v1/{row.path}?limit=1").json()["items"][0]
            found.append((item.get("iri") or item["id"]).removeprefix(base))
    return found


def test_whoever_follows_an_iri_with_a_browser_gets_a_page(http: httpx.Client) -> None:
    for path in iris(http):
        led = http.get(f"/id/{path}", headers=BROWSER)
        assert (led.status_code, led.headers["location"]) == (303, f"/doc/{path}")
        answer = http.get(f"/doc/{path}", headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (200, HTML), path
        by_name = http.get(f"/doc/{path}.html", headers={"accept": "application/json"})
        assert (by_name.status_code, by_name.headers["content-type"]) == (200, HTML), path
        assert http.get(f"/doc/{path}").headers["content-type"].startswith("text/turtle")


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_keeps_to_a_strict_policy(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, HTML)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
    assert not re.search(r"<script(?! type=\"application/ld\+json\"| src=\"/static/)", answer.text)
    assert {name.strip() for name in answer.headers["vary"].split(",")} >= {"Accept", "Accept-Language"}
    assert answer.text.count("<h1") == 1
    assert re.search(r"<title>[^<]+</title>", answer.text)
    for name in ("og:title", "og:description", "og:url"):
        assert f'property="{name}" content="' in answer.text
    at = http.get("/api/v1/changes").json()
    assert f"change {at['head']}" in answer.text
    assert at["head_hash"][:16] in answer.text


@pytest.mark.slow
def test_programs_get_what_they_got_before_there_were_pages(http: httpx.Client) -> None:
    for accept in (None, "*/*", "application/json", "text/html;q=0.5, application/json"):
        headers = {} if accept is None else {"accept": accept}
        for path in ("/", "/api/v1/claims", "/api/v1/questions", f"/api/v1/claims/{SEED}/c1"):
            answer = http.get(path, headers=headers)
            assert answer.headers["content-type"] == "application/json", (accept, path)
            assert "Accept-Language" not in answer.headers["vary"]


@pytest.mark.slow
def test_links_of_pages_lead_somewhere(http: httpx.Client) -> None:
    begun = [
        "/",
        "/about",
        "/data",
        "/explore",
        "/explore?view=graph",
        "/doc/agreement/nk-2020-11-10",
        f"/doc/report/{SEED}",
        "/api/v1/events",
    ]
    links = {
        link.partition("#")[0].replace("&amp;", "&")
        for path in begun
        for link in re.findall(r'href="(/[^"]*)"', http.get(path, headers=BROWSER).text)
    }
    assert len(links) > 60
    wrong = {
        link: status
        for link in sorted(links)
        if not link.startswith("/exports/")
        and (status := http.get(link, headers=BROWSER, follow_redirects=True).status_code) != 200
    }
    assert wrong == {}


@pytest.mark.slow
def test_a_report_shows_each_claim_at_its_exact_words(http: httpx.Client) -> None:
    report = http.get(f"/api/v1/reports/{SEED}").json()
    claims = http.get(f"/api/v1/claims?report={SEED}&limit=200").json()["items"]
    shown = http.get(f"/doc/report/{SEED}", headers=BROWSER).text
    body = re.search(r'<div class="source-text"[^>]*>(.*?)</div>', shown, re.DOTALL)
    assert body is not None
    assert _plain(re.sub(r"<sup>.*?</sup>", "", body[1])) == report["text"]
    marked = [_plain(re.sub(r"<sup>.*?</sup>", "", part)) for part in re.findall(r"<mark.*?</mark>", body[1])]
    together = "".join(marked)
    for claim in claims:
        for said in claim["evidence"]:
            assert said["quote"] in together or any(said["quote"] in part for part in marked)
        assert f'id="claim-{claim["key"]}"' in shown


@pytest.mark.slow
def test_what_may_be_quoted_only_is_masked_on_its_page_too(http: httpx.Client) -> None:
    report = http.get("/api/v1/reports/rferl-31429111").json()
    shown = http.get("/doc/report/rferl-31429111", headers=BROWSER).text
    assert report["text_access"] == "quotes-only"
    assert "Only quotations of this text may be shown here." in shown
    assert "·····" in shown


@pytest.mark.slow
def test_no_page_calls_a_candidate_an_allegation_or_adds_the_two_up(http: httpx.Client) -> None:
    found = http.get("/api/v1/alleged-violations?count=true&limit=200").json()
    for item in found["items"]:
        path = item["id"].rpartition("/id/")[2]
        shown = http.get(f"/doc/{path}", headers=BROWSER).text
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", shown, re.DOTALL)
        assert heading is not None
        if item["basis"] == "rule-inferred":
            assert heading[1].startswith("Candidate, not an allegation: ")
            assert " is alleged to have broken" not in heading[1]
            nobody = "Found by a rule; alleged by nobody." in shown
            assert nobody == (not item["alleged_without_term"])
        else:
            assert " is alleged to have broken " in heading[1]
        for said in (*item["evidence"], *item["denials"], *item["alleged_without_term"]):
            assert said["quote"] is None or said["quote"] in _plain(shown)
        assert "Denied by" in shown
    listed = http.get("/api/v1/alleged-violations", headers=BROWSER).text
    counts = found["counts"]
    assert f"<b>{counts['alleged']}</b> alleged" in listed
    assert f"<b>{counts['candidates']}</b> Candidates" in listed
    assert f"<b>{counts['alleged'] + counts['candidates']}</b>" not in listed


@pytest.mark.slow
def test_accounts_of_one_event_stand_side_by_side(http: httpx.Client) -> None:
    events = http.get("/api/v1/events?limit=200").json()["items"]
    one = next(item for item in events if item["same_event"])
    same = http.get(f"/api/v1/events?same_as={one['id']}&limit=200").json()["items"]
    shown = http.get(f"/doc/{one['iri'].rpartition('/id/')[2]}", headers=BROWSER).text
    table = re.search(r'<table class="accounts">(.*?)</table>', shown, re.DOTALL)
    assert table is not None
    assert table[1].count("<tr>") - 1 == len(same)
    for item in same:
        assert f"/doc/{item['iri'].rpartition('/id/')[2]}" in table[1]


@pytest.mark.slow
def test_a_form_leads_to_the_address_without_what_was_left_empty(http: httpx.Client) -> None:
    answer = http.get("/api/v1/alleged-violations?agreement=nk-2020-11-10&place=&from=", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/api/v1/alleged-violations?agreement=nk-2020-11-10"
    shown = http.get(answer.headers["location"], headers=BROWSER)
    assert 'name="agreement" value="nk-2020-11-10"' in shown.text
    assert http.get("/api/v1/claims?report=").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/doc/actor/armenai", 404, "armenia"),
        ("/api/v1/claims?report=nix", 400, "no report &#39;nix&#39;"),
        ("/api/v1/claims?colour=red", 400, "modality"),
        ("/api/v1/agreements/nk-2020-11-01", 404, "nk-2020-11-10"),
        ("/api/v1/questions/casualtys", 404, "casualties"),
    ],
)
def test_what_goes_wrong_is_told_on_a_page_with_the_same_status_and_help(
    http: httpx.Client, path: str, status: int, words: str
) -> None:
    answer = http.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, HTML)
    assert words in answer.text
    assert http.get(path).headers["content-type"] == "application/problem+json"


@pytest.mark.slow
def test_codes_are_told_in_the_language_that_is_read_with_english_behind(http: httpx.Client) -> None:
    path = f"/doc/report/{SEED}/claim/c13"
    english = http.get(path, headers=BROWSER)
    russian = http.get(path, headers={**BROWSER, "accept-language": "de;q=0.9, ru;q=0.8, en;q=0.1"})
    other = http.get(path, headers={**BROWSER, "accept-language": "tlh"})
    assert '<span lang="ru" dir="auto"' in russian.text
    assert 'lang="ru"' not in english.text
    assert _body(other.text) == _body(english.text)
    assert english.headers["etag"] != russian.headers["etag"]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/v1/changes.atom", *(f"/api/v1/{row.path}.atom" for row in RESOURCES)])
def test_every_list_is_a_feed_of_the_same_items(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ET.fromstring(answer.content)  # noqa: S314 - it is our own
    assert feed.tag == f"{ATOM}feed"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    if "changes" not in path:
        items = http.get(path.removesuffix(".atom")).json()["items"]
        assert ids == [item.get("iri") or item["id"] for item in items]


def test_each_text_of_the_interface_is_used_and_each_that_is_used_is_there() -> None:
    folder = files("api.pages")
    modules = [*folder.iterdir(), *files("api.routers").iterdir()]
    sources = [item.read_text() for item in modules if item.name.endswith(".py")]
    for part in ("templates", "templates/rows"):
        sources += [item.read_text() for item in (folder / part).iterdir() if item.is_file()]
    text = "\n".join(sources)
    used = set(re.findall(r"""\bt\(\s*["']([a-z_]+)["']\s*[,)]""", text))
    known = set(catalogue()["en"])
    assert used <= known, used - known
    spoken = {name for name in known if name in used or f'"{name}"' in text or f"'{name}'" in text}
    made = re.compile(
        r"(by|kind|lead|list|look|state|court|about|tables_state)_\w+|tables_(taken_in|unchanged|revised)"
        r"|tables_(publisher|dataset|version|zone)|denied|disputed|confirmed|corrected|retracted|sentence\w*"
    )
    assert not {name for name in known - spoken if not made.fullmatch(name)}


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def _body(html: str) -> str:
    return html.partition("<main")[2]


def test_what_pages_are_made_with_keeps_its_tag_and_nothing_else_is_given(http: httpx.Client) -> None:
    leaflet = "/static/vendor/leaflet-1.9.4/leaflet.js"
    answer = http.get(leaflet)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    tag = hashlib.sha256(answer.content).hexdigest()[:32]
    assert tag in answer.headers["etag"]
    assert http.get(leaflet, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    up = "%2e%2e"
    for other in ("vendor", "vendor/lock.json", f"vendor/{up}/{up}/texts.toml", f"{up}/texts.toml",
                  f"vendor/leaflet-1.9.4/{up}/{up}/texts.toml", "//etc/passwd", "style.css%00.js",
                  "vendor//leaflet-1.9.4/leaflet.js"):  # fmt: skip
        assert http.get(f"/static/{other}").status_code == 404, other


def test_a_page_has_another_tag_in_another_language_wherever_it_is_made(http: httpx.Client) -> None:
    for path in ("/about", "/query", "/query?query=ASK%20%7B%7D"):
        tags = {
            http.get(path, headers={**BROWSER, "accept-language": language}).headers["etag"]
            for language in ("en", "ru")
        }
        assert len(tags) == 2, path


def test_a_page_that_was_not_modified_keeps_the_policy_that_it_came_with(http: httpx.Client) -> None:
    for path in ("/", "/explore", "/about", "/api/v1/claims"):
        first = http.get(path, headers=BROWSER)
        until = time.monotonic() + 60
        while first.status_code == 503 and time.monotonic() < until:  # the read model is being made
            time.sleep(0.2)
            first = http.get(path, headers=BROWSER)
        assert "style-src 'self'" in first.headers["content-security-policy"]
        again = http.get(path, headers={**BROWSER, "if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert "content-security-policy" not in again.headers


@pytest.mark.slow
def test_the_report_to_hand_in_has_every_quote_as_a_note_and_denials_as_large_as_allegations(
    http: httpx.Client,
) -> None:
    document = pytest.importorskip("docx").Document
    answer = http.get("/print/agreement/nk-2020-11-10.docx")
    assert answer.status_code == 200
    lines = [(line.style.name, line) for line in document(io.BytesIO(answer.content)).paragraphs]
    texts = [line.text for _, line in lines]
    listed = http.get(
        "/api/v1/alleged-violations", params={"agreement": "nk-2020-11-10", "limit": 200}
    ).json()
    records = [line.text for style, line in lines if style == "Heading 2"]
    assert len(records) == len(listed["items"])
    inferred = [one["basis"] == "rule-inferred" for one in listed["items"]]
    assert [text.startswith("Candidate, not an allegation") for text in records] == inferred
    assert not any("violated" in text for text in records)
    for heading in ("Alleged by", "Denied by"):
        styles = {style for style, line in lines if line.text == heading}
        assert styles == {"Heading 3"}
    assert texts.count("Denied by") == len(records)
    times = [text for text in texts if text.startswith("When: ")]
    assert [bool(re.search(r"\([a-z, ]*\bzone\b[a-z, ]* inferred\)", text)) for text in times] == [
        any("zone" in time["inferred"] for time in one["date"]) for one in listed["items"]
    ]
    notes = texts[texts.index("Notes: the exact words") + 1 : -1]
    said = [
        each
        for one in listed["items"]
        for part in ("evidence", "alleged_without_term", "denials", "fulfilment")
        for each in one[part]
    ]
    assert len(notes) == len(said)
    for number, (note, each) in enumerate(zip(notes, said, strict=True), start=1):
        assert note.startswith(f"{number} ")
        assert each["quote"] is None or each["quote"] in note
        assert f"Claim {each['claim']}" in note
    raised = [
        run.text
        for style, line in lines
        if style == "List Bullet"
        for run in line.runs
        if run.font.superscript
    ]
    assert raised == [str(number) for number in range(1, len(said) + 1)]
    assert f"as of change {answer.headers['servanda-sequence']}" in texts[2] == texts[-1]
    assert http.get("/print/agreement/nothing.docx").status_code == 404
    assert "/print/agreement/nk-2020-11-10.docx" in http.get("/doc/agreement/nk-2020-11-10.html").text
