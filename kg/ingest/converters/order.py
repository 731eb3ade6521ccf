"""The order of parts that have no key: by what they say, so that it depends on neither place nor spelling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def in_order(items: Iterable[Mapping[str, object]]) -> Iterator[tuple[int, int]]:
    """Yield number and place in the document of each item, counted from 1; of two alike only one.

    >>> list(in_order([{"kind": "wounded"}, {"kind": "killed"}]))
    [(1, 1), (2, 0)]
    """
    keyed = {json.dumps(item, sort_keys=True): index for index, item in enumerate(items)}
    for number, key in enumerate(sorted(keyed), 1):
        yield number, keyed[key]
