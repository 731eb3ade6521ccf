"""What other claims say of a claim or an event: denied, disputed, confirmed, corrected, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.query.lookups.claims import claims_of
from kg.query.lookups.reader import HEAD
from kg.store import bind

if TYPE_CHECKING:
    from kg.query.lookups.claims import Claim
    from kg.query.lookups.reader import Reader

MOST: Final = 50
"""How many of them are told."""
_REPLIES: Final = f"""{HEAD}SELECT ?how ?claim WHERE {{
  VALUES ?it {{ UNDEF }} # @param it
  VALUES (?by ?how) {{
    (svd:denies "denied") (cito:disputes "disputed") (cito:confirms "confirmed")
    (cito:corrects "corrected") (cito:retracts "retracted")
  }}
  ?claim ?by ?it ; a svd:Claim .
}} ORDER BY ?how ?claim LIMIT {MOST}"""


def replies(reader: Reader, *iris: str) -> tuple[tuple[str, Claim], ...]:
    """Return how the things are spoken of by which claims, each with its evidence."""
    rows = reader.store.select(bind(_REPLIES, {"it": [URIRef(iri) for iri in iris]})).rows
    found = {str(claim): str(how) for how, claim in rows}
    return tuple((found[claim.iri], claim) for claim in claims_of(reader, list(found)))
