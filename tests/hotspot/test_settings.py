# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""settings.py: what the owner wrote, and the password nobody wrote."""

import functools
import ipaddress
import re
import sys
import tempfile
import tomllib
import types
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esp_ws_ap import settings as module
from esp_ws_ap.nonvolatile import PASSWORD_END
from esp_ws_ap.settings import Settings
from simulator.settings_toml import getenv as board_getenv
from tests.board import REPOSITORY
from tests.hotspot.table import BARE, CASES, DEFAULTS, NO_HOME, NUMBERS, OFF, UNREADABLE, Log

KEYS = [key for key, _ in DEFAULTS] + ["AP_PASSWORD"]
VERSIONS = [(10, 0), (10, 3)]


@pytest.fixture(params=VERSIONS, ids=["10.0", "10.3"])
def load(request: pytest.FixtureRequest, tmp_path: Path):
    """Load the settings from a file's text, as that CircuitPython gives them."""

    def load(text: str, nvm=None) -> tuple[Settings, list[tuple[str, str]]]:
        path = tmp_path / "settings.toml"
        path.write_bytes(text.encode())
        log = Log()
        asked = []

        def getenv(key: str):
            asked.append(key)
            return board_getenv(text, key, version=request.param)

        settings = Settings.load(log, getenv=getenv, path=str(path), nvm=nvm)  # type: ignore
        assert len(asked) == len(set(asked)), "a key was read twice"
        lines = [line for line in log.lines if "password" not in line[1]]
        return settings, lines

    return load


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case[0])[1:60])
def test_table(load, case: tuple):
    text, key, value, line = case
    settings, lines = load(text)
    assert getattr(settings, key.lower()) == value
    assert settings.hotspot_allowed is (key != "AP_PASSWORD" or value is not None)
    for other, default in DEFAULTS:
        if other not in text:
            assert getattr(settings, other.lower()) == default
    level = "ERROR" if line and line.endswith((OFF, NO_HOME)) else "WARNING"
    assert lines == ([(level, "settings.toml: " + line)] if line else [])


@pytest.mark.parametrize("key", KEYS)
def test_every_key_can_be_missing(load, key: str):
    good = {
        "AP_SSID": '"mine"',
        "AP_ADDRESS": '"10.1.1.1"',
        "AP_HOSTNAME": '"kitchen"',
        "AP_PASSWORD": '"my own password"',
    } | {number: str(low) for number, _, low, _ in NUMBERS}
    text = "".join(f"{name} = {value}\n" for name, value in good.items() if name != key)
    settings, lines = load(text)
    assert lines == []
    assert settings.hotspot_allowed
    for name, default in DEFAULTS:
        value = getattr(settings, name.lower())
        assert value == default if name == key else str(value) == good[name].strip('"')
    if key == "AP_PASSWORD":
        assert re.fullmatch("[a-km-np-z2-9]{12}", settings.ap_password)


def test_every_key_can_be_bad_at_once(load):
    settings, lines = load("".join(f"{key} = @\n" for key in KEYS))
    assert len(lines) == len(KEYS)
    assert not settings.hotspot_allowed
    for key, default in DEFAULTS:
        assert getattr(settings, key.lower()) == default


def test_empty_file_is_fine(load):
    settings, lines = load("")
    assert lines == []
    assert settings.hotspot_allowed


def test_constructor_gives_the_defaults_and_no_hotspot():
    settings = Settings()
    for key, default in DEFAULTS:
        assert getattr(settings, key.lower()) == default
    assert settings.ap_password is None
    assert not settings.hotspot_allowed


# The file itself


def load_bytes(path: Path, content: bytes | None, getenv) -> tuple[Settings, list]:
    if content is not None:
        path.write_bytes(content)
    log = Log()
    settings = Settings.load(log, getenv=getenv, path=str(path), nvm=bytearray(64))  # type: ignore
    return settings, [line for _, line in log.lines if "made a random" not in line]


def test_no_file(tmp_path: Path):
    settings, lines = load_bytes(tmp_path / "settings.toml", None, lambda key: None)
    assert lines == ["settings.toml: not found; using the defaults"]
    assert settings.hotspot_allowed and settings.ap_ssid == "esp_ws_ap"


def test_file_cannot_be_opened(tmp_path: Path):
    _, lines = load_bytes(tmp_path, None, lambda key: None)
    assert lines == ["settings.toml: cannot be read; using the defaults"]


def test_utf_16_gives_one_line(tmp_path: Path):
    content = 'AP_SSID = "a"\nAP_PASSWORD = "secret-secret"\n'.encode("utf-16")
    settings, lines = load_bytes(tmp_path / "settings.toml", content, lambda key: None)
    assert lines == ["settings.toml: is not readable text; save it as UTF-8"]
    assert settings.ap_password not in (None, "secret-secret")


def test_latin_1(tmp_path: Path):
    def getenv(key):
        if key in ("AP_SSID", "AP_PASSWORD"):
            raise UnicodeError
        return None

    content = 'AP_CHANNEL = ü\nAP_SSID = "ü"\nAP_PASSWORD = "ü1234567"\n'.encode("latin-1")
    settings, lines = load_bytes(tmp_path / "settings.toml", content, getenv)
    assert not settings.hotspot_allowed
    assert lines == [
        f"settings.toml: AP_SSID {UNREADABLE}; using esp_ws_ap",
        f"settings.toml: AP_CHANNEL {UNREADABLE}; using 6",
        f"settings.toml: AP_PASSWORD {UNREADABLE}{OFF}",
    ]


def test_getenv_may_know_more_than_the_file(tmp_path: Path):
    values = {"AP_CHANNEL": 9, "HTTP_PORT": "8080", "AP_SSID": 7, "AP_PASSWORD": 12345678}
    settings, lines = load_bytes(tmp_path / "settings.toml", b"", values.get)
    assert (settings.ap_channel, settings.http_port) == (9, 8080)
    assert not settings.hotspot_allowed
    assert lines == [
        f"settings.toml: AP_SSID {BARE}; using esp_ws_ap",
        f"settings.toml: AP_PASSWORD {BARE}{OFF}",
    ]


PIECES = [
    *KEYS,
    "HOME_SSID",
    "HOME_PASSWORD",
    "AP_",
    "[a]",
    "=",
    '"',
    "'",
    "\\",
    "\\u00",
    "#",
    "\n",
    "\r\n",
    " ",
    "\0",
    "\ufeff",
]


@hypothesis.settings(deadline=None)  # a busy PC is no failure
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9) | st.integers().map(str)))
def test_whatever_the_file_says(pieces: list[str]):
    text = "".join(pieces).encode("utf-8", "replace").decode()
    verdicts = []
    with tempfile.NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        for version in VERSIONS:
            log = Log()
            getenv = functools.partial(board_getenv, text, version=version)
            settings = Settings.load(log, getenv=getenv, path=file.name, nvm=bytearray(64))  # type: ignore
            random = any("made a random password" in line for _, line in log.lines)
            password = None if random else settings.ap_password
            assert 1 <= len(settings.ap_ssid.encode()) <= 32
            assert ipaddress.ip_address(settings.ap_address).is_private
            assert all(
                low <= getattr(settings, key.lower()) <= high for key, _, low, high in NUMBERS
            )
            assert settings.home_ssid is None or 1 <= len(settings.home_ssid.encode()) <= 32
            assert not settings.home_password or 8 <= len(settings.home_password) <= 63
            assert not settings.hotspot_allowed or 8 <= len(settings.ap_password or "") <= 63
            verdicts.append(
                (log.lines, password, [getattr(settings, key.lower()) for key in KEYS[:-1]])
            )
    assert verdicts[0] == verdicts[1]


# The random password


def load_with(nvm, log: Log | None = None) -> Settings:
    log = log or Log()
    return Settings.load(log, getenv=lambda key: None, path="none", nvm=nvm)  # type: ignore


class Nvm(bytearray):
    """The board's memory, counting the costly accesses."""

    reads = writes = 0

    def __getitem__(self, index):  # type: ignore
        assert isinstance(index, slice)
        self.reads += 1
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        assert isinstance(index, slice)
        self.writes += 1
        super().__setitem__(index, value)


@pytest.mark.parametrize("blank", [b"\0", b"\xff"])
def test_random_password_is_made_once(blank: bytes):
    nvm = Nvm(blank * 8192)
    log = Log()
    password = load_with(nvm, log).ap_password
    assert password and re.fullmatch("[a-km-np-z2-9]{12}", password)
    assert log.lines[1:] == [
        ("INFO", "made a random password for the hotspot and kept it in nvm"),
    ]
    assert (nvm.reads, nvm.writes) == (1, 1)
    assert bytes(nvm[PASSWORD_END:]) == blank * (8192 - 64)
    assert len(nvm) == 8192

    log = Log()
    assert load_with(nvm, log).ap_password == password
    assert len(log.lines) == 1, "only that there is no file"
    assert nvm.writes == 1
    assert load_with(bytearray(8192)).ap_password != password


def test_random_password_survives_one_of_the_owners_in_between(load):
    nvm = bytearray(64)
    first = load("", nvm)[0].ap_password
    before = bytes(nvm)
    assert load('AP_PASSWORD = "my own password"', nvm)[0].ap_password == "my own password"
    assert not load('AP_PASSWORD = "short"', nvm)[0].hotspot_allowed
    assert bytes(nvm) == before
    assert load("", nvm)[0].ap_password == first


@pytest.mark.parametrize("place", range(64))
def test_damaged_record_gives_a_new_password(place: int):
    nvm = bytearray(100)
    password = load_with(nvm).ap_password
    nvm[place] ^= 0x10
    log = Log()
    new = load_with(nvm, log).ap_password
    assert new and len(new) == 12 and new != password
    assert [line for _, line in log.lines[1:]] == [
        "the hotspot's password in nvm was damaged: making a new one",
        "made a random password for the hotspot and kept it in nvm",
    ]
    assert load_with(nvm).ap_password == new


class ReadOnlyNvm(bytearray):
    def __setitem__(self, index, value):
        raise RuntimeError("NVS error")


class DeadNvm:
    def __getitem__(self, index):
        raise RuntimeError("NVS error")


@pytest.mark.parametrize(
    "nvm, problem",
    [
        (None, "the board has none"),
        (ReadOnlyNvm(64), "RuntimeError: NVS error"),
        (DeadNvm(), "RuntimeError: NVS error"),
        (bytearray(8), "error: unpack requires a buffer of 60 bytes"),
    ],
    ids=["none", "read-only", "dead", "small"],
)
def test_without_nvm_there_is_a_new_password_each_boot(nvm, problem: str):
    log = Log()
    passwords = {load_with(nvm, log).ap_password for _ in range(3)}
    assert len(passwords) == 3 and None not in passwords
    assert log.lines[1] == (
        "WARNING",
        f"nvm cannot keep the password ({problem}): the hotspot gets a new one each boot",
    )


def test_random_passwords_use_every_character_evenly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.os, "urandom", lambda count: bytes(range(next(starts), 256))[:count])
    starts = iter(range(0, 240, 12))
    made = "".join(load_with(None).ap_password or "" for _ in range(20))
    alphabet = set("abcdefghijkmnpqrstuvwxyz23456789")
    assert len(alphabet) == 32
    assert {made.count(character) for character in alphabet} <= {7, 8}
    assert set(made) == alphabet


def test_the_boards_own_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    nvm = bytearray(64)
    board = types.SimpleNamespace(nvm=nvm)
    monkeypatch.setitem(sys.modules, "microcontroller", board)  # type: ignore
    monkeypatch.setattr(module.os, "getenv", {"HTTP_PORT": "8080"}.get)
    settings = Settings.load(path=str(tmp_path / "none"))
    assert settings.http_port == 8080
    assert nvm[:4] == b"EWAP"


def test_no_microcontroller_module(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "microcontroller", None)
    log = Log()
    settings = Settings.load(log, getenv=lambda key: None, path="none")  # type: ignore
    assert settings.hotspot_allowed
    assert "the board has none" in log.lines[1][1]


# No password in the log


def test_no_line_shows_a_password(load):
    for text, _, _, _ in CASES:
        if "PAS" in text or "secret" in text:
            settings, lines = load(text, bytearray(64))
            shown = " ".join(line for _, line in lines)
            assert "secret" not in shown
            assert not settings.ap_password or settings.ap_password not in shown
            for word in ("1234567", "pässw", "密码", "é", "aaaa", "ffff", "there"):
                assert word not in shown


def test_no_line_shows_the_random_password():
    for nvm in (None, bytearray(64), bytearray(range(64)), ReadOnlyNvm(64)):
        log = Log()
        password = load_with(nvm, log).ap_password
        assert password and password not in repr(log.lines)


# The file on the drive


def shipped() -> str:
    return (REPOSITORY / "settings.toml").read_text("utf-8")


def test_shipped_file_has_every_key_with_its_default(load):
    content = tomllib.loads(shipped())
    assert content.pop("CIRCUITPY_PYSTACK_SIZE") == 4096
    assert content == dict(DEFAULTS)
    settings, lines = load(shipped())
    assert lines == []
    assert settings.hotspot_allowed and len(settings.ap_password) == 12


def test_shipped_file_explains_every_range():
    text = shipped()
    for key, _, low, high in NUMBERS:
        comment = text.split(f"\n{key} = ")[0].rsplit("\n\n", 1)[1]
        assert f"{low} to {high}" in comment, key


def test_the_password_in_the_comment_is_a_good_one(load):
    text = shipped().replace("# AP_PASSWORD", "AP_PASSWORD")
    settings, lines = load(text)
    assert lines == []
    assert settings.ap_password == "change me, please"
