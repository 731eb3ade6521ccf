"""The agreements, held to counts and lists made by hand from their texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rdflib import Graph, URIRef

from kg.ingest import References, code_lists, convert, read_document
from kg.terms import SVD

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
BOTH = ("azerbaijan", "armenia")


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return loaded


AGREEMENTS = {path.stem: read(path) for path in sorted((REFERENCE / "agreements").glob("*.yaml"))}
STATEMENT = AGREEMENTS["nk-2020-11-10"]


def terms(agreement: str) -> dict[str, dict[str, Any]]:
    return {term["number"]: term for term in AGREEMENTS[agreement]["terms"]}


def norms(agreement: str) -> dict[str, dict[str, Any]]:
    return {norm["key"]: norm for term in AGREEMENTS[agreement]["terms"] for norm in term.get("norms", [])}


def wordings(agreement: str) -> list[tuple[str, str, str]]:
    return [
        (term["number"], wording["text"], wording["status"])
        for term in AGREEMENTS[agreement]["terms"]
        for wording in term.get("wordings", [])
    ]


def identifiers(folder: str) -> set[str]:
    return {entry["id"] for path in (REFERENCE / folder).glob("*.yaml") for entry in read(path)[folder]}


def rules(norm: dict[str, Any]) -> list[dict[str, Any]]:
    return [norm, *norm.get("readings", [])]


def test_the_agreements_are_six_and_each_file_is_named_by_its_id() -> None:
    assert {name: document["id"] for name, document in AGREEMENTS.items()} == {
        name: name
        for name in (
            "ge-2008-08-12",
            "nk-1994-05-12",
            "nk-2020-10-10",
            "nk-2020-11-10",
            "ua-2015-02-12",
            "unscr-1701",
        )
    }


def test_wordings_are_as_many_of_each_status_as_were_counted() -> None:
    counted = {name: dict(Counter(status for _, _, status in wordings(name))) for name in AGREEMENTS}
    assert counted == {
        "ge-2008-08-12": {"verbatim": 12},
        "nk-1994-05-12": {"verbatim": 4},
        "nk-2020-10-10": {"verbatim": 8},
        "nk-2020-11-10": {"verbatim": 14, "partial": 6, "recalled-unverified": 4, "paraphrase": 2},
        "ua-2015-02-12": {"verbatim": 3},
        "unscr-1701": {"verbatim": 5, "partial": 1},
    }


def test_what_was_recalled_is_never_given_as_read() -> None:
    recalled = [(number, text) for number, text, status in wordings("nk-2020-11-10") if "recalled" in status]
    assert recalled == [(number, "kremlin-en-composite") for number in ("6.2", "6.3", "8", "9.2")]
    for term in STATEMENT["terms"]:
        for wording in term.get("wordings", []):
            if wording["status"] == "recalled-unverified":
                assert "url" not in wording, "words read nowhere have no address"


def test_words_that_are_cut_say_so_and_no_others_do() -> None:
    for name, agreement in AGREEMENTS.items():
        for term in agreement["terms"]:
            for wording in term.get("wordings", []):
                assert ("[…]" in wording["words"]) == (wording["status"] == "partial"), (name, term["number"])


def test_a_term_has_at_most_one_wording_in_a_text_and_every_text_one_wording() -> None:
    for name, agreement in AGREEMENTS.items():
        pairs = [(number, text) for number, text, _ in wordings(name)]
        assert len(pairs) == len(set(pairs)), name
        assert {text for _, text in pairs} == {text["key"] for text in agreement["texts"]}, name
        assert all(text["url"].startswith("http") for text in agreement["texts"]), name


def test_a_complete_text_words_every_term() -> None:
    for name, agreement in AGREEMENTS.items():
        for text in agreement["texts"]:
            worded = {number for number, key, _ in wordings(name) if key == text["key"]}
            assert text["complete"] == "false" or worded == set(terms(name)), (name, text["key"])


def test_the_statement_of_november_2020_has_nine_points_and_five_parts_of_points() -> None:
    parts = {number: term.get("part_of") for number, term in terms("nk-2020-11-10").items()}
    assert [number for number, whole in parts.items() if whole is None] == list("123456789")
    assert {number: whole for number, whole in parts.items() if whole} == {
        "6.1": "6",
        "6.2": "6",
        "6.3": "6",
        "9.1": "9",
        "9.2": "9",
    }
    assert STATEMENT["parties"] == list(BOTH)
    assert STATEMENT["signatories"] == [*BOTH, "russia"]


def test_the_norms_of_the_statement_bind_whom_its_words_name() -> None:
    assert {key: tuple(norm.get("bearers", ())) for key, norm in norms("nk-2020-11-10").items()} == {
        "1a": BOTH,
        "1b": BOTH,
        "2": ("armenia",),
        "3": ("russia",),
        "4a": ("russia",),
        "4b": ("armenia",),
        "4c": (),
        "5": (),
        "6a": ("armenia",),
        "6b": ("armenia",),
        "6c": ("russia",),
        "6d": BOTH,
        "6e": ("azerbaijan",),
        "7": (),
        "8": BOTH,
        "9a": (),
        "9b": ("armenia",),
        "9c": ("russia",),
    }


def test_the_norms_of_the_statement_stand_in_the_terms_whose_words_they_read() -> None:
    held = {
        number: [norm["key"] for norm in term["norms"]]
        for number, term in terms("nk-2020-11-10").items()
        if "norms" in term
    }
    assert held == {
        "1": ["1a", "1b"],
        "2": ["2"],
        "3": ["3"],
        "4": ["4a", "4b", "4c"],
        "5": ["5"],
        "6": ["6a", "6b"],
        "6.1": ["6c"],
        "6.2": ["6d"],
        "6.3": ["6e"],
        "7": ["7"],
        "8": ["8"],
        "9.1": ["9a", "9b", "9c"],
    }


def test_three_dated_deadlines_of_the_statement_fell_on_armenia() -> None:
    due = {key: norm["deadline"] for key, norm in norms("nk-2020-11-10").items() if "deadline" in norm}
    assert due == {"2": "2020-11-20", "6a": "2020-11-15", "6b": "2020-12-01"}
    assert STATEMENT["zone"] == "+03:00"
    periods = {key: norm["period"] for key, norm in norms("nk-2020-11-10").items() if "period" in norm}
    assert periods == {"4c": "P5Y", "6d": "P3Y"}


def test_only_the_rule_of_the_positions_is_read_with_and_without_a_place() -> None:
    read_twice = {key: norm["readings"] for key, norm in norms("nk-2020-11-10").items() if "readings" in norm}
    assert {key: [reading["key"] for reading in readings] for key, readings in read_twice.items()} == {
        "1b": ["zone", "anywhere"],
        "9c": ["russian-control", "jurisdiction-of-the-parties"],
    }
    assert [reading["places"] for reading in read_twice["1b"]] == [["nk-conflict-zone"], []]
    assert "places" not in norms("nk-2020-11-10")["1b"]
    assert [reading["read_by"] for reading in read_twice["9c"]] == list(BOTH)
    assert norms("nk-2020-11-10")["1a"]["places"] == ["nk-conflict-zone"]


def test_one_rule_only_forbids_azerbaijan_to_advance() -> None:
    advancing = {"hold-position", "respect-boundary", "keep-demilitarised"}
    bound = [
        (name, key)
        for name in AGREEMENTS
        for key, norm in norms(name).items()
        if norm["action"] in advancing and "azerbaijan" in norm.get("bearers", ())
    ]
    assert bound == [("nk-2020-11-10", "1b")]


@pytest.mark.parametrize(
    ("agreement", "bearers"),
    [
        (
            "ge-2008-08-12",
            {
                "1": ("georgia", "russia"),
                "2": ("georgia", "russia"),
                "3": (),
                "4": ("georgia",),
                "5a": ("russia",),
                "5b": ("russia",),
                "6": (),
            },
        ),
        (
            "nk-1994-05-12",
            {
                "1a": (*BOTH, "nagorno-karabakh-defence-army"),
                "1b": (*BOTH, "nagorno-karabakh-defence-army"),
                "1c": (*BOTH, "nagorno-karabakh-defence-army"),
                "2": (),
                "3": (),
            },
        ),
        ("nk-2020-10-10", {"1": BOTH, "2": (), "3": BOTH, "4": BOTH}),
        (
            "ua-2015-02-12",
            {
                "1": ("ukraine", "armed-formations-donetsk-luhansk"),
                "2a-artillery": ("ukraine",),
                "2a-rockets": ("ukraine",),
                "2a-missiles": ("ukraine",),
                "2b-artillery": ("armed-formations-donetsk-luhansk",),
                "2b-rockets": ("armed-formations-donetsk-luhansk",),
                "2b-missiles": ("armed-formations-donetsk-luhansk",),
                "2c": ("ukraine", "armed-formations-donetsk-luhansk"),
                "2d": ("osce",),
                "3": (),
            },
        ),
        (
            "unscr-1701",
            {
                "1a": ("hizbollah",),
                "1b": ("israel",),
                "2a": ("lebanon", "unifil"),
                "2b": ("israel",),
                "3": (),
                "4": (),
                "5": (),
                "8a": ("israel", "lebanon"),
                "8b": (),
                "8d": (),
                "8e": (),
                "8f": ("israel",),
            },
        ),
    ],
)
def test_the_norms_of_the_other_agreements_bind_whom_their_words_name(
    agreement: str,
    bearers: dict[str, tuple[str, ...]],
) -> None:
    assert {key: tuple(norm.get("bearers", ())) for key, norm in norms(agreement).items()} == bearers


def test_an_older_ceasefire_is_superseded_by_the_later_one_in_no_text_s_words() -> None:
    for name, key in (("nk-1994-05-12", "1a"), ("nk-2020-10-10", "1")):
        assert "readings" not in norms(name)[key], "that it is superseded is no reading of its words"
        (change,) = AGREEMENTS[name]["superseded_by"]
        assert (change["agreement"], change["of"]) == ("nk-2020-11-10", "1")
        assert "words" not in change


def test_rival_readings_are_two_with_keys_of_their_own() -> None:
    for name in AGREEMENTS:
        for key, norm in norms(name).items():
            keys = [reading["key"] for reading in norm.get("readings", [])]
            assert len(keys) in {0, 2}, (name, key)
            assert len(set(keys)) == len(keys), (name, key)


def test_every_actor_and_place_that_an_agreement_names_is_described() -> None:
    actors, places = identifiers("actors"), identifiers("places")
    for name, agreement in AGREEMENTS.items():
        named = {*agreement["parties"], *agreement.get("signatories", ()), *agreement.get("mediators", ())}
        for norm in norms(name).values():
            for rule in rules(norm):
                named |= {*rule.get("bearers", ()), *rule.get("owed_to", ()), rule.get("read_by", "armenia")}
                assert set(rule.get("places", ())) <= places, name
        assert named <= actors, name


# --- as triples ----------------------------------------------------------------------------------

BASE = "https://example.org/id/"
PREFIX = "PREFIX svd: <https://w3id.org/servanda/ontology#> "
BINDS = (
    PREFIX
    + """SELECT DISTINCT ?key WHERE {
    ?norm svd:binds ?bearer ; svd:ofReadingGroup/svd:key ?key }"""
)
DEADLINES = (
    PREFIX
    + """SELECT ?key ?latest ?bearer WHERE {
    ?norm svd:deadline/svd:latest ?latest ; svd:binds ?bearer ; svd:ofReadingGroup/svd:key ?key }"""
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    codes = Graph()
    for path in sorted((REFERENCE.parents[1] / "ontology" / "vocabularies").glob("*.ttl")):
        codes.parse(path)
    read_in = [read_document(path) for path in sorted(REFERENCE.rglob("*.yaml"))]
    known = References(codes=code_lists(codes)).including(*read_in)
    documents = {document.identifier: document for document in read_in if document.kind == "agreement"}
    for name in set(AGREEMENTS) - {"nk-2020-11-10"}:
        assert convert(documents[name], BASE, known).triples
    triples = Graph()
    for triple in convert(documents["nk-2020-11-10"], BASE, known).triples:
        triples.add(triple)
    return triples


def rows(graph: Graph, query: str, bearer: str | None = None) -> list[tuple[str, ...]]:
    bound = {"bearer": URIRef(f"{BASE}actor/{bearer}")} if bearer else {}
    result = graph.query(query, initBindings=bound)
    return sorted(tuple(str(row[name]) for name in result.vars or ()) for row in result.bindings)


def test_four_rules_of_the_statement_bind_russia(graph: Graph) -> None:
    assert rows(graph, BINDS, "russia") == [("3",), ("4a",), ("6c",), ("9c",)]


def test_the_deadlines_end_with_the_day_in_moscow(graph: Graph) -> None:
    assert rows(graph, DEADLINES) == [
        ("2", "2020-11-20T20:59:59Z", f"{BASE}actor/armenia"),
        ("6a", "2020-11-15T20:59:59Z", f"{BASE}actor/armenia"),
        ("6b", "2020-12-01T20:59:59Z", f"{BASE}actor/armenia"),
    ]


def test_the_rule_of_the_positions_has_two_readings_and_one_of_them_a_place(graph: Graph) -> None:
    readings = f"{BASE}agreement/nk-2020-11-10/norm/1b/reading/"
    zone, anywhere = URIRef(readings + "zone"), URIRef(readings + "anywhere")
    assert set(graph.objects(zone, SVD.appliesInPlace)) == {URIRef(f"{BASE}place/nk-conflict-zone")}
    assert set(graph.objects(anywhere, SVD.appliesInPlace)) == set()
    assert graph.value(zone, SVD.alternativeReadingOf) == anywhere
    assert graph.value(anywhere, SVD.alternativeReadingOf) == zone
    for reading in (zone, anywhere):
        began = graph.value(graph.value(reading, SVD.appliesFrom), SVD.earliest)
        assert str(began) == "2020-11-09T21:00:00Z"


def test_exceptions_are_those_that_the_texts_make() -> None:
    found = {
        (name, norm["key"]): rule["unless"]
        for name in AGREEMENTS
        for norm in norms(name).values()
        for rule in rules(norm)
        if "unless" in rule
    }
    assert found == {
        ("unscr-1701", "8b"): [
            {
                "words": "other than those of the Government of Lebanon and of UNIFIL",
                "actors": ["lebanon", "unifil"],
            },
        ],
        ("unscr-1701", "8d"): "without the consent of its Government",
    }
    words = {text: " ".join(_words(text)) for text in AGREEMENTS}
    for (name, _), unless in found.items():
        for item in [unless] if isinstance(unless, str) else unless:
            assert (item if isinstance(item, str) else item["words"]) in words[name]


def _words(agreement: str) -> list[str]:
    return [
        wording["words"] for term in AGREEMENTS[agreement]["terms"] for wording in term.get("wordings", [])
    ]
