"""The published RELAX NG schema of GEXF 1.3; beside it, the structural check always runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.export import profiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Graph

SCHEMA = Path(__file__).parent / "gexf-1.3" / "gexf.rng"


@pytest.fixture(scope="module")
def validate() -> Callable[[bytes], list[str]]:
    """Give a function that returns what the schema says against a file; skip where nothing can read it."""
    etree: Any = pytest.importorskip("lxml.etree", reason="lxml is absent, which reads RELAX NG")
    schema = etree.RelaxNG(etree.parse(SCHEMA))

    def complaints(content: bytes) -> list[str]:
        schema.validate(etree.fromstring(content))
        return [str(line) for line in schema.error_log]

    return complaints


def test_a_graph_with_one_of_everything_is_valid(
    river: Graph, written: Callable[[Graph, str], bytes], validate: Callable[[bytes], list[str]]
) -> None:
    assert validate(written(river, "gexf")) == []


def test_graphs_without_edges_or_time_are_valid(
    tiny: Callable[..., Graph], written: Callable[[Graph, str], bytes], validate: Callable[[bytes], list[str]]
) -> None:
    assert validate(written(tiny(), "gexf")) == []
    assert validate(written(tiny(timed=False), "gexf")) == []
    assert validate(written(tiny(nodes=()), "gexf")) == []


@pytest.mark.parametrize("profile", sorted(profiles.shipped()))
def test_every_profile_is_valid(
    profile: str,
    invented: Callable[..., Graph],
    written: Callable[[Graph, str], bytes],
    validate: Callable[[bytes], list[str]],
) -> None:
    assert validate(written(invented(profile), "gexf")) == []


def test_the_schema_is_really_asked(
    river: Graph, written: Callable[[Graph, str], bytes], validate: Callable[[bytes], list[str]]
) -> None:
    wrong = written(river, "gexf").replace(b'type="string"', b'type="date"')
    assert validate(wrong)
