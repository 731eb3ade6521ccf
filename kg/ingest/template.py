"""A document to fill in, for a text that somebody wants to annotate."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import chain, count
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.ingest.codes import bundled_code_lists
from kg.ingest.folding import fold
from kg.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SENTENCE = re.compile(
    "[^\\n]+?(?:[.!?\u2026]+[\"'\u201d\u2019\u00bb)\\]]*(?=\\s|\\Z)|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d]*|(?=\\n)|\\Z)"
)
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What can stand in no document, or would end a comment."""
_LONGEST_TITLE = 150
_SENTENCES = 200

_code_lists = cache(bundled_code_lists)

_HEAD = """\
# What {name} says, claim by claim. Fill in what stands empty; lines that begin with # are not read.
# Each field is explained in docs/documents/report.md.
kind: report
id: {identifier}
type:             # news, mission, official-statement, court-order or dataset
title: {title}
language:         # language of the text, such as en, ru or ar
annotator:        # your id, or your team's: an actor of type analyst
{where}
text_extent: full # or excerpt
# publisher:      # id of the outlet or institution; leave out if the text does not say
# issued:         # day of publication, such as 2021-08-26; leave out if not known
# url:            # where you read it
# retrieved:      # the day on which you read it
# licence:        # without a licence only the words that you quote are shown to others
# zone: "+04:00"  # offset from UTC of the times in the text, if it is known

# What happened, or is said to have happened; who, where and when stand in the claims.
events:
#  - key: closure
#    type: road-closure
#    label: Closure of the road

claims:
#  - key: c1
#    gist: The claim in one sentence of your own.
#    quote: the exact words, copied from the text
#    modality: reported
#    hedges: [it seems that]             # words that weaken it, if there are any
#    about: closure                      # key of an event above
#    perpetrators: []                    # who, by the claim, did it
#    participants: []                    # who else took part
#    places: []
#    time: {{value: 2021-08-26, text: on 26 August, inferred: [year], reason: how you know the year}}
#    attribution:                        # whom the text names as its source, nearest first
#      - {{agent: some-outlet, verb: reported}}
#    alleges: {{agreement: some-agreement, term: "1"}}   # only if the text itself says that it was broken
"""


def template(
    text: str,
    name: str,
    identifier: str | None = None,
    *,
    taken_from: str | None = None,
    inline: bool = False,
) -> str:
    """Return the document in which the claims of a text can be written down; YAML with comments.

    `name` is the name of the text's file, beside which the document is to be kept; `inline` puts the text
    into the document instead. `taken_from` says what the text was taken out of, if it was.
    """
    file = PurePath(name).name
    where = f"text: {_quoted(text)}" if inline else f"text_file: {_scalar(file)}"
    if taken_from is not None:
        where += f"\ntext_fidelity: normalised # taken out of {_shown(taken_from)}"
    head = _HEAD.format(
        name=_shown(taken_from or file),
        identifier=identifier or slug(PurePath(file).stem) or "report",
        title=_scalar(_title(text, file)),
        where=where,
    )
    lists = _code_lists()
    parts = [
        head,
        _codes("Modalities: how the text puts it.", lists.get("modality", {})),
        _codes("Types of event.", lists.get("event-type", {})),
        _sentences(text),
    ]
    return "\n".join(parts)


def free_slug(name: str, taken: Callable[[str], bool]) -> str:
    """Return an id made from a name that is not taken: with a number, if it must be.

    >>> free_slug("Radio", {"radio", "radio-2"}.__contains__)
    'radio-3'
    """
    first = slug(name) or "report"
    return next(made for made in chain([first], (f"{first}-{n}" for n in count(2))) if not taken(made))


def _title(text: str, file: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), file)
    folded = fold(_UNFIT.sub(" ", first.removeprefix("\ufeff")))
    if len(folded) > _LONGEST_TITLE:
        folded = folded[:_LONGEST_TITLE].rsplit(" ", 1)[0]
    return folded or file


def _scalar(value: str) -> str:
    """Return the text as a YAML scalar: plain if that is safe, else in quotation marks."""
    if re.fullmatch(r"[A-Za-z0-9][\w ,.()'/-]*", value) and value.lower() not in {"null", "true", "false"}:
        return value.strip()
    return _quoted(value)


def _codes(heading: str, codes: Mapping[str, str]) -> str:
    width = max((len(code) for code in codes), default=0)
    lines = [f"#   {code.ljust(width)}  {meaning}".rstrip() for code, meaning in codes.items()]
    return "\n".join([f"# {heading}", *lines, ""])


def _sentences(text: str) -> str:
    """Return the sentences of the text as comments, from which quotes can be copied, sign by sign."""
    found = [match for match in _SENTENCE.finditer(text) if match.group().strip()]
    lines = [f"#   {_shown(match.group())}" for match in found[:_SENTENCES]]
    if len(found) > _SENTENCES:
        line = text.count("\n", 0, found[_SENTENCES].start()) + 1
        left = len(found) - _SENTENCES
        lines.append(
            f"# The list stops here: {left} more, from line {line} of the text on, are in the text only."
        )
    return "\n".join(["# Sentences of the text, from which to copy quotes.", *lines, ""])


def _shown(text: str) -> str:
    """Return the text on one line; all that can stand in a comment is kept, seen or not."""
    return " ".join(_UNFIT.sub(" ", text).split())


def _quoted(text: str) -> str:
    """Return the text as a YAML scalar that gives it back code point by code point."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"  # noqa: PLR2004
