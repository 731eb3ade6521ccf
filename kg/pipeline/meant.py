"""Which document is meant by a name that no document of the store has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.slugs import nearest
from kg.terms import DCTERMS, SVD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import GraphStore

_ALL: Final = (
    f"SELECT ?kind ?id WHERE {{ ?document <{SVD.documentKind}> ?kind ; <{DCTERMS.identifier}> ?id }}"
)
_MOST: Final = 3


def documents_meant(store: GraphStore, base: str, name: str) -> str:
    """Return what somebody may mean who names no document, as the end of a sentence; empty if nobody can say.

    A name is that of a kind and an id, or an id alone. Costs a walk over the documents of the store.
    """
    known: dict[str, set[str]] = {}
    for kind, identifier in store.select(_ALL).rows:
        known.setdefault(str(kind), set()).add(str(identifier))
    path = name.removeprefix(base).removeprefix("graph/").removeprefix("document/")
    first, slash, rest = path.partition("/")
    if slash and rest in known.get(first, ()):
        return ""
    if slash and first in known:
        found = _of_kind(known, first, rest) or _of_any_kind(known, rest)
    elif slash:
        found = _of_any_kind(known, rest)
    else:
        alike = (one for kind in sorted(known) for one in _of_kind(known, kind, first))
        found = _of_any_kind(known, first) or list(alike)
    if found:
        return f"; did you mean {' or '.join(found[:_MOST])}?"
    return f"; documents are of the kinds {', '.join(sorted(known))}" if slash and first not in known else ""


def _of_any_kind(known: Mapping[str, set[str]], name: str) -> list[str]:
    return [f"{kind}/{name}" for kind in sorted(known) if name in known[kind]]


def _of_kind(known: Mapping[str, set[str]], kind: str, name: str) -> list[str]:
    return [f"{kind}/{one}" for one in nearest(name, known[kind], ())]
