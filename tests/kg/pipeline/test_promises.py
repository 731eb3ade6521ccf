"""What the pages on documents promise in a sentence is what becomes of a document.

Each row quotes a page, changes the page's own example, and tells what comes of it.
"""
# ruff: noqa: E501 (tables, one row a line)

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import convert, json_schema, read_text
from kg.ingest.models import KINDS
from kg.ingest.notation import read_yaml
from kg.pipeline import Scrutiny, code_references, ingest, validate
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest import References
    from kg.model import Triple
    from kg.pipeline import Outcome, Repository

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "documents"
PAGES = {page.stem: page.read_text("utf-8") for page in FOLDER.glob("*.md")}
EXAMPLES = {
    kind: found[1]
    for kind in KINDS
    for found in [re.search(r"^```yaml\n(kind: .*?)^```$", PAGES[kind], re.MULTILINE | re.DOTALL)]
    if found is not None
}
NOW = Scrutiny(datetime(2031, 9, 10, tzinfo=UTC))
BASE = "https://w3id.org/servanda/id/"

VALDONIA = "  - {id: valdonia, type: state, label: {en: Valdonia, fr: Valdonie}}\n"
ENCLAVE = "  - id: enclave\n"
CEASE = "        action: cease-hostilities\n"
ALLEGES = '    alleges: {agreement: arda-ceasefire-2031, term: "2"}\n'
SIGNED = "annotated: 2031-08-30\n"
SHORTAGE = "label: Shortage of medicine in Upper Arda}"

Change = tuple[str, str]


def actor(line: str) -> Change:
    """Return the change that adds an actor."""
    return VALDONIA, f"{VALDONIA}  - {line}\n"


def place(line: str) -> Change:
    """Return the change that adds a place."""
    return ENCLAVE, f"  - {line}\n{ENCLAVE}"


def norm(*lines: str) -> Change:
    """Return the change that says more in norm 1a."""
    return CEASE, CEASE + "".join(f"        {line}\n" for line in lines)


def claim(*lines: str) -> Change:
    """Return the change that says more in claim c1."""
    return ALLEGES, ALLEGES + "".join(f"    {line}\n" for line in lines)


def head(line: str) -> Change:
    """Return the change that says more of the report."""
    return SIGNED, f"{SIGNED}{line}\n"


def changed(kind: str, changes: tuple[Change, ...]) -> str:
    text = EXAMPLES[kind]
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def promised(page: str, sentence: str) -> None:
    """Fail if the page does not say so any more."""
    assert sentence in " ".join(PAGES[page].split()), sentence


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("promises")


@pytest.fixture(scope="module")
def held(folder: Path) -> Repository:
    """Return a store that holds the examples of the four pages."""
    made = empty_in_memory()
    for kind, text in EXAMPLES.items():
        (folder / f"{kind}.yaml").write_text(text, "utf-8")
    outcomes = ingest(made, [folder / f"{kind}.yaml" for kind in EXAMPLES], scrutiny=NOW)
    assert [(one.status, one.warnings) for one in outcomes] == [("added", ())] * len(KINDS)
    return made


@pytest.fixture(scope="module")
def known() -> References:
    documents = [read_text(text.encode(), f"{kind}.yaml") for kind, text in EXAMPLES.items()]
    return code_references().including(*documents)


def told(held: Repository, folder: Path, text: str, name: str) -> Outcome:
    path = folder / name
    path.write_text(text, "utf-8")
    (outcome,) = validate(held.store, [path], NOW)
    return outcome


REFUSED: list[tuple[str, str, tuple[str, *tuple[Change, ...]], str, str]] = [
    # how documents are written
    ("README", "Unknown fields, the same field twice, YAML anchors (`&x`), aliases", ("report", ("title: Kestrian", "language: en\ntitle: Kestrian")), "document/duplicate-key", "language: is given twice"),
    ("README", "| `kind` | yes | `actors`, `places`, `agreement` or `report` |", ("report", ("kind: report", "kind: Report")), "document/unknown-kind", "one of: actors, agreement, places, report"),
    ("README", "A short name of your own in lower-case letters, digits and hyphens", ("actors", ("id: arda-actors", "id: Arda_Actors")), "document/bad-id", "arda-actors"),
    ("README", "The language of *your* labels and summaries", ("actors", ("id: arda-actors\n", "id: arda-actors\nlang: english\n")), "document/bad-language", "'english'"),
    ("README", "A claim or event of another report is `report-id/key`.", ("report", claim("confirms: [courier/c1]")), "reference/unknown", "there is no report 'courier'"),
    # times
    ("README", "Abbreviations such as MSK or EST are refused, because many mean several zones", ("report", ('zone: "+04:00"', "zone: EST")), "time/bad-zone", "-05:00 (America/New_York) or +10:00 (Australia/Sydney)"),
    ("README", "so are towns and countries, with the name that would be right", ("report", ('zone: "+04:00"', "zone: Kyiv")), "time/bad-zone", "write Europe/Kyiv"),
    ("README", "so are towns and countries, with the name that would be right", ("report", ('zone: "+04:00"', "zone: Armenia")), "time/bad-zone", "write Asia/Yerevan"),
    ("README", "| `reason` | with `inferred` | How you know it |", ("report", ("      reason: The report is of 27 August 2031.\n", "")), "InferenceHasReason-inferenceReason", "the reason is given in words"),
    ("README", "In a report they are looked up in its text.", ("report", ("      text: at 23:00 on 25 August\n", "      text: 23 hours\n")), "quote/not-found", "the text has “at 23”"),
    ("README", "All problems are told at once, each with file, line, field, rule and what would be right", ("report", claim("condition_met: {agreement: arda-ceasefire-2031, norm: 9z}")), "reference/unknown", ".yaml:41: claims[0].condition_met.norm: claim c1: agreement 'arda-ceasefire-2031' has no norm '9z'"),
    # actors
    ("actors", "| `type` | yes | One of the types below |", ("actors", actor("{id: x, type: army, label: X}")), "document/unknown-value", "one of: state, de-facto-authority"),
    ("actors", "For armed forces: whose force it is.", ("actors", actor("{id: x, type: state, label: X, force_of: kestria}")), "ForceOfAnother", "Only an armed force"),
    ("actors", "For armed forces: whose force it is.", ("actors", actor("{id: x, type: armed-force, label: X, force_of: x}")), "document/circle", "x → x"),
    ("actors", "For outlets: the state where they have their seat.", ("actors", actor("{id: x, type: outlet, label: X, based_in: river-post}")), "Actor-basedIn", "at most one state"),
    ("actors", "of the list `succession` (`split`, `merger`, `renaming`, `other`)", ("actors", actor("{id: x, type: official, label: X, predecessors: {actor: kestria, how: theft}}")), "code/unknown", "one of: merger, other, renaming, split"),
    ("actors", "ISO 3166-1 codes of a state: `AZ`, `AZE`", ("actors", actor("{id: x, type: state, label: X, iso3166_alpha2: kes}")), "Actor-iso3166Alpha2", "two capital letters"),
    ("actors", "ISO 3166-1 codes of a state: `AZ`, `AZE`", ("actors", actor("{id: x, type: state, label: X, iso3166_alpha3: KE}")), "Actor-iso3166Alpha3", "three capital letters"),
    ("actors", "Addresses of the same actor in other data", ("actors", actor("{id: x, type: state, label: X, same_as: [Q227]}")), "document/bad-iri", "https://"),
    ("actors", "| `actor` | yes | Whose force it is |", ("actors", actor("{id: x, type: armed-force, label: X, force_of: {disputed: true}}")), "document/missing-field", "force_of.actor"),
    ("actors", "Since when, until when (the last day counts)", ("actors", actor("{id: x, type: armed-force, label: X, force_of: {actor: kestria, from: 2031-06-01, until: 2031-05-01}}")), "time/reversed", "before it begins"),
    ("actors", "Names that it bore for a time", ("actors", actor("{id: x, type: armed-force, label: X, known_as: {name: Old, from: 2031, until: 2030}}")), "time/reversed", "before it begins"),
    ("actors", "`A` (reliable) to `F` (cannot be judged)", ("actors", ("grade: C", "grade: G")), "code/unknown", "one of: A, B, C, D, E, F"),
    ("actors", "| `date` | yes | The day of the judgement |", ("actors", (", date: 2031-09-01", "")), "document/missing-field", "reliability.date"),
    # places
    ("places", "| `type` | yes | One of the types below |", ("places", place("{id: x, type: town, label: X}")), "document/unknown-value", "settlement"),
    ("places", "| `authority` | if anything is `within` or `covers` |", ("places", ("authority: Survey of the Arda, 2030\n", ""), ("    within: [valdonia]\n", "    covers: [enclave]\n")), "document/missing-field", "no authority says"),
    ("places", "ISO 3166-2 code: `AM-SU`", ("places", place("{id: x, type: settlement, label: X, iso3166_subdivision: amsu}")), "Region-iso3166Subdivision", "a hyphen"),
    ("places", "By what its clocks go: `Asia/Yerevan`, or an offset.", ("places", place("{id: x, type: settlement, label: X, zone: MSK}")), "time/bad-zone", "Europe/Moscow, or +03:00"),
    ("places", "Places that contain it.", ("places", place("{id: x, type: settlement, label: X, within: [x]}")), "document/circle", "within itself"),
    ("places", "Places that contain it.", ("places", place("{id: x, type: settlement, label: X, within: [river-post]}")), "reference/unknown", "'river-post' is an actor, not a place"),
    ("places", "Places that touch it.", ("places", place("{id: x, type: settlement, label: X, borders: [x]}")), "PlaceApart", "neither borders itself"),
    ("places", "For zones and boundaries: the agreement, annex or term that makes or draws it", ("places", place("{id: x, type: settlement, label: X, defined_by: {agreement: arda-ceasefire-2031}}")), "document/contradiction", "only an agreement-zone or a boundary"),
    ("places", "every ring ends with its first point", ("places", (", 46.1 39.2))", "))")), "geometry/unusable", "not closed"),
    ("places", "in degrees, longitude first, then latitude", ("places", place("{id: x, type: settlement, label: X, geometry: POINT (39.2 146.4)}")), "geometry/unusable", "longitude first"),
    ("places", "a place with one has no `territory_of`", ("places", place("{id: x, type: settlement, label: X, territory_of: kestria, claimed_by: {actor: valdonia, source: s}}")), "document/contradiction", "nobody's undisputed territory"),
    ("places", "That each does is reference data, if a source is named", ("places", place("{id: x, type: settlement, label: X, claimed_by: {actor: valdonia}}")), "document/missing-field", "claimed_by.source"),
    # agreements
    ("agreement", "`unilateral-declaration` (one side binds itself alone), or `agreement` for anything else", ("agreement", ("type: ceasefire", "type: treaty")), "document/unknown-value", "one of: agreement, ceasefire"),
    ("agreement", "| `parties` | yes | The actors that it binds as parties |", ("agreement", ("parties: [kestria, valdonia]\nsign", "parties: []\nsign")), "document/empty", "at least one"),
    ("agreement", "The day it was made: `2031-03-01`", ("agreement", ("date: 2031-03-01\n", "date: 2031-03\n")), "time/not-a-date", "year-month-day"),
    ("agreement", "Its number in the PA-X database", ("agreement", ("date: 2031-03-01\n", "date: 2031-03-01\npax_id: 12a\n")), "document/not-a-number", "digits only"),
    ("agreement", "`true` if this text holds every term, `false` if not", ("agreement", ("complete: true", "complete: mostly")), "document/not-true-or-false", "true or false"),
    ("agreement", "Letters, digits, `.`, `-`, `_`, `(`, `)`; no blanks.", ("agreement", ('number: "2"', 'number: "2 (a)"')), "document/bad-number", "without blanks"),
    ("agreement", "Its words, at most once for each text", ("agreement", ("status: partial, words: The mission shall be deployed by 15 March 2031.}", "status: partial, words: A.}\n      - {text: joint-en, status: partial, words: B.}")), "document/duplicate-id", "'joint-en' is given twice"),
    ("agreement", "(`verbatim`, `partial`, `recalled-unverified`, `paraphrase`)", ("agreement", ("status: partial", "status: exact")), "code/unknown", "one of: paraphrase, partial, recalled-unverified, verbatim"),
    ("agreement", "(`official`, `translation`, `unofficial-translation`, `press`, `leaked`, `composite`)", ("agreement", ("status: official", "status: draft")), "code/unknown", "one of: composite, leaked, official, press, translation, unofficial-translation"),
    ("agreement", "A short key, unique in the agreement: `1a`", ("agreement", ("key: 3.1", 'key: "2"')), "document/duplicate-id", "'2' is given twice"),
    ("agreement", "`permission`, or `declaration` for what binds nobody", ("agreement", ("kind: permission", "kind: right")), "document/unknown-value", "obligation, prohibition, permission, declaration"),
    ("agreement", "`P5Y` five years, `P6M` six months.", ("agreement", ("period: P6M", "period: six months")), "Norm-periodStated", "ISO 8601"),
    ("agreement", "When it ends; not before it begins", ("agreement", norm("until: 2031-02-01")), "time/reversed", "before it begins"),
    ("agreement", "Keys of the [texts](#a-text) in whose words it is found", ("agreement", norm("texts: [joint-fr]")), "reference/unknown", "keys of texts: joint-en"),
    ("agreement", "Each reading has a `key`", ("agreement", norm("readings: [{gist: g}, {key: b}]")), "document/missing-field", "readings[0].key"),
    ("agreement", "| `words` | yes | The exception in words, the agreement's or yours.", ("agreement", norm("unless: {targets: [kestria]}")), "document/missing-field", "unless.words"),
    ("agreement", "A list of kinds of weapon or equipment; one of them has to fit.", ("agreement", norm("objects: [{}]")), "document/missing-field", "neither category, models nor calibre"),
    ("agreement", "`from` (needed: the place or line)", ("agreement", norm("distance: {at_least: 25}")), "document/missing-field", "distance.from"),
    ("agreement", "`unit` (`km`, if you leave it out, or `m`)", ("agreement", norm("distance: {at_least: 25, from: arda-road, unit: mi}")), "document/unknown-value", "one of: km, m"),
    ("agreement", "Leave that place out of `places`.", ("agreement", norm("distance: {at_least: 25, from: arda-zone}")), "document/contradiction", "leave it out of `places`"),
    ("agreement", "`kind` (needed: list `quantity-kind`), `at_most` or `at_least`", ("agreement", norm("quantity: {at_most: 3}")), "document/missing-field", "quantity.kind"),
    ("agreement", "`kind` (needed: list `quantity-kind`), `at_most` or `at_least`", ("agreement", norm("quantity: {kind: killed}")), "document/missing-field", "neither at_least nor at_most"),
    ("agreement", "`until` | no | Until when, of a suspension only", ("agreement", ("date: 2031-03-01\n", "date: 2031-03-01\nrepeals: {agreement: arda-ceasefire-2031, until: 2032}\n")), "document/contradiction", "only a suspension ends"),
    ("agreement", "| `words` | yes | The condition in words, the agreement's or yours.", ("agreement", norm("if: {norm: 1b}")), "document/missing-field", "if.words"),
    ("agreement", "A short key by which claims name it.", ("agreement", norm('if: [{words: a}, {words: b, key: "1"}]')), "document/duplicate-id", "'1' is given twice"),
    ("agreement", "Key of a norm of this agreement, if the condition is that this norm is fulfilled", ("agreement", norm("if: {words: w, norm: 9z}")), "reference/unknown", "its norms: 1a, 1b, 2, 3.1"),
    ("agreement", "within which places; only with `event`", ("agreement", norm("if: {words: w, actors: [kestria]}")), "document/missing-field", "give `event` too"),
    ("agreement", "within which places; only with `event`", ("agreement", norm("if: {words: w, places: [arda-zone]}")), "document/missing-field", "give `event` too"),
    ("agreement", "`after` takes one mapping", ("agreement", norm("after: [{norm: 1b, period: P14D}]")), "document/wrong-type", "expected a mapping"),
    ("agreement", "| `norm`, `event`, `words` | one of them |", ("agreement", norm("after: {period: P14D}")), "document/missing-field", "give `norm`, `event` or `words`"),
    ("agreement", "| `period` | yes | Within which time after that", ("agreement", norm("after: {norm: 1b}")), "document/missing-field", "after.period"),
    # reports
    ("report", "`news`, `mission` (a monitoring mission's report), `official-statement`, `court-order` or `dataset`", ("report", ("type: news", "type: blog")), "document/unknown-value", "one of: news, mission, official-statement, court-order, dataset"),
    ("report", "Day of publication, `2031-08-27`.", ("report", ("issued: 2031-08-27", "issued: 2031-08")), "time/not-a-date", "year-month-day"),
    ("report", "Another report document about the same text", ("report", head("alternate_of: river-post-2031-08-27")), "ReportApart", "alternate of itself"),
    ("report", "Earlier reports of the same publisher in whose place this one comes", ("report", head("corrects: river-post-2031-08-27")), "ReportApart", "corrects or retracts itself"),
    ("report", "Earlier reports of the same publisher in whose place this one comes", ("report", head(f"retracts: {BASE}report/river-post-2031-08-27")), "ReportApart", "corrects or retracts itself"),
    ("report", "`full` (if you leave it out) or `excerpt`", ("report", head("text_extent: half")), "code/unknown", "one of: excerpt, full"),
    ("report", "or `normalised` if the text was cleaned before you had it", ("report", head("text_fidelity: rough")), "code/unknown", "one of: exact, normalised"),
    ("report", "`public`, or `quotes-only`: others see the words that you quote", ("report", head("text_access: secret")), "code/unknown", "one of: public, quotes-only"),
    ("report", "| `text_file` | one of the two |", ("report", head("text_file: report.txt")), "document/contradiction", "has text and text_file"),
    ("report", "Key of an event of this document that it is part of", ("report", (SHORTAGE, "label: S, part_of: closing}")), "reference/unknown", "events of this document: closure, shooting, shortage"),
    ("report", "| `reason` | yes | Why |", ("report", (SHORTAGE, "label: S, same_event_as: {event: closure, confidence: 1}}")), "document/missing-field", "same_event_as.reason"),
    ("report", "| `quote` | one of the three |", ("report", ("    quote: nobody was killed\n", '    quote: nobody was killed\n    row: {dataset: d, version: "1", id: "1"}\n')), "document/contradiction", "has quote and row"),
    ("report", "`affirmative` or `negative`.", ("report", claim("polarity: maybe")), "code/unknown", "one of: affirmative, negative"),
    ("report", "The words by which the source holds back: `[it seems that]`", ("report", ("hedges: [it seems that]", "hedges: [allegedly]")), "quote/not-found", "does not contain “allegedly”"),
    ("report", "| `about` | no | Key of the event |", ("report", ("about: shortage\n", "about: shortages\n")), "reference/unknown", "events of this document"),
    ("report", "List `credibility`: `1` (confirmed) to `6` (cannot be judged).", ("report", claim("credibility: 7")), "code/unknown", "one of: 1, 2, 3, 4, 5, 6"),
    ("report", "How sure you are that the text says this, from 0 to 1", ("report", claim("confidence: 1.1")), "document/out-of-range", "not from 0 to 1"),
    ("report", "Claims that it confirms or disputes: keys, or `report-id/key`", ("report", claim("disputes: [c1]")), "ClaimApart", "disputes itself"),
    ("report", "Earlier claims of the same publisher or source that it [corrects or takes back](#corrections)", ("report", claim("corrects: c1")), "ClaimApart", "corrects or retracts itself"),
    ("report", "Earlier claims of the same publisher or source that it [corrects or takes back](#corrections)", ("report", claim("retracts: river-post-2031-08-27/c1")), "ClaimApart", "corrects or retracts itself"),
    ("report", "a court states it as its finding: the report is a court order, or a court published it or stands in the attribution", ("report", ("modality: alleged", "modality: found-by-court")), "FindingOfCourt", "needs the court"),
    ("report", "it published the report or stands in the attribution", ("report", ("modality: alleged", "modality: found-by-inquiry")), "FindingOfInquiry", "needs the commission of inquiry"),
    ("report", "| `hedges` | if `hedged` |", ("report", ("    hedges: [it seems that]\n", "")), "HedgedClaim", "hold back"),
    ("report", "Not of a claim that is `denied`", ("report", ("    denies:\n", "    alleges: {agreement: arda-ceasefire-2031}\n    denies:\n")), "DeniedClaim", "use another claim for that"),
    ("report", "Left out: negative if the modality is `denied`.", ("report", ("modality: denied", "modality: denied\n    polarity: affirmative")), "DeniedClaim", "negative polarity"),
    ("report", "everything else must, capitals and the kind of quotation marks included", ("report", ("quote: nobody was killed", "quote: Nobody was killed")), "quote/not-found", "LATIN CAPITAL LETTER N"),
    ("report", "| `occurrence` | no | A number: the first is 1 |", ("report", ("quote: nobody was killed", "quote: {exact: nobody was killed, occurrence: 0}")), "quote/no-such-occurrence", "there are 1"),
    ("report", "| `verb` | yes | The text's verb", ("report", ("agent: kestria, verb: denies", "agent: kestria")), "document/missing-field", "attribution[0].verb"),
    ("report", "`3`, `10.5`; no separators, no unit", ("report", claim("quantities: {kind: killed, value: 3 km}")), "document/not-a-number", "without separators or units"),
    ("report", "List `casualty-group`, if the number counts only these", ("report", claim("quantities: {kind: killed, value: 3, group: men}")), "code/unknown", "aid-workers, children, health-workers, journalists, peacekeepers, women"),
    ("report", "Of a `length` in `km` or `m`", ("report", claim("quantities: {kind: area, value: 3, unit: km2, from: arda-road}")), "document/contradiction", "only a length in km or m"),
    ("report", "Of a `length` in `km` or `m`", ("report", claim("quantities: {kind: length, value: 3, unit: mi, from: arda-road}")), "document/contradiction", "only a length in km or m"),
    ("report", "| `category` | one of the three | List `weapon-category` |", ("report", claim("objects: {}")), "document/missing-field", "neither category, model nor calibre"),
    ("report", "| `of` | yes | List `event-type`: what was not there |", ("report", claim("absences: {by: kestria}")), "document/missing-field", "absences.of"),
    ("report", "| `claim`, `event`, `agreement` | one of the three |", ("report", claim("denies: {claim: c2, event: closure}")), "document/contradiction", "has claim and event"),
    ("report", "a mapping with `agreement` and `norm`, the norm's key", ("report", claim("condition_met: {agreement: arda-ceasefire-2031}")), "document/missing-field", "condition_met.norm"),
    ("report", "List `remark-kind`: `internal-contradiction`, `source-slip`, `ambiguity`, `other`", ("report", ("    kind: ambiguity", "    kind: doubt")), "code/unknown", "one of: ambiguity, internal-contradiction, other, source-slip"),
    ("report", "| `quotes` | yes | The words that it is about |", ("report", ("    quotes: [three soldiers]\n", "")), "document/missing-field", "remarks[0].quotes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "sentence", "case", "rule", "said"), REFUSED, ids=[f"{row[0]}-{row[3]}" for row in REFUSED]
)
def test_what_a_page_does_not_allow_is_refused_with_its_line(  # noqa: PLR0913, PLR0917 - columns of the table
    held: Repository,
    folder: Path,
    page: str,
    sentence: str,
    case: tuple[str, *tuple[Change, ...]],
    rule: str,
    said: str,
) -> None:
    promised(page, sentence)
    kind, *changes = case
    outcome = told(held, folder, changed(kind, tuple(changes)), f"{kind}.yaml")
    assert outcome.status == "refused"
    found = [problem for problem in outcome.problems if problem.rule.rpartition("#")[2] == rule]
    assert any(said in str(problem) for problem in found), [str(one) for one in outcome.problems]
    assert all(problem.line is not None for problem in outcome.problems)


TAKEN: list[tuple[str, str, tuple[str, *tuple[Change, ...]], tuple[str, ...]]] = [
    ("actors", "Where that changed, is disputed or is so of several at once", ("actors", actor("{id: x, type: armed-force, label: X, force_of: [{actor: kestria, until: 2031-05-31T00:00Z}, {actor: valdonia, from: 2031-06-01T00:00Z, disputed: true}]}")), ()),
    ("actors", "For peacekeepers, missions, commissions", ("actors", actor("{id: x, type: mission, label: X, mandated_by: {agreement: arda-ceasefire-2031}, mandate: It looks.}")), ()),
    ("actors", "Of a joint commission: the actors who sit in it.", ("actors", actor("{id: x, type: joint-commission, label: X, members: [kestria, valdonia]}")), ()),
    ("README", "an agreement's `date` or a reliability's `date` of a day to come", ("actors", ("date: 2031-09-01", "date: 2031-10-01")), ("time/in-future",)),
    ("places", "A state and its territory may have the same id", ("places", place("{id: river-mission, type: settlement, label: Camp}")), ()),
    ("places", "one for each claimant", ("places", place("{id: x, type: settlement, label: X, claimed_by: [{actor: kestria, from: 2028-01-01T00:00Z, source: a}, {actor: valdonia, source: b}]}")), ()),
    ("places", "An entry of `within` and `covers` is an id, or a mapping with an authority of its own", ("places", place("{id: x, type: agreement-zone, label: X, covers: [upper-arda, {place: enclave, authority: Kestria}]}")), ()),
    ("agreement", "one alone is a reading without a rival", ("agreement", norm("readings: [{key: one}]")), ()),
    ("agreement", "The rules in it; a term may have none", ("agreement", ('number: "3.1"', 'number: "4"\n  - number: "3.1"')), ()),
    ("agreement", 'Leave it out if the term names nobody ("a centre shall be set up").', ("agreement", ("        bearers: [river-mission]\n", "")), ()),
    ("agreement", "before it an obligation [cannot be broken]", ("agreement", norm("deadline: 2031-02-01")), ("time/deadline-before-start",)),
    ("agreement", "`PT48H` 48 hours", ("agreement", norm("after: {norm: 1b, period: PT48H}")), ()),
    ("report", "Leave it out if the text does not say: the report then speaks in a voice of its own.", ("report", ("publisher: river-post\n", "")), ()),
    ("report", "a court states it as its finding: the report is a court order", ("report", ("modality: alleged", "modality: found-by-court"), ("type: news", "type: court-order")), ()),
    ("report", "Leave `term` out if the source names none", ("report", (ALLEGES, "    alleges: {agreement: arda-ceasefire-2031}\n")), ()),
    ("report", "`{kind: length, value: 10, unit: km, from: line-of-contact}`", ("report", claim("quantities: {kind: length, value: 10, unit: km, from: arda-road}")), ()),
    ("report", "of several occurrences the one inside the claim's quote is meant", ("report", ("    hedges: [it seems that]", "    hedges: [nobody]")), ()),
]  # fmt: skip


@pytest.mark.parametrize(("page", "sentence", "case", "warnings"), TAKEN, ids=[row[1] for row in TAKEN])
def test_what_a_page_allows_is_taken_and_doubted_only_where_it_says_so(  # noqa: PLR0913, PLR0917 - columns of the table
    held: Repository,
    folder: Path,
    page: str,
    sentence: str,
    case: tuple[str, *tuple[Change, ...]],
    warnings: tuple[str, ...],
) -> None:
    promised(page, sentence)
    kind, *changes = case
    outcome = told(held, folder, changed(kind, tuple(changes)), f"{kind}.yaml")
    assert (outcome.status, outcome.problems) == ("valid", ()), [str(one) for one in outcome.problems]
    assert tuple(warning.rule for warning in outcome.warnings) == warnings


UNCHANGED: list[tuple[str, str, str, Change]] = [
    ("README", "A field without a value is as good as left out.", "report", head("licence:")),
    ("README", "Without it, `en`.", "report", head("lang: en")),
    ("README", "or as a map, `label: {en: Kestria, ru: Кестрия}`", "actors", ("label: Kestrian army", "label: {en: Kestrian army}")),
    ("README", "Layout, comments, the order of fields", "report", ("type: news\ntitle: Kestrian army closes Arda road\n", "title: Kestrian army closes Arda road # in full\n\ntype: news\n")),
    ("actors", "a list, or a map from language to list", "actors", ("    alt_labels: [Republic of Kestria]", "    alt_labels: {en: [Republic of Kestria]}")),
    ("actors", "one actor alone needs no list, and one of which no more is said needs no mapping", "actors", ("force_of: kestria}", "force_of: [{actor: kestria}]}")),
    ("actors", "`true` if it is disputed whose force it is; `false`, if you leave it out", "actors", ("force_of: kestria}", "force_of: {actor: kestria, disputed: false}}")),
    ("places", "Who says so, if it is not the document's authority", "places", ("within: [valdonia]", 'within: [{place: valdonia, authority: "Survey of the Arda, 2030"}]')),
    ("places", "Places that touch it. One of the two need say so.", "places", ("territory_of: kestria}", "territory_of: kestria, borders: [valdonia]}")),
    ("places", "else `unstated`", "places", ("    extent: unstated\n", "")),
    ("agreement", "Without it, or empty: no limit of place.", "agreement", ("        action: deploy-peacekeepers\n", "        action: deploy-peacekeepers\n        places: []\n")),
    ("agreement", "Without it, or empty: no exception.", "agreement", norm("unless: []")),
    ("agreement", "what it leaves out is as the norm says", "agreement", ("            places: [arda-zone]\n            note:", "            kind: obligation\n            bearers: [valdonia, kestria]\n            places: [arda-zone]\n            note:")),
    ("report", "`full` (if you leave it out) or `excerpt`", "report", head("text_extent: full")),
    ("report", "`exact` (if you leave it out), or `normalised`", "report", head("text_fidelity: exact")),
    ("report", "Left out: `public` if there is a `licence`, else `quotes-only`.", "report", head("text_access: quotes-only")),
    ("report", "Left out: negative if the modality is `denied`.", "report", ("    modality: denied", "    modality: denied\n    polarity: negative")),
    ("report", "`affirmative` or `negative`. Left out", "report", claim("polarity: affirmative")),
    ("report", "`exactly` (if you leave it out), `at-least`, `at-most`, `about`", "report", ("{kind: killed, value: 0}", "{kind: killed, value: 0, comparator: exactly}")),
    ("report", "left out: `1`, for persons and things", "report", ("{kind: killed, value: 0}", '{kind: killed, value: 0, unit: "1"}')),
    ("report", "A list, if they stand in several places", "report", ("    quote: nobody was killed", "    quotes: [nobody was killed]")),
    ("report", "Blanks, line breaks and no-break spaces need not agree", "report", ("    quote: nobody was killed", "    quote: nobody  was\u00a0killed")),
    ("report", "| `occurrence` | no | A number: the first is 1 |", "report", ("    quote: nobody was killed", "    quote: {exact: nobody was killed, occurrence: 1}")),
    ("report", "the first occurrence after them is meant", "report", ("    quote: nobody was killed", "    quote: {exact: nobody was killed, after: it seems}")),
    ("report", "the last occurrence before them is meant", "report", ("    quote: nobody was killed", "    quote: {exact: nobody was killed, before: If the road}")),
    ("report", "The first four take one mapping or a list.", "report", (ALLEGES, '    alleges: [{agreement: arda-ceasefire-2031, term: "2"}]\n')),
    ("report", "`true` if the quoted words do not name this source themselves", "report", ("verb: said}\n    alleges", "verb: said, carried_over: false}\n    alleges")),
    ("report", "If you write neither `for` nor `act`", "report", ("- {claim: c1}", "- {claim: c1, act: false, for: []}")),
    ("report", "keys, or `report-id/key`", "report", ("- {claim: c1}", "- {claim: river-post-2031-08-27/c1}")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "sentence", "kind", "change"), UNCHANGED, ids=[f"{row[0]}-{row[1]}" for row in UNCHANGED]
)
def test_what_is_left_out_or_written_otherwise_says_what_the_page_says(  # noqa: PLR0913, PLR0917 - columns of the table
    held: Repository, folder: Path, page: str, sentence: str, kind: str, change: Change
) -> None:
    promised(page, sentence)
    text = changed(kind, (change,))
    assert text != EXAMPLES[kind]
    outcome = told(held, folder, text, f"{kind}.yaml")
    assert outcome.status == "unchanged", [str(problem) for problem in outcome.problems]


SAME: list[tuple[str, str, str, Change, Change]] = [
    ("README", "Things of another data set can be named by their full address", "report", ("publisher: river-post", f"publisher: {BASE}actor/kestria"), ("publisher: river-post", "publisher: kestria")),
    ("agreement", "of a single one the words alone will do (`unless: acts of self-defence`)", "agreement", norm("unless: acts of self-defence"), norm("unless: [{words: acts of self-defence}]")),
    ("agreement", "`unit` (`km`, if you leave it out, or `m`)", "agreement", norm("distance: {at_least: 25, from: arda-road}"), norm("distance: {at_least: 25, from: arda-road, unit: km}")),
    ("agreement", "Left out: its place in the list, `1`, `2`", "agreement", norm("if: [a, b]"), norm('if: [{words: a, key: "1"}, {words: b, key: "2"}]')),
    ("agreement", "in the list of a reading after the reading's key, `wide-1`", "agreement", norm("readings: [{key: wide, if: a}, {key: b}]"), norm("readings: [{key: wide, if: {words: a, key: wide-1}}, {key: b}]")),
    ("agreement", "As of a condition; left out, the key is `after`", "agreement", norm("after: {norm: 1b, period: P14D}"), norm("after: {norm: 1b, period: P14D, key: after}")),
    ("agreement", "or, of an agreement as a whole, by its id alone", "agreement", ("date: 2031-03-01\n", "date: 2031-03-01\nrepeals: other\n"), ("date: 2031-03-01\n", "date: 2031-03-01\nrepeals: [{agreement: other}]\n")),
    ("report", "`accepted` (if you leave it out), `proposed`, `rejected`", "report", (SHORTAGE, "label: S, same_event_as: {event: other/closure, confidence: 1, reason: r}}"), (SHORTAGE, "label: S, same_event_as: [{event: other/closure, confidence: 1, reason: r, status: accepted}]}")),
    ("report", "Left out: `public` if there is a `licence`, else `quotes-only`.", "report", head("licence: CC BY 4.0"), head("licence: CC BY 4.0\ntext_access: public")),
    ("report", "List `credibility`: `1` (confirmed) to `6` (cannot be judged).", "report", claim("credibility: 1"), claim('credibility: "1"')),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "sentence", "kind", "one", "other"), SAME, ids=[f"{row[0]}-{row[1]}" for row in SAME]
)
def test_the_long_form_and_the_short_one_say_the_same(  # noqa: PLR0913, PLR0917 - columns of the table
    known: References, page: str, sentence: str, kind: str, one: Change, other: Change
) -> None:
    promised(page, sentence)
    others = (
        EXAMPLES["agreement"].replace("id: arda-ceasefire-2031", "id: other"),
        EXAMPLES["report"].replace("id: river-post-2031-08-27", "id: other"),
    )
    more = known.including(*(read_text(text.encode(), "other.yaml") for text in others))

    def said(change: Change) -> frozenset[Triple]:
        return convert(read_text(changed(kind, (change,)).encode(), "a.yaml"), BASE, more).triples

    assert said(one) == said(other) != said((EXAMPLES[kind], EXAMPLES[kind]))


NEEDED_WITH_OTHERS = {"quote", "value", "text", "reason", "authority", "claim", "agreement", "hedges"}
"""What may be left out, but not in each place where an example has it."""


def form_of(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the form that a value has of those that a schema allows."""
    for part in schema.get("anyOf", ()):
        if isinstance(value, dict) == ("$ref" in part) and isinstance(value, list) == ("items" in part):
            return form_of(value, part, root)
    found: dict[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def fields(
    value: Any, schema: dict[str, Any], root: dict[str, Any], path: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Yield the path of each field of a document, and whether the schema needs it."""
    form = form_of(value, schema, root)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from fields(item, form.get("items", {}), root, (*path, index))
    elif isinstance(value, dict):
        for name in value.keys() & form.get("properties", {}).keys():
            yield (*path, name), name in form.get("required", ())
            yield from fields(value[name], form["properties"][name], root, (*path, name))


def without(value: Any, path: tuple[Any, ...]) -> Any:
    step, *rest = path
    if isinstance(value, list):
        return [without(item, tuple(rest)) if index == step else item for index, item in enumerate(value)]
    if not rest:
        return {name: inner for name, inner in value.items() if name != step}
    return {name: without(inner, tuple(rest)) if name == step else inner for name, inner in value.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_may_be_left_out_unless_it_is_needed(held: Repository, folder: Path, kind: str) -> None:
    whole = json.loads(json.dumps(read_yaml(EXAMPLES[kind], kind)[0]))
    schema = json_schema(kind, code_references())
    paths = list(fields(whole, schema, schema))
    assert len(paths) > 20
    for path, needed in paths:
        outcome = told(held, folder, json.dumps(without(whole, path)), f"{kind}.json")
        if needed:
            assert outcome.status == "refused", path
        elif path[-1] not in NEEDED_WITH_OTHERS:
            named = {"reference/unknown", "document/depended-on"}
            assert {problem.rule for problem in outcome.problems} <= named, (path, outcome.problems)


def tables(page: str) -> Iterator[dict[str, str]]:
    """Yield the tables of fields of a page: for each field, whether it is needed."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[page], re.MULTILINE):
        first, _, *rows = block.splitlines()
        if "| Needed |" in first:
            cells = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]
            rows_told = [row for row in cells if "as [everywhere]" not in " ".join(row)]
            yield {name: row[1] for row in rows_told for name in re.findall(r"`(\w+)`", row[0])}


@pytest.mark.parametrize("page", ["README", *KINDS])
def test_what_a_table_calls_needed_is_what_the_schema_needs(page: str) -> None:
    kinds = KINDS if page == "README" else (page,)
    parts = [
        part
        for kind in kinds
        for schema in [json_schema(kind, code_references())]
        for part in (schema, *schema["$defs"].values())
    ]
    found = list(tables(page))
    assert found
    for table in found:
        if table.keys() >= {"objects", "calibre"} or table.keys() >= {"by", "of"}:  # of two forms at once
            continue
        fitting = [part for part in parts if table.keys() <= part["properties"].keys()]
        assert fitting, table
        assert any(
            {name for name, needed in table.items() if needed == "yes"}
            == {name for name in part["required"] if table.get(name)}
            for part in fitting
        ), (table, [part["required"] for part in fitting])


def test_the_warnings_of_the_table_are_all_there_are() -> None:
    kg = Path(__file__).resolve().parents[3] / "kg"
    sources = [
        path.read_text("utf-8")
        for path in (*(kg / "ingest" / "doubts").glob("*.py"), kg / "pipeline" / "doubts.py")
    ]
    raised = {
        rule
        for text in sources
        for rule in re.findall(r'"((?:time|number|name|place|claim|report)/[a-z-]+)"', text)
    }  # fmt: skip
    rows = re.findall(r"^\| (`[a-z]+/[a-z-]+`.*?) \|", PAGES["README"], re.MULTILINE)
    told_of = {rule for row in rows for rule in re.findall(r"`([a-z]+/[a-z-]+)`", row)}
    assert len(told_of) > 15
    assert raised - told_of <= {"time/zone-unknown", "time/clock-change", "time/reversed"}
    assert "[time/zone-unknown]" in PAGES["README"]
