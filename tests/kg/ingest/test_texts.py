"""The text of files of any kind: taken out by a library, or what the file is and what to do."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from kg.errors import IngestError
from kg.ingest.sniffing import sniffed
from kg.ingest.texts import text_of

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>The road</title><style>p {}</style></head>
<body><script>var a = "no";</script><p>The <b>Kes</b>trian army &amp; others<br>closed   the
road.</p><!-- nothing --><ul><li>Co\u00adoperation</li><li>Chi\u015fin\u0103u</li></ul></body></html>"""


def pdf(words: str) -> bytes:
    """Return a PDF of one page with these words on it."""
    content = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode() if words else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, said)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(made)
    return made + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def zipped(**files: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def docx(*paragraphs: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    return zipped(word__document_xml=f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')


def test_a_page_gives_every_word_a_line_for_each_block() -> None:
    found = text_of(PAGE.encode(), "page.txt")
    assert (found.was, found.taken_by) == ("HTML", "Beautiful Soup")
    lines = [line for line in found.text.splitlines() if line]
    assert lines == [
        "The road",
        "The Kestrian army & others",
        "closed the road.",
        "Co\u00adoperation",
        "Chi\u015fin\u0103u",
    ]


def test_a_pdf_gives_its_words() -> None:
    found = text_of(pdf("The army closed the road."), "a")
    assert (found.text, found.taken_by) == ("The army closed the road.\n", "pypdf")


def test_a_docx_gives_its_words() -> None:
    found = text_of(docx("The army closed the road.", "Three were killed."), "a")
    assert found.text == "The army closed the road.\n\nThree were killed.\n"
    assert found.taken_by == "Mammoth"


@pytest.mark.parametrize(
    "text", ["<!-- a note --> but text", "<! is no sign", "a < b </p>", "BM at noon", "MZ"]
)
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    assert text_of(text.encode(), "a.html").text == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is a JPEG picture"),
        (b"\x89PNG\r\n\x1a\n\x00", "is a PNG picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "is an old Office document"),
        (b"{\\rtf1 hello}", "is an RTF document"),
        (b"PK\x03\x04\x00", "is a damaged zip archive"),
        (zipped(xl__workbook_xml=""), "is an XLSX workbook"),
        (zipped(ppt__presentation_xml=""), "is a PPTX presentation"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "is an OpenDocument text"),
        (zipped(other=""), "is a zip archive"),
        (b"\x1f\x8b\x08\x00", "is a gzip archive"),
        ("Звіт".encode("utf-16"), "is a text in UTF-16; save it as UTF-8 first"),
        ("Звіт за лютий".encode("utf-16-le"), "is a text in UTF-16; save it as UTF-8 first"),
        ("The road\n".encode("utf-16-be"), "is a text in UTF-16; save it as UTF-8 first"),
        ("Звіт".encode("cp1251"), "is not UTF-8"),
        (b"a\x00b", "control character U+0000"),
        (b"  \n", "holds no text"),
        (pdf(""), "is PDF without any text; if its pages are pictures"),
        (pdf("x")[:40], "is PDF, and its text cannot be taken out"),
        (docx(), "is DOCX without any text"),
    ],
)
def test_what_has_no_text_to_be_had_is_named_with_what_to_do(
    data: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(IngestError, match=r"file\.txt") as refused:
        text_of(data, "file.txt")
    assert words in str(refused.value)
    assert caplog.records == []  # nothing is said besides by whoever took the text out


@pytest.mark.parametrize(("data", "what"), [(PAGE.encode(), "HTML"), (pdf("x"), "PDF"), (docx("x"), "DOCX")])
def test_without_the_extra_the_file_is_named_and_the_extra_too(
    monkeypatch: pytest.MonkeyPatch, data: bytes, what: str
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("kg.ingest.texts.import_module", missing)
    with pytest.raises(IngestError, match=rf"is {what}; .*servanda\[text\]"):
        text_of(data, "a.txt")


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (200 << 20))
    assert sniffed(target.getvalue()) == "DOCX"
    with pytest.raises(IngestError, match="holds more than"):
        text_of(target.getvalue(), "a")
