"""What the four kinds of document have in common."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kg.ingest.fields import AgreementRef, Language, Slug, TermNumber, Text, Token, Zone

__all__ = ["DocumentModel", "Part", "TermRef", "Time", "TimeField"]


class Part(BaseModel):
    """A mapping of a document: frozen, and no field that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, data: Any) -> Any:  # noqa: ANN401 - whatever the document holds
        """Treat a known field without a value as if it were not there."""
        if not isinstance(data, dict):
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in data.items() if value is not None or key not in known}


class DocumentModel(Part):
    """The fields with which every document begins."""

    id: Slug = Field(description="The document's own id; for reports and agreements also theirs.")
    lang: Language = Field(default="en", description="Language of the annotator's own labels and summaries.")


class TermRef(Part):
    """An agreement, or one numbered term of it."""

    agreement: AgreementRef = Field(description="Id of the agreement.")
    term: TermNumber | None = Field(
        default=None, description="Number of the term, as in the agreement's document."
    )


class Time(Part):
    """When something was or is to be, as normalised and as the text has it."""

    value: Token | None = Field(
        default=None,
        description="Year, month, day, minute, second, or an interval A/B of them; .. for an open end.",
    )
    text: Text | None = Field(default=None, description="The words of the text that say it.")
    inferred: tuple[Text, ...] = Field(
        default=(), description="What the text does not say itself: year, month, day, start, end or zone."
    )
    reason: Text | None = Field(default=None, description="How the inferred parts were found.")
    zone: Zone | None = Field(default=None, description="Zone of this time, instead of the document's.")


def _as_time(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


TimeField = Annotated[Time, BeforeValidator(_as_time)]
