"""What norms measure and claims state of it, as triples: weapons, distances and numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kg.ingest import literals
from kg.ingest.converters.order import in_order
from kg.ingest.fields import check_decimal
from kg.ingest.names import below
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rdflib.term import URIRef

    from kg.ingest.builder import Builder
    from kg.ingest.models.agreement import DistanceForm, ObjectForm, QuantityLimitForm
    from kg.ingest.models.report import StatedObject
    from kg.ingest.outline import Path

CALIBRES = (
    ("at_least", SVD.calibreAtLeast),
    ("more_than", SVD.calibreMoreThan),
    ("at_most", SVD.calibreAtMost),
    ("less_than", SVD.calibreLessThan),
)
BOUNDS = (("at_least", SVD.atLeast), ("at_most", SVD.atMost))
_METRES = Decimal(1000)


def add_objects(objects: Sequence[ObjectForm], norm: URIRef, builder: Builder, path: Path) -> None:
    """Add the weapons that a norm is about, in an order of their content."""
    said = [{**item.model_dump(), "models": sorted(set(item.models))} for item in objects]
    for number, index in in_order(said):
        item, here = objects[index], (*path, index)
        node = builder.node(below(norm, "object", number), SVD.Materiel, here)
        builder.add(norm, SVD.ofMateriel, node, here)
        builder.code(node, SVD.materielCategory, "weapon-category", item.category, (*here, "category"))
        for model in item.models:
            builder.text(node, SVD.model, model, (*here, "models"))
        for field, predicate in CALIBRES if item.calibre is not None else ():
            _number(node, predicate, getattr(item.calibre, field), builder, (*here, "calibre", field))


def add_stated(objects: Sequence[StatedObject], claim: URIRef, builder: Builder, path: Path) -> None:
    """Add the weapons that a claim states, in an order of their content."""
    for number, index in in_order(item.model_dump() for item in objects):
        item, here = objects[index], (*path, index)
        node = builder.node(below(claim, "object", number), SVD.Materiel, here)
        builder.add(claim, SVD.ofMateriel, node, here)
        builder.code(node, SVD.materielCategory, "weapon-category", item.category, (*here, "category"))
        builder.text(node, SVD.model, item.model, (*here, "model"))
        _number(node, SVD.calibre, item.calibre, builder, (*here, "calibre"))


def add_distance(distance: DistanceForm | None, norm: URIRef, builder: Builder, path: Path) -> None:
    """Add how far from where, in kilometres."""
    if distance is None:
        return
    node = builder.node(below(norm, "distance"), SVD.DistanceLimit, path)
    builder.add(norm, SVD.distanceLimit, node, path)
    builder.things(node, SVD.measuredFrom, "place", [distance.from_], (*path, "from"))
    for field, predicate in BOUNDS:
        stated: str | None = getattr(distance, field)
        if stated is not None and distance.unit == "m":
            stated = check_decimal(format(Decimal(stated) / _METRES, "f"))
        _number(node, predicate, stated, builder, (*path, field))


def add_limit(limit: QuantityLimitForm | None, norm: URIRef, builder: Builder, path: Path) -> None:
    """Add how many."""
    if limit is None:
        return
    node = builder.node(below(norm, "quantity"), SVD.QuantityLimit, path)
    builder.add(norm, SVD.quantityLimit, node, path)
    builder.code(node, SVD.quantityKind, "quantity-kind", limit.kind, (*path, "kind"))
    for field, predicate in BOUNDS:
        _number(node, predicate, getattr(limit, field), builder, (*path, field))


def _number(node: URIRef, predicate: URIRef, value: str | None, builder: Builder, path: Path) -> None:
    builder.add(node, predicate, None if value is None else literals.number(value), path)
