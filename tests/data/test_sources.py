"""The list of sources and the shipped files hold each other to account."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
UNLISTED = {"sources.toml", "README.md"}
ENTRIES: list[dict[str, str]] = tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8"))["file"]
FIELDS = {"path", "title", "source", "licence", "obtained", "sha256"}


def shipped() -> set[str]:
    return {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()} - UNLISTED


def test_every_shipped_file_is_listed() -> None:
    assert shipped() - {entry["path"] for entry in ENTRIES} == set()


def test_every_listed_file_is_shipped() -> None:
    assert {entry["path"] for entry in ENTRIES} - shipped() == set()


def test_files_are_listed_once_and_in_order() -> None:
    paths = [entry["path"] for entry in ENTRIES]
    assert paths == sorted(set(paths))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_an_entry_is_complete_and_its_hash_is_the_files(entry: dict[str, str]) -> None:
    assert set(entry) == FIELDS
    assert all(value.strip() for value in entry.values())
    assert entry["obtained"] in {"copied", "derived", "written"}
    digest = hashlib.sha256((DATA / entry["path"]).read_bytes()).hexdigest()
    assert entry["sha256"] == digest, f'{entry["path"]} has changed; its line is: sha256 = "{digest}"'


def test_there_is_no_code_among_the_data() -> None:
    assert [path for path in shipped() if path.endswith((".py", ".pyc"))] == []
