"""Which sources are independent, and how many there are at a time."""

from __future__ import annotations

from kg.export.evidence import COLUMNS, Claim, support, weigh
from kg.export.model import Spell, Timed

WORDS = "the road was closed at eleven in the evening by soldiers"


def claim(name: str, source: str = "", **more: object) -> Claim:
    fields: dict[str, object] = {
        "iri": f"urn:{name}",
        "name": name,
        "report": name.split("/", maxsplit=1)[0],
        "title": "",
        "licence": "",
        "source": source,
        "unnamed": "",
        "copy": "",
        "text": "",
        "stance": "asserts",
        "modality": "reported",
        "confidence": None,
        "spell": None,
        "precision": "",
        "words": "",
    }
    return Claim(**{**fields, **more})  # type: ignore[arg-type]


def test_reports_on_the_word_of_one_source_are_one() -> None:
    assert weigh([claim("a/1", "tass"), claim("b/1", "tass"), claim("c/1", "avia")])[0] == 2


def test_copies_of_the_same_words_are_one_whoever_prints_them() -> None:
    copies = [claim("a/1", "courier", copy=WORDS), claim("b/1", "radio", copy=WORDS)]
    assert weigh(copies)[0] == 1
    assert (
        weigh([*copies, claim("c/1", "herald", copy="other words, also of more than forty letters")])[0] == 2
    )


def test_a_text_that_two_publish_speaks_with_one_voice() -> None:
    assert weigh([claim("a/1", "courier", text="5e1f"), claim("b/2", "radio", text="5e1f")])[0] == 1
    passing_on = [claim("a/1", "minister"), claim("a/2", "general")]  # two people in one text stay two
    assert weigh(passing_on)[0] == 2


def test_two_whom_one_report_names_for_the_same_words_are_two_however_many_copy_it() -> None:
    """“North and South said that the road was closed”: two claims on one quote."""
    both = [claim("a/1", "north", copy=WORDS), claim("a/2", "south", copy=WORDS)]
    assert weigh(both)[0] == 2
    copies = [claim("b/1", "north", copy=WORDS), claim("b/2", "south", copy=WORDS)]
    assert weigh([*both, *copies])[0] == 2
    assert weigh([claim("c/1", "tass", copy=WORDS), *both, *copies])[0] == 2
    own = claim("d/1", "herald", copy=WORDS, text="5e1f")
    assert weigh([own, claim("e/1", "echo", text="5e1f"), *both])[0] == 2


def test_unnamed_groups_count_as_none_but_are_told() -> None:
    claims = [claim("a/1", unnamed="urn:media"), claim("b/1", unnamed="urn:media")]
    found = support(claims, {"urn:media": "Media"})
    told = dict(zip((column.id for column in COLUMNS), found.values, strict=True))
    assert (found.independent, told["unnamed_sources"], told["sources"]) == (0, ("Media",), ())


def test_sources_are_counted_at_each_time_and_those_of_no_date_at_all_of_them() -> None:
    claims = [
        claim("a/1", "tass", spell=Spell("2021-08-01", "2021-08-10")),
        claim("b/1", "avia", spell=Spell("2021-08-05", "2021-08-06")),
        claim("c/1", unnamed="urn:media", spell=Spell("2021-07-30", "2021-08-02")),
        claim("d/1", unnamed="urn:media", spell=Spell("2021-09-01", None)),
    ]
    found = support(claims, {})
    assert found.spells == (Spell("2021-07-30", "2021-08-10"), Spell("2021-09-01", None))
    assert found.then == (
        Timed(0, "2021-07-30", "2021-07-31"),
        Timed(1, "2021-08-01", "2021-08-04"),
        Timed(2, "2021-08-05", "2021-08-06"),
        Timed(1, "2021-08-07", "2021-08-10"),
        Timed(0, "2021-09-01", None),
    )
    undated = support([*claims, claim("e/1", "herald")], {})
    assert [step.value for step in undated.then] == [1, 2, 3, 2, 1]
    assert (undated.independent, undated.spells) == (3, found.spells)


def test_what_goes_on_has_no_last_day_and_what_began_nobody_knows_when_no_first() -> None:
    over = claim("a/1", "tass", spell=Spell("2020-01-01", "2020-02-01"))
    goes_on = claim("b/1", "avia", spell=Spell("2021-01-01", None))
    told = dict(zip((column.id for column in COLUMNS), support([over, goes_on], {}).values, strict=True))
    assert (told["first_date"], told["last_date"], told["year"]) == ("2020-01-01", None, 2020)
    before = claim("c/1", "radio", spell=Spell(None, "2019-12-31"))
    told = dict(zip((column.id for column in COLUMNS), support([over, before], {}).values, strict=True))
    assert (told["first_date"], told["last_date"], told["year"]) == (None, "2020-02-01", None)


def test_words_that_assert_are_shown_before_words_that_hold_back() -> None:
    claims = [
        claim("a/1", "tass", stance="uncertain", modality="hedged", words="it seems"),
        claim("b/1", unnamed="urn:media", words="it is so"),
    ]
    told = dict(zip((column.id for column in COLUMNS), support(claims, {}).values, strict=True))
    assert (told["quote"], told["quoted_from"], told["stance"]) == ("it is so", "b/1", "asserts")
    assert told["modalities"] == ("hedged", "reported")


def test_denials_among_others_make_the_stance_mixed() -> None:
    claims = [claim("a/1", "tass"), claim("b/1", "avia", stance="denies", modality="denied")]
    told = dict(zip((column.id for column in COLUMNS), support(claims, {}).values, strict=True))
    assert told["stance"] == "mixed"
