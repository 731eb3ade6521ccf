"""Blocks: rows that belong to one report, in one piece and compressed together, as they repeat much."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from zstandard import DICT_TYPE_RAWCONTENT, ZstdCompressionDict, ZstdCompressor, ZstdDecompressor

from kg.read.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Marks = tuple[tuple[int, int], ...]
    Spans = tuple[tuple[int, int], ...]

_LISTS: Final = len(RESOURCES)
_HEAD: Final = struct.Struct(f"<{_LISTS * 2}I")
_LEVEL: Final = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """A row within its block."""

    iri: str
    key: str
    spans: Spans
    body: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one list in a block; their numbers follow each other."""

    first: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a report, list by list, and the other reports of which they tell."""

    lists: Mapping[int, Stretch] = field(default_factory=dict)
    marks: Marks = ()
    """The bitmaps in which any of its rows are: of which dimension, and of which value."""
    rests: tuple[str, ...] = ()


class Packer:
    """Compresses blocks and reads them; for one thread."""

    def __init__(self, dictionary: bytes) -> None:
        """Begin with a text of what blocks are likely to hold."""
        self._dictionary = ZstdCompressionDict(dictionary, dict_type=DICT_TYPE_RAWCONTENT)
        self._compressor: ZstdCompressor | None = None
        self._decompressor = ZstdDecompressor(dict_data=self._dictionary)

    def pack(self, report: str, block: Block) -> bytes:
        """Return a block of a report in one piece."""
        stretches = [block.lists.get(number, Stretch(0, ())) for number in range(_LISTS)]
        entries = [entry for stretch in stretches for entry in stretch.entries]
        marks: dict[int, list[int]] = {}
        for dim, value in sorted(block.marks):
            marks.setdefault(value, []).append(dim)
        told = [
            list(marks.items()),
            block.rests,
            [[*_short(report, entry), entry.spans] for entry in entries],
        ]
        raw = b"".join(
            (
                _HEAD.pack(*(n for one in stretches for n in (one.first, len(one.entries)))),
                struct.pack(f"<{len(entries)}I", *(len(entry.body) for entry in entries)),
                *(entry.body for entry in entries),
                json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(),
            )
        )
        if self._compressor is None:  # readers need none
            made = ZstdCompressor(level=_LEVEL, dict_data=self._dictionary, write_checksum=True)
            self._compressor = made
        return self._compressor.compress(raw)

    def open(self, report: str, packed: bytes) -> Packed:
        """Return a block of a report to be read from."""
        return Packed(report, self._decompressor.decompress(packed))


class Packed:
    """A block of which only what is asked for is taken apart."""

    def __init__(self, report: str, raw: bytes) -> None:
        """Read where what stands."""
        head = _HEAD.unpack_from(raw)
        self.report = report
        self._raw = raw
        self._stretches = [head[place : place + 2] for place in range(0, _LISTS * 2, 2)]
        counts = [count for _, count in self._stretches]
        self._starts = list(accumulate(counts, initial=0))
        sizes = struct.unpack_from(f"<{self._starts[-1]}I", raw, _HEAD.size)
        self._ends = list(accumulate(sizes, initial=_HEAD.size + 4 * len(sizes)))

    def body(self, number: int, row: int) -> bytes:
        """Return the answer of the row of that number in a list."""
        place = self._starts[number] + row - self._stretches[number][0]
        return self._raw[self._ends[place] : self._ends[place + 1]]

    def keys(self, number: int, first: int, size: int) -> list[str]:
        """Return the keys of so many rows of a list, in their order."""
        begin = first - self._stretches[number][0]
        return [_whole(self.report, *row[:2])[1] for row in self._rows(number)[begin : begin + size]]

    def key(self, number: int, row: int) -> str:
        """Return the key of the row of that number in a list."""
        return self.keys(number, row, 1)[0]

    def spans(self, number: int, row: int) -> Sequence[Sequence[int]]:
        """Return the times of the row of that number in a list."""
        found: Sequence[Sequence[int]] = self._rows(number)[row - self._stretches[number][0]][2]
        return found

    def row_of(self, number: int, iri: str) -> int | None:
        """Return the number of a row by its IRI; None if the block has none in that list."""
        first: int = self._stretches[number][0]
        for place, row in enumerate(self._rows(number), first):
            if _whole(self.report, *row[:2])[0] == iri:
                return place
        return None

    def names(self, words: Iterable[bytes]) -> bool:
        """Return whether any of its rows has one of these words."""
        return any(word in self._raw for word in words)

    def block(self) -> Block:
        """Return the whole of it."""
        marks, rests, rows = self._told()
        known = tuple(sorted((int(dim), int(value)) for value, dims in marks for dim in dims))
        lists = {}
        for number, (first, count) in enumerate(self._stretches):
            if count:
                begin = self._starts[number]
                entries = (
                    Entry(
                        *_whole(self.report, iri, key),
                        tuple((int(low), int(high)) for low, high in spans),
                        self.body(number, first + at),
                    )
                    for at, (iri, key, spans) in enumerate(rows[begin : begin + count])
                )
                lists[number] = Stretch(first, tuple(entries))
        return Block(lists, known, tuple(rests))

    def _rows(self, number: int) -> list[list]:  # type: ignore[type-arg]
        begin, end = self._starts[number : number + 2]
        rows: list[list] = self._told()[2][begin:end]  # type: ignore[type-arg]
        return rows

    def _told(self) -> tuple[list, list, list]:  # type: ignore[type-arg]
        marks, rests, rows = json.loads(self._raw[self._ends[-1] :])
        return marks, rests, rows


def _short(report: str, entry: Entry) -> tuple[str, str]:
    """Return the IRI and the key of a row, with signs that no IRI has for its report's IRI and its own."""
    key = entry.key.replace(entry.iri, "<", 1)
    return (entry.iri.replace(report, ">", 1), key.replace(report, ">", 1)) if report else (entry.iri, key)


def _whole(report: str, iri: str, key: str) -> tuple[str, str]:
    """Return the IRI and the key that were made short."""
    own = iri.replace(">", report, 1)
    return own, key.replace(">", report, 1).replace("<", own, 1)
