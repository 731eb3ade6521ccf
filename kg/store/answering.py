"""The answer of the engine to a query of anybody's, in every syntax that is served; knows no rdflib."""

from __future__ import annotations

import io
import re
import time
from contextlib import suppress
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Final, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from kg.errors import BadParameterError, ClockError, QueryError, QuerySyntaxError, UnwritableError
from kg.store.complaints import complaints
from kg.store.corrections import corrected, in_order
from kg.store.distances import FUNCTIONS
from kg.store.extremes import AGGREGATES, with_extremes
from kg.store.lexer import has_dataset_clause
from kg.store.older_tables import watched, write_older
from kg.store.order_key import FUNCTION, order_key
from kg.store.order_text import with_order_keys
from kg.store.versions import NewerError, Older, OlderTable, older, split
from kg.store.xml_output import NotXmlError, XmlOutput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.store.base import Dataset

Done = TypeVar("Done")
Functions: TypeAlias = "Mapping[ox.NamedNode, Callable[..., ox.Literal | None]]"
Result: TypeAlias = "ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean"

RESULTS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""The syntaxes of tables and truth values by their media types."""
GRAPHS: Final[Mapping[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
"""The syntaxes of graphs by their media types; those of datasets hold the graph as their default graph."""
_TSV: Final = "text/tab-separated-values"
_TABLES: Final = frozenset({"application/sparql-results+json", "application/sparql-results+xml"})
_XML: Final = frozenset({"application/sparql-results+xml", "application/rdf+xml"})
_PLACE = re.compile(r"(?:error at |line )?(\d+):(\d+)")
_UNKNOWN = re.compile(r"The custom function <([^>]*)> is not supported")
_NO_SYNTAX = re.compile(r"does not support|not supported|cannot be serialized", re.IGNORECASE)
_FUNCTIONS: Final = 100
"""How many functions that the engine does not know a query may call."""


def write_answer(  # noqa: PLR0913 - a query, where to ask it, and where the answer goes
    engine: ox.Store,
    query: str,
    media_type: str,
    output: IO[bytes],
    dataset: Dataset | None = None,
    *,
    union: bool = True,
    base: str | None = None,
) -> None:
    """Write the whole answer of a read query to a file, serialised as the media type says.

    The default graph of a query that chooses none is the union of all graphs, or the engine's own. A
    dataset that is given stands for the one that the query names, as the SPARQL protocol wants it.
    Relative IRIs are so to the base, unless the query names one. Functions that the engine does not know
    give nothing, as any error in an expression.

    RDF 1.2 is written where the media type ends in `;version=1.2`, and else what RDF 1.1 has of it
    (`kg.store.versions`); the file is then one that can be begun anew.

    Raises QuerySyntaxError, BadParameterError for a dataset whose graphs are no IRIs, QueryError for what
    the engine cannot do, UnwritableError for what the syntax cannot hold; ValueError for a media type that
    does not fit the form of the query; and what writing to the file raises.
    """
    try:
        with complaints():
            written, newer = split(media_type)
            if newer:
                _serialise(evaluate(engine, query, dataset, union=union, base=base), written, output)
                return
            try:
                result = evaluate(engine, query, dataset, union=union, base=base)
                _serialise_older(result, written, output)
            except NewerError:
                output.seek(0)
                output.truncate()
                result = evaluate(engine, query, dataset, union=union, base=base)
                _serialise(result, written, output, older)
    except RuntimeError as error:
        raise QueryError(str(error)) from error


def answer_bytes(  # noqa: PLR0913 - as above
    engine: ox.Store,
    query: str,
    media_type: str,
    dataset: Dataset | None = None,
    *,
    union: bool = True,
    base: str | None = None,
) -> bytes:
    """Return what `write_answer` writes."""
    output = io.BytesIO()
    write_answer(engine, query, media_type, output, dataset, union=union, base=base)
    return output.getvalue()


def evaluate(
    engine: ox.Store,
    query: str,
    dataset: Dataset | None = None,
    *,
    union: bool = True,
    base: str | None = None,
) -> Result:
    """Return the answer of a query as the engine gives it; raises what `write_answer` raises."""
    told = with_order_keys(with_extremes(corrected(query)))
    options = _options(dataset, base)
    choose = union and dataset is None
    result = _parsed(engine, (told, query) if told != query else (query,), options, union=choose)
    if isinstance(result, ox.QuerySolutions):
        ordered = in_order(told, [variable.value for variable in result.variables])
        if ordered is not None:
            result = _parsed(engine, (ordered, told), options, union=choose)
    return result


@lru_cache(maxsize=256)
def wording(query: str) -> str:
    """Return a query of our own as the engine has to be told it, whatever is bound in it later."""
    return with_order_keys(with_extremes(corrected(query)))


def construct(engine: ox.Store, told: str, *, union: bool) -> ox.QueryTriples:
    """Return the triples of a CONSTRUCT query of our own that names no dataset, told as `wording` has it."""
    found = answered(engine, told, union=union)
    if not isinstance(found, ox.QueryTriples):
        raise QuerySyntaxError("a CONSTRUCT query was expected")
    return found


def answered(engine: ox.Store, told: str, *, union: bool) -> Result:
    """Return the answer of a query of our own that names no dataset, told as `wording` has it."""
    return with_any_function(
        lambda functions: engine.query(
            told,
            use_default_graph_as_union=union,
            custom_functions=dict(functions),
            custom_aggregate_functions=dict(AGGREGATES),
        ),
    )


def syntax_error(error: SyntaxError) -> QuerySyntaxError:
    """Return what the engine says of a query that does not parse, with the place."""
    place = _PLACE.search(str(error))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return QuerySyntaxError(str(error), line, column)


def _options(dataset: Dataset | None, base: str | None) -> dict[str, object]:
    """Return what the engine is told besides a query; a base that is no IRI is none."""
    options: dict[str, object] = {}
    if dataset is not None:
        options |= {"default_graph": _nodes(dataset.default), "named_graphs": _nodes(dataset.named)}
    if absolute(base) is not None:
        options["base_iri"] = base
    return options


def absolute(base: str | None) -> str | None:
    """Return a base if it is an IRI; one that is none is none."""
    with suppress(ValueError):
        return None if base is None else ox.NamedNode(base).value
    return None


def _parsed(
    engine: ox.Store, wordings: Sequence[str], options: Mapping[str, object], *, union: bool
) -> Result:
    """Return the answer to the first wording that parses; the place of an error is that in the last one."""
    *others, last = wordings
    for wording in others:
        with suppress(SyntaxError):
            return _asked(engine, wording, options, union=union)
    try:
        return _asked(engine, last, options, union=union)
    except SyntaxError as error:
        raise syntax_error(error) from error


def _asked(engine: ox.Store, query: str, options: Mapping[str, object], *, union: bool) -> Result:
    told = dict(options)
    if union and not has_dataset_clause(query):  # the engine ignores FROM where it is told of the union
        told["use_default_graph_as_union"] = True
    return with_any_function(
        lambda functions: engine.query(
            query,
            custom_functions=dict(functions),
            custom_aggregate_functions=dict(AGGREGATES),
            **told,  # type: ignore[arg-type]
        ),
    )


def with_any_function(run: Callable[[Functions], Done]) -> Done:
    """Return what the function gives that runs a query or an update, told of functions besides its own.

    Those that the engine does not know give nothing, as any error in an expression. Raises ClockError where
    the engine could not tell the time.
    """
    if time.time() < 0:  # the engine would end the process
        raise ClockError("the clock of this machine stands before 1970: set it")
    functions: dict[ox.NamedNode, Callable[..., ox.Literal | None]] = {**FUNCTIONS, FUNCTION: order_key}
    while True:
        try:
            return run(functions)
        except RuntimeError as error:
            unknown = _UNKNOWN.search(str(error))
            if unknown is None or len(functions) >= _FUNCTIONS:
                raise
            functions[ox.NamedNode(unknown[1])] = _nothing


def _nothing(*_: object) -> None:
    """Return what a function gives that nobody knows: an error, as SPARQL has it."""


def _serialise_older(result: Result, media_type: str, output: IO[bytes]) -> None:
    """Write an answer as RDF 1.1; raise NewerError where a graph may be none."""
    if isinstance(result, ox.QueryTriples):
        _serialise(result, media_type, cast("IO[bytes]", Older(output)))
    elif media_type == _TSV:
        table = OlderTable(output)
        _serialise(result, media_type, cast("IO[bytes]", table))
        table.finish()
    elif isinstance(result, ox.QuerySolutions) and media_type in _TABLES:
        _serialise(result, media_type, cast("IO[bytes]", watched(output)))
    else:
        _serialise(result, media_type, output)


def _serialise(
    result: Result,
    media_type: str,
    output: IO[bytes],
    told: Callable[[Iterable[ox.Triple]], Iterable[ox.Triple]] | None = None,
) -> None:
    formats = _formats(result, media_type)
    xml = XmlOutput(output) if media_type in _XML else None
    target = cast("IO[bytes]", xml) if xml is not None else output
    try:
        if told is None or isinstance(result, ox.QueryBoolean):
            result.serialize(target, format=formats[media_type])  # type: ignore[arg-type]
        elif isinstance(result, ox.QueryTriples):
            ox.serialize(told(result), target, format=GRAPHS[media_type])
        else:
            write_older(result, media_type, target)
        if xml is not None:
            xml.finish()
    except NotXmlError as error:
        raise UnwritableError(f"{media_type}: {error}") from error
    except OSError as error:
        if _NO_SYNTAX.search(str(error)) and isinstance(output, Older):
            raise NewerError from error
        if _NO_SYNTAX.search(str(error)):
            raise UnwritableError(f"{media_type}: {error}") from error
        raise


def _formats(result: Result, media_type: str) -> Mapping[str, object]:
    """Return how an answer of its form can be written; raise ValueError if not so."""
    graph = isinstance(result, ox.QueryTriples)
    formats: Mapping[str, object] = GRAPHS if graph else RESULTS
    if media_type not in formats:
        raise ValueError(f"{'a graph' if graph else 'a result'} cannot be written as {media_type}")
    return formats


def _nodes(names: tuple[str, ...]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(name) for name in names]
    except ValueError as error:
        raise BadParameterError(f"a graph is named by an IRI: {error}") from error
