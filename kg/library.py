"""The graph as a Python library: a store opened to be read, asked, and followed as it changes.

`from kg import open_graph`. Nothing is held: others may change the store meanwhile.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from kg.errors import BadParameterError, ExportError, QueryError
from kg.journal import JournalReader
from kg.pipeline import read_graph
from kg.query import questions
from kg.query.evaluators import Threads
from kg.query.guard import check
from kg.query.period import ZONE
from kg.settings import Settings
from kg.store.base import QueryForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd  # type: ignore[import-untyped]

    from kg.journal import Entry
    from kg.model import Answer, Cell
    from kg.pipeline import Reading

NOT_A_FACT: Final = (
    "What sources say, and what rules concluded from it. No row is a finding of fact: modality, attribution "
    "and status say on whose word it stands."
)
_RESULTS: Final = "application/sparql-results+json"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: Final = frozenset({"decimal", "double", "float"})


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the store: what happened to which document, and when."""

    sequence: int
    """From 1, without gaps."""
    time: str
    action: str
    """`add`, `revise`, `retract` or `redact`."""
    kind: str
    """`report`, `agreement`, `actors`, `places`, `review`, `ontology` or `rules`."""
    id: str
    revision: int
    redacts: tuple[int, ...]
    """The changes whose words were removed for good: remove them too."""
    hash: str


@dataclass(frozen=True, slots=True)
class Solutions:
    """The solutions of a SELECT query: its variables, and one mapping of variable to value for each."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]


class Graph:
    """A state of a store, which stands still until `refresh`; to be closed, or used in a `with` block."""

    def __init__(self, folder: Path) -> None:
        """Open the newest state of the store in the folder; raise what `kg.pipeline.read_graph` raises."""
        self.folder: Final = folder
        self._open()

    def _open(self) -> None:
        self._reading: Reading = read_graph(self.folder)
        self._threads = Threads(self._reading.store, lambda: self._reading.sequence, threads=1)

    def __enter__(self) -> Self:
        """Return the graph itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the state."""
        self._threads.close()
        self._reading.store.close()

    @property
    def sequence(self) -> int:
        """The change at which the state stands."""
        return self._reading.sequence

    def refresh(self) -> bool:
        """Go on to the newest state; return whether it is another."""
        if JournalReader(self.folder / "journal").head[0] == self.sequence:
            return False
        before = self.sequence
        self.close()
        self._open()
        return self.sequence != before

    def questions(self) -> Sequence[questions.Question]:
        """Return the questions of the catalogue."""
        return questions.catalogue()

    def answer(self, question: str, /, **parameters: str) -> Answer:
        """Return the answer to a question of the catalogue, by its number, slug or both.

        Parameters are those of the question, and `zone`; `from` is written `from_`. Raises
        UnknownQuestionError and BadParameterError.
        """
        given = {name.removesuffix("_"): value for name, value in parameters.items()}
        given.setdefault(ZONE, Settings.from_environment().zone)
        return questions.ask(self._reading.store, questions.find(question), given)

    def ask(self, question: str, /, **parameters: str) -> pd.DataFrame:
        """Return the answer to a question as a DataFrame, with the meanings of its columns in `attrs`.

        Raises what `answer` raises, and ExportError where pandas is not installed.
        """
        answer = self.answer(question, **parameters)
        meanings = {column.name: column.description for column in answer.columns}
        return self._frame([*meanings], answer.rows, {"columns": meanings, "hidden": answer.hidden})

    def solutions(self, query: str) -> Solutions:
        """Return the solutions of a SPARQL SELECT query over the union of all graphs.

        IRIs, texts and times are strings, numbers and truth values are those of Python, and what is not bound
        is None. Time and memory are not bounded. Raises QueryError for what is no SELECT, and for SERVICE.
        """
        if check(query).form is not QueryForm.SELECT:
            raise QueryError("a SELECT query is needed")
        found = json.loads(self._threads.answer(query, _RESULTS)[0])
        names = tuple(found["head"]["vars"])
        rows = tuple(
            {name: _value(row[name]) if name in row else None for name in names}
            for row in found["results"]["bindings"]
        )
        return Solutions(names, rows)

    def select(self, query: str) -> pd.DataFrame:
        """Return the solutions of a SPARQL SELECT query as a DataFrame.

        Raises what `solutions` raises, and ExportError where pandas is not installed.
        """
        found = self.solutions(query)
        return self._frame(found.columns, found.rows)

    def changes(self, after: int = 0) -> Iterator[Change]:
        """Yield the changes after one of them, the oldest first, as far as the store has come by now.

        Raises BadParameterError for a change that there has not been.
        """
        reader = JournalReader(self.folder / "journal")
        head = reader.head[0]
        if not 0 <= after <= head:
            raise BadParameterError(f"after: there was no change {after}; the last is {head}")
        for entry in reader.entries(after):
            yield _change(entry)

    def follow(self, after: int | None = None, every: float = 1.0) -> Iterator[Change]:
        """Yield each change after one of them as it comes, without end; the state is each time refreshed.

        Without `after` those after the state. The store is looked at every so many seconds.
        """
        last = self.sequence if after is None else after
        while True:
            for change in self.changes(last):
                self.refresh()
                last = change.sequence
                yield change
            time.sleep(every)

    def _frame(
        self,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Cell]],
        more: Mapping[str, object] | None = None,
    ) -> pd.DataFrame:
        """Return rows as a DataFrame that says what they are not, and of which change they are."""
        try:
            import pandas as pd  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise ExportError(
                f"a DataFrame needs the extra `pandas` of the package ({error.name} is missing); `answer` "
                "and `solutions` need nothing"
            ) from error
        made = pd.DataFrame([[row[name] for name in columns] for row in rows], columns=list(columns))
        made.attrs = {"note": NOT_A_FACT, "sequence": self.sequence, **(more or {})}
        return made


def open_graph(store: Path | str | None = None) -> Graph:
    """Return the newest state of the store in a folder, to be read; without a folder that of the settings.

    Raises StoreNotFoundError, StoreDamagedError, and StoreLockedError only where whoever holds the store has
    given out no state yet.
    """
    return Graph(Settings.from_environment().store if store is None else Path(store))


def _value(term: Mapping[str, Any]) -> Cell:
    """Return a term of a solution as a value of Python."""
    text, kind = str(term["value"]), str(term.get("datatype", "")).removeprefix(_XSD)
    if kind == "boolean":
        return text in {"true", "1"}
    try:
        if kind == "integer":
            return int(text)
        return float(text) if kind in _NUMBERS else text
    except ValueError:
        return text


def _change(entry: Entry) -> Change:
    return Change(
        entry.sequence,
        entry.time,
        str(entry.action),
        entry.kind,
        entry.identifier,
        entry.revision,
        entry.redacts,
        entry.hash,
    )
