"""Examples of what the ontology says, in Turtle: resources taken out of the graphs in `ontology/examples`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg.resources import ontology

_PREFIX: Final = re.compile(r"@prefix ([\w-]+): <[^>]*> \.")
_TERM: Final = "agreement/nk-2020-11-10"
_CLAIM: Final = "report/highway/claim/c2"
_SHOWN: Final = (
    (
        "A term of an agreement, some of its words, and two invented readings of it",
        "agreements",
        (
            f"{_TERM}/term/1",
            f"{_TERM}/text/ru-en/term/1",
            f"{_TERM}/norm/1b",
            f"{_TERM}/norm/1b/reading/zone",
            f"{_TERM}/norm/1b/reading/anywhere",
        ),
    ),
    (
        "A hedged claim of an invented report: on whose word, in which words",
        "reports",
        (
            _CLAIM,
            f"{_CLAIM}/evidence/1",
            f"{_CLAIM}/evidence/1/quote",
            f"{_CLAIM}/evidence/1/position",
            f"{_CLAIM}/hedge/1",
            f"{_CLAIM}/hedge/1/quote",
            f"{_CLAIM}/attribution/1",
        ),
    ),
    (
        "The allegation that a rule writes of that claim, with the denial beside it",
        "violations",
        ("violation/a1",),
    ),
)


@dataclass(frozen=True, slots=True)
class Example:
    """Some resources of an example graph, as they stand in its file."""

    title: str
    turtle: str


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples for people to read: an agreement's term, a claim, an allegation."""
    return tuple(Example(title, _taken(name, resources)) for title, name, resources in _SHOWN)


def _taken(name: str, resources: tuple[str, ...]) -> str:
    """Return these resources of a file with the prefixes that they use; raise KeyError if one is missing."""
    text = (ontology() / "examples" / f"{name}.ttl").read_text(encoding="utf-8")
    blocks = {block[1:].partition(">")[0]: block.strip() for block in text.split("\n\n") if block[:1] == "<"}
    taken = "\n\n".join(blocks[resource] for resource in resources)
    head = [
        line
        for line in text.split("\n\n")[0].splitlines()
        if not (found := _PREFIX.match(line)) or re.search(rf"(?<![\w:/]){found[1]}:[\w-]", taken)
    ]
    return "\n".join(head) + f"\n\n{taken}\n"
