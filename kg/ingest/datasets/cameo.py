"""CAMEO: which kind of event a code stands for here, and in PLOVER."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cameo_codes import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

MACHINE_CODED: Final = "4"
"""The credibility of what no person has read: doubtful, on the Admiralty scale."""
QUADS: Final = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}
MATERIAL_CONFLICT: Final = 4
_LEAST: Final = 3
"""Digits of the shortest code of an event; two are those of a root, of which no event is."""
_KINDS: Final = {
    **dict.fromkeys(("01", "02", "03", "05", "10", "11", "12", "13"), "statement"),
    "016": "denial",
    "112": "accusation",
    **dict.fromkeys(("017", "115", "116"), "other"),
    "046": "negotiation",
    "045": "mediation",
    "057": "agreement-signed",
    "074": "peacekeeping-deployment",
    "0861": "peacekeeping-deployment",
    "0871": "ceasefire-declared",
    "0874": "withdrawal",
    "154": "force-buildup",
    "173": "detention",
    "18": "armed-attack",
    "181": "abduction",
    "182": "other",
    "183": "explosive-blast",
    "184": "other",
    "19": "use-of-force",
    "191": "blockade",
    "192": "territorial-seizure",
    "193": "small-arms-fire",
    "194": "shelling",
    "195": "air-strike",
    "196": "ceasefire-breach",
    "20": "attack-on-civilians",
    "201": "other",
    "204": "use-of-force",
}
"""By the beginning of a code, the longest counts: the kind of event; all others are of the kind other."""
_PLOVER: Final = {
    "02": "REQUEST",
    "03": "AGREE",
    "04": "CONSULT",
    "05": "SUPPORT",
    "06": "COOPERATE",
    "07": "AID",
    "08": "CONCEDE",
    "0813": "RETREAT",
    "0814": "RETREAT",
    **dict.fromkeys(("084", "085", "086", "087"), "RETREAT"),
    "09": "ACCUSE",
    "10": "REQUEST",
    "11": "ACCUSE",
    "12": "REJECT",
    "13": "THREATEN",
    "14": "PROTEST",
    "15": "MOBILIZE",
    "16": "SANCTION",
    "163": "COERCE",
    "17": "COERCE",
    "1712": "ASSAULT",
    "175": "ASSAULT",
    "18": "ASSAULT",
    "19": "ASSAULT",
    "191": "COERCE",
    "192": "COERCE",
    "20": "ASSAULT",
}
PLOVER_KINDS: Final = {
    **dict.fromkeys(
        ("AGREE", "SUPPORT", "DEMAND", "REQUEST", "DISAPPROVE", "REJECT", "THREATEN"), "statement"
    ),
    "ACCUSE": "accusation",
    "CONSULT": "negotiation",
    "RETREAT": "withdrawal",
    "MOBILIZE": "force-buildup",
    "ASSAULT": "armed-attack",
}
"""By the type of an event in PLOVER, the kind of event; all others are of the kind other."""
PLOVER_MODES: Final = {
    "withdraw": "withdrawal",
    "ceasefire": "ceasefire-declared",
    "access": "other",
    "release": "other",
    "return": "other",
    "ease": "other",
    "disarm": "other",
    "troops": "force-buildup",
    "militia": "force-buildup",
    "police": "other",
    "firearms": "small-arms-fire",
    "heavy-weapons": "shelling",
    "aerial": "air-strike",
    "drone": "air-strike",
    "explosives": "explosive-blast",
    "suicide-attack": "explosive-blast",
    "abduct": "abduction",
    "arrest": "detention",
    "mediate": "mediation",
    "massacre": "attack-on-civilians",
    "cleansing": "attack-on-civilians",
    "beat": "other",
    "torture": "other",
    "sexual": "other",
    "coup": "other",
    "seize": "other",
}
"""By the mode of an event in PLOVER, the kind of event, which comes before that of its type."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a code says was done."""

    code: str
    words: str
    kind: str
    plover: str | None
    quad: int


def action_of(code: str) -> Action | None:
    """Return what a CAMEO code stands for; None for one that is none.

    A zero that a program took from the beginning of a code is put back: no code of an event has two digits.

    >>> action_of("190").kind, action_of("57").code, action_of("19").code, action_of("999")
    ('use-of-force', '057', '019', None)
    """
    tried = (f"0{code}", code) if len(code) < _LEAST else (code, f"0{code}")
    found = next((one for one in tried if one in EVENTS), None)
    if found is None:
        return None
    return Action(
        found,
        EVENTS[found].capitalize() if EVENTS[found].isupper() else EVENTS[found],
        _by_beginning(_KINDS, found) or "other",
        _by_beginning(_PLOVER, found),
        _quad(found),
    )


def _by_beginning(table: Mapping[str, str], code: str) -> str | None:
    return next((table[code[:size]] for size in range(len(code), 1, -1) if code[:size] in table), None)


def _quad(code: str) -> int:
    """Return which of four classes a code is of, by its root.

    >>> _quad("057"), _quad("0841"), _quad("112"), _quad("196")
    (1, 2, 3, 4)
    """
    root = int(code[:2])
    return next(quad for most, quad in ((5, 1), (9, 2), (14, 3), (20, 4)) if root <= most)
