"""Searching at size: an index of invented claims, made by the makers of real entries, and what searches take.

    python -m bench.searching FILE [--reports N] [--rounds N]

Fills the file, unless it is there, with a report and three claims for each of N (200,000), whose words are as
frequent as words are, in four scripts; prints how long and large that is, and for each kind of search the
median in milliseconds of processor time, with the words in context of twenty items.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.query.lookups.names import Names as Ids
from kg.read.view import Held
from kg.search import file
from kg.search.answers import FACETS
from kg.search.entry import unpacked
from kg.search.finding import Asked, find
from kg.search.making import of_claim, of_report
from kg.search.query import parsed
from kg.search.showing import matches
from kg.search.suggesting import Names

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from kg.search.entry import Entry

BASE: Final = "https://w3id.org/servanda/id/"
_CLAIMS: Final = 3
_SYLLABLES: Final = {
    "en": ["ka", "shi", "mo", "ra", "ti", "ven", "dor", "el", "as", "ur", "in", "ber", "lan", "go", "sta"],
    "ru": ["ка", "ши", "мо", "ра", "ти", "вен", "дор", "ель", "ас", "ур", "ин", "бер", "лан", "го", "ста"],
    "hy": ["կա", "շի", "մո", "րա", "տի", "վեն", "դոր", "ել", "աս", "ուր", "ին", "բեր", "լան", "գո", "ստա"],
    "ar": ["كا", "شي", "مو", "را", "تي", "فن", "دور", "ال", "اس", "ور", "ان", "بر", "لان", "جو", "ستا"],
}
_WORDS: Final = 20_000
_SEARCHES: Final = (
    ("a very common word", "{0}", ()),
    ("a common word", "{60}", ()),
    ("a rare word", "{9000}", ()),
    ("two common words", "{3} {8}", ()),
    ("three words", "{30} {60} {90}", ()),
    ("a phrase of common words", '"{0} {1}"', ()),
    ("a beginning", "ka*", ()),
    ("a common word without another", "{0} -{1}", ()),
    ("a common word of a perpetrator", "{0} by:{p}", ()),
    ("a common word of a year", "{0} from:2021 to:2021", ()),
    ("nothing but a filter", "by:{p}", ()),
    ("a very common word with facets", "{0}", FACETS),
    ("a rare word with facets", "{9000}", FACETS),
)


class _Reader:
    """Names of a store that is not there: entries are made of rows alone."""

    names = Ids(BASE)


def main() -> None:
    """Make the index and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--reports", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    words = _vocabulary(random.Random(1))  # noqa: S311 - no secret
    if not given.file.exists():
        _fill(given.file, given.reports, words)
    held = file.opened(given.file)
    counted = held.execute("SELECT count(*) FROM entry").fetchone()[0]
    print(f"{counted} entries, {given.file.stat().st_size / 2**20:.0f} MiB")
    for name, said, facets in _SEARCHES:
        text = said.replace("{p}", "actor-7")
        for rank in (0, 1, 3, 8, 30, 60, 90, 9000):
            text = text.replace(f"{{{rank}}}", words["en"][rank])
        times, total = _measured(partial(_searched, held, text, facets), given.rounds)
        print(f"{name:36} {statistics.median(times):7.1f} ms  (longest {max(times):.1f})  {total} found")
    names = Names(
        ("place", f"{BASE}place/{n}", "label", f"{words['en'][n].title()} {words['en'][-n - 1].title()}")
        for n in range(_WORDS // 2)
    )
    for typed in ("ka", "kasho", "vendorlan", "zzz"):
        times, total = _measured(partial(_suggested, names, typed), given.rounds)
        print(
            f"{'suggest ' + typed:36} {statistics.median(times):7.1f} ms  (longest {max(times):.1f})  {total}"
        )


def _measured(ask: Callable[[], int], rounds: int) -> tuple[list[float], int]:
    times, found = [], 0
    for _ in range(rounds):
        begun = time.process_time()
        found = ask()
        times.append((time.process_time() - begun) * 1000)
    return times, found


def _suggested(names: Names, typed: str) -> int:
    return len(names.beginning(typed, ("place",), 10))


def _searched(held: sqlite3.Connection, text: str, facets: tuple[str, ...]) -> int:
    query = parsed(text)
    values = tuple(
        (name, f"{BASE}actor/{said}") for name, said in query.filters.items() if name == "perpetrator"
    )
    period = (1_609_459_200_000_000, 1_640_995_199_000_000) if "from" in query.filters else (None, None)
    found = find(held, Asked(query.sought, query.without, values, (), *period), 20, facets=facets)
    for number in found.numbers:
        (parts,) = held.execute("SELECT parts FROM entry WHERE n=?", (number,)).fetchone()
        matches(unpacked(parts), query.sought)
    return found.total or 0


def _vocabulary(chance: random.Random) -> dict[str, list[str]]:
    """Return words of each script, the most frequent first."""
    return {
        lang: list(
            dict.fromkeys(
                "".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(_WORDS * 3)
            )
        )[:_WORDS]
        for lang, syllables in _SYLLABLES.items()
    }


def _fill(place: Path, reports: int, words: dict[str, list[str]]) -> None:
    begun = time.perf_counter()
    made = file.create(place)
    made.execute("BEGIN")
    pen = file.Pen(made)
    for entry in _entries(reports, words, random.Random(2)):  # noqa: S311 - no secret
        pen.put(entry)
    made.execute("COMMIT")
    written = time.perf_counter()
    file.finish(made)
    print(f"filled in {written - begun:.0f} s, and {time.perf_counter() - written:.0f} s to finish")


def _entries(reports: int, words: dict[str, list[str]], chance: random.Random) -> Iterator[Entry]:
    weights = [1 / (rank + 3) for rank in range(_WORDS)]
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    for number in range(reports):
        lang = chance.choices(tuple(words), (6, 2, 1, 1))[0]
        iri = f"{BASE}report/r{number:08}"
        day = f"{chance.randint(2015, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"

        def said(length: int, lang: str = lang) -> str:
            return " ".join(chance.choices(words[lang], cum_weights=sums[1:], k=length))

        report: dict[str, Any] = {
            "issued": day,
            "retrieved": None,
            "title": said(8),
            "language": lang,
            "remarks": [],
        }
        source = ("source", f"{BASE}actor/outlet-{chance.randint(0, 300)}")
        low = file_instant(day)
        yield of_report(Held(iri, None, None, None, frozenset({source}), json.dumps(report).encode()))
        for key in range(_CLAIMS):
            claim = f"{iri}/claim/c{key}"
            quote = said(chance.randint(12, 30))
            body = {
                "id": f"r{number:08}/c{key}",
                "event": None,
                **{
                    name: []
                    for name in ("alleges", "denies", "asserts_fulfilment", "condition_met", "mentions")
                },
                "evidence": [{"quote": quote, "lang": lang, "start": 10, "translation": None}],
                "gist": said(12, "en"),
                "report": report,
            }
            values = frozenset({
                source,
                ("report", iri),
                ("perpetrator", f"{BASE}actor/actor-{int(chance.paretovariate(0.7)) % 200}"),
                ("modality", f"{BASE}modality/{chance.choice(('reported', 'asserted', 'hedged'))}"),
                *(("place", f"{BASE}place/p{chance.randint(0, 900) // by}-{by}") for by in (1, 10, 100)),
            })  # fmt: skip
            row = Held(claim, iri, low, low + 86_399_000_000, values, json.dumps(body).encode())
            yield of_claim(_Reader(), row)  # type: ignore[arg-type]


def file_instant(day: str) -> int:
    """Return the first instant of a day."""
    from kg.query.lookups.instants import instant  # noqa: PLC0415

    return instant(f"{day}T00:00:00Z")


if __name__ == "__main__":
    main()
