"""The entries of the index: made from the rows of the read model, and from what the store says of names."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from rdflib.term import Literal, URIRef

from kg.query import credibility
from kg.query.lookups.reader import HEAD
from kg.read.resources import BY_LIST
from kg.search.entry import LAST_DAY, RECORD, Entry, Part, day_of
from kg.store import bind, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.query.lookups.reader import Reader
    from kg.read.view import Held, View

    Values = frozenset[tuple[str, str]]

_CLAIMS, _EVENTS, _REPORTS, _RECORDS = (
    BY_LIST[name] for name in ("claims", "events", "reports", "alleged violations")
)
_OF_CLAIMS: Final = frozenset({"report", "modality", "perpetrator", "place", "source", credibility.NAME})
_OF_RECORDS: Final = frozenset({"agreement", "term"})
_TEXTS: Final = f"""{HEAD}SELECT ?report ?text WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?report svd:text ?text ; svd:textAccess <https://w3id.org/servanda/vocabulary/text-access/public> .
}}"""
_NAMES: Final = f"""{HEAD}SELECT DISTINCT ?it ?how ?name WHERE {{
  VALUES ?class {{ UNDEF }} # @param class
  VALUES ?how {{ rdfs:label skos:altLabel dcterms:title }}
  ?any rdfs:subClassOf* ?class .
  ?it a ?any ; ?how ?name .
  FILTER (!STRENDS(STR(?it), "/voice"))
}}"""
_WORDINGS: Final = f"""{HEAD}SELECT ?term ?agreement ?words WHERE {{
  ?wording a svd:Wording ; svd:ofTerm ?term ; svd:wordingText ?words .
  ?term svd:ofAgreement ?agreement .
}}"""
_WITHIN: Final = (
    f"""{HEAD}SELECT DISTINCT ?place ?within WHERE {{ ?place svd:adminWithin|geo:sfWithin ?within }}"""
)
_PARTS: Final = f"""{HEAD}SELECT DISTINCT ?term WHERE {{
  VALUES ?whole {{ UNDEF }} # @param whole
  {{ ?term svd:ofAgreement ?whole ; a svd:Term }} UNION {{ ?term eli:is_part_of+ ?whole }}
}}"""
_CLASSES: Final = {"actor": "Actor", "place": "Region", "agreement": "Agreement"}
_FIELDS: Final = {"label": "label", "altLabel": "alternative label", "title": "title"}
_PASSAGE: Final = 1200
"""Characters of a text that are found as one, about."""
_SVD: Final = "https://w3id.org/servanda/ontology#"


def entries(view: View, reader: Reader, reports: Sequence[str] | None = None) -> Iterator[Entry]:
    """Yield the entries of reports: of all, or of these. View and store have to stand at the same change."""
    types = {
        row.iri: frozenset(value for value in row.values if value[0] == "type")
        for row in view.rows(_EVENTS, reports)
    }
    concerned = _records(view, reports)
    for row in view.rows(_CLAIMS, reports):
        if reports is None or row.report in reports:
            yield of_claim(reader, row, types, concerned)
    told: dict[str, Entry] = {}
    for row in view.rows(_REPORTS, reports):
        if reports is None or row.iri in reports:
            told[row.iri] = of_report(row)
    yield from told.values()
    for block in blocks(sorted(told), 100):
        asked = bind(_TEXTS, {"report": [URIRef(iri) for iri in block]})
        for report, text in reader.store.select(asked).rows:
            yield from of_text(told[str(report)], str(text))


def of_claim(
    reader: Reader,
    row: Held,
    types: Mapping[str, Values] | None = None,
    concerned: Mapping[str, Iterable[tuple[str, str]]] | None = None,
) -> Entry:
    """Return the entry of a claim: its quotes with their translations, and its gist.

    Who denies that an agreement was broken, or says that it was kept, says so of each of its terms.
    """
    body: dict[str, Any] = json.loads(row.body)
    values = {value for value in row.values if value[0] in _OF_CLAIMS}
    values.update((concerned or {}).get(body["id"], ()))
    event = body["event"]
    values.update((types or {}).get(event["iri"], ()) if event else ())
    for said in ("alleges", "denies", "asserts_fulfilment", "condition_met"):
        for one in body[said]:
            values.add(("agreement", str(reader.names.iri("agreement", one["agreement"]))))
            if one.get("term"):
                values.add(("term", _target(reader, one)))
    wholes = sorted({_target(reader, one) for said in ("denies", "asserts_fulfilment") for one in body[said]})
    values.update(("term", term) for (term,) in reader.related(_PARTS, "whole", wholes))
    values.update(("agreement", str(reader.names.iri("agreement", one))) for one in body["mentions"])
    parts: list[Part] = []
    for piece in body["evidence"]:
        if piece["quote"] is not None:
            parts.append(Part("quote", piece["lang"], piece["start"], piece["quote"]))
            values.add(("lang", piece["lang"])) if piece["lang"] else None
        parts += [
            Part("translation", lang, None, text) for lang, text in (piece["translation"] or {}).items()
        ]
    if body["gist"]:
        parts.append(Part("gist", None, None, body["gist"]))
    report = body["report"] or {"issued": None, "retrieved": None}
    day = day_of(report["issued"] or report["retrieved"])
    return _entry("claim", row.iri, row.report, day, row.low, row.high, values, parts)


def _target(reader: Reader, one: Mapping[str, Any]) -> str:
    """Return the IRI of a term that is spoken of, or of an agreement."""
    if one["term"]:
        return str(reader.names.iri("term", f"{one['agreement']}/{one['term']}"))
    return str(reader.names.iri("agreement", one["agreement"]))


def of_report(row: Held) -> Entry:
    """Return the entry of a report: its title, and what analysts remark on it."""
    body = json.loads(row.body)
    values = {("source", value) for name, value in row.values if name in {"source", "publisher"}}
    values.add(("report", row.iri))
    if body["language"]:
        values.add(("lang", body["language"]))
    parts = [Part("title", body["language"], None, body["title"])] if body["title"] else []
    for remark in body["remarks"]:
        parts += [Part("remark", None, None, remark["gist"])] if remark["gist"] else []
    low, high = _when(body["issued"])
    return _entry(
        "report", row.iri, row.iri, day_of(body["issued"] or body["retrieved"]), low, high, values, parts
    )


def of_text(report: Entry, text: str) -> Iterator[Entry]:
    """Yield the entries of a text that may be read: passages of it, each with where it begins."""
    values = {value for value in report.values if value[0] != "kind"}
    lang = next((value for name, value in values if name == "lang"), None)
    for start, end in _passages(text):
        part = Part("text", lang, start, text[start:end])
        yield _entry("text", report.iri, report.iri, report.day, report.low, report.high, values, [part])


def reference(reader: Reader) -> Iterator[Entry]:
    """Yield the entries of agreements, terms, actors and places, with all their names and wordings."""
    within: dict[str, set[str]] = defaultdict(set)
    for place, whole in reader.store.select(_WITHIN).rows:
        within[str(place)].add(str(whole))
    for kind, called in _CLASSES.items():
        names: dict[str, list[Part]] = defaultdict(list)
        for it, how, name in reader.store.select(bind(_NAMES, {"class": (URIRef(_SVD + called),)})).rows:
            lang = name.language if isinstance(name, Literal) else None
            field = _FIELDS[str(how).replace("#", "/").rpartition("/")[2]]
            names[str(it)].append(Part(field, lang, None, str(name)))
        for iri, parts in names.items():
            values = {("agreement", iri)} if kind == "agreement" else set()
            values |= {("place", one) for one in (iri, *within[iri])} if kind == "place" else set()
            yield _entry(kind, iri, None, LAST_DAY, None, None, values, _once(parts))
    wordings: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for term, whole, said in reader.store.select(_WORDINGS).rows:
        lang = said.language if isinstance(said, Literal) else None
        wordings[str(term), str(whole)].append(Part("wording", lang, None, str(said)))
    for (iri, agreement), parts in wordings.items():
        values = {("agreement", agreement), ("term", iri)}
        yield _entry("term", iri, None, LAST_DAY, None, None, values, _once(parts))


def _records(view: View, reports: Sequence[str] | None) -> Mapping[str, set[tuple[str, str]]]:
    """Return for each claim the agreements and terms of the records for which it is evidence."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in view.rows(_RECORDS, reports):
        values = {value for value in row.values if value[0] in _OF_RECORDS} | {(RECORD, row.iri)}
        body = json.loads(row.body)
        for said in ("evidence", "alleged_without_term", "denials", "fulfilment"):
            for piece in body[said]:
                found[piece["claim"]] |= values
    return found


def _entry(  # noqa: PLR0913, PLR0917 - the parts of an entry
    kind: str,
    iri: str,
    report: str | None,
    day: int,
    low: int | None,
    high: int | None,
    values: Iterable[tuple[str, str]],
    parts: Sequence[Part],
) -> Entry:
    langs = {("lang", part.lang) for part in parts if part.lang and kind not in {"claim", "report", "text"}}
    return Entry(
        kind, iri, report, day, low, high, frozenset(values) | langs | {("kind", kind)}, tuple(parts)
    )


def _once(parts: Iterable[Part]) -> list[Part]:
    """Return the names, each once for a text, labels first."""
    found: dict[str, Part] = {}
    for part in sorted(
        parts, key=lambda part: (part.field != "label", part.field, part.lang != "en", part.text)
    ):
        found.setdefault(f"{part.text} {part.lang}", part)
    return list(found.values())


def _when(issued: str | None) -> tuple[int | None, int | None]:
    """Return the first and the last instant of the day on which something was issued."""
    day = day_of(issued)
    if not day:
        return None, None
    low = (day - 62_091) * 86_400_000_000
    return low, low + 86_399_000_000


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where passages stand: they end where a paragraph does, a sentence or a word."""
    start = 0
    while start < len(text):
        end = min(len(text), start + _PASSAGE)
        if end < len(text):
            half = start + _PASSAGE // 2
            cuts = (text.rfind(sign, half, end) + len(sign) for sign in ("\n", ". ", "。", " "))
            end = next((cut for cut in cuts if cut > half), end)
        yield start, end
        start = end
