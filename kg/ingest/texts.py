"""The text of a file: as it is, or taken out of HTML, PDF and DOCX by the libraries of the extra `text`."""

from __future__ import annotations

import logging
import re
import zipfile
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from kg.errors import IngestError
from kg.ingest.files import FileError, ReportText
from kg.ingest.notation import MAX_BYTES
from kg.ingest.sniffing import sniffed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_UNPACKED: Final = 8 * MAX_BYTES
"""Bytes that what is in a DOCX may have unpacked."""
_BLOCKS: Final = re.compile(
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6r]|"
    "header|legend|li|main|nav|ol|p|pre|section|summary|t[dhr]|table|tbody|tfoot|thead|title|ul"
)
_UNREAD: Final = ("script", "style", "noscript", "template", "svg", "iframe", "object")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LIBRARIES: Final = {
    "HTML": ("bs4", "Beautiful Soup"),
    "PDF": ("pypdf", "pypdf"),
    "DOCX": ("mammoth", "Mammoth"),
}


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file; `taken_by` names the library that took it out of something else."""

    text: str
    was: str = "text"
    taken_by: str | None = None


def text_of(data: bytes, name: str) -> FileText:
    """Return the text of a file's bytes.

    Raises IngestError, which says what the file is and what to do, where it has no text that can be had.
    """
    if len(data) > MAX_BYTES:
        raise IngestError(f"{name}: is larger than {MAX_BYTES:,} bytes; make several reports of it")
    what = sniffed(data)
    if what == "text":
        return FileText(_plain(data, name))
    if what in {"UTF-16", "UTF-32"}:
        raise IngestError(f"{name}: is a text in {what}; save it as UTF-8 first")
    if what not in _LIBRARIES:
        raise IngestError(
            f"{name}: is {what}, not a text; save its text as UTF-8 in a file that ends in .txt"
        )
    module, library = _LIBRARIES[what]
    try:
        import_module(module)
    except ImportError:
        raise IngestError(
            f"{name}: is {what}; to take its text out, install {library} with "
            f"pip install 'servanda[text]', or save its text as UTF-8 in a file that ends in .txt"
        ) from None
    taken = {"HTML": _html, "PDF": _pdf, "DOCX": _docx}[what]
    return FileText(_checked(taken, data, name, what), what, library)


def _plain(data: bytes, name: str) -> str:
    try:
        return ReportText.of(data, name).text
    except FileError as error:
        raise IngestError(f"{error.message}; {error.hint}" if error.hint else error.message) from None


def _checked(taken: Callable[[bytes], str], data: bytes, name: str, what: str) -> str:
    try:
        found = taken(data)
    except IngestError as error:
        raise IngestError(f"{name}: {error}") from None
    except Exception as error:  # noqa: BLE001 - whatever a library finds wrong with a file of others
        why = f"{type(error).__name__}: {error}"
        raise IngestError(f"{name}: is {what}, and its text cannot be taken out ({why})") from None
    kept = _without_gaps(_CONTROLS.sub("", found).splitlines())
    if not kept.strip():
        raise IngestError(
            f"{name}: is {what} without any text; if its pages are pictures, a program has to read them first"
        )
    return f"{kept}\n"


def _without_gaps(lines: Iterable[str]) -> str:
    """Return the lines with one empty one at most between two."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip(" "))
    return "\n".join(kept).strip("\n")


def _html(data: bytes) -> str:
    """Return the text of a page, a line for each of its blocks; nothing of it is left out but programs."""
    soup: Any = import_module("bs4").BeautifulSoup(data, "html.parser")
    for unread in soup(_UNREAD):
        unread.decompose()
    for text in soup.find_all(string=True):
        if type(text).__name__ == "NavigableString" and not text.find_parent(("pre", "textarea")):
            text.replace_with(_BLANKS.sub(" ", text))
    for block in soup(_is_block):
        block.insert_before("\n")
        block.insert_after("\n")
    return "\n".join(line.strip(" ") for line in soup.get_text().split("\n"))


def _is_block(tag: Any) -> bool:  # noqa: ANN401 - an element as the library has it
    return _BLOCKS.fullmatch(tag.name) is not None


def _pdf(data: bytes) -> str:
    pypdf: Any = import_module("pypdf")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what cannot be read is told in our words
    reader = pypdf.PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise IngestError("is a PDF that opens with a password only; save it without one")
    return "\n\n".join(page.extract_text() for page in reader.pages)


def _docx(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _UNPACKED:
            raise IngestError(f"is a DOCX that holds more than {_UNPACKED:,} bytes; save its text alone")
    taken: Any = import_module("mammoth").extract_raw_text(BytesIO(data))
    return str(taken.value)
