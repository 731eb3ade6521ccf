"""What a file is by its first bytes and by what is in it, whatever its name says."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Final

_HEAD: Final = 4096
_SIGNS: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls, .ppt or .msg)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"PAR1", "a Parquet table"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "a PostScript document"),
)
_INSIDE: Final = (
    ("word/document.xml", "DOCX"),
    ("xl/workbook.xml", "an XLSX workbook"),
    ("xl/workbook.bin", "an XLSB workbook"),
    ("ppt/presentation.xml", "a PPTX presentation"),
)
_MIMETYPES: Final = {
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    b"application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument workbook (.ods)",
    b"application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (.odp)",
    b"application/epub+zip": "an EPUB book",
}
_HTML: Final = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT: Final = re.compile(
    rb"\A\s*<(p|div|h[1-6]|article|section|table|ul|ol|span|main)\b[^<>]*>", re.IGNORECASE
)
_PICTURES: Final = frozenset({b"heic", b"heix", b"mif1", b"avif"})
_TEXTUAL: Final = frozenset({"an RTF document", "a PostScript document"})
"""What is written in letters, and is no text for all that."""
_UNICODE: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def sniffed(data: bytes) -> str:
    """Return what the bytes are: `text`, `HTML`, `PDF`, `DOCX`, or what else they are, in words.

    >>> sniffed(b"%PDF-1.7 ..."), sniffed(b"The road"), sniffed(b"<!-- no page --> but text")
    ('PDF', 'text', 'text')
    """
    head = data[:_HEAD]
    if b"%PDF-" in head[:1024]:
        return "PDF"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data)
    found = _signed(head)
    if found is not None and (found in _TEXTUAL or not _is_text(data)):
        return found
    if found is None and not _is_text(data) and any(_is_wide(head, order) for order in ("le", "be")):
        return "UTF-16"
    return "HTML" if _is_html(data) else "text"


def _signed(head: bytes) -> str | None:
    """Return what the first bytes say, if they say anything."""
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF picture" if head[8:12] in _PICTURES else "a film"
    if head[:4] == b"RIFF":
        return "a WebP picture" if head[8:12] == b"WEBP" else "a recording or film"
    return next((what for sign, what in (*_UNICODE, *_SIGNS) if head.startswith(sign)), None)


def _is_wide(head: bytes, order: str) -> bool:
    """Return whether bytes without a byte-order mark read as text of two bytes a letter."""
    wide = head[: len(head) // 2 * 2].decode(f"utf-16-{order}", "replace")
    return (
        len(wide) > 1
        and any(sign in wide for sign in " \n")
        and wide.replace("\ufffd", "\0").split() != []
        and all(sign.isprintable() or sign.isspace() for sign in wide.replace("\ufffd", "\0"))
    )


def _is_html(data: bytes) -> bool:
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    fragment = _FRAGMENT.match(head)
    return bool(_HTML.match(head)) or bool(fragment and b"</" + fragment[1].lower() in data.lower())


def _zipped(data: bytes) -> str:
    """Return what a zip archive is, by what is in it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _HEAD:
                kind = archive.read("mimetype").strip()
                return _MIMETYPES.get(kind, "a zip archive")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return "a damaged zip archive"
    return next((what for name, what in _INSIDE if name in names), "a zip archive")


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
