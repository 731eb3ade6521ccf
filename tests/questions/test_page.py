"""The page about the questions says what their headers say."""

from __future__ import annotations

from pathlib import Path

from kg.query import catalogue
from kg.query.page import page


def test_the_page_is_current() -> None:
    written = Path(__file__).parents[2] / "docs" / "questions.md"
    assert written.read_text(encoding="utf-8") == page(catalogue()), (
        "renew it: python -m kg.query.page > docs/questions.md"
    )
