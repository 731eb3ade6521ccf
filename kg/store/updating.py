"""Making a SPARQL update in the engine: all of it, or nothing and an exception. Knows no rdflib."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.store.answering import absolute, syntax_error, with_any_function
from kg.store.complaints import complaints
from kg.store.corrections import corrected
from kg.store.extremes import AGGREGATES, with_extremes
from kg.store.order_text import with_order_keys
from kg.store.update_text import with_one_prologue, without_silent_loads

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.store.answering import Functions


def standard(update: str) -> str:
    """Return the update as the engine has to be told it, where it departs from the standard.

    Raises QuerySyntaxError for what is no SPARQL though the engine takes it. Long ones take seconds.
    """
    told = corrected(with_one_prologue(without_silent_loads(update)))
    return with_order_keys(with_extremes(told))


def make_update(
    engine: ox.Store, update: str, base: str | None = None, more: Functions = MappingProxyType({})
) -> None:
    """Make an update in one transaction. The default graph of its patterns is the engine's own.

    Relative IRIs are so to the base, unless the update names one; it may call `more` functions. It is as
    `standard` tells it, and it has been checked that nothing in it reaches outside. Raises QuerySyntaxError
    with the place, QueryError for what the engine cannot do.
    """

    def run(functions: Functions) -> None:
        engine.update(
            update,
            base_iri=absolute(base),
            custom_functions={**functions, **more},
            custom_aggregate_functions=dict(AGGREGATES),
        )

    try:
        with complaints():
            with_any_function(run)
    except SyntaxError as error:
        raise syntax_error(error) from error
    except RuntimeError as error:
        raise QueryError(str(error)) from error
