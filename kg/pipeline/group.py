"""Documents that may refer to each other: which can be taken in, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import DocumentError, NonConformingError
from kg.ingest import convert
from kg.model import MOST_PROBLEMS, bounded
from kg.pipeline.conform import Conformance
from kg.pipeline.consistency import inconsistencies
from kg.pipeline.dependents import dependents, described, document_of, graph_of
from kg.pipeline.doubts import Doubts
from kg.pipeline.outcome import LENIENT, Outcome, Scrutiny
from kg.pipeline.sources import known_to, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib.term import Node

    from kg.ingest import Document, References
    from kg.model import Conversion, Problem
    from kg.pipeline.outcome import Status
    from kg.store import OxigraphStore


class Group:
    """Documents still in the running, their conversions, and the outcomes of those that were refused."""

    def __init__(
        self,
        store: OxigraphStore,
        documents: Mapping[Path, Document],
        outcomes: dict[Path, Outcome],
        scrutiny: Scrutiny = LENIENT,
    ) -> None:
        """Take the documents up; `outcomes` holds what became of others, and gets those of refused ones."""
        self.store = store
        self.base = store.stamp.base
        self.running = dict(documents)
        self.outcomes = outcomes
        self.converted: dict[Path, Conversion] = {}
        self.scrutiny = scrutiny
        self._noted: dict[Path, tuple[Problem, ...]] = {}
        self._beside: dict[Path, tuple[Problem, ...]] = {}
        self._stored = known_to(store, self.base, self.running.values())
        self._held = {path: self._described(document) for path, document in documents.items()}

    def settle(self) -> None:
        """Convert, hold against each other and the shapes, and refuse, until the others stand together."""
        if not self.running:
            return
        self._refuse_double_declarations()
        self._convert_until_stable()
        while (
            self._refuse_inconsistent()
            or self._refuse_depended_on()
            or self._refuse_nonconforming()
            or self._refuse_breaking()
            or self._refuse_doubtful()
        ):
            self._convert_until_stable()
        for path in self._noted:
            if path in self.outcomes:
                self.outcomes[path] = replace(self.outcomes[path], warnings=self.warnings(path))

    def doubt(self) -> None:
        """Note what is doubtful about the documents, and hold them against nothing else."""
        self._convert_until_stable()
        self._beside = Doubts(self.store, self.converted, self.running).found()

    def noted(self, path: Path) -> tuple[Problem, ...]:
        """Return what is probably a mistake in a document, by the lines."""
        every = (*self._noted.get(path, ()), *self._beside.get(path, ()))
        found = sorted(every, key=lambda one: (one.line or 0, one.field))
        return bounded(dict.fromkeys(found))

    def warnings(self, path: Path) -> tuple[Problem, ...]:
        """Return what is probably a mistake in a document; nothing where that is an error."""
        return () if self.scrutiny.strict else self.noted(path)

    def refuse(
        self, path: Path, problems: Iterable[Problem], report: str | None = None, more: int = 0
    ) -> None:
        """Take a document out of the running; `more` is how many more problems it has."""
        document = self.running.pop(path)
        self.converted.pop(path, None)
        self.outcomes[path] = Outcome(
            path, document.kind, document.identifier, "refused", bounded(problems, more), report
        )

    def _described(self, document: Document) -> frozenset[Node]:
        """Return what the revision that the store holds describes; nothing if it holds none."""
        graph = URIRef(f"{self.base}graph/{document.kind}/{document.identifier}")
        return described(self.store.graph(graph))

    def _replaced(self) -> frozenset[Node]:
        """Return what the documents in the running describe anew, or no longer."""
        return frozenset().union(*(self._held[path] for path in self.running))

    def _references(self) -> References:
        """Return what may be referred to: of documents in the running, what they describe themselves."""
        remaining = self._stored.without(named(self.base, self._replaced()))
        return remaining.including(*self.running.values())

    def _refuse_double_declarations(self) -> None:
        stored = self._stored.without(named(self.base, self._replaced()))
        declared: dict[tuple[str, str], Path] = {}
        for path, document in tuple(self.running.items()):
            found = []
            for item in document.declares():
                name = (item.kind, item.identifier)
                if item.kind in {"actor", "place"} and (
                    item.identifier in stored.known(item.kind) or declared.get(name, path) != path
                ):
                    found.append((*name, declared.get(name, "the store")))
                declared.setdefault(name, path)
            if found:
                first = sorted(found)[:MOST_PROBLEMS]
                problems = [_declared_already(document, *item) for item in first]
                self.refuse(path, problems, more=len(found) - len(first))

    def _convert_until_stable(self) -> None:
        """Convert what is in the running, until no document refers to one that was refused."""
        while True:
            references = self._references()
            refused = {}
            for path, document in self.running.items():
                try:
                    converted = self._converted(document, references)
                    self.converted[path], self._noted[path] = converted, converted.warnings
                except DocumentError as error:
                    refused[path], self._noted[path] = error.problems, error.warnings
            for path, problems in refused.items():
                self.refuse(path, self._pointing_at_refused(problems))
            if not refused:
                return

    def _converted(self, document: Document, references: References) -> Conversion:
        return convert(document, self.base, references, self.scrutiny.now, self.store.secret)

    def _pointing_at_refused(self, problems: Iterable[Problem]) -> Iterable[Problem]:
        """Yield the problems; those about unknown names point at documents that were refused."""
        refused = [path.name for path, outcome in self.outcomes.items() if _refused_for_itself(outcome)]
        for problem in problems:
            if problem.rule == "reference/unknown" and refused:
                pointer = f"it may stand in a document that was refused: {', '.join(refused)}"
                yield replace(problem, hint=f"{problem.hint}; or {pointer}" if problem.hint else pointer)
            else:
                yield problem

    def _refuse_inconsistent(self) -> bool:
        """Refuse what states again what another document states, and what closes a circle."""
        documents = {(document.kind, document.identifier): document for document in self.running.values()}
        paths = {conversion.graph: path for path, conversion in self.converted.items()}
        problems: dict[Path, dict[Problem, None]] = {}
        for conversion, problem in inconsistencies(self.store, tuple(self.converted.values()), documents):
            problems.setdefault(paths[conversion.graph], {})[problem] = None
        for path, found in problems.items():
            self.refuse(path, found)
        return bool(problems)

    def _refuse_depended_on(self) -> bool:
        """Refuse revisions that leave out what documents outside the group refer to."""
        graphs = {conversion.graph for conversion in self.converted.values()}
        still = described(triple for item in self.converted.values() for triple in item.triples)
        refused = False
        for path, document in tuple(self.running.items()):
            found = dependents(self.store, self._held[path] - still, graphs)
            problems = [
                document.problem(
                    "id",
                    f"this revision leaves out {str(thing).removeprefix(self.base)}, "
                    f"to which {', '.join(sorted(names))} refer",
                    "document/depended-on",
                    "keep it, or change those documents first",
                )
                for thing, names in sorted(found.items())
            ]
            if problems:
                self.refuse(path, problems)
                refused = True
        return refused

    def _refuse_nonconforming(self) -> bool:
        """Hold every conversion against the shapes; return whether any was refused."""
        refused = False
        names = {conversion.document: path for path, conversion in self.converted.items()}
        conformance = Conformance(self.store, tuple(self.converted.values()), self._replaced())
        for conversion, error in conformance.check(tuple(self.running.values())):
            report = error.report if isinstance(error, NonConformingError) else None
            self.refuse(names[conversion.document], error.problems, report)
            refused = True
        return refused

    def _refuse_doubtful(self) -> bool:
        """Refuse what is probably a mistake, if that is to be an error."""
        self._beside = Doubts(self.store, self.converted, self.running).found()
        refused = False
        for path in tuple(self.running):
            problems = self.scrutiny.as_errors(self.noted(path))
            if problems:
                self.refuse(path, problems)
                refused = True
        return refused

    def _refuse_breaking(self) -> bool:
        """Refuse revisions beside which documents outside the group would no longer conform."""
        conversions = tuple(self.converted.values())
        conformance = Conformance(self.store, conversions, self._replaced())
        changed = conformance.changed()
        refused = False
        for path, document in tuple(self.running.items()):
            names = dependents(
                self.store,
                self._held[path] & changed,
                {conversion.graph for conversion in conversions},
            )
            graphs = {graph_of(self.base, name) for others in names.values() for name in others}
            problems = [
                document.problem(
                    "id",
                    f"beside this revision {document_of(self.base, graph)} would not conform: {reason}",
                    "document/depended-on",
                    "change that document first, or both together",
                )
                for graph, reason in conformance.breaking(sorted(graphs))
            ]
            if problems:
                self.refuse(path, problems)
                refused = True
        return refused


def doubts_about(
    store: OxigraphStore, documents: Mapping[Path, Document], scrutiny: Scrutiny
) -> Iterator[tuple[Path, Outcome]]:
    """Yield the outcomes of documents that the store holds as they are, with what is doubtful about them."""
    group = Group(store, documents, {}, scrutiny)
    group.doubt()
    for path, document in documents.items():
        problems = scrutiny.as_errors(group.noted(path))
        status: Status = "refused" if problems else "unchanged"
        yield (
            path,
            Outcome(
                path,
                document.kind,
                document.identifier,
                status,
                problems,
                warnings=group.warnings(path),
            ),
        )


def _declared_already(document: Document, kind: str, identifier: str, where: object) -> Problem:
    message = f"{kind} {identifier!r} is already described in {where}"
    hint = "leave it out here and refer to it by its id"
    return document.problem(document.field_of(kind, identifier), message, "document/already-declared", hint)


def _refused_for_itself(outcome: Outcome) -> bool:
    return any(problem.rule != "reference/unknown" for problem in outcome.problems)
