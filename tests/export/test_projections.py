"""What profiles show: by hand on the seed, and equal to the SPARQL answers that they stand for."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from rdflib.term import URIRef

from kg.errors import BadParameterError, ExportError, ForbiddenQueryError, UnknownReferenceError
from kg.export import profiles
from kg.export.build import build, own_profile
from kg.export.filters import Filters
from kg.export.formats import FORMATS
from kg.export.formats.check import problems
from kg.export.model import Role
from kg.export.order import Order
from kg.pipeline import open_graph
from kg.query.lookups import Reader
from kg.query.lookups.answering import denying
from kg.query.lookups.listing import Selection
from kg.query.lookups.violations import violations
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rdflib.term import Node

    from kg.export.model import Edge, Graph
    from kg.store import OxigraphStore

BASE = "https://w3id.org/servanda/id/"
GEXF = "{http://gexf.net/1.3}"
NAMES = sorted(profiles.shipped())
MADE: dict[tuple[int, str], Graph] = {}
SYUNIK = "the Russian newspaper Avia reported that on August 26"


@pytest.fixture(scope="module")
def seed(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[OxigraphStore]:
    with open_graph(demonstration(tmp_path_factory.mktemp("seed") / "store")) as made:
        yield made.store


@pytest.fixture(scope="module")
def accounts(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[OxigraphStore]:
    folder = demonstration(tmp_path_factory.mktemp("accounts") / "store", accounts=True)
    with open_graph(folder) as made:
        yield made.store


def shown(store: OxigraphStore, profile: str, /, least: int = 0, **filters: str) -> Graph:
    """Return the graph; each is made once."""
    given = {name.rstrip("_"): value for name, value in filters.items()}
    order = Order(profiles.find(profile), Filters.of(given, least))
    key = (id(store), order.digest)
    if key not in MADE:
        MADE[key] = build(store, order)
    return MADE[key]


def values(graph: Graph, edge: Edge) -> dict[str, Any]:
    return dict(zip((column.id for column in graph.edge_columns), edge.values, strict=True))


def told(graph: Graph) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.kind, edge.target) for edge in graph.edges}


def one(graph: Graph, source: str, kind: str, target: str) -> Edge:
    (found,) = (e for e in graph.edges if (e.source, e.kind, e.target) == (source, kind, target))
    return found


def test_the_seed_s_actors_tell_the_story_of_the_article(seed: OxigraphStore) -> None:
    graph = shown(seed, "actors")
    army, pact = "actor/azerbaijani-armed-forces", "agreement/nk-2020-11-10"
    assert {
        (army, "force_of", "actor/azerbaijan"),
        ("actor/russian-peacekeepers", "force_of", "actor/russia"),
        ("actor/armenia", "party_to", pact),
        ("actor/azerbaijan", "party_to", pact),
        ("actor/russia", "signatory_of", pact),
        (army, "is_alleged_territorial_seizure_at", "place/syunik"),
        (army, "is_alleged_territorial_seizure_at", "place/syunik-highway"),
        (army, "is_alleged_territorial_seizure_in_territory_of", "actor/armenia"),
        ("actor/avia", "alleges_acts_of", army),
        ("report/seed-syunik-highway-2021/voice", "alleges_breach_by", "actor/azerbaijan"),
        ("actor/azerbaijan", "is_alleged_breach_of", pact),
        ("actor/azerbaijan", "candidate_breach_of", pact),
        (army, "is_predicted_to_take_part_in_territorial_seizure_at", "place/syunik"),
    } <= told(graph)
    kinds = {node.id: (node.kind, node.label) for node in graph.nodes}
    assert kinds["actor/russian-media"] == ("unnamed_group", "Russian media")
    assert kinds["place/syunik"] == ("place", "Syunik")
    assert kinds["report/seed-syunik-highway-2021/voice"] == (
        "report",
        "the report “Azerbaijan seizes Armenian highways…”",
    )


def test_an_edge_tells_its_sources_words_and_days(seed: OxigraphStore) -> None:
    graph = shown(seed, "actors")
    army = "actor/azerbaijani-armed-forces"
    seizure = one(graph, army, "is_alleged_territorial_seizure_at", "place/syunik")
    found = values(graph, seizure)
    assert (seizure.weight, found["independent_sources"], found["sources"]) == (1.0, 1, ("Avia",))
    assert (found["claims"], found["reports"], found["report_ids"]) == (2, 1, ("seed-syunik-highway-2021",))
    assert (found["stance"], found["modalities"]) == ("asserts", ("reported",))
    assert (found["first_date"], found["last_date"], found["year"]) == ("2021-08-26", "2021-08-27", 2021)
    assert found["quote"].replace("\xa0", " ").startswith(SYUNIK)
    assert found["quoted_from"] == "seed-syunik-highway-2021/c1"
    assert seizure.spells == (("2021-08-26", "2021-08-27"),)
    assert seizure.series == (((1, "2021-08-26", "2021-08-27"),),)


def test_unnamed_groups_and_reports_without_a_publisher_count_as_no_source(seed: OxigraphStore) -> None:
    graph = shown(seed, "actors")
    alleged = one(graph, "actor/azerbaijan", "is_alleged_breach_of", "agreement/nk-2020-11-10")
    found = values(graph, alleged)
    assert (alleged.weight, found["independent_sources"], found["sources"]) == (0.5, 0, ())
    assert [name[:11] for name in found["unnamed_sources"]] == ["the report "]
    assert (found["stance"], found["basis"]) == ("uncertain", "source-asserted")
    said = one(graph, "actor/russian-media", "alleges_acts_of", "actor/azerbaijani-armed-forces")
    assert values(graph, said)["unnamed_sources"] == ("Russian media",)
    assert (said.weight, said.spells) == (0.5, ())


def test_the_seed_s_agreements_have_one_allegation_and_one_candidate(seed: OxigraphStore) -> None:
    graph = shown(seed, "agreements")
    labels = {node.kind: node.label for node in graph.nodes}
    records = {node.kind: node.id for node in graph.nodes if node.kind in {"allegation", "candidate"}}
    assert labels["allegation"] == "ALLEGED: Azerbaijan ignores terms of the ceasefire agreement"
    assert labels["candidate"].startswith("CANDIDATE, alleged by nobody: Occupation of an area")
    assert {
        (records["allegation"], "alleged_breach_of", "agreement/nk-2020-11-10"),
        (records["allegation"], "alleged_violation_by", "actor/azerbaijan"),
        ("report/seed-syunik-highway-2021/voice", "alleges_breach", records["allegation"]),
        (records["candidate"], "candidate_breach_of", "agreement/nk-2020-11-10/term/1"),
        (records["candidate"], "candidate_violation_by", "actor/azerbaijan"),
        (records["candidate"], "candidate_act_by", "actor/azerbaijani-armed-forces"),
        (records["candidate"], "candidate_place", "place/syunik"),
        ("actor/avia", "reports_act_of_candidate", records["candidate"]),
        ("agreement/nk-2020-11-10/term/1", "term_of", "agreement/nk-2020-11-10"),
    } <= told(graph)
    assert [node.kind for node in graph.nodes].count("agreement") == 1  # of six: the others nobody speaks of


def test_a_candidate_whose_act_a_source_calls_a_breach_is_never_said_to_be_alleged_by_nobody(
    accounts: OxigraphStore,
) -> None:
    called = accounts.select(
        "PREFIX svd: <https://w3id.org/servanda/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "SELECT ?record ?who ?pact ?term ?source ?claim { ?record svd:allegedWithoutTermBy ?call ; "
        "svd:allegedPerpetrator ?who ; svd:ofAgreement ?pact ; svd:ofTerm ?term . "
        "?call svd:accordingTo ?source ; svd:key ?key ; svd:statedIn/dcterms:identifier ?report "
        "BIND (CONCAT(STR(?report), '/', STR(?key)) AS ?claim) }"
    ).mappings()
    rows = [{name: str(value).removeprefix(BASE) for name, value in row.items()} for row in called]
    assert rows
    graph = shown(accounts, "agreements")
    nodes = {node.id: node for node in graph.nodes}
    at = [column.id for column in graph.node_columns].index("alleged_without_term")
    for row in rows:
        node = nodes[row["record"]]
        assert (node.kind, "nobody" in node.label) == ("candidate_without_term", False)
        callers = node.values[at]
        assert isinstance(callers, tuple)
        assert row["claim"] in callers
        assert {
            (row["record"], "candidate_without_term_of", row["term"]),
            (row["record"], "candidate_without_term_by", row["who"]),
            (row["source"], "alleges_breach_without_term", row["record"]),
        } <= told(graph)
        assert (row["who"], "candidate_without_term_of", row["pact"]) in told(shown(accounts, "actors"))
    others = {node.id for node in graph.nodes if node.kind == "candidate"}
    assert others.isdisjoint(row["record"] for row in rows)
    of_nobody = [edge for edge in graph.edges if "nobody" in str(edge.label)]
    assert of_nobody
    assert {edge.source for edge in of_nobody} <= others


@pytest.mark.parametrize("profile", NAMES)
def test_no_edge_says_that_anybody_violated_anything(accounts: OxigraphStore, profile: str) -> None:
    kinds = {edge.kind for edge in shown(accounts, profile).edges}
    assert kinds
    active = "alleges|denies|predicts|asserts_fulfilment|reports|says"
    careful = re.compile(rf"({active}|candidate|alleged|is_(alleged|denied|predicted|said))(_|$)")
    plain = {"force_of", "speaks_for", "party_to", "signatory_of", "mediator_of", "term_of", "within"}
    other = {kind for kind in kinds if not careful.match(kind) and kind not in plain}
    assert other <= {"mentions", "same_event_as"} or profile == "rdf"
    assert not [kind for kind in kinds if "violat" in kind and not careful.match(kind) and ":" not in kind]


@pytest.mark.parametrize("profile", NAMES)
def test_what_is_read_back_equals_the_answers_that_it_stands_for(
    accounts: OxigraphStore, profile: str
) -> None:
    graph = shown(accounts, profile)
    file = io.BytesIO()
    FORMATS["gexf"].write(graph, file)
    root = ET.fromstring(file.getvalue())  # noqa: S314 - our own
    nodes = {node.attrib["id"] for node in root.iter(f"{GEXF}node")}
    read = {}
    for edge in root.iter(f"{GEXF}edge"):
        cells = {cell.attrib["for"]: cell.attrib["value"] for cell in edge.iter(f"{GEXF}attvalue")}
        read[edge.attrib["source"], edge.attrib["target"], edge.attrib["kind"]] = cells
    assert {(e.source, e.target, e.kind) for e in graph.edges} == set(read)
    assert {end for source, target, _ in read for end in (source, target)} == nodes
    asked: dict[tuple[str, str, str], set[str]] = {}
    for query in profiles.find(profile).queries:
        for row in accounts.select(query.text).mappings() if query.edges else ():
            source, target, kind = (str(row[name]) for name in ("source", "target", "kind"))
            if not query.directed:
                source, target = sorted((source, target))
            kind = kind.replace("https://w3id.org/servanda/ontology#", "svd:")
            key = (source.removeprefix(BASE), target.removeprefix(BASE), kind)
            asked.setdefault(key, set()).update({str(row["claim"])} if "claim" in row else set())
    claimed = {key: claims for key, claims in asked.items() if claims}
    plain = set(asked) - set(claimed)
    assert {key for key, cells in read.items() if "claims" in cells} == set(claimed)
    if profile != "rdf":
        assert set(read) - set(claimed) <= plain
    else:
        assert len(read) == len(asked)
    for key, claims in claimed.items():
        cells = read[key]
        assert int(cells["claims"]) == len(claims)
        said = statistics(accounts, claims)
        assert counted(cells) == said["sources"], key
        assert int(cells["reports"]) == said["reports"]
        assert (cells.get("first_date"), cells.get("last_date")) == (said["first"], said["last"]), key


def counted(cells: Mapping[str, str]) -> int:
    """Return how many sources an edge tells: those of the act where it is a candidate's."""
    return int(cells["act_sources" if cells["stance"] == "candidate" else "independent_sources"])


def statistics(store: OxigraphStore, claims: set[str]) -> dict[str, Any]:
    """Return what SPARQL says of the claims; days are those of the zone in which a time was told."""
    head = "PREFIX svd: <https://w3id.org/servanda/ontology#>\n"
    wanted = "VALUES ?claim { UNDEF } # @param claim\n"
    iris = {"claim": [URIRef(claim) for claim in sorted(claims)]}
    counts = f"""{head}
SELECT (COUNT(DISTINCT ?report) AS ?reports) (COUNT(DISTINCT ?source) AS ?sources) WHERE {{
  {wanted}  ?claim svd:statedIn ?report . OPTIONAL {{ ?claim svd:farthestNamedSource ?source }} }}"""
    days = f"""{head}SELECT ?earliest ?latest ?zone WHERE {{
  {wanted}  ?claim svd:time ?time . OPTIONAL {{ ?time svd:zone ?zone }}
  OPTIONAL {{ ?time svd:earliest ?earliest }} OPTIONAL {{ ?time svd:latest ?latest }} }}"""
    ((reports, sources),) = store.select(bind(counts, iris)).rows
    times = list(store.select(bind(days, iris)).mappings())
    first = min((day(row, "earliest") for row in times if "earliest" in row), default=None)
    last = max((day(row, "latest") for row in times if "latest" in row), default=None)
    return {
        "reports": int(str(reports)),
        "sources": int(str(sources)),
        "first": first,
        "last": last,
    }


def day(row: Mapping[str, Node], name: str) -> str:
    """Return the day of an instant in the zone in which it was told; whole hours do here."""
    told = str(row.get("zone", "Z"))
    zone = timezone(timedelta(hours=0 if told == "Z" else int(told[:3])))
    return datetime.fromisoformat(str(row[name])).astimezone(zone).date().isoformat()


def test_denials_are_edges_of_their_own_and_say_so(accounts: OxigraphStore) -> None:
    graph = shown(accounts, "claims")
    denied = [edge for edge in graph.edges if edge.kind in {"says_denied", "denies_event", "denies_claim"}]
    assert {values(graph, edge)["stance"] for edge in denied} == {"denies"}
    assert [edge for edge in graph.edges if edge.kind == "same_event_as" and not edge.directed]
    actors = shown(accounts, "actors")
    said = [edge for edge in actors.edges if edge.kind.startswith(("denies_", "is_denied_"))]
    assert {values(actors, edge)["stance"] for edge in said} == {"denies"}


@pytest.mark.parametrize("profile", ["actors", "agreements", "claims"])
@pytest.mark.parametrize("basis", ["source-asserted", "rule-inferred", "party-asserted"])
def test_an_accusation_is_not_shown_without_its_denial(
    invented: Callable[..., Graph], invented_store: OxigraphStore, profile: str, basis: str
) -> None:
    code = f"https://w3id.org/servanda/vocabulary/basis/{basis}"
    query = f"""PREFIX svd: <https://w3id.org/servanda/ontology#>
SELECT DISTINCT ?claim WHERE {{ ?record svd:basis <{code}> . {denying("record")} }}"""
    denials = {str(row["claim"]).removeprefix(BASE) for row in invented_store.select(query).mappings()}
    assert denials
    graph = invented(profile, basis=basis)
    kinds = {"actors": "breach_of|act_of_candidate", "agreements": "", "claims": "claim|event|breach_of"}
    kind = re.compile(f"(denies|is_denied)(_({kinds[profile]}))?")
    assert [edge for edge in graph.edges if kind.fullmatch(edge.kind)]
    if profile == "claims":
        assert denials <= {node.id for node in graph.nodes}
    assert told(graph) < told(invented(profile))


ACTIVE, PASSIVE = ("alleges_", "denies", "predicts_", "says_", "reports_"), ("is_alleged_", "is_denied_")
TOLD = """PREFIX svd: <https://w3id.org/servanda/ontology#>
SELECT DISTINCT ?claim ?one WHERE { ?claim %s ?one }"""


@pytest.mark.parametrize("profile", [name for name in NAMES if name != "rdf"])
def test_whoever_says_so_is_told_in_the_active_and_the_accused_in_the_passive(
    accounts: OxigraphStore, profile: str
) -> None:
    graph = shown(accounts, profile)
    assert {values(graph, edge)["role"] for edge in graph.edges} <= set(Role)
    for edge in graph.edges:
        role = values(graph, edge)["role"]
        assert role == edge.role
        assert edge.kind.startswith(ACTIVE) <= (role == "teller"), edge
        assert edge.kind.startswith(PASSIVE) <= (role in {"accused", "participant", "candidate"}), edge
        assert (role == "candidate") <= ("candidate" in edge.kind), edge
        assert edge.label or role in {"reference", "teller"}


@pytest.mark.parametrize("profile", ["actors", "places", "claims", "agreements", "citations"])
def test_the_role_of_a_source_is_the_one_in_its_claims(
    invented: Callable[..., Graph], invented_store: OxigraphStore, profile: str
) -> None:
    """Asked of the store anew: a teller is in the chain of the claim, an accused is named by it."""
    graph = invented(profile)
    names = {node.id: node.label for node in graph.nodes}
    by_role: dict[str, set[tuple[str, str]]] = {}
    for path, role in (
        ("prov:qualifiedAttribution/prov:agent", "teller"),
        ("svd:perpetrator", "accused"),
        ("^svd:supportedBy/svd:allegedPerpetrator", "accused"),
        ("^svd:deniedBy/svd:allegedPerpetrator", "accused"),
        ("(svd:deniesCharge|svd:meetsCharge)/^svd:charge/svd:allegedPerpetrator", "accused"),
        ("svd:participant", "participant"),
    ):
        text = "PREFIX prov: <http://www.w3.org/ns/prov#>\n" + TOLD % path
        rows = invented_store.select(text).mappings()
        pairs = {(str(row["claim"]).removeprefix(BASE), str(row["one"]).removeprefix(BASE)) for row in rows}
        by_role.setdefault(role, set()).update(pairs)
    seen = set()
    for edge in graph.edges:
        cells = values(graph, edge)
        role = cells["role"]
        if role not in by_role or (edge.source.startswith("report/") and "/claim/" in edge.source):
            continue
        seen.add(role)
        report, key = cells["quoted_from"].split("/")
        claim = f"report/{report}/claim/{key}"
        ends = {edge.source, *(() if edge.directed else (edge.target,))}
        assert {(claim, end) for end in ends} <= by_role[role], edge
        if role == "accused":
            alleged = edge.kind.startswith("is_alleged_") and cells["stance"] != "denies"
            assert alleged <= (names[edge.source].removesuffix(" (state)") in cells["accused"]), edge
    assert seen == {
        "actors": {"teller", "accused", "participant"},
        "places": {"accused", "participant"},
    }.get(profile, {"teller"})


@pytest.mark.parametrize("profile", [name for name in NAMES if name != "rdf"])
def test_each_edge_read_alone_tells_in_a_sentence_on_whose_word_it_is_and_whom_it_accuses(
    accounts: OxigraphStore, profile: str
) -> None:
    graph = shown(accounts, profile)
    for edge in graph.edges:
        cells = values(graph, edge)
        told = cells["sentence"]
        blamed = cells["accused"] or ()
        if edge.role == "reference":
            assert told.endswith("by reference data; no report is behind it.") or cells["claims"], told
            continue
        assert told.endswith(
            f"Accused: {'; '.join(blamed)}."
            if blamed
            else "Nobody is accused of breaching the term."
            if edge.role == "candidate"
            else "Nobody is accused."
        ), told
        words = {*(cells["sources"] or ()), *(cells["unnamed_sources"] or ()), *(cells["told_act"] or ())}
        assert words
        assert all(name in told for name in sorted(words)[:5]) or len(words) > 5, told


def test_sentences_of_the_accounts_tell_apart_who_passes_on_who_denies_and_who_names_no_term(
    accounts: OxigraphStore,
) -> None:
    graph = shown(accounts, "actors")
    told = {values(graph, edge)["sentence"] for edge in graph.edges}
    treaty = next(node.label for node in graph.nodes if node.id == "agreement/nk-2020-11-10")
    mfa, mod = "Ministry of Foreign Affairs of Armenia", "Ministry of Defence of Armenia"
    forces, agents = "Armenian Armed Forces", "Azerbaijan's agents before the International Court of Justice"
    found = "is a candidate (a rule found the term, a source alleges a breach without one) for a breach of"
    expected = [
        ("authorities in Yerevan", "tells of a part taken (accusing nobody) by", f"{forces}. On the word of"),
        (forces, "is said not to have carried out attempted assault against", "Azerbaijani border guards."),
        (agents, "denies an act by", "Azerbaijan. Nobody is accused."),
        ("Russia", "is alleged to have breached", f"{treaty}. On the word of {mfa}. Accused: Russia."),
        ("Azerbaijan", found, f"{treaty}. Its act is on the word of Armenpress; Avia; a breach, of no named"),
    ]
    ends = [
        "Sputnik (zh), citing authorities in Yerevan. Nobody is accused.",
        f"On the word of {mod}. Nobody is accused.",
        "",
        "",
        "term, is alleged by Prime Minister of Armenia. Nobody is accused of breaching the term.",
    ]
    sentences = {" ".join(filter(None, (*parts, end))) for parts, end in zip(expected, ends, strict=True)}
    assert sentences <= told


@pytest.mark.parametrize("profile", ["actors", "agreements"])
def test_a_candidate_has_no_source_but_its_act_and_outweighs_no_allegation(
    accounts: OxigraphStore, profile: str
) -> None:
    graph = shown(accounts, profile)
    candidates = [edge for edge in graph.edges if edge.kind.startswith("candidate_")]
    assert candidates
    for edge in candidates:
        cells = values(graph, edge)
        assert (cells["stance"], cells["independent_sources"], cells["sources"]) == ("candidate", 0, ())
        assert cells["act_sources"] >= 1
        assert len(cells["told_act"]) >= cells["act_sources"]
        assert edge.series == ()
    told_of = [edge.weight for edge in graph.edges if edge.role in {"accused", "teller", "participant"}]
    reference = [edge.weight for edge in graph.edges if edge.role == "reference"]
    assert (
        max(reference)
        < min(edge.weight for edge in candidates)
        <= max(edge.weight for edge in candidates)
        < min(told_of)
    )


def test_what_is_alleged_is_drawn_last(accounts: OxigraphStore) -> None:
    graph = shown(accounts, "actors")
    heights = [list(Role).index(edge.role) for edge in graph.edges if edge.role]
    assert heights == sorted(heights)
    last = [values(graph, edge)["stance"] for edge in graph.edges if edge.role == "accused"]
    assert last.index("asserts") > max(at for at, stance in enumerate(last) if stance == "denies")


def test_who_reports_on_whose_word_is_a_chain(accounts: OxigraphStore) -> None:
    found = told(shown(accounts, "citations"))
    assert ("actor/tass", "reports_on_word_of", "actor/prime-minister-armenia") in found
    assert ("report/seed-syunik-highway-2021/voice", "reports_on_word_of", "actor/avia") in found


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"report": "seed-syunik-highway-2021"}, {"seed-syunik-highway-2021"}),
        ({"source": "avia"}, {"armenpress-1061764", "seed-syunik-highway-2021"} - {"armenpress-1061764"}),
        ({"from_": "2023"}, None),
        ({"to": "2020"}, {"seed-syunik-highway-2021"}),
        ({"basis": "rule-inferred"}, None),
    ],
)
def test_filters_let_only_those_claims_pass(
    accounts: OxigraphStore, filters: dict[str, str], number: set[str] | None
) -> None:
    everything, graph = shown(accounts, "claims"), shown(accounts, "claims", 0, **filters)
    there = {node.id for node in graph.nodes if node.kind == "claim"}
    assert there < {node.id for node in everything.nodes if node.kind == "claim"}
    assert there
    reports = {name.split("/")[1] for name in there}
    assert number is None or reports == number
    name, value = next(iter(filters.items()))
    assert (name.rstrip("_"), value) in graph.meta.filters


@pytest.mark.parametrize("profile", ["actors", "agreements"])
@pytest.mark.parametrize(
    "chosen",
    [
        {"status": "candidate"},
        {"status": "alleged"},
        {"perpetrator": "azerbaijan"},
        {"perpetrator": "armenia", "status": "candidate"},
        {"term": "nk-2020-11-10/term/1"},
        {"scope": "unknown"},
        {"temporal": "in"},
        {"material": "in", "personal": "in"},
        {"basis": "rule-inferred", "within": "armenia"},
    ],
    ids="-".join,
)
def test_a_graph_tells_of_the_records_that_the_list_has_and_of_no_other(
    accounts: OxigraphStore, profile: str, chosen: dict[str, str]
) -> None:
    reader = Reader.of(accounts, accounts.stamp.base)
    listed, after = violations(reader, Selection(chosen, 50))
    assert after is None
    graph = shown(accounts, profile, 0, **chosen)
    kinds = {edge.kind for edge in graph.edges}
    found = {one.basis == "rule-inferred" for one in listed}
    by_rule = {"candidate_breach_of", "candidate_without_term_of", "reports_act_of_candidate"}
    by_word = {"is_alleged_breach_of", "alleges_breach_by", "alleged_breach_of", "alleges_breach"}
    assert bool(kinds & by_rule) == (True in found)
    assert not kinds & by_word or False in found
    if profile == "agreements":
        records = {
            node.id
            for node in graph.nodes
            if node.kind in {"allegation", "candidate", "candidate_without_term"}
        }
        assert records == {one.id.removeprefix(accounts.stamp.base) for one in listed}


def test_a_place_takes_in_what_lies_within_it(accounts: OxigraphStore) -> None:
    of_country = {node.id for node in shown(accounts, "claims", place="armenia").nodes}
    of_province = {node.id for node in shown(accounts, "claims", place="syunik").nodes}
    claim = "report/seed-syunik-highway-2021/claim/c1"
    assert claim in of_country & of_province
    assert "report/seed-syunik-highway-2021/claim/c5" in of_country - of_province
    assert not [node for node in of_country | of_province if node.endswith("claim/c9")]


def test_an_agreement_that_is_asked_for_is_there_whatever_is_said_of_it(seed: OxigraphStore) -> None:
    graph = shown(seed, "agreements", agreement="unscr-1701")
    kinds = [node.kind for node in graph.nodes]
    assert kinds.count("agreement") == 1
    assert kinds.count("term") > 5
    assert not {"allegation", "candidate"} & set(kinds)
    assert build(seed, Order(profiles.find("agreements"), Filters(everything=True))).meta.filters


def test_edges_below_the_least_number_of_sources_go_with_their_nodes(accounts: OxigraphStore) -> None:
    graph = shown(accounts, "actors", least=2)
    rests = [edge for edge in graph.edges if values(graph, edge)["claims"]]
    assert rests
    assert min(values(graph, edge)["independent_sources"] for edge in rests) >= 2
    assert ("independent sources", "at least 2") in graph.meta.filters
    assert len(list(graph.nodes)) < len(list(shown(accounts, "actors").nodes))


def test_a_filter_that_names_nothing_says_what_is_near(seed: OxigraphStore) -> None:
    with pytest.raises(UnknownReferenceError, match="syunik"):
        shown(seed, "actors", place="siunik")
    with pytest.raises(BadParameterError, match="later than"):
        shown(seed, "actors", from_="2022", to="2021")
    with pytest.raises(BadParameterError, match="no filter 'colour'"):
        Filters.of({"colour": "blue"})


def test_the_meta_tells_what_the_graph_is(seed: OxigraphStore) -> None:
    meta = shown(seed, "actors", report="seed-syunik-highway-2021").meta
    facts = dict(meta.facts())
    assert facts["as reported by"].startswith("Avia, Military experts, Russian media, the report “Azerbaijan")
    assert facts["filter"] == "report=seed-syunik-highway-2021"
    assert facts["data"] == f"sequence {meta.sequence}"
    assert meta.sequence
    assert "Shipped as the seed text" in facts["licence"]
    assert facts["layout"] == "force-directed, seeded"
    assert "independent sources" in facts["weight of edges"]
    assert "alleged" in meta.text()


@pytest.mark.parametrize("profile", NAMES)
def test_every_node_has_a_label_a_place_and_a_size(accounts: OxigraphStore, profile: str) -> None:
    nodes = list(shown(accounts, profile).nodes)
    assert all(node.label and node.kind for node in nodes)
    assert len({(node.x, node.y) for node in nodes}) == len(nodes)
    assert max(max(abs(node.x), abs(node.y)) for node in nodes) <= 5000
    assert (min(node.size for node in nodes), max(node.size for node in nodes)) == (4.0, 100.0)
    assert abs(sum(node.x for node in nodes)) / len(nodes) < 0.01


@pytest.mark.parametrize("profile", NAMES)
def test_nothing_in_it_is_what_gephi_would_refuse_drop_or_misread(
    accounts: OxigraphStore, seed: OxigraphStore, profile: str
) -> None:
    for graph in (shown(accounts, profile), shown(seed, profile, to="1990"), shown(seed, profile)):
        file = io.BytesIO()
        FORMATS["gexf"].write(graph, file)
        file.seek(0)
        assert problems(file) == []


def test_places_stand_as_on_a_map(accounts: OxigraphStore) -> None:
    graph = shown(accounts, "places")
    columns = [column.id for column in graph.node_columns]
    at = {node.id: node for node in graph.nodes}
    syunik, armenia = at["place/syunik"], at["place/armenia"]
    assert syunik.x > armenia.x
    assert syunik.y < armenia.y
    lat, lng = (syunik.values[columns.index(name)] for name in ("lat", "lng"))
    assert (39.0 < float(str(lat)) < 39.8, 45.7 < float(str(lng)) < 46.6) == (True, True)


def test_one_s_own_query_makes_a_graph(seed: OxigraphStore) -> None:
    text = """PREFIX svd: <https://w3id.org/servanda/ontology#>
SELECT ?source ?target ?kind ?claim WHERE {
  ?claim svd:accordingTo ?source ; svd:mentionsAgreement ?target . BIND ("speaks_of" AS ?kind) }"""
    graph = build(seed, Order(own_profile(text, "mine.rq")))
    assert told(graph) == {("actor/russian-media", "speaks_of", "agreement/nk-2020-11-10")}
    (edge,) = graph.edges
    assert values(graph, edge)["quoted_from"] == "seed-syunik-highway-2021/c0"
    with pytest.raises(ExportError, match="SELECT"):
        own_profile("ASK { ?s ?p ?o }", "ask.rq")


def one_edge(store: OxigraphStore, values: str, more: str = "") -> Graph:
    """Return the graph of a query that answers one row, or several rows of one edge."""
    text = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?source ?target {" ".join(re.findall(r"[?][a-z]+", values))} WHERE {{
  VALUES (?source ?target) {{ (<urn:a> <urn:b>) }} VALUES {values} {more} }}"""
    return build(store, Order(own_profile(text, "mine.rq")))


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "precision"),
    [
        ('"2014"^^xsd:gYear', '"2014"^^xsd:gYear', "2014-01-01", "2014-12-31", "year"),
        ('"2014-02"^^xsd:gYearMonth', '"2016"^^xsd:gYear', "2014-02-01", "2016-12-31", "month, year"),
        ('"2014-05-03"^^xsd:date', "UNDEF", "2014-05-03", None, "day"),
        ("UNDEF", '"2014-02"^^xsd:gYearMonth', None, "2014-02-28", "month"),
    ],
)
def test_days_of_one_s_own_edges_are_whole_years_and_months(  # noqa: PLR0913, PLR0917 - one column each
    seed: OxigraphStore, start: str, end: str, first: str | None, last: str | None, precision: str
) -> None:
    graph = one_edge(seed, f"(?start ?end) {{ ({start} {end}) }}")
    (edge,) = graph.edges
    assert edge.spells == ((first, last),)
    found = values(graph, edge)
    assert (found["first_date"], found["last_date"], found["date_precision"]) == (first, last, precision)
    assert found["year"] == (int(first[:4]) if first else None)
    assert {(node.values[2], node.values[3]) for node in graph.nodes} == {(first, last)}


def test_weights_of_one_s_own_edges_add_up_and_are_above_nothing(seed: OxigraphStore) -> None:
    (edge,) = one_edge(seed, "(?weight) { (2) (0.5) }").edges
    assert edge.weight == 2.5
    for odd in ("0", "-3", '"NaN"^^xsd:double', '"INF"^^xsd:double', '"much"'):
        with pytest.raises(ExportError, match=r"mine[.]rq: urn:a to urn:b: [?]weight"):
            one_edge(seed, f"(?weight) {{ ({odd}) }}")


def test_an_end_before_its_start_names_query_and_edge(seed: OxigraphStore) -> None:
    with pytest.raises(ExportError, match=r"mine[.]rq: urn:a to urn:b: ends on 2014-12-31, before"):
        one_edge(seed, '(?start ?end) { ("2015"^^xsd:gYear "2014"^^xsd:gYear) }')


def test_a_query_of_one_s_own_that_cannot_be_used_says_why(seed: OxigraphStore) -> None:
    with pytest.raises(ForbiddenQueryError):
        own_profile("SELECT * { SERVICE <http://x.example/> { ?source ?p ?target } }", "far.rq")
    with pytest.raises(ExportError, match=r"answers no [?]target"):
        build(seed, Order(own_profile("SELECT ?source { ?source ?p ?o }", "half.rq")))


def test_days_of_nodes_say_what_of_them_nobody_stated(seed: OxigraphStore) -> None:
    marked = 0
    for profile in ("actors", "agreements", "citations", "claims", "places"):
        graph = shown(seed, profile)
        columns = [column.id for column in graph.node_columns]
        around: dict[str, set[str]] = {node.id: set() for node in graph.nodes}
        for edge in graph.edges:
            for end in (edge.source, edge.target):
                around[end].update(values(graph, edge).get("date_inferred") or ())
        for node in graph.nodes:
            cells = dict(zip(columns, node.values, strict=True))
            assert cells["date_inferred"] == tuple(sorted(around[node.id])), (profile, node.id)
            marked += "zone" in around[node.id]
    assert marked
