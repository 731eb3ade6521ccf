"""A document to fill in, for a text that somebody wants to annotate."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.ingest.codes import bundled_code_lists
from kg.ingest.quotes import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCE = re.compile(r"[^.!?\n\u3002]+[.!?\u3002]*")
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
text_file: {name}
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


def template(text: str, name: str) -> str:
    """Return the document in which the claims of a text can be written down; YAML with comments.

    `name` is the name of the text's file, beside which the document is to be kept.
    """
    file = PurePath(name).name
    head = _HEAD.format(
        name=_scalar(file), identifier=slug(PurePath(file).stem), title=_scalar(_title(text, file))
    )
    lists = _code_lists()
    parts = [
        head,
        _codes("Modalities: how the text puts it.", lists.get("modality", {})),
        _codes("Types of event.", lists.get("event-type", {})),
        _sentences(text),
    ]
    return "\n".join(parts)


def slug(name: str) -> str:
    """Return an id made from a name.

    >>> slug("Bericht_über Straße (2).v1")
    'bericht-uber-strasse-2-v1'
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "report"


def _title(text: str, file: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), file)
    folded = fold("".join(character for character in first if character.isprintable() or character == "\xa0"))
    if len(folded) > _LONGEST_TITLE:
        folded = folded[:_LONGEST_TITLE].rsplit(" ", 1)[0]
    return folded or file


def _scalar(value: str) -> str:
    """Return the text as a YAML scalar: plain if that is safe, else in quotation marks."""
    if re.fullmatch(r"[A-Za-z0-9][\w ,.()'/-]*", value) and value.lower() not in {"null", "true", "false"}:
        return value.strip()
    return json.dumps(value, ensure_ascii=False)


def _codes(heading: str, codes: Mapping[str, str]) -> str:
    width = max((len(code) for code in codes), default=0)
    lines = [f"#   {code.ljust(width)}  {meaning}".rstrip() for code, meaning in codes.items()]
    return "\n".join([f"# {heading}", *lines, ""])


def _sentences(text: str) -> str:
    """Return the sentences of the text as comments, from which quotes can be copied."""
    found = [fold(match.group()) for match in _SENTENCE.finditer(text)]
    shown = [sentence for sentence in found if len(sentence.split()) > 1 or len(sentence) > 10][:_SENTENCES]  # noqa: PLR2004
    lines = [f"#   {''.join(c for c in sentence if c.isprintable())}" for sentence in shown]
    return "\n".join(["# Sentences of the text, from which to copy quotes.", *lines, ""])
