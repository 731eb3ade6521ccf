"""Typed resources of the graph, one or a page at a time: what the HTTP interface answers.

Every function runs a constant number of fixed queries, whatever the size of the page, and takes ids as
people write them (`nk-2020-11-10`, `nk-2020-11-10/6`, `seed-syunik-highway-2021/c1`) or full IRIs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.query.lookups.listing import MAX_PAGE, Selection, Total, total
    from kg.query.lookups.reader import Reader

__all__ = ["MAX_PAGE", "Reader", "Selection", "Total", "total"]

offer(
    __name__,
    {
        "listing": ("MAX_PAGE", "Selection", "Total", "total"),
        "reader": ("Reader",),
    },
)
