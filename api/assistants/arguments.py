"""What tools take: each a closed set of named arguments."""
# ruff: noqa: D101 - what each tool does stands with the tool

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.filters import OfRecords
from api.schemas.search import Search as SearchQuery
from api.schemas.search import Suggest as SuggestQuery
from api.schemas.statistics import Statistics as StatisticsQuery

MOST = 50
"""Items that a tool returns at once."""
_CURSOR = "Where the page begins: take it from `next_cursor`, with the other arguments unchanged."


class Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Search(SearchQuery):
    q: str = Field(min_length=1, description=SearchQuery.model_fields["q"].description)
    limit: int = Field(10, ge=1, le=MOST, description="How many items at most.")
    cursor: str | None = Field(None, description=_CURSOR)


class Suggest(SuggestQuery):
    prefix: str = Field(min_length=1, description=SuggestQuery.model_fields["prefix"].description)


class Agreement(Arguments):
    agreement: str = Field(min_length=1, description="Id or IRI.", examples=["nk-2020-11-10"])
    term: str | None = Field(None, description="Number of a term, to get only this one.", examples=["6"])
    limit: int = Field(10, ge=1, le=MOST, description="How many terms at most.")
    cursor: str | None = Field(None, description=_CURSOR)


class Violations(OfRecords):
    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])
    limit: int = Field(10, ge=1, le=MOST, description="How many records at most.")
    cursor: str | None = Field(None, description=_CURSOR)


class Claim(Arguments):
    claim: str = Field(
        min_length=1, description="Id (`report/key`) or IRI.", examples=["seed-syunik-highway-2021/c1"]
    )


class Compare(Arguments):
    event: str = Field(
        min_length=1,
        description="Id (`report/key`) or IRI of an event, or of a claim about it.",
        examples=["seed-syunik-highway-2021/seizure"],
    )
    limit: int = Field(20, ge=1, le=MOST, description="How many claims at most.")
    cursor: str | None = Field(None, description=_CURSOR)


class Ask(Arguments):
    question: str = Field(
        min_length=1, description="Number, slug or both; `list_questions` has them.", examples=["casualties"]
    )
    parameters: dict[str, str] = Field(
        default_factory=dict,
        description="Parameters of the question by name, as `list_questions` tells them; each takes "
        "`min_credibility` too: 1 to 6, by default 3; 6 hides nothing.",
        examples=[{"report": "seed-syunik-highway-2021"}],
    )
    limit: int = Field(20, ge=1, le=MOST, description="How many rows at most.")
    offset: int = Field(0, ge=0, description="How many rows to pass over.")


class Nothing(Arguments):
    pass


class Schema(Arguments):
    about: str | None = Field(
        None,
        description="A module (`claims`) or a code list (`modality`), to get its words with their meanings; "
        "without it, the list of modules and code lists, the prefixes and the rules of the graph.",
        examples=["modality"],
    )


class Sparql(Arguments):
    query: str = Field(
        min_length=1,
        description="SELECT, ASK, CONSTRUCT or DESCRIBE, with its own PREFIX lines; updates and SERVICE are "
        "refused.",
        examples=["SELECT ?claim { ?claim a <https://w3id.org/servanda/ontology#Claim> } LIMIT 5"],
    )
    limit: int = Field(50, ge=1, le=200, description="How many rows at most.")


class Statistics(StatisticsQuery):
    limit: int = Field(20, ge=1, le=200, description="How many groups at most.")
