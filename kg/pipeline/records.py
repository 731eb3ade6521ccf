"""What the graph of commits says: which documents the store holds, in which revision, by which change."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.errors import StoreDamagedError
from kg.journal import Action
from kg.store import ChangeSet
from kg.terms import DCTERMS, PROV, RDF, SVD, XSD, concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

    from kg.journal import Entry
    from kg.model import Triple
    from kg.store import OxigraphStore, Quad, Secret
    from kg.store.oxigraph import Term

_HELD = f"""SELECT ?kind ?id ?hash WHERE {{
  ?document <{SVD.contentHash}> ?hash ; <{SVD.documentKind}> ?kind ; <{DCTERMS.identifier}> ?id }}"""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was taken back of a document: the content of its last revision, and every content redacted."""

    last: str | None = None
    redacted: frozenset[str] = frozenset()


def commits_graph(base: str) -> URIRef:
    """Return the name of the graph of commits."""
    return URIRef(f"{base}graph/commits")


def document_iri(base: str, kind: str, identifier: str) -> URIRef:
    """Return the IRI of a document's record."""
    return URIRef(f"{base}document/{kind}/{identifier}")


def position(store: OxigraphStore) -> tuple[int, str | None]:
    """Return the number of the last change that the store holds, and its hash; (0, None) for none.

    Raises StoreDamagedError for a store that does not know its last change.
    """
    graph = commits_graph(store.stamp.base)
    numbers = [int(str(quad[2])) for quad in store.quads(graph, SVD.sequence, None, graph)]
    if not numbers:
        return 0, None
    last = max(numbers)
    marked = store.quads(URIRef(f"{store.stamp.base}change/{last}"), SVD.entryHash, None, graph)
    if len(marked) != 1:
        raise StoreDamagedError(
            f"the store says that it stands at change {last}, and nothing of that change: servanda verify "
            "says more, and servanda rebuild makes the store anew from its journal",
        )
    (found,) = marked
    return last, str(found[2])


def version_said(store: OxigraphStore, document: URIRef) -> tuple[int, str, str] | None:
    """Return number, hash and time of the change that brought the revision of a document that is held.

    None where none is held. It takes a few steps, however much the store holds.
    """
    graph = commits_graph(store.stamp.base)
    revision = _one(store, document, SVD.currentRevision, graph)
    change = None if revision is None else _one(store, revision, PROV.wasGeneratedBy, graph)
    return None if change is None else change_said(store, change)


def change_said(store: OxigraphStore, change: Node) -> tuple[int, str, str] | None:
    """Return number, hash and time of a change; None where the store says nothing of it."""
    graph = commits_graph(store.stamp.base)
    number, digest, time = (
        _one(store, change, predicate, graph) for predicate in (SVD.sequence, SVD.entryHash, PROV.endedAtTime)
    )
    if number is None or digest is None or time is None:
        return None
    return int(str(number)), str(digest), str(time)


def _one(store: OxigraphStore, subject: Node, predicate: URIRef, graph: URIRef) -> Node | None:
    return next((quad[2] for quad in store.quads(subject, predicate, None, graph)), None)


def known_hashes(store: OxigraphStore) -> dict[tuple[str, str], str]:
    """Return the content hash of every document that the store holds, by kind and id; it grows with them."""
    return {(str(row["kind"]), str(row["id"])): str(row["hash"]) for row in store.select(_HELD).mappings()}


def hashes_of(store: OxigraphStore, documents: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return the content hashes of those of the documents that the store holds; it asks for no others."""
    base = store.stamp.base
    return {
        name: quad.object.value
        for name in set(documents)
        for quad in store.held(document_iri(base, *name), SVD.contentHash)
    }


def last_revisions(
    store: OxigraphStore, documents: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], int]:
    """Return the number of each document's last revision, be it still held or not; 0 for none."""
    base = store.stamp.base
    return {
        name: max((number for number, _ in _revisions(store, document_iri(base, *name))), default=0)
        for name in set(documents)
    }


def withdrawn(
    store: OxigraphStore, documents: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], Withdrawn]:
    """Return what was taken back of each document, as content hashes; without entry where nothing was."""
    base = store.stamp.base
    found: dict[tuple[str, str], Withdrawn] = {}
    for name in set(documents):
        for _, revision in sorted(_revisions(store, document_iri(base, *name)), key=itemgetter(0)):
            digest = _value(store, revision, SVD.contentHash)
            if digest and store.held(revision, PROV.wasInvalidatedBy):
                redacted = {digest} if store.held(revision, SVD.redacted) else set()
                found[name] = Withdrawn(digest, found.get(name, Withdrawn()).redacted | redacted)
    return found


def _revisions(store: OxigraphStore, document: URIRef) -> Iterator[tuple[int, Term]]:
    """Yield the numbers of a document's revisions, and the revisions."""
    for quad in store.held(None, PROV.specializationOf, document):
        yield int(_value(store, quad.subject, SVD.revisionNumber) or "0"), quad.subject


def pending(store: OxigraphStore) -> tuple[tuple[URIRef, str, str], ...]:
    """Return the documents over which the rules have yet to run: record, kind and id."""
    marked = [quad.subject for quad in store.held(predicate=SVD.rulesPending)]
    return tuple(
        (
            URIRef(document.value),
            _value(store, document, SVD.documentKind),
            _value(store, document, DCTERMS.identifier),
        )
        for document in marked
    )


def _value(store: OxigraphStore, subject: Term, predicate: URIRef) -> str:
    """Return what is said of something by a predicate; empty where nothing is."""
    return next((quad.object.value for quad in store.held(subject, predicate)), "")


def mark(document: URIRef) -> Triple:
    """Return the mark of a document over which the rules have yet to run."""
    return document, SVD.rulesPending, Literal("true", datatype=XSD.boolean)


def purge_mark(base: str) -> Triple:
    """Return the mark of a store whose files may still hold what was redacted."""
    return commits_graph(base), SVD.purgePending, Literal("true", datatype=XSD.boolean)


def settle(store: OxigraphStore, documents: Iterable[URIRef]) -> ChangeSet:
    """Return what takes the marks from documents, and from the graph all sequence numbers but the last."""
    graph = commits_graph(store.stamp.base)
    numbers = sorted(
        store.quads(graph, SVD.sequence, None, graph),
        key=lambda quad: int(str(quad[2])),
    )
    return ChangeSet(delete=frozenset([*((*mark(document), graph) for document in documents), *numbers[:-1]]))


def record(store: OxigraphStore, entry: Entry) -> ChangeSet:
    """Return what an entry changes in the graph of commits, beside the marks of other documents."""
    base = store.stamp.base
    graph = commits_graph(base)
    document = document_iri(base, entry.kind, entry.identifier)
    change = URIRef(f"{base}change/{entry.sequence}")
    insert = set(_change(entry, graph, change))
    delete: set[Quad] = set()
    if entry.action in {Action.ADD, Action.REVISE} or entry.graphs:
        delete |= _held(store, document, graph)
        before = [quad[2] for quad in delete if quad[1] == SVD.currentRevision]
        insert |= {quad for revision in before for quad in _invalid(entry, graph, revision, change)}
    if entry.action in {Action.ADD, Action.REVISE}:
        insert |= set(_revision(entry, graph, document, change, published_hash(entry, store.secret)))
    for redacted in entry.redacts:
        made = URIRef(f"{base}change/{redacted}")
        for revision, _, _, _ in store.quads(None, PROV.wasGeneratedBy, made, graph):
            told = store.quads(revision, SVD.contentHash, None, graph) if entry.kind != "report" else ()
            for quad in told:
                delete.add(quad)
                keyed = entry.content_hash or hash_of_redacted(str(quad[2]), store.secret)
                insert.add((revision, SVD.contentHash, Literal(keyed), graph))
            insert |= set(_invalid(entry, graph, revision, change))
            insert.add((revision, SVD.redacted, Literal("true", datatype=XSD.boolean), graph))
    if entry.redacts:
        insert.add((*purge_mark(base), graph))
    return ChangeSet(frozenset(insert), frozenset(delete) - insert)


def _held(store: OxigraphStore, document: URIRef, graph: URIRef) -> set[Quad]:
    """Return what the record says of the revision that the store holds."""
    current = {SVD.storedIn, SVD.contentHash, SVD.currentRevision}
    return {quad for quad in store.quads(document, None, None, graph) if quad[1] in current}


def _change(entry: Entry, graph: URIRef, change: URIRef) -> Iterable[Quad]:
    yield graph, SVD.sequence, Literal(entry.sequence), graph
    yield change, RDF.type, SVD.Change, graph
    yield change, SVD.sequence, Literal(entry.sequence), graph
    yield change, SVD.entryHash, Literal(entry.hash), graph
    yield change, PROV.endedAtTime, _time(entry), graph
    yield change, SVD.changeKind, concept("change-kind", entry.action), graph
    if entry.reason is not None:
        yield change, SVD.reason, Literal(entry.reason, lang="und"), graph


def published_hash(entry: Entry, secret: Secret, *, redacted: bool = False) -> str | None:
    """Return the content hash of what an entry brought, as everybody may have it.

    Of a report it is keyed, and so it is of any document whose words were redacted: by a plain one anybody
    could test guesses of them. Entries without a salt are from before that: theirs is keyed here.
    """
    found = entry.content_hash
    if found is None:
        return None
    if entry.kind == "report":
        return found if entry.salt is not None else secret.of_content(found, "")
    return hash_of_redacted(found, secret) if redacted else found


def hash_of_redacted(plain: str, secret: Secret) -> str:
    """Return the content hash of a document that was redacted, and is no report, from its plain one."""
    return secret.of_content(plain, "")


def _revision(
    entry: Entry, graph: URIRef, document: URIRef, change: URIRef, content_hash: str | None
) -> Iterable[Quad]:
    revision = URIRef(f"{document}/revision/{entry.revision}")
    yield document, RDF.type, SVD.Document, graph
    yield document, SVD.documentKind, Literal(entry.kind), graph
    yield document, DCTERMS.identifier, Literal(entry.identifier), graph
    yield document, SVD.currentRevision, revision, graph
    yield from ((document, SVD.storedIn, URIRef(name), graph) for name in entry.graphs)
    yield revision, RDF.type, SVD.Revision, graph
    yield revision, PROV.specializationOf, document, graph
    yield revision, SVD.revisionNumber, Literal(entry.revision), graph
    yield revision, PROV.wasGeneratedBy, change, graph
    yield revision, PROV.generatedAtTime, _time(entry), graph
    if entry.revision > 1:
        yield revision, PROV.wasRevisionOf, URIRef(f"{document}/revision/{entry.revision - 1}"), graph
    if content_hash is not None:
        yield document, SVD.contentHash, Literal(content_hash), graph
        yield revision, SVD.contentHash, Literal(content_hash), graph


def _invalid(entry: Entry, graph: URIRef, revision: Node, change: URIRef) -> Iterable[Quad]:
    yield revision, PROV.wasInvalidatedBy, change, graph
    yield revision, PROV.invalidatedAtTime, _time(entry), graph


def _time(entry: Entry) -> Literal:
    return Literal(entry.time, datatype=XSD.dateTime)
