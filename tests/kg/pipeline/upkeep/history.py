"""What can happen to a store, and ways to look at stores and to harm them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg import resources
from kg.infer import rules_of
from kg.journal import Action
from kg.pipeline import ingest, redact, retract
from kg.pipeline.change import Change
from kg.pipeline.review import SameEvent, Verdict, decide, relate, withdraw
from kg.query.lookups import Reader, Selection, violations
from kg.store import ChangeSet, open_store
from kg.terms import SH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from kg.pipeline import Repository
    from kg.store import OxigraphStore, Quad

    Step = Callable[[Repository, Path], None]

BASE = "https://w3id.org/servanda/id/"
DATA = Path(str(resources.data()))


def document_of(name: str) -> Path:
    """Return a shipped account."""
    return DATA / "accounts" / f"{name}.yaml"


def taken(repository: Repository, *paths: Path) -> None:
    """Take documents in, all of which are new or other than before."""
    outcomes = ingest(repository, paths)
    assert [outcome.status for outcome in outcomes] != []
    assert all(outcome.status in {"added", "revised"} for outcome in outcomes), outcomes


def add(repository: Repository, _: Path) -> None:
    """Take three more reports in."""
    taken(repository, *map(document_of, ("panarmenian-295127", "tass-1330905", "kavkaz-uzel-56553")))


def revise(repository: Repository, work: Path) -> None:
    """Take a report in with another title than before, and with a third."""
    text = document_of("panarmenian-295127").read_text("utf-8")
    for number in (2, 3):
        document = work / f"panarmenian-{number}.yaml"
        document.write_text(text.replace("\ntitle: ", f"\ntitle: {number} ", 1), "utf-8")
        assert document.read_text("utf-8") != text
        taken(repository, document)


def retraction(repository: Repository, _: Path) -> None:
    """Take a report back."""
    retract(repository, "report", "tass-1330905", "the agency withdrew it", agent="Ann")


def redaction(repository: Repository, _: Path) -> None:
    """Remove all of a report, and the first revision of another."""
    redact(repository, "report", "kavkaz-uzel-56553", "a person is at risk", agent="Ann")
    if ("panarmenian-295127", 2) in _revisions(repository):
        redact(repository, "report", "panarmenian-295127", "a name too many", agent="Ben", revision=1)


def review(repository: Repository, _: Path) -> None:
    """Give a verdict, take another back, and say that two events are one."""
    reader = Reader.of(repository.store, BASE)
    found, _after = violations.violations(reader, Selection())
    first = decide(repository, Verdict(found[0].id, "rejected", "Mary", "Nobody was there."))
    withdraw(repository, first.identifier, "Mary", "Somebody was.")
    decide(repository, Verdict(found[0].id, "corroborated", "Mary", "Two were there."))
    seed = "seed-syunik-highway-2021"
    relate(repository, SameEvent(f"{seed}/seizure", f"{seed}/border-fighting", "Mary", "One day, one place."))


def other_rules(repository: Repository, _: Path) -> None:
    """Put rules into force that conclude no candidates."""
    name = URIRef(f"{BASE}graph/rules")
    held = repository.store.graph(name)
    changed = frozenset(
        (subject, predicate, Literal(str(object_).replace("WHERE {", "WHERE { FILTER (false)", 1)))
        if predicate == SH.construct and str(subject).endswith("/candidate")
        else (subject, predicate, object_)
        for subject, predicate, object_ in held
    )
    assert held != changed
    assert rules_of(changed)
    repository.commit([Change(Action.REVISE, "rules", "servanda", "Ann", {name: changed}, "other rules")])


STEPS: Mapping[str, Step] = {
    "add": add,
    "revise": revise,
    "review": review,
    "retract": retraction,
    "redact": redaction,
    "rules": other_rules,
}
"""What can happen to a store, in an order in which all of it can happen to one."""


def _revisions(repository: Repository) -> set[tuple[str, int]]:
    assert repository.journal is not None
    return {(entry.identifier, entry.revision) for entry in repository.journal.entries()}


def copied(store: Path, place: Path) -> Path:
    """Return a copy of a store."""
    return Path(shutil.copytree(store, place))


def lines(folder: Path) -> list[bytes]:
    """Return all that the store in a folder holds."""
    with open_store(folder) as store:
        return store.nquads().splitlines()


def harm(folder: Path, insert: Collection[Quad] = (), delete: Collection[Quad] = ()) -> None:
    """Change quads of a store behind the back of its journal."""
    with open_store(folder) as store:
        store.apply(ChangeSet(frozenset(insert), frozenset(delete)))


def without_commits(store: OxigraphStore) -> list[bytes]:
    """Return the lines of a store but those of its own bookkeeping."""
    end = f"<{BASE}graph/commits> .".encode()
    return [line for line in store.nquads().splitlines() if not line.endswith(end)]
