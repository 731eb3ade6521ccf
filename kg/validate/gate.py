"""Which documents conform: a fast engine decides, pySHACL writes the reports and is the reference.

What the engines may read differently, the reference decides alone; of the rest, one document in a thousand is
decided by both. A document over which the engine dies is refused, for that reason and by name.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cache, cached_property
from threading import Event
from typing import TYPE_CHECKING, Final

from rdflib import RDF, XSD, BNode, Literal

from kg.errors import ServandaError, ValidatorsDisagreeError
from kg.resources import ontology
from kg.store.nquads import to_ntriples
from kg.terms import GEO
from kg.validate.apart import Apart, EngineFaultError, EngineMissingError, Here
from kg.validate.shacl import judged, load_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from rdflib import Graph
    from rdflib.term import Node

    from kg.model import Triple
    from kg.validate.apart import Engine
    from kg.validate.shacl import ShaclReport

ONE_IN: Final = 1000
"""Of so many documents, one is decided by both."""
_DATE: Final = "(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET: Final = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_ANY: Final = re.compile(r"(?s).*")
_READ_ALIKE: Final = {
    XSD.string: _ANY,
    RDF.langString: _ANY,
    XSD.anyURI: _ANY,
    GEO.wktLiteral: _ANY,
    XSD.boolean: re.compile("true|false"),
    XSD.integer: re.compile("-?[0-9]{1,18}"),
    XSD.decimal: re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?"),
    XSD.gYear: re.compile("(?!0000)[0-9]{4}"),
    XSD.date: re.compile(_DATE),
    XSD.dateTime: re.compile(rf"{_DATE}T(?!24)[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?{_OFFSET}"),
}
"""By datatype, the forms of literals of which each engine makes the same, or that it is none."""
_spared = Event()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Triples that are to conform, with what else the shapes have to know."""

    name: str
    triples: frozenset[Triple]
    context: frozenset[Triple]
    digest: str = ""
    """Of the document, in hexadecimal: decides whether it is decided by both."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a candidate."""

    failing: frozenset[str] = frozenset()
    """The nodes that fail, as N-Triples write them."""
    report: ShaclReport | None = None
    """What the reference says, where anything fails."""
    undecided: str | None = None
    """Why nothing can be said, and the document is refused."""

    @property
    def conforms(self) -> bool:
        """Whether it may come in."""
        return not self.failing and self.undecided is None


@dataclass
class Gate:
    """Shapes, and the engine that holds documents against them; without an engine, the reference alone."""

    folder: Traversable
    engine: Engine | None
    one_in: int = ONE_IN

    def check(self, batch: Iterable[Candidate]) -> Iterator[Verdict]:
        """Yield what was found of each candidate, in their order; each is held against the shapes by itself.

        Raises ValidatorsDisagreeError naming the candidate of which the engine and the reference do not say
        the same.
        """
        for candidate in batch:
            yield self._verdict(candidate)

    def _verdict(self, candidate: Candidate) -> Verdict:
        failing = None
        if self.engine is not None and read_alike(candidate.triples):
            try:
                failing = self._failing(self.engine, candidate)
            except EngineFaultError as fault:
                return Verdict(undecided=str(fault))
            except EngineMissingError as missing:
                self.engine = None
                _log.warning("pySHACL alone validates, a hundred times slower: %s", missing)
        if failing is not None and not failing and not self._sampled(candidate):
            return Verdict()
        try:
            report = validate(candidate.triples, candidate.context, self._shapes)
        except (ServandaError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - it compares what cannot be compared, and recurses
            return Verdict(undecided=f"pySHACL: {type(error).__name__}: {error}"[:300])
        if failing is not None and report.conforms is bool(failing):
            raise _disagreement(candidate, failing, report)
        return Verdict(frozenset(_written(one.focus_node) for one in report.results), report)

    def _failing(self, engine: Engine, candidate: Candidate) -> frozenset[str]:
        found = engine.failing(to_ntriples(candidate.triples | candidate.context))
        return found & set(map(_written, judged(candidate.triples, candidate.context))) if found else found

    def _sampled(self, candidate: Candidate) -> bool:
        return bool(candidate.digest) and int(candidate.digest[:12], 16) % self.one_in == 0

    @cached_property
    def _shapes(self) -> Graph:
        return load_shapes(self.folder)


def read_alike(triples: Iterable[Triple]) -> bool:
    """Return whether each literal is of a form that the engine and the reference read alike.

    >>> read_alike([(BNode(), RDF.value, Literal("3", datatype=XSD.integer))])
    True
    >>> read_alike([(BNode(), RDF.value, Literal("3", datatype=RDF.value))])
    False
    """
    return all(_is_read_alike(value) for _, _, value in triples if isinstance(value, Literal))


@cache
def gate() -> Gate:
    """Return the gate of this process; its engine is in another one, unless this one can be spared."""
    folder = ontology() / "shapes"
    return Gate(folder, Here(folder) if _spared.is_set() else Apart(folder))


def spare() -> None:
    """Let the engine run in this process from now on: it may die of any task, as the workers of a pool do."""
    _spared.set()
    gate.cache_clear()


def _is_read_alike(literal: Literal) -> bool:
    if literal.datatype is None:
        return True
    form = _READ_ALIKE.get(literal.datatype)
    return form is not None and form.fullmatch(literal) is not None


def _written(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


def _disagreement(
    candidate: Candidate, failing: frozenset[str], report: ShaclReport
) -> ValidatorsDisagreeError:
    fast, reference = ("does not conform", "does") if failing else ("conforms", "does not")
    about = min(failing) if failing else str(report.results[0].source_shape)
    return ValidatorsDisagreeError(
        f"by the fast SHACL engine {candidate.name} {fast}, by pySHACL it {reference} ({about}); nothing of "
        "this batch was taken in. Report the document; to validate with pySHACL alone until then: "
        "pip uninstall shacl"
    )
