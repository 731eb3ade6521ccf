"""The foundation of the models of answers."""

import ast
import inspect
import textwrap
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

Item = TypeVar("Item", bound="Answered")


class Answered(BaseModel):
    """A value that is answered; it is made from the value of the same shape that a lookup returns."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema, whose properties have the words that stand below the fields.

        They are read when a schema is made and not, as `use_attribute_docstrings` does, with each class:
        few processes describe what they answer, and the sources of all take half a second.
        """
        made = handler(schema)
        properties = handler.resolve_ref_schema(made).get("properties", {})
        for name, words in _words(cls).items():
            alias = cls.model_fields[name].serialization_alias or name
            properties.get(alias, {}).setdefault("description", words)
        return made


@cache
def _words(model: type[Answered]) -> dict[str, str]:
    """Return the words below the fields of a model, its parents' first."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, Answered) and "[" not in one.__name__:
            found |= _words_of(one)
    return found


def _words_of(model: type[Answered]) -> dict[str, str]:
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(declared, ast.ClassDef)  # noqa: S101
    found = {}
    for field, below in zip(declared.body, declared.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(words))):
                found[name] = inspect.cleandoc(words)
    return found


class Listed(Answered, Generic[Item]):
    """A page of a list."""

    items: tuple[Item, ...]
    next: str | None = Field(examples=["http://127.0.0.1:8000/api/v1/claims?limit=50&cursor=eyJhIjoi"])
    """Address of the next page; null on the last."""


class Value(Answered):
    """A value of a filter, and how many items pass if it is asked for too."""

    value: str = Field(examples=["azerbaijan"])
    """As the filter takes it."""
    iri: str
    total: int


class ValueByKind(Answered):
    """A value of a filter, and how many records pass if it is asked for too: each kind apart."""

    value: str = Field(examples=["azerbaijan"])
    """As the filter takes it."""
    iri: str
    alleged: int
    candidates: int


class Total(Answered):
    """How many items the whole list has."""

    total: int
