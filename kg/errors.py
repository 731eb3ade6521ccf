"""Every way in which Servanda fails, on one screen.

```
ServandaError
├── DocumentError          a document cannot become triples; carries every problem found
├── NonConformingError     the triples break a shape; carries the problems and the SHACL report
├── RdfSyntaxError         RDF that does not parse, with its line
├── IngestError
│   └── DependentsError        what would go is what other documents refer to
├── StoreError
│   ├── StoreNotFoundError     no store at that folder
│   ├── StoreExistsError       a store is there already
│   ├── StoreLockedError       another process holds it; names it
│   ├── StoreMismatchError     stamped for another base, policy or format
│   ├── StoreDamagedError      its files cannot be read, or do not fit the journal
│   ├── StoreRefusedError      the operating system gives no access to a part of it, which is named
│   ├── StorageFullError       no room on the disk; nothing was taken in
│   ├── BackupError            a backup or dump cannot be made, or cannot be trusted
│   └── JournalError           the journal cannot be read or written
│       └── JournalDamagedError    an entry is missing, cut or altered; names the first
├── QueryError
│   ├── QuerySyntaxError       with line and column
│   ├── UnwritableError        the answer has what the syntax asked for cannot hold
│   ├── ForbiddenQueryError    what untrusted SPARQL may not say; carries `kind`
│   ├── QueryTimeoutError      it took longer than it may
│   ├── QueryMemoryError       it needed more memory than it may have
│   ├── QueryDiedError         the process that ran it died of something else; carries `kind`
│   ├── AnswerTooLargeError    its answer is larger than answers may be
│   ├── UnknownQuestionError   no such competency question
│   └── BadParameterError      a parameter is missing, unknown or of the wrong type
│       └── UnknownReferenceError  a parameter names a resource or code that is not there
├── ChangedMeanwhileError  the store has moved on since something was held against it
├── OtherHistoryError      a change that a follower knows is another here; carries the last one
├── IndexMissingError      what words are found in is being made
│   └── IndexRefusedError  it cannot be opened or made, until somebody sees to it
├── OverloadedError        too many wait already; says after how many seconds to ask again
├── NotFoundError          no resource under that id
│   └── GoneError              there was one; it was retracted or redacted
├── KeysError              the keys cannot be read or written, or one cannot be made as asked
├── ExportError            a graph that no program could open, or a profile that cannot be read
├── RuleError              a rule file is not what a rule must be
└── SettingError           a SERVANDA_* variable cannot be read
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kg.model import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Problem


class ServandaError(Exception):
    """What went wrong, in a sentence for the person who asked."""


class DocumentError(ServandaError):
    """A document that cannot become triples, with the problems that were found in it."""

    def __init__(self, problems: Iterable[Problem], more: int = 0, warnings: Iterable[Problem] = ()) -> None:
        """Keep the first problems in the order of their lines, how many more there are, and the warnings."""
        found = sorted(problems, key=lambda problem: (problem.file, problem.line or 0, problem.field))
        self.problems: tuple[Problem, ...] = bounded(found, more)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NonConformingError(DocumentError):
    """A document whose triples break a shape, with the SHACL validation report as Turtle."""

    def __init__(self, problems: Iterable[Problem], report: str, more: int = 0) -> None:
        """Keep the problems and the report."""
        super().__init__(problems, more)
        self.report = report


class ValidatorsDisagreeError(ServandaError):
    """Two SHACL engines that do not say the same of a document, which is named; its batch is not taken in."""


class RdfSyntaxError(ServandaError):
    """RDF that does not parse, or says what RDF for one graph may not, with the line if it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        """Keep the line, counted from 1."""
        super().__init__(message)
        self.line = line


class IngestError(ServandaError):
    """A document that is right in itself and still cannot be taken in."""


class DependentsError(IngestError):
    """Something cannot go because other documents refer to it; names them."""

    def __init__(self, what: str, dependents: Iterable[str]) -> None:
        """Keep the names of the documents that refer to it, such as `report radio`."""
        self.dependents = tuple(sorted(dependents))
        super().__init__(f"{what}: {', '.join(self.dependents)} refer to it; change or retract these first")


class StoreError(ServandaError):
    """The store cannot be opened or written."""


class StoreNotFoundError(StoreError):
    """No store lies at the folder named."""


class StoreExistsError(StoreError):
    """The folder named already holds a store, or something else."""


class StoreLockedError(StoreError):
    """Another process holds the store."""


class StoreMismatchError(StoreError):
    """The store was made for another base IRI, write policy or format version."""


class StoreDamagedError(StoreError):
    """The store's files cannot be read, or do not fit the journal."""


class StoreRefusedError(StoreError):
    """The operating system does not let a part of the store be read or written, which is named."""


class ClockError(StoreError):
    """The clock of the machine says what cannot be worked with."""


class StorageFullError(StoreError):
    """There is no room on the disk; what was being written was not taken in."""


class BackupError(StoreError):
    """A backup or dump that cannot be made, or cannot be trusted."""


class JournalError(StoreError):
    """The journal cannot be read or written."""


class JournalDamagedError(JournalError):
    """An entry of the journal is missing, cut or altered."""

    def __init__(self, message: str, sequence: int | None = None, file: str | None = None) -> None:
        """Keep the sequence number of the first entry that is wrong, and the file in which it stands."""
        super().__init__(message)
        self.sequence = sequence
        self.file = file


class QueryError(ServandaError):
    """A question or query that cannot be answered as it was put."""


class QuerySyntaxError(QueryError):
    """SPARQL that does not parse, with the place if the engine told it."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Keep the engine's words and the place, counted from 1."""
        super().__init__(message)
        self.line = line
        self.column = column


class UnwritableError(QueryError):
    """An answer that cannot be written in the syntax that was asked for, though it can in others."""


class ForbiddenQueryError(QueryError):
    """SPARQL that says what is not allowed; `kind` is a stable name such as `service-forbidden`."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the stable name of the refusal."""
        super().__init__(message)
        self.kind = kind


class QueryTimeoutError(QueryError):
    """A query took longer than it may, and was ended."""

    kind: ClassVar = "query-timeout"


class QueryMemoryError(QueryError):
    """A query needed more memory than it may have, and was ended."""

    kind: ClassVar = "query-memory"


class QueryDiedError(QueryError):
    """The process that ran a query died; `kind` is a stable name of what of, such as `query-panic`."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the stable name."""
        super().__init__(message)
        self.kind = kind


class AnswerTooLargeError(QueryError):
    """An answer is larger than answers may be; nothing of it is given."""

    kind: ClassVar = "result-too-large"


class UnknownQuestionError(QueryError):
    """No competency question has that number or slug."""


class BadParameterError(QueryError):
    """A parameter is missing, unknown, or not of the type that its question declares."""


class UnknownReferenceError(BadParameterError):
    """A parameter names a resource or a code that the store does not hold, with the nearest that it does."""

    def __init__(self, parameter: str, kind: str, value: str, near: tuple[str, ...]) -> None:
        """Keep the parameter, the kind of thing it names, its value and the nearest names."""
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"{parameter}: no {kind} {value!r}{hint}")
        self.parameter = parameter
        self.kind = kind
        self.value = value
        self.near = near


class ChangedMeanwhileError(ServandaError):
    """The store has moved on since something was held against it; nothing was taken in."""


class OtherHistoryError(ServandaError):
    """The change that a follower names by number and hash is another here."""

    def __init__(self, message: str, sequence: int, hash_: str) -> None:
        """Keep the number and the hash of the last change that there is."""
        super().__init__(message)
        self.sequence = sequence
        self.hash = hash_


class IndexMissingError(ServandaError):
    """What words are found in is being made, or cannot be read; it will be there soon."""


class IndexRefusedError(IndexMissingError):
    """What words are found in cannot be opened or made, until somebody sees to the machine."""


class OverloadedError(ServandaError):
    """Too many wait for an answer already, or one has waited too long; nothing was begun."""

    kind: ClassVar = "overloaded"

    def __init__(self, message: str, retry_after: int) -> None:
        """Keep the seconds after which it is worth asking again."""
        super().__init__(message)
        self.retry_after = retry_after


class NotFoundError(ServandaError):
    """No resource of the kind asked for has that id."""


class GoneError(NotFoundError):
    """A resource was here and was taken back; `sequence` is the change that took it."""

    def __init__(self, message: str, sequence: int) -> None:
        """Keep the sequence number."""
        super().__init__(message)
        self.sequence = sequence


class KeysError(ServandaError):
    """The keys cannot be read or written, or a key cannot be made as it was asked for."""


class ExportError(ServandaError):
    """A graph that some program could not open, or a profile that cannot make one; names the part."""


class RuleError(ServandaError):
    """A rule file lacks its header, or its result is not what a rule may conclude."""


class SettingError(ServandaError):
    """A `SERVANDA_*` variable holds something that cannot be read."""
