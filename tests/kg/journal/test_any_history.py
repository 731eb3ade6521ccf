"""Whatever is appended, erased and opened anew, in whatever order: the journal reads back equal."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.journal import Action, Draft, Journal, JournalReader, verify

Step: TypeAlias = tuple[Draft, ...] | int | None

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
drafts = st.builds(
    Draft,
    st.sampled_from([Action.ADD, Action.REVISE, Action.RETRACT]),
    texts,
    texts,
    st.integers(1, 2**70),
    texts,
    st.lists(texts, max_size=3).map(tuple),
    st.none() | texts,
    st.none() | texts,
    payload=st.none() | st.binary(max_size=300),
)
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.lists(drafts, max_size=4).map(tuple) | st.integers(0, 30) | st.none(), max_size=12
)


@pytest.mark.usefixtures("unsynced")
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from([1, 900, 1 << 24]))
def test_any_history_reads_back_equal(history: list[Step], segment_bytes: int) -> None:
    """A step is an append, an entry to erase, or None for opening anew."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "journal")
        journal = Journal.create(folder, segment_bytes=segment_bytes)
        said: list[Draft] = []
        gone: set[int] = set()
        for step in history:
            if step is None:
                journal.close()
                journal = Journal.open(folder, len(said), segment_bytes=segment_bytes)
            elif isinstance(step, tuple):
                assert len(journal.append(step)) == len(step)
                said += step
            elif said:
                number = step % len(said) + 1
                redaction = Draft(Action.REDACT, "report", "r", 1, "a", (), redacts=(number,))
                journal.append([redaction])
                said.append(redaction)
                journal.erase([number])
                gone.add(number)
            agree(JournalReader(folder), said, gone)
        agree(journal, said, gone)
        journal.close()
        report = verify(folder)
        assert report.sound
        assert [number for number, _ in report.redacted] == [
            number for number in sorted(gone) if said[number - 1].payload is not None
        ]


def agree(reader: JournalReader, said: list[Draft], gone: set[int]) -> None:
    """Check that a journal says what it was told."""
    records = list(reader.records())
    assert reader.head[0] == len(records) == len(said)
    for number, ((entry, payload), draft) in enumerate(zip(records, said, strict=True), 1):
        assert entry.sequence == number
        for field in (
            "action",
            "kind",
            "identifier",
            "revision",
            "agent",
            "graphs",
            "content_hash",
            "reason",
        ):
            assert getattr(entry, field) == getattr(draft, field)
        assert entry.redacts == draft.redacts
        assert payload == (None if number in gone else draft.payload)
    middle = len(said) // 2
    assert list(reader.records(middle)) == records[middle:]
