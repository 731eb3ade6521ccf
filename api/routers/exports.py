"""Graphs for Gephi and its like, tables of everything, and the whole store as one file.

The extension stands in the path, because Gephi Lite tells by it what it is given. Each answer is whole, of
one state of the store, and sent with its length.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response, StreamingResponse

from api.deps import JSON, Call, CallDep, chosen
from api.errors import ProblemError
from api.lanes import answers
from api.schemas.exports import Exports
from api.schemas.filters import Basis, MinCredibility, Scope, Status, Zone
from api.sequence import HEADER
from api.trace import trace
from kg.errors import NotFoundError, QueryError
from kg.export.exporter import Exported
from kg.export.filters import FILTERS, Filters
from kg.export.formats import FORMATS
from kg.export.order import Order
from kg.export.style import Layout
from kg.pipeline.table_files import FILES
from kg.standards.names import STANDARDS
from kg.standards.writing import written

router = APIRouter(prefix="/exports", tags=["exports"])
EXTENSIONS: Final = ("gexf", "json", "graphml", "nodelink.json", "csv.zip", "svg")
"""Those of the formats that are given over HTTP."""
_QUADS: Final = "all.nq.gz"
_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {
            FORMATS[each].media_type: {"schema": {"type": "object" if "json" in each else "string"}}
            for each in EXTENSIONS
        },
    }
}
_OBJECT: Final = {"schema": {"type": "object"}}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_TABLES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {kind: _OBJECT if kind == JSON else _BINARY for kind in FILES.values()},
    }
}
_STANDARDS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {
            one.media_type: {"schema": {"type": "object" if "json" in one.media_type else "string"}}
            for one in STANDARDS.values()
        },
    }
}
_PIECE: Final = 2**18
"""Bytes of a file that are sent together."""


def _given(name: str) -> str:
    return FILTERS[name][1]


File = Annotated[
    str,
    Path(
        description=f"Name of a profile with the extension of a format: {', '.join(EXTENSIONS)}. `/exports` "
        "lists both.",
        examples=["actors.json", "actors.gexf"],
    ),
]
Table = Annotated[
    str,
    Path(
        description="`datapackage.json`, which lists the files, or one of these: `violations.parquet`, …, "
        "`csv.zip`, `servanda.sqlite`, `places.geojson`.",
        examples=["datapackage.json"],
    ),
]
StandardFile = Annotated[
    str,
    Path(
        description=f"One of {', '.join(one.file for one in STANDARDS.values())}.",
        examples=["claim-reviews.jsonld"],
    ),
]
_From = Annotated[str | None, Query(alias="from", description=_given("from"), examples=["2021-08-26"])]
_Agreement = Annotated[str | None, Query(description=_given("agreement"), examples=["nk-2020-11-10"])]
_Place = Annotated[str | None, Query(description=_given("place"), examples=["syunik"])]
_To = Annotated[str | None, Query(description=_given("to"), examples=["2021-09"])]
_Source = Annotated[str | None, Query(description=_given("source"), examples=["avia"])]
_Report = Annotated[str | None, Query(description=_given("report"), examples=["seed-syunik-highway-2021"])]
_Term = Annotated[str | None, Query(description=_given("term"), examples=["nk-2020-11-10/term/6"])]
_Perpetrator = Annotated[str | None, Query(description=_given("perpetrator"), examples=["azerbaijan"])]
_Within = Annotated[str | None, Query(description=_given("within"), examples=["syunik"])]
_Least = Annotated[
    int, Query(ge=0, description="How many independent sources an edge has that rests on claims.")
]
_All = Annotated[bool, Query(alias="all", description="Whether to keep what nothing is said of, too.")]
Pairs = Annotated[
    bool, Query(description="Whether all edges that lead the same way between two nodes are one.")
]
Legend = Annotated[bool, Query(description="Whether the legend stands beside the graph, as nodes.")]


@router.get(".csv", include_in_schema=False)
@router.get("", response_model=Exports, operation_id="list_exports")
def list_exports(call: CallDep) -> Response:
    """List the graphs that there are, with the addresses of their files."""
    root = call.root.rstrip("/") + "/exports"
    profiles = call.exporter.profiles.values()
    trace().rests_on = " ".join(profile.digest for profile in profiles)
    items = [
        {
            "name": profile.name,
            "title": profile.title,
            "description": profile.style.description,
            "layout": profile.style.layout.value,
            "files": [
                {
                    "extension": each,
                    "media_type": FORMATS[each].media_type,
                    "title": FORMATS[each].title,
                    "url": f"{root}/{profile.name}.{each}",
                }
                for each in EXTENSIONS
            ],
            "gephi_lite": Order(profile).in_gephi_lite(call.root),
        }
        for profile in profiles
    ]
    return call.listed(Exports, {"items": items, "all": f"{root}/{_QUADS}"})


@router.get(
    f"/{_QUADS}",
    operation_id="get_all_quads",
    response_class=Response,
    responses={200: {"content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}}}}},
)
@answers
def get_all_quads(call: CallDep) -> Response:
    """Return the whole store as N-Quads, compressed with gzip."""
    return _answer(_QUADS, call.exporter.quads())


@router.get(
    "/standards/{standard}", operation_id="get_standard", response_class=Response, responses=_STANDARDS
)
@answers
def get_standard(
    call: CallDep,
    standard: StandardFile,
    report: Annotated[
        str | None,
        Query(
            description="Id or IRI of a report; reviews alone can be had without.",
            examples=["taghrib-513240"],
        ),
    ] = None,
) -> Response:
    """Return what sources say in another standard: of one report, or all reviews.

    It keeps who says so, and states nothing of it as a fact.
    """
    known = {one.file: one for one in STANDARDS.values()}
    if standard not in known:
        raise NotFoundError(f"no standard {standard!r}; files are {', '.join(known)}")
    kind = known[standard].media_type
    chosen(call.accept, (kind,))
    text = written(call.reader, known[standard].name, report)
    headers = {"Content-Disposition": f'inline; filename="{standard}"'}
    return Response(text, headers=headers, media_type=kind)


@router.get("/tables/{table}", operation_id="get_table", response_class=Response, responses=_TABLES)
@answers
def get_table(call: CallDep, table: Table) -> Response:
    """Return a file of the tables of everything: Parquet, CSV, SQLite, GeoJSON, and what each column means.

    No row is a finding of fact: kind, status, modality and attribution say on whose word it stands.
    """
    held = call.service.tables
    if held is None:
        raise NotFoundError("a store in memory has no tables")
    missing = held.missing()
    if missing is not None:
        raise ProblemError(
            "not-installed",
            f"this server writes no tables: they need the extra `tables` ({missing} is missing)",
        )
    if table in FILES:
        chosen(call.accept, (FILES[table],))
    found = held.open(table, call.service.sequence())
    headers = {
        HEADER: str(found.sequence),
        "Content-Disposition": f'inline; filename="{table}"',
        "Content-Length": str(found.size),
    }
    return StreamingResponse(_pieces(found.body), headers=headers, media_type=found.media_type)


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(_PIECE):
            yield piece


@router.get("/{file}", operation_id="get_export", response_class=Response, responses=_FILES)
@answers
def get_export(  # noqa: PLR0913 - one parameter for each filter
    call: CallDep,
    file: File,
    *,
    agreement: _Agreement = None,
    place: _Place = None,
    from_: _From = None,
    to: _To = None,
    zone: Zone = None,
    basis: Annotated[Basis | None, Query(description=_given("basis"))] = None,
    source: _Source = None,
    report: _Report = None,
    term: _Term = None,
    perpetrator: _Perpetrator = None,
    status: Annotated[Status | None, Query(description=_given("status"))] = None,
    scope: Annotated[Scope | None, Query(description=_given("scope"))] = None,
    temporal: Annotated[Scope | None, Query(description=_given("temporal"))] = None,
    material: Annotated[Scope | None, Query(description=_given("material"))] = None,
    personal: Annotated[Scope | None, Query(description=_given("personal"))] = None,
    within: _Within = None,
    min_sources: _Least = 0,
    min_credibility: MinCredibility = None,
    everything: _All = False,
    layout: Annotated[
        Layout | None, Query(description="Where nodes are put; without it, as the profile has it.")
    ] = None,
    pairs: Pairs = False,
    legend: Legend = False,
) -> Response:
    """Return a graph as a file; the header `Link` leads to the same graph in Gephi Lite.

    All that it shows is as sources say: its edges say `alleges_…`, `is_alleged_…`, `candidate_…` or
    `denies_…`, and how many independent sources stand behind them.
    """
    name, extension = _split(call, file)
    chosen(call.accept, (FORMATS[extension].media_type,))
    given = {
        "agreement": agreement,
        "place": place,
        "from": from_,
        "to": to,
        "zone": call.service.zone if zone is None else zone,
        "basis": basis,
        "source": source,
        "report": report,
        "term": term,
        "perpetrator": perpetrator,
        "status": status,
        "scope": scope,
        "temporal": temporal,
        "material": material,
        "personal": personal,
        "within": within,
    }
    filters = Filters.of(given, min_sources, everything=everything, grade=min_credibility)
    order = Order(call.exporter.profiles[name], filters, layout, pairs=pairs, legend=legend)
    trace().rests_on = order.digest
    made = _made(call, order, extension)
    link = f'<{order.in_gephi_lite(call.root)}>; rel="alternate"; title="Gephi Lite"'
    return _answer(file, made, {"Link": link})


def _split(call: Call, file: str) -> tuple[str, str]:
    """Return the profile and the extension that a name stands for; raise NotFoundError with the nearest."""
    name, _, extension = file.partition(".")
    known = tuple(call.exporter.profiles)
    if extension not in EXTENSIONS:
        near = difflib.get_close_matches(extension, EXTENSIONS, n=2) or EXTENSIONS
        raise NotFoundError(f"no export {file!r}: the extension is {' or '.join(near)}")
    if name not in known:
        names = difflib.get_close_matches(name, known, n=2) or known
        raise NotFoundError(f"no export {file!r}: the profile is {' or '.join(names)}")
    return name, extension


def _made(call: Call, order: Order, extension: str) -> Exported:
    try:
        return call.exporter.graph(order, extension)
    except QueryError as error:
        if type(error) is QueryError:
            raise ProblemError("query-failed", str(error)) from error
        raise


def _answer(file: str, made: Exported, more: Mapping[str, str] | None = None) -> Response:
    headers = {
        HEADER: str(made.sequence),
        "Content-Disposition": f'inline; filename="{file}"',
        **(more or {}),
    }
    return Response(made.body, headers=headers, media_type=made.media_type)
