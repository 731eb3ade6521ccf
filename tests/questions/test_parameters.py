"""What may be given for a parameter, and how a slip is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import BadParameterError, QueryError
from kg.query import ask, find
from kg.query.questions import parse
from kg.settings import DEFAULT_BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import OxigraphStore


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("perpetrator", f"{DEFAULT_BASE}actor/azerbaijan"),
        ("agreement", f"{DEFAULT_BASE}agreement/nk-2020-11-10"),
        ("report", f"{DEFAULT_BASE}report/seed-syunik-highway-2021"),
        ("basis", "https://w3id.org/servanda/vocabulary/basis/source-asserted"),
        ("status", "alleged"),
    ],
)
def test_an_id_a_code_and_a_full_iri_all_do(
    name: str, value: str, stores: Mapping[str, OxigraphStore]
) -> None:
    answer = ask(stores["demo"], find("1"), {name: value})
    assert answer.rows[0]["claims"] == "c13"


@pytest.mark.parametrize(
    ("question", "name", "value", "said"),
    [
        ("1", "colour", "red", "takes no parameter 'colour'; it takes agreement"),
        ("1", "perpetrator", "azerbaijjan", "knows no actor 'azerbaijjan'"),
        ("1", "perpetrator", "not an id", "neither an id"),
        ("1", "perpetrator", 'x"> } #', "neither an id"),
        ("1", "report", "https://example.org/nothing", "knows no report"),
        ("1", "basis", "sourced-asserted", "there is source-asserted"),
        ("1", "from", "last week", "is no date"),
        ("1", "from", "2021-02-30", "is no date"),
        ("1", "to", "26.08.2021", "write 2021-08-26"),
        ("1", "before", "0001-01-01", "nothing was before"),
        ("3", "from", "2021", "takes no parameter 'from'"),
        ("1", "zone", "Kyiv", "write Europe/Kyiv"),
        ("3", "zone", "MSK", "write Europe/Moscow"),
        ("8", "event", "border-fighting", "neither report/key"),
        ("8", "event", "seed-syunik-highway-2021/nothing", "knows no event"),
    ],
)
def test_a_slip_is_an_error_and_never_an_empty_answer(
    question: str, name: str, value: str, said: str, stores: Mapping[str, OxigraphStore]
) -> None:
    with pytest.raises(BadParameterError, match=said):
        ask(stores["demo"], find(question), {name: value})


@pytest.mark.parametrize("value", ['1" } UNION { ?s ?p ?o', "1\\", "1\n2", "№ 1"])
def test_a_string_stays_a_string(value: str, stores: Mapping[str, OxigraphStore]) -> None:
    assert ask(stores["demo"], find("1"), {"term": value}).rows == ()


def _file(column: str, query: str) -> str:
    return f'# title: T\n# question: Q?\n# column: it {column} "it"\n# order: no\n\nSELECT ?it {{ {query} }}'


@pytest.mark.parametrize(
    ("column", "term", "value"),
    [
        ("integer", "3", 3),
        ("decimal", "3", 3),
        ("decimal", "2.5", 2.5),
        ("boolean", "false", False),
        ("string", '"a"@en', "a"),
        ("date", '"2021-08-26"^^<http://www.w3.org/2001/XMLSchema#date>', "2021-08-26"),
        ("iri", "<urn:a>", "urn:a"),
        ("string", "?nothing", None),
    ],
)
def test_a_cell_has_the_type_of_its_column(
    column: str, term: str, value: object, stores: Mapping[str, OxigraphStore]
) -> None:
    question = parse("99-cell.rq", _file(column, f"BIND ({term} AS ?it)"))
    found = ask(stores["demo"], question, {}).rows[0]["it"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("column", "term"), [("integer", "2.5"), ("iri", '"a"'), ("string", "<urn:a>"), ("datetime", "1")]
)
def test_a_term_of_another_type_is_a_fault_of_the_question(
    column: str, term: str, stores: Mapping[str, OxigraphStore]
) -> None:
    question = parse("99-cell.rq", _file(column, f"BIND ({term} AS ?it)"))
    with pytest.raises(QueryError, match="column it is no"):
        ask(stores["demo"], question, {})


@pytest.mark.parametrize("end", ["to", "before"])
def test_a_period_that_ends_before_it_begins_names_both_ends(
    end: str, stores: Mapping[str, OxigraphStore]
) -> None:
    with pytest.raises(BadParameterError, match=rf"from: '2021-08-27' is .* {end}: '2021-08-26'"):
        ask(stores["demo"], find("1"), {"from": "2021-08-27", end: "2021-08-26"})


_DATED = """# title: T
# question: Q?
# param: {name} date "then"
# column: it string "it"
# order: no

SELECT ?it {{
  VALUES ?{name} {{ UNDEF }} # @param {name}
  ?it <urn:x> ?earliest .
  FILTER ({condition})
}}"""


@pytest.mark.parametrize(
    ("name", "condition", "said"),
    [
        ("from", "!BOUND(?from) || ?earliest >= ?from", "from means FILTER"),
        ("day", "!BOUND(?day) || ?earliest = ?day", "are from, to, before"),
    ],
)
def test_a_question_cannot_give_days_a_meaning_of_its_own(name: str, condition: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        parse("99-days.rq", _DATED.format(name=name, condition=condition))
