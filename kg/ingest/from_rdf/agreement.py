"""An agreement from triples: its texts, terms, wordings and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.converters import changes
from kg.ingest.converters.agreement import TYPES
from kg.ingest.converters.measures import BOUNDS, CALIBRES
from kg.ingest.converters.norms import ONLY
from kg.ingest.converters.norms import TYPES as NORMS
from kg.ingest.from_rdf.times import read_time
from kg.ingest.from_rdf.view import agreement_or_term, code, codes, name, names, word, words
from kg.terms import DCTERMS, ELI, RDF, RDFS, SCHEMA, SKOS, SVD

if TYPE_CHECKING:
    from rdflib.term import Node, URIRef

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path, Value

_WORDS = {str(iri): word for word, iri in TYPES.items()}
_KINDS = {str(iri): word for word, iri in NORMS.items()}
_AGREEMENT = (
    ("id", DCTERMS.identifier, word),
    ("title", DCTERMS.title, word),
    ("date", ELI.date_document, word),
    ("parties", SVD.party, names("actor")),
    ("signatories", SVD.signatory, names("actor")),
    ("mediators", SVD.mediator, names("actor")),
    ("guarantors", SVD.guarantor, names("actor")),
    ("witnesses", SVD.witness, names("actor")),
    ("monitors", SVD.monitor, names("actor")),
    ("places", SVD.localTo, names("place")),
    ("part_of", SVD.madeUnder, name("agreement")),
    ("annexes", ELI.has_annex, names("agreement")),
    ("pax_id", SVD.paxId, word),
    ("see_also", RDFS.seeAlso, words),
    ("note", SKOS.note, word),
)
_TEXT = (
    ("lang", DCTERMS.language, word),
    ("status", SVD.textStatus, code("text-status")),
    ("publisher", SVD.publisherName, word),
    ("url", SCHEMA.url, word),
    ("complete", SVD.complete, word),
    ("note", SKOS.note, word),
)
_WORDING = (
    ("words", SVD.wordingText, word),
    ("status", SVD.wordingStatus, code("wording-status")),
    ("url", SCHEMA.url, word),
)
_NORM = (
    ("gist", SVD.gist, word),
    ("bearers", SVD.binds, names("actor")),
    ("owed_to", SVD.owedTo, names("actor")),
    ("action", SVD.action, code("action")),
    ("places", SVD.appliesInPlace, names("place")),
    ("period", SVD.periodStated, word),
    ("renewal", SVD.renewal, word),
    ("read_by", SVD.readBy, name("actor")),
    ("note", SKOS.note, word),
)
_EXCEPTION = (
    ("words", SVD.exceptionText, word),
    ("gist", SVD.gist, word),
    ("targets", SVD.exemptTarget, names("actor")),
    ("actors", SVD.exemptActor, names("actor")),
    ("acts", SVD.exemptAct, codes("event-type")),
    ("places", SVD.exemptPlace, names("place")),
    ("note", SKOS.note, word),
)
_OBJECT = (("category", SVD.materielCategory, code("weapon-category")), ("models", SVD.model, words))
_CALIBRE = tuple((field, predicate, word) for field, predicate in CALIBRES)
_LIMIT = tuple((field, predicate, word) for field, predicate in BOUNDS)
_DISTANCE = (("from", SVD.measuredFrom, name("place")), *_LIMIT)
_QUANTITY = (("kind", SVD.quantityKind, code("quantity-kind")), *_LIMIT)
_CHANGE = (("words", SVD.changeWords, word), ("note", SKOS.note, word))
_CONDITION = (
    ("key", SVD.key, word),
    ("words", SVD.conditionText, word),
    ("event", SVD.conditionEvent, code("event-type")),
    ("actors", SVD.conditionActor, names("actor")),
    ("places", SVD.conditionPlace, names("place")),
    ("period", SVD.within, word),
    ("note", SKOS.note, word),
)
_TIMES = (("from", SVD.appliesFrom), ("until", SVD.appliesUntil), ("deadline", SVD.deadline))


def read_agreement(view: View, identifier: str) -> Fields:
    """Return the document of the agreement that the triples describe."""
    agreement = view.names.of("agreement", identifier)
    view.language = view.language_of([(agreement, DCTERMS.title)])
    found = view.fill(agreement, (), _AGREEMENT)
    view.note(("type",), agreement, RDF.type)
    found |= {"id": identifier, "lang": view.language}
    found["type"] = _WORDS.get(view.text(agreement, RDF.type), view.text(agreement, RDF.type))
    force = view.one(agreement, SVD.entersIntoForce)
    if force is not None:
        found["entry_into_force"] = read_time(view, force, ("entry_into_force",))
    reader = _Agreement(view, agreement, f"agreement/{identifier}", force)
    found |= _changes(view, agreement)
    return {**found, "texts": reader.texts(), "terms": reader.terms()}


class _Agreement:
    """Reads the parts of one agreement."""

    def __init__(self, view: View, agreement: URIRef, path: str, force: Node | None) -> None:
        self.view = view
        self.agreement = agreement
        self.path = path
        self.force = force
        self.local = bool(view.many(agreement, SVD.localTo))
        self.wordings = _grouped(view, view.of_type(SVD.Wording), SVD.ofTerm)
        self.norms = _grouped(view, view.of_type(SVD.ReadingGroup), SVD.inTerm)
        norms = [node for node, _ in view.of_types(NORMS.values())]
        self.readings = _grouped(view, norms, SVD.ofReadingGroup)

    def key(self, node: Node | None, kind: str) -> str:
        return self.view.key(node, kind, self.path)

    def texts(self) -> list[Value]:
        listed: list[Value] = []
        for index, node in enumerate(self.view.of_type(SVD.AgreementText)):
            path: Path = ("texts", index)
            self.view.note((*path, "key"), node)
            listed.append({"key": self.key(node, "text"), **self.view.fill(node, path, _TEXT)})
        return listed

    def terms(self) -> list[Value]:
        view = self.view
        nodes = sorted(view.of_type(SVD.Term), key=view.ordinal)
        return [self._term(node, ("terms", index)) for index, node in enumerate(nodes)]

    def _term(self, node: Node, path: Path) -> Fields:
        view = self.view
        view.note(path, node)
        view.note((*path, "number"), node, ELI.number)
        view.note((*path, "part_of"), node, ELI.is_part_of)
        found: Fields = {"number": self.key(node, "term")}
        parent = view.one(node, ELI.is_part_of)
        if parent is not None and parent != self.agreement:
            found["part_of"] = self.key(parent, "term")
        wordings: list[Value] = []
        for index, wording in enumerate(self.wordings.get(node, [])):
            here: Path = (*path, "wordings", index)
            view.note((*here, "text"), wording, SVD.inText)
            text = self.key(view.one(wording, SVD.inText), "text")
            wordings.append({"text": text, **view.fill(wording, here, _WORDING)})
        groups = enumerate(self.norms.get(node, []))
        norms: list[Value] = [self._norm(group, (*path, "norms", index)) for index, group in groups]
        return {**found, "wordings": wordings, "norms": norms}

    def _norm(self, group: Node, path: Path) -> Fields:
        """Return a norm whose readings state everything themselves; a single one is the norm."""
        view, key = self.view, self.key(group, "norm")
        view.note(path, group)
        view.note((*path, "gist"), group, RDFS.label)
        gist = view.text(group, RDFS.label)
        found: Fields = {"key": key, "gist": gist} if gist else {"key": key}
        readings = self.readings.get(group, [])
        keys = [view.key(node, f"norm/{key}/reading", self.path) for node in readings]
        if keys == [ONLY] and view.text(readings[0], SVD.gist) == gist:
            return found | self._reading(readings[0], path) | found
        listed = [
            {"key": name, **self._reading(node, (*path, "readings", index))}
            for index, (name, node) in enumerate(zip(keys, readings, strict=True))
        ]
        for field, predicate in (("kind", RDF.type), ("action", SVD.action)):
            view.note((*path, field), readings[0] if readings else group, predicate)
            found |= next(({field: reading[field]} for reading in listed if field in reading), {})
        values: list[Value] = list(listed)
        return {**found, "readings": values}

    def _reading(self, node: Node, path: Path) -> Fields:
        view = self.view
        found = view.fill(node, path, _NORM)
        if self.local:
            found.setdefault("places", [])
        view.note((*path, "kind"), node, RDF.type)
        found["kind"] = next(
            _KINDS[str(type_)] for type_ in view.many(node, RDF.type) if str(type_) in _KINDS
        )
        view.note((*path, "unless"), node, SVD.exception)
        exceptions: list[Value] = [
            view.fill(exception, (*path, "unless", index), _EXCEPTION)
            for index, exception in enumerate(view.many(node, SVD.exception))
        ]
        if exceptions:
            found["unless"] = exceptions
        view.note((*path, "texts"), node, SVD.readsText)
        texts: list[Value] = [self.key(text, "text") for text in view.many(node, SVD.readsText)]
        if texts:
            found["texts"] = texts
        found |= self._measures(node, path)
        found |= self._conditions(node, path)
        for field, predicate in _TIMES:
            view.note((*path, field), node, predicate)
            time = view.one(node, predicate)
            if time is not None and not (field == "from" and time == self.force):
                found[field] = read_time(view, time, (*path, field))
        return found

    def _measures(self, node: Node, path: Path) -> Fields:
        """Return of what, how far from where, and how many."""
        view = self.view
        found: Fields = {}
        view.note((*path, "objects"), node, SVD.ofMateriel)
        objects: list[Value] = []
        for index, item in enumerate(view.many(node, SVD.ofMateriel)):
            here: Path = (*path, "objects", index)
            said = view.fill(item, here, _OBJECT)
            if calibre := view.fill(item, (*here, "calibre"), _CALIBRE):
                said["calibre"] = calibre
            objects.append(said)
        if objects:
            found["objects"] = objects
        for field, predicate, table in (
            ("distance", SVD.distanceLimit, _DISTANCE),
            ("quantity", SVD.quantityLimit, _QUANTITY),
        ):
            limit = view.one(node, predicate)
            if limit is None:
                view.note((*path, field), node, predicate)
            else:
                found[field] = view.fill(limit, (*path, field), table)
        return found

    def _conditions(self, node: Node, path: Path) -> Fields:
        view = self.view
        found: Fields = {}
        view.note((*path, "if"), node, SVD.condition)
        view.note((*path, "after"), node, SVD.follows)
        conditions: list[Value] = [
            self._condition(one, (*path, "if", index))
            for index, one in enumerate(view.many(node, SVD.condition))
        ]
        if conditions:
            found["if"] = conditions
        after = view.one(node, SVD.follows)
        if after is not None:
            found["after"] = self._condition(after, (*path, "after"))
        return found

    def _condition(self, node: Node, path: Path) -> Fields:
        view = self.view
        found = view.fill(node, path, _CONDITION)
        view.note((*path, "norm"), node, SVD.conditionNorm)
        norm = view.one(node, SVD.conditionNorm)
        if norm is not None:
            found["norm"] = self.key(norm, "norm")
        return found


def _changes(view: View, agreement: URIRef) -> Fields:
    """Return what the agreement does to others, and what others do to it, by field."""
    found: dict[str, list[Value]] = {}
    for made, fields in ((True, changes.TYPES), (False, changes.SUFFERED)):
        ends = (SVD.changingText, SVD.changedText) if made else (SVD.changedText, SVD.changingText)
        for field, type_ in fields.items():
            for node in view.of_type(type_):
                if _is_of(view.one(node, SVD.changingText), agreement) == made:
                    listed = found.setdefault(field, [])
                    path: Path = (field, len(listed))
                    listed.append(_change(view, node, path, ends, "by" if made else "of"))
    return dict(found)


def _is_of(text: Node | None, agreement: URIRef) -> bool:
    return text == agreement or str(text).startswith(f"{agreement}/term/")


def _change(view: View, node: Node, path: Path, ends: tuple[URIRef, URIRef], own: str) -> Fields:
    entry = view.fill(node, path, _CHANGE)
    for field, end in zip((own, "agreement"), ends, strict=True):
        view.note((*path, field), node, end)
        said = view.one(node, end)
        if said is None:
            continue
        named = agreement_or_term(view, said)
        if field == "agreement":
            entry |= named
        elif "term" in named:
            entry[own] = named["term"]
    for field, predicate in (("from", SVD.takesEffect), ("until", SVD.effectEnds)):
        view.note((*path, field), node, predicate)
        time = view.one(node, predicate)
        if time is not None:
            entry[field] = read_time(view, time, (*path, field))
    return entry


def _grouped(view: View, nodes: list[Node], predicate: URIRef) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for node in nodes:
        whole = view.one(node, predicate)
        if whole is not None:
            found.setdefault(whole, []).append(node)
    return found
