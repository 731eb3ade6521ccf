"""The page about the questions, made from their headers: `python -m kg.query.page > docs/questions.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kg.query.questions import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.questions import Question

_HEAD = """# The questions

What the graph is there to answer. Each question is one file in `ontology/questions/`: SPARQL, with its words,
its parameters and its columns in the header. Run one with `servanda ask 1`, `servanda ask casualties` or
`servanda ask 02-what-happened --param from=2021-08-26 --param to=2021-08-26`.

- A parameter that is not given means "any". `iri:` parameters take an id (`armenia`; an event is
  `report/key`) or a full IRI; `code:` parameters take a code of that list; a `date` is a bound of
  [the period](api.md#periods), and `zone` says where days are days. What the store does not know is an
  error, not an empty answer.
- Rows that rest on doubtful claims alone are [hidden and counted](api.md#what-is-hidden), unless
  `min_credibility` asks for them.
- Unknown is said in words ("side not stated", "none named"). Only numbers, dates and instants may be missing,
  and whether civilians are counted.
- A candidate is what a rule found of a term that no source named. A record is alleged or a candidate, and
  the column `status` says which; where both are listed, the candidates of an agreement come after what
  somebody alleged of it. The sources of a candidate tell of the act; whether any calls it a breach,
  `alleged_without_term` says.
- What is denied, predicted or conditional is in no list of what happened, of losses or of sources. Who denies
  an act is no source of it, and whom he names has not done it by his word.
- `place` means the place itself and what lies within it, by containment or by outline; an actor means the
  actor and anybody whose conduct is its own, such as its forces; a term means the term and its parts. The
  filters of the HTTP interface mean the same.
- What its own publisher or source corrected or took back stays where it was said; the column `taken_back_by`
  names by what. It supports no record.
- The numbers up to 30 are those of the list of questions that the graph was designed for, but for 27, which
  like those from 31 on came later. 14 and 28 to 30 are not answered yet: 14 needs distances to a corridor,
  which has no outline; 28 and 29 need datasets of events and of agreements; 30 needs the earlier versions of
  what was revised.
"""


def page(questions: Iterable[Question]) -> str:
    """Return the page as Markdown: a table of the questions, then each with parameters and columns."""
    known = tuple(questions)
    table = ["| | title | question |", "|---|---|---|"]
    table += [f"| [{q.number}](#{q.number}-{q.slug}) | {q.title} | {q.words} |" for q in known]
    return "\n".join([_HEAD, *table, "", *(_section(question) for question in known)])


def _section(question: Question) -> str:
    lines = [f'<a id="{question.number}-{question.slug}"></a>', f"## {question.number}. {question.title}", ""]
    lines += [question.words, ""]
    if question.parameters:
        lines += ["| parameter | type | |", "|---|---|---|"]
        lines += [f"| `{item.name}` | {item.type} | {item.description} |" for item in question.parameters]
        lines.append("")
    lines += ["| column | type | |", "|---|---|---|"]
    lines += [f"| `{item.name}` | {item.type} | {item.description} |" for item in question.columns]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(page(catalogue()))
