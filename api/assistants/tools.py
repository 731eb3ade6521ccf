"""The tools: what each is for, what it takes, and from which addresses it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.assistants import arguments, items, words
from api.assistants.asking import RefusedError
from kg.query import credibility
from kg.query.lookups import vocabulary
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from pydantic import BaseModel

    from api.assistants.asking import Asking, Told
    from kg.query.lookups import Reader

_API: Final = "/api/v1"
_RESULTS: Final = "application/sparql-results+json"
_TURTLE: Final = "text/turtle"
_WHOLE_OF_IT: Final = {credibility.NAME: credibility.ALL}
"""Of one event nothing is hidden."""
_LONGEST: Final = 20_000
"""Characters of a graph that a query makes, which are shown."""
_WHOLE: Final = {"claim": ("claims", items.of_claim), "term": ("terms", items.of_term)}
"""What is looked up whole when a word is found in it: few words do not tell on whose word they stand."""
OUTPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["items", "is_not", "rules"],
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["quote", "chain", "modality", "status", "is_not"],
                "properties": {
                    "quote": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Exact words; empty where there are none, which is no leave to make "
                        "them up.",
                    },
                    "chain": {"type": "array", "description": "According to whom, step by step."},
                    "modality": {"description": "How it is said: reported, hedged, denied, …"},
                    "status": {"description": "How it stands."},
                    "is_not": {"type": "string", "description": "What the item is not; heed it."},
                },
            },
        },
        "is_not": {"type": "string"},
        "rules": {"type": "string", "description": "How to speak of what is returned."},
        "next_cursor": {"type": ["string", "null"]},
        "hidden": {
            "type": "integer",
            "description": "How many more there are that are hidden, because what they rest on is judged to "
            "be doubtful, as what machines coded is; say so. `min_credibility` as 6 shows them.",
        },
        "sequence": {"type": ["integer", "null"], "description": "The change at which the graph stood."},
    },
}
"""What every tool returns."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What tools answer from."""

    ask: Asking
    reader: Reader


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name, what it is for, the model of what it takes, and what answers."""

    name: str
    title: str
    says: str
    takes: type[BaseModel]
    answer: Callable[[Desk, Any], Awaitable[dict[str, Any]]]

    @property
    def description(self) -> str:
        """What it is for, and how to speak of what it returns."""
        return f"{self.says}\n\n{words.RULES}"


async def _search(desk: Desk, given: arguments.Search) -> dict[str, Any]:
    asked = given.model_dump(by_alias=True, exclude_none=True)
    told = await desk.ask(f"{_API}/search", asked)
    found = []
    for hit in told.body["items"]:
        if hit["kind"] in _WHOLE:
            path, made = _WHOLE[hit["kind"]]
            whole = (await desk.ask(f"{_API}/{path}/{hit['iri']}", {})).body
            found.append({**made(whole), "matches": hit["matches"]})
        else:
            found.append(items.of_hit(hit))
    more = {name: told.body[name] for name in ("counts", "facets") if name in told.body}
    return _made(found, words.CLAIM, told, **more)


async def _suggest(desk: Desk, given: arguments.Suggest) -> dict[str, Any]:
    told = await desk.ask(f"{_API}/suggest", given.model_dump(exclude_none=True))
    return _made(map(items.of_name, told.body["items"]), words.NAME, told)


async def _agreement(desk: Desk, given: arguments.Agreement) -> dict[str, Any]:
    about = await _one(desk, "agreements", given.agreement)
    iri = about.body["iri"]
    if given.term is not None:
        term = await _one(desk, "terms", f"{about.body['id']}/{given.term}")
        return _made([items.of_term(term.body)], words.TERM, term, agreement=items.of_agreement(about.body))
    asked = {"limit": given.limit, "cursor": given.cursor}
    told = await desk.ask(f"{_API}/agreements/{iri}/terms", asked)
    found = map(items.of_term, told.body["items"])
    return _made(found, words.TERM, told, agreement=items.of_agreement(about.body))


async def _violations(desk: Desk, given: arguments.Violations) -> dict[str, Any]:
    asked = given.model_dump(by_alias=True, exclude_none=True)
    told = await desk.ask(f"{_API}/alleged-violations", {**asked, "count": given.cursor is None})
    counts = {"counts": told.body["counts"]} if told.body.get("counts") else {}
    return _made(map(items.of_violation, told.body["items"]), words.ALLEGED, told, **counts)


async def _claim(desk: Desk, given: arguments.Claim) -> dict[str, Any]:
    told = await _one(desk, "claims", given.claim)
    return _made([items.of_claim(told.body)], words.not_of_claim(told.body), told)


async def _compare(desk: Desk, given: arguments.Compare) -> dict[str, Any]:
    """Return the claims about an event, and about those accepted to be the same, with what each states."""
    event = (await _event(desk, given.event)).body
    asked = {**_WHOLE_OF_IT, "same_as": event["iri"], "limit": 200}
    same = (await desk.ask(f"{_API}/events", asked)).body["items"]
    events = same or [event]
    named = [claim["id"] for one in events for claim in one["claims"]]
    begin = _number(given.cursor, len(named))
    page = named[begin : begin + given.limit]
    found = [await _one(desk, "claims", name) for name in page]
    following = str(begin + given.limit) if begin + given.limit < len(named) else None
    stated = {
        name: [value for one in events for value in one[name]]
        for name in ("perpetrators", "participants", "targets", "places", "times", "quantities")
    }
    made = _made((items.of_claim(one.body) for one in found), words.CLAIM, found[-1] if found else None)
    return {
        **made,
        "next_cursor": following,
        "events": [{name: one[name] for name in ("id", "type", "label", "report")} for one in events],
        "same_event": [said for one in events for said in one["same_event"]],
        "stated": stated,
        "sources": sorted({one["according_to"] for one in made["items"]}),
    }


async def _event(desk: Desk, name: str) -> Told:
    """Return an event by its id, or by that of a claim about it."""
    try:
        return await _one(desk, "events", name)
    except RefusedError as error:
        try:
            claim = (await _one(desk, "claims", name)).body
        except RefusedError:
            raise error from None
        if claim["event"] is None:
            raise RefusedError(f"the claim {name!r} is about no event") from None
        return await _one(desk, "events", claim["event"]["iri"])


async def _questions(desk: Desk, given: arguments.Nothing) -> dict[str, Any]:
    del given
    told = await desk.ask(f"{_API}/questions", {})
    shown = ("name", "title", "question", "parameters", "columns", "ordered")
    found = ({"kind": "question", **{name: one[name] for name in shown}} for one in told.body["items"])
    return _made(map(items.of_meaning, found), words.MEANING, told)


async def _ask(desk: Desk, given: arguments.Ask) -> dict[str, Any]:
    if "/" in given.question or given.question.endswith((".csv", ".html")):
        raise RefusedError(f"there is no question {given.question!r}; `list_questions` has them")
    told = await desk.ask(f"{_API}/questions/{given.question}", given.parameters)
    rows = told.body["rows"]
    shown = rows[given.offset : given.offset + given.limit]
    more = {"title": told.body["title"], "columns": told.body["columns"], "total": len(rows)}
    return _made(map(items.of_row, shown), words.ROW, told, offset=given.offset, **more)


async def _schema(desk: Desk, given: arguments.Schema) -> dict[str, Any]:
    """Return the modules and code lists, or the words of one of them."""
    modules = await run_in_threadpool(vocabulary.sections, desk.reader)
    lists = await run_in_threadpool(vocabulary.lists, desk.reader)
    if given.about is None:
        found = [
            {"kind": kind, "name": one.name, "title": one.title, "description": one.description}
            for kind, those in (("module", modules), ("code list", lists))
            for one in those
        ]
        return _made(map(items.of_meaning, found), words.MEANING, None, prefixes=dict(PREFIXES))
    section = next((one for one in (*modules, *lists) if one.name == given.about), None)
    if section is None:
        known = ", ".join(one.name for one in (*modules, *lists))
        raise RefusedError(f"about: {given.about!r} is no module and no code list; there are {known}")
    entries = (
        {
            "kind": one.kind,
            "name": one.name,
            "iri": one.iri,
            "label": one.label,
            "definition": one.definition,
            "notes": one.notes,
            "broader": one.broader,
            "domain": one.domain,
            "range": one.range,
        }
        for one in section.entries
    )
    return _made(map(items.of_meaning, entries), words.MEANING, None, title=section.title)


async def _sparql(desk: Desk, given: arguments.Sparql) -> dict[str, Any]:
    told = await desk.ask("/sparql", {"query": given.query}, f"{_RESULTS}, {_TURTLE}")
    if isinstance(told.body, str):
        text = told.body[:_LONGEST]
        graph = {"turtle": text, "is_cut": len(text) < len(told.body)}
        return _made([items.of_found(graph)], words.ROW, told)
    if "boolean" in told.body:
        return _made([items.of_found({"answer": told.body["boolean"]})], words.ROW, told)
    rows = told.body["results"]["bindings"]
    shown = [{name: term["value"] for name, term in row.items()} for row in rows[: given.limit]]
    more = {"columns": told.body["head"]["vars"], "total": len(rows), "is_cut": len(rows) > len(shown)}
    return _made(map(items.of_found, shown), words.ROW, told, **more)


async def _statistics(desk: Desk, given: arguments.Statistics) -> dict[str, Any]:
    asked = given.model_dump(by_alias=True, exclude_none=True, exclude={"limit"})
    told = await desk.ask(f"{_API}/statistics", asked)
    groups = told.body["items"]
    shown = map(items.of_figures, groups[: given.limit])
    return _made(shown, words.FIGURE, told, total=len(groups))


async def _one(desk: Desk, path: str, name: str) -> Told:
    """Return a resource; raise RefusedError where the name is none of its kind."""
    told = await desk.ask(f"{_API}/{path}/{name}", {})
    if not isinstance(told.body, dict) or "iri" not in told.body:
        raise RefusedError(f"{name!r} is no id of {path}")
    return told


def _number(cursor: str | None, most: int) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10 and int(cursor) <= most):  # noqa: PLR2004
        raise RefusedError("cursor: take it from `next_cursor`, unchanged")
    return int(cursor)


def _hidden(told: Told | None) -> dict[str, int]:
    """Return how much an answer hides for its credibility, where it is one that may."""
    body = None if told is None else told.body
    if not isinstance(body, dict):
        return {}
    return {name: body[name] for name in ("hidden", "hidden_claims") if isinstance(body.get(name), int)}


def _made(found: Iterable[Any], is_not: str, told: Told | None, **more: object) -> dict[str, Any]:
    return {
        "items": list(found),
        "is_not": is_not,
        "rules": words.RULES,
        "next_cursor": None if told is None else told.cursor,
        "sequence": None if told is None else told.sequence,
        **_hidden(told),
        **more,
    }


TOOLS: Final[Sequence[Tool]] = (
    Tool(
        "search",
        "Search words",
        "Find words in quotes, gists, titles, names, wordings of terms and texts that may be shown, in any "
        "language. Claims that are found come whole, with evidence and chain, and terms with all wordings.",
        arguments.Search,
        _search,
    ),
    Tool(
        "suggest",
        "Find ids by names",
        "Find actors, agreements and places by how a name begins, in any script; typos are forgiven. Use it "
        "to turn a name into the id that other tools take.",
        arguments.Suggest,
        _suggest,
    ),
    Tool(
        "get_agreement",
        "Read an agreement",
        "Read an agreement: parties, dates, changes, and its terms with their wordings, norms and rival "
        "readings. `status` of a wording tells whether its words are verbatim.",
        arguments.Agreement,
        _agreement,
    ),
    Tool(
        "list_alleged_violations",
        "List alleged violations",
        "List what is alleged against agreements and their terms, then candidates: a rule found the "
        "term, and no source named it; by agreement, term, perpetrator, place, period, source, basis and "
        "status. Each comes with its evidence, and with who denies it.",
        arguments.Violations,
        _violations,
    ),
    Tool(
        "get_claim",
        "Read a claim",
        "Read one claim: the exact words, according to whom step by step, how it is put, what it says, and "
        "what corrects, disputes or confirms it.",
        arguments.Claim,
        _claim,
    ),
    Tool(
        "compare_accounts",
        "Compare accounts of an event",
        "Compare what different sources say of one event, and of events accepted to be the same: each claim "
        "with its chain, and who states which actors, places, times and numbers. Do not decide between them.",
        arguments.Compare,
        _compare,
    ),
    Tool(
        "list_questions",
        "List the questions of the catalogue",
        "List the questions that the graph answers, with parameters and columns.",
        arguments.Nothing,
        _questions,
    ),
    Tool(
        "ask_question",
        "Ask a question of the catalogue",
        "Answer a question of the catalogue, such as casualties as each source counts them, as a table.",
        arguments.Ask,
        _ask,
    ),
    Tool(
        "statistics",
        "Count records",
        "Count alleged violations, candidates and claims by agreement, term, state, force, region, "
        "source, week or month, each kind apart.",
        arguments.Statistics,
        _statistics,
    ),
    Tool(
        "describe_schema",
        "Describe the schema",
        "Describe classes, properties and codes of the graph, for SPARQL; without `about`, what there is.",
        arguments.Schema,
        _schema,
    ),
    Tool(
        "run_sparql",
        "Run a SPARQL query",
        "Run a SPARQL query that reads, within limits of time and memory. The default graph is the union of "
        "all. A claim is linked to its words by evidence, and to who says so by attribution: ask for both.",
        arguments.Sparql,
        _sparql,
    ),
)
BY_NAME: Final[Mapping[str, Tool]] = {tool.name: tool for tool in TOOLS}
