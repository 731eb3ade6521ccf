"""The page where queries are written: an editor where scripts run, a field where not, and the answer."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from api.errors import MEDIA_TYPE
from api.pages.rendering import page
from api.pages.view import view_of
from api.sequence import HEADER
from kg.query import questions
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.deps import Call
    from api.pages.view import View

TABLE: Final = "application/sparql-results+json"
GRAPH: Final = "text/turtle"
_ROWS: Final = 1000
_LONG: Final = 8_000_000
"""Bytes of an answer that is laid out as a table; a longer one can be had as a file."""
_SHOWN: Final = 100_000
"""Characters of a graph that are shown."""
_BEGINNING: Final = """PREFIX svd: <https://w3id.org/servanda/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# What is alleged, of which agreement, against whom. None of it is a finding.
SELECT ?violation ?title ?accused WHERE {
  ?violation a svd:AllegedViolation ;
    svd:ofAgreement/<http://purl.org/dc/terms/title> ?title .
  OPTIONAL { ?violation svd:allegedPerpetrator/rdfs:label ?accused }
}
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of a query, and what came of asking it; None: it was not asked."""

    text: str
    answer: Response | None = None


def query_page(call: Call, asked: Asked) -> Response:
    """Return the page with the query, and with its answer or what is wrong with it."""
    view, answer = view_of(call), asked.answer
    text = asked.text or _BEGINNING
    problem = _problem(answer)
    given = urlencode({"query": text})
    said = {
        "text": text,
        "prefixes": json.dumps(dict(PREFIXES)),
        "questions": questions.catalogue(),
        "problem": problem,
        "table": None if answer is None or problem else _table(view, answer),
        "graph": None if answer is None or problem else _graph(answer),
        "files": {kind: f"/query.{kind}?{given}" for kind in ("csv", "json", "ttl")},
        "curl": f"curl -sS -H 'Accept: text/csv' --data-urlencode {shlex.quote('query=' + text)} "
        f"{shlex.quote(view.root + '/sparql')}",
    }
    status = 200 if answer is None else answer.status_code
    made = page(call, "query.html", view.t("query"), said, status=status)
    if answer is not None:
        for name in (HEADER, "Cache-Control", "Retry-After"):
            if name in answer.headers:
                made.headers[name] = answer.headers[name]
    return made


def _problem(answer: Response | None) -> dict[str, Any] | None:
    if answer is None or answer.media_type != MEDIA_TYPE:
        return None
    said: dict[str, Any] = json.loads(bytes(answer.body))
    return said


def _graph(answer: Response) -> dict[str, Any] | None:
    if not answer.headers["content-type"].startswith(GRAPH):
        return None
    text = bytes(answer.body).decode()
    return {"text": text[:_SHOWN], "is_cut": len(text) > _SHOWN}


def _table(view: View, answer: Response) -> dict[str, Any] | None:
    """Return the rows of an answer as they are shown; None of what is no table."""
    if not answer.headers["content-type"].startswith(TABLE):
        return None
    body = bytes(answer.body)
    if len(body) > _LONG:
        return {"size": len(body), "columns": [], "rows": [], "number": None, "truth": None}
    said = json.loads(body)
    columns = said["head"].get("vars", [])
    rows = said.get("results", {}).get("bindings", [])
    return {
        "size": len(body),
        "columns": columns,
        "rows": [[_cell(view, row.get(name)) for name in columns] for row in rows[:_ROWS]],
        "number": len(rows),
        "truth": said.get("boolean"),
    }


def _cell(view: View, term: dict[str, Any] | None) -> dict[str, Any] | None:
    if term is None:
        return None
    value = term["value"]
    if not isinstance(value, str):  # a triple of RDF 1.2
        return {"text": json.dumps(value, ensure_ascii=False), "href": None, "lang": None, "type": None}
    return {
        "text": value,
        "href": view.href(value) if term["type"] == "uri" else None,
        "lang": term.get("xml:lang"),
        "type": term.get("datatype"),
    }
