"""What routes are given: the graph, and the means to answer from it."""

from __future__ import annotations

import asyncio
import json
from contextvars import copy_context
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol, TypeVar, get_args
from urllib.parse import urlencode

from fastapi import Depends, Path, Request
from starlette.datastructures import URL
from starlette.responses import Response

from api.cursors import cursor_of, key_of, mark_of
from api.errors import ProblemError
from api.lanes import Lanes
from api.negotiation import negotiate
from api.sequence import HEADER
from api.sessions import Sessions
from api.tables import LISTS, csv_of
from kg.errors import BadParameterError
from kg.keys import is_token
from kg.query import credibility
from kg.query.lookups import Selection
from kg.query.lookups.listing import hidden
from kg.query.period import ZONE
from kg.read.answers import hidden_of, listed, one
from kg.read.facets import facets_of, names_of, told
from kg.read.resources import BY_MODEL

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from pydantic import BaseModel

    from api.schemas.filters import Paging
    from api.tags import Tags
    from kg.export.exporter import Exporter
    from kg.keys import Keys
    from kg.pipeline.plain import PlainWriter
    from kg.pipeline.table_files import TableFiles
    from kg.pipeline.version import Standing
    from kg.pipeline.writer import Writer
    from kg.query.evaluators import Evaluator
    from kg.query.lookups import Reader
    from kg.query.statistics import Counter
    from kg.read.answers import Found as FoundPage
    from kg.read.model import ReadModel
    from kg.read.resources import Resource
    from kg.search.index import SearchIndex
    from kg.store import Secret

Found = TypeVar("Found", covariant=True)  # noqa: PLC0105 - only ever returned
Given = TypeVar("Given")
JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8"
CSV_ENDING: Final = ".csv"
"""What the path of a list ends in that is to be a table."""
HTML: Final = "text/html; charset=utf-8"
HTML_ENDING: Final = ".html"
"""What the path of a list ends in that is to be a page."""
ATOM: Final = "application/atom+xml"
NDJSON: Final = "application/x-ndjson"
GEOJSON: Final = "application/geo+json"
GEOJSON_ENDING: Final = ".geojson"
"""What the path of a list ends in that is to be drawn on a map."""
ENDINGS: Final[Mapping[str, str]] = {
    CSV_ENDING: CSV,
    HTML_ENDING: HTML,
    ".atom": ATOM,
    ".ndjson": NDJSON,
    GEOJSON_ENDING: GEOJSON,
}
"""What the path of a list may end in, and the type that its answer then has."""
_TYPES: Final[Mapping[str, str]] = {"json": JSON, **{end[1:]: kind for end, kind in ENDINGS.items()}}
"""What the parameter `f` may say, and the type that it stands for."""
HIDDEN: Final = "Servanda-Hidden"
"""The header that says of a list how many items it hides, for what their claims are judged."""
_HOST: Final = 255
"""Characters that the name of a host has at most."""


class Finder(Protocol[Found]):
    """A lookup of a page: the items, and the key after which the next page begins."""

    def __call__(self, reader: Reader, selection: Selection, /) -> tuple[Sequence[Found], str | None]:
        """Return both."""


@dataclass(frozen=True, slots=True)
class Service:
    """What stays the same while the server runs."""

    reader: Reader
    evaluator: Evaluator
    version: str
    """Of the software."""
    tags: Tags
    """Makes entity tags."""
    standing: Standing
    """Tells the version of the store while it is changed."""
    ontology_version: str | None
    folder: pathlib.Path | None
    """Of the store; None in memory."""
    sequence: Callable[[], int]
    """Tells the last change that the store holds."""
    secret: Secret
    """The key of the hashes of what is not shown."""
    keys: Keys | None
    """None where no key can hold: a store that has no folder."""
    parameters: Mapping[str, frozenset[str]]
    """The query parameters that each operation takes, as `/openapi.json` documents them."""
    offers: Mapping[str, tuple[str, ...]]
    """The types in which each operation answers, as `/openapi.json` documents them."""
    paths: Mapping[str, frozenset[str]]
    """The methods that each path takes, of those that `/openapi.json` documents."""
    counter: Counter
    """Counts what the store holds."""
    writer: Writer | None = None
    """Takes in what is sent; None where nothing can be."""
    exporter: Exporter | None = None
    """Makes graphs for other programs."""
    tables: TableFiles | None = None
    """Gives tables of everything; None for a store that has no folder."""
    plain: bool = False
    """Whether it is a plain SPARQL store, whose graphs are what its clients make them."""
    plain_writer: PlainWriter | None = None
    """Takes in what is sent to such a store; None where nothing can be."""
    executor: Executor | None = None
    """Runs what would keep the event loop waiting; None: the loop's own."""
    read: ReadModel | None = None
    """What lists are read from; None where there is only the store."""
    search: SearchIndex | None = None
    """What words are found in; None where there is only the store."""
    sessions: Sessions = field(default_factory=Sessions)
    """Who signed in."""
    lanes: Lanes = field(default_factory=Lanes)
    """Run the routes that may take long."""
    zone: str = "Z"
    """Where days are days, unless a request says where."""

    @property
    def store_version(self) -> str:
        """A short text that differs between stores that hold different documents."""
        return self.reader.version()

    async def in_thread(self, function: Callable[..., Given], *arguments: object) -> Given:
        """Return what the function returns, which runs on a thread meanwhile, for the same request."""
        here, loop = copy_context(), asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, partial(here.run, function, *arguments))


async def service(request: Request) -> Service:
    """Return the service of the application."""
    found = request.app.state.service
    if not isinstance(found, Service):
        raise TypeError("the application has no service")
    return found


ServiceDep = Annotated[Service, Depends(service)]


def refuse_keys(given: Sequence[tuple[str, str]]) -> None:
    """Raise ProblemError if there is a key among the parameters of an address."""
    if any(is_token(text) for pair in given for text in pair):
        raise ProblemError(
            "key-in-address",
            "a key is given as: Authorization: Bearer svd_…, never in the address, which others may keep; "
            "revoke this one",
        )


async def closed_query(request: Request, held: ServiceDep) -> None:
    """Refuse query parameters that the path does not take, those given twice, and keys in any."""
    refuse_keys(request.query_params.multi_items())
    allowed = held.parameters.get(_operation(request))
    if allowed is not None:
        refuse_others(request, allowed)


def refuse_others(request: Request, allowed: frozenset[str]) -> None:
    """Raise ProblemError for a query parameter that is none of those allowed, and for one given twice."""
    seen = set()
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            raise ProblemError(
                "unknown-parameter",
                f"{name!r} is no parameter here; these are: {known}",
                parameter=name,
                value=value,
                allowed=sorted(allowed),
            )
        if name in seen:
            raise ProblemError("repeated-parameter", f"{name!r} is given more than once", parameter=name)
        seen.add(name)


def _operation(request: Request) -> str:
    """Return the operation that a request is for, such as `GET /graphs`; a table is of its list's."""
    path = getattr(request.scope.get("route"), "path_format", "")
    ending = _ending(path)
    return f"{request.method} {path if ending is None else path.removesuffix(ending)}"


def _ending(path: str) -> str | None:
    """Return what a path ends in that names the type of its answer."""
    return next((ending for ending in ENDINGS if path.endswith(ending)), None)


async def acceptable(request: Request, held: ServiceDep) -> None:
    """Refuse a request whose `Accept` wants no type in which it can be answered, before anything is done."""
    path = getattr(request.scope.get("route"), "path_format", "")
    offered = None if _ending(path) or "f" in request.query_params else held.offers.get(_operation(request))
    if offered is not None:
        chosen(_accept(request), offered)


def chosen(accept: str | None, offered: Sequence[str]) -> str:
    """Return the type that is wanted most of those that can be had; raise ProblemError if none is."""
    found = negotiate(accept, offered)
    if found is None:
        kinds = [kind.partition(";")[0] for kind in offered]
        raise ProblemError("not-acceptable", f"this is answered as {', '.join(kinds)}", allowed=kinds)
    return found


def _accept(request: Request) -> str | None:
    """Return the `Accept` header, of several lines put together."""
    lines = request.headers.getlist("accept")
    return ", ".join(lines) if lines else None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and the service that answers it."""

    request: Request
    service: Service
    told: bool = False
    """Whether the answer is wanted as JSON, whatever the request asks for: to be put into a page."""

    @property
    def reader(self) -> Reader:
        """The graph."""
        return self.service.reader

    @property
    def writer(self) -> Writer:
        """What takes in what is sent; raises ProblemError where nothing can be."""
        if self.service.writer is None:
            raise ProblemError("read-only", "the store that is served here takes nothing in over HTTP")
        return self.service.writer

    @property
    def plain_writer(self) -> PlainWriter:
        """What takes in what is sent to a plain store; raises ProblemError where nothing can be."""
        if self.service.plain_writer is None:
            raise ProblemError("read-only", "the store that is served here takes nothing in over HTTP")
        return self.service.plain_writer

    @property
    def exporter(self) -> Exporter:
        """What makes graphs for other programs."""
        if self.service.exporter is None:
            raise TypeError("the service has no exporter")
        return self.service.exporter

    @property
    def accept(self) -> str | None:
        """The `Accept` header, of several lines put together."""
        return _accept(self.request)

    @property
    def root(self) -> str:
        """The address of the server, by the name that was asked for; it ends in a slash."""
        scope, host = self.request.scope, self.request.headers.get("host", "")
        root = _root if len(host) <= _HOST else _root.__wrapped__
        return root(scope["scheme"], scope.get("server"), host)

    def one(self, model: type[BaseModel], value: object) -> Response:
        """Return a resource."""
        return _json(model.model_validate(value, from_attributes=True).model_dump_json(by_alias=True))

    def item(self, model: type[BaseModel], name: str, find: Callable[[Reader, str], object]) -> Response:
        """Return a resource of that id or IRI; the function looks it up where the store has to be asked."""
        resource, read = BY_MODEL.get(model), self.service.read
        if resource is not None and read is not None:
            found = one(read, self.reader, resource, name, self.service.sequence())
            if found is not None:
                return _json(found.body, {HEADER: str(found.sequence)})
        return self.one(model, find(self.reader, name))

    def page(
        self,
        model: type[BaseModel],
        find: Finder[object],
        query: Paging,
        count: Callable[[Reader, Mapping[str, str]], object],
        fixed: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a page of a list, with a link to the next; `fixed` are filters that the path sets."""
        selection = self.selection(query, fixed)
        filters = selection.filters
        resource = BY_MODEL.get(_item_of(model))
        facets = self._facets(resource, query)
        if resource is not None and (read := self._read(resource, selection, query, facets)) is not None:
            return self._of_rows(model, resource, read, self.following(read.next_after, filters))
        items, next_after = find(self.reader, selection)
        following = self.following(next_after, filters)
        body: dict[str, Any] = {"items": items, "next": following}
        if query.count:
            body["counts"] = count(self.reader, filters)
        if resource is not None and facets:
            body["facets"] = told(self.reader, resource, facets_of(self.reader, resource, filters, facets))
        if "hidden" in model.model_fields and resource is not None:
            body["hidden"] = hidden(self.reader, resource.listing, filters)
        return self.listed(model, body, following)

    def selection(self, query: Paging, fixed: Mapping[str, str] | None) -> Selection:
        """Return what is wanted of a list."""
        filters = self.filters(query.chosen(), fixed)
        return Selection(filters, query.limit, self.after(query.cursor, filters))

    def filters(self, given: Mapping[str, str], fixed: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return filters as lookups take them, with what holds where nothing else is asked for.

        Days are those of the server's zone, and what is judged to be doubtful is hidden.
        """
        own = {ZONE: self.service.zone, credibility.NAME: credibility.DEFAULT}
        return {**own, **given, **(fixed or {})}

    def piece(
        self, model: type[BaseModel], find: Finder[object], selection: Selection
    ) -> tuple[Sequence[bytes], str | None]:
        """Return the items of a page, each as JSON has it, and the key after which the next begins."""
        item = _item_of(model)
        resource, read = BY_MODEL.get(item), self.service.read
        if resource is not None and read is not None:
            found = listed(read, self.reader, resource, selection, self.service.sequence())
            if found is not None:
                return found.bodies, found.next_after
        items, next_after = find(self.reader, selection)
        made = (item.model_validate(one, from_attributes=True) for one in items)
        return [one.model_dump_json(by_alias=True).encode() for one in made], next_after

    def hidden(self, model: type[BaseModel], filters: Mapping[str, str]) -> dict[str, str]:
        """Return the header that says how many items of a list are hidden; none where nothing ever is."""
        resource, read = BY_MODEL.get(_item_of(model)), self.service.read
        if resource is None or "hidden" not in model.model_fields:
            return {}
        found = None
        if read is not None:
            found = hidden_of(read, self.reader, resource, filters, self.service.sequence())
        found = hidden(self.reader, resource.listing, filters) if found is None else found
        return {HIDDEN: str(found)}

    def _facets(self, resource: Resource | None, query: Paging) -> tuple[str, ...]:
        """Return the filters by whose values a list is to be counted."""
        given = getattr(query, "facets", None)
        if given is None or resource is None:
            return ()
        if self._is_table:
            raise BadParameterError("facets: they are told in JSON, and no column of a table")
        return names_of(resource, given)

    def _read(
        self, resource: Resource, selection: Selection, query: Paging, facets: tuple[str, ...]
    ) -> FoundPage | None:
        """Return a page from the read model; None where the store has to be asked."""
        model = self.service.read
        if model is None:
            return None
        at = self.service.sequence()
        return listed(model, self.reader, resource, selection, at, counted=query.count, facets=facets)

    def _of_rows(
        self, model: type[BaseModel], resource: Resource, read: FoundPage, following: str | None
    ) -> Response:
        """Return a list of which each item is written already."""
        headers = {HEADER: str(read.sequence)}
        judged = {"hidden": read.hidden} if "hidden" in model.model_fields else {}
        if self._is_table:
            items = [_item_of(model).model_validate_json(body) for body in read.bodies]
            body = {"items": items, "next": following, "counts": read.counts, **judged}
            return self.listed(model, body, following, headers)
        if following is not None:
            headers["Link"] = f'<{following}>; rel="next"'
        rest: dict[str, Any] = {"next": following}
        if read.counts is not None:
            rest["counts"] = asdict(read.counts)
        if read.facets:
            rest["facets"] = told(self.reader, resource, read.facets)
        rest |= judged
        headers |= _said_of(rest)
        said = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
        return _json(b'{"items":[' + b",".join(read.bodies) + b"]," + said[1:].encode(), headers)

    def wanted(self, *offered: str) -> str:
        """Return the type of the answer: the one that the path ends in, or of those offered by `Accept`."""
        ending = _ending(getattr(self.request.scope.get("route"), "path_format", ""))
        if ending is not None:
            return ENDINGS[ending]
        named = _TYPES.get(self.request.query_params.get("f", ""))
        return chosen(self.accept if named is None else named, offered)

    @property
    def _is_table(self) -> bool:
        """Whether a list is wanted as a table."""
        return not self.told and self.wanted(JSON, CSV) == CSV

    def listed(
        self,
        model: type[BaseModel],
        body: Mapping[str, Any],
        following: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a list, as JSON or as a table; `following` is the address of its next page."""
        made = model.model_validate(body, from_attributes=True)
        headers = dict(headers or {})
        if following is not None:
            headers["Link"] = f'<{following}>; rel="next"'
        headers |= _said_of(body)
        if self._is_table:
            item = _item_of(model)
            if counts := getattr(made, "counts", None):
                said = counts.model_dump()
                headers["Servanda-Counts"] = ", ".join(f"{name}={number}" for name, number in said.items())
            return Response(csv_of(item, getattr(made, _list_of(model))), headers=headers, media_type=CSV)
        unasked = {name for name in ("counts", "facets") if body.get(name) is None}
        return _json(made.model_dump_json(by_alias=True, exclude=unasked), headers)

    def after(self, cursor: str | None, filters: Mapping[str, str]) -> str | None:
        """Return the key after which a page begins; raises ProblemError for a cursor of another list."""
        return None if cursor is None else key_of(cursor, mark_of(self.request.url.path, filters))

    def following(self, key: str | None, filters: Mapping[str, str]) -> str | None:
        """Return the address of the page after a key."""
        return None if key is None else self._address(cursor_of(key, mark_of(self.request.url.path, filters)))

    def _address(self, cursor: str) -> str:
        """Return the address of the page that begins at the cursor, with all else as it was asked for."""
        given = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        return str(self.request.url.replace(query=urlencode([*given, ("cursor", cursor)]), fragment=""))


async def call(request: Request, held: ServiceDep) -> Call:
    """Return the request with the service that answers it."""
    return Call(request, held)


CallDep = Annotated[Call, Depends(call)]
IdPath = Annotated[str, Path(description="The resource's `id`, or its IRI (percent-encoded).")]


@lru_cache(256)
def _root(scheme: str, server: tuple[str, int | None] | None, host: str) -> str:
    headers = [(b"host", host.encode("latin-1"))] if host else []
    return str(URL(scope={"scheme": scheme, "server": server, "path": "/", "headers": headers}))


def _item_of(model: type[BaseModel]) -> type[BaseModel]:
    """Return the model of the items of a page."""
    found: type[BaseModel] = get_args(model.model_fields[_list_of(model)].annotation)[0]
    return found


def _list_of(model: type[BaseModel]) -> str:
    """Return the field that holds the items of a page."""
    return next(name for name in LISTS if name in model.model_fields)


def _said_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the header that says how much a list hides."""
    return {HIDDEN: str(body["hidden"])} if "hidden" in body else {}


def _json(text: str | bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(text, headers=dict(headers or {}), media_type="application/json")
