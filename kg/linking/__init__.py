"""What may be one: events of different reports and datasets, compared and proposed, never merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.linking.accounts import accounts
    from kg.linking.compare import compare
    from kg.linking.kept import KeptProposals, Standing
    from kg.linking.propose import LEAST, Proposal, Tally, proposals

__all__ = ["LEAST", "KeptProposals", "Proposal", "Standing", "Tally", "accounts", "compare", "proposals"]

offer(
    __name__,
    {
        "accounts": ("accounts",),
        "compare": ("compare",),
        "kept": ("KeptProposals", "Standing"),
        "propose": ("LEAST", "Proposal", "Tally", "proposals"),
    },
)
