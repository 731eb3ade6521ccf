"""What a document must keep in itself, whatever else is known: nothing twice, nothing contradictory."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kg.ingest.conditions import faults
from kg.ingest.converters.changes import SUFFERED
from kg.ingest.converters.changes import TYPES as MADE
from kg.ingest.models import ActorsDocument, AgreementDocument, PlacesDocument, ReportDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.ingest.models import AnyDocument
    from kg.ingest.models.agreement import ChangeMade, ChangeSuffered, Norm, Rule, Term
    from kg.ingest.models.common import Time
    from kg.ingest.models.places import Place
    from kg.ingest.models.report import Claim, Denied, QuantityForm
    from kg.ingest.outline import Outline, Path
    from kg.model import Problem

_INFERRED = ("year", "month", "day", "start", "end", "zone")


def check(document: AnyDocument, outline: Outline) -> list[Problem]:
    """Return what is wrong with the document in itself."""
    checker = _Checker(outline)
    if isinstance(document, ActorsDocument):
        checker.unique(("actors",), "id", [actor.id for actor in document.actors])
    elif isinstance(document, PlacesDocument):
        checker.places(document)
    elif isinstance(document, AgreementDocument):
        checker.agreement(document)
    else:
        checker.report(document)
    return checker.problems


class _Checker:
    """Gathers the problems of one document."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.problems: list[Problem] = []

    def refuse(self, path: Path, rule: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self.outline.problem(path, message, rule, hint))

    def unique(self, path: Path, field: str, names: Iterable[str]) -> None:
        """Refuse a name that another item of the list has already."""
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            if name in first:
                line = self.outline.locate((*path, first[name]))[1]
                self.refuse(
                    (*path, index, field),
                    "document/duplicate-id",
                    f"{field} {name!r} is given twice, first on line {line}",
                    "give each its own",
                )
            first.setdefault(name, index)

    def one_of(self, path: Path, given: Sequence[str], fields: str, hint: str) -> None:
        """Refuse none or several of fields of which exactly one is needed."""
        if len(given) == 1:
            return
        rule = "document/contradiction" if given else "document/missing-field"
        said = f"has {' and '.join(given)}" if given else f"has neither {fields}"
        self.refuse((*path, given[-1]) if given else path, rule, said, hint)

    def time(self, time: Time | None, path: Path) -> None:
        """Refuse a time that says nothing, and inferred parts that are not known."""
        if time is None:
            return
        if time.value is None and time.text is None:
            self.refuse(
                path,
                "document/missing-field",
                "has neither value nor text",
                "give `value`, or `text` alone for a time that cannot be dated",
            )
        for index, part in enumerate(time.inferred):
            if part not in _INFERRED:
                self.refuse(
                    (*path, "inferred", index),
                    "document/unknown-value",
                    f"{part!r} cannot be inferred",
                    f"one of: {', '.join(_INFERRED)}",
                )

    def places(self, document: PlacesDocument) -> None:
        self.unique(("places",), "id", [place.id for place in document.places])
        for index, place in enumerate(document.places):
            self.place(document, place, ("places", index))

    def place(self, document: PlacesDocument, place: Place, path: Path) -> None:
        if place.geometry is not None and place.geometry_file is not None:
            self.one_of(path, ["geometry", "geometry_file"], "", "keep one of the two")
        for field, entries in (("within", place.within), ("covers", place.covers)):
            self.unique((*path, field), "place", [entry.place for entry in entries])
            for number, entry in enumerate(entries):
                if entry.authority is None and document.authority is None:
                    self.refuse(
                        (*path, field, number),
                        "document/missing-field",
                        "no authority says that one place lies within the other",
                        "give `authority` for the document, or {place, authority} here",
                    )
        self.claims_on(place, path)
        for field, types in (("extent", ("agreement-zone",)), ("defined_by", ("agreement-zone", "boundary"))):
            if place.type not in types and getattr(place, field) is not None:
                self.refuse(
                    (*path, field),
                    "document/contradiction",
                    f"only an {' or a '.join(types)} has {field}",
                    f"make it `type: {types[0]}` or leave the field out",
                )

    def claims_on(self, place: Place, path: Path) -> None:
        if place.claimed_by and place.territory_of is not None:
            self.refuse(
                (*path, "territory_of"),
                "document/contradiction",
                "a place that is claimed is nobody's undisputed territory",
                "leave `territory_of` out; each claim on it stands in `claimed_by`",
            )
        for number, claim in enumerate(place.claimed_by):
            self.time(claim.from_, (*path, "claimed_by", number, "from"))
            self.time(claim.until, (*path, "claimed_by", number, "until"))

    def agreement(self, document: AgreementDocument) -> None:
        self.unique(("texts",), "key", [text.key for text in document.texts])
        self.unique(("terms",), "number", [term.number for term in document.terms])
        self.time(document.entry_into_force, ("entry_into_force",))
        keys = {text.key for text in document.texts}
        numbers = {term.number for term in document.terms}
        all_keys, all_numbers = ", ".join(sorted(keys)), ", ".join(sorted(numbers))
        parents = {term.number: term.part_of for term in document.terms}
        for index, term in enumerate(document.terms):
            path: Path = ("terms", index)
            self.unique((*path, "wordings"), "text", [wording.text for wording in term.wordings])
            for number, wording in enumerate(term.wordings):
                if wording.text not in keys:
                    self.refuse(
                        (*path, "wordings", number, "text"),
                        "reference/unknown",
                        f"there is no text {wording.text!r}",
                        f"keys of texts: {all_keys}",
                    )
            if term.part_of is not None and term.part_of not in numbers:
                self.refuse(
                    (*path, "part_of"),
                    "reference/unknown",
                    f"there is no term {term.part_of!r}",
                    f"numbers of terms: {all_numbers}",
                )
            elif _circular(term.number, parents):
                self.refuse(
                    (*path, "part_of"),
                    "document/contradiction",
                    "the term is part of itself",
                    "name the term above it, or leave `part_of` out of the topmost",
                )
        self.norms(document)
        self.changes(document, numbers)

    def norms(self, document: AgreementDocument) -> None:
        first: dict[str, Path] = {}
        for path, norm in norms_of(document.terms):
            if norm.key in first:
                line = self.outline.locate(first[norm.key])[1]
                self.refuse(
                    (*path, "key"),
                    "document/duplicate-id",
                    f"key {norm.key!r} is given twice, first on line {line}",
                    "give each its own",
                )
            first.setdefault(norm.key, path)
            self.unique((*path, "readings"), "key", [reading.key for reading in norm.readings])
            for where, rule in (
                (path, norm),
                *(((*path, "readings", number), reading) for number, reading in enumerate(norm.readings)),
            ):
                self.measures(rule, where)
                keys = [condition.key or str(place) for place, condition in enumerate(rule.if_, 1)]
                self.unique((*where, "if"), "key", keys)
                for field, time in (("from", rule.from_), ("until", rule.until), ("deadline", rule.deadline)):
                    self.time(time, (*where, field))
        for fault in faults(norms_of(document.terms)):
            self.refuse(fault.path, "document/contradiction", fault.message, fault.hint)

    def measures(self, rule: Rule, path: Path) -> None:
        """Refuse measures that measure nothing, or bounds that no number keeps."""
        for index, item in enumerate(rule.objects):
            here: Path = (*path, "objects", index)
            if item.category is None and not item.models and item.calibre is None:
                self.refuse(
                    here,
                    "document/missing-field",
                    "has neither category, models nor calibre",
                    "say what it is: `category: howitzer`, `models: [Uragan]` or `calibre: {at_least: 100}`",
                )
        for field, limit in (("distance", rule.distance), ("quantity", rule.quantity)):
            if limit is None:
                continue
            if limit.at_least is None and limit.at_most is None:
                hint = "write `at_least: 25` or `at_most: 90`"
                self.refuse(
                    (*path, field), "document/missing-field", "has neither at_least nor at_most", hint
                )
            elif None not in {limit.at_least, limit.at_most} and _less(limit.at_most, limit.at_least):
                hint = "write the smaller number in `at_least`"
                message = "at_most is less than at_least"
                self.refuse((*path, field, "at_most"), "document/contradiction", message, hint)
        if rule.distance is not None and rule.distance.from_ in rule.places:
            self.refuse(
                (*path, "places"),
                "document/contradiction",
                f"the norm applies in {rule.distance.from_!r}, and at a distance from it",
                "leave it out of `places`: the distance alone says where the norm applies",
            )

    def changes(self, document: AgreementDocument, numbers: set[str]) -> None:
        """Refuse changes of the agreement by itself, terms that it does not have, ends of what has none."""
        for field in (*MADE, *SUFFERED):
            for index, change in enumerate(getattr(document, field)):
                path: Path = (field, index)
                self.change(change, document.id, numbers, path)
                for name, time in (("from", change.from_), ("until", change.until)):
                    self.time(time, (*path, name))
        for field, named in (("part_of", [document.part_of]), ("annexes", document.annexes)):
            if document.id in named:
                hint = "name the other agreement, or leave it out"
                self.refuse(
                    (field,), "document/contradiction", "the agreement is named as its own part", hint
                )

    def change(
        self, change: ChangeMade | ChangeSuffered, identifier: str, numbers: set[str], path: Path
    ) -> None:
        field = path[0]
        own = "by" if field in MADE else "of"
        number = getattr(change, own)
        if number is not None and number not in numbers:
            self.refuse(
                (*path, own),
                "reference/unknown",
                f"there is no term {number!r} in this agreement",
                f"numbers of terms: {', '.join(sorted(numbers))}",
            )
        if change.agreement == identifier:
            self.refuse(
                (*path, "agreement"),
                "document/contradiction",
                "an agreement does not change itself",
                "name the other agreement; of this one's norms say `from` and `until`",
            )
        if change.until is not None and field not in {"suspends", "suspended_by"}:
            self.refuse(
                (*path, "until"),
                "document/contradiction",
                "only a suspension ends",
                "write it under `suspends` or `suspended_by`, or leave `until` out",
            )

    def report(self, document: ReportDocument) -> None:
        self.unique(("events",), "key", [event.key for event in document.events])
        self.unique(("claims",), "key", [claim.key for claim in document.claims])
        self.unique(("remarks",), "key", [remark.key for remark in document.remarks])
        texts = [field for field in ("text", "text_file") if getattr(document, field) is not None]
        rows_only = bool(document.claims) and all(claim.row is not None for claim in document.claims)
        if texts or not rows_only:
            self.one_of(
                (),
                texts,
                "text nor text_file",
                "give `text_file`, a file beside the document, or `text` (unless all evidence is rows)",
            )
        events = {event.key: event.part_of for event in document.events}
        for index, event in enumerate(document.events):
            if _circular(event.key, events):
                self.refuse(
                    ("events", index, "part_of"),
                    "document/contradiction",
                    "the event is part of itself",
                    "name the larger event, or leave `part_of` out of the largest",
                )
        for index, claim in enumerate(document.claims):
            self.claim(claim, ("claims", index), has_text=bool(texts))

    def claim(self, claim: Claim, path: Path, *, has_text: bool) -> None:
        given = [field for field in ("quote", "quotes", "row") if getattr(claim, field)]
        self.one_of(
            path, given, "quote, quotes nor row", "every claim has evidence: the exact words in `quote`"
        )
        if claim.translation and claim.quote is None and len(claim.quotes) != 1:
            self.refuse(
                (*path, "translation"),
                "document/contradiction",
                "a translation belongs to one quote",
                "make a claim of each quote",
            )
        self.shown(claim, path)
        if claim.row is not None and claim.hedges and not has_text:
            self.refuse((*path, "hedges"), "document/contradiction", "there is no text to find hedges in")
        self.time(claim.time, (*path, "time"))
        for number, quantity in enumerate(claim.quantities):
            self.quantity(quantity, (*path, "quantities", number))
        for number, denied in enumerate(claim.denies):
            self.denied(denied, (*path, "denies", number))

    def shown(self, claim: Claim, path: Path) -> None:
        """Refuse media that nobody can find again, captures and weapons that say nothing."""
        for number, seen in enumerate(claim.media):
            if seen.url is None and seen.archived_at is None and seen.sha256 is None:
                self.refuse(
                    (*path, "media", number),
                    "document/missing-field",
                    "has neither url, archived_at nor sha256",
                    "give what it can be found again by",
                )
            for each, capture in enumerate(seen.captured):
                here: Path = (*path, "media", number, "captured", each)
                self.time(capture.time, (*here, "time"))
                if capture.time is None and not capture.places:
                    hint = "say when or where it was made, by whose word"
                    self.refuse(here, "document/missing-field", "has neither time nor places", hint)
        for number, item in enumerate(claim.objects):
            if item.category is None and item.model is None and item.calibre is None:
                self.refuse(
                    (*path, "objects", number),
                    "document/missing-field",
                    "has neither category, model nor calibre",
                    "say what it is: `category: howitzer`, `model: D-30` or `calibre: 122`",
                )

    def quantity(self, quantity: QuantityForm, path: Path) -> None:
        if quantity.value is None and quantity.low is None and quantity.high is None:
            self.refuse(path, "document/missing-field", "has no value", "give `value`, or `low` and `high`")
        if quantity.from_ is not None and (quantity.kind != "length" or quantity.unit not in {"km", "m"}):
            self.refuse(
                (*path, "from"),
                "document/contradiction",
                "only a length in km or m is measured from a place",
                "write `kind: length` and `unit: km`",
            )
        given = [Decimal(part) for part in (quantity.low, quantity.value, quantity.high) if part is not None]
        if given != sorted(given):
            self.refuse(
                path,
                "document/contradiction",
                "low, value and high are not in that order",
                "write the smallest number in `low`, the largest in `high`",
            )
        if quantity.comparator == "exactly" and len(set(given)) > 1:
            self.refuse(
                (*path, "comparator"),
                "document/contradiction",
                "a range is not exact",
                "leave `low` and `high` out, or write `comparator: about`",
            )

    def denied(self, denied: Denied, path: Path) -> None:
        if denied.term is not None and denied.agreement is None:
            self.refuse(
                (*path, "term"), "document/missing-field", "a term needs its agreement", "add `agreement:`"
            )
            return
        given = [field for field in ("claim", "event", "agreement") if getattr(denied, field) is not None]
        hint = "write {claim: …}, {event: …} or {agreement: …, term: …}"
        self.one_of(path, given, "claim, event nor agreement", hint)
        if denied.act == "true" and denied.for_:
            self.refuse(
                (*path, "act"),
                "document/contradiction",
                "either the act as such is denied, or somebody's part in it",
                "keep `act: true`, or `for:` with those whose conduct is denied",
            )
        elif denied.act == "true" and denied.agreement is not None:
            self.refuse(
                (*path, "act"),
                "document/contradiction",
                "who denies a breach says nothing of the act",
                "write {claim: …, act: true} or {event: …, act: true} for the act that is denied",
            )


def _less(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and Decimal(one) < Decimal(other)


def _circular(name: str, parents: dict[str, str | None]) -> bool:
    seen = {name}
    above = parents.get(name)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == name


def norms_of(terms: Iterable[Term]) -> Iterator[tuple[Path, Norm]]:
    """Yield each norm of the terms, with its path in the document."""
    for index, term in enumerate(terms):
        for number, norm in enumerate(term.norms):
            yield ("terms", index, "norms", number), norm
