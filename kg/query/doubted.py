"""Rows of an answer that rest on doubtful claims alone, by the columns that name claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.query import credibility
from kg.store import bind, blocks
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib.term import Literal

    from kg.model import Cell
    from kg.store import GraphStore

    Row = Mapping[str, Cell]

_BLOCK: Final = 500
"""Claims of which is asked together."""
_MARK: Final = "# @judged "
_FILTER: Final = f"FILTER NOT EXISTS {{ VALUES ?low {{ %s }} %s <{SVD.credibility}> ?low }}"
_ANY: Final = f"""SELECT ?claim WHERE {{
  VALUES ?grade {{ UNDEF }} # @param grade
  ?claim <{SVD.credibility}> ?grade .
}} LIMIT 1"""
_THESE: Final = f"""SELECT DISTINCT ?claim WHERE {{
  VALUES ?claim {{ UNDEF }} # @param claim
  VALUES ?grade {{ UNDEF }} # @param grade
  ?claim <{SVD.credibility}> ?grade .
}}"""


def holds(store: GraphStore, grades: Sequence[URIRef | Literal]) -> bool:
    """Return whether any claim of the store is judged as one of these grades."""
    return bool(grades) and bool(store.select(bind(_ANY, {"grade": grades})).rows)


def kept(
    store: GraphStore, base: str, rows: Sequence[Row], grades: Sequence[URIRef]
) -> tuple[tuple[Row, ...], int]:
    """Return the rows that rest on better claims or on none, and how many do not.

    Columns that end in `claim` or `claims` name claims of the report in the column that begins likewise. A
    row of an accusation and its denial rests on both.
    """
    named = [[*_claims(base, row)] for row in rows]
    every = sorted({URIRef(claim) for groups in named for group in groups for claim in group})
    low: set[str] = set()
    for block in blocks(every, _BLOCK):
        found = store.select(bind(_THESE, {"claim": block, "grade": grades}))
        low |= {str(claim) for (claim,) in found.rows}
    shown = tuple(
        row
        for row, groups in zip(rows, named, strict=True)
        if not any(all(claim in low for claim in group) for group in groups)
    )
    return shown, len(rows) - len(shown)


def _claims(base: str, row: Row) -> Iterator[list[str]]:
    """Yield the IRIs of the claims that a row rests on, of each report together."""
    for name, keys in row.items():
        stem = name.removesuffix("claims").removesuffix("claim")
        report = row.get(f"{stem}report")
        if stem != name and isinstance(keys, str) and isinstance(report, str):
            yield [f"{base}report/{report}/claim/{key}" for key in keys.split(", ")]


def marked(text: str, grades: Sequence[URIRef]) -> str:
    """Return a query that counts claims, without those of these grades: where lines are marked for that.

    >>> print(marked("# @judged ?it", [URIRef("urn:low")]))
    FILTER NOT EXISTS { VALUES ?low { <urn:low> } ?it <https://w3id.org/servanda/ontology#credibility> ?low }
    """
    listed = " ".join(f"<{grade}>" for grade in grades)
    lines = []
    for line in text.split("\n"):
        before, mark, claim = line.partition(_MARK)
        lines.append(f"{before}{_FILTER % (listed, claim.strip())}" if mark else line)
    return "\n".join(lines)


def counts(text: str) -> bool:
    """Return whether a query counts claims, so that its rows do not name them."""
    return _MARK in text


def least(parameters: Mapping[str, str]) -> tuple[URIRef, ...]:
    """Return the grades that are hidden under the parameters of an answer."""
    return credibility.worse(parameters.get(credibility.NAME, credibility.DEFAULT))
