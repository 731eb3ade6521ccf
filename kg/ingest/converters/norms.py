"""Norms as triples: one reading group for each, and one norm for each of its readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.ingest.conditions import own_dependences
from kg.ingest.converters.measures import add_distance, add_limit, add_objects
from kg.ingest.converters.order import in_order
from kg.ingest.models.agreement import SequenceForm
from kg.ingest.models.common import Time
from kg.ingest.names import below
from kg.terms import RDFS, SVD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import URIRef

    from kg.ingest.builder import Builder
    from kg.ingest.models.agreement import AgreementDocument, ConditionForm, Norm, Rule
    from kg.ingest.outline import Path

TYPES = {
    "obligation": SVD.Obligation,
    "prohibition": SVD.Prohibition,
    "permission": SVD.Permission,
    "declaration": SVD.Declaration,
}
ONLY = "only"
_FROM_DATE = "The agreement states no entry into force; it is taken to apply from its date."


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading with the norm behind it: what the one leaves out, the other says."""

    key: str
    rule: Rule
    norm: Norm
    path: Path
    norm_path: Path

    def where(self, field: str) -> tuple[Rule, Path]:
        """Return whichever of the two states the field, and the field's path."""
        name = f"{field}_" if field in {"from", "if"} else field
        if name in self.rule.model_fields_set:
            return self.rule, (*self.path, field)
        return self.norm, (*self.norm_path, field)


def add_norm(norm: Norm, document: AgreementDocument, term: URIRef, builder: Builder, path: Path) -> None:
    """Add a norm of the term: its reading group and every reading."""
    agreement = builder.names.of("agreement", document.id)
    group = builder.node(below(agreement, "norm", norm.key), SVD.ReadingGroup, path)
    builder.text(group, SVD.key, norm.key, (*path, "key"))
    builder.add(group, SVD.inTerm, term, path)
    builder.add(group, SVD.ofAgreement, agreement, path)
    builder.tagged(group, RDFS.label, norm.gist, (*path, "gist"))
    nodes = [below(group, "reading", reading.key) for reading in _readings(norm, path)]
    for reading, subject in zip(_readings(norm, path), nodes, strict=True):
        _reading(reading, subject, document, builder)
        builder.add(subject, SVD.ofReadingGroup, group, reading.path)
        builder.add(subject, SVD.inTerm, term, reading.path)
        builder.add(subject, SVD.ofAgreement, agreement, reading.path)
        _texts(reading, subject, document, builder)
        _exceptions(reading, subject, builder)
        _measures(reading, subject, builder)
        _conditions(reading, subject, group, document, builder)
        _times(reading, subject, document, builder)
        for other in nodes:
            if other != subject:
                builder.add(subject, SVD.alternativeReadingOf, other, reading.path)


def _readings(norm: Norm, path: Path) -> Iterator[_Reading]:
    if not norm.readings:
        yield _Reading(ONLY, norm, norm, path, path)
    for index, reading in enumerate(norm.readings):
        yield _Reading(reading.key, reading, norm, (*path, "readings", index), path)


def _reading(reading: _Reading, subject: URIRef, document: AgreementDocument, builder: Builder) -> None:
    rule, path = reading.where("kind")
    builder.node(subject, TYPES[rule.kind or reading.norm.kind], reading.path)
    builder.text(subject, SVD.key, reading.key, (*reading.path, "key"))
    rule, path = reading.where("gist")
    builder.tagged(subject, SVD.gist, rule.gist, path)
    rule, path = reading.where("bearers")
    builder.things(subject, SVD.binds, "actor", rule.bearers, path)
    rule, path = reading.where("owed_to")
    builder.things(subject, SVD.owedTo, "actor", rule.owed_to, path)
    rule, path = reading.where("action")
    builder.code(subject, SVD.action, "action", rule.action, path)
    rule, path = reading.where("places")
    stated = "places" in rule.model_fields_set
    places = rule.places if stated else document.places
    builder.things(subject, SVD.appliesInPlace, "place", places, path if stated else ("places",))
    rule, path = reading.where("period")
    builder.text(subject, SVD.periodStated, rule.period, path)
    rule, path = reading.where("renewal")
    builder.text(subject, SVD.renewal, rule.renewal, path)
    rule, path = reading.where("read_by")
    builder.things(subject, SVD.readBy, "actor", [rule.read_by], path)
    rule, _ = reading.where("note")
    builder.note(subject, rule.note, reading.path)


def _texts(reading: _Reading, subject: URIRef, document: AgreementDocument, builder: Builder) -> None:
    """Add in the words of which texts the reading is found; refuse texts that the agreement does not list."""
    rule, path = reading.where("texts")
    known = [text.key for text in document.texts]
    for index, key in enumerate(rule.texts):
        here = (*path, index) if (*path, index) in builder.outline.lines else path
        if key not in known:
            hint = f"keys of texts: {', '.join(known) or 'none'}"
            builder.refuse(here, "reference/unknown", f"there is no text {key!r}", hint)
        agreement = builder.names.of("agreement", document.id)
        builder.add(subject, SVD.readsText, below(agreement, "text", key), here)


def _exceptions(reading: _Reading, subject: URIRef, builder: Builder) -> None:
    """Add what the reading does not apply to, in an order of its content."""
    rule, path = reading.where("unless")
    names = builder.names
    said = [
        {
            **exception.model_dump(),
            "targets": sorted({names.of("actor", name) for name in exception.targets}),
            "actors": sorted({names.of("actor", name) for name in exception.actors}),
            "acts": sorted(set(exception.acts)),
            "places": sorted({names.of("place", name) for name in exception.places}),
        }
        for exception in rule.unless
    ]
    for number, index in in_order(said):
        exception, here = rule.unless[index], (*path, index)
        node = builder.node(below(subject, "exception", number), SVD.Exception, here)
        builder.add(subject, SVD.exception, node, here)
        builder.text(node, SVD.exceptionText, exception.words, (*here, "words"))
        builder.tagged(node, SVD.gist, exception.gist, (*here, "gist"))
        builder.things(node, SVD.exemptTarget, "actor", exception.targets, (*here, "targets"))
        builder.things(node, SVD.exemptActor, "actor", exception.actors, (*here, "actors"))
        for act in exception.acts:
            builder.code(node, SVD.exemptAct, "event-type", act, (*here, "acts"))
        builder.things(node, SVD.exemptPlace, "place", exception.places, (*here, "places"))
        builder.note(node, exception.note, here)


def _measures(reading: _Reading, subject: URIRef, builder: Builder) -> None:
    """Add of what, how far from where, and how many."""
    rule, path = reading.where("objects")
    add_objects(rule.objects, subject, builder, path)
    rule, path = reading.where("distance")
    add_distance(rule.distance, subject, builder, path)
    rule, path = reading.where("quantity")
    add_limit(rule.quantity, subject, builder, path)


def _conditions(
    reading: _Reading, subject: URIRef, group: URIRef, document: AgreementDocument, builder: Builder
) -> None:
    """Add on what the reading depends and after what it has to be done, by key below the norm."""
    for field in ("if", "after"):
        rule, path = reading.where(field)
        prefix = "" if rule is reading.norm else f"{reading.key}-"
        conditions, after = (rule.if_, None) if field == "if" else ((), rule.after)
        for one in own_dependences(conditions, after, prefix, path[:-1]):
            here = one.path if one.path in builder.outline.lines else path
            node = below(group, "condition", one.key)
            _condition(one.form, node, document, builder, here)
            if isinstance(one.form, SequenceForm):
                builder.text(node, SVD.within, one.form.period, (*here, "period"))
            builder.add(subject, SVD.follows if one.is_sequence else SVD.condition, node, here)


def _condition(
    form: ConditionForm | SequenceForm,
    node: URIRef,
    document: AgreementDocument,
    builder: Builder,
    path: Path,
) -> None:
    agreement = builder.names.of("agreement", document.id)
    builder.node(node, SVD.Condition, path)
    builder.text(node, SVD.key, str(node).rpartition("/")[2], (*path, "key"))
    if form.words is None and form.norm is None and form.event is None:
        builder.refuse(
            path, "document/missing-field", "says not after what", "give `norm`, `event` or `words`"
        )
    words = form.words or (f"after norm {form.norm}" if form.norm else f"after {form.event}")
    builder.text(node, SVD.conditionText, words, (*path, "words"))
    if form.norm is not None:
        known = [norm.key for term in document.terms for norm in term.norms]
        if form.norm not in known:
            message = f"there is no norm {form.norm!r} in this agreement"
            builder.refuse((*path, "norm"), "reference/unknown", message, f"its norms: {', '.join(known)}")
        builder.add(node, SVD.conditionNorm, below(agreement, "norm", form.norm), (*path, "norm"))
    builder.code(node, SVD.conditionEvent, "event-type", form.event, (*path, "event"))
    builder.things(node, SVD.conditionActor, "actor", form.actors, (*path, "actors"))
    builder.things(node, SVD.conditionPlace, "place", form.places, (*path, "places"))
    if form.event is None and (form.actors or form.places):
        message = "`actors` and `places` are those of an event"
        builder.refuse(path, "document/missing-field", message, "give `event` too, of the list event-type")
    builder.note(node, form.note, path)


def _times(reading: _Reading, subject: URIRef, document: AgreementDocument, builder: Builder) -> None:
    """Add from when, until when and by when; a norm begins with its agreement unless it says otherwise."""
    rule, path = reading.where("from")
    if rule.from_ is not None:
        begin = builder.time(below(subject, "from"), rule.from_, document.zone, path)
    elif document.entry_into_force is not None:
        begin = below(builder.names.of("agreement", document.id), "in-force")
    else:
        date = Time(value=document.date, inferred=("start",), reason=_FROM_DATE)
        begin = builder.time(below(subject, "from"), date, document.zone, path)
    builder.add(subject, SVD.appliesFrom, begin, path)
    rule, path = reading.where("until")
    if rule.until is not None:
        until = builder.time(below(subject, "until"), rule.until, document.zone, path)
        builder.add(subject, SVD.appliesUntil, until, path)
        _refuse_reversed(begin, until, builder, path)
    rule, path = reading.where("deadline")
    if rule.deadline is not None:
        deadline = builder.time(below(subject, "deadline"), rule.deadline, document.zone, path)
        builder.add(subject, SVD.deadline, deadline, path)
        _warn_of_deadline(begin, deadline, builder, path)


def _warn_of_deadline(begin: URIRef, deadline: URIRef, builder: Builder, path: Path) -> None:
    """Note a deadline that is over before the norm begins."""
    first, last = builder.spans.get(begin), builder.spans.get(deadline)
    if first is None or last is None or first.earliest is None or last.latest is None:
        return
    if last.latest < first.earliest:
        message = f"the deadline ({last.edtf}) is over before the norm begins ({first.edtf})"
        hint = "look at both; without `from` a norm begins with its agreement"
        builder.warn(path, "time/deadline-before-start", message, hint)


def _refuse_reversed(begin: URIRef, until: URIRef, builder: Builder, path: Path) -> None:
    """Refuse an end of which even the last second lies before the first of the beginning."""
    first, last = builder.spans.get(begin), builder.spans.get(until)
    if first is None or last is None or first.earliest is None or last.latest is None:
        return
    if last.latest < first.earliest:
        message = f"the norm ends ({last.edtf}) before it begins ({first.edtf})"
        hint = "write a later `until`, or an earlier `from`; without `from` a norm begins with its agreement"
        builder.refuse(path, "time/reversed", message, hint)
