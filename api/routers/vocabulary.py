"""The ontology and the code lists, for programs and for people, at every address that their IRIs lead to."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from api.deps import CallDep, chosen
from api.negotiation import GRAPHS
from api.operations.headers import policy
from api.routers.identifiers import EXTENSIONS, named, written
from api.terms_page import STYLE, lists_page, ontology_page
from kg.errors import NotFoundError
from kg.query.lookups import vocabulary
from kg.query.lookups.examples import examples

router = APIRouter(tags=["linked data"])

_HTML: Final = "text/html; charset=utf-8"
_TABLE: Final = "text/tab-separated-values; charset=utf-8"
_MAPPINGS: Final = "mappings"
_OFFERS: Final = (*GRAPHS, _HTML)
_POLICY: Final = policy(STYLE)
_ANSWERS: Final = {
    "description": "As RDF, or as a page for people.",
    "content": {kind.partition(";")[0]: {"schema": {}} for kind in _OFFERS},
}
_OR_A_TABLE: Final = {
    **_ANSWERS,
    "content": {kind.partition(";")[0]: {"schema": {}} for kind in (*_OFFERS, _TABLE)},
}
_PROSE: Final = (
    "Agreements, their terms, and who says that they were kept or broken, in which exact words. A claim "
    "records that something was said; no class and no property here states that an agreement was broken."
)
_CODES: Final = (
    "The codes by which claims, events, norms and verdicts are described; each list is a SKOS concept scheme."
)
PartPath = Annotated[
    str,
    Path(description="A module (`reports`), a version (`0.2.0`), both, or `mappings`; with `.ttl`, …"),
]
ListPath = Annotated[
    str,
    Path(description="A code list (`modality`), or a code (`modality/hedged`); with `.ttl` and the like."),
]
ExtensionPath = Annotated[str, Path(description="The syntax: `ttl`, `nt`, `rdf`, `jsonld`, `trig` or `nq`.")]


@router.get("/ontology", response_class=Response, operation_id="get_ontology", responses={200: _ANSWERS})
def get_ontology(call: CallDep) -> Response:
    """Give the ontology of the graph, under one header, by `Accept`; a browser gets a page."""
    offer = chosen(call.accept, _OFFERS)
    if offer == _HTML:
        sections, versions = vocabulary.sections(call.reader), vocabulary.versions(call.reader)
        return _page(ontology_page(_PROSE, sections, examples(), versions))
    return written(vocabulary.published(call.reader), offer)


@router.get(
    "/ontology.{extension}",
    response_class=Response,
    operation_id="get_ontology_as",
    responses={200: _ANSWERS},
)
def get_ontology_as(call: CallDep, extension: ExtensionPath) -> Response:
    """Give the ontology in the syntax that the address ends in."""
    if extension not in EXTENSIONS:
        raise NotFoundError(f"the ontology is written as .{', .'.join(EXTENSIONS)}, not .{extension}")
    return written(vocabulary.published(call.reader), EXTENSIONS[extension])


@router.get(
    "/ontology/{part:path}",
    response_class=Response,
    operation_id="get_ontology_part",
    responses={200: _OR_A_TABLE},
)
def get_ontology_part(call: CallDep, part: PartPath) -> Response:
    """Give a module of the ontology, or a version by its IRI: the one that stands, no other is kept.

    Mappings, labels in other languages and the notes of versions stand beside the modules, and have no page.
    """
    stem, ending = named(part)
    beside = vocabulary.beside(stem)
    if beside is not None:
        offer = ending or chosen(call.accept, (*GRAPHS, _TABLE) if stem == _MAPPINGS else tuple(GRAPHS))
        if offer == _TABLE:
            return Response(vocabulary.mapping_table(), headers={"Content-Type": _TABLE})
        return written(beside, offer)
    offer = ending or chosen(call.accept, _OFFERS)
    said = vocabulary.module(call.reader, stem)
    if offer == _HTML:
        return _leads("/ontology", stem.partition("/")[0])
    return written(said, offer)


@router.get("/vocabulary", response_class=Response, operation_id="get_code_lists", responses={200: _ANSWERS})
def get_code_lists(call: CallDep) -> Response:
    """Give all code lists with their codes, by `Accept`; a browser gets a page."""
    offer = chosen(call.accept, _OFFERS)
    if offer == _HTML:
        return _page(lists_page(_CODES, vocabulary.lists(call.reader)))
    return written(vocabulary.code_lists(call.reader), offer)


@router.get(
    "/vocabulary/{code:path}",
    response_class=Response,
    operation_id="get_code_list",
    responses={200: _ANSWERS},
)
def get_code_list(call: CallDep, code: ListPath) -> Response:
    """Give a code list with its codes, or one code."""
    stem, ending = named(code)
    offer = ending or chosen(call.accept, _OFFERS)
    said = vocabulary.code_list(call.reader, stem)
    return _leads("/vocabulary", stem) if offer == _HTML else written(said, offer)


@router.get(
    "/.well-known/void",
    status_code=303,
    response_class=Response,
    operation_id="get_void",
    responses={303: {"description": "See the address in `Location`."}},
)
def get_void(call: CallDep) -> Response:  # noqa: ARG001 - as every address
    """Lead to the description of the data set, in VoID and DCAT, which is that of the SPARQL service."""
    return Response(status_code=303, headers={"Location": "/sparql"})


def _page(body: str) -> Response:
    return HTMLResponse(body, headers={"Content-Security-Policy": _POLICY})


def _leads(address: str, anchor: str) -> Response:
    """Lead a browser to the place on the page."""
    where = f"{address}#{anchor}" if anchor[:1].isalpha() else address
    return Response(status_code=303, headers={"Location": where})
