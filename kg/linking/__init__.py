"""What may be one: events of different reports and datasets, compared and proposed, never merged."""

from kg.linking.accounts import accounts
from kg.linking.compare import compare
from kg.linking.kept import KeptProposals, Standing
from kg.linking.propose import LEAST, Proposal, Tally, proposals

__all__ = ["LEAST", "KeptProposals", "Proposal", "Standing", "Tally", "accounts", "compare", "proposals"]
