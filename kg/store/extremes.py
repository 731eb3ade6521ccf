"""MIN and MAX by one order of all terms, as SPARQL has it (SPARQL 1.1, §18.5.1.5): that of ORDER BY.

The engine compares values as `<` does, by which `"37" < "9"`, `9 < 37` and `9 > "37"`: what it gives for
values of several kinds is not the least, and another in another order. So each call is told as one of an
aggregate of ours; what stands where no aggregate can stand is left for the engine to refuse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.store.lexer import all_tokens, may_say
from kg.store.order_key import order_key
from kg.store.order_text import closing, is_of_one_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store.order_key import Term

_CAUSE = re.compile(r"\bm(?:in|ax)\b", re.IGNORECASE)
_NAMES: Final[Mapping[str, str]] = {"MIN": "<urn:x-servanda:min>", "MAX": "<urn:x-servanda:max>"}


class _Least:
    """The first of terms in the order of ORDER BY; of equal ones the first that was told."""

    def __init__(self) -> None:
        self._term: Term | None = None
        self._key = ""

    def accumulate(self, term: Term) -> None:
        """Take one more term."""
        key = order_key(term).value
        if self._term is None or self._goes_before(key, self._key):
            self._term, self._key = term, key

    def finish(self) -> Term | None:
        """Return it; None where there was no term."""
        return self._term

    def _goes_before(self, key: str, other: str) -> bool:
        return key < other


class _Greatest(_Least):
    """The last of terms in the order of ORDER BY."""

    def _goes_before(self, key: str, other: str) -> bool:
        return key > other


AGGREGATES: Final[Mapping[ox.NamedNode, Callable[[], _Least]]] = {
    ox.NamedNode(_NAMES["MIN"][1:-1]): _Least,
    ox.NamedNode(_NAMES["MAX"][1:-1]): _Greatest,
}
"""By the names under which queries call them."""


def with_extremes(text: str) -> str:
    """Return a query or update with the aggregates of ours for its MIN and MAX; most have none.

    DISTINCT makes no difference to either, and what can be of one kind only is left to the engine.

    >>> with_extremes("SELECT (MIN(DISTINCT ?x) AS ?y) (max(STR(?x)) AS ?z) { ?s ?p ?x }")
    'SELECT (<urn:x-servanda:min>( ?x) AS ?y) (max(STR(?x)) AS ?z) { ?s ?p ?x }'
    """
    if not (may_say(text, "min", "max") and _CAUSE.search(text)):
        return text
    found = all_tokens(text)
    edits: list[tuple[int, int, str]] = []
    for at, token in enumerate(found):
        if not token.is_word(*_NAMES) or at + 2 >= len(found) or found[at + 1].text != "(":
            continue
        last = closing(found, at + 1)
        distinct = found[at + 2].is_word("DISTINCT")
        if last is None or is_of_one_kind(found, at + 2 + distinct, last - 1):
            continue
        edits.append((token.start, token.start + len(token.text), _NAMES[token.text.upper()]))
        if distinct:
            edits.append((found[at + 2].start, found[at + 2].start + len("DISTINCT"), ""))
    for start, end, said in reversed(edits):
        text = text[:start] + said + text[end:]
    return text
