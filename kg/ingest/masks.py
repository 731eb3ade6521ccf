"""Masks: texts of which only quoted words can be read, with every position as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import Literal

from kg.terms import OA, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Triple
    from kg.store.secret import Secret

MASK = "·"
"""What stands in the place of each letter that may not be shown."""
_PUBLIC = concept("text-access", "public")
_QUOTES_ONLY = concept("text-access", "quotes-only")
_HIDDEN = frozenset({OA.prefix, OA.suffix, SVD.text, SVD.textAccess, SVD.textSha256, SVD.textKeyedHash})


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with a middle dot for every code point outside the spans, line breaks and blanks too.

    >>> masked("Ann saw Bob run", [(4, 7)])
    '····saw········'
    """
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        pieces.append(MASK * (start - end))
        pieces.append(text[max(end, start) : stop])
        end = max(end, stop)
    pieces.append(MASK * (len(text) - end))
    return "".join(pieces)


def is_public(triples: Iterable[Triple]) -> bool:
    """Return whether the whole text may be read of the report that the triples of a graph tell."""
    return any(predicate == SVD.textAccess and value == _PUBLIC for _, predicate, value in triples)


def guarded(triples: frozenset[Triple], secret: Secret | None) -> frozenset[Triple]:
    """Return the triples of a report as they would be if its text might be quoted only.

    The keyed hash of its text is left out if there is no secret to make it with.
    """
    found = {(predicate, value): subject for subject, predicate, value in triples}
    texts = [(subject, str(value)) for (predicate, value), subject in found.items() if predicate == SVD.text]
    if not texts:
        return triples
    ((report, text),) = texts
    keyed = {str(value) for predicate, value in found if predicate == SVD.textKeyedHash}
    if secret is not None:
        keyed |= {secret.of_text(str(value)) for predicate, value in found if predicate == SVD.textSha256}
    return frozenset(
        {triple for triple in triples if triple[1] not in _HIDDEN}
        | {(report, SVD.textAccess, _QUOTES_ONLY), (report, SVD.text, Literal(masked(text, _spans(triples))))}
        | {(report, SVD.textKeyedHash, Literal(value)) for value in keyed}
    )


def _spans(triples: Iterable[Triple]) -> Iterable[tuple[int, int]]:
    """Return where the quotations stand."""
    starts = {subject: int(str(value)) for subject, predicate, value in triples if predicate == OA.start}
    ends = {subject: int(str(value)) for subject, predicate, value in triples if predicate == OA.end}
    return ((starts[subject], ends[subject]) for subject in starts.keys() & ends.keys())
