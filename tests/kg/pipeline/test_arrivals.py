"""Who waits with uploads is taken in his turn, and what is alike is taken in together."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile

import pytest

from kg.pipeline.arrivals import MOST, PORTION, Arrival, Arrivals
from kg.pipeline.bundles import MOST_BYTES, BundleError, documents_of
from kg.pipeline.uploads import DocumentUpload
from kg.pipeline.version import anything

NDJSON, TAR, ZIP = "application/x-ndjson", "application/x-tar", "application/zip"


def arrival(agent: str, name: str = "d", size: int = 10, *, strict: bool = False) -> Arrival:
    return Arrival(DocumentUpload(b"x" * size, name, "urn:x/", strict=strict), agent, anything)


def taken(queue: Arrivals) -> list[list[str]]:
    """Return the names of what is taken together, until nobody waits."""
    found = []
    while group := queue.take():
        found.append([one.upload.name for one in group])
    return found


def test_who_sends_much_keeps_nobody_waiting_for_more_than_one_upload() -> None:
    queue = Arrivals()
    for number in range(4):
        queue.add(arrival("much", f"large-{number}", PORTION))
    queue.add(arrival("little", "small"))
    assert taken(queue) == [["large-0"], ["small"], ["large-1"], ["large-2"], ["large-3"]]


def test_each_in_his_turn_has_as_many_as_fit() -> None:
    queue = Arrivals()
    for number in range(MOST):
        queue.add(arrival("one", f"a{number}"))
        queue.add(arrival("other", f"b{number}"))
    first, second = taken(queue)
    assert [name[0] for name in first].count("b") in {MOST // 2, MOST // 2 + 1}
    assert len(first) == len(second) == MOST


def test_what_is_looked_at_more_closely_is_looked_at_apart() -> None:
    queue = Arrivals()
    queue.add(arrival("one", "plain"))
    queue.add(arrival("other", "strict", strict=True))
    queue.add(arrival("third", "plain too"))
    assert taken(queue) == [["plain", "plain too"], ["strict"]]


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def linked(kind: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("a.json")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    return made.getvalue()


FILES = {"in/a.json": b"{}", "b.yaml": b"kind: report", "in/.hidden": b"", "__MACOSX/b.yaml": b"?"}


def test_lines_and_archives_are_taken_apart_into_documents() -> None:
    assert documents_of(b'{"a": 1}\n\n  \r\n{"b": 2}', NDJSON) == [
        ("line-1.json", b'{"a": 1}'),
        ("line-4.json", b'{"b": 2}'),
    ]
    documents = [("in/a.json", b"{}"), ("b.yaml", b"kind: report")]
    assert documents_of(zipped(FILES), ZIP) == documents
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        assert documents_of(tarred(FILES, mode), TAR) == documents


@pytest.mark.parametrize(
    ("data", "media_type", "said"),
    [
        (b"", NDJSON, "no document"),
        (b"no archive", ZIP, "damaged"),
        (b"no archive", TAR, "damaged"),
        (zipped(FILES)[:-30], ZIP, "damaged"),
        (tarred(FILES)[:-30], TAR, "damaged"),
        (zipped({"a.txt": b"words"}), ZIP, "a.txt is no document"),
        (zipped({f"{number}.json": b"" for number in range(5_001)}), ZIP, "5,000 documents or files"),
        (zipped({"a.json": b" " * (MOST_BYTES + 1)}), ZIP, "bytes unpacked at most"),
        (tarred({"a.json": b" " * (MOST_BYTES + 1)}), TAR, "bytes unpacked at most"),
        (zipped({}), ZIP, "no document"),
        (b"1\n" * 5_001, NDJSON, "5,000 documents or files"),
        (tarred({"a.json": b"{}", "b.json": b"{}"}, "w")[:1_400], TAR, "it ends before its end|no end"),
        (tarred({"a.json": b"{}", "b.json": b"{}"}, "w")[:2_048], TAR, "it ends before its end"),
        (tarred({"a.json": b"{}"}, "w") + tarred({"b.json": b"{}"}, "w"), TAR, "no end"),
        *((linked(kind), TAR, "a.json is a link") for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE)),
    ],
)
def test_what_cannot_be_taken_apart_is_refused_in_words(data: bytes, media_type: str, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        documents_of(data, media_type)


def test_whatever_is_done_to_an_archive_no_document_is_left_out_in_silence() -> None:
    files = {f"{name}.json": f'{{"id": "{name}"}}'.encode() * 3 for name in "abc"}
    chance = random.Random(7)  # noqa: S311 - nothing secret
    for number in range(1_500):
        media_type, whole = (ZIP, zipped(files)) if number % 2 else (TAR, tarred(files, "w:gz"))
        data, at = bytearray(whole), chance.randrange(len(whole))
        match number % 3:
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 30)]
            case _:
                data[at:at] = chance.randbytes(9)
        try:
            found = documents_of(bytes(data), media_type)
        except BundleError:
            continue
        assert dict(found) == files
