"""A large upload is examined while others write, and is held against what they wrote."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.pipeline import initialise
from kg.pipeline.intake import Examined, still_holds
from kg.pipeline.outcome import Outcome
from kg.pipeline.pooled import pooled
from kg.pipeline.writer import Writer
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.pipeline.uploads import DocumentUpload

SETTINGS = Settings.from_environment({"SERVANDA_UPLOAD_TIMEOUT": "120", "SERVANDA_QUERY_WORKERS": "1"})
BASE = "https://w3id.org/servanda/id/"
ACTORS = {
    "kind": "actors",
    "id": "people",
    "actors": [
        {"id": "acorn", "type": "outlet", "label": "The Acorn"},
        {"id": "monitor", "type": "analyst", "label": "A monitor"},
    ],
}


def report(name: str, **more: Any) -> bytes:
    document = {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": f"Of {name}",
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "zone": "Z",
        "text": f"So says {name}.",
        "events": [{"key": "e", "type": "shelling", "label": "What happened"}],
        "claims": [
            {"key": "k", "about": "e", "gist": "So it is.", "modality": "reported", "quote": "So says"}
        ],
    }
    return json.dumps(document | more).encode()


def test_others_write_while_a_large_upload_is_examined_and_it_comes_in_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = report("large", title="Long " * 400), report("small")
    monkeypatch.setattr("kg.pipeline.arrivals.PORTION", (len(large) + len(small)) // 2)
    with (
        initialise(tmp_path / "store", BASE, reference=False) as repository,
        pooled(repository, SETTINGS) as pool,
    ):
        writer, answer = Writer(repository, pool), pool.answer
        begun, go_on, examined = threading.Event(), threading.Event(), []

        def slow(task: DocumentUpload) -> Any:
            examined.append(task.name)
            found = answer(task)
            if task.name == "large.json":
                begun.set()
                assert go_on.wait(60)
            return found

        assert writer.document(json.dumps(ACTORS).encode(), "actors.json", "ann").status == "added"
        monkeypatch.setattr(pool, "answer", slow)
        outcomes: list[Outcome] = []
        thread = threading.Thread(target=lambda: outcomes.append(writer.document(large, "large.json", "ann")))
        thread.start()
        assert begun.wait(60)
        first = writer.document(small, "small.json", "bob")
        go_on.set()
        thread.join(60)
    assert (first.status, outcomes[0].status) == ("added", "added")
    assert (outcomes[0].sequence or 0) > (first.sequence or 0)
    assert examined == ["large.json", "small.json"], "what nobody spoke of is not examined again"


@pytest.mark.parametrize(
    ("kind", "changed", "known", "holds"),
    [
        ("report", [("report", "other")], False, True),
        ("report", [("report", "other")], True, False),
        ("report", [("report", "named")], False, False),
        ("report", [("report", "own")], False, False),
        ("report", [("report", "other"), ("actors", "people")], False, False),
        ("actors", [("report", "other")], False, False),
        ("report", None, False, False),
    ],
)
def test_what_was_said_of_an_upload_holds_where_no_later_change_has_to_do_with_it(
    kind: str, changed: list[tuple[str, str]] | None, *, known: bool, holds: bool
) -> None:
    class Repository:
        sequence = 9
        store = type("Store", (), {"stamp": type("Stamp", (), {"base": BASE})})

        def changed_since(self, sequence: int) -> Any:
            assert sequence == 7
            return changed

    content = f"<{BASE}report/own/claim/k> <urn:p> <{BASE}report/named/claim/k> <{BASE}graph/report/own> .\n"
    said = Examined(
        7, Outcome(Path("own.json"), kind, "own", "valid"), URIRef("urn:g"), content.encode(), "x", known
    )
    assert still_holds(Repository(), said) is holds  # type: ignore[arg-type]
