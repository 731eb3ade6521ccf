"""A report about an agreement to hand in: what is alleged and denied, each quote as a numbered note."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from api.errors import ProblemError
from api.pages.parts import one, some
from api.pages.sentences import INFERRED, said_of
from api.pages.view import view_of
from api.resources import BY_PATH
from api.sequence import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from api.deps import Call
    from api.pages.view import View

    Item = Mapping[str, Any]

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST: Final = 200
"""Records that a report tells of; the list has all."""
_WORDS: Final = ("alleged", "candidate", "denied")
_UNWRITABLE = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def printed(call: Call, name: str) -> Response:
    """Return the report of an agreement as a document for word processors.

    Raises NotFoundError for an unknown agreement, ProblemError where the library that writes it is missing.
    """
    try:
        from docx import Document  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ProblemError("not-installed", "no .docx is written here: it needs the extra `docx`") from error
    item = one(call, BY_PATH["agreements"], name)
    found = some(call, "alleged-violations", agreement=item["id"], limit=MOST, count=True)
    written = _Report(call, Document(), item)
    written.begin(found)
    for record in found["items"]:
        written.tell(record)
    body = written.ended()
    file = re.sub(r"[^A-Za-z0-9._-]", "-", str(item["id"]))
    headers = {"Content-Disposition": f'attachment; filename="{file}.docx"'}
    if found["sequence"] is not None:  # else the read model is being made, and the engine was asked
        headers[HEADER] = str(found["sequence"])
    return Response(body, headers=headers, media_type=DOCX)


class _Report:
    """A report while it is written: its text, and the notes so far."""

    def __init__(self, call: Call, document: Document, item: Item) -> None:
        self._call, self._view, self._text, self._item = call, view_of(call), document, item
        self._notes: list[str] = []

    def begin(self, found: Item) -> None:
        """Write what it is about, of when, and what its words mean."""
        view, counts = self._view, found["counts"]
        title = view.t("printed_title", agreement=self._item["title"] or self._item["id"])
        self._text.core_properties.title, self._text.core_properties.author = _plain(title)[:250], "Servanda"
        self._text.add_heading(_plain(title), 0)
        self._line(view.t("printed_lead"))
        self._line(self._standing())
        self._text.add_heading(view.t("about_words"), 1)
        for name in _WORDS:
            line = self._text.add_paragraph()
            line.add_run(view.t("denied_word" if name == "denied" else name)).bold = True
            line.add_run(f": {view.t('about_' + name)}")
        self._text.add_heading(view.t("what_is_alleged"), 1)
        self._line(
            f"{view.t('alleged_n', n=counts['alleged'])}; {view.t('candidates_n', n=counts['candidates'])}"
        )
        number = counts["alleged"] + counts["candidates"]
        if number > len(found["items"]):
            self._line(view.t("printed_cut", shown=len(found["items"]), n=number))

    def tell(self, record: Item) -> None:
        """Write a record: on whose word it is, and who denies it, the two alike."""
        view, inferred = self._view, record["basis"] == INFERRED
        self._text.add_heading(_plain(said_of(view, record)), 2)
        codes = [(scheme, record[scheme]) for scheme in ("status", "basis") if record[scheme]]
        self._line("; ".join(f"{view.t(name)}: {view.code(name, code).label}" for name, code in codes))
        if inferred:
            unnamed = "candidate_unnamed" if record["alleged_without_term"] else "candidate_nobody"
            self._text.add_paragraph().add_run(view.t(unnamed)).bold = True
        when = "; ".join(_time(view, each) for each in record["date"]) or view.t("no_date")
        places = ", ".join(_named(each) for each in record["place"]) or view.t("not_stated")
        self._line(f"{view.t('when')}: {when}. {view.t('where')}: {places}.")
        self._side(view.t("candidate_of_act" if inferred else "printed_alleged"), record["evidence"], None)
        if record["alleged_without_term"]:
            self._side(view.t("printed_without_term"), record["alleged_without_term"], None)
        self._side(view.t("denials"), record["denials"], view.t("denials_none"))
        self._cut(record["denials"], record["denials_total"])
        if record["fulfilment"]:
            self._side(view.t("printed_kept"), record["fulfilment"], None)
            self._cut(record["fulfilment"], record["fulfilment_total"])

    def ended(self) -> bytes:
        """Write the notes, and return the file."""
        self._text.add_heading(self._view.t("printed_notes"), 1)
        for number, note in enumerate(self._notes, start=1):
            line = self._text.add_paragraph()
            line.add_run(str(number)).font.superscript = True
            line.add_run(f" {_plain(note)}")
        self._line(self._standing())
        file = io.BytesIO()
        self._text.save(file)
        return file.getvalue()

    def _side(self, heading: str, several: Iterable[Item], nothing: str | None) -> None:
        self._text.add_heading(heading, 3)
        empty = True
        for each in several:
            empty = False
            line = self._text.add_paragraph(style="List Bullet")
            line.add_run(_plain(_chain(self._view, each["attribution"])))
            put = [self._view.code("modality", each["modality"]).label] if each["modality"] else []
            put += [self._view.t("negative")] if each["polarity"] == "negative" else []
            put += [f"\u201c{hedge['quote']}\u201d" for hedge in each["hedge"] or () if hedge["quote"]]
            line.add_run(_plain(f" ({self._view.t('put_as')}: {', '.join(put)})" if put else ""))
            self._note(line, each)
        if empty and nothing is not None:
            self._line(nothing)

    def _cut(self, several: Iterable[Item], number: int) -> None:
        """Say how many claims there are, if not all of them are told."""
        shown = len({each["claim"] for each in several})
        if shown < number:
            self._line(self._view.t("printed_cut", shown=shown, n=number))

    def _note(self, line: Paragraph, each: Item) -> None:
        view, report = self._view, each["report"]
        words = (
            view.t("printed_no_words") if each["quote"] is None else f"\u201c{_apart(each['quote'])}\u201d"
        )
        told = [words]
        told += [
            f"{view.t('translation')} ({language}): \u201c{_apart(text)}\u201d"
            for language, text in (each["translation"] or {}).items()
        ]
        if report:
            told.append(_apart(report.get("title") or report["id"]))
        told.append(f"{view.t('claim')} {each['claim']}")
        if each.get("start") is not None:
            told.append(view.t("printed_at", start=each["start"], end=each["end"]))
        told.append(f"{self._call.root.rstrip('/')}{view.to('claim', each['claim']) or ''}")
        self._notes.append(". ".join(told))
        line.add_run(str(len(self._notes))).font.superscript = True

    def _line(self, text: str) -> None:
        self._text.add_paragraph(_plain(text))

    def _standing(self) -> str:
        """Return how it is cited: title, change and hash of the data."""
        view, now = self._view, self._call.service.standing.now
        if now is None:
            return ""
        address = f"{self._call.root.rstrip('/')}{view.href(self._item['iri']) or ''}"
        return view.t(
            "cite_text",
            title=self._item["title"] or self._item["id"],
            sequence=now.sequence,
            day=view.day(now.time.date().isoformat()),
            hash=now.hash,
            address=address,
        )


def _chain(view: View, steps: Iterable[Item]) -> str:
    """Return on whose word it is, from the farthest who is named to the report itself."""
    found = [
        f"{_named_or(view, step['agent'])}{' ' + _apart(step['verb']) if step['verb'] else ''}"
        for step in sorted(steps, key=lambda step: -int(step["step"]))
    ]
    return " \u2192 ".join(found) or view.t("own_voice")


def _named_or(view: View, agent: Item | None) -> str:
    if agent is None:
        return view.t("nobody_named")
    return view.t("own_voice") if agent.get("type") == "report-voice" else _named(agent)


def _time(view: View, time: Item) -> str:
    """Return when something was, with the parts that the source does not give."""
    parts = ", ".join(time["inferred"])
    return f"{view.when(time)} ({view.t('edtf_inferred', parts=parts)})" if parts else str(view.when(time))


def _named(one: Item) -> str:
    return _apart(str(one.get("label") or one.get("title") or one["id"]))


def _apart(text: str) -> str:
    """Return a text of data, which may run from right to left, set apart from what stands around it."""
    return f"\u2068{text}\u2069"


def _plain(text: str) -> str:
    r"""Return a text without the characters that no XML may hold.

    >>> _plain("a\x00b\ud800c\U0001f600") == "a\ufffdb\ufffdc\U0001f600"
    True
    """
    return _UNWRITABLE.sub("\ufffd", text)
