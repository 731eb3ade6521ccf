"""An example of each answer that is too large to be read off its fields."""

from typing import Final

from pydantic.config import JsonDict

VIOLATION: Final[JsonDict] = {
    "id": "https://w3id.org/servanda/id/violation/cef147ac443af9684f1606cb0f50f03035e0357eb134c9f205ada6db45a4a2ed",
    "agreement": {
        "id": "nk-2020-11-10",
        "iri": "https://w3id.org/servanda/id/agreement/nk-2020-11-10",
        "title": "Statement by the President of the Republic of Azerbaijan, the Prime "
        "Minister of the Republic of Armenia and the President of the Russian "
        "Federation",
        "date": "2020-11-10",
    },
    "term": None,
    "norm": None,
    "perpetrator": {
        "id": "azerbaijan",
        "iri": "https://w3id.org/servanda/id/actor/azerbaijan",
        "label": "Azerbaijan",
        "named_as": [
            {
                "id": "azerbaijan",
                "iri": "https://w3id.org/servanda/id/actor/azerbaijan",
                "label": "Azerbaijan",
            }
        ],
    },
    "act": {
        "id": "seed-syunik-highway-2021/alleged-noncompliance",
        "iri": "https://w3id.org/servanda/id/report/seed-syunik-highway-2021/event/alleged-noncompliance",
        "type": "ceasefire-breach",
        "label": "Azerbaijan ignores terms of the ceasefire agreement",
    },
    "place": [],
    "date": [
        {
            "earliest": None,
            "latest": None,
            "precision": "vague",
            "wording": "Currently",
            "edtf": None,
            "inferred": [],
            "inference_reason": None,
            "zone": None,
            "zone_assumed": None,
            "claims": ["seed-syunik-highway-2021/c13"],
        }
    ],
    "basis": "source-asserted",
    "status": "alleged",
    "scope": {
        "territorial": "unknown",
        "temporal": "unknown",
        "material": "unknown",
        "personal": "in",
        "reason": ["the source names no term, so there is no reading to hold the act against"],
    },
    "evidence": [
        {
            "quote": "Azerbaijan still completely ignores many terms of the cease-fire "
            "agreement signed earlier between the two countries",
            "start": 2621,
            "end": 2736,
            "claim": "seed-syunik-highway-2021/c13",
            "kind": "quote",
            "lang": "en",
            "translation": None,
            "row": None,
            "report": {
                "id": "seed-syunik-highway-2021",
                "iri": "https://w3id.org/servanda/id/report/seed-syunik-highway-2021",
                "type": "news",
                "title": "Azerbaijan seizes Armenian highways, deployed armored vehicles",
                "language": "en",
                "publisher": None,
                "issued": None,
                "url": None,
                "archived_at": None,
                "retrieved": None,
                "text_extent": "full",
                "text_fidelity": "exact",
                "text_access": "public",
            },
            "attribution": [
                {
                    "step": 1,
                    "agent": {
                        "id": "seed-syunik-highway-2021/voice",
                        "iri": "https://w3id.org/servanda/id/report/seed-syunik-highway-2021/voice",
                        "label": "The report “Azerbaijan seizes Armenian "
                        "highways, deployed armored vehicles”, "
                        "publisher not stated",
                        "type": "report-voice",
                    },
                    "verb": "reports",
                    "carried_over": False,
                    "report": None,
                }
            ],
            "modality": "hedged",
            "polarity": "affirmative",
            "hedge": [{"quote": "it seems that", "start": 2520, "end": 2533}],
            "gist": "It seems that Azerbaijan still completely ignores many terms of the "
            "ceasefire agreement signed earlier between the two countries; no term is "
            "named. That the agreement is the statement of 10 November 2020 is the "
            "annotators' identification: the article names none.",
        }
    ],
    "alleged_without_term": [],
    "denials": [],
    "denials_total": 0,
    "fulfilment": [],
    "fulfilment_total": 0,
    "reviews": [],
    "report": {
        "id": "seed-syunik-highway-2021",
        "iri": "https://w3id.org/servanda/id/report/seed-syunik-highway-2021",
        "type": "news",
        "title": "Azerbaijan seizes Armenian highways, deployed armored vehicles",
        "language": "en",
        "publisher": None,
        "issued": None,
        "url": None,
        "archived_at": None,
        "retrieved": None,
        "text_extent": "full",
        "text_fidelity": "exact",
        "text_access": "public",
    },
}
