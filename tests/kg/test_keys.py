"""Keys: made once, kept as hashes, taken back at once, and none that holds where their file is damaged."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from kg import keys as module
from kg.errors import KeysError
from kg.keys import NAME, Key, Keys, Scope, is_token
from kg.store import create

if TYPE_CHECKING:
    from pathlib import Path

MAKE_TEN = (
    "import sys; from pathlib import Path; from kg.keys import Keys, Scope\n"
    "for number in range(10): Keys(Path(sys.argv[1])).make(f'{sys.argv[2]} {number}', Scope.READ)"
)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    create(tmp_path / "store", "https://example.org/kg/").close()
    return tmp_path / "store"


def run(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", "keys", *arguments, "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done


def test_a_token_opens_its_key_and_no_other_text_does(keys: Keys) -> None:
    desk, token = keys.make("Desk", Scope.INGEST)
    other, second = keys.make("Mirror", Scope.READ)
    assert keys.check(token) == desk
    assert keys.check(second) == other
    assert (desk.name, desk.scope, desk.expires, desk.revoked) == ("Desk", Scope.INGEST, None, None)
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    swapped = f"svd_{desk.id}_{second.rpartition('_')[2]}"
    wrong = ("", "svd_", changed, swapped, token.upper(), f" {token}", f"{token}\n", token[:-1], f"{token}x")
    for text in (*wrong, desk.id, desk.sha256, f"svd_{desk.id}_{desk.sha256[:43]}", "svd_ä", "\ud800"):
        assert keys.check(text) is None, text


def test_a_token_has_256_random_bits_and_its_own_form(keys: Keys) -> None:
    tokens = [keys.make("Desk", Scope.READ)[1] for _ in range(20)]
    assert len(set(tokens)) == 20
    for token in tokens:
        assert re.fullmatch(r"svd_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", token)
        assert is_token(token)
    assert not is_token("svd_short_secret")


def test_scopes_allow_what_lesser_ones_do() -> None:
    allowed = {(held, wanted) for held in Scope for wanted in Scope if held.covers(wanted)}
    read, ingest, admin = Scope.READ, Scope.INGEST, Scope.ADMIN
    assert allowed == {
        (read, read),
        (ingest, read),
        (ingest, ingest),
        (admin, read),
        (admin, ingest),
        (admin, admin),
    }


def test_the_file_is_for_its_owner_only_and_holds_no_token(keys: Keys, tmp_path: Path) -> None:
    key, token = keys.make("Desk", Scope.ADMIN)
    file = tmp_path / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert token not in text
    assert token.split("_", 2)[2] not in text
    assert key.sha256 in text
    assert key.sha256 not in repr(key)


def test_a_key_taken_back_stops_at_once_for_who_had_read_the_file_before(keys: Keys, tmp_path: Path) -> None:
    key, token = keys.make("Desk", Scope.READ)
    server = Keys(tmp_path)
    assert server.check(token) == key
    revoked = keys.revoke(key.id)
    assert revoked.state() == "revoked"
    assert server.check(token) is None
    assert keys.revoke(key.id) == revoked
    assert [held.state() for held in server.all()] == ["revoked"]


def test_a_key_made_later_opens_at_once(tmp_path: Path) -> None:
    server = Keys(tmp_path)
    assert server.all() == ()
    key, token = Keys(tmp_path).make("Desk", Scope.READ)
    assert server.check(token) == key
    (tmp_path / NAME).unlink()
    assert server.check(token) is None


def test_a_key_holds_through_its_last_day(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_now", lambda: datetime(2021, 8, 26, 23, 59, tzinfo=UTC))
    key, token = keys.make("Desk", Scope.READ, date(2021, 8, 26))
    assert keys.check(token) == key
    assert key.state(date(2021, 8, 26)) == "valid"
    assert key.state(date(2021, 8, 27)) == "expired"
    with pytest.raises(KeysError, match="2021-08-25, which is past"):
        keys.make("Desk", Scope.READ, date(2021, 8, 25))
    monkeypatch.setattr(module, "_now", lambda: datetime(2021, 8, 27, 0, 0, tzinfo=UTC))
    assert keys.check(token) is None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "a\u202eb", "\x7f"])
def test_a_name_that_cannot_be_told_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(KeysError, match="cannot name a key"):
        keys.make(name, Scope.READ)


def test_a_key_that_is_not_there_cannot_be_taken_back(keys: Keys) -> None:
    with pytest.raises(KeysError, match="no key 'abcdefgh'"):
        keys.revoke("abcdefgh")


def test_any_byte_that_is_altered_leaves_no_key_that_holds(keys: Keys, tmp_path: Path) -> None:
    _, token = keys.make("Desk", Scope.READ, date(9999, 12, 31))
    file = tmp_path / NAME
    whole = file.read_bytes()
    assert len(whole) > 300
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(KeysError, match="no key holds"):
            Keys(tmp_path).check(token)
    for length in range(len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(KeysError, match="no key holds"):
            Keys(tmp_path).check(token)
    file.write_bytes(whole)
    assert Keys(tmp_path).check(token)


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "null",
        "{}",
        '{"format": 1, "keys": {}, "check": ""}',
        '{"format": 1, "keys": [null], "check": ""}',
        '{"format": 2, "keys": [], "check": ""}',
        "[" * 100_000,
    ],
)
def test_a_file_of_another_form_is_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content, encoding="utf-8")
    held = Keys(tmp_path)
    for attempt in (held.all, lambda: held.make("Desk", Scope.READ), lambda: held.revoke("abcdefgh")):
        with pytest.raises(KeysError, match=r"keys\.json is damaged .* backup"):
            attempt()
    assert (tmp_path / NAME).read_text("utf-8") == content


@pytest.mark.parametrize(
    "altered",
    [{"scope": "root"}, {"scope": Scope.READ, "id": "../../up"}, {"sha256": ""}, {"expires": "never"}],
)
def test_a_key_with_a_field_that_none_has_is_damaged_even_if_the_check_fits(
    keys: Keys, tmp_path: Path, altered: dict[str, str]
) -> None:
    key, token = keys.make("Desk", Scope.READ)
    odd: Key = replace(key, **altered)  # type: ignore[arg-type]
    keys._write({odd.id: odd})  # noqa: SLF001
    with pytest.raises(KeysError, match="a key in it is none"):
        Keys(tmp_path).check(token)


def test_a_file_that_was_good_before_is_not_believed_once_it_is_damaged(keys: Keys, tmp_path: Path) -> None:
    key, token = keys.make("Desk", Scope.READ)
    assert keys.check(token) == key
    (tmp_path / NAME).write_text("{", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KeysError):
            keys.check(token)


def test_what_a_process_left_that_ended_while_it_wrote_is_no_hindrance(keys: Keys, tmp_path: Path) -> None:
    _, token = keys.make("Desk", Scope.READ)
    (tmp_path / f"{NAME}.next").write_text("{", encoding="utf-8")
    assert keys.check(token)
    keys.make("Mirror", Scope.READ)
    assert [key.name for key in keys.all()] == ["Desk", "Mirror"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.lock"]


def test_no_key_is_lost_when_several_processes_make_some_at_once(tmp_path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", MAKE_TEN, str(tmp_path), maker]) for maker in ("a", "b", "c")
    ]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    expected = {f"{maker} {number}" for maker in "abc" for number in range(10)}
    assert {key.name for key in Keys(tmp_path).all()} == expected


def test_the_command_makes_lists_and_takes_back(store: Path) -> None:
    made = run(store, "add", "News desk", "--scope", "ingest", "--expires", "2199-12-31")
    token = made.stdout.removesuffix("\n")
    key = Keys(store).check(token)
    assert key is not None
    assert token not in made.stderr
    assert f"key {key.id} (ingest) for News desk" in made.stderr
    listed = json.loads(run(store, "list", "--json").stdout)
    assert listed == [
        {
            "id": key.id,
            "name": "News desk",
            "scope": "ingest",
            "made": key.made,
            "expires": "2199-12-31",
            "revoked": None,
            "state": "valid",
        }
    ]
    text = run(store, "list").stdout
    assert re.fullmatch(rf"{key.id}  ingest  valid    made \S+ until 2199-12-31  News desk\n", text)
    assert "revoked key" in run(store, "revoke", key.id).stderr
    assert Keys(store).check(token) is None
    assert json.loads(run(store, "list", "--json").stdout)[0]["state"] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "Desk"), 2, "--scope"),
        (("add", "Desk", "--scope", "root"), 2, "admin"),
        (("add", "Desk", "--scope", "read", "--expires", "tomorrow"), 2, "%Y-%m-%d"),
        (("add", "Desk", "--scope", "read", "--expires", "2001-01-01"), 1, "is past"),
        (("add", " ", "--scope", "read"), 1, "cannot name a key"),
        (("revoke", "abcdefgh"), 1, "servanda keys list"),
    ],
)
def test_the_command_refuses_what_makes_no_key(
    store: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(store, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert not (store / NAME).exists()


def test_the_command_wants_a_store(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", "add", "Desk", "--scope", "read")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no store in" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_store_without_keys_says_how_to_make_one(store: Path) -> None:
    done = run(store, "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "servanda keys add" in done.stderr
    assert json.loads(run(store, "list", "--json").stdout) == []
