"""The seed article and its document, held to a table made by hand from the article."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from rdflib import Graph, URIRef

from kg.ingest import References, code_lists, convert, read_document
from kg.terms import DCTERMS, OA, PROV, SVD, concept

FOLDER = Path(__file__).resolve().parents[2] / "data" / "seed"
ARTICLE = FOLDER / "000_d81f829d59dc695a.txt"
DOCUMENT = FOLDER / "seed-syunik-highway-2021.yaml"
SHA256 = "a44663f4d035016460e3061b1d227a669009868e7309f25d70ce1e101ffc3f8c"


class Expected(NamedTuple):
    """What a claim must be: its span in code points, and how and on whose word it is said."""

    start: int
    end: int
    first: str
    last: str
    modality: str
    event: str
    hedge: int | None = None
    source: str | None = None
    carried_over: bool = False


MEDIA = "russian-media"
EXPERTS = "military-experts"
CLAIMS = {
    "c0": Expected(117, 272, "it", "before", "hedged", "advance-intent", 117, MEDIA, carried_over=True),
    "c1": Expected(289, 491, "the", "Armenia", "reported", "seizure", None, "avia"),
    "c2": Expected(494, 703, "In", "side", "reported", "seizure", None, "avia", carried_over=True),
    "c3": Expected(706, 893, "Russian", "Azerbaijan", "reported", "mediation", None, MEDIA),
    "c4": Expected(904, 1069, "it", "place", "hedged", "mediation", 904, MEDIA, carried_over=True),
    "c5": Expected(1076, 1182, "the", "territory", "asserted", "armour"),
    "c5b": Expected(1184, 1274, "although", "before", "asserted", "armour"),
    "c6": Expected(1276, 1459, "Military", "territory", "conditional", "springboard", None, EXPERTS),
    "c7": Expected(1527, 1617, "the", "Syunik", "predicted", "syunik-capture", 1564),
    "c8": Expected(1694, 1816, "If", "Nakhichevan", "conditional", "nakhchivan-link"),
    "c8b": Expected(1818, 1943, "At", "clash", "conditional", "disadvantage"),
    "c9": Expected(1946, 2046, "Earlier", "Azerbaijan", "asserted", "border-guards"),
    "c9b": Expected(2048, 2162, "This", "countries", "asserted", "border-guards"),
    "c10": Expected(2164, 2306, "On", "wounded", "asserted", "border-fighting"),
    "c11": Expected(2309, 2401, "At", "fighting", "asserted", "war-2020"),
    "c12": Expected(2520, 2613, "it", "times", "hedged", "peacekeeping", 2520),
    "c13": Expected(2621, 2736, "Azerbaijan", "countries", "hedged", "alleged-noncompliance", 2520),
}
TEXT = ARTICLE.read_bytes().decode("utf-8")
REPORT: dict[str, Any] = yaml.load(DOCUMENT.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
WRITTEN: dict[str, dict[str, Any]] = {claim["key"]: claim for claim in REPORT["claims"]}


def places_of(words: str) -> list[int]:
    """Return where the words stand in the article, any white space counting as a space."""
    folded = re.sub(r"\s", " ", TEXT)
    return [found.start() for found in re.finditer(re.escape(words), folded)]


def with_value(field: str, value: object) -> set[str]:
    return {key for key, claim in WRITTEN.items() if claim.get(field) == value}


def test_the_article_is_byte_for_byte_the_one_that_was_given() -> None:
    assert hashlib.sha256(ARTICLE.read_bytes()).hexdigest() == SHA256
    assert len(TEXT) == 2738
    assert TEXT.count("\N{NO-BREAK SPACE}") == 9


def test_the_document_says_of_the_article_only_what_it_says_of_itself() -> None:
    assert REPORT["text_file"] == ARTICLE.name
    assert TEXT.startswith(REPORT["title"] + "\n")
    stated = [REPORT[field] for field in ("text_extent", "text_fidelity", "text_access")]
    assert stated == ["full", "exact", "public"]
    assert not {"publisher", "issued", "url", "zone", "annotated"} & set(REPORT)


def test_the_claims_are_those_of_the_table_in_the_order_of_the_text() -> None:
    assert list(WRITTEN) == list(CLAIMS)


@pytest.mark.parametrize("key", CLAIMS)
def test_a_claim_has_the_words_and_the_voice_of_the_table(key: str) -> None:
    claim, expected = WRITTEN[key], CLAIMS[key]
    words = claim["quote"]
    assert places_of(words) == [expected.start]
    assert expected.start + len(words) == expected.end
    assert (words.split()[0], words.split()[-1]) == (expected.first, expected.last)
    assert (claim["modality"], claim["about"]) == (expected.modality, expected.event)
    steps = [(step["agent"], step.get("carried_over") == "true") for step in claim.get("attribution", [])]
    assert steps == ([(expected.source, expected.carried_over)] if expected.source else [])


@pytest.mark.parametrize("key", CLAIMS)
def test_a_hedge_is_the_cue_nearest_to_the_words(key: str) -> None:
    cues = WRITTEN[key].get("hedges", [])
    before = [place for cue in cues for place in places_of(cue) if place < CLAIMS[key].end]
    assert before[-1:] == [place for place in [CLAIMS[key].hedge] if place is not None]


def test_six_no_break_spaces_stand_within_quotes() -> None:
    inside = {key: TEXT[each.start : each.end].count("\N{NO-BREAK SPACE}") for key, each in CLAIMS.items()}
    assert {key: count for key, count in inside.items() if count} == {"c1": 3, "c2": 1, "c3": 1, "c10": 1}


def test_events_are_thirteen_and_every_one_is_told() -> None:
    events = {event["key"]: event["type"] for event in REPORT["events"]}
    assert set(events) == {expected.event for expected in CLAIMS.values()}
    assert len(events) == 13
    assert (events["seizure"], events["border-fighting"]) == ("territorial-seizure", "armed-clash")


def test_conduct_is_laid_to_somebody_only_where_the_words_do_so() -> None:
    accused = {key: claim["perpetrators"] for key, claim in WRITTEN.items() if "perpetrators" in claim}
    army = ["azerbaijani-armed-forces"]
    assert accused == {"c0": army, "c1": army, "c2": army, "c5": army, "c13": ["azerbaijan"]}
    assert WRITTEN["c10"]["participants"] == WRITTEN["c11"]["participants"] == ["armenia", "azerbaijan"]


def test_one_claim_alleges_a_breach_and_names_no_term() -> None:
    assert {key: claim["alleges"] for key, claim in WRITTEN.items() if "alleges" in claim} == {
        "c13": {"agreement": "nk-2020-11-10"},
    }
    assert {key for key, claim in WRITTEN.items() if "mentions" in claim} == {"c0"}


def test_conditions_are_stated_of_conditional_claims_only() -> None:
    assert {key: claim["if"] for key, claim in WRITTEN.items() if "if" in claim} == {
        "c6": "springboard",
        "c8": "syunik-capture",
        "c8b": "syunik-capture",
    }


def test_times_are_those_of_the_words_with_what_was_inferred() -> None:
    times = {key: claim["time"] for key, claim in WRITTEN.items() if "time" in claim}
    assert {key: (time.get("value"), time.get("inferred", [])) for key, time in times.items()} == {
        "c1": ("2021-08-26", ["year"]),
        "c2": ("2021-08-26/2021-08-27", ["year", "start"]),
        "c9": ("2021-08-01/2021-08-10", ["year", "end"]),
        "c10": ("2021-07-28", ["year"]),
        "c11": ("2020-10-01/2020-12-31", ["start"]),
        "c12": (None, []),
        "c13": (None, []),
    }
    for key, time in times.items():
        assert places_of(time["text"]), key
        assert ("reason" in time) == ("inferred" in time), key


def test_numbers_are_those_of_the_words() -> None:
    numbers = {
        (key, number["kind"], number["value"], number["comparator"], number["unit"])
        for key, claim in WRITTEN.items()
        for number in claim.get("quantities", [])
    }
    assert numbers == {
        ("c2", "area", "10", "at-least", "km2"),
        ("c3", "incidents", "3", "at-least", "1"),
        ("c6", "length", "10", "exactly", "km"),
        ("c10", "killed", "3", "exactly", "1"),
        ("c10", "wounded", "2", "exactly", "1"),
        ("c11", "duration", "6", "exactly", "wk"),
    }


def test_no_side_is_given_for_the_dead_and_wounded() -> None:
    assert all("side" not in number for number in WRITTEN["c10"]["quantities"])


def test_absent_resistance_is_significant_in_one_claim_and_unqualified_in_the_other() -> None:
    absent = {key: claim["absences"] for key, claim in WRITTEN.items() if "absences" in claim}
    assert absent == {
        "c2": [{"of": "armed-resistance", "by": "armenian-side", "qualifier": "significant"}],
        "c5b": [{"of": "armed-resistance", "by": "armenian-side"}],
    }


def test_sovereignty_is_that_of_the_words() -> None:
    assert with_value("in_territory_of", ["armenia"]) == {"c0", "c1", "c5", "c6", "c7"}


def test_every_remark_points_at_words_that_stand_once_in_the_article() -> None:
    remarks = {remark["key"]: remark for remark in REPORT["remarks"]}
    assert {key: (remark["kind"], len(remark["quotes"])) for key, remark in remarks.items()} == {
        "ten-kilometres": ("internal-contradiction", 2),
        "capital-or-province": ("internal-contradiction", 2),
        "one-highway-or-several": ("internal-contradiction", 2),
        "capital-of-syunik": ("source-slip", 1),
    }
    assert all(len(places_of(quote)) == 1 for remark in remarks.values() for quote in remark["quotes"])


# --- the same table against the triples ----------------------------------------------------------

BASE = "https://example.org/id/"
VOICE = f"{BASE}report/{REPORT['id']}/voice"


def known() -> References:
    root = FOLDER.parents[1]
    codes = Graph()
    for path in sorted((root / "ontology" / "vocabularies").glob("*.ttl")):
        codes.parse(path)
    described = sorted((root / "data" / "reference").rglob("*.yaml"))
    return References(codes=code_lists(codes)).including(*(read_document(path) for path in described))


@pytest.fixture(scope="module")
def graph() -> Graph:
    triples = Graph()
    for triple in convert(read_document(DOCUMENT), BASE, known()).triples:
        triples.add(triple)
    return triples


def iri(key: str) -> URIRef:
    return URIRef(f"{BASE}report/{REPORT['id']}/claim/{key}")


def spans(graph: Graph, key: str, predicate: URIRef) -> list[tuple[int, int, str]]:
    found = []
    for quotation in graph.objects(iri(key), predicate):
        said = {
            predicate: value
            for selector in graph.objects(quotation, OA.hasSelector)
            for predicate, value in graph.predicate_objects(selector)
        }
        found.append((int(str(said[OA.start])), int(str(said[OA.end])), str(said[OA.exact])))
    return sorted(found)


@pytest.mark.parametrize("key", CLAIMS)
def test_the_evidence_of_a_claim_is_the_span_of_the_table_byte_for_byte(graph: Graph, key: str) -> None:
    start, end = CLAIMS[key].start, CLAIMS[key].end
    assert spans(graph, key, SVD.evidence) == [(start, end, TEXT[start:end])]


@pytest.mark.parametrize("key", CLAIMS)
def test_the_modality_and_the_hedge_of_a_claim_are_those_of_the_table(graph: Graph, key: str) -> None:
    expected = CLAIMS[key]
    assert graph.value(iri(key), SVD.modality) == concept("modality", expected.modality)
    hedges = [start for start, _, _ in spans(graph, key, SVD.hedge)]
    assert hedges == ([] if expected.hedge is None else [expected.hedge])


@pytest.mark.parametrize("key", CLAIMS)
def test_the_chain_of_a_claim_begins_with_the_article_and_ends_with_the_source_of_the_table(
    graph: Graph,
    key: str,
) -> None:
    steps = sorted(
        (int(str(graph.value(step, SVD.step))), str(graph.value(step, PROV.agent)))
        for step in graph.objects(iri(key), PROV.qualifiedAttribution)
    )
    source = CLAIMS[key].source
    chain = [VOICE] if source is None else [VOICE, f"{BASE}actor/{source}"]
    assert steps == list(enumerate(chain, 1))
    assert str(graph.value(iri(key), SVD.accordingTo)) == chain[-1]


def test_the_report_keeps_the_article_and_its_hash(graph: Graph) -> None:
    report = URIRef(f"{BASE}report/{REPORT['id']}")
    assert str(graph.value(report, SVD.text)) == TEXT
    assert str(graph.value(report, SVD.textSha256)) == SHA256
    assert graph.value(report, DCTERMS.publisher) is graph.value(report, DCTERMS.issued) is None


@pytest.mark.parametrize(
    ("key", "earliest", "latest"),
    [
        ("c1", "2021-08-26T00:00:00Z", "2021-08-26T23:59:59Z"),
        ("c2", "2021-08-26T00:00:00Z", "2021-08-27T23:59:59Z"),
        ("c9", "2021-08-01T00:00:00Z", "2021-08-10T23:59:59Z"),
        ("c10", "2021-07-28T00:00:00Z", "2021-07-28T23:59:59Z"),
        ("c11", "2020-10-01T00:00:00Z", "2020-12-31T23:59:59Z"),
        ("c12", None, None),
        ("c13", None, None),
    ],
)
def test_a_time_is_a_pair_of_instants_whose_zone_was_assumed(
    graph: Graph,
    key: str,
    earliest: str | None,
    latest: str | None,
) -> None:
    time = graph.value(iri(key), SVD.time)
    bounds = [graph.value(time, bound) for bound in (SVD.earliest, SVD.latest)]
    assert [None if bound is None else str(bound) for bound in bounds] == [earliest, latest]
    assert (str(graph.value(time, SVD.zoneAssumed)) == "true") == (earliest is not None)
