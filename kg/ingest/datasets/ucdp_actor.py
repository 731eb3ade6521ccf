"""UCDP actor table: one row an actor, with its number and all its names; it tells of no event.

Each row is a claim of UCDP about the actor. What the store knows by that number is that actor; others become
UCDP's own, under the ids that rows of GED give them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import WithHeader
from kg.ingest.datasets.record import Record, Statement
from kg.ingest.datasets.ucdp import numbers, party, source_of, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links
    from kg.ingest.datasets.record import Source

_NAMES: Final = (
    *("ActorId", "NameData", "NameOrig", "NameOrigFull", "NameOrigFullEng", "NameChange", "NewName"),
    *("NewNameFullMotherTongue", "NewNameFullEng", "Org", "ConflictId", "DyadId", "PrimaryParty", "OSID"),
    *("NSID", "Splinter", "NamePrev", "ActorIdPrev", "NameSplitTemp", "ActorIdSplitTemp", "NameAlliance"),
    *("ActorIdAlliance", "GroupName", "ActorIdGroup", "Location", "GWNOLoc", "Region", "Version"),
)
_ORGANISED: Final = {
    1: "a formally organised group",
    2: "a supporter group",
    3: "a communal group",
    4: "a state",
}
_NOTE: Final = "As the UCDP actor table names it."


class UcdpActor(WithHeader):
    """Reads the table of actors."""

    name = "ucdp-actor"
    title = "UCDP actor table"
    columns: Mapping[str, Sequence[str]] = {
        **{name.lower(): (name,) for name in _NAMES},
        "actorid": ("ActorId", "actor_id", "new_id"),
    }
    required = frozenset(("actorid", "namedata", "org", "gwnoloc"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the dataset in the version of the file."""
        del header
        return source_of(asked, "ucdp-actors", "UCDP Actor Dataset")

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return a claim about the actor of a row."""
        found, name = numbers(cells, "actorid"), cells.needed("namedata")
        if not found and not cells.refused:
            cells.needed("actorid")
        if len(found) > 1:
            cells.refuse("actorid", "cell/not-an-id", "a row is about one actor", "write one number")
        kind = cells.whole("org", 1, 4)
        if cells.refused:
            return None
        (code,) = found
        actor = party(links, code, name, _NOTE)
        is_state = kind == 4  # noqa: PLR2004 - as in _ORGANISED
        if kind is not None and is_state != name.startswith("Government of"):
            message = f"Org {kind} is {_ORGANISED[kind]}, and the name is {name[:60]!r}"
            cells.doubt("org", "row/kind-differs", message, "it is named as the name says")
        key = f"actor-{code}"
        of = version_of(cells, source)
        gist = f"{name} [{source.name} {of or source.version}: {cells.told()}]"
        claim = Statement(key, gist, code, "asserted", participants=(actor.id,))
        own = (actor,) if actor.type else ()
        return Record(code, key, "", name, (claim,), own, scope="-", version=of)
