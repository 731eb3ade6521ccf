"""Agreements and their terms."""

from pydantic import AliasChoices, Field

from kg.read.schemas.base import Answered, Listed, Total
from kg.read.schemas.parts import Agent, AgreementRef, Norm, Ref, TermRef, Time


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


class ChangedAgreement(Answered):
    """An agreement, or one numbered term of it."""

    agreement: str | None = Field(examples=["nk-1994-05-12"])
    term: str | None = Field(examples=["1"])
    """Null where the agreement is meant as a whole."""


class AgreementChange(Answered):
    """What becomes of an agreement or a term by another agreement."""

    kind: str | None = Field(examples=["supersession"])
    """`amendment`, `repeal`, `supersession` or `suspension`."""
    of: ChangedAgreement
    """What is changed."""
    by: ChangedAgreement
    """By what it is changed."""
    since: str | None = Field(examples=["2020-11-09T21:00:00Z"])
    """Since when: as the change says, else when the changing agreement enters into force, else its date."""
    from_: Time | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    """Since when, where the change says so itself."""
    until: Time | None
    """Until when, of a suspension."""
    words: str | None
    """The words that say so; null where it is a reading of the annotators."""
    note: str | None


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
    guarantors: tuple[Agent, ...]
    witnesses: tuple[Agent, ...]
    monitors: tuple[Agent, ...]
    places: tuple[Ref, ...]
    """Where it applies as a whole; empty: without such a limit."""
    part_of: Ref | None
    """The agreement under which it was made."""
    annexes: tuple[Ref, ...]
    changes: tuple[AgreementChange, ...]
    """What it does to other agreements, whole or in part."""
    changed_by: tuple[AgreementChange, ...]
    """What other agreements do to it or to its terms."""
    no_longer_in_force: str | None = Field(examples=["2020-11-10"])
    """The day since which it is repealed or superseded as a whole."""
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
    changed_by: tuple[AgreementChange, ...]
    """What other agreements do to this very term."""
    no_longer_in_force: str | None = Field(examples=["2020-11-10"])
    """The day since which it is repealed or superseded."""


class AgreementPage(Listed[Agreement]):
    """A page of agreements, by date."""

    counts: Total | None = None


class TermPage(Listed[Term]):
    """A page of terms, in the order of their agreements."""

    counts: Total | None = None
