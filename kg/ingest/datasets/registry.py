"""The importers there are; to add one, write a module as the others are written, and name it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import NotFoundError
from kg.ingest.datasets.acled import Acled, AcledDeleted
from kg.ingest.datasets.gdelt import Gdelt
from kg.ingest.datasets.gdelt_mentions import GdeltMentions
from kg.ingest.datasets.geopko import GeoPko
from kg.ingest.datasets.icews import Icews
from kg.ingest.datasets.importer import found_in
from kg.ingest.datasets.incidents import Incidents
from kg.ingest.datasets.pax import Pax
from kg.ingest.datasets.polecat import Polecat
from kg.ingest.datasets.ucdp_actor import UcdpActor
from kg.ingest.datasets.ucdp_agreements import UcdpAgreements
from kg.ingest.datasets.ucdp_ged import UcdpGed
from kg.ingest.datasets.ucdp_termination import UcdpTermination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.ingest.datasets.importer import Importer

IMPORTERS: Final[tuple[Importer, ...]] = (
    UcdpGed(),
    UcdpActor(),
    UcdpTermination(),
    UcdpAgreements(),
    Polecat(),
    Icews(),
    Pax(),
    GeoPko(),
    Acled(),
    AcledDeleted(),
    Gdelt(),
    GdeltMentions(),
    Incidents(),
)


def importer(name: str) -> Importer:
    """Return the importer of a format; raise NotFoundError naming those there are."""
    for one in IMPORTERS:
        if one.name == name:
            return one
    if name == "table":
        raise NotFoundError(
            "a table needs a mapping: servanda new mapping FILE writes one, --mapping gives it"
        )
    raise NotFoundError(f"no format {name!r}; one of: {', '.join(one.name for one in IMPORTERS)}, table")


def importers_of(header: Sequence[str]) -> tuple[Importer, ...]:
    """Return the importers that may read a table of that header, those that know most of it."""
    scores = {one.name: found_in(one, header) for one in IMPORTERS}
    most = max(scores.values(), default=0)
    return tuple(one for one in IMPORTERS if most and scores[one.name] == most)
