"""A conflict that does not exist, small enough to hold in the head.

Elbonia and Ruritania agreed on 1 March 2025 to cease hostilities in the Vale (point 1), to keep their
forces where they stand (point 2), and Elbonia to let convoys pass on the mill road (point 3). The Vale
is a stated zone: it covers the parish of Ash and nothing else. The parish of Birch lies in Ruritania,
outside it. One report says that on 10 March Elbonian troops shelled Ash.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kg.store import OxigraphStore

BASE = "https://w3id.org/servanda/id/"
TEXT = (
    "The Daily Acorn said that Elbonian guns shelled Ash on 10 March, killing four. "
    "Elbonia's army denied it. Troops of Elbonia will probably march on Birch. "
    "A Ruritanian spokesman said that Elbonia broke point 1 of the truce."
)

DOCUMENTS: dict[str, Any] = {
    "actors": {
        "kind": "actors",
        "id": "vale-actors",
        "actors": [
            {"id": "elbonia", "type": "state", "label": "Elbonia"},
            {"id": "ruritania", "type": "state", "label": "Ruritania"},
            {"id": "syldavia", "type": "state", "label": "Syldavia"},
            {"id": "elbonian-army", "type": "armed-force", "label": "Elbonian army", "force_of": "elbonia"},
            {
                "id": "elbonian-guns",
                "type": "armed-force",
                "label": "Elbonian guns",
                "force_of": "elbonian-army",
            },
            {
                "id": "syldavian-guard",
                "type": "armed-force",
                "label": "Syldavian guard",
                "force_of": "syldavia",
            },
            {"id": "acorn", "type": "outlet", "label": "The Daily Acorn"},
            {
                "id": "spokesman",
                "type": "official",
                "label": "Spokesman of Ruritania",
                "speaks_for": "ruritania",
            },
            {"id": "court", "type": "court", "label": "Court of the Vale"},
            {"id": "monitor", "type": "analyst", "label": "Monitor"},
        ],
    },
    "places": {
        "kind": "places",
        "id": "vale-places",
        "authority": "Gazetteer of the Vale",
        "places": [
            {
                "id": "elbonian-land",
                "type": "administrative-region",
                "label": "Elbonia",
                "territory_of": "elbonia",
            },
            {
                "id": "ruritanian-land",
                "type": "administrative-region",
                "label": "Ruritania",
                "territory_of": "ruritania",
            },
            {"id": "ash", "type": "settlement", "label": "Ash", "within": ["elbonian-land"]},
            {"id": "birch", "type": "settlement", "label": "Birch", "within": ["ruritanian-land"]},
            {
                "id": "vale",
                "type": "agreement-zone",
                "label": "the Vale",
                "covers": ["ash"],
                "extent": "stated",
            },
            {"id": "moor", "type": "agreement-zone", "label": "the Moor", "extent": "unstated"},
        ],
    },
    "agreement": {
        "kind": "agreement",
        "id": "vale-truce",
        "type": "ceasefire",
        "title": "Truce of the Vale",
        "date": "2025-02-20",
        "entry_into_force": "2025-03-01",
        "parties": ["elbonia", "ruritania"],
        "texts": [{"key": "en", "lang": "en", "status": "official"}],
        "terms": [
            {
                "number": "1",
                "wordings": [{"text": "en", "words": "Fire shall cease in the Vale.", "status": "verbatim"}],
                "norms": [
                    {
                        "key": "1a",
                        "kind": "obligation",
                        "gist": "Both sides cease fire in the Vale",
                        "bearers": ["elbonia", "ruritania"],
                        "action": "cease-hostilities",
                        "places": ["vale"],
                    },
                ],
            },
        ],
    },
    "report": {
        "kind": "report",
        "id": "acorn-1",
        "type": "news",
        "title": "Guns over Ash",
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "text": TEXT,
        "text_access": "public",
        "events": [{"key": "shelling", "type": "shelling", "label": "Shelling of Ash"}],
        "claims": [
            {
                "key": "k1",
                "gist": "Elbonian guns shelled Ash on 10 March and killed four.",
                "quote": "Elbonian guns shelled Ash on 10 March, killing four",
                "modality": "reported",
                "about": "shelling",
                "perpetrators": ["elbonian-guns"],
                "places": ["ash"],
                "time": {
                    "value": "2025-03-10",
                    "text": "on 10 March",
                    "inferred": ["year"],
                    "reason": "the truce of the same spring",
                },
                "quantities": [{"kind": "killed", "value": "4"}],
            },
        ],
    },
}


class World:
    """The documents of the conflict, to be changed and then taken in."""

    def __init__(self, folder: Path) -> None:
        """Start from the documents as the module tells them."""
        self.folder = folder
        self.documents = copy.deepcopy(DOCUMENTS)

    @property
    def claim(self) -> dict[str, Any]:
        """The claim that Ash was shelled."""
        claim: dict[str, Any] = self.documents["report"]["claims"][0]
        return claim

    @property
    def norm(self) -> dict[str, Any]:
        """The norm of point 1."""
        norm: dict[str, Any] = self.documents["agreement"]["terms"][0]["norms"][0]
        return norm

    def write(self) -> list[Path]:
        """Write the documents and return their files."""
        paths = []
        for name, document in self.documents.items():
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps(document, indent=1), encoding="utf-8")
            paths.append(path)
        return paths

    def build(self) -> OxigraphStore:
        """Return a store in memory with the documents in it; fail on the first that is refused."""
        made = empty_in_memory(BASE)
        store = made.store
        problems = [str(problem) for outcome in ingest(made, self.write()) for problem in outcome.problems]
        assert not problems, "\n".join(problems)
        return store


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def table() -> Callable[[OxigraphStore, str], list[Mapping[str, str]]]:
    """Answer a SELECT with prefixes given; local names instead of IRIs, so that rows read well."""

    def select(store: OxigraphStore, query: str) -> list[Mapping[str, str]]:
        prefixes = (
            "PREFIX svd: <https://w3id.org/servanda/ontology#>\n"
            "PREFIX eli: <http://data.europa.eu/eli/ontology#>\n"
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        )
        rows = [
            {name: str(term).removeprefix(BASE).rpartition("vocabulary/")[2] for name, term in row.items()}
            for row in store.select(prefixes + query).mappings()
        ]
        return sorted(rows, key=lambda row: sorted(row.items()))

    return select
