"""Agreements, their terms, and what is alleged against them."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import agreements as lookups
from kg.query.lookups import assessments, total, violations
from kg.read.schemas.agreements import Agreement, AgreementPage, Term, TermPage
from kg.read.schemas.violations import ViolationPage

router = APIRouter(prefix="/api/v1", tags=["agreements"])


@router.get("/agreements.csv", include_in_schema=False)
@router.get("/agreements", response_model=AgreementPage, operation_id="list_agreements")
def list_agreements(call: CallDep, query: Annotated[filters.Agreements, Query()]) -> Response:
    """List agreements by date."""
    return call.page(AgreementPage, lookups.agreements, query, partial(total, lookups.AGREEMENTS))


@router.get("/agreements/{id:path}/terms.csv", include_in_schema=False)
@router.get("/agreements/{id:path}/terms", response_model=TermPage, operation_id="list_terms_of_agreement")
def list_terms_of_agreement(
    call: CallDep, id: IdPath, query: Annotated[filters.TermsOfAgreement, Query()]
) -> Response:
    """List the terms of an agreement in their order, with wordings and norms."""
    fixed = {"agreement": str(call.reader.find("agreement", id))}
    return call.page(TermPage, lookups.terms, query, partial(total, lookups.TERMS), fixed)


@router.get("/agreements/{id:path}/alleged-violations.csv", include_in_schema=False)
@router.get(
    "/agreements/{id:path}/alleged-violations",
    response_model=ViolationPage,
    operation_id="list_alleged_violations_of_agreement",
)
def list_alleged_violations_of_agreement(
    call: CallDep, id: IdPath, query: Annotated[filters.ViolationsOfAgreement, Query()]
) -> Response:
    """List what is alleged against an agreement and its terms, then the candidates."""
    fixed = {"agreement": str(call.reader.find("agreement", id))}
    return call.page(ViolationPage, violations.violations, query, assessments.counts, fixed)


@router.get("/agreements/{id:path}", response_model=Agreement, operation_id="get_agreement")
def get_agreement(call: CallDep, id: IdPath) -> Response:
    """Tell an agreement: between whom, of when, in which texts, with which terms."""
    return call.one(Agreement, lookups.agreement(call.reader, id))


@router.get("/terms.csv", include_in_schema=False)
@router.get("/terms", response_model=TermPage, operation_id="list_terms")
def list_terms(call: CallDep, query: Annotated[filters.Terms, Query()]) -> Response:
    """List terms of agreements, with wordings and norms."""
    return call.page(TermPage, lookups.terms, query, partial(total, lookups.TERMS))


@router.get("/terms/{id:path}", response_model=Term, operation_id="get_term")
def get_term(call: CallDep, id: IdPath) -> Response:
    """Tell a term, by `agreement/number` or IRI."""
    return call.one(Term, lookups.term(call.reader, id))
