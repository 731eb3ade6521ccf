"""SPARQL updates as text: what each of their operations does, and to which graphs.

An update is read by its tokens (`kg.store.lexer`); the parser of the engine has the last word on whether
it is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError, QuerySyntaxError
from kg.store.lexer import place, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.store.base import Dataset
    from kg.store.lexer import Token

OPERATIONS: Final = (
    "LOAD",
    "CLEAR",
    "DROP",
    "CREATE",
    "ADD",
    "MOVE",
    "COPY",
    "INSERT",
    "DELETE",
    "WITH",
)
"""The words with which an operation begins (SPARQL 1.1 Update, §3)."""
_QUERIES: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PLAIN: Final = frozenset({("INSERT", "DATA", "{"), ("DELETE", "DATA", "{")})
_WHOLE: Final = frozenset({"CLEAR", "DROP", "CREATE"})
_LATER: Final = re.compile(r";(?:\s|#[^\r\n]*[\r\n]|BASE\s*<[^<>]*>)*PREFIX\b", re.IGNORECASE)
"""What an update holds where an operation after the first declares a prefix; others may hold it, too."""
_PROLOGUE: Final = ("PREFIX", "BASE", "VERSION")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update: its tokens, from its first word to before the `;`."""

    tokens: tuple[Token, ...]

    @property
    def name(self) -> str:
        """The word with which it begins, in upper case."""
        return self.tokens[0].text.upper()

    @property
    def is_plain(self) -> bool:
        """Whether it looks for nothing, and does what it says in the time that it takes to say it."""
        outside = tuple(token.text.upper() for token in self.tokens if token.depth == 0)
        return outside in _PLAIN or self.name in _WHOLE


def operations(update: str, found: Iterable[Token] | None = None) -> Iterator[Operation]:
    """Yield the operations of an update; raise QuerySyntaxError where one does not begin as any does.

    `found` are its tokens, where they are known already.

    >>> [operation.name for operation in operations("PREFIX : <urn:> CLEAR ALL ; INSERT DATA { :a :b :c }")]
    ['CLEAR', 'INSERT']
    """
    held: list[Token] = []
    for token in (*(tokens(update) if found is None else found), None):
        if token is not None and not (token.depth == 0 and token.text == ";"):
            held.append(token)
            continue
        operation = _without_prologue(held)
        if operation:
            if not operation[0].is_word(*OPERATIONS) or not _is_load(operation):
                raise _no_operation(update, operation[0])
            yield Operation(operation)
        elif token is not None:
            line, column = place(update, token.start)
            raise QuerySyntaxError("expected an operation before ;", line, column)
        held = []


def without_silent_loads(update: str) -> str:
    """Return the update without its `LOAD SILENT`, which does nothing where nothing is fetched.

    The result of an operation with SILENT is always success (SPARQL 1.1 Update, §3.1.4).

    >>> without_silent_loads("LOAD SILENT <urn:a> INTO GRAPH <urn:b> ; CLEAR ALL")
    'INSERT DATA { } ; CLEAR ALL'
    """
    if "silent" not in update.lower():
        return update
    for operation in reversed(tuple(operations(update))):
        first, last = operation.tokens[0], operation.tokens[-1]
        if first.is_word("LOAD") and len(operation.tokens) > 1 and operation.tokens[1].is_word("SILENT"):
            update = f"{update[: first.start]}INSERT DATA {{ }}{update[last.start + len(last.text) :]}"
    return update


def with_dataset(update: str, dataset: Dataset) -> str:
    """Return the update with these graphs as those in which its patterns are looked for.

    As `using-graph-uri` and `using-named-graph-uri` of the protocol (SPARQL 1.1 Protocol, §2.2.3). Raises
    BadParameterError where an operation chooses its graphs itself, by USING or WITH.

    >>> from kg.store.base import Dataset
    >>> with_dataset("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", Dataset(("urn:g",)))
    'DELETE { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 1 }'
    """
    using = "".join(f"USING <{name}> " for name in dataset.default)
    using += "".join(f"USING NAMED <{name}> " for name in dataset.named)
    edits: list[tuple[int, str]] = []
    for operation in operations(update):
        outside = [token for token in operation.tokens if token.depth == 0]
        if any(token.is_word("USING", "WITH") for token in outside):
            raise BadParameterError(
                "the update names the graphs of its patterns itself, by USING or WITH; "
                "using-graph-uri and using-named-graph-uri cannot be given besides"
            )
        where = next((token for token in outside if token.is_word("WHERE")), None)
        if where is None:
            continue
        short = outside[1] is where  # DELETE WHERE { … } is short for DELETE { … } WHERE { … }
        edits.append((where.start, f"{_braces(update, operation.tokens)} {using}" if short else using))
    for at, text in reversed(edits):
        update = update[:at] + text + update[at:]
    return update


def named_targets(update: str) -> frozenset[str] | None:
    """Return the graphs that an update can change, as it names them; None where it does not name them all.

    Names are IRIs, or prefixed names as they stand: whoever has the prefixes knows which IRIs they are.

    >>> sorted(named_targets("WITH <urn:a> DELETE { ?s ?p 1 } INSERT { GRAPH <urn:b> { ?s ?p 2 } } WHERE {}"))
    ['<urn:a>', '<urn:b>']
    >>> named_targets("CLEAR ALL") is None
    True
    """
    found: set[str] = set()
    for operation in operations(update):
        targets = _targets(operation)
        if targets is None:
            return None
        found |= targets
    return frozenset(found)


def prefixes(update: str) -> str:
    """Return the declarations of prefixes and bases of an update, wherever they stand, in their order."""
    found: list[str] = []
    held = [token for token in tokens(update) if token.depth == 0]
    for index, token in enumerate(held):
        if token.is_word("PREFIX") and [item.kind for item in held[index + 1 : index + 3]] == ["name", "iri"]:
            found.append(f"PREFIX {held[index + 1].text} {held[index + 2].text}")
        elif token.is_word("BASE") and held[index + 1 : index + 2] and held[index + 1].kind == "iri":
            found.append(f"BASE {held[index + 1].text}")
    return "\n".join(found)


def with_one_prologue(update: str) -> str:
    """Return the update with the prefixes of all its operations declared before the first.

    Every operation may declare some (SPARQL 1.1 Update, §3); the engine takes them before the first only. A
    prefix that stands for different things in different operations is left where it is.

    >>> with_one_prologue("CLEAR ALL ; PREFIX a: <urn:a> CLEAR GRAPH a:b")
    'PREFIX a: <urn:a> CLEAR ALL ;  CLEAR GRAPH a:b'
    """
    if not _LATER.search(update):
        return update
    moved: list[tuple[int, int]] = []
    known: dict[str, str] = {}
    held = [token for token in tokens(update) if token.depth == 0]
    later = False
    for index, token in enumerate(held):
        later = later or token.text == ";"
        declared = held[index + 1 : index + 3]
        if token.is_word("PREFIX") and [item.kind for item in declared] == ["name", "iri"]:
            name, iri = declared
            if known.setdefault(name.text, iri.text) != iri.text:
                return update
            if later:
                moved.append((token.start, iri.start + len(iri.text)))
    first = " ".join(update[start:end] for start, end in moved)
    for start, end in reversed(moved):
        update = update[:start] + update[end:]
    return f"{first} {update}" if moved else update


def _without_prologue(held: Sequence[Token]) -> tuple[Token, ...]:
    at = 0
    while at < len(held) and held[at].is_word(*_PROLOGUE):
        at += 3 if held[at].is_word("PREFIX") else 2
    return tuple(held[at:])


def _is_load(operation: Sequence[Token]) -> bool:
    """Return whether an operation, if it is a LOAD, is written as one; the engine never sees it."""
    if not operation[0].is_word("LOAD"):
        return True
    rest = operation[2:] if len(operation) > 1 and operation[1].is_word("SILENT") else operation[1:]
    said = [token.kind if token.kind != "word" else token.text.upper() for token in rest]
    said = ["iri" if kind == "name" else kind for kind in said]
    return said in (["iri"], ["iri", "INTO", "GRAPH", "iri"])


def _no_operation(update: str, token: Token) -> QuerySyntaxError:
    line, column = place(update, token.start)
    if token.is_word(*_QUERIES):
        return QuerySyntaxError(f"{token.text.upper()} is a query, and here updates are made", line, column)
    if token.is_word("LOAD"):
        return QuerySyntaxError("expected LOAD <…>, or LOAD <…> INTO GRAPH <…>", line, column)
    return QuerySyntaxError(f"expected one of {', '.join(OPERATIONS)}", line, column)


def _braces(update: str, held: Sequence[Token]) -> str:
    """Return the text of the first block in braces of an operation."""
    start = next(token for token in held if token.text == "{")
    end = next((token for token in held if token.text == "}" and token.depth == 1), held[-1])
    return update[start.start : end.start + 1]


def _targets(operation: Operation) -> set[str] | None:
    words = [token for token in operation.tokens if not token.is_word("SILENT")]
    if operation.name in {"INSERT", "DELETE", "WITH"}:
        return _written(words)
    graphs = [token.text for token in words[1:] if token.kind in {"iri", "name"}]
    if any(token.is_word("DEFAULT", "NAMED", "ALL") for token in words) or not graphs:
        return None
    if operation.name in {"ADD", "COPY"}:
        return {graphs[-1]}
    return set(graphs)


def _written(words: Sequence[Token]) -> set[str] | None:
    """Return the graphs of the templates of an operation; None where one is a variable or the default one."""
    found: set[str] = set()
    standing = words[0].is_word("WITH")
    if standing and len(words) > 1:
        found.add(words[1].text)
    blocks = _templates(words)
    for block in blocks:
        for index, token in enumerate(block):
            if token.is_word("GRAPH") and index + 1 < len(block):
                if block[index + 1].kind not in {"iri", "name"}:
                    return None
                found.add(block[index + 1].text)
            elif not standing and _in_default_graph(block, index):
                return None
    return found


def _templates(words: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the blocks that say what is put in or taken out, each without its outer braces."""
    last = words[0]
    start: int | None = None
    for index, token in enumerate(words):
        if token.text == "{" and token.depth == 0:
            start = index + 1
        elif token.text == "}" and token.depth == 1 and start is not None:
            short = last.is_word("WHERE") and words[0].is_word("DELETE") and words[1].is_word("WHERE")
            if short or last.is_word("DELETE", "INSERT", "DATA"):
                yield words[start:index]
            start = None
        if token.depth == 0 and token.text != "{":
            last = token


def _in_default_graph(block: Sequence[Token], index: int) -> bool:
    """Return whether a token of a template stands outside of any GRAPH, and is more than punctuation."""
    token = block[index]
    if token.depth != 1 or token.text in {"{", "}", "."}:
        return False
    return not (index > 0 and block[index - 1].is_word("GRAPH"))
