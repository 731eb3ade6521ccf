"""Doubts about claims: somebody named twice, or on both sides, and the same claim once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.ingest.builder import Builder
    from kg.ingest.models import ReportDocument
    from kg.ingest.models.report import Claim, QuantityForm
    from kg.ingest.outline import Path

_LISTS: Final = ("perpetrators", "participants", "targets", "places", "along")
_CASUALTIES: Final = frozenset({"killed", "wounded", "captured", "missing", "detained"})
_MANY: Final = 1_000_000


def note_doubts_of_claims(model: ReportDocument, builder: Builder) -> None:
    """Note the claims of a report that are probably not as they are meant."""
    seen: dict[str, str] = {}
    for index, claim in enumerate(model.claims):
        path: Path = ("claims", index)
        _named_twice(claim, builder, path)
        _on_both_sides(claim, builder, path)
        _publisher_again(claim, model.publisher, builder, path)
        _met_of_nothing(claim, builder, path)
        for number, quantity in enumerate(claim.quantities):
            _implausible(quantity, builder, (*path, "quantities", number))
        said = claim.model_dump_json(exclude={"key", "gist", "translation"})
        if said in seen:
            message = f"says the same as claim {seen[said]}, of the same words"
            builder.warn(path, "claim/repeated", message, "keep one of the two, or say where they differ")
        seen.setdefault(said, claim.key)


def _named_twice(claim: Claim, builder: Builder, path: Path) -> None:
    for field in _LISTS:
        names: Sequence[str] = getattr(claim, field)
        for place, name in enumerate(names):
            if name in names[:place]:
                builder.warn(
                    (*path, field, place), "claim/named-twice", f"names {name!r} twice", "name it once"
                )


def _on_both_sides(claim: Claim, builder: Builder, path: Path) -> None:
    """Note whoever is said to have done something to himself, or both to have done it and only taken part."""
    for field, words in (
        ("targets", "it was done to the one who did it"),
        ("participants", "who did it only took part"),
    ):
        for place, name in enumerate(getattr(claim, field)):
            if name in claim.perpetrators:
                message = f"names {name!r} in perpetrators and in {field}: {words}"
                hint = "leave out the one that the text does not say"
                builder.warn((*path, field, place), "claim/on-both-sides", message, hint)


def _publisher_again(claim: Claim, publisher: str | None, builder: Builder, path: Path) -> None:
    if publisher is not None and claim.attribution and claim.attribution[0].agent == publisher:
        message = f"begins its attribution with the publisher, {publisher!r}, which is put in by itself"
        hint = "begin with whom the publisher names as its source"
        builder.warn((*path, "attribution", 0, "agent"), "claim/publisher-again", message, hint)


def _met_of_nothing(claim: Claim, builder: Builder, path: Path) -> None:
    """Note that a condition was met of a norm that has none: nothing is concluded from it."""
    for number, met in enumerate(claim.condition_met):
        norms = builder.references.norms.get(builder.names.bare("agreement", met.agreement), {})
        if met.norm in norms and not norms[met.norm]:
            having = ", ".join(sorted(key for key, conditions in norms.items() if conditions))
            message = f"norm {met.norm!r} of {met.agreement!r} depends on nothing that could be met"
            hint = f"norms with `if` or `after`: {having or 'none'}; a term was kept: `asserts_fulfilment`"
            builder.warn((*path, "condition_met", number, "norm"), "claim/no-condition", message, hint)


def _implausible(quantity: QuantityForm, builder: Builder, path: Path) -> None:
    if quantity.kind not in _CASUALTIES or quantity.unit != "1":
        return
    for field in ("value", "low", "high"):
        number = getattr(quantity, field)
        if number is not None and float(number) > _MANY:
            message = f"{quantity.kind}: {int(float(number)):,} people"
            builder.warn((*path, field), "number/implausible", message, "look at the number of digits")
            return
