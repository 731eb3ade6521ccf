"""What events that a machine coded of news have in common: who does something to whom, where, on whose word.

Nobody has read them: each is one claim of low credibility, on the word of what it was coded from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cameo import MACHINE_CODED, QUADS, action_of
from kg.ingest.datasets.importer import cut, identified
from kg.ingest.datasets.incidents import point_of
from kg.ingest.datasets.record import Named, Statement, Voice, When
from kg.ingest.datasets.states import state_on

if TYPE_CHECKING:
    from datetime import date

    from kg.ingest.datasets.cameo import Action
    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Links

_MOST_OF_A_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Coded:
    """An event of one actor and another."""

    day: date
    day_said: str
    """The day as the row says it."""
    one: Named | None
    two: Named | None
    harms: bool
    """Whether the one is said to do it to the other; else both take part."""
    place: str | None
    outlet: Named | None
    """Who published what it was coded from."""

    @property
    def actors(self) -> tuple[Named, ...]:
        """Those of the three that are the dataset's own, not known before."""
        return tuple(found for found in (self.one, self.two, self.outlet) if found is not None and found.type)

    def claim(
        self, key: str, gist: str, row: str, *, title: str | None = None, url: str | None = None
    ) -> Statement:
        """Return the claim of it; `title` and `url` are those of what it was coded from."""
        first, second = ((found.id,) if found else () for found in (self.one, self.two))
        return Statement(
            f"{key}-c1",
            gist,
            row,
            "reported" if self.outlet else "asserted",
            perpetrators=first if self.harms else (),
            participants=() if self.harms else tuple(dict.fromkeys((*first, *second))),
            targets=tuple(name for name in second if name not in first) if self.harms else (),
            places=(self.place,) if self.place else (),
            when=When(self.day.isoformat(), self.day_said),
            voices=(Voice(self.outlet.id, "reported", title),) if self.outlet else (),
            credibility=MACHINE_CODED,
            url=url,
        )


def action(cells: Cells, hint: str | None = None) -> Action | None:
    """Return what the code of CAMEO in a row stands for; refuse what is none, flag one that lost a zero."""
    code = cells.needed("event")
    if not code:
        return None
    found = action_of(code)
    if found is None:
        cells.refuse("event", "cell/not-a-code", f"{code[:20]!r} is no code of an event in CAMEO", hint)
    elif found.code != code:
        message = f"{code!r} is read as {found.code}: a zero was lost before it"
        cells.doubt("event", "cell/zero-lost", message, "keep codes as text")
    return found


def in_words(found: Action) -> str:
    """Return how an action is coded, in CAMEO and in PLOVER."""
    plover = f", PLOVER {found.plover}" if found.plover else ""
    return f"CAMEO {found.code}, class {found.quad}, {QUADS[found.quad]}{plover}"


def outlet(prefix: str, name: str | None) -> Named | None:
    """Return a dataset's own outlet of a name; None where the row names none."""
    if name is None:
        return None
    label = cut(name, _MOST_OF_A_NAME)
    return Named(identified(prefix, label), "outlet", label)


def force(links: Links, named: Named, country: str, day: date | None) -> Named:
    """Return the armed forces of a country by its code: those of the state that the code means on that day.

    Where it meant another state then, of which the store knows nothing, they are a force of their own.
    """
    today = links.actor("iso3166_alpha3", country)
    then = state_on(links, "iso3166_alpha3", country, day.isoformat() if day else None)
    if today is not None and then is None:
        return replace(named, id=f"{named.id}-of-before", label=f"{named.label}, of an earlier state")
    return replace(named, force_of=then)


def places(
    cells: Cells, prefix: str, town: str | None, *, exact: bool = True
) -> tuple[str | None, tuple[Named, ...]]:
    """Return the place of an event, and all that hold it; the point of the row is its own where it is a town.

    `exact`: what is given as the town is one, and no larger region.
    """
    point, found = point_of(cells), list[Named]()
    for column in ("country", "province", "district"):
        name = cells.text(column)
        if name is not None:
            found.append(_place(prefix, name, found, "administrative-region"))
    if town is not None:
        form = "settlement" if exact else "administrative-region"
        found.append(_place(prefix, town, found, form, point or "", geometry=point if exact else None))
    return (found[-1].id if found else None), tuple(found)


def _place(
    prefix: str, name: str, within: list[Named], form: str, *of: str, geometry: str | None = None
) -> Named:
    label = cut(name, _MOST_OF_A_NAME)
    own = identified(prefix, label, *(one.label for one in within), *of)
    return Named(own, form, label, within=tuple(one.id for one in within[-1:]), geometry=geometry)
