"""Reading a document: bytes to a checked, frozen value that remembers where everything stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kg.errors import DocumentError
from kg.ingest.checks import check
from kg.ingest.complaints import kind_of, refusal
from kg.ingest.conditions import condition_keys
from kg.ingest.convert import content_hash
from kg.ingest.doubts import doubts_of_numbers
from kg.ingest.files import FileError, Folder, ReportText
from kg.ingest.geojson import GeometryError, check_wkt, to_wkt
from kg.ingest.json_notation import read_json
from kg.ingest.models import KINDS, ActorsDocument, AgreementDocument, PlacesDocument, ReportDocument
from kg.ingest.names import is_iri
from kg.ingest.notation import MAX_BYTES, decode, read_yaml, refused
from kg.ingest.opening import UnreadableError, read_within
from kg.ingest.outline import spell
from kg.ingest.sniffing import sniffed
from kg.ingest.walk import marked
from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.ingest.models import AnyDocument
    from kg.ingest.outline import Outline, Value
    from kg.model import Triple
    from kg.store.secret import Secret

_JSON = frozenset({".json"})
_YAML = frozenset({".yaml", ".yml"})
_RDF = frozenset({".ttl", ".nt", ".nq", ".n3", ".trig", ".trix", ".rdf", ".owl", ".jsonld", ".ttls"})
_TEXTS = frozenset({".txt", ".text", ".md"})


@dataclass(frozen=True, slots=True)
class Declared:
    """Something that a document describes: terms are `agreement#number`, claims and events `report/key`."""

    kind: str
    identifier: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a document names and another describes, with the field that names it."""

    kind: str
    identifier: str
    field: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: nothing in it has been looked up yet."""

    kind: str
    identifier: str
    name: str
    model: AnyDocument
    outline: Outline
    text: ReportText | None = None
    geometries: Mapping[str, str] = field(default_factory=dict)
    """Place id to WKT."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Key of a claim to the zone of its places, where its time has no other."""
    sent: frozenset[Triple] | None = None
    """The triples that the document came as, if it came as triples: what it says must be just these."""
    doubts: tuple[Problem, ...] = ()
    """Warnings about how it is written, which its model no longer shows."""

    @property
    def content_hash(self) -> str:
        """The SHA-256 of what it says, for comparing; for a report it is never published: `published_hash`.

        To find it takes a conversion: whoever converts the document has it already, in the `Conversion`.
        """
        return content_hash(self.model, self.text, self.geometries, self.outline, self.zones)

    def published_hash(self, secret: Secret, said: str | None = None) -> str:
        """Return the content hash as the store has it: of a report, keyed, or it would tell guesses right.

        `said` is the content hash, where that is known.
        """
        said = self.content_hash if said is None else said
        if not isinstance(self.model, ReportDocument):
            return said
        text = None if self.model.access == "public" else self.text
        return secret.of_content(said, text.keyed_hash(secret) if text else "")

    def declares(self) -> frozenset[Declared]:
        """Return what the document describes."""
        return frozenset(_declared(self.model))

    def norms(self) -> Mapping[str, frozenset[str]]:
        """Return the norms of an agreement by key, each with the keys of its conditions; none of others."""
        if not isinstance(self.model, AgreementDocument):
            return {}
        return condition_keys(norm for term in self.model.terms for norm in term.norms)

    def refers(self) -> tuple[Reference, ...]:
        """Return what the document names and does not describe itself, field by field."""
        own = {(declared.kind, declared.identifier) for declared in self.declares()}
        needed: list[Reference] = []
        for path, mark, name in marked(self.model):
            kind = getattr(mark, "kind", None)
            if kind is None or kind == "own-event":
                continue
            full = self.full_name(kind, name)
            if (kind, full) not in own:
                needed.append(Reference(kind, full, spell(self.outline.locate(path)[0])))
        return tuple(needed)

    def problem(self, field_path: str, message: str, rule: str, hint: str | None = None) -> Problem:
        """Return a problem at a field, given as people write it (`claims[3].quote`), with its line."""
        path = self.outline.nearest(field_path)
        if path is not None:
            return self.outline.problem(path, message, rule, hint)
        return Problem(self.name, None, field_path, message, rule, hint)

    def field_of(self, noun: str, name: str) -> str:
        """Return the field that describes a thing, such as `actors[3]` for the actor `avia`."""
        called = f"{noun} {name}"
        return next((spell(path) for path, known in self.outline.names.items() if known == called), "")

    def full_name(self, kind: str, name: str) -> str:
        """Return the name of a claim or event with its report's id; any other name as it is."""
        if kind in {"claim", "event"} and "/" not in name and not is_iri(name):
            return f"{self.identifier}/{name}"
        return name


def read_document(path: Path, top: Path | None = None) -> Document:
    """Return the document in that file; raise DocumentError with every problem found in it.

    `top` is a folder around it which was named and which no link may leave; without one, its own.
    """
    return read_text(read_bytes(path, top), str(path), path.parent, top)


def read_bytes(path: Path, top: Path | None = None) -> bytes:
    """Return what is in the file of a document, as far as `read_document` reads it, and raise what it raises.

    Of one that is too large, a byte more than it may have.
    """
    top = path.parent if top is None else top
    try:
        return read_within(top, path.relative_to(top), MAX_BYTES)
    except UnreadableError as error:
        raise refused(str(path), None, error.message, "document/unreadable", error.hint) from None


def read_text(data: bytes, name: str, folder: Path | None = None, top: Path | None = None) -> Document:
    """Return the document of those bytes, which came from a file, a request or standard input.

    The ending of the name says whether it is YAML or JSON. Without a folder the document cannot name
    files beside it; `top` is one around that. Raises DocumentError with every problem found.
    """
    value, outline = _parse(data, name)
    if folder is None or top is None:
        return assemble(value, outline, Folder(folder))
    return assemble(value, outline, Folder(top, folder.relative_to(top)))


def assemble(
    value: Value,
    outline: Outline,
    folder: Folder | None = None,
    *,
    text: ReportText | None = None,
    sent: frozenset[Triple] | None = None,
) -> Document:
    """Return the document of a value that was read from any notation; raise DocumentError as `read_text`.

    `text` stands for the report's own where that has been looked at already; `sent` is what the document
    came as, if it came as triples.
    """
    kind = kind_of(value, outline)
    try:
        model = KINDS[kind].model_validate(value)
    except ValidationError as error:
        raise refusal(error, KINDS[kind], outline, value) from None
    problems = check(model, outline)
    reader = _Files(folder or Folder(None), outline, problems)
    text = text or reader.text(model)
    geometries = reader.geometries(model)
    if problems:
        raise DocumentError(problems)
    doubts = tuple(doubts_of_numbers(value, outline))
    return Document(kind, model.id, outline.file, model, outline, text, geometries, sent=sent, doubts=doubts)


def _parse(data: bytes, name: str) -> tuple[Value, Outline]:
    ending = Path(name).suffix.lower()
    if ending in _JSON:
        return read_json(decode(data, name), name)
    if ending in _YAML:
        return read_yaml(decode(data, name), name)
    raise refused(name, None, *_not_a_document(ending, data))


def _not_a_document(ending: str, data: bytes) -> tuple[str, str, str]:
    """Return what a file is that is no document by its name, the rule, and where such files go."""
    rule = "document/unknown-format"
    if ending in _RDF:
        return (
            f"is RDF by its name ({ending}), and documents are YAML or JSON",
            rule,
            "RDF goes over HTTP to its graph: PUT /graphs?graph=IRI (docs/documents/rdf.md)",
        )
    what = sniffed(data)
    if what != "text" or ending in _TEXTS:
        said = "a text" if what == "text" else what
        return f"is {said}, no document", rule, "to write a document for a text: servanda new report FILE"
    message = f"is neither YAML nor JSON by its name: {ending or 'no ending'}"
    return message, rule, "end the name with .yaml, .yml or .json"


class _Files:
    """Reads the files that a document names, and notes which cannot be used."""

    def __init__(self, folder: Folder, outline: Outline, problems: list[Problem]) -> None:
        self.folder = folder
        self.outline = outline
        self.problems = problems

    def text(self, model: AnyDocument) -> ReportText | None:
        """Return the report's text, if the document is one of a report."""
        if not isinstance(model, ReportDocument):
            return None
        field = "text_file" if model.text_file is not None else "text"
        try:
            if model.text_file is not None:
                return ReportText.of(self.folder.read(model.text_file), model.text_file)
            if model.text is not None:
                return ReportText.of(model.text.encode("utf-8", "surrogatepass"), "the text")
        except FileError as error:
            self.problems.append(self.outline.problem((field,), error.message, error.rule, error.hint))
        return None

    def geometries(self, model: AnyDocument) -> dict[str, str]:
        """Return the outlines of places as WKT."""
        found: dict[str, str] = {}
        for index, place in enumerate(model.places if isinstance(model, PlacesDocument) else ()):
            field = "geometry_file" if place.geometry_file is not None else "geometry"
            try:
                if place.geometry_file is not None:
                    found[place.id] = to_wkt(self.folder.outline(place.geometry_file))
                elif place.geometry is not None:
                    found[place.id] = check_wkt(place.geometry)
            except FileError as error:
                problem = self.outline.problem(
                    ("places", index, field), error.message, error.rule, error.hint
                )
                self.problems.append(problem)
            except GeometryError as error:
                path = ("places", index, field)
                problem = self.outline.problem(path, str(error), "geometry/unusable", error.hint)
                self.problems.append(problem)
        return found


def _declared(model: AnyDocument) -> Iterator[Declared]:
    if isinstance(model, ActorsDocument):
        yield from (Declared("actor", actor.id, actor.type) for actor in model.actors)
    elif isinstance(model, PlacesDocument):
        yield from (Declared("place", place.id, place.type) for place in model.places)
    elif isinstance(model, AgreementDocument):
        yield Declared("agreement", model.id, model.type)
        yield from (Declared("term", f"{model.id}#{term.number}") for term in model.terms)
    else:
        yield Declared("report", model.id, model.type)
        yield from (Declared("event", f"{model.id}/{event.key}", event.type) for event in model.events)
        yield from (Declared("claim", f"{model.id}/{claim.key}") for claim in model.claims)
