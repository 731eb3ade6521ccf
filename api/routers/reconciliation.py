"""The Reconciliation Service API 0.2, by which OpenRefine and others match cells with actors and places.

The service describes itself in its manifest, and so is not in `/openapi.json`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from api.deps import JSON, Call, CallDep
from api.errors import ProblemError
from api.forms import FORM, media_type, pairs, read
from api.sequence import HEADER
from kg.errors import IndexMissingError
from kg.query.lookups.vocabulary import ONTOLOGY
from kg.search.reconciling import MOST, PROPERTIES, Property, Value, Wanted, kind_of, reconciled, told_of
from kg.search.suggesting import KINDS, LONGEST, Names, lines_of, names_at

router = APIRouter(prefix="/reconcile", tags=["search"])
_BATCH: Final = 100
"""Queries, or things to be told of, in one request at most."""
_MAX_BODY: Final = 1_048_576
_SHOWN: Final = 10
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK: Final = 100
_STRICT: Final = ("any", "should", "all")
_PREVIEW: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *; base-uri 'none'"
"""A preview stands in a frame of whatever page asks for it, and holds nothing that does anything."""
_SIZE: Final = {"width": 420, "height": 220}


async def given_in(request: Request) -> Mapping[str, str]:
    """Return the parameters of a request, of its address and of a form in its body."""
    found = pairs(request.scope["query_string"])
    if request.method == "POST":
        kind = media_type(request)
        if kind != FORM:
            said = f"queries are posted as {FORM}, not {kind or 'without a type'}"
            raise ProblemError("unsupported-media-type", said, allowed=[FORM])
        found += pairs(await read(request, _MAX_BODY))
    seen: dict[str, str] = {}
    for name, value in found:
        if name in seen:
            raise ProblemError("repeated-parameter", f"{name!r} is given more than once", parameter=name)
        seen[name] = value
    return seen


Given = Annotated[Mapping[str, str], Depends(given_in)]


@router.get("", include_in_schema=False)
@router.post("", include_in_schema=False)
def reconcile(call: CallDep, given: Given) -> Response:
    """Answer queries, or tell properties of things; without either say what the service is."""
    if "queries" in given:
        return _queries(call, given)
    if "extend" in given:
        return _extend(call, given)
    return _told(given, _manifest(call))


@router.get("/suggest/entity", include_in_schema=False)
def suggest_entity(call: CallDep, given: Given) -> Response:
    """Say which things may be meant, while a name is typed."""
    names, at = _names(call)
    prefix, begin = _prefix(given), _cursor(given)
    several = names.beginning(prefix, KINDS, begin + _SHOWN)[begin:] if prefix else []
    lines = lines_of(call.reader, [name.iri for _, name in several])
    found = [
        {
            "id": _id(call, name.iri),
            "name": names.label(name.iri),
            "description": lines[name.iri],
            "notable": [{"id": name.kind, "name": name.kind}],
        }
        for _, name in several
    ]
    return _told(given, {"result": found}, at)


@router.get("/suggest/type", include_in_schema=False)
def suggest_type(given: Given) -> Response:
    """Say which types there are whose names begin so."""
    found = [{"id": kind, "name": kind} for kind in KINDS if kind.startswith(_prefix(given).lower())]
    return _told(given, {"result": found[_cursor(given) :]})


@router.get("/suggest/property", include_in_schema=False)
def suggest_property(given: Given) -> Response:
    """Say which properties there are of which a word begins so."""
    prefix = _prefix(given).lower()
    found = [
        {"id": one.id, "name": one.name}
        for one in PROPERTIES.values()
        if one.id.startswith(prefix) or any(word.lower().startswith(prefix) for word in one.name.split())
    ]
    return _told(given, {"result": found[_cursor(given) :]})


@router.get("/properties", include_in_schema=False)
def propose_properties(given: Given) -> Response:
    """Say what can be told of things of a type."""
    kind = given.get("type", "").partition("/")[0]
    found = [one for one in PROPERTIES.values() if not kind or kind in one.kinds]
    limit = _whole(given.get("limit", str(_BATCH)), "limit")
    said = [{"id": one.id, "name": one.name} for one in found[:limit]]
    typed = {"type": kind} if kind else {}
    return _told(given, {**typed, "limit": limit, "properties": said})


@router.get("/preview", include_in_schema=False)
def preview(call: CallDep, given: Given) -> Response:
    """Show a thing in a small page: what it is called, and what tells it from its namesakes."""
    iri = _iri(call, given.get("id", ""))
    kind = kind_of(call.reader.names.base, iri)
    held = None if kind is None else told_of(call.reader, kind, iri)
    if kind is None or held is None:
        raise ProblemError("not-found", f"there is no actor, place or agreement {given.get('id', '')!r}")
    name = getattr(held, "label", None) or getattr(held, "title", None) or held.id
    line = lines_of(call.reader, [iri])[iri]
    others = ", ".join(getattr(held, "alt_labels", ()))
    shown = "".join(f"<p>{escape(text)}</p>" for text in (line, others) if text)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title></head>'
        f'<body style="font: 14px sans-serif"><h1 style="font-size: 1.2em">{escape(name)}</h1>{shown}'
        f'<p><a href="{escape(_view(call, _id(call, iri)))}" target="_blank" rel="noopener">{escape(iri)}</a>'
        "</p></body></html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _PREVIEW})


def _manifest(call: Call) -> dict[str, Any]:
    """Return what the service is and can do."""
    root = f"{call.root}reconcile"
    return {
        "versions": ["0.2"],
        "name": "Servanda: actors, places and agreements",
        "identifierSpace": call.reader.names.base,
        "schemaSpace": f"{ONTOLOGY}#",
        "serviceVersion": call.service.version,
        "defaultTypes": [{"id": kind, "name": kind} for kind in KINDS],
        "view": {"url": _view(call, "{{id}}")},
        "preview": {"url": f"{root}/preview?id={{{{id}}}}", **_SIZE},
        "suggest": {
            name: {"service_url": root, "service_path": f"/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _queries(call: Call, given: Mapping[str, str]) -> Response:
    """Answer a batch of queries."""
    batch = _json(given["queries"], "queries")
    if not isinstance(batch, dict) or len(batch) > _BATCH:
        raise _wrong("queries", f"an object of at most {_BATCH} queries, each under a key")
    wanted = [_query(call, f"queries.{key}", query) for key, query in batch.items()]
    names, at = _names(call)
    answers = reconciled(names, call.reader, wanted)
    body = {
        key: {
            "result": [
                {
                    "id": _id(call, one.iri),
                    "name": one.name,
                    "description": one.line,
                    "type": [{"id": kind, "name": kind.rpartition("/")[2]} for kind in reversed(one.types)],
                    "score": one.score,
                    "match": one.match,
                    "features": [{"id": name, "value": value} for name, value in one.features.items()],
                }
                for one in several
            ]
        }
        for key, several in zip(batch, answers, strict=True)
    }
    return _told(given, body, at)


def _query(call: Call, where: str, query: object) -> Wanted:
    """Return a query as it was given; raise ProblemError for what is not as the specification has it."""
    known = {"query", "type", "limit", "properties", "type_strict"}
    if not isinstance(query, dict) or not query.keys() <= known | {"lang"}:
        raise _wrong(where, f"an object with {', '.join(sorted(known))}")
    written, types = query.get("query", ""), query.get("type", [])
    types = [types] if isinstance(types, str) else types
    limit, strictly = query.get("limit", 10), query.get("type_strict", "any")
    if not isinstance(written, str):
        raise _wrong(f"{where}.query", "a text")
    if not (isinstance(types, list) and all(isinstance(one, str) for one in types)):
        raise _wrong(f"{where}.type", "the id of a type, or several of them")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit <= 1e9:  # noqa: PLR2004
        raise _wrong(f"{where}.limit", "a number from 1")
    if strictly not in _STRICT:
        raise _wrong(f"{where}.type_strict", f"one of {', '.join(_STRICT)}")
    properties = query.get("properties", [])
    if not isinstance(properties, list):
        raise _wrong(f"{where}.properties", "a list")
    compared = tuple(_compared(call, f"{where}.properties", one) for one in properties)
    return Wanted(written, tuple(filter(None, types)), strictly, min(int(limit), MOST), compared)


def _compared(call: Call, where: str, one: object) -> tuple[str, tuple[Value, ...]]:
    """Return a property with the values that it is compared with."""
    if not (isinstance(one, dict) and isinstance(one.get("pid"), str) and "v" in one):
        raise _wrong(where, 'objects with "pid" and "v"')
    values = one["v"] if isinstance(one["v"], list) else [one["v"]]
    found = []
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            found.append(Value(value["id"], _iri(call, value["id"])))
        elif isinstance(value, str | int | float):
            found.append(Value(value))
        else:
            raise _wrong(f"{where}.v", "texts, numbers, or objects with an id")
    return one["pid"], tuple(found)


def _extend(call: Call, given: Mapping[str, str]) -> Response:
    """Tell properties of things."""
    asked = _json(given["extend"], "extend")
    ids = asked.get("ids") if isinstance(asked, dict) else None
    several = asked.get("properties") if isinstance(asked, dict) else None
    if not (isinstance(ids, list) and all(isinstance(one, str) for one in ids) and len(ids) <= _BATCH):
        raise _wrong("extend.ids", f"a list of at most {_BATCH} ids")
    if not (isinstance(several, list) and all(isinstance(one, dict) for one in several)):
        raise _wrong("extend.properties", 'a list of objects with "id"')
    properties = [_known(one.get("id")) for one in several]
    rows = {name: _row(call, name, properties) for name in dict.fromkeys(ids)}
    meta = [
        {"id": one.id, "name": one.name} | ({"type": {"id": one.of, "name": one.of}} if one.of else {})
        for one in properties
    ]
    return _told(given, {"meta": meta, "rows": rows})


def _row(call: Call, name: str, properties: Sequence[Property]) -> dict[str, Any]:
    iri = _iri(call, name)
    kind = kind_of(call.reader.names.base, iri)
    held = None if kind is None else told_of(call.reader, kind, iri)
    return {
        one.id: [_cell(call, value) for value in one.values(held)]
        if held is not None and kind in one.kinds
        else []
        for one in properties
    }


def _cell(call: Call, value: Value) -> dict[str, Any]:
    if value.iri is not None:
        return {"id": _id(call, value.iri), "name": str(value.said)}
    kind = {int: "int", float: "float"}.get(type(value.said), "str")
    return {kind: value.said}


def _known(name: object) -> Property:
    found = PROPERTIES.get(name) if isinstance(name, str) else None
    if found is None:
        raise _wrong("extend.properties", f"ids among {', '.join(PROPERTIES)}; {name!r} is none")
    return found


def _names(call: Call) -> tuple[Names, int]:
    if call.service.search is None:
        raise IndexMissingError("this store has no search index")
    return names_at(call.service.search, call.service.sequence())


def _id(call: Call, iri: str) -> str:
    """Return an IRI as the service names it: what follows the base."""
    return iri.removeprefix(call.reader.names.base)


def _iri(call: Call, name: str) -> str:
    return name if ":" in name else call.reader.names.base + name


def _view(call: Call, name: str) -> str:
    return f"{call.root}doc/{name}"


def _prefix(given: Mapping[str, str]) -> str:
    prefix = given.get("prefix", "")
    if len(prefix) > LONGEST:
        raise _wrong("prefix", f"at most {LONGEST} characters")
    return prefix


def _cursor(given: Mapping[str, str]) -> int:
    return min(_whole(given.get("cursor", "0") or "0", "cursor"), MOST)


def _whole(text: str, parameter: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise _wrong(parameter, "a whole number")
    return int(text)


def _json(text: str, parameter: str) -> Any:  # noqa: ANN401 - whatever it holds
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half a character is none that could be answered
    except (ValueError, RecursionError) as error:
        raise _wrong(parameter, "JSON") from error
    return found


def _wrong(parameter: str, right: str) -> ProblemError:
    return ProblemError("invalid-parameter", f"{parameter}: {right} is needed", parameter=parameter)


def _told(given: Mapping[str, str], body: object, at: int | None = None) -> Response:
    """Return an answer as JSON, or as a call of the function that a page of an old browser names (JSONP)."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {} if at is None else {HEADER: str(at)}
    called = given.get("callback")
    if called is None:
        return Response(text, headers=headers, media_type=JSON)
    if len(called) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(called):
        raise _wrong("callback", "the name of a function")
    harmless = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return Response(f"/**/{called}({harmless});", headers=headers, media_type="text/javascript")
