"""What the store knows by the codes of code lists: which of its actors a row means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.terms import RDF, SVD

if TYPE_CHECKING:
    from kg.store import OxigraphStore

_SCHEMES: Final = {
    "ucdp_actor_id": SVD.ucdpActorId,
    "gw_code": SVD.gwCode,
    "cow_code": SVD.cowCode,
    "iso3166_alpha2": SVD.iso3166Alpha2,
    "iso3166_alpha3": SVD.iso3166Alpha3,
}
_OWN: Final = ("ucdp-", "gdelt-", "acled-", "pax-", "geopko-", "polecat-", "icews-")
"""What the ids of actors begin with that datasets name themselves."""


class StoreLinks:
    """The actors of a store by their codes, read once."""

    def __init__(self, store: OxigraphStore) -> None:
        """Read the codes of the store's actors."""
        prefix = f"{store.stamp.base}actor/"
        self._store = store
        self._agreements: dict[str, str] | None = None
        self._actors: dict[tuple[str, str], list[str]] = {}
        for scheme, predicate in _SCHEMES.items():
            for actor, _, code, _ in store.quads(predicate=predicate):
                if str(actor).startswith(prefix):
                    found = self._actors.setdefault((scheme, str(code)), [])
                    found.append(str(actor).removeprefix(prefix))

    def actor(self, scheme: str, code: str) -> str | None:
        """Return the one actor that has a code; a dataset's own only where there is no other.

        None where several have it: which is meant cannot be told.
        """
        plain = code.lstrip("0") or "0" if code.isdigit() else code
        found = self._actors.get((scheme, plain), [])
        known = [name for name in found if not name.startswith(_OWN)]
        chosen = known or found
        return chosen[0] if len(chosen) == 1 else None

    def agreement(self, pax_id: str) -> str | None:
        """Return the one agreement that has a number in PA-X; None where none has it, or several."""
        if self._agreements is None:
            prefix = f"{self._store.stamp.base}agreement/"
            found: dict[str, set[str]] = {}
            for agreement, _, number, _ in self._store.quads(predicate=SVD.paxId):
                if str(agreement).startswith(prefix):
                    found.setdefault(str(number), set()).add(str(agreement).removeprefix(prefix))
            self._agreements = {
                number: next(iter(names)) for number, names in found.items() if len(names) == 1
            }
        return self._agreements.get(pax_id)

    def event(self, report: str, key: str) -> bool:
        """Return whether the store holds an event."""
        event = URIRef(f"{self._store.stamp.base}report/{report}/event/{key}")
        return bool(self._store.held(event, RDF.type))


def unknown(store: OxigraphStore, kind: str, names: set[str]) -> set[str]:
    """Return those of the names that nothing in the store has, as an actor or a place."""
    return {name for name in names if not store.held(URIRef(f"{store.stamp.base}{kind}/{name}"), RDF.type)}
