"""Reports from before there were keyed hashes: what is not shown of them is hidden anew, as changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.errors import DocumentError
from kg.ingest import read_rdf
from kg.ingest.masks import guarded
from kg.journal import Action
from kg.pipeline.change import Change
from kg.pipeline.followers import discard_checkpoints
from kg.pipeline.snapshots import discard_snapshots
from kg.pipeline.withheld import hide_hashes
from kg.store import to_nquads
from kg.terms import DCTERMS, PROV, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Triple
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

REASON: Final = "the mask and the hash of its text were made anew, so that nobody can test guesses by them"
_OLD = f"""SELECT ?id WHERE {{
  ?report <{SVD.textAccess}> <{concept("text-access", "quotes-only")}> ; <{SVD.textSha256}> ?hash ;
    <{DCTERMS.identifier}> ?id }} ORDER BY ?id"""

_REDACTED = f"""SELECT ?change WHERE {{
  ?revision <{SVD.redacted}> ?redacted ; <{PROV.wasGeneratedBy}> ?change ;
    <{PROV.specializationOf}> ?document .
  ?document <{SVD.documentKind}> ?kind FILTER(?kind != "report") }}"""


def hide_redacted(repository: Repository) -> None:
    """Key the content hashes of what was redacted, and is no report, before they were: by plain ones.

    Nothing is to be done where that is so already; it is looked at revision by revision.
    """
    store, journal = repository.store, repository.journal
    if journal is None or repository.folder is None:
        return
    changes = [int(str(row["change"]).rpartition("/")[2]) for row in store.select(_REDACTED).mappings()]
    entries = [entry for number in changes for entry in journal.entries(number - 1, number)]
    if hide_hashes(store, entries):
        store.flush()
        discard_checkpoints(repository.folder)
        discard_snapshots(repository.folder)


def reseal(repository: Repository) -> int:
    """Revise the reports of which a plain hash tells guesses right, and return how many there were."""
    return len(repository.commit(_changes(repository.store, repository.agent)))


def _changes(store: OxigraphStore, agent: str) -> Iterator[Change]:
    base = store.stamp.base
    for row in store.select(_OLD).mappings():
        identifier = str(row["id"])
        graph = URIRef(f"{base}graph/report/{identifier}")
        triples = guarded(store.graph(graph), store.secret)
        digest = _published_hash(store, graph, triples)
        yield Change(Action.REVISE, "report", identifier, agent, {graph: triples}, digest, REASON)


def _published_hash(store: OxigraphStore, graph: URIRef, triples: frozenset[Triple]) -> str:
    """Return the content hash that the document has from now on, should it come again."""
    try:
        document = read_rdf(triples, store.stamp.base, graph, str(graph), held=triples)
    except DocumentError:  # by rules that it was not taken in by; then nothing that comes will be the same
        said = to_nquads((*triple, graph) for triple in triples)
        return store.secret.of_content(hashlib.sha256(said).hexdigest(), "")
    return document.published_hash(store.secret)
