"""The problem that is answered where nothing else can be."""

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """What is wrong with a request, by RFC 9457."""

    model_config = ConfigDict(
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "https://w3id.org/servanda/problem/unknown-reference",
                    "title": "A parameter names something that is not there",
                    "status": 400,
                    "detail": "agreement: no agreement 'nk-2020-11-01'; did you mean nk-2020-11-10?",
                    "parameter": "agreement",
                    "value": "nk-2020-11-01",
                    "suggestions": ["nk-2020-11-10"],
                },
            ],
        },
    )

    type: str
    """Stable IRI of the kind of problem."""
    title: str
    """What kind of problem it is, the same each time."""
    status: int
    detail: str
    """What is wrong this time, and what would be right."""
    request_id: str | None = None
    """By which the server's log knows the request; the header `X-Request-Id` says it too."""
    parameter: str | None = None
    value: str | None = None
    allowed: list[str] | None = None
    """What may be given instead."""
    suggestions: list[str] | None = None
    """Ids that are most like the one given."""
    sequence: int | None = None
    """Number of the change that took the resource back."""
    line: int | None = None
    column: int | None = None
    ready: bool | None = None
    """Of readiness: false."""
    step: str | None = None
    """Of readiness: what is being done, or what is amiss."""
