"""schema.org ClaimReview: what named reviewers say of alleged violations, never of mere candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Body = Mapping[str, Any]

_CONTEXT: Final = "https://schema.org"
_VERDICTS: Final = {
    "corroborated": "Corroborated by a reviewer; not a finding of fact",
    "rejected": "Rejected by a reviewer; not a finding of fact",
    "disputed": "Disputed; not a finding of fact",
}


def document(violations: Iterable[Body]) -> dict[str, Any]:
    """Return the reviews of alleged violations; candidates are alleged by nobody, and have none."""
    return {"@context": _CONTEXT, "@graph": [one for each in violations for one in _reviews(each)]}


def _reviews(violation: Body) -> Iterator[dict[str, Any]]:
    if violation["basis"] == "rule-inferred" or violation["status"] == "candidate":
        return
    for review in violation["reviews"]:
        for piece in violation["evidence"]:
            yield _review(violation, review, piece)


def _review(violation: Body, review: Body, piece: Body) -> dict[str, Any]:
    """Return a review of one claim by which a violation is alleged."""
    made: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": f"{violation['id']}#review-{review['id']}-{piece['claim'].replace('/', '-')}",
        "url": violation["id"],
        "claimReviewed": piece["gist"] or piece["quote"],
        "author": {"@type": "Person", "name": review["reviewer"]},
        "reviewBody": review["reason"],
        "reviewRating": {
            "@type": "Rating",
            "alternateName": _VERDICTS.get(review["verdict"], review["verdict"]),
        },
        "itemReviewed": _claim(piece),
    }
    if review["decided_at"]:
        made["datePublished"] = review["decided_at"][:10]
    return made


def _claim(piece: Body) -> dict[str, Any]:
    """Return a claim: the exact words, who says so, and where."""
    report = piece["report"] or {}
    steps = [step["agent"] for step in piece["attribution"] if step["agent"]]
    appearance = {
        "@type": "CreativeWork",
        "name": report.get("title"),
        "url": report.get("url"),
        "datePublished": report.get("issued"),
        "publisher": _agent(report.get("publisher")),
    }
    claim = {
        "@type": "Claim",
        "identifier": piece["claim"],
        "text": piece["quote"] or piece["gist"],
        "author": _agent(steps[-1]) if steps else None,
        "creditText": ", through ".join(one["label"] or one["id"] for one in reversed(steps)) or None,
        "appearance": _without_gaps(appearance),
    }
    return _without_gaps(claim)


def _agent(agent: Body | None) -> dict[str, Any] | None:
    if agent is None:
        return None
    kind = "Person" if agent["type"] in {"official", "person"} else "Organization"
    return {"@type": kind, "@id": agent["iri"], "name": agent["label"] or agent["id"]}


def _without_gaps(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}
