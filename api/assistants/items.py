"""What tools return: each item with who says so, how, how it stands, in which words, and what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.assistants import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Body = dict[str, Any]
_NAMES: Final = {
    "actor": words.NAME,
    "place": words.NAME,
    "agreement": words.AGREEMENT,
    "report": words.REPORT,
    "text": words.PASSAGE,
}
_ALLEGATIONS: Final = ("evidence", "alleged_without_term", "denials", "fulfilment")
_RECALLED: Final = "recalled-unverified"


def of_violation(body: Mapping[str, Any]) -> Body:
    """Return a record of an alleged violation, or a candidate."""
    pieces = {name: [_piece(one) for one in body[name]] for name in _ALLEGATIONS}
    return {
        "kind": "candidate violation" if words.is_candidate(body) else "alleged violation",
        "id": body["id"].rpartition("/")[2],
        "iri": body["id"],
        "status": body["status"],
        "basis": body["basis"],
        **_heard(pieces["evidence"]),
        "is_not": words.not_of_violation(body),
        "agreement": body["agreement"],
        "term": body["term"] and {**body["term"], "is_not": words.TERM},
        "norm": body["norm"] and {name: body["norm"][name] for name in ("id", "label", "action")},
        "accused": body["perpetrator"],
        "act": body["act"],
        "place": body["place"],
        "date": body["date"],
        "scope": body["scope"],
        **pieces,
        "denials_total": body["denials_total"],
        "fulfilment_total": body["fulfilment_total"],
        "reviews": body["reviews"],
    }


def of_claim(body: Mapping[str, Any]) -> Body:
    """Return a claim with all that it says."""
    withdrawn = "retracted" if body["retracted_by"] else "corrected" if body["corrected_by"] else "claimed"
    chain = _chain(body["attribution"])
    shown = {name: value for name, value in body.items() if name not in {"attribution", "evidence", "iri"}}
    return {
        "kind": "claim",
        "id": body["id"],
        "iri": body["iri"],
        "status": withdrawn,
        "quote": _quotes(body["evidence"]),
        "chain": chain,
        "according_to": _in_words(chain),
        "is_not": words.not_of_claim(body),
        **{name: value for name, value in shown.items() if name not in {"id", "status"}},
        "evidence": [_piece(one) for one in body["evidence"]],
    }


def of_hit(body: Mapping[str, Any]) -> Body:
    """Return what was found by a word, but no claim or term: those are looked up whole."""
    quotes = [one["text"] for one in body["matches"] if one["field"] == "text"]
    return {
        "kind": body["kind"],
        "id": body["id"],
        "iri": body["iri"],
        "label": body["label"],
        "status": None,
        "modality": None,
        "quote": quotes,
        "chain": _published(body["report"]),
        "is_not": _NAMES[body["kind"]],
        "matches": body["matches"],
        "report": body["report"],
    }


def of_term(body: Mapping[str, Any]) -> Body:
    """Return a term of an agreement, with its wordings and what was read into them."""
    statuses = sorted({one["status"] for one in body["wordings"] if one["status"]})
    is_recalled = statuses == [_RECALLED]
    return {
        "kind": "term",
        "id": body["id"],
        "iri": body["iri"],
        "number": body["number"],
        "agreement": body["agreement"],
        "status": "no longer in force" if body["no_longer_in_force"] else None,
        "modality": None,
        "quote": [one["words"] for one in body["wordings"] if one["status"] == "verbatim"],
        "chain": [],
        "is_not": words.RECALLED if is_recalled else words.TERM,
        **{
            name: body[name]
            for name in ("wordings", "norms", "part_of", "parts", "changed_by", "no_longer_in_force")
        },
    }


def of_agreement(body: Mapping[str, Any]) -> Body:
    """Return an agreement, without its terms."""
    status = "no longer in force" if body["no_longer_in_force"] else None
    said = {name: value for name, value in body.items() if name != "terms"}
    return {
        "kind": "agreement",
        **_unsaid(words.AGREEMENT),
        "status": status,
        **said,
    }


def of_name(body: Mapping[str, Any]) -> Body:
    """Return what may be meant by a name."""
    return {**body, **_unsaid(words.NAME)}


def of_row(row: Mapping[str, Any]) -> Body:
    """Return a row of the answer to a question of the catalogue, whose columns mean what they are called."""
    return {
        **of_found(row),
        "status": row.get("status"),
        "modality": row.get("modality"),
        "quote": [row["quote"]] if row.get("quote") else [],
        "chain": [row["according_to"]] if row.get("according_to") else [],
    }


def of_found(row: Mapping[str, Any]) -> Body:
    """Return a row of the answer to a query, whose columns are called as whoever asks calls them."""
    return {"kind": "row", "row": dict(row), **_unsaid(words.ROW)}


def of_figures(group: Mapping[str, Any]) -> Body:
    """Return the numbers of a group."""
    return {"kind": "figures", **group, **_unsaid(words.FIGURE)}


def of_meaning(said: Mapping[str, Any]) -> Body:
    """Return what a word of the schema, a code or a question means."""
    return {**said, **_unsaid(words.MEANING)}


def _unsaid(is_not: str) -> Body:
    """Return what is told of an item that is in nobody's words, and what it is not."""
    return {"status": None, "modality": None, "quote": [], "chain": [], "is_not": is_not}


def _heard(pieces: Iterable[Mapping[str, Any]]) -> Body:
    """Return the words, chains and modalities of evidence together, as they are told of one record."""
    held = list(pieces)
    return {
        "modality": sorted({one["modality"] for one in held if one["modality"]}),
        "quote": _quotes(held),
        "chain": [one["chain"] for one in held],
        "according_to": sorted({one["according_to"] for one in held}),
    }


def _piece(evidence: Mapping[str, Any]) -> Body:
    """Return a quotation, or a row of a dataset, with who says so and how."""
    chain = _chain(evidence["attribution"])
    report = evidence["report"]
    kept = ("id", "title", "publisher", "issued", "url", "archived_at", "text_access")
    return {
        **{
            name: evidence[name]
            for name in ("claim", "kind", "quote", "start", "end", "lang", "translation", "row")
        },
        "modality": evidence["modality"],
        "polarity": evidence["polarity"],
        "hedge": evidence["hedge"],
        "gist_by_annotator": evidence["gist"],
        "chain": chain,
        "according_to": _in_words(chain),
        "report": report and {name: report[name] for name in kept},
        "is_not": words.DENIAL if evidence["polarity"] == "negative" else words.CLAIM,
    }


def _chain(attribution: Iterable[Mapping[str, Any]]) -> list[Body]:
    """Return who says so, step by step from the report's own voice to the farthest source."""
    steps = sorted(attribution, key=lambda step: step["step"] or 0)
    return [
        {
            "step": step["step"],
            "agent": step["agent"] and {name: step["agent"][name] for name in ("id", "label", "type")},
            "verb": step["verb"],
            "carried_over": step["carried_over"],
            "cites": step["report"],
        }
        for step in steps
    ]


def _in_words(chain: Iterable[Mapping[str, Any]]) -> str:
    """Return a chain in words, such as "Avia, through the report itself"."""
    return ", through ".join(reversed([_named(step["agent"]) for step in chain])) or "the report itself"


def _named(agent: Mapping[str, Any] | None) -> str:
    if agent is None:
        return "somebody who is not named"
    return "the report itself" if agent["type"] == "report-voice" else agent["label"] or agent["id"]


def _quotes(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["quote"] for one in evidence if one["quote"]]


def _published(report: Mapping[str, Any] | None) -> list[Body]:
    """Return who published what stands in a report: more is not known of a passage that nobody marked."""
    publisher = None if report is None else report["publisher"]
    if publisher is None:
        return []
    agent = {name: publisher[name] for name in ("id", "label", "type")}
    return [{"step": 1, "agent": agent, "verb": "published", "carried_over": None, "cites": None}]
