"""What JSON-LD would lose on its way to RDF: found by expanding it once more, with nothing let go in silence.

By the standard, a name that the context does not map, a null, an IRI that is none and much else is dropped
without a word. Here it is refused with its place. PyLD expands; the engine parses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from pyld import jsonld

from kg.errors import RdfSyntaxError
from kg.store.jsonld_text import Items, Node, Text, below, read, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

_MOST: Final = 5
"""Losses that are told at once."""
_NESTING: Final = frozenset({"@list", "@set", "@graph", "@reverse", "@included", "@nest"})
_OF_A_NODE: Final = _NESTING | {"@id", "@type", "@value", "@language", "@direction", "@index"}
_VALUED: Final = _NESTING | {"@value"}
_LITERAL: Final = frozenset({"@json", "@none"})
_SCOPED: Final = 4
"""The place, among what PyLD gives besides, of the context for types."""
_KEYED: Final = frozenset({"@language", "@index", "@id", "@type"})
"""Containers that make a map of values by a key."""
_MAP: Final = "write the IRI whole, or map the name in the @context"


def kept_whole(text: str, location: str | None, contexts: Mapping[str, object]) -> tuple[str, int]:
    """Return JSON-LD as a parser that fetches nothing may have it, and how many statements it makes.

    `location` is what relative IRIs are resolved against; `contexts` are those known by their addresses.
    Raises RdfSyntaxError for what would be lost.
    """
    value, ready = read(text, contexts)
    expansion = _Expansion()
    try:
        expanded = expansion.expand(value, {"base": location or "", "documentLoader": _fetch_nothing})
    except jsonld.JsonLdError as error:
        raise RdfSyntaxError(f"{_where(error)}{_innermost(error)}") from error
    except RecursionError as error:
        raise RdfSyntaxError("nested too deeply for JSON-LD") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise RdfSyntaxError(f"no JSON-LD: {error}") from error
    if expansion.losses:
        first = list(islice(expansion.losses, _MOST))
        more = len(expansion.losses) - len(first)
        raise RdfSyntaxError(". ".join(first) + (f". And {more} more" if more else ""))
    return ready, sum(map(_statements, expanded))


class _Expansion(jsonld.JsonLdProcessor):  # type: ignore[misc] # it is untyped
    """Expands, and notes what is lost, each with its place."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: dict[str, None] = {}

    def lost(self, at: str, message: str, hint: str = "leave it out") -> None:
        """Note a loss."""
        self.losses[told(at, message, hint)] = None

    def iri(self, iri: str | None, at: str) -> None:
        """Note an IRI that is none."""
        if iri is None:
            self.lost(at, "this is no IRI: it has the form of a keyword", "correct it")
            return
        try:
            if iri.startswith("_:"):
                ox.BlankNode(iri[2:])
            else:
                ox.NamedNode(iri)
        except ValueError as error:
            self.lost(at, f"{iri!r} is no IRI: {error}", "correct it")

    def language(self, tag: str, at: str) -> None:
        """Note a language tag that is none."""
        try:
            ox.Literal("", language=tag)
        except ValueError as error:
            self.lost(at, f"{tag!r} is no language tag: {error}", "such as en, hy or sr-Latn, by BCP 47")

    def _expand(self, active: Any, name: Any, element: Any, options: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as PyLD has it
        before = len(self.losses)
        try:
            made = super()._expand(active, name, element, options, *rest, **more)
        except jsonld.JsonLdError as error:
            if not hasattr(error, "at") and isinstance(element, Node | Items):
                error.at = element.at
            raise
        if isinstance(element, Items):
            for number, item in enumerate(element):
                if item is None:
                    self.lost(below(element.at, number), "null says nothing")
        elif made is None and _says_something(element) and len(self.losses) == before:
            self.lost(getattr(element, "at", ""), "this stands in no statement", "say something of it")
        return made

    def _expand_object(self, active: Any, name: Any, iri: Any, element: Any, *rest: Any, **more: Any) -> None:  # noqa: ANN401 - as PyLD has it
        if isinstance(element, Node):
            options = rest[1]
            scoped = more.get("type_scoped_ctx") or (rest[4] if len(rest) > _SCOPED else None)
            _Look(self, active, scoped or active, options.get("base", "")).at(element)
        super()._expand_object(active, name, iri, element, *rest, **more)

    def _expand_value(self, active: Any, name: Any, value: Any, options: Any) -> Any:  # noqa: ANN401 - as PyLD has it
        made = super()._expand_value(active, name, value, options)
        if not isinstance(made, dict):  # what a keyword says, which is looked at with it
            return made
        at = value.at if isinstance(value, Text) else ""
        if "@id" in made:
            self.iri(made["@id"], at)
        if "@language" in made:
            self.language(made["@language"], at)
        if "@direction" in made:
            self.lost(at, "the direction that the @context gives is not kept", "say it of the value itself")
        if made.get("@type", "@none") not in _LITERAL:
            self.iri(made["@type"], at)
        return made


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at the members of an object, under the contexts that hold there."""

    expansion: _Expansion
    active: Any
    scoped: Any
    base: str

    def at(self, node: Node) -> None:
        """Note what is lost of the members."""
        names = {key: self._name(key) for key in node if key != "@context"}
        for key, name in names.items():
            at = below(node.at, key)
            if name in _OF_A_NODE:
                self._keyword(node, names, name, at, node[key])
            elif name is not None and not name.startswith(("@", "_:")) and ":" in name:
                self.expansion.iri(name, at)
                self._property(key, at, node[key])
            else:
                self.expansion.lost(at, *_no_name(key, name))

    def _name(self, key: str) -> str | None:
        found: str | None = self.expansion._expand_iri(self.active, key, vocab=True)  # noqa: SLF001
        return found

    def _id(self, text: str) -> str | None:
        found: str | None = self.expansion._expand_iri(self.active, text, base=self.base)  # noqa: SLF001
        return found

    def _class(self, text: str) -> str | None:
        found: str | None = self.expansion._expand_iri(self.scoped, text, vocab=True, base=self.base)  # noqa: SLF001
        return found

    def _keyword(self, node: Node, names: Mapping[str, str | None], name: str, at: str, value: Any) -> None:  # noqa: ANN401
        """Note what is lost of what a keyword says."""
        if name == "@index":
            self.expansion.lost(at, "RDF keeps no @index")
        elif name == "@type":
            self._types(at, value)
        elif name == "@direction" and "@language" not in names.values():
            self.expansion.lost(at, "a direction without a language is not kept", "give the @language")
        elif isinstance(value, str):
            if name == "@id":
                self.expansion.iri(self._id(value), at)
            elif name == "@language":
                self.expansion.language(value, at)
        elif value is None and name in _VALUED and not self._is_json(node, names):
            self.expansion.lost(at, "null says nothing")

    def _types(self, at: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        for place, text in _each(value, at):
            found = self._class(text)
            if found not in _LITERAL:
                self.expansion.iri(found, place)

    def _is_json(self, node: Node, names: Mapping[str, str | None]) -> bool:
        return any(node[key] == "@json" for key, name in names.items() if name == "@type")

    def _property(self, key: str, at: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Note what is lost of the value of a property itself; what is in it is looked at in its turn."""
        said = partial(self.expansion.get_context_value, self.active, key)
        if value is None and said("@type") != "@json":
            self.expansion.lost(at, "null says nothing")
        container = {*self.expansion.arrayify(said("@container"))}
        if isinstance(value, Node) and _KEYED & container:
            indexed = "@index" in container and said("@index") is None
            for name, item in value.items():
                self._entry(container, name, below(at, name), indexed=indexed)
                if item is None:
                    self.expansion.lost(below(at, name), "null says nothing")

    def _entry(self, container: AbstractSet[str], name: str, at: str, *, indexed: bool) -> None:
        """Note what is lost of a key of a map."""
        if self._name(name) == "@none":
            return
        if "@language" in container:
            self.expansion.language(name, at)
        elif "@id" in container:
            self.expansion.iri(self._id(name), at)
        elif "@type" in container:
            self.expansion.iri(self._class(name), at)
        elif indexed:
            self.expansion.lost(at, "RDF keeps no key of an index", "make a list of the values")


def _no_name(key: str, name: str | None) -> tuple[str, str]:
    """Return why a key names nothing that can be said of a node, and what would be right."""
    if name is None and key.startswith("@"):
        return f"{key!r} has the form of a keyword and is none", _MAP
    if name is None:
        return f"the @context maps {key!r} to nothing", _MAP
    if name.startswith("_:"):
        return "a blank node cannot be what is said of something", "name it by an IRI"
    if name.startswith("@"):
        return f"{name} says nothing of a node", "leave it out"
    return f"the @context maps no such name as {key!r}", _MAP


def _says_something(element: Any) -> bool:  # noqa: ANN401 - any JSON
    return element is not None and (not isinstance(element, Node) or element.keys() - {"@context"} != set())


def _statements(value: Mapping[str, Any]) -> int:
    """Return how many statements a value makes, in expanded form, with all that is nested in it."""
    if "@list" in value:
        return sum(2 + _statements(item) for item in value["@list"])
    if "@value" in value:
        return 0
    count = len(value.get("@type", ()))
    for name, items in value.items():
        if name in {"@graph", "@included"}:
            count += sum(map(_statements, items))
        elif name == "@reverse":
            count += sum(1 + _statements(item) for found in items.values() for item in found)
        elif not name.startswith("@"):
            count += sum(1 + _statements(item) for item in items)
    return count


def _each(value: Any, at: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Yield the strings of a value or of a list of values, with their places."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, str):
                yield below(at, number), item


def _fetch_nothing(address: str, _: object) -> Any:  # noqa: ANN401 - it never returns
    raise RdfSyntaxError(f"the context {address} would have to be fetched, and nothing is")


def _where(error: jsonld.JsonLdError) -> str:
    return f"at {error.at or '/'}: " if hasattr(error, "at") else ""


def _innermost(error: BaseException) -> str:
    while isinstance(error.__cause__, jsonld.JsonLdError | RdfSyntaxError):
        error = error.__cause__
    said = str(error.args[0]) if error.args else str(error)
    details = getattr(error, "details", None)
    return f"{said} {details}" if details else said
