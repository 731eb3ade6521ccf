"""W3C Web Annotations: the quotes of a report, each with what an annotator found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Body = Mapping[str, Any]

_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"


def page(report: Body, claims: Iterable[Body]) -> dict[str, Any]:
    """Return the annotations of a report as a page.

    A body is what an annotator says of the words, linked to the claim; a gist is not the words of the source.
    Rows of datasets are no words, and left out.
    """
    items = [
        _annotation(report, claim, piece, f"{claim['iri']}/annotation/{number}")
        for claim in claims
        for number, piece in enumerate(claim["evidence"], 1)
        if piece["quote"] and piece["report"] and piece["report"]["iri"] == report["iri"]
    ]
    return {
        "@context": _CONTEXT,
        "id": f"{report['iri']}/annotations",
        "type": "AnnotationPage",
        "label": f"Claims in “{report['title'] or report['id']}”: what sources say, not what is so",
        "items": items,
    }


def _annotation(report: Body, claim: Body, piece: Body, iri: str) -> dict[str, Any]:
    gist = {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": claim["gist"]}
    selectors: list[dict[str, Any]] = [{"type": "TextQuoteSelector", "exact": piece["quote"]}]
    if piece["start"] is not None:
        position = {"start": piece["start"], "end": piece["end"]}
        selectors.append({"type": "TextPositionSelector", **position})
    made: dict[str, Any] = {
        "id": iri,
        "type": "Annotation",
        "motivation": "describing",
        "body": [
            *([gist] if claim["gist"] else []),
            {"type": "SpecificResource", "purpose": "identifying", "source": claim["iri"]},
            {"type": "TextualBody", "purpose": "classifying", "value": f"modality: {claim['modality']}"},
            {"type": "TextualBody", "purpose": "classifying", "value": f"polarity: {claim['polarity']}"},
        ],
        "target": {"source": report["iri"], "selector": selectors},
    }
    if report["annotators"]:
        made["creator"] = [
            {"id": one["iri"], "type": "Agent", "name": one["label"] or one["id"]}
            for one in report["annotators"]
        ]
    if report["annotated"]:
        made["created"] = _moment(report["annotated"])
    return made


def _moment(text: str) -> str:
    """Return a day as its first second: the standard wants a moment."""
    return text if "T" in text else f"{text}T00:00:00Z"
