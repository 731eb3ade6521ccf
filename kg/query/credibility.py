"""Which judgement of a claim keeps it out of answers: one rule for lists, questions, searches and exports.

Claims are judged after the Admiralty scale: 1 *confirmed* is the most credible, 5 *improbable* the least,
and 6 says that nobody can judge. `min_credibility` is the least credible grade that an answer still tells
of: what is judged worse is hidden, and every answer says how much that was. What nobody has judged is never
hidden: a claim without a grade, and one of grade 6. What rests on several claims, a record or an event, is as
credible as the best of them. Unless something else is asked for, grades 4 and 5 are hidden; 4 is what claims
have that a machine coded and nobody has read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.terms import concept

if TYPE_CHECKING:
    from rdflib.term import URIRef

NAME: Final = "min_credibility"
"""The parameter."""
DEFAULT: Final = "3"
"""The least credible grade that is told of where nothing else is asked for: *possibly true*."""
ALL: Final = "6"
"""With which nothing is hidden."""
GRADES: Final = ("1", "2", "3", "4", "5", "6")
TAKES: Final = "grade"
"""What a filter takes that is such a grade."""
WORDS: Final = (
    "The least credible grade that is shown, of the list `credibility`: 1 (confirmed) is the most credible, "
    "5 (improbable) the least. What all claims that it rests on are judged worse is hidden, and counted in "
    "`hidden`; what nobody has judged (no grade, or 6) never is. By default 3, which hides what machines "
    "coded (4); 6 hides nothing."
)
_JUDGED: Final = ("2", "3", "4", "5")
"""Grades that are worse than some other."""
_GRADES: Final = " ".join(f"<{concept('credibility', one)}>" for one in _JUDGED)
_LOW: Final = f"""  FILTER NOT EXISTS {{
  VALUES ?{NAME} {{ UNDEF }} # @param {NAME}
  ?rests svd:credibility ?{NAME} .
  }}"""


def worse(grade: str) -> tuple[URIRef, ...]:
    """Return the grades that are less credible than one; raise BadParameterError for what is no grade.

    >>> [str(one)[-1] for one in worse("3")], worse("6")
    (['4', '5'], ())
    """
    if grade not in GRADES:
        raise BadParameterError(
            f"{NAME}: {grade!r} is no grade; from 1, the most credible only, to 6, which hides nothing"
        )
    return tuple(concept("credibility", one) for one in _JUDGED if one > grade)


def told(number: str, way: str) -> str:
    """Return in words how much an answer hides, and by what it is shown.

    >>> told("12 rows", "-p min_credibility=6")
    '12 rows of low credibility are hidden; -p min_credibility=6 shows them'
    """
    return f"{number} of low credibility are hidden; {way} shows them"


def hiding(item: str, to_claim: str | None = None) -> str:
    """Return the pattern that keeps out what rests on no better claim than of the grades in its marked line.

    `to_claim` leads from the item to `?rests`, a claim of it; without it the item is a claim itself.
    """
    if to_claim is None:
        return _LOW.replace("?rests", item)
    return f"  FILTER (NOT EXISTS {{ {to_claim} }} || EXISTS {{\n{to_claim}\n{_LOW}\n  }})"


def marking(item: str, to_claim: str | None = None) -> str:
    """Return the pattern that binds each grade of an item of which all claims are judged and none as 1."""
    if to_claim is None:
        return f"  {item} svd:credibility ?{NAME} .\n  VALUES ?{NAME} {{ {_GRADES} }}"
    other = to_claim.replace("?rests", "?other")
    return f"""  {to_claim}
  ?rests svd:credibility ?{NAME} .
  VALUES ?{NAME} {{ {_GRADES} }}
  FILTER NOT EXISTS {{
    {other}
    FILTER NOT EXISTS {{ ?other svd:credibility ?judged . VALUES ?judged {{ {_GRADES} }} }}
  }}"""
