"""What actors, places and agreements are called by: their names, and codes of lists that others keep."""

from __future__ import annotations

from typing import Final

from rdflib.namespace import RDFS, SKOS

from kg.terms import SVD

CODES: Final = {
    SVD.iso3166Alpha2: "ISO 3166-1 code",
    SVD.iso3166Alpha3: "ISO 3166-1 code",
    SVD.iso3166Subdivision: "ISO 3166-2 code",
    SVD.gwCode: "Gleditsch-Ward number",
    SVD.cowCode: "Correlates of War number",
    SVD.ucdpActorId: "UCDP actor id",
}
"""The predicates of codes, each with what the code is called."""
NAMES: Final = f"<{RDFS.label}>|<{SKOS.altLabel}>"
"""The property path to every name."""
CALLED: Final = "|".join((NAMES, *(f"<{predicate}>" for predicate in CODES)))
"""The property path to every name and code, for finding what somebody means."""
