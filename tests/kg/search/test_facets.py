"""Facets are the values that most of what is found has, however many values there are."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from kg.search import file
from kg.search.entry import Entry, Part
from kg.search.finding import VALUES, Asked, find
from kg.search.query import parsed

if TYPE_CHECKING:
    from pathlib import Path


def test_the_values_with_most_entries_are_told_and_none_that_ties_is_left_out(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    held = file.create(tmp_path / "words")
    pen = file.Pen(held)
    expected: dict[str, Counter[str]] = {"place": Counter(), "lang": Counter()}
    for number in range(700):
        places = {f"urn:place:{int(chance.paretovariate(0.7)) % 400}" for _ in range(3)}
        lang = chance.choice(["en", "ru"])
        values = frozenset([*(("place", place) for place in places), ("lang", lang)])
        said = "shelling" if number % 7 else "silence"
        part = Part("gist", "en", None, said)
        pen.put(Entry("claim", f"urn:claim:{number}", "urn:r", number, None, None, values, (part,)))
        if number % 7:
            expected["place"].update(places)
            expected["lang"][lang] += 1
    held.commit()
    query = parsed("shelling", {})
    found = find(held, Asked(query.sought), 10, facets=("place", "lang"))
    assert found.facets is not None
    assert found.facets["lang"] == expected["lang"]
    least = sorted(expected["place"].values(), reverse=True)[VALUES - 1]
    assert len(expected["place"]) > VALUES
    assert found.facets["place"] == {
        place: count for place, count in expected["place"].items() if count >= least
    }
    nothing = parsed("nobody", {})
    assert find(held, Asked(nothing.sought), 10, facets=("place",)).facets == {"place": {}}
