"""Agreements and their terms."""

from pydantic import Field

from api.schemas.base import Answered, Listed, Total
from api.schemas.parts import Agent, AgreementRef, Norm, TermRef, Time


class Text(Answered):
    """A text of an agreement."""

    key: str | None = Field(examples=["am-pm-en"])
    lang: str | None = Field(examples=["en"])
    status: str | None = Field(examples=["translation"])
    publisher: str | None
    url: str | None
    complete: bool | None
    """Whether the text holds all terms."""
    note: str | None


class TermNumber(Answered):
    """A term by id and number."""

    id: str = Field(examples=["nk-2020-11-10/6"])
    iri: str
    number: str | None = Field(examples=["6"])


class Agreement(Answered):
    """An agreement: between whom, of when, in which texts, with which terms."""

    id: str = Field(examples=["nk-2020-11-10"])
    iri: str
    type: str | None = Field(examples=["statement"])
    title: str | None
    date: str | None = Field(examples=["2020-11-10"])
    in_force: Time | None
    parties: tuple[Agent, ...]
    signatories: tuple[Agent, ...]
    mediators: tuple[Agent, ...]
    pax_id: int | None = Field(examples=[2324])
    """Number in PA-X, the Peace Agreements Database."""
    see_also: tuple[str, ...]
    note: str | None
    texts: tuple[Text, ...]
    terms: tuple[TermNumber, ...]


class Term(TermRef):
    """A term: its wordings, its place in the agreement, and the norms found in it."""

    agreement: AgreementRef | None
    part_of: str | None
    """Id of the term that holds it."""
    parts: tuple[TermNumber, ...]
    norms: tuple[Norm, ...]


class AgreementPage(Listed[Agreement]):
    """A page of agreements, by date."""

    counts: Total | None = None


class TermPage(Listed[Term]):
    """A page of terms, in the order of their agreements."""

    counts: Total | None = None
