"""What is said, written in other standards: of one report, or as much as there are reviews."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kg.errors import BadParameterError
from kg.query.lookups import Selection
from kg.query.lookups.claims import claims
from kg.query.lookups.reports import report as told_report
from kg.query.lookups.reviews import reviews_of
from kg.query.lookups.violations import violations_of
from kg.read.schemas.accounts import Claim, Report
from kg.read.schemas.violations import Violation
from kg.standards import annotations as web
from kg.standards import claim_reviews, nanopublications, provenance
from kg.standards.names import STANDARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.query.lookups.reader import Reader

    Body = Mapping[str, Any]

_PAGE: Final = 200


def written(reader: Reader, name: str, report: str | None) -> str:
    """Return what is said in a standard: of a report, or of all where that is bounded by itself.

    Raises BadParameterError without a report where one is needed, NotFoundError for one that is not there.
    """
    standard = STANDARDS[name]
    if standard.of_report and report is None:
        raise BadParameterError(f"report: {name} are had of one report; name it")
    return _WRITE[name](reader, None if report is None else str(reader.find("report", report)))


def _claims(reader: Reader, report: str) -> Iterator[Body]:
    after: str | None = None
    while True:
        found, after = claims(reader, Selection({"report": report}, _PAGE, after))
        for one in found:
            yield Claim.model_validate(one, from_attributes=True).model_dump(by_alias=True)
        if after is None:
            return


def _report(reader: Reader, report: str) -> Body:
    return Report.model_validate(told_report(reader, report), from_attributes=True).model_dump(by_alias=True)


def _annotations(reader: Reader, report: str | None) -> str:
    iri = report or ""
    return _json(web.page(_report(reader, iri), _claims(reader, iri)))


def _nanopublications(reader: Reader, report: str | None) -> str:
    iri = report or ""
    about = _report(reader, iri)
    return "\n".join(nanopublications.nanopublication(about, one) for one in _claims(reader, iri))


def _provenance(reader: Reader, report: str | None) -> str:
    iri = report or ""
    return _json(provenance.document(reader.names.base, _report(reader, iri), _claims(reader, iri)))


def _claim_reviews(reader: Reader, report: str | None) -> str:
    """Return the reviews: as many as there are, however large the store is."""
    reviews = (one for one in reviews_of(reader) if one.kind == "violation" and one.current)
    reviewed = dict.fromkeys(iri for one in reviews for iri in one.about)
    found = (
        Violation.model_validate(one, from_attributes=True).model_dump(by_alias=True)
        for one in violations_of(reader, reviewed)
        if report is None or (one.report is not None and one.report.iri == report)
    )
    return _json(claim_reviews.document(found))


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


_WRITE: Final[Mapping[str, Callable[[Reader, str | None], str]]] = {
    "annotations": _annotations,
    "nanopublications": _nanopublications,
    "provenance": _provenance,
    "claim-reviews": _claim_reviews,
}
