"""`media:` of a claim: what is seen or heard beside the words, as it is told, stored and refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import convert, read_text
from kg.terms import OA, RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest import References
    from kg.model import Problem, Triple

BASE = "https://example.org/id/"
PHOTO = {"kind": "photo", "url": "https://example.org/gate.jpg"}


def report(*media: Any, **fields: Any) -> dict[str, Any]:
    claim = {
        "key": "c1",
        "gist": "It rained.",
        "quote": "It rained",
        "modality": "asserted",
        "media": list(media),
    }
    return {
        "kind": "report",
        "id": "gate",
        "type": "news",
        "title": "The gate",
        "language": "en",
        "annotator": "team",
        "text": "It rained.",
        "claims": [claim | fields],
    }


def said(references: References, *media: Any) -> frozenset[Triple]:
    return convert(read_text(json.dumps(report(*media)).encode(), "r.json"), BASE, references).triples


def test_a_media_item_supports_the_claim_beside_its_evidence(
    references: References,
) -> None:
    triples = said(references, PHOTO | {"region": "xywh=percent:10,10,50,50"})
    (item,) = [o for _, p, o in triples if p == SVD.media]
    assert (item, RDF.type, SVD.MediaItem) in triples
    assert not [s for s, p, o in triples if p == SVD.evidence and o == item]
    (selector,) = [o for s, p, o in triples if s == item and p == OA.hasSelector]
    assert [str(o) for s, p, o in triples if s == selector and p == RDF.value] == ["xywh=percent:10,10,50,50"]


def test_what_says_the_same_in_another_order_is_the_same(references: References) -> None:
    captured = [{"by": "team", "time": "2031"}, {"by": "river-post", "places": ["upper-arda", "arda-road"]}]
    other = [
        {"by": "river-post", "places": ["arda-road", "upper-arda"]},
        {"by": f"{BASE}actor/team", "time": "2031"},
    ]
    page = {"kind": "document-page", "sha256": "a" * 64, "page": 2}
    one = said(references, PHOTO | {"captured": captured}, page)
    assert one == said(references, page, PHOTO | {"captured": other}, page)


@pytest.mark.parametrize(
    "region",
    [
        "xywh=10,20,30,40",
        "xywh=pixel:0,0,5,5",
        "xywh=percent:1.5,2,3,4",
        "t=10,20",
        "t=,20",
        "t=npt:0:10&xywh=1,2,3,4",
    ],
)
def test_regions_are_media_fragments(references: References, region: str) -> None:
    assert said(references, PHOTO | {"region": region})


@pytest.mark.parametrize(
    ("item", "field", "told"),
    [
        ({"kind": "photo"}, "claims[0].media[0]", "has neither url, archived_at nor sha256"),
        ({"url": "https://example.org/a"}, "claims[0].media[0]", "needs the field 'kind'"),
        (PHOTO | {"kind": "selfie"}, "claims[0].media[0].kind", "unknown media kind 'selfie'"),
        (PHOTO | {"sha256": "ABC"}, "claims[0].media[0].sha256", "64 hexadecimal digits"),
        (PHOTO | {"region": "top left"}, "claims[0].media[0].region", "no Media Fragment"),
        (PHOTO | {"region": "xywh=1,2,3"}, "claims[0].media[0].region", "no Media Fragment"),
        (PHOTO | {"url": "gate.jpg"}, "claims[0].media[0].url", "is not an address"),
        (PHOTO | {"creator": "nobody"}, "claims[0].media[0].creator", "unknown actor 'nobody'"),
        (
            PHOTO | {"captured": [{"by": "team"}]},
            "claims[0].media[0].captured",
            "has neither time nor places",
        ),
        (PHOTO | {"captured": [{"time": "2031"}]}, "claims[0].media[0].captured", "needs the field 'by'"),
        (PHOTO | {"page": "two"}, "claims[0].media[0].page", "is not a whole number"),
    ],
)
def test_what_is_wrong_with_a_media_item_is_told_at_its_field(
    problems: Callable[..., list[Problem]], item: dict[str, Any], field: str, told: str
) -> None:
    (problem,) = problems(json.dumps(report(item), indent=1), "r.json")
    assert problem.field.startswith(field)
    assert problem.line is not None
    assert told in str(problem)


def test_media_alone_make_no_claim(problems: Callable[..., list[Problem]]) -> None:
    (problem,) = problems(json.dumps(report(PHOTO, quote=None), indent=1), "r.json")
    assert "has neither quote, quotes nor row" in str(problem)
