"""A conflict that does not exist, in documents of several revisions, as a newsroom would send them in.

The Fen and the Downs agreed on a truce in the Marsh (point 1). Six reports tell of what happened there:
`first` of a shelling; `second` of the same shelling, which it says is the same; `denial` that it denies;
`charge` says that it broke point 1; `bridge` takes the events of `second` and `charge` for one; `other`
is about something else. Each document can be had in the revisions 1 to 3, which differ in what they say.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Document: TypeAlias = dict[str, Any]

BASE = "https://durability.example/id/"
REVISIONS = (1, 2, 3)
TEXT = (
    "The Fen Post said that guns of the Downs shelled Reed on 10 March, killing four. "
    "The army of the Downs denied it. "
    "A spokesman of the Fen said that the Downs broke point 1 of the truce."
)


def _actors(revision: int) -> Document:
    actors = [
        {"id": "fen", "type": "state", "label": "The Fen"},
        {"id": "downs", "type": "state", "label": "The Downs"},
        {"id": "guns", "type": "armed-force", "label": "Guns of the Downs", "force_of": "downs"},
        {"id": "fen-post", "type": "outlet", "label": "The Fen Post"},
        {"id": "spokesman", "type": "official", "label": "Spokesman of the Fen", "speaks_for": "fen"},
        {"id": "monitor", "type": "analyst", "label": f"Monitor, as in list {revision}"},
    ]
    return {"kind": "actors", "id": "marsh-actors", "actors": actors}


def _places(revision: int) -> Document:
    marsh = {"id": "marsh", "type": "agreement-zone", "label": "the Marsh", "extent": "stated"}
    places = [
        {"id": "fenland", "type": "administrative-region", "label": "Fenland", "territory_of": "fen"},
        {"id": "reed", "type": "settlement", "label": "Reed", "within": ["fenland"]},
        {"id": "sedge", "type": "settlement", "label": "Sedge", "within": ["fenland"]},
        marsh | {"covers": ["reed"] if revision == 1 else ["reed", "sedge"]},
    ]
    authority = f"Gazetteer of the Marsh, edition {revision}"
    return {"kind": "places", "id": "marsh-places", "authority": authority, "places": places}


def _agreement(revision: int) -> Document:
    norm = {
        "key": "1a",
        "kind": "obligation",
        "gist": "Both sides cease fire in the Marsh",
        "bearers": ["fen", "downs"] if revision == 1 else ["downs"],
        "action": "cease-hostilities",
        "places": ["marsh"],
    }
    words = {"text": "en", "words": "Fire shall cease in the Marsh.", "status": "verbatim"}
    return {
        "kind": "agreement",
        "id": "marsh-truce",
        "type": "ceasefire",
        "title": f"Truce of the Marsh, print {revision}",
        "date": "2025-02-20",
        "entry_into_force": "2025-03-01",
        "parties": ["fen", "downs"],
        "texts": [{"key": "en", "lang": "en", "status": "official"}],
        "terms": [{"number": "1", "wordings": [words], "norms": [norm]}],
    }


def _report(name: str, revision: int, **more: Any) -> Document:
    told = {
        "key": "k1",
        "gist": f"Guns of the Downs shelled Reed and killed four ({name}, {revision}).",
        "quote": "guns of the Downs shelled Reed on 10 March, killing four",
        "modality": "reported",
        "about": "shelling",
        "perpetrators": ["guns"],
        "places": ["reed"],
        "time": {
            "value": "2025-03-10",
            "text": "on 10 March",
            "inferred": ["year"],
            "reason": "The truce is of the same spring.",
        },
        "quantities": [{"kind": "killed", "value": str(3 + revision)}],
    }
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": f"Guns over Reed, edition {revision}",
        "language": "en",
        "publisher": "fen-post",
        "annotator": "monitor",
        "text": TEXT,
        "text_access": "public",
        "events": [{"key": "shelling", "type": "shelling", "label": "Shelling of Reed"}],
        "claims": [told],
    } | more


def _same_as(*names: str) -> list[Document]:
    same = [{"event": f"{name}/shelling", "confidence": "0.9", "reason": "same village"} for name in names]
    return [
        {"key": "shelling", "type": "shelling", "label": "Shelling of Reed", "same_event_as": same},
    ]


def _second(revision: int) -> Document:
    return _report("second", revision, events=_same_as("first"))


def _bridge(revision: int) -> Document:
    names = ("second", "charge") if revision != 2 else ("second",)
    return _report("bridge", revision, events=_same_as(*names))


def _denial(revision: int) -> Document:
    denies = {
        "key": "k1",
        "gist": f"The army of the Downs denies it ({revision}).",
        "quote": "The army of the Downs denied it",
        "modality": "denied",
        "denies": [{"claim": "first/k1"}],
        "attribution": [{"agent": "guns", "verb": "denied"}],
    }
    return _report("denial", revision, events=[], claims=[denies])


def _charge(revision: int) -> Document:
    made = _report("charge", revision)
    made["claims"].append(
        {
            "key": "k2",
            "gist": f"The Downs broke point 1 ({revision}).",
            "quote": "the Downs broke point 1 of the truce",
            "modality": "alleged",
            "about": "shelling",
            "perpetrators": ["downs"],
            "alleges": [{"agreement": "marsh-truce", "term": "1"}],
            "attribution": [{"agent": "spokesman", "verb": "said"}],
        },
    )
    return made


_MADE: dict[str, Callable[[int], Document]] = {
    "marsh-actors": _actors,
    "marsh-places": _places,
    "marsh-truce": _agreement,
    "first": lambda revision: _report("first", revision),
    "second": _second,
    "denial": _denial,
    "charge": _charge,
    "bridge": _bridge,
    "other": lambda revision: _report("other", revision),
}
_REFUSED = "broken"
"""Id of the report that is refused: nobody knows who published it."""
REFERENCE = ("marsh-actors", "marsh-places", "marsh-truce")
REPORTS = tuple(name for name in _MADE if name not in REFERENCE)
KINDS = {name: made(1)["kind"] for name, made in _MADE.items()}
"""The kind of each document by its id."""


def document(name: str, revision: int) -> Document:
    """Return a document in one of its revisions; a report of a name not known is like `other`."""
    if name == _REFUSED:
        return _report(name, revision, publisher="nobody")
    return _MADE[name](revision) if name in _MADE else _report(name, revision)


def write(folder: Path, documents: Iterable[tuple[str, int]]) -> list[Path]:
    """Write the documents into the folder, each called by its id, and return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, revision in documents:
        path, text = folder / f"{name}.json", json.dumps(document(name, revision), indent=1)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
